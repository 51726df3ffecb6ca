"""What customers have: supply state, loads fed, change-overs, in one situation of the grid.

Sentences of the design held here: *Supply state* and `loadsFed`, "a customer does not conduct between its supplies",
"a change-over is 'open the one, then close the other'", "an automatic one feeds after its transfer time, if its
capacity carries the load, else loads are shed by grade"; of issue 11: A3, A4 (an under-voltage release opens on lost
voltage, is closed by the customer's electrician, and no automatic transfer is counted on behind it).

Where the inside is wired, loads are fed as the wires say. Where it is not, the point's load hangs on its MAIN
supplies together (each carries its share); after a change-over on what it changed over to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import combinations

from tests.truth.grid import NONE, Ids, blocked, energised, flood, is_boundary
from tests.truth.net import GRADES, Kind, Load, Net, Point, Role, Transfer

NORMAL, DEGRADED, LOST = "NORMAL", "DEGRADED", "LOST"
STATES = (NORMAL, DEGRADED, LOST)
ALL, SOME, NOTHING = "ALL", "SOME", "NONE"
LOADS_FED = (ALL, SOME, NOTHING)


@dataclass(frozen=True, slots=True)
class Situation:
    """The grid and the customers' switches at one moment of one world."""

    closed: Ids
    gone: Ids = NONE
    live: Ids = NONE
    released: Ids = NONE
    """Supplies that lost voltage behind an under-voltage release and have not been closed since."""
    carried_by: Mapping[str, Ids] = field(default_factory=dict)
    """Points without wires that have changed over -> supplies that carry their load."""
    kept: Ids = NONE
    """Switches, and supplies that stand for their own, that were reported open since the loss: no automatic transfer
    closes them ("switches reported since stand as reported")."""


@dataclass(frozen=True, slots=True)
class Changeover:
    """What brings a point's loads onto other supplies: open these, then close those (none: the inside is not known)."""

    opens: tuple[str, ...]
    closes: tuple[str, ...]
    supplies: Ids
    gains: Ids


@dataclass(frozen=True, slots=True)
class PointView:
    """A receiving point in a situation. `share` is the part of each load that the grid feeds, 0 to 1."""

    state: str
    live: Ids
    dead: Ids
    share: Mapping[str, float]

    @property
    def loads_fed(self) -> str:
        """ALL, SOME or NONE of the loads."""
        if all(share >= 1 for share in self.share.values()):
            return ALL
        return SOME if any(share > 0 for share in self.share.values()) else NOTHING

    @property
    def fed(self) -> Ids:
        """Loads that are fed whole."""
        return frozenset(load for load, share in self.share.items() if share >= 1)


@dataclass(frozen=True, slots=True)
class CustomerView:
    """A customer in a situation: "its state is that of its worst receiving point"."""

    points: Mapping[str, PointView]

    @property
    def state(self) -> str:
        """State of the worst point."""
        return max((point.state for point in self.points.values()), key=STATES.index, default=NORMAL)

    @property
    def loads_fed(self) -> str:
        """ALL if all points are fed, NONE if none is."""
        found = {point.loads_fed for point in self.points.values()}
        return found.pop() if len(found) == 1 else SOME if found else ALL

    @property
    def live(self) -> Ids:
        """All live supplies."""
        return frozenset().union(*(point.live for point in self.points.values()))

    @property
    def share(self) -> dict[str, float]:
        """Share of each load over all points."""
        return {load: share for point in self.points.values() for load, share in point.share.items()}


def wired(net: Net, point: Point) -> bool:
    """Whether the inside of a point is recorded."""
    return any(net.inner_nodes(supply) for supply in point.supplies)


@lru_cache(maxsize=65536)
def inside_of(net: Net, point: str) -> Ids:
    """Everything behind the supplies of a point, whatever the positions are."""
    starts = [node for supply in net.points[point].supplies for node in net.inner_nodes(supply)]
    return frozenset(flood(net.inside_wiring, starts, NONE))


def in_service(net: Net, point: Point) -> tuple[str, ...]:
    """Supplies "that are in service for it"."""
    return tuple(supply for supply in point.supplies if net.pieces[supply].in_service)


def feeding(net: Net, situation: Situation, point: Point) -> Ids:
    """Supplies of a point that are live and not held back by their release."""
    return (frozenset(in_service(net, point)) & situation.live) - situation.released


def refreshed(net: Net, situation: Situation) -> Situation:
    """The same with what is live worked out anew."""
    return replace(situation, live=energised(net, situation.closed, situation.gone, situation.released))


def by_grade(net: Net, loads: Iterable[str]) -> list[Load]:
    """Loads in the order in which they are kept: security loads, then by grade, then by id."""
    return sorted(
        (net.load(load) for load in loads), key=lambda load: (not load.security, GRADES.index(load.grade), load.id)
    )


