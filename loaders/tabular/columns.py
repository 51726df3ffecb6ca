"""Columns of a plain table: which field, relationship or thing beside it each one stands for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice

from loaders.tabular.beside import (
    PHONE,
    SITE,
    BesideColumn,
    beside_column,
    is_contact,
    is_reach,
    made_kinds,
)
from loaders.tabular.by_name import NAMED
from loaders.tabular.elsewhere import count_rows
from loaders.tabular.heads import bare_head
from loaders.tabular.lacking import lacks
from loaders.tabular.marks import MOST_OF_MARK, is_stroke, says_none
from loaders.tabular.moments import last_day
from loaders.tabular.names import fitting, plain_name, relationships_by_name, split_number
from loaders.tabular.numbers import Marks, marks_of, with_comma
from loaders.tabular.periods import Periods, periods_of
from loaders.tabular.phones import are_numbers, first_digits
from loaders.tabular.read_before import ReadBefore
from loaders.tabular.roles import RoleColumn, role_columns
from loaders.tabular.roster_hours import no_hours
from loaders.tabular.roster_matrix import HOUR_HEADS as PERIODS
from loaders.tabular.scars import Wanted
from loaders.tabular.supplies import NO_SUPPLIES, Supplies, is_supply, supplies_of
from loaders.tabular.synonyms import ends_a_day, field_named, is_plain_number, is_post, link_named
from loaders.tabular.table import Table
from loaders.tabular.units import converted
from loaders.tabular.values import FieldInfo, Parser, fields_of
from loaders.tabular.whole_rows import DAY_COLUMNS
from loaders.tabular.writing import Writing
from schema.errors import LoadError
from schema.people import compact
from schema.registry import CONDUCTING, EntityKind
from schema.relationships import RelationshipKind
from schema.words import say
from schema.words.former_words import accepted_words

_LOOKED_AT = 200
_WORDS_TOO = frozenset({"text", "list", "yes/no"})
"""Kinds of fields for which 无 is a value, or may be one."""
_NUMBERS = frozenset({"number", "whole number"})
_TO_POINTS = frozenset({RelationshipKind.HAS_RECEIVING_POINT})
_OTHERS = frozenset({EntityKind.CUSTOMER, EntityKind.RECEIVING_POINT, EntityKind.EMERGENCY_PLAN})
_PERSON = EntityKind.PERSON
_BY_NAME = (NAMED | CONDUCTING | _OTHERS) - {_PERSON, EntityKind.SUPPLY_SOURCE}
"""Kinds whose rows have their id by their name, where a list has no ids."""
_COUNTED = 12
"""Rows that are looked at for numbers that count them."""
_HAS_DAY = re.compile(r"\d{4}\s*[-/.年]|\d{5}")


@dataclass(frozen=True, slots=True)
class LinkColumn:
    """A column that refers to other things."""

    place: int
    header: str
    kind: RelationshipKind
    key: str


@dataclass(slots=True)
class Columns:
    """What the columns of a table are read as."""

    fields: list[tuple[int, str, str, Parser | None]]
    links: list[LinkColumn]
    unknown: list[str]
    infos: dict[str, FieldInfo]
    kind: EntityKind
    system: str
    beside: list[BesideColumn] = field(default_factory=list)
    roles: list[RoleColumn] = field(default_factory=list)
    """Columns that name who answers for the things of the rows."""
    supplies: Supplies = NO_SUPPLIES
    """Columns that name the feeders of the supplies of customers."""
    read_as: dict[str, str] = field(default_factory=dict)
    """Fields and relationships by the head of their column, where that is another word for them."""
    hints: dict[str, str] = field(default_factory=dict)
    """What else is to be told of columns that are not read, by their heads."""
    day: int = -1
    """Place of the column that holds the day of times without one; -1 = there is none."""

    day_head: str = ""
    """What that column is called."""

    namesakes: frozenset[str] = frozenset()
    """Names that several rows of a phone list without ids have."""
    periods: Periods | None = None
    """The column that holds start and end together, of a roster that has no column of each."""

    read: ReadBefore = field(default_factory=ReadBefore)
    _day_above: str = ""
    """Day of the last row of a roster that has one."""
    _is_numbered: bool | None = None

    @property
    def numbered(self) -> bool:
        """Whether ids are the numbers of a list (编号), not ids by name (id, 标识); for when the columns are known."""
        if self._is_numbered is None:
            ids = (self.read_as.get(head, "") for _, head, name, _ in self.fields if name == "id")
            self._is_numbered = any(read.startswith("id") for read in ids)
        return self._is_numbered

    @property
    def told_by(self) -> list[int]:
        """Columns that tell one row of who answers for what from the others: what, in which role, who, from when."""
        fields = [place for place, _, name, _ in self.fields if name in ("role", "rank", "valid_from")]
        return sorted([*(link.place for link in self.links), *fields])

    def says_none(self, name: str, text: str) -> bool:
        """Whether the cell of a field says that there is nothing: a stroke, or 无 where that is no answer."""
        if len(text) > MOST_OF_MARK or not says_none(text):
            return False
        info = self.infos[name]
        return is_stroke(text) or not (info.kind in _WORDS_TOO or (info.terms is not None and info.is_value(text)))

    def carried(self, cells: Sequence[str]) -> Sequence[str]:
        """A row of a roster with the day of the row above, where it has none and its times say none either."""
        if self.kind is not EntityKind.SHIFT or self.day < 0 or any(name == "id" for _, _, name, _ in self.fields):
            return cells
        told = cells[self.day].strip()
        if told:
            self._day_above = told
            return cells
        start = next((cells[place] for place, _, name, _ in self.fields if name == "start"), "")
        if not self._day_above or _HAS_DAY.search(start):
            return cells
        return [*cells[: self.day], self._day_above, *cells[self.day + 1 :]]

    def wanted(self) -> dict[int, Wanted]:
        """What the columns that are read are read as."""
        found = {place: self.infos[name].wanted for place, _, name, _ in self.fields}
        found |= {link.place: Wanted.KEY for link in self.links}
        found |= {each.place: Wanted.BESIDE if is_reach(each) else Wanted.KEY for each in self.beside}
        found |= {each.place: Wanted.KEY for each in self.roles}
        found |= {number.place: Wanted.BESIDE for each in self.roles for number in each.numbers}
        found |= self.supplies.wanted
        found |= {self.periods.place: Wanted.OTHER} if self.periods is not None else {}
        return found if self.day < 0 else found | {self.day: Wanted.OTHER}

    def made_id(self, cells: Sequence[str], of: EntityKind | None = None) -> str:
        """The id of a row of a list without ids: what tells it from the others, as it is written; `of` a kind by name.

        Of a roster when and who, of duties what, which, who and from when, of a phone list the name, of few and
        well-known things the name.
        """
        if self.kind is EntityKind.PERSON:
            return self._made_person(cells)
        if self.kind is EntityKind.ASSIGNMENT:
            told = [cells[place] for place in self.told_by]
            made = ":".join([self.kind.value, self.system, *map(compact, told)])
            return fitting(made, self.kind, self.system) if any(told) else ""
        if self.kind is not EntityKind.SHIFT:
            name = next((compact(cells[place]) for place, _, name, _ in self.fields if name == "name"), "")
            kind = of or self.kind
            return fitting(f"{kind.value}:{self.system}:{name}", kind, self.system) if name else ""
        told = [cells[place].strip() for place, _, name, _ in self.fields if name in ("start", "end")]
        told += [cells[link.place].strip() for link in self.links]
        told += [cells[self.periods.place].strip()] if self.periods is not None else []
        day = [cells[self.day].strip()] if self.day >= 0 else []
        return "" if not any(told) else "SHIFT:" + ":".join([self.system, *day, *told])

    def _made_person(self, cells: Sequence[str]) -> str:
        """The id of a row of a list without ids: the name, of namesakes also their first number, else their team.

        A number changes, the person stays; but of two of one name none may become the other.
        """
        name = next((compact(cells[place]) for place, _, name, _ in self.fields if name == "name"), "")
        if name not in self.namesakes:
            return f"PERSON:{self.system}:{name}" if name else ""
        firsts = (first_digits(cells[each.place]) for each in self.beside if is_contact(each))
        first = next(filter(None, firsts), "").removeprefix("00").removeprefix("86")
        return ":".join(["PERSON", self.system, name, *([first] if first else self._teams(cells))])

    def _teams(self, cells: Sequence[str]) -> list[str]:
        return [compact(cells[link.place]) for link in self.links]

    def meet(self, table: Table) -> None:
        """Look for namesakes in a phone list without ids, and for decimal commas, before rows are read."""
        if table.encoding and table.delimiter == ";":
            self._with_commas(table)
        place = next((place for place, _, name, _ in self.fields if name == "name"), -1)
        if self.kind is EntityKind.PERSON and place >= 0 and "id" not in self.heads():
            counted = Counter(map(compact, table.column(place)))
            self.namesakes = frozenset(name for name, count in counted.items() if name and count > 1)
            numbers = [each.header for each in self.beside if is_contact(each)]
            others = numbers[:1] or [link.header for link in self.links]
            if self.namesakes and others:
                self.read_as[" + ".join((table.header[place], *others))] = "id"

    def make_sites(self) -> None:
        """Read addresses of customers as sites of their own: no table of the load has them."""
        for link in [link for link in self.links if link.kind is RelationshipKind.HAS_SITE]:
            self.links.remove(link)
            self.beside.append(BesideColumn(link.place, link.header, SITE))

    def take_roles(self, header: Sequence[str]) -> None:
        """Read columns that name who answers for the things of the rows, and their numbers, as assignments."""
        self.roles = role_columns(self.kind, header, self.unknown, self.beside)
        for column in self.roles:
            self.read_as[column.header] = f"ASSIGNMENT ({column.role.value})"
            self.read_as |= {each.header: f"CONTACT ({column.header})" for each in column.numbers}

    def make_supplies(self, header: Sequence[str]) -> None:
        """Read columns of customers' feeders as supplies: no table of the load has them."""
        if self.kind is not EntityKind.CUSTOMER or any(link.kind in _TO_POINTS for link in self.links):
            return
        places = [link for link in self.links if link.kind is RelationshipKind.CONTAINED_IN and is_supply(link.header)]
        self.supplies = supplies_of(header, [*self.unknown, *(link.header for link in places)])
        self.links = [link for link in self.links if link not in places]
        self.unknown = [head for head in self.unknown if head not in self.supplies.read_as]
        self.read_as |= self.supplies.read_as

    def made_kinds(self) -> set[EntityKind]:
        """The kinds that columns make things of beside those of the rows."""
        made = made_kinds(self.beside)
        made |= {EntityKind.ASSIGNMENT, *(column.kind for column in self.roles)} if self.roles else set()
        made |= self.supplies.kinds
        return made | ({EntityKind.CONTACT} if any(column.numbers for column in self.roles) else set())

    def read_numbers(self, table: Table) -> None:
        """Read a column of telephone numbers under a head of contacts (联系方式) as numbers, not as ids of contacts."""
        for link in [link for link in self.links if link.kind is RelationshipKind.HAS_CONTACT]:
            if are_numbers(islice(table.column(link.place), _LOOKED_AT)):
                self.links.remove(link)
                self.beside.append(BesideColumn(link.place, link.header, PHONE))
                self.read_as[link.header] = PHONE.lower()

    def _with_commas(self, table: Table) -> None:
        """Where a table is parted by semicolons, a comma may be the decimal mark of its numbers."""
        figures = {place for place, _, name, _ in self.fields if self.infos[name].kind in _NUMBERS}
        marks = {place: marks_of(table.column(place)) for place in figures}
        every = Marks(*(any(each) for each in zip(*marks.values(), strict=True)))
        self.fields = [
            (place, head, name, with_comma(parse, marks[place], every) if place in marks and parse else parse)
            for place, head, name, parse in self.fields
        ]

    def heads(self) -> dict[str, str]:
        """Fields, and what the table calls the column of each."""
        found = {name: header for _, header, name, _ in self.fields}
        return found if self.periods is None else {"start": self.periods.head, "end": self.periods.head} | found


