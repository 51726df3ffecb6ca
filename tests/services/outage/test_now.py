"""A night on a feeder with a tie, as it is answered while it is worked on; numbers by hand.

    G1 - B1 - CB1 - L1 - LS1 - L2 - LS2 - L3 - LS9/ - L8 - CB2 - B2 - G2
                    C1 100     C2 200     C3 300      C8 400 kW
"""  # fmt: skip

from __future__ import annotations

from typing import Any

import pytest

from graph_api.errors import InvalidInput
from graph_api.readmodel.model import ReadModel
from graph_api.services.outage.event import Cause, Event
from graph_api.services.outage.impact import AffectedFilter, Impact, find_impact
from schema.vocabulary import Importance, LoadsFed, SupplyState, SwitchPosition
from tests.nights import clock, night
from tests.services.restoration.test_planning import TIE

KW = {f"C{n}.1": {"load_kw": kw} for n, kw in ((1, 100.0), (2, 200.0), (3, 300.0), (8, 400.0))}
TRIP = "11:50 CB1 OPEN"
ACTS = (TRIP, "12:00 LS1 OPEN", "12:05 LS2 OPEN", "12:10 CB1 CLOSED", "12:20 LS9 CLOSED")


def asked(model: ReadModel, *things: str, tripped: tuple[str, ...] = ("CB1",), **parts: Any) -> Impact:
    index = model.graph.index
    indexes = tuple(map(index, things))
    return find_impact(model, Event(things=indexes, at=clock("13:00"), tripped=tuple(map(index, tripped)), **parts))


def table(found: Impact) -> list[tuple[str, str, str, bool, set[str]]]:
    """Customer, state now, state at the loss, back, by what; in the order of the answer."""
    name = found.model.graph.id
    every = [found.affected(at) for _, at in found.customers()]
    return [
        (name(each.customer), each.state.value, each.at_loss.state.value, each.back, set(map(name, each.restored_by)))
        for each in every
    ]


@pytest.mark.parametrize("acts", range(1, len(ACTS) + 1))
def test_whoever_was_hit_stays_and_the_sums_follow_the_night(acts: int) -> None:
    summary = asked(night(TIE, *ACTS[:acts], **KW), "L2").summary
    assert summary.total_count == 3
    assert summary.at_loss.lost_kw == 600
    assert (summary.back_count, summary.lost_kw) == {4: (1, 500), 5: (2, 200)}.get(acts, (0, 600))
    assert {each.state: each.count for each in summary.customers} == {
        SupplyState.LOST: 3 - summary.back_count,
        SupplyState.DEGRADED: 0,
        SupplyState.NORMAL: summary.back_count,
    }
    assert {each.loads_fed: each.count for each in summary.at_loss.by_loads_fed}[LoadsFed.NONE] == 3


def test_who_is_back_comes_last_and_by_what() -> None:
    found = asked(night(TIE, *ACTS, C1={"importance": Importance.SPECIAL}, **KW), "L2")
    assert table(found) == [
        ("C2", "LOST", "LOST", False, set()),
        ("C1", "NORMAL", "LOST", True, {"CB1"}),
        ("C3", "NORMAL", "LOST", True, {"LS9"}),
    ]
    out = found.customers(AffectedFilter(states=[SupplyState.LOST], loads_fed=[LoadsFed.NONE]))
    assert [found.model.graph.id(at) for _, at in out] == ["C2"]
    assert [found.model.graph.id(at) for _, at in found.customers(AffectedFilter(importance=[Importance.SPECIAL]))] == [
        "C1"
    ]
    assert {found.model.graph.id(at) for at in found.equipment_lost()} == {"LS1", "L2", "LS2", "S2"}
    acts = [(found.model.graph.id(each.switch), each.position.value, each.by) for each in found.operated_since]
    assert acts[:2] == [("LS1", "OPEN", "王"), ("LS2", "OPEN", "王")]


def test_without_acts_now_is_as_at_the_loss() -> None:
    found = asked(night(TIE, TRIP, **KW), "L2")
    assert found.now is found.at_loss
    assert [row[1:4] for row in table(found)] == [("LOST", "LOST", False)] * 3
    assert found.taken_since == []


def test_whom_an_act_took_is_told_apart_from_whom_the_event_hit() -> None:
    found = asked(night(TIE, TRIP, "12:00 LS9 CLOSED", **KW), "L2")
    assert [row[0] for row in table(found)] == ["C1", "C2", "C3"], "the tie closed onto the fault took C8 too"
    (taken,) = found.taken_since
    assert found.model.graph.id(taken.customer) == "C8"
    assert (taken.state, taken.at_loss.state, taken.back) == (SupplyState.LOST, SupplyState.NORMAL, False)


RING = """
    F1 = CB1
    G1 - B1 - CB1 - L1 - S1>C1
    G1 - B1 - CB3 - L4 - LS3/ - n1
    L1 - n1
"""


def test_who_is_fed_in_two_ways_is_back_by_one_of_them() -> None:
    model = night(RING, TRIP, "12:00 LS3 CLOSED", "12:10 CB1 CLOSED", C1={}, LS3={})
    found = asked(model, "CB1", cause=Cause.OPENED, since=clock("11:50"))
    assert table(found)[0][3:] == (True, {"LS3"})


