"""Automatic re-closing is taken out of service before what was just faulty is closed onto, and put in again after."""

from __future__ import annotations

import pytest

from graph_api.readmodel.model import ReadModel
from graph_api.services.outage.event import Event
from graph_api.services.restoration.operated import operated_of
from graph_api.services.restoration.plan import RestorationPlan
from graph_api.services.restoration.planning import best_plan
from graph_api.services.restoration.reclosing import blocked_by
from graph_api.services.restoration.wording import StepAction, step_text
from schema.words import Language
from schema.words.operation_words import DEFAULT_WORDS
from tests.nights import clock, night
from tests.services.restoration.test_planning import TIE

RECLOSES, NOT = {"reclosing": True}, {"reclosing": False}


def plan_for(thing: str, *acts: str, text: str = TIE, **fields: dict[str, object]) -> tuple[ReadModel, RestorationPlan]:
    model = night(text, *acts, **fields)
    index = model.graph.index
    tripped = tuple(index(act.split()[1]) for act in acts[:1])
    since = clock("11:50") if acts else None
    return model, best_plan(model, Event(things=(index(thing),), at=clock("12:30"), since=since, tripped=tripped))


def blocked(model: ReadModel, plan: RestorationPlan) -> list[str]:
    steps = (*plan.steps, *plan.after_repair)
    return [model.graph.id(at) for step in steps for at in blocked_by(model.graph, step)]


def put_in(model: ReadModel, plan: RestorationPlan) -> list[str]:
    return [model.graph.id(s.target) for s in plan.after_repair if s.action is StepAction.RECLOSING_ON]


def test_the_head_is_closed_without_it_and_has_it_again_once_all_is_back() -> None:
    model, plan = plan_for("L2", CB1=RECLOSES)
    closing = next(step for step in plan.steps if step.action is StepAction.CLOSE)
    said = {
        lang: step_text(closing.action, closing.purpose, operated_of(model, closing), lang, DEFAULT_WORDS)
        for lang in Language
    }
    assert said == {
        Language.ZH: "退出重合闸后合上CB1，恢复故障点电源侧（上游）送电",
        Language.EN: "Close CB1, its re-closing taken out of service first: feeds what lies before the fault",
    }
    assert blocked(model, plan) == put_in(model, plan) == ["CB1"]
    assert plan.after_repair[-1].action is StepAction.RECLOSING_ON


def test_what_waits_for_the_repair_is_closed_without_it_too() -> None:
    model, plan = plan_for("L1", CB1=RECLOSES)
    assert [model.graph.id(step.target) for step in plan.steps if step.action is StepAction.CLOSE] == ["LS9"]
    assert blocked(model, plan) == put_in(model, plan) == ["CB1"]


@pytest.mark.parametrize("fields", [{}, NOT])
def test_a_breaker_without_it_is_simply_closed(fields: dict[str, object]) -> None:
    model, plan = plan_for("L2", CB1=fields)
    assert blocked(model, plan) == put_in(model, plan) == []


@pytest.mark.parametrize(("fields", "found"), [({}, ["RC1"]), (NOT, [])])
def test_a_recloser_has_it_unless_somebody_says_otherwise(fields: dict[str, object], found: list[str]) -> None:
    text = "F1 = CB1\nG1 - B1 - CB1 - L1 - RC1 - L2 - LS1 - L3 - S3>C3\nL2 - S2>C2"
    model, plan = plan_for("L3", text=text, RC1=fields)
    assert "CLOSE RC1" in [f"{step.action.value} {model.graph.id(step.target)}" for step in plan.steps]
    assert blocked(model, plan) == put_in(model, plan) == found


def test_what_was_reported_closed_since_has_it_again_in_the_end() -> None:
    acts = ("11:50 CB1 OPEN", "12:00 LS1 OPEN", "12:05 CB1 CLOSED")
    model, plan = plan_for("L2", *acts, CB1=RECLOSES)
    assert blocked(model, plan) == []
    assert put_in(model, plan) == ["CB1"]
