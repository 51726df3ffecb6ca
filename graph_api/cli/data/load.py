"""`baodian load` and `baodian template`: your own files into a store."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from graph_api.app.places import store_file
from graph_api.cli import output
from graph_api.cli.data import load_report
from graph_api.cli.data.files import CountryOption, EncodingOption, MappingOption, ShiftsOption, TimezoneOption, exists
from graph_api.cli.kinds import kinds_named
from graph_api.cli.session import DEFAULT_STORE, PATIENT, StoreOption, renew_snapshot, with_store
from graph_api.commands.ingest import LoadOutcome, ingest
from graph_api.errors import InvalidInput
from graph_api.exports import sheets
from graph_api.stores.contract import Store
from graph_api.whole_file import whole
from loaders.cim import CimSource
from loaders.opendss import OpenDssSource
from loaders.pandapower_json import PandapowerSource
from loaders.power_grid_model import PowerGridModelSource, is_power_grid_model
from loaders.source import Progress, Source
from loaders.tabular import TabularSource
from loaders.tabular.packs import members
from loaders.tabular.reader import TABLES
from loaders.tabular.template import ORDER, write_example, write_template
from loaders.tabular.writing import Writing
from schema.registry import EntityKind
from schema.words import Language, current, say, text_of

CIM_SUFFIXES = frozenset({".xml", ".rdf", ".zip"})


class Format(StrEnum):
    """What files are read as."""

    AUTO = "auto"
    TABULAR = "tabular"
    CIM = "cim"
    PANDAPOWER = "pandapower"
    OPENDSS = "opendss"
    POWER_GRID_MODEL = "power-grid-model"


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
        Path | None, typer.Option("--rejects", help=say("Write rejected rows and findings to this .csv or .xlsx."))
    ] = None,
    as_json: output.JsonOption = False,
) -> None:
    """Load files into the store."""
    writing = Writing.of(timezone, country, encoding, shifts)
    source = source_of(paths, format, mapping, system, writing, units, feeding or ())
    with tempfile.TemporaryDirectory(prefix="baodian-") as scratch, _bars() as progress:
        path = store_file(store)
        if dry_run and path is not None and not (path.exists() and path.stat().st_size):
            store = f"sqlite:///{scratch}/nothing.db"

        async def work(opened: Store) -> LoadOutcome:
            return await ingest(
                opened, source, dry_run=dry_run, force=force, strict=strict, progress=progress, patience=PATIENT
            )

        outcome = with_store(store, work, create=True)
        if not dry_run and outcome.refusal is None:
            renew_snapshot(store)
    if rejects is not None:
        sheets.write(load_report.sheets(outcome.report, one=rejects.suffix.lower() == ".csv"), rejects)
    if as_json:
        output.emit_json(load_report.as_json(outcome, source.system))
    else:
        load_report.show(outcome, source.system)
        if rejects is not None:
            output.notice(say("Written: {file}", file=str(rejects)))
    outcome.checked()


def source_of(
    paths: list[Path], format: Format, mapping: str, system: str, writing: Writing, units: str, feeding: Sequence[str]
) -> Source:
    """The files as a source. Raises InvalidInput for what does not go together, LoadError for what cannot be used."""
    for path in paths:
        if not path.exists():
            raise InvalidInput(say("There is no file or folder {path}.", path=str(path)))
    if format is Format.AUTO:
        found = {_format_of(path) for path in paths}
        if len(found) > 1:
            raise InvalidInput(
                say("Files of different formats are different loads: name those of one format at a time.")
            )
        format = found.pop()
    if units and format is not Format.CIM:
        raise InvalidInput(say("--units is for CIM models; tables and pandapower files say their units."))
    if feeding and format is not Format.CIM:
        raise InvalidInput(say("--source is for CIM models; tables and pandapower files say what feeds the grid."))
    if format is Format.TABULAR:
        return TabularSource.open(paths, mapping, system, writing)
    if format is Format.PANDAPOWER:
        return PandapowerSource(paths, system)
    if format is Format.POWER_GRID_MODEL:
        return PowerGridModelSource(paths, system)
    if format is Format.OPENDSS:
        return OpenDssSource(paths, system)
    if mapping != "plain":
        raise InvalidInput(
            say("A mapping is for tables; CIM files need none. Leave out --mapping, or say --format tabular.")
        )
    files = [file for path in paths for file in (_cim_files(path) if path.is_dir() else [path])]
    if not files:
        raise InvalidInput(say("The folder holds no CIM file (.xml, .rdf or .zip)."))
    return CimSource(files, system, units, feeding)


def _format_of(path: Path) -> Format:
    if path.is_dir():
        tables = {item.suffix.lower() for item in path.iterdir()} & TABLES
        return Format.CIM if tables <= {".txt"} and _cim_files(path) else Format.TABULAR
    suffix = path.suffix.lower()
    if suffix == ".zip":
        inside = {Path(name).suffix.lower() for name in members(path) if not name.lower().endswith(".shp.xml")}
        return Format.TABULAR if inside & (TABLES - {".txt"}) and not inside & {".xml", ".rdf"} else Format.CIM
    if suffix == ".json" and is_power_grid_model(path):
        return Format.POWER_GRID_MODEL
    own = {".json": Format.PANDAPOWER, ".dss": Format.OPENDSS}
    return Format.CIM if suffix in CIM_SUFFIXES else own.get(suffix, Format.TABULAR)


def _cim_files(folder: Path) -> list[Path]:
    """CIM files of a folder and of folders in it; what begins with a dot is of the system, not of the model."""
    found = (item for item in folder.rglob("*") if item.suffix.lower() in CIM_SUFFIXES and item.is_file())
    return sorted(item for item in found if not item.name.startswith(".") and _format_of(item) is Format.CIM)


@contextmanager
def _bars() -> Iterator[Progress]:
    """A bar per file on standard error; they go away when all is done."""
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"))
    shown = output.console(errors=True)
    with Bars(*columns, TimeElapsedColumn(), console=shown, transient=True, disable=not shown.is_terminal) as bars:
        tasks: dict[str, TaskID] = {}

        def progress(file: str, done: int, total: int) -> None:
            if file not in tasks:
                tasks[file] = bars.add_task(text_of(say("Reading {file}", file=file)), total=total or None)
            bars.update(tasks[file], completed=done, total=total or None)

        yield progress


def template(
    out: Annotated[Path, typer.Argument(metavar="OUT.xlsx", help=say("Workbook to write."))],
    kinds: Annotated[
        list[str] | None, typer.Option("--kind", help=say("Only this kind of thing, as Customer; may be repeated."))
    ] = None,
    chinese: Annotated[bool, typer.Option("--chinese", help=say("In Chinese, as with --lang zh."))] = False,
    force: Annotated[bool, typer.Option("--force", help=say("Write over a file that is there."))] = False,
    as_json: output.JsonOption = False,
) -> None:
    """Write an empty, commented workbook of the plain format, and a small filled one beside it."""
    if out.suffix.lower() != ".xlsx":
        raise InvalidInput(say("{file} is not an .xlsx file; name it so.", file=out.name), file=out.name)
    codes = kinds_named(kinds)
    chosen = None if codes is None else [EntityKind(code) for code in codes]
    example = None if chosen else out.with_name(f"{out.stem}-example.xlsx")
    for path in filter(None, (out, example)):
        if path.exists() and not force:
            raise exists(path)
    chinese = chinese or current() is Language.ZH
    with whole(out) as draft:
        write_template(draft, chosen, chinese=chinese)
    if example is not None:
        with whole(example) as draft:
            write_example(draft, chinese=chinese)
    if as_json:
        output.emit_json({"file": str(out), "kinds": chosen or ORDER, "example": example and str(example)})
        return
    output.notice(say("Written: {file}", file=str(out)))
    if example is not None:
        output.notice(say("Written: {file}, the same filled in as an example", file=str(example)))
