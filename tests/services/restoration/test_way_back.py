"""What steps after the repair give back and take: at supplies that were opened for work, and in a plan asked again."""

from __future__ import annotations

from graph_api.readmodel.model import ReadModel
from graph_api.services.outage.event import Event
from graph_api.services.restoration.plan import PlanStep
from graph_api.services.restoration.planning import best_plan
from graph_api.services.restoration.wording import StepAction
from schema.vocabulary import SwitchPosition, TransferMode
from tests.nights import clock, night
from tests.services.restoration.test_planning import load

SUPPLIED_TWICE = """
    F1 = CB1
    F2 = CB2
    G1 - CB1 - L1 - S1>C1
    G2 - CB2 - L2 - S2>C1
    L1 - S3>C3
"""
"""Both supplies of C1 are mains, and stand for their own incoming switch: S1 is opened before people work on L1, as S2
could feed back through it."""
BY_ITSELF = """
    F1 = CB1
    F2 = CB2
    G1 - CB1 - L1 - S1>C1:standby - SB1/ - IB1 - LD1(30kW)
    G2 - CB2 - L8 - LS2 - L2 - S2>C1 - SB2 - IB1
"""
"""L2 is off, and C1 has gone over to L1 by itself; then L1 fails."""


def said(model: ReadModel, steps: tuple[PlanStep, ...]) -> list[tuple[str, list[str], float]]:
    """What each that switches gives back."""
    name = model.graph.id
    return [
        (f"{each.action.value} {name(each.target)}", [*map(name, each.restored)], each.kw)
        for each in steps
        if each.opens or each.closes
    ]


def asked(text: str, thing: str, *acts: str, **fields: object) -> tuple[ReadModel, tuple[PlanStep, ...], list[str]]:
    """The steps after the repair as they are now, and what the steps before it open and close."""
    model = night(text, *acts, **fields)
    index = model.graph.index
    event = Event(things=(index(thing),), at=clock("12:30"), since=clock("11:50"), tripped=(index("CB1"),))
    plan = best_plan(model, event)
    return model, plan.after_repair, [f"{s.action.value} {model.graph.id(s.target)}" for s in plan.steps if s.opens]


KW = {"C1.1": {"transfer": TransferMode.NONE, **load(80)}, "C3.1": load(20)}
AFTER = ("11:50 CB1 OPEN", "12:00 S1 OPEN")


def test_a_supply_opened_for_work_has_its_load_back_when_it_is_closed() -> None:
    model, back, opened = asked(SUPPLIED_TWICE, "L1", *AFTER[:1], **KW)
    assert opened == ["OPEN S1"]
    # the breaker gives C3 its 20 kW and C1 nothing: half of C1's 80 kW waits for S1
    assert said(model, back) == [("CLOSE CB1", ["C3"], 20), ("CLOSE S1", ["C1"], 40)]


def test_once_that_is_reported_the_other_main_supply_carries_all_and_nothing_waits() -> None:
    model, back, opened = asked(SUPPLIED_TWICE, "L1", *AFTER, **KW)
    assert opened == []
    assert said(model, back) == [("CLOSE CB1", ["C3"], 20), ("CLOSE S1", [], 0)]


def test_a_bay_that_an_automatic_transfer_had_closed_is_closed_again() -> None:
    fields = {"C1.1": {"transfer": TransferMode.AUTOMATIC}}
    model, back, _ = asked(BY_ITSELF, "L1", "08:00 LS2 OPEN", "11:50 CB1 OPEN", "12:00 SB1 OPEN", **fields)
    assert said(model, back) == [("CLOSE CB1", [], 0), ("CLOSE SB1", ["C1"], 30)]


def test_no_step_gives_back_what_a_release_holds() -> None:
    model, back, _ = asked(
        SUPPLIED_TWICE, "L1", "11:50 CB1 OPEN", **{"C3.1": {"undervoltage_release": True, **load(20)}}
    )
    assert [each for each in said(model, back) if each[1] == ["C3"]] == [("RELEASE S3", ["C3"], 20)]
    assert StepAction.RELEASE in [each.action for each in back]


TWO_WAYS = """
    F1 = CB1
    G1 - CB1 - L1 - LS1 - L2 - EC2(50kW)
    L1 - LS2 - L2
"""


def test_what_may_have_stood_open_is_not_closed_beside_another_way() -> None:
    # LS2 is opened to make sure of it; with LS1 closed again it would make a ring that perhaps never was
    unknown: dict[str, object] = {"normal_position": SwitchPosition.UNKNOWN}
    model, back, opened = asked(TWO_WAYS, "L2", "11:50 CB1 OPEN", LS2=unknown)
    assert set(opened) == {"OPEN LS1", "OPEN LS2"}
    assert [step for step, *_ in said(model, back)] == ["CLOSE LS1", "CLOSE CB1"]


def test_what_may_have_fed_somebody_is_closed_where_nothing_else_does() -> None:
    unknown: dict[str, object] = {"normal_position": SwitchPosition.UNKNOWN}
    model, back, _ = asked(TWO_WAYS.replace("LS1 - L2", "LS1/ - L2"), "L2", "11:50 CB1 OPEN", LS2=unknown)
    assert "CLOSE LS2" in [step for step, *_ in said(model, back)]


INSIDE = """
    G1 - CB1 - L1 - S1>C1 - SB1 - IB1 - SB3 - IB2 - LD2(100kW)
    IB1 - SB4 - LD1(50kW)
    G2 - CB2 - L2 - S2>C1:standby - SB2/ - IB2
"""
"""IB1 and what hangs on it fail: SB1 trips, or SB4."""


def after(text: str, thing: str, tripped: str, *acts: str) -> list[tuple[str, list[str], float]]:
    """What the steps after the repair give back, once a trip and these acts were reported."""
    model = night(text, f"11:50 {tripped} OPEN", *acts, **{"C1.1": {"transfer": TransferMode.MANUAL}})
    index = model.graph.index
    event = Event(things=(index(thing),), at=clock("12:30"), since=clock("11:50"), tripped=(index(tripped),))
    return said(model, best_plan(model, event).after_repair)


def test_a_bay_that_tripped_inside_gives_its_load_back_when_it_is_closed() -> None:
    assert after(INSIDE, "LD1", "SB4") == [("CLOSE SB4", ["C1"], 50)]


def test_a_change_over_back_gives_back_what_the_tripped_bay_had_taken() -> None:
    # LD2 has gone over to S2 and lives; LD1 waits for SB1
    acts = ("11:55 SB3 OPEN", "11:57 SB2 CLOSED")
    assert after(INSIDE, "IB1", "SB1", *acts) == [("TRANSFER SB1", ["C1"], 50)]


def test_an_area_that_had_nothing_before_is_not_called_interrupted() -> None:
    # LS9 was closed for C1's second supply, which EC9 shares; EC9 was dead before, and is again when LS9 is opened
    text = INSIDE + "L2 - EC9\nL1 - LS9/ - L2"
    fields = {"C1.1": {"transfer": TransferMode.MANUAL}, "EC9": {"customer_count": 3}, "CB2": {"in_service": False}}
    model = night(text, "11:50 SB1 OPEN", **fields)
    index = model.graph.index
    event = Event(things=(index("IB1"),), at=clock("12:30"), since=clock("11:50"), tripped=(index("SB1"),))
    back = {f"{s.action.value} {model.graph.id(s.target)}": s for s in best_plan(model, event).after_repair}
    assert back["OPEN LS9"].interrupted_areas == ()
