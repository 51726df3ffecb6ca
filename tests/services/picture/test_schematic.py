"""Stations and customers: busbars of one height beside each other, couplers between, everything there once; maps."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from math import asin, cos, radians, sin, sqrt

import pytest

from graph_api.errors import InvalidInput
from graph_api.readmodel.model import ReadModel
from graph_api.services.outage.event import Event
from graph_api.services.picture.conditions import Conditions
from graph_api.services.picture.draw import draw as picture
from graph_api.services.picture.parts import Node, Picture, Placed
from graph_api.services.picture.terms import PictureCondition, PictureKind, PictureSymbol
from graph_api.services.restoration.aftermath import answer
from schema.batch import GraphBatch
from schema.customer import AccessPoint, EmergencySource, Site
from schema.registry import CONDUCTING
from schema.relationships import Relationship, RelationshipKind
from schema.vocabulary import EmergencySourceType
from tests.drawing import draw
from tests.services.picture import geometry

STATION = """
    F1 = CB11
    F2 = CB21
    G1 - L1 - CB1 - B1 - T1(50000kVA) - CB10 - B10 - CB11 - L11 - EC11
    G2 - L2 - CB2 - B2 - T2(50000kVA) - CB20 - B20 - CB21 - L21 - EC21
    B1 - CB0/ - B2
    B10 - CB100/ - B20
    B10 - SC1
    CB1, B1, T1, CB10, B10, CB11, CB0, SC1, CB2, B2, T2, CB20, B20, CB21, CB100 @ SUB1
"""
CUSTOMER = """
    F1 = CB1
    F2 = CB2
    G1 - CB1 - L1 - S1>C1 - SB1 - IB1 - CT1 - IB3 - LD1(100kW)
    G2 - CB2 - L2 - S2>C1:standby - SB2 - IB2 - CT2 - IB4 - LD2(300kW)
    IB1 - SB0/ - IB2
    SB1, IB1, CT1, IB3, LD1, SB2, IB2, CT2, IB4, LD2, SB0, S1, S2 @ C1.1
