"""`baodian trace`: where supply comes from, what hangs on a thing, what it is joined to."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Any

import typer
from rich.text import Text

from graph_api.cli import naming, output
from graph_api.cli.session import DEFAULT_STORE, StoreOption, read_model
from graph_api.readmodel.model import ReadModel
from graph_api.services.explore.trace import OpenPoint, Trace, TraceDirection
from graph_api.services.explore.trace import trace as follow
from schema.grid import Switch
from schema.vocabulary import SwitchPosition

TITLES = {
    TraceDirection.UP: "Where the supply of {} comes from 上游",
    TraceDirection.DOWN: "What loses supply if {} opens 下游",
    TraceDirection.ISLAND: "What {} is joined to 连通岛",
    TraceDirection.PATH: "Shortest way from {} up to a source 供电路径",
}


def trace(
    element: Annotated[str, typer.Argument(help="Id, name or search text of equipment, a feeder or a customer.")],
    up: Annotated[bool, typer.Option("--up", help="All that lies on any way up to the sources (the default).")] = False,
    down: Annotated[bool, typer.Option("--down", help="All that hangs on it alone.")] = False,
    island: Annotated[bool, typer.Option("--island", help="All that is joined to it, live or dead.")] = False,
    path: Annotated[bool, typer.Option("--path", help="One shortest way up, in order.")] = False,
    assume: naming.AssumeOption = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="Most rows to show; --json gives all.")] = 200,
    store: StoreOption = DEFAULT_STORE,
    as_json: output.JsonOption = False,
) -> None:
    """Follow the supply of a thing: up to the sources, down to the loads, its island, or one path; nearest first.

    A feeder stands for its head, a customer for its supplies, a station or trench for what is in it.
    """
    chosen = [way for way, wanted in zip(TraceDirection, (up, down, island, path), strict=True) if wanted]
    if len(chosen) > 1:
        raise typer.BadParameter("give one of --up, --down, --island, --path")
    direction = chosen[0] if chosen else TraceDirection.UP
    model = read_model(store)
    start = naming.resolve(model, element, naming.FAILING)
    found = follow(model, start, direction, naming.assumptions(model, assume))
    if as_json:
        output.emit_json(_facts(model, found))
        return
    _show(model, found, limit)


def _facts(model: ReadModel, found: Trace) -> dict[str, Any]:
    return {
        "revision": str(model.graph.revision),
        "direction": found.direction.value,
        "from": naming.brief(model, found.start),
        "energised": found.energised,
        "feeders": naming.briefs(model, found.feeders),
        "sources": naming.briefs(model, found.sources),
        "equipment": [_equipment(model, index) for index in found.equipment],
        "customers": naming.briefs(model, found.customers),
        "openPoints": [_open_point(model, point) for point in found.open_points],
        "dependsOn": naming.briefs(model, found.depends_on),
    }


def _equipment(model: ReadModel, index: int) -> dict[str, Any]:
    position = _position(model, index)
    return {**naming.brief(model, index), "position": None if position is None else position.value}


def _open_point(model: ReadModel, point: OpenPoint) -> dict[str, Any]:
    return {
        "switch": naming.brief(model, point.switch),
        "position": point.position.value,
        "liveBeyond": point.live_beyond,
        "feeders": naming.briefs(model, point.feeders),
    }


def _position(model: ReadModel, index: int) -> SwitchPosition | None:
    entity = model.graph.entity(index)
    return entity.current_position if isinstance(entity, Switch) else None


def _show(model: ReadModel, found: Trace, limit: int) -> None:
    name = naming.title(model, found.start)
    if found.equipment:
        rows = (_cells(model, place, index) for place, index in enumerate(found.equipment[:limit], 1))
        title = TITLES[found.direction].format(name)
        output.emit(output.table(title, "#", "kind", "name", "id", "position", rows=rows, numbers=["#"]))
        counts = Counter(model.graph.kind(index).zh for index in found.equipment)
        output.line(" · ".join(f"{zh} {count:,}" for zh, count in counts.most_common()))
    elif found.energised:
        output.line(f"Nothing else loses supply if {name} opens.")
    if not found.energised:
        output.emit(Text(f"{name} is dead now 无电: no source reaches it over closed switches.", "bold red"))
    _show_around(model, found)
    if len(found.equipment) > limit:
        output.notice(f"{len(found.equipment) - limit:,} more are not shown: --limit, or --json for all.")


def _show_around(model: ReadModel, found: Trace) -> None:
    customers = [customer for customer in found.customers if customer != found.start]
    if customers:
        output.line(f"Customers 用户 {len(customers):,}: {naming.titles(model, customers)}")
    if found.feeders:
        output.line(f"Fed by 馈线: {naming.titles(model, found.feeders)}")
    ties = [point for point in found.open_points if point.live_beyond]
    if ties and found.direction is not TraceDirection.PATH:
        rows = (_tie(model, point) for point in ties)
        heads = ("switch", "id", "position", "feeders behind it")
        output.emit(output.table("Could also be fed over 可转供开关", *heads, rows=rows))
    if found.depends_on:
        names = naming.titles(model, found.depends_on)
        output.emit(Text(f"Position unknown 位置不明, counted as open: {names}", "yellow"))


def _tie(model: ReadModel, point: OpenPoint) -> tuple[object, ...]:
    shown = Text(point.position.zh, "bold yellow")
    switch = point.switch
    return naming.title(model, switch), model.graph.id(switch), shown, naming.titles(model, point.feeders)


def _cells(model: ReadModel, place: int, index: int) -> tuple[object, ...]:
    graph, position = model.graph, _position(model, index)
    shown = Text("" if position is None else position.zh, "" if position is SwitchPosition.CLOSED else "bold yellow")
    return place, graph.kind(index).zh, graph.name(index), graph.id(index), shown
