"""Interlocks that are recorded as none are told of whoever is hit."""

from __future__ import annotations

from datetime import UTC, datetime

from graph_api.readmodel.model import ReadModel
from graph_api.services.risk.supply_risks import RiskKind, supply_risks
from schema.batch import GraphBatch
from schema.customer import EmergencySource
from schema.relationships import Relationship, RelationshipKind
from schema.vocabulary import Interlock
from tests.drawing import draw
from tests.events import impact_on

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def test_who_is_hit_names_what_has_no_interlock() -> None:
    sources = [
        EmergencySource(id="GEN1", interlock=Interlock.NONE),
        EmergencySource(id="GEN2", interlock=Interlock.BOTH),
        EmergencySource(id="GEN3"),
        EmergencySource(id="GEN4", interlock=Interlock.NONE, in_service=False),
    ]
    inside = [Relationship(kind=RelationshipKind.CONTAINED_IN, source=each.id, target="C1.1") for each in sources]
    none = {"interlock": Interlock.NONE}
    graph = draw(
        """
        G1 - CB1 - L1 - n1
        n1 - S1>C1
        n1 - S2>C2
        n1 - S3>C3
        G2 - CB2 - S4>C1:standby
        G2 - CB3 - S5>C3:standby
        """,
        GraphBatch(entities=[*sources], relationships=inside),
        **{"C1.1": none, "C2.1": none, "C3.1": {"interlock": Interlock.MECHANICAL}},
    )
    model = ReadModel.build(graph)
    impact = impact_on(model, [graph.index("L1")], AT)
    told = {
        graph.id(at): [graph.id(each) for each in impact.affected(at).without_interlock] for _, at in impact.customers()
    }
    assert told == {"C1": ["C1.1", "GEN1"], "C2": [], "C3": []}  # one supply has nothing to be joined with
    risks = supply_risks(model, kinds=[RiskKind.NO_INTERLOCK])
    assert [(graph.id(each.customer), [graph.id(one) for one in each.things]) for each in risks] == [
        ("C1", ["C1.1", "GEN1"])
    ]
