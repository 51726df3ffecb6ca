"""A source inside the zone feeds again by itself once it is parted from the fault: no more than its way may carry.

    G1 - CB1 - L1! - LS2 - L8 - LS8 - G2      CB1 trips, G2 is in the zone. LS8 may carry 249 kW; before, both sources
                           L8 - LS7 - L7      carried L8 and L7 together
"""  # fmt: skip

from __future__ import annotations

from graph_api.services.outage.event import Event
from graph_api.services.restoration.planning import best_plan
from graph_api.services.restoration.wording import StillOutReason
from tests.nights import clock, night

GRID = """
    G1 - CB1 - L1 - LS2 - L8 - LS8 - G2
    L8 - EC8({one}kW)
    L8 - LS7 - L7 - EC7({other}kW)
"""
RATED = {"LS8": {"rated_current_a": 16.0, "nominal_kv": 10.0}}


def planned(one: int, other: int) -> tuple[list[str], set[str], dict[str, StillOutReason]]:
    """What is opened and closed in its order in time, who is back, and who is not."""
    model = night(GRID.format(one=one, other=other), **RATED)
    name = model.graph.id
    plan = best_plan(model, Event(things=(model.graph.index("L1"),), at=clock("12:00")))
    acts = [f"{step.action.value} {name(step.target)}" for step in plan.steps if step.opens or step.closes]
    return acts, {name(each.thing) for each in plan.accounts.back}, {name(e.thing): e.reason for e in plan.still_out}


def test_what_it_carries_it_feeds() -> None:
    assert planned(100, 100) == (["OPEN LS2"], {"EC7", "EC8"}, {})


def test_what_it_cannot_carry_is_shed_before_it_is_parted_from_the_fault() -> None:
    assert planned(200, 100) == (["OPEN LS7", "OPEN LS2"], {"EC8"}, {"EC7": StillOutReason.NO_CAPACITY})


def test_where_nothing_fits_the_source_itself_is_parted() -> None:
    acts, back, out = planned(300, 0)
    assert acts[0] == "OPEN LS8"
    assert (back, out["EC8"]) == (set(), StillOutReason.NO_CAPACITY)


def test_what_nothing_can_shed_stays_joined_to_the_fault_until_its_source_is_off() -> None:
    """G2 feeds L8 as soon as LS2 is open: 300 kW over a line that may carry 249."""
    rated = {"nominal_kv": 10.0, "rated_current_a": 16.0}
    model = night("G1 - CB1 - L1 - LS2 - L8 - n8 - EC8(300kW)\nn8 - L9 - G2", L9=rated)
    name = model.graph.id
    plan = best_plan(model, Event(things=(model.graph.index("L1"),), at=clock("12:00")))
    assert [name(step.target) for step in plan.steps if step.opens or step.closes] == []
    assert "EARTH" not in {step.action.value for step in plan.steps}
    assert [name(at) for at in plan.feed_ends_at] == ["G2"]
    assert {name(each.thing): each.reason for each in plan.still_out} == {"EC8": StillOutReason.NO_CAPACITY}
