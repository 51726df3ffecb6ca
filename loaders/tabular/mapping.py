"""The mapping language: a YAML file says what entities and relationships the rows of each table stand for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from loaders.tabular.names import LOADABLE, nearest
from loaders.tabular.values import fields_of
from schema.errors import LoadError
from schema.registry import EntityKind
from schema.relationships import ENDS, RelationshipKind
from schema.validation import reason_of
from schema.words import say


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Lookup(_Part):
    """A value out of another table: `column` of the row of `table` whose `key` equals this row's `by`."""

    table: str
    key: str
    by: str


class Value(_Part):
    """Where a field's value comes from: a column (translated by `codes`, times `factor`), a template or a constant."""

    column: str = ""
    template: str = ""
    constant: str | None = None
    codes: dict[str, str | None] = Field(default_factory=dict)
    factor: float | None = None
    """What the number is multiplied by to be in the field's unit."""
    lookup: Lookup | None = None


class KindByCode(_Part):
    """The kind of entity by a code in a column."""

    column: str
    codes: dict[str, str]


class Make(_Part):
    """An entity that a row stands for; not made where its id's template has an empty part."""

    kind: str | KindByCode
    id: str
    shared: bool = False
    """Made by whichever row names it first (nodes that are only named by what hangs on them)."""
    when: dict[str, list[str]] = Field(default_factory=dict)
    unless: dict[str, list[str]] = Field(default_factory=dict)
    fields: dict[str, str | Value] = Field(default_factory=dict)
    """By field: the name of a column, or a Value."""
    links: dict[str, str | list[str]] = Field(default_factory=dict)
    """By relationship kind in lower case (connects_1 for terminal 1): template of the target's id, or several."""


class TableSpec(_Part):
    """One table of the source system."""

    file: str | list[str]
    """Name of the file or sheet, or several; may hold * and ?; without regard to case."""
    optional: bool = False
    may_lack: list[str] = Field(default_factory=list)
    """Columns that the table may come without: they count as empty."""
    distinct_by: str = ""
    """Column whose repeats are records of their own: {occurrence} in a template tells them apart ("", "~2", ...)."""
    where: dict[str, list[str]] = Field(default_factory=dict)
    """Rows that are read: by column, its values."""
    blank: dict[str, list[str]] = Field(default_factory=dict)
    """Values that say "none", by column."""
    left_out: str = "not asked for by the mapping (where)"
    """Reason that the other rows are left out with."""
    make: list[Make] = Field(default_factory=list)


class MappingFile(_Part):
    """A mapping file: the system it is for, and its tables by name."""

    system: Annotated[str, Field(min_length=1)]
    title: str = ""
    timezone: str = ""
    """Zone of times without one, as Asia/Shanghai."""
    country: str = ""
    """Whose telephone numbers those without a calling code are, as CN."""
    encoding: str = ""
    """Encoding of the text files, where it is neither UTF-8 nor GB18030."""
    complete: bool = True
    """Whether the tables hold all that the system has of the kinds they make."""
    others: Literal["refuse", "name"] = "refuse"
    """What becomes of a table that is none of these: the load is refused, or the account names it as not read."""
    tables: dict[str, TableSpec]


def patterns_of(spec: TableSpec) -> list[str]:
    """The names that a table may have."""
    return [spec.file] if isinstance(spec.file, str) else spec.file


BUILT_IN = Path(__file__).parent.parent / "mappings"


def mapping_named(name: str) -> tuple[str, MappingFile]:
    """Name and content of a built-in mapping, or of the mapping file at a path."""
    inside = BUILT_IN / f"{name}.yaml"
    if inside.is_file():
        return name, read_mapping(inside)
    path = Path(name)
    if not path.is_file():
        known = ["plain", *sorted(item.stem for item in BUILT_IN.glob("*.yaml"))]
        raise LoadError(
            say(
                "There is no mapping {name}: give {known}, or the path of a mapping file.",
                name=name,
                known=", ".join(known),
            )
        )
    return path.name, read_mapping(path)


