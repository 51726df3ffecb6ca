"""Loads (负荷): what flows through drawn equipment now, and what it may carry."""

from __future__ import annotations

from collections.abc import Iterable

from graph_api.readmodel.model import ReadModel
from graph_api.services.explore.open_points import LOADINGS
from graph_api.services.restoration.loading import Loading, rating_kw
from schema.registry import CONDUCTING


def flow_kw(model: ReadModel, things: Iterable[int]) -> float | None:
    """Power in kW through things in series by the recorded loads below; None where nothing there conducts."""
    conducting = [thing for thing in things if model.graph.kind(thing) in CONDUCTING]
    if not conducting:
        return None
    loading = model.memo.recall(LOADINGS, 0, lambda: Loading(model, model.topology))
    return float(loading.flow[conducting[0]])


def least_rating_kw(model: ReadModel, things: Iterable[int]) -> float | None:
    """Power in kW that things in series may carry; None where no rating is recorded."""
    return min((kw for thing in things if (kw := rating_kw(model, thing)) is not None), default=None)