"""


def own(kind: RelationshipKind, *ends: str) -> Relationship:
    return Relationship(kind=kind, source=ends[0], target=ends[1])


OWN = GraphBatch(
    entities=[
        EmergencySource(id="UPS1", source_type=EmergencySourceType.UPS, kw=50.0),
        EmergencySource(id="GEN1", source_type=EmergencySourceType.GENSET, kw=200.0, in_service=False),
        AccessPoint(id="AP1", nominal_kv=0.4),
    ],
    relationships=[
        own(RelationshipKind.BACKS, "UPS1", "LD1"),
        own(RelationshipKind.BACKS, "GEN1", "LD1"),
        own(RelationshipKind.ATTACHES_TO, "AP1", "IB4"),
        *(own(RelationshipKind.CONTAINED_IN, each, "C1.1") for each in ("UPS1", "GEN1", "AP1")),
    ],
)


def station(**fields: dict[str, object]) -> ReadModel:
    volts = {name: {"nominal_kv": 110.0} for name in ("CB1", "B1", "T1", "CB0", "CB2", "B2", "T2")}
    volts |= {name: {"nominal_kv": 10.0} for name in ("CB10", "B10", "CB11", "CB20", "B20", "CB21", "CB100", "SC1")}
    return ReadModel.build(draw(STATION, **volts | fields))


def shown(model: ReadModel, kind: PictureKind, *of: str, conditions: Conditions | None = None) -> Picture:
    things = [model.graph.index(each) for each in of]
    return picture(model, kind, things, conditions or Conditions(model))


def nodes(found: Picture) -> dict[str, Node]:
    return {node.id: node for node in found.nodes}


def placed(found: Picture) -> Placed:
    return Placed(nodes=found.nodes, edges=found.edges)


def faults(found: Picture) -> list[str]:
    parts = placed(found)
    return [*geometry.crowded(parts), *geometry.crossing(parts), *geometry.loose(parts)]


def test_a_station_has_its_voltages_one_below_the_other_and_its_couplers_between_the_busbars() -> None:
    model = station(F1={"name": "滨江一线"}, L1={"name": "长滨线"})
    found = shown(model, PictureKind.STATION, "SUB1")
    at = nodes(found)
    assert faults(found) == []
    assert at["B1"].y == at["CB0"].y == at["B2"].y < at["T1"].y < at["B10"].y == at["CB100"].y == at["B20"].y
    assert at["B1"].x + at["B1"].length_x < at["CB0"].x < at["B2"].x
    assert at["CB11"].y == at["CB21"].y > at["B10"].y
    labels = {node.label for node in found.nodes}
    assert {"长滨线", "滨江一线"} <= labels


def test_everything_of_a_station_is_drawn_once_and_nothing_of_elsewhere() -> None:
    model = station()
    found = shown(model, PictureKind.STATION, "T1")
    inside = {
        model.graph.id(at) for at in model.graph.sources(model.graph.index("SUB1"), RelationshipKind.CONTAINED_IN)
    }
    assert geometry.drawn(model.graph, placed(found)) == Counter(inside)


def test_a_customer_is_drawn_from_its_supplies_to_its_loads_with_its_own_sources() -> None:
    model = ReadModel.build(draw(CUSTOMER, OWN, F1={"name": "滨江一线"}))
    found = shown(model, PictureKind.CUSTOMER, "C1")
    at = nodes(found)
    assert faults(found) == []
    assert at["S1"].label == "滨江一线"
    assert (at["UPS1"].symbol, at["GEN1"].symbol) == (PictureSymbol.UPS, PictureSymbol.GENSET)
    assert at["GEN1"].detail == "200 kW out of service"
    assert at["AP1"].detail == "0.4 kV"
    assert at["IB1"].y == at["SB0"].y == at["IB2"].y
    ends = {frozenset((edge.source, edge.target)) for edge in found.edges}
    assert {frozenset(("LD1", "GEN1")), frozenset(("LD1", "UPS1")), frozenset(("IB4", "AP1"))} <= ends
    plant = model.graph.sources(model.graph.index("C1.1"), RelationshipKind.CONTAINED_IN)
    wired = {model.graph.id(each) for each in plant if model.graph.kind(each) in CONDUCTING}
    assert geometry.drawn(model.graph, placed(found)) == Counter(wired)


def test_a_customer_shows_which_part_an_event_kills() -> None:
    model = ReadModel.build(draw(CUSTOMER, OWN))
    event = Event(things=(model.graph.index("L1"),), at=datetime(2026, 11, 28, tzinfo=UTC))
    found = shown(model, PictureKind.CUSTOMER, "LD2", conditions=Conditions(model, answer(model, event)))
    at = nodes(found)
    assert at["LD1"].condition is PictureCondition.LOST
    assert at["LD2"].condition is PictureCondition.LIVE


def test_a_customer_of_which_only_supplies_are_known_has_these() -> None:
    found = shown(ReadModel.build(draw("G1 - CB1 - L1 - S1>C1\nG2 - CB2 - L2 - S2>C1")), PictureKind.CUSTOMER, "C1")
    assert set(nodes(found)) == {"S1", "S2"}


def test_busbars_of_different_height_are_coupled_over_the_margin() -> None:
    text = CUSTOMER.replace("SB2 - IB2", "SB2 - SB9 - IB2").replace("SB0, S1", "SB0, SB9, S1")
    found = shown(ReadModel.build(draw(text)), PictureKind.CUSTOMER, "C1")
    assert faults(found) == []
    assert "SB0" in nodes(found)
    assert any(edge.link for edge in found.edges)


@pytest.mark.parametrize(
    ("kind", "words"), [(PictureKind.STATION, "one station"), (PictureKind.CUSTOMER, "one customer")]
)
def test_what_is_no_station_or_customer_is_refused(kind: PictureKind, words: str) -> None:
    model = ReadModel.build(draw(CUSTOMER))
    with pytest.raises(InvalidInput, match=words):
        shown(model, kind, "L1")


def test_a_map_is_true_to_scale_and_tells_what_has_no_place() -> None:
    spots = {"CB1": (118.0, 29.0), "T1": (118.02, 29.0), "LS1": (118.0, 29.01)}
    fields = {name: {"longitude": x, "latitude": y} for name, (x, y) in spots.items()}
    fields["L1"] = {"longitude": 118.0, "latitude": 29.0, "end_longitude": 118.02, "end_latitude": 29.0}
    model = ReadModel.build(draw("G1 - CB1 - L1 - T1\nCB1 - LS1/ - L2\nCB1, L1, T1, LS1, L2 @ F1", **fields))
    found = shown(model, PictureKind.MAP, "F1")
    at = nodes(found)
    assert [model.graph.id(each) for each in found.unplaced] == ["L2"]
    assert (at["T1"].y, at["LS1"].x) == (at["CB1"].y, at["CB1"].x)
    assert at["LS1"].y < at["CB1"].y  # north is above
    drawn = (at["T1"].x - at["CB1"].x) / (at["CB1"].y - at["LS1"].y)
    true = haversine(spots["CB1"], spots["T1"]) / haversine(spots["CB1"], spots["LS1"])
    assert drawn == pytest.approx(true, rel=1e-3)
    (line,) = found.edges
    assert (line.source, line.target) == ("CB1", "T1")


def haversine(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Metres on a sphere, by the textbook formula."""
    (x1, y1), (x2, y2) = ((radians(x), radians(y)) for x, y in (one, other))
    half = sin((y2 - y1) / 2) ** 2 + cos(y1) * cos(y2) * sin((x2 - x1) / 2) ** 2
    return 2 * 6_371_000 * asin(sqrt(half))