def columns_of(table: Table, kind: EntityKind, writing: Writing, system: str) -> Columns:
    """What the columns of a table are. Raises LoadError where they do not make a table of that kind."""
    infos = fields_of(kind, writing)
    by_name = {plain_name(name): info for info in infos.values() for name in _words_of(info) if name}
    links = relationships_by_name(kind)
    found: dict[str, str] = {}
    columns = Columns([], [], [], infos, kind, system)
    days = frozenset(map(plain_name, DAY_COLUMNS.get(kind, ())))
    hours = -1
    named = {name for header in table.header if (name := _field_of(by_name, header))}
    for place, header in enumerate(table.header):
        bare, unit = bare_head(header)
        info = by_name.get(plain_name(header)) or by_name.get(plain_name(bare))
        if info is None and (name := field_named(kind, bare)) and name not in named:
            info = infos[name]
            named.add(name)
            columns.read_as[header] = name
            if ends_a_day(bare):
                info = replace(info, parse=partial(last_day, zone=writing.timezone))
        if info is not None:
            parse = info.parse
            other = unit and plain_name(header) not in by_name and plain_name(unit) != plain_name(info.label.unit)
            if other and (parse := converted(info.parse, unit, info.label.unit)) is None:
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
            columns.fields.append((place, header, info.name, parse))
            continue
        numbered = split_number(bare)
        link = links.get(plain_name(bare))
        if link is not None:
            columns.links.append(LinkColumn(place, header, link, ""))
        elif numbered and (link := links.get(plain_name(numbered[0]))) is not None:
            columns.links.append(LinkColumn(place, header, link, numbered[1]))
        elif plain_name(bare) in days and columns.day < 0:
            columns.day, columns.day_head = place, header
        elif kind is EntityKind.SHIFT and plain_name(bare) in PERIODS and hours < 0:
            hours = place
        elif beside := beside_column(kind, place, header, bare):
            columns.beside.append(beside)
        elif (link := link_named(kind, bare)) is not None and link in links.values():
            columns.links.append(LinkColumn(place, header, link, ""))
            columns.read_as[header] = link.value.lower()
        elif kind is EntityKind.SHIFT and is_post(bare):
            columns.links.append(LinkColumn(place, header, RelationshipKind.WORKED_BY, ""))
            columns.read_as[header] = RelationshipKind.WORKED_BY.value.lower()
        else:
            columns.unknown.append(header)
    columns.take_roles(table.header)
    columns.read_numbers(table)
    if "name" in found and kind in (*_BY_NAME, _PERSON):
        _leave_row_numbers(columns, table, found)
    missing = [info.name for info in infos.values() if info.required and info.name not in found]
    if missing == ["id"] and "number" in found:
        place = table.header.index(found["number"])
        columns.fields.append((place, found["number"], "id", None))
        columns.read_as[found["number"]] = "id, number"
        missing = []
    if kind is EntityKind.SHIFT:
        missing = [name for name in missing if name != "id"]
        columns.periods = _periods(table, columns, hours, writing.shifts) if missing == ["start", "end"] else None
        missing = [] if columns.periods is not None else missing
        if missing == ["start", "end"]:
            raise no_hours(table.label)
        if columns.periods is None and hours >= 0:
            columns.unknown.append(table.header[hours])
    if missing == ["id"] and kind is EntityKind.PERSON and "name" in found:
        columns.read_as[found["name"]] = "id, name"
        missing = []
    if missing == ["id"] and kind is EntityKind.ASSIGNMENT and columns.links:
        columns.read_as[" + ".join(table.header[place] for place in columns.told_by)] = "id"
        missing = []
    if missing == ["id"] and kind in _BY_NAME and "name" in found:
        columns.read_as[found["name"]] = "id, name"
        missing = []
    if missing:
        raise lacks(table.label, table.header, kind, [infos[name] for name in missing], kind in (*_BY_NAME, _PERSON))
    return columns


