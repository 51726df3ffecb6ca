"""What is ready to be handed on: entities, and relationships between what one row made, which need not wait."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from loaders.tabular.ledger import HAVE_CONTACTS, LinkName, Links, Things
from loaders.tabular.made import Link
from loaders.tabular.row_entities import New
from schema.batch import GraphBatch
from schema.entity import Entity
from schema.registry import EntityKind
from schema.relationships import ENDS, Relationship, RelationshipKind

BATCH = 5_000
"""Records of one batch."""


_AT_ONCE = {kind: ENDS[kind] for kind in (RelationshipKind.HAS_SITE, RelationshipKind.CONNECTS)}


class Outgoing:
    """Takes what is ready, gives it in batches."""

    def __init__(self) -> None:
        self._batch = GraphBatch()

    def put(self, entities: Iterable[Entity]) -> None:
        """Entities that are taken."""
        self._batch.entities.extend(entities)

    def lead(self, things: Things, row: Sequence[Link], new: New, load: int, at: int) -> tuple[list[Link], list[Link]]:
        """Hand on what a thing leads to that its row (`at`) made for itself, where that was taken; given, left.

        Only what no other row can say, and what is never looked at again as a whole.
        """
        given: dict[LinkName, Link] = {}
        left: list[Link] = []
        for link in row:
            kind, source, target, key, _ = link
            ends = _AT_ONCE.get(kind)
            if (
                ends is None
                or things.kind(target) not in ends.targets
                or things.kind(source) not in ends.sources
                or not new.is_own(source)
            ):
                left.append(link)
            elif (name := link[:4]) not in given:
                given[name] = link
                self._batch.relationships.append(
                    Relationship(kind=kind, source=source, target=target, key=key, load=load, row=at)
                )
        return list(given.values()), left

    def tie(self, things: Things, links: Links, row: Sequence[Link], new: New, load: int, at: int) -> Sequence[Link]:
        """Hand on who has which contact where one row (`at`) made both: of a million such links none is kept; the rest.

        A row that makes several who may have it hands on nothing.
        """
        if EntityKind.CONTACT not in new.kinds or sum(map(HAVE_CONTACTS.__contains__, new.kinds)) != 1:
            return row
        kinds = dict(zip(new.entities, new.kinds, strict=True))
        left: list[Link] = []
        for link in row:
            kind, source, target, key, _ = link
            if (
                kind is not RelationshipKind.HAS_CONTACT
                or key
                or kinds.get(source) not in HAVE_CONTACTS
                or kinds.get(target) is not EntityKind.CONTACT
            ):
                left.append(link)
            elif link[:4] not in links and not things.is_tied(source, target):
                things.tie(target)
                tied = Relationship(kind=kind, source=source, target=target, key=key, load=load, row=at)
                self._batch.relationships.append(tied)
        return left

    @property
    def is_full(self) -> bool:
        """Whether enough waits for a batch."""
        return len(self._batch.entities) + len(self._batch.relationships) >= BATCH

    def full(self) -> Iterator[GraphBatch]:
        """A batch if enough waits."""
        return self.rest() if self.is_full else iter(())

    def rest(self) -> Iterator[GraphBatch]:
        """What waits, if anything does."""
        if len(self._batch):
            batch, self._batch = self._batch, GraphBatch()
            yield batch


def is_given(things: Things, link: LinkName) -> bool:
    """Whether a relationship was handed on already."""
    kind, source, target, key = link
    return kind is RelationshipKind.HAS_CONTACT and not key and things.is_tied(source, target)
