"""The reference page of the schema, made from the types themselves: kinds, fields, relationships, vocabularies."""

import dataclasses
import inspect
import types
import typing
from collections.abc import Iterable, Iterator
from datetime import date, datetime

from schema import record_terms, vocabulary
from schema.entity import Entity, FieldOrigin, Label
from schema.provenance import RejectedRow
from schema.registry import KINDS, EntityKind, kinds_of
from schema.relationships import ENDS, RelationshipKind
from schema.vocabulary import Term

GROUPS: dict[str, str] = {
    "grid": "Grid 电网",
    "risk": "Shared risk 共因",
    "customer": "Customers 客户",
    "inside": "Customer's own network 客户内部",
    "people": "People 人员",
    "plan": "Plans 预案",
    "provenance": "Provenance 来源",
    "incident": "Incidents 应急事件",
    "records": "Outages and hazards 停电与隐患",
}
"""Groups of kinds in the order of the page, with their headings."""

_TYPE_NAMES: dict[object, str] = {
    str: "text",
    bool: "yes/no",
    int: "whole number",
    float: "number",
    datetime: "time with zone",
    date: "date",
    FieldOrigin: "field origin",
    RejectedRow: "rejected row",
}


@dataclasses.dataclass(frozen=True, slots=True)
class FieldReference:
    """One field: its name, type in words, unit ("" = none), labels, and whether a value must be given."""

    name: str
    type: str
    unit: str
    zh: str
    en: str
    required: bool
    personal: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class KindReference:
    """One kind of entity: what it is, and its fields beyond those that every entity has."""

    kind: str
    label: str
    zh: str
    group: str
    description: str
    fields: tuple[FieldReference, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class RelationshipReference:
    """One kind of relationship: its meaning, and the labels of the kinds that may stand at its ends."""

    kind: str
    zh: str
    en: str
    source: str
    from_kinds: tuple[str, ...]
    to_kinds: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class TermReference:
    """One coded value of a vocabulary, with the document or practice that uses it."""

    code: str
    zh: str
    en: str
    source: str


@dataclasses.dataclass(frozen=True, slots=True)
class VocabularyReference:
    """One vocabulary with its values in order."""

    name: str
    description: str
    terms: tuple[TermReference, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class SchemaReference:
    """Everything that the graph may contain."""

    common: tuple[FieldReference, ...]
    kinds: tuple[KindReference, ...]
    relationships: tuple[RelationshipReference, ...]
    vocabularies: tuple[VocabularyReference, ...]


def label_of(hint: object) -> Label | None:
    """The Label inside a type hint, however deep; the outermost wins. None if there is none."""
    for meta in getattr(hint, "__metadata__", ()):
        if isinstance(meta, Label):
            return meta
    for inner in typing.get_args(hint):
        found = label_of(inner)
        if found is not None:
            return found
    return None


def type_name(hint: object) -> str:
    """A type hint in words: "number", "text", a vocabulary's name, "list of text"."""
    if hint in _TYPE_NAMES:
        return _TYPE_NAMES[hint]
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Annotated:
        return type_name(arguments[0])
    if origin in (types.UnionType, typing.Union):
        return type_name(next(inner for inner in arguments if inner is not type(None)))
    if origin is tuple:
        return f"list of {type_name(arguments[0])}"
    if isinstance(hint, type):
        return hint.__name__
    raise TypeError(f"no words for the type {hint!r}")


def fields_of(cls: type[Entity]) -> tuple[FieldReference, ...]:
    """All fields of a kind's class, inherited ones included, in the order of declaration."""
    hints = typing.get_type_hints(cls, include_extras=True)
    return tuple(_field(field, hints[field.name]) for field in dataclasses.fields(cls))


def _field(field: dataclasses.Field[typing.Any], hint: object) -> FieldReference:
    label = label_of(hint) or Label("", "")
    required = field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
    return FieldReference(field.name, type_name(hint), label.unit, label.zh, label.en, required, label.personal)


def _kind(kind: EntityKind) -> KindReference:
    common = {field.name for field in dataclasses.fields(Entity)}
    own = tuple(field for field in fields_of(kind.cls) if field.name not in common)
    return KindReference(kind.value, kind.label, kind.zh, kind.cls.group, inspect.getdoc(kind.cls) or "", own)


def _relationship(kind: RelationshipKind) -> RelationshipReference:
    ends = ENDS[kind]
    return RelationshipReference(
        kind.value, kind.zh, kind.en, kind.source, _labels(ends.sources), _labels(ends.targets)
    )


def _labels(kinds: frozenset[EntityKind]) -> tuple[str, ...]:
    if kinds == kinds_of(Entity):
        return ("any entity",)
    return tuple(kind.label for kind in KINDS if kind in kinds)


def _vocabularies() -> Iterator[VocabularyReference]:
    for cls in (*vars(vocabulary).values(), *vars(record_terms).values()):
        if isinstance(cls, type) and issubclass(cls, Term) and cls is not Term:
            terms = tuple(TermReference(term.value, term.zh, term.en, term.source) for term in cls)
            yield VocabularyReference(cls.__name__, inspect.getdoc(cls) or "", terms)


def reference() -> SchemaReference:
    """The whole reference, from the registry."""
    return SchemaReference(
        common=fields_of(Entity),
        kinds=tuple(_kind(kind) for group in GROUPS for kind in KINDS if kind.cls.group == group),
        relationships=tuple(_relationship(kind) for kind in RelationshipKind),
        vocabularies=tuple(_vocabularies()),
    )


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield "| " + " | ".join(heads) + " |"
    yield "|" + " --- |" * len(heads)
    for row in rows:
        yield "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in row) + " |"
    yield ""


def _field_rows(fields: tuple[FieldReference, ...]) -> Iterator[tuple[str, ...]]:
    for field in fields:
        name = f"`{field.name}`" + (" (required)" if field.required else "")
        yield name, field.type, field.unit, field.zh, field.en + (" Personal data." if field.personal else "")


_FIELD_HEADS = ("field", "type", "unit", "中文", "meaning")


def markdown() -> str:
    """The reference as a page of Markdown (docs/schema.md)."""
    page = reference()
    lines = [
        "# What the graph may contain",
        "",
        "Made from the types in `schema/` by `baodian schema --markdown`; do not edit it by hand.",
        "A relationship reads as a sentence from its source to its target.",
        "",
        "## Fields that every entity has",
        "",
        *_table(_FIELD_HEADS, _field_rows(page.common)),
    ]
    for group, heading in GROUPS.items():
        lines += [f"## {heading}", ""]
        for kind in page.kinds:
            if kind.group == group:
                lines += [f"### {kind.label} {kind.zh}", "", f"{kind.description} Kind: `{kind.kind}`.", ""]
                lines += _table(_FIELD_HEADS, _field_rows(kind.fields)) if kind.fields else ()
    lines += ["## Relationships", "", *_table(("relationship", "中文", "meaning", "from", "to"), _ends(page)), ""]
    lines += ["## Vocabularies", "", 'Source "K" marks common knowledge of the field, not checked in a document.', ""]
    for vocabulary_ in page.vocabularies:
        lines += [f"### {vocabulary_.name}", "", vocabulary_.description, ""]
        rows = ((f"`{term.code}`", term.zh, term.en, term.source) for term in vocabulary_.terms)
        lines += _table(("code", "中文", "English", "source"), rows)
    return "\n".join(lines).rstrip() + "\n"


def _ends(page: SchemaReference) -> Iterator[tuple[str, ...]]:
    for link in page.relationships:
        yield f"`{link.kind}`", link.zh, link.en, ", ".join(link.from_kinds), ", ".join(link.to_kinds)
