"""Personal texts (文字中的号码): what of a text that somebody wrote may be a number or a mailbox.

One rule for what is hidden in notes and what no title may hold, so that nothing passes the one and not the other.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

MASK: Final = "****"
_A_DAY = r"(?:19|20)\d\d[-./]\d{1,2}[-./]\d{1,2}(?!\d)"
_DAY = rf"(?P<day>(?<!\d){_A_DAY})"
_MAILBOX = r"(?:[\x21-\x3f\x41-\x7e]+|[^\x00-\x7f]+)@[^\s@]+"
_GROUPS = r"(?<!\d)1(?:\d\d[\W_]{1,2}\d{4}[\W_]{1,2}|[3-9]\d\D{1,2}\d{4}\D{1,2})\d{4}(?!\d)"
"""A mobile's number in its groups of 3, 4 and 4, with any signs or letters between them."""
_LETTERED = r"(?<!\d)1[A-Za-z]?[3-9](?:[A-Za-z]?\d){9}(?!\d)"
"""A mobile's number with a letter between its digits, here and there."""
_NUMBER = rf"\+?\d(?:(?!\s+{_A_DAY})[\s.()x-]*\d){{6,}}"
"""Seven digits and more with what people write between them; a day after a blank begins something else."""
_MAY_BE_PERSONAL = re.compile(f"{_DAY}|{_MAILBOX}|{_GROUPS}|{_LETTERED}|{_NUMBER}")
_MAY_BE_NUMBER = re.compile(f"{_DAY}|{_GROUPS}|{_LETTERED}|{_NUMBER}")
_NUMERALS: Final = "〇零一二三四五六七八九幺"
_AS_DIGITS: Final = str.maketrans(_NUMERALS, "001234567891")
_SPOKEN = re.compile(rf"[{_NUMERALS}\d](?:[\s.()x、，-]*[{_NUMERALS}\d]){{6,}}")
"""Seven numerals and more, Chinese ones or digits, one behind the other."""
_LEAST_SPOKEN = 3
_LOOKALIKES: Final = str.maketrans("OolI", "0011")
_LOOKING = re.compile(r"(?<![A-Za-z\d])[\dOolI](?:[\s.()-]?[\dOolI]){6,}(?![A-Za-z\d])")
"""The same of digits and letters that look like 0 and 1."""
_LEAST_DIGITS = 5
_MOBILE = re.compile(r"(?<!\d)1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}(?!\d)")
_MOST_BEFORE = 6
"""Digits that are no number by themselves, as those of a clock or a feeder that a number follows."""


def may_be_personal(text: str) -> bool:
    """Whether something of it may be a number or mailbox."""
    return without_personal(text) != text


def without_personal(text: str) -> str:
    """A free text in which whatever may be a number or mailbox is hidden, however it is written."""
    plain = unicodedata.normalize("NFKC", text)
    digits = _in_digits(plain)
    may_be = _MAY_BE_PERSONAL if "@" in plain else _MAY_BE_NUMBER
    shown, at = list[str](), 0
    for found in may_be.finditer(digits):
        before = len(found[0]) if found["day"] else _shown(found[0])
        shown += [plain[at : found.start() + before], "" if found["day"] else MASK]
        at = found.end()
    hidden = "".join((*shown, plain[at:]))
    return text if hidden == plain else hidden


def _in_digits(plain: str) -> str:
    """The text with digits for numerals and letters that are read as a number; as long as it was."""
    spoken = _SPOKEN.sub(_numerals, plain) if not plain.isascii() else plain
    return _LOOKING.sub(_lookalikes, spoken)


def _numerals(found: re.Match[str]) -> str:
    count = sum(found[0].count(each) for each in _NUMERALS)
    return found[0].translate(_AS_DIGITS) if count >= _LEAST_SPOKEN else found[0]


def _lookalikes(found: re.Match[str]) -> str:
    return found[0].translate(_LOOKALIKES) if sum(map(str.isdigit, found[0])) >= _LEAST_DIGITS else found[0]


def _shown(run: str) -> int:
    """How much of a run of digits is shown: of one that ends with a mobile's number, the few digits before."""
    mobile = _MOBILE.search(run)
    before = run[: mobile.start()] if mobile is not None and mobile.end() == len(run) else ""
    is_short = sum(map(str.isdigit, before)) <= _MOST_BEFORE and before.endswith((" ", "\n", "\t", "."))
    return len(before) if is_short and "+" not in before and "(" not in before else 0
