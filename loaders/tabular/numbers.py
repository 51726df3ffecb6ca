"""Numbers as people write them: 1,600, １６００, 10kV, 2×800kVA+630; what may be two numbers is refused."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any, NamedTuple

from loaders.tabular.heads import UNIT_WORDS
from loaders.tabular.writing import UnclearError
from schema.words import say

FACTORS = {
    ("km", "m"): "1000", ("m", "km"): "0.001", ("V", "kV"): "0.001", ("kA", "A"): "1000", ("MW", "kW"): "1000",
    ("W", "kW"): "0.001", ("MVA", "kVA"): "1000", ("MWh", "kWh"): "1000", ("h", "min"): "60", ("d", "h"): "24",
    ("万kW", "kW"): "10000", ("万kVA", "kVA"): "10000", ("万VA", "kVA"): "10", ("VA", "kVA"): "0.001",
    ("min", "s"): "60", ("h", "s"): "3600", ("d", "min"): "1440",
}  # fmt: skip
"""How many of the second are one of the first, exactly."""
_PLAIN = re.compile(r"\s*[+-]?\d+(?:\.\d+)?\s*", re.ASCII)
_GROUPED = re.compile(r"(?<![\d,.])\d{1,3}(?:,\d{3})+(?![\d,])")
_WITH_UNIT = re.compile(
    r"(?:交流|直流|AC|DC)?\s*(?P<number>[+-]?\d+(?:\.\d+)?)\s*(?P<unit>[A-Za-z\u3400-\u9fff%°]{1,4})", re.ASCII
)
_TERM = re.compile(
    r"(?:(?P<count>\d+)\s*(?:[×xX*✕]|台)\s*)?(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>[A-Za-z]{2,3}|千伏安|兆伏安)?"
    r"(?:\s*[×xX*✕]\s*(?P<again>\d+)\s*台?)?"
)
_SUMMED = frozenset({"kVA", "MVA"})
"""Units of what a customer's transformers have together."""
_COMMA = re.compile(r"(?P<whole>[+-]?\d+|[+-]?\d{1,3}(?:\.\d{3})+),(?P<part>\d+)")
_EITHER = re.compile(r"[+-]?\d{1,3},\d{3}")
_THREE = re.compile(r"[+-]?\d{1,3}\.\d{3}", re.ASCII)
_SEVERAL_DOTS = re.compile(r"[+-]?\d{1,3}(?:\.\d{3}){2,}", re.ASCII)
_DOTTED = re.compile(r"[+-]?\d{1,3}(?:(?:\.\d{3})+,\d+|(?:\.\d{3}){2,})", re.ASCII)


def figure(text: Any, unit: str = "") -> Any:
    """A number as a text that float() takes, in the field's unit; what is none stays as it is.

    Raises UnclearError for a unit that is not the field's and has no exact factor.
    """
    if type(text) is not str or _PLAIN.fullmatch(text):
        return text
    plain = unicodedata.normalize("NFKC", text).strip().lstrip("'’‘")
    plain = _GROUPED.sub(lambda found: found[0].replace(",", ""), plain)
    if unit and (found := _WITH_UNIT.fullmatch(plain)):
        return _in_unit(found["number"], found["unit"], unit)
    if unit in _SUMMED:
        terms = [_TERM.fullmatch(term.strip()) for term in plain.split("+")]
        if all(terms):
            return _shown(sum((_product(term, unit) for term in terms if term), Decimal(0)))
    return plain if _PLAIN.fullmatch(plain) else text


def highest_level(text: str) -> str:
    """The highest of several voltages in kV (110/10kV, 220/110/35), which names a station; empty for another text."""
    parts = re.split("[/、]", unicodedata.normalize("NFKC", text))
    try:
        levels = [str(figure(part.strip(), "kV")) for part in parts]
    except UnclearError:
        return ""
    return max(levels, key=Decimal) if len(levels) > 1 and all(map(_PLAIN.fullmatch, levels)) else ""


def _product(term: re.Match[str], unit: str) -> Decimal:
    each = Decimal(_in_unit(term["number"], term["unit"] or unit, unit))
    return each * int(term["count"] or 1) * int(term["again"] or 1)


def _in_unit(number: str, written: str, unit: str) -> str:
    named = UNIT_WORDS.get(written, written)
    if named.casefold() == unit.casefold():
        return number
    factor = next((by for (one, other), by in FACTORS.items() if (one, other) == (named, unit)), None)
    if factor is None:
        raise UnclearError(
            say("is in {written}, not in {unit}", written=named, unit=unit), say("Convert it, and write the number.")
        )
    return _shown(Decimal(number) * Decimal(factor))


def _shown(number: Decimal) -> str:
    return format(number.normalize(), "f")


class Marks(NamedTuple):
    """What the numbers of a column tell of their marks."""

    comma: bool = False
    """A comma is their decimal mark: 5,62 and 1.250,5, not 1,600."""
    grouped: bool = False
    """A dot is their mark of thousands: 1.250,5 and 1.250.000."""
    point: bool = False
    """A dot is their decimal mark: 5.62, not 1.250."""


def marks_of(texts: Iterable[str]) -> Marks:
    """What these numbers tell of their marks."""
    comma = grouped = point = False
    for text in texts:
        plain = text.strip() if "," in text or "." in text else ""
        comma = comma or bool(_COMMA.fullmatch(plain) and not _EITHER.fullmatch(plain))
        grouped = grouped or bool(_DOTTED.fullmatch(plain))
        point = point or bool(_PLAIN.fullmatch(plain) and "." in plain and not _THREE.fullmatch(plain))
    return Marks(comma, grouped, point)


def with_comma(parse: Callable[[str], Any], own: Marks, table: Marks) -> Callable[[str], Any]:
    """A parser of numbers whose decimal mark may be a comma, as a column and its table tell.

    Where none tells so, 1,600 is refused as two numbers; where one does, 1.250 is, but in a column whose own numbers
    have a decimal point and no comma (coordinates), or in a table that has marks of thousands: 1.250,5.
    """
    with_point = own.point and not own.comma and not own.grouped

    def read(text: str) -> Any:
        plain = text.strip()
        if not table.comma:
            if _EITHER.fullmatch(plain):
                raise _either()
            return parse(text)
        if found := _COMMA.fullmatch(plain):
            return parse(f"{found['whole'].replace('.', '')}.{found['part']}")
        if _SEVERAL_DOTS.fullmatch(plain):
            return parse(plain.replace(".", ""))
        if _THREE.fullmatch(plain) and not with_point:
            if not table.grouped or own.point:
                raise _either()
            return parse(plain.replace(".", ""))
        return parse(text)

    return read


def _either() -> UnclearError:
    return UnclearError(
        say("may be a number with decimals, or one of thousands"),
        say("Write it with a decimal point and without marks of thousands."),
    )
