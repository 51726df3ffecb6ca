"""Telephone numbers as people dial them."""

from __future__ import annotations

import re

from schema.validation import masked
from schema.words import say, text_of


def spoken(value: str) -> str:
    """A number as it is dialled here, in groups: 139 1234 5678, +86 10 5555 1234; others as are."""
    number, _, extension = value.partition(";ext=")
    if extension:
        return text_of(say("{number} ext. {extension}", number=spoken(number), extension=extension))
    local = value.removeprefix("+86")
    if local == value or not local.isdigit():
        return value
    if len(local) == 11 and local.startswith("1"):
        return f"{local[:3]} {local[3:7]} {local[7:]}"
    return f"+86 {local[:-8]} {local[-8:-4]} {local[-4:]}" if len(local) > 8 else f"+86 {local}"


_NUMBER = re.compile(
    r"(?<![\w.])(?:\+\d[\d\s-]{6,}\d"  # with a calling code
    r"|(?:(?:00)?86[\s-]?)?1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}"  # a mobile
    r"|[(（]?0\d{2,3}[)）]?[\s-]?\d{3,4}[\s-]?\d{4})(?!\d)"  # with an area code
)


def without_numbers(text: str) -> str:
    """A text in which whatever may be a telephone number is masked."""
    return _NUMBER.sub(lambda found: masked(found[0]), text)
