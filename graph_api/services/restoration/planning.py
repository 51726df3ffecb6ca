"""Restoration (恢复供电): ordered switching that feeds again what can be fed, replayed step by step."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from functools import partial
from typing import NamedTuple

from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.things import Thing, Things
from graph_api.readmodel.topology import Assumption
from graph_api.services.outage.event import Cause, Event
from graph_api.services.outage.feeding import Transfer
from graph_api.services.outage.impact import Impact, find_impact
from graph_api.services.outage.situation import situation_of
from graph_api.services.outage.supply_state import CustomerState
from graph_api.services.restoration.isolation import Isolation, ease, isolate
from graph_api.services.restoration.load_blocks import LoadBlock, load_blocks_of
from graph_api.services.restoration.loading import Loading
from graph_api.services.restoration.replay import Replay
from graph_api.services.restoration.spreading import Objective, Spread, spread
from graph_api.services.restoration.wording import StepAction, StepPurpose, StillOutReason
from schema.customer import Customer
from schema.grid import Switch
from schema.registry import EntityKind
from schema.relationships import RelationshipKind
from schema.vocabulary import Importance, ResponsibilityRole, SwitchPosition


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanStep:
    """One step: what is done to what (index) by whom, and what it brings back.

    `restored` are customers all of whose loads are fed again after it, `kw` the power that it feeds again.
    """

    order: int
    action: StepAction
    target: Thing
    doer: ResponsibilityRole
    purpose: StepPurpose
    restored: Things
    kw: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StillOut:
    """A customer (index) that the plan leaves without all its loads, and why."""

    customer: Thing
    reason: StillOutReason


@dataclass(frozen=True, kw_only=True)
class RestorationPlan:
    """A plan for one objective; `operations` counts switches operated in the grid, `kw` the power fed again."""

    revision: int
    """Of the graph that it is true of."""
    objective: Objective
    isolation: Isolation = field(repr=False)
    steps: tuple[PlanStep, ...]
    still_out: tuple[StillOut, ...]
    positions: tuple[Assumption, ...]
    """Positions of switches of the grid when all is done, where they differ from those before the fault."""
    may_have_tripped: Things
    """Why customers may be missing here: see `dead_before.may_have_tripped`."""
    alternatives: tuple[RestorationPlan, ...] = ()
    """Plans for other objectives that lead to other steps."""

    @property
    def cut_out(self) -> Things:
        """What is cut out until it is repaired."""
        return self.isolation.cut

    @property
    def operations(self) -> int:
        """Switches that are operated in the grid."""
        return sum(step.action in (StepAction.OPEN, StepAction.CLOSE) for step in self.steps)

    @property
    def kw(self) -> float:
        """Power fed again by all steps."""
        return sum(step.kw for step in self.steps)

    @property
    def restored_count(self) -> int:
        """Customers all of whose loads are fed again."""
        return sum(len(step.restored) for step in self.steps)


def plan_restoration(model: ReadModel, event: Event) -> list[RestorationPlan]:
    """Plans to cut a fault out and feed the rest again, one per objective that leads to other steps.

    The first is the one for the most important customers. Every plan was replayed on the topology step by step: what
    is cut out stays dead, no two live parts are joined, nothing is loaded above its rating that was not before.
    Raises InvalidInput as `isolate` and `find_impact`.
    """
    case = _Case.of(model, event)
    plans: list[RestorationPlan] = []
    for objective in Objective:
        found = _plan(case, objective)
        if not any(_same(found, other) for other in plans):
            plans.append(found)
    return plans


def restoration_of(model: ReadModel, event: Event) -> RestorationPlan:
    """The plan for the most important customers, with the others as its alternatives."""
    first, *others = plan_restoration(model, event)
    return replace(first, alternatives=tuple(others))


def best_plan(model: ReadModel, event: Event) -> RestorationPlan:
    """The plan for the most important customers alone. Raises InvalidInput as `plan_restoration`."""
    return _plan(_Case.of(model, event), Objective.MOST_IMPORTANT)


@dataclass(frozen=True, slots=True)
class _Case:
    """What every plan of an event starts from: the grid before it, the cut, whom it hits, what is healthy and dark."""

    model: ReadModel
    cut: Isolation
    impact: Impact
    dark: _Dark

    @classmethod
    def of(cls, model: ReadModel, event: Event) -> _Case:
        before = situation_of(model, replace(event, cause=Cause.FAULTED)).before
        cut = isolate(before, event)
        impact = find_impact(model, replace(event, cause=Cause.FAULTED))
        return cls(before, cut, impact, _dark(before, cut, impact, event.fixed))


def _same(one: RestorationPlan, other: RestorationPlan) -> bool:
    return [(step.action, step.target) for step in one.steps] == [(step.action, step.target) for step in other.steps]


def _plan(case: _Case, objective: Objective) -> RestorationPlan:
    model, cut = case.model, case.cut
    plan = _Writer(model, cut, case.impact)
    for switch in cut.to_open:
        plan.operate(StepAction.OPEN, switch, StepPurpose.ISOLATE)
    for switch in cut.to_close:
        plan.operate(StepAction.CLOSE, switch, StepPurpose.FEED_UPSTREAM)
    loading = Loading(model, model.topology.assuming(tuple(plan.replay.positions.items())))
    found = spread(case.dark.blocks, loading, case.dark.ranks, objective, partial(ease, model.graph))
    beyond = {switch for block in found.too_much for switch in block.closed}
    for closing in found.closings:
        for switch in closing.open_first:
            purpose = StepPurpose.CUT_OFF if switch in beyond else StepPurpose.SECTION
            plan.operate(StepAction.OPEN, switch, purpose)
        plan.operate(StepAction.CLOSE, closing.switch, StepPurpose.RESUPPLY)
    plan.help_customers(loading)
    return RestorationPlan(
        revision=model.graph.revision,
        objective=objective,
        isolation=cut,
        steps=tuple(plan.steps),
        still_out=tuple(_still_out(model, cut, found, plan.replay)),
        positions=tuple(sorted(plan.replay.positions.items())),
        may_have_tripped=case.impact.may_have_tripped,
    )


class _Writer:
    """Writes a plan down while it is replayed."""

    def __init__(self, model: ReadModel, cut: Isolation, impact: Impact) -> None:
        self.replay = Replay(model, cut, impact)
        self.steps: list[PlanStep] = []
        self._model = model

    def operate(self, action: StepAction, switch: int, purpose: StepPurpose) -> None:
        """Operate a switch of the grid."""
        position = SwitchPosition.OPEN if action is StepAction.OPEN else SwitchPosition.CLOSED
        restored, kw = self.replay.operate(switch, position)
        self._add(action, switch, _operator(self._model, switch), purpose, restored, kw)

    def help_customers(self, loading: Loading) -> None:
        """Change over by hand where a live supply can carry it, else bring a generator if one can connect."""
        for customer, state in self.replay.unfed():
            transfer = state.awaiting_transfer
            access = _access(self._model, customer)
            if transfer is not None and (kw := self._carried(customer, state, transfer, loading)) is not None:
                target = transfer.switches[0] if transfer.switches else transfer.supplies[0]
                self._add(StepAction.TRANSFER, target, transfer.doer, StepPurpose.CHANGE_OVER, (customer,), kw)
            elif access is not None:
                purpose = StepPurpose.CONNECT_GENERATOR
                self._add(StepAction.GENERATOR, access, ResponsibilityRole.EMERGENCY_POWER, purpose, (), 0.0)
            else:
                continue
            self.replay.help(customer)

    def _carried(self, customer: int, state: CustomerState, transfer: Transfer, loading: Loading) -> float | None:
        """Power that a change-over takes; None if no live supply can carry it."""
        power = self._model.customers.accounts.power
        own = sum(float(power[load]) for load in transfer.feeds)
        kw = own or state.unfed_kw or 0.0
        for point in self._model.customers.points_of(customer):
            for supply in point.supplies:
                if supply.index in transfer.supplies and kw <= loading.spare(supply.stands_for):
                    loading.add(supply.stands_for, kw)
                    return kw
        return None

    def _add(
        self,
        action: StepAction,
        target: int,
        doer: ResponsibilityRole,
        purpose: StepPurpose,
        restored: tuple[int, ...],
        kw: float,
    ) -> None:
        self.steps.append(
            PlanStep(
                order=len(self.steps) + 1,
                action=action,
                target=target,
                doer=doer,
                purpose=purpose,
                restored=restored,
                kw=kw,
            )
        )


def _operator(model: ReadModel, switch: int) -> ResponsibilityRole:
    """Who operates a switch: the dispatcher from afar, the customer's electrician inside, else the repair crew."""
    if model.customers.accounts.owns(switch):
        return ResponsibilityRole.CUSTOMER_ELECTRICIAN
    if model.graph.get(Switch, switch).remote_controlled:
        return ResponsibilityRole.DISPATCHER
    return ResponsibilityRole.DISTRIBUTION_REPAIR


