"""Change-overs onto a supply that an under-voltage release opened earlier (失压脱扣未合): its bay is closed first.

    G1 - CB1 - L1 - S1>C2 - SB1 - IB1 - LD1      CB2 opened and closed at 11:50: SB2 released, and stands open since,
                                   SB0/           though nobody reports it. The fault is L1: LD1 is fed again over SB0,
    G2 - CB2 - L2 - S2>C2 - SB2 - IB2 - LD2      but only once SB2 is closed
"""  # fmt: skip

from __future__ import annotations

import pytest

from graph_api.readmodel.model import ReadModel
from graph_api.services.outage.event import Event
from graph_api.services.restoration.plan import RestorationPlan
from graph_api.services.restoration.planning import best_plan
from schema.vocabulary import TransferMode
from tests.nights import clock, night

TWO = """
    G1 - CB1 - L1 - S1>C2 - SB1 - IB1 - LD1
    G2 - CB2 - L2 - S2>C2{role} - SB2 - IB2 - LD2
    IB1 - SB0/ - IB2
"""
DIP = ("11:50 CB2 OPEN", "11:51 CB2 CLOSED")


def planned(
    *since: str, role: str = "", mode: TransferMode = TransferMode.AUTOMATIC
) -> tuple[ReadModel, RestorationPlan]:
    known = {"LD1": {"kw": 50.0}, "LD2": {"kw": 30.0}, "C2.1": {"transfer": mode, "undervoltage_release": True}}
    model = night(TWO.format(role=role), *DIP, *since, **known)
    return model, best_plan(model, Event(things=(model.graph.index("L1"),), at=clock("12:10"), since=clock("12:00")))


def acts(model: ReadModel, plan: RestorationPlan) -> list[str]:
    steps = (step for step in plan.steps if step.opens or step.closes)
    return [f"{step.action.value} {model.graph.id(step.target)}" for step in steps]


@pytest.mark.parametrize("role", ["", ":standby"])
@pytest.mark.parametrize("mode", [TransferMode.AUTOMATIC, TransferMode.MANUAL])
def test_what_a_release_holds_open_is_closed_before_the_change_over(role: str, mode: TransferMode) -> None:
    model, plan = planned(role=role, mode=mode)
    assert acts(model, plan) == ["RELEASE SB2", "TRANSFER SB0"]
    assert [list(map(model.graph.id, step.closes)) for step in plan.steps][:2] == [["SB2"], ["SB0"]]
    assert [(model.graph.id(each.thing), each.step) for each in plan.accounts.back] == [("C2", 2)]


def test_asked_again_after_the_change_over_alone_the_bay_is_still_named() -> None:
    model, plan = planned("12:05 SB1 OPEN", "12:06 SB0 CLOSED")
    assert acts(model, plan) == ["RELEASE SB2"]
    assert [model.graph.id(each.thing) for each in plan.accounts.back] == ["C2"]


def test_once_both_were_done_nothing_is_left() -> None:
    model, plan = planned("12:04 SB2 CLOSED", "12:05 SB1 OPEN", "12:06 SB0 CLOSED")
    assert acts(model, plan) == []
    assert [model.graph.id(each.thing) for each in plan.accounts.back] == ["C2"]
