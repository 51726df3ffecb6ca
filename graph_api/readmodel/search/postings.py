"""Postings: which entities hold a gram, and the keys that they are compared by, as columns.

A gram is one character or two neighbours, written as a number: the first code point shifted, the second one. A slot is
an entity's place in these columns. The columns are made in memory or mapped from the snapshot file.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from graph_api.readmodel.columns import Bytes, Ints, Longs, offsets
from graph_api.readmodel.search.keys import FIELDS, Key, keys_of
from graph_api.readmodel.search.text import END, HAN_RANGES, START
from graph_api.readmodel.snapshot import Snapshot

SEARCHED_CANDIDATES = 400
"""Candidates that are compared key by key; more than a person will ever page through."""
_BLOCK = 4_096
"""Entities whose grams are sorted at a time; bounds the memory of a build."""
_KEPT = 64
"""Blocks whose postings are kept until they are joined; those of further ones are read off the keys once more, which
takes a tenth of the time of a build and saves half of its memory where millions of things have names."""
_COUNTED = 64
"""Blocks whose grams are counted together."""
_SHIFT = 21
"""Bits of a code point."""

Codes = npt.NDArray[np.uint64]
Hidden = npt.NDArray[np.bool_]
"""Which slots, or entities, take no part."""
_pack = msgspec.msgpack.Encoder().encode
_Packed = list[tuple[int, str | None, str]]
_unpack = msgspec.msgpack.Decoder(_Packed).decode


@dataclass(frozen=True, slots=True)
class SearchColumns:
    """The arrays; g = grams, p = postings, s = slots."""

    gram: Codes
    """(g,) ascending."""
    gram_at: Longs
    slot: Ints
    """(p,) slots that hold the gram, ascending per gram."""
    index: Ints
    """(s,) the entity of a slot, ascending."""
    key_at: Longs
    keys: Bytes
    """Per slot msgpack of (place in FIELDS, text or None for that of the key before, normalised text)."""
    outdated: Ints
    """Entities that have changed since, ascending: what stands here of them is not true any more."""


class Postings:
    """Answers from the columns. Safe to share between threads."""

    def __init__(self, columns: SearchColumns) -> None:
        self.columns = columns
        self._gram_at, self._key_at, self._keys = columns.gram_at.data, columns.key_at.data, columns.keys.data

    @classmethod
    def of(cls, graph: Snapshot, indexes: Iterable[int]) -> Postings:
        """Postings of these entities, which are ascending."""
        entities, lengths = array("i"), array("q")
        table, kept, blobs = _Table(), list[_Piece](), bytearray()
        remaining = iter(indexes)
        while block := list(islice(remaining, _BLOCK)):
            held = [list(keys_of(graph, index)) for index in block]
            for keys in held:
                packed = _packed(keys)
                blobs += packed
                lengths.append(len(packed))
            piece = _grams(_texts(held), len(entities))
            table.add(piece)
            if len(kept) < _KEPT:
                kept.append(piece)
            entities.extend(block)
        key_at = offsets(np.array(lengths, np.int64))
        gram, gram_at, slot = table.joined(chain(kept, _again(blobs, key_at, len(kept) * _BLOCK)))
        return cls(
            SearchColumns(
                gram=gram,
                gram_at=gram_at,
                slot=slot,
                index=np.array(entities, np.int32),
                key_at=key_at,
                keys=np.frombuffer(blobs, np.uint8),
                outdated=np.empty(0, np.int32),
            )
        )

    @property
    def size(self) -> int:
        """Number of entities."""
        return len(self.columns.index)

    def keys(self, slot: int) -> list[Key]:
        """The keys of a slot's entity."""
        keys, written = list[Key](), ""
        for field, text, key in _unpack(self._keys[self._key_at[slot] : self._key_at[slot + 1]]):
            written = written if text is None else text
            keys.append((FIELDS[field], written, key))
        return keys

    def candidates(self, wanted: Collection[str], hidden: Hidden | None = None) -> list[int]:
        """Slots of entities that hold the most of the wanted grams, rare ones counting more; best first.

        `hidden` slots count for nothing, as if they were not there.
        """
        count = self.size
        holding = [self._holding(code) for code in sorted(map(_code, wanted))]
        found = [slots for each in holding if len(slots := each if hidden is None else each[~hidden[each]])]
        if not found:
            return []
        weights = [np.full(len(slots), 1.0 + np.log(count / len(slots))) for slots in found]
        scores = np.bincount(np.concatenate(found), weights=np.concatenate(weights), minlength=count)
        keep = min(SEARCHED_CANDIDATES, int(np.count_nonzero(scores)))
        best = np.argpartition(-scores, keep - 1)[:keep] if keep < count else np.arange(count)
        ordered: list[int] = best[np.argsort(-scores[best], kind="stable")].tolist()
        return ordered

    def _holding(self, code: int) -> Ints:
        gram = self.columns.gram
        at = int(np.searchsorted(gram, np.uint64(code)))
        if at == len(gram) or int(gram[at]) != code:
            return self.columns.slot[:0]
        return self.columns.slot[self._gram_at[at] : self._gram_at[at + 1]]


