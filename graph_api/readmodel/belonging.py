"""Belonging (归属): which entities of a snapshot belong to some organisations and areas, by `schema.belonging`.

    scope: 城中供电区 ◀── substation ◀── feeder ◀── line        member ──▶ holder, over any number of steps
                      ◀── customer ◀── receiving point ◀── supply
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, Final, NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from graph_api.readmodel.columns import KIND_CODE
from graph_api.readmodel.memo import Cache
from graph_api.readmodel.snapshot import Snapshot
from schema.belonging import BELONGING, LEAVES, SCOPES, Way, Whose
from schema.codec import UNREADABLE
from schema.incident import TimelineEntry
from schema.people import Organisation
from schema.registry import CLASS_OF, EntityKind
from schema.relationships import RelationshipKind
from schema.requirements import ANSWERED
from schema.vocabulary import OrganisationType

Ints = npt.NDArray[np.int32]
Inside = npt.NDArray[np.bool_]
"""Per index whether it belongs to a scope."""

_SPOKEN_OF: Cache[tuple[str, str, int], frozenset[str]] = Cache(20_000)
"""What the entries of an incident speak of, by store, incident and its version: each entry makes a new version."""
_ABOUT: Final = frozenset(kind for kind, cls in CLASS_OF.items() if cls.group in ANSWERED)
"""What an incident can be about: plant, customers and what is theirs."""


class _Ties(NamedTuple):
    """Who belongs to whom: as many members as holders."""

    members: Ints
    holders: Ints

    def spread(self, inside: Inside) -> None:
        """Mark whatever belongs to what is marked, over any number of steps."""
        members, holders = self
        while len(members):
            open_ = ~inside[members]
            members, holders = members[open_], holders[open_]
            reached = members[inside[holders]]
            if not len(reached):
                return
            inside[reached] = True


class Belonging:
    """Who belongs to whom in one snapshot: the same for every scope."""

    def __init__(self, graph: Snapshot) -> None:
        self._graph = graph
        kinds = graph.kind_codes()
        pairs: dict[RelationshipKind, tuple[Ints, Ints]] = {}

        def ties(kind: EntityKind, ways: Collection[Way]) -> Iterator[_Ties]:
            for way in ways:
                found = pairs.get(way.kind)
                if found is None:
                    found = pairs[way.kind] = graph.pairs(way.kind)
                members, holders = found if way.along else found[::-1]
                own = kinds[members] == KIND_CODE[kind]
                yield _Ties(members[own], holders[own])

        every: dict[EntityKind, _Ties] = {}
        for kind, rule in BELONGING.items():
            first = _joined(ties(kind, rule.ways))
            later = _joined(ties(kind, rule.otherwise))
            held = np.zeros(graph.size, np.bool_)
            held[first.members] = True
            free = ~held[later.members]
            every[kind] = _joined([first, _Ties(later.members[free], later.holders[free])])
        self._ties = _joined(each for kind, each in every.items() if kind not in LEAVES)
        self._leaves = _joined(every[kind] for kind in LEAVES)
        self._common = np.isin(kinds, [KIND_CODE[kind] for kind in BELONGING if _is(kind, Whose.EVERYBODYS)])

    def of(self, scope: Collection[str]) -> Inside:
        """Per index whether it belongs to any of these organisations and areas; nothing does where none is there."""
        graph = self._graph
        inside = np.zeros(graph.size, np.bool_)
        roots = [at for at in map(graph.find, scope) if at is not None and _is_scope(graph, at)]
        if not roots:
            return inside
        inside[roots] = True
        self._ties.spread(inside)
        inside[self._customers_own(inside)] = True
        inside[[at for at in graph.of_kind(EntityKind.INCIDENT) if self._concerns(at, inside)]] = True
        self._add_entries(inside)
        inside |= self._common
        self._leaves.spread(inside)
        return inside

    def _customers_own(self, inside: Inside) -> list[int]:
        """Customers' organisations of people who are inside: of theirs nobody else comes with them."""
        people, held = self._graph.pairs(RelationshipKind.MEMBER_OF)
        found = np.unique(held[inside[people]])
        return [at for at in found.tolist() if not inside[at] and self._is_customers(at)]

    def _is_customers(self, index: int) -> bool:
        entity = self._graph.entity(index)
        return isinstance(entity, Organisation) and entity.organisation_type is OrganisationType.CUSTOMER

    def _concerns(self, incident: int, inside: Inside) -> bool:
        """Whether an incident is about anything inside."""
        graph = self._graph
        numbers = (graph.find(id) for id in spoken_of(graph, incident))
        return any(at is not None and inside[at] and graph.kind(at) in _ABOUT for at in numbers)

    def _add_entries(self, inside: Inside) -> None:
        entries, incidents = self._graph.pairs(RelationshipKind.ENTRY_OF)
        inside[entries[inside[incidents]]] = True


def spoken_of(graph: Snapshot, incident: int) -> frozenset[str]:
    """Ids of whatever the entries of an incident speak of, and other texts that stand in them."""
    key = graph.store_uuid, graph.id(incident), int(graph.version(incident))

    def read() -> frozenset[str]:
        entries = graph.sources(incident, RelationshipKind.ENTRY_OF)
        return frozenset(text for at in entries for text in texts_in(graph.get(TimelineEntry, at)))

    found = _SPOKEN_OF.get(key)
    return _SPOKEN_OF.derive(key, read) if found is None else found


def texts_in(entry: TimelineEntry) -> Iterator[str]:
    """Ids of the things of an entry, and each text that stands in its details."""
    yield from entry.things
    try:
        todo: list[Any] = [msgspec.json.decode(entry.details or "null")]
    except UNREADABLE:
        return
    while todo:
        match todo.pop():
            case str(text):
                yield text
            case list(items):
                todo += items
            case dict(fields):
                todo += fields.values()


def gone_of(graph: Snapshot, scope: Collection[str]) -> list[str]:
    """Of a scope what is no organisation or area of a whole graph (any more), in order."""
    return sorted(each for each in scope if not _is_scope(graph, graph.find(each)))


def _is_scope(graph: Snapshot, index: int | None) -> bool:
    return index is not None and graph.kind(index) in SCOPES


def _is(kind: EntityKind, whose: Whose) -> bool:
    return BELONGING[kind].whose is whose


def _joined(ties: Collection[_Ties] | Iterator[_Ties]) -> _Ties:
    every = [*ties]
    if not every:
        return _Ties(np.zeros(0, np.int32), np.zeros(0, np.int32))
    return _Ties(*(np.concatenate([each[side] for each in every]).astype(np.int32) for side in (0, 1)))
