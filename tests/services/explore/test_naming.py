"""A name stands for one thing, or the answer tells which ones it may be and how many more."""

from __future__ import annotations

import pytest

from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.snapshot import Snapshot
from graph_api.services.explore.naming import LISTED, name_of
from schema.customer import Customer, SupplySource
from schema.grid import Feeder, Substation, Tower
from schema.relationships import Relationship, RelationshipKind


def model(*names: str) -> ReadModel:
    """Towers of these names, a feeder and a customer."""
    towers = [Tower(id=f"T{place}", name=name) for place, name in enumerate(names)]
    return ReadModel.build(
        Snapshot.of([*towers, Feeder(id="F", name="10kV 滨江一线"), Customer(id="C", name="临江化工二厂")], [])
    )


@pytest.mark.parametrize(("text", "thing"), [("滨江1线", "F"), ("化工厂", "C"), ("化工2厂", "C"), ("二厂", "C")])
def test_one_alone_is_the_thing(text, thing):
    found = model("望海线 #1 杆")
    assert found.graph.id(name_of(found, text).thing) == thing


@pytest.mark.parametrize(("towers", "listed", "more"), [(2, 2, 0), (8, 8, 0), (9, 8, 1), (70, 8, 62), (300, 8, 292)])
def test_several_are_listed_with_how_many_more_fit(towers, listed, more):
    named = name_of(model(*(f"望海线 #{number} 杆" for number in range(towers))), "望海线")
    assert (named.thing, len(named.candidates), named.more) == (None, listed, more)
    assert listed <= LISTED


def test_only_those_are_listed_that_fit_alike():
    found = model("望海线 #1 杆", "望海线 #2 杆", "望海村 3 号杆")
    named = name_of(found, "望海线")
    assert [found.graph.id(at) for at in named.candidates] == ["T0", "T1"]


def city() -> ReadModel:
    """Two lines of one name in two stations, and one with a number."""
    stations = [Substation(id="SE", name="110kV城东变电站"), Substation(id="SW", name="城西变")]
    feeders = [
        Feeder(id="FE", name="10kV甲线", number="911"),
        Feeder(id="FW", name="10kV甲线", number="921"),
        Feeder(id="F2", name="10kV滨江二线", number="912"),
    ]
    supply = SupplySource(id="S1", name="青石医院 主供电源（10kV甲线）")
    links = [
        Relationship(kind=RelationshipKind.CONTAINED_IN, source=one, target=other)
        for one, other in (("FE", "SE"), ("FW", "SW"), ("F2", "SE"))
    ]
    return ReadModel.build(Snapshot.of([*stations, *feeders, supply], links))


@pytest.mark.parametrize(
    ("text", "thing"),
    [
        ("城东变甲线", "FE"),
        ("城东甲线", "FE"),
        ("110kV城东变10kV甲线", "FE"),
        ("911甲线", "FE"),
        ("10kV甲线（921）", "FW"),
        ("10kV921甲线", "FW"),
        ("921线路", "FW"),
        ("10千伏滨江二线", "F2"),
        ("１０ＫＶ滨江二线", "F2"),
        ("滨江二线912", "F2"),
    ],
)
def test_a_line_is_found_however_dispatchers_write_it(text, thing):
    found = city()
    assert found.graph.id(name_of(found, text).thing) == thing


@pytest.mark.parametrize("text", ["甲线", "10千伏甲线", "10KV 甲线"])
def test_of_two_lines_of_one_name_neither_is_guessed(text):
    named = name_of(city(), text)
    assert named.thing is None
    assert {city().graph.id(at) for at in named.candidates} >= {"FE", "FW"}


@pytest.mark.parametrize("text", ["913甲线", "35kV甲线", "10kV丙线931", "城北变甲线"])
def test_what_has_another_number_voltage_or_station_is_not_it(text):
    assert name_of(city(), text).thing is None
