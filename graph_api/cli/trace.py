"""`baodian trace`: where supply comes from, what hangs on a thing, what it is joined to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.text import Text

from graph_api.cli import naming, output
from graph_api.cli.session import DEFAULT_STORE, StoreOption, read_model
from graph_api.readmodel.model import ReadModel
from graph_api.services.elements import equipment_of
from schema.grid import Switch
from schema.registry import EntityKind
from schema.relationships import RelationshipKind
from schema.vocabulary import SwitchPosition


class Direction(StrEnum):
    """Which way to go."""

    UP = "up"
    DOWN = "down"
    ISLAND = "island"
    PATH = "path"


TITLES = {
    Direction.UP: "Where the supply of {} comes from 上游",
    Direction.DOWN: "What loses supply if {} opens 下游",
    Direction.ISLAND: "What {} is joined to 连通岛",
    Direction.PATH: "Shortest way from {} up to a source 供电路径",
}


def trace(
    element: Annotated[str, typer.Argument(help="Id, name or search text of equipment, a feeder or a customer.")],
    up: Annotated[
        bool, typer.Option("--up", help="All that lies on any way up to the sources (this is the default).")
    ] = False,
    down: Annotated[bool, typer.Option("--down", help="All that hangs on it alone.")] = False,
    island: Annotated[bool, typer.Option("--island", help="All that is joined to it, live or dead.")] = False,
    path: Annotated[bool, typer.Option("--path", help="One shortest way up, in order.")] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, help="Most rows to show; --json gives all.")] = 200,
    store: StoreOption = DEFAULT_STORE,
    as_json: output.JsonOption = False,
) -> None:
    """Follow the supply of a thing: up to the sources, down to the loads, its island, or one path; nearest first.

    A feeder stands for its head, a customer for its supplies.
    """
    chosen = [way for way, wanted in zip(Direction, (up, down, island, path), strict=True) if wanted]
    if len(chosen) > 1:
        raise typer.BadParameter("give one of --up, --down, --island, --path")
    direction = chosen[0] if chosen else Direction.UP
    model = read_model(store)
    start = naming.resolve(model, element, naming.FAILING)
    begins = equipment_of(model, start)
    found = list(dict.fromkeys(index for begin in begins for index in _follow(model, begin, direction)))
    if as_json:
        output.emit_json(_facts(model, start, begins, direction, found))
        return
    _show(model, start, begins, direction, found, limit)


def _follow(model: ReadModel, index: int, direction: Direction) -> list[int]:
    topology = model.topology
    match direction:
        case Direction.UP:
            return topology.trace_up(index)
        case Direction.DOWN:
            return topology.trace_down(index)
        case Direction.ISLAND:
            return topology.island(index)
        case Direction.PATH:
            return topology.path_up(index)


def customers_among(model: ReadModel, indexes: Iterable[int]) -> list[int]:
    """Customers whose supplies are among these, each once, in this order."""
    graph = model.graph
    points = (
        point
        for index in indexes
        if graph.kind(index) is EntityKind.SUPPLY_SOURCE
        for point in graph.sources(index, RelationshipKind.FED_BY)
    )
    return list(
        dict.fromkeys(c for point in points for c in graph.sources(point, RelationshipKind.HAS_RECEIVING_POINT))
    )


def _feeders(model: ReadModel, begins: Iterable[int]) -> list[int]:
    return list(dict.fromkeys(feeder for begin in begins for feeder in model.topology.feeders(begin)))


def _facts(
    model: ReadModel, start: int, begins: Sequence[int], direction: Direction, found: list[int]
) -> dict[str, Any]:
    return {
        "revision": str(model.graph.revision),
        "direction": direction.value,
        "of": naming.brief(model, start),
        "live": any(map(model.topology.energised, begins)),
        "feeders": [naming.brief(model, index) for index in _feeders(model, begins)],
        "equipment": [_row(model, index) for index in found],
        "customers": [naming.brief(model, index) for index in customers_among(model, found)],
    }


def _row(model: ReadModel, index: int) -> dict[str, Any]:
    position = _position(model, index)
    return {
        **naming.brief(model, index),
        "live": model.topology.energised(index),
        "position": None if position is None else position.value,
    }


def _position(model: ReadModel, index: int) -> SwitchPosition | None:
    entity = model.graph.entity(index)
    return entity.current_position if isinstance(entity, Switch) else None


def _show(
    model: ReadModel, start: int, begins: Sequence[int], direction: Direction, found: list[int], limit: int
) -> None:
    graph, name = model.graph, naming.title(model, start)
    if found:
        rows = (_cells(model, place, index) for place, index in enumerate(found[:limit], 1))
        title = TITLES[direction].format(name)
        output.emit(output.table(title, "#", "kind", "name", "id", "position", "live", rows=rows, numbers=["#"]))
        counts = Counter(graph.kind(index).zh for index in found)
        output.line(" · ".join(f"{zh} {count:,}" for zh, count in counts.most_common()))
    elif not any(map(model.topology.energised, begins)):
        output.line(f"{name} is dead now: no source reaches it over closed switches.")
    else:
        output.line(f"Nothing loses supply if {name} opens.")
    customers = [customer for customer in customers_among(model, found) if customer != start]
    if customers:
        output.line(f"Customers 用户 {len(customers):,}: {naming.titles(model, customers)}")
    feeders = _feeders(model, begins)
    if feeders:
        output.line(f"Fed by 馈线: {naming.titles(model, feeders)}")
    if len(found) > limit:
        output.notice(f"{len(found) - limit:,} more are not shown: --limit, or --json for all.")


def _cells(model: ReadModel, place: int, index: int) -> tuple[object, ...]:
    graph, position = model.graph, _position(model, index)
    live = Text("live 有电", "green") if model.topology.energised(index) else Text("dead 无电", "red")
    shown = Text("" if position is None else position.zh, "" if position is SwitchPosition.CLOSED else "bold yellow")
    return place, graph.kind(index).zh, graph.name(index), graph.id(index), shown, live


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(rich_help_panel="Look things up")(trace)
