"""How texts are made comparable: one spelling per thing, pinyin and initials, and the grams that find them."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

HAN_RANGES = ((0x3400, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3134F))
"""Code points of Chinese characters, both ends included."""
START, END = "<", ">"
"""Stand before the first and after the last letter; no normalised text holds them."""

_CJK = "".join(f"{chr(low)}-{chr(high)}" for low, high in HAN_RANGES)
_HAN_RUN = re.compile(f"[{_CJK}]+")
_NUMBER_MARK = re.compile(r"[号#]+(?=\d)|(?<=\d)[号#]+")
_LEADING_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")
_VOLTAGE = re.compile(r"^\d+kv(?=.)")
_SEPARATORS = re.compile(r"[\W_]+")


@lru_cache(maxsize=16_384)
def _pinyin_of_run(run: str) -> tuple[str, str]:
    from pypinyin import Style, lazy_pinyin  # its tables take 0.15 s: only where a text is transliterated

    syllables = lazy_pinyin(run, style=Style.NORMAL)
    return "".join(syllables), "".join(syllable[0] for syllable in syllables if syllable)


def normalise(text: str) -> str:
    """One spelling for the ways people write a name.

    "10kV 城东线 #012 杆" and "10KV城东线12号杆" both become "10kv城东线12杆".
    """
    text = unicodedata.normalize("NFKC", text).casefold()
    text = _NUMBER_MARK.sub("", text)
    text = _LEADING_ZEROS.sub("", text)
    return _SEPARATORS.sub("", text)


def words(text: str) -> list[str]:
    """The normalised words of a query; each of them must be found."""
    return [word for part in text.split() if (word := normalise(part))]


def has_han(text: str) -> bool:
    """Whether the text holds a Chinese character."""
    return _HAN_RUN.search(text) is not None


def pinyin(normalised: str) -> tuple[str, str]:
    """Full pinyin and initials of a normalised text; what is not Chinese stays as it is.

    "10kv滨江线" -> ("10kvbinjiangxian", "10kvbjx").
    """
    full = _HAN_RUN.sub(lambda run: _pinyin_of_run(run.group())[0], normalised)
    initials = _HAN_RUN.sub(lambda run: _pinyin_of_run(run.group())[1], normalised)
    return full, initials


def grams(normalised: str) -> set[str]:
    """Pieces that find a text: each Chinese character alone, and each pair of neighbours.

    "滨江1" -> {"滨", "江", "滨江", "江1"}; a text of one letter is its own gram.
    """
    if len(normalised) == 1:
        return {normalised}
    pairs = {normalised[at : at + 2] for at in range(len(normalised) - 1)}
    return pairs.union(*_HAN_RUN.findall(normalised))


def ends(normalised: str) -> set[str]:
    """Grams of the first and the last letter, so that a whole text is found before one that only holds it."""
    return {START + normalised[0], normalised[-1] + END} if normalised else set()


def without_voltage(normalised: str) -> str:
    """A line's name without the voltage that it is written with: "10kv滨江线" -> "滨江线"."""
    return _VOLTAGE.sub("", normalised)
