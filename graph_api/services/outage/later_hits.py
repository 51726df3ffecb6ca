"""Later hits (后续故障影响): whom the later ones of several faults took, each when its device tripped.

    11:50 CB1 trips on L1      12:05 the tie LS9 is closed      12:30 CB2 trips on L8
    asked about L1 and L8 since 11:50: what hangs on CB2 was not hit at the loss, and is hit by the event all the same
"""  # fmt: skip

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from graph_api.readmodel.positions import openings
from graph_api.services.outage.impact import Impact, SortKey, impact_in
from graph_api.services.outage.situation import Situation
from graph_api.services.outage.trips import later_trips


@dataclass(frozen=True, slots=True)
class LaterHits:
    """Customers whom they hit, with the sort keys of then; whose loads they took; and equipment that lost supply."""

    customers: tuple[tuple[SortKey, int], ...] = ()
    unfed: frozenset[int] = frozenset()
    lost: frozenset[int] = frozenset()


def later_of(impact: Impact) -> LaterHits:
    """The same of an impact, with whom its own acts have taken; these are among its customers."""
    found, since = later_hits(impact.situation), impact.since_then
    return replace(found, unfed=found.unfed | since.unfed, lost=found.lost | since.lost)


def later_hits(found: Situation) -> LaterHits:
    """Nobody where one fault is asked about, or all tripped at the loss, or positions are unknown."""
    tripped = later_trips(found.model, found.event, found.since)
    moments = {at for each in tripped for at in openings(found.model.graph, each, found.event.at) if at > found.since}
    customers: dict[int, SortKey] = {}
    unfed, lost = set[int](), set[int]()
    for stage in found.course if moments else ():
        if stage.at in moments and not stage.opening:
            lost.update(np.setdiff1d(stage.outage.lost, found.fault.lost).tolist())
            then = impact_in(replace(found, event=replace(found.event, at=stage.at, acts=None)))
            unfed |= {each.customer for each in then.taken_since if each.change.unfed}
            customers |= {at: key for key, at in then.taken_ranked}
    return LaterHits(tuple((key, at) for at, key in customers.items()), frozenset(unfed), frozenset(lost))
