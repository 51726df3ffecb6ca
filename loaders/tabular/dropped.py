"""References that rows were taken without: one finding of those that fail alike, however many rows say the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from loaders.report import Reject
from schema.words import say

SHOWN = 5
"""Rows that such a finding names."""


class Dropped:
    """Takes findings, gives them once each: a list of a million people of a team that is not there has one."""

    def __init__(self) -> None:
        self._first: dict[tuple[str, str, str, str], Reject] = {}
        self._rows: dict[tuple[str, str, str, str], list[int]] = {}

    def note(self, found: Reject) -> None:
        """A reference of a row that leads nowhere."""
        alike = (found.file, found.column, found.value, found.reason)
        if alike not in self._first:
            self._first[alike], self._rows[alike] = found, [0]
        rows = self._rows[alike]
        rows[0] += 1
        if len(rows) <= SHOWN and found.row not in rows[1:]:
            rows.append(found.row)

    def findings(self) -> Iterator[Reject]:
        """One of each, with how often it is so and where at first."""
        for alike, found in self._first.items():
            count, *rows = self._rows[alike]
            yield found if count == 1 else replace(found, reason=_counted(found.reason, count, rows))


def _counted(reason: str, count: int, rows: Sequence[int]) -> str:
    told = ", ".join(map(str, rows))
    if count > len(rows):
        return say("{reason}: {count:,} times, as in rows {rows}, …", reason=reason, count=count, rows=told)
    return say("{reason}: {count:,} times, in rows {rows}", reason=reason, count=count, rows=told)
