"""The plain mapping: a table per kind of entity, columns named like the schema's fields and relationships.

Nothing of it is typed here: tables, columns, codes and ends follow from the schema.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from loaders.report import FileAccount, Reject
from loaders.source import Reading
from loaders.tabular.collect import Collector
from loaders.tabular.column_heads import columns_of
from loaders.tabular.columns import Columns
from loaders.tabular.counted import MERGED
from loaders.tabular.duties import check_people
from loaders.tabular.elsewhere import counts_rows, where_it_goes
from loaders.tabular.headings import headings_of
from loaders.tabular.kept_ids import ids_of, lost_of
from loaders.tabular.names import (
    README_TABLES,
    kinds_by_name,
    plain_name,
    relationships_by_name,
)
from loaders.tabular.namesakes import Namesakes
from loaders.tabular.position_columns import read_positions
from loaders.tabular.relationship_rows import RELATIONSHIP_TABLES, link_columns, take_link
from loaders.tabular.roles import RoleColumn, is_assumed
from loaders.tabular.roster_hours import legend_of, notes_of
from loaders.tabular.roster_matrix import HEADER, Matrix, is_listed, is_matrix, matrix_of
from loaders.tabular.row_taker import RowTaker
from loaders.tabular.scars import Wanted
from loaders.tabular.switch_lists import switch_columns, switches_by_kind
from loaders.tabular.synonyms import heads_of
from loaders.tabular.table import Table
from loaders.tabular.told import hint_of, kind_by_heads, kind_by_name
from loaders.tabular.writing import UNSAID, Writing
from schema.batch import GraphBatch
from schema.errors import LoadError
from schema.registry import EntityKind
from schema.relationships import HEADINGS
from schema.words import say


class PlainMapping:
    """Reads tables of the plain format; `refused` has those that it cannot use, with the reason."""

    name = "plain"
    system = "plain"

    def __init__(self, tables: Sequence[Table], writing: Writing = UNSAID, system: str = "") -> None:
        self._writing = writing
        self._system = system
        self.refused: list[tuple[Table, LoadError]] = []
        self._tables: list[tuple[Table, EntityKind, Columns]] = []
        self._links: list[tuple[Table, dict[str, int]]] = []
        self._skipped: list[Table] = []
        self._told: dict[str, tuple[EntityKind, str]] = {}
        """Tables whose heads tell their kind, their name does not: the kind, and the head that tells it."""
        for table in tables:
            try:
                self._add(table)
            except LoadError as error:
                self.refused.append((table, error))
        if all(kind is not EntityKind.SITE for _, kind, _ in self._tables):
            for table, _, columns in self._tables:
                columns.make_sites(table.header)
        if all(kind not in (EntityKind.RECEIVING_POINT, EntityKind.SUPPLY_SOURCE) for _, kind, _ in self._tables):
            for table, _, columns in self._tables:
                columns.make_supplies(table.header)
        if not self._links:
            self._tables = [each for each in self._tables if self._has_people(*each)]
        # whoever names a node by its id finds it there
        if any(EntityKind.CONNECTIVITY_NODE in columns.made_kinds() for _, _, columns in self._tables):
            self._tables.sort(key=lambda each: each[1] is not EntityKind.CONNECTIVITY_NODE)
        if self.is_empty and not self.refused:
            raise LoadError(say("No table to load: name files or sheets like kinds of entities, as Customer or 客户."))

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to read."""
        return not self._tables and not self._links

    def _add(self, table: Table) -> None:
        """Find out what a table is. Raises LoadError for one that cannot be used."""
        name = plain_name(table.name)
        kind = kinds_by_name().get(name)
        if kind is None and name not in RELATIONSHIP_TABLES | README_TABLES:
            if parts := switches_by_kind(table):
                found = [(part, each, switch_columns(part, each, self._writing, self._system)) for part, each in parts]
                self._tables += found
                return
            if told := kind_by_heads(table.header, table.name):
                self._told[table.label] = told
            kind = told[0] if told else kind_by_name(table.name)
        if kind is not None:
            drawn = _drawn(table, self._writing) if kind is EntityKind.SHIFT else table
            columns = columns_of(drawn, kind, self._writing, self._system)
            self._tables.append((drawn, kind, read_positions(columns, drawn)))
        elif name in RELATIONSHIP_TABLES:
            self._links.append((table, link_columns(table)))
        elif name in README_TABLES:
            self._skipped.append(table)
        else:
            raise LoadError(
                say(
                    "{table}: {name!r} is no kind of entity.{hint} Name the table like a kind (Customer "
                    "or 客户), or Relationship, or keep it out of the load.",
                    table=table.label,
                    name=table.name,
                    hint=hint_of(table.name),
                )
            )

    def _has_people(self, table: Table, kind: EntityKind, columns: Columns) -> bool:
        try:
            check_people(table.label, kind, columns)
        except LoadError as error:
            self.refused.append((table, error))
            return False
        return True

    def covers(self) -> frozenset[EntityKind]:
        """Kinds that have a table, or columns in another's."""
        made = (columns.made_kinds() for _, _, columns in self._tables)
        return frozenset(kind for _, kind, _ in self._tables).union(*made)

    def of_columns(self) -> frozenset[EntityKind]:
        """Kinds that have columns in another's table alone."""
        return self.covers() - {kind for _, kind, _ in self._tables}

    def batches(self, reading: Reading) -> Iterator[GraphBatch]:
        """See Source.batches."""
        namesakes = Namesakes(reading)
        rosters = any(kind is EntityKind.SHIFT for _, kind, _ in self._tables)
        collector = Collector(reading, sole=not self._links, namesakes=namesakes if rosters else None)
        for table, kind, columns in self._tables:
            account = table.account(reading.first_load)
            collector.begin(account)
            columns.meet(table, reading)
            taker = RowTaker(collector, reading, columns, self._writing, namesakes)
            for each in table.merged:
                collector.count(MERGED, each.top, table.header_of(each.left))

            def lost(cells: Sequence[str], columns: Columns = columns) -> list[str]:
                collector.lose(lost_of(columns, cells, collector.own_id))
                return ids_of(columns, cells, collector.own_id)

            headings = headings_of(table, kind)
            for block in table.blocks(reading, account, lost, columns.wanted(), headings):
                taken = account.taken
                taker.take(block, table.hidden_rows, table.struck_rows)
                if account.taken > taken and not block.columns:
                    headings.doubt(*block.lines[0])
                yield from collector.full()
            reading.report.findings += headings.findings
            _tell_unknown(reading, account, table.head_row, columns)
            if table.matrix is not None:
                _tell_drawn(reading, account, table.matrix)
                _tell_whole_days(reading, account, table.matrix)
            for role in filter(is_assumed, columns.roles):
                _tell_assumed(reading, account, table.head_row, role)
            if columns.again.doubtful:
                reading.report.findings.append(columns.again.finding(account.file, columns.heads()["name"]))
            if table.label in self._told:
                _tell_kind(reading, account, *self._told[table.label])
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


