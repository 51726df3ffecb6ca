"""Returning (恢复正常方式): what is done once the fault is repaired, until all stands as in the normal diagram.

    G1 - CB1/ - L1 - DS1/ - L2      close DS1 while all is dead, CB1 last
    G1 - CB1 - L1 - DS1/ - L2       CB1 is opened for a moment, DS1 closed, CB1 closed again

    G1 - CB1/ - LS1/ - L1 - LS2/ - L2 - LS9 - G2      LS1, CB1: L1 is fed; LS9 is opened, LS2 closed

The repaired part is switched in from its own side first (先对检修设备充电，后倒方式), up to what would join two
supplies; then what took over is opened, one after the other, and what waited for it is closed before the next. Whom
that leaves without voltage for a moment is named, and what a release (失压脱扣) opens on it is closed again. Each
operation is worked out on the topology without the fault: a disconnector or a fuse is not operated where the grid
gives it voltage.
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from graph_api.lazy import cached_property
from graph_api.readmodel.topology import Outage
from graph_api.services.restoration.building import Building
from graph_api.services.restoration.freeing import freed
from graph_api.services.restoration.on_condition import Closing, Worlds
from graph_api.services.restoration.opened_since import opened_after_repair
from graph_api.services.restoration.operations import doer_of_switch, is_customers, is_remote
from graph_api.services.restoration.plan import PlanStep
from graph_api.services.restoration.play import Play
from graph_api.services.restoration.reclosing import put_in_again
from graph_api.services.restoration.return_times import with_times
from graph_api.services.restoration.returning_customers import Return, customers_back
from graph_api.services.restoration.way_back import Passed, WayBack
from graph_api.services.restoration.wording import StepAction, StepPurpose
from schema.grid import ACLineSegment, Disconnector, EnergySource, Fuse, Switch
from schema.relationships import RelationshipKind
from schema.vocabulary import Construction, ResponsibilityRole, SwitchPosition

_ELECTRICIAN, _LINE = ResponsibilityRole.CUSTOMER_ELECTRICIAN, ResponsibilityRole.LINE_MAINTENANCE
_CABLE = ResponsibilityRole.CABLE_MAINTENANCE
_CLOSED, _OPEN = SwitchPosition.CLOSED, SwitchPosition.OPEN
_ACTION = {_OPEN: StepAction.OPEN, _CLOSED: StepAction.CLOSE}
_NOBODY = Passed()
Move = tuple[SwitchPosition, int, StepPurpose]


def after_repair(plan: Building, ended: Play) -> tuple[PlanStep, ...]:
    """Steps once the fault is repaired: lines are walked along, earths and locks are taken off, then every switch goes
    back; minutes run from the repair."""
    model, steps = plan.case.before, list[PlanStep]()
    for at in plan.case.worked_on:
        entity = model.graph.entity(at)
        if isinstance(entity, ACLineSegment):
            walks = _CABLE if entity.construction is Construction.CABLE else _LINE
            role = _ELECTRICIAN if is_customers(model, at) else walks
            steps.append(_step(plan, len(steps) + 1, StepAction.PATROL, at, StepPurpose.BEFORE_ENERGISING, role))
    for action, on in freed(plan):
        steps.append(_step(plan, len(steps) + 1, action, on.target, StepPurpose.WORK_ENDED, on.doer))
    way, (back_on, moves) = WayBack(plan, ended), _return_of(plan, ended)
    worlds = Worlds(ended)
    moves = list(_on_condition(worlds, moves))
    grids, begun, waits = [*[*back_on.outages(moves)][:-1], back_on.when_done(moves)], len(steps), dict[int, int]()
    for (position, switch, purpose), passed in _passing(way, grids, moves):
        role = doer_of_switch(model, switch)[0]
        steps.append(_step(plan, len(steps) + 1, _ACTION[position], switch, purpose, role, passed))
    for switch in put_in_again(plan, ended, [switch for position, switch, _ in moves if position is _CLOSED]):
        role = doer_of_switch(model, switch)[0]
        steps.append(_step(plan, len(steps) + 1, StepAction.RECLOSING_ON, switch, StepPurpose.BACK_TO_NORMAL, role))
    for each, passed in customers_back(plan, ended, way, worlds):
        role = ResponsibilityRole.EMERGENCY_POWER if each.action is StepAction.GENERATOR else _ELECTRICIAN
        back = _step(plan, len(steps) + 1, each.action, each.target, each.purpose, role, passed)
        if (move := _fed_from(plan, each, grids, moves)) is not None:
            waits[len(steps)] = begun + move
        steps.append(replace(back, opens=each.opens, closes=each.closes, supplies=each.supplies))
    return with_times(model, steps, waits)


def _fed_from(plan: Building, each: Return, grids: list[Outage], moves: list[Move]) -> int | None:
    """The move from which on what a release has opened has voltage for good, the last opening or a later one: until
    then what took over may have to carry it; None where that is not known."""
    if each.action is not StepAction.RELEASE or not moves:
        return None
    customers = plan.case.before.customers
    points = customers.points_of(int(customers.accounts.owner[each.supplies[0]]))
    at = next(own.stands_for for point in points for own in point.supplies if own.index == each.supplies[0])
    if at < 0 or plan.case.situation.anywhere.knows(at) or not grids[-1].live(at):
        return None
    opened = (number for number, (position, *_) in enumerate(moves) if position is _OPEN)
    dark = (number + 1 for number, grid in enumerate(grids) if not grid.live(at))
    return max((*opened, *dark), default=0)


def _return_of(plan: Building, ended: Play) -> tuple[_Return, list[Move]]:
    """To the normal diagram; as it was before the event where that leaves somebody dark or joins two supplies."""
    way = _Return(plan, ended, to_normal=True)
    moves = list(way.moves())
    if not way.is_whole():
        way = _Return(plan, ended, to_normal=False)
        moves = list(way.moves())
    gentle = _FromOwnSide(plan, ended, to_normal=way.to_normal)
    if way.is_whole() and gentle.takes_over():
        found = list(gentle.moves())
        if gentle.is_whole() and len(found) <= len(moves):
            return gentle, found
    return way, moves


def _on_condition(worlds: Worlds, moves: list[Move]) -> Iterator[Move]:
    """Moves without those that would join two supplies in every world, and which are made on condition."""
    for position, switch, purpose in moves:
        closing = worlds.closing(switch) if position is _CLOSED else Closing.SURE
        if closing is not Closing.NEVER:
            yield position, switch, purpose if closing is Closing.SURE else StepPurpose.IF_ONE_SIDE_DEAD
            worlds.moved(switch, position)


def _passing(way: WayBack, grids: list[Outage], moves: list[Move]) -> Iterator[tuple[Move, Passed]]:
    """Each move with what it does to who is fed; with the last one the sources that were cut out are back."""
    if not moves:
        way.operate(grids[0])
    yield from ((move, way.operate(outage)) for outage, move in zip(grids, moves, strict=False))


class _Return:
    """The grid on its way back."""

    def __init__(self, plan: Building, ended: Play, *, to_normal: bool) -> None:
        self._case, self._graph, self.to_normal = plan.case, plan.case.before.graph, to_normal
        self._positions = dict(ended.positions)
        self._begun = dict(ended.positions)
        zone = ended.outage.zone.tolist()
        self._off = [at for at in zone if isinstance(self._graph.entity(at), EnergySource)]
        """Sources that come back when all else is done."""
        self._outages: dict[tuple[tuple[int, ...], tuple[tuple[int, SwitchPosition], ...]], Outage] = {}
        self._kept: set[int] = set()
        self._skipped: set[int] = set()
        self._turned = opened_after_repair(ended.situation)
        """What this way back has opened by now."""
        self._goal = dict(self._goals(to_normal=to_normal))
        self._leave_open()

    def moves(self) -> Iterator[Move]:
        """What is operated, in order."""
        yield from self._all(_OPEN)
        yield from self._all(_CLOSED)

    def outages(self, moves: list[Move]) -> Iterator[Outage]:
        """The grid after each of its moves."""
        positions = dict(self._begun)
        for position, switch, _ in moves:
            positions[switch] = position
            yield self._opened(self._off, positions)

    def when_done(self, moves: list[Move]) -> Outage:
        """The grid after all of them, with its sources back."""
        return self._opened((), self._begun | {switch: position for position, switch, _ in moves})

    def is_whole(self) -> bool:
        """Whether all is done, and who had supply before has it again once customers' own switches are back, too."""
        owns = self._case.before.customers.accounts.owns
        of_the_grid = {switch: position for switch, position in self._positions.items() if not owns(switch)}
        lost = self._opened((), of_the_grid).lost
        return not self._skipped and set(lost.tolist()) <= self._kept

    def _goals(self, *, to_normal: bool) -> Iterator[tuple[int, SwitchPosition]]:
        """Where each switch that stands otherwise than before goes; what was opened for work stays open."""
        owns, before = self._case.before.customers.accounts.owns, self._case.before.topology.position
        for switch, now in sorted(self._positions.items()):
            then, normal = before(switch), self._graph.get(Switch, switch).normal_position
            if now in (then, SwitchPosition.UNKNOWN) or owns(switch) or switch in self._case.for_work:
                continue
            goal = then
            if then is SwitchPosition.UNKNOWN:  # it may have fed somebody
                goal = _CLOSED if normal is SwitchPosition.UNKNOWN else normal
            elif to_normal and now is normal:
                goal = now
            if goal is now:
                self._kept.add(switch)
            else:
                yield switch, goal

    def _leave_open(self) -> None:
        """What may have stood open, and nobody needs closed, is left so: it could make a ring that never was."""
        then, ended = self._case.before.topology.position, self._positions | self._goal
        moved = [switch for switch in (*self._goal, *self._kept) if then(switch) is SwitchPosition.UNKNOWN]
        for switch in moved:
            without = ended | {switch: _OPEN}
            live = self._opened((), without).live
            if ended[switch] is _CLOSED and all(map(live, self._graph.targets(switch, RelationshipKind.CONNECTS))):
                ended, self._goal[switch] = without, _OPEN

    def _all(self, position: SwitchPosition) -> Iterator[Move]:
        todo = self._left(position)
        todo.sort(key=lambda switch: (self._ease(switch) * (1 if position is _CLOSED else -1), switch))
        while todo:
            yield from self._one(todo.pop(0), position, todo)

    def _left(self, position: SwitchPosition) -> list[int]:
        """What has still to go there."""
        return [at for at, goal in self._goal.items() if goal is position and self._positions.get(at) is not position]

    def _one(self, switch: int, position: SwitchPosition, todo: list[int]) -> Iterator[Move]:
        """One switch goes back, what it needs dead for that before it; `todo` is what else goes the same way."""
        if self._needs_it_dead(switch, position):
            for other in self._made_dead(switch):
                yield self._move(other, _OPEN, StepPurpose.DEAD_FOR_DISCONNECTOR)
                todo += [] if other in todo or position is _OPEN else [other]
                if position is _OPEN:
                    self._goal.setdefault(other, _CLOSED)
        if self._needs_it_dead(switch, position):
            yield self._move(switch, position, StepPurpose.WITH_SOURCE_OFF)
        elif self._joins(switch, position):
            self._skipped.add(switch)
        elif self._positions.get(switch) is not position:
            yield self._move(switch, position, StepPurpose.BACK_TO_NORMAL)

    def _ease(self, switch: int) -> int:
        """What cannot make load is closed first, breakers last; opened the other way round."""
        entity = self._graph.get(Switch, switch)
        return 2 * entity.breaks_load + entity.breaks_fault

    def _move(self, switch: int, position: SwitchPosition, purpose: StepPurpose) -> Move:
        self._positions[switch] = position
        return position, switch, purpose

    def _outage(self) -> Outage:
        return self._opened(self._off, self._positions)

    def _opened(self, off: Collection[int], positions: dict[int, SwitchPosition]) -> Outage:
        asked = tuple(off), tuple(sorted(positions.items()))
        if asked not in self._outages:
            self._outages[asked] = self._case.before.topology.opened(*asked)
        return self._outages[asked]

    def _live_sides(self, switch: int) -> list[int]:
        outage = self._outage()
        perhaps = set(outage.maybe.tolist())
        nodes = dict.fromkeys(self._graph.targets(switch, RelationshipKind.CONNECTS))
        return [node for node in nodes if outage.live(node) or node in perhaps]

    def _needs_it_dead(self, switch: int, position: SwitchPosition) -> bool:
        entity = self._graph.get(Switch, switch)
        is_fuse = isinstance(entity, Fuse) and position is _OPEN
        return (isinstance(entity, Disconnector) or is_fuse) and bool(self._live_sides(switch))

    def _joins(self, switch: int, position: SwitchPosition) -> bool:
        """Whether it would join two supplies that were not joined before.

        A side that has voltage only as a switch of unknown position stands had it so before.
        """
        sides = self._live_sides(switch) if position is _CLOSED else []
        if len(sides) < 2:
            return False
        without, now = self._opened((switch,), {}), self._outage()
        perhaps = set(without.maybe.tolist())
        return not all(without.live(side) or (side in perhaps and not now.live(side)) for side in sides)

    def _made_dead(self, switch: int) -> list[int]:
        """The nearest devices that break load on the ways that give a switch voltage; [] where they do not suffice."""
        found: list[int] = []
        kept = dict(self._positions)
        while sides := self._live_sides(switch):
            topology = self._case.before.topology.assuming(tuple(sorted(self._positions.items())))
            ways = (topology.path_up(side) for side in sides)
            able = next((at for way in ways for at in way if at != switch and self._may_open(at)), None)
            if able is None:
                found = []
                break
            found.append(able)
            self._positions[able] = _OPEN
        self._positions = kept
        return found

    def _may_open(self, at: int) -> bool:
        entity = self._graph.entity(at)
        owns = self._case.before.customers.accounts.owns
        return isinstance(entity, Switch) and entity.breaks_load and at not in self._case.fixed and not owns(at)


