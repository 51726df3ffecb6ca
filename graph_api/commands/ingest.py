"""Ingest (入库): a source into a store, as one staged load; what did not change is not written."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from graph_api.commands.difference import Comparison, Difference
from graph_api.errors import Conflict, InvalidInput, LoadError
from graph_api.live.graph import load_graph
from graph_api.stores.contract import Store
from loaders.report import FileAccount, LoadReport
from loaders.source import Progress, Reading, Source, silent
from schema.batch import GraphBatch
from schema.provenance import SourceLoad
from schema.words import say

REMOVAL_SHARE = 0.2
REMOVAL_COUNT = 10
"""A load that would remove more than both this share and this number of a system's entities needs `force`."""
ATTEMPTS = 3
"""How often a load is compared anew when somebody else commits meanwhile."""
BATCH = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadOutcome:
    """What a load did: its report, the difference, and the revision that it made (None = nothing was written)."""

    report: LoadReport
    difference: Difference
    revision: int | None
    loads: tuple[SourceLoad, ...]
    seconds: float
    dry_run: bool
    refusal: InvalidInput | None = None
    """Why the load would be refused without `force`: a dry run tells what it would remove, and this."""


@dataclass(slots=True)
class _Read:
    """A source read to its end against the graph."""

    report: LoadReport
    comparison: Comparison
    loads: list[SourceLoad] = field(default_factory=list)
    refusal: InvalidInput | None = None


async def ingest(
    store: Store,
    source: Source,
    *,
    dry_run: bool = False,
    force: bool = False,
    strict: bool = False,
    progress: Progress = silent,
    now: datetime | None = None,
) -> LoadOutcome:
    """Load a source: all or nothing, visible at one revision.

    Entities and relationships that are in the graph already, but for which load they came from, are not written; what
    an earlier load of the same system put in and this source does not hold any more is removed. A load that changes
    nothing and reads the very same files again writes nothing at all. `dry_run` only tells the difference, and
    whether it would be refused. `strict` loads nothing if any row was rejected.

    Raises LoadError (files that cannot be used, accounts that do not close, rejected rows with `strict`), InvalidInput
    (a mass removal without `force`), StoreError.
    """
    began = time.monotonic()
    at = now or datetime.now(UTC)
    for attempt in range(ATTEMPTS):
        try:
            read, revision = await _attempt(store, source, progress, at, write=not dry_run, force=force, strict=strict)
        except Conflict:
            if attempt + 1 == ATTEMPTS:
                raise
            continue
        return LoadOutcome(
            report=read.report,
            difference=read.comparison.difference,
            revision=revision,
            loads=tuple(read.loads),
            seconds=time.monotonic() - began,
            dry_run=dry_run,
            refusal=read.refusal,
        )
    raise AssertionError("every attempt returns or raises")


async def _attempt(
    store: Store, source: Source, progress: Progress, at: datetime, *, write: bool, force: bool, strict: bool
) -> tuple[_Read, int | None]:
    graph = await load_graph(store)
    comparison = Comparison(graph, source.system, at)
    reading = Reading(first_load=comparison.next_load(), known=comparison.kind, progress=progress)
    read = _Read(reading.report, comparison)
    load_id = f"{source.system[:60]}:{reading.first_load}:{at.timestamp():.6f}"
    staged = False
    try:
        for batch in _differing(source, reading, comparison):
            if write:
                if not staged:
                    await store.begin_load(load_id)
                    staged = True
                await store.stage(load_id, batch)
        _check(reading.report, strict)
        gone = comparison.gone(source.covers(), reading.kept, [path.name for path in source.files])
        read.refusal = None if force else _mass_removal(source.system, gone, comparison)
        if write and read.refusal is not None:
            raise read.refusal
        read.loads = _loads(source, reading, at)
        if not write or (comparison.difference.is_empty and _same_files(read.loads, comparison.loads)):
            return read, None
        if not staged:
            await store.begin_load(load_id)
            staged = True
        gone.entities.extend(read.loads)
        await store.stage(load_id, gone)
        commit = await store.commit_load(load_id, at_revision=graph.revision)
        staged = False
        return read, commit.revision
    finally:
        if staged:
            await store.abandon_load(load_id)


