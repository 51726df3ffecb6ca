"""A step as a sentence: object and verb by the words of the utility."""

from __future__ import annotations

import pytest

from graph_api.services.restoration.wording import Operated, StepAction, StepPurpose, step_text
from schema.customer import Customer, SupplySource, SwitchBay
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
    assert (
        step_text(StepAction.OPEN, StepPurpose.ISOLATE, Operated(target=device), Language.ZH, WORD_LISTS[words]) == text
    )


def test_closing_and_english() -> None:
    closing = (StepAction.CLOSE, StepPurpose.RESUPPLY, Operated(target=BREAKER))
    assert step_text(*closing, Language.ZH, DEFAULT_WORDS) == "合上10kV滨江一线1021断路器，转供"
    assert (
        step_text(*closing, Language.EN, DEFAULT_WORDS) == "Close 10kV滨江一线1021断路器: feeds it from another supply"
    )


def test_what_is_not_switched_has_no_verb() -> None:
    step = (StepAction.GENERATOR, StepPurpose.CONNECT_GENERATOR, Operated(target=Breaker(id="A1")))
    assert step_text(*step, Language.ZH, DEFAULT_WORDS) == "A1：由发电车供电"


def test_who_is_off_for_a_moment_is_counted() -> None:
    def said(language: Language, customers: int) -> str:
        operated = Operated(target=BREAKER, interrupted=(customers, 3))
        return step_text(StepAction.OPEN, StepPurpose.BACK_TO_NORMAL, operated, language, DEFAULT_WORDS)

    chinese = "拉开10kV滨江一线1021断路器，恢复正常运行方式，短时停电："
    english = "Open 10kV滨江一线1021断路器: back to the normal arrangement; off for a moment: "
    assert (said(Language.ZH, 2), said(Language.ZH, 0)) == (chinese + "客户2户、台区3个", chinese + "台区3个")
    assert said(Language.EN, 1) == english + "1 customer and 3 public areas"


ONE, TWO = SupplySource(id="S1", name="电源一"), SupplySource(id="S2", name="滨江1042电源二")
OVER = Operated(
    target=TWO,
    opens=(ONE,),
    closes=(TWO,),
    customer=Customer(id="C1", name="临江中学"),
    feeders={"S1": "1021", "S2": "1042"},
)


def test_a_change_over_says_what_is_opened_and_closed_at_whom_and_from_which_feeder() -> None:
    step = (StepAction.TRANSFER, StepPurpose.CHANGE_OVER, OVER)
    assert step_text(*step, Language.ZH, DEFAULT_WORDS) == (
        "临江中学：先拉开电源一（1021）进线开关，再合上滨江1042电源二进线开关，切换至带电电源"
    )
    assert step_text(*step, Language.EN, DEFAULT_WORDS) == (
        "临江中学: open incoming switch of 电源一 from 1021, then close incoming switch of 滨江1042电源二: "
        "changes over to the live supply"
    )


def test_a_release_says_what_is_closed_and_a_bay_keeps_its_name() -> None:
    bay = SwitchBay(id="B1", name="临江中学1号进线柜")
    closing = Operated(target=bay, closes=(bay,), customer=OVER.customer)
    step = (StepAction.RELEASE, StepPurpose.CLOSE_AGAIN, closing)
    assert step_text(*step, Language.ZH, DEFAULT_WORDS) == "合上临江中学1号进线柜，来电后恢复用电"
    opening = (StepAction.OPEN, StepPurpose.SAFE_TO_WORK, Operated(target=ONE, opens=(ONE,)))
    assert step_text(*opening, Language.EN, DEFAULT_WORDS).startswith("Open incoming switch of 电源一: ")
