"""What this program wrote into a node is not checked again; what somebody else changed is, whatever it is."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from graph_api.stores.contract import StoredEntity
from graph_api.stores.neo4j.decoding import Unreadable, read_entity
from graph_api.stores.neo4j.mapping import PACKED, SEAL, amendment, node_properties
from graph_api.stores.neo4j.mending import mended
from schema.codec import encode
from schema.grid import Breaker
from schema.numbers import Version
from schema.people import Person
from schema.plan import PlanVersion
from schema.registry import KIND_OF, EntityKind
from schema.vocabulary import SwitchPosition

BREAKER = Breaker(
    id="b", name="1021", rated_current_a=630.0, longitude=120.1, latitude=30.2, aliases=("甲",), load=3, row=9
)
KIND = EntityKind.BREAKER
AT = datetime(2026, 11, 23, 2, tzinfo=UTC)


def _read(properties: dict[str, Any], kind: EntityKind = KIND) -> StoredEntity | Unreadable:
    return read_entity(["_Entity", kind.label], properties)


def _node(body: bytes) -> dict[str, Any]:
    return node_properties(KIND, body, Version(7))


def test_what_was_put_comes_back() -> None:
    assert _read(_node(encode(BREAKER))) == StoredEntity("b", KIND, Version(7), encode(BREAKER))


def test_what_another_release_of_this_program_put_is_served_as_it_put_it() -> None:
    """As from a store file: what was valid when it was written is not refused by a rule that came later."""
    body = encode(BREAKER).replace(b"\xa41021", b"\xa4 102")  # this release takes blanks from the ends of a name
    invalid = encode(BREAKER).replace(encode(Breaker(id="b"))[1:], b"\xa2id\xa0")  # nor has an id no character
    assert isinstance(_read(_node(body)), StoredEntity)
    assert isinstance(_read(_node(invalid)), StoredEntity)
    assert isinstance(_read(_node(invalid) | {SEAL: None}), Unreadable)


@pytest.mark.parametrize("name", sorted(set(_node(encode(BREAKER))) - {SEAL, "_version", "place", "_load", "_row"}))
def test_a_property_of_another_type_is_seen_whatever_the_seal(name: str) -> None:
    node = _node(encode(BREAKER)) | {name: [1, True]}
    read = _read(node)
    assert isinstance(read, Unreadable)
    assert read.field in (name, "")


def test_another_value_is_read_as_it_is_now_and_sealed_anew_when_adopted() -> None:
    node = _node(encode(BREAKER)) | {"name": "1022"}
    read = _read(node)
    assert isinstance(read, StoredEntity)
    assert b"1022" in read.body
    adopted = node | amendment(KIND, node)
    assert adopted[SEAL] == _node(read.body)[SEAL] != node[SEAL]


def test_a_seal_is_that_of_its_kind_and_of_its_id() -> None:
    node = _node(encode(Breaker(id="b")).replace(b"\xa1b", b"\xa0"))
    assert isinstance(_read(node), StoredEntity)
    assert isinstance(_read(node, EntityKind.SUBSTATION), Unreadable)
    packed = _node(encode(BREAKER)) | {PACKED: b"\x81\xa2id\xa1c"}
    assert isinstance(_read(packed), Unreadable)
    assert isinstance(_read(_node(encode(BREAKER)) | {"id": "c"}), StoredEntity)


def test_what_mends_is_written_as_cypher_has_it() -> None:
    times = PlanVersion(id="v", version=1, approved_on=date(2025, 11, 1))
    for entity, told in (
        (BREAKER, "SET n.`aliases` = ['甲']"),
        (BREAKER, "SET n.`place` = point({longitude: 120.1, latitude: 30.2})"),
        (times, "SET n.`approved_on` = date('2025-11-01')"),
        (Person(id="p", active=False), "SET n.`active` = false"),
        (
            Breaker(id="b", position=SwitchPosition.OPEN, position_at=AT),
            "SET n.`position_at` = datetime('2026-11-23",
        ),
        (Breaker(id="b", rated_current_a=1e17), "SET n.`rated_current_a` = 1e17"),
    ):
        kind = KIND_OF[type(entity)]
        known = StoredEntity(entity.id, kind, Version(7), encode(entity))
        spoilt = Unreadable(entity.id, "x")
        assert told in mended([kind.label], {"odd": 7}, spoilt, known)
        assert "REMOVE n.`odd`" in mended([kind.label], {"odd": 7}, spoilt, known)
