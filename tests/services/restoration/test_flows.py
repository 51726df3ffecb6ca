"""What a feeder carries where switches of unknown position decide it that do not concern the event."""

from __future__ import annotations

from graph_api.readmodel.model import ReadModel
from graph_api.services.outage.event import Event
from graph_api.services.restoration.planning import best_plan
from tests.nights import clock, night

A_60_KW = 3.85
"""Amperes at 10 kV that are 60 kW at the assumed power factor of 0.9."""
NEIGHBOUR = """
    G1 - CB1 - L1 - LS1 - L2 - EC2(30kW)
    L2 - LS9/ - L8 - CB8 - G8
"""


def acts(model: ReadModel, fault: str = "L1") -> list[str]:
    plan = best_plan(model, Event(things=(model.graph.index(fault),), at=clock("12:00"), since=clock("12:00")))
    said = (f"{step.action.value} {model.graph.id(step.target)}" for step in plan.steps)
    return [each for each in said if not each.startswith(("LOCK", "EARTH"))]


def limited(text: str) -> ReadModel:
    return night(text, L8={"nominal_kv": 10.0, "rated_current_a": A_60_KW})


def test_a_load_behind_a_switch_of_unknown_position_is_counted() -> None:
    """Closed, L8 carries 45 kW already, and 30 more are 75 of 60; with 20 they fit in both worlds."""
    assert acts(limited(NEIGHBOUR + "L8 - LS8? - L7 - EC7(45kW)")) == ["OPEN LS1"]
    assert acts(limited(NEIGHBOUR + "L8 - LS8? - L7 - EC7(20kW)")) == ["OPEN LS1", "CLOSE LS9"]


def test_what_two_switches_move_to_one_line_is_counted_though_neither_alone_does() -> None:
    """LS6 open and LS8 closed is the one world of four in which EC7's 45 kW hang on L8 alone: closed both is a ring."""
    text = NEIGHBOUR + "L8 - LS8? - L7 - EC7(45kW)\nL7 - LS6? - L6 - CB6 - G6"
    assert acts(limited(text)) == ["OPEN LS1"]


def test_a_part_that_may_be_a_ring_or_not_is_fed_where_each_way_carries_it() -> None:
    """DS5 closed, EC4's 50 kW pass L5 or the way beside it; open, L5 alone: 60 kW are borne, 40 are not."""
    text = """
    G1 - CB1 - L1 - LS1 - n2 - L5 - n4 - EC4(50kW)
    n2 - DS5? - n4
    n2 - LS9/ - L8 - CB8 - G8
    """
    wide = night(text, L5={"nominal_kv": 10.0, "rated_current_a": A_60_KW})
    assert acts(wide)[-1] == "CLOSE LS9"
    narrow = night(text, L5={"nominal_kv": 10.0, "rated_current_a": A_60_KW * 2 / 3})
    assert "CLOSE LS9" not in acts(narrow)


def test_nothing_is_fed_that_gives_nobody_anything() -> None:
    """C1's other supply would have voltage by LS9, and its 30 kW are more than L8 can carry: LS9 stays open."""
    text = """
    G1 - CB1 - L1 - LS1 - L2 - S2>C1:standby
    L1 - S1>C1
    L2 - LS9/ - L8 - CB8 - G8
    """
    few = {"nominal_kv": 10.0, "rated_current_a": 1.0}
    assert "CLOSE LS9" not in acts(night(text, L8=few, C1={}, **{"C1.1": {"load_kw": 30.0}}))
