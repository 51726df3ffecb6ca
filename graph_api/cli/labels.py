"""Coded values in the language of now, and their colours."""

from __future__ import annotations

from collections.abc import Mapping

from schema.vocabulary import Term
from schema.words import Language, Sentence, current, say, text_of

STYLES = {
    "LOST": "bold red", "DEGRADED": "yellow", "NORMAL": "green", "NONE": "bold red", "SOME": "yellow", "ALL": "green",
}  # fmt: skip
"""Colour of a supply state, or of what is fed of the loads."""


STATES = {"LOST": say("lost"), "DEGRADED": say("degraded"), "NORMAL": say("normal")}
"""Supply states in a word."""
FAULT_INSIDE = say("fault inside the customer")
"""Stands for the supply state where the fault is the customer's own: all its supplies may be live."""
FED = {"NONE": say("no load fed"), "SOME": say("some loads fed"), "ALL": say("all loads fed")}
"""What the grid feeds, in a few words."""


def word(words: Mapping[str, Sentence], code: str) -> str:
    """A code in the words of a command; the code itself where this program is older than the answer."""
    return text_of(words[code]) if code in words else code


def label(vocabulary: type[Term], code: str) -> str:
    """What a coded value is called; the code itself where this program is older than the answer."""
    try:
        term = vocabulary.of(code)
    except ValueError:
        return code
    return term.zh if current() is Language.ZH else term.en
