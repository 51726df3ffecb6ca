"""Columns of a plain table: which field, relationship or thing beside it each one stands for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import NamedTuple

from loaders.source import Reading
from loaders.tabular.beside import (
    PHONE,
    SITE,
    BesideColumn,
    is_contact,
    made_kinds,
    place_column,
    wanted_of,
)
from loaders.tabular.found_again import FoundAgain, Listed, found_again
from loaders.tabular.heads import bare_head
from loaders.tabular.marks import MOST_OF_MARK, is_stroke, says_none
from loaders.tabular.names import fitting
from loaders.tabular.numbers import Marks, marks_of, with_comma
from loaders.tabular.periods import Periods
from loaders.tabular.phones import are_numbers, first_digits
from loaders.tabular.roles import RoleColumn, role_columns
from loaders.tabular.scars import Wanted
from loaders.tabular.several import without_numbers
from loaders.tabular.supplies import NO_SUPPLIES, Supplies, is_supply, supplies_of
from loaders.tabular.table import Table
from loaders.tabular.values import FieldInfo, Parser
from schema.people import compact
from schema.registry import EntityKind
from schema.relationships import RelationshipKind

_LOOKED_AT = 200
_WORDS_TOO = frozenset({"text", "list", "yes/no"})
"""Kinds of fields for which 无 is a value, or may be one."""
_NUMBERS = frozenset({"number", "whole number"})
_TO_POINTS = frozenset({RelationshipKind.HAS_RECEIVING_POINT})
_HAS_DAY = re.compile(r"\d{4}\s*[-/.年]|\d{5}")


class LinkColumn(NamedTuple):
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
    again: FoundAgain = field(default_factory=FoundAgain)
    """People of a phone list without ids who are in the graph by another one."""
    periods: Periods | None = None
    """The column that holds start and end together, of a roster that has no column of each."""

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
        found |= {each.place: wanted_of(each) for each in self.beside}
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
        told += [without_numbers(cells[link.place].strip()) for link in self.links]
        told += [cells[self.periods.place].strip()] if self.periods is not None else []
        day = [cells[self.day].strip()] if self.day >= 0 else []
        return "" if not any(told) else "SHIFT:" + ":".join([self.system, *day, *told])

    def _made_person(self, cells: Sequence[str]) -> str:
        """The id of a row of a list without ids: the name, of namesakes also their first number, else their team.

        A number changes, the person stays; but of two of one name none may become the other.
        """
        name = next((compact(cells[place]) for place, _, name, _ in self.fields if name == "name"), "")
        if name not in self.namesakes:
            made = f"PERSON:{self.system}:{name}" if name else ""
        else:
            first = next(filter(None, self._digits(cells)), "")
            made = ":".join(["PERSON", self.system, name, *([first] if first else self._teams(cells))])
        return self.again.ids.get(made, made)

    def _teams(self, cells: Sequence[str]) -> list[str]:
        return [compact(cells[link.place]) for link in self.links]

    def _digits(self, cells: Sequence[str]) -> Iterator[str]:
        """The first number of each column of contacts, as its country dials it."""
        firsts = (first_digits(cells[each.place]) for each in self.beside if is_contact(each))
        return (first.removeprefix("00").removeprefix("86") for first in firsts)

    def _listed(self, table: Table, name: int) -> Iterator[Listed]:
        """The rows of a phone list without ids, and what tells their people apart."""
        width = len(table.header)
        for raw in table.below_head(None):
            cells = [*raw[:width], *[""] * (width - len(raw))]
            called = compact(cells[name])
            numbers = tuple(digits.lstrip("0") for digits in self._digits(cells) if digits)
            yield Listed(self.made_id(cells), called, numbers, tuple(self._teams(cells)), called not in self.namesakes)

    def meet(self, table: Table, reading: Reading) -> None:
        """Before rows are read look for decimal commas, and in a phone list without ids for namesakes and for people
        who are in the graph by another one."""
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
            self.again = found_again(
                partial(self._listed, table, place), list(filter(None, counted)), self.system, reading
            )

    def leave(self, head: str, hint: str = "") -> None:
        """Read a column as nothing; `hint` is what is to be told of it beside that."""
        self.read_as.pop(head, None)
        self.unknown.append(head)
        if hint:
            self.hints[head] = hint

    def make_sites(self, header: Sequence[str]) -> None:
        """Read addresses and coordinates of customers as sites of their own: no table of the load has them."""
        if self.kind is EntityKind.CUSTOMER:
            found = [place_column(header.index(head), head, bare_head(head)[0]) for head in self.unknown]
            self.beside += (places := [column for column in found if column is not None])
            self.unknown = [head for head in self.unknown if head not in {column.header for column in places}]
            self.read_as |= {column.header: f"SITE ({column.code.lower()})" for column in places}
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
