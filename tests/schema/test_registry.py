"""Rules that every declared type keeps."""

from __future__ import annotations

import dataclasses
import pkgutil
import typing
from datetime import UTC, date, datetime
from importlib import import_module
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

import schema
from schema import codec, vocabulary
from schema.batch import GraphBatch
from schema.customer import Customer
from schema.entity import Entity, Label
from schema.grid import ACLineSegment, Breaker, Switch, Tower
from schema.people import Assignment, Contact, Shift
from schema.registry import (
    CLASS_OF,
    FAULT_BREAKING,
    KIND_OF,
    KINDS,
    MODULES,
    EntityKind,
    classes_by_kind,
    declared,
    kind_of,
    kinds_of,
)
from schema.relationships import ENDS, Relationship, RelationshipKey, RelationshipKind
from schema.vocabulary import ContactType, SwitchPosition, Term


def test_every_kind_has_a_class_and_back() -> None:
    assert set(CLASS_OF) == set(EntityKind) == set(KINDS)
    assert {KIND_OF[kind.cls] for kind in EntityKind} == set(EntityKind)
    assert EntityKind.AC_LINE_SEGMENT.label == "ACLineSegment"
    assert EntityKind.AC_LINE_SEGMENT.zh == "线路段"
    assert kind_of(Breaker(id="x")) is EntityKind.BREAKER


def test_a_class_cannot_be_forgotten() -> None:
    module = ModuleType("schema.forgotten")
    vars(module)["Pole"] = type("Pole", (Tower,), {"__module__": module.__name__, "group": "grid"})
    with pytest.raises(TypeError, match="POLE"):
        classes_by_kind((*MODULES, module))
    with pytest.raises(TypeError, match="SERVICE_COMMITMENT"):
        classes_by_kind(MODULES[:-1])


def test_every_module_that_declares_entities_is_read() -> None:
    modules = [import_module(f"schema.{each.name}") for each in pkgutil.iter_modules(schema.__path__)]
    assert set(declared(tuple(modules))) == set(KIND_OF)


@pytest.mark.parametrize("kind", list(EntityKind))
def test_every_field_is_described_in_both_languages(kind: EntityKind) -> None:
    assert kind.cls.__doc__
    assert kind.zh in kind.cls.__doc__
    assert kind.cls.group
    hints = typing.get_type_hints(kind.cls, include_extras=True)
    for field in dataclasses.fields(kind.cls):
        labels = [label for label in _metadata(hints[field.name]) if isinstance(label, Label)]
        assert labels, f"{kind.label}.{field.name} has no Label"
        assert labels[0].zh
        assert labels[0].en.endswith(".")


def _metadata(hint: object) -> list[object]:
    found = list(getattr(hint, "__metadata__", ()))
    for inner in typing.get_args(hint):
        found += _metadata(inner)
    return found


def test_every_relationship_kind_has_ends() -> None:
    assert set(ENDS) == set(RelationshipKind)
    assert all(ends.sources and ends.targets for ends in ENDS.values())


def test_every_term_has_labels_and_a_source() -> None:
    vocabularies = [cls for cls in vars(vocabulary).values() if isinstance(cls, type) and issubclass(cls, Term)]
    for terms in [*vocabularies, RelationshipKind]:
        for term in terms:
            assert term.zh
            assert term.en
            assert term.source
            assert terms(term.value) is term


def test_what_breaks_fault_current() -> None:
    assert {kind.value for kind in FAULT_BREAKING} == {"BREAKER", "RECLOSER", "FUSE", "SWITCH_BAY"}
    assert EntityKind.DISCONNECTOR in kinds_of(Switch)


def test_current_position_is_the_reported_one_else_the_normal_one() -> None:
    assert Breaker(id="x").current_position is SwitchPosition.CLOSED
    assert Breaker(id="x", position=SwitchPosition.UNKNOWN).current_position is SwitchPosition.UNKNOWN
    assert Breaker(id="x", normal_position=SwitchPosition.OPEN).current_position is SwitchPosition.OPEN


def test_an_entity_survives_its_bytes() -> None:
    segment = ACLineSegment(id="线:1 🙂", name="é", aliases=("a", "b"), length_m=0.0, in_service=False, load=2**40)
    assert codec.decode(EntityKind.AC_LINE_SEGMENT, codec.encode(segment)) == segment
    shift = Shift(id="s", start=datetime(2026, 1, 1, tzinfo=UTC), end=datetime(2026, 1, 2, tzinfo=UTC))
    assert codec.decode(EntityKind.SHIFT, codec.encode(shift)) == shift
    contact = Contact(id="c", value="+8613900001111", verified_on=date(2026, 1, 1))
    assert codec.properties(contact) == {"id": "c", "value": "+8613900001111", "verified_on": date(2026, 1, 1)}


@settings(max_examples=200, deadline=None)
@given(name=st.text(max_size=30), aliases=st.lists(st.text(max_size=10), max_size=3), number=st.none() | st.text())
def test_any_text_survives(name: str, aliases: list[str], number: str | None) -> None:
    try:
        customer = Customer(id="x", name=name, aliases=tuple(aliases), number=number)
        packed = codec.encode(customer)
    except (ValidationError, UnicodeEncodeError):
        return
    assert codec.decode(EntityKind.CUSTOMER, packed) == customer


@pytest.mark.parametrize(
    ("cls", "fields", "complaint"),
    [
        (Entity, {"id": ""}, "at least 1 character"),
        (Entity, {"id": "x" * 129}, "at most 128 bytes"),
        (Entity, {"id": "a\x00b"}, "control characters"),
        (ACLineSegment, {"id": "x", "length_m": -1}, "greater than or equal to 0"),
        (ACLineSegment, {"id": "x", "length_m": float("nan")}, "finite number"),
        (Customer, {"id": "x", "importance": "三级"}, "SPECIAL"),
        (Customer, {"id": "x", "colour": "red"}, "Unexpected keyword"),
        (Contact, {"id": "x", "value": "12345"}, "E.164"),
        (Contact, {"id": "x", "value": "nobody", "contact_type": ContactType.EMAIL}, "e-mail"),
        (Shift, {"id": "x", "start": "2026-01-02T00:00Z", "end": "2026-01-01T00:00Z"}, "does not lie after the start"),
        (Shift, {"id": "x", "start": "2026-01-02T00:00", "end": "2026-01-03T00:00Z"}, "timezone"),
        (
            Assignment,
            {"id": "x", "role": "DISPATCHER", "valid_from": "2026-01-02T00:00Z", "valid_to": "2026-01-01T00:00Z"},
            "lies before the time that it is valid from",
        ),
    ],
)
def test_wrong_values_are_refused(cls: type[Entity], fields: dict[str, object], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        cls(**fields)  # type: ignore[arg-type]


def test_ids_are_normalised() -> None:
    assert Entity(id=" e\u0301 ").id == "é"


def test_identity_and_size() -> None:
    link = Relationship(kind=RelationshipKind.COVERS, source="a", target="b", load=3, row=4)
    assert link.identity == RelationshipKey(RelationshipKind.COVERS, "a", "b", "")
    batch = GraphBatch(relationships=[link], delete_entities=["x"], delete_relationships=[link.identity])
    assert len(batch) == 3
