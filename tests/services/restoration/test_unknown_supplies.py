"""Switches of unknown position on the way to a customer's other supply: somebody looks, who waits for it is told so.

G1 - CB1 - L1 - S1>C1           the fault is on L1. LS4 closed: C1 changes over to S2 at once; LS4 open: it must be
G2 - CB2 - L2 - LS4? - L4 - S2>C1:standby                                       closed first
"""

from __future__ import annotations

import pytest

from graph_api.readmodel.model import ReadModel
from graph_api.services.outage.event import Event
from graph_api.services.restoration.planning import best_plan
from graph_api.services.restoration.wording import StillOutReason
from schema.batch import GraphBatch
from schema.relationships import Relationship, RelationshipKind
from schema.vocabulary import Importance, ResponsibilityRole, SwitchPosition, TransferMode
from tests.nights import clock, night
from tests.services.restoration.test_at_customers import ACCESS
from tests.services.restoration.test_unknown_ties import accounts, acts, planned

SECOND = "G1 - CB1 - L1 - S1>C1\nG2 - CB2 - L2 - {switch} - L4 - S2>C1:standby"
INSIDE = "\nS1 - SB1 - IB1 - LD1(100kW)\nS2 - SB2/ - IB1"
BY_HAND = {"C1.1": {"transfer": TransferMode.MANUAL, "load_kw": 100.0}}
UNKNOWN = {"C1": StillOutReason.POSITION_UNKNOWN}


def asked(text: str, *lines: str) -> ReadModel:
    return night(text, *lines, **BY_HAND)


@pytest.mark.parametrize("switch", ["LS4?", "CB4?", "DS4?"])
@pytest.mark.parametrize("inside", ["", INSIDE])
def test_a_switch_on_the_way_to_the_second_supply_is_looked_at(switch: str, inside: str) -> None:
    model = asked(SECOND.format(switch=switch) + inside)
    plan = planned(model)
    assert acts(model, plan)[0] == f"CHECK {switch[:-1]}"
    looked = plan.steps[0]
    assert (looked.order, looked.doer, looked.end_min) == (1, ResponsibilityRole.DISTRIBUTION_REPAIR, 30.0)
    assert accounts(model, plan) == (set(), UNKNOWN)


def test_once_it_was_reported_closed_the_customer_changes_over() -> None:
    model = asked(SECOND.format(switch="LS4?"), "11:00 LS4 UNKNOWN", "12:30 LS4 CLOSED")
    plan = planned(model, "12:31")
    assert "CHECK LS4" not in acts(model, plan)
    assert accounts(model, plan) == ({"C1"}, {})


def test_where_another_supply_takes_over_whatever_it_is_nobody_looks() -> None:
    model = asked(SECOND.format(switch="LS4?") + "\nG3 - CB3 - L3 - S3>C1:standby")
    plan = planned(model)
    assert accounts(model, plan)[0] == {"C1"}
    assert "CHECK LS4" not in acts(model, plan)


def test_an_automatic_transfer_that_acts_in_one_world_only_is_waited_for() -> None:
    itself = {"C1.1": {"transfer": TransferMode.AUTOMATIC, "load_kw": 100.0}}
    model = night(SECOND.format(switch="LS4?"), **itself)
    plan = planned(model)
    assert acts(model, plan)[0] == "CHECK LS4"
    assert accounts(model, plan) == (set(), UNKNOWN)


def test_who_had_supply_in_one_world_only_and_lost_its_standby_is_still_out() -> None:
    """LS4 closed: the main supply carries, and nothing happens. Open: nothing was fed, and now nothing can be."""
    model = asked("G1 - CB1 - L1 - S2>C1:standby\nG2 - CB2 - L2 - LS4? - L4 - S1>C1")
    plan = planned(model)
    assert acts(model, plan) == ["CHECK LS4"]
    assert accounts(model, plan) == (set(), UNKNOWN)


def test_one_assumed_unknown_is_as_one_reported_so() -> None:
    model = asked(SECOND.format(switch="LS4"))
    assumed = ((model.graph.index("LS4"), SwitchPosition.UNKNOWN),)
    plan = best_plan(model, Event(things=(model.graph.index("L1"),), at=clock("12:00"), assume=assumed))
    assert acts(model, plan)[0] == "CHECK LS4"
    assert accounts(model, plan) == (set(), UNKNOWN)


@pytest.mark.parametrize("switch", ["LS4", "CB4"])
@pytest.mark.parametrize("inside", ["", INSIDE])
def test_a_tie_to_a_second_supply_that_was_dead_before_is_closed_and_opened_after_the_repair(
    switch: str, inside: str
) -> None:
    model = asked(SECOND.format(switch=f"{switch}/") + inside)
    plan = planned(model)
    assert [act.split()[0] for act in acts(model, plan)] == ["CLOSE", "TRANSFER"]
    assert acts(model, plan)[0] == f"CLOSE {switch}"
    assert accounts(model, plan) == ({"C1"}, {})
    assert switch in {model.graph.id(each) for step in plan.after_repair for each in step.opens}


def test_one_that_stands_open_for_work_stays_open() -> None:
    model = asked(SECOND.format(switch="LS4/"), "11:00 LS4 OPEN 检修")
    assert "CLOSE LS4" not in acts(model, planned(model))


def test_no_truck_is_sent_to_whom_an_automatic_transfer_of_the_grid_feeds_in_some_world() -> None:
    """L1 is faulty. DS7 closed: CB9 has closed by itself and C2 lives on; open: it is out. Nobody opens its bay."""
    text = """
    G1 - CB8 - L1 - CB1 - B1 - CB9/ - B2 - CB2 - L2 - DS7? - G2
    B1 - CB3 - L3 - S2>C2 - SB2 - IB2 - LD2
    """
    pair = Relationship(kind=RelationshipKind.AUTO_CLOSES, source="CB1", target="CB9")
    more = GraphBatch(entities=ACCESS.entities, relationships=[*ACCESS.relationships, pair])
    known = {"CB1": {"auto_transfer_s": 3.0}, "C2": {"importance": Importance.SECOND}, "LD2": {"kw": 30.0}}
    model = night(text, more=more, **known)
    plan = best_plan(model, Event(things=(model.graph.index("L1"),), at=clock("12:00")))
    told = acts(model, plan)
    assert "CHECK DS7" in told
    assert not {"OPEN SB2", "LOCK SB2", "GENERATOR A2"} & {*told}
