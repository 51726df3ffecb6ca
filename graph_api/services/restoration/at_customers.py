"""At customers (客户侧推演): what a receiving point's loads get while a plan runs, and on which supply they weigh.

A point is where the plan has left it: what changed over stays so, what an under-voltage release (失压脱扣) has opened
stays open until somebody closes it, what automatic transfers do is done at once and never undone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace

from graph_api.readmodel.customers import Point, Supply, home
from graph_api.readmodel.model import ReadModel
from graph_api.services.outage.feeding import Fed, Transfer, carried_part, feed
from graph_api.services.outage.taking_over import incoming_moved, taking_over
from schema.customer import ReceivingPoint
from schema.registry import EntityKind
from schema.relationships import RelationshipKind
from schema.vocabulary import SupplyRole, SwitchPosition, TransferMode

IsLive = Callable[[int], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class PointPlay:
    """Where a point stands: its switches, what released, what it changed over to, and where generators feed in."""

    point: Point
    releases: bool
    """Whether its incoming switches open on lost voltage."""
    positions: Mapping[int, SwitchPosition] = field(default_factory=dict)
    released: frozenset[int] = frozenset()
    parted: frozenset[int] = frozenset()
    """Supplies whose incoming switch somebody has opened alone since the loss: a generator may stand behind it, or a
    lock be on it. All are among `released`."""
    carried_by: tuple[int, ...] | None = None
    """Supplies that it changed over to, where the inside is not recorded."""
    shed: frozenset[int] = frozenset()
    by_hand: bool = False
    """Whether its automatic transfer has not acted, as it would have closed onto the fault."""
    kept: frozenset[int] = frozenset()
    """Switches, and supplies that are their own, that were reported open since: nothing closes them by itself."""
    trucks: tuple[int, ...] = ()
    """Nodes that a mobile generator feeds."""

    @property
    def wired(self) -> bool:
        """Whether the inside is recorded."""
        return any(supply.node >= 0 for supply in self.point.supplies)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeOver:
    """切换: what brings loads to other supplies: open these, then close those; no switches where none are recorded."""

    opens: tuple[int, ...]
    closes: tuple[int, ...]
    supplies: tuple[int, ...]
    feeds: frozenset[int]
    shed: frozenset[int]
    automatic: bool


def play_of(model: ReadModel, point: Point) -> PointPlay:
    """A point before anything happened to it."""
    entity = model.graph.get(ReceivingPoint, point.index)
    carrying = point.carrying({})
    carried_by = None if carrying is None else tuple(sorted(carrying))
    return PointPlay(point=point, releases=bool(entity.undervoltage_release), carried_by=carried_by)


def reported(model: ReadModel, play: PointPlay, positions: Mapping[int, SwitchPosition]) -> PointPlay:
    """With what was reported of its switches; an incoming one that is closed is no longer released."""
    parts = play.point.parts | play.point.incoming
    moved = {switch: position for switch, position in positions.items() if switch in parts}
    if not moved:
        return play
    closed = {switch for switch, position in moved.items() if position is SwitchPosition.CLOSED}
    again = {
        supply.index
        for supply in play.point.supplies
        if supply.index in closed or not closed.isdisjoint(incoming_bays(model, supply))
    }
    known = {switch: position for switch, position in moved.items() if switch in play.point.parts}
    waits = set[int]() if closed else _parted_since(model, play, known)
    known = {at: position for at, position in known.items() if position is not SwitchPosition.OPEN or at not in waits}
    parted = {s.index for s in play.point.supplies if not waits.isdisjoint(incoming_bays(model, s))}
    released, still = (play.released - again) | parted, (play.parted - again) | parted
    after = replace(play, positions={**play.positions, **known}, released=released, parted=still)
    after = replace(after, kept=(play.kept | (moved.keys() - closed)) - closed)
    own = moved.keys() & play.point.incoming
    if play.wired or not own:
        return after
    if not closed & own:  # opened alone: as a bay, and what else is closed carries
        left = _carried_by(after, (), own)
        return replace(after, released=released | own, parted=still | own, carried_by=left or after.carried_by)
    return replace(after, carried_by=_carried_by(after, closed & own, own - closed))


def _parted_since(model: ReadModel, play: PointPlay, moved: Mapping[int, SwitchPosition]) -> set[int]:
    """Incoming bays that were closed and have been opened alone, for a truck or for who works on the line.

    The customer closes them again once supply is back, as what a release has opened, but not before the truck is away
    and the lock is off.
    """
    bays = {bay for supply in play.point.supplies for bay in incoming_bays(model, supply)}
    if not set(moved) <= bays or any(play.positions.get(bay) for bay in moved):
        return set()
    return {bay for bay in moved if model.position(bay) is SwitchPosition.CLOSED}


def _carried_by(play: PointPlay, closed: Collection[int], opened: Collection[int]) -> tuple[int, ...] | None:
    """Supplies that carry an inside that is not recorded, once these incoming switches are closed and opened."""
    normally = home(play.point.supplies)
    carrying = normally if play.carried_by is None else frozenset(play.carried_by)
    carrying = (carrying | frozenset(closed)) - frozenset(opened)
    return None if carrying == normally else tuple(sorted(carrying))


def able(play: PointPlay, is_live: IsLive) -> list[Supply]:
    """Supplies that are live and not held open by their release, in order."""
    return [
        supply
        for supply in play.point.supplies
        if supply.in_service
        and supply.stands_for >= 0
        and supply.index not in play.released
        and is_live(supply.stands_for)
    ]


def after_loss(play: PointPlay, is_live: IsLive, dead: Collection[int]) -> PointPlay:
    """After the grid has changed: releases open, automatic transfers act."""
    if play.releases:
        fell = {
            s.index
            for s in play.point.supplies
            if s.in_service and not (s.stands_for >= 0 and is_live(s.stands_for)) and _stands_closed(play, s)
        }
        if not fell <= play.released:
            play = replace(play, released=play.released | fell)
    if play.trucks or (play.carried_by is not None and set(play.carried_by) & {s.index for s in able(play, is_live)}):
        return play
    change = change_over(play, is_live, dead)
    by_itself = play.point.transfer is TransferMode.AUTOMATIC and not _kept(play)
    if change is not None and not change.automatic and by_itself:
        return replace(play, by_hand=True)
    return play if change is None or not change.automatic else changed_over(play, change)


def _stands_closed(play: PointPlay, supply: Supply) -> bool:
    """Whether the incoming switch of a supply is closed: only then lost voltage opens it."""
    if play.wired:
        return play.point.stands_closed(supply, play.positions)
    carrying = home(play.point.supplies) if play.carried_by is None else play.carried_by
    return supply.index in carrying


def _kept(play: PointPlay) -> frozenset[int]:
    """What no automatic transfer closes."""
    return play.kept | play.point.kept_open


def change_over(play: PointPlay, is_live: IsLive, dead: Collection[int]) -> ChangeOver | None:
    """The change-over that would feed more, made by itself or by hand; None if there is none.

    Never one that would join a dead supply, or a second one, to the live one.
    """
    live = able(play, is_live)
    fed = _feed(play, live, dead)
    if fed.transfer is None:
        return None
    if not play.wired:
        return _by_role(play, live, fed.transfer)
    opened = {branch for branch, position in play.positions.items() if position is SwitchPosition.OPEN}
    first = (each for each in fed.transfer.opens if each not in opened)
    opens = _incoming_of_others(play, {supply.index for supply in live}, fed.transfer.switches)
    opens = tuple(sorted({*(each for each in opens if each not in dead), *first}))
    change = ChangeOver(
        opens=opens,
        closes=fed.transfer.switches,
        supplies=fed.transfer.supplies,
        feeds=frozenset(fed.transfer.feeds),
        shed=frozenset(fed.shed),
        automatic=fed.transfer.automatic and not play.by_hand,
    )
    return change if change.closes and not joins(changed_over(play, change), dead) else None


def change_over_by_hand(play: PointPlay, is_live: IsLive, dead: Collection[int]) -> ChangeOver | None:
    """The same, onto supplies that are live but whose release has opened, too: closing them is part of it."""
    change = change_over(play, is_live, dead)
    if change is None and play.released:
        live = {s.index for s in play.point.supplies if s.stands_for >= 0 and is_live(s.stands_for)}
        change = change_over(replace(play, released=play.released - live), is_live, dead)
    return None if change is None or change.automatic else change


def changed_over(play: PointPlay, change: ChangeOver) -> PointPlay:
    """The point after a change-over."""
    if not play.wired:
        by = change.supplies
        return replace(play, carried_by=by, released=play.released.difference(by), parted=play.parted.difference(by))
    moved = {**dict.fromkeys(change.opens, SwitchPosition.OPEN), **dict.fromkeys(change.closes, SwitchPosition.CLOSED)}
    again, still = play.released - set(change.supplies), play.parted - set(change.supplies)
    positions = {**play.positions, **moved}
    return replace(play, positions=positions, shed=play.shed | change.shed, released=again, parted=still)


def shares(play: PointPlay, is_live: IsLive, dead: Collection[int]) -> dict[int, float]:
    """Part of each load that is fed, 0 to 1; the point itself stands for loads that are not recorded."""
    live = able(play, is_live)
    loads = [load for load in play.point.loads if load.in_service]
    if not loads:
        return {play.point.index: _share(play, live)}
    fed = _without_transfer(play, live, dead)
    if play.trucks:
        opened, closed = _stands(play)
        reached = play.point.reach(play.trucks, closed, opened, dead)
        fed = fed | {load.index for load in loads if load.node in reached}
    return {load.index: float(load.index in fed and load.index not in play.shed) for load in loads}


def weights(play: PointPlay, is_live: IsLive, dead: Collection[int]) -> dict[int, float]:
    """kW that the point takes from the grid, by what stands for each supply."""
    got = shares(play, is_live, dead)
    live = able(play, is_live)
    if not live or not any(got.values()):
        return {}
    loads = [load for load in play.point.loads if load.in_service]
    if not loads:
        kw = (play.point.load_kw or 0.0) * got[play.point.index]
        mains = [s for s in live if s.index in (play.carried_by or [m.index for m in _mains(play.point)])] or live
        return {s.stands_for: kw / len(mains) for s in mains} if kw else {}
    found: dict[int, float] = {}
    opened, closed = _stands(play)
    reach = {s: play.point.reach([s.node], closed, opened, dead) for s in live if s.node >= 0}
    for load in loads:
        on = [supply for supply, nodes in reach.items() if load.node in nodes] or live[:1]
        kw = (load.kw or 0.0) * got[load.index]
        for supply in on if kw else ():
            found[supply.stands_for] = found.get(supply.stands_for, 0.0) + kw / len(on)
    return found


def kw_of(play: PointPlay, load: int) -> float:
    """Power of a load, or of the point that stands for all; unknown counts 0."""
    if load == play.point.index:
        return play.point.load_kw or 0.0
    return next((each.kw or 0.0 for each in play.point.loads if each.index == load), 0.0)


def incoming_bays(model: ReadModel, supply: Supply) -> tuple[int, ...]:
    """Switches at the inner node of a supply."""
    if supply.node < 0:
        return ()
    graph = model.graph
    return tuple(at for at in graph.sources(supply.node, RelationshipKind.CONNECTS) if graph.kind(at) is _BAY)


def closing_themselves(point: Point) -> Iterator[int]:
    """Switches inside that an automatic transfer (备自投) may close."""
    if point.transfer is TransferMode.AUTOMATIC:
        closable = (branch.index for branch in point.branches if branch.closable)
        yield from (at for at in closable if at in point.transfer_bays or not point.transfer_bays)


def access_points(model: ReadModel, point: int) -> tuple[int, ...]:
    """Where a mobile generator can be connected to a point."""
    graph = model.graph
    inside = graph.sources(point, RelationshipKind.CONTAINED_IN)
    return tuple(at for at in inside if graph.kind(at) is EntityKind.ACCESS_POINT)


_BAY = EntityKind.SWITCH_BAY


def _stands(play: PointPlay) -> tuple[set[int], set[int]]:
    """Switches inside that stand open, and closed, other than recorded."""
    opened = {index for index, position in play.positions.items() if position is SwitchPosition.OPEN}
    return opened, set(play.positions) - opened


def _feed(play: PointPlay, live: list[Supply], dead: Collection[int]) -> Fed:
    return feed(play.point, live, dead, {**play.positions, **_carrying(play)}, play.kept)


def _carrying(play: PointPlay) -> dict[int, SwitchPosition]:
    """Where supplies that stand for their switches stand, once the point has changed over."""
    if play.wired or play.carried_by is None:
        return {}
    closed = set(play.carried_by)
    return {at: SwitchPosition.CLOSED if at in closed else SwitchPosition.OPEN for at in play.point.incoming}


def _without_transfer(play: PointPlay, live: list[Supply], dead: Collection[int]) -> frozenset[int]:
    fed = _feed(play, live, dead)
    gained = frozenset(fed.transfer.feeds) if fed.transfer is not None and fed.transfer.automatic else frozenset()
    return frozenset(fed.fed) - gained


def _mains(point: Point) -> list[Supply]:
    ordinary = [s for s in point.supplies if s.in_service]
    return [s for s in ordinary if s.role is SupplyRole.MAIN] or ordinary[:1]


def _share(play: PointPlay, live: list[Supply]) -> float:
    """Part of the whole load of a point that is fed, where single loads are not recorded."""
    if play.trucks:
        return 1.0
    if play.carried_by is not None:
        on = [s for s in live if s.index in play.carried_by]
        return carried_part(play.point, on) if on else 0.0
    mains = _mains(play.point)
    return sum(supply in live for supply in mains) / len(mains) if mains else 0.0


def _by_role(play: PointPlay, live: list[Supply], transfer: Transfer) -> ChangeOver | None:
    """Where the inside is not recorded: to the mains that are live, else to the next supply in order of roles."""
    if transfer.automatic:
        live = [supply for supply in live if supply.index not in _kept(play)]
    supplies = tuple(supply.index for supply in taking_over(play.point, live))
    if not supplies or supplies == play.carried_by:
        return None
    moved = replace(play, carried_by=supplies)
    if _share(moved, live) <= _share(play, live):
        return None
    opens, closes = incoming_moved(play.point, supplies, play.carried_by)
    return ChangeOver(
        opens=tuple(each for each in opens if each not in play.parted),
        closes=closes,
        supplies=supplies,
        feeds=frozenset(),
        shed=frozenset(),
        automatic=transfer.automatic,
    )


def _incoming_of_others(play: PointPlay, live: Collection[int], closes: Collection[int]) -> tuple[int, ...]:
    """Closed switches at the inner nodes of supplies that are not live: opened before another is closed."""
    opened, closed = _stands(play)
    found = {
        branch.index
        for supply in play.point.supplies
        if supply.index not in live and supply.node >= 0
        for branch in play.point.at_node.get(supply.node, ())
        if (branch.conducts or branch.index in closed) and len(branch.nodes) > 1
        if branch.index not in closes and branch.index not in opened
    }
    return tuple(sorted(found))


def joins(play: PointPlay, dead: Collection[int]) -> bool:
    """Whether what is closed inside joins two supplies."""
    opened, closed = _stands(play)
    nodes = {supply.node: supply.index for supply in play.point.supplies if supply.node >= 0 and supply.in_service}
    for node, supply in nodes.items():
        if any(other in nodes and nodes[other] != supply for other in play.point.reach([node], closed, opened, dead)):
            return True
    return False


def lacks(before: Mapping[int, float], now: Mapping[int, float]) -> dict[int, float]:
    """Parts of loads that were fed before and are not now."""
    missing = {load: share - now.get(load, 0.0) for load, share in before.items()}
    return {load: share for load, share in missing.items() if share > 1e-9}
