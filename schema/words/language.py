"""The language that a user is answered in: chosen once per request or command, English where nothing is said."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum

VARIABLE = "BAODIAN_LANG"
"""Environment variable that chooses the language of the command line."""


class Language(StrEnum):
    """语言: language of a label."""

    ZH = "ZH"
    EN = "EN"


_BY_TAG = {"zh": Language.ZH, "cn": Language.ZH, "en": Language.EN}
_current: ContextVar[Language] = ContextVar("language", default=Language.EN)


def current() -> Language:
    """The language of this request or command."""
    return _current.get()


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Answer in `language` inside this block."""
    token = _current.set(language)
    try:
        yield
    finally:
        _current.reset(token)


def choose(option: str | None, environ: Mapping[str, str]) -> Language:
    """The language of the command line: `--lang`, else BAODIAN_LANG, else English.

    A tag names it as in `zh`, `zh-CN`, `zh_CN.UTF-8`, `cn`, `en_US`. Raises ValueError for a tag of another language.
    """
    tag = option or environ.get(VARIABLE) or "en"
    if _primary(tag) not in _BY_TAG:
        raise ValueError(tag)
    return _BY_TAG[_primary(tag)]


def accepted(header: str | None) -> Language:
    """The language that an Accept-Language header (RFC 9110, 12.5.4) likes best; English where it names neither."""
    best, most = Language.EN, 0.0
    for each in (header or "").split(","):
        tag, *parameters = (part.strip() for part in each.split(";"))
        weight = _weight(parameters)
        if _primary(tag) in ("zh", "en") and weight > most:
            best, most = _BY_TAG[_primary(tag)], weight
    return best


def _weight(parameters: list[str]) -> float:
    """The q of a language range, 1 where there is none, 0 where it is no number."""
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0


def _primary(tag: str) -> str:
    return re.split("[-_.]", tag.strip())[0].lower()
