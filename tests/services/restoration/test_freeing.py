"""What made the place safe to work at is taken off before anything is closed: no closing with earths on."""

from __future__ import annotations

import pytest

from graph_api.services.outage.event import Event
from graph_api.services.restoration.planning import best_plan
from graph_api.services.restoration.wording import Operated, StepAction, StepPurpose, step_text
from schema.vocabulary import Construction, Importance, ResponsibilityRole, TransferMode
from schema.words import Language
from schema.words.operation_words import DEFAULT_WORDS
from tests.nights import clock, night
from tests.services.restoration.test_at_customers import ACCESS, WITH_ACCESS
from tests.services.restoration.test_going_on import WHOLE, as_acts, asked
from tests.services.restoration.test_planning import REMOTE, TIE, Case

WORK_ENDED = StepPurpose.WORK_ENDED


def back(case: Case, thing: str) -> list[str]:
    (plan,) = case.plans(thing)
    return [f"{step.action.value} {case.graph.id(step.target)}" for step in plan.after_repair]


def test_earths_then_locks_come_off_before_the_first_closing() -> None:
    case = Case(TIE)
    # LS1 and LS2 part L2 from both sides: locked, L2 earthed; LS9 took L3 over and is opened once L2 is fed
    assert case.steps(case.plans("L2")[0])[-3:] == ["LOCK LS1", "LOCK LS2", "EARTH L2"]
    assert back(case, "L2") == [
        *("PATROL L2", "REMOVE_EARTH L2", "UNLOCK LS1", "UNLOCK LS2"),
        *("CLOSE LS1", "OPEN LS9", "CLOSE LS2"),
    ]


def test_who_put_them_on_takes_them_off_once_all_work_is_ended() -> None:
    case = Case(TIE + "CB1, B1, L1 @ SUB1", CB1=REMOTE, LS1=REMOTE)
    (plan,) = case.plans("L1")
    on = {case.graph.id(s.target): s.doer for s in plan.steps if s.action in (StepAction.LOCK, StepAction.EARTH)}
    off = [s for s in plan.after_repair if s.action in (StepAction.UNLOCK, StepAction.REMOVE_EARTH)]
    assert {case.graph.id(step.target): step.doer for step in off} == on
    assert {step.purpose for step in off} == {WORK_ENDED}


def test_locks_come_off_one_place_after_the_other() -> None:
    text = """
        G1 - CB1 - B1 - CB2 - L2 - S2>C2
        B1 - CB3 - L3 - CB9 - G9
        B1 - CB4 - L4 - CB8 - G8
        B1, CB1, CB2, CB3, CB4 @ SUB1
        CB9 @ SUB9
    """
    case = Case(text)
    (plan,) = case.plans("B1")
    doers = [step.doer for step in plan.after_repair if step.action is StepAction.UNLOCK]
    assert doers == [ResponsibilityRole.SUBSTATION_OPERATION] * len(doers)
    assert len(doers) == sum(step.action is StepAction.LOCK for step in plan.steps) > 1


def test_a_lock_that_keeps_a_truck_apart_comes_off_once_the_truck_is_away() -> None:
    by_hand = {"C1.1": {"transfer": TransferMode.MANUAL, "load_kw": 80.0}, "LD2": {"kw": 30.0}}
    case = Case(WITH_ACCESS, ACCESS, C2={"importance": Importance.SECOND}, **by_hand)
    assert "LOCK SB2" in case.steps(case.plans("L1")[0])
    steps = back(case, "L1")
    assert steps.index("REMOVE_EARTH L1") < steps.index("UNLOCK CB1") < steps.index("CLOSE CB1")
    assert steps.index("GENERATOR A2") < steps.index("UNLOCK SB2") < steps.index("CLOSE SB2")


def test_an_automatic_transfer_is_let_go_once_its_customer_stands_on_its_own_supply_again() -> None:
    """Both supplies live, the truck away, SB2 still open: SB3 without a lock would close itself, then SB2 join both."""
    by_itself = {"C2.1": {"transfer": TransferMode.AUTOMATIC}, "LD2": {"kw": 30.0}}
    text = WITH_ACCESS + "    L1 - S3>C2:standby - SB3/ - IB2\n"
    case = Case(text, ACCESS, C2={"importance": Importance.SECOND}, **by_itself)
    assert {"LOCK SB3", "GENERATOR A2"} <= set(case.steps(case.plans("L1")[0]))
    at_c2 = [step for step in back(case, "L1") if step.split()[1] in ("A2", "SB2", "SB3")]
    assert at_c2 == ["GENERATOR A2", "UNLOCK SB2", "CLOSE SB2", "UNLOCK SB3"]


