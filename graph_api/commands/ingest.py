"""Ingest (入库): a source into a store, as one staged load; what did not change is not written."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from graph_api.commands.difference import Comparison, Difference
from graph_api.commands.doubled import Doubles
from graph_api.commands.kept_rejects import kept_rejects
from graph_api.commands.removal import mass_removal
from graph_api.commands.taken_ids import TakenIds
from graph_api.errors import BaodianError, Conflict, InvalidInput, LoadError
from graph_api.live.graph import load_graph
from graph_api.live.memory import few_collections
from graph_api.stores.contract import Store
from graph_api.stores.open_loads import LIFE_SECONDS, NONE, Patience, once_free
from loaders.report import FileAccount, LoadReport, Reject
from loaders.source import Progress, Reading, Source, silent
from schema.batch import GraphBatch
from schema.provenance import SourceLoad
from schema.words import say

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
    refusal: BaodianError | None = None
    """Why nothing was loaded, or why a dry run says that nothing would be."""

    @property
    def needs_force(self) -> bool:
        """Whether it is refused for what it would remove."""
        return isinstance(self.refusal, InvalidInput)

    @property
    def failed(self) -> BaodianError | None:
        """What the asker has to hear as an error; a dry run that would need `force` has told what it was asked."""
        return None if self.dry_run and self.needs_force else self.refusal

    def checked(self) -> LoadOutcome:
        """Itself; raises what the asker has to hear as an error."""
        if self.failed is not None:
            raise self.failed
        return self


@dataclass(slots=True)
class _Read:
    """A source read to its end against the graph."""

    report: LoadReport
    comparison: Comparison
    doubles: Doubles
    loads: list[SourceLoad] = field(default_factory=list)
    refusal: BaodianError | None = None


async def ingest(
    store: Store,
    source: Source,
    *,
    dry_run: bool = False,
    force: bool = False,
    strict: bool = False,
    progress: Progress = silent,
    patience: Patience = NONE,
    now: datetime | None = None,
) -> LoadOutcome:
    """Load a source: all or nothing, visible at one revision.

    Entities and relationships that are in the graph already, but for which load they came from, are not written; what
    an earlier load of the same system put in and this source does not hold any more is removed. A load that changes
    nothing and reads the very same files again writes nothing at all. `dry_run` only tells the difference, and
    whether it would be refused. `strict` loads nothing if any row was rejected.

    A load that brings nothing usable, has rejects with `strict`, or would remove much without `force` is refused:
    nothing is written, and the outcome tells the accounts, the rejects and why. Raises LoadError (files that cannot
    be used, accounts that do not close), StoreError.
    """
    began = time.monotonic()
    at = now or datetime.now(UTC)
    for attempt in range(ATTEMPTS):
        try:
            with few_collections():
                read, revision = await _attempt(
                    store, source, progress, patience, at, write=not dry_run, force=force, strict=strict
                )
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
    store: Store,
    source: Source,
    progress: Progress,
    patience: Patience,
    at: datetime,
    *,
    write: bool,
    force: bool,
    strict: bool,
) -> tuple[_Read, int | None]:
    graph = await load_graph(store)
    comparison = Comparison(graph, source.system, at)
    comparison.cover(source)
    reading = Reading(
        first_load=comparison.next_load(),
        known=comparison.kind,
        named=comparison.named,
        linked=comparison.linked,
        leaving=comparison.leaving,
        equipment=comparison.equipment,
        entity=comparison.entity,
        keyed=comparison.keyed,
        progress=progress,
        held=comparison.holds,
        stays=comparison.stays,
        now=at,
    )
    read = _Read(reading.report, comparison, Doubles(comparison, source.system))
    load_id = f"{source.system[:60]}:{reading.first_load}:{at.timestamp():.6f}"
    staging = _Staging(store, load_id, patience)
    try:
        for batch in _differing(source, reading, comparison, read.doubles):
            if write:
                await staging.take(batch)
        _check_closed(reading.report)
        _tell_of_forecasts(reading)
        # asked again: some sources know only now whether they are whole or an update
        comparison.cover(source)
        gone = comparison.gone(reading.kept, [path.name for path in source.files])
        read.refusal = _refusal(source.system, read, force=force, strict=strict)
        read.loads = _loads(source, reading, at)
        if (
            not write
            or read.refusal is not None
            or (comparison.difference.is_empty and _same_files(read.loads, comparison.loads))
        ):
            return read, None
        gone.entities.extend(read.loads)
        await staging.take(gone)
        commit = await store.commit_load(load_id, at_revision=graph.revision)
        staging.is_open = False
        return read, commit.revision
    finally:
        if staging.is_open:
            await store.abandon_load(load_id)


class _Staging:
    """The staged load of one attempt; it begins with the first batch that holds something."""

    def __init__(self, store: Store, load_id: str, patience: Patience) -> None:
        self._store = store
        self._load_id = load_id
        self._patience = patience
        self._heard_of = 0.0
        self.is_open = False

    async def take(self, batch: GraphBatch) -> None:
        """Stage a batch; an empty one now and then, so that nobody takes this program for gone."""
        if not self.is_open and len(batch):
            await once_free(lambda: self._store.begin_load(self._load_id), self._patience)
            self.is_open = True
        if len(batch) or (self.is_open and time.monotonic() - self._heard_of > LIFE_SECONDS):
            await self._store.stage(self._load_id, batch)
            self._heard_of = time.monotonic()


def _differing(source: Source, reading: Reading, comparison: Comparison, doubles: Doubles) -> Iterator[GraphBatch]:
    """Batches of what differs, of a size that a store takes at once; empty ones while nothing does."""
    waiting, taken = GraphBatch(), TakenIds(comparison)
    for batch in source.batches(reading):
        for entity in batch.entities:
            doubles.note(entity)
        found = comparison.differing(taken.left(batch), _as_of(reading))
        waiting.entities.extend(found.entities)
        waiting.relationships.extend(found.relationships)
        waiting.reports.extend(found.reports)
        waiting.delete_relationships.extend(found.delete_relationships)
        if len(waiting) >= BATCH:
            yield waiting
            waiting = GraphBatch()
        else:
            yield GraphBatch()
    if len(waiting):
        yield waiting
    taken.tell(reading.report)


def _as_of(reading: Reading) -> datetime | None:
    """When the file being read was true, as far as it says so; None for a forecast, or a clock that was wrong."""
    accounts = reading.report.accounts
    told = reading.as_of or (accounts[-1].as_of if accounts else None)
    return None if told is None or reading.is_ahead(told) else told


def _tell_of_forecasts(reading: Reading) -> None:
    """A finding on each file that says it is of the future."""
    reading.report.findings += [
        Reject(
            file=account.file,
            row=0,
            value=account.as_of.isoformat(),
            reason=say(
                "the file says it is of a time that has not come yet: positions in it count as of the load, and change "
                "none that was reported with a time"
            ),
            remedy=say("Nothing if it is a forecast; else set the clock of the system that wrote it."),
        )
        for account in reading.report.accounts
        if account.as_of is not None and reading.is_ahead(account.as_of)
    ]


def _check_closed(report: LoadReport) -> None:
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


def _refusal(system: str, read: _Read, *, force: bool, strict: bool) -> BaodianError | None:
    """Why nothing of what was read may be written; None if all of it may."""
    report, comparison = read.report, read.comparison
    if strict and report.rejected:
        return LoadError(
            say(
                "{rejected} rows were rejected and nothing was loaded, as --strict asks. Mend them, or "
                "load without --strict.",
                rejected=report.rejected,
            ),
            rejected=report.rejected,
        )
    if not report.taken and not report.duplicates:
        if report.rejected:
            return LoadError(say("No row could be taken, so nothing was loaded; look at the rejects."))
        if not force or comparison.difference.is_empty:
            return LoadError(
                say(
                    "These files hold no row that could be loaded, so nothing was. Are they the right ones, and "
                    "filled in below the head?"
                )
            )
    return None if force else mass_removal(system, comparison) or read.doubles.refusal()


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
                rejects=kept_rejects(reading.report.rejects, names := {path.name, *(each.file for each in accounts)}),
                dropped=kept_rejects((each for each in reading.report.findings if each.dropped and each.value), names),
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