class _FromOwnSide(_Return):
    """What is dead is switched in from its own side first; nobody loses supply before a way back is ready."""

    def takes_over(self) -> bool:
        """Whether anything is to be opened, as it took over."""
        return bool(self._taking_over())

    def moves(self) -> Iterator[Move]:
        """What is dead, then one after the other that took over with what waits for it, then what is left."""
        yield from self._while_dead()
        yield from self._switched_in()
        while over := self._taking_over():
            yield from self._one(next(filter(self._makes_way, over), over[0]), _OPEN, [])
            yield from self._switched_in()
        yield from self._all(_CLOSED)

    def _taking_over(self) -> list[int]:
        """What is still to be opened, what breaks most first."""
        left = self._left(_OPEN)
        return sorted(left, key=lambda switch: (-self._ease(switch), switch))

    def _while_dead(self) -> Iterator[Move]:
        """What a switch was opened for on this way back: a disconnector, or a fuse, is opened as long as it has no
        voltage."""
        for switch in self._taking_over() if self._turned else ():
            if not self._graph.get(Switch, switch).breaks_load and not self._live_sides(switch):
                yield self._move(switch, _OPEN, StepPurpose.BACK_TO_NORMAL)

    def _switched_in(self) -> Iterator[Move]:
        """What may be closed with what still takes over left closed, each as soon as it gives supply back."""
        while able := [at for at in self._left(_CLOSED) if self._is_free(at)]:
            yield self._move(min(able, key=self._order), _CLOSED, StepPurpose.BACK_TO_NORMAL)

    def _is_free(self, switch: int) -> bool:
        """Whether a closing joins nothing, and charges nothing but from its own side."""
        sides, live = self._live_sides(switch), self._own_side().live
        dead_enough = not self._needs_it_dead(switch, _CLOSED)
        return dead_enough and all(map(live, sides)) and not self._joins(switch, _CLOSED)

    def _makes_way(self, taking_over: int) -> bool:
        """Whether something that waits can be closed at once, from its own side, when one is opened."""
        kept, self._positions = self._positions, self._positions | {taking_over: _OPEN}
        ready = any(self._live_sides(at) and self._is_free(at) for at in self._left(_CLOSED))
        self._positions = kept
        return ready

    def _order(self, switch: int) -> tuple[int, int, int]:
        """First what cannot make load, while it is dead; then the way to the repaired part, its breaker last; then
        onwards, each as soon as it gives supply back, from afar before crews go (for a fuse of a branch, too)."""
        entity = self._graph.get(Switch, switch)
        if not entity.breaks_load and (switch in self._ways_in or not isinstance(entity, Fuse)):
            return 0, self._ease(switch), switch
        if switch in self._ways_in:
            return 1, self._ease(switch), switch
        if self._live_sides(switch):
            return 2, int(not is_remote(self._case.before, switch)), switch
        return 3, self._ease(switch), switch

    @cached_property
    def _ways_in(self) -> frozenset[int]:
        """What lay on the way from a source to what was repaired, before the event."""
        way_to = self._case.before.topology.path_up
        return frozenset(at for place in self._case.situation.still_fails.places for at in way_to(place))

    def _own_side(self) -> Outage:
        """The grid by now without what took over."""
        over = dict.fromkeys(self._taking_over(), _OPEN)
        return self._opened(self._off, self._positions | over)


def _step(
    plan: Building,
    order: int,
    action: StepAction,
    target: int,
    purpose: StepPurpose,
    doer: ResponsibilityRole,
    passed: Passed = _NOBODY,
) -> PlanStep:
    return PlanStep(
        order=order,
        action=action,
        target=target,
        doer=doer,
        asked_at=plan.case.event.at,
        purpose=purpose,
        start_min=0.0,
        end_min=0.0,
        opens=(target,) if action is StepAction.OPEN else (),
        closes=(target,) if action is StepAction.CLOSE else (),
        track="",
        restored=passed.restored,
        areas=passed.areas,
        kw=passed.kw,
        interrupted=passed.interrupted,
        interrupted_areas=passed.interrupted_areas,
        interrupted_min=passed.minutes,
    )
