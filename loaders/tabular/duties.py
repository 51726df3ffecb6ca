"""Rosters and duties that name nobody: refused, as a shift without people reaches no one."""

from __future__ import annotations

from loaders.tabular.columns import Columns
from schema.errors import LoadError
from schema.registry import EntityKind
from schema.relationships import HEADINGS, RelationshipKind
from schema.words import say

_PEOPLE = {
    EntityKind.SHIFT: (RelationshipKind.WORKED_BY, RelationshipKind.OF_TEAM),
    EntityKind.ASSIGNMENT: (RelationshipKind.HELD_BY, RelationshipKind.OF_TEAM),
}
"""What says who has it, by kind."""
_SHOWN = 20


def check_people(label: str, kind: EntityKind, columns: Columns) -> None:
    """Raise LoadError for a list of shifts or duties of which no column says whose they are, but some are not read."""
    told = _PEOPLE.get(kind, ())
    if not told or any(link.kind in told for link in columns.links) or not columns.unknown:
        return
    raise LoadError(
        say(
            "{label}: no column says who has the {kind} ({term}), so nothing of it could be used. Not read are: "
            "{unread}. Call the column of the people {heads}.",
            label=label,
            kind=kind.label,
            term=kind.zh,
            unread=", ".join(columns.unknown[:_SHOWN]),
            heads=" / ".join(HEADINGS[link] for link in told),
        )
    )
