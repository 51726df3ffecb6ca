"""Once all is repaired, a generator comes only to whom the way back would feed later; the minutes counted by hand.

    G1 - CB1 - L1! - LS1 - n2 - LS9/ - L8 - CB8 - G8      L1 failed: LS1 parts it, LS9 feeds n2; L8 could not carry C2,
                           n2 - CB2 - L4 - C2             too, so CB2 was opened before
"""  # fmt: skip

from __future__ import annotations

from typing import Any

from graph_api.services.outage.event import Event
from graph_api.services.restoration.plan import RestorationPlan
from graph_api.services.restoration.planning import best_plan
from graph_api.services.restoration.wording import StepPurpose, StillOutReason
from schema.vocabulary import Importance
from tests.nights import clock, night
from tests.services.restoration.test_at_customers import ACCESS
from tests.services.restoration.test_planning import REMOTE, rated

GRID = """
    G1 - CB1 - L1 - LS1 - n2 - LS9/ - L8 - CB8 - G8
    n2 - S3>C3 - SB3 - IB3 - LD3
    n2 - CB2 - L4 - S2>C2 - SB2 - IB2 - LD2
"""
NIGHT = ("11:50 CB1 OPEN", "11:55 LS1 OPEN", "11:56 CB2 OPEN", "11:57 LS9 CLOSED")
KNOWN: dict[str, dict[str, Any]] = {
    "LD2": {"kw": 3000.0},
    "LD3": {"kw": 1000.0},
    "L8": rated(100),
    "C2": {"importance": Importance.SECOND},
}
SWITCHES = ("CB1", "CB2", "LS1", "LS9")


def asked(fields: dict[str, Any], *, repaired: bool) -> tuple[RestorationPlan, int]:
    known = {**KNOWN, **dict.fromkeys(SWITCHES, fields)}
    model = night(GRID, *NIGHT, more=ACCESS, **known)
    index = model.graph.index
    event = Event(
        things=(index("L1"),),
        at=clock("12:31"),
        since=clock("11:50"),
        tripped=(index("CB1"),),
        repaired=clock("12:30") if repaired else None,
    )
    return best_plan(model, event), index("C2")


def trucks(plan: RestorationPlan) -> list[float]:
    return [step.end_min for step in plan.steps if step.purpose is StepPurpose.CONNECT_GENERATOR]


def test_as_long_as_it_is_faulty_a_truck_comes() -> None:
    """60 min on the way, 30 to connect it."""
    assert trucks(asked(REMOTE, repaired=False)[0]) == [90.0]


def test_whom_the_grid_feeds_sooner_gets_none() -> None:
    """The line is walked along and unlocked by 45 (25 + 5, 5, and 10 + 5 at the next place), then four switches are
    operated from afar, 2 min each."""
    plan, customer = asked(REMOTE, repaired=True)
    assert trucks(plan) == []
    assert not [step for step in plan.steps if step.purpose is StepPurpose.SAFE_TO_WORK]
    ends = max(step.end_min for step in plan.steps)
    back = [step.end_min for step in plan.after_repair if customer in step.restored]
    assert [ends + each for each in back] == [45.0 + 4 * 2.0]
    assert [each.reason for each in plan.still_out if each.thing == customer] == [StillOutReason.WAITS_FOR_RETURN]


def test_where_crews_are_slower_than_the_truck_it_comes() -> None:
    """LS1 is unlocked at 45: walked along and unlocked by 35, on to the next place. Then crews go to CB1 (30 min), to
    LS9 (15) and close LS1, for which one has waited (5): minute 95, before CB2."""
    plan, customer = asked({"remote_controlled": False}, repaired=True)
    assert trucks(plan) == [90.0]
    assert [each.customer for each in plan.accounts.on_own] == [customer]