def _code(gram: str) -> int:
    return ord(gram) if len(gram) == 1 else ord(gram[0]) << _SHIFT | ord(gram[1])


def _packed(keys: Sequence[Key]) -> bytes:
    packed, before = _Packed(), None
    for field, text, key in keys:
        packed.append((FIELDS.index(field), None if text == before else text, key))
        before = text
    return _pack(packed)


class _Piece(NamedTuple):
    """Postings of a block of entities: grams, ascending, how many hold each, and these, from the block's first one."""

    grams: Codes
    counts: Longs
    holders: npt.NDArray[np.uint16]
    first_slot: int


def _texts(held: Iterable[Iterable[tuple[object, object, str]]]) -> list[list[str]]:
    """The normalised keys of each, once."""
    return [[key for key in dict.fromkeys(key for _, _, key in keys) if key] for keys in held]


def _again(blobs: bytearray, key_at: Longs, first_slot: int) -> Iterator[_Piece]:
    """The pieces from a slot on, of the keys as they are packed."""
    packed, at = memoryview(blobs), key_at.data
    for first in range(first_slot, len(key_at) - 1, _BLOCK):
        slots = range(first, min(first + _BLOCK, len(key_at) - 1))
        yield _grams(_texts(_unpack(packed[at[slot] : at[slot + 1]]) for slot in slots), first)


def _grams(texts: Sequence[Sequence[str]], first_slot: int) -> _Piece:
    """What `text.grams` and `text.ends` say of a block of entities, each pair of gram and entity once."""
    lengths = np.array([sum(map(len, keys)) + 2 * len(keys) for keys in texts], np.int64)
    whole = "".join(f"{START}{key}{END}" for keys in texts for key in keys)
    points = np.frombuffer(whole.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    slots = np.repeat(np.arange(len(texts), dtype=np.uint64), lengths)
    starts, ends = points == ord(START), points == ord(END)
    pairs = np.flatnonzero(~ends[:-1])
    alone = np.flatnonzero(_are_han(points))
    single = 1 + np.flatnonzero(starts[:-2] & ends[2:])
    codes = np.concatenate((points[pairs] << np.uint64(_SHIFT) | points[pairs + 1], points[alone], points[single]))
    at = np.concatenate((pairs, alone, single))
    both = _distinct(codes << np.uint64(_SHIFT) | slots[at])
    grams, counts = _counted(both >> np.uint64(_SHIFT))
    return _Piece(grams, counts, (both & np.uint64((1 << _SHIFT) - 1)).astype(np.uint16), first_slot)


def _distinct(values: Codes) -> Codes:
    """The values ascending, each once. By sorting: np.unique hashes, five times slower here (measured)."""
    ordered = np.sort(values)
    return ordered[_firsts(ordered)]


def _counted(ordered: Codes) -> tuple[Codes, Longs]:
    """Ascending values, each once, and how often each stands there."""
    at = np.flatnonzero(_firsts(ordered))
    return ordered[at], np.diff(np.append(at, len(ordered)))


def _firsts(ordered: Codes) -> npt.NDArray[np.bool_]:
    first = np.ones(len(ordered), np.bool_)
    first[1:] = ordered[1:] != ordered[:-1]
    return first


def _are_han(points: Codes) -> npt.NDArray[np.bool_]:
    han = np.zeros(len(points), np.bool_)
    for low, high in HAN_RANGES:
        han |= (points >= low) & (points <= high)
    return han


class _Table:
    """How often each gram is held; then the pieces as one."""

    def __init__(self) -> None:
        self._gram, self._length = np.empty(0, np.uint64), np.empty(0, np.int64)
        self._new: list[tuple[Codes, Longs]] = []

    def add(self, piece: _Piece) -> None:
        """Count the grams of a piece."""
        self._new.append((piece.grams, piece.counts))
        if len(self._new) >= _COUNTED:
            self._take_in()

    def joined(self, pieces: Iterable[_Piece]) -> tuple[Codes, Longs, Ints]:
        """Grams, where the slots of each start, and the slots, of the same pieces again; they ascend by slot."""
        self._take_in()
        gram, gram_at = self._gram, offsets(self._length)
        slot, free = np.empty(int(gram_at[-1]), np.int32), gram_at[:-1].copy()
        for piece in pieces:
            place = np.searchsorted(gram, piece.grams)
            shift = np.repeat(free[place] - offsets(piece.counts)[:-1], piece.counts)
            slot[np.arange(len(shift)) + shift] = piece.holders + np.int32(piece.first_slot)
            free[place] += piece.counts
        return gram, gram_at, slot

    def _take_in(self) -> None:
        counted = [(self._gram, self._length), *self._new]
        gram = _distinct(np.concatenate([grams for grams, _ in counted]))
        length = np.zeros(len(gram), np.int64)
        for grams, counts in counted:
            length[np.searchsorted(gram, grams)] += counts
        self._gram, self._length, self._new = gram, length, []
