"""What a load did, for people, for machines and as a file of rejected rows."""

from __future__ import annotations

from collections.abc import Sequence

from graph_api.cli import output
from graph_api.commands.difference import Difference
from graph_api.commands.ingest import LoadOutcome
from graph_api.exports.sheets import Cell, Sheet
from loaders.report import EMPTY, FileAccount, LoadReport, Reject
from loaders.tabular.writing import SAY_COUNTRY, SAY_ZONE
from schema.registry import EntityKind
from schema.words import Language, Sentence, current, joined, say, text_of, translated

HELD_SHARE = 0.2
"""Share of a new source system's things from which another system that holds them is named."""
_NAMED = 8
"""Sheets without a row that are named."""
REJECT_HEADS = ("file", "row", "column", "value", "reason", "remedy")
"""Names for machines, as the fields of a Reject."""
_HEADS = (say("file"), say("row"), say("column"), say("value"), say("reason"), say("remedy"))


def sheets(report: LoadReport, *, one: bool = False) -> list[Sheet]:
    """Rejected rows and findings, a sheet each, rejects first; `one` has both in one sheet, as a CSV file needs."""
    lists = ((say("rejects"), say("rejected"), report.rejects), (say("findings"), say("finding"), report.findings))
    if not one:
        return [_sheet(title, _HEADS, _cells(rows)) for title, _, rows in lists]
    cells = [(text_of(what), *row) for _, what, rows in lists for row in _cells(rows)]
    return [_sheet(lists[0][0], (say("what"), *_HEADS), cells)]


def _sheet(title: str, heads: tuple[str, ...], cells: Sequence[tuple[Cell, ...]]) -> Sheet:
    return Sheet(text_of(title), tuple(text_of(head) for head in heads), cells)


def _cells(rows: list[Reject]) -> list[tuple[Cell, ...]]:
    return [(row.file, row.row, row.column, row.value, text_of(row.reason), text_of(row.remedy)) for row in rows]


def show(outcome: LoadOutcome, system: str) -> None:
    """Print a load for people: accounts, rejects, findings, the difference."""
    report, difference = outcome.report, outcome.difference
    show_report(report)
    _show_difference(difference)
    _tell_unsaid(report)
    changes = say(
        "{added} added, {changed} changed, {removed} removed, {unchanged} as they were; relationships: {links_added} "
        "added, {links_removed} removed",
        added=f"{difference.added.total():,}",
        changed=f"{difference.changed.total():,}",
        removed=f"{difference.removed.total():,}",
        unchanged=f"{difference.unchanged.total():,}",
        links_added=f"{difference.links_added:,}",
        links_removed=f"{difference.links_removed:,}",
    )
    if difference.kept_positions:
        output.notice(
            say(
                "{count} switches keep a position that was reported later than these files know.",
                count=f"{difference.kept_positions:,}",
            )
        )
    for file, count in difference.not_read.items():
        output.notice(
            say(
                "{count} relationships of {file}, loaded earlier from {system}, stay: that file was not read.",
                count=f"{count:,}",
                file=file,
                system=repr(system),
            )
        )
    if difference.new_system and (difference.added or difference.held_by) and outcome.refusal is None:
        _show_new_system(difference, system)
    if outcome.dry_run:
        output.notice(say("Dry run, nothing was written. It would be: {changes}.", changes=changes))
        if outcome.needs_force and outcome.refusal is not None:
            output.notice(outcome.refusal.message)
    elif outcome.refusal is not None:
        if not difference.is_empty:
            output.notice(say("Nothing was loaded. It would have been: {changes}.", changes=changes))
    elif outcome.revision is None:
        output.notice(say("Nothing changed: the store holds all of it already."))
    else:
        output.notice(
            say(
                "Revision {revision} in {seconds} s: {changes}.",
                revision=outcome.revision,
                seconds=f"{outcome.seconds:.1f}",
                changes=changes,
            )
        )


def _tell_unsaid(report: LoadReport) -> None:
    """Name all options at once by which rejected rows would be taken."""
    options = {SAY_COUNTRY: "--country CN", SAY_ZONE: "--timezone Asia/Shanghai"}
    asked = {str(each.remedy) for each in report.rejects}
    if wanted := [option for remedy, option in options.items() if str(remedy) in asked]:
        output.notice(
            say(
                "If these are numbers and times of China, load once more with {options}: {count} rows wait for that.",
                options=" ".join(wanted),
                count=f"{sum(str(each.remedy) in map(str, options) for each in report.rejects):,}",
            )
        )


def show_report(report: LoadReport) -> None:
    """Print accounts, rejects and findings."""
    _show_accounts(report)
    _show_rejects(say("Rejected rows"), report.rejects)
    _show_rejects(say("Findings on rows that were taken"), report.findings)


def _show_new_system(difference: Difference, system: str) -> None:
    """Tell that the files became a source system of their own, and of which other one they may be a later export."""
    output.notice(
        say(
            "New source system {system}: its next load replaces what this one put in. --system gives it another name.",
            system=repr(system),
        )
    )
    total = difference.added.total() + difference.changed.total() + difference.unchanged.total()
    for other, count in difference.held_by.most_common():
        if count >= HELD_SHARE * total:
            output.notice(
                say(
                    "Source system {system} already holds {count} of these {total} things; give --system {system} to "
                    "replace it.",
                    system=repr(other),
                    count=f"{count:,}",
                    total=f"{total:,}",
                )
            )


