"""What happened to each row of a file: taken, rejected or left out, with findings."""

from __future__ import annotations

from loaders.pandapower_json.kinds import NO_PART, READ
from loaders.pandapower_json.tables import Row, Tables
from loaders.report import FileAccount, LoadReport, Reject
from schema.words import say


class Ledger:
    """Keeps the account of one file: every row of every table is in exactly one place of it."""

    def __init__(self, file: str, load: int, report: LoadReport, tables: Tables) -> None:
        self._file, self._report = file, report
        self._account = FileAccount(file=file, load=load)
        report.accounts.append(self._account)
        self._rejected: set[str] = set()
        for name, rows in tables.rows.items():
            self._count(name, len(rows))
        for name, index in tables.unusable:
            if name in READ:
                self._account.rows_read += 1
                self._account.rejected += 1
                reason = say("{table} {index}: the index is no whole number, or stands twice", table=name, index=index)
                self._note(0, "index", index, reason, say("Number the rows of the table anew."), self._report.rejects)

    def _count(self, table: str, rows: int) -> None:
        if table in READ:
            self._account.rows_read += rows
            self._account.taken += rows
        elif table.startswith(("res_", "_")):
            self._account.left_out[say("results of calculations")] += rows
        elif table in NO_PART:
            self._account.left_out[say("{table} has no part in supply", table=table)] += rows
        elif rows:
            self._account.left_out[say("{table} is not modelled", table=table)] += rows

    def reject(self, row: Row, column: str, reason: str, remedy: str) -> None:
        """Do not take a row."""
        if row.key in self._rejected:
            return
        self._rejected.add(row.key)
        self._account.taken -= 1
        self._account.rejected += 1
        self._about(row, column, reason, remedy, self._report.rejects)

    def find(self, row: Row, column: str, reason: str, remedy: str) -> None:
        """Note something about a row that is taken all the same."""
        self._about(row, column, reason, remedy, self._report.findings)

    def remark(self, reason: str, remedy: str) -> None:
        """Note something about the file as a whole."""
        self._note(0, "", "", reason, remedy, self._report.findings)

    def _about(self, row: Row, column: str, reason: str, remedy: str, where: list[Reject]) -> None:
        value = row.cells.get(column)
        shown = "" if value is None else str(value)[:80]
        named = f"{row.table} {row.index}"
        self._note(row.index, column, shown, say("{named}: {reason}", named=named, reason=reason), remedy, where)

    def _note(self, row: int, column: str, value: str, reason: str, remedy: str, where: list[Reject]) -> None:
        where.append(Reject(file=self._file, row=row, column=column, value=value, reason=reason, remedy=remedy))