INSIDE = """
    F1 = CB1
    G1 - B1 - CB1 - L1 - S1>C1 - SB1 - IB1 - LD1(80kW)
    G2 - B2 - CB2 - L2 - S2>C1:standby - SB2/ - IB1
    L1 - S9>C9
"""


def test_a_change_over_that_was_recorded_brings_the_customer_back() -> None:
    acts = (TRIP, "12:00 SB1 OPEN", "12:01 SB2 CLOSED")
    waits = asked(night(INSIDE, TRIP), "L1")
    (hit,) = (waits.affected(at) for _, at in waits.customers() if waits.model.graph.id(at) == "C1")
    assert (hit.state, hit.loads_fed, hit.back) == (SupplyState.DEGRADED, LoadsFed.NONE, False)
    assert hit.awaiting_transfer is not None
    found = asked(night(INSIDE, *acts), "L1")
    assert table(found) == [
        ("C9", "LOST", "LOST", False, set()),
        ("C1", "DEGRADED", "DEGRADED", True, {"SB2"}),
    ]
    (back,) = (found.affected(at) for _, at in found.customers() if found.model.graph.id(at) == "C1")
    assert (back.before, back.loads_fed, back.at_loss.loads_fed) == (SupplyState.NORMAL, LoadsFed.ALL, LoadsFed.NONE)
    assert back.awaiting_transfer is None


PLANNED = {"LS1": {"position_source": "计划工作"}}


@pytest.mark.parametrize("thing", ["L2", "L3", "C3"])
def test_what_was_dead_before_says_since_when_and_by_whom(thing: str) -> None:
    model = night(TIE, "08:00 LS1 OPEN", "08:30 LS1 OPEN")
    found = asked(model, thing, tripped=())
    assert found.customers() == []
    assert found.may_have_tripped == ()
    (dead,) = found.dead_before
    (cut,) = dead.cut_off_by
    assert model.graph.id(dead.thing) == thing
    assert (model.graph.id(cut.switch), cut.at, cut.by, cut.source) == ("LS1", clock("08:00"), "王", "电话")


def test_a_breaker_may_have_tripped_unless_it_was_opened_for_work() -> None:
    model = night(TIE, TRIP)
    assert asked(model, "L2", tripped=()).may_have_tripped == (model.graph.index("CB1"),)
    planned = {"position": SwitchPosition.OPEN, "position_at": clock("08:00"), "position_source": "计划工作"}
    model = night(TIE, CB1=planned)
    found = asked(model, "L2", tripped=())
    assert found.may_have_tripped == ()
    assert found.dead_before[0].cut_off_by[0].at == clock("08:00")


def test_what_is_out_of_service_says_so() -> None:
    model = night(TIE, L2={"in_service": False})
    found = asked(model, "L2", tripped=())
    (dead,) = found.dead_before
    assert (dead.out_of_service, dead.cut_off_by) == ((model.graph.index("L2"),), ())
    assert asked(model, "L1", tripped=()).dead_before == ()


def test_an_open_switch_beside_what_is_live_was_not_dead() -> None:
    model = night(TIE)
    assert asked(model, "LS9", tripped=()).dead_before == ()
    unsaid = night(TIE, LS1={"position": SwitchPosition.OPEN})
    (dead,) = asked(unsaid, "L2", tripped=()).dead_before
    assert (dead.cut_off_by[0].at, dead.cut_off_by[0].by) == (None, None)


BEHIND = """
    F1 = CB1
    G1 - B1 - CB1 - L1 - LS1 - L2 - S9>C9
    L1 - S1>C1 - SB1 - IB1 - LD1(80kW)
    L1 - S2>C2
"""
RELEASES = {"C1.1": {"undervoltage_release": True}, "C2.1": {"undervoltage_release": True}}


@pytest.mark.parametrize("closed", [False, True])
def test_behind_a_release_supply_is_back_when_the_electrician_has_closed(closed: bool) -> None:
    acts = (TRIP, "12:00 LS1 OPEN", "12:10 CB1 CLOSED", *(["12:20 SB1 CLOSED"] if closed else []))
    found = asked(night(BEHIND, *acts, **RELEASES), "L2")
    index = found.model.graph.index
    one, other = found.affected(index("C1")), found.affected(index("C2"))
    assert (one.state, one.back) == (SupplyState.NORMAL, closed)
    assert one.loads_fed is (LoadsFed.ALL if closed else LoadsFed.NONE)
    assert one.released == (() if closed else (index("S1"),))
    assert one.restored_by == ((index("CB1"),) if closed else ())
    assert (other.loads_fed, other.back) == (LoadsFed.NONE, False), "nothing is recorded that could be reported closed"


def test_a_second_fault_that_tripped_another_device_later_can_be_asked_with_the_first() -> None:
    acts = (TRIP, "12:00 LS1 OPEN", "12:10 LS9 CLOSED", "12:30 CB2 OPEN")  # L3 is fed from CB2 by then, and faulty
    model = night(TIE, *acts, **KW)
    found = asked(model, "L1", "L3", tripped=("CB1", "CB2"))
    assert {row[0]: row[1:3] for row in table(found)} == dict.fromkeys(("C1", "C2", "C3"), ("LOST", "LOST"))
    assert [model.graph.id(each.customer) for each in found.taken_since] == ["C8"]
    with pytest.raises(InvalidInput, match="would not open CB2"):
        asked(model, "L1", tripped=("CB1", "CB2"))
