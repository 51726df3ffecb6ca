"""A mapping's templates, filters and values, made ready for the columns of one table."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from loaders.report import FileAccount
from loaders.source import Reading
from loaders.tabular.mapping import KindByCode, Lookup, Make, TableSpec, Value, kinds_made, link_of
from loaders.tabular.names import nearest
from loaders.tabular.scars import Wanted
from loaders.tabular.table import Table
from loaders.tabular.values import Parser, fields_of
from loaders.tabular.writing import UNSAID, UnclearError, Writing
from schema.errors import LoadError
from schema.registry import EntityKind
from schema.relationships import RelationshipKind
from schema.words import said, say

OCCURRENCE = "occurrence"
"""Name in a template for what tells repeats of a key apart; its value stands behind the last cell of a row."""

ELSE = "*"
"""Code that stands for all that are not named."""
_HOLE = re.compile(r"\{([^{}]+)\}")
Cells = Sequence[str]
Keyed = Mapping[tuple[str, str], Mapping[str, Cells]]
"""Rows of lookup tables by table and key column, then by key."""


class WrongValueError(ValueError):
    """A cell that cannot be what the mapping takes it for."""

    def __init__(self, column: str, value: str, reason: str, remedy: str = "") -> None:
        super().__init__(reason)
        self.column = column
        self.value = value
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes one entity, and the relationships that leave it, of a row."""

    kind: Callable[[Cells], EntityKind]
    id: Callable[[Cells], str]
    shared: bool
    applies: Callable[[Cells], bool]
    fields: list[tuple[str, Callable[[Cells], Any]]]
    links: list[tuple[RelationshipKind, str, str, Callable[[Cells], str]]]
    """Kind, key, name in the mapping, and target's id."""


