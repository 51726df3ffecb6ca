"""A second fault in the night: no plan for the one feeds the other, and both can be asked together.

    G1 - CB1 - L1 - LS1 - L2 - FU3 - L3        S1, S2, S3 on the sections
                          LS9/ - L8 - CB2 - G2
"""  # fmt: skip

from __future__ import annotations

from datetime import datetime

from graph_api.readmodel.model import ReadModel
from graph_api.services.outage.event import Event
from graph_api.services.outage.impact import find_impact
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


def everybody(model: ReadModel, found: RestorationPlan) -> dict[str, str]:
    """Each account with whom it holds; nobody is in two."""
    accounts, name = found.accounts, model.graph.id
    told = [(name(at), "WAS_NOT_OUT") for at in accounts.was_not_out]
    told += [(name(each.thing), f"BACK {each.step}") for each in accounts.back]
    told += [(name(each.customer), "ON_OWN") for each in accounts.on_own]
    told += [(name(each.thing), each.reason.value) for each in accounts.still_out]
    assert len(told) == len(dict(told))
    return dict(told)


def test_whom_the_second_fault_took_is_in_the_account_of_both() -> None:
    """CB1 trips on L2, LS1 cuts it out; then CB2 trips on L8, behind which nothing hung on CB1."""
    model = night(GRID + "L8 - EC8(40kW)\nL1 - EC1(30kW)", *CUT_OUT, "12:10 CB2 OPEN", EC8={"customer_count": 20})
    both = plan(model, "L2", "L8", tripped=("CB1", "CB2"), since="11:50")
    assert everybody(model, both) == {
        **{"C1": "BACK 0", "EC1": "BACK 0", "C2": "CUT_OUT", "C3": "CUT_OUT"},
        **{"C8": "CUT_OUT", "EC8": "CUT_OUT"},
    }
    assert everybody(model, plan(model, "L8", tripped=("CB2",))) == {"C8": "CUT_OUT", "EC8": "CUT_OUT"}
    first = everybody(model, plan(model, "L2", tripped=("CB1",), since="11:50"))
    assert sorted(first) == ["C1", "C2", "C3", "EC1"]
    index = model.graph.index
    impact = find_impact(model, Event(things=(index("L2"),), at=clock("12:30"), tripped=(index("CB1"),)))
    assert [model.graph.id(each.customer) for each in impact.taken_since] == ["C8"]
    assert (impact.taken_areas.count, impact.taken_areas.kw) == (1, 40)


def test_a_second_fault_on_what_the_tie_feeds_takes_the_feeder_that_feeds_it() -> None:
    """L2 is fed by CB2 when it fails as well: CB2 trips, and C8 and EC8 are hit by the second fault."""
    tied = ("11:50 CB1 OPEN", "11:55 LS1 OPEN", "11:57 LS9 CLOSED", "12:10 CB2 OPEN")
    model = night(GRID + "L8 - EC8(40kW)", *tied)
    both = everybody(model, plan(model, "L1", "L2", tripped=("CB1", "CB2"), since="11:50"))
    assert sorted(both) == ["C1", "C2", "C3", "C8", "EC8"]
    assert both["EC8"].startswith("BACK")


def test_who_is_back_after_the_second_fault_is_in_the_account_of_both() -> None:
    text, acts = GRID + "L8 - LS8 - L9 - EC9(40kW)\nL9 - S9>C9", (*CUT_OUT, "12:10 CB2 OPEN", "12:15 LS8 OPEN")
    model = night(text, *acts)
    assert everybody(model, plan(model, "L2", "L9", tripped=("CB1", "CB2"), since="11:50"))["C8"] == "BACK 1"
    closed = night(text, *acts, "12:20 CB2 CLOSED")
    found = everybody(closed, plan(closed, "L2", "L9", tripped=("CB1", "CB2"), since="11:50"))
    assert (found["C8"], found["C9"], found["EC9"]) == ("BACK 0", "CUT_OUT", "CUT_OUT")
