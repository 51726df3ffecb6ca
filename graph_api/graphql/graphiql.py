"""The GraphiQL page: everything it needs is in the package, so it works with no internet."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from starlette.responses import HTMLResponse

from graph_api.readmodel.snapshot import Snapshot
from schema.registry import SWITCHES, EntityKind
from schema.relationships import RelationshipKind

ASSETS = Path(__file__).parent / "assets"
_PAGE = Path(__file__).parent / "page"

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Content security policy of the page: only what this server itself serves."""


def question() -> str:
    """The question that the page opens with."""
    return (_PAGE / "question.graphql").read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def example_equipment(graph: Snapshot) -> str | None:
    """Id of a device worth asking about: the head of the feeder that most supplies come from, else any switch."""
    best: tuple[int, str] | None = None
    for feeder in graph.of_kind(EntityKind.FEEDER):
        heads = graph.targets(feeder, RelationshipKind.STARTS_AT)
        if heads:
            supplies = len(graph.sources(feeder, RelationshipKind.FROM_FEEDER))
            found = (-supplies, graph.id(heads[0]))
            best = found if best is None else min(best, found)
    if best is not None:
        return best[1]
    return next((graph.id(index) for kind in sorted(SWITCHES) for index in graph.of_kind(kind)), None)


def page(graph: Snapshot) -> HTMLResponse:
    """The page, with a question about a device of this graph filled in."""
    example = example_equipment(graph)
    variables = json.dumps({"equipment": [example] if example else []}, ensure_ascii=False, indent=2)
    text = (_PAGE / "graphiql.html").read_text(encoding="utf-8")
    text = text.replace("{{question}}", question())
    text = text.replace("{{variables}}", variables.replace("<", "\\u003c"))
    return HTMLResponse(text, headers={"Content-Security-Policy": PAGE_POLICY})
