"""A second fault in the night: no plan for the one feeds the other, and both can be asked together.

    G1 - CB1 - L1 - LS1 - L2 - FU3 - L3        S1, S2, S3 on the sections
                          LS9/ - L8 - CB2 - G2
"""  # fmt: skip

from __future__ import annotations

from datetime import datetime

from graph_api.readmodel.model import ReadModel
from graph_api.services.outage.event import Event
from graph_api.services.restoration.plan import RestorationPlan
from graph_api.services.restoration.planning import best_plan
from graph_api.services.restoration.wording import StillOutReason
from tests.nights import clock, night

GRID = """
    F1 = CB1
    F2 = CB2
    G1 - CB1 - L1 - LS1 - L2 - FU3 - L3 - S3>C3
    L2 - LS9/ - L8 - CB2 - G2
    L1 - S1>C1
    L2 - S2>C2
    L8 - S8>C8
"""
CUT_OUT = ("11:50 CB1 OPEN", "11:55 LS1 OPEN", "11:56 CB1 CLOSED")
"""A fault on L2: CB1 tripped, LS1 has cut it out, S1 is back."""


def plan(model: ReadModel, *things: str, tripped: tuple[str, ...], since: str | None = None) -> RestorationPlan:
    index = model.graph.index
    moment: datetime | None = None if since is None else clock(since)
    given = Event(things=tuple(map(index, things)), at=clock("12:30"), tripped=tuple(map(index, tripped)), since=moment)
    return best_plan(model, given)


def steps(model: ReadModel, found: RestorationPlan) -> list[str]:
    return [f"{step.action.value} {model.graph.id(step.target)}" for step in found.steps]


def reasons(model: ReadModel, found: RestorationPlan) -> dict[str, StillOutReason]:
    return {model.graph.id(each.thing): each.reason for each in found.accounts.still_out}


def test_the_first_fault_asked_again_does_not_close_onto_the_second() -> None:
    model = night(GRID, *CUT_OUT, "12:10 CB1 OPEN")  # L1 has failed, too; nobody has asked about it yet
    found = plan(model, "L2", tripped=("CB1",), since="11:50")
    assert "CLOSE CB1" not in steps(model, found)
    assert reasons(model, found)["C1"] is StillOutReason.OPEN_FOR_WORK
    once = night(GRID, *CUT_OUT[:2])
    assert "CLOSE CB1" in steps(once, plan(once, "L2", tripped=("CB1",), since="11:50"))


def test_what_the_second_fault_left_dark_is_not_fed_from_elsewhere_either() -> None:
    # the fault is on L3, its fuse has blown; then CB1 trips on L1: LS9 would feed L1 over LS1
    model = night(GRID, "11:50 FU3 OPEN", "12:10 CB1 OPEN")
    found = plan(model, "L3", tripped=("FU3",), since="11:50")
    assert not any(each.startswith("CLOSE") for each in steps(model, found))


def test_the_second_fault_alone_does_not_feed_the_first() -> None:
    # L2 is cut out; then CB2 trips on L8, and LS9 leads from it to L2
    model = night(GRID, *CUT_OUT, "12:10 CB2 OPEN")
    found = plan(model, "L8", tripped=("CB2",))
    assert not any(each.startswith("CLOSE") for each in steps(model, found))
    assert reasons(model, found)["C8"] is StillOutReason.CUT_OUT


def test_who_opens_what_nobody_hangs_on_is_no_second_fault() -> None:
    # LS1 is opened and closed again, as a plan of two stages does: it may be closed
    model = night(GRID, "11:50 CB1 OPEN", "11:55 LS1 OPEN", "11:56 LS1 CLOSED", "11:57 LS1 OPEN")
    found = plan(model, "L1", tripped=("CB1",), since="11:50")
    assert "CLOSE LS9" in steps(model, found)
    assert reasons(model, found) == {"C1": StillOutReason.CUT_OUT}


def test_two_faults_are_asked_together_though_each_opened_its_own() -> None:
    # FU3 has blown on L3 at 11:50, CB1 has tripped on L2 ten minutes later: together FU3 lies between the two
    model = night(GRID, "11:50 FU3 OPEN", "12:00 CB1 OPEN")
    for since in ("11:50", None):
        found = plan(model, "L2", "L3", tripped=("FU3", "CB1"), since=since)
        assert "CLOSE FU3" not in steps(model, found)
        assert "CLOSE CB1" in steps(model, found)
        assert reasons(model, found)["C3"] is StillOutReason.CUT_OUT
