"""CIM files as a source: one system's models, read one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from loaders.cim.read import read_cim
from loaders.source import Reading, system_of
from schema.batch import GraphBatch
from schema.registry import KINDS, EntityKind


class CimSource:
    """CIM RDF/XML files of one source system (see loaders.source.Source). By default every file is its own system."""

    def __init__(self, files: Sequence[Path], system: str = "") -> None:
        self._files = tuple(files)
        self._system = system or system_of(self._files)

    @property
    def system(self) -> str:
        """Name of the source system."""
        return self._system

    @property
    def mapping(self) -> str:
        """Name of the format."""
        return "cim"

    @property
    def files(self) -> Sequence[Path]:
        """The files, in the order of their SourceLoad numbers."""
        return self._files

    def covers(self) -> frozenset[EntityKind]:
        """All kinds: a model is whole."""
        return frozenset(KINDS)

    def batches(self, reading: Reading) -> Iterator[GraphBatch]:
        """The content of all files; see Source.batches."""
        for place, path in enumerate(self._files):
            reading.progress(path.name, place, len(self._files))
            yield from read_cim(path, reading.report, reading.first_load + place)
        reading.progress(self._files[-1].name, len(self._files), len(self._files))
