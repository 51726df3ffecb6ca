"""Anywhere (位置不明): supplies of which only the feeder is known, as an event concerns them.

    [G1] - CB1 - L1 - LS1 - L2      S1 is of this feeder, nobody knows where: a fault on L2 hits it if it hangs there

Of the places where it may hang those that the event takes count; else those that had no voltage before; else all. In
each of them it is the same thing before, at the loss and now, so that it fares as it would at the worst.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

import numpy as np
import numpy.typing as npt

from graph_api.readmodel.things import Thing, Things
from graph_api.readmodel.topology import Outage, Topology
from graph_api.readmodel.topology.jit import Ints
from graph_api.readmodel.topology.network import NO_VERTICES

IsLive = Callable[[int], bool]


def concerned(before: npt.NDArray[np.bool_], after: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Which of some places count, by whether each is live before and after an event."""
    hit = before & ~after
    return hit if hit.any() else ~before if not before.all() else np.ones(before.size, np.bool_)


class Anywhere:
    """Where supplies without a place may hang in one event. `failing` is what fails itself."""

    def __init__(self, before: Topology, fault: Outage, failing: Collection[int]) -> None:
        self._unplaced, self._network = before.unplaced, before.state.network
        self._live_before, self._fault = before.state.worse.live.place, fault
        self._failing = self._unplaced.feeder_of.keys() & set(failing)
        self._places: dict[int, Ints] = {}

    @property
    def is_of_matter(self) -> bool:
        """Whether there are any such supplies."""
        return bool(self._unplaced.feeder_of)

    def knows(self, index: int) -> bool:
        """Whether an index is a supply whose place decides how it fares."""
        return index in self._unplaced.feeder_of and index not in self._failing

    def places(self, supply: int) -> Ints:
        """Vertices where it may hang, of those that count."""
        feeder = self._unplaced.feeder_of[supply]
        if feeder not in self._places:
            every = self._unplaced.places.get(feeder, NO_VERTICES)
            before = self._live_before[every] >= 0
            self._places[feeder] = every[concerned(before, self._fault.alive(every))] if every.size else every
        return self._places[feeder]

    def alive(self, supply: int, outage: Outage) -> bool:
        """Whether a supply has voltage in an outage, wherever it hangs."""
        places = self.places(supply)
        return bool(places.size and outage.alive(places).all())

    def seen(self, is_live: IsLive) -> IsLive:
        """What is live, of supplies without a place wherever they may hang."""
        if not self.is_of_matter:
            return is_live
        known: dict[int, bool] = {}

        def live(index: int) -> bool:
            if not self.knows(index):
                return is_live(index)
            feeder = self._unplaced.feeder_of[index]
            if feeder not in known:
                members = self._members(self.places(index))
                known[feeder] = bool(members) and all(map(is_live, members))
            return known[feeder]

        return live

    def undecided(self, supplies: Iterable[int], outage: Outage) -> Things:
        """Feeders of those of these supplies of which an outage takes some places where they may hang, and not all."""
        found = (
            self._unplaced.feeder_of[each] for each in supplies if self.knows(each) and self._decides(each, outage)
        )
        return tuple(dict.fromkeys(found))

    def _decides(self, supply: int, outage: Outage) -> bool:
        alive = outage.alive(self._unplaced.places.get(self._unplaced.feeder_of[supply], NO_VERTICES))
        return bool(alive.any() and not alive.all())

    def _members(self, vertices: Ints) -> list[Thing]:
        """One member of each vertex."""
        found: list[Thing] = self._network.members[self._network.member_starts[vertices]].tolist()
        return found