def test_a_coupler_that_closes_itself_is_let_go_after_the_own_bay_is_closed() -> None:
    # unlocked before, it would close onto IB2 at once, and SB2 would join both supplies
    text = """
        G1 - CB1 - L1 - S1>C1 - SB1 - IB1 - LD1(10kW)
        G2 - CB2 - L2 - S2>C1 - SB2 - IB2 - LD2(10kW)
        IB1 - SB3/ - IB2
    """
    case = Case(text, **{"C1.1": {"transfer": TransferMode.AUTOMATIC}})
    said = back(case, "IB2")
    assert {"UNLOCK SB2", "CLOSE SB2", "UNLOCK SB3"} <= set(said)
    assert said.index("UNLOCK SB2") < said.index("CLOSE SB2") < said.index("UNLOCK SB3")


@pytest.mark.parametrize(
    ("standby", "faulty", "bays"),
    [
        ("CB2 - L2 - S2>C1 - SB2 - IB2 - LD2(10kW)", "SB3", "SB1 SB2"),
        ("CB2 - S2>C1:standby - SB3/ - IB1", "SB3", "SB1"),
    ],
)
def test_what_closes_itself_and_was_faulty_is_let_go_once_the_bays_are_closed(
    standby: str, faulty: str, bays: str
) -> None:
    # repaired, with one side live, it would close at once, and the bay that is closed next would join both supplies
    text = f"""
        G1 - CB1 - L1 - S1>C1 - SB1 - IB1 - LD1(10kW)
        G2 - {standby}
        {"IB1 - SB3/ - IB2" if "IB2" in standby else ""}
    """
    case = Case(text, **{"C1.1": {"transfer": TransferMode.AUTOMATIC}})
    locked = case.steps(case.plans(faulty)[0])
    assert locked.index(f"LOCK {faulty}") < locked.index(f"EARTH {faulty}")
    said = back(case, faulty)
    assert said[-1] == f"UNLOCK {faulty}"
    assert {f"CLOSE {bay}" for bay in bays.split()} <= set(said)
    by_hand = Case(text, **{"C1.1": {"transfer": TransferMode.MANUAL}})
    assert f"LOCK {faulty}" not in by_hand.steps(by_hand.plans(faulty)[0])


@pytest.mark.parametrize("count", range(len(WHOLE) + 1))
def test_asked_again_what_was_locked_and_earthed_comes_off(count: int) -> None:
    model, plan = asked(*as_acts(WHOLE[:count]))
    off = [f"{s.action.value} {model.graph.id(s.target)}" for s in plan.after_repair if s.purpose is WORK_ENDED]
    assert off == ["REMOVE_EARTH L2", "UNLOCK LS1", "UNLOCK LS2"]


@pytest.mark.parametrize(
    ("construction", "role"),
    [
        (Construction.CABLE, ResponsibilityRole.CABLE_MAINTENANCE),
        (Construction.OVERHEAD, ResponsibilityRole.LINE_MAINTENANCE),
        (Construction.MIXED, ResponsibilityRole.LINE_MAINTENANCE),
        (None, ResponsibilityRole.LINE_MAINTENANCE),
    ],
)
def test_every_line_is_walked_along_before_it_is_energised(
    construction: Construction | None, role: ResponsibilityRole
) -> None:
    (plan,) = Case(TIE, L2={"construction": construction}).plans("L2")
    assert (plan.after_repair[0].action, plan.after_repair[0].doer) == (StepAction.PATROL, role)


def test_the_words_say_what_is_taken_off_and_when() -> None:
    case = Case(TIE)
    line = Operated(target=case.graph.entity(case.graph.index("L2")))
    said = step_text(StepAction.REMOVE_EARTH, WORK_ENDED, line, Language.ZH, DEFAULT_WORDS)
    assert said.endswith("：拆除接地线（拉开接地刀闸），须检修工作已终结、人员已全部撤离")
    said = step_text(StepAction.UNLOCK, WORK_ENDED, line, Language.EN, DEFAULT_WORDS)
    assert "the lock and the sign are taken off: only once all work permits are ended" in said


@pytest.mark.parametrize(("later", "taken_off"), [("11:55", False), ("13:30", True)])
def test_what_a_plan_that_was_left_has_locked_by_then_is_unlocked(later: str, taken_off: bool) -> None:
    # the plan of 11:50 locks CB1 and DS9, which takes 30 minutes; then DS1 is opened, which is of no plan
    model = night("G1 - CB1 - L1 - DS1 - L2 - DS9/ - L9 - CB2 - G2", "11:50 CB1 OPEN", f"{later} DS1 OPEN")
    index = model.graph.index
    event = Event(things=(index("L1"),), at=clock("14:00"), since=clock("11:50"), tripped=(index("CB1"),))
    plan = best_plan(model, event)
    assert {model.graph.id(each.target) for each in plan.steps if each.action is StepAction.LOCK} == {"CB1", "DS1"}
    unlocked = {model.graph.id(each.target) for each in plan.after_repair if each.action is StepAction.UNLOCK}
    assert unlocked == {"CB1", "DS1", *(["DS9"] if taken_off else [])}
