"""`baodian risks`: what is weak before anything happens."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from graph_api.cli import naming, output
from graph_api.cli.risk.planning import show_pairs, show_ties
from graph_api.cli.session import DEFAULT_STORE, StoreOption, read_model
from graph_api.errors import InvalidInput
from graph_api.readmodel.model import ReadModel
from graph_api.services.risk.contingencies import Contingency, Screening, screen_contingencies
from graph_api.services.risk.stakes import CLASSES
from graph_api.services.risk.supply_risks import RiskKind, SupplyRisk, supply_risks
from schema.customer import Customer
from schema.registry import EntityKind
from schema.vocabulary import Importance

KINDS = {
    RiskKind.SINGLE_POINT: "single point 单点",
    RiskKind.SHARED_PROTECTION: "one fault trips all 同一保护区",
    RiskKind.COMMON_CAUSE: "common cause 共因",
    RiskKind.CLASS_MISMATCH: "class against supply 等级不符",
}
NAMED = 3


def risks(
    customers: Annotated[
        list[str] | None, typer.Argument(metavar="[CUSTOMER]...", help="Only these: id, name or search text.")
    ] = None,
    kind: Annotated[list[RiskKind] | None, typer.Option("--kind", help="Only this kind of risk; repeatable.")] = None,
    importance: Annotated[
        list[Importance] | None, typer.Option("--importance", help="Only customers of this class; repeatable.")
    ] = None,
    sweep: Annotated[
        bool, typer.Option("--sweep", help="Instead, every single fault in the grid (N-1), worst first.")
    ] = False,
    pairs: Annotated[
        bool,
        typer.Option(
            "--pairs",
            help="Instead, pairs that cut these customers off together (N-2); none named = the special class.",
        ),
    ] = False,
    ties: Annotated[bool, typer.Option("--ties", help="Instead, what each open tie is worth over all faults.")] = False,
    first: Annotated[int, typer.Option("--first", min=1, help="Rows to show.")] = output.LISTED,
    store: StoreOption = DEFAULT_STORE,
    as_json: output.JsonOption = False,
) -> None:
    """Weak spots: single points and hidden common causes behind several supplies, class against supply, N-1 sweep.

    Told before anybody switches, of the grid as it is now. docs/meanings.md says what each kind means.
    """
    model = read_model(store)
    if sweep + pairs + ties > 1:
        raise InvalidInput("Give one of --sweep, --pairs and --ties.")
    if (sweep or ties) and (customers or kind or importance):
        raise InvalidInput("This considers every fault: leave customers, --kind and --importance out.")
    if sweep:
        _sweep(model, screen_contingencies(model), first, as_json=as_json)
        return
    if ties:
        show_ties(model, first, as_json=as_json)
        return
    chosen = naming.resolve_all(model, customers, [EntityKind.CUSTOMER]) if customers else None
    if pairs:
        show_pairs(model, chosen, first, as_json=as_json)
        return
    found = supply_risks(model, kinds=kind or None, importance=importance or None, customers=chosen)
    if as_json:
        facts = [_risk_facts(model, risk) for risk in found[:first]]
        output.emit_json({"revision": str(model.graph.revision), "total": len(found), "risks": facts})
        return
    rows = [_risk_row(model, risk) for risk in found[:first]]
    heads = ("customer 客户", "class 等级", "point 受电点", "weakness 隐患", "what 对象")
    output.emit(output.table(f"{len(found):,} supply risks 供电隐患", *heads, rows=rows))
    _cut(len(found), first)


def _sweep(model: ReadModel, found: Screening, first: int, *, as_json: bool) -> None:
    shown = found.contingencies[:first]
    if as_json:
        facts = [_case_facts(model, case) for case in shown]
        totals = {"swept": found.swept, "harmless": found.harmless, "total": len(found.contingencies)}
        output.emit_json({"revision": str(model.graph.revision), **totals, "contingencies": facts})
        return
    output.line(f"{found.swept:,} single faults 单一故障 · {found.harmless:,} cost nothing 无影响")
    heads = ("#", "fault on 故障设备", "trips 动作", *(each.zh[:2] for each in CLASSES), "degraded 下降", "kW")
    rows = [_case_row(model, case) for case in shown]
    title = "Single faults, worst first 单一故障 (customers lost by class 失电客户)"
    output.emit(output.table(title, *heads, rows=rows, numbers=[*heads[:1], *heads[3:]]))
    _cut(len(found.contingencies), first)


def _cut(total: int, first: int) -> None:
    if total > first:
        output.line(f"{total - first:,} more: --first {total}")


def _risk_row(model: ReadModel, risk: SupplyRisk) -> tuple[object, ...]:
    what = _some(model, risk.things)
    if risk.demand is not None:
        what = f"{risk.demand.zh} {risk.demand.value}: {risk.found:.3g} < {risk.required:.3g} ({risk.source})"
    return (
        naming.title(model, risk.customer),
        model.graph.get(Customer, risk.customer).importance.zh,
        naming.title(model, risk.point),
        KINDS[risk.kind],
        what,
    )


def _case_row(model: ReadModel, case: Contingency) -> tuple[object, ...]:
    counts = (count or "" for count in case.loss.lost)
    where, trips = _some(model, case.equipment), _some(model, case.trips)
    return (case.rank, where, trips, *counts, case.loss.degraded or "", f"{case.loss.kw:,.0f}")


def _some(model: ReadModel, indexes: tuple[int, ...]) -> str:
    more = f" +{len(indexes) - NAMED}" if len(indexes) > NAMED else ""
    return ", ".join(naming.title(model, each) for each in indexes[:NAMED]) + more


def _risk_facts(model: ReadModel, risk: SupplyRisk) -> dict[str, Any]:
    return {
        "customer": naming.brief(model, risk.customer),
        "receivingPoint": naming.brief(model, risk.point),
        "kind": risk.kind,
        "things": naming.briefs(model, risk.things),
        "demand": risk.demand,
        "found": risk.found,
        "required": risk.required,
        "source": risk.source,
    }


def _case_facts(model: ReadModel, case: Contingency) -> dict[str, Any]:
    return {
        "rank": case.rank,
        "equipment": naming.briefs(model, case.equipment),
        "trips": naming.briefs(model, case.trips),
        "lost": {each.value: count for each, count in zip(CLASSES, case.loss.lost, strict=True)},
        "degraded": case.loss.degraded,
        "kw": case.loss.kw,
    }
