"""The GraphiQL page: everything it needs is in the package, so it works with no internet."""

from __future__ import annotations

import json
from functools import lru_cache
from heapq import nlargest
from pathlib import Path

from starlette.responses import HTMLResponse

from graph_api.readmodel.snapshot import Snapshot
from schema.customer import Load
from schema.registry import SWITCHES, EntityKind
from schema.relationships import RelationshipKind

ASSETS = Path(__file__).parent / "assets"
_PAGE = Path(__file__).parent / "page"

CONSIDERED = 50
"""Feeders among which the example is looked for."""
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Content security policy of the page: only what this server itself serves."""


def question() -> str:
    """The question that the page opens with."""
    return (_PAGE / "question.graphql").read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def example_feeder(graph: Snapshot) -> int | None:
    """Index of a feeder worth asking about: of those that most supplies come from, the one that feeds most loads which
    come to harm without supply. None if no feeder has a head."""  # fmt: skip
    heads = [at for at in graph.of_kind(EntityKind.FEEDER) if graph.targets(at, RelationshipKind.STARTS_AT)]
    busy = nlargest(CONSIDERED, heads, key=lambda at: len(graph.sources(at, RelationshipKind.FROM_FEEDER)))
    return min(busy, key=lambda at: (-_critical_loads(graph, at), graph.id(at)), default=None)


def _critical_loads(graph: Snapshot, feeder: int) -> int:
    """How many loads with a permitted interruption lie at the receiving points that a feeder supplies."""
    supplies = graph.sources(feeder, RelationshipKind.FROM_FEEDER)
    points = {point for each in supplies for point in graph.sources(each, RelationshipKind.FED_BY)}
    held = (each for point in points for each in graph.sources(point, RelationshipKind.CONTAINED_IN))
    loads = (graph.get(Load, each) for each in held if graph.kind(each) is EntityKind.LOAD)
    return sum(load.permitted_interruption_s is not None for load in loads)


def example_equipment(graph: Snapshot) -> str | None:
    """Id of a thing worth asking about: that feeder, else any switch."""
    feeder = example_feeder(graph)
    if feeder is not None:
        return graph.id(feeder)
    return next((graph.id(index) for kind in sorted(SWITCHES) for index in graph.of_kind(kind)), None)


def page(graph: Snapshot) -> HTMLResponse:
    """The page, with a question about a device of this graph filled in."""
    example = example_equipment(graph)
    variables = json.dumps({"equipment": [example] if example else []}, ensure_ascii=False, indent=2)
    text = (_PAGE / "graphiql.html").read_text(encoding="utf-8")
    text = text.replace("{{question}}", question())
    text = text.replace("{{variables}}", variables.replace("<", "\\u003c"))
    return HTMLResponse(text, headers={"Content-Security-Policy": PAGE_POLICY})
