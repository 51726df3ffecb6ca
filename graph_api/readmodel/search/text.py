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
_DIGIT = {char: str(digit) for digit, char in enumerate("〇一二三四五六七八九")}
_DIALLED = re.compile(r"\+?\d[\d\s\-–()./]*\d")
_GROUPED = re.compile(r"[^\d]")
_LEAST_DIALLED = 7
"""Digits from which on groups of digits are a telephone number and not several numbers."""
_NUMERAL = re.compile(f"[十{''.join(_DIGIT)}]+")
_TENS = re.compile("([一二三四五六七八九]?)十([一二三四五六七八九]?)")
_SEPARATORS = re.compile(r"[\W_]+")


@lru_cache(maxsize=16_384)
def _pinyin_of_run(run: str) -> tuple[str, str]:
    from pypinyin import Style, lazy_pinyin  # its tables take 0.15 s: only where a text is transliterated

    syllables = lazy_pinyin(run, style=Style.NORMAL)
    return "".join(syllables), "".join(syllable[0] for syllable in syllables if syllable)


def as_dialled(text: str) -> str:
    """A telephone number without the marks that people set it in groups by, and without what is dialled before it: it
    is kept as +8612900001250 and pasted as 129 0000 1250, 0571-8555 1234 or 0086 129...; any other text as it is."""
    plain = unicodedata.normalize("NFKC", text).strip()
    digits = _GROUPED.sub("", plain)
    return digits.lstrip("0") if _DIALLED.fullmatch(plain) and len(digits) >= _LEAST_DIALLED else text


def normalise(text: str) -> str:
    """One spelling for the ways people write a name.

    "10kV 城东线 #012 杆" and "10KV城东线十二号杆" both become "10kv城东线12杆".
    """
    return _joined(_NUMERAL.sub(_digits, _folded(text)))


def as_spoken(text: str) -> str:
    """The same spelling with Chinese numerals left as they are: what is read aloud, and has a pinyin."""
    return _joined(_folded(text))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().replace("千伏", "kv")


def _joined(text: str) -> str:
    text = _NUMBER_MARK.sub("", text)
    text = _LEADING_ZEROS.sub("", text)
    return _SEPARATORS.sub("", text)


def _digits(numeral: re.Match[str]) -> str:
    """A run of Chinese numerals as digits: 二 -> 2, 十二 -> 12, 二十 -> 20, 二〇三 -> 203.

    A 十 counts tens where it stands between at most one numeral on each side; else each character is a digit.
    """
    run = numeral.group()
    tens = _TENS.fullmatch(run)
    if tens is None:
        return "".join(_DIGIT.get(char, char) for char in run)
    return (_DIGIT[tens[1]] if tens[1] else "1") + (_DIGIT[tens[2]] if tens[2] else "0")


def words(text: str) -> list[tuple[str, str]]:
    """The words of a query, each of which must be found: normalised, and as it is spoken."""
    return [(word, as_spoken(part)) for part in text.split() if (word := normalise(part))]


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


def scattered(part: str, whole: str) -> int:
    """Length of the shortest stretch of `whole` that holds the characters of `part` in their order; 0 for none.

    "化工厂" stands in "临江化工二厂" over four characters.
    """
    shortest = 0
    for start in (at for at, char in enumerate(whole) if char == part[0]):
        end = start
        for char in part[1:]:
            end = whole.find(char, end + 1)
            if end < 0:
                return shortest
        length = end - start + 1
        shortest = min(shortest, length) if shortest else length
    return shortest


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


def likeness(text: str, key: str, least: float) -> float:
    """How many per cent of the text's letters a key holds in the right order; 0 below `least`."""
    from rapidfuzz.fuzz import partial_ratio  # 14 ms: only where texts are compared

    return partial_ratio(text, key, score_cutoff=least)


def load_tables() -> None:
    """Load what the first query would wait for: the tables of pinyin, and the comparison of texts."""
    pinyin("保电")
    likeness("baodian", "baodian", 0)
