"""Random networks as drawings, from a seed: what fails is printed as text and shrinks line by line.

Each is two or three sources with feeders of a few sections. On purpose among them: no breaker anywhere, sources and
feeders without one, disconnector ties, ties closed to rings, switches of unknown position (0 to 6), plant out of
service, open points, a source inside the zone; customers with one to three points, one to three supplies on different
places, insides with transfer bays, UPS and gensets, releases, parallel running that is allowed.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.truth.drawing import draw
from tests.truth.net import Net
from tests.truth.worlds import Event

SECTION_SWITCHES = ("load_break", "load_break", "disconnector", "breaker", "recloser", "fuse")
HEADS = ("breaker", "breaker", "breaker", "recloser", "disconnector", "line")
TIES = ("load_break", "load_break", "disconnector", "breaker", "fuse")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How large a network may be, and how often it has what is rare (0 to 1)."""

    feeders: int = 3
    sections: int = 4
    customers: int = 4
    unknown: int = 2
    no_breakers: float = 0.1
    out: float = 0.05
    limits: float = 0.3
    transfers: float = 0.0
    """How often a breaker or recloser has a switch closed for it once it has no voltage (automatic transfer)."""


@dataclass
class _Sketch:
    """A drawing that grows."""

    rng: random.Random
    shape: Shape
    lines: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    """Nodes of the grid where something may hang."""
    plain: bool = False
    """No breakers at all."""
    unknown: int = 0

    def add(self, line: str) -> None:
        self.lines.append(line)

    def chance(self, part: float) -> bool:
        return self.rng.random() < part

    def switch(self, kinds: tuple[str, ...]) -> str:
        """A kind of switch; without breakers nothing that breaks a fault."""
        kind = self.rng.choice(kinds)
        plain = {"breaker": "disconnector", "recloser": "load_break", "fuse": "load_break"}
        return plain.get(kind, kind) if self.plain else kind

    def flags(self, *, switch: bool = True, closed: bool = True) -> str:
        """Flags of a piece: open or unknown, out of service, remote, limit."""
        words: list[str] = []
        if switch and self.unknown and self.chance(0.25):
            self.unknown -= 1
            words.append("unknown")
        elif not closed:
            words.append("open")
        if self.chance(self.shape.out):
            words.append("out")
        if switch and self.chance(0.4):
            words.append("remote")
        if self.chance(self.shape.limits):
            words.append(f"limit={self.rng.choice((60, 120, 250, 400))}")
        return " ".join(words)


def random_drawing(seed: int, shape: Shape = Shape()) -> str:
    """The drawing of a seed; the same seed and shape draw the same."""
    rng = random.Random(seed)
    sketch = _Sketch(rng, shape, plain=rng.random() < shape.no_breakers, unknown=rng.randint(0, shape.unknown))
    ends = [_feeder(sketch, number) for number in range(rng.randint(1, shape.feeders))]
    _ties(sketch, ends)
    for number in range(rng.randint(0, 4)):
        kw, households = rng.choice((0, 20, 50, 90)), rng.choice((1, 30, 80))
        sketch.add(f"consumer A{number} {rng.choice(sketch.places)} kw={kw} households={households}")
    for number in range(rng.randint(1, shape.customers)):
        _customer(sketch, number)
    if shape.transfers:
        _transfers(sketch)
    return "\n".join(sketch.lines) + "\n"


def _transfers(sketch: _Sketch) -> None:
    """Automatic transfers between breakers of a feeder and ties, the quicker ones first; now and then blocked."""
    words = [line.split() for line in sketch.lines]
    opens = [each[1] for each in words if each[0] in ("breaker", "recloser") and "out" not in each]
    ties = [each[1] for each in words if each[1].startswith("T") and each[0] in TIES]
    for number, breaker in enumerate(opens):
        if ties and sketch.chance(sketch.shape.transfers):
            blocked = "blocked" if sketch.chance(0.1) else ""
            sketch.add(f"auto Y{number} {breaker} {sketch.rng.choice(ties)} delay={number + 1} {blocked}")


