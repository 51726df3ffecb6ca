"""Feeder heads: named by the file (NormalHeadTerminal), else derived.

    source ──[incomer]── busbar ──[breaker]──┬── line ── line      head of the feeder that holds the lines: the breaker,
                                             └── transformer       the feeder's own or the station's

Derived: at each edge of the feeder towards a source, the feeder's own switch; else the neighbour there, if it is a
switch of no other feeder and no busbar stands between; else the feeder's own equipment, if no busbar stands there. A
switch that breaks no fault gives way to a breaker in series with it in the bay. Of several, a closed one goes before
open ones, one that breaks fault current before others, then what is nearest to a source counted in pieces of
equipment, then the lowest id. A feeder that holds its source itself starts at the source.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from loaders.cim.classes import EQUIPMENT
from loaders.cim.parse import CimObject
from schema import grid
from schema.grid import Switch

_FAR = 1 << 30
_IN_SERIES = 2
"""Pieces that stand on a node between two devices in series."""


class Wiring:
    """Which equipment stands on which nodes, and which feeders hold it."""

    def __init__(
        self,
        joined: Iterable[tuple[CimObject, str]],
        feeders_of: Mapping[str, Collection[str]],
        open_: set[str],
        sources: set[str],
    ) -> None:
        self._sources = sources
        self.nodes: dict[str, list[str]] = defaultdict(list)
        self.standing: dict[str, list[str]] = defaultdict(list)
        self.objects: dict[str, CimObject] = {}
        self._feeders_of = feeders_of
        self._open = open_
        for equipment, node in joined:
            self.objects[equipment.key] = equipment
            self.nodes[equipment.key].append(node)
            self.standing[node].append(equipment.key)
        self._members: dict[str, list[str]] = defaultdict(list)
        for key in self.nodes:
            for feeder in feeders_of.get(key, ()):
                self._members[feeder].append(key)
        self._distance = self._distances()

    def head_of(self, feeder: str) -> str | None:
        """Key of the equipment that a feeder starts at; None if no source reaches it, or a busbar is all that does."""
        members = self._members[feeder]
        sources = [key for key in members if key in self._sources]
        if sources:
            return min(sources)
        candidates: set[str] = set()
        bare: list[str] = []
        for key, node in self._edges(feeder):
            found = self._at_edge(feeder, key, node)
            candidates.update(self._in_bay(feeder, each) for each in found)
            bare += [] if found else [key]
        head = min(candidates, key=self._rank, default=None)
        nearest = min((self._distance[key] for key in bare), default=_FAR)
        return head if head is not None and self._distance[head] <= nearest else None

    def is_reached(self, feeder: str) -> bool:
        """Whether a source reaches any of its equipment."""
        return any(key in self._distance for key in self._members[feeder])

    def _edges(self, feeder: str) -> Iterator[tuple[str, str]]:
        """Equipment of the feeder, with a node at which other equipment leads towards a source."""
        for key in self._members[feeder]:
            for node in self.nodes[key]:
                if any(self._leads(other, key) for other in self.standing[node] if not self._is_own(feeder, other)):
                    yield key, node

    def _at_edge(self, feeder: str, key: str, node: str) -> list[str]:
        """What may be the head at one edge; nothing at a busbar without a breaker."""
        if _is(self.objects[key], Switch):
            return [key]
        outside = [other for other in self.standing[node] if not self._is_own(feeder, other)]
        if any(self.objects[other].cls == "BusbarSection" for other in outside):
            return []
        switches = [
            other
            for other in outside
            if not self._feeders_of.get(other) and self._leads(other, key) and _is(self.objects[other], Switch)
        ]
        return switches or [key]

    def _in_bay(self, feeder: str, key: str) -> str:
        """A device that breaks fault current in series with one that does not: the feeder's own, else the station's."""
        own = [other for other in self._members[feeder] if _is(self.objects[other], Switch)]
        found = self._in_series(key, set(own).__contains__) if self._is_own(feeder, key) else None
        return found or self._in_series(key, lambda other: not self._feeders_of.get(other)) or key

    def _in_series(self, key: str, may_be: Callable[[str], bool]) -> str | None:
        """The nearest device that breaks fault current, by way of closed switches without a branch between them."""
        seen, queue = {key}, deque([key])
        while queue:
            found = queue.popleft()
            if not _is(self.objects[found], Switch) or found in self._open:
                continue
            if self._breaks(found):
                return found
            for node in self.nodes[found]:
                at = [other for other in self.standing[node] if self.objects[other].cls != "GroundDisconnector"]
                queue.extend(other for other in at if len(at) == _IN_SERIES and other not in seen and may_be(other))
                seen.update(at)
        return None

    def _is_own(self, feeder: str, key: str) -> bool:
        return feeder in self._feeders_of.get(key, ())

    def _leads(self, other: str, key: str) -> bool:
        """Whether another piece is nearer to a source."""
        return self._distance.get(other, _FAR) < self._distance.get(key, _FAR)

    def _breaks(self, key: str) -> bool:
        return bool(getattr(EQUIPMENT[self.objects[key].cls], "breaks_fault", False))

    def _rank(self, key: str) -> tuple[bool, bool, int, str]:
        return key in self._open, not self._breaks(key), self._distance[key], key

    def _distances(self) -> dict[str, int]:
        """Pieces of equipment between a source and each one, over closed equipment."""
        start = [key for key in self.objects if key in self._sources]
        distance = dict.fromkeys(start, 0)
        queue, seen = deque(start), set[str]()
        while queue:
            key = queue.popleft()
            if key in self._open:
                continue
            for node in self.nodes[key]:
                if node in seen:
                    continue
                seen.add(node)
                for other in self.standing[node]:
                    if other not in distance:
                        distance[other] = distance[key] + 1
                        queue.append(other)
        return distance


def _is(item: CimObject, cls: type[grid.ConductingEquipment]) -> bool:
    return issubclass(EQUIPMENT[item.cls], cls)
