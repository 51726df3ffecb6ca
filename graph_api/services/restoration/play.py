"""The play (推演): the grid and the customers that an event hit, from now on, one operation after the other.

Each operation is worked out on the ordinary topology with the fault still there. What breaks a rule is refused, and
nothing is done: a device beyond its kind, the fault fed, two live parts joined, supply taken from who has it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace

import numpy as np

from graph_api.readmodel.topology import Outage
from graph_api.services.outage.releases import opened_by_dips
from graph_api.services.outage.situation import Situation
from graph_api.services.restoration.at_customers import (
    ChangeOver,
    IsLive,
    PointPlay,
    after_loss,
    changed_over,
    incoming_bays,
    kw_of,
    lacks,
    reported,
    shares,
)
from graph_api.services.restoration.devices import may_close, may_open
from graph_api.services.restoration.lit import areas_hit, lit_in, live_before
from graph_api.services.restoration.starting import fallen_again, point_before
from schema.grid import Disconnector, Switch
from schema.registry import SWITCHES, EntityKind
from schema.relationships import RelationshipKind
from schema.vocabulary import SwitchPosition
from schema.words import Sentence, say


class Unsafe(Exception):
    """An operation breaks a rule; its argument is the sentence that says which."""

    def __init__(self, why: Sentence) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Gain:
    """What an operation gives back: customers whose loads are all fed again, areas that are, and kW."""

    customers: tuple[int, ...]
    areas: tuple[int, ...]
    kw: float


@dataclass(frozen=True, slots=True)
class Saved:
    """A play as it stood."""

    positions: dict[int, SwitchPosition]
    outage: Outage
    dead: frozenset[int]
    points: dict[int, PointPlay]
    now: dict[int, dict[int, float]]
    dark_areas: frozenset[int]
    worlds: tuple[Saved, ...]


class Play:
    """The grid of an event as it stands, and whom the event hit: customers in order of need, and public areas.

    Where switches are of unknown position, it is the worse world of them that is seen, and beside it a play in each:
    what is done must be safe in all of them, and who is out in any is out.
    """

    def __init__(
        self,
        situation: Situation,
        customers: Iterable[int],
        areas: Mapping[int, float] | None = None,
        taken: Collection[int] = (),
        worlds: Sequence[Play] = (),
        *,
        in_world: bool = False,
    ) -> None:
        self.worlds = tuple(worlds)
        self._in_world = in_world
        self._taken = taken
        """What the event took in any world of unknown switches."""
        self.situation, self.before = situation, situation.before
        self._dipped = opened_by_dips(situation)
        self.outage: Outage = situation.now
        tripped = dict.fromkeys(situation.now.tripped.tolist(), SwitchPosition.OPEN)
        now = {at: position for at, position in situation.positions_now if self.before.graph.kind(at) in SWITCHES}
        self.positions: dict[int, SwitchPosition] = {**now, **tripped}
        self.dead = _dead(self.outage)
        self._undone = dict(situation.undone)
        graph = self.before.graph
        self._reported: dict[int, SwitchPosition] = {
            graph.index(each.switch): each.position for each in situation.operated_since
        }
        self._lit_of: Outage | None = None
        self._is_lit: Callable[[int], bool] = self.outage.live
        self.version = 0
        """Grows whenever the grid or a customer stands otherwise."""
        self._answered: dict[int, object] = {}
        self.points: dict[int, PointPlay] = {}
        self.owner: dict[int, int] = {}
        self.was: dict[int, dict[int, float]] = {}
        """Parts of loads that were fed before the event, by receiving point."""
        self.at_loss: dict[int, dict[int, float]] = {}
        self.now: dict[int, dict[int, float]] = {}
        self.points_of: dict[int, list[int]] = {}
        perhaps, faulty = live_before(situation), _dead(situation.fault)
        lit = lit_in(situation, situation.fault, taken)
        for customer in customers:
            self._follow(customer, perhaps, lit, faulty)
        self.areas = areas_hit(situation) if areas is None else areas
        self._dark_areas = {area for area in self.areas if not self.outage.live(area)}

    def live(self, index: int) -> bool:
        """Whether something has voltage; a supply without a place, wherever it may hang."""
        anywhere = self.situation.anywhere
        return anywhere.alive(index, self.outage) if anywhere.knows(index) else self.outage.live(index)

    def _lit_now(self) -> Callable[[int], bool]:
        if self._lit_of is not self.outage:
            self._lit_of, self._is_lit = self.outage, lit_in(self.situation, self.outage, self._taken)
        return self._is_lit

    def is_closed(self, switch: int) -> bool:
        """Whether a switch stands closed, or may."""
        return self.position(switch) is not SwitchPosition.OPEN

    def position(self, switch: int) -> SwitchPosition:
        """Where a switch stands."""
        known = self.positions.get(switch)
        if known is None:
            known = self._undone.get(switch)
        return known if known is not None else self.before.graph.get(Switch, switch).current_position

    def is_out(self, thing: int) -> bool:
        """Whether a customer lacks load that it had, or an area supply; in any world."""
        if self.worlds:
            return any(each.is_out(thing) for each in self.worlds)
        if thing not in self.points_of:
            return thing in self._dark_areas
        return any(lacks(self.was[point], self.now[point]) for point in self.points_of[thing])

    def was_out(self, thing: int) -> bool:
        """Whether the event took load of a customer, or an area's supply; in any world."""
        if self.worlds:
            return any(each.was_out(thing) for each in self.worlds)
        if thing not in self.points_of:
            return thing in self.areas
        return any(lacks(self.was[point], self.at_loss[point]) for point in self.points_of[thing])

    def had_nothing(self, thing: int) -> bool:
        """Whether none of a customer's loads was fed before the event, nor is now; in all worlds."""
        if self.worlds:
            return all(each.had_nothing(thing) for each in self.worlds)
        shares = [(self.was[point], self.now[point]) for point in self.points_of.get(thing, ())]
        return bool(shares) and not any(any(was.values()) or any(now.values()) for was, now in shares)

    def is_dark(self, thing: int) -> bool:
        """Whether an area has no supply, or none of a customer's loads, whatever it had before."""
        return self.had_nothing(thing) if thing in self.points_of else not self.live(thing)

    def lacks(self, point: int) -> bool:
        """Whether a receiving point lacks load that it had."""
        return bool(lacks(self.was[point], self.now[point]))

    def missing_kw(self, thing: int) -> float:
        """Power of what a customer or area lacks."""
        if thing in self.areas:
            return self.areas[thing] if thing in self._dark_areas else 0.0
        return sum(
            kw_of(self.points[point], load) * share
            for point in self.points_of[thing]
            for load, share in lacks(self.was[point], self.now[point]).items()
        )

    def lacking(self) -> float:
        """How many areas, and parts of loads, have no supply that had it."""
        return len(self._dark_areas) + sum(sum(lacks(was, self.now[point]).values()) for point, was in self.was.items())

    def again(self) -> Play:
        """Another play from how everything stands."""
        found = copy(self)
        found.worlds = tuple(each.again() for each in self.worlds)
        found._answered = {}
        found.restore(self.saved())
        return found

    def saved(self) -> Saved:
        """How everything stands, to come back to."""
        areas, points = frozenset(self._dark_areas), dict(self.points)
        worlds = tuple(each.saved() for each in self.worlds)
        return Saved(dict(self.positions), self.outage, self.dead, points, dict(self.now), areas, worlds)

    def restore(self, saved: Saved) -> None:
        """Come back to how everything stood."""
        self.positions, self.outage, self.dead = dict(saved.positions), saved.outage, saved.dead
        self.version += 1
        self._answered.clear()
        self.points, self.now, self._dark_areas = dict(saved.points), dict(saved.now), set(saved.dark_areas)
        for each, its in zip(self.worlds, saved.worlds, strict=True):
            each.restore(its)

    def _each(self, act: Callable[[Play], Gain]) -> Gain:
        """Do it in each world, or in none; what it gives back in one and leaves out in none."""
        if not self.worlds:
            return act(self)
        before = self.saved()
        try:
            found = [act(each) for each in self.worlds]
            mine = act(self)
        except Unsafe:
            self.restore(before)
            raise
        customers = dict.fromkeys(at for gain in found for at in gain.customers)
        areas = {at for gain in found for at in gain.areas}
        return Gain(
            tuple(at for at in customers if not self.is_out(at)),
            tuple(sorted(at for at in areas if not self.is_out(at))),
            max(mine.kw, *(gain.kw for gain in found)),
        )

    def operate(self, opens: Collection[int] = (), closes: Collection[int] = ()) -> Gain:
        """Open switches of the grid, then close others. Raises Unsafe."""
        return self._each(lambda play: play._operate(opens, closes))

    def _operate(self, opens: Collection[int], closes: Collection[int]) -> Gain:
        for switch in (*opens, *closes):
            self._check(switch, opens=switch in opens)
        moved = {**dict.fromkeys(opens, SwitchPosition.OPEN), **dict.fromkeys(closes, SwitchPosition.CLOSED)}
        positions = {**self.positions, **moved}
        outage = self.situation.left_by(tuple(sorted(positions.items())))
        self._check_outcome(outage, moved)
        self.positions, self.outage, self.dead = positions, outage, _dead(outage)
        self.version += 1
        self._move_inside(moved)
        return self._settle()

    def change_over(self, point: int, change: ChangeOver) -> Gain:
        """A customer changes over."""
        return self._each(lambda play: play._change_over(point, change))

    def _change_over(self, point: int, change: ChangeOver) -> Gain:
        after = changed_over(self.points[point], change)
        self.points[point] = replace(after, kept=after.kept.union(change.opens).difference(change.closes))
        return self._settle([point])

    def release(self, point: int, supplies: Collection[int]) -> Gain:
        """A customer closes again what its under-voltage releases have opened, or it itself."""
        return self._each(lambda play: play._release(point, supplies))

    def _release(self, point: int, supplies: Collection[int]) -> Gain:
        known = self.points[point]
        closed = set(supplies)
        bays = {bay for own in known.point.supplies if own.index in closed for bay in incoming_bays(self.before, own)}
        self.points[point] = replace(
            known,
            released=known.released - closed,
            parted=known.parted - closed,
            kept=known.kept - closed - bays,
        )
        return self._settle([point])

    def feed_by_truck(self, point: int, nodes: Collection[int]) -> Gain:
        """A mobile generator feeds nodes inside a customer."""
        return self._each(lambda play: play._feed_by_truck(point, nodes))

    def _feed_by_truck(self, point: int, nodes: Collection[int]) -> Gain:
        known = self.points[point]
        self.points[point] = replace(known, trucks=(*known.trucks, *nodes))
        return self._settle([point])

    def open_inside(self, point: int, bays: Collection[int]) -> Gain:
        """A customer opens switches of its own; one that the event does not concern gains and loses nothing by it."""
        return self._each(lambda play: play._open_inside(point, bays))

    def _open_inside(self, point: int, bays: Collection[int]) -> Gain:
        if point not in self.points:
            return Gain((), (), 0.0)
        known = self.points[point]
        opened = dict.fromkeys(bays, SwitchPosition.OPEN)
        self.points[point] = replace(known, positions={**known.positions, **opened}, kept=known.kept.union(bays))
        return self._settle([point])

    def lock(self, switch: int) -> Gain:
        """A switch is locked open: nothing closes it by itself."""
        return self._each(lambda play: play._lock(switch))

    def _lock(self, switch: int) -> Gain:
        for index, known in self.points.items():
            if switch in known.point.parts | known.point.incoming:
                self.points[index] = replace(known, kept=known.kept | {switch})
        return Gain((), (), 0.0)

    def _check(self, switch: int, *, opens: bool) -> None:
        entity = self.before.graph.get(Switch, switch)
        stands = self.position(switch) is (SwitchPosition.OPEN if opens else SwitchPosition.CLOSED)
        if stands and not isinstance(entity, Disconnector):
            return  # so it does in this world
        nodes = self.before.graph.targets(switch, RelationshipKind.CONNECTS)
        sides = sum(self.outage.live(node) for node in nodes)
        if isinstance(entity, Disconnector) and self.outage.undecided:
            sides += len(set(nodes).intersection(self.outage.maybe.tolist()))
        if opens and not may_open(entity, sides, 0.0):
            raise Unsafe(say("{switch} may not be opened with voltage on it.", switch=entity.id))
        if not opens and not may_close(entity, sides):
            raise Unsafe(say("{switch} may not be closed with voltage on it.", switch=entity.id))
        if not opens and sides > 1:
            raise Unsafe(say("{switch} would join two live parts of the grid.", switch=entity.id))

    def _check_outcome(self, outage: Outage, moved: Collection[int]) -> None:
        names = ", ".join(map(self.before.graph.id, moved))
        if outage.tripped.size:
            raise Unsafe(say("{switch} would feed what is cut out.", switch=names))
        fell = [at for at in np.setdiff1d(outage.lost, self.outage.lost).tolist() if at not in moved]
        if self._in_world:  # what is looked at may have voltage there, as long as nobody lives on it
            fell = [at for at in fell if self.before.graph.kind(at) in _PEOPLE]
        if fell:
            raise Unsafe(say("{switch} would take supply from who has it.", switch=names))

    def _follow(self, customer: int, perhaps: IsLive, lit: IsLive, faulty: frozenset[int]) -> None:
        """Take a customer in as it was before, at the loss and now."""
        found: list[int] = []
        for point in self.before.customers.points_of(customer):
            before = point_before(self.situation, point, perhaps)
            lost = self._dips(after_loss(before, lit, faulty))
            self.was[point.index] = shares(before, perhaps, ())
            self.at_loss[point.index] = shares(lost, lit, faulty)
            since = fallen_again(self.situation, reported(self.before, lost, self._reported), lost, lit)
            self.points[point.index] = after_loss(since, self._lit_now(), self.dead)
            self.now[point.index] = shares(self.points[point.index], self._lit_now(), self.dead)
            self.owner[point.index] = customer
            found.append(point.index)
        self.points_of[customer] = found

    def _dips(self, play: PointPlay) -> PointPlay:
        """With what a dip of seconds has opened, though supply is back."""
        dipped = self._dipped.intersection(supply.index for supply in play.point.supplies)
        return replace(play, released=play.released | dipped) if dipped else play

    def _move_inside(self, moved: dict[int, SwitchPosition]) -> None:
        for index, play in self.points.items():
            own = {switch: position for switch, position in moved.items() if switch in play.point.parts}
            if own:
                opened = {switch for switch, position in own.items() if position is SwitchPosition.OPEN}
                kept = play.kept.difference(own) | opened
                self.points[index] = replace(play, positions={**play.positions, **own}, kept=kept)

    def _settle(self, points: Iterable[int] | None = None) -> Gain:
        """Let customers' switches answer, and say who has everything again; of these points alone, if any are given."""
        changed = [index for index in (self.points if points is None else points) if self._answers(index)]
        kw, back = 0.0, []
        for customer in dict.fromkeys(self.owner[index] for index in changed):
            was_out, missing = self.is_out(customer), self.missing_kw(customer)
            for point in self.points_of[customer]:
                self.now[point] = shares(self.points[point], self._lit_now(), self.dead)
            kw += missing - self.missing_kw(customer)
            if was_out and not self.is_out(customer):
                back.append(customer)
        lit = self._lit() if points is None else []
        self._dark_areas -= set(lit)
        return Gain(tuple(back), tuple(lit), kw + sum(self.areas[area] for area in lit))

    def _lit(self) -> list[int]:
        """Areas that have supply again, ascending."""
        if not self._dark_areas:
            return []
        dark = np.array(sorted(self._dark_areas), np.int32)
        return [int(at) for at in dark[~np.isin(dark, self.outage.lost)] if self.outage.live(int(at))]

    def _answers(self, index: int) -> bool:
        """Let a point's switches answer; whether anything that it depends on has changed since it last did."""
        play = self.points[index]
        touched = frozenset() if play.point.parts.isdisjoint(self.dead) else play.point.parts & self.dead
        pattern = tuple([s.stands_for >= 0 and self._lit_now()(s.stands_for) for s in play.point.supplies])
        if self._answered.get(index) == (play, pattern, touched):
            return False
        self.points[index] = after = after_loss(play, self._lit_now(), self.dead)
        self._answered[index] = (after, pattern, touched)
        self.version += 1
        return True


_PEOPLE = frozenset({EntityKind.SUPPLY_SOURCE, EntityKind.ENERGY_CONSUMER})


def _dead(outage: Outage) -> frozenset[int]:
    """What conducts nothing: the zone, and what tripped."""
    return frozenset((*outage.zone.tolist(), *outage.tripped.tolist()))
