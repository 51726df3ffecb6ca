"""Every pattern of reports on a small feeder: the probabilities are those of brute force."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from graph_api.rate_files import load_rates
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.snapshot import Snapshot
from graph_api.services.location import Evidence, FaultLocation, LocationFinding, locate
from loaders.drawing import batch
from schema.positions import PositionReport, microseconds
from schema.vocabulary import EvidenceKind, SwitchPosition
from tests.services.location.brute import Bayes, Belief, Position, every_answer
from tests.services.location.test_calibration import NOW
from tests.services.location.worlds import Report, feeder

MADE = feeder(6)
LOSS = NOW - timedelta(minutes=30)


def asked(reports: tuple[Report, ...], *positions: Position) -> tuple[FaultLocation, Snapshot]:
    told = [
        PositionReport(
            each.device,
            microseconds(LOSS + timedelta(minutes=0 if each.tripped or each.hours else 1, hours=-each.hours)),
            0,
            SwitchPosition.OPEN if each.tripped else SwitchPosition.CLOSED,
            "",
            "SCADA",
            0,
        )
        for each in positions
    ]
    made = batch(
        "\n".join(MADE.lines),
        **{
            each.switch: {"position": each.position, "position_at": each.at, "position_source": "SCADA"}
            for each in told
        },
    )
    graph = Snapshot.of(made.entities, made.relationships, reports=told)
    given = [
        Evidence(kind=EvidenceKind(kind), things=(graph.index(thing),), positive=says, at=NOW)
        for kind, thing, says in reports
    ]
    return locate(ReadModel.build(graph), given, NOW, rates=load_rates(), since=LOSS), graph


def agrees(found: FaultLocation, graph: Snapshot, belief: Belief) -> None:
    for each in found.candidates:
        names = [graph.id(index) for part in each.sections for index in part.equipment]
        assert each.probability == pytest.approx(sum(belief.places[name] for name in names), rel=1e-6, abs=1e-9)
    assert found.no_fault == pytest.approx(belief.none, rel=1e-6)
    assert found.multiple == pytest.approx(belief.double, rel=1e-6)
    assert {graph.id(each.customer): each.probability for each in found.inside} == pytest.approx(belief.inside)
    assert {each.condition.value: each.probability for each in found.conditions} == pytest.approx(belief.conditions)


def test_every_pattern_of_reports() -> None:
    things = [
        ("TRIP", "CB1"),
        ("TRIP", "RC3"),
        ("INDICATOR", "RC3"),
        ("INDICATOR", "LS6"),
        ("METER", "C1"),
        ("CALL", "C5"),
    ]
    for reports in every_answer(things):
        if any(says for _, _, says in reports):
            agrees(*asked(reports), Bayes(MADE, reports).belief())


@pytest.mark.parametrize("seed", range(30))
def test_reports_and_recorded_positions(seed: int) -> None:
    chance = random.Random(seed)
    devices = chance.sample(["CB1", "RC3", "FU1", "FU3", "FU5"], 2)
    positions = [Position(devices[0], tripped=True)] if chance.random() < 0.5 else []
    positions.append(Position(devices[1], tripped=False, hours=chance.choice([0, 0, 5.0, 50.0])))
    things = [("INDICATOR", "RC3"), ("INDICATOR", "LS6"), ("METER", "C1"), ("METER", "C3"), ("CALL", "C5")]
    reports = tuple((kind, thing, chance.random() < 0.6) for kind, thing in chance.sample(things, 4))
    found, graph = asked(reports, *positions)
    if found.finding is LocationFinding.PLACES:
        agrees(found, graph, Bayes(MADE, reports, positions).belief())
