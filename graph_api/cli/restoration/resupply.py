"""`baodian resupply`: switching steps that cut a fault out and feed the rest again."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.text import Text

from graph_api.cli import naming, output
from graph_api.cli.outage.impact import warn_of_trips
from graph_api.cli.session import DEFAULT_STORE, StoreOption, read_model
from graph_api.cli.times import AtOption, moment
from graph_api.readmodel.model import ReadModel
from graph_api.services.outage.event import Event
from graph_api.services.restoration.planning import PlanStep, RestorationPlan, plan_restoration
from graph_api.services.restoration.spreading import Objective
from graph_api.services.restoration.wording import StepAction

ACTIONS = {
    StepAction.OPEN: "open 拉开",
    StepAction.CLOSE: "close 合上",
    StepAction.TRANSFER: "change over 切换",
    StepAction.GENERATOR: "generator 发电车",
}
OBJECTIVES = {
    Objective.MOST_IMPORTANT: "the most important customers first 重要客户优先",
    Objective.MOST_POWER: "most power 恢复负荷最多",
    Objective.FEWEST_OPERATIONS: "fewest operations 操作最少",
}


def resupply(
    elements: Annotated[
        list[str], typer.Argument(metavar="ELEMENT...", help="What is faulty: id, name or search text.")
    ],
    stuck: Annotated[
        list[str] | None, typer.Option("--stuck", help="A device that failed to trip; repeatable.")
    ] = None,
    fixed: Annotated[
        list[str] | None, typer.Option("--fixed", help="A switch that nobody can operate; repeatable.")
    ] = None,
    assume: naming.AssumeOption = None,
    tripped: naming.TrippedOption = None,
    at: AtOption = None,
    store: StoreOption = DEFAULT_STORE,
    as_json: output.JsonOption = False,
) -> None:
    """Plan how to cut a fault out and feed the rest again: ordered steps, what each brings back, who does it.

    Every step was replayed on the topology: what is cut out stays dead, no two live parts are joined, nothing carries
    more than its rating. A feeder as a whole names no place to cut out: name the faulty equipment, or `baodian locate`.
    """
    model = read_model(store)
    event = Event(
        things=tuple(naming.resolve_all(model, elements, naming.FAILING)),
        at=moment(at),
        assume=tuple(naming.assumptions(model, assume)),
        stuck=tuple(naming.resolve_all(model, stuck or ())),
        fixed=tuple(naming.resolve_all(model, fixed or ())),
        tripped=tuple(naming.resolve_all(model, tripped or ())),
    )
    plans = plan_restoration(model, event)
    warn_of_trips(model, plans[0].may_have_tripped)
    if as_json:
        output.emit_json({"revision": str(model.graph.revision), "plans": [_facts(model, plan) for plan in plans]})
        return
    _show(model, plans[0])
    for plan in plans[1:]:
        output.line(
            f"Instead, {OBJECTIVES[plan.objective]}: {plan.operations} operations, {plan.restored_count} customers, "
            f"{plan.kw:,.0f} kW, {len(plan.still_out)} still out (--json shows its steps)"
        )


def _show(model: ReadModel, plan: RestorationPlan) -> None:
    output.line(
        f"{plan.operations} operations 操作 · {plan.restored_count} customers 恢复客户 · {plan.kw:,.0f} kW · "
        f"{len(plan.still_out)} still out 未恢复"
    )
    named = [index for index in plan.isolation.cut if model.graph.name(index)]
    output.line(f"Cut out until repaired 隔离: {naming.titles(model, named)}")
    heads = ("#", "do 操作", "what 对象", "who 操作人", "why 目的", "back 恢复", "kW")
    rows = [_row(model, step) for step in plan.steps]
    output.emit(output.table(f"Plan 方案: {OBJECTIVES[plan.objective]}", *heads, rows=rows, numbers=["#", "kW"]))
    if plan.still_out:
        left = [(naming.title(model, each.customer), each.reason.en) for each in plan.still_out[: output.LISTED]]
        output.emit(output.table("Still out 未恢复", "customer 客户", "why 原因", rows=left))


def _row(model: ReadModel, step: PlanStep) -> tuple[object, ...]:
    names = naming.titles(model, step.restored[:3])
    more = f" +{len(step.restored) - 3}" if len(step.restored) > 3 else ""
    style = "bold yellow" if step.action is StepAction.OPEN else "bold green"
    return (
        step.order,
        Text(ACTIONS[step.action], style),
        naming.title(model, step.target),
        step.doer.zh,
        step.purpose.zh,
        f"{names}{more}",
        f"{step.kw:,.0f}" if step.kw else "",
    )


def _facts(model: ReadModel, plan: RestorationPlan) -> dict[str, Any]:
    return {
        "objective": plan.objective,
        "operations": plan.operations,
        "restored": plan.restored_count,
        "kw": plan.kw,
        "mayHaveTripped": naming.briefs(model, plan.may_have_tripped),
        "cutOut": naming.briefs(model, plan.isolation.cut),
        "steps": [
            {
                "order": step.order,
                "action": step.action,
                "target": naming.brief(model, step.target),
                "doer": step.doer,
                "purpose": step.purpose,
                "restored": naming.briefs(model, step.restored),
                "kw": step.kw,
            }
            for step in plan.steps
        ],
        "stillOut": [
            {"customer": naming.brief(model, each.customer), "reason": each.reason} for each in plan.still_out
        ],
    }
