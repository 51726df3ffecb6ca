"""Exact names: what is called so to the letter, without a search index.

Names, numbers and aliases stand in the encoded entities as they are, so one pass over the memory finds where a text
stands at all; only the entities around those places are decoded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from graph_api.readmodel.snapshot import Snapshot
from schema.entity import Entity


def called(graph: Snapshot, text: str) -> list[int]:
    """Indexes of entities whose name, number or alias is this text, ascending."""
    if not text:
        return []
    held = {
        index for index in _holding(graph, text.encode("utf-8", "replace")) if _is_called(graph.entity(index), text)
    }
    return sorted(held)


def _is_called(entity: Entity, text: str) -> bool:
    return text in (entity.name, getattr(entity, "number", None)) or text in entity.aliases


def _holding(graph: Snapshot, text: bytes) -> Iterator[int]:
    """Indexes of entities in whose encoded form the text stands somewhere."""
    columns = graph.base.columns
    places = [found.start() for found in re.finditer(re.escape(text), columns.bodies.data)]
    for index in np.unique(np.searchsorted(columns.body_at, places, side="right") - 1).tolist():
        if graph.is_unchanged(index):
            yield index
    for index, body in graph.changed_bodies():
        if text in body:
            yield index
