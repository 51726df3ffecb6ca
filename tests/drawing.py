"""Drawn networks (see loaders/drawing.py) as snapshots, and answers as the names that were drawn."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from graph_api.readmodel.snapshot import Snapshot
from loaders.drawing import batch
from schema.batch import GraphBatch


def draw(text: str, *more: GraphBatch, revision: int = 1, **fields: Mapping[str, Any]) -> Snapshot:
    """The drawn network as a snapshot, with the entities and relationships of `more` after it."""
    batches = (batch(text, **fields), *more)
    return Snapshot.of(
        [entity for part in batches for entity in part.entities],
        [link for part in batches for link in part.relationships],
        revision=revision,
    )


def ids(graph: Snapshot, indexes: Iterable[int]) -> set[str]:
    """Names of indexes, without the nodes that the drawing made by itself."""
    return {name for name in (graph.id(int(index)) for index in indexes) if not re.search(r"[~]|\.n$", name)}
