"""References by name: who types a roster writes 张三, not the id of a person."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

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
Known = Callable[[str], Sequence[tuple[EntityKind, str]]]
"""Kinds and ids of what is called so in the graph already."""


class Names:
    """Names of the things of a load, and of what the graph holds."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._taken: dict[str, dict[str, EntityKind]] = {}

    def note(self, kind: EntityKind, ident: str, name: str) -> None:
        """Keep the name of a thing that was taken."""
        if name and kind in NAMED:
            self._taken.setdefault(name, {})[ident] = kind

    def called(self, name: str, allowed: Collection[EntityKind]) -> list[str]:
        """Ids of the things of these kinds that are called so."""
        found = {ident: kind for kind, ident in self._known(name)} | self._taken.get(name, {})
        return [ident for ident, kind in found.items() if kind in allowed]
