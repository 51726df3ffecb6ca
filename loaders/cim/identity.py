"""Which thing of the graph a file speaks of that defines none: by its id, which is its mRID, or by its rdf:ID.

A model whose mRIDs are not its rdf:IDs keeps the latter as `source_key`: other files of it refer by nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import UnionType

from schema.entity import Entity

Known = Callable[[str], Entity | None]
"""The entity of an id in the graph."""
Keyed = Callable[[str], Sequence[Entity]]
"""Entities of a `source_key` in the graph, however it is cased."""


def thing_of(known: Known, keyed: Keyed, kind: type[Entity] | UnionType, *names: str) -> Entity | None:
    """The entity of an identity, in whatever way its id is written; None where none of that kind, or several, has it.

    What has a `source_key` goes by that: its id may be another's rdf:ID.
    """
    by_id = next((found for each in dict.fromkeys(_ways(names)) if (found := known(each)) is not None), None)
    if by_id is not None and by_id.source_key is None:
        return by_id if isinstance(by_id, kind) else None
    keys = {name.casefold().removeprefix("_") for name in names}
    of_key = {each.id: each for key in keys for each in keyed(key) if isinstance(each, kind)}
    if of_key:
        return next(iter(of_key.values())) if len(of_key) == 1 else None
    return by_id if isinstance(by_id, kind) else None


def _ways(names: Sequence[str]) -> list[str]:
    return [way for name in names for each in (name, name.upper()) for way in (each, f"_{each}")]
