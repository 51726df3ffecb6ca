"""Rows of a plain table: cells become fields, things beside the row's own and references, or it is rejected with why.

Of rows that stand together fields are read column by column; what a cell alone has to say is left to its row.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import repeat
from typing import Any

from loaders.source import Reading
from loaders.tabular.beside import Beside, UnsaidBesideError, made_beside
from loaders.tabular.cells_read import ALONE, NOTHING, Cells, Field, seen
from loaders.tabular.collect import Collector
from loaders.tabular.columns import Columns
from loaders.tabular.counted import CARRIED, HIDDEN, NONE, NUMBERS, STRUCK
from loaders.tabular.kept_ids import ids_of, lost_of
from loaders.tabular.lines import Block
from loaders.tabular.made import Link, Made
from loaders.tabular.marks import MOST_OF_MARK, says_none
from loaders.tabular.namesakes import Namesakes
from loaders.tabular.periods import on_day
from loaders.tabular.record import Record
from loaders.tabular.roles import made_roles
from loaders.tabular.several import each_person, has_number, numbers_in
from loaders.tabular.supplies import hold_supplies
from loaders.tabular.values import listed
from loaders.tabular.whole_rows import TOGETHER, Remark, WrongTogetherError, understood
from loaders.tabular.writing import UnclearError, Writing
from schema.entity import is_plain_id
from schema.registry import EntityKind
from schema.relationships import RelationshipKind
from schema.validation import masked
from schema.words import said, say

_Fields = dict[str, Any]


class _RefusedError(Exception):
    """A cell that costs its row."""

    def __init__(self, column: str, value: str, error: ValueError, remedy: str = "") -> None:
        super().__init__(column)
        self.column, self.value = column, value
        self.reason = said(error)
        self.remedy = error.remedy if isinstance(error, UnclearError) else remedy


class RowTaker:
    """Takes the rows of one table, once its columns are known for good (Columns.meet)."""

    def __init__(
        self, collector: Collector, reading: Reading, columns: Columns, writing: Writing, namesakes: Namesakes
    ) -> None:
        self._collector, self._reading, self._columns, self._writing = collector, reading, columns, writing
        self._namesakes = namesakes
        self._heads = columns.heads()
        self._fields = [Field(*each, {}) for each in columns.fields]
        self._names = [each.name for each in self._fields]
        times = {name for name in self._names if columns.infos[name].kind == "time"}
        self._is_said_by_cells = columns.kind not in TOGETHER and not times and "longitude" not in self._names
        self._required = {name for name, info in columns.infos.items() if info.required and name != "id"}
        self._cells = Cells(columns.kind, columns.says_none)
        self._beside = Beside.of(columns.beside)
        self._has_id = "id" in self._heads
        self._numbered = columns.numbered
        self._named = self._heads if self._has_id else self._heads | {"id": ""}

    def take(self, block: Block, hidden: Collection[int], struck: Collection[int]) -> None:
        """Take rows, or reject them; `hidden` and `struck` are numbers of rows that are told of."""
        for (row, cells), (fields, checked) in zip(block.lines, self._by_column(block), strict=True):
            if row in hidden:
                self._collector.count(HIDDEN, row, "")
            if row in struck:
                self._collector.count(STRUCK, row, "")
            self._take_row(row, cells, fields, checked)

    def _by_column(self, block: Block) -> Iterable[tuple[_Fields | None, _Fields | None]]:
        """The fields of each row, None where its cells have to be looked at by themselves; and as their checks give
        them, None where one of the column cannot be."""
        if not block.columns or not self._fields or self._columns.kind is EntityKind.SHIFT:
            return repeat((None, None), len(block.lines))
        read = [self._cells.read(each, block.columns[each.place]) for each in self._fields]
        checked = [self._cells.checked(*each) for each in zip(self._fields, read, strict=True)]
        kept = [column for column in checked if column is not None]
        is_checked = len(kept) == len(read)
        fields = self._rows(read)
        return zip(fields, self._rows(kept) if is_checked else repeat(None), strict=False)

    def _rows(self, columns: Sequence[Sequence[Any]]) -> Iterable[_Fields | None]:
        """The rows of columns of all fields."""
        rows: Iterable[tuple[Any, ...]] = zip(*columns, strict=True)
        if any(NOTHING in column or ALONE in column for column in columns):
            return map(self._some, rows)
        return (dict(zip(self._names, values, strict=True)) for values in rows)

    def _some(self, values: Sequence[Any]) -> _Fields | None:
        if ALONE in values:
            return None
        return {name: value for name, value in zip(self._names, values, strict=True) if value is not NOTHING}

    def _take_row(self, row: int, cells: Sequence[str], fields: _Fields | None, checked: _Fields | None) -> None:
        if cells is not (cells := self._columns.carried(cells)):
            self._collector.count(CARRIED, row, self._columns.day_head)
        try:
            self._take(row, cells, self._read(row, cells) if fields is None else fields, checked)
        except _RefusedError as refused:
            self._reading.keep(ids_of(self._columns, cells, self._collector.own_id))
            self._collector.lose(lost_of(self._columns, cells, self._collector.own_id))
            self._collector.reject(row, refused.column, refused.value, refused.reason, refused.remedy)

    def _take(self, row: int, cells: Sequence[str], fields: _Fields, checked: _Fields | None) -> None:
        columns, collector = self._columns, self._collector
        ident = self._ident(row, cells, fields)
        if not ident:
            collector.lose(lost_of(columns, cells, collector.own_id))
            remedy = say("Give it one that never changes.")
            collector.reject(row, self._heads.get("id", ""), "", say("the row has no id"), remedy)
            return
        fields["id"] = ident
        self._read_period(cells, fields)
        every, remarks = self._understood(cells, fields)
        links = self._links(row, cells, ident) if columns.links else []
        made = [Made(columns.kind, each) for each in every]
        if checked is not None and every[0] is fields and self._is_whole(checked) and is_plain_id(ident):
            checked["id"] = ident
            made = [Made(columns.kind, fields, checked=checked)]
        if columns.beside or columns.roles or columns.supplies.supplies:
            record = Record(collector, row, ident, fields.get("name", ""), cells, self._writing, columns.system)
            self._make_beside(record, made, links)
        if columns.kind is EntityKind.SHIFT:
            made, links = self._staffed(row, made, links)
        if not collector.take(row, made, links, self._named):
            collector.keep(ids_of(columns, cells, collector.own_id))
        elif columns.supplies.supplies:
            hold_supplies(columns.supplies, record)
        if remarks or columns.periods is not None:
            self._remark(row, cells, remarks)

    def _is_whole(self, fields: _Fields) -> bool:
        return self._columns.periods is None and self._required <= fields.keys()

    def _read(self, row: int, cells: Sequence[str]) -> dict[str, Any]:
        """The fields that cells hold, looked at one by one."""
        fields: dict[str, Any] = {}
        for each in self._fields:
            text = cells[each.place]
            if not text or text.isspace():
                continue
            if len(text) <= MOST_OF_MARK and self._columns.says_none(each.name, text):
                self._collector.count(NONE, row, each.header)
            elif each.parse is not None:
                fields[each.name] = _parsed(each, text)
            else:
                fields[each.name] = self._seen(row, each, text)
        return fields

    def _seen(self, row: int, field: Field, text: str) -> str:
        """A text without what nobody sees, which is told; a name in one line."""
        plain, what = seen(field.name, text)
        for each in what:
            self._collector.count(each, row, field.header)
        return plain

    def _ident(self, row: int, cells: Sequence[str], fields: dict[str, Any]) -> str:
        """The id of the row's thing; empty for none."""
        if not self._has_id:
            return self._columns.made_id(cells)
        head = self._heads["id"]
        number = self._collector.cleaned(row, head, fields.get("id", ""))
        if not self._numbered:
            return number
        ident = self._collector.own_id(self._columns.kind, number, self._columns.system)
        if ident != number:
            reason = say("is the number of a thing of another kind, too: the id of this one is {ident}", ident=ident)
            self._collector.remark(row, head, number, reason, say("Nothing, if both are meant."))
        return ident

    def _read_period(self, cells: Sequence[str], fields: dict[str, Any]) -> None:
        periods = self._columns.periods
        if periods is not None and (text := cells[periods.place]):
            try:
                fields |= periods.fields(text, self._writing.timezone)
            except UnclearError as error:
                raise _RefusedError(periods.head, text, error) from error

    def _understood(
        self, cells: Sequence[str], fields: dict[str, Any]
    ) -> tuple[Sequence[dict[str, Any]], Sequence[Remark]]:
        """The fields of each thing of the row's kind that it stands for."""
        columns = self._columns
        if self._is_said_by_cells:
            return (fields,), ()
        try:
            day = cells[columns.day] if columns.day >= 0 else ""
            return understood(columns.kind, fields, on_day(day, columns.periods) if day else None, self._writing)
        except WrongTogetherError as error:
            value = next((cells[place] for place, _, name, _ in columns.fields if name == error.field), "")
            shown = masked(value) if columns.infos[error.field].label.personal else value
            raise _RefusedError(self._named.get(error.field, error.field), shown, error.error) from error
        except UnclearError as error:
            raise _RefusedError(columns.day_head, cells[columns.day], error) from error

    def _links(self, row: int, cells: Sequence[str], ident: str) -> list[Link]:
        """The references of a row."""
        links: list[Link] = []
        for place, header, kind, key in self._columns.links:
            text = cells[place]
            if text and says_none(text):
                self._collector.count(NONE, row, header)
            elif text:
                try:
                    targets = listed(text)
                except ValueError as error:
                    raise _RefusedError(header, text, error, say("Separate ids by a semicolon.")) from error
                ids = [self._collector.cleaned(row, header, target) for target in targets]
                links += [Link(kind, ident, target, key, header) for target in ids]
        return links

    def _make_beside(self, record: Record, made: list[Made], links: list[Link]) -> None:
        """Add what columns make beside the row's own thing."""
        try:
            for more in (made_beside(self._beside, record), made_roles(self._columns.roles, record)):
                made += more[0]
                links += more[1]
        except UnsaidBesideError as error:
            raise _RefusedError(error.column.header, error.value, error.error) from error

    def _staffed(self, row: int, made: list[Made], links: list[Link]) -> tuple[list[Made], list[Link]]:
        """A shift for each of the people of a row."""
        collector = self._collector

        def is_of_nobody(text: str) -> bool:
            return collector.kind(text) is None and not text.startswith(f"{EntityKind.PERSON.value}:")

        numbers: dict[str, str] = {}
        for link in links:
            if link.kind is RelationshipKind.WORKED_BY and is_of_nobody(link.target) and has_number(link.target):
                collector.count(NUMBERS, row, link.column)
                numbers |= numbers_in(link.target)
        made, links = each_person(made, links, is_of_nobody)
        for link in links if numbers else ():
            if link.kind is RelationshipKind.WORKED_BY and link.target in numbers:
                self._namesakes.tell(link.source, link.target, numbers[link.target])
        return made, links

    def _remark(self, row: int, cells: Sequence[str], remarks: Sequence[Remark]) -> None:
        periods = self._columns.periods
        further = periods.remarks(cells[periods.place]) if periods is not None else ()
        for each in (*remarks, *further):
            head = self._named.get(each.field, each.field)
            self._collector.remark(row, head, each.value, each.reason, each.remedy)


def _parsed(field: Field, text: str) -> Any:
    """The value of a cell."""
    try:
        return field.value(text)
    except ValueError as error:
        raise _RefusedError(field.header, text, error, say("Correct the value.")) from error
