"""`baodian load`: your own files into a store."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from graph_api.app.places import store_file
from graph_api.cli import output
from graph_api.cli.data.files import CountryOption, EncodingOption, Format, MappingOption, ShiftsOption, TimezoneOption
from graph_api.cli.session import DEFAULT_STORE, StoreOption, patience, renew_snapshot, with_store
from graph_api.cli.stores import refuse_served
from graph_api.exports.table_file import table_name
from schema.words import say, text_of

if TYPE_CHECKING:
    from graph_api.commands.ingest import LoadOutcome
    from graph_api.stores.contract import Store
    from loaders.source import Progress


def load(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="PATH...",
            help=say(
                "Files or folders: CSV, TSV, .xlsx, .xls, .ods, GeoJSON, GeoPackage, shapefile, vCard, iCalendar, CIM "
                "RDF/XML, pandapower or power-grid-model JSON, OpenDSS .dss."
            ),
        ),
    ],
    store: StoreOption = DEFAULT_STORE,
    format: Annotated[
        Format, typer.Option("--format", help=say("What the files are; without it, their suffix tells."))
    ] = Format.AUTO,
    mapping: MappingOption = "plain",
    system: Annotated[
        str,
        typer.Option(
            "--system", help=say("Source system they come from: what its next load no longer holds is removed.")
        ),
    ] = "",
    timezone: TimezoneOption = "",
    country: CountryOption = "",
    encoding: EncodingOption = "",
    shifts: ShiftsOption = "",
    units: Annotated[
        str,
        typer.Option("--units", help=say("Units of a CIM model that does not say them: V,W,m or kV,MW,km.")),
    ] = "",
    feeding: Annotated[
        list[str] | None,
        typer.Option("--source", help=say("Injection or machine of a CIM model that feeds the grid; may be repeated.")),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=say("Only tell what would change."))] = False,
    force: Annotated[bool, typer.Option("--force", help=say("Load even if much of what is there would go."))] = False,
    strict: Annotated[bool, typer.Option("--strict", help=say("Load nothing if any row is rejected."))] = False,
    rejects: Annotated[
        Path | None,
        typer.Option(
            "--rejects", help=say("Write rejected rows and findings to this .csv or .xlsx."), callback=table_name
        ),
    ] = None,
    as_json: output.JsonOption = False,
) -> None:
    """Load files into the store."""
    from graph_api.cli.data import load_report  # as the others here: what only running has to wait for
    from graph_api.cli.data.sources import source_of
    from graph_api.commands.ingest import ingest
    from graph_api.exports.table_file import write
    from loaders.tabular.writing import Writing

    writing = Writing.of(timezone, country, encoding, shifts)
    path = store_file(store)
    if path is not None and not dry_run:
        refuse_served(path)
    source = source_of(paths, format, mapping, system, writing, units, feeding or ())
    with tempfile.TemporaryDirectory(prefix="baodian-") as scratch, _bars() as progress:
        if dry_run and path is not None and not (path.exists() and path.stat().st_size):
            store = f"sqlite:///{scratch}/nothing.db"

        async def work(opened: Store) -> LoadOutcome:
            return await ingest(
                opened, source, dry_run=dry_run, force=force, strict=strict, progress=progress, patience=patience()
            )

        outcome = with_store(store, work, create=True)
        if not dry_run and outcome.refusal is None:
            renew_snapshot(store)
    if rejects is not None:
        write(load_report.sheets(outcome.report, one=rejects.suffix.lower() == ".csv"), rejects)
    if as_json:
        output.emit_json(load_report.as_json(outcome, source.system))
    else:
        load_report.show(outcome, source.system)
        if rejects is not None:
            output.notice(say("Written: {file}", file=str(rejects)))
    outcome.checked()


@contextmanager
def _bars() -> Iterator[Progress]:
    """A bar per file on standard error; they go away when all is done."""
    from rich.progress import BarColumn, TaskID, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"))
    shown = output.console(errors=True)
    with Bars(*columns, TimeElapsedColumn(), console=shown, transient=True, disable=not shown.is_terminal) as bars:
        tasks: dict[str, TaskID] = {}

        def progress(file: str, done: int, total: int) -> None:
            if file not in tasks:
                tasks[file] = bars.add_task(text_of(say("Reading {file}", file=file)), total=total or None)
            bars.update(tasks[file], completed=done, total=total or None)

        yield progress
