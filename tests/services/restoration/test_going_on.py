"""A plan that is asked again after some of its steps: the rest of it, or another where something else was done."""

from __future__ import annotations

import pytest

from graph_api.readmodel.model import ReadModel
from graph_api.services.outage.event import Event
from graph_api.services.restoration.plan import RestorationPlan
from graph_api.services.restoration.planning import best_plan
from tests.nights import clock, night
from tests.services.restoration.test_planning import rated

GRID = """
    F1 = CB1
    F2 = CB2
    G1 - CB1 - L1 - LS1 - L2 - LS2 - L3 - LS3 - L4
    L3 - LS9/ - L9 - CB2 - G2
    L4 - LS8/ - L8 - CB8 - G8
    L1 - S1>C1
    L3 - S3>C3
    L4 - S4>C4
"""
KW = {
    "C1.1": {"load_kw": 100.0},
    "C3.1": {"load_kw": 900.0},
    "C4.1": {"load_kw": 900.0},
    "L9": rated(100),
    "L8": rated(60),
}
"""L9 carries 1,559 kW, L8 935: each takes one of C3 and C4."""
TRIP = "11:50 CB1 OPEN"


def asked(*acts: str) -> tuple[ReadModel, RestorationPlan]:
    model = night(GRID, TRIP, *acts, **KW)
    index = model.graph.index
    event = Event(things=(index("L2"),), at=clock("12:30"), since=clock("11:50"), tripped=(index("CB1"),))
    return model, best_plan(model, event)


def steps(*acts: str) -> list[str]:
    """What is opened and closed."""
    model, plan = asked(*acts)
    return [f"{step.action.value} {model.graph.id(step.target)}" for step in plan.steps if step.opens or step.closes]


def as_acts(lines: list[str]) -> list[str]:
    """Steps as reports of one after the other."""
    word = {"OPEN": "OPEN", "CLOSE": "CLOSED"}
    return [f"12:{n:02} {line.split()[1]} {word[line.split()[0]]}" for n, line in enumerate(lines, 1)]


WHOLE = steps()


def test_the_plan_feeds_everybody_beside_the_fault() -> None:
    assert WHOLE == ["OPEN LS1", "CLOSE CB1", "OPEN LS2", "OPEN LS3", "CLOSE LS9", "CLOSE LS8"]
    model, plan = asked()
    assert {model.graph.id(each.thing) for each in plan.accounts.back} == {"C1", "C3", "C4"}


@pytest.mark.parametrize("count", range(1, len(WHOLE) + 1))
def test_after_some_steps_the_rest_stands(count: int) -> None:
    rest = steps(*as_acts(WHOLE[:count]))
    assert rest == WHOLE[count:]


def test_what_is_said_again_of_a_trip_is_no_other_plan() -> None:
    assert steps("11:55 CB1 OPEN", *as_acts(WHOLE[:2])) == WHOLE[2:]


def test_where_something_else_was_done_the_plan_from_then_is_gone_on_with() -> None:
    # LS3 is opened by hand before the plan is asked: it then parts what L9 cannot carry
    first = steps("11:55 LS3 OPEN")
    assert first == [each for each in WHOLE if each != "OPEN LS3"]
    for count in range(len(first)):
        assert steps("11:55 LS3 OPEN", *as_acts(first[:count])) == first[count:]


def test_where_too_much_else_was_done_a_new_plan_is_made() -> None:
    others = [f"12:0{n} LS3 {position}" for n, position in enumerate(("OPEN", "CLOSED", "OPEN", "CLOSED"))]
    assert steps(*others) == WHOLE


def test_a_device_that_opens_again_after_its_step_is_another_act() -> None:
    # CB1 was closed as the plan says and trips once more: it is not closed again unasked
    done = as_acts(WHOLE[: WHOLE.index("CLOSE CB1") + 1])
    assert "CLOSE CB1" not in steps(*done, "12:20 CB1 OPEN")
