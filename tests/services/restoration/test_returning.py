"""The order after the repair: from the own side up to the last open point, then what took over is opened."""

from __future__ import annotations

import pytest

from graph_api.services.outage.event import Event
from graph_api.services.restoration.planning import best_plan
from tests.nights import clock, night
from tests.services.restoration.test_at_customers import names
from tests.services.restoration.test_planning import REMOTE, Case, load

RING = """
    F1 = CB1
    F2 = CB2
    G1 - CB1 - L1 - LS1 - B1 - LS2 - L2 - LS3 - B3 - L3 - LS9/ - L8 - CB2 - G2
    B1 - S1>C1
    B3 - S3>C3
    L8 - S8>C8
"""
"""A ring of cabinets; B1 is repaired, LS9 has taken B3 over. LS2 is worked by a crew, after LS3."""
TWO_TIES = """
    F1 = CB1
    G1 - CB9 - B9 - CB1 - L1 - LS1/ - L8 - CB8 - G8
    B9 - CB2 - L2 - LS2/ - L7 - CB7 - G7
    L1 - S1>C1
    L2 - S2>C2
"""
"""A station's busbar is repaired; each of its feeders hangs on another one."""


def way_back(case: Case, thing: str) -> list[tuple[str, list[str], list[str]]]:
    """What is switched, who dips by it, who is back by it."""
    plan, *_ = case.plans(thing)
    return [
        (f"{step.action.value} {case.graph.id(step.target)}", names(case, step.interrupted), names(case, step.restored))
        for step in case.switching(plan)
    ]


def test_nobody_loses_supply_before_the_last_open_point_is_ready_to_be_closed() -> None:
    afar = dict.fromkeys(("CB1", "CB2", "LS1", "LS3", "LS9"), REMOTE)
    case = Case(RING, **afar, **{"C1.1": load(10), "C3.1": load(20)})
    assert way_back(case, "B1") == [
        ("CLOSE LS1", [], []),  # dead: the breaker charges what was repaired
        ("CLOSE CB1", [], ["C1"]),  # who was cut out waits for no crew
        ("CLOSE LS2", [], []),  # LS3 would join two supplies
        ("OPEN LS9", ["C3"], []),
        ("CLOSE LS3", [], ["C3"]),
    ]


def test_what_took_over_is_opened_one_after_the_other() -> None:
    case = Case(TWO_TIES, **{"C1.1": load(10), "C2.1": load(20)})
    assert way_back(case, "B9") == [
        ("CLOSE CB9", [], []),
        ("OPEN LS1", ["C1"], []),
        ("CLOSE CB1", [], ["C1"]),
        ("OPEN LS2", ["C2"], []),
        ("CLOSE CB2", [], ["C2"]),
    ]


def test_a_tie_whose_opening_lets_nothing_be_closed_waits() -> None:
    # LS3 parts what LS7 and LS8 have taken over: opening LS7 first would leave C3 dark until LS8 is back
    text = """
        G1 - CB1 - B1 - LS1 - L2 - LS3 - L3
        L2 - LS8/ - L8 - CB8 - G8
        L3 - LS7/ - L7 - CB7 - G7
        L2 - S2>C2
        L3 - S3>C3
    """
    rated = {"rated_current_a": 3.0, "nominal_kv": 10}
    case = Case(text, LS7=rated, LS8=rated, **{"C2.1": load(40), "C3.1": load(40)})
    (plan,) = case.plans("B1")
    assert {"OPEN LS3", "CLOSE LS7", "CLOSE LS8"} <= set(case.steps(plan))
    assert [step for step, *_ in way_back(case, "B1")] == [
        *("CLOSE CB1", "OPEN LS8", "CLOSE LS1", "OPEN LS7", "CLOSE LS3"),
    ]


