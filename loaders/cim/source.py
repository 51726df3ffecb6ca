"""CIM files as a source: one system's models, read one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from loaders.cim.read import read_cim
from loaders.source import Reading, WholeModels
from schema.batch import GraphBatch


class CimSource(WholeModels):
    """CIM RDF/XML files of one source system (see loaders.source.Source)."""

    mapping = "cim"

    def _read(self, path: Path, reading: Reading, load: int) -> Iterator[GraphBatch]:
        return read_cim(path, reading.report, load)
