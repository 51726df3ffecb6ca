"""What an impact adds up to (影响汇总): exact counts, lost power, the most urgent deadline."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.snapshot import Snapshot
from graph_api.readmodel.things import Thing, Things
from graph_api.readmodel.topology import Outage
from graph_api.services.outage.affected import LoadDeadline
from graph_api.services.outage.changes import CustomerChange, Hit
from graph_api.services.outage.counting import Areas, OtherLoads, unnamed_among
from graph_api.services.outage.losses import Losses
from schema.registry import KINDS, EntityKind
from schema.relationships import RelationshipKind
from schema.vocabulary import Importance, LoadsFed, SupplyState

_CLASSES = tuple(Importance)


@dataclass(frozen=True, slots=True)
class StateCount:
    """Customers in a supply state."""

    state: SupplyState
    count: int


@dataclass(frozen=True, slots=True)
class ImportanceCount:
    """Customers of a class."""

    importance: Importance
    count: int


@dataclass(frozen=True, slots=True)
class LoadsFedCount:
    """Customers by what the grid feeds of their loads."""

    loads_fed: LoadsFed
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MomentSummary:
    """All affected customers, public areas and other loads at one moment, exact.

    `lost_kw` is the power known to be unfed, of all of them, and `kw_unknown` counts the customers with unfed loads of
    unknown power. Feeders and stations ascend by index.
    """

    customers: tuple[StateCount, ...]
    by_loads_fed: tuple[LoadsFedCount, ...]
    areas: Areas
    other_loads: OtherLoads
    lost_kw: float
    kw_unknown: int
    feeders: Things
    stations: Things
    transformers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpactSummary(MomentSummary):
    """Counts of affected customers as they are now; `total_count` is of all whom the event hit, `back_count` of those
    that are fed again as before. The most urgent deadline is of loads that are unfed now."""  # fmt: skip

    total_count: int
    back_count: int
    by_importance: tuple[ImportanceCount, ...]
    most_urgent: LoadDeadline | None
    most_urgent_customer: Thing | None
    at_loss: MomentSummary
    """The same customers right after the event."""


def summary_of(
    losses: Losses,
    lost: Outage,
    left: npt.NDArray[np.int32],
    simple: Sequence[int],
    out: Sequence[int],
    others: Mapping[int, Hit],
) -> ImpactSummary:
    """The sums over customers who have lost their only supply (`simple`; `out` are those without it now) and all others
    that are hit, with what was lost and what has none now (`left`)."""
    found = losses.found
    model = found.before
    facts = model.customers.accounts.facts
    classes = Counter(facts.importance[np.array(simple, np.int64)].tolist())
    classes.update(int(facts.importance[at]) for at in others)
    at_loss = _at(model, lost.lost, len(simple), simple, [each.at_loss for each in others.values()])
    now = at_loss
    if left is not lost.lost or any(each.now is not each.at_loss for each in others.values()):
        now = _at(model, left, len(simple), out, [each.now for each in others.values()])
    due = ((losses.urgent(each), at) for at, each in others.items())
    deadlines = [(LoadDeadline(*each, found.event.at), at) for each, at in due if each is not None]
    urgent = min(deadlines, key=lambda each: (each[0].deadline, each[1]), default=None)
    return ImpactSummary(
        total_count=len(simple) + len(others),
        back_count=len(simple) - len(out) + sum(each.back for each in others.values()),
        customers=now.customers,
        by_importance=tuple(ImportanceCount(each, classes[place]) for place, each in enumerate(_CLASSES)),
        by_loads_fed=now.by_loads_fed,
        areas=now.areas,
        other_loads=now.other_loads,
        lost_kw=now.lost_kw,
        kw_unknown=now.kw_unknown,
        feeders=now.feeders,
        stations=now.stations,
        transformers=now.transformers,
        most_urgent=None if urgent is None else urgent[0],
        most_urgent_customer=None if urgent is None else urgent[1],
        at_loss=at_loss,
    )


def _at(
    model: ReadModel,
    lost: npt.NDArray[np.int32],
    simple: int,
    out: Sequence[int],
    changes: Collection[CustomerChange],
) -> MomentSummary:
    """Of so many simple customers `out` are without supply, all others have it; `lost` is all that has none."""
    kw = model.customers.accounts.facts.kw[np.array(out, np.int64)]
    states = Counter({SupplyState.LOST: len(out), SupplyState.NORMAL: simple - len(out)})
    states.update(each.after.state for each in changes)
    fed = Counter({LoadsFed.NONE: len(out), LoadsFed.ALL: simple - len(out)})
    fed.update(each.after.loads_fed for each in changes)
    newly = [each.newly_unfed_kw for each in changes]
    dark = unnamed_among(model, lost)
    return MomentSummary(
        customers=tuple(StateCount(state, states[state]) for state in SupplyState),
        by_loads_fed=tuple(LoadsFedCount(each, fed[each]) for each in LoadsFed),
        areas=dark.areas,
        other_loads=dark.other_loads,
        lost_kw=float(np.nansum(kw)) + sum(each for each in newly if each is not None) + dark.kw,
        kw_unknown=int(np.isnan(kw).sum()) + sum(each is None for each in newly),
        feeders=model.topology.feeders_among(lost),
        stations=_stations(model.graph, lost),
        transformers=len(_lost_of(model.graph, lost, EntityKind.POWER_TRANSFORMER)),
    )


def _lost_of(graph: Snapshot, lost: npt.NDArray[np.int32], kind: EntityKind) -> list[int]:
    found: list[int] = lost[graph.kind_codes()[lost] == KINDS.index(kind)].tolist()
    return found


def _stations(graph: Snapshot, lost: npt.NDArray[np.int32]) -> tuple[int, ...]:
    """Substations with a busbar of their own that loses supply; what stands on a feeder is not their own."""
    busbars = _lost_of(graph, lost, EntityKind.BUSBAR_SECTION)
    containers = {at for busbar in busbars for at in graph.targets(busbar, RelationshipKind.CONTAINED_IN)}
    return tuple(sorted(at for at in containers if graph.kind(at) is EntityKind.SUBSTATION))
