"""The plain mapping: a table per kind of entity, columns named like the schema's fields and relationships.

Nothing of it is typed here: tables, columns, codes and ends follow from the schema.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from loaders.report import FileAccount, Reject
from loaders.source import Reading
from loaders.tabular.beside import (
    BesideColumn,
    WrongBesideError,
    beside_column,
    ids_beside,
    is_contact,
    made_beside,
    made_kinds,
)
from loaders.tabular.by_name import Lost, compact
from loaders.tabular.collect import Collector, Link, Made
from loaders.tabular.heads import bare_head
from loaders.tabular.moments import day
from loaders.tabular.names import (
    LOADABLE,
    README_TABLES,
    clean_id,
    kinds_by_name,
    nearest,
    plain_name,
    relationships_by_name,
    split_number,
)
from loaders.tabular.reader import Line, Table
from loaders.tabular.relationship_rows import RELATIONSHIP_TABLES, link_columns, take_link
from loaders.tabular.scars import Wanted
from loaders.tabular.several import each_person
from loaders.tabular.synonyms import field_named, link_named
from loaders.tabular.values import FieldInfo, Parser, fields_of, listed
from loaders.tabular.whole_rows import DAY_COLUMNS, WrongTogetherError, further_ids, understood
from loaders.tabular.writing import UNSAID, UnclearError, Writing
from schema.batch import GraphBatch
from schema.errors import LoadError
from schema.registry import EntityKind
from schema.relationships import RelationshipKind
from schema.validation import masked
from schema.words import said, say
from schema.words.former_words import accepted_words

_LOST = count(1)
"""Tells rows without id apart whose names are kept."""
_NAMED = 30
"""Columns that a message names."""


@dataclass(frozen=True, slots=True)
class _LinkColumn:
    place: int
    header: str
    kind: RelationshipKind
    key: str


@dataclass(slots=True)
class _Columns:
    fields: list[tuple[int, str, str, Parser | None]]
    links: list[_LinkColumn]
    unknown: list[str]
    infos: dict[str, FieldInfo]
    kind: EntityKind
    system: str
    beside: list[BesideColumn] = field(default_factory=list)
    read_as: dict[str, str] = field(default_factory=dict)
    """Fields and relationships by the head of their column, where that is another word for them."""
    day: int = -1
    """Place of the column that holds the day of times without one; -1 = there is none."""

    def wanted(self) -> dict[int, Wanted]:
        """What the columns that are read are read as."""
        found = {place: self.infos[name].wanted for place, _, name, _ in self.fields}
        found |= {link.place: Wanted.KEY for link in self.links}
        found |= {each.place: Wanted.PERSONAL if is_contact(each) else Wanted.KEY for each in self.beside}
        return found if self.day < 0 else found | {self.day: Wanted.OTHER}

    def made_id(self, cells: Sequence[str]) -> str:
        """The id of a row of a roster without ids: what tells it from the others, when and who, as it is written."""
        if self.kind is EntityKind.PERSON:
            return self._made_person(cells)
        told = [cells[place].strip() for place, _, name, _ in self.fields if name in ("start", "end")]
        told += [cells[link.place].strip() for link in self.links]
        day = [cells[self.day].strip()] if self.day >= 0 else []
        return "" if not any(told) else "SHIFT:" + ":".join([self.system, *day, *told])

    def lost(self, cells: Sequence[str]) -> Lost:
        """What a rejected row would have stood for: its name counts among names."""
        name = next((cells[place] for place, _, name, _ in self.fields if name == "name"), "")
        teams = [cells[link.place] for link in self.links if link.kind is RelationshipKind.MEMBER_OF]
        ident = self.ids(cells)[0] or f"{name} {next(_LOST)}"
        return Lost(self.kind, ident, name, tuple(clean_id(team) for team in teams if team))

    def _made_person(self, cells: Sequence[str]) -> str:
        """The id of a row of a phone list without ids: the name, and the digits of the first number."""
        name = next((compact(cells[place]) for place, _, name, _ in self.fields if name == "name"), "")
        numbers = ("".join(filter(str.isdecimal, cells[each.place])) for each in self.beside if is_contact(each))
        first = next(filter(None, numbers), "").removeprefix("00").removeprefix("86")
        return f"PERSON:{self.system}:{name}:{first}" if name else ""

    def heads(self) -> dict[str, str]:
        """Fields, and what the table calls the column of each."""
        return {name: header for _, header, name, _ in self.fields}

    def ids(self, cells: Sequence[str]) -> list[str]:
        """The id of a row, and those of things that it may have made beside it."""
        found = [clean_id(cells[place]) for place, _, name, _ in self.fields if name == "id"]
        found = found or [self.made_id(cells)]
        found += [further for ident in found for further in further_ids(self.kind, ident)]
        return found + ids_beside(self.beside, found[0], self.system, cells) if self.beside else found


class PlainMapping:
    """Reads tables of the plain format. Raises LoadError at once for a table or header that it cannot use."""

    name = "plain"
    system = "plain"

    def __init__(self, tables: Sequence[Table], writing: Writing = UNSAID, system: str = "") -> None:
        self._writing = writing
        self._tables: list[tuple[Table, EntityKind, _Columns]] = []
        self._links: list[tuple[Table, dict[str, int]]] = []
        self._skipped: list[Table] = []
        for table in tables:
            name = plain_name(table.name)
            kind = kinds_by_name().get(name)
            if kind is not None:
                self._tables.append((table, kind, _columns(table, kind, writing, system)))
            elif name in RELATIONSHIP_TABLES:
                self._links.append((table, link_columns(table)))
            elif name in README_TABLES:
                self._skipped.append(table)
            else:
                hint = nearest(table.name, [known for kind in LOADABLE for known in (kind.label, kind.zh)])
                raise LoadError(
                    say(
                        "{table}: {name!r} is no kind of entity.{hint} Name the table like a kind (Customer "
                        "or 客户), or Relationship, or keep it out of the load.",
                        table=table.label,
                        name=table.name,
                        hint=hint,
                    )
                )
        # whoever names a node by its id finds it there
        if any(EntityKind.CONNECTIVITY_NODE in made_kinds(columns.beside) for _, _, columns in self._tables):
            self._tables.sort(key=lambda each: each[1] is not EntityKind.CONNECTIVITY_NODE)
        if not self._tables and not self._links:
            raise LoadError(say("No table to load: name files or sheets like kinds of entities, as Customer or 客户."))

    def covers(self) -> frozenset[EntityKind]:
        """Kinds that have a table, or columns in another's."""
        made = (made_kinds(columns.beside) for _, _, columns in self._tables)
        return frozenset(kind for _, kind, _ in self._tables).union(*made)

    def batches(self, reading: Reading) -> Iterator[GraphBatch]:
        """See Source.batches."""
        collector = Collector(reading)
        for table, kind, columns in self._tables:
            account = table.account(reading.first_load)
            collector.begin(account)
            heads = columns.heads()

            def lost(cells: Sequence[str], columns: _Columns = columns) -> list[str]:
                collector.lose(columns.lost(cells))
                return columns.ids(cells)

            for line in table.lines(reading, account, lost, columns.wanted()):
                _take(collector, reading, columns, heads, line, self._writing)
                yield from collector.full()
            _tell_unknown(reading, account, kind, columns)
        for table, places in self._links:
            account = table.account(reading.first_load)
            collector.begin(account)
            heads = {name: table.header[place] for name, place in places.items()}
            for line in table.lines(reading, account, wanted=dict.fromkeys(places.values(), Wanted.KEY)):
                take_link(collector, places, heads, line)
        for table in self._skipped:
            account = table.account(reading.first_load)
            account.not_read = say("it explains the workbook")
            reading.report.accounts.append(account)
        yield from collector.close()


