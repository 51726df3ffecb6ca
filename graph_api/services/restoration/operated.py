"""What a step of a plan operates, as things with names: for its sentence."""

from __future__ import annotations

from graph_api.readmodel.model import ReadModel
from graph_api.services.restoration.plan import PlanStep
from graph_api.services.restoration.reclosing import blocked_by
from graph_api.services.restoration.wording import Operated
from schema.entity import Entity
from schema.registry import EntityKind
from schema.relationships import RelationshipKind


def operated_of(model: ReadModel, step: PlanStep) -> Operated:
    """Of a step; the feeder of a supply is that of the ledger, else the one that feeds it now."""
    graph, accounts = model.graph, model.customers.accounts
    owner = int(accounts.owner[step.target]) if accounts.owns(step.target) else -1
    supplies = [at for at in (*step.opens, *step.closes) if graph.kind(at) is EntityKind.SUPPLY_SOURCE]
    feeders = {graph.id(at): feeder for at in supplies if (feeder := _feeder(model, at)) is not None}
    return Operated(
        target=graph.entity(step.target),
        opens=tuple(map(graph.entity, step.opens)),
        closes=tuple(map(graph.entity, step.closes)),
        customer=graph.entity(owner) if owner >= 0 else None,
        feeders={supply: each.name or each.id for supply, each in feeders.items()},
        interrupted=(len(step.interrupted), len(step.interrupted_areas)),
        reclosing_blocked=bool(blocked_by(graph, step)),
    )


def _feeder(model: ReadModel, supply: int) -> Entity | None:
    found = (*model.graph.targets(supply, RelationshipKind.FROM_FEEDER), *model.topology.feeders(supply))
    return model.graph.entity(found[0]) if found else None
