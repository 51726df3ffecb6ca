"""What every format looks like from outside: files of one source system that become GraphBatches."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import ClassVar, Protocol

from loaders.report import LoadReport
from loaders.seen import seen
from schema.batch import GraphBatch
from schema.entity import Entity
from schema.errors import LoadError
from schema.grid import ConductingEquipment
from schema.positions import is_ahead
from schema.registry import KINDS, EntityKind
from schema.relationships import RelationshipKey, RelationshipKind
from schema.words import say


class Progress(Protocol):
    """Is told now and then how far the reading has come."""

    def __call__(self, file: str, done: int, total: int) -> None:
        """`done` of `total` steps of a file are read (bytes of a text file, rows of a sheet; total 0 = not known)."""


def silent(file: str, done: int, total: int) -> None:
    """A Progress that shows nothing."""


@dataclass(slots=True, kw_only=True)
class Reading:
    """One reading of a source: where its rows are accounted for, and what is in the graph already.

    File i of the source has the SourceLoad number `first_load + i`; every entity and relationship carries it, with
    its row. `known` gives the kind of an entity that is in the graph before the load (None = not there).
    """

    report: LoadReport = field(default_factory=LoadReport)
    first_load: int = 0
    known: Callable[[str], EntityKind | None] = lambda _: None
    named: Callable[[str], Sequence[tuple[EntityKind, str]]] = lambda _: ()
    """Kinds and ids of the entities that are called so in the graph before the load, by `compact` name."""
    linked: Callable[[str, RelationshipKind], Sequence[str]] = lambda _id, _kind: ()
    """Ids of what an entity leads to in the graph before the load, by a kind of relationship."""
    leaving: Callable[[str, RelationshipKind], Sequence[RelationshipKey]] = lambda _id, _kind: ()
    """The relationships of a kind by which it leads there, with their keys."""
    equipment: Callable[[], Iterable[ConductingEquipment]] = lambda: ()
    """All conducting equipment that is in the graph before the load."""
    progress: Progress = silent
    entity: Callable[[str], Entity | None] = lambda _: None
    """The entity of an id as it is in the graph before the load (None = not there)."""
    keyed: Callable[[str], Sequence[Entity]] = lambda _: ()
    """The entities of a `source_key` in the graph before the load, however it is cased."""
    as_of: datetime | None = None
    """When the records are true that are being yielded, where the source says so for several files together."""
    kept: set[str] = field(default_factory=set)
    """Ids of entities whose row was rejected: what an earlier load took of them must not count as gone."""
    held: Callable[[str], bool] = lambda _: True
    """Whether an id is of something in the graph before the load; True where nobody knows: nothing else is kept."""
    stays: Callable[[str], bool] = lambda _: True
    """Whether what has an id in the graph stays there if this source does not hold it: False of what an earlier load of
    the same system took, of a kind that the source covers."""
    now: datetime | None = None
    """When it is read (None = nobody says): nothing is reported of a later time."""

    def keep(self, idents: Iterable[str]) -> None:
        """Keep what an earlier load took under these ids. A rejected row of a list names up to forty: of a million
        rows only what the graph holds is worth keeping."""
        self.kept.update(ident for ident in idents if ident and self.held(ident))

    def is_ahead(self, at: datetime) -> bool:
        """Whether a time lies in the future, further than clocks differ."""
        return self.now is not None and is_ahead(at, self.now)


class Source(Protocol):
    """Files of one source system. May be read more than once; every reading yields the same."""

    @property
    def system(self) -> str:
        """Name of the source system: what a re-load of it does not hold any more is removed."""

    @property
    def mapping(self) -> str:
        """Name of the mapping or format that the files are read with."""

    @property
    def files(self) -> Sequence[Path]:
        """The files, in the order of their SourceLoad numbers."""

    def covers(self) -> frozenset[EntityKind]:
        """Kinds of which these files hold all that the system has: only these can be found missing."""

    def of_columns(self) -> frozenset[EntityKind]:
        """Of `covers` the kinds that only columns of lists of other things make: of these a list owns what it made."""

    def batches(self, reading: Reading) -> Iterator[GraphBatch]:
        """The content of all files, each record once, every relationship with both its ends in the graph or before it.

        Accounts, rejects and findings are complete in `reading.report` when the last batch was taken. Raises
        LoadError if a file or the mapping cannot be used at all.
        """


def is_linked_out(item: Path, folder: Path) -> bool:
    """Whether a file of a folder is a link that leads out of it: nothing of elsewhere is read by naming the folder."""
    return item.is_symlink() and not item.resolve().is_relative_to(folder.resolve())


LONGEST_SYSTEM = 80
"""Bytes of the name of a system: an id of at most 128 begins with it."""


class WholeModels(ABC):
    """A Source whose files are models, each read by itself: together they hold all that the system has.

    Raises LoadError for a system whose name is too long to begin its ids.
    """

    mapping: ClassVar[str]

    def __init__(self, files: Sequence[Path], system: str = "") -> None:
        self._files = tuple(files)
        self._system = system or system_of(self._files)
        if len(self.system.encode()) > LONGEST_SYSTEM:
            raise LoadError(
                say("{system!r} is too long: ids begin with it. Give a shorter --system.", system=self.system)
            )

    @property
    def system(self) -> str:
        """Name of the source system; by default every file is its own system."""
        return self._system

    @property
    def files(self) -> Sequence[Path]:
        """The files, in the order of their SourceLoad numbers."""
        return self._files

    def covers(self) -> frozenset[EntityKind]:
        """All kinds: a model is whole."""
        return frozenset(KINDS)

    def of_columns(self) -> frozenset[EntityKind]:
        """None: what a model holds is its own."""
        return frozenset()

    def batches(self, reading: Reading) -> Iterator[GraphBatch]:
        """The content of all files; see Source.batches."""
        for place, path in enumerate(self._files):
            reading.progress(path.name, place, len(self._files))
            yield from seen(self._read(path, reading, reading.first_load + place), reading.report, path.name)
        reading.progress(self._files[-1].name, len(self._files), len(self._files))

    @abstractmethod
    def _read(self, path: Path, reading: Reading, load: int) -> Iterator[GraphBatch]:
        """The content of one file, as of that SourceLoad number."""


def system_of(given: Sequence[Path]) -> str:
    """Name of a system that nobody named: that of the file or folder, for several files of a folder that of the folder.

    Raises LoadError for several folders, or files of several: none of their names stands for all.
    """
    paths = [path.resolve() for path in given]
    if len(paths) == 1:
        return paths[0].name if paths[0].is_dir() else paths[0].stem
    if len({path.parent for path in paths}) > 1 or any(path.is_dir() for path in paths):
        raise LoadError(
            say("Files of several folders have no name in common: name the source system that they are of by --system.")
        )
    return paths[0].parent.name
