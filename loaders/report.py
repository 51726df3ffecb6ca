"""What a load tells about its files: accounts that close, rejected rows with a remedy, findings, what was left out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from schema.words import say

MOST_ROWS = 20
"""Rows that an account names of one reason."""
EMPTY = say("the sheet is empty")
"""Why a sheet is not read that holds nothing."""
FEEDS_IN = say("the load is below zero: it feeds in, and takes nothing off what others lose")
"""What is said of a load whose power is negative; it is taken."""
FEEDS_IN_REMEDY = say("Nothing to do if that is meant; else correct the sign.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    """A row that was not taken: where it stands, what is wrong with it and what to do.

    `row` counts from 1 as the user's own tool does (0 = the file as a whole); `column` and `value` are empty where
    the row as a whole is meant.
    """

    file: str
    row: int
    column: str = ""
    value: str = ""
    reason: str
    remedy: str
    dropped: bool = False
    """In a finding: True where the row was taken without what this names (a reference that leads nowhere)."""


@dataclass(slots=True, kw_only=True)
class FileAccount:
    """The account of one file (or sheet): rows_read = taken + duplicates + rejected, when it closes.

    `left_out` counts, by reason, what the format or mapping does not read at all: it stands beside the account.
    """

    file: str
    rows_read: int = 0
    taken: int = 0
    duplicates: int = 0
    rejected: int = 0
    load: int = 0
    """Number of the SourceLoad that stands for the file; sheets of one workbook have the same. 0 = not set."""
    left_out: Counter[str] = field(default_factory=Counter)
    left_rows: dict[str, list[int]] = field(default_factory=dict)
    """Rows that were left out, by reason, the first of many: of those that might have been meant as records."""
    unread: tuple[str, ...] = ()
    """Columns that the format or mapping does not read."""
    read_as: dict[str, str] = field(default_factory=dict)
    """What columns are read as whose heads are other words for it."""
    not_read: str = ""
    """Why the file, or the sheet, was not read at all; empty if it was."""
    encoding: str = ""
    """Encoding that a text file was read in, where it is not UTF-8."""
    as_of: datetime | None = None
    """Time that the data was true at, where the file says so."""

    def leave_out(self, reason: str, row: int) -> None:
        """Count a row that is left out, and keep which one it is."""
        self.left_out[reason] += 1
        rows = self.left_rows.setdefault(reason, [])
        if len(rows) < MOST_ROWS:
            rows.append(row)

    @property
    def closed(self) -> bool:
        """Whether every row read is accounted for."""
        return self.rows_read == self.taken + self.duplicates + self.rejected


@dataclass(slots=True, kw_only=True)
class LoadReport:
    """The report of one load: one account per file, every reject, and findings on rows that were taken."""

    accounts: list[FileAccount] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    findings: list[Reject] = field(default_factory=list)
    """Things that the user should know about rows that were taken (a value left empty, a feeder head derived)."""

    @property
    def closed(self) -> bool:
        """Whether every file's account closes."""
        return all(account.closed for account in self.accounts)

    @property
    def rows_read(self) -> int:
        """Rows read over all files."""
        return sum(account.rows_read for account in self.accounts)

    @property
    def taken(self) -> int:
        """Rows taken over all files."""
        return sum(account.taken for account in self.accounts)

    @property
    def duplicates(self) -> int:
        """Rows over all files that repeat one already taken."""
        return sum(account.duplicates for account in self.accounts)

    @property
    def rejected(self) -> int:
        """Rows rejected over all files."""
        return sum(account.rejected for account in self.accounts)
