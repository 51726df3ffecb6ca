"""Verbs of switching operations, a word list per utility: what a dispatcher says for opening and closing a device."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from schema.words.language import Language


@dataclass(frozen=True, slots=True)
class OperationWords:
    """A utility's verbs; `of_kind` has those for kinds of devices that it opens with another verb than the rest."""

    opens: str
    closes: str
    of_kind: Mapping[str, str] = field(default_factory=dict)

    def open(self, kind: str, language: Language) -> str:
        """The verb for opening a device of an entity kind."""
        return "Open" if language is Language.EN else self.of_kind.get(kind, self.opens)

    def close(self, language: Language) -> str:
        """The verb for closing a device."""
        return "Close" if language is Language.EN else self.closes


_BREAKS_LOAD = ("BREAKER", "RECLOSER", "LOAD_BREAK_SWITCH", "SWITCH_BAY")

WORD_LISTS: Mapping[str, OperationWords] = {
    "default": OperationWords("拉开", "合上"),
    "southern-grid": OperationWords("拉开", "合上", dict.fromkeys(_BREAKS_LOAD, "断开")),
}
"""By name. Southern Grid says 断开 of breakers and load switches, 拉开 of disconnectors and fuses alone."""

DEFAULT_WORDS = WORD_LISTS["default"]
