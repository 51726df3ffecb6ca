"""Cells of a workbook as texts: what its user sees, where that says more than the value."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Any

from loaders.tabular.scars import MOST_DIGITS, Dated, TooLong

_PADDED = re.compile(r'(?P<before>(?:"[\w\- ]*"|\\\w)*)(?P<zeros>00+(?:(?:-|\\-|\\ | |"-")0+)*)')
_ESCAPED = re.compile(r"_x(0[0-9A-Fa-f]{3})_")
"""Of characters that XML cannot hold, and the stroke that keeps a text as it is (_x005F_)."""
_LITERAL = re.compile(r'["\\]')
_LEAST_LOST = 10**MOST_DIGITS
_MIDNIGHT = frozenset({date(1899, 12, 31), date(1904, 1, 2)})
"""What openpyxl makes of the time 24:00, by the day that the workbook counts from."""


def shown(value: Any, form: str = "", number: type[str] = str) -> str:
    """Text of a value; a number is a `number`. Zeros that its format shows are kept: 0000000123, 025-00001234."""
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int() | float():
            return _number(value, form, number)
        case date() | time() | timedelta():
            return Dated(_moment(value))
        case _:
            return str(value)


def unescaped(text: str) -> str:
    """A text of a workbook with the characters that it writes by their number: _x000D_, the end of a line."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _moment(value: date | time | timedelta) -> str:
    match value:
        case datetime() if value.date() in _MIDNIGHT and value.time() == time():
            return "24:00:00"
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime():
            return (value + timedelta(microseconds=500_000)).replace(microsecond=0).isoformat()
        case timedelta():
            return _clock(value)
        case _:
            return value.isoformat()


def shown_number(value: float) -> str:
    """Text of a number without a format; one that lost digits is TooLong."""
    return _number(value, "", str)


def _clock(since_midnight: timedelta) -> str:
    seconds = round(since_midnight.total_seconds())
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def _number(value: float, form: str, number: type[str]) -> str:
    if not float(value).is_integer():
        return number(value)
    digits = str(int(value))
    if abs(value) >= _LEAST_LOST:
        return TooLong(digits)
    found = _PADDED.fullmatch(form.partition(";")[0])
    return _padded(digits, found) if found and value >= 0 else number(digits)


def _padded(digits: str, form: re.Match[str]) -> str:
    zeros = _LITERAL.sub("", form["zeros"])
    digits = digits.zfill(zeros.count("0"))
    shown: list[str] = []
    for char in reversed(zeros):
        shown.append(digits[-1] if char == "0" else char)
        digits = digits[:-1] if char == "0" else digits
    return _LITERAL.sub("", form["before"]) + digits + "".join(reversed(shown))
