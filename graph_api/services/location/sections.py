"""Sections (区段): where a candidate is, as a crew finds it: between which devices, how far along the line."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from graph_api.readmodel.snapshot import Snapshot
from graph_api.readmodel.things import Things
from graph_api.services.location.likelihoods import OWNERS
from graph_api.services.location.weighing import Weighed
from schema.registry import KINDS, SWITCHES
from schema.relationships import RelationshipKind
from schema.vocabulary import Ownership

Bools = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int64] | npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Equipment that hangs together between devices that can be addressed. Lengths in metres.

    `probability` is its part of the candidate's, by failures a year. `between` are the switches and monitored
    equipment at its borders, the one towards the source first. `from_metres` and `to_metres` are line from the
    feeder's start to its nearest and farthest end, `length_metres` its own line. `ownership` says who repairs:
    None = not recorded.
    """

    equipment: Things
    probability: float
    between: Things
    from_metres: float
    to_metres: float
    length_metres: float
    ownership: Ownership | None

    @property
    def equipment_count(self) -> int:
        """Pieces of equipment in it."""
        return len(self.equipment)


class Sections:
    """Cuts candidates into sections."""

    def __init__(self, graph: Snapshot, weighed: Weighed) -> None:
        self._graph, self._weighed = graph, weighed
        circuits = weighed.circuits
        self._ends = circuits.metres(weighed.lengths)
        _, monitored = graph.pairs(RelationshipKind.MONITORS)
        codes = np.array([code for code, kind in enumerate(KINDS) if kind in SWITCHES], np.uint8)
        switches = np.isin(graph.kind_codes()[circuits.candidates], codes)
        self._addressed: Bools = switches | np.isin(circuits.candidates, monitored)
        self._addressable = frozenset(circuits.candidates[self._addressed].tolist())

    def of(self, number: int, probability: float) -> tuple[Section, ...]:
        """Sections of a candidate's class, the most probable first.

        A class is cut at devices and at owners' boundaries; a device belongs to a part beside it, if there is one.
        """
        candidates = self._weighed.circuits.candidates
        places = np.flatnonzero(self._weighed.class_of == number)
        plain = places[~self._addressed[places]]
        loose = dict.fromkeys(candidates[places[self._addressed[places]]].tolist())
        owners = self._weighed.owners[plain]
        found: list[Section] = []
        for owner in np.unique(owners):
            for part in self._weighed.circuits.connected(candidates[plain[owners == owner]]):
                beside = [index for index in self._weighed.circuits.beside(part) if self._stands_out(index)]
                own = [index for index in beside if index in loose]
                for device in own:
                    del loose[device]
                found.append(self._section(np.append(part, own), beside, probability))
        found += [self._section(np.array([device]), [device], probability) for device in loose]
        return tuple(sorted(found, key=lambda part: (-part.probability, part.from_metres, part.equipment)))

    def _section(self, part: Places, between: list[int], probability: float) -> Section:
        """The section of these indexes, `between` these devices."""
        weighed = self._weighed
        candidates = weighed.circuits.candidates
        at = np.searchsorted(candidates, part)
        at = at[np.lexsort((at, -weighed.share[at]))]
        ends, lengths = self._ends[at], weighed.lengths[at]
        return Section(
            equipment=tuple(candidates[at].tolist()),
            probability=probability * float(weighed.share[at].sum()),
            between=tuple(index for _, index in sorted(zip(self._metres(between), between, strict=True))),
            from_metres=float((ends - lengths).min()),
            to_metres=float(ends.max()),
            length_metres=float(lengths.sum()),
            ownership=OWNERS[weighed.owners[at[0]]],
        )

    def _stands_out(self, index: int) -> bool:
        """Whether a crew can find the place by it: a switch, or equipment that is monitored."""
        return self._graph.kind(index) in SWITCHES or index in self._addressable

    def _metres(self, indexes: list[int]) -> list[float]:
        """Metres of line from the feeder's start to the far end of each; inf where it is no candidate."""
        candidates, wanted = self._weighed.circuits.candidates, np.array(indexes, np.int64)
        places = np.minimum(np.searchsorted(candidates, wanted), max(candidates.size - 1, 0))
        return [float(each) for each in np.where(candidates[places] == wanted, self._ends[places], math.inf)]
