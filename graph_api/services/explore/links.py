"""What walks over relationships have in common: links, and how far one may ask."""

from __future__ import annotations

from dataclasses import dataclass

from graph_api.errors import InvalidInput
from graph_api.readmodel.things import Thing
from schema.relationships import RelationshipKind
from schema.words import say

MAX_HOPS = 40


@dataclass(frozen=True, slots=True)
class Link:
    """A relationship between two entities."""

    kind: RelationshipKind
    source: Thing
    target: Thing
    key: str


def in_range(name: str, value: int, most: int) -> None:
    """Raises InvalidInput unless 1 <= value <= most."""
    if not 1 <= value <= most:
        raise InvalidInput(
            say("{name} must be between 1 and {most}, but is {value}.", name=name, most=most, value=value),
            argument=name,
        )
