"""What an event does to the grid, by plain floods over a node-breaker network.

Sentences of the design (4) that this module holds, each where it is used: *Energised*, *Position*, *opened(X)*,
*faulted(X)*, "Customers and their generators never conduct for the grid". Positions are decided here: a set `closed`
of switches that are closed in the world that is looked at (`worlds.py` goes through the worlds).

                     zone of a fault on L1                      CB trips (ES1 is behind it), CB2 does not
    ES1 --CB--+--L1--DIS--L2--+--CB2--L3 (dead end)             (nothing is behind it), L1 DIS L2 are the zone
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import lru_cache

import networkx as nx

from tests.truth.net import BREAKS_FAULT, Kind, Net

Ids = frozenset[str]
NONE: Ids = frozenset()


@dataclass(frozen=True, slots=True)
class Effect:
    """A grid after an event: what is gone, which devices opened, what is closed and live now.

    `gone` conducts nothing: the zone of a fault, or what was taken out of service. `dips` are vertices that were live,
    fell and live again by an automatic transfer in the grid, with the seconds that this took.
    """

    gone: Ids
    trips: Ids
    closed: Ids
    live: Ids
    dips: tuple[tuple[str, float], ...] = ()


def flood(graph: nx.Graph[str], starts: Iterable[str], blocked: AbstractSet[str]) -> set[str]:
    """Vertices reached from `starts` (themselves included, blocked or not) without entering what is blocked."""
    found = set(starts)
    waiting = list(found)
    while waiting:
        for other in graph.adj[waiting.pop()]:
            if other not in found and other not in blocked:
                found.add(other)
                waiting.append(other)
    return found


def with_their_nodes(net: Net, things: Iterable[str]) -> Ids:
    """Things, and the nodes that fail with them: a busbar takes the node it stands on (schema: BusbarSection)."""
    found = set(things)
    for thing in list(found):
        if thing in net.pieces and net.pieces[thing].kind is Kind.BUS:
            found.update(net.pieces[thing].nodes)
    return frozenset(found)


def blocked(net: Net, closed: Ids, gone: Ids = NONE) -> Ids:
    """What conducts nothing: open switches, plant out of service, what is gone (busbars with their nodes)."""
    return (net.switch_ids - closed) | net.idle | with_their_nodes(net, gone)


def is_boundary(net: Net, vertex: str, other: str) -> str | None:
    """The supply whose ownership boundary lies between two neighbours; None if none does."""
    for supply, node in ((vertex, other), (other, vertex)):
        if supply in net.pieces and net.pieces[supply].kind is Kind.SUPPLY and node in net.pieces[supply].nodes[1:]:
            return supply
    return None


@lru_cache(maxsize=256)
def energised(net: Net, closed: Ids, gone: Ids = NONE, held: Ids = NONE) -> Ids:
    """Live vertices: "reachable from an in-service EnergySource over in-service equipment through closed switches".

    The inside of a customer is live from its live supplies, and carries nothing on from one supply to another unless
    parallel running is recorded as allowed. `held` supplies are live but feed nothing inside (open release).
    """
    stopped = blocked(net, closed, gone)
    wiring = net.grid_wiring
    if any(net.runs_parallel(supply) for supply in held):
        wiring = wiring.copy()
        wiring.remove_edges_from((supply, node) for supply in held for node in net.inner_nodes(supply))
    grid = flood(wiring, (piece.id for piece in net.of_kind(Kind.SOURCE) if piece.id not in stopped), stopped)
    supplies = [supply for supply in net.supplies if supply in grid and supply not in held]
    starts = [node for supply in supplies for node in net.inner_nodes(supply) if node not in stopped]
    return frozenset(grid | flood(wiring, starts, stopped))


def opened(net: Net, closed: Ids, things: Iterable[str], gone: Ids = NONE) -> Effect:
    """opened(X): "X is out of service, nothing else happens"."""
    gone = gone | with_their_nodes(net, things)
    return Effect(gone, NONE, closed, energised(net, closed, gone))


def zone(net: Net, closed: Ids, things: Iterable[str], stuck: Ids = NONE) -> tuple[Ids, Ids]:
    """The zone of a fault and the devices on its edge, before anything trips.

    "All that is joined to X through closed devices that cannot break fault current"; a device in `stuck` (fails to
    trip) and X itself do not stop it. An open switch that is faulty takes the nodes at both its terminals. What is out
    of service joins nothing. A fault of the grid enters a customer, but does not leave it by another supply.
    """
    seeds = with_their_nodes(net, things)
    stopped = blocked(net, closed)
    edge: set[str] = set()
    idle = {thing for thing in seeds if thing in net.idle}
    found = {(thing, False) for thing in seeds}
    waiting = [(thing, False) for thing in seeds - idle]
    while waiting:
        vertex, guest = waiting.pop()
        for other in net.wiring[vertex]:
            supply = is_boundary(net, vertex, other)
            if other in stopped or (supply == other and guest and not net.runs_parallel(supply)):
                continue
            if other in net.pieces and net.pieces[other].kind in BREAKS_FAULT and other not in stuck | seeds:
                edge.add(other)
                continue
            enters = supply == vertex and not net.runs_parallel(vertex)
            leaves = other not in net.inside and other in net.pieces
            step = (other, enters or (guest and not leaves))
            if step not in found:
                found.add(step)
                waiting.append(step)
    return frozenset(vertex for vertex, _ in found), frozenset(edge)


def faulted(net: Net, closed: Ids, things: Iterable[str], stuck: Ids = NONE) -> Effect:
    """faulted(X): every device on the zone's edge "with a live source behind it opens"; then the zone is dead."""
    things = tuple(things)
    inside, edge = zone(net, closed, things, stuck)
    behind = energised(net, closed, inside)
    trips = frozenset(device for device in edge if any(node in behind for node in net.pieces[device].nodes))
    closed = closed - trips
    return Effect(inside, trips, closed, energised(net, closed, inside))


