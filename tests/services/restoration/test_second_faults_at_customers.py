"""Customers whom a second fault leaves dark again: whoever can have supply back gets a step, whatever was done by then.

    G1 - CB1 - L1 - LS1 - L2 - S2>C2        the fault is on L1: LS1 cuts it out, LS9 feeds L2, C2 closes again what its
    L2 - LS9/ - L8 - CB2 - G2               release has opened; then L9 fails, and CB2 trips
                L8 - LS8 - L9
"""  # fmt: skip

from __future__ import annotations

from typing import Any

import pytest

from graph_api.readmodel.model import ReadModel
from graph_api.services.outage.event import Event
from graph_api.services.restoration.plan import RestorationPlan
from graph_api.services.restoration.planning import best_plan
from graph_api.services.restoration.wording import StepPurpose
from schema.vocabulary import TransferMode
from tests.nights import clock, night

GRID = """
    G1 - CB1 - L1 - LS1 - L2 - S2>C2
    L2 - LS9/ - L8 - CB2 - G2
    L8 - LS8 - L9
"""
RELEASE: dict[str, dict[str, Any]] = {"C2.1": {"undervoltage_release": True}}
DONE = ("11:55 LS1 OPEN", "11:57 LS9 CLOSED", "12:00 S2 CLOSED")


def asked(model: ReadModel, *things: str) -> RestorationPlan:
    index = model.graph.index
    trips = tuple(map(index, ("CB1", "CB2")))
    return best_plan(
        model, Event(things=tuple(map(index, things)), at=clock("12:30"), since=clock("11:50"), tripped=trips)
    )


def steps(model: ReadModel, plan: RestorationPlan) -> list[str]:
    """Without what makes the places of work safe."""
    own = (each for each in plan.steps if each.purpose is not StepPurpose.SAFE_TO_WORK)
    return [f"{each.action.value} {model.graph.id(each.target)}" for each in own]


@pytest.mark.parametrize("count", range(len(DONE) + 1))
def test_what_a_release_has_opened_again_is_closed_again(count: int) -> None:
    model = night(GRID, "11:50 CB1 OPEN", *DONE[:count], "12:10 CB2 OPEN", **RELEASE)
    plan = asked(model, "L1", "L9")
    assert [each for each in steps(model, plan) if each.split()[1] in ("LS8", "CB2", "S2")] == [
        "OPEN LS8",
        "CLOSE CB2",
        "RELEASE S2",
    ]
    assert [model.graph.id(each.thing) for each in plan.accounts.back] == ["C2"]
    assert plan.still_out == ()


@pytest.mark.parametrize("transfer", [TransferMode.MANUAL, TransferMode.AUTOMATIC])
def test_who_has_changed_over_to_what_fails_next_changes_back(transfer: TransferMode) -> None:
    """C2 is on its standby S3 when L3 fails, too: LS9 feeds L2, and with it S2."""
    text = GRID + "G3 - CB3 - L3 - S3>C2:standby"
    moved = ("11:52 S2 OPEN", "11:52 S3 CLOSED") if transfer is TransferMode.MANUAL else ()
    model = night(text, "11:50 CB1 OPEN", *moved, "12:10 CB3 OPEN", **{"C2.1": {"transfer": transfer}})
    index = model.graph.index
    trips = (index("CB1"), index("CB3"))
    plan = best_plan(
        model,
        Event(things=(index("L1"), index("L3")), at=clock("12:30"), since=clock("11:50"), tripped=trips),
    )
    by_hand = ["TRANSFER S2"] if transfer is TransferMode.MANUAL else []
    assert steps(model, plan) == ["OPEN LS1", "CLOSE LS9", *by_hand]
    restoring = {each.order: [model.graph.id(at) for at in each.restored] for each in plan.steps}
    assert [(model.graph.id(each.thing), restoring[each.step]) for each in plan.accounts.back] == [("C2", ["C2"])]
    assert plan.still_out == ()
