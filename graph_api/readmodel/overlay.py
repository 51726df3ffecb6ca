"""Overlay: what differs from the columns of a snapshot. Small, copied per commit; the columns never are.

Links of a touched entity stand here whole, per kind and direction, in the order in which they are answered.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple, Protocol

from graph_api.errors import DanglingRelationship
from graph_api.readmodel.building import Row
from graph_api.readmodel.columns import LINK_CODE, Base, Links
from graph_api.readmodel.numbers import Index
from schema.codec import decode
from schema.entity import Entity
from schema.numbers import Revision, Version
from schema.positions import PositionReport, ReportKey
from schema.registry import KINDS, EntityKind
from schema.relationships import Relationship, RelationshipKey
from schema.words import say

_DIRECTIONS = 2
_CODES = 512
"""Room for codes of (kind, direction) in the number that stands for an entity's links of one kind and direction."""


class Delta(Protocol):
    """What one commit changed, as the store's change feed tells it: post-images, never differences."""

    @property
    def revision(self) -> Revision:
        """Revision that the commit made."""

    @property
    def at(self) -> datetime:
        """When it was made."""

    @property
    def entities(self) -> Sequence[Row]:
        """Entities as they are now."""

    @property
    def relationships(self) -> Sequence[Relationship]:
        """Relationships as they are now."""

    @property
    def delete_entities(self) -> Sequence[str]:
        """Ids that are no more; their relationships go with them."""

    @property
    def delete_relationships(self) -> Sequence[RelationshipKey]:
        """Relationships that are no more."""

    @property
    def reports(self) -> Sequence[PositionReport]:
        """Position reports that were put."""

    @property
    def delete_reports(self) -> Sequence[ReportKey]:
        """Position reports that are no more."""


class Changed(NamedTuple):
    """An entity that is new or differs from the columns."""

    id: str
    kind: EntityKind
    version: Version
    body: bytes
    entity: Entity


@dataclass(frozen=True, slots=True)
class Overlay:
    """Differences from a base. Treated as immutable: `Draft` makes the next one."""

    size: int
    """One more than the highest index."""
    entity_count: int
    relationship_count: int
    rows: dict[int, Changed | None] = field(default_factory=dict)
    """Entities that were put; None = deleted. What is put after it was deleted gets a new number."""
    numbers: dict[str, Index] = field(default_factory=dict)
    """Indexes of ids that the base does not know, or knows as deleted."""
    links: dict[int, Links] = field(default_factory=dict)
    """By `place`."""

    def __len__(self) -> int:
        """Number of differences: what a merge would take over."""
        return len(self.rows) + len(self.links)

    def codes(self, base: Base, index: int, *, outgoing: bool) -> list[int]:
        """Codes of the kinds of relationships that an entity may have in one direction, ascending."""
        known = base.link_codes(index, outgoing=outgoing) if index < base.size else []
        if not self.links:
            return known
        changed = (code for code in range(len(LINK_CODE)) if place(index, code, outgoing=outgoing) in self.links)
        return sorted({*known, *changed})

    def held(self, base: Base, index: int, code: int, *, outgoing: bool) -> Links:
        """An entity's links of one kind and direction. Not to be changed."""
        held = self.links.get(place(index, code, outgoing=outgoing))
        if held is not None:
            return held
        return base.links(index, code, outgoing=outgoing) if index < base.size else Links([], [], [])


def place(index: int, code: int, *, outgoing: bool) -> int:
    """Number that stands for an entity's links of one kind (code) and direction."""
    return index * _CODES + code * _DIRECTIONS + outgoing


def placed(number: int) -> tuple[int, int, bool]:
    """Index, kind code and direction behind a place."""
    index, code = divmod(number, _CODES)
    return index, code // _DIRECTIONS, bool(code % _DIRECTIONS)


