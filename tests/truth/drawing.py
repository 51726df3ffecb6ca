"""Networks as text, one piece a line, so that a test shows the grid that its expectations were worked out on.

source ES1 a                            breaker CB a b remote station=SUB1 limit=500
bus B1 a                                load_break S b c open           (or: unknown, out = out of service)
line L1 b c                             consumer A1 c kw=100 households=40
customer C1 FIRST                       point R1 C1 MANUAL kw=300 bays=Q2 interlock=NONE release parallel seconds=3
supply S1 R1 c x STANDBY cap=1000       (x: node inside, may be left out)
bay Q1 x y                              load O1 R1 y kw=50 grade=GRADE_1 security permitted=15
own G1 O1,B9 kw=80 start=15 endurance=120 by_hand interlock=NONE
access AP1 B9                           feeder F1 CB b
auto Z1 Q1 Q2 delay=3 blocked           group T1 L1,L2
report S OPEN at=60 number=1
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from tests.truth.net import (
    Customer,
    Feeder,
    GridTransfer,
    Kind,
    Load,
    Net,
    OwnSource,
    Piece,
    Point,
    Position,
    Report,
    Role,
    Supply,
    Transfer,
)


@dataclass
class _Line:
    """One line: its word, what stands in it by place, its key=value pairs; flags are places too."""

    word: str
    places: list[str]
    values: dict[str, str]

    def flag(self, name: str) -> bool:
        """Whether a flag stands in the line; it is taken out of the places."""
        if name in self.places:
            self.places.remove(name)
            return True
        return False

    def number(self, name: str) -> float | None:
        """A value as a number."""
        return float(self.values[name]) if name in self.values else None


@dataclass
class _Drawn:
    pieces: dict[str, Piece] = field(default_factory=dict)
    supplies: dict[str, Supply] = field(default_factory=dict)
    points: dict[str, Point] = field(default_factory=dict)
    customers: dict[str, Customer] = field(default_factory=dict)
    loads: dict[str, Load] = field(default_factory=dict)
    own: dict[str, OwnSource] = field(default_factory=dict)
    access: dict[str, tuple[str, ...]] = field(default_factory=dict)
    feeders: dict[str, Feeder] = field(default_factory=dict)
    groups: dict[str, frozenset[str]] = field(default_factory=dict)
    transfers: list[GridTransfer] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)


def draw(text: str) -> Net:
    """The network of a drawing. A word that is not known raises ValueError."""
    drawn = _Drawn()
    for line in _lines(text):
        _put(drawn, line)
    return Net(
        pieces=drawn.pieces,
        supplies=drawn.supplies,
        points=drawn.points,
        customers=drawn.customers,
        loads=drawn.loads,
        own_sources=drawn.own,
        access=drawn.access,
        feeders=drawn.feeders,
        groups=drawn.groups,
        grid_transfers=tuple(drawn.transfers),
        reports=tuple(drawn.reports),
    )


def _lines(text: str) -> Iterable[_Line]:
    for row in text.splitlines():
        for part in row.split("#")[0].split(";"):
            words = part.split()
            if words:
                values = dict(word.split("=", 1) for word in words[1:] if "=" in word)
                yield _Line(words[0], [word for word in words[1:] if "=" not in word], values)


def _put(drawn: _Drawn, line: _Line) -> None:
    match line.word:
        case "customer":
            name, importance = (*line.places, "ORDINARY")[:2]
            drawn.customers[name] = Customer(id=name, name=line.values.get("name", name), importance=importance)
        case "point":
            _put_point(drawn, line)
        case "supply":
            _put_supply(drawn, line)
        case "load":
            _put_load(drawn, line)
        case "own":
            _put_own(drawn, line)
        case "access":
            drawn.access[line.places[0]] = tuple(line.places[1].split(","))
        case "feeder":
            drawn.feeders[line.places[0]] = Feeder(id=line.places[0], head=line.places[1], behind=line.places[2])
        case "group":
            drawn.groups[line.places[0]] = frozenset(line.places[1].split(","))
        case "auto":
            _put_auto(drawn, line)
        case "report":
            number = int(line.values.get("number", len(drawn.reports)))
            position = Position(line.places[1])
            drawn.reports.append(Report(line.places[0], position, float(line.values["at"]), number))
        case _:
            _put_piece(drawn, line, Kind(line.word))


def _put_piece(drawn: _Drawn, line: _Line, kind: Kind) -> None:
    normal = Position.OPEN if line.flag("open") else Position.UNKNOWN if line.flag("unknown") else Position.CLOSED
    out, remote, owned = line.flag("out"), line.flag("remote"), line.flag("customer")
    households = line.number("households")
    drawn.pieces[line.places[0]] = Piece(
        id=line.places[0],
        kind=kind,
        nodes=tuple(line.places[1:]),
        normal=normal,
        in_service=not out,
        remote=remote,
        customer_owned=owned or kind in (Kind.BAY, Kind.SUPPLY, Kind.LOAD),
        station=line.values.get("station"),
        limit_kw=line.number("limit"),
        kw=line.number("kw"),
        households=None if households is None else int(households),
    )


def _put_point(drawn: _Drawn, line: _Line) -> None:
    release, parallel = line.flag("release"), line.flag("parallel")
    name, customer, transfer = (*line.places, "NONE")[:3]
    bays = line.values.get("bays")
    drawn.points[name] = Point(
        id=name,
        customer=customer,
        transfer=Transfer(transfer),
        transfer_s=line.number("seconds"),
        bays=tuple(bays.split(",")) if bays else (),
        load_kw=line.number("kw"),
        interlock=line.values.get("interlock"),
        release=release,
        parallel=parallel,
    )
    owner = drawn.customers[customer]
    drawn.customers[customer] = replace(owner, points=(*owner.points, name))


def _put_supply(drawn: _Drawn, line: _Line) -> None:
    role = Role.STANDBY if line.flag("STANDBY") else Role.SECURITY if line.flag("SECURITY") else Role.MAIN
    name, point = line.places[0], line.places[1]
    del line.places[1]
    drawn.supplies[name] = Supply(id=name, point=point, role=role, capacity_kw=line.number("cap"))
    drawn.points[point] = replace(drawn.points[point], supplies=(*drawn.points[point].supplies, name))
    _put_piece(drawn, line, Kind.SUPPLY)


def _put_load(drawn: _Drawn, line: _Line) -> None:
    security, out = line.flag("security"), line.flag("out")
    name, point, *nodes = line.places
    drawn.loads[name] = Load(
        id=name,
        point=point,
        kw=line.number("kw"),
        grade=line.values.get("grade", "GRADE_3"),
        security=security,
        permitted_s=line.number("permitted"),
    )
    if nodes:
        drawn.pieces[name] = Piece(id=name, kind=Kind.LOAD, nodes=tuple(nodes), in_service=not out, customer_owned=True)


def _put_own(drawn: _Drawn, line: _Line) -> None:
    by_hand, out = line.flag("by_hand"), line.flag("out")
    drawn.own[line.places[0]] = OwnSource(
        id=line.places[0],
        backs=tuple(line.places[1].split(",")),
        kw=line.number("kw"),
        start_s=line.number("start"),
        endurance_min=line.number("endurance"),
        automatic=not by_hand,
        in_service=not out,
        interlock=line.values.get("interlock"),
    )


def _put_auto(drawn: _Drawn, line: _Line) -> None:
    blocked, out = line.flag("blocked"), line.flag("out")
    name, opens, closes = line.places
    delay = line.number("delay") or 0.0
    drawn.transfers.append(
        GridTransfer(id=name, opens=opens, closes=closes, delay_s=delay, in_service=not out, blocked=blocked)
    )
