"""The weak spots that the demo city was given are found."""

from __future__ import annotations

from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.snapshot import Snapshot
from graph_api.services.outage.counting import Areas, OtherLoads
from graph_api.services.risk.contingencies import customers_lost, screen_contingencies
from graph_api.services.risk.supply_risks import RiskKind, supply_risks
from schema.batch import GraphBatch
from schema.registry import CONDUCTING
from tests.services.risk.test_contingencies import impact_says, says


def test_the_hospitals_two_sources_share_a_trench(city: GraphBatch) -> None:
    model = ReadModel.build(Snapshot.of(city.entities, city.relationships))
    found = {
        (model.graph.name(risk.customer), model.graph.name(thing))
        for risk in supply_risks(model, kinds=[RiskKind.COMMON_CAUSE])
        for thing in risk.things
    }
    assert ("临江市第一人民医院", "滨江路过江电缆沟") in found


def test_contingencies_and_impact_say_the_same_of_every_single_fault(city: GraphBatch) -> None:
    model = ReadModel.build(Snapshot.of(city.entities, city.relationships))
    sweep = screen_contingencies(model)
    found = {each: case for case in sweep.contingencies for each in case.equipment}
    wrong = [each for each, case in found.items() if says(case) != impact_says(model, each)]
    assert wrong == []
    harmless = [
        each
        for kind in CONDUCTING
        for each in model.graph.of_kind(kind)
        if each not in found and impact_says(model, each)[1:] != (0, 0, Areas(), OtherLoads(), 0.0)
    ]
    assert harmless == []
    numbers = [(case.trips, says(case), tuple(customers_lost(model, case))) for case in sweep.contingencies[:60]]
    assert len(set(numbers)) == 60  # no two of one outcome
