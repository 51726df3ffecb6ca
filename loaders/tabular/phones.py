"""Telephone numbers as people write them, as contacts keep them (docs/mapping.md, Telephone numbers)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

from loaders.tabular.writing import SAY_COUNTRY, UnclearError, UnsaidError
from schema.people import E164
from schema.vocabulary import ContactType
from schema.words import say

_SEVERAL = re.compile(r"[/,|、\n]|;(?!\s*ext\s*=)|或|和", re.IGNORECASE)
_EXTENSION = re.compile(
    r"\s*(?:[(]?\s*(?:转|分机号?|;?\s*ext\.?|#|-转)\s*[:.=]?\s*(?P<number>\d{1,8})\s*[)]?)", re.IGNORECASE
)
_RUN = re.compile(r"[+(]?\d(?:[\d\s().\-‐-―−]*\d)?|[(]\d+[)][\d\s().\-‐-―−]*\d")
_NOT_DIALLED = re.compile(r"[\s().\-‐-―−]")
_MOBILE_CN = re.compile(r"1[2-9]\d{9}")
_LANDLINE_CN = re.compile(r"(?:10|2\d)\d{8}|[3-9]\d{2}\d{7,8}")
_BEHIND = re.compile(r"(?P<outer>(?:0\d{2,3}|[(]0\d{2,3}[)])\s?[-‐-―−]?\s?\d{7,8})[-‐-―−](?P<inner>\d{1,5})")
"""An extension behind a landline with nothing but a hyphen: 025-84000008-801."""
_SERVICE_CN = re.compile(r"[48]00\d{7}")
_SHORT = range(3, 7)
_LOCAL = (7, 8)
_LEAST = 3
_LOOKS = re.compile(
    r"(?:[+]?86[\s-]?)?(?:1[2-9]\d[\s-]?\d{4}[\s-]?\d{4}|[(]?0\d{2,3}[)]?[\s-]?\d{7,8})(?:\D.*)?|[+]\d{8,15}"
)
_AREA = re.compile(r"[(]?0\d{2,3}[)\s.\-‐-―−]")
"""An area code that something else stands behind."""
_ONE = re.compile(r"\+?\d[\d-]*", re.ASCII)
"""One number for sure."""
_WHOLE = re.compile(r"\+?\d+|0\d{2,3}-\d{7,8}", re.ASCII)
"""One number and nothing else, as most are written."""
_ROUNDED = re.compile(r"\d(?:\.\d+)?[eE]\+?\d+")
_URI = re.compile(r"\btel:\s*(?=[+\d])", re.IGNORECASE)
"""How RFC 3966 begins a number; behind it `;ext=` is the extension, as contacts keep it and exports write it."""
_DIGIT = re.compile(r"\d")
_ACCOUNT = re.compile(r"(?:微信号?|wechat|wx|qq号?|钉钉号?)\s*[:：]?\s*(?!1\d{10}$)[\w.-]+", re.IGNORECASE)
"""The name or number of somebody at a messenger, which nobody dials."""
_NOTE = " \t:：()（）-,.，。、"


_OF_ONE_NUMBER = frozenset({ContactType.MOBILE, ContactType.LANDLINE})
"""Types that the number itself tells, whatever column it stands in."""


class Dialled(NamedTuple):
    """One way to reach somebody: its value, its type where the writing tells it, what else stood in the cell."""

    value: str
    contact_type: ContactType | None
    note: str = ""


def dialled(text: str, given: ContactType | None, country: str) -> list[Dialled]:
    """The numbers that a cell holds, at least one. Raises UnclearError for a cell with anything that is none.

    `country` (two letters, "" = not said) is whose numbers those without a calling code are.
    """
    if given is not ContactType.EMAIL and _WHOLE.fullmatch(text):
        return [Dialled(*_number(text, given, country))]
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    if not plain.isprintable():
        plain = "".join(c for c in plain if unicodedata.category(c) != "Cf")
    plain = _URI.sub("", plain.strip())
    if "@" in plain:
        if given not in (None, ContactType.EMAIL):
            raise UnclearError(
                say("is an e-mail address, not a telephone number"), say("Set its type to EMAIL (电子邮件).")
            )
        return [Dialled(plain, ContactType.EMAIL)]
    if given is ContactType.EMAIL:
        raise UnclearError(say("is not an e-mail address"), say("Correct the address, or the type of the contact."))
    if _ROUNDED.fullmatch(plain):
        raise UnclearError(
            say("is a number that the spreadsheet has rounded: its last digits are lost"),
            say("Store it as text: format the column as text (@) before the numbers are entered or pasted."),
        )
    parts = [part for part in _parts(plain) if part.strip(_NOTE)]
    given = None if given is ContactType.MOBILE and len(parts) > 1 else given
    remarks = [part.strip(_NOTE) for part in parts if _is_remark(part)]
    found = [_one(part, given, country) for part in parts if not _is_remark(part)]
    if not found:
        raise _none()
    last = found.pop()
    return [*found, last._replace(note="; ".join(filter(None, (last.note, *remarks))))] if remarks else [*found, last]


def are_numbers(cells: Iterable[str]) -> bool:
    """Whether most of the cells that hold something hold telephone numbers: whole ones, as no id looks."""
    told = [bool(_LOOKS.fullmatch(unicodedata.normalize("NFKC", cell).strip())) for cell in cells if cell.strip()]
    return sum(told) * 2 > len(told)


def first_digits(text: str) -> str:
    """The digits of the first number of a cell, without an extension; empty for none."""
    part = next(iter(_parts(unicodedata.normalize("NFKC", text).strip())), "")
    return "".join(filter(str.isdecimal, _EXTENSION.sub("", part)))


def _parts(plain: str) -> list[str]:
    if _ONE.fullmatch(plain):
        return [plain]
    parts = [part for part in _SEVERAL.split(plain) if part.strip()]
    if len(parts) == 1:
        words = plain.split()
        # two whole numbers with a blank between them
        if len(words) > 1 and all(len(re.sub(r"\D", "", word)) >= 11 and _RUN.fullmatch(word) for word in words):
            return words
    return parts


def _is_remark(part: str) -> bool:
    """Whether a part says something of the number before it: 微信同号, 见值班表, 微信: wx_2031."""
    return not _DIGIT.search(part) or _ACCOUNT.fullmatch(part.strip()) is not None


def _one(part: str, given: ContactType | None, country: str) -> Dialled:
    extension = _EXTENSION.search(part)
    rest = part if extension is None else part[: extension.start()] + part[extension.end() :]
    runs = [run for run in _RUN.findall(rest) if run.strip("() ")]
    if len(runs) != 1:
        raise _none()
    note = " ".join(piece.strip(_NOTE) for piece in rest.split(runs[0], 1) if piece.strip(_NOTE))
    behind = _BEHIND.fullmatch(runs[0].strip()) if extension is None and country == "CN" else None
    inner = extension["number"] if extension else behind["inner"] if behind else ""
    number, told = _number(behind["outer"] if behind else runs[0], given, country, inner)
    return Dialled(number + (f";ext={inner}" if inner else ""), told, note)


def _number(run: str, given: ContactType | None, country: str, inner: str = "") -> tuple[str, ContactType | None]:
    digits = _NOT_DIALLED.sub("", run)
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    if digits.startswith("+"):
        digits = "+86" + digits[4:] if digits.startswith("+860") else digits
        if not E164.fullmatch(digits):
            raise _none()
        return digits, given or _type_of(digits)
    if _is_cut_off(run, digits, given):
        raise _miscounted()
    if len(digits) in _SHORT and given is ContactType.MOBILE and not inner:
        raise UnclearError(
            say("is too short for a mobile number"),
            say("Correct it, or set its type to SHORT_NUMBER (短号) if it is dialled as it is."),
        )
    if len(digits) in _SHORT or given is ContactType.SHORT_NUMBER:
        return digits, ContactType.SHORT_NUMBER
    if not country:
        raise UnsaidError(
            say("is a telephone number without its country"),
            SAY_COUNTRY,
        )
    value = _chinese(digits) if country == "CN" else _elsewhere(digits, country)
    told = _type_of(value)
    return value, told if told is not None and given in _OF_ONE_NUMBER else given or told


def _is_cut_off(run: str, digits: str, given: ContactType | None) -> bool:
    """Whether a number that is too short begins with an area code, or is of a mobile and no short number either."""
    if len(digits) not in _SHORT and len(digits) not in _LOCAL:
        return False
    if _AREA.match(run):
        return True
    if given is ContactType.SHORT_NUMBER:
        return False
    return len(digits) in _SHORT and (digits.startswith("0") or (given is ContactType.MOBILE and len(digits) == _LEAST))


def _chinese(digits: str) -> str:
    """A number of China: mobile, area code with 0 and 7 or 8 digits, 400 and 800; with 86 before it or not."""
    if len(digits) in _LOCAL and not digits.startswith("0"):
        raise UnclearError(
            say("is a telephone number without its area code"), say("Write it with its area code, as 025-84000006.")
        )
    for rest in (digits, digits.removeprefix("86")):
        national = rest.removeprefix("0")
        if _MOBILE_CN.fullmatch(national) or _SERVICE_CN.fullmatch(rest):
            return f"+86{national}"
        if _LANDLINE_CN.fullmatch(national) and (rest != national or rest != digits):
            return f"+86{national}"
    raise _miscounted()


def _elsewhere(digits: str, country: str) -> str:
    import phonenumbers  # what only tables with telephone numbers have to wait for

    try:
        number = phonenumbers.parse(digits, country)
    except phonenumbers.NumberParseException:
        raise _none() from None
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        raise _miscounted()
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _type_of(value: str) -> ContactType | None:
    if not value.startswith("+86"):
        return None
    return ContactType.MOBILE if _MOBILE_CN.fullmatch(value[3:]) else ContactType.LANDLINE


def _miscounted() -> UnclearError:
    return UnclearError(
        say("has too few or too many digits for a telephone number"), say("Count its digits, and correct it.")
    )


def _none() -> UnclearError:
    return UnclearError(
        say("is no telephone number that can be read"), say("Write one number, as +8613912345678 or 025-84000006.")
    )
