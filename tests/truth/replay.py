"""Replays a plan step by step on its own, in one world, and says what each step does to the network.

issue 11 B6 (what a device may do), B9 ("loads are where they are at that step"; a generator "is never connected to
what is cut out or faulty"), "fault never fed from any side". Unlike `energised`, what is *joined* here goes through
customers and their generators as the wires are: that is what must not happen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import networkx as nx

from tests.truth.customers import (
    Situation,
    changeover,
    feeding,
    home,
    inner_supplies,
    inside_of,
    point_view,
    supplies_on,
    wired,
)
from tests.truth.grid import (
    NONE,
    Ids,
    blocked,
    flood,
    is_boundary,
    things_of,
    with_their_nodes,
    zone,
)
from tests.truth.net import Kind, Net, Point
from tests.truth.own_sources import SOURCES, separators
from tests.truth.plan import Action, Step
from tests.truth.worlds import Event, with_event


@dataclass(frozen=True, slots=True)
class Stage:
    """The network after some steps. `switched` is what was closed before protection answered a fault that was fed."""

    situation: Situation
    switched: Ids
    trucks: Ids = NONE
    """Access points with a generator connected."""
    fed: Mapping[str, float] = field(default_factory=dict)
    """Areas and loads that the grid or a truck feeds, with their share, 0 left out."""
    by_truck: Ids = NONE
    """Loads that trucks feed."""


def begin(net: Net, situation: Situation) -> Stage:
    """The stage before the first step."""
    return Stage(situation, situation.closed, fed=fed_things(net, situation, NONE))


def applied(net: Net, event: Event, stage: Stage, step: Step) -> Stage:
    """The stage after a step: switched, then protection, releases and automatic transfers answer."""
    closed, after = switched(net, event, stage.situation, step)
    trucks = stage.trucks | {step.target} if step.action is Action.GENERATOR else stage.trucks
    by_truck = truck_loads(net, after, trucks)
    return Stage(after, closed, trucks, fed_things(net, after, by_truck), by_truck)


def switched(net: Net, event: Event, situation: Situation, step: Step) -> tuple[Ids, Situation]:
    """What is closed right after a step, and the situation once all that answers by itself has answered."""
    opens, closes = operated(net, step)
    closed = (situation.closed - set(opens)) | set(closes)
    reset = frozenset(supply for bay in closes if bay in net.inside for supply in inner_supplies(net, bay))
    carried_by = dict(situation.carried_by)
    if step.action is Action.RELEASE:
        reset |= released_by(net, step.target)
    if step.action is Action.TRANSFER:
        reset |= net.supplies.keys() & set(step.closes)  # of which no switch is recorded: closed again by it
        carried_by.update(_taken_over(net, situation, step))
    changed = replace(
        situation,
        closed=closed,
        released=situation.released - reset,
        carried_by=carried_by,
        kept=_kept(situation.kept, step),
    )
    return closed, with_event(net, event, changed)


def _kept(kept: Ids, step: Step) -> Ids:
    """What no automatic transfer closes after a step: what it opens or locks is reported open, what it closes is not.

    "Switches reported since stand as reported"; B7: "those edges are opened and locked".
    """
    opens = step.opens if step.action is Action.TRANSFER else (step.target,)
    closes = step.closes if step.action is Action.TRANSFER else (step.target,)
    if step.action in (Action.OPEN, Action.LOCK, Action.TRANSFER):
        kept = kept.union(opens)
    if step.action in (Action.CLOSE, Action.RELEASE, Action.TRANSFER):
        kept = kept.difference(closes)
    return kept


def operated(net: Net, step: Step) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Switches that a step opens and closes, in that order."""
    match step.action:
        case Action.OPEN:
            return _switches(net, (step.target,)), ()
        case Action.CLOSE:
            return (), _switches(net, (step.target,))
        case Action.TRANSFER:
            if step.opens or step.closes:
                return _switches(net, step.opens), _switches(net, step.closes)
            return (), (step.target,) if step.target in net.pieces and net.pieces[step.target].is_switch else ()
    return (), ()


def _switches(net: Net, named: tuple[str, ...]) -> tuple[str, ...]:
    """Without supplies that stand for a switch which is not recorded."""
    return tuple(each for each in named if each not in net.supplies)


def released_by(net: Net, target: str) -> Ids:
    """Supplies that a RELEASE step closes again."""
    if target in net.supplies:
        return frozenset({target})
    if target in net.points:
        return frozenset(net.points[target].supplies)
    return inner_supplies(net, target) if target in net.inside else NONE


def points_meant(net: Net, target: str) -> tuple[Point, ...]:
    """Points that a TRANSFER on a point, supply or customer is about."""
    if target in net.points:
        return (net.points[target],)
    if target in net.supplies:
        return (net.points[net.supplies[target].point],)
    return net.points_of(target) if target in net.customers else ()


def _taken_over(net: Net, situation: Situation, step: Step) -> dict[str, Ids]:
    found: dict[str, Ids] = {}
    for point in points_meant(net, step.target):
        if wired(net, point):
            continue
        named = step.supplies or (frozenset({step.target}) if step.target in net.supplies else NONE)
        change = changeover(net, situation, point)
        if named or change is not None:
            found[point.id] = named & frozenset(point.supplies) if named else change.supplies if change else NONE
    return found