def _show_accounts(report: LoadReport) -> None:
    """Accounts of what holds or leaves out anything; what holds nothing is one line, however many sheets it is."""
    heads = (say("file"), say("rows read"), say("taken"), say("duplicates"), say("rejected"), say("left out"))
    told = [each for each in report.accounts if each.rows_read or each.left_out or not _is_bare(each)]
    rows = [
        (
            each.file,
            *(f"{n:,}" for n in (each.rows_read, each.taken, each.duplicates, each.rejected)),
            _left(each),
        )
        for each in told
    ]
    output.emit(output.table(say("Accounts"), *heads, rows=rows, numbers=heads[1:5]))
    if bare := [each.file for each in report.accounts if each not in told]:
        output.notice(say("Without a row: {files}.", files=_named(bare)))
    for each in report.accounts:
        if each.read_as:
            names = [f"{head} = {name}" for head, name in each.read_as.items()]
            output.notice(say("Columns of {file} by other names: {columns}.", file=each.file, columns=names))
        if each.unread:
            output.notice(say("Columns of {file} that are not read: {columns}.", file=each.file, columns=each.unread))


def _is_bare(account: FileAccount) -> bool:
    """Whether there was nothing to read: an empty sheet, a head alone."""
    return not account.not_read or account.not_read == EMPTY


def _named(files: list[str]) -> Sentence | str:
    """Some files by name, sheets of a workbook without it, and how many more."""
    names = [name.rpartition("#")[2] for name in files]
    if len(names) <= _NAMED:
        return say("{names}", names=names)
    return say("{names} and {more} more", names=names[:_NAMED], more=len(names) - _NAMED)


def _left(account: FileAccount) -> str:
    parts = [_left_for(account, reason, count) for reason, count in account.left_out.most_common()]
    parts += [say("not read: {reason}", reason=account.not_read)] if account.not_read else []
    parts += [say("read as {encoding}", encoding=account.encoding)] if account.encoding else []
    return joined(parts)


def _left_for(account: FileAccount, reason: str, count: int) -> Sentence:
    """How many rows are left out for a reason, and which, where they might have been meant as records."""
    rows = account.left_rows.get(reason, [])
    if not rows:
        return say("{count:,} {reason}", count=count, reason=reason)
    named = ", ".join(map(str, rows)) + (", …" if count > len(rows) else "")
    return say("{count:,} {reason} (row {rows})", count=count, reason=reason, rows=named)


def _show_rejects(title: str, rows: list[Reject]) -> None:
    """One line per kind of trouble, with how often and where first: thousands of rows have few reasons."""
    if not rows:
        return
    groups: dict[tuple[str, str, str, str], list[Reject]] = {}
    for row in rows:
        reason = row.reason.template if isinstance(row.reason, Sentence) else row.reason
        groups.setdefault((row.file, row.column, reason, row.remedy), []).append(row)
    most = sorted(groups.values(), key=_harm)
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
    heads = (
        say("rows"), say("file"), say("first row"), say("column"), say("value"), say("reason"), say("remedy"),
    )  # fmt: skip
    output.emit(output.table(title, *heads, rows=listed, numbers=(heads[0], heads[2])))
    if len(most) > output.LISTED:
        output.notice(
            say(
                "and {count} more kinds; --rejects FILE.csv writes every row.",
                count=f"{len(most) - output.LISTED:,}",
            )
        )


def _harm(group: list[Reject]) -> tuple[bool, bool, int]:
    """Sorts first what was taken without what it names, last what may need nothing, else the more rows the sooner."""
    remedy = group[0].remedy
    said = remedy.template if isinstance(remedy, Sentence) else remedy
    return not any(row.dropped for row in group), said.startswith("Nothing"), -len(group)


def _show_difference(difference: Difference) -> None:
    counters = (difference.added, difference.changed, difference.removed, difference.unchanged)
    kinds = [kind for kind in EntityKind if any(counter[kind] for counter in counters[:3])]
    if not kinds:
        return
    heads = (say("kind"), say("code"), say("added"), say("changed"), say("removed"), say("as it was"))
    rows = [
        (
            kind.zh if current() is Language.ZH else kind.label,
            kind.value,
            *(f"{counter[kind]:,}" if counter[kind] else "" for counter in counters),
        )
        for kind in kinds
    ]
    output.emit(output.table(say("Difference"), *heads, rows=rows, numbers=heads[2:]))
    shown = [each for each in difference.examples if each.what != "added"]
    if shown:
        examples = [
            (translated(each.what), each.kind.value, each.id, each.name, ", ".join(each.fields)) for each in shown
        ]
        heads_of_examples = (say("what"), say("kind"), say("id"), say("name"), say("fields"))
        output.emit(output.table(say("For example"), *heads_of_examples, rows=examples))


def as_json(outcome: LoadOutcome, system: str) -> dict[str, object]:
    """A load for machines."""
    report, difference = outcome.report, outcome.difference
    return {
        "system": system,
        "newSystem": difference.new_system,
        "heldBy": difference.held_by,
        "revision": outcome.revision,
        "dryRun": outcome.dry_run,
        "needsForce": outcome.needs_force,
        "refused": None if outcome.refusal is None else text_of(outcome.refusal.message),
        "seconds": round(outcome.seconds, 3),
        "accounts": [
            {
                "file": each.file,
                "rowsRead": each.rows_read,
                "taken": each.taken,
                "duplicates": each.duplicates,
                "rejected": each.rejected,
                "leftOut": {text_of(reason): count for reason, count in each.left_out.items()},
                "leftOutRows": {text_of(reason): rows for reason, rows in each.left_rows.items()},
                "columnsNotRead": each.unread,
                "columnsReadAs": each.read_as,
                "notRead": text_of(each.not_read) or None,
                "encoding": each.encoding or None,
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
    told = {name: getattr(each, name) for name in REJECT_HEADS}
    return told | {"reason": text_of(each.reason), "remedy": text_of(each.remedy)}
