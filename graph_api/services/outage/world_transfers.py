"""Automatic transfers of the grid (备自投) in one world of the switches whose position nobody knows.

    [G1] - CB1 - B1 - M0/ - B2 - LS1? - [G2]      G1 is lost: where LS1 is closed CB1 opens, M0 closes, and B1 dips;
                                                  where it is open nothing acts and B1 is lost
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.topology.flood import Delta
from graph_api.readmodel.topology.jit import Ints
from graph_api.readmodel.topology.worlds import Scene, Worlds
from graph_api.services.outage.grid_transfers import FaultSeen, GridTransfer, acts, transfers_of
from schema.vocabulary import SwitchPosition


@dataclass(frozen=True)
class WorldTransfers:
    """The transfers that an event may set off, in any world."""

    model: ReadModel
    worlds: Worlds
    faulty: tuple[int, ...]
    stuck: tuple[int, ...]
    every: tuple[GridTransfer, ...]

    @classmethod
    def of(
        cls, model: ReadModel, worlds: Worlds, faulty: tuple[int, ...], stuck: tuple[int, ...], region: Ints
    ) -> WorldTransfers:
        """Those that close onto something in a region (vertices)."""
        indexes = np.sort(model.topology.state.network.indexes(region))
        return cls(model, worlds, faulty, stuck, tuple(transfers_of(model).beside(indexes)))

    @property
    def nodes(self) -> Iterable[int]:
        """What must be known of to say whether they act."""
        return (node for each in self.every for node in (*each.between, *each.infeed))

    def after(self, before: Delta, first: Scene, closed: Mapping[int, bool]) -> tuple[Scene, dict[int, bool]]:
        """What a scene becomes once they have acted, and what they moved; `closed` are the positions of the world."""
        scene, moved = first, dict[int, bool]()
        for each in self.every:
            if each.opens in self.stuck or each.closes in self.stuck:
                continue
            if acts(each, self._seen(before, scene, closed), moved, self.faulty):
                moved[each.closes] = True
                if each.opens not in scene.tripped.tolist():
                    moved[each.opens] = False
                scene = self.worlds.after({**closed, **moved})
        return scene, moved

    def _seen(self, before: Delta, scene: Scene, closed: Mapping[int, bool]) -> FaultSeen:
        def live(node: int) -> bool:
            return self._is_live(scene.delta, node)

        def fell(node: int) -> bool:
            return self._is_live(before, node) and not live(node)

        def was_closed(switch: int) -> bool:
            position = self.model.topology.position(switch)
            unknown = position is SwitchPosition.UNKNOWN and closed.get(switch, False)
            return position is SwitchPosition.CLOSED or unknown

        return FaultSeen(live, fell, set(scene.zone.tolist()), was_closed)

    def _is_live(self, delta: Delta, node: int) -> bool:
        vertices = self.worlds.state.network.vertex_of[[node]].astype(np.int32)
        return bool(self.worlds.live(delta, vertices)[0])
