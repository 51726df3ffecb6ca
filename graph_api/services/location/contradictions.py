"""Contradictions (信息矛盾): two reports of which one is wrong wherever the fault is, to be looked at by somebody.

[G1] - CB1 - LS1 - L1 - LS2 - L2      the indicator on LS2 shows, that on LS1 does not: current that passes LS2 has
             no          yes          passed LS1. That CB1 tripped, and its position says closed: one device, two
                                      sources.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum, unique

import numpy as np
import numpy.typing as npt

from graph_api.readmodel.snapshot import Snapshot
from graph_api.services.location.evidence import Evidence, Sorted
from graph_api.services.location.expectations import FALSE, TRUE, customers_of
from graph_api.services.location.weighing import Weighed

MOST = 20
"""Contradictions that are told: who has more has another trouble."""
Bools = npt.NDArray[np.bool_]


@unique
class ContradictionKind(StrEnum):
    """矛盾类型: 两条信息如何矛盾。 How two reports contradict each other."""

    SAME_THING = "SAME_THING"
    NO_PLACE_FITS_BOTH = "NO_PLACE_FITS_BOTH"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """Two reports that cannot both be right: one says that there is something, the other denies what goes with it."""

    kind: ContradictionKind
    says: Evidence
    denies: Evidence


def contradictions_of(graph: Snapshot, weighed: Weighed, found: Sorted) -> tuple[Contradiction, ...]:
    """All pairs, those about one thing first, in the order of the reports.

    A yes contradicts a no if every fault, and every conduct of protection, that would make the first a yes makes the
    other a yes: then two faults do not explain them either. What a fault inside one customer explains is none.
    """
    pairs = [*_of_one_thing(weighed, found), *_of_no_place(graph, weighed)]
    kinds = dict(zip(ContradictionKind, (0, 1), strict=True))
    pairs.sort(key=lambda pair: (kinds[pair[0]], pair[1], pair[2]))
    told: dict[tuple[int, int], ContradictionKind] = {}
    for kind, yes, no in pairs:
        told.setdefault((yes, no), kind)
    reports = weighed.reports
    every = [Contradiction(kind=kind, says=reports[yes], denies=reports[no]) for (yes, no), kind in told.items()]
    return tuple(every[:MOST])


_Pair = tuple[ContradictionKind, int, int]


def _of_one_thing(weighed: Weighed, found: Sorted) -> Iterator[_Pair]:
    """A yes and a no of one device, of one place that current passes, or of the same customers' supply."""
    place: dict[tuple[str, tuple[int, ...]], tuple[list[int], list[int]]] = {}
    groups = ("passing", found.passing), ("passing", found.latching), ("device", found.devices)
    single = [(name, (index,)) for name, group in groups for _, index in group]
    many = [
        (name, indexes) for name, group in (("supply", found.supply), ("patrol", found.patrols)) for _, indexes in group
    ]
    for at, key in enumerate([*single, *many]):
        yes, no = place.setdefault(key, ([], []))
        (yes if weighed.reports[at].positive else no).append(at)
    for said, denied in place.values():
        yield from ((ContradictionKind.SAME_THING, one, other) for one in said for other in denied)


def _of_no_place(graph: Snapshot, weighed: Weighed) -> Iterator[_Pair]:
    positive = np.array([each.positive for each in weighed.reports], np.bool_)
    yes, no = np.flatnonzero(positive), np.flatnonzero(~positive)
    could = np.ascontiguousarray(weighed.could.reshape(-1, len(weighed.reports)).T)
    says, free = np.packbits(could[yes] != FALSE, axis=1), np.packbits(could[no] != TRUE, axis=1)
    sure = np.any(could[yes] == TRUE, axis=1)
    never: Bools = np.array([~np.any(free & each, axis=1) for each in says]).reshape(yes.size, no.size) & sure[:, None]
    alone = {customer for customer, _ in weighed.inside}
    for one, other in np.argwhere(never).tolist():
        at, against = int(yes[one]), int(no[other])
        own = customers_of(graph, weighed.reports[at]) & alone
        if not own or own & customers_of(graph, weighed.reports[against]):
            yield ContradictionKind.NO_PLACE_FITS_BOTH, at, against
