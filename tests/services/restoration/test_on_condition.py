"""Beside switches that nobody has looked at: what is closed after the repair on a condition, and what is no way.

    G1 - CB1 - L1 - LS1 - L2 - DS9? - L8 - CB8? - G8      a fault on L1: LS1 cuts it out, CB8 feeds EC8. DS9 closed: L2
                                                          has supply from G8, and CB1 would join G1 and G8 afterwards
"""  # fmt: skip

from __future__ import annotations

from typing import Any

import pytest

from graph_api.readmodel.model import ReadModel
from graph_api.services.outage.event import Event
from graph_api.services.restoration.plan import PlanStep, RestorationPlan
from graph_api.services.restoration.planning import best_plan
from graph_api.services.restoration.wording import StepAction, StepPurpose
from tests.nights import clock, night

GRID = """
    G1 - CB1 - L1 - LS1 - L2 - EC2(100kW)
    L2 - {tie} - L8 - CB8? - G8
    L8 - EC8(50kW)
"""


def planned(text: str, thing: str, **fields: dict[str, Any]) -> tuple[ReadModel, RestorationPlan]:
    model = night(text, **fields)
    return model, best_plan(model, Event(things=(model.graph.index(thing),), at=clock("12:00"), since=clock("12:00")))


def closings(model: ReadModel, steps: tuple[PlanStep, ...]) -> dict[str, StepPurpose]:
    return {model.graph.id(each.target): each.purpose for each in steps if each.action is StepAction.CLOSE}


def opened(model: ReadModel, plan: RestorationPlan) -> list[str]:
    return [model.graph.id(each.target) for each in plan.steps if each.action is StepAction.OPEN]


def test_what_would_join_two_supplies_in_one_world_is_closed_unless_both_sides_have_voltage() -> None:
    model, plan = planned(GRID.format(tie="DS9?"), "L1")
    assert closings(model, plan.steps) == {"CB8": StepPurpose.RESUPPLY}
    back = closings(model, plan.after_repair)
    assert back == {"LS1": StepPurpose.BACK_TO_NORMAL, "CB1": StepPurpose.IF_ONE_SIDE_DEAD}


def test_what_joins_nothing_in_any_world_is_closed_without_a_condition() -> None:
    model, plan = planned(GRID.format(tie="DS9/"), "L1")
    back = closings(model, plan.after_repair)
    assert {back["LS1"], back["CB1"]} == {StepPurpose.BACK_TO_NORMAL}


@pytest.mark.parametrize(
    ("beyond", "opens"),
    [
        ("DS8?", []),  # closed: DS9 has voltage; open: DS8 has. Neither is closed
        ("CB8?", ["LS1"]),  # open: DS9 is closed while it is dead, then CB8
    ],
)
def test_a_tie_that_has_voltage_in_the_world_in_which_it_leads_on_is_no_way(beyond: str, opens: list[str]) -> None:
    model, plan = planned(f"G1 - CB1 - L1 - LS1 - L2 - DS9/ - L8 - {beyond} - L9 - CB9 - G9\nL1 - EC1(10kW)", "L1")
    assert opened(model, plan) == opens