def carried(net: Net, loads: Iterable[str], capacity: float | None) -> dict[str, float]:
    """Shares of loads that a capacity in kW carries: "loads are shed by grade", the lowest first.

    A stand-in for loads that are not recorded is carried in part. Unknown capacity carries all, unknown load is 0.
    """
    kept = by_grade(net, loads)
    if capacity is None:
        return {load.id: 1.0 for load in kept}
    shares = {load.id: 1.0 for load in kept}
    excess = sum(load.kw or 0.0 for load in kept) - capacity
    for load in reversed(kept):
        if excess <= 0:
            break
        if load.kw:
            shares[load.id] = max(0.0, 1 - excess / load.kw) if load.id in net.points else 0.0
            excess -= load.kw
    return shares


def _capacity(net: Net, supplies: Iterable[str]) -> float | None:
    known = [net.supplies[supply].capacity_kw for supply in supplies]
    return None if None in known else sum(capacity for capacity in known if capacity is not None)


def home(net: Net, point: Point) -> tuple[str, ...]:
    """Supplies that carry a point without wires in its normal state: its MAINs, else its first."""
    mains = tuple(supply for supply in in_service(net, point) if net.supplies[supply].role is Role.MAIN)
    return mains or in_service(net, point)[:1]


def _unwired_shares(net: Net, situation: Situation, point: Point, loads: Ids) -> dict[str, float]:
    able = feeding(net, situation, point)
    changed = situation.carried_by.get(point.id)
    if changed is None:
        mains = home(net, point)
        share = len(able.intersection(mains)) / len(mains) if mains else 0.0
        return dict.fromkeys(loads, share)
    used = changed & able
    if not used:
        return dict.fromkeys(loads, 0.0)
    shares = carried(net, loads, _capacity(net, used))
    if all(net.supplies[supply].role is Role.SECURITY for supply in used):  # 保安电源: for security load only
        return {load: _security_share(net, load, share) for load, share in shares.items()}
    return shares


def _security_share(net: Net, load: str, share: float) -> float:
    if load in net.points:
        return min(share, 0.5)  # not recorded: some of it is, how much is not known
    return share if net.loads[load].security else 0.0


def _wired_shares(net: Net, situation: Situation, point: Point, loads: Ids) -> dict[str, float]:
    at = {load: _place(net, point, load) for load in loads}
    shares = {load: _live_part(situation.live, places) for load, places in at.items()}
    if not _is_moved(net, situation, point):
        return shares
    for supplies, part in inner_parts(net, situation, point):
        here = [load for load, places in at.items() if places and places[0] in part and shares[load] > 0]
        shares.update(carried(net, here, _capacity(net, supplies & situation.live)))
    return shares


def _place(net: Net, point: Point, load: str) -> tuple[str, ...]:
    if load in net.pieces:
        return (load,)
    around = inside_of(net, point.id)
    return tuple(sorted(v for v in around if v in net.pieces and net.pieces[v].kind is Kind.BUS))


def _live_part(live: Ids, places: tuple[str, ...]) -> float:
    return len(live.intersection(places)) / len(places) if places else 0.0


def _is_moved(net: Net, situation: Situation, point: Point) -> bool:
    bays = (net.pieces[v] for v in inside_of(net, point.id) if v in net.pieces and net.pieces[v].is_switch)
    return any((bay.normal.value == "CLOSED") != (bay.id in situation.closed) for bay in bays)


def inner_parts(net: Net, situation: Situation, point: Point) -> list[tuple[Ids, Ids]]:
    """Parts of a customer's inside that closed devices hold together: (supplies on it, its vertices)."""
    stopped = blocked(net, situation.closed, situation.gone)
    parts: list[tuple[Ids, Ids]] = []
    for supply in point.supplies:
        starts = [node for node in net.inner_nodes(supply) if node not in stopped]
        if starts and not any(starts[0] in part for _, part in parts):
            part = frozenset(flood(net.inside_wiring, starts, stopped))
            parts.append((supplies_on(net, part, situation.released), part))
    return parts


def supplies_on(net: Net, part: Iterable[str], released: Ids) -> Ids:
    """Supplies joined to a part of an inside, those held by an open release or out of service excluded."""
    at = {other for vertex in part for other in net.wiring[vertex] if is_boundary(net, vertex, other) == other}
    return frozenset(supply for supply in at - released if net.pieces[supply].in_service)


def point_view(net: Net, situation: Situation, point: Point) -> PointView:
    """State and loads of a receiving point."""
    supplies = frozenset(in_service(net, point))
    live = supplies & situation.live
    state = NORMAL if supplies and live == supplies else DEGRADED if live else LOST
    loads = frozenset(load.id for load in net.loads_of(point.id))
    bare = frozenset(load for load in loads if load not in net.pieces and load not in net.points)
    shares = _unwired_shares(net, situation, point, bare if wired(net, point) else loads)
    if wired(net, point):
        shares |= _wired_shares(net, situation, point, loads - bare)
    return PointView(state, live, supplies - live, shares)


