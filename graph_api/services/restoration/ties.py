"""Ties (联络开关): open switches by which what is dark could be fed from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.topology.jit import Ints
from graph_api.services.restoration.isolation import Isolation
from schema.grid import Switch
from schema.vocabulary import SwitchPosition


def ties_of(model: ReadModel, cut: Isolation) -> list[int]:
    """Open switches in service beside the healthy dark part that do not touch what is cut out; ascending."""
    graph = model.graph
    dark = set(cut.dark.tolist())
    barred = {*cut.cut, *cut.to_open, *cut.locked_open}
    found = []
    for switch, _ in model.topology.open_points(sorted(dark)):
        if switch in barred or not graph.get(Switch, switch).in_service:
            continue
        found.append(switch)
    return sorted(found)


def reach_by_ties(model: ReadModel, cut: Isolation, ties: Iterable[int]) -> Ints:
    """What is dark after the isolation and could be fed over these ties, were they of unlimited capacity; ascending."""
    closed = ((tie, SwitchPosition.CLOSED) for tie in ties)
    tied = model.topology.opened(cut.cut, (*cut.positions, *closed))
    return np.setdiff1d(cut.dark, tied.lost, assume_unique=True).astype(np.int32)
