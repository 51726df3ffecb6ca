"""The searchable texts of an entity, and the keys that they are found by: one spelling, pinyin, initials."""

from __future__ import annotations

from collections.abc import Iterator

from graph_api.readmodel.search.surnames import surname_of
from graph_api.readmodel.search.text import as_spoken, has_han, normalise, pinyin
from graph_api.readmodel.snapshot import NO_ENTITY, Snapshot
from schema.people import Contact
from schema.provenance import IdentifierMapping
from schema.registry import KINDS, EntityKind
from schema.relationships import RelationshipKind

UNSEARCHED = frozenset(
    {
        EntityKind.CONNECTIVITY_NODE,
        EntityKind.ASSIGNMENT,
        EntityKind.SHIFT,
        EntityKind.PLAN_VERSION,
        EntityKind.PROCEDURE_STEP,
        EntityKind.SOURCE_LOAD,
        EntityKind.ALIAS,
    }
)
"""Kinds that people do not look for by a text."""

FIELD_WEIGHT = {
    "name": 1.0,
    "aliases": 0.97,
    "number": 0.97,
    "key": 0.95,
    "pinyin": 0.93,
    "initials": 0.9,
    "phone": 0.9,
    "id": 0.85,
}
FIELDS = tuple(FIELD_WEIGHT)
PHONE_DIGITS = 4
"""Fewest digits of a telephone number that find it."""

Key = tuple[str, str, str]
"""Field, text as written, normalised text."""


def texts_of(graph: Snapshot, index: int) -> tuple[tuple[str, str], ...]:
    """Field and text as written of what an entity is found by; () for an index that names nothing searchable."""
    if index >= graph.size or graph.kind_codes()[index] == NO_ENTITY or graph.kind(index) in UNSEARCHED:
        return ()
    entity = graph.decoded(index)
    if isinstance(entity, Contact):
        return (("phone", entity.value),)
    if isinstance(entity, IdentifierMapping):
        return (("key", entity.key),)
    number = getattr(entity, "number", None)
    found = [("name", entity.name), *(("aliases", alias) for alias in entity.aliases)]
    if isinstance(number, str) and number:
        found.append(("number", number))
    if entity.source_key:
        found.append(("key", entity.source_key))
    return (*found, ("id", entity.id))


def keys_of(graph: Snapshot, index: int) -> Iterator[Key]:
    """The keys of an entity; of a telephone number only the last digits are ever shown."""
    for field, text in texts_of(graph, index):
        key = normalise(text)
        if field == "phone":
            yield field, "…" + text[-PHONE_DIGITS:], key
            continue
        spoken = field in ("name", "aliases")
        if not key and spoken:
            continue
        yield field, text, key
        if spoken and has_han(said := as_spoken(text)):
            for full, initials in _readings(graph.kind(index), said):
                yield "pinyin", text, full
                yield "initials", text, initials


def _readings(kind: EntityKind, said: str) -> Iterator[tuple[str, str]]:
    """Pinyin and initials of a name; of a person's also with the surname as it is read in names."""
    full, initials = pinyin(said)
    surname, *reading = surname_of(said) if kind is EntityKind.PERSON else ("",)
    if surname:
        given, given_initials = pinyin(said[len(surname) :])
        named = "".join(reading) + given, "".join(syllable[0] for syllable in reading) + given_initials
        if named != (full, initials):
            yield named
    yield full, initials


def owner_of(graph: Snapshot, index: int) -> int:
    """Whom a found text belongs to: the holder of a contact, the entity behind another system's key."""
    match graph.kind(index):
        case EntityKind.CONTACT:
            owners = graph.sources(index, RelationshipKind.HAS_CONTACT)
        case EntityKind.IDENTIFIER_MAPPING:
            owners = graph.targets(index, RelationshipKind.IDENTIFIES)
        case _:
            return index
    return owners[0] if owners else index


def searchable(graph: Snapshot) -> list[int]:
    """Indexes of all entities that have texts to be found by, ascending."""
    codes = graph.kind_codes()
    unsearched = [code for code, kind in enumerate(KINDS) if kind in UNSEARCHED]
    return [index for index, code in enumerate(codes.tolist()) if code != NO_ENTITY and code not in unsearched]
