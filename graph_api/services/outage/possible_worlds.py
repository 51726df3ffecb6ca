"""Possible worlds (可能的电网状态): what differs in each, and what of customers' supplies is live in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from graph_api.lazy import cached_property
from graph_api.readmodel.topology.flood import Delta
from graph_api.readmodel.topology.jit import Ints
from graph_api.readmodel.topology.worlds import Scene, Worlds
from graph_api.services.outage.anywhere import concerned
from graph_api.services.outage.situation import Situation
from schema.vocabulary import SwitchPosition

Positions = dict[int, SwitchPosition]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class PossibleWorld:
    """What differs in a world, and the positions that it has of switches that stand otherwise than before."""

    before: Delta
    first: Scene
    """At the loss, before automatic transfers of the grid acted."""
    at_loss: Scene
    now: Scene
    given: Positions
    """Of unknown switches."""
    left: Positions
    standing: Positions

    @cached_property
    def states(self) -> tuple[tuple[frozenset[int], Positions], ...]:
        """What conducts nothing, and what stands otherwise, at each of the three moments."""
        at_loss = frozenset((*self.at_loss.zone.tolist(), *self.at_loss.tripped.tolist()))
        opened = (at for at in self.at_loss.tripped.tolist() if self.standing.get(at) is SwitchPosition.OPEN)
        now = frozenset((*self.now.zone.tolist(), *self.now.tripped.tolist(), *opened))
        return (frozenset(), self.given), (at_loss, self.left), (now, self.standing)

    @cached_property
    def disturbed(self) -> frozenset[int]:
        """What is dead or stands otherwise at any moment."""
        return frozenset(each for dead, positions in self.states for each in (*dead, *positions))


class LiveInWorlds:
    """Whether supplies are live in worlds of a situation."""

    def __init__(self, found: Situation, worlds: Worlds) -> None:
        self._anywhere, self._worlds, self._network = found.anywhere, worlds, worlds.state.network

    def vertices(self, supply: int) -> list[int]:
        """Where a supply hangs, or may."""
        places = self._network.unplaced.places_of(supply) if self._anywhere.knows(supply) else None
        if places is not None:
            return [int(each) for each in places]
        vertex = int(self._network.vertex_of[supply])
        return [vertex] if vertex >= 0 else []

    def of(self, supplies: Sequence[int], worlds: Sequence[PossibleWorld]) -> Bools:
        """Whether each is live, by world and moment: before transfers of the grid acted, before the event, at the loss,
        now; of shape (worlds, 4, supplies). One without a place as it fares at the worst of each world."""
        found = self._at(self._network.vertex_of[np.array(supplies, np.int64)].astype(np.int32), worlds)
        known: dict[bytes, Bools] = {}
        for column, supply in enumerate(supplies):
            if self._anywhere.knows(supply):
                places = np.array(self.vertices(supply), np.int32)
                if places.tobytes() not in known:
                    known[places.tobytes()] = _at_the_worst(self._at(places, worlds))
                found[:, :, column] = known[places.tobytes()]
        return found

    def _at(self, vertices: Ints, worlds: Sequence[PossibleWorld]) -> Bools:
        rows = []
        for each in worlds:
            at_loss = self._worlds.live(each.at_loss.delta, vertices)
            first = at_loss if each.first is each.at_loss else self._worlds.live(each.first.delta, vertices)
            now = at_loss if each.now is each.at_loss else self._worlds.live(each.now.delta, vertices)
            rows.append([first, self._worlds.live(each.before, vertices), at_loss, now])
        return np.array(rows, np.bool_).reshape(len(worlds), 4, vertices.size)


def _at_the_worst(live: Bools) -> Bools:
    """What a supply sees that hangs at one of these places, at the worst of each world; (worlds, 4)."""
    chosen = (concerned(world[1], world[2]) for world in live)
    return np.array([each.any() & world[:, each].all(axis=1) for world, each in zip(live, chosen, strict=True)])
