"""A device that the fault opened again before the repair stands open until it is closed later than that.

By hand: what fed the fault has tripped, whatever was said of it before; a repair of the line closes no breaker.
"""

from __future__ import annotations

from datetime import datetime

import pytest

from graph_api.readmodel.model import ReadModel
from graph_api.services.outage.event import Event
from graph_api.services.outage.impact import find_impact
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
