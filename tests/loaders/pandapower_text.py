"""pandapower files drawn as tables: one row a line, `table column=value ...`, numbered from 0 per table."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

from graph_api.readmodel.snapshot import Snapshot
from graph_api.readmodel.topology.topology import Topology
from loaders.pandapower_json import PandapowerSource
from loaders.source import Reading
from schema.entity import Entity
from schema.registry import KIND_OF


def tables(drawing: str) -> dict[str, list[dict[str, Any]]]:
    """Rows by table; a value is JSON where it can be, else text."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in filter(None, (each.strip() for each in drawing.splitlines())):
        name, *cells = line.split()
        found[name].append({key: _value(value) for key, _, value in (cell.partition("=") for cell in cells)})
    return found


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def frame(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """A table as pandapower.to_json writes it."""
    columns = list(dict.fromkeys(key for row in rows for key in row))
    data = [[row.get(column) for column in columns] for row in rows]
    content = {"columns": columns, "index": list(range(len(rows))), "data": data}
    return {"_module": "pandas.core.frame", "_class": "DataFrame", "_object": json.dumps(content), "orient": "split"}


def net(drawing: str, **parts: Any) -> dict[str, Any]:
    """The whole file as JSON; `parts` beside the tables."""
    content = {name: frame(rows) for name, rows in tables(drawing).items()} | parts
    return {"_module": "pandapower.auxiliary", "_class": "pandapowerNet", "_object": content}


class ReadNet:
    """What came out of a file."""

    def __init__(self, path: Path, system: str = "S") -> None:
        reading = Reading(first_load=7)
        batches = list(PandapowerSource([path], system).batches(reading))
        self.report = reading.report
        (self.account,) = self.report.accounts
        assert self.report.closed
        self.entities: dict[str, Entity] = {
            each.id.removeprefix(f"{system}:"): each for batch in batches for each in batch.entities
        }
        links = [each for batch in batches for each in batch.relationships]
        self._graph = Snapshot.of([each for batch in batches for each in batch.entities], links, revision=1)
        self._topology = Topology.build(self._graph)
        self._system = system

    def live(self, table: str = "bus") -> set[int]:
        """Indexes of the rows of a table that are live."""
        return {
            int(key.removeprefix(f"{table}:"))
            for key, entity in self.entities.items()
            if key.startswith(f"{table}:") and "@" not in key and self._topology.energised(self._graph.index(entity.id))
        }

    def kinds(self) -> dict[str, str]:
        """Kind by name, of all but nodes."""
        kinds = {key: str(KIND_OF[type(entity)]) for key, entity in self.entities.items()}
        return {key: kind for key, kind in kinds.items() if kind != "CONNECTIVITY_NODE"}


def read(folder: Path, drawing: str, **parts: Any) -> ReadNet:
    path = folder / "net.json"
    path.write_text(json.dumps(net(drawing, **parts)), encoding="utf-8")
    return ReadNet(path)
