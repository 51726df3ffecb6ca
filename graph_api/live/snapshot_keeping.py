"""The snapshot file of a live graph: read at the start, written when the columns are made anew and at the end."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

from graph_api.errors import SnapshotOutdated, SnapshotUnusable
from graph_api.readmodel import snapshot_file as file
from graph_api.readmodel.search import SearchIndex
from graph_api.readmodel.snapshot import Snapshot
from graph_api.readmodel.snapshot_file import Stored
from schema.words import Sentence, say

log = logging.getLogger(__name__)


class SnapshotKeeper:
    """Reads and writes the file at one path, for the store at one address; None = there is no file.

    A file of another store is refused, by name: what it holds is true of something else. Its methods block: call them
    in a thread. One that does not write only reads it.
    """

    def __init__(self, path: Path | None, store: str = "", *, writes: bool = True) -> None:
        self._path = path
        self._writes = writes
        self._store = store
        self._writing = threading.Lock()
        self._kept: tuple[str, int] | None = None
        self.trouble: str | None = None
        """Why the file that is there cannot be used, or could not be written; None if all is well."""

    def read(self) -> Stored | None:
        """What the file holds; None if there is no usable one."""
        if self._path is None or not self._path.exists():
            return None
        try:
            stored = file.read(self._path)
        except SnapshotOutdated as error:  # as after each upgrade: nothing is wrong
            log.info("%s", error.message)
            return None
        except SnapshotUnusable as error:
            self._note(error.message)
            return None
        self._kept = stored.graph.store_uuid, stored.graph.revision
        return stored

    def is_ours(self, stored: Stored) -> bool:
        """Whether a file was made of the store at our address: all that can be told of it while the store is away."""
        return stored.store == self._store

    def refuse(self, stored: Stored) -> Sentence:
        """Leave the file of another store alone, neither served nor written over, and say so."""
        told = say(
            "The snapshot file {path} is of another store ({other}), not of {ours}: it is not served and stays as it "
            "is. Remove it, or name another one by BAODIAN_SNAPSHOT_FILE.",
            path=self._path,
            other=stored.store,
            ours=self._store,
        )
        self._path = None
        self._note(told)
        return told

    def write(self, graph: Snapshot, search: SearchIndex) -> Stored:
        """The same without overlay, from the file if that can be written; else the next start only takes longer.

        `search` is that of this very graph; only what is made of it is written.
        """
        columns = search.columns() if search.is_warm else None
        with self._writing:
            if self._path is not None and self._writes:
                try:
                    stored = file.write(graph, self._path, columns, self._store)
                except OSError as error:
                    self._note(say("the snapshot file {path} cannot be written: {error}", path=self._path, error=error))
                else:
                    self._kept, self.trouble = (graph.store_uuid, graph.revision), None
                    return stored
        return Stored(graph.merged(), columns, self._store)

    def keep(self, graph: Snapshot, search: SearchIndex) -> None:
        """Write, unless the file holds this revision already."""
        if self._path is not None and self._writes and self._kept != (graph.store_uuid, graph.revision):
            self.write(graph, search)

    def _note(self, trouble: str) -> None:
        self.trouble = trouble
        log.warning("%s", trouble)
