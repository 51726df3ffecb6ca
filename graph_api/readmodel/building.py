"""From a stream of stored entities and relationships to columns."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from graph_api.errors import DanglingRelationship, InvalidInput
from graph_api.readmodel.columns import (
    KIND_CODE,
    LINK_CODE,
    Base,
    Bytes,
    Columns,
    Ints,
    Longs,
    buckets,
    hash_of,
    offsets,
    state_of,
)
from schema.codec import decode
from schema.numbers import Version
from schema.registry import CONDUCTING, KINDS, EntityKind
from schema.relationships import ENDS, Relationship
from schema.words import say

T = TypeVar("T", bound=np.generic)

Row = tuple[str, EntityKind, Version, bytes]
"""Id, kind, version (revision of the last change) and body (schema.codec) of a stored entity."""


class BaseBuilder:
    """Takes entities, then relationships, in pieces of any size; holds nothing but the columns and the ids."""

    def __init__(self, *, forgiving: bool = False) -> None:
        self._forgiving = forgiving
        self.left_out = 0
        """Relationships that lack an end, or may not join theirs: only a forgiving builder leaves them out."""
        self._number: dict[str, int] = {}
        self._kind, self._state = bytearray(), bytearray()
        self._version, self._hash = array("q"), array("I")
        self._ids, self._id_length = bytearray(), array("q")
        self._bodies, self._body_length = bytearray(), array("q")
        self._source, self._target = array("i"), array("i")
        self._link = bytearray()
        self._key, self._load, self._row = array("i"), array("q"), array("q")
        self._keys: dict[str, int] = {}

    def add_entities(self, rows: Iterable[Row]) -> None:
        """Append entities; they are numbered in this order. Raises InvalidInput for an id that came before."""
        number = self._number
        for entity_id, kind, version, body in rows:
            if number.setdefault(entity_id, len(number)) != len(self._kind):
                raise InvalidInput(say("The id {id!r} stands twice in the graph.", id=entity_id), id=entity_id)
            written = entity_id.encode()
            self._kind.append(KIND_CODE[kind])
            self._state.append(state_of(decode(kind, body)) if kind in CONDUCTING else 0)
            self._version.append(version)
            self._hash.append(hash_of(written))
            self._ids += written
            self._id_length.append(len(written))
            self._bodies += body
            self._body_length.append(len(body))

    def add_relationships(self, relationships: Iterable[Relationship]) -> None:
        """Append relationships between entities that were added; DanglingRelationship if one lacks an end.

        A forgiving builder leaves that one out, and what the schema forbids between what was added.
        """
        number, keys = self._number, self._keys
        for link in relationships:
            try:
                source, target = number[link.source], number[link.target]
            except KeyError as missing:
                if self._forgiving:
                    self.left_out += 1
                    continue
                raise DanglingRelationship(
                    say(
                        "{kind} from {source!r} to {target!r}: there is no {missing}.",
                        kind=link.kind,
                        source=link.source,
                        target=link.target,
                        missing=missing,
                    )
                ) from None
            if self._forgiving and not self._may_join(link, source, target):
                self.left_out += 1
                continue
            self._source.append(source)
            self._target.append(target)
            self._link.append(LINK_CODE[link.kind])
            self._key.append(keys.setdefault(link.key, len(keys)))
            self._load.append(link.load)
            self._row.append(link.row)

    def _may_join(self, link: Relationship, source: int, target: int) -> bool:
        ends = ENDS[link.kind]
        return KINDS[self._kind[source]] in ends.sources and KINDS[self._kind[target]] in ends.targets

    def finish(self) -> Base:
        """The columns of all that was added. The builder is of no use afterwards."""
        rank = _ranks(list(self._number))
        self._number.clear()
        names = sorted(self._keys)
        key_rank = np.empty(len(names), dtype=np.int32)
        key_rank[[self._keys[name] for name in names]] = np.arange(len(names))
        written = [name.encode() for name in names]
        kind, hashes = _array(self._kind, np.uint8), _array(self._hash, np.uint32)
        bucket_at, bucket = buckets(kind, hashes)
        source, target = _array(self._source, np.int32), _array(self._target, np.int32)
        link = _array(self._link, np.uint8)
        key = key_rank[_array(self._key, np.int32)] if names else np.empty(0, dtype=np.int32)
        out = _order(source, link, key, rank[target])
        repeated = _repeats(source[out], link[out], key[out], target[out])
        out = out[~repeated]
        arriving = out[_order(target[out], link[out], key[out], rank[source[out]])]
        return Base(
            Columns(
                kind=kind,
                state=_array(self._state, np.uint8),
                version=_array(self._version, np.int64),
                hash=hashes,
                id_at=offsets(_array(self._id_length, np.int64)),
                ids=_array(self._ids, np.uint8),
                body_at=offsets(_array(self._body_length, np.int64)),
                bodies=_array(self._bodies, np.uint8),
                bucket_at=bucket_at,
                bucket=bucket,
                out_at=_starts(source[out], len(kind)),
                out_kind=link[out],
                out_other=target[out],
                out_key=key[out],
                out_load=_array(self._load, np.int64)[out],
                out_row=_array(self._row, np.int64)[out],
                in_at=_starts(target[arriving], len(kind)),
                in_kind=link[arriving],
                in_other=source[arriving],
                in_key=key[arriving],
                key_at=offsets(np.array([len(name) for name in written], dtype=np.int64)),
                keys=np.frombuffer(b"".join(written), dtype=np.uint8),
            )
        )


def _array(values: bytearray | array[int], dtype: type[T]) -> npt.NDArray[T]:
    """The values as an array that shares their memory."""
    return np.frombuffer(values, dtype=dtype)


def _ranks(ids: Sequence[str]) -> Ints:
    """Place of each id in the order of ids."""
    rank = np.empty(len(ids), dtype=np.int32)
    rank[sorted(range(len(ids)), key=ids.__getitem__)] = np.arange(len(ids), dtype=np.int32)
    return rank


def _order(entity: Ints, link: Bytes, key: Ints, other_rank: Ints) -> Longs:
    """Order by entity, kind, key, other end; of equal ones the last added comes last."""
    return np.lexsort((other_rank, key, link, entity))


def _repeats(*columns: npt.NDArray[np.integer]) -> npt.NDArray[np.bool_]:
    """True where the next row is the same: the last of equal rows stays."""
    repeats = np.zeros(len(columns[0]), dtype=np.bool_)
    if len(repeats):
        repeats[:-1] = np.logical_and.reduce([column[1:] == column[:-1] for column in columns])
    return repeats


def _starts(sorted_entities: Ints, size: int) -> Longs:
    return offsets(np.bincount(sorted_entities, minlength=size))