def _columns(table: Table, kind: EntityKind, writing: Writing, system: str) -> _Columns:
    infos = fields_of(kind, writing)
    by_name = {
        plain_name(name): info
        for info in infos.values()
        for name in (*accepted_words(info.label.zh), info.name)
        if name
    }
    links = relationships_by_name(kind)
    found: dict[str, str] = {}
    columns = _Columns([], [], [], infos, kind, system)
    days = frozenset(map(plain_name, DAY_COLUMNS.get(kind, ())))
    named = {name for header in table.header if (name := _field_of(by_name, header))}
    for place, header in enumerate(table.header):
        bare, unit = bare_head(header)
        info = by_name.get(plain_name(header)) or by_name.get(plain_name(bare))
        if info is None and (name := field_named(kind, bare)) and name not in named:
            info = infos[name]
            named.add(name)
            columns.read_as[header] = name
        if info is not None:
            if unit and plain_name(header) not in by_name and plain_name(unit) != plain_name(info.label.unit):
                raise LoadError(
                    say(
                        "{table}: column {header!r} is in {unit}, but {field} is taken in {what}. Convert the "
                        "column, or use a mapping file with a factor.",
                        table=table.label,
                        header=header,
                        unit=unit,
                        field=info.name,
                        what=info.label.unit or say("no unit"),
                    )
                )
            if info.name in found:
                raise LoadError(
                    say(
                        "{table}: columns {first!r} and {header!r} are both {field}.",
                        table=table.label,
                        first=found[info.name],
                        header=header,
                        field=info.name,
                    )
                )
            found[info.name] = header
            columns.fields.append((place, header, info.name, info.parse))
            continue
        numbered = split_number(bare)
        link = links.get(plain_name(bare))
        if link is not None:
            columns.links.append(_LinkColumn(place, header, link, ""))
        elif numbered and (link := links.get(plain_name(numbered[0]))) is not None:
            columns.links.append(_LinkColumn(place, header, link, numbered[1]))
        elif plain_name(bare) in days and columns.day < 0:
            columns.day = place
        elif beside := beside_column(kind, place, header, bare):
            columns.beside.append(beside)
        elif (link := link_named(kind, bare)) is not None and link in links.values():
            columns.links.append(_LinkColumn(place, header, link, ""))
            columns.read_as[header] = link.value.lower()
        else:
            columns.unknown.append(header)
    missing = [info.name for info in infos.values() if info.required and info.name not in found]
    if missing == ["id"] and "number" in found:
        place = table.header.index(found["number"])
        columns.fields.append((place, found["number"], "id", None))
        columns.read_as[found["number"]] = "id, number"
        missing = []
    if kind is EntityKind.SHIFT:
        missing = [name for name in missing if name != "id"]
    numbers = [each.header for each in columns.beside if is_contact(each)]
    if missing == ["id"] and kind is EntityKind.PERSON and "name" in found and numbers:
        columns.read_as[f"{found['name']} + {numbers[0]}"] = "id"
        missing = []
    if missing:
        info = infos[missing[0]]
        raise LoadError(
            say(
                "{table} has no column {field} ({zh}), which every {kind} needs. Its columns are: {header}.",
                table=table.label,
                field=info.name,
                zh=info.label.zh,
                kind=kind.label,
                header=_some(table.header),
            )
        )
    return columns


