"""Files that a command was given as one source: what they are, and what does not go together."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from graph_api.cli.data.files import Format
from graph_api.cli.data.folders import ModelOfFolder, file_of
from graph_api.errors import InvalidInput
from loaders.cim import CimSource
from loaders.opendss import OpenDssSource
from loaders.pandapower_json import PandapowerSource
from loaders.power_grid_model import PowerGridModelSource, is_power_grid_model
from loaders.source import Source, is_linked_out
from loaders.tabular import TabularSource
from loaders.tabular.packs import members
from loaders.tabular.reader import TABLES
from loaders.tabular.shapefiles import without_shares
from loaders.tabular.writing import Writing
from schema.words import say

CIM_SUFFIXES = frozenset({".xml", ".rdf", ".zip"})


def source_of(
    paths: list[Path],
    format: Format,
    mapping: str,
    system: str,
    writing: Writing,
    units: str,
    feeding: Sequence[str],
    *,
    walk_on: bool = False,
) -> Source:
    """The files as a source. Raises InvalidInput for what does not go together, LoadError for what cannot be used.

    With `walk_on` tables that cannot be used are left out (see TabularSource.open).
    """
    found = _source_of(paths, format, mapping, system, writing, units, feeding, walk_on=walk_on)
    is_model = len(paths) == 1 and paths[0].is_dir() and not isinstance(found, TabularSource)
    return ModelOfFolder(found, paths[0]) if is_model else found


def _source_of(
    paths: list[Path],
    format: Format,
    mapping: str,
    system: str,
    writing: Writing,
    units: str,
    feeding: Sequence[str],
    *,
    walk_on: bool,
) -> Source:
    for path in paths:
        if not path.exists():
            raise InvalidInput(say("There is no file or folder {path}.", path=str(path)))
    if format is Format.AUTO and len(paths) == 1 and paths[0].is_dir():
        folder, paths = paths[0], [file_of(paths[0])]
        system = system if paths == [folder] else system or folder.resolve().name
    paths = without_shares(paths)
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
        return TabularSource.open(paths, mapping, system, writing, walk_on=walk_on)
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
    inside = (item for item in found if not item.name.startswith(".") and not is_linked_out(item, folder))
    return sorted(item for item in inside if _format_of(item) is Format.CIM)