class _Dark(NamedTuple):
    """The healthy dark part as blocks, and the place of each block's most urgent customer."""

    blocks: list[LoadBlock]
    ranks: list[int]


def _dark(model: ReadModel, cut: Isolation, impact: Impact, fixed: Collection[int]) -> _Dark:
    barred = {*cut.cut, *cut.to_open, *cut.locked_open, *fixed}
    blocks = load_blocks_of(model, cut.dark.tolist(), barred, cut.reclosed.live)
    return _Dark(blocks, _ranks(model, blocks, impact))


def _ranks(model: ReadModel, blocks: list[LoadBlock], impact: Impact) -> list[int]:
    """Per block the place of its most urgent customer among those hit; behind all of them where it has none."""
    owner = model.customers.accounts.owner
    place = {customer: number for number, (_, customer) in enumerate(impact.customers())}
    last = len(place)
    return [
        min((place.get(int(owner[at]), last) for at in block.members if at < owner.size), default=last)
        for block in blocks
    ]


def _access(model: ReadModel, customer: int) -> int | None:
    """Where a generator truck can be connected at an important customer; None if nowhere is recorded."""
    graph = model.graph
    if graph.get(Customer, customer).importance is Importance.ORDINARY:
        return None
    for point in graph.targets(customer, RelationshipKind.HAS_RECEIVING_POINT):
        for at in graph.sources(point, RelationshipKind.CONTAINED_IN):
            if graph.kind(at) is EntityKind.ACCESS_POINT:
                return at
    return None


def _still_out(model: ReadModel, cut: Isolation, found: Spread, replay: Replay) -> list[StillOut]:
    """Customers that are left, and why."""
    owner = model.customers.accounts.owner
    inside_cut = {int(owner[at]) for at in cut.cut if at < owner.size}
    too_much = {int(owner[at]) for block in found.too_much for at in block.members if at < owner.size}
    left = []
    for customer, _ in replay.unfed():
        if customer in inside_cut:
            reason = StillOutReason.CUT_OUT
        elif customer in too_much:
            reason = StillOutReason.NO_CAPACITY
        else:
            reason = StillOutReason.NO_TIE
        left.append(StillOut(customer=customer, reason=reason))
    return left