def _leave_row_numbers(columns: Columns, table: Table, found: dict[str, str]) -> None:
    """Take no ids from a column 编号 that counts the rows: with the next row put in between they would be others'."""
    name = next((each for each in ("id", "number") if is_plain_number(bare_head(found.get(each, ""))[0])), "")
    if not name:
        return
    head = found[name]
    place = table.header.index(head)
    if count_rows(cells[place] for cells in table.below_head(_COUNTED) if place < len(cells)):
        columns.fields[:] = [field for field in columns.fields if field[0] != place]
        del found[name], columns.read_as[head]
        columns.unknown.append(head)
        columns.hints[head] = say(" It counts the rows, so that no ids are taken from it: names stand for them.")


def _periods(table: Table, columns: Columns, hours: int, said: str) -> Periods | None:
    """The column that tells from when to when a shift is: one of hours, else the shift's name; None for neither."""
    place = next((place for place, _, name, _ in columns.fields if name == "name"), -1) if hours < 0 else hours
    if place < 0:
        return None
    head, rows = table.header[place], table.first_rows()
    found = periods_of(place, head, table.header, rows, table.head_row, said)
    if hours < 0 and not any(found.told(row[place]) for row in rows[table.head_row :] if place < len(row)):
        return None
    columns.read_as[head] = "name, start, end" if hours < 0 else "start, end"
    return found


def _words_of(info: FieldInfo) -> list[str]:
    """What a column of a field is called: its label, without what is explained in brackets too, and its name."""
    return [*(each for word in accepted_words(info.label.zh) for each in (word, bare_head(word)[0])), info.name]


def _field_of(by_name: Mapping[str, FieldInfo], header: str) -> str:
    """The field that a column is called like; empty for none."""
    info = by_name.get(plain_name(header)) or by_name.get(plain_name(bare_head(header)[0]))
    return "" if info is None else info.name
