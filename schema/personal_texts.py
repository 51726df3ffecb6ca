"""Personal texts (文字中的号码): what of a text that somebody wrote may be a number or a mailbox.

One rule for what is hidden in notes and what no title may hold, so that nothing passes the one and not the other.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

MASK: Final = "****"
_DAY = r"(?P<day>(?<!\d)(?:19|20)\d\d[-./]\d{1,2}[-./]\d{1,2}(?!\d))"
_MAILBOX = r"(?:[\x21-\x3f\x41-\x7e]+|[^\x00-\x7f]+)@[^\s@]+"
_GROUPS = r"(?<!\d)1\d\d[\W_]{1,2}\d{4}[\W_]{1,2}\d{4}(?!\d)"
"""A mobile's number in its groups of 3, 4 and 4, with any signs between them."""
_NUMBER = r"\+?\d(?:[\s.()x-]*\d){6,}"
"""Seven digits and more with what people write between them."""
_MAY_BE_PERSONAL = re.compile(f"{_DAY}|{_MAILBOX}|{_GROUPS}|{_NUMBER}")
_MAY_BE_NUMBER = re.compile(f"{_DAY}|{_GROUPS}|{_NUMBER}")
_MOBILE = re.compile(r"(?<!\d)1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}(?!\d)")
_MOST_BEFORE = 6
"""Digits that are no number by themselves, as those of a clock or a feeder that a number follows."""


def may_be_personal(text: str) -> bool:
    """Whether something of it may be a number or mailbox."""
    return without_personal(text) != text


def without_personal(text: str) -> str:
    """A free text in which whatever may be a number or mailbox is hidden, however it is written."""
    plain = unicodedata.normalize("NFKC", text)
    may_be = _MAY_BE_PERSONAL if "@" in plain else _MAY_BE_NUMBER
    hidden = may_be.sub(lambda found: found["day"] or _hidden(found[0]), plain)
    return text if hidden == plain else hidden


def _hidden(run: str) -> str:
    """What stands for a run of digits: of one that ends with a mobile's number, the few digits before are shown."""
    mobile = _MOBILE.search(run)
    before = run[: mobile.start()] if mobile is not None and mobile.end() == len(run) else ""
    is_short = sum(map(str.isdigit, before)) <= _MOST_BEFORE and before.endswith((" ", "\n", "\t", "."))
    return f"{before}{MASK}" if is_short and "+" not in before and "(" not in before else MASK
