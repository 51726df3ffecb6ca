"""Feeder heads: named by the file (NormalHeadTerminal), else derived.

    EnergySource ── bus ──[breaker]──┬── line ── line      head of the feeder that holds the lines: the breaker
                                     └── transformer

Derived: where the feeder's own equipment meets equipment outside it (of no other feeder), the head is that outside
neighbour if it is a switch, else the feeder's own equipment there. Of several, a device that breaks fault current
goes before others, then what is nearest to a source counted in pieces of equipment, then the lowest id.
A feeder that holds its source itself starts at the source.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping

from loaders.cim.classes import EQUIPMENT
from loaders.cim.parse import CimObject
from schema import grid
from schema.grid import Switch

_FAR = 1 << 30


class Wiring:
    """Which equipment stands on which nodes, and which feeder holds it."""

    def __init__(
        self, joined: Iterable[tuple[CimObject, str]], feeder_of: Mapping[str, str], open_: set[str], sources: set[str]
    ) -> None:
        self._sources = sources
        self.nodes: dict[str, list[str]] = defaultdict(list)
        self.standing: dict[str, list[str]] = defaultdict(list)
        self.objects: dict[str, CimObject] = {}
        self.feeder_of = feeder_of
        self._open = open_
        for equipment, node in joined:
            self.objects[equipment.key] = equipment
            self.nodes[equipment.key].append(node)
            self.standing[node].append(equipment.key)
        self._members: dict[str, list[str]] = defaultdict(list)
        for key in self.nodes:
            feeder = feeder_of.get(key)
            if feeder is not None:
                self._members[feeder].append(key)
        self._distance = self._distances()

    def head_of(self, feeder: str) -> str | None:
        """Key of the equipment that a feeder starts at, or None if nothing of it can be reached from a source."""
        members = self._members[feeder]
        sources = [key for key in members if key in self._sources]
        if sources:
            return min(sources)
        candidates: set[str] = set()
        for key in members:
            for node in self.nodes[key]:
                outside = [other for other in self.standing[node] if other not in self.feeder_of]
                switches = [other for other in outside if _is(self.objects[other], Switch)]
                candidates.update(switches or ([key] if outside else ()))
        reached = [key for key in candidates or members if self._distance.get(key, _FAR) < _FAR]
        return min(reached, key=self._rank, default=None)

    def _rank(self, key: str) -> tuple[bool, int, str]:
        breaks = getattr(EQUIPMENT[self.objects[key].cls], "breaks_fault", False)
        return not breaks, self._distance[key], key

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