def customer_view(net: Net, situation: Situation, customer: str) -> CustomerView:
    """A customer with all its points."""
    return CustomerView({point.id: point_view(net, situation, point) for point in net.points_of(customer)})


def changeover(net: Net, situation: Situation, point: Point, kept: Ids = NONE) -> Changeover | None:
    """The smallest change-over that feeds more of a point's loads and closes nothing of `kept`; None if none would.

    Never one that joins two supplies inside (parallel), or a dead one to a live one (back-feed).
    """
    if point.transfer is Transfer.NONE:
        return None
    if not wired(net, point):
        return _unwired_changeover(net, situation, point, kept)
    now = point_view(net, situation, point).share
    if all(share >= 1 for share in now.values()):
        return None
    stopped = situation.closed | situation.gone | kept
    able = [bay for bay in point.bays if net.pieces[bay].in_service and bay not in stopped]
    best: Changeover | None = None
    for size in range(1, len(able) + 1):
        for closes in combinations(sorted(able), size):
            found = _tried(net, situation, point, closes, now)
            if found is not None and (best is None or found.gains > best.gains):
                best = found
    return best


def _tried(
    net: Net, situation: Situation, point: Point, closes: tuple[str, ...], now: Mapping[str, float]
) -> Changeover | None:
    dead = [supply for supply in point.supplies if supply not in feeding(net, situation, point)]
    opens = tuple(
        sorted(
            vertex
            for supply in dead
            for node in net.inner_nodes(supply)
            for vertex in net.wiring[node]
            if vertex in situation.closed and net.pieces[vertex].in_service and vertex not in closes
        )
    )
    after = refreshed(net, replace(situation, closed=(situation.closed - set(opens)) | set(closes)))
    parts = inner_parts(net, replace(after, released=NONE), point)
    if any(len(joined) > 1 and not (point.parallel and joined <= situation.live) for joined, _ in parts):
        return None
    then = point_view(net, after, point).share
    gains = frozenset(load for load, share in then.items() if share > now[load])
    if not gains or any(then[load] < now[load] for load in now):
        return None
    return Changeover(opens, closes, feeding(net, after, point), gains)


def _unwired_changeover(net: Net, situation: Situation, point: Point, kept: Ids) -> Changeover | None:
    able = feeding(net, situation, point) - kept
    now = point_view(net, situation, point).share
    mains = able.intersection(home(net, point))
    others = sorted(
        (supply for supply in in_service(net, point) if supply in able),
        key=lambda supply: list(Role).index(net.supplies[supply].role),
    )
    target = mains or frozenset(others[:1])
    if not target or target == situation.carried_by.get(point.id):
        return None
    then = _unwired_shares(net, replace(situation, carried_by={point.id: target}), point, frozenset(now))
    gains = frozenset(load for load, share in then.items() if share > now[load])
    return Changeover((), (), target, gains) if gains else None


def applied(net: Net, situation: Situation, point: Point, change: Changeover) -> Situation:
    """The situation after a change-over."""
    if not wired(net, point):
        return replace(situation, carried_by={**situation.carried_by, point.id: change.supplies})
    closed = (situation.closed - set(change.opens)) | set(change.closes)
    return refreshed(net, replace(situation, closed=closed))


def settled(net: Net, situation: Situation, dipped: Ids = NONE) -> Situation:
    """After releases have opened and automatic transfers of customers have acted.

    `dipped` are vertices whose supply came back by itself: a release opens on the dip too.
    """
    fell = (
        supply
        for point in net.points.values()
        if point.release
        for supply in in_service(net, point)
        if (supply not in situation.live or supply in dipped) and stands_closed(net, situation, point, supply)
    )
    situation = refreshed(net, replace(situation, released=situation.released | set(fell)))
    for point in net.points.values():
        if point.transfer is Transfer.AUTOMATIC and not point.release:
            change = changeover(net, situation, point, situation.kept)
            if change is not None:
                situation = applied(net, situation, point, change)
    return situation


def stands_closed(net: Net, situation: Situation, point: Point, supply: str) -> bool:
    """Whether the incoming switch of a supply is closed: a release can only open what is."""
    inner = net.inner_nodes(supply)
    bays = [vertex for node in inner for vertex in net.wiring[node] if vertex in net.switch_ids]
    if bays:
        return not situation.closed.isdisjoint(bays)
    return bool(inner) or supply in situation.carried_by.get(point.id, home(net, point))


def inner_supplies(net: Net, vertex: str) -> Ids:
    """Supplies whose inner node a bay hangs on (its incoming bay)."""
    return frozenset(
        supply for node in net.wiring[vertex] for supply in net.wiring[node] if is_boundary(net, supply, node) == supply
    )