def read_mapping(path: Path) -> MappingFile:
    """The mapping of a file. Raises LoadError, with line and the nearest name, for what it does not know."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
    except UnicodeDecodeError as error:
        raise LoadError(say("{path} is not UTF-8. Save it as UTF-8.", path=path.name)) from error
    except yaml.YAMLError as error:
        raise LoadError(say("{path} is no YAML: {error}", path=path.name, error=error)) from error
    try:
        mapping = MappingFile.model_validate(_content(node))
    except ValidationError as error:
        # Of the branches of a union, the one that came furthest is the one that was meant.
        first = max(error.errors(include_url=False), key=lambda found: len(found["loc"]))
        where = [
            part
            for part in first["loc"]
            if part not in ("str", "Value", "KindByCode", "list[str]", "int", "float", "bool")
        ]
        said: str = reason_of(first)
        if first["type"] == "extra_forbidden":
            said = say(
                "{where!r} is nothing that can stand here.{hint}",
                where=where[-1],
                hint=nearest(str(where[-1]), _KEYS),
            )
        raise LoadError(
            say(
                "{path}, line {line}: {place}: {said}",
                path=path.name,
                line=_line(node, where),
                place=".".join(map(str, where)),
                said=said,
            )
        ) from error
    for where, said in _unknown_names(mapping):
        raise LoadError(say("{path}, line {line}: {said}", path=path.name, line=_line(node, where), said=said))
    return mapping


_KEYS = sorted({name for part in (Lookup, Value, Make, TableSpec, MappingFile) for name in part.model_fields})


_FILTERS = ("where", "when", "unless", "blank")
_NULL = "tag:yaml.org,2002:null"


def _content(node: yaml.Node | None) -> Any:
    """What YAML says, every scalar as its own text: a column may be called NO, a code may be 007."""
    if isinstance(node, yaml.MappingNode):
        return {
            key.value: _filters(_content(value)) if key.value in _FILTERS else _content(value)
            for key, value in node.value
        }
    if isinstance(node, yaml.SequenceNode):
        return [_content(item) for item in node.value]
    return None if node is None or node.tag == _NULL else node.value


def _filters(content: Any) -> Any:
    if not isinstance(content, Mapping):
        return content
    return {column: values if isinstance(values, list) else [values] for column, values in content.items()}


def _line(node: yaml.Node | None, where: list[str | int]) -> int:
    line = 1
    for part in where:
        if isinstance(node, yaml.MappingNode):
            found = [(key, value) for key, value in node.value if str(key.value) == str(part)]
            if not found:
                return line
            line, node = found[0][0].start_mark.line + 1, found[0][1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            node = node.value[part]
            line = node.start_mark.line + 1
    return line


_LINKS = {kind.value.lower(): kind for kind in RelationshipKind}
_KINDS = {kind.label: kind for kind in LOADABLE}


def kinds_made(make: Make) -> list[EntityKind]:
    """The kinds that may come of it; KeyError for a name that is none."""
    names = [make.kind] if isinstance(make.kind, str) else list(make.kind.codes.values())
    return [_KINDS[name] for name in dict.fromkeys(names)]


def link_of(name: str) -> tuple[RelationshipKind, str]:
    """Kind and key of a link's name, as connects_1; KeyError if it is none."""
    bare, _, key = name.rpartition("_")
    if bare and key.isdigit():
        return _LINKS[bare], key
    return _LINKS[name], ""


def _unknown_names(mapping: MappingFile) -> list[tuple[list[str | int], str]]:
    found: list[tuple[list[str | int], str]] = []
    for table, spec in mapping.tables.items():
        for place, make in enumerate(spec.make):
            where: list[str | int] = ["tables", table, "make", place]
            names = [make.kind] if isinstance(make.kind, str) else list(make.kind.codes.values())
            wrong = [name for name in names if name not in _KINDS]
            if wrong:
                found.append(([*where, "kind"], f"{wrong[0]!r} is no kind of entity.{nearest(wrong[0], _KINDS)}"))
                continue
            found += _unknown_parts(make, where)
    return found


def _unknown_parts(make: Make, where: list[str | int]) -> list[tuple[list[str | int], str]]:
    found: list[tuple[list[str | int], str]] = []
    for kind in kinds_made(make):
        known = fields_of(kind)
        found += [
            ([*where, "fields", name], f"{kind.label} has no field {name!r}.{nearest(name, known)}")
            for name in make.fields
            if name not in known or name == "id"
        ]
        links = [link.value.lower() for link in RelationshipKind if kind in ENDS[link].sources]
        for name in make.links:
            try:
                allowed = kind in ENDS[link_of(name)[0]].sources
            except KeyError:
                allowed = False
            if not allowed:
                said = say(
                    "{kind} has no relationship {name!r}.{hint}",
                    kind=kind.label,
                    name=name,
                    hint=nearest(name, links),
                )
                found.append(([*where, "links", name], said))
    return found
