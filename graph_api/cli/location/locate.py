"""`baodian locate`: where the fault can be, from what was reported."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from graph_api.cli import naming, output
from graph_api.cli.session import DEFAULT_STORE, StoreOption, read_model
from graph_api.cli.times import AtOption, moment
from graph_api.errors import InvalidInput
from graph_api.readmodel.model import ReadModel
from graph_api.services.location import (
    Candidate,
    Check,
    CheckKind,
    Evidence,
    FaultLocation,
    Section,
    load_rates,
    locate,
)
from graph_api.settings import environment_name
from schema.registry import EntityKind
from schema.vocabulary import EvidenceKind

SAYS = {"yes": True, "no": False, "是": True, "否": False}
TO_DO = {
    CheckKind.READ_INDICATOR: "read 查看指示器",
    CheckKind.OPEN_AND_TEST: "open, close the feeder 分段试送",
    CheckKind.ASK_CUSTOMER: "ask 电话询问",
    CheckKind.PATROL: "walk 巡线",
}
SURELY_SHOWN, SHOWN_FROM = 3, 0.005
"""Candidates that the table shows: the first few, and all that are at least so probable."""
SHOWN_SECTIONS = 2
"""Sections of a candidate that a table shows."""


def locate_fault(
    reports: Annotated[
        list[str],
        typer.Argument(
            metavar="REPORT...",
            help="KIND=THING, as trip=滨江一线, indicator=ID=no, call=CUSTOMER, trip=ID=reclosed. "
            "Kinds: trip, fuse, indicator, current, meter, voltage, call, patrol, planned, arrears.",
        ),
    ],
    at: AtOption = None,
    assume: naming.AssumeOption = None,
    rates: Annotated[
        Path | None,
        typer.Option(
            "--rates", envvar=environment_name("location_rates"), help="YAML file of rates; without it, built in."
        ),
    ] = None,
    store: StoreOption = DEFAULT_STORE,
    as_json: output.JsonOption = False,
) -> None:
    """Rank the places where the fault can be, with what speaks for and against each, and what to check next.

    A report that ends in =no says that somebody looked and it is not so. Where devices have tripped, name them: they
    count as closed before the fault.
    """
    model = read_model(store)
    now = moment(at)
    evidence = [_report(model, text) for text in reports]
    weights = load_rates(rates) if rates is not None and os.fspath(rates) else load_rates()
    found = locate(model, evidence, now, rates=weights, assume=naming.assumptions(model, assume))
    if as_json:
        output.emit_json(_facts(model, found))
    else:
        _show(model, found)


def _report(model: ReadModel, text: str) -> Evidence:
    kind_name, _, rest = text.partition("=")
    thing_name, _, word = rest.rpartition("=") if rest.rpartition("=")[2] in {*SAYS, "reclosed"} else (rest, "", "")
    kinds = {name.casefold(): kind for kind in EvidenceKind for name in (kind.value, kind.zh)}
    kind = kinds.get(kind_name.strip().casefold())
    if kind is None or not thing_name:
        known = ", ".join(each.value.lower() for each in EvidenceKind)
        raise InvalidInput(f"{text!r} is no report; write KIND=THING, KIND one of {known}.", report=text)
    wanted = {*naming.FAILING, EntityKind.FAULT_INDICATOR}
    return Evidence(
        kind=kind,
        things=(naming.resolve(model, thing_name.strip(), wanted),),
        positive=SAYS.get(word, True),
        reclosed=word == "reclosed",
        id=text,
    )


def _show(model: ReadModel, found: FaultLocation) -> None:
    shown = [each for each in found.candidates if each.rank <= SURELY_SHOWN or each.probability >= SHOWN_FROM]
    rows = [_row(model, each) for each in shown]
    heads = ("#", "probability", "section 区段", "from the feeder's start", "opens 动作", "against 相悖")
    output.emit(output.table("Where the fault can be 故障候选位置", *heads, rows=rows, numbers=heads[:2]))
    for customer, chance in found.inside[:3]:
        output.line(f"Inside the customer alone 仅客户内部: {naming.title(model, customer)} {_percent(chance)}")
    hidden = sum(each.probability for each in found.candidates[len(shown) :])
    others = [
        ("no fault at all 无故障", found.none),
        ("two faults at once 两处故障", found.multiple),
        ("elsewhere 其他", found.rest + hidden),
    ]
    output.line(" · ".join(f"{words} {_percent(chance)}" for words, chance in others))
    if found.temporary:
        output.line("What tripped closed again and held: the fault was temporary 瞬时故障.")
    if not found.explained:
        contradicted = ", ".join(each.id for each in found.contradicting)
        words = f"No single cause explains every report 证据矛盾: {contradicted} misreports, or there are two faults."
        output.emit(Text(words, "bold yellow"))
    for aside in found.set_aside:
        output.emit(Text(f"Not weighed 未采用: {aside.evidence.id}: {aside.message}", "yellow"))
    if found.next_checks:
        checks = [_check(model, each) for each in found.next_checks]
        heads = ("do 核查", "thing 对象", "id", "yes with", "bits 信息量", "minutes 耗时")
        output.emit(output.table("What to check next 下一步核查", *heads, rows=checks, numbers=heads[3:]))


def _row(model: ReadModel, each: Candidate) -> tuple[object, ...]:
    sections = [_section(model, part) for part in each.sections[:SHOWN_SECTIONS]]
    if len(each.sections) > SHOWN_SECTIONS:
        sections.append(f"and {len(each.sections) - SHOWN_SECTIONS:,} more that no report separates")
    near, far = min(part.from_m for part in each.sections), max(part.to_m for part in each.sections)
    against = ", ".join(report.id for report in each.speaks_against)
    refused = " (nearest refused 拒动)" if each.refused else ""
    return (
        each.rank,
        _percent(each.probability),
        "\n".join(sections),
        f"{near:,.0f}-{far:,.0f} m",
        naming.titles(model, each.opens) + refused,
        against,
    )


def _section(model: ReadModel, part: Section) -> str:
    name = naming.title(model, part.equipment[0])
    more = f" +{len(part.equipment) - 1}" if len(part.equipment) > 1 else ""
    bounds = naming.titles(model, part.between[:3]) if part.between else "no device"
    owner = f" [{part.ownership.zh}]" if part.ownership else ""
    return f"{name}{more}{owner} {_percent(part.probability)}: {bounds}"


def _check(model: ReadModel, each: Check) -> tuple[object, ...]:
    remote = " (remote 遥控)" if each.remote else ""
    return (
        TO_DO[each.kind] + remote,
        naming.title(model, each.thing),
        model.graph.id(each.thing),
        _percent(each.chance),
        f"{each.bits:.2f}",
        f"{each.minutes:.0f}",
    )


def _percent(chance: float) -> str:
    return "< 0.1 %" if 0 < chance < 0.001 else f"{chance:.1%}"


def _facts(model: ReadModel, found: FaultLocation) -> dict[str, Any]:
    return {
        "revision": str(model.graph.revision),
        "at": found.at,
        "candidates": [_candidate(model, each) for each in found.candidates],
        "inside": [
            {"customer": naming.brief(model, customer), "probability": chance} for customer, chance in found.inside
        ],
        "rest": found.rest,
        "noFault": found.none,
        "multiple": found.multiple,
        "oneCause": found.explained,
        "temporary": found.temporary,
        "explained": _ids(found.agreeing),
        "contradicted": _ids(found.contradicting),
        "setAside": [
            {"report": each.evidence.id, "reason": each.reason, "message": each.message} for each in found.set_aside
        ],
        "nextCheck": [
            {
                "kind": each.kind,
                "thing": naming.brief(model, each.thing),
                "bits": each.bits,
                "probability": each.chance,
                "minutes": each.minutes,
                "remote": each.remote,
            }
            for each in found.next_checks
        ],
    }


def _candidate(model: ReadModel, each: Candidate) -> dict[str, Any]:
    return {
        "rank": each.rank,
        "probability": each.probability,
        "sections": [
            {
                "probability": part.probability,
                "equipment": naming.briefs(model, part.equipment),
                "between": naming.briefs(model, part.between),
                "fromMetres": part.from_m,
                "toMetres": part.to_m,
                "lengthMetres": part.length_m,
                "ownership": part.ownership,
            }
            for part in each.sections
        ],
        "evidenceFor": _ids(each.speaks_for),
        "evidenceAgainst": _ids(each.speaks_against),
        "opens": naming.briefs(model, each.opens),
        "refusedDevices": each.refused,
        "dependsOn": naming.briefs(model, each.depends_on),
    }


def _ids(reports: Iterable[Evidence]) -> list[str]:
    return [each.id for each in reports]