def test_a_map_of_nothing_that_has_a_place_is_empty() -> None:
    model = ReadModel.build(draw("G1 - CB1 - L1\nL1 @ F1"))
    found = shown(model, PictureKind.MAP, "F1")
    assert found.nodes == ()
    assert [model.graph.id(each) for each in found.unplaced] == ["L1"]


def test_a_tie_that_leaves_the_map_goes_to_its_rim_and_names_its_neighbour() -> None:
    ends = {"L1": ((118.0, 29.0), (118.001, 29.0)), "L9": ((118.001, 29.0), (118.2, 29.05))}
    fields: dict[str, dict[str, object]] = {
        line: {"longitude": x, "latitude": y, "end_longitude": u, "end_latitude": v}
        for line, ((x, y), (u, v)) in ends.items()
    }
    fields |= {"CB1": {"longitude": 118.0, "latitude": 29.0}, "LS1": {"longitude": 118.001, "latitude": 29.0}}
    fields["F2"] = {"name": "北一线"}
    text = "F1 = CB1\nF2 = CB2\nG1 - CB1 - L1 - LS1 - L9 - CB3/ - L3 - CB2 - G2\nCB1, L1, LS1, L9 @ F1\nCB3, L3 @ F2"
    found = shown(ReadModel.build(draw(text, **fields)), PictureKind.MAP, "F1")
    at = nodes(found)
    (rim,) = (node for node in found.nodes if node.symbol is PictureSymbol.NEIGHBOUR)
    assert rim.label == "北一线"
    assert 0 < rim.x < found.width
    assert at["LS1"].x - at["CB1"].x == pytest.approx(1600, rel=0.01), "what is shown takes the sheet, not the tie"
    slope = (rim.y - at["LS1"].y) / (rim.x - at["LS1"].x)
    assert slope == pytest.approx(-0.05 / (0.199 * cos(radians(29.0))), rel=0.05), "in the direction in which it leads"


def test_a_map_of_a_feeder_shows_its_customers_at_their_sites_and_names_those_without() -> None:
    fields: dict[str, dict[str, object]] = {
        "L1": {"longitude": 118.0, "latitude": 29.0, "end_longitude": 118.02, "end_latitude": 29.0}
    }
    site = Site(id="A1", name="A1", longitude=118.02, latitude=29.001)
    link = Relationship(kind=RelationshipKind.HAS_SITE, source="C1", target="A1")
    text = "F1 = CB1\nG1 - CB1 - L1 - n1 - S1>C1\nn1 - S2>C2\nL1 @ F1"
    model = ReadModel.build(draw(text, GraphBatch(entities=[site], relationships=[link]), **fields))
    found = shown(model, PictureKind.MAP, "F1")
    assert nodes(found)["S1"].symbol is PictureSymbol.CUSTOMER
    assert [model.graph.id(each) for each in found.unplaced] == ["C2"]
