"""When crews are where: no way within a cabinet, and one crew at a time in each."""

from __future__ import annotations

import pytest

from graph_api.services.restoration.plan import PlanStep
from graph_api.services.restoration.wording import StepAction
from tests.services.restoration.test_planning import REMOTE, Case

CABINETS = """
    F1 = CB1
    G1 - CB1 - B1 - LS1 - L1 - LS2 - B2 - LS3 - L3 - LS9 - B9 - CB9/ - G9
    LS1, B1 @ DST1
    LS2, LS3, B2 @ DST2
    LS9, B9 @ DST9
    B1 - S1>C1
    B2 - S2>C2
    B9 - S9>C9
"""
"""From cabinet to cabinet; the fault is on the busbar of the second."""


def times(case: Case, thing: str) -> dict[str, tuple[float, float, str]]:
    (plan,) = case.plans(thing)
    return {f"{s.action.value} {case.graph.id(s.target)}": (s.start_min, s.end_min, s.track) for s in plan.steps}


def on_site(case: Case, thing: str) -> list[PlanStep]:
    (plan,) = case.plans(thing)
    return [step for step in plan.steps if step.track.startswith("DISTRIBUTION_REPAIR")]


def test_what_stands_in_the_cabinet_where_a_crew_is_takes_no_way() -> None:
    found = times(Case(CABINETS, CB1=REMOTE, CB9=REMOTE), "B2")
    crew = found["OPEN LS2"][2]
    assert found["OPEN LS2"] == (25, 30, crew)
    # the same crew opens the other switch of the cabinet, then locks both and earths the busbar there
    assert found["OPEN LS3"] == (30, 35, crew)
    assert {found["LOCK LS2"], found["LOCK LS3"]} == {(35, 40, crew), (40, 45, crew)}
    assert found["EARTH B2"] == (45, 50, crew)


@pytest.mark.parametrize("thing", ["B1", "L1", "B2", "L3", "B9"])
def test_no_two_crews_are_in_one_cabinet_at_once(thing: str) -> None:
    case = Case(CABINETS, CB1=REMOTE, CB9=REMOTE)
    place = {"LS1": "DST1", "LS2": "DST2", "LS3": "DST2", "B2": "DST2", "LS9": "DST9"}
    steps = on_site(case, thing)
    for one in steps:
        for other in steps:
            here = place.get(case.graph.id(one.target), case.graph.id(one.target))
            if one.track < other.track and here == place.get(case.graph.id(other.target)):
                assert one.end_min <= other.start_min or other.end_min <= one.start_min


def test_another_cabinet_is_a_next_place() -> None:
    steps = on_site(Case(CABINETS, CB1=REMOTE, CB9=REMOTE), "L1")
    locked = {step.target: step for step in steps if step.action is StepAction.LOCK}
    (earth,) = (step for step in steps if step.action is StepAction.EARTH)
    assert earth.start_min >= 10 + min(step.end_min for step in locked.values())
