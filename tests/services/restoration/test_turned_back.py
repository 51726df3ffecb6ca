"""The way back once it has begun: what it has opened is not closed again to feed whom that has darkened.

Each step that is recorded moves one switch to where it stood before, or is what a disconnector needs dead for that, so
the plan asked again after each of them ends.
"""

from __future__ import annotations

import pytest

from graph_api.readmodel.model import ReadModel
from graph_api.services.outage.event import Event
from graph_api.services.restoration.planning import best_plan
from tests.nights import clock, night

REMOTE = {"remote_controlled": True}
TIE = """
    F1 = CB1
    F2 = CB2
    G1 - CB1 - L1 - LS1 - L2 - n2 - LS9/ - L8 - CB2 - G2
    n2 - S1>C1
    n2 - EC1(40kW)
"""
"""L1 failed: LS1 parts it, LS9 feeds n2; it is repaired at 12:30."""
TOOK_OVER = ("11:50 CB1 OPEN", "11:55 LS1 OPEN", "11:56 LS9 CLOSED")
DISCONNECTOR = """
    F1 = CB1
    F2 = CB2
    G1 - CB1 - L1 - n1 - DS9/ - n2 - LS2 - L2 - CB2 - G2
    n1 - S1>C1
    n2 - S2>C2
"""
"""L2 failed: LS2 parts it, DS9 was closed while CB1 was open for a moment; it is repaired at 12:30."""
CLOSED_DEAD = (
    *("11:50 CB2 OPEN", "11:55 LS2 OPEN", "11:56 CB1 OPEN", "11:57 DS9 CLOSED", "11:58 CB1 CLOSED"),
    "12:32 CB1 OPEN",
)


def to_do(model: ReadModel, thing: str, trip: str, at: str) -> list[str]:
    """What is switched, before and after all are fed."""
    index = model.graph.index
    event = Event(
        things=(index(thing),), at=clock(at), tripped=(index(trip),), since=clock("11:50"), repaired=clock("12:30")
    )
    plan = best_plan(model, event)
    every = (*plan.steps, *plan.after_repair)
    return [f"{step.action.value} {model.graph.id(step.target)}" for step in every if step.opens or step.closes]


@pytest.mark.parametrize(("acts", "left"), [((), ["CLOSE LS1", "CLOSE CB1"]), (("12:33 CB1 CLOSED",), ["CLOSE LS1"])])
def test_a_tie_that_was_opened_on_the_way_back_stays_open(acts: tuple[str, ...], left: list[str]) -> None:
    """LS9 is worked from afar and would feed n2 at once; it would then be opened again, and so on."""
    model = night(TIE, *TOOK_OVER, *acts, "12:35 LS9 OPEN", LS9=REMOTE, CB1=REMOTE)
    assert to_do(model, "L1", "CB1", "12:36") == left


def test_a_disconnector_is_opened_while_what_was_opened_for_it_is_open() -> None:
    """CB1 closed again at once, or CB2 behind LS2, would give DS9 voltage: then one more has to be opened for it."""
    model = night(DISCONNECTOR, *CLOSED_DEAD, CB1=REMOTE, CB2=REMOTE)
    assert to_do(model, "L2", "CB2", "12:33")[0] == "OPEN DS9"
