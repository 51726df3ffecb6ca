"""Locks (闭锁): what a plan opens and locks for who works there or for a truck stays open, whatever acts by itself.

    G1 - CB1 - L1 - S2>C2:standby - SB2/ - IB2 - LD2      S1 is out of service: SB2 was closed by itself long ago, and
                    S1>C2 - SB1 - IB2                     nobody told. The fault is S3, another supply of C2
"""  # fmt: skip

from __future__ import annotations

import pytest

from graph_api.services.outage.event import Event
from graph_api.services.restoration.case import Case
from graph_api.services.restoration.planning import best_plan
from graph_api.services.restoration.wording import StepAction
from schema.vocabulary import Importance, TransferMode
from tests.nights import clock, night
from tests.services.restoration.test_at_customers import ACCESS

CHANGED_OVER = """
    G1 - CB1 - L1 - S2>C2:standby - SB2/ - IB2 - LD2
    L1 - S1!>C2 - SB1 - IB2
    L1 - S3>C2.2
"""
KNOWN = {
    "LD2": {"kw": 30.0},
    "C2": {"importance": Importance.SECOND},
    "C2.1": {"transfer": TransferMode.AUTOMATIC},
}


def test_what_changed_over_before_a_fault_of_another_supply_is_opened_before_its_lock() -> None:
    model = night(CHANGED_OVER, more=ACCESS, **KNOWN, **{"C2.2": {"load_kw": 10.0}})
    plan = best_plan(model, Event(things=(model.graph.index("S3"),), at=clock("12:00")))
    acts = [f"{step.action.value} {model.graph.id(step.target)}" for step in plan.steps]
    assert acts.index("OPEN SB2") < acts.index("LOCK SB2") < acts.index("GENERATOR A2")


TWO = """
    G1 - CB1 - L1 - S1>C2 - SB1 - IB2 - LD2
    G2 - CB2 - L2 - S2>C2:standby - SB2/ - IB2
"""


def test_no_automatic_transfer_closes_what_a_step_has_opened_or_locked() -> None:
    model = night(TWO, "11:50 CB2 OPEN", **KNOWN)
    index = model.graph.index
    play = Case.of(model, Event(things=(index("L1"),), at=clock("12:00"))).play()
    point, saved = index("C2.1"), play.saved()
    assert play.operate(closes=[index("CB2")]).kw == 30.0  # SB2 closes by itself
    play.restore(saved)
    play.lock(index("SB2"))
    assert play.operate(closes=[index("CB2")]).kw == 0.0
    play.restore(saved)
    play.open_inside(point, [index("SB2")])
    assert play.operate(closes=[index("CB2")]).kw == 0.0
    play.release(point, [index("S2")])  # and what is closed again by hand may
    assert index("SB2") not in play.points[point].kept


THREE = """
    G1 - CB1/ - L1 - S1>C2 - SB1 - IB2 - LD2
    G2 - CB2 - L2 - S2>C2:standby - SB2/ - IB2
    G3 - CB3 - L3 - S3>C2:standby - SB3/ - IB2
"""
"""L1 is dead since long: C2 has changed over by itself, to S2 or to S3, and nobody told."""


@pytest.mark.parametrize(("fault", "bay"), [("L2", "SB2"), ("L3", "SB3")])
def test_whichever_an_automatic_transfer_may_have_closed_is_opened_before_its_lock(fault: str, bay: str) -> None:
    model = night(THREE, **KNOWN)
    plan = best_plan(model, Event(things=(model.graph.index(fault),), at=clock("12:00")))
    acts = [f"{step.action.value} {model.graph.id(step.target)}" for step in plan.steps]
    assert acts.index(f"OPEN {bay}") < acts.index(f"LOCK {bay}") < acts.index(f"EARTH {fault}")


OPEN_ALREADY = """
    G1 - CB1 - L1 - {switch} - L2 - {tie} - L9 - CB2 - G2
    L1 - LS5/ - L5
    L2 - EC2(100kW)
"""


@pytest.mark.parametrize("switch", ["DS1", "LS1"])
@pytest.mark.parametrize("tie", ["DS9/", "DS9?", "LS9?"])
def test_what_somebody_has_opened_before_a_possible_source_is_locked(switch: str, tie: str) -> None:
    # a disconnector tie is not closed by the plan, and may be by who takes L2 over; LS5 leads nowhere
    text = OPEN_ALREADY.format(switch=switch, tie=tie)
    model = night(text, "11:50 CB1 OPEN", "11:50 CB2 OPEN", f"11:55 {switch} OPEN")
    index = model.graph.index
    asked = Event(things=(index("L1"),), at=clock("12:00"), since=clock("11:50"), tripped=(index("CB1"), index("CB2")))
    if "?" not in tie:
        model = night(text, "11:50 CB1 OPEN", f"11:55 {switch} OPEN")
        asked = Event(things=asked.things, at=asked.at, since=asked.since, tripped=(index("CB1"),))
    plan = best_plan(model, asked)
    acts = [f"{step.action.value} {model.graph.id(step.target)}" for step in plan.steps]
    assert {"LOCK CB1", f"LOCK {switch}"} <= {*acts[: acts.index("EARTH L1")]}
    assert "LOCK LS5" not in acts
    back = [f"{step.action.value} {model.graph.id(step.target)}" for step in plan.after_repair]
    assert back.index(f"UNLOCK {switch}") < back.index(f"CLOSE {switch}")


@pytest.mark.parametrize("more", ["L2 - S1>C1 \n L7 - S2>C1:standby", "L2 - S1>C1 \n L7 - S2>C1.2"])
def test_a_customer_with_another_supply_behind_is_a_possible_source(more: str) -> None:
    model = night(f"G1 - CB1 - L1 - DS1 - L2 \n G7 - CB7 - L7 \n {more}", "11:50 CB1 OPEN", "11:55 DS1 OPEN")
    index = model.graph.index
    asked = Event(things=(index("L1"),), at=clock("12:00"), since=clock("11:50"), tripped=(index("CB1"),))
    assert "DS1" in {
        model.graph.id(step.target) for step in best_plan(model, asked).steps if step.action is StepAction.LOCK
    }


def test_what_leads_to_no_source_is_not_locked() -> None:
    model = night("G1 - CB1 - L1 - DS1 - L2 - S1>C1", "11:50 CB1 OPEN", "11:55 DS1 OPEN")
    index = model.graph.index
    asked = Event(things=(index("L1"),), at=clock("12:00"), since=clock("11:50"), tripped=(index("CB1"),))
    assert [
        model.graph.id(step.target) for step in best_plan(model, asked).steps if step.action is StepAction.LOCK
    ] == ["CB1"]
