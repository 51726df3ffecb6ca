"""Back-feed (倒送电): supplies that closed devices inside a customer join, though nobody allowed them to run parallel.

    grid - S1 - SB1 - IB1 - SB3 - IB2 - SB2 - S2 - grid      SB1, SB2 and SB3 closed: mostly the report of an opening
                                                             is missing
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from graph_api.readmodel.customers import Point, home
from graph_api.readmodel.customers.incoming import reported_supplies
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.things import Thing, Things
from schema.customer import ReceivingPoint
from schema.registry import EntityKind
from schema.relationships import RelationshipKind
from schema.vocabulary import SwitchPosition


@dataclass(frozen=True, slots=True, kw_only=True)
class BackFeed:
    """Supplies that are joined inside a customer, and the closed switches that join them; indexes, ascending."""

    customer: Thing
    receiving_point: Thing
    supplies: Things
    switches: Things

    @property
    def key(self) -> tuple[int, Things]:
        """What tells one from another."""
        return self.customer, self.supplies


def back_feeds(model: ReadModel, told: Iterable[int] = ()) -> list[BackFeed]:
    """Every place where supplies are joined inside as the positions are, by customer.

    The grid counts as not fed through it. What is joined only if a switch of unknown position is closed is left out.
    `told` are supplies of which the model has a position that was not reported yet.
    """
    state = model.topology.state
    network, gates = state.network, state.network.gates
    at = dict(zip(gates.at.tolist(), gates.supply.tolist(), strict=True))
    found = []
    for join in state.worse.joins:
        held = [int(network.members[network.member_starts[at[gate]]]) for gate in join.gates]
        owner = int(model.customers.accounts.owner[held[0]])
        if owner < 0:
            continue
        points = model.customers.points_of(owner)
        point = next((each for each in points if any(s.index == held[0] for s in each.supplies)), points[0])
        found.append(
            BackFeed(
                customer=owner,
                receiving_point=point.index,
                supplies=tuple(sorted(held)),
                switches=_joining(point, held),
            )
        )
    return sorted([*found, *_at_incoming_switches(model, told)], key=lambda each: each.key)


def run_parallel(model: ReadModel, point: int, closed: Collection[int]) -> bool:
    """Whether more of a receiving point's supplies are closed than it has main ones, though none may run parallel.

    Each main supply carries a part of its own, and which one nobody recorded: as many of any may be right.
    """
    if len(closed) <= len(home(model.customers.point(point).supplies)):
        return False
    return not model.graph.get(ReceivingPoint, point).parallel_running


def _at_incoming_switches(model: ReadModel, told: Iterable[int]) -> Iterator[BackFeed]:
    """Receiving points without recorded bays of which more supplies are reported closed than they have main ones."""
    graph = model.graph
    reported = {*reported_supplies(graph), *(at for at in told if graph.kind(at) is EntityKind.SUPPLY_SOURCE)}
    points = {point for supply in reported for point in graph.sources(supply, RelationshipKind.FED_BY)}
    for index in points:
        supplies = model.customers.point(index).supplies
        closed = tuple(sorted(s.index for s in supplies if s.position is SwitchPosition.CLOSED))
        if run_parallel(model, index, closed):
            owner = int(model.customers.accounts.customer_of_point[index])
            yield BackFeed(customer=owner, receiving_point=index, supplies=closed, switches=closed)


def _joining(point: Point, supplies: list[int]) -> Things:
    """Closed switches each of which alone parts some of these supplies; where none does, all closed ones there."""
    nodes = [supply.node for supply in point.supplies if supply.index in supplies and supply.node >= 0]
    closed = [branch for branch in point.branches if branch.is_switch and branch.conducts]
    together = point.reach(nodes[:1], (), (), ())
    near = [branch.index for branch in closed if all(node in together for node in branch.nodes)]
    parting = [each for each in near if not set(nodes) <= point.reach(nodes[:1], (), (each,), ())]
    return tuple(sorted(parting or near))
