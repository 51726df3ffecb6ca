"""What a plan says it did not go through one by one.

    G1 - CB1 - L1 - LS1 - L2 - n2 ...      the fault is on L1; unknown switches lie behind L2, and beside the ties to
                                           CB8 where they do not concern the fault
"""  # fmt: skip

from __future__ import annotations

import pytest

from graph_api.services.outage.event import Event
from graph_api.services.restoration.planning import best_plan
from graph_api.services.restoration.wording import PlanLimit
from tests.nights import clock, night

BASE = "G1 - CB1 - L1 - LS1 - L2 - n2 - EC2(10kW)\nL2 - LS9/ - L8 - CB8 - G8\n"
WORLDS, FLOWS = PlanLimit.WORLDS, PlanLimit.FLOWS


def limits(text: str, **fields: dict[str, object]) -> set[PlanLimit]:
    model = night(BASE + text, **fields)
    plan = best_plan(model, Event(things=(model.graph.index("L1"),), at=clock("12:00"), since=clock("12:00")))
    return set(plan.limits)


def behind(count: int) -> str:
    """Customers' loads behind so many unknown switches of the dark part."""
    return "\n".join(f"n2 - LS{20 + at}? - L{20 + at} - EC{20 + at}(10kW)" for at in range(count))


def between(count: int) -> str:
    """So many unknown switches between the dark part and a live neighbour."""
    return "\n".join(f"n2 - LS{40 + at}? - L{40 + at} - CB{40 + at} - G{40 + at}" for at in range(count))


def test_a_plan_beside_nothing_unknown_has_none() -> None:
    assert limits("") == set()


@pytest.mark.parametrize(("count", "expected"), [(5, set()), (6, {WORLDS})])
def test_more_than_five_unknown_switches_that_matter_are_said(count: int, expected: set[PlanLimit]) -> None:
    assert limits(between(count)) & {WORLDS} == expected


@pytest.mark.parametrize(("count", "expected"), [(5, set()), (6, {FLOWS})])
def test_loads_of_more_than_five_unknown_switches_are_not_worked_out_in_every_world(
    count: int, expected: set[PlanLimit]
) -> None:
    assert limits(behind(count)) & {FLOWS} == expected


def test_who_stays_out_for_want_of_room_may_be_fed_another_way() -> None:
    narrow = {"nominal_kv": 10.0, "rated_current_a": 0.3}
    assert limits("", L8=narrow) == {PlanLimit.SHEDDING}
