"""Standing loads (负荷现状): power where it is taken now: who has changed over weighs on what feeds it now."""

from __future__ import annotations

from hashlib import blake2b
from typing import Final

import numpy as np
import numpy.typing as npt

from graph_api.readmodel.customers.incoming import reported_supplies
from graph_api.readmodel.memo import Derivation
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.topology import Topology
from graph_api.services.restoration.at_customers import after_loss, play_of, weights
from schema.relationships import RelationshipKind

STANDING: Final = Derivation[bytes, npt.NDArray[np.float64]]("power where it is taken", most=4)


def standing_loads(model: ReadModel, topology: Topology | None = None) -> npt.NDArray[np.float64]:
    """kW by snapshot index, of areas, loads and supplies, as switches stand, or would; worked out once per model."""
    standing = model.topology if topology is None else topology
    key = b"" if standing is model.topology else blake2b(standing.state.positions.tobytes()).digest()
    return model.memo.recall(STANDING, key, lambda: _standing(model, standing))


def _standing(model: ReadModel, topology: Topology) -> npt.NDArray[np.float64]:
    power = model.customers.accounts.power.copy()
    reported = np.array(reported_supplies(model.graph), np.int32)
    changed = model.customers.accounts.customers_of(reported).tolist()
    for customer in sorted({*_not_on_all_supplies(model, topology), *changed}):
        for point in model.customers.points_of(customer):
            if len(point.supplies) < 2:
                continue
            power[[*(load.index for load in point.loads), *(supply.index for supply in point.supplies)]] = 0.0
            play = after_loss(play_of(model, point), topology.energised, ())
            for supply, kw in weights(play, topology.energised, ()).items():
                power[supply] += kw
    return power


def _not_on_all_supplies(model: ReadModel, topology: Topology) -> list[int]:
    """Customers of whose supplies one has no voltage, ascending."""
    supplies = np.unique(model.graph.pairs(RelationshipKind.FED_BY)[1])
    state = topology.state
    vertices = state.network.vertex_of[supplies]
    dead = supplies[(vertices >= 0) & (state.worse.live.place[vertices] < 0)]
    return sorted(int(at) for at in model.customers.accounts.customers_of(dead.astype(np.int32)))
