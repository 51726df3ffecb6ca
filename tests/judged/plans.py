"""A restoration plan of the product as the plain data that the independent checker takes."""

from __future__ import annotations

from graph_api.readmodel.model import ReadModel
from graph_api.services.outage.event import Event
from graph_api.services.restoration.plan import PlanAccounts, PlanStep, RestorationPlan
from graph_api.services.restoration.planning import best_plan
from graph_api.services.restoration.wording import StepAction, StepPurpose
from schema.registry import EntityKind
from tests.truth.net import Net
from tests.truth.plan import Accounts, Action, Back, Condition, OnOwn, Plan, Step, Violation
from tests.truth.plan_checker import check
from tests.truth.worlds import Event as Asked

_CONDITIONS = {StepPurpose.IF_ONE_SIDE_DEAD: Condition.ONE_SIDE_DEAD, StepPurpose.IF_NOT_FED: Condition.DEAD_BEHIND}


def told(model: ReadModel, plan: RestorationPlan) -> Plan:
    """A plan in the checker's words."""
    names = model.graph.id
    equipment = [at for at in plan.cut_out if "CONNECTIVITY" not in model.graph.kind(at).value.upper()]
    return Plan(
        steps=tuple(_step(model, step) for step in plan.steps),
        accounts=_accounts(model, plan.accounts, plan),
        cut_out=frozenset(map(names, equipment)),
        bounded_by=frozenset(map(names, plan.bounded_by)),
        after_repair=tuple(_step(model, step) for step in plan.after_repair),
    )


def _step(model: ReadModel, step: PlanStep) -> Step:
    names = model.graph.id
    transfer = step.action is StepAction.TRANSFER
    bare = transfer and all(model.graph.kind(at) is EntityKind.SUPPLY_SOURCE for at in step.closes)
    at_customer = transfer or step.action is StepAction.RELEASE
    return Step(
        order=step.order,
        action=_action(step),
        target=names(step.target),
        opens=tuple(map(names, step.opens)) if at_customer else (),
        closes=tuple(map(names, step.closes)) if at_customer else (),
        supplies=frozenset(map(names, step.supplies)) if bare or step.action is StepAction.LOCK else frozenset(),
        doer=step.doer.value,
        start_min=step.start_min,
        end_min=step.end_min,
        track=step.track,
        restored=frozenset(map(names, step.restored)),
        areas=frozenset(map(names, step.areas)),
        kw=step.kw,
        source_off=step.purpose is StepPurpose.WITH_SOURCE_OFF,
        only_if=_CONDITIONS.get(step.purpose),
    )


def _action(step: PlanStep) -> Action:
    """In the checker's words: it sees no truck that came before the plan, nobody who looks at a switch, and no
    automatic re-closing."""
    unseen = (StepAction.CHECK, StepAction.RECLOSING_ON)
    other = step.purpose is StepPurpose.TAKE_GENERATOR_AWAY or step.action in unseen
    return Action.OTHER if other else Action[step.action.value]


def _accounts(model: ReadModel, accounts: PlanAccounts, plan: RestorationPlan) -> Accounts:
    names = model.graph.id
    since = plan.situation.since
    return Accounts(
        was_not_out=frozenset(map(names, accounts.was_not_out)),
        back={names(each.thing): Back(each.step, each.minute) for each in accounts.back},
        on_own={
            names(each.customer): OnOwn(
                each.step, None if each.until is None else (each.until - since).total_seconds() / 60
            )
            for each in accounts.on_own
        },
        still_out={names(each.thing): each.reason.value for each in accounts.still_out},
    )


def violations(model: ReadModel, net: Net, event: Event) -> list[Violation]:
    """What the checker finds in the product's plan for an event."""
    plan = told(model, best_plan(model, event))
    asked = Asked(
        things=tuple(map(model.graph.id, event.things)),
        since=event.since.timestamp() if event.since else None,
        tripped=frozenset(map(model.graph.id, event.tripped)),
        stuck=frozenset(map(model.graph.id, event.stuck)),
    )
    return check(net, asked, plan, event.at.timestamp(), frozenset(map(model.graph.id, event.fixed)))
