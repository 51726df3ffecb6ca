"""Loading (负载): how much power flows through equipment of a radial grid, and how much more it can carry."""

from __future__ import annotations

from collections.abc import Iterable
from math import inf, sqrt

import numpy as np
import numpy.typing as npt

from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.topology import Topology
from graph_api.services.outage.feeding import POWER_FACTOR
from schema.grid import ACLineSegment, ConductingEquipment, Feeder, PowerTransformer, Switch
from schema.registry import EntityKind
from schema.relationships import RelationshipKind


class Loading:
    """Flows in kW by snapshot index at one state of the switches, and what is left on the way up to a source.

    Flow = recorded loads below, by the tree of single points: exact where the grid is radial, and what no ring can
    share where it is not. Ratings are those recorded on lines, switches, transformers and feeders; what has none does
    not limit.
    """

    def __init__(self, model: ReadModel, topology: Topology, power: npt.NDArray[np.float64] | None = None) -> None:
        self._model = model
        self._topology = topology
        self.flow: npt.NDArray[np.float64] = topology.below(model.customers.accounts.power if power is None else power)
        self._ways: dict[int, list[int]] = {}
        self._added: dict[int, float] = {}

    def spare(self, index: int) -> float:
        """Power in kW that can be taken beside what flows, at a live index; inf where no rating is recorded."""
        left = inf
        for each in self.way(index):
            rating = rating_kw(self._model, each)
            if rating is not None:
                left = min(left, rating - float(self.flow[each]) - self._added.get(each, 0.0))
        return left

    def add(self, index: int, kw: float) -> None:
        """Take power at a live index: it flows all the way from the source."""
        for each in self.way(index):
            self._added[each] = self._added.get(each, 0.0) + kw

    def overloaded(self, equipment: Iterable[int]) -> list[int]:
        """Those of this equipment that carry more than they may."""
        found = []
        for each in equipment:
            rating = rating_kw(self._model, each)
            if rating is not None and float(self.flow[each]) > rating:
                found.append(each)
        return found

    def way(self, index: int) -> list[int]:
        """The way up from a live index to its source, itself first."""
        if index not in self._ways:
            self._ways[index] = self._topology.path_up(index)
        return self._ways[index]


def rating_kw(model: ReadModel, index: int) -> float | None:
    """Power in kW that equipment may carry at the assumed power factor; None where no rating is recorded."""
    graph = model.graph
    entity = graph.entity(index)
    if isinstance(entity, PowerTransformer):
        return None if entity.rated_kva is None else entity.rated_kva * POWER_FACTOR
    limits = []
    if isinstance(entity, ACLineSegment | Switch) and entity.rated_current_a is not None:
        limits.append(_power(entity, entity.rated_current_a, None))
    for feeder in graph.sources(index, RelationshipKind.STARTS_AT):
        if graph.kind(feeder) is EntityKind.FEEDER:
            line = graph.get(Feeder, feeder)
            if line.rated_current_a is not None:
                limits.append(_power(entity, line.rated_current_a, line.nominal_kv))
    known = [limit for limit in limits if limit is not None]
    return min(known) if known else None


def _power(entity: object, current_a: float, kv: float | None) -> float | None:
    """Power of a current at the equipment's voltage; None where no voltage is recorded."""
    own = entity.nominal_kv if isinstance(entity, ConductingEquipment) else None
    voltage = own if own is not None else kv
    return None if voltage is None else sqrt(3) * voltage * current_a * POWER_FACTOR
