"""Tables read by a mapping file: each table's rows become the entities and relationships that the file says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Any

from loaders.report import Reject
from loaders.source import Reading
from loaders.tabular.bound_mapping import (
    Cells,
    Columns,
    Maker,
    WrongValueError,
    columns_looked_up,
    keyed_rows,
    lookups_of,
)
from loaders.tabular.collect import Collector
from loaders.tabular.counted import UNSEEN_TEXT
from loaders.tabular.made import Link, Made
from loaders.tabular.mapping import MappingFile, TableSpec, kinds_made, patterns_of
from loaders.tabular.names import clean_id, nearest
from loaders.tabular.table import Table
from loaders.tabular.values import fields_of
from loaders.tabular.whole_rows import WrongTogetherError, understood
from loaders.tabular.writing import UNSAID, Writing
from schema.batch import GraphBatch
from schema.errors import LoadError
from schema.registry import EntityKind
from schema.unseen import without_unseen
from schema.validation import masked
from schema.words import said, say


class MappedTables:
    """Reads tables by a mapping file.

    Raises LoadError at once for a table or column that the mapping asks for and the files do not have, and for a
    table that the mapping does not know.
    """

    def __init__(self, name: str, mapping: MappingFile, tables: Sequence[Table], writing: Writing = UNSAID) -> None:
        self.name = name
        self._writing = writing
        self.system = mapping.system
        self._complete = mapping.complete
        self._by_name: dict[str, Table] = {}
        self._not_known: list[Table] = []
        pairs: list[tuple[int, TableSpec, Table]] = []
        for table in tables:
            fitting = [(place, key) for place, (key, spec) in enumerate(mapping.tables.items()) if _fits(spec, table)]
            if not fitting and mapping.others == "name":
                self._not_known.append(table)
                continue
            if not fitting:
                hint = nearest(
                    table.path.name, [each for spec in mapping.tables.values() for each in patterns_of(spec)]
                )
                raise LoadError(
                    say(
                        "{table} is no table of the mapping {name}.{hint} Keep it out of the load, or name it in "
                        "the mapping.",
                        table=table.label,
                        name=name,
                        hint=hint,
                    )
                )
            self._by_name.setdefault(fitting[0][1], table)
            pairs.append((fitting[0][0], mapping.tables[fitting[0][1]], table))
        for key, spec in mapping.tables.items():
            if key not in self._by_name and not spec.optional:
                raise LoadError(
                    say(
                        "The mapping {name} needs a table {file}, which is not among the files.",
                        name=name,
                        file=" / ".join(patterns_of(spec)),
                    )
                )
        if not pairs:
            wanted = ", ".join(patterns_of(spec)[0] for spec in mapping.tables.values())
            raise LoadError(
                say("No table of the mapping {name} is among the files: it reads {wanted}.", name=name, wanted=wanted)
            )
        self._lacking = [spec for key, spec in mapping.tables.items() if key not in self._by_name]
        pairs.sort(key=lambda pair: pair[0])
        self._tables = [(spec, table) for _, spec, table in pairs]
        self._known_tables = frozenset(mapping.tables)
        for spec, table in self._tables:
            self._check(spec, table)
        self._looked_up = self._columns_looked_up()

    def _columns_looked_up(self) -> dict[str, frozenset[str]]:
        """Columns that rows of other tables look values up in, by table."""
        found: dict[str, frozenset[str]] = {}
        for spec, _ in self._tables:
            for look, column in columns_looked_up(spec):
                if look.table not in self._by_name:
                    continue
                label = self._by_name[look.table].label
                found[label] = found.get(label, frozenset()) | {look.key, column}
        return found

    def covers(self) -> frozenset[EntityKind]:
        """Kinds that the tables make, if the mapping says that it is complete, and no table of theirs is lacking."""
        if not self._complete:
            return frozenset()
        return _kinds_of([spec for spec, _ in self._tables]) - _kinds_of(self._lacking)

    def batches(self, reading: Reading) -> Iterator[GraphBatch]:
        """See Source.batches."""
        collector = Collector(reading)
        keyed: dict[tuple[str, str], Mapping[str, Cells]] = {}
        for spec, table in self._tables:
            for name, key in lookups_of(spec) - keyed.keys():
                if name not in self._by_name:
                    continue
                keyed[name, key] = keyed_rows(self._by_name[name], key, self.name)
            columns = Columns(table, self.name, self._by_name, self._writing, spec.may_lack)
            makers = [columns.maker(make, keyed) for make in spec.make]
            zoned = replace(table, zone=self._writing.timezone)
            rows = _Rows(collector, reading, spec, zoned, columns, self._looked_up, self._writing)
            yield from rows.batches(makers)
        for table in self._not_known:
            account = table.account(reading.first_load)
            account.not_read = say("it is no table of the mapping {name}", name=self.name)
            reading.report.accounts.append(account)
        yield from collector.close()

    def of_columns(self) -> frozenset[EntityKind]:
        """None: a mapping says of which kinds its tables hold all."""
        return frozenset()

    def _check(self, spec: TableSpec, table: Table) -> None:
        columns = Columns(table, self.name, self._by_name, self._writing, spec.may_lack)
        for name, _ in lookups_of(spec):
            if name not in self._by_name and name not in self._known_tables:
                hint = nearest(name, self._by_name)
                raise LoadError(
                    say(
                        "The mapping {name} looks up in a table {wanted}, which is not there.{hint}",
                        name=self.name,
                        wanted=name,
                        hint=hint,
                    )
                )
        for make in spec.make:
            columns.maker(make, {})
        columns.filter(spec.where, spec.blank)
        if spec.distinct_by:
            columns.place(spec.distinct_by)


def _fits(spec: TableSpec, table: Table) -> bool:
    names = (table.path.name.casefold(), table.name.casefold())
    return any(fnmatchcase(name, pattern.casefold()) for pattern in patterns_of(spec) for name in names)


def _kinds_of(specs: Sequence[TableSpec]) -> frozenset[EntityKind]:
    return frozenset(kind for spec in specs for make in spec.make for kind in kinds_made(make))


class _Rows:
    """Takes the rows of one table."""

    def __init__(
        self,
        collector: Collector,
        reading: Reading,
        spec: TableSpec,
        table: Table,
        columns: Columns,
        looked_up: Mapping[str, frozenset[str]],
        writing: Writing,
    ) -> None:
        self._writing = writing
        self._read_as = {place: what for place, what in columns.wanted.items() if place < len(table.header)}
        self._collector = collector
        self._reading = reading
        self._spec = spec
        self._table = table
        self._wanted = columns.filter(spec.where, {})
        self._distinct = columns.place(spec.distinct_by) if spec.distinct_by else -1
        self._blank = [(columns.place(name), frozenset(values)) for name, values in spec.blank.items()]
        self._seen: Counter[str] = Counter()
        self._columns = {name: given for name, given in _columns_of(spec).items() if given in table.header}
        self._places = {name: place for place, name in enumerate(table.header)}
        read = columns.read | looked_up.get(table.label, frozenset())
        self._unread = tuple(name for name in table.header if name not in read)

    def batches(self, makers: Sequence[Maker]) -> Iterator[GraphBatch]:
        account = self._table.account(self._reading.first_load)
        account.unread = self._unread
        self._collector.begin(account)

        def ids(cells: Cells) -> list[str]:
            return [clean_id(maker.id([*cells, "", ""])) for maker in makers]

        for line in self._table.lines(self._reading, account, ids, self._read_as):
            cells = [cell.strip() if type(cell) is str else cell for cell in line.cells]
            if not makers or not self._wanted(cells):
                account.rows_read -= 1
                account.left_out[self._spec.left_out] += 1
                continue
            for place, values in self._blank:
                if cells[place] in values:
                    cells[place] = ""
            cells += [self._occurrence(cells), ""]
            self._take(line.row, cells, makers)
            yield from self._collector.full()
        self._tell_repeats()

    def _occurrence(self, cells: Cells) -> str:
        if self._distinct < 0:
            return ""
        key = cells[self._distinct]
        self._seen[key] += 1
        return f"~{self._seen[key]}" if self._seen[key] > 1 else ""

    def _take(self, row: int, cells: Cells, makers: Sequence[Maker]) -> None:
        made: list[Made] = []
        links: list[Link] = []
        idents = [self._collector.cleaned(row, "", maker.id(cells)) if maker.applies(cells) else "" for maker in makers]
        try:
            for maker, ident in zip(makers, idents, strict=True):
                if ident:
                    made += self._made(maker, row, ident, cells)
                    links += [
                        Link(kind, ident, clean_id(to), key, name)
                        for kind, key, name, target in maker.links
                        if (to := target(cells))
                    ]
        except WrongValueError as error:
            self._reading.keep(idents)
            remedy = error.remedy or say("Correct the value, or add it to the mapping.")
            self._collector.reject(row, error.column, error.value, said(error), remedy)
            return
        if not made:
            self._collector.reject(row, "", "", say("no id can be made of the row"), say("Give the row its key."))
            return
        self._collector.take(row, made, links, self._columns, lambda column: cells[self._places[column]])

    def _without_unseen(self, row: int, fields: dict[str, Any]) -> dict[str, Any]:
        """The fields without characters that nobody sees."""
        for name, value in fields.items():
            if type(value) is str and (seen := without_unseen(value)) != value:
                self._collector.count(UNSEEN_TEXT, row, self._columns.get(name, name))
                fields[name] = seen
        return fields

    def _made(self, maker: Maker, row: int, ident: str, cells: Cells) -> list[Made]:
        kind, fields = maker.kind(cells), self._without_unseen(row, _fields(maker, ident, cells))
        try:
            every, remarks = understood(kind, fields, None, self._writing)
        except WrongTogetherError as error:
            column = self._columns.get(error.field, error.field)
            value = cells[self._places[column]] if column in self._places else ""
            shown = masked(value) if fields_of(kind)[error.field].label.personal else value
            raise WrongValueError(column, shown, said(error.error), error.error.remedy) from error
        for each in remarks:
            column = self._columns.get(each.field, each.field)
            self._collector.remark(row, column, each.value, each.reason, each.remedy)
        return [Made(kind, each, maker.shared) for each in every]

    def _tell_repeats(self) -> None:
        repeats = self._seen.total() - len(self._seen)
        if repeats:
            self._reading.report.findings.append(
                Reject(
                    file=self._table.label,
                    row=0,
                    column=self._spec.distinct_by,
                    reason=say("{count} rows repeat a key and were taken as records of their own", count=repeats),
                    remedy=say("Nothing, if the source system means them so: the id of a repeat ends in ~2, ~3, ..."),
                )
            )


def _columns_of(spec: TableSpec) -> dict[str, str]:
    """The columns that fields are read from, but for fields that two things made of a row have of different ones."""
    found: dict[str, set[str]] = {}
    for make in spec.make:
        for name, value in make.fields.items():
            found.setdefault(name, set()).add(value if isinstance(value, str) else value.column)
    return {name: columns.pop() for name, columns in found.items() if len(columns) == 1 and "" not in columns}


def _fields(maker: Maker, ident: str, cells: Cells) -> dict[str, Any]:
    fields: dict[str, Any] = {"id": ident}
    for name, read in maker.fields:
        value = read(cells)
        if value is not None and value != "":
            fields[name] = value
    return fields
