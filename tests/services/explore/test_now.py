"""Who is out right now, which switches stand off normal, and what open points can take.

    F1: G1 - B1 - CB1 - L1 - n1 - TIE/ - n2 - L2 - CB2 - B1 :F2      n1 - S1>C1, n2 - S2>C2
    F1 carries C1's 100 kW over L1 (100 A at 10 kV = 1,645 kW at 0.95), F2 carries C2's 200 kW over L2 (50 A = 823 kW)
"""  # fmt: skip

from __future__ import annotations

from datetime import UTC, datetime
from math import sqrt

import pytest

from graph_api.readmodel.model import ReadModel
from graph_api.services.explore.now import (
    OutFilter,
    customer_out,
    list_customers_out,
    list_switches_off_normal,
    switch_off_normal,
)
from graph_api.services.explore.open_points import feeders_of, list_open_points, open_point_of
from graph_api.services.outage.feeding import POWER_FACTOR
from schema.vocabulary import Importance, LoadsFed, SupplyState, SwitchPosition
from tests.drawing import draw

GRID = """
F1 = CB1
F2 = CB2
F1 @ SUB1
F2 @ SUB2
G1 - B1 - CB1 - L1 - n1 - LS1/ - n2 - L2 - CB2 - B1
n1 - S1>C1
n2 - S2>C2
n1 - CB3 - S3>C3
n2 - CB4 - S4>C3:standby
n1 - LS2/ - n9
"""
KV = {"nominal_kv": 10.0}
FIELDS = {
    "L1": {**KV, "rated_current_a": 100.0},
    "L2": {**KV, "rated_current_a": 50.0},
    "LS1": {**KV, "normal_position": SwitchPosition.OPEN},
    "LS2": {**KV, "normal_position": SwitchPosition.OPEN},
    "C1.1": {"load_kw": 100.0},
    "C2.1": {"load_kw": 200.0},
    "C1": {"importance": Importance.SECOND, "name": "乙"},
    "C2": {"importance": Importance.SPECIAL, "name": "甲"},
    "C3": {"importance": Importance.FIRST, "name": "丙"},
}


def grid(**opened: str) -> ReadModel:
    """The grid, with these switches reported open at an hour of one day."""
    fields = {name: dict(each) for name, each in FIELDS.items()}
    for switch, hour in opened.items():
        at = datetime(2026, 11, 26, int(hour), tzinfo=UTC)
        report = {"position": SwitchPosition.OPEN, "position_at": at, "position_by": "王", "position_source": "遥信"}
        fields[switch] = {**fields.get(switch, {}), **report}
    return ReadModel.build(draw(GRID, **fields))


def out(model: ReadModel, **chosen: object) -> list[str]:
    return [model.graph.id(at) for _, at in sorted(list_customers_out(model, OutFilter(**chosen)))]


def kw(current: float) -> float:
    """Power of a current at 10 kV."""
    return sqrt(3) * 10 * current * POWER_FACTOR


def test_nobody_is_out_in_the_normal_state():
    assert out(grid()) == []


@pytest.mark.parametrize(
    ("opened", "expected"),
    [
        ({"CB1": "3"}, ["C3", "C1"]),  # C3 has lost one of two supplies, and is of a higher class
        ({"CB2": "3"}, ["C2", "C3"]),
        ({"CB1": "3", "CB2": "4"}, ["C2", "C3", "C1"]),
        ({"CB3": "3"}, ["C3"]),
    ],
)
def test_who_is_out_worst_first(opened, expected):
    assert out(grid(**opened)) == expected


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ({"states": {SupplyState.LOST}}, ["C2", "C1"]),
        ({"states": {SupplyState.DEGRADED}}, []),
        ({"importance": {Importance.SPECIAL}}, ["C2"]),
        ({"loads_fed": {LoadsFed.ALL}}, []),
        ({"within": "F2"}, []),  # it feeds nobody now, and no ledger names it
    ],
)
def test_filters_of_who_is_out(chosen, expected):
    model = grid(CB1="3", CB2="3")
    found = out(model, **chosen)
    assert [each for each in found if each != "C3"] == expected


def test_a_degraded_customer_belongs_to_the_feeder_that_feeds_it():
    model = grid(CB1="3")
    assert out(model, within="F2") == ["C3"]
    assert out(model, within="SUB2") == ["C3"]
    assert out(model, within="SUB1") == []
    now = customer_out(model, model.graph.index("C3"))
    assert (now.state, [model.graph.id(at) for at in now.live_sources]) == (SupplyState.DEGRADED, ["S4"])
    assert [model.graph.id(at) for at in now.lost_sources] == ["S3"]


def test_switches_off_normal_reported_last_first_with_by_whom():
    model = grid(CB1="3", CB3="5")
    found = [model.graph.id(at) for _, at in sorted(list_switches_off_normal(model))]
    assert found == ["CB3", "CB1"]
    row = switch_off_normal(model, model.graph.index("CB1"))
    assert (row.normal, row.position, row.by, row.source) == (
        SwitchPosition.CLOSED,
        SwitchPosition.OPEN,
        "王",
        "遥信",
    )
    assert row.since == datetime(2026, 11, 26, 3, tzinfo=UTC)


def test_an_open_tie_belongs_to_both_feeders_and_an_open_end_to_its_live_one():
    model = grid()
    index = model.graph.index
    assert feeders_of(model, index("LS1")) == tuple(sorted((index("F1"), index("F2"))))
    assert feeders_of(model, index("LS2")) == (index("F1"),)
    assert [model.graph.id(at) for _, at in sorted(list_open_points(model))] == ["LS1", "LS2"]
    assert [model.graph.id(at) for _, at in sorted(list_open_points(model, "F2"))] == ["LS1"]
    assert [model.graph.id(at) for _, at in sorted(list_open_points(model, "SUB1"))] == ["LS1", "LS2"]
    dark = grid(CB1="3")
    assert feeders_of(dark, index("LS1")) == (index("F2"),)


def test_an_open_point_says_what_each_side_can_take():
    model = grid()
    tie = open_point_of(model, model.graph.index("LS1"))
    assert tie is not None
    one, other = tie.sides
    assert (one.energised, other.energised) == (True, True)
    assert (one.spare_kw, other.spare_kw) == (pytest.approx(kw(100) - 100), pytest.approx(kw(50) - 200))
    assert one.spare_a == pytest.approx(100 - 100 / kw(1))
    assert other.spare_a == pytest.approx(50 - 200 / kw(1))
    end = open_point_of(model, model.graph.index("LS2"))
    assert end is not None
    live, dead = end.sides
    assert (live.energised, dead.energised, dead.spare_kw, dead.spare_a) == (True, False, None, None)
    assert open_point_of(model, model.graph.index("CB1")) is None
