"""A step as a sentence: object and verb by the words of the utility."""

from __future__ import annotations

import pytest

from graph_api.services.restoration.wording import StepAction, StepPurpose, step_text
from schema.entity import Entity
from schema.grid import Breaker, Disconnector, LoadBreakSwitch
from schema.words import Language
from schema.words.operation_words import DEFAULT_WORDS, WORD_LISTS

BREAKER = Breaker(id="B", name="10kV滨江一线1021断路器")


@pytest.mark.parametrize(
    ("words", "device", "text"),
    [
        ("default", BREAKER, "拉开10kV滨江一线1021断路器，隔离故障"),
        ("southern-grid", BREAKER, "断开10kV滨江一线1021断路器，隔离故障"),
        ("southern-grid", LoadBreakSwitch(id="LS1"), "断开LS1，隔离故障"),
        ("southern-grid", Disconnector(id="DS1"), "拉开DS1，隔离故障"),
    ],
)
def test_the_verb_is_the_utilitys(words: str, device: Entity, text: str) -> None:
    assert step_text(StepAction.OPEN, StepPurpose.ISOLATE, device, Language.ZH, WORD_LISTS[words]) == text


def test_closing_and_english() -> None:
    closing = (StepAction.CLOSE, StepPurpose.RESUPPLY, BREAKER)
    assert step_text(*closing, Language.ZH, DEFAULT_WORDS) == "合上10kV滨江一线1021断路器，转供"
    assert (
        step_text(*closing, Language.EN, DEFAULT_WORDS) == "Close 10kV滨江一线1021断路器: feeds it from another supply"
    )


def test_what_is_not_switched_has_no_verb() -> None:
    step = (StepAction.GENERATOR, StepPurpose.CONNECT_GENERATOR, Breaker(id="A1"))
    assert step_text(*step, Language.ZH, DEFAULT_WORDS) == "A1：由发电车供电"


def test_who_is_off_for_a_moment_is_counted() -> None:
    step = (StepAction.OPEN, StepPurpose.BACK_TO_NORMAL, BREAKER)
    chinese = "拉开10kV滨江一线1021断路器，恢复正常运行方式"
    english = "Open 10kV滨江一线1021断路器: back to the normal arrangement"
    assert step_text(*step, Language.ZH, DEFAULT_WORDS, (2, 3)) == chinese + "，短时停电：客户2户、台区3个"
    assert step_text(*step, Language.ZH, DEFAULT_WORDS, (0, 3)) == chinese + "，短时停电：台区3个"
    assert (
        step_text(*step, Language.EN, DEFAULT_WORDS, (1, 3))
        == english + "; off for a moment: 1 customer and 3 public areas"
    )
