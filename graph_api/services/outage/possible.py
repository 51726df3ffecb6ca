"""What is possible (各种可能): customers in every world that switches of unknown position allow, and the worst of them.

A switch is unknown by one report, and by that report it has one position in a world: before, at the loss and now share
it unless another report lies between. Only switches that can matter are gone through: those on the way of the event,
and of each customer those that decide its other supplies and its own bays.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from graph_api.lazy import cached_property
from graph_api.readmodel.customers import Point
from graph_api.readmodel.numbers import Vertex
from graph_api.readmodel.topology import Outage
from graph_api.readmodel.topology.flood import Delta
from graph_api.readmodel.topology.jit import Ints
from graph_api.readmodel.topology.network import NO_VERTICES
from graph_api.readmodel.topology.outage import Doubt
from graph_api.readmodel.topology.worlds import Happening, Scene, Worlds
from graph_api.services.outage.changes import CustomerChange, Hit, change_of
from graph_api.services.outage.event import Cause
from graph_api.services.outage.possible_worlds import LiveInWorlds, Positions, PossibleWorld
from graph_api.services.outage.releases import held_before, opened_by_dip, released, with_release
from graph_api.services.outage.situation import Situation, Variable, in_world
from graph_api.services.outage.supply_state import GridState
from graph_api.services.outage.world_transfers import WorldTransfers
from schema.vocabulary import LoadsFed, SupplyState, SwitchPosition

MOST = 12
"""Unknown switches on the way up to which every world is gone through."""
_STATES = {SupplyState.NORMAL: 0, SupplyState.DEGRADED: 1, SupplyState.LOST: 2}
_FED = {LoadsFed.ALL: 0, LoadsFed.SOME: 1, LoadsFed.NONE: 2}
Closed = dict[int, bool]
_POSITION = {True: SwitchPosition.CLOSED, False: SwitchPosition.OPEN}


@dataclass(frozen=True, slots=True)
class _Answer:
    """A customer in one world."""

    at_loss: CustomerChange
    now: CustomerChange

    @property
    def code(self) -> int:
        """What decides: whether it is hit, how badly at the loss and now."""
        hit = self.at_loss.changed
        return (hit * 9 + _severity(self.at_loss)) * 9 + _severity(self.now)


@dataclass(frozen=True)
class Switched:
    """The grid of an event once its fault is cut out, in place of what the event did: nothing trips any more."""

    removed: tuple[int, ...]
    positions: Positions
    left: Outage


class Possible:
    """The worlds of a situation, as far as they are asked for."""

    def __init__(self, found: Situation, switched: Switched | None = None) -> None:
        self.found = found
        self._fault, self._now = (found.fault, found.now) if switched is None else (switched.left, switched.left)
        self._apart = found.assumed_apart if switched is None else switched.positions
        cause, self._is_switched = found.event.cause, switched is not None
        self._region: Ints = NO_VERTICES
        """What can be dead after the event and is joined to it."""
        opens = cause is Cause.OPENED or switched is not None
        removed = (*found.fails.equipment, *found.fails.heads) if opens else found.fails.places
        removed = removed if switched is None else switched.removed
        self._state = found.before.topology.state
        self._worlds = self._later = Worlds(self._state, Happening(removed, not opens, found.event.stuck))
        """What the event does; what is left of it now, of which some may be sound again."""
        self._mended = switched is None and found.still_fails is not found.fails
        if self._mended:
            still = found.still_fails
            removed = (*still.equipment, *still.heads) if opens else still.places
            faulted = bool(removed) and not opens
            self._later = Worlds(self._state, Happening(removed, faulted, found.event.stuck if faulted else ()))
        self._reported = dict(found.reported) if switched is None else {}
        self._kept = found.kept_open if switched is None else frozenset[int]()
        self._said_again = bool(self._kept) or (switched is None and found.closed_again)
        """Whether what was reported since answers otherwise than at the loss, though it stands as before."""
        self._lives = LiveInWorlds(found, self._worlds)
        self._known: dict[tuple[Variable, ...], list[PossibleWorld]] = {}
        self._columns: dict[int, int] = {}
        self._transfers = WorldTransfers(found.before, self._worlds, found.fails.equipment, (), ())
        self.on_the_way = self._on_the_way()
        """Unknown switches that can matter to what the event takes from the grid, at the loss or now."""

    def _on_the_way(self) -> tuple[Variable, ...]:
        apart = tuple(self._apart.items())
        switches, self._region = self._worlds.on_the_way(apart)
        found = {self._variable(index, self._apart) for index in switches.tolist()}
        if self._worlds.faulted:
            found |= {self._variable(index, self._apart) for index in self._beside_transfers()}
        if self._is_switched:  # what a plan made sure of was of unknown position before
            found |= {(index, False) for index in self._apart if self.found.before.position(index) is _UNKNOWN}
            switches, region = self._worlds.on_the_way(())
            self._region = np.union1d(self._region, region).astype(np.int32)
            found |= {(index, False) for index in switches.tolist()}
        if self._now is not self._fault:
            for assume in (tuple(self._reported.items()), self.found.positions_now, self._as_transferred()):
                switches, region = self._worlds.on_the_way(assume, self._fault.lost)
                self._region = np.union1d(self._region, region).astype(np.int32)
                found |= {self._variable(index, self._reported) for index in switches.tolist()}
        return tuple(sorted(found))

    def _as_transferred(self) -> tuple[tuple[int, SwitchPosition], ...]:
        """Positions of now with all closed that automatic transfers of the grid may have closed in some world."""
        closed = {each.closes: SwitchPosition.CLOSED for each in self._transfers.every}
        return tuple({**closed, **dict(self.found.positions_now), **self._reported}.items())

    def _beside_transfers(self) -> set[int]:
        """Unknown switches that decide whether automatic transfers of the grid act."""
        found = self.found
        self._transfers = WorldTransfers.of(
            found.before, self._worlds, found.fails.equipment, found.event.stuck, self._region
        )
        vertex_of = self._state.network.vertex_of
        deciding = {at for node in self._transfers.nodes for at in self._fault.depends_on(node)}
        deciding |= {at for node in self._transfers.nodes for at in self._doubt.deciding(Vertex(int(vertex_of[node])))}
        pairs = ((each.opens, each.closes) for each in self._transfers.every)
        return deciding | {at for pair in pairs for at in pair if found.before.position(at) is _UNKNOWN}

    @property
    def exact(self) -> bool:
        """Whether every world of the switches on the way is gone through."""
        return len(self.on_the_way) <= MOST

    def outages(self) -> tuple[Outage, Outage]:
        """What the event takes in any world, at the loss and now."""
        fault, now, worlds = self._fault, self._now, self._of(self.on_the_way)
        if not self.on_the_way:
            return fault, now
        at_loss = _with_lost(fault, [self._worlds.lost(each.before, each.at_loss.delta) for each in worlds])
        if now is fault:
            return at_loss, at_loss
        return at_loss, _with_lost(now, [self._worlds.lost(each.before, each.now.delta) for each in worlds])

    def tripped(self) -> tuple[int, ...]:
        """What trips in any world, ascending: of a breaker of unknown position nobody knows whether it did."""
        worlds = self._of(self.on_the_way) if self._worlds.faulted else []
        return tuple(sorted({at for each in worlds for at in each.at_loss.tripped.tolist()}))

    def trips(self) -> tuple[frozenset[int], frozenset[int]]:
        """What stands open by a trip now in any world, and in every one."""
        tripped = [
            frozenset((*(() if self._mended else each.at_loss.tripped.tolist()), *each.now.tripped.tolist()))
            for each in self._of(self.on_the_way)
        ]
        return frozenset[int]().union(*tripped), tripped[0].intersection(*tripped)

    def dipped(self) -> frozenset[int]:
        """Supplies that transfers of the grid gave back in some world, when their release had opened."""
        worlds = [each for each in self._of(self.on_the_way) if each.first is not each.at_loss]
        lost = [(self._worlds.lost(each.before, at.delta)) for each in worlds for at in (each.first, each.at_loss)]
        back = [np.setdiff1d(first, after) for first, after in zip(lost[::2], lost[1::2], strict=True)]
        every = np.unique(np.concatenate(back)).astype(np.int32) if back else NO_VERTICES
        return with_release(self.found.before, self._state.network.indexes(every).tolist())

    def expect(self, customers: Iterable[int]) -> None:
        """Tell whom `hit` will be asked about: what their supplies are in each world is found out for all at once."""
        points = (point for customer in customers for point in self.found.before.customers.points_of(customer))
        supplies = {each.stands_for for point in points for each in point.supplies if each.stands_for >= 0}
        self._columns = {supply: place for place, supply in enumerate(sorted(supplies))}

    def hit(self, customer: int) -> Hit | None:
        """The worst that the event does to a customer; None if it is hit in no world."""
        points = self.found.before.customers.points_of(customer)
        variables = tuple(sorted({*self.on_the_way, *self._own(points)}))
        if not variables:
            return None
        answers = self._answers(customer, points, self._of(variables))
        hit = [each for each in answers if each.at_loss.changed]
        if not hit:
            return None
        at_loss = max(hit, key=lambda each: (_severity(each.at_loss), -_severity_before(each.at_loss)))
        place, now = max(
            ((place, each) for place, each in enumerate(answers) if each.at_loss.changed),
            key=lambda each: (_severity(each[1].now), *_haste(each[1].now)),
        )
        out = [each for each in hit if each.at_loss.unfed]
        back = bool(out) and not any(each.now.unfed for each in out)
        chosen = _chosen(variables, place) if len(answers) == 1 << len(variables) else {}
        return Hit(at_loss.at_loss, now.now, back, _deciding(variables, answers), tuple(chosen.items()))

    def deciding(self, customers: Iterable[int]) -> tuple[Variable, ...]:
        """Unknown switches that can matter to the event or to any of these customers; ascending."""
        points = (point for customer in customers for point in self.found.before.customers.points_of(customer))
        return tuple(sorted({*self.on_the_way, *self._own(points)}))

    def concerns(self, customer: int) -> bool:
        """Whether any unknown switch can matter to a customer."""
        return bool(self.on_the_way or self._own(self.found.before.customers.points_of(customer)))

    def _variable(self, index: int, later: Positions) -> Variable:
        return index, later.get(index) is SwitchPosition.UNKNOWN

    def _own(self, points: Iterable[Point]) -> set[Variable]:
        """Unknown switches that decide a customer's supplies apart from the event, and those of its own inside."""
        found = set[int]()
        unknown = self._unknown_switches
        for point in points:
            found |= point.parts & unknown
            for supply in (each.stands_for for each in point.supplies if each.stands_for >= 0):
                found |= {*self._fault.depends_on(supply), *self._now.depends_on(supply)}
                for vertex in self._lives.vertices(supply):
                    if vertex in self._doubtful:
                        found.update(self._doubt.deciding(Vertex(vertex)))
        given = {(index, False) for index in found if self.found.before.position(index) is _UNKNOWN}
        return given | {(index, True) for index in found if self._reported.get(index) is _UNKNOWN}

    @cached_property
    def _unknown_switches(self) -> frozenset[int]:
        before = self._state.network.indexes(self._state.unknown).tolist()
        return frozenset(before) | {index for index, position in self._reported.items() if position is _UNKNOWN}

    @cached_property
    def _doubtful(self) -> frozenset[int]:
        """Vertices that only unknown switches feed before, apart from what the event concerns."""
        return frozenset(np.setdiff1d(self._state.in_doubt, self._region).tolist())

    @cached_property
    def _doubt(self) -> Doubt:
        state = self._state
        return Doubt(state.network, state.scratch_pool, state.in_doubt, state.unknown)

    def _of(self, variables: tuple[Variable, ...]) -> list[PossibleWorld]:
        """The worlds of these variables; where they are too many, one that is worse than every world."""
        known = self._known.get(variables)
        if known is None:
            if len(variables) > MOST:
                known = [self._worse_than_all(variables)]
            else:
                masks = range(1 << len(variables))
                known = [self._world(_chosen(variables, mask)) for mask in masks]
            self._known[variables] = known
        return known

    def _world(self, chosen: dict[Variable, bool], *, transfers: bool = True) -> PossibleWorld:
        given = {index: closed for (index, since), closed in chosen.items() if not since}
        apart = {index: self._closed(index, at, chosen) for index, at in self._apart.items()}
        before = self._worlds.before([index for index, closed in given.items() if closed])
        given |= self._moved_inside(chosen)
        at_loss = first = self._worlds.after(given | apart)
        moved = dict[int, bool]()
        if transfers:
            at_loss, moved = self._transfers.after(before, first, given | apart)
        left = given | apart | dict.fromkeys(at_loss.tripped.tolist(), False) | moved
        standing, now = left, at_loss
        if self._reported or self._mended:
            reported = {index: self._closed(index, at, chosen) for index, at in self._reported.items()}
            standing = (
                self._left_of_rest(given | apart, before, at_loss, moved) if self._mended else standing
            ) | reported
            now = self._later.after(standing)
        return PossibleWorld(before, first, at_loss, now, _positions(given), _positions(left), _positions(standing))

    def _moved_inside(self, chosen: dict[Variable, bool]) -> dict[int, bool]:
        """Where switches of the customers stand inside whom the fault lies: an automatic transfer that nobody reported
        may have moved them in some worlds only."""
        if not self.found.inside_by_report:
            return {}
        owns = self.found.before.customers.accounts.owns
        undone = in_world(self.found, chosen).undone
        return {at: position is SwitchPosition.CLOSED for at, position in undone if owns(at)}

    def _left_of_rest(self, given: dict[int, bool], before: Delta, at_loss: Scene, moved: dict[int, bool]) -> Closed:
        """How all stands by what is not sound again: a trip of the rest has happened only if somebody reported it, and
        what transfers moved on one that was is moved."""
        tripped = self._later.after(given).tripped.tolist() if self._later.faulted else ()
        told = {at: position is SwitchPosition.CLOSED for at, position in self.found.tripped_by_report.items()}
        opened = self.found.told_trips.intersection((*at_loss.tripped.tolist(), *self.found.event.tripped))
        still = dict[int, bool]()
        if moved:
            then = given | dict.fromkeys(opened, False)
            _, still = replace(self._transfers, worlds=self._later).after(before, self._later.after(then), then)
        return given | dict.fromkeys(tripped, False) | dict(moved.items() & still.items()) | told

    def _worse_than_all(self, variables: tuple[Variable, ...]) -> PossibleWorld:
        """Before with all unknown closed; after with the fault spread over all of them, and nothing fed by any."""
        one, other = (self._world(dict.fromkeys(variables, closed), transfers=False) for closed in (True, False))
        at_loss = self._worlds.spread(one.at_loss, _closed_ones(other.left))
        now = at_loss if one.now is one.at_loss else self._worlds.spread(one.now, _closed_ones(other.standing))
        return PossibleWorld(one.before, at_loss, at_loss, now, {}, other.left, other.standing)

    def _closed(self, index: int, position: SwitchPosition, chosen: dict[Variable, bool]) -> bool:
        return position is SwitchPosition.CLOSED or (position is _UNKNOWN and chosen.get((index, True), False))

    def _answers(self, customer: int, points: tuple[Point, ...], worlds: list[PossibleWorld]) -> list[_Answer]:
        """The customer in each world; worked out once for worlds that it sees alike."""
        supplies = [each.stands_for for point in points for each in point.supplies if each.stands_for >= 0]
        live = self._live(supplies, worlds)
        parts = frozenset[int]().union(*(point.parts for point in points))
        quiet = all(parts.isdisjoint(world.disturbed) for world in worlds)
        known: dict[object, _Answer] = {}
        found = []
        for number, world in enumerate(worlds):
            seen = () if quiet else tuple(_seen(dead, at, parts) for dead, at in world.states)
            key = live[number].tobytes(), seen, world.now is world.at_loss
            answer = known.get(key)
            if answer is None:
                rows = [dict(zip(supplies, row, strict=True)) for row in live[number].tolist()]
                states = [
                    GridState(row.__getitem__, dead, at) for row, (dead, at) in zip(rows[1:], world.states, strict=True)
                ]
                states[1] = replace(states[1], held=opened_by_dip(points, states[0].positions or {}, *rows[:3]))
                states[2] = replace(states[2], kept=self._kept)
                at_once = world.now is world.at_loss and not self._said_again
                answer = known[key] = self._answer(customer, points, states, at_once=at_once)
            found.append(answer)
        return found

    def _answer(self, customer: int, points: tuple[Point, ...], states: list[GridState], *, at_once: bool) -> _Answer:
        held = held_before(self.found) if any(point.releases for point in points) else frozenset[int]()
        before, at_loss, now = (replace(each, held=each.held | held) for each in states) if held else states
        model = self.found.before
        now = at_loss if at_once else replace(now, held=released(self.found, points, at_loss))
        return _Answer(change_of(model, customer, at_loss, before), change_of(model, customer, now, before))

    def _live(self, supplies: list[int], worlds: list[PossibleWorld]) -> npt.NDArray[np.bool_]:
        """Whether each supply is live, by world and moment (before transfers of the grid acted first); (worlds, 4,
        supplies)."""
        if worlds is self._known.get(self.on_the_way) and self._columns.keys() >= set(supplies):
            every = self._everybody
            found: npt.NDArray[np.bool_] = every[:, :, [self._columns[supply] for supply in supplies]]
            return found
        return self._lives.of(supplies, worlds)

    @cached_property
    def _everybody(self) -> npt.NDArray[np.bool_]:
        """The same of all supplies that are asked about, in the worlds of what is on the way."""
        return self._lives.of(list(self._columns), self._of(self.on_the_way))