class Columns:
    """The columns of one table, as templates and values name them. Raises LoadError for one that is not there."""

    def __init__(
        self,
        table: Table,
        mapping: str,
        others: Mapping[str, Table],
        writing: Writing = UNSAID,
        may_lack: Sequence[str] = (),
    ) -> None:
        self._table = table
        self._writing = writing
        self._mapping = mapping
        self._others = others
        self._places = {name: place for place, name in enumerate(table.header)} | {OCCURRENCE: len(table.header)}
        lacking = len(table.header) + 1
        self._places = dict.fromkeys(may_lack, lacking) | self._places
        self.read: set[str] = set()
        """Columns that something was asked of."""
        self.wanted: dict[int, Wanted] = {}
        """What they are read as, by place: keys are what ids are made of."""

    def place(self, name: str) -> int:
        """Place of a column in a row."""
        found = self._places.get(name)
        if found is None:
            raise LoadError(
                say(
                    "{table} has no column {column}, which the mapping {mapping} reads.{hint}",
                    table=self._table.label,
                    column=name,
                    mapping=self._mapping,
                    hint=nearest(name, self._table.header),
                )
            )
        self.read.add(name)
        if found < len(self._table.header):
            self.wanted.setdefault(found, Wanted.OTHER)
        return found

    def template(self, text: str) -> Callable[[Cells], str]:
        """Fills {COLUMN}s in; empty if any of them but {occurrence} is empty."""
        parts = _HOLE.split(text)
        fixed, holes = parts[::2], [self.place(name) for name in parts[1::2]]
        what = Wanted.KEY if len(holes) == 1 else Wanted.PART
        self.wanted.update((hole, what) for hole in holes if hole < len(self._table.header))
        last = len(self._table.header)
        if len(holes) == 1:
            before, after, only = fixed[0], fixed[1], holes[0]
            return lambda cells: before + cells[only] + after if cells[only] else ""

        def fill(cells: Cells) -> str:
            text = fixed[0]
            for place, behind in zip(holes, fixed[1:], strict=True):
                if not cells[place] and place != last:
                    return ""
                text += cells[place] + behind
            return text

        return fill

    def filter(
        self, wanted: Mapping[str, Sequence[str]], unwanted: Mapping[str, Sequence[str]]
    ) -> Callable[[Cells], bool]:
        """Whether a row has one of the wanted values in each column, and none of the unwanted."""
        asked = [(self.place(name), frozenset(values), True) for name, values in wanted.items()]
        asked += [(self.place(name), frozenset(values), False) for name, values in unwanted.items()]
        if not asked:
            return lambda _: True
        return lambda cells: all((cells[place] in values) is sign for place, values, sign in asked)

    def maker(self, make: Make, keyed: Keyed) -> Maker:
        """What makes the entity that `make` describes."""
        infos = fields_of(kinds_made(make)[0], self._writing)
        fields = []
        for name, given in make.fields.items():
            value = Value(column=given) if isinstance(given, str) else given
            fields.append((name, self._value(value, infos[name].parse, keyed)))
            if value.column and value.lookup is None and infos[name].is_key:
                self.wanted[self.place(value.column)] = infos[name].wanted
        links = [
            (*link_of(name), name, self.template(target))
            for name, targets in make.links.items()
            for target in ([targets] if isinstance(targets, str) else targets)
        ]
        return Maker(
            kind=self._kind(make),
            id=self.template(make.id),
            shared=make.shared,
            applies=self.filter(make.when, make.unless),
            fields=fields,
            links=links,
        )

    def _kind(self, make: Make) -> Callable[[Cells], EntityKind]:
        if not isinstance(make.kind, KindByCode):
            (only,) = kinds_made(make)
            return lambda _: only
        column, place = make.kind.column, self.place(make.kind.column)
        labels = {kind.label: kind for kind in kinds_made(make)}
        by_code = {code: labels[name] for code, name in make.kind.codes.items()}

        def kind(cells: Cells) -> EntityKind:
            found = by_code.get(cells[place])
            if found is None:
                raise WrongValueError(
                    column, cells[place], say("the mapping has no such code: {codes}", codes=", ".join(by_code))
                )
            return found

        return kind

    def _value(self, value: Value, parse: Parser | None, keyed: Keyed) -> Callable[[Cells], Any]:
        if value.constant is not None:
            constant = value.constant if parse is None else parse(value.constant)
            return lambda _: constant
        if value.template:
            filled = self.template(value.template)
            return filled if parse is None else _parsed(value.template, filled, parse)
        text = self._text(value, keyed)
        codes = value.codes

        def read(cells: Cells) -> Any:
            found = text(cells)
            if not found:
                return None
            meant: str | None = found
            if codes:
                if found not in codes and ELSE not in codes:
                    raise WrongValueError(
                        value.column, found, say("the mapping has no such code: {codes}", codes=", ".join(codes))
                    )
                meant = codes.get(found, codes.get(ELSE))
            if meant is None:
                return None
            try:
                if value.factor is not None:
                    return float(meant) * value.factor
                return meant if parse is None else parse(meant)
            except ValueError as error:
                raise _wrong(value.column, found, error) from error

        return read

    def _text(self, value: Value, keyed: Keyed) -> Callable[[Cells], str]:
        if value.lookup is None:
            place = self.place(value.column)
            return lambda cells: cells[place]
        by = self.place(value.lookup.by)
        if value.lookup.table not in self._others:
            return lambda _: ""
        other = self._others[value.lookup.table]
        there = Columns(other, self._mapping, {})
        place = there.place(value.column)
        there.place(value.lookup.key)
        rows = keyed.get((value.lookup.table, value.lookup.key), {})

        def look(cells: Cells) -> str:
            row = rows.get(cells[by])
            return "" if row is None else row[place]

        return look


def _parsed(template: str, filled: Callable[[Cells], str], parse: Parser) -> Callable[[Cells], Any]:
    def read(cells: Cells) -> Any:
        text = filled(cells)
        try:
            return parse(text) if text else None
        except ValueError as error:
            raise _wrong(template, text, error) from error

    return read


def _wrong(column: str, value: str, error: ValueError) -> WrongValueError:
    return WrongValueError(column, value, said(error), error.remedy if isinstance(error, UnclearError) else "")


def lookups_of(spec: TableSpec) -> set[tuple[str, str]]:
    """Tables and key columns that a table's fields are looked up in."""
    return {(look.table, look.key) for look, _ in columns_looked_up(spec)}


def columns_looked_up(spec: TableSpec) -> list[tuple[Lookup, str]]:
    """Lookups of a table's fields, with the column that each takes its value from."""
    values = [value for make in spec.make for value in make.fields.values() if isinstance(value, Value)]
    return [(value.lookup, value.column) for value in values if value.lookup is not None]


def keyed_rows(table: Table, key: str, mapping: str) -> dict[str, Cells]:
    """Rows of a lookup table by key; the first of repeated ones counts."""
    place = Columns(table, mapping, {}).place(key)
    rows: dict[str, Cells] = {}
    for line in table.lines(Reading(), FileAccount(file=table.label)):
        cells = [cell.strip() for cell in line.cells]
        rows.setdefault(cells[place], cells)
    return rows
