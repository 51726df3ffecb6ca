from __future__ import annotations

import copy
import pickle

import pytest

from schema.errors import InvalidInput
from schema.words import Language, Sentence, current, said, say, speaking, text_of
from schema.words import sentence as module


@pytest.fixture(autouse=True)
def _chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = {"{count} row.": "{count} 行。", "Name {ids}.": "请给出 {ids}。", "No: {why}": "否：{why}"}
    monkeypatch.setattr(module, "chinese", lambda: rows)


def test_a_sentence_is_its_english() -> None:
    assert say("Name {ids}.", ids=["a", "b"]) == "Name a, b."
    assert say("Name {ids}.", ids=["a", "b"]).text(Language.ZH) == "请给出 a、b。"


@pytest.mark.parametrize(("count", "english"), [(1, "1 row."), (0, "0 rows."), (2, "2 rows.")])
def test_english_has_two_forms_and_chinese_one(count: int, english: str) -> None:
    sentence = say("{count} row.", many="{count} rows.", count=count)
    assert sentence == english
    assert sentence.text(Language.ZH) == f"{count} 行。"


def test_a_sentence_in_a_sentence_is_told_in_the_same_language() -> None:
    inner = say("{count} row.", many="{count} rows.", count=3)
    assert say("No: {why}", why=inner).text(Language.ZH) == "否：3 行。"


def test_what_is_not_in_the_catalogue_stays_english() -> None:
    assert say("Unheard of.").text(Language.ZH) == "Unheard of."


def test_braces_in_a_value_are_no_placeholders() -> None:
    assert say("Name {ids}.", ids="{evil.__class__}").text(Language.ZH) == "请给出 {evil.__class__}。"


def test_parameters_are_checked_when_it_is_said() -> None:
    with pytest.raises(TypeError, match="do not fit"):
        say("Name {ids}.", id="a")
    with pytest.raises(TypeError, match="do not fit"):
        say("Name {ids}.", ids="a", more=1)
    with pytest.raises(ValueError, match="plain name"):
        say("Name {ids.__class__}.", ids="a")


def test_copies_keep_both_languages() -> None:
    sentence = say("Name {ids}.", ids="a")
    for copied in (copy.deepcopy(sentence), pickle.loads(pickle.dumps(sentence))):  # noqa: S301 - our own bytes
        assert isinstance(copied, Sentence)
        assert copied.text(Language.ZH) == "请给出 a。"


def test_the_language_of_a_request_is_the_default() -> None:
    sentence = say("Name {ids}.", ids="a")
    assert current() is Language.EN
    with speaking(Language.ZH):
        assert sentence.text() == "请给出 a。"
        assert text_of("as it is") == "as it is"
        assert InvalidInput(sentence).text() == "请给出 a。"
    assert sentence.text() == "Name a."
    assert InvalidInput(sentence).message == "Name a."


def test_an_exception_says_the_sentence_it_was_raised_with() -> None:
    assert said(ValueError(say("Name {ids}.", ids="a"))).__class__ is Sentence
    assert said(ValueError("plain")) == "plain"
    assert said(OSError(2, "No such file")) == "[Errno 2] No such file"
