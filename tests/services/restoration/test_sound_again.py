"""Two faults repaired one after the other, and the plan once all is repaired; a night worked out by hand.

    G1 - CB1 - L1 - LS1 - L2 - LS2 - L3 - LS9/ - L8 - CB2 - G2        L1 and L3 are faulty, CB1 tripped on both

11:50 nobody between CB1 and LS9 has power, and nothing can feed L2: it lies between the two.
12:30 L1 is sound: its earth and the lock of CB1 come off, LS2 parts L3, CB1 feeds L1 and L2. On L3 all stays as it is.
13:30 L3 is sound, too: its earth and locks come off, LS2 feeds it. LS9 was open before, and stays so.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from graph_api.readmodel.model import ReadModel
from graph_api.services.outage.event import Event
from graph_api.services.outage.impact import find_impact
from graph_api.services.restoration.plan import PlanStep, RestorationPlan
from graph_api.services.restoration.planning import best_plan
from schema.vocabulary import TransferMode
from tests.nights import clock, night

GRID = """
    F1 = CB1
    F2 = CB2
    G1 - B1 - CB1 - L1 - n1 - LS1 - L2 - n2 - LS2 - L3 - n3 - LS9/ - L8 - n8 - CB2 - B2 - G2
    n1 - S1>C1
    n2 - S2>C2
    n3 - S3>C3
    n8 - S8>C8
    n2 - EC2(40kW)
