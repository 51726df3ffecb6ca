"""Position reports as nodes :PositionReport, which planners can read too: times are Neo4j's own.

A node is known by its `id`, made of switch, time and sequence, so that one that others write by hand counts only if all
of it fits together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any

from graph_api.stores.neo4j.connection import Transaction
from graph_api.stores.neo4j.statements import DELETE_REPORTS, PUT_REPORTS, REPORTS_OF
from graph_api.stores.rows import ROWS, pieces
from schema.positions import PositionReport, ReportKey, moment_of
from schema.vocabulary import SwitchPosition

_MILLION = 1_000_000
_POSITIONS = {position.value: position for position in SwitchPosition}


def node_id(key: ReportKey) -> str:
    """`LJ:SW:1017@2026-11-23T03:12:00.000000+00:00#0`."""
    at = moment_of(key.at_us).isoformat(timespec="microseconds")
    return f"{key.switch}@{at}#{key.sequence}"


async def put_reports(transaction: Transaction, reports: Iterable[PositionReport]) -> None:
    """Put reports, in the place of those that have the same key."""
    for some in pieces(list(reports), ROWS):
        await transaction.run(PUT_REPORTS, rows=[_row(report) for report in some])


async def delete_reports(transaction: Transaction, keys: Iterable[ReportKey]) -> list[ReportKey]:
    """Delete reports; returns those that were there."""
    gone: list[ReportKey] = []
    for some in pieces(list(keys), ROWS):
        by_id = {node_id(key): key for key in some}
        gone += [by_id[id] for id in await transaction.run(DELETE_REPORTS, ids=list(by_id))]
    return gone


async def reports_of(transaction: Transaction, switches: Sequence[str]) -> dict[str, frozenset[PositionReport]]:
    """The reports of these switches, by switch; those without any are left out."""
    found: dict[str, frozenset[PositionReport]] = {}
    for some in pieces(switches, ROWS):
        for switch, rows in await transaction.run(REPORTS_OF, ids=some):
            found[switch] = frozenset(report for row in rows if (report := read_report(row)) is not None)
    return found


def read_report(row: Sequence[Any]) -> PositionReport | None:
    """A report as the statements return it; None for a node that is none: by another hand, or of a newer program."""
    id, switch, seconds, nanoseconds, sequence, position, by, source, recorded, recorded_nanoseconds = row
    if not isinstance(switch, str) or type(sequence) is not int or position not in _POSITIONS:
        return None
    at_us = _time_of(id, switch, sequence, seconds * _MILLION + nanoseconds // 1000)
    if at_us is None:
        return None
    recorded_us = at_us if recorded is None else recorded * _MILLION + recorded_nanoseconds // 1000
    return PositionReport(switch, at_us, sequence, _POSITIONS[position], _text(by), _text(source), recorded_us)


def _time_of(id: str, switch: str, sequence: int, at_us: int) -> int | None:
    """The time that fits the node's id; None if it does not fit."""
    # Neo4j counts the seconds of times before 1970 towards 1970, and their fractions away from it
    for candidate in (at_us, at_us - _MILLION):
        with suppress(OverflowError):
            if node_id(ReportKey(switch, candidate, sequence)) == id:
                return candidate
    return None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _row(report: PositionReport) -> list[Any]:
    at, recorded = divmod(report.at_us, _MILLION), divmod(report.recorded_us, _MILLION)
    return [
        node_id(report.key),
        report.switch,
        at[0],
        at[1] * 1000,
        report.sequence,
        report.position.value,
        report.by,
        report.source,
        recorded[0],
        recorded[1] * 1000,
    ]
