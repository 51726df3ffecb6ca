"""Every sentence has its Chinese, and the catalogue holds no other."""

from __future__ import annotations

import re

import pytest

from schema.words.catalogue import catalogue, entries
from schema.words.sentence import placeholders
from tests.schema.words.said import labelled, sayings, sayings_of

CATALOGUE = {entry.template: entry for entry in catalogue()}
SAYINGS = sayings()


def test_every_sentence_has_its_chinese() -> None:
    missing = {saying.template: saying.where for saying in SAYINGS if saying.template not in CATALOGUE}
    assert not missing, "\n".join(f"{where}: {template}" for template, where in missing.items())
    assert not [entry.line for entry in CATALOGUE.values() if not entry.chinese]


def test_every_row_is_said_somewhere_and_once_in_the_catalogue() -> None:
    said = {saying.template for saying in SAYINGS} | labelled()
    assert not [entry.template for entry in CATALOGUE.values() if entry.template not in said]
    assert len(catalogue()) == len(CATALOGUE)


def test_chinese_has_the_placeholders_of_the_english() -> None:
    wrong = [
        f"line {entry.line}: {entry.template}"
        for entry in CATALOGUE.values()
        if placeholders(entry.chinese) != placeholders(entry.template) | placeholders(entry.many)
    ]
    assert not wrong, "\n".join(wrong)


def test_parameters_fit_their_sentence() -> None:
    wrong = [
        f"{saying.where}: {saying.template}"
        for saying in SAYINGS
        if placeholders(saying.template) | placeholders(saying.many) != saying.params
    ]
    assert not wrong, "\n".join(wrong)


def test_the_plural_is_the_one_that_is_said() -> None:
    for saying in SAYINGS:
        assert CATALOGUE[saying.template].many == saying.many, saying.where


def test_chinese_is_chinese_with_its_own_punctuation() -> None:
    for entry in CATALOGUE.values():
        says_nothing = not re.search("[A-Za-z]", re.sub(r"\{.*?\}", "", entry.template))
        assert says_nothing or re.search(r"[\u4e00-\u9fff]", entry.chinese), f"line {entry.line} has no Chinese"
        assert not re.search(r"[\u4e00-\u9fff][,;:!?]", entry.chinese), f"line {entry.line}: {entry.chinese}"


def test_a_template_that_is_no_literal_is_found() -> None:
    with pytest.raises(AssertionError, match="literal"):
        list(sayings_of("say(f'{x} rows')", "a.py"))
    with pytest.raises(AssertionError, match="literal"):
        list(sayings_of("say(TEXT, count=1)", "a.py"))


def test_a_catalogue_that_is_damaged_is_told_with_its_line() -> None:
    with pytest.raises(ValueError, match="line 2"):
        entries('msgid "a"\nmsgst "b"\n')