def _drawn(table: Table, writing: Writing) -> Table:
    """A roster that was drawn as the rows that it stands for; any other as it is, a calendar with the load's zone."""
    said, table = writing.shifts, replace(table, zone=writing.timezone)
    if is_listed(table.header):
        return table
    every = table.first_rows()
    if not is_matrix(table.header, legend_of((said, *notes_of(every, table.head_row)))):
        return table
    return replace(table, header=HEADER, matrix=matrix_of(table.label, table.head_row, table.header, every, said))


def _tell_drawn(reading: Reading, account: FileAccount, matrix: Matrix) -> None:
    account.unread = (*account.unread, *matrix.unread)
    for head in matrix.unread:
        reading.report.findings.append(
            Reject(
                file=account.file,
                row=matrix.head,
                column=head,
                reason=say("the roster does not say of this column from when to when it is: it is not read"),
                remedy=say("If it is a shift, write its hours into the head, as 备班（18:00-次日08:00）."),
                dropped=True,
            )
        )


def _tell_whole_days(reading: Reading, account: FileAccount, matrix: Matrix) -> None:
    for head in matrix.of_days:
        reading.report.findings.append(
            Reject(
                file=account.file,
                row=matrix.head,
                column=head,
                reason=say(
                    "the roster does not say of this column from when to when it is: read as through all shifts"
                ),
                remedy=say("If not so, write its hours into the head, as 备班（18:00-次日08:00）."),
            )
        )


def _tell_kind(reading: Reading, account: FileAccount, kind: EntityKind, head: str) -> None:
    reading.report.findings.append(
        Reject(
            file=account.file,
            row=0,
            column=head,
            reason=say("the table is read as {kind} ({term}), by this head", kind=kind.label, term=kind.zh),
            remedy=say("Nothing, if it is one; else name the sheet or file like the kind that it is."),
        )
    )


def _tell_assumed(reading: Reading, account: FileAccount, head_row: int, column: RoleColumn) -> None:
    reading.report.findings.append(
        Reject(
            file=account.file,
            row=head_row,
            column=column.header,
            reason=say("the column is read as {role} ({zh})", role=column.role.en, zh=column.role.zh),
            remedy=say("Nothing, if it is one; else name the column like the role that it is, as 客户账务联系人."),
        )
    )


def _tell_unknown(reading: Reading, account: FileAccount, head_row: int, columns: Columns) -> None:
    kind = columns.kind
    links = relationships_by_name(kind).values()
    taken = columns.heads()
    infos = [info for info in columns.infos.values() if info.name not in taken]
    known = [*(name for info in infos for name in (info.name, info.label.zh) if name), *heads_of(kind, taken)]
    known += [name for link in links for name in (link.value.lower(), HEADINGS[link])]
    account.unread = (*account.unread, *columns.unknown)
    account.read_as = columns.read_as
    for header in columns.unknown:
        if counts_rows(header):
            continue
        reading.report.findings.append(
            Reject(
                file=account.file,
                row=head_row,
                column=header,
                reason=say(
                    "{kind} ({term}) has no such field or relationship: the column is not read.{hint}",
                    kind=kind.label,
                    term=kind.zh,
                    hint=columns.hints.get(header) or where_it_goes(kind, header, known),
                ),
                remedy=say("Rename the column if it should be read."),
                dropped=True,
            )
        )
