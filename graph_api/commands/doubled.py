"""The guard against doubles: lists without ids whose things another list has put in under ids of its own."""

from __future__ import annotations

from collections import Counter

from graph_api.commands.difference import Comparison
from graph_api.errors import InvalidInput
from schema.entity import Entity
from schema.people import compact
from schema.registry import KIND_OF, EntityKind
from schema.words import joined, say

SHARE = 0.5
"""A load that would double more than this share of the new things of a kind needs `force`."""
_CALLED = frozenset(
    {
        EntityKind.PERSON,
        EntityKind.TEAM,
        EntityKind.ORGANISATION,
        EntityKind.AREA,
        EntityKind.SUBSTATION,
        EntityKind.DISTRIBUTION_STATION,
        EntityKind.FEEDER,
        EntityKind.CUSTOMER,
    }
)
"""Kinds that people refer to by name: of two of one name no reference leads anywhere."""


class Doubles:
    """Counts what is new under an id made of its name while another system has a thing of that kind and name."""

    def __init__(self, comparison: Comparison, system: str) -> None:
        self._comparison = comparison
        self._system = system
        self._made: Counter[EntityKind] = Counter()
        self._twice: Counter[tuple[EntityKind, str]] = Counter()

    def note(self, entity: Entity) -> None:
        """Look whether a thing is new, and there by another id."""
        kind = KIND_OF[type(entity)]
        if kind not in _CALLED or not entity.id.startswith(f"{kind.value}:{self._system}:"):
            return
        if self._comparison.kind(entity.id) is None:
            self._made[kind] += 1
            if system := self._holder(kind, entity.name):
                self._twice[kind, system] += 1

    def _holder(self, kind: EntityKind, name: str) -> str:
        """The other system that has the one thing of a kind and name; empty for none, and where it has several."""
        same = [ident for other, ident in self._comparison.named(compact(name)) if other is kind]
        there = self._comparison.entity(same[0]) if len(same) == 1 else None
        return "" if there is None or compact(there.name) != compact(name) else self._comparison.system_of(there)

    def refusal(self) -> InvalidInput | None:
        """Why a load that doubles so much needs `force`; None if it does not."""
        many = {each: count for each, count in self._twice.items() if count > SHARE * self._made[each[0]]}
        if not many:
            return None
        system = Counter({system: many[kind, system] for kind, system in many}).most_common(1)[0][0]
        told = [
            say("{label} {zh}: {gone:,} of {size:,}", label=kind.label, zh=kind.zh, gone=count, size=self._made[kind])
            for (kind, _), count in many.items()
        ]
        return InvalidInput(
            say(
                "This load would put in once more what {system!r} has already ({kinds}), as it has no ids: a name "
                "would be of two things, and lead to neither. If it is a later edition of that list, load it with "
                "--system {system}; if it only repeats them, leave them out, or give their ids in a column id; if they "
                "are others of the same name, load with --force.",
                system=system,
                kinds=joined(told),
            ),
            kinds={kind.value: count for (kind, _), count in many.items()},
        )
