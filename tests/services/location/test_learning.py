"""Rates learned from closed incidents: counts by hand, and an answer that is calibrated in the world it learned of."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph_api.rate_files import load_rates, write_rates
from graph_api.readmodel.model import ReadModel
from graph_api.services.location import Evidence, PastIncident, learn, locate
from schema.vocabulary import EvidenceKind
from tests.drawing import draw
from tests.services.location.test_locate import NOW, Incident
from tests.services.location.worlds import TOO_SURE, WORLDS, Report, feeder, incidents, score

INDICATOR = EvidenceKind.INDICATOR


def past(incident: Incident, faults: tuple[str, ...], *reports: str) -> PastIncident:
    given = tuple(map(incident.evidence, reports))
    return PastIncident(key="1", at=NOW, faults=tuple(map(incident.graph.index, faults)), evidence=given)


def test_what_should_have_been_said_is_counted() -> None:
    incident = Incident()
    closed = [
        past(incident, ("L2",), "TRIP CB1", "INDICATOR FI1", "-INDICATOR FI2"),
        past(incident, ("L3",), "TRIP CB1", "-INDICATOR FI1", "INDICATOR FI2"),
        past(incident, (), "-TRIP CB1", "INDICATOR FI1"),
        past(incident, ("L8",), "TRIP CB1"),
        past(incident, ("L2",), "TRIP L1"),
    ]
    found = learn(incident.model, closed, load_rates(), 20)
    tally = found.tallies[INDICATOR]
    assert (tally.should, tally.did, tally.should_not, tally.did_falsely) == (3, 2, 2, 1)
    held = found.rates.evidence[INDICATOR]
    assert held.when_true == pytest.approx((0.92 * 20 + 2) / 23)
    assert held.when_false == pytest.approx((0.02 * 20 + 1) / 22)
    assert "2 of 3" in held.source
    assert found.rates.evidence[EvidenceKind.PATROL] == load_rates().evidence[EvidenceKind.PATROL]
    assert found.used == 3
    assert len(found.left_out) == 2
    assert sum(each.chance for each in found.rates.conditions.values()) == pytest.approx(1)


def test_nothing_learned_is_nothing_changed(tmp_path: Path) -> None:
    rates = learn(Incident().model, [], load_rates(), 20).rates
    assert rates == load_rates()
    write_rates(rates, tmp_path / "rates.yaml")
    assert load_rates(tmp_path / "rates.yaml") == rates


@pytest.mark.parametrize("name", ["ASSUMED", "MISSING", "FALSE"])
def test_who_has_learned_is_as_sure_as_right(name: str) -> None:
    made = feeder()
    graph = draw("\n".join(made.lines))
    model = ReadModel.build(graph)

    def given(reports: tuple[Report, ...]) -> tuple[Evidence, ...]:
        return tuple(
            Evidence(kind=EvidenceKind(kind), things=(graph.index(thing),), positive=says, at=NOW)
            for kind, thing, says in reports
        )

    closed = [
        PastIncident(key=str(at), at=NOW, faults=tuple(map(graph.index, each.faults)), evidence=given(each.reports))
        for at, each in enumerate(incidents(made, WORLDS[name], 300, 5))
        if each.faults
    ]
    rates = learn(model, closed, load_rates(), 20).rates

    def answer(reports: tuple[Report, ...]) -> list[tuple[float, frozenset[str]]]:
        found = locate(model, given(reports), NOW, rates=rates)
        return [
            (each.probability, frozenset(graph.id(i) for part in each.sections for i in part.equipment))
            for each in found.candidates
        ]

    said, right = score(made, WORLDS[name], answer, 500, 9).first()
    assert abs(said - right) < TOO_SURE + 0.04, (said, right)