def joined(net: Net, closed: Ids, starts: Iterable[str], held: Ids = NONE) -> Ids:
    """All that closed devices join to `starts`, through customers too; `held` supplies are open at the boundary."""
    stopped = blocked(net, closed)
    found = {vertex for vertex in starts if vertex not in net.idle and vertex in net.wiring}
    waiting = list(found)
    while waiting:
        vertex = waiting.pop()
        for other in net.wiring.adj[vertex]:
            if other in found or other in stopped:
                continue
            if held and is_boundary(net, vertex, other) in held:
                continue
            found.add(other)
            waiting.append(other)
    return frozenset(found)


def fault_part(net: Net, event: Event, closed: Ids, released: Ids) -> Ids:
    """What closed devices join to the fault, breakers included."""
    return joined(net, closed, with_their_nodes(net, things_of(net, event.things, event.cause)), released)


def newly_feeding(net: Net, event: Event, before: Stage, after: Stage) -> Ids:
    """Sources and trucks that feed the fault by the step from `before` to `after`.

    A source in the zone is dead and feeds nothing, unless it was live before the step.
    """
    things = things_of(net, event.things, event.cause)
    part = fault_part(net, event, after.switched, after.situation.released)
    inside, _ = zone(net, after.switched, things, event.stuck)
    sources = {s.id for s in net.of_kind(Kind.SOURCE) if s.id in part and s.in_service}
    feeding_now = {s for s in sources if s not in inside or s in before.situation.live}
    return frozenset(feeding_now | {truck for truck in after.trucks if part.intersection(net.access[truck])})


def truck_part(net: Net, closed: Ids, truck: str, released: Ids) -> Ids:
    """What a generator truck is joined to."""
    return joined(net, closed, with_their_nodes(net, net.access[truck]), released)


def truck_loads(net: Net, situation: Situation, trucks: Ids) -> Ids:
    """Loads that trucks feed: wired ones on their part, and stand-ins with a bus on it."""
    found: set[str] = set()
    for truck in trucks:
        part = truck_part(net, situation.closed, truck, situation.released) - situation.gone
        found |= part & net.loads.keys()
        found |= {point.id for point in net.points.values() if part & _buses(net, point) and _is_bare(net, point)}
    return frozenset(found)


def _is_bare(net: Net, point: Point) -> bool:
    return any(load.id == point.id for load in net.loads_of(point.id))


def _buses(net: Net, point: Point) -> set[str]:
    return {v for v in inside_of(net, point.id) if v in net.pieces and net.pieces[v].kind is Kind.BUS}


def fed_things(net: Net, situation: Situation, by_truck: Ids) -> dict[str, float]:
    """Areas and loads that the grid or a truck feeds, with their share, 0 left out."""
    found = {area.id: 1.0 for area in net.areas if area.id in situation.live}
    for point in net.points.values():
        found |= {load: share for load, share in point_view(net, situation, point).share.items() if share > 0}
    return found | dict.fromkeys(by_truck, 1.0)


def things_of_customer(net: Net, customer: str) -> tuple[str, ...]:
    """Ids under which a customer's loads stand among what is fed."""
    return tuple(load.id for point in net.points_of(customer) for load in net.loads_of(point.id))


def crossings(net: Net, closed: Ids, released: Ids) -> set[frozenset[str]]:
    """Pairs of supplies that a customer's inside joins though parallel running is not recorded as allowed."""
    stopped = blocked(net, closed)
    found: set[frozenset[str]] = set()
    for supply in net.supplies:
        starts = [node for node in net.inner_nodes(supply) if node not in stopped]
        if not starts or net.runs_parallel(supply) or supply in released or not net.pieces[supply].in_service:
            continue
        part = flood(net.inside_wiring, starts, stopped)
        found.update(frozenset({supply, other}) for other in supplies_on(net, part, released) - {supply})
    return found


def demand(net: Net, situation: Situation) -> dict[str, float]:
    """kW where it is taken from the network: areas and wired loads at themselves, other loads at their supplies."""
    found = {area.id: area.kw or 0.0 for area in net.areas if area.id in situation.live}
    for point in net.points.values():
        view = point_view(net, situation, point)
        able = feeding(net, situation, point)
        changed = situation.carried_by.get(point.id)
        used = sorted(able & (frozenset(home(net, point)) if changed is None else changed))
        for load_id, share in view.share.items():
            kw = (net.load(load_id).kw or 0.0) * share
            places = [load_id] if load_id in net.pieces else used if not wired(net, point) else sorted(able)
            for place in places if kw else ():
                found[place] = found.get(place, 0.0) + kw / len(places)
    return found


def loading(net: Net, situation: Situation) -> dict[str, float]:
    """kW that must pass each live vertex: the demand of all that it alone separates from the sources.

    Exact where the network is run open (radial), a lower bound in rings.
    """
    above = separators(net, situation)
    total = dict.fromkeys((SOURCES, *above), 0.0) | {v: kw for v, kw in demand(net, situation).items() if v in above}
    tree: nx.DiGraph[str] = nx.DiGraph((parent, vertex) for vertex, parent in above.items())
    tree.add_node(SOURCES)
    for vertex in nx.dfs_postorder_nodes(tree, SOURCES):
        if vertex != SOURCES:
            total[above[vertex]] += total[vertex]
    return total
