"""Listed customers of whom no supply is recorded: in no count, and named."""

from __future__ import annotations

from typing import Any

from graph_api.readmodel.model import ReadModel
from schema.batch import GraphBatch
from schema.customer import Customer
from schema.vocabulary import CustomerStatus, Importance
from tests.drawing import draw
from tests.events import impact_on

CITY = """
F1 = CB1
G1 - B1 - CB1 - L1 - n1 - S1>C1
n1 - S2>C2
"""


def customer(ident: str, importance: Importance = Importance.FIRST, **fields: Any) -> Customer:
    return Customer(id=ident, importance=importance, **fields)


def test_who_is_listed_and_has_no_supply_is_named_most_important_first() -> None:
    others = [
        customer("K2", Importance.SECOND),
        customer("K1"),
        customer("K3", Importance.ORDINARY),
        customer("K4", status=CustomerStatus.INACTIVE),
    ]
    graph = draw(CITY, GraphBatch(entities=others), C1={"importance": Importance.FIRST})
    found = impact_on(ReadModel.build(graph), [graph.find("L1") or 0])
    assert [graph.id(at) for at in found.supply_not_recorded] == ["K1", "K2"]
    assert found.summary.total_count == 2
    whole = draw(CITY)
    assert not impact_on(ReadModel.build(whole), [whole.find("L1") or 0]).supply_not_recorded
