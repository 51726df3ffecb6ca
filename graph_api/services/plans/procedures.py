"""Plans (一户一案): which version counts, and which procedure fits a supply state."""

from __future__ import annotations

from graph_api.readmodel.snapshot import Snapshot
from schema.plan import PlanVersion, Procedure
from schema.relationships import RelationshipKind
from schema.vocabulary import LoadsFed, SupplyState

_BY_UNFED = {
    LoadsFed.NONE: (SupplyState.LOST,),
    LoadsFed.SOME: (SupplyState.DEGRADED, SupplyState.LOST),
    LoadsFed.ALL: (SupplyState.NORMAL,),
}
"""Procedures by what is unfed: where a plan has none for a part (one supply knows no DEGRADED), that for all."""


def current_version(graph: Snapshot, plan: int) -> int | None:
    """The newest approved version of a plan; None if none is approved."""
    versions = {at: graph.get(PlanVersion, at) for at in graph.targets(plan, RelationshipKind.HAS_VERSION)}
    approved = [at for at, version in versions.items() if version.approved_on is not None]
    return max(approved, key=lambda at: versions[at].version, default=None)


def only_drafts(graph: Snapshot, subject: int) -> bool:
    """Whether a customer, station or feeder has a plan, and none that is approved."""
    plans = graph.sources(subject, RelationshipKind.PLAN_FOR)
    return bool(plans) and all(current_version(graph, plan) is None for plan in plans)


def procedure_for(graph: Snapshot, subject: int, state: SupplyState) -> int | None:
    """The procedure of a customer's, station's or feeder's approved plan for a supply state; None if it has none."""
    for plan in graph.sources(subject, RelationshipKind.PLAN_FOR):
        version = current_version(graph, plan)
        if version is None:
            continue
        for at in graph.targets(version, RelationshipKind.HAS_PROCEDURE):
            if graph.get(Procedure, at).state is state:
                return at
    return None


def procedure_by_unfed(graph: Snapshot, subject: int, loads_fed: LoadsFed) -> int | None:
    """The procedure for a fault inside a customer: its supplies may all be live, what is unfed decides. None = none."""
    found = (procedure_for(graph, subject, state) for state in _BY_UNFED[loads_fed])
    return next((each for each in found if each is not None), None)