def _field_of(by_name: Mapping[str, FieldInfo], header: str) -> str:
    """The field that a column is called like; empty for none."""
    info = by_name.get(plain_name(header)) or by_name.get(plain_name(bare_head(header)[0]))
    return "" if info is None else info.name


def _some(names: Sequence[str]) -> str:
    """The first of many names."""
    return ", ".join(names[:_NAMED]) + (", ..." if len(names) > _NAMED else "")


def _take(
    collector: Collector, reading: Reading, columns: _Columns, heads: dict[str, str], line: Line, writing: Writing
) -> None:
    row, cells = line
    fields: dict[str, Any] = {}

    def refuse(column: str, value: str, error: ValueError, remedy: str) -> None:
        reading.kept.update(filter(None, columns.ids(cells)))
        collector.lose(columns.lost(cells))
        better = error.remedy if isinstance(error, UnclearError) else remedy
        collector.reject(row, column, value, said(error), better)

    for place, header, name, parse in columns.fields:
        text = cells[place]
        if not text or text.isspace():
            continue
        if parse is None:
            fields[name] = text
            continue
        try:
            fields[name] = parse(text)
        except ValueError as error:
            refuse(header, text, error, say("Correct the value."))
            return
    if "id" in heads:
        ident = collector.cleaned(row, heads["id"], fields.get("id", ""))
    else:
        ident = columns.made_id(cells)
        heads = heads | {"id": ""}
    if not ident:
        collector.lose(columns.lost(cells))
        collector.reject(row, heads["id"], "", say("the row has no id"), say("Give it one that never changes."))
        return
    fields["id"] = ident
    try:
        of = day(cells[columns.day]) if columns.day >= 0 and cells[columns.day] else None
        every, remarks = understood(columns.kind, fields, of, writing)
    except WrongTogetherError as error:
        value = next((cells[place] for place, _, name, _ in columns.fields if name == error.field), "")
        shown = masked(value) if columns.infos[error.field].label.personal else value
        refuse(heads.get(error.field, error.field), shown, error.error, "")
        return
    except UnclearError as error:
        refuse(DAY_COLUMNS[columns.kind][0], cells[columns.day], error, "")
        return
    links: list[Link] = []
    for column in columns.links:
        text = cells[column.place]
        if text:
            try:
                targets = listed(text)
            except ValueError as error:
                refuse(column.header, text, error, say("Separate ids by a semicolon."))
                return
            ids = [collector.cleaned(row, column.header, target) for target in targets]
            links += [Link(column.kind, ident, target, column.key, column.header) for target in ids]
    made = [Made(columns.kind, each) for each in every]
    if columns.beside:
        try:
            more = made_beside(columns.beside, collector, row, ident, cells, writing, columns.system)
        except WrongBesideError as error:
            refuse(error.column.header, error.value, error.error, "")
            return
        made, links = made + more[0], links + more[1]
    made, links = each_person(made, links)
    collector.take(row, made, links, heads)
    for remark in remarks:
        collector.remark(row, heads.get(remark.field, remark.field), "", remark.reason, remark.remedy)


def _tell_unknown(reading: Reading, account: FileAccount, kind: EntityKind, columns: _Columns) -> None:
    known = [*columns.infos, *(link.value.lower() for link in relationships_by_name(kind).values())]
    account.unread = (*account.unread, *columns.unknown)
    account.read_as = columns.read_as
    for header in columns.unknown:
        reading.report.findings.append(
            Reject(
                file=account.file,
                row=1,
                column=header,
                reason=say(
                    "{kind} ({term}) has no such field or relationship: the column is not read.{hint}",
                    kind=kind.label,
                    term=kind.zh,
                    hint=nearest(header, known),
                ),
                remedy=say("Rename the column if it should be read."),
                dropped=True,
            )
        )