class Draft:
    """The next overlay while one commit is taken in."""

    def __init__(self, base: Base, overlay: Overlay) -> None:
        self._base = base
        self._overlay = replace(
            overlay, rows=dict(overlay.rows), numbers=dict(overlay.numbers), links=dict(overlay.links)
        )
        self._rows, self._numbers = self._overlay.rows, self._overlay.numbers
        self._own: set[int] = set()
        self._size = overlay.size
        self._entity_count, self._relationship_count = overlay.entity_count, overlay.relationship_count
        self.changed: set[int] = set()
        """Entities that were put or deleted, or whose relationships changed."""
        self.kinds: set[EntityKind] = set()
        """Kinds that gained or lost an entity."""

    def take(self, delta: Delta) -> Overlay:
        """Take a commit in: deletes first, then entities, then relationships. Raises DanglingRelationship."""
        for entity_id in delta.delete_entities:
            self._delete(entity_id)
        for key in delta.delete_relationships:
            self._unlink(key)
        for row in delta.entities:
            self._put(*row)
        for link in delta.relationships:
            self._link(link)
        return replace(
            self._overlay,
            size=self._size,
            entity_count=self._entity_count,
            relationship_count=self._relationship_count,
        )

    def _number(self, entity_id: str) -> Index | None:
        """Index of an entity that is there."""
        index = self._numbers.get(entity_id)
        if index is None:
            index = self._base.find(entity_id)
            if index in self._rows and self._rows[index] is None:
                return None
        return index

    def _kind(self, index: int) -> EntityKind:
        row = self._rows.get(index)
        return KINDS[self._base.kind_code(index)] if row is None else row.kind

    def _id(self, index: int) -> str:
        row = self._rows.get(index)
        return self._base.id(index) if row is None else row.id

    def _put(self, entity_id: str, kind: EntityKind, version: Version, body: bytes) -> None:
        index = self._number(entity_id)
        if index is None:
            index = self._numbers[entity_id] = Index(self._size)
            self._size += 1
            self._entity_count += 1
            self.kinds.add(kind)
        elif (before := self._kind(index)) is not kind:
            self.kinds |= {before, kind}
        self._rows[index] = Changed(entity_id, kind, version, body, decode(kind, body))
        self.changed.add(index)

    def _delete(self, entity_id: str) -> None:
        index = self._number(entity_id)
        if index is None:
            return
        for outgoing in (True, False):
            for code in self._overlay.codes(self._base, index, outgoing=outgoing):
                links = self._links_of(index, code, outgoing=outgoing)
                for other, key in list(zip(links.others, links.keys, strict=True)):
                    ends = (index, other) if outgoing else (other, index)
                    self._cut(code, *ends, key)
        self.kinds.add(self._kind(index))
        self._numbers.pop(entity_id, None)
        self._rows[index] = None
        self._entity_count -= 1
        self.changed.add(index)

    def _unlink(self, identity: RelationshipKey) -> None:
        source, target = self._number(identity.source), self._number(identity.target)
        if source is not None and target is not None:
            self._cut(LINK_CODE[identity.kind], source, target, identity.key)

    def _end(self, link: Relationship, entity_id: str) -> Index:
        index = self._number(entity_id)
        if index is None:
            raise DanglingRelationship(
                say("{kind}: there is no {entity_id!r}.", kind=link.kind, entity_id=entity_id), id=entity_id
            )
        return index

    def _link(self, link: Relationship) -> None:
        source, target = self._end(link, link.source), self._end(link, link.target)
        code, origin = LINK_CODE[link.kind], (link.load, link.row)
        leaving = self._links_of(source, code, outgoing=True)
        spot, there = self._spot(leaving, link.key, target)
        self.changed |= {source, target}
        if there:
            leaving.origins[spot] = origin
            return
        leaving.origins.insert(spot, origin)
        self._insert(leaving, spot, link.key, target)
        arriving = self._links_of(target, code, outgoing=False)
        self._insert(arriving, self._spot(arriving, link.key, source)[0], link.key, source)
        self._relationship_count += 1

    def _cut(self, code: int, source: Index, target: Index, key: str) -> None:
        leaving = self._links_of(source, code, outgoing=True)
        spot, there = self._spot(leaving, key, target)
        if not there:
            return
        del leaving.origins[spot], leaving.keys[spot], leaving.others[spot]
        arriving = self._links_of(target, code, outgoing=False)
        spot, _ = self._spot(arriving, key, source)
        del arriving.keys[spot], arriving.others[spot]
        self._relationship_count -= 1
        self.changed |= {source, target}

    @staticmethod
    def _insert(links: Links, spot: int, key: str, other: Index) -> None:
        links.keys.insert(spot, key)
        links.others.insert(spot, other)

    def _spot(self, links: Links, key: str, other: Index) -> tuple[int, bool]:
        """Where a link stands or would stand, and whether it stands there."""
        wanted = (key, self._id(other))
        spot = bisect_left(
            range(len(links.others)), wanted, key=lambda at: (links.keys[at], self._id(links.others[at]))
        )
        return spot, spot < len(links.others) and links.others[spot] == other and links.keys[spot] == key

    def _links_of(self, index: int, code: int, *, outgoing: bool) -> Links:
        """The links, as lists that this draft may change."""
        at = place(index, code, outgoing=outgoing)
        if at not in self._own:
            self._own.add(at)
            held = self._overlay.held(self._base, index, code, outgoing=outgoing)
            self._overlay.links[at] = Links(list(held.others), list(held.keys), list(held.origins))
        return self._overlay.links[at]
