"""The part of a large network that an event can concern, which the independent checker replays in seconds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from graph_api.readmodel.model import ReadModel
from graph_api.services.outage.event import Event
from graph_api.services.restoration.case import Case
from schema.relationships import RelationshipKind
from tests.truth.customers import inside_of
from tests.truth.net import Net, Piece, Supply

POWER_FACTOR = 0.9
"""The model takes kVA as kW; the product takes a power factor (docs/meanings.md)."""


def with_power_factor(net: Net) -> Net:
    """Ratings in kW at the product's power factor."""
    return replace(
        net,
        pieces={name: _rated(piece) for name, piece in net.pieces.items()},
        supplies={name: _able(supply) for name, supply in net.supplies.items()},
    )


def _rated(piece: Piece) -> Piece:
    return piece if piece.limit_kw is None else replace(piece, limit_kw=piece.limit_kw * POWER_FACTOR)


def _able(supply: Supply) -> Supply:
    return supply if supply.capacity_kw is None else replace(supply, capacity_kw=supply.capacity_kw * POWER_FACTOR)


def part_of(model: ReadModel, net: Net, event: Event) -> Net:
    """What lies around the dark region: it, the feeders beside it and those of its customers, and all above them."""
    graph, topology = model.graph, model.topology
    case = Case.of(model, event)
    region = case.region
    kept = {graph.id(at) for block in region.blocks for at in (*block.nodes, *block.equipment)}
    kept |= {graph.id(switch) for switch in region.joints}
    ends = [node for joint in region.joints.values() for node in joint.nodes]
    ends += [
        supply.stands_for
        for customer in case.touched
        for point in model.customers.points_of(customer)
        for supply in point.supplies
        if supply.stands_for >= 0
    ]
    transfers = [dip.transfer for dip in case.situation.dips]
    kept |= {graph.id(each) for transfer in transfers for each in (transfer.opens, transfer.closes)}
    ends += [node for transfer in transfers for node in (*transfer.between, *transfer.infeed)]
    feeders = {feeder for end in ends for feeder in topology.feeders(end)}
    above = {at for end in ends for at in topology.path_up(end)}
    heads = {head for feeder in feeders for head in topology.trace_down(*_heads(model, feeder))}
    kept |= {graph.id(at) for at in above | heads}
    kept |= {graph.id(head) for feeder in feeders for head in _heads(model, feeder)}
    return only(net, kept)


def _heads(model: ReadModel, feeder: int) -> tuple[int, ...]:
    return tuple(model.graph.targets(feeder, RelationshipKind.STARTS_AT))


def only(net: Net, names: Iterable[str]) -> Net:
    """The network with these pieces alone, and the insides of the customers whose supplies are among them."""
    kept = set(names) & net.pieces.keys()
    for name in list(kept):
        kept.update(p for node in net.pieces[name].nodes for p in net.wiring[node] if net.pieces[p].kind == "bus")
    points = {net.supplies[name].point for name in kept & net.supplies.keys()}
    there = {name: tuple(s for s in net.points[name].supplies if s in kept) for name in points}
    points = {name for name in points if set(net.points[name].supplies[:1]) <= set(there[name])}
    customers = {net.points[point].customer for point in points}
    supplies = {supply for point in points for supply in there[point]}
    kept -= net.supplies.keys() - supplies
    kept |= supplies
    kept |= {piece for point in points for piece in inside_of(net, point) if piece in net.pieces}
    return replace(
        net,
        pieces={name: net.pieces[name] for name in net.pieces if name in kept},
        supplies={name: net.supplies[name] for name in net.supplies if name in kept},
        points={name: replace(net.points[name], supplies=there[name]) for name in net.points if name in points},
        customers={
            name: replace(known, points=tuple(point for point in known.points if point in points))
            for name, known in net.customers.items()
            if name in customers
        },
        loads={name: load for name, load in net.loads.items() if load.point in points},
        own_sources={
            name: own
            for name, own in net.own_sources.items()
            if any(target in kept or _is_at(net, target, points) for target in own.backs)
        },
        access={name: buses for name, buses in net.access.items() if kept.issuperset(buses)},
        feeders={name: feeder for name, feeder in net.feeders.items() if feeder.head in kept},
        groups={},
        grid_transfers=tuple(each for each in net.grid_transfers if kept.issuperset((each.opens, each.closes))),
    )


def _is_at(net: Net, load: str, points: set[str]) -> bool:
    return load in net.loads and net.loads[load].point in points
