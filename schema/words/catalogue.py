"""Reads the catalogue of Chinese sentences: the part of the PO format that it uses (msgid, msgid_plural, msgstr)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

CATALOGUE = "zh.po"


@dataclass(slots=True)
class Entry:
    """One row: the English (one, and many where it counts), the Chinese, and the line it starts at."""

    line: int
    texts: dict[str, str] = field(default_factory=dict)

    @property
    def template(self) -> str:
        """English, for one."""
        return self.texts.get("msgid", "")

    @property
    def many(self) -> str:
        """English for many; empty where the sentence does not count."""
        return self.texts.get("msgid_plural", "")

    @property
    def chinese(self) -> str:
        """Chinese, which has one form."""
        return self.texts.get("msgstr[0]", self.texts.get("msgstr", ""))


def entries(text: str) -> list[Entry]:
    """The rows of a PO file, its header left out; ValueError at a line that is none of that format."""
    found: list[Entry] = []
    keyword = ""
    for number, line in enumerate(map(str.strip, text.splitlines()), 1):
        if not line or line.startswith("#"):
            continue
        if not line.startswith('"'):
            keyword, _, line = line.partition(" ")
            if keyword == "msgid":
                found.append(Entry(number))
        if not found or keyword not in ("msgid", "msgid_plural", "msgstr", "msgstr[0]") or not line.startswith('"'):
            raise ValueError(f"line {number} of {CATALOGUE} is no row of a catalogue: {line}")
        texts = found[-1].texts
        texts[keyword] = texts.get(keyword, "") + json.loads(line)
    return [entry for entry in found if entry.template]


def catalogue() -> list[Entry]:
    """The rows of the catalogue that is installed."""
    return entries(files(__package__).joinpath(CATALOGUE).read_text("utf-8"))


@cache
def chinese() -> dict[str, str]:
    """Chinese by English template; read once, when the first Chinese text is asked for."""
    return {entry.template: entry.chinese for entry in catalogue() if entry.chinese}


def described(term: str, english: str) -> str:
    """A description in both languages: "term: 中文句子。 English sentence.", the Chinese where the catalogue has it."""
    return " ".join(filter(None, (f"{term}:", chinese().get(english, ""), english)))
