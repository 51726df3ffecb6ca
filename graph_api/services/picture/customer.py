"""Inside of a customer (客户内部接线图): its supplies and what feeds them, its network, its own sources."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from graph_api.errors import InvalidInput
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.snapshot import Snapshot
from graph_api.services.picture.growth import Growth
from graph_api.services.picture.parts import Placed
from graph_api.services.picture.schematic import schematic
from schema.registry import CONDUCTING, EntityKind
from schema.relationships import RelationshipKind
from schema.words import say

_CONNECTS: Final = RelationshipKind.CONNECTS
_UP: Final = (
    (RelationshipKind.HAS_RECEIVING_POINT, False),
    (RelationshipKind.FED_BY, False),
    (RelationshipKind.CONTAINED_IN, True),
)


def customer_meant(graph: Snapshot, things: Sequence[int]) -> int:
    """The customer that is named, or whose a named thing is. Raises InvalidInput for none, and for several."""
    found = {at for thing in things for at in _owner(graph, thing)}
    if len(found) != 1:
        raise InvalidInput(say("Name one customer, or a thing of it: a picture shows one customer."), argument="of")
    return found.pop()


def _owner(graph: Snapshot, thing: int) -> Sequence[int]:
    todo = [thing]
    for each in todo:
        if graph.kind(each) is EntityKind.CUSTOMER:
            return (each,)
        for kind, along in _UP:
            near = graph.targets(each, kind) if along else graph.sources(each, kind)
            todo += [at for at in near if at not in todo]
    return ()


def customer(seen: ReadModel, live: ReadModel, index: int) -> Placed:
    """The drawing of a customer; `live` says what feeds its supplies."""
    graph = seen.graph
    points = graph.targets(index, RelationshipKind.HAS_RECEIVING_POINT)
    supplies = list(dict.fromkeys(at for point in points for at in graph.targets(point, RelationshipKind.FED_BY)))
    inside = [at for point in points for at in graph.sources(point, RelationshipKind.CONTAINED_IN)]
    plant = {at for at in inside if graph.kind(at) in CONDUCTING} | set(supplies)
    growth = Growth(graph, within=frozenset(plant))
    begins = [*supplies, *sorted(plant - set(supplies), key=graph.id)]
    roots = [root for piece in begins if piece not in growth.parent for root in _grown(growth, piece)]
    growth.settle()
    labels: dict[int, str] = {supply: _fed_by(seen, live, supply) for supply in supplies}
    return schematic(growth, roots, _attached(graph, inside), labels)


def _grown(growth: Growth, piece: int) -> list[int]:
    """A tree from a supply, or from what no supply leads to; a busbar stands on its node."""
    nodes = growth.graph.targets(piece, _CONNECTS)
    if growth.graph.kind(piece) is EntityKind.INTERNAL_BUS and nodes:
        return growth.grow(nodes[0])
    return growth.grow(piece)


def _attached(graph: Snapshot, inside: Sequence[int]) -> dict[int, list[int]]:
    """Own sources and access points by what they stand at: a load, else the node of a busbar."""
    found = dict[int, list[int]]()
    for each in sorted(inside, key=graph.id):
        ends = (*graph.targets(each, RelationshipKind.BACKS), *graph.targets(each, RelationshipKind.ATTACHES_TO))
        if ends:
            nodes = graph.targets(ends[0], _CONNECTS) if graph.kind(ends[0]) is EntityKind.INTERNAL_BUS else ()
            found.setdefault(nodes[0] if nodes else ends[0], []).append(each)
    return found


def _fed_by(seen: ReadModel, live: ReadModel, supply: int) -> str:
    """The feeders that feed a supply now, else that of the ledger."""
    feeders = [at for at in live.topology.feeders(supply) if seen.graph.holds(at)]
    named = feeders or [*seen.graph.targets(supply, RelationshipKind.FROM_FEEDER)]
    return " ".join(seen.graph.name(each) or seen.graph.id(each) for each in named)