def _differing(source: Source, reading: Reading, comparison: Comparison) -> Iterator[GraphBatch]:
    """Batches of what differs, of a size that a store takes at once."""
    waiting = GraphBatch()
    for batch in source.batches(reading):
        found = comparison.differing(batch, _as_of(reading.report))
        waiting.entities.extend(found.entities)
        waiting.relationships.extend(found.relationships)
        waiting.reports.extend(found.reports)
        if len(waiting) >= BATCH:
            yield waiting
            waiting = GraphBatch()
    if len(waiting):
        yield waiting


def _as_of(report: LoadReport) -> datetime | None:
    """When the file being read was true, as far as it says so."""
    return report.accounts[-1].as_of if report.accounts else None


def _check(report: LoadReport, strict: bool) -> None:
    for account in report.accounts:
        if not account.closed:
            raise LoadError(
                say(
                    "The account of {file} does not close: {rows_read} rows read, but {taken} taken + "
                    "{duplicates} duplicates + {rejected} rejected. Nothing was loaded; this is an error of "
                    "the program: report it with the file.",
                    file=account.file,
                    rows_read=account.rows_read,
                    taken=account.taken,
                    duplicates=account.duplicates,
                    rejected=account.rejected,
                ),
            )
    if strict and report.rejected:
        raise LoadError(
            say(
                "{rejected} rows were rejected and nothing was loaded, as --strict asks. Mend them, or "
                "load without --strict.",
                rejected=report.rejected,
            ),
            rejected=report.rejected,
        )
    if report.rows_read and not report.taken and not report.duplicates:
        raise LoadError(say("No row could be taken, so nothing was loaded; look at the rejects."))


def _mass_removal(system: str, gone: GraphBatch, comparison: Comparison) -> InvalidInput | None:
    """Why a load that removes this much needs `force`; None if it does not."""
    removed = len(gone.delete_entities)
    if removed <= REMOVAL_COUNT:
        return None
    before = comparison.size_of_system()
    if removed <= REMOVAL_SHARE * before:
        return None
    return InvalidInput(
        say(
            "This load would remove {removed:,} of the {before:,} things that earlier loads of "
            "{system!r} put in. Is the export complete? If it is, load with --force; if it is "
            "another system's, name it with --system.",
            removed=removed,
            before=before,
            system=system,
        ),
        removed=removed,
        before=before,
    )


def _loads(source: Source, reading: Reading, at: datetime) -> list[SourceLoad]:
    """One SourceLoad per file, with the sums of its accounts (a workbook has one per sheet)."""
    loads = []
    for place, path in enumerate(source.files):
        number = reading.first_load + place
        accounts = [each for each in reading.report.accounts if _belongs(each, path, number)]
        loads.append(
            SourceLoad(
                id=f"LOAD:{number}",
                name=f"{source.system} {path.name}",
                number=number,
                system=source.system,
                file=path.name,
                sha256=_sha256(path),
                mapping=source.mapping,
                as_of=next((each.as_of for each in accounts if each.as_of is not None), None),
                loaded_at=at,
                rows_read=sum(each.rows_read for each in accounts),
                rows_taken=sum(each.taken for each in accounts),
                rows_duplicate=sum(each.duplicates for each in accounts),
                rows_rejected=sum(each.rejected for each in accounts),
            )
        )
    return loads


def _belongs(account: FileAccount, path: Path, number: int) -> bool:
    return account.load == number or (not account.load and account.file == path.name)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _same_files(loads: list[SourceLoad], known: list[SourceLoad]) -> bool:
    """Whether the newest load of each of these files had the same content."""
    newest = {(load.system, load.file): load for load in sorted(known, key=lambda load: load.number)}
    return all(
        (before := newest.get((load.system, load.file))) is not None and before.sha256 == load.sha256 for load in loads
    )
