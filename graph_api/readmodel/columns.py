"""Columns of a graph: the immutable large part of a snapshot, in memory or mapped from its file.

Entities are numbered 0..size-1; a number whose entity was deleted is a hole (kind NO_ENTITY) and is not used again.
Relationships stand twice, by source and by target, each sorted by (entity, kind, key, id of the other end), so that
what `Snapshot.targets` and `Snapshot.sources` answer is a slice.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from graph_api.lazy import cached_property
from graph_api.readmodel.memo import Cache
from graph_api.readmodel.numbers import Index, as_indexes
from schema.codec import decode
from schema.entity import Entity
from schema.grid import ConductingEquipment, Switch
from schema.numbers import Version
from schema.registry import KINDS, EntityKind
from schema.relationships import RelationshipKind
from schema.vocabulary import SwitchPosition

NO_ENTITY = 255
"""Kind code of an index that names nothing (any more)."""
KIND_CODE = {kind: code for code, kind in enumerate(KINDS)}
LINK_KINDS = tuple(RelationshipKind)
LINK_CODE = {kind: code for code, kind in enumerate(LINK_KINDS)}
POSITION_CODES = {SwitchPosition.CLOSED: 1, SwitchPosition.OPEN: 2, SwitchPosition.UNKNOWN: 3}
CACHED_ENTITIES = 40_000
"""Decoded entities kept at least; at most twice as many."""

_NOWHERE = slice(0, 0)

Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]


def state_of(entity: Entity) -> int:
    """Bit 0: in service (equipment only); bits 1 and 2: code of the current position, 0 for what is no switch."""
    if not isinstance(entity, ConductingEquipment):
        return 0
    position = POSITION_CODES[entity.current_position] if isinstance(entity, Switch) else 0
    return position << 1 | entity.in_service


def hash_of(entity_id: bytes) -> int:
    """Hash of an id in UTF-8, 32 bits, the same in every process."""
    return zlib.crc32(entity_id)


@dataclass(frozen=True, slots=True)
class Columns:
    """The arrays; n = number of places for entities, m = relationships. `*_at` are offsets, one longer than rows."""

    kind: Bytes
    """(n,) place in KINDS, or NO_ENTITY."""
    state: Bytes
    """(n,) see `state_of`."""
    version: Longs
    """(n,) revision of the entity's last change."""
    hash: npt.NDArray[np.uint32]
    """(n,) `hash_of` the id."""
    id_at: Longs
    ids: Bytes
    """UTF-8."""
    body_at: Longs
    bodies: Bytes
    """schema.codec."""
    bucket_at: Ints
    """Indexes of entities by the upper bits of their mixed hash; a power of two buckets."""
    bucket: Ints
    out_at: Longs
    out_kind: Bytes
    out_other: Ints
    out_key: Ints
    """Place in the table of keys, which is sorted."""
    out_load: Longs
    out_row: Longs
    in_at: Longs
    in_kind: Bytes
    in_other: Ints
    in_key: Ints
    key_at: Longs
    keys: Bytes
    """UTF-8, ascending."""


class Links(NamedTuple):
    """Relationships of one kind and direction of one entity, sorted by (key, id of the other end)."""

    others: list[Index]
    keys: list[str]
    origins: list[tuple[int, int]]
    """(load, row) of each; empty for incoming ones."""


def offsets(lengths: npt.NDArray[np.integer]) -> Longs:
    """Where rows of these lengths start, and where the last one ends."""
    at = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths, out=at[1:])
    return at


def _slots(hashes: npt.NDArray[np.uint32], bits: int) -> npt.NDArray[np.uint32]:
    mixed = hashes * np.uint32(_MIX)
    return (mixed >> np.uint32(32 - bits)).astype(np.uint32)


_MIX = 2_654_435_761
"""Spreads the hashes of ids that differ in their last letters."""


def buckets(kind: Bytes, hashes: npt.NDArray[np.uint32]) -> tuple[Ints, Ints]:
    """Columns bucket_at and bucket: about one entity a bucket, holes left out."""
    live = np.flatnonzero(kind != NO_ENTITY).astype(np.int32)
    bits = max(4, len(live).bit_length())
    slots = _slots(hashes[live], bits)
    counts = np.bincount(slots, minlength=1 << bits)
    return offsets(counts).astype(np.int32), live[np.argsort(slots, kind="stable")]


