"""Under-voltage releases: they open at every loss, whether anybody names an event or not."""

from __future__ import annotations

import pytest

from graph_api.readmodel.model import ReadModel
from graph_api.services.explore.now import OutFilter, customer_out, list_customers_out
from graph_api.services.outage.event import Event
from graph_api.services.outage.impact import find_impact
from graph_api.services.outage.present import present_state
from graph_api.services.outage.releases import held_now
from graph_api.services.restoration.planning import best_plan
from schema.batch import GraphBatch
from schema.relationships import Relationship, RelationshipKind
from schema.vocabulary import LoadsFed, SupplyState, TransferMode
from tests.nights import clock, night

TIE = """
    F1 = CB1
    F2 = CB2
    G1 - B1 - CB1 - L1 - LS1 - L2 - S2>C2 - SB2 - IB2 - LD2(80kW)
    L2 - LS9/ - L8 - CB2 - B2 - G2
    L8 - S8>C8
    L2 - EC2(50kW)
"""
RELEASES = {"C2.1": {"undervoltage_release": True}}
TIED = ("12:00 CB1 OPEN", "12:05 LS1 OPEN", "12:07 LS9 CLOSED")
CLOSED = (*TIED, "12:20 SB2 CLOSED")
AGAIN = (*CLOSED, "12:30 LS9 OPEN", "12:40 LS9 CLOSED")


def at(acts: tuple[str, ...], **more: dict[str, object]) -> ReadModel:
    return night(TIE, *acts, **RELEASES, **more)


def event(model: ReadModel, hour: str = "13:00") -> Event:
    index = model.graph.index
    return Event(things=(index("L1"),), tripped=(index("CB1"),), since=clock("12:00"), at=clock(hour))


def out(model: ReadModel) -> list[str]:
    return sorted(model.graph.id(index) for _, index in list_customers_out(model, OutFilter()))


@pytest.mark.parametrize(("acts", "held"), [(TIED, True), (CLOSED, False), (AGAIN, True)])
def test_who_is_held_open_is_out_in_impact_lists_and_plan(acts: tuple[str, ...], held: bool) -> None:
    model = at(acts)
    customer = model.graph.index("C2")
    assert out(model) == (["C2"] if held else [])
    state = present_state(model, customer)
    assert (state.state, state.loads_fed) == (SupplyState.NORMAL, LoadsFed.NONE if held else LoadsFed.ALL)
    impact = find_impact(model, event(model))
    each = impact.affected(customer)
    assert (each.back, each.state, each.loads_fed) == (not held, state.state, state.loads_fed)
    plan = best_plan(model, event(model))
    steps = [f"{step.action.value} {model.graph.id(step.target)}" for step in plan.steps]
    assert ("RELEASE SB2" in steps) is held


def test_the_list_says_which_supply_waits_for_the_electrician() -> None:
    model = at(TIED)
    found = customer_out(model, model.graph.index("C2"))
    assert [model.graph.id(supply) for supply in found.released] == ["S2"]


def test_of_one_time_what_opens_comes_first() -> None:
    """L1 is repaired, the tie opened and CB1 closed in one act: L2 had no voltage in between."""
    model = at((*CLOSED, "12:30 LS1 CLOSED", "12:50 LS9 OPEN", "12:50 CB1 CLOSED"))
    assert out(model) == ["C2"]
    closed = at((*CLOSED, "12:30 LS1 CLOSED", "12:50 LS9 OPEN", "12:50 CB1 CLOSED", "12:50 SB2 CLOSED"))
    assert out(closed) == []


def test_who_was_held_open_before_another_event_is_not_hit_by_it() -> None:
    """C2 hangs on CB2 by the tie and waits for its electrician when CB2 trips: it had nothing that could fall."""
    model = at((*TIED, "12:30 CB2 OPEN"))
    index = model.graph.index
    later = Event(things=(index("L8"),), tripped=(index("CB2"),), since=clock("12:30"), at=clock("12:35"))
    impact = find_impact(model, later)
    hit = impact.affected(index("C2"))
    assert (hit.change.unfed, hit.loads_fed) == (False, LoadsFed.NONE)
    plan = best_plan(model, later)
    assert index("C2") in {each.thing for each in plan.accounts.still_out}


