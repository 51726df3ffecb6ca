"""Characters that nobody sees (看不见的字符): what Unicode shows as nothing, which makes a text look like another.

Files lose them on the way in, and are told; over the API whoever sends one is told which. So none comes into the graph
by either door. What joins or parts letters (U+200C, U+200D) belongs to some scripts and to emoji, and stays in texts
between letters of those; between Chinese or Latin ones it does nothing, and is one of them.
"""

from __future__ import annotations

import re
import unicodedata

_IGNORABLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""Default_Ignorable_Code_Point of Unicode (DerivedCoreProperties.txt) but for the joiners, and marks of annotation."""
_CONTROL = "\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f"
"""Control characters that end no line: escapes of terminals, bells."""
_PLAIN = "\u0000-\u02af\u2000-\u206f\u2e80-\ua4cf\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
"""Scripts whose letters nothing joins: Latin, Chinese, Japanese, Korean; and punctuation."""
_JOINER = "[\u200c\u200d]"
_UNSEEN = re.compile(f"[{_IGNORABLE}{_CONTROL}]|(?<![^{_PLAIN}]){_JOINER}|{_JOINER}(?![^{_PLAIN}])")
_UNSEEN_IN_ID = re.compile(f"[{_IGNORABLE}]|{_JOINER}")


_COMMON = re.compile("[!-&(-~\u4e00-\u9fa5]+")


def is_common(text: str) -> bool:
    """Whether a text is letters, digits and signs of ASCII and common Chinese characters alone, as nearly all are.

    It is the same in every normal form, has no blank, no apostrophe of a spreadsheet, and nothing that nobody sees.
    """
    return _COMMON.fullmatch(text) is not None


def without_unseen(text: str) -> str:
    """A text without them."""
    return text if is_common(text) or (text.isascii() and text.isprintable()) else _UNSEEN.sub("", text)


def is_unseen(char: str) -> bool:
    """Whether a character has no place in an id: joiners and other marks of format, too."""
    return _UNSEEN_IN_ID.match(char) is not None or unicodedata.category(char) == "Cf"


def has_unseen(text: str) -> bool:
    """Whether any of an id's has none."""
    return not text.isascii() and (
        _UNSEEN_IN_ID.search(text) is not None
        or (not text.isprintable() and any(unicodedata.category(char) == "Cf" for char in text))
    )


def first_unseen(text: str, *, joiners: bool = False) -> str:
    """The first of them as U+202E, or an empty text; `joiners` = those that join or part letters count, too, as in an
    id."""
    if text.isascii() and text.isprintable():
        return ""
    if joiners:
        return next((_called(char) for char in text if is_unseen(char)), "") if has_unseen(text) else ""
    found = _UNSEEN.search(text)
    return "" if found is None else _called(found[0])


def escaped(text: str) -> str:
    """A text that a message repeats, with whatever cannot be seen or ends the line written as \\u202e."""
    if text.isprintable() and not has_unseen(text):
        return text
    return "".join(char if _is_shown(char) else _escape(ord(char)) for char in text)


def _is_shown(char: str) -> bool:
    return char == "\u3000" or (char.isprintable() and not is_unseen(char))


def _called(char: str) -> str:
    return f"U+{ord(char):04X}"


def _escape(point: int) -> str:
    return f"\\u{point:04x}" if point <= 0xFFFF else f"\\U{point:08x}"
