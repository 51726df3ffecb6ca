from __future__ import annotations

import re

import pytest

from schema.words import Language, accepted, choose


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, Language.EN),
        ("", Language.EN),
        ("zh", Language.ZH),
        ("zh-CN,zh;q=0.9,en;q=0.8", Language.ZH),
        ("en-GB, zh;q=0.5", Language.EN),
        ("en;q=0.1, ZH-hans;q=0.2", Language.ZH),
        ("fr, zh;q=0.3", Language.ZH),
        ("zh;q=0", Language.EN),
        ("zh;q=often", Language.EN),
        ("*", Language.EN),
        (";;,,q=1", Language.EN),
    ],
)
def test_accept_language_chooses(header: str | None, language: Language) -> None:
    assert accepted(header) is language


@pytest.mark.parametrize(
    ("option", "variable", "language"),
    [
        (None, None, Language.EN),
        (None, "zh_CN.UTF-8", Language.ZH),
        ("en", "zh", Language.EN),
        ("zh", None, Language.ZH),
        ("ZH-Hans", None, Language.ZH),
        ("zh.UTF-8", None, Language.ZH),
        ("CN", None, Language.ZH),
        ("en_US", "zh", Language.EN),
        (None, "en_US.UTF-8", Language.EN),
    ],
)
def test_the_option_goes_before_the_variable(option: str | None, variable: str | None, language: Language) -> None:
    assert choose(option, {"BAODIAN_LANG": variable} if variable else {}) is language


@pytest.mark.parametrize("tag", ["fr", "chinese", "C", "*"])
def test_no_other_language_is_taken_for_english(tag: str) -> None:
    with pytest.raises(ValueError, match=re.escape(tag)):
        choose(tag, {})
    with pytest.raises(ValueError, match=re.escape(tag)):
        choose(None, {"BAODIAN_LANG": tag})
