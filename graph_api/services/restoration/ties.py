"""Ties (联络开关): open switches by which what is dark could be fed from elsewhere."""

from __future__ import annotations

import numpy as np

from graph_api.readmodel.model import ReadModel
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


def reach_by_ties(model: ReadModel, cut: Isolation, without: int | None = None) -> set[int]:
    """What is dark after the isolation and could be fed over open ties, were they of unlimited capacity.

    `without` is a tie that is left open.
    """
    closed = ((tie, SwitchPosition.CLOSED) for tie in ties_of(model, cut) if tie != without)
    tied = model.topology.opened(cut.cut, (*cut.positions, *closed))
    return set(np.setdiff1d(cut.dark, tied.lost).tolist())
