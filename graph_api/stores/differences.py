"""What tells two graphs apart, record by record: asked for when their digests differ."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from graph_api.stores.contract import Chunk, Store, StoredEntity
from schema.registry import EntityKind
from schema.words import say

_BOOKKEEPING = ("load", "row", "overrides")
"""Fields that say where an entity came from, not what it is."""


class Difference(NamedTuple):
    """A record that the two do not hold alike."""

    record: str
    """Kind and id of an entity, or ends and type of a relationship, or switch and time of a report."""
    what: str


class Differences(NamedTuple):
    """How two graphs differ."""

    total: int
    first: list[Difference]
    only_loads: bool
    """Whether all of it is records of loads, and which load and row things came from."""


class _Held(NamedTuple):
    whole: bytes
    """Hash of everything that the content digest counts."""
    itself: bytes
    """Hash without what says where it came from; empty for a record of a load."""


class Records:
    """All records of a graph by what they are called, as hashes: about 200 bytes each."""

    def __init__(self) -> None:
        self.held: dict[str, _Held] = {}

    def add(self, chunk: Chunk) -> None:
        """Count a chunk in."""
        for entity in chunk.entities:
            self.held[entity.id] = _Held(_hash(f"{entity.kind} ".encode() + entity.body), _itself(entity))
        for link in chunk.relationships:
            source, target = link.source, link.target
            self.held[f"{source} -[{link.kind} {link.key}".rstrip() + f"]-> {target}"] = _Held(b"r", b"r")
        for report in chunk.reports:
            whole = _hash(str(report).encode())
            self.held[f"{report.switch} @ {report.at_us} #{report.sequence}"] = _Held(whole, whole)


def differences(one: Records, other: Records, names: tuple[str, str], most: int) -> Differences:
    """What the two do not hold alike, the first `most` of it by name; `names` are what the two are called."""
    differing = sorted(
        record for record in one.held.keys() | other.held.keys() if one.held.get(record) != other.held.get(record)
    )
    first = [Difference(record, _what(one.held.get(record), other.held.get(record), names)) for record in differing]
    only_loads = all(_is_of_loads(one.held.get(record), other.held.get(record)) for record in differing)
    return Differences(len(differing), first[:most], only_loads)


async def records_of(store: Store) -> Records:
    """All records of a store."""
    records = Records()
    async for chunk in store.load():
        if not isinstance(chunk, int):
            records.add(chunk)
    return records


def records_of_chunks(chunks: Iterable[Chunk]) -> Records:
    """All records of a backup."""
    records = Records()
    for chunk in chunks:
        records.add(chunk)
    return records


def _what(one: _Held | None, other: _Held | None, names: tuple[str, str]) -> str:
    if one is None or other is None:
        return say("only in {name}", name=names[0] if other is None else names[1])
    if one.itself == other.itself:
        return say("came from another load or row")
    return say("holds something else")


def _is_of_loads(one: _Held | None, other: _Held | None) -> bool:
    there = [held for held in (one, other) if held is not None]
    return all(held.itself == b"" for held in there) or (len(there) == 2 and there[0].itself == there[1].itself)


def _itself(entity: StoredEntity) -> bytes:
    if entity.kind is EntityKind.SOURCE_LOAD:
        return b""
    fields = msgspec.msgpack.decode(entity.body)
    for name in _BOOKKEEPING:
        fields.pop(name, None)
    return _hash(f"{entity.kind} ".encode() + msgspec.msgpack.encode(fields, order="sorted"))


def _hash(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=8).digest()
