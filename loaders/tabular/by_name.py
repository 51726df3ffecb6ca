"""References by name: who types a roster writes 张三, not the id of a person."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from schema.registry import EntityKind

NAMED = frozenset(
    {
        EntityKind.PERSON,
        EntityKind.TEAM,
        EntityKind.ORGANISATION,
        EntityKind.AREA,
        EntityKind.SUBSTATION,
        EntityKind.DISTRIBUTION_STATION,
        EntityKind.FEEDER,
        EntityKind.BUSBAR_SECTION,
        EntityKind.ENERGY_SOURCE,
    }
)
"""Kinds that are referred to by name: few of each, and called by it every day."""
_HAN = re.compile(r"[\u3400-\u9fff]")
_BLANKS = re.compile(r"\s+")
Known = Callable[[str], Sequence[tuple[EntityKind, str]]]
"""Kinds and ids of what is called so in the graph already."""


class Lost(NamedTuple):
    """A thing whose row was rejected: it has its name all the same, and stands in these teams, by id or name."""

    kind: EntityKind
    ident: str
    name: str
    teams: tuple[str, ...] = ()


def compact(name: str) -> str:
    """A name as names are compared: a Chinese one without the blanks that set it in columns (李　伟 is 李伟)."""
    text = unicodedata.normalize("NFKC", name).strip()
    return _BLANKS.sub("", text) if _HAN.search(text) else text


class Names:
    """Names of the things of a load, rejected ones too, and of what the graph holds."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._taken: dict[str, dict[str, EntityKind]] = {}
        self._teams: dict[str, tuple[str, ...]] = {}

    def note(self, kind: EntityKind, ident: str, name: str) -> None:
        """Keep the name of a thing that was taken."""
        if name and kind in NAMED:
            self._taken.setdefault(compact(name), {})[ident] = kind

    def note_lost(self, lost: Lost) -> None:
        """Keep the name of a thing whose row was rejected: who is called so is not the only one."""
        self.note(lost.kind, lost.ident, lost.name)
        self._teams.setdefault(lost.ident, lost.teams)

    def teams_of_lost(self) -> Mapping[str, Iterable[str]]:
        """Teams that rejected rows name, by the id of their thing."""
        return self._teams

    def called(self, name: str, allowed: Collection[EntityKind]) -> list[str]:
        """Ids of the things of these kinds that are called so."""
        known = (pair for written in {name, compact(name)} for pair in self._known(written))
        found = {ident: kind for kind, ident in known} | self._taken.get(compact(name), {})
        return [ident for ident, kind in found.items() if kind in allowed]
