"""What is wrong with a value that was validated, said as a user reads it: no text of a validator reaches a report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from schema.entity import WrongFieldError
from schema.words import said, say
from schema.words.sentence import Sentence

if TYPE_CHECKING:
    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

_MISSING = frozenset({"missing", "missing_argument", "missing_keyword_only_argument"})
_SHOWN = 4
_TELEPHONE = 7
"""Digits from which a text can be a telephone number, whose last four alone tell nobody's."""


class Fault(NamedTuple):
    """One fault: the field ("" = none by itself), the value that was given ("" = none), and the reason."""

    field: str
    value: str
    reason: Sentence


def fault_of(error: ValidationError, given: dict[str, Any]) -> Fault:
    """The first fault that an entity made of `given` fields has."""
    first = error.errors(include_url=False)[0]
    kind = first["type"]
    name = str(first["loc"][0]) if first["loc"] else ""
    cause = first.get("ctx", {}).get("error")
    if isinstance(cause, WrongFieldError):
        name = cause.field
    value = given.get(name)
    return Fault(name, "" if value is None or kind in _MISSING else str(value), reason_of(first))


def reason_of(error: ErrorDetails) -> Sentence:
    """The reason of one of the errors that a ValidationError lists."""
    kind, context = error["type"], error.get("ctx", {})
    if isinstance(cause := context.get("error"), ValueError) and isinstance(told := said(cause), Sentence):
        return told
    if kind in _MISSING or kind == "string_too_short":
        return say("is empty")
    if kind in _BOUNDS:
        return _bound(kind, context)
    return _OTHERS.get(kind.partition("_")[0]) or say("is no value that this field can hold")


_BOUNDS = {"greater_than_equal": "ge", "greater_than": "gt", "less_than_equal": "le", "less_than": "lt"}
_OTHERS = {
    "float": say("is no number"),
    "string": say("is no text"),
    "list": say("is no list"),
    "dict": say("is no group of names with values"),
    "model": say("is no group of names with values"),
    "extra": say("is no name that can stand here"),
    "finite": say("is no finite number"),
    "int": say("is no whole number"),
    "bool": say("is neither yes nor no (是/否, true/false, 1/0)"),
    "datetime": say("is no time as 2026-11-23T08:00:00+08:00"),
    "date": say("is no date as 2026-11-23"),
}
"""By the first word of a validator's type of error, as float_parsing, int_from_float."""


def _bound(kind: str, context: dict[str, Any]) -> Sentence:
    limit = f"{context[_BOUNDS[kind]]:g}"
    if kind == "greater_than_equal":
        return say("is less than {limit}", limit=limit)
    if kind == "less_than_equal":
        return say("is more than {limit}", limit=limit)
    if kind == "greater_than":
        return say("is not more than {limit}", limit=limit)
    return say("is not less than {limit}", limit=limit)


def masked(text: str) -> str:
    """A telephone number or address as a report shows it: recognisable by its last digits to who knows it."""
    digits = "".join(char for char in text if char.isdigit())
    return text and "***" + (digits[-_SHOWN:] if len(digits) >= _TELEPHONE else digits[-1:])