def with_automatic_transfers(net: Net, before: Effect, things: Iterable[str], effect: Effect, stuck: Ids) -> Effect:
    """The effect of a fault after the automatic transfers of the grid have acted, the quickest first.

    One acts if it is in service and not blocked, nor what it closes out of service, its `opens` was closed before and
    has no voltage now (it "opens the dead infeed"), one side of its `closes` was live and fell, the other is live, and
    the side that fell is not itself faulty (a busbar fault blocks it).
    """
    things = tuple(things)
    delays: dict[str, float] = {}
    for transfer in sorted(net.grid_transfers, key=lambda transfer: (transfer.delay_s, transfer.id)):
        if not transfer.in_service or transfer.blocked or transfer.opens not in before.closed:
            continue
        if not net.pieces[transfer.closes].in_service or transfer.closes in effect.closed:
            continue
        if not _falls_on_one_side(net, transfer.closes, before, effect):
            continue
        if any(node in effect.live for node in net.pieces[transfer.opens].nodes):
            continue
        closed = (effect.closed - {transfer.opens}) | {transfer.closes}
        after = faulted(net, closed, things, stuck)
        back = (after.live - effect.live) & before.live
        delays.update(dict.fromkeys(sorted(back), transfer.delay_s))
        effect = Effect(after.gone, effect.trips | after.trips, after.closed, after.live)
    return Effect(effect.gone, effect.trips, effect.closed, effect.live, tuple(sorted(delays.items())))


def _falls_on_one_side(net: Net, switch: str, before: Effect, effect: Effect) -> bool:
    nodes = net.pieces[switch].nodes
    fell = [node for node in nodes if node in before.live and node not in effect.live and node not in effect.gone]
    return bool(fell) and any(node in effect.live for node in nodes)


def things_of(net: Net, ids: Iterable[str], cause: str) -> tuple[str, ...]:
    """What is asked about, as pieces and nodes.

    FAULTED feeder: "a fault right behind its head", that is the node there. OPENED feeder: its head device.
    A group (substation, tower, corridor) is all its members.
    """
    found: list[str] = []
    for thing in ids:
        if thing in net.feeders:
            feeder = net.feeders[thing]
            found.append(feeder.behind if cause == "FAULTED" else feeder.head)
        elif thing in net.groups:
            found.extend(sorted(net.groups[thing]))
        else:
            found.append(thing)
    return tuple(found)