def _feeder(sketch: _Sketch, number: int) -> list[str]:
    """A source, a bus or none, a head, sections with laterals; returns the nodes of the trunk."""
    rng, name = sketch.rng, f"f{number}"
    out = "out" if sketch.chance(0.05) else ""
    sketch.add(f"source S{number} {name}s {out}")
    station = f"station=ST{number}"
    if sketch.chance(0.7):
        sketch.add(f"{sketch.switch(('breaker',))} QI{number} {name}s {name}b {station} remote")
        sketch.add(f"bus B{number} {name}b")
    else:
        sketch.add(f"line W{number} {name}s {name}b")
    head = sketch.switch(HEADS)
    flags = sketch.flags(switch=head != "line")
    sketch.add(f"{head} H{number} {name}b {name}n0 {station if head != 'line' else ''} {flags}")
    if head != "line":
        sketch.add(f"feeder F{number} H{number} {name}n0")
    trunk = [f"{name}n0"]
    for place in range(rng.randint(1, sketch.shape.sections)):
        here, middle, there = trunk[-1], f"{name}m{place}", f"{name}n{place + 1}"
        sketch.add(f"line L{number}{place} {here} {middle} {sketch.flags(switch=False)}")
        if sketch.chance(0.8):
            sketch.add(f"{sketch.switch(SECTION_SWITCHES)} D{number}{place} {middle} {there} {sketch.flags()}")
        else:
            sketch.add(f"line E{number}{place} {middle} {there}")
        if sketch.chance(0.3):
            sketch.add(f"{sketch.switch(SECTION_SWITCHES)} J{number}{place} {there} {name}x{place} {sketch.flags()}")
            sketch.add(f"line X{number}{place} {name}x{place} {name}y{place}")
            sketch.places.append(f"{name}y{place}")
        trunk.append(there)
    sketch.places += trunk
    return trunk


def _ties(sketch: _Sketch, ends: list[list[str]]) -> None:
    """Ties between trunks, open as a rule, sometimes closed to a ring; inside one feeder too."""
    rng = sketch.rng
    for number in range(rng.randint(0, len(ends) + 1)):
        first, second = rng.choice(ends), rng.choice(ends)
        a, b = rng.choice(first[1:]), rng.choice(second)
        if a != b:
            sketch.add(f"{sketch.switch(TIES)} T{number} {a} {b} {sketch.flags(closed=sketch.chance(0.25))}")


def _customer(sketch: _Sketch, number: int) -> None:
    rng = sketch.rng
    importance = rng.choice(("SPECIAL", "FIRST", "SECOND", "TEMPORARY", "ORDINARY"))
    sketch.add(f"customer C{number} {importance} name=c{rng.randint(0, 9)}")
    for point in range(rng.choice((1, 1, 1, 2, 3))):
        _point(sketch, number, f"{number}p{point}")


def _point(sketch: _Sketch, number: int, name: str) -> None:
    """A point with one to three supplies; its inside is known in half of the cases."""
    rng = sketch.rng
    supplies = rng.choice((1, 1, 2, 2, 3))
    inside = sketch.chance(0.5)
    transfer = "NONE" if supplies == 1 else rng.choice(("AUTOMATIC", "MANUAL", "MANUAL", "NONE"))
    bays = ",".join(f"Q{name}s{n}" for n in range(1, supplies))
    words = [f"point R{name} C{number} {transfer}", f"kw={rng.choice((10, 30, 60))}"]
    words += ["release"] * sketch.chance(0.15) + ["parallel"] * (inside and sketch.chance(0.1))
    words += [f"bays={bays}"] * (inside and supplies > 1)
    sketch.add(" ".join(words))
    for n in range(supplies):
        node = rng.choice(sketch.places)
        role = "" if n == 0 else "STANDBY" if n == 1 else "SECURITY"
        flags = " ".join(["out"] * sketch.chance(0.04) + [f"cap={rng.choice((20, 60, 200))}"] * (n > 0))
        inner = f"z{name}s{n}" if inside else ""
        sketch.add(f"supply S{name}s{n} R{name} {node} {inner} {role} {flags}")
        if inside:
            unknown = n == 0 and sketch.unknown and sketch.chance(0.1)
            sketch.unknown -= bool(unknown)
            position = "unknown" if unknown else "" if n == 0 else "open"
            sketch.add(f"bay Q{name}s{n} {inner} k{name} {position}")
    if inside:
        _inside(sketch, name)


