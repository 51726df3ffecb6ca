"""Standing loads (负荷现状): power where it is taken now: who has changed over weighs on what feeds it now."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from graph_api.readmodel.customers.incoming import reported_supplies
from graph_api.readmodel.memo import Derivation
from graph_api.readmodel.model import ReadModel
from graph_api.services.restoration.at_customers import after_loss, play_of, weights
from schema.relationships import RelationshipKind

STANDING: Final = Derivation[None, npt.NDArray[np.float64]]("power where it is taken", most=2)


def standing_loads(model: ReadModel) -> npt.NDArray[np.float64]:
    """kW by snapshot index, of areas, loads and supplies; worked out once per model."""
    return model.memo.recall(STANDING, None, lambda: _standing(model))


def _standing(model: ReadModel) -> npt.NDArray[np.float64]:
    power = model.customers.accounts.power.copy()
    reported = np.array(reported_supplies(model.graph), np.int32)
    changed = model.customers.accounts.customers_of(reported).tolist()
    for customer in sorted({*_not_on_all_supplies(model), *changed}):
        for point in model.customers.points_of(customer):
            if len(point.supplies) < 2:
                continue
            power[[*(load.index for load in point.loads), *(supply.index for supply in point.supplies)]] = 0.0
            play = after_loss(play_of(model, point), model.topology.energised, ())
            for supply, kw in weights(play, model.topology.energised, ()).items():
                power[supply] += kw
    return power


def _not_on_all_supplies(model: ReadModel) -> list[int]:
    """Customers of whose supplies one has no voltage, ascending."""
    supplies = np.unique(model.graph.pairs(RelationshipKind.FED_BY)[1])
    state = model.topology.state
    vertices = state.network.vertex_of[supplies]
    dead = supplies[(vertices >= 0) & (state.worse.live.place[vertices] < 0)]
    return sorted(int(at) for at in model.customers.accounts.customers_of(dead.astype(np.int32)))