_UNKNOWN = SwitchPosition.UNKNOWN


def _chosen(variables: tuple[Variable, ...], mask: int) -> dict[Variable, bool]:
    """In the world of number n switch i is closed where bit i of n is set."""
    return {each: bool(mask >> bit & 1) for bit, each in enumerate(variables)}


def _with_lost(outage: Outage, lost: list[Ints]) -> Outage:
    every = np.unique(np.concatenate(lost)).astype(np.int32)
    return replace(outage, lost=np.sort(outage.network.indexes(every)))


def _closed_ones(positions: Positions) -> dict[int, bool]:
    return {index: position is SwitchPosition.CLOSED for index, position in positions.items()}


def _positions(closed: dict[int, bool]) -> Positions:
    return {index: _POSITION[each] for index, each in closed.items()}


def _seen(dead: frozenset[int], positions: Positions, parts: frozenset[int]) -> tuple[tuple[int, ...], ...]:
    """What a customer sees of a moment inside: what is dead, what is closed, what is open."""
    closed = sorted(at for at, position in positions.items() if at in parts and position is SwitchPosition.CLOSED)
    opened = sorted(at for at, position in positions.items() if at in parts and position is not SwitchPosition.CLOSED)
    return tuple(sorted(dead & parts)), tuple(closed), tuple(opened)


def _severity(change: CustomerChange) -> int:
    return _STATES[change.after.state] * 3 + _FED[change.after.loads_fed]


def _severity_before(change: CustomerChange) -> int:
    return _STATES[change.before.state] * 3 + _FED[change.before.loads_fed]


def _haste(change: CustomerChange) -> tuple[bool, float]:
    """Greater is more urgent."""
    return bool(change.urgent_unknown), float("-inf") if change.shortest is None else -change.shortest.seconds


def _deciding(variables: tuple[Variable, ...], answers: list[_Answer]) -> tuple[int, ...]:
    """Switches of which one alone makes another answer, in some world; all of them where not every world was tried."""
    if len(answers) < 1 << len(variables):
        return tuple(sorted({index for index, _ in variables}))
    codes = np.array([each.code for each in answers])
    masks = np.arange(len(answers))
    flips = (bool(np.any(codes != codes[masks ^ (1 << bit)])) for bit in range(len(variables)))
    return tuple(sorted({index for (index, _), decides in zip(variables, flips, strict=True) if decides}))
