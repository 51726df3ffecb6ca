"""What an impact adds up to (影响汇总): exact counts, lost power, the most urgent deadline."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.snapshot import Snapshot
from graph_api.readmodel.things import Thing, Things
from graph_api.readmodel.topology import Outage
from graph_api.services.outage.affected import CustomerChange, LoadDeadline
from graph_api.services.outage.counting import Areas, OtherLoads, unnamed_among
from schema.registry import KINDS, EntityKind
from schema.relationships import RelationshipKind
from schema.vocabulary import Importance, LoadsFed, SupplyState

_CLASSES = tuple(Importance)


@dataclass(frozen=True, slots=True)
class StateCount:
    """Customers in a supply state after the event."""

    state: SupplyState
    count: int


@dataclass(frozen=True, slots=True)
class ImportanceCount:
    """Customers of a class."""

    importance: Importance
    count: int


@dataclass(frozen=True, slots=True)
class LoadsFedCount:
    """Customers by what the grid feeds of their loads after the event."""

    loads_fed: LoadsFed
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpactSummary:
    """Counts of affected customers, public areas and other loads, exact; `lost_kw` is the power known to be unfed, of
    all of them, and `kw_unknown` counts the customers with unfed loads of unknown power. Feeders and stations ascend
    by index."""

    total_count: int
    customers: tuple[StateCount, ...]
    by_importance: tuple[ImportanceCount, ...]
    by_loads_fed: tuple[LoadsFedCount, ...]
    areas: Areas
    other_loads: OtherLoads
    lost_kw: float
    kw_unknown: int
    feeders: Things
    stations: Things
    transformers: int
    most_urgent: LoadDeadline | None
    most_urgent_customer: Thing | None


def summary_of(
    model: ReadModel, outage: Outage, simple: Sequence[int], others: Mapping[int, CustomerChange], loss: datetime
) -> ImpactSummary:
    """The sums over customers who have lost their only supply (`simple`) and all others that are hit."""
    facts, changes = model.customers.accounts.facts, others.values()
    plain = np.array(simple, np.int64)
    kw = facts.kw[plain]
    classes = Counter(facts.importance[plain].tolist())
    classes.update(int(facts.importance[at]) for at in others)
    states = Counter({SupplyState.LOST: plain.size})
    states.update(each.after.state for each in changes)
    fed = Counter({LoadsFed.NONE: plain.size})
    fed.update(each.after.loads_fed for each in changes)
    newly = [each.newly_unfed_kw for each in changes]
    dark = unnamed_among(model, outage.lost)
    urgent = min(((each.shortest.seconds, at) for at, each in others.items() if each.shortest), default=None)
    shortest = None if urgent is None else others[urgent[1]].shortest
    return ImpactSummary(
        total_count=len(simple) + len(others),
        customers=tuple(StateCount(state, states[state]) for state in SupplyState),
        by_importance=tuple(ImportanceCount(each, classes[place]) for place, each in enumerate(_CLASSES)),
        by_loads_fed=tuple(LoadsFedCount(each, fed[each]) for each in LoadsFed),
        areas=dark.areas,
        other_loads=dark.other_loads,
        lost_kw=float(np.nansum(kw)) + sum(each for each in newly if each is not None) + dark.kw,
        kw_unknown=int(np.isnan(kw).sum()) + sum(each is None for each in newly),
        feeders=model.topology.feeders_among(outage.lost),
        stations=_stations(model.graph, outage),
        transformers=len(_lost_of(model.graph, outage, EntityKind.POWER_TRANSFORMER)),
        most_urgent=None if shortest is None else LoadDeadline(shortest, loss),
        most_urgent_customer=None if urgent is None else urgent[1],
    )


def _lost_of(graph: Snapshot, outage: Outage, kind: EntityKind) -> list[int]:
    lost: list[int] = outage.lost[graph.kind_codes()[outage.lost] == KINDS.index(kind)].tolist()
    return lost


def _stations(graph: Snapshot, outage: Outage) -> tuple[int, ...]:
    """Substations with a busbar of their own that loses supply; what stands on a feeder is not their own."""
    busbars = _lost_of(graph, outage, EntityKind.BUSBAR_SECTION)
    containers = {at for busbar in busbars for at in graph.targets(busbar, RelationshipKind.CONTAINED_IN)}
    return tuple(sorted(at for at in containers if graph.kind(at) is EntityKind.SUBSTATION))