def _inside(sketch: _Sketch, name: str) -> None:
    """A bus with loads, own sources and perhaps an access point."""
    rng = sketch.rng
    sketch.add(f"bus KB{name} k{name}")
    loads = [f"O{name}l{n}" for n in range(rng.randint(1, 3))]
    for load in loads:
        node = f"k{name}"
        if sketch.chance(0.4):
            node = f"k{load}"
            sketch.add(f"bay B{load} k{name} {node}")
        grade = rng.choice(("ESPECIALLY_IMPORTANT", "GRADE_1", "GRADE_2", "GRADE_3"))
        words = [f"load {load} R{name} {node} kw={rng.choice((5, 20, 40))} grade={grade}"]
        words += ["security"] * sketch.chance(0.4)
        words += [f"permitted={rng.choice((0, 15, 600, 7200))}"] * sketch.chance(0.6)
        sketch.add(" ".join(words))
    if sketch.chance(0.4):
        sketch.add(
            f"own U{name} {rng.choice(loads)} kw={rng.choice((10, 50))} start=0 endurance={rng.choice((10, 30))}"
        )
    if sketch.chance(0.4):
        flags = " ".join(["by_hand"] * sketch.chance(0.3) + ["out"] * sketch.chance(0.1))
        backs = rng.choice((",".join(loads), f"KB{name}"))
        kw, start = rng.choice((15, 60, 150)), rng.choice((10, 30, 300))
        sketch.add(f"own G{name} {backs} kw={kw} start={start} endurance={rng.choice((60, 480))} {flags}")
    if sketch.chance(0.3):
        sketch.add(f"access AP{name} KB{name}")


def random_event(seed: int, net: Net) -> Event:
    """An event on a network: one or two things, now and then a feeder, a stuck device, OPENED."""
    rng = random.Random(seed)
    pieces = sorted(net.pieces)
    things = rng.sample(pieces, k=min(len(pieces), rng.choice((1, 1, 1, 2))))
    if net.feeders and rng.random() < 0.1:
        things = [rng.choice(sorted(net.feeders))]
    breakers = sorted(switch.id for switch in net.switches if switch.kind in ("breaker", "recloser"))
    stuck = frozenset(rng.sample(breakers, k=1)) if breakers and rng.random() < 0.1 else frozenset()
    cause = "OPENED" if rng.random() < 0.15 else "FAULTED"
    return Event(things=tuple(things), cause=cause, stuck=frozenset() if cause == "OPENED" else stuck)


def shrunk(drawing: str, fails: Callable[[Net], bool]) -> str:
    """The drawing with every line left out that the failure does not need. Lines that others need stay."""
    lines = drawing.splitlines()
    place = 0
    while place < len(lines):
        rest = lines[:place] + lines[place + 1 :]
        if _fails("\n".join(rest), fails):
            lines, place = rest, 0
        else:
            place += 1
    return "\n".join(lines) + "\n"


def _fails(drawing: str, fails: Callable[[Net], bool]) -> bool:
    try:
        net = draw(drawing)
    except (KeyError, ValueError):  # a line that others refer to
        return False
    try:
        return fails(net)
    except KeyError:  # what is asked about is gone
        return False