def test_whom_a_second_fault_dips_is_taken_since_and_its_release_is_seen() -> None:
    """C8 hangs on CB2, which trips and is closed again during the night of another fault."""
    both = {"C8.1": {"undervoltage_release": True}}
    model = at((*TIED, "12:30 CB2 OPEN", "12:31 CB2 CLOSED"), **both)
    impact = find_impact(model, event(model))
    assert [model.graph.id(each.customer) for each in impact.taken_since] == ["C8"]
    assert out(model) == ["C2", "C8"]


def test_who_has_had_voltage_for_a_day_without_a_word_has_closed_again() -> None:
    model = night(TIE, *TIED, "12:10 CB2 CLOSED", **RELEASES)
    assert held_now(model) == {model.graph.index("S2")}
    text = TIE + "B2 - CB3 - L9"
    later = night(text, *TIED, "36:08 CB3 CLOSED", **RELEASES)
    assert held_now(later) == frozenset()


def test_without_reports_nothing_is_held() -> None:
    assert held_now(at(())) == frozenset()


STANDBY = """
    F1 = CB1
    F2 = CB2
    G1 - B1 - CB1 - L1 - S1>C1 - SB1 - IB1 - LD1(80kW)
    G2 - B2 - CB2 - L2 - S2>C1:standby - SB2/ - IB1
    L1 - S3>C3
    L2 - S4>C3:standby
"""
"""C1 hangs on S1, its standby S2 stands open; C3, whose inside is not recorded, hangs on S3, its standby is S4."""
BY_HAND: dict[str, dict[str, object]] = {
    point: {"undervoltage_release": True, "transfer": TransferMode.MANUAL, "load_kw": 80.0}
    for point in ("C1.1", "C3.1")
}
DIP = ("10:00 CB2 OPEN", "10:01 CB2 CLOSED")
OVER = ("09:00 SB2 OPEN", "09:00 SB1 CLOSED", "09:00 S4 OPEN", "09:00 S3 CLOSED")


@pytest.mark.parametrize("acts", [(), DIP, (*OVER, *DIP)])
def test_a_standby_that_stood_open_is_changed_over_to_whatever_its_feeder_had(acts: tuple[str, ...]) -> None:
    model = night(STANDBY, *acts, "12:00 CB1 OPEN", **BY_HAND)
    index, id = model.graph.index, model.graph.id
    lost = Event(things=(index("L1"),), tripped=(index("CB1"),), since=clock("12:00"), at=clock("12:05"))
    impact = find_impact(model, lost)
    for name in ("C1", "C3"):
        each = impact.affected(index(name))
        assert (each.released, each.state, each.loads_fed) == ((), SupplyState.DEGRADED, LoadsFed.NONE)
        assert each.awaiting_transfer is not None
    plan = best_plan(model, lost)
    acted = {(step.action.value, tuple(map(id, step.opens)), tuple(map(id, step.closes))) for step in plan.steps}
    assert ("TRANSFER", ("SB1",), ("SB2",)) in acted
    assert not any(action == "RELEASE" for action, _, _ in acted)


def test_a_bay_opened_before_a_dip_was_opened_by_no_release() -> None:
    opened = ("09:00 SB1 OPEN", "10:00 CB1 OPEN", "10:01 CB1 CLOSED")
    model = night(STANDBY, *opened, **BY_HAND)
    assert held_now(model) == {model.graph.index("S3")}


def test_what_a_dip_has_opened_is_no_lost_power_once_it_is_closed_again() -> None:
    text = """
        G1 - CB8 - L1 - CB1 - B1 - CB9/ - B2 - CB2 - L2 - G2
        B1 - CB3 - L3 - S4>C4 - SB4 - IB4 - LD4(80kW)
    """
    pair = GraphBatch(relationships=[Relationship(kind=RelationshipKind.AUTO_CLOSES, source="CB1", target="CB9")])
    release = {"C4.1": {"undervoltage_release": True}}
    for acts, left in (((), 80.0), (("12:05 SB4 CLOSED",), 0.0)):
        model = night(text, "12:00 CB8 OPEN", *acts, more=pair, **release)
        index = model.graph.index
        dip = Event(things=(index("L1"),), tripped=(index("CB8"),), since=clock("12:00"), at=clock("12:10"))
        summary = find_impact(model, dip).summary
        assert (summary.at_loss.lost_kw, summary.lost_kw, summary.back_count) == (80.0, left, int(not left))
