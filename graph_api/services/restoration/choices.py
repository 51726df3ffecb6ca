"""Named choices (须调度员决定的方案): what no plan does by itself, as people who have power are switched off for it.

    live ─ n1 ─ CB1 ─ n2 ─ DIS/ ─ [dark]       open CB1: both sides of DIS are dead; close DIS; close CB1:
                      └─ S2 > C2                the dark part is fed, and C2 had no power meanwhile
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from graph_api.readmodel.model import ReadModel
from graph_api.services.outage.event import Cause, Event
from graph_api.services.outage.impact import find_impact
from graph_api.services.restoration.case import Case
from graph_api.services.restoration.dark_grid import DarkGrid
from graph_api.services.restoration.lit import areas_hit
from graph_api.services.restoration.loading import Loading
from graph_api.services.restoration.operations import doer_of_switch, doer_on_site
from graph_api.services.restoration.plan import NamedChoice, PlanStep, RestorationPlan, Share
from graph_api.services.restoration.region import Joint
from graph_api.services.restoration.wording import StepAction, StepPurpose, StillOutReason
from schema.durations import DURATIONS
from schema.grid import Breaker, Disconnector, LoadBreakSwitch, Recloser
from schema.registry import SWITCHES
from schema.vocabulary import LoadsFed, SwitchPosition

MOST = 3
"""Choices that are offered, the one that gives back most power first."""
_MAKES_LOAD = (Breaker, Recloser, LoadBreakSwitch)
_Act = tuple[StepAction, int, StepPurpose]
_OPEN, _CLOSED = SwitchPosition.OPEN, SwitchPosition.CLOSED


def choices_of(case: Case, plan: RestorationPlan) -> tuple[NamedChoice, ...]:
    """What could be done beyond a plan, by disconnectors that lead to what it leaves dark.

    None where positions are unknown: nobody signs for people whom he switches off on a guess.
    """
    waits = any(each.reason is StillOutReason.DISCONNECTOR_TIE for each in plan.still_out)
    if not waits or case.situation.undecided:
        return ()
    after = _After(case, plan)
    ties = [joint for joint in case.region.joints.values() if isinstance(joint.entity, Disconnector)]
    found = [choice for tie in ties if (choice := after.choice(tie)) is not None]
    found.sort(key=lambda each: (-each.restored.kw, each.harm_kw_min, each.tie))
    return tuple(found[:MOST])


class _After:
    """The grid after a plan, and the disconnectors in it that could be closed dead."""

    def __init__(self, case: Case, plan: RestorationPlan) -> None:
        self._case, self._plan = case, plan
        self._after = case.before.assuming(plan.positions)
        self._grid = self._dark_grid()
        self._forbidden = self._grid.cut(case.may_operate) | case.workplaces
        """Blocks that stay dark: the fault, what cannot be parted from it, and where people may be working."""

    def choice(self, joint: Joint) -> NamedChoice | None:
        """That of a disconnector; None where it is no tie, nothing cuts its live side off, or it helps nobody."""
        ends = self._ends(joint)
        island = None if ends is None else self._island(ends[1])
        if ends is None or island is None:
            return None
        live_end, dark_end = ends
        opens = self._to_be_opened(island)
        ready = self._after.assuming(tuple((at, _OPEN) for at in opens))
        done = ready.assuming(((joint.switch, _CLOSED),))
        breaker = _breaker(self._case, ready, live_end)
        if breaker is None or any(map(done.topology.energised, self._must_stay_dark(opens))):
            return None
        if _overloads(done, ready, [*done.topology.path_up(dark_end), *self._equipment(island)]):
            return None
        restored = _without(self._case, done, joint.switch, self._fed_already)
        if not (restored.customers or restored.areas):
            return None
        return self._written(joint.switch, opens, breaker, _without(self._case, ready, breaker), restored)

    def _dark_grid(self) -> DarkGrid:
        position, live = self._after.topology.position, self._after.topology.energised
        grid = DarkGrid(self._case.region, lambda switch: position(switch) is not _OPEN, ())
        grid.live = {block.number for block in self._case.region.blocks if any(map(live, block.nodes))}
        return grid

    def _ends(self, joint: Joint) -> tuple[int, int] | None:
        """Live and dark terminal of a disconnector that stands open and somebody may close; None for any other."""
        if joint.inside or not self._case.may_operate(joint) or joint.switch in self._grid.closed:
            return None
        one, other = map(self._after.topology.energised, joint.nodes)
        if one == other:
            return None
        return joint.nodes if one else (joint.nodes[1], joint.nodes[0])

    def _island(self, dark_end: int) -> frozenset[int] | None:
        """The dark part that it leads to and that can be parted from the fault; None where it is cut out itself."""
        block = self._case.region.block_of.get(dark_end)
        if block is None or block in self._forbidden:
            return None
        return self._grid.joined([block], lambda joint: not set(joint.ends) & self._forbidden)

    def _equipment(self, island: frozenset[int]) -> list[int]:
        """What power flows through in it."""
        return [*self._grid.within(island), *(at for block in self._grid.blocks(island) for at in block.equipment)]

    def _to_be_opened(self, island: frozenset[int]) -> list[int]:
        """Closed switches between it and the fault: all of them are dead."""
        return [joint.switch for joint in self._grid.border(island) if joint.switch in self._grid.closed]

    def _must_stay_dark(self, opens: Sequence[int]) -> Iterator[int]:
        for block in self._grid.blocks(self._forbidden):
            yield from (*block.nodes, *block.equipment)
        yield from (at for at in self._case.situation.still_fails.places if at not in opens)

    def _written(
        self, tie: int, opens: Sequence[int], breaker: int, interrupted: Share, restored: Share
    ) -> NamedChoice:
        held = {each.target for each in self._plan.steps if each.action is StepAction.LOCK}
        acts = [
            act
            for at in opens
            for act in ((StepAction.OPEN, at, StepPurpose.ISOLATE), (StepAction.LOCK, at, StepPurpose.SAFE_TO_WORK))
        ]
        acts += [(StepAction.UNLOCK, tie, StepPurpose.RESUPPLY)] if tie in held else []
        at_off, at_on = len(acts), len(acts) + 2
        parted = {at: acts_of for at in restored.customers if (acts_of := list(self._parted(at, held)))}
        acts += [
            (StepAction.OPEN, breaker, StepPurpose.DEAD_FOR_DISCONNECTOR),
            (StepAction.CLOSE, tie, StepPurpose.RESUPPLY),
            (StepAction.CLOSE, breaker, StepPurpose.RESUPPLY),
            *(act for each in parted.values() for act in each),
        ]
        steps = self._in_turn(acts)
        off, on = steps[at_off], steps[at_on]
        minutes = on.end_min - off.end_min
        steps[at_off] = replace(
            off, interrupted=interrupted.customers, interrupted_areas=interrupted.areas, interrupted_min=minutes
        )
        at_once = tuple(at for at in restored.customers if at not in parted)
        steps[at_on] = replace(on, restored=at_once, areas=restored.areas, kw=restored.kw)
        place = at_on
        for customer, each in parted.items():
            place += len(each)
            steps[place] = replace(steps[place], restored=(customer,))
        return NamedChoice(
            tie=tie,
            steps=tuple(steps),
            interrupted=interrupted,
            interrupted_min=minutes,
            restored=restored,
            positions=tuple(
                sorted({**dict(self._plan.positions), **dict.fromkeys(opens, _OPEN), tie: _CLOSED}.items())
            ),
        )

    @property
    def _fed_already(self) -> frozenset[int]:
        """Customers that the plan has back, or that were never out."""
        accounts = self._plan.accounts
        return frozenset((*accounts.was_not_out, *(each.thing for each in accounts.back)))

    def _parted(self, customer: int, held: Collection[int]) -> Iterator[_Act]:
        """What a customer closes again that the plan has opened, or locked, to keep what it has away from the fault."""
        owner = self._case.before.customers.accounts.owner
        for step in self._plan.steps:
            if step.action is StepAction.OPEN and int(owner[step.target]) == customer:
                if step.target in held:
                    yield StepAction.UNLOCK, step.target, StepPurpose.CLOSE_AGAIN
                yield StepAction.CLOSE, step.target, StepPurpose.CLOSE_AGAIN

    def _in_turn(self, acts: Sequence[_Act]) -> list[PlanStep]:
        """One after the other, once the plan has ended and everybody stands where he operates."""
        before = self._case.before
        doers = {
            at: doer_on_site(before, at) if before.customers.accounts.owns(at) else doer_of_switch(before, at)
            for _, at, _ in acts
        }
        minute = max([self._plan.minutes, *(DURATIONS[means].travel_min for _, means, _ in doers.values())])
        steps = []
        for order, (action, at, purpose) in enumerate(acts, 1):
            doer, means, _ = doers[at]
            ends = minute + DURATIONS[means].work_min
            steps.append(
                PlanStep(
                    order=order, action=action, target=at, doer=doer, asked_at=self._case.event.at, purpose=purpose,
                    start_min=minute, end_min=ends, track="",
                )
            )  # fmt: skip
            minute = ends
        return steps


def _breaker(case: Case, after: ReadModel, live_end: int) -> int | None:
    """The nearest switch on the way to a source that breaks and makes load, and without which that end is dead."""
    graph, region = after.graph, case.region
    for at in after.topology.path_up(live_end):
        if graph.kind(at) not in SWITCHES or not isinstance(graph.entity(at), _MAKES_LOAD):
            continue
        joint = region.joints.get(at)
        may = at not in case.fixed if joint is None else case.may_operate(joint)
        if may and not after.assuming(((at, _OPEN),)).topology.may_be_energised(live_end):
            return at
    return None


def _overloads(done: ReadModel, before: ReadModel, equipment: Sequence[int]) -> bool:
    """Whether any of this equipment carries more than it may, and more than before."""
    loading, earlier = Loading(done, done.topology), Loading(before, before.topology)
    return any(loading.flow[at] > earlier.flow[at] + 1e-6 for at in loading.overloaded(equipment))


def _without(case: Case, model: ReadModel, switch: int, but: Collection[int] = ()) -> Share:
    """Who has less where this switch is opened, `but` these customers."""
    impact = find_impact(model, Event(things=(switch,), cause=Cause.OPENED, at=case.event.at))
    customers = [at for _, at in impact.customers() if impact.affected(at).loads_fed is not LoadsFed.ALL]
    summary = impact.summary
    elsewhere = sum(kw for at, _, _, kw in impact.outcome if at in but and kw is not None)
    return Share(
        customers=tuple(at for at in customers if at not in but),
        areas=tuple(areas_hit(impact.situation)),
        households=summary.areas.households,
        kw=summary.lost_kw - elsewhere,
    )
