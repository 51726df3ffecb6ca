"""A candidate that is said to have 70 % is right seven times in ten: where reports err as assumed, and where not."""

from __future__ import annotations

from datetime import UTC, datetime
from math import sqrt

import pytest

from graph_api.rate_files import load_rates
from graph_api.readmodel.model import ReadModel
from graph_api.services.location import Evidence, locate
from schema.vocabulary import EvidenceKind
from tests.drawing import draw
from tests.services.location.worlds import (
    BOUND,
    TOO_SURE,
    TOO_UNSURE,
    WORLDS,
    Answer,
    Feeder,
    Report,
    feeder,
    incidents,
    score,
)

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


def asking(made: Feeder) -> Answer:
    """The product's answer about this feeder."""
    graph = draw("\n".join(made.lines))
    model = ReadModel.build(graph)

    def answer(reports: tuple[Report, ...]) -> list[tuple[float, frozenset[str]]]:
        given = [
            Evidence(kind=EvidenceKind(kind), things=(graph.index(thing),), positive=says, at=NOW)
            for kind, thing, says in reports
        ]
        return [
            (each.probability, frozenset(graph.id(i) for part in each.sections for i in part.equipment))
            for each in locate(model, given, NOW, rates=load_rates()).candidates
        ]

    return answer


@pytest.mark.parametrize("name", sorted(BOUND))
def test_what_is_said_is_as_often_right(name: str) -> None:
    made = feeder()
    found = score(made, WORLDS[name], asking(made), 700, 11)
    said, right = found.first()
    assert -TOO_UNSURE - slack(right, len(found.best)) < said - right < TOO_SURE + slack(right, len(found.best))
    for said, right, number in found.tenths(0.2):
        assert said - right < TOO_SURE + slack(said, number), (said, right, number)


def slack(share: float, number: int) -> float:
    """Two and a half standard deviations of a share."""
    return 2.5 * sqrt(max(share * (1 - share), 0.001) / number)


def test_the_true_place_is_among_the_first_three() -> None:
    made = feeder()
    answer = asking(made)
    hits = [
        any(not incident.faults.isdisjoint(names) for _, names in answer(incident.reports)[:3])
        for incident in incidents(made, WORLDS["ASSUMED"], 500, 3)
        if incident.faults and any(says for _, _, says in incident.reports)
    ]
    assert sum(hits) / len(hits) >= 0.95