"""
TRIP = "11:50 CB1 OPEN"
FIRST = ("12:40 LS2 OPEN", "12:42 CB1 CLOSED")
"""What the plan after the first repair does."""


def asked(model: ReadModel, at: str, **sound: str) -> Event:
    index = model.graph.index
    moments: tuple[tuple[int, datetime], ...] = tuple((index(thing), clock(when)) for thing, when in sound.items())
    return Event(
        things=(index("L1"), index("L3")), at=clock(at), tripped=(index("CB1"),), since=clock("11:50"), sound=moments
    )


def steps(model: ReadModel, found: tuple[PlanStep, ...]) -> list[str]:
    return [f"{step.action.value} {model.graph.id(step.target)}" for step in found]


def everybody(model: ReadModel, found: RestorationPlan) -> dict[str, str]:
    accounts, name = found.accounts, model.graph.id
    told = [(name(each.thing), "BACK" if each.step else "WAS BACK") for each in accounts.back]
    told += [(name(each.thing), each.reason.value) for each in accounts.still_out]
    return dict(told)


def out(model: ReadModel, event: Event) -> set[str]:
    impact = find_impact(model, event)
    return {model.graph.id(at) for _, at in impact.customers() if not impact.affected(at).back}


def test_while_both_are_faulty_nobody_between_them_is_fed() -> None:
    model = night(GRID, TRIP)
    event = asked(model, "12:00")
    plan = best_plan(model, event)
    told = steps(model, plan.steps)
    assert not any(each.startswith("CLOSE") for each in told)
    assert {"LOCK CB1", "LOCK LS9", "EARTH L1", "EARTH L3"} <= {*told}
    assert set(everybody(model, plan).values()) == {"CUT_OUT"}
    assert out(model, event) == {"C1", "C2", "C3"}


def test_what_lies_on_the_other_fault_stays_when_one_is_repaired() -> None:
    model = night(GRID, TRIP)
    event = asked(model, "12:35", L1="12:30")
    plan = best_plan(model, event)
    told = steps(model, plan.steps)
    assert not {"REMOVE_EARTH L3", "UNLOCK LS9", "CLOSE LS9", "CLOSE LS2"} & {*told}
    assert told.index("REMOVE_EARTH L1") < told.index("UNLOCK CB1") < told.index("CLOSE CB1")
    assert told.index("PATROL L1") < told.index("CLOSE CB1")
    assert told.index("OPEN LS2") < told.index("CLOSE CB1")
    assert {"LOCK LS2", "LOCK LS9", "EARTH L3"} <= {*told}
    assert everybody(model, plan) == {"C1": "BACK", "C2": "BACK", "EC2": "BACK", "C3": "CUT_OUT"}
    assert [model.graph.id(at) for at in plan.cut_out if model.graph.id(at) in ("L1", "L2", "L3")] == ["L3"]
    after = steps(model, plan.after_repair)
    assert {"REMOVE_EARTH L3", "UNLOCK LS2", "UNLOCK LS9", "CLOSE LS2"} <= {*after}
    assert not {"REMOVE_EARTH L1", "UNLOCK CB1", "CLOSE CB1"} & {*after}
    assert out(model, event) == {"C1", "C2", "C3"}, "repaired, and nothing closed yet"


def test_its_steps_recorded_whom_they_feed_is_back_and_the_rest_stands() -> None:
    model = night(GRID, TRIP, *FIRST)
    event = asked(model, "12:50", L1="12:30")
    plan = best_plan(model, event)
    assert not {"CLOSE LS2", "CLOSE LS9", "OPEN LS2", "CLOSE CB1"} & {*steps(model, plan.steps)}
    assert {"LOCK LS2", "EARTH L3"} <= {*steps(model, plan.steps)}
    assert everybody(model, plan) == {"C1": "WAS BACK", "C2": "WAS BACK", "EC2": "WAS BACK", "C3": "CUT_OUT"}
    assert out(model, event) == {"C3"}


def test_closed_onto_the_fault_that_is_left_it_is_dead() -> None:
    model = night(GRID, TRIP, "12:40 CB1 CLOSED")
    assert out(model, asked(model, "12:50", L1="12:30")) == {"C1", "C2", "C3"}
    assert out(model, asked(model, "12:50", L1="12:30", L3="12:31")) == set()


def test_once_all_is_repaired_the_plan_leads_back_to_normal() -> None:
    model = night(GRID, TRIP, *FIRST)
    event = asked(model, "13:35", L1="12:30", L3="13:30")
    plan = best_plan(model, event)
    told = steps(model, plan.steps)
    assert told.index("REMOVE_EARTH L3") < told.index("UNLOCK LS2") < told.index("CLOSE LS2")
    assert "UNLOCK LS9" in told
    assert not {"EARTH L3", "LOCK LS2", "CLOSE LS9", "OPEN CB1", "REMOVE_EARTH L1"} & {*told}
    assert everybody(model, plan) == {"C1": "WAS BACK", "C2": "WAS BACK", "EC2": "WAS BACK", "C3": "BACK"}
    assert (plan.cut_out, plan.bounded_by) == ((), ())
    done = night(GRID, TRIP, *FIRST, "13:40 LS2 CLOSED")
    ended = asked(done, "13:45", L1="12:30", L3="13:30")
    assert set(everybody(done, best_plan(done, ended)).values()) == {"WAS BACK"}
    assert out(done, ended) == set()
    moved = [each for each in best_plan(done, ended).steps if each.opens or each.closes]
    assert moved == []


def test_what_took_over_is_given_back_once_all_is_repaired() -> None:
    """L2 alone is faulty, cut out by LS1 and LS2, L3 fed over LS9: everybody but C2 has power when it is sound."""
    model = night(GRID, TRIP, "11:55 LS1 OPEN", "11:56 LS2 OPEN", "11:57 CB1 CLOSED", "11:58 LS9 CLOSED")
    index = model.graph.index
    event = Event(
        things=(index("L2"),), at=clock("13:00"), tripped=(index("CB1"),), since=clock("11:50"),
        repaired=clock("12:30"),
    )  # fmt: skip
    plan = best_plan(model, event)
    told, after = steps(model, plan.steps), steps(model, plan.after_repair)
    assert told.index("REMOVE_EARTH L2") < told.index("CLOSE LS1")
    assert everybody(model, plan)["C2"] == "BACK"
    assert after.index("OPEN LS9") < after.index("CLOSE LS2"), "two supplies are never joined"
    given = [step for step in plan.after_repair if step.action.value == "CLOSE"]
    assert [model.graph.id(at) for at in given[0].restored] == ["C3"], "off for a moment, back with the closing"
    middle = night(
        GRID, TRIP, "11:55 LS1 OPEN", "11:56 LS2 OPEN", "11:57 CB1 CLOSED", "11:58 LS9 CLOSED", "12:40 LS1 CLOSED",
        "12:50 LS9 OPEN",
    )  # fmt: skip
    begun = best_plan(middle, event)
    assert "CLOSE LS2" in steps(middle, begun.steps), "LS9 was opened to give back, not on another fault"


def test_a_customers_own_step_waits_for_no_cable_elsewhere() -> None:
    """L2 is sound, its earth on. C1 has voltage again behind its release, C4 on its other supply: both are called at
    once (8 + 2 minutes, schema/durations.py). C3 closes again once LS1 has fed L2 and L3."""
    text = """
    G1 - B1 - CB1 - L1 - n1 - LS1 - L2 - n2 - LS2 - L3 - n3
    n1 - S1>C1
    n3 - S3>C3
    n3 - S4>C4
    n1 - S5>C4:standby
    """
    release = {"undervoltage_release": True}
    has: dict[str, Any] = {"C1.1": release, "C3.1": release, "C4.1": {"transfer": TransferMode.MANUAL}}
    model = night(text, "11:50 CB1 OPEN", "11:55 LS1 OPEN", "11:57 CB1 CLOSED", **has)
    index = model.graph.index
    event = Event(
        things=(index("L2"),), at=clock("12:35"), tripped=(index("CB1"),), since=clock("11:50"),
        repaired=clock("12:30"),
    )  # fmt: skip
    times = {
        f"{step.action.value} {model.graph.id(step.target)}": (step.start_min, step.end_min)
        for step in best_plan(model, event).steps
    }
    assert times["RELEASE S1"] == (0.0, 10.0)
    assert times["TRANSFER S5"] == (0.0, 10.0)
    freed = max(times["PATROL L2"][1], times["REMOVE_EARTH L2"][1])
    assert freed <= times["CLOSE LS1"][0] < times["CLOSE LS1"][1] <= times["RELEASE S3"][0]


def test_who_conducts_for_the_grid_waits_as_the_grid_does() -> None:
    """C4 may run its two supplies parallel: what it closes could feed L3, and by it the earthed L2."""
    text = """
    G1 - B1 - CB1 - L1 - n1 - LS1 - L2 - n2 - LS2 - L3 - n3 - S4>C4
    n1 - S5>C4:standby
    """
    has: dict[str, Any] = {"C4.1": {"transfer": TransferMode.MANUAL, "parallel_running": True}}
    model = night(text, "11:50 CB1 OPEN", "11:55 LS1 OPEN", "11:57 CB1 CLOSED", **has)
    index = model.graph.index
    event = Event(
        things=(index("L2"),), at=clock("12:35"), tripped=(index("CB1"),), since=clock("11:50"),
        repaired=clock("12:30"),
    )  # fmt: skip
    steps_of = {f"{each.action.value} {model.graph.id(each.target)}": each for each in best_plan(model, event).steps}
    assert steps_of["TRANSFER S5"].start_min >= steps_of["REMOVE_EARTH L2"].end_min


@pytest.mark.parametrize(
    ("acts", "left"),
    [
        ((), ["OPEN CB1", "CLOSE DS1", "CLOSE CB1"]),
        (("12:40 CB1 OPEN",), ["CLOSE DS1", "CLOSE CB1"]),
        (("12:40 CB1 OPEN", "12:50 DS1 CLOSED"), ["CLOSE CB1"]),
        (("12:40 CB1 OPEN", "12:50 DS1 CLOSED", "12:55 CB1 CLOSED"), []),
    ],
)
def test_what_is_opened_for_a_disconnector_on_the_way_back_is_closed_again(
    acts: tuple[str, ...], left: list[str]
) -> None:
    """CB1 is opened for a moment, as DS1 is closed without voltage alone: that is no trip on another fault."""
    text = "G1 - B1 - CB1 - L1 - n1 - DS1 - L2 - n2\nn1 - S1>C1\nn2 - S2>C2"
    model = night(text, "11:50 CB1 OPEN", "11:55 DS1 OPEN", "11:57 CB1 CLOSED", *acts)
    index = model.graph.index
    event = Event(
        things=(index("L2"),), at=clock("13:00"), tripped=(index("CB1"),), since=clock("11:50"),
        repaired=clock("12:30"),
    )  # fmt: skip
    plan = best_plan(model, event)
    moves = [each for each in (*plan.steps, *plan.after_repair) if each.opens or each.closes]
    assert [f"{each.action.value} {model.graph.id(each.target)}" for each in moves] == left
    assert out(model, event) == ({"C1", "C2"} if "CLOSE CB1" in left and acts else {"C2"} if left else set())


def test_another_opening_on_people_after_the_repair_is_left_as_it_is() -> None:
    text = "G1 - B1 - CB1 - L1 - n1 - LS1 - L2 - n2\nn1 - S1>C1\nn2 - S2>C2"
    acts = ("11:50 CB1 OPEN", "11:55 LS1 OPEN", "11:57 CB1 CLOSED", "12:40 CB1 OPEN")
    model = night(text, *acts)
    index = model.graph.index
    event = Event(
        things=(index("L2"),), at=clock("13:00"), tripped=(index("CB1"),), since=clock("11:50"),
        repaired=clock("12:30"),
    )  # fmt: skip
    plan = best_plan(model, event)
    assert "CLOSE CB1" not in steps(model, (*plan.steps, *plan.after_repair))
