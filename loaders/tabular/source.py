"""TabularSource: tables as a Source, read by the plain mapping or by a mapping file."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import reduce
from pathlib import Path
from typing import Protocol, Self

from loaders.report import EMPTY, FileAccount, Reject
from loaders.source import Reading, is_linked_out, system_of
from loaders.tabular.mapped import MappedTables
from loaders.tabular.mapping import mapping_named
from loaders.tabular.names import README_TABLES, kinds_by_name, plain_name
from loaders.tabular.packs import PACKS, members, unpacked
from loaders.tabular.plain import PlainMapping
from loaders.tabular.reader import TABLES, tables_of
from loaders.tabular.shapefiles import is_of_a_shape, without_shares
from loaders.tabular.table import Table
from loaders.tabular.writing import UNSAID, Writing, explained
from schema.batch import GraphBatch
from schema.errors import LoadError
from schema.registry import EntityKind
from schema.words import said, say

_MODELS = frozenset({".xml", ".rdf", ".json", ".dss"})
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

    def of_columns(self) -> frozenset[EntityKind]:
        """Kinds of these that no table is of."""

    def batches(self, reading: Reading) -> Iterator[GraphBatch]:
        """See Source.batches."""


class TabularSource:
    """Tables, packed or not, of one source system (see loaders.source.Source)."""

    def __init__(
        self,
        files: Sequence[Path],
        mapping: TableMapping,
        system: str = "",
        passed: Sequence[FileAccount] = (),
        findings: Sequence[Reject] = (),
    ) -> None:
        self._files = tuple(files)
        self._passed = passed
        self._findings = findings
        self._mapping = mapping
        self._system = system or mapping.system
        self._scratch: _Scratch | None = None
        self.refused: LoadError | None = None
        """Why tables were left out that cannot be used."""

    @classmethod
    def open(
        cls,
        files: Path | str | Sequence[Path | str],
        mapping: str = PLAIN,
        system: str = "",
        writing: Writing = UNSAID,
        *,
        walk_on: bool = False,
    ) -> Self:
        """Files, or all tables of a folder, with "plain", the name of a built-in mapping, or the path of a mapping.

        `system` names the source system where the mapping's own name for it will not do; without it the plain mapping
        takes the name of the folder or file. `writing` says what cells leave unsaid; the mapping file, and the sheet
        that explains the workbook, may say it too. Headers and the mapping are checked here: raises LoadError for
        what cannot be used, naming every table that cannot; with `walk_on` these are left out, as long as another one
        is left, and `refused` has the error.
        """
        given = [Path(each) for each in ([files] if isinstance(files, Path | str) else files)]
        paths, others = _paths(given)
        named = None if mapping == PLAIN else mapping_named(mapping)
        if named is not None:
            file = named[1]
            writing = writing.or_else(Writing.of(file.timezone, file.country, file.encoding))
        scratch = _Scratch()
        every: list[Table] = []
        refused: list[tuple[FileAccount, LoadError]] = []
        for place, path in enumerate(paths):
            try:
                found, unread = _tables(path, place, writing.encoding, scratch)
            except LoadError as error:
                refused.append((FileAccount(file=path.name, not_read=said(error)), error))
                continue
            every += found
            others += unread
        for table in every:
            if plain_name(table.name) in README_TABLES and not table.not_read:
                writing = writing.or_else(explained(table.first_rows()))
        if mapping == PLAIN:
            system = system or system_of(given)
            every = [replace(table, not_read=EMPTY) if _is_hollow(table) else table for table in every]
        read = [table for table in every if not table.not_read]
        passed = [table.account(0) for table in every if table.not_read and table.refused is None]
        refused += [(table.account(0), table.refused) for table in every if table.refused is not None]
        if not read and not refused and passed:
            raise _all_of([LoadError(say("{file}: {why}", file=each.file, why=each.not_read)) for each in passed])
        if refused and (not read or (named is not None and not walk_on)):
            raise _all_of([error for _, error in refused])
        made: TableMapping
        if named is not None:
            made, usable = MappedTables(*named, read, writing), True
        else:
            made = plain = PlainMapping(read, writing, system)
            refused += [(replace(table, not_read=said(error)).account(0), error) for table, error in plain.refused]
            usable = not plain.is_empty
        if refused and not (walk_on and usable):
            raise _all_of([error for _, error in refused])
        passed += [*others, *(account for account, _ in refused)]
        opened = cls(paths, made, system, passed, [_odd(table) for table in read if table.odd])
        opened.refused = _all_of([error for _, error in refused]) if refused else None
        opened._scratch = scratch
        return opened

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

    def of_columns(self) -> frozenset[EntityKind]:
        """Kinds that only columns of lists of other things make."""
        return self._mapping.of_columns()

    def batches(self, reading: Reading) -> Iterator[GraphBatch]:
        """The content of all files; see Source.batches."""
        yield from self._mapping.batches(reading)
        reading.report.accounts += self._passed
        reading.report.findings += self._findings


def _is_hollow(table: Table) -> bool:
    """Whether it is a layer without features, called like no kind: nothing is lost with it."""
    hollow = table.features is not None and not table.features.rows
    return hollow and plain_name(table.name) not in kinds_by_name()


def _all_of(errors: Sequence[LoadError]) -> LoadError:
    """One error for all."""
    if len(errors) == 1:
        return errors[0]
    every = reduce(lambda one, other: say("{one}\n{other}", one=one, other=other), map(said, errors))
    return LoadError(say("{count} tables cannot be used:\n{every}", count=len(errors), every=every))


def _no_table(path: Path) -> str:
    if is_linked_out(path, path.parent):
        return say("a link that leads out of the folder is not followed")
    if path.is_dir():
        return say("a folder in the folder is not looked into")
    if path.suffix.lower() in _MODELS:
        return say("no table; if it is a model of a grid, it is a load of its own: load it by its name")
    return say(
        "no table: read are .csv, .tsv, .txt, .xlsx, .xls, .ods, .geojson, .gpkg, .shp, .vcf and .ics files, "
        "packed (.gz, .zip) or not"
    )


class _Scratch:
    """A folder for what is unpacked; it is there once asked for, and goes away with the source."""

    def __init__(self) -> None:
        self._folder: Path | None = None

    def folder(self, place: int) -> Path:
        """The folder of one file of the source."""
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="baodian-"))
            weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        return self._folder / str(place)


def _tables(path: Path, place: int, encoding: str, scratch: _Scratch) -> tuple[list[Table], list[FileAccount]]:
    """Tables of a file, or of what is packed in it; and what else is packed there, each with the reason."""
    if path.suffix.lower() not in PACKS:
        return tables_of(path, place, encoding), []
    inside, others = unpacked(path, scratch.folder(place), TABLES)
    found = []
    for each in inside:
        for table in tables_of(each.path, place, encoding):
            sheet = table.label.removeprefix(each.path.name)
            found.append(replace(table, label=each.label + sheet))
    return found, [FileAccount(file=label, not_read=_no_table(path)) for label in others]


def _is_read(item: Path) -> bool:
    if is_linked_out(item, item.parent):
        return False
    suffix = item.suffix.lower()
    if suffix == ".zip":
        return any(Path(name).suffix.lower() in TABLES for name in members(item))
    return suffix in TABLES or (suffix == ".gz" and Path(item.stem).suffix.lower() in TABLES)


def _paths(given: Sequence[Path]) -> tuple[list[Path], list[FileAccount]]:
    """Files to read, and what else the folders hold."""
    found: list[Path] = []
    others: list[FileAccount] = []
    for path in without_shares(given):
        if path.is_dir():
            items = sorted(item for item in path.iterdir() if not item.name.startswith((".", "~$")))
            inside = [item for item in items if item.is_file() and _is_read(item)]
            left = [item for item in items if item not in inside and not is_of_a_shape(item)]
            others += [FileAccount(file=item.name, not_read=_no_table(item)) for item in left]
            if items and all(is_linked_out(item, path) for item in items):
                raise LoadError(
                    say(
                        "The folder {path} holds links that lead out of it alone, which are not followed. Load the "
                        "files that they lead to, by their own names.",
                        path=path,
                    )
                )
            if not inside:
                raise LoadError(
                    say(
                        "The folder {path} holds no table (.csv, .tsv, .txt, .xlsx, .xls, .ods, .geojson, .gpkg, .shp, "
                        ".vcf, .ics).",
                        path=path,
                    )
                )
            found += inside
        elif path.is_file():
            found.append(path)
        elif path.exists():
            raise LoadError(say("{path} is neither a file nor a folder: nothing can be loaded from it.", path=path))
        else:
            raise LoadError(say("There is no file or folder {path}.", path=path))
    if not found:
        raise LoadError(say("No file was given."))
    return found, others


def _odd(table: Table) -> Reject:
    return Reject(
        file=table.label,
        row=0,
        value=table.odd,
        reason=say("read as {encoding} the file has what no text has", encoding=table.encoding.upper()),
        remedy=say("Look at the names; if they are wrong, name the encoding that the file is in by --encoding."),
    )
