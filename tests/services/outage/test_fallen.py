"""A device that the fault opened again before the repair stands open until it is closed later than that.

By hand: what fed the fault has tripped, whatever was said of it before; a repair of the line closes no breaker.
"""

from __future__ import annotations

from datetime import datetime

import pytest

from graph_api.readmodel.model import ReadModel
from graph_api.services.outage.event import Event
from graph_api.services.outage.impact import find_impact
from graph_api.services.restoration.planning import best_plan
from tests.nights import clock, night

LADDER = """
F1 = CB1
F2 = CB2
G1 - B1 - CB1 - n1 - LS1 - n2 - LS2 - L3 - n3 - LS3 - n4 - LS9/ - n5 - CB2 - B2 - G2
n1 - S1>C1
n2 - S2>C2
n3 - S3>C3
n4 - S4>C4
n5 - S5>C5
"""
CUT_OUT = ("02:00 CB1 OPEN", "02:05 LS3 OPEN", "02:06 LS9 CLOSED", "02:07 LS2 OPEN", "02:08 CB1 CLOSED")


def asked(model: ReadModel, repaired: datetime | None, at: str = "03:00") -> dict[str, bool]:
    """Customers that are hit, and those whom switching took, with whether they are fed again."""
    graph = model.graph
    event = Event(
        things=(graph.index("L3"),),
        tripped=(graph.index("CB1"),),
        since=clock("02:00"),
        at=clock(at),
        repaired=repaired,
    )
    impact = find_impact(model, event)
    hit = {graph.id(each): impact.affected(each).back for _, each in impact.customers()}
    return hit | {graph.id(each.customer): False for each in impact.taken_since}


@pytest.mark.parametrize("told", [(), ("02:35 LS3 CLOSED",), ("02:35 CB1 OPEN",)])
def test_the_repair_feeds_nobody_behind_what_tripped_again(told: tuple[str, ...]) -> None:
    """LS2 is closed onto the fault by mistake: CB1 trips, and nobody closes it. LS3 at last brings power from LS9."""
    model = night(LADDER, *CUT_OUT, "02:10 LS2 CLOSED", *told)
    dark = {"C1": False, "C2": False, "C3": False, "C4": True}
    assert asked(model, None, "02:20") == dark
    by_the_tie = "LS3" in "".join(told)
    assert asked(model, clock("02:30")) == {each: by_the_tie or back for each, back in dark.items()}


def test_closed_after_the_repair_it_feeds_again() -> None:
    for closed in ("02:30", "02:40"):
        model = night(LADDER, *CUT_OUT, "02:10 LS2 CLOSED", f"{closed} CB1 CLOSED")
        assert all(asked(model, clock("02:30")).values())


def test_what_held_until_the_repair_feeds_on() -> None:
    model = night(LADDER, *CUT_OUT, "02:35 LS2 CLOSED")
    assert all(asked(model, clock("02:30")).values())


def test_another_feeder_that_was_closed_onto_the_fault_is_open_after_the_repair() -> None:
    """Of CB2 nobody has ever said anything: the tie held, then LS3 joined the fault to it."""
    model = night(LADDER, *CUT_OUT, "02:10 LS3 CLOSED")
    assert asked(model, clock("02:30")) == {"C1": True, "C2": True, "C3": False, "C4": False, "C5": False}


def test_whether_it_held_when_it_was_closed_onto_the_fault_nobody_knows() -> None:
    """LS2 joins the fault to n2, then CB1 is reported closed: by the act that tripped it, or as it stood afterwards. So
    C1 to C3 may be dark after the repair, and that hangs on CB1 alone; it is made sure of."""
    model = night(LADDER, *CUT_OUT[:4], "02:10 LS2 CLOSED", "02:12 CB1 CLOSED")
    graph = model.graph
    assert asked(model, clock("02:30")) == {"C1": False, "C2": False, "C3": False, "C4": True}
    event = Event(
        things=(graph.index("L3"),),
        tripped=(graph.index("CB1"),),
        since=clock("02:00"),
        at=clock("03:00"),
        repaired=clock("02:30"),
    )
    impact = find_impact(model, event)
    hit = {graph.id(at): [*map(graph.id, impact.affected(at).depends_on)] for _, at in impact.customers()}
    assert [hit[name] for name in ("C1", "C2", "C3")] == [["CB1"]] * 3
    plan = best_plan(model, event)
    closing = next(step for step in plan.steps if graph.id(step.target) == "CB1")
    assert {graph.id(at) for at in closing.restored} == {"C1", "C2", "C3"}
    told = night(LADDER, *CUT_OUT[:4], "02:10 LS2 CLOSED", "02:12 CB1 CLOSED", "02:40 CB1 CLOSED")
    assert all(asked(told, clock("02:30")).values())


def test_a_plan_closes_again_what_its_own_closing_has_tripped() -> None:
    """The fault was joined to n2 before CB1 was closed: LS2 is opened, CB1 closed, though that was reported closed."""
    model = night(LADDER, *CUT_OUT[:4], "02:10 LS2 CLOSED", "02:12 CB1 CLOSED")
    graph = model.graph
    things, tripped = (graph.index("L3"),), (graph.index("CB1"),)
    plan = best_plan(model, Event(things=things, tripped=tripped, since=clock("02:00"), at=clock("02:20")))
    done = [f"{step.action.value} {graph.id(step.target)}" for step in plan.steps]
    assert done[:2] == ["OPEN LS2", "CLOSE CB1"]
    assert {graph.id(each.thing): each.step for each in plan.accounts.back} == {"C1": 2, "C2": 2, "C4": 0}
