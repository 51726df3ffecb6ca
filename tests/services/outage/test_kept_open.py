"""Open by report is open: no automatic transfer of a customer closes what was told to stand open after it acted.

    G1 - CB1 - L1 - S1 main of C1        G2 - CB2 - L2 - S2 standby of C1, with and without bays
"""  # fmt: skip

from __future__ import annotations

import pytest

from graph_api.readmodel.model import ReadModel
from graph_api.services.outage.event import Event
from graph_api.services.outage.impact import find_impact
from graph_api.services.outage.present import present_state
from graph_api.services.restoration.planning import best_plan
from schema.vocabulary import LoadsFed, TransferMode
from tests.nights import clock, night

BARE = """
    F1 = CB1
    G1 - CB1 - L1 - S1>C1
    G2 - CB2 - L2 - S2>C1:standby
"""
WIRED = """
    F1 = CB1
    G1 - CB1 - L1 - S1>C1 - SB1 - IB1 - LD1(80kW)
    G2 - CB2 - L2 - S2>C1:standby - SB2/ - IB1
"""
GRIDS = pytest.mark.parametrize(("grid", "one", "two"), [(BARE, "S1", "S2"), (WIRED, "SB1", "SB2")])
FIELDS = {"C1.1": {"transfer": TransferMode.AUTOMATIC, "load_kw": 80.0}}


def fed_now(model: ReadModel) -> LoadsFed:
    return present_state(model, model.graph.index("C1")).loads_fed


def fed_in_event(model: ReadModel, at: str = "12:30") -> LoadsFed:
    index = model.graph.index
    asked = Event(things=(index("L1"),), at=clock(at), since=clock("12:00"), tripped=(index("CB1"),))
    return find_impact(model, asked).affected(index("C1")).loads_fed


@GRIDS
def test_all_supplies_reported_open_feed_nobody(grid: str, one: str, two: str) -> None:
    assert fed_now(night(grid, f"10:00 {one} OPEN", f"10:00 {two} OPEN", **FIELDS)) is LoadsFed.NONE
    assert fed_now(night(grid, f"10:00 {one} OPEN", f"10:05 {two} OPEN", **FIELDS)) is LoadsFed.NONE


@GRIDS
def test_what_was_reported_before_the_transfer_could_act_does_not_keep_it(grid: str, one: str, two: str) -> None:
    # the ledger's morning round found the standby open; at 10:00 the main is opened, and the transfer acts
    assert fed_now(night(grid, f"08:00 {two} OPEN", f"10:00 {one} OPEN", **FIELDS)) is LoadsFed.ALL
    assert (
        fed_now(night(grid, f"10:00 {one} OPEN", f"10:00 {two} OPEN", f"10:30 {two} CLOSED", **FIELDS)) is LoadsFed.ALL
    )


@GRIDS
def test_opening_the_dead_supply_after_an_unreported_transfer_makes_nobody_dark(grid: str, one: str, two: str) -> None:
    tripped, opened = "12:00 CB1 OPEN", f"12:10 {one} OPEN"
    assert fed_in_event(night(grid, tripped, **FIELDS)) is LoadsFed.ALL
    assert fed_in_event(night(grid, tripped, opened, **FIELDS)) is LoadsFed.ALL
    assert fed_now(night(grid, tripped, opened, **FIELDS)) is LoadsFed.ALL
    back = night(grid, tripped, opened, "12:20 CB1 CLOSED", **FIELDS)
    assert fed_now(back) is LoadsFed.ALL
    assert fed_now(night(grid, tripped, opened, f"12:20 {two} OPEN", **FIELDS)) is LoadsFed.NONE


@GRIDS
def test_opening_the_standby_after_the_transfer_does(grid: str, one: str, two: str) -> None:
    model = night(grid, "12:00 CB1 OPEN", f"12:10 {two} OPEN", **FIELDS)
    assert fed_in_event(model) is LoadsFed.NONE
    assert fed_in_event(model, at="12:05") is LoadsFed.ALL
    index = model.graph.index
    asked = Event(things=(index("L1"),), at=clock("12:30"), since=clock("12:00"), tripped=(index("CB1"),))
    closed = [model.graph.id(at) for step in best_plan(model, asked).steps for at in step.closes]
    assert two in closed
    assert one not in closed
    again = night(grid, "12:00 CB1 OPEN", f"12:10 {two} OPEN", f"12:20 {two} CLOSED", **FIELDS)
    assert fed_in_event(again) is LoadsFed.ALL


def test_a_fault_on_a_bus_that_changed_over_by_itself_hits_its_customer() -> None:
    # S1 is dead since 10:00, SB2 was closed by itself and nobody told: IB1 had voltage
    model = night(WIRED, "10:00 CB1 OPEN", **FIELDS)
    index = model.graph.index
    found = find_impact(model, Event(things=(index("IB1"),), at=clock("12:00")))
    assert found.affected(index("C1")).loads_fed is LoadsFed.NONE
    assert [model.graph.id(at) for at in found.operated_by] == ["SB2"]
    assert found.dead_before == ()
