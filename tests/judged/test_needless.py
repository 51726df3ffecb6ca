"""What a plan leaves as it is, since nobody would be fed more or sooner by it, worked out by hand on small grids."""

from __future__ import annotations

from graph_api.services.outage.event import Event
from graph_api.services.restoration.planning import best_plan
from tests.judged.nets import START, model_of
from tests.truth.drawing import draw

RESERVE = """
    source S0 s; breaker Q0 s b; breaker H0 b n0
    line L0 n0 m0; recloser D1 m0 n2
    line L2 n2 m2; load_break D2 m2 n3
    source S1 t; breaker Q1 t c; breaker H1 c p0
    line P0 p0 q0; fuse F1 q0 p2 unknown
    breaker J1 p2 x1; line X1 x1 y1
    line P2 p2 p3
    breaker T0 p2 p0 unknown
    breaker T1 p3 n2 unknown
    consumer A0 y1 kw=90 households=1
    customer C0 FIRST
    point R0 C0 MANUAL kw=30
    supply U0 R0 n3
    customer C1 SPECIAL
    point R1 C1 MANUAL kw=10
    supply U1 R1 n2
"""
TAIL = """
    source S0 s; breaker H0 s n0; line L0 n0 m0; load_break D0 m0 n1
    source S1 t; line W1 t c; disconnector H1 c p0 limit=60
    line P0 p0 q0; line P1 q0 p1
    load_break J1 p1 x remote; line X x y
    line L2 r1 r2; load_break D2 r2 r3 unknown; line L3 r3 r4
    breaker T0 r4 k3 remote limit=60
    breaker T1 r1 p1 unknown
    line K3 k3 k4
    customer C0 SPECIAL
    point R0 C0 AUTOMATIC kw=20 bays=Q0
    supply U0 R0 r1 z STANDBY
    bay Q0 z k open
    load O0 R0 k kw=20
    customer C1 SPECIAL
    point R1 C1 MANUAL kw=60 release
    supply U1 R1 k4
    supply V1 R1 n1 STANDBY
"""


def steps(drawing: str, thing: str) -> tuple[list[str], dict[str, int]]:
    """What the plan for a fault does, and by which step who is back."""
    model = model_of(draw(drawing))
    plan = best_plan(model, Event(things=(model.graph.index(thing),), at=START))
    name = model.graph.id
    back = {name(each.thing): each.step for each in plan.accounts.back}
    return [f"{step.action.value} {name(step.target)}" for step in plan.steps], back


def test_who_is_in_more_need_waits_for_no_look_at_what_decides_for_others() -> None:
    # U0 is cut out at D2, then D1 may be closed: T1 has tripped if it had voltage from S1, else it leads to what D1
    # alone feeds. C1 is of the special class; F1 and T0 decide for A0, and both crews went there first
    done, back = steps(RESERVE, "U0")
    assert done[:2] == ["OPEN D2", "CLOSE D1"]
    assert {"CHECK F1", "CHECK T0"} <= set(done[2:])
    assert back["C1"] == 2


def test_a_tie_is_not_opened_for_what_nobody_takes_over_it() -> None:
    # J1 cuts X out, and S1 feeds again what it fed, over T1 if that is closed. C1's release has opened, and it changes
    # over to S0: nothing is left behind T0 that H1 would have to carry, so T0 may stay
    done, back = steps(TAIL, "X")
    assert "OPEN T0" not in done
    assert done[:2] == ["OPEN J1", "TRANSFER V1"]
    assert back == {"C0": 1, "C1": 2}
