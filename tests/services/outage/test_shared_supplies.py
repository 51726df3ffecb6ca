"""A supply that feeds two receiving points, and a receiving point that two customers have: nobody is missed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from graph_api.readmodel.model import ReadModel
from graph_api.services.outage.event import Event
from graph_api.services.outage.impact import find_impact
from schema.batch import GraphBatch
from schema.customer import Customer, ReceivingPoint
from schema.relationships import Relationship
from schema.relationships import RelationshipKind as R
from schema.vocabulary import SupplyState
from tests.drawing import draw

AT = datetime(2026, 11, 26, tzinfo=UTC)
GRID = """
F1 = CB1
G1 - B1 - CB1 - n0 - L1 - S1>C1
n0 - FU1 - S2>C2
"""


def hit(thing: str, *links: tuple[R, str, str]) -> dict[str, SupplyState]:
    more = GraphBatch(
        entities=[Customer(id="C8"), Customer(id="C9"), ReceivingPoint(id="P9", load_kw=10.0)],
        relationships=[Relationship(kind=kind, source=a, target=b) for kind, a, b in links],
    )
    graph = draw(GRID, more)
    impact = find_impact(ReadModel.build(graph), Event(things=(graph.index(thing),), at=AT))
    return {graph.id(at): impact.affected(at).state for _, at in impact.customers()}


LOST = SupplyState.LOST


@pytest.mark.parametrize(
    ("thing", "customers"), [("L1", {"C1": LOST, "C2": LOST, "C9": LOST}), ("S2", {"C2": LOST, "C9": LOST})]
)
def test_one_supply_of_two_points(thing: str, customers: dict[str, SupplyState]) -> None:
    assert hit(thing, (R.HAS_RECEIVING_POINT, "C9", "P9"), (R.FED_BY, "P9", "S2")) == customers


def test_one_point_of_two_customers() -> None:
    assert hit("S2", (R.HAS_RECEIVING_POINT, "C8", "C2.1")) == {"C2": LOST, "C8": LOST}