def test_a_disconnector_is_closed_dead_all_the_same() -> None:
    # were CB1 closed first, it would have to be opened once more to close DS1
    case = Case(RING.replace("LS1", "DS1").replace("LS2", "DS2").replace("LS3", "DS3"))
    order = [step for step, *_ in way_back(case, "B1")]
    assert order[-1] == "CLOSE CB1"
    assert order.count("CLOSE CB1") == 1
    assert "OPEN CB1" not in order


def test_nobody_waits_without_supply_for_a_crew_at_the_fuse_of_a_branch() -> None:
    text = """
        G1 - CB1 - B1 - LS1 - L2 - S2>C2
        L2 - FU3 - L3 - S3>C3
        L2 - LS9/ - L9 - CB9 - G9
    """
    rated = {"rated_current_a": 3.0, "nominal_kv": 10}
    case = Case(text, LS9=rated, **{"C2.1": load(40), "C3.1": load(40)})
    assert way_back(case, "B1") == [
        ("CLOSE CB1", [], []),
        ("OPEN LS9", ["C2"], []),
        ("CLOSE LS1", [], ["C2"]),
        ("CLOSE FU3", [], ["C3"]),  # opened as LS9 cannot carry both: dead, it was closed before LS1
    ]


@pytest.mark.parametrize("at_customer", [(), ("12:05 SB1 OPEN", "12:06 SB2 CLOSED")])
def test_what_customers_have_switched_is_no_reason_to_open_ties_first(at_customer: tuple[str, ...]) -> None:
    text = f"{RING}\nB1 - S2>C2 - SB1 - IB1 - LD1(10kW)\nL8 - S4>C2:standby - SB2/ - IB1"
    acts = ("11:50 CB1 OPEN", "12:01 LS1 OPEN", "12:02 LS3 OPEN", "12:03 LS9 CLOSED", "12:04 LS2 OPEN", *at_customer)
    afar = dict.fromkeys(("CB1", "CB2", "LS1", "LS3", "LS9"), REMOTE)
    model = night(text, *acts, **afar, **{"C1.1": load(10), "C3.1": load(20)})
    index, name = model.graph.index, model.graph.id
    event = Event(things=(index("B1"),), at=clock("12:30"), since=clock("11:50"), tripped=(index("CB1"),))
    back = best_plan(model, event).after_repair
    grid = [f"{step.action.value} {name(step.target)}" for step in back if name(step.target)[:2] in {"CB", "LS"}]
    moved = [each for each in grid if not each.startswith("UNLOCK")]
    assert moved == ["CLOSE LS1", "CLOSE CB1", "CLOSE LS2", "OPEN LS9", "CLOSE LS3"]


UNKNOWN = """
    F1 = CB1
    F2 = CB2
    G1 - CB1 - L1 - LS1 - L2 - LS3? - L3 - LS9/ - L8 - CB2 - G2
    L1 - S1>C1
    L3 - S3>C3
    L3 - EC3(30kW)
"""


def test_who_hung_behind_a_switch_that_was_unknown_at_the_loss_is_named_on_the_way_back() -> None:
    # LS3 was reported open since: nothing is unknown any more, but nobody knows whether C3 was fed through it
    acts = ("11:50 CB1 OPEN", "12:01 LS1 OPEN", "12:02 LS3 OPEN", "12:03 CB1 CLOSED", "12:04 LS9 CLOSED")
    afar = dict.fromkeys(("CB1", "CB2", "LS1", "LS3", "LS9"), REMOTE)
    model = night(UNKNOWN, *acts, **afar, **{"C1.1": load(10), "C3.1": load(20)})
    index, name = model.graph.index, model.graph.id
    event = Event(things=(index("L2"),), at=clock("12:30"), since=clock("11:50"), tripped=(index("CB1"),))
    said = {
        f"{step.action.value} {name(step.target)}": tuple(
            [name(at) for at in things]
            for things in (step.interrupted, step.interrupted_areas, step.restored, step.areas)
        )
        for step in best_plan(model, event).after_repair
    }
    assert said["OPEN LS9"] == (["C3"], ["EC3"], [], [])
    assert said["CLOSE LS3"] == ([], [], ["C3"], ["EC3"])
