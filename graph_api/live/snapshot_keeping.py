"""The snapshot file of a live graph: read at the start, written when the columns are made anew and at the end."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

from graph_api.errors import SnapshotUnusable
from graph_api.readmodel import snapshot_file as file
from graph_api.readmodel.search import SearchIndex
from graph_api.readmodel.snapshot import Snapshot
from graph_api.readmodel.snapshot_file import Stored

log = logging.getLogger(__name__)


class SnapshotKeeper:
    """Reads and writes the file at one path; None = there is none, and everything stays in memory.

    Its methods block: call them in a thread.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._writing = threading.Lock()
        self._kept: tuple[str, int] | None = None

    def read(self) -> Stored | None:
        """What the file holds; None if there is no usable one."""
        if self._path is None or not self._path.exists():
            return None
        try:
            stored = file.read(self._path)
        except SnapshotUnusable as error:
            log.info("start without the snapshot file: %s", error)
            return None
        self._kept = stored.graph.store_uuid, stored.graph.revision
        return stored

    def write(self, graph: Snapshot, search: SearchIndex) -> Stored:
        """The same without overlay, from the file if that can be written; else the next start only takes longer.

        `search` is that of this very graph; only what is made of it is written.
        """
        columns = search.columns() if search.is_warm else None
        with self._writing:
            if self._path is not None:
                try:
                    stored = file.write(graph, self._path, columns)
                except OSError as error:
                    log.warning("the snapshot file %s cannot be written: %s", self._path, error)
                else:
                    self._kept = graph.store_uuid, graph.revision
                    return stored
        return Stored(graph.merged(), columns)

    def keep(self, graph: Snapshot, search: SearchIndex) -> None:
        """Write, unless the file holds this revision already."""
        if self._path is not None and self._kept != (graph.store_uuid, graph.revision):
            self.write(graph, search)