class Base:
    """Answers from columns alone. Safe to share between threads."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self.size = len(columns.kind)
        self.entity_count = len(columns.bucket)
        self.relationship_count = len(columns.out_kind)
        self._kind = columns.kind.data
        self._version = columns.version.data
        self._id_at, self._ids = columns.id_at.data, columns.ids.data
        self._body_at, self._bodies = columns.body_at.data, columns.bodies.data
        self._bucket_at, self._bucket = columns.bucket_at.data, columns.bucket.data
        self._shift = 33 - len(columns.bucket_at).bit_length()
        self._out = columns.out_at.data, columns.out_kind.tobytes(), columns.out_other.data
        self._in = columns.in_at.data, columns.in_kind.tobytes(), columns.in_other.data
        self._entities = Cache[int, Entity](CACHED_ENTITIES)

    @cached_property
    def keys(self) -> list[str]:
        """The keys that relationships have, ascending."""
        at, blob = self.columns.key_at.tolist(), self.columns.keys.tobytes()
        return [blob[start:end].decode() for start, end in pairwise(at)]

    @cached_property
    def kind_lists(self) -> dict[EntityKind, list[Index]]:
        """Indexes of each kind, ascending; filled by `of_kind`."""
        return {}

    def of_kind(self, kind: EntityKind) -> list[Index]:
        """Indexes of all entities of a kind, ascending. Not to be changed."""
        found = self.kind_lists.get(kind)
        if found is None:
            found = as_indexes(np.flatnonzero(self.columns.kind == KIND_CODE[kind]).tolist())
            self.kind_lists[kind] = found
        return found

    def find(self, entity_id: str) -> Index | None:
        """Index of the entity of that id."""
        if not self.size:
            return None
        wanted = entity_id.encode("utf-8", "surrogatepass")
        slot = (hash_of(wanted) * _MIX & 0xFFFF_FFFF) >> self._shift
        for index in self._bucket[self._bucket_at[slot] : self._bucket_at[slot + 1]].tolist():
            if self._ids[self._id_at[index] : self._id_at[index + 1]] == wanted:
                return Index(index)
        return None

    def kind_code(self, index: int) -> int:
        """Place of its kind in KINDS, or NO_ENTITY."""
        return self._kind[index]

    def version(self, index: int) -> Version:
        """Revision of its last change."""
        return Version(self._version[index])

    def id(self, index: int) -> str:
        """Its id."""
        return str(self._ids[self._id_at[index] : self._id_at[index + 1]], "utf-8")

    def body(self, index: int) -> memoryview:
        """Its bytes (schema.codec)."""
        return self._bodies[self._body_at[index] : self._body_at[index + 1]]

    def entity(self, index: int) -> Entity:
        """The entity, decoded unless it was asked for not long ago."""
        entity = self._entities.get(index)
        return self._entities.derive_alone(index, lambda: self.decoded(index)) if entity is None else entity

    def decoded(self, index: int) -> Entity:
        """The entity, decoded anew and not kept."""
        return decode(KINDS[self._kind[index]], self.body(index))

    def others(self, index: int, code: int, *, outgoing: bool) -> list[Index]:
        """Other ends of its relationships of one kind and direction."""
        at, kinds, others = self._out if outgoing else self._in
        start, end = at[index], at[index + 1]
        first = kinds.find(code, start, end)
        if first < 0:
            return []
        return as_indexes(others[first : kinds.rfind(code, first, end) + 1].tolist())

    def part(self, index: int, code: int, *, outgoing: bool) -> slice:
        """Where its relationships of one kind and direction stand in the columns of that direction."""
        at, kinds, _ = self._out if outgoing else self._in
        start, end = at[index], at[index + 1]
        first = kinds.find(code, start, end)
        return slice(first, kinds.rfind(code, first, end) + 1) if first >= 0 else _NOWHERE

    def links(self, index: int, code: int, *, outgoing: bool) -> Links:
        """Its relationships of one kind and direction."""
        others = (self._out if outgoing else self._in)[2]
        part = self.part(index, code, outgoing=outgoing)
        columns = self.columns
        names = self.keys
        if not outgoing:
            return Links(as_indexes(others[part].tolist()), [names[key] for key in columns.in_key[part].tolist()], [])
        origins = list(zip(columns.out_load[part].tolist(), columns.out_row[part].tolist(), strict=True))
        return Links(as_indexes(others[part].tolist()), [names[key] for key in columns.out_key[part].tolist()], origins)

    def link_codes(self, index: int, *, outgoing: bool) -> list[int]:
        """Kinds of its relationships in one direction, ascending, each once."""
        at, kinds, _ = self._out if outgoing else self._in
        return sorted(set(kinds[at[index] : at[index + 1]]))
