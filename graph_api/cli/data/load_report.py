"""What a load did, for people, for machines and as a file of rejected rows."""

from __future__ import annotations

from collections import Counter

from graph_api.cli import output
from graph_api.commands.difference import Difference
from graph_api.commands.ingest import LoadOutcome
from graph_api.exports.sheets import Sheet
from loaders.report import LoadReport, Reject
from schema.registry import EntityKind

REJECT_HEADS = ("file", "row", "column", "value", "reason", "remedy")


def sheets(report: LoadReport) -> list[Sheet]:
    """Rejected rows and findings, a sheet each, rejects first."""
    return [_sheet("rejects", report.rejects), _sheet("findings", report.findings)]


def _sheet(title: str, rows: list[Reject]) -> Sheet:
    cells = [(row.file, row.row, row.column, row.value, row.reason, row.remedy) for row in rows]
    return Sheet(title, REJECT_HEADS, cells)


def show(outcome: LoadOutcome, system: str) -> None:
    """Print a load for people: accounts, rejects, findings, the difference."""
    report, difference = outcome.report, outcome.difference
    _show_accounts(report)
    _show_rejects("Rejected rows 未入库的行", report.rejects)
    _show_rejects("Findings on rows that were taken 已入库但存疑", report.findings)
    _show_difference(difference)
    changes = (
        f"{difference.added.total():,} added, {difference.changed.total():,} changed, "
        f"{difference.removed.total():,} removed, {difference.unchanged.total():,} as they were; relationships: "
        f"{difference.links_added:,} added, {difference.links_removed:,} removed"
    )
    if difference.kept_positions:
        output.notice(
            f"{difference.kept_positions:,} switches keep a position that was reported later than these files know."
        )
    for file, count in difference.not_read.items():
        output.notice(
            f"{count:,} relationships of {file}, loaded earlier from {system!r}, stay: that file was not read."
        )
    if outcome.dry_run:
        output.notice(f"Dry run, nothing was written. It would be: {changes}.")
    elif outcome.revision is None:
        output.notice("Nothing changed: the store holds all of it already.")
    else:
        output.notice(f"Revision {outcome.revision} in {outcome.seconds:.1f} s: {changes}.")


def _show_accounts(report: LoadReport) -> None:
    heads = ("file", "rows read", "taken", "duplicates", "rejected", "left out")
    rows = [
        (
            each.file,
            *(f"{n:,}" for n in (each.rows_read, each.taken, each.duplicates, each.rejected)),
            _left(each.left_out),
        )
        for each in report.accounts
    ]
    output.emit(output.table("Accounts 入库台账", *heads, rows=rows, numbers=heads[1:5]))


def _left(reasons: Counter[str]) -> str:
    return "; ".join(f"{count:,} {reason}" for reason, count in reasons.most_common(3))


def _show_rejects(title: str, rows: list[Reject]) -> None:
    """One line per kind of trouble, with how often and where first: thousands of rows have few reasons."""
    if not rows:
        return
    groups: dict[tuple[str, str, str], list[Reject]] = {}
    for row in rows:
        groups.setdefault((row.file, row.column, row.remedy), []).append(row)
    most = sorted(groups.values(), key=len, reverse=True)
    listed = [
        (
            f"{len(group):,}",
            group[0].file,
            group[0].row or "",
            group[0].column,
            group[0].value,
            group[0].reason,
            group[0].remedy,
        )
        for group in most[: output.LISTED]
    ]
    heads = ("rows", "file", "first row", "column", "value", "reason", "remedy")
    output.emit(output.table(title, *heads, rows=listed, numbers=("rows", "first row")))
    if len(most) > output.LISTED:
        output.notice(f"and {len(most) - output.LISTED:,} more kinds; --rejects FILE.csv writes every row.")


def _show_difference(difference: Difference) -> None:
    counters = (difference.added, difference.changed, difference.removed, difference.unchanged)
    kinds = [kind for kind in EntityKind if any(counter[kind] for counter in counters[:3])]
    if not kinds:
        return
    heads = ("kind", "中文", "added", "changed", "removed", "as it was")
    rows = [
        (kind.value, kind.zh, *(f"{counter[kind]:,}" if counter[kind] else "" for counter in counters))
        for kind in kinds
    ]
    output.emit(output.table("Difference 差异", *heads, rows=rows, numbers=heads[2:]))
    shown = [each for each in difference.examples if each.what != "added"]
    if shown:
        examples = [(each.what, each.kind.value, each.id, each.name, ", ".join(each.fields)) for each in shown]
        output.emit(output.table("For example 例", "what", "kind", "id", "name", "fields", rows=examples))


def as_json(outcome: LoadOutcome, system: str) -> dict[str, object]:
    """A load for machines."""
    report, difference = outcome.report, outcome.difference
    return {
        "system": system,
        "revision": outcome.revision,
        "dryRun": outcome.dry_run,
        "seconds": round(outcome.seconds, 3),
        "accounts": [
            {
                "file": each.file,
                "rowsRead": each.rows_read,
                "taken": each.taken,
                "duplicates": each.duplicates,
                "rejected": each.rejected,
                "leftOut": each.left_out,
            }
            for each in report.accounts
        ],
        "rejects": [_reject(each) for each in report.rejects],
        "findings": [_reject(each) for each in report.findings],
        "difference": {
            "added": difference.added,
            "changed": difference.changed,
            "removed": difference.removed,
            "unchanged": difference.unchanged,
            "relationshipsAdded": difference.links_added,
            "relationshipsRemoved": difference.links_removed,
            "keptPositions": difference.kept_positions,
            "relationshipsNotRead": difference.not_read,
            "examples": difference.examples,
        },
    }


def _reject(each: Reject) -> dict[str, object]:
    return {name: getattr(each, name) for name in REJECT_HEADS}
