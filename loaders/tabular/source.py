"""TabularSource: tables as a Source, read by the plain mapping or by a mapping file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol, Self

from loaders.source import Reading, system_of
from loaders.tabular.mapped import MappedTables
from loaders.tabular.mapping import mapping_named
from loaders.tabular.plain import PlainMapping
from loaders.tabular.reader import TEXTS, WORKBOOKS, Table, tables_of
from schema.batch import GraphBatch
from schema.errors import LoadError
from schema.registry import EntityKind
from schema.words import say

PLAIN = "plain"
"""Name of the mapping that follows from the schema."""


class TableMapping(Protocol):
    """What makes entities and relationships of tables."""

    @property
    def name(self) -> str:
        """Name of the mapping."""

    @property
    def system(self) -> str:
        """Source system that it reads."""

    def covers(self) -> frozenset[EntityKind]:
        """Kinds that its tables hold all of."""

    def batches(self, reading: Reading) -> Iterator[GraphBatch]:
        """See Source.batches."""


class TabularSource:
    """CSV, TSV and .xlsx files of one source system (see loaders.source.Source)."""

    def __init__(self, files: Sequence[Path], mapping: TableMapping, system: str = "") -> None:
        self._files = tuple(files)
        self._mapping = mapping
        self._system = system or mapping.system

    @classmethod
    def open(cls, files: Path | str | Sequence[Path | str], mapping: str = PLAIN, system: str = "") -> Self:
        """Files, or all tables of a folder, with "plain", the name of a built-in mapping, or the path of a mapping.

        `system` names the source system where the mapping's own name for it will not do; without it the plain mapping
        takes the name of the folder or file. Headers and the mapping are checked here: raises LoadError for what
        cannot be used.
        """
        given = [Path(each) for each in ([files] if isinstance(files, Path | str) else files)]
        paths = _paths(given)
        tables = [table for place, path in enumerate(paths) for table in tables_of(path, place)]
        if mapping == PLAIN and not system:
            system = system_of(given)
        return cls(paths, _mapping(mapping, tables), system)

    @property
    def system(self) -> str:
        """Name of the source system."""
        return self._system

    @property
    def mapping(self) -> str:
        """Name of the mapping."""
        return self._mapping.name

    @property
    def files(self) -> Sequence[Path]:
        """The files, in the order of their SourceLoad numbers."""
        return self._files

    def covers(self) -> frozenset[EntityKind]:
        """Kinds that the files hold all of."""
        return self._mapping.covers()

    def batches(self, reading: Reading) -> Iterator[GraphBatch]:
        """The content of all files; see Source.batches."""
        return self._mapping.batches(reading)


def _paths(given: Sequence[Path]) -> list[Path]:
    found: list[Path] = []
    for path in given:
        if path.is_dir():
            inside = sorted(
                item
                for item in path.iterdir()
                if item.suffix.lower() in TEXTS | WORKBOOKS and not item.name.startswith((".", "~$"))
            )
            if not inside:
                raise LoadError(say("The folder {path} holds no .csv, .tsv or .xlsx file.", path=path))
            found += inside
        elif path.is_file():
            found.append(path)
        else:
            raise LoadError(say("There is no file or folder {path}.", path=path))
    if not found:
        raise LoadError(say("No file was given."))
    return found


def _mapping(name: str, tables: Sequence[Table]) -> TableMapping:
    if name == PLAIN:
        return PlainMapping(tables)
    return MappedTables(*mapping_named(name), tables)
