"""Each emergency source at a load is named with why it counts or not."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from graph_api.readmodel.model import ReadModel
from schema.batch import GraphBatch
from schema.customer import EmergencySource
from schema.relationships import Relationship, RelationshipKind
from schema.vocabulary import EmergencySourceType
from tests.drawing import draw
from tests.events import impact_on

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
GRID = "G1 - CB1 - L1 - S1>C1 - SB1 - IB1 - SB2 - LD1(80kW)"
GENSET: dict[str, Any] = {"kw": 100.0, "start_seconds": 30.0, "endurance_minutes": 60.0}
UPS: dict[str, Any] = {**GENSET, "source_type": EmergencySourceType.UPS, "start_seconds": 0.0, "endurance_minutes": 5.0}


def told(permitted_s: float | None, **sources: dict[str, Any]) -> tuple[dict[str, str], list[str], list[str]]:
    """Verdicts by source, what is counted on, what is not, of a fault before the customer."""
    batch = GraphBatch(
        entities=[EmergencySource(id=name, **fields) for name, fields in sources.items()],
        relationships=[
            Relationship(kind=kind, source=name, target=target)
            for name in sources
            for kind, target in ((RelationshipKind.CONTAINED_IN, "C1.1"), (RelationshipKind.BACKS, "LD1"))
        ],
    )
    graph = draw(GRID, batch, LD1={"permitted_interruption_s": permitted_s, "security": True})
    hit = impact_on(ReadModel.build(graph), [graph.index("L1")], AT).affected(graph.index("C1"))
    urgent = hit.most_urgent
    return (
        {graph.id(each.source): each.verdict.value for each in hit.own_sources},
        [graph.id(each) for each in urgent.bridged_by] if urgent else [],
        [graph.id(each) for each in urgent.not_counted] if urgent else [],
    )


@pytest.mark.parametrize(
    ("fields", "verdict"),
    [
        ({}, "COUNTS"),
        ({"start_seconds": 90.0}, "TOO_SLOW"),
        ({"automatic": False}, "BY_HAND"),
        ({"kw": 79.0}, "TOO_SMALL"),
        ({"endurance_minutes": None}, "NOT_RECORDED"),
        ({"in_service": False}, "OUT_OF_SERVICE"),
    ],
)
def test_one_source(fields: dict[str, Any], verdict: str) -> None:
    verdicts, counted, other = told(60.0, GEN={**GENSET, **fields})
    assert verdicts == {"GEN": verdict}
    assert (counted, other) == ((["GEN"], []) if verdict == "COUNTS" else ([], ["GEN"]))


def test_a_genset_that_is_too_slow_alone_counts_behind_a_ups() -> None:
    assert told(10.0, GEN=GENSET) == ({"GEN": "TOO_SLOW"}, [], ["GEN"])
    assert told(10.0, GEN=GENSET, UPS=UPS) == ({"GEN": "COUNTS", "UPS": "COUNTS"}, ["UPS", "GEN"], [])


def test_a_load_without_a_recorded_limit_has_its_sources_named_too() -> None:
    assert told(None, GEN={**GENSET, "automatic": False})[0] == {"GEN": "BY_HAND"}
