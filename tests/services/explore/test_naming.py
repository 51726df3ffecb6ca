"""A name stands for one thing, or the answer tells which ones it may be and how many more."""

from __future__ import annotations

import pytest

from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.snapshot import Snapshot
from graph_api.services.explore.naming import LISTED, name_of
from schema.customer import Customer
from schema.grid import Feeder, Tower


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
