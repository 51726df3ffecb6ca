"""Derived relationships (派生关系): what the services know about supply, as short links for people who use Cypher.

(:Feeder)-[:FEEDS]->(:SupplySource)         the feeder feeds it now
(:Customer)-[:SUPPLIED_BY]->(:Substation)   one of its supplies comes from there now
"""

from __future__ import annotations

from dataclasses import dataclass

from graph_api.readmodel.model import ReadModel
from schema.numbers import Revision
from schema.registry import EntityKind
from schema.relationships import RelationshipKind

FEEDS, SUPPLIED_BY = "FEEDS", "SUPPLIED_BY"


@dataclass(frozen=True, slots=True)
class DerivedLinks:
    """Pairs of ids by type of relationship, each pair once, and the revision that they hold for."""

    revision: Revision
    pairs: dict[str, list[tuple[str, str]]]


def derive(model: ReadModel) -> DerivedLinks:
    """All derived relationships of a graph."""
    graph = model.graph
    feeds: list[tuple[str, str]] = []
    supplied: set[tuple[str, str]] = set()
    stations: dict[int, list[int]] = {feeder: _stations(model, feeder) for feeder in graph.of_kind(EntityKind.FEEDER)}
    for customer in graph.of_kind(EntityKind.CUSTOMER):
        for point in model.customers.points_of(customer):
            for supply in point.supplies:
                if supply.stands_for < 0 or not supply.in_service:
                    continue
                for feeder in model.topology.feeders(supply.stands_for):
                    feeds.append((graph.id(feeder), graph.id(supply.index)))
                    supplied.update((graph.id(customer), graph.id(station)) for station in stations[feeder])
    return DerivedLinks(graph.revision, {FEEDS: sorted(set(feeds)), SUPPLIED_BY: sorted(supplied)})


def _stations(model: ReadModel, feeder: int) -> list[int]:
    """Substations that a feeder, or its head, stands in."""
    graph = model.graph
    inside = [feeder, *graph.targets(feeder, RelationshipKind.STARTS_AT)]
    found: list[int] = []
    for at in inside:
        for holder in graph.targets(at, RelationshipKind.CONTAINED_IN):
            if graph.kind(holder) is EntityKind.SUBSTATION and holder not in found:
                found.append(holder)
    return found
