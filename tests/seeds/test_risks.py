"""The weak spots that the demo city was given are found."""

from __future__ import annotations

from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.snapshot import Snapshot
from graph_api.services.risk.supply_risks import RiskKind, supply_risks
from schema.batch import GraphBatch


def test_the_hospitals_two_sources_share_a_trench(city: GraphBatch) -> None:
    model = ReadModel.build(Snapshot.of(city.entities, city.relationships))
    found = {
        (model.graph.name(risk.customer), model.graph.name(thing))
        for risk in supply_risks(model, kinds=[RiskKind.COMMON_CAUSE])
        for thing in risk.things
    }
    assert ("临江市第一人民医院", "滨江路过江电缆沟") in found
