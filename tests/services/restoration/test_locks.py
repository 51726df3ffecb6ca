"""Locks (闭锁): what a plan opens and locks for who works there or for a truck stays open, whatever acts by itself.

    G1 - CB1 - L1 - S2>C2:standby - SB2/ - IB2 - LD2      S1 is out of service: SB2 was closed by itself long ago, and
                    S1>C2 - SB1 - IB2                     nobody told. The fault is S3, another supply of C2
"""  # fmt: skip

from __future__ import annotations

from graph_api.services.outage.event import Event
from graph_api.services.restoration.case import Case
from graph_api.services.restoration.planning import best_plan
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
