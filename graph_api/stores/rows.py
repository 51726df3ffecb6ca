"""Batches become rows: what every store refuses, in which words, and how rows are cut into statements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from graph_api.errors import BatchTooLarge, InvalidInput
from graph_api.stores.contract import MAX_APPLY
from schema.batch import GraphBatch
from schema.positions import PositionReport, ReportKey, moment_of
from schema.relationships import Relationship
from schema.words import say

T = TypeVar("T")
_LARGEST = 2**63 - 1
_MOST_SEQUENCE = 2**31 - 1

ROWS = 5_000
"""Rows that one statement takes, if the store names no other number."""


def checked_size(batch: GraphBatch) -> None:
    """Raise BatchTooLarge for more records than one apply takes."""
    if len(batch) > MAX_APPLY:
        raise BatchTooLarge(
            say(
                "{count} records are more than the {most} that one apply takes; use a staged load.",
                count=len(batch),
                most=MAX_APPLY,
            ),
            records=len(batch),
            limit=MAX_APPLY,
        )


def checked_once(batch: GraphBatch) -> None:
    """Raise InvalidInput if the batch puts an entity twice."""
    twice = [id for id, times in Counter(entity.id for entity in batch.entities).items() if times > 1]
    if twice:
        raise InvalidInput(
            say("The batch puts {id!r} more than once; put each entity once.", id=twice[0]), ids=twice[:20]
        )


def rows_of(records: Sequence[Any], row_of: Callable[[Any], T]) -> list[T]:
    """A row of each record. Raises InvalidInput that shows the record whose value no store can keep."""
    return [_row(record, row_of) for record in records]


def text(value: str) -> str:
    """The value, if it has bytes: a lone surrogate is refused where the record is known (in rows_of)."""
    value.encode()
    return value


def origin(link: Relationship) -> tuple[int, int]:
    """Load and row of a relationship, if a store can count so far (to be called in rows_of)."""
    if not (0 <= link.load <= _LARGEST and 0 <= link.row <= _LARGEST):
        raise OverflowError("load and row of a relationship lie between 0 and 2^63 - 1")
    return link.load, link.row


def report_key(key: ReportKey | PositionReport) -> ReportKey:
    """Identity of a report, if a store can keep it (to be called in rows_of)."""
    moment_of(key.at_us)
    if not 0 <= key.sequence <= _MOST_SEQUENCE:
        raise OverflowError("the sequence of a position report lies between 0 and 2^31 - 1")
    return ReportKey(text(key.switch), key.at_us, key.sequence)


def report_row(report: PositionReport) -> PositionReport:
    """The report, if a store can keep it (to be called in rows_of)."""
    report_key(report)
    text(report.by)
    text(report.source)
    moment_of(report.recorded_us)
    return report


def pieces(rows: Sequence[T], size: int = ROWS) -> Iterator[Sequence[T]]:
    """The rows, a statement's worth at a time."""
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def _row(record: Any, row_of: Callable[[Any], T]) -> T:
    try:
        return row_of(record)
    except (UnicodeEncodeError, OverflowError, TypeError) as error:
        raise InvalidInput(
            say("{record!a} holds a value that cannot be stored: {error}.", record=str(record)[:200], error=error)
        ) from error
