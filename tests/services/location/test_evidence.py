"""Reports that their thing cannot give: set aside, with what to name instead."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from graph_api.rate_files import load_rates
from graph_api.readmodel.model import ReadModel
from graph_api.services.location import Evidence, Reason, locate
from schema.vocabulary import EvidenceKind
from tests.drawing import draw

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "thing", "told"),
    [
        (EvidenceKind.CALL, "CB1", "has nobody who calls"),
        (EvidenceKind.CALL, "L1", "has nobody who calls"),
        (EvidenceKind.FUSE, "CB1", "has no fuse"),
        (EvidenceKind.INDICATOR, "C1", "shows no fault current"),
        (EvidenceKind.CURRENT, "C1", "shows no fault current"),
    ],
)
def test_a_report_from_what_cannot_give_it_is_set_aside(kind: EvidenceKind, thing: str, told: str) -> None:
    model = ReadModel.build(draw("F1 = CB1\nG1 - B1 - CB1 - L1 - S1>C1"))
    named = model.graph.index
    reports = [
        Evidence(kind=EvidenceKind.TRIP, things=(named("CB1"),), at=NOW),
        Evidence(kind=kind, things=(named(thing),), at=NOW),
    ]
    (aside,) = locate(model, reports, NOW, rates=load_rates()).set_aside
    assert aside.evidence.kind is kind
    assert aside.reason is Reason.NOT_SUCH_A_THING
    assert told in str(aside.message)
