"""Sections (区段): where a candidate is, as a crew finds it: between which devices, how far along the line."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from graph_api.readmodel.snapshot import Snapshot
from graph_api.services.location.weighing import Weighed
from schema.grid import ACLineSegment, ConductingEquipment
from schema.registry import SWITCHES
from schema.relationships import RelationshipKind
from schema.vocabulary import Ownership

Ints = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Equipment that hangs together between devices that can be addressed. Numbers are snapshot indexes.

    `probability` is its part of the candidate's, by failures a year. `between` are the switches and monitored
    equipment at its borders, the one towards the source first. `from_m` and `to_m` are metres of line from the
    feeder's start to its nearest and farthest end, `length_m` its own metres of line. `ownership` says who repairs:
    None = not recorded.
    """

    equipment: tuple[int, ...]
    probability: float
    between: tuple[int, ...]
    from_m: float
    to_m: float
    length_m: float
    ownership: Ownership | None


class Sections:
    """Cuts candidates into sections."""

    def __init__(self, graph: Snapshot, weighed: Weighed) -> None:
        self._graph, self._weighed = graph, weighed
        candidates = weighed.sight.candidates.tolist()
        lengths = [self._length(index) for index in candidates]
        ends = weighed.sight.metres(np.array(lengths))
        self._lengths = dict(zip(candidates, lengths, strict=True))
        self._ends = dict(zip(candidates, ends.tolist(), strict=True))

    def of(self, number: int, probability: float) -> tuple[Section, ...]:
        """Sections of a candidate's class, the most probable first."""
        weighed = self._weighed
        places = np.flatnonzero(weighed.class_of == number)
        indexes = weighed.sight.candidates[places]
        share = dict(zip(indexes.tolist(), weighed.share[places].tolist(), strict=True))
        parts = [self._section(part, share, probability) for part in self._parts(indexes)]
        return tuple(sorted(parts, key=lambda part: (-part.probability, part.from_m, part.equipment)))

    def _parts(self, indexes: Ints) -> list[list[int]]:
        """The equipment of a class in connected parts, cut at switches, monitored equipment and owners' boundaries."""
        own = {index: self._owner(index) for index in indexes.tolist()}
        parts: list[list[int]] = []
        seen: set[int] = set()
        for start in own:
            if start in seen:
                continue
            seen.add(start)
            part = [start]
            for at in part:
                if self._is_addressed(at):
                    continue
                for near in self._beside(at):
                    if near in own and near not in seen and own[near] is own[at] and not self._is_addressed(near):
                        seen.add(near)
                        part.append(near)
            parts.append(part)
        return self._with_devices(parts)

    def _with_devices(self, parts: list[list[int]]) -> list[list[int]]:
        """Devices join the part that they are nearest to, if there is one; a device between two joins one of them."""
        plain = [part for part in parts if not (len(part) == 1 and self._is_addressed(part[0]))]
        home = {index: part for part in plain for index in part}
        for (device,) in (part for part in parts if len(part) == 1 and self._is_addressed(part[0])):
            beside = [home[near] for near in self._beside(device) if near in home]
            if beside:
                beside[0].append(device)
            else:
                plain.append([device])
        return plain

    def _section(self, part: list[int], share: dict[int, float], probability: float) -> Section:
        inside = set(part)
        edge = [each for each in part if self._is_addressed(each)]
        around = {near for each in part for near in self._beside(each) if near not in inside}
        between = {*edge, *(each for each in around if self._is_addressed(each))}
        return Section(
            equipment=tuple(sorted(part, key=lambda index: (-share[index], index))),
            probability=probability * sum(share[index] for index in part),
            between=tuple(sorted(between, key=lambda index: (self._ends.get(index, math.inf), index))),
            from_m=min(self._ends[index] - self._lengths[index] for index in part),
            to_m=max(self._ends[index] for index in part),
            length_m=sum(self._lengths[index] for index in part),
            ownership=self._owner(part[0]),
        )

    def _owner(self, index: int) -> Ownership | None:
        entity = self._graph.entity(index)
        return entity.ownership if isinstance(entity, ConductingEquipment) else None

    def _is_addressed(self, index: int) -> bool:
        return self._graph.kind(index) in SWITCHES or index in self._monitored

    @cached_property
    def _monitored(self) -> frozenset[int]:
        _, equipment = self._graph.pairs(RelationshipKind.MONITORS)
        return frozenset(equipment.tolist())

    def _length(self, index: int) -> float:
        entity = self._graph.entity(index)
        return (entity.length_m or 0.0) if isinstance(entity, ACLineSegment) else 0.0

    def _beside(self, index: int) -> set[int]:
        """Equipment that shares a node with this."""
        nodes = self._graph.targets(index, RelationshipKind.CONNECTS)
        return {near for node in nodes for near in self._graph.sources(node, RelationshipKind.CONNECTS)} - {index}
