"""`baodian impact`: who is hit when things fail, in the order in which they need help."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import typer
from rich.text import Text

from graph_api.cli import naming, output
from graph_api.cli.outage import impact_facts
from graph_api.cli.session import DEFAULT_STORE, AtOption, StoreOption, moment, read_model
from graph_api.cli.times import clock_time, time_left
from graph_api.exports.incident_table import phone, who
from graph_api.readmodel.model import ReadModel
from graph_api.services.duty.calling import call_first
from graph_api.services.duty.responsibility import Responsibilities, ResponsibilityRow, ResponsibilityTable
from graph_api.services.outage.affected import AffectedCustomer, LoadDeadline
from graph_api.services.outage.event import Cause, Event
from graph_api.services.outage.impact import Impact, find_impact
from graph_api.services.outage.trips import moment_of
from graph_api.services.plans.procedures import only_drafts
from graph_api.services.restoration.aftermath import answer
from schema.customer import Customer
from schema.registry import EntityKind
from schema.vocabulary import LoadsFed, SupplyState

ElementsArgument = Annotated[
    list[str],
    typer.Argument(help="What fails: id, name or search text of equipment, a feeder, a station, a trench; several."),
]
OpenedOption = Annotated[
    bool, typer.Option("--opened", help="It is taken out of service and nothing else happens; else it has a fault.")
]
FaultedOption = Annotated[
    bool, typer.Option("--faulted", help="It has a short circuit: protection trips first (this is the default).")
]
IsolatedOption = Annotated[
    bool, typer.Option("--isolated", help="Its fault is cut out and the rest is fed again as `resupply` plans.")
]
CAUSES = {Cause.OPENED: "opened 停运", Cause.FAULTED: "faulted 故障", Cause.ISOLATED: "isolated 隔离后"}
LOADS_STYLE = {LoadsFed.NONE: "bold red", LoadsFed.SOME: "yellow", LoadsFed.ALL: "green"}
STATE_STYLE = {SupplyState.LOST: "bold red", SupplyState.DEGRADED: "yellow", SupplyState.NORMAL: "green"}


def impact(
    elements: ElementsArgument,
    opened: OpenedOption = False,
    faulted: FaultedOption = False,
    isolated: IsolatedOption = False,
    at: AtOption = None,
    assume: naming.AssumeOption = None,
    tripped: naming.TrippedOption = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="Most customers to show; --json gives all.")] = 50,
    store: StoreOption = DEFAULT_STORE,
    as_json: output.JsonOption = False,
) -> None:
    """Who is hit when these fail: customers in the order in which they need help, how badly, until when, what to do."""
    model, now = read_model(store), moment(at)
    found = ask(
        model, elements, opened=opened, faulted=faulted, isolated=isolated, at=at, assume=assume, tripped=tripped,
        now=now,
    )  # fmt: skip
    if as_json:
        output.emit_json(impact_facts.of_impact(found, now))
        return
    _show(found, now, limit)


def whatif(
    positions: Annotated[
        list[str], typer.Argument(metavar="SWITCH=POSITION...", help="Switches as they would be: ID=OPEN, ID=CLOSED.")
    ],
    at: AtOption = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="Most customers to show; --json gives all.")] = 50,
    store: StoreOption = DEFAULT_STORE,
    as_json: output.JsonOption = False,
) -> None:
    """What if these switches stood otherwise: who would lose supply, and how much would get it that has none now."""
    model = read_model(store)
    assumed = naming.assumptions(model, positions)
    found = find_impact(model, Event(things=(), at=moment(at), cause=Cause.OPENED, assume=tuple(assumed)))
    kinds = [model.graph.kind(index) for index in found.outage.gained.tolist()]
    back = kinds.count(EntityKind.SUPPLY_SOURCE) + kinds.count(EntityKind.ENERGY_CONSUMER)
    if as_json:
        output.emit_json({**impact_facts.of_impact(found, found.at), "suppliesGained": back})
        return
    _show(found, found.at, limit, ", ".join(positions))
    output.line(f"Get supply that have none now 由无电变有电: {back:,} supplies")


def ask(
    model: ReadModel,
    elements: Sequence[str],
    *,
    opened: bool,
    faulted: bool,
    isolated: bool = False,
    at: datetime | None,
    assume: Sequence[str] | None,
    tripped: Sequence[str] | None,
    now: datetime | None = None,
) -> Impact:
    """The impact of things that are named as people name them; a warning on standard error where it may miss people.

    The moment of loss is `at`, else when what tripped was reported open, else now.
    Raises InvalidInput for what cannot be understood.
    """
    open_now = naming.resolve_all(model, tripped or ())
    if opened + faulted + isolated > 1:
        raise typer.BadParameter("give one of --opened, --faulted, --isolated")
    event = Event(
        things=tuple(naming.resolve_all(model, elements, naming.FAILING)),
        at=moment(at or moment_of(model, open_now) or now),
        cause=Cause.OPENED if opened else Cause.ISOLATED if isolated else Cause.FAULTED,
        assume=tuple(naming.assumptions(model, assume)),
        tripped=tuple(open_now),
    )
    found = answer(model, event)
    warn_of_trips(model, found.may_have_tripped)
    return found


def warn_of_trips(model: ReadModel, devices: Sequence[int]) -> None:
    """Say that what was asked about has no supply already, and how to ask of before."""
    if devices:
        again = " ".join(f"--tripped {model.graph.id(index)}" for index in devices)
        output.notice(
            f"It has no supply already 已无电: open 断开 {naming.titles(model, devices)}. Whom that left without "
            f"supply is NOT counted here 未计入. If this is the trip 跳闸, ask again with {again}"
        )


def heading(found: Impact) -> str:
    """What is asked, in one line."""
    names = ", ".join(naming.title(found.model, index) for index in found.equipment)
    return f"{names} {CAUSES[found.cause]}"


def _show(found: Impact, now: datetime, limit: int, title: str = "") -> None:
    model, ranked = found.model, found.customers()
    output.emit(
        Text(
            f"{title or heading(found)} · {found.at.astimezone():%Y-%m-%d %H:%M} · revision {model.graph.revision}",
            "bold",
        )
    )
    if found.operated_by:
        words = "Opens 拉开" if found.cause is Cause.ISOLATED else "Trips 跳闸"
        output.line(f"{words}: {naming.titles(model, found.operated_by)}")
    for text in _summary(found, now):
        output.emit(text)
    if not ranked:
        if found.may_have_tripped:
            output.emit(Text("No further customer is affected 无新增受影响客户; see the warning.", "yellow"))
        else:
            output.emit(Text("No customer is affected 无客户受影响.", "green"))
        return
    tables = Responsibilities(model, found.at)
    rows = (
        _row(found, now, place, found.affected(index), tables.of(index))
        for place, (_, index) in enumerate(ranked[:limit], 1)
    )
    heads = ("#", "客户 customer", "供电 supply", "时限 deadline", "先打 call", "注意 notes")
    title = "Affected customers 受影响客户, most urgent first"
    output.emit(output.table(title, *heads, rows=rows, numbers=["#"], whole=["#", "先打 call"]))
    if len(ranked) > limit:
        output.notice(f"{len(ranked) - limit:,} more are not shown: --limit, or --json for all.")


def _summary(found: Impact, now: datetime) -> list[Text]:
    model, summary = found.model, found.summary
    if not summary.total_count:
        return []
    states = [(f"{one.state.zh} {one.count:,}", STATE_STYLE[one.state]) for one in summary.customers if one.count]
    classes = " · ".join(f"{one.importance.zh} {one.count:,}" for one in summary.by_importance if one.count)
    unknown = f" (unknown for {summary.kw_unknown:,})" if summary.kw_unknown else ""
    texts = [
        Text.assemble(f"Customers 客户 {summary.total_count:,}: ", *_joined(states)),
        Text(f"Classes 等级: {classes}"),
        Text(f"Lost load 损失负荷: {summary.lost_kw:,.0f} kW{unknown}"),
    ]
    places = [*summary.stations, *summary.feeders]
    if places:
        texts.append(Text(f"Without supply 失电: {naming.titles(model, places)}"))
    if summary.most_urgent is not None and summary.most_urgent_customer is not None:
        who = naming.title(model, summary.most_urgent_customer)
        texts.append(Text(f"Most urgent 最急: {who}, {_deadline(found, now, summary.most_urgent)}", "bold red"))
    return texts


def _joined(parts: list[tuple[str, str]]) -> list[str | tuple[str, str]]:
    return [piece for part in parts for piece in (part, " · ")][:-1]


def _row(
    found: Impact, now: datetime, place: int, each: AffectedCustomer, table: ResponsibilityTable
) -> tuple[object, ...]:
    model = found.model
    customer = model.graph.get(Customer, each.customer)
    due = each.most_urgent
    return (
        place,
        f"{naming.title(model, each.customer)}\n{customer.importance.zh}",
        Text.assemble((each.state.zh, STATE_STYLE[each.state]), "\n", (each.loads_fed.zh, LOADS_STYLE[each.loads_fed])),
        "" if due is None else _deadline(found, now, due, "\n"),
        _call_first(model, call_first(table, each)),
        "\n".join(notes(found, each)),
    )


def _call_first(model: ReadModel, row: ResponsibilityRow | None) -> Text:
    if row is None:
        return Text("nobody 无人", "bold red")
    return Text(f"{who(model, row)}\n{phone(model, row)}")


def _deadline(found: Impact, now: datetime, due: LoadDeadline, then: str = " ") -> str:
    """The time on the clock, how long that is from now, and the load; `then` goes between."""
    until = due.deadline
    clock = clock_time(until, now)
    left = then if len(clock) > len("00:00") else " "
    return f"{clock}{left}({time_left(until, now)}){then}{naming.title(found.model, due.load)}"


def notes(found: Impact, each: AffectedCustomer) -> list[str]:
    """What to know and do about an affected customer, in a line each."""
    model = found.model
    lines = []
    if each.before is not SupplyState.NORMAL:
        lines.append(f"before 事前: {each.before.zh}")
    waits = each.awaiting_transfer
    if waits is not None:
        switches = naming.titles(model, waits.switches) or naming.titles(model, waits.supplies)
        lines.append(f"transfer by hand 待手动切换: {switches} ({waits.doer.zh})")
    for transfer in (point.transfer for point in each.receiving_points):
        if transfer is not None and transfer.automatic:
            within = "" if transfer.seconds is None else f" {transfer.seconds:g} s"
            lines.append(f"automatic transfer 自动切换{within}")
    if each.on_emergency_source:
        lines.append("on its own source 自备应急电源")
    single = each.single_point
    if single is not None and len(each.change.after.live) > 1:
        lines.append(f"all on one point 电源同源单点: {naming.title(model, single)}")
    if only_drafts(model.graph, each.customer):
        lines.append("plan not approved 预案未审批: no procedure counts")
    if each.depends_on:
        lines.append(f"depends on 取决于 {naming.titles(model, each.depends_on)} (position unknown)")
    return lines


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(rich_help_panel="In an incident")(impact)
    app.command(rich_help_panel="In an incident")(whatif)
