"""What a step of a plan may not do to the network: device rules, the fault fed, loops, ratings, people switched off.

issue 11 B6: "a disconnector neither opens nor *closes* load or voltage; a fuse is not closed on a fault; load-break
switches make load, not faults"; A3: a change-over is break before make; B9: a generator only "where it reaches dark
loads and nothing else feeds them". Acceptance: "fault never fed from any side, loops, ratings".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from tests.truth.customers import Situation, changeover, feeding, wired
from tests.truth.grid import NONE, Ids, blocked, energised, flood, with_their_nodes
from tests.truth.net import Kind, Net, Piece, Transfer
from tests.truth.plan import Action, Code, Step, Violation
from tests.truth.replay import (
    Stage,
    crossings,
    fault_part,
    loading,
    newly_feeding,
    operated,
    points_meant,
    released_by,
    truck_loads,
    truck_part,
)
from tests.truth.worlds import Event, Moments

SLACK_KW = 0.5
CUT_KINDS = frozenset({Kind.LINE, Kind.TRANSFORMER, Kind.BUS})
"""Equipment that a list of what is cut out must hold."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What the rules look at beside a step: the network, the event, the world, who cannot be operated, the cut."""

    net: Net
    event: Event
    moments: Moments
    fixed: Ids = NONE
    cut_out: Ids | None = None
    work: Ids = NONE
    """Switches that stand open for work."""
    reported: Ids = NONE
    """Switches that stand closed by what was reported."""


def step_violations(scene: Scene, before: Stage, after: Stage, step: Step) -> Iterator[Violation]:
    """Every violation of one step."""
    yield from _operable(scene, before, step)
    yield from _devices(scene, before, after, step)
    yield from _fault(scene, before, after, step)
    yield from _customers(scene, before, after, step)
    yield from _loop(scene, before, step)
    yield from _ratings(scene, before, after, step)
    yield from _switched_off(scene, before, after, step)
    yield from _others(scene, before, after, step)
    yield from _work(scene, before, after, step)


def _operable(scene: Scene, before: Stage, step: Step) -> Iterator[Violation]:
    net, opens_closes = scene.net, operated(scene.net, step)
    for opens, switches in zip((True, False), opens_closes, strict=True):
        for switch in switches:
            piece = net.pieces.get(switch)
            if piece is None or not piece.is_switch or not piece.in_service or switch in scene.fixed:
                yield Violation(Code.NOT_OPERABLE, step.order, (switch,))
            elif (switch in before.situation.closed) != opens and _is_sure(scene, switch, step):
                yield Violation(Code.NO_EFFECT, step.order, (switch,))
    if step.action is Action.GENERATOR and step.target not in net.access:
        yield Violation(Code.NOT_OPERABLE, step.order, (step.target,))


def _is_sure(scene: Scene, switch: str, step: Step) -> bool:
    """Whether the position is known: an unknown switch may be made sure of; a released bay is closed again.

    What is reported closed is opened, though a release or an automatic transfer should have opened it; and so is what a
    transfer that nobody reported had closed before the event. Which of several bays a transfer takes is nowhere
    recorded: where it has closed one, none of them is sure.
    """
    by_itself = scene.moments.before.closed & scene.net.inside
    closed = (scene.moments.before.closed | scene.moments.at_loss.closed) & scene.net.inside
    every = (frozenset(point.bays) for point in scene.net.points.values() if point.transfer is Transfer.AUTOMATIC)
    by_itself |= frozenset().union(*(bays for bays in every if bays & closed))
    if step.action is Action.OPEN and switch in _said_closed(scene) | by_itself:
        return False
    return switch not in scene.moments.unknown and not (step.action is Action.CLOSE and released_by(scene.net, switch))


def _live_sides(net: Net, situation: Situation, switch: str) -> list[str]:
    return [node for node in net.pieces[switch].nodes if node in situation.live]


def _devices(scene: Scene, before: Stage, after: Stage, step: Step) -> Iterator[Violation]:
    net = scene.net
    opens, closes = operated(net, step)
    for switch in (*opens, *closes):
        kind = net.pieces[switch].kind if switch in net.pieces else None
        if kind is Kind.DISCONNECTOR and _voltage(net, before, switch):
            yield Violation(Code.DISCONNECTOR_LIVE, step.order, (switch,))
    for switch in opens:
        is_fuse = switch in net.pieces and net.pieces[switch].kind is Kind.FUSE
        if is_fuse and loading(net, before.situation).get(switch, 0.0) > 0:
            yield Violation(Code.FUSE_OPENED_ON_LOAD, step.order, (switch,))
    fed = newly_feeding(net, scene.event, before, after)
    on_fault = {Kind.FUSE: Code.FUSE_ON_FAULT, Kind.LOAD_BREAK: Code.LOAD_BREAK_ON_FAULT}
    for switch in closes if fed else ():
        if switch in net.pieces and net.pieces[switch].kind in on_fault:
            yield Violation(on_fault[net.pieces[switch].kind], step.order, (switch,))


def _voltage(net: Net, stage: Stage, switch: str) -> bool:
    """Whether a switch has voltage on a side, from the grid or from a truck."""
    if _live_sides(net, stage.situation, switch):
        return True
    parts = (truck_part(net, stage.situation.closed, truck, stage.situation.released) for truck in stage.trucks)
    return any(part.intersection(net.pieces[switch].nodes) for part in parts)


def _fault(scene: Scene, before: Stage, after: Stage, step: Step) -> Iterator[Violation]:
    fed = newly_feeding(scene.net, scene.event, before, after)
    if fed:
        yield Violation(Code.FAULT_FED, step.order, tuple(sorted(fed)))
    if scene.cut_out is not None:
        switches = frozenset(switch.id for switch in scene.net.switches)
        live = scene.cut_out & (after.situation.live - before.situation.live) - switches
        if live:
            yield Violation(Code.CUT_OUT_FED, step.order, tuple(sorted(live)))


def _customers(scene: Scene, before: Stage, after: Stage, step: Step) -> Iterator[Violation]:
    then = crossings(scene.net, before.situation.closed, before.situation.released)
    for pair in crossings(scene.net, after.switched, after.situation.released) - then:
        live = pair & energised(scene.net, after.switched, before.situation.gone, after.situation.released)
        code = Code.PARALLEL if live == pair else Code.BACK_FEED
        yield Violation(code, step.order, tuple(sorted(pair)))


def _loop(scene: Scene, before: Stage, step: Step) -> Iterator[Violation]:
    """Two live parts joined that were not before: allowed only where the switch closed a ring before the event."""
    then = scene.moments.before
    _, closes = operated(scene.net, step)
    for switch in closes:
        if switch in scene.net.inside or switch not in scene.net.pieces or switch in before.situation.closed:
            continue
        nodes = scene.net.pieces[switch].nodes
        if len(_live_sides(scene.net, before.situation, switch)) < len(nodes):
            continue
        without = energised(scene.net, then.closed - {switch}, then.gone, then.released)
        if switch not in then.closed or not without.issuperset(nodes):
            yield Violation(Code.LOOP, step.order, (switch,))


def _ratings(scene: Scene, before: Stage, after: Stage, step: Step) -> Iterator[Violation]:
    """More than a rating, unless the step adds nothing or it was so before the event."""
    limits = {piece.id: piece.limit_kw for piece in scene.net.pieces.values() if piece.limit_kw is not None}
    limits |= {s.id: s.capacity_kw for s in scene.net.supplies.values() if s.capacity_kw is not None}
    if not limits or _moves_no_load(before, after):
        return
    now = loading(scene.net, after.situation)
    over = {piece: now[piece] for piece, limit in limits.items() if now.get(piece, 0.0) > limit + SLACK_KW}
    then = [loading(scene.net, s) for s in (before.situation, scene.moments.before)] if over else []
    for piece, kw in sorted(over.items()):
        if all(kw > earlier.get(piece, 0.0) + SLACK_KW for earlier in then):
            yield Violation(Code.OVERLOAD, step.order, (piece, f"{kw:.0f} kW of {limits[piece]:.0f}"))


def _moves_no_load(before: Stage, after: Stage) -> bool:
    """Whether the same is live and fed by the same: loading cannot have changed."""
    same = before.situation.live == after.situation.live and before.fed == after.fed
    return same and before.situation.carried_by == after.situation.carried_by


def _switched_off(scene: Scene, before: Stage, after: Stage, step: Step) -> Iterator[Violation]:
    then, now = before.fed, after.fed
    less = {thing for thing, share in then.items() if now.get(thing, 0.0) < share - 1e-9}
    owners = {owner_of(scene.net, thing) for thing in less}
    if owners - step.switched_off:
        yield Violation(Code.SWITCHED_OFF, step.order, tuple(sorted(owners - step.switched_off)))


def owner_of(net: Net, thing: str) -> str:
    """The customer of a load or stand-in; an area is its own."""
    if thing in net.loads:
        return net.points[net.loads[thing].point].customer
    return net.points[thing].customer if thing in net.points else thing


def _work(scene: Scene, before: Stage, after: Stage, step: Step) -> Iterator[Violation]:
    """What had no voltage before and is joined to a switch that stands open for work is a place of work."""
    net, then = scene.net, scene.moments.before
    ends = {node for switch in scene.work if switch in net.pieces for node in net.pieces[switch].nodes} - then.live
    place = flood(net.grid_wiring, ends, blocked(net, then.closed)) if ends else set()
    fed = place.intersection(after.situation.live - before.situation.live)
    if fed:
        yield Violation(Code.WORK_FED, step.order, tuple(sorted(fed)))


def locked_closed(scene: Scene, stages: Sequence[Stage], steps: Sequence[Step]) -> Iterator[Violation]:
    """What stands closed is opened before it is locked: B7 "those edges are opened and locked"."""
    closed = _said_closed(scene)
    for stage, step in zip(stages, steps, strict=False):
        opens, closes = operated(scene.net, step)
        own = {step.target} if step.action is Action.OPEN else set()  # a supply that stands for its switch
        closed = closed.difference(opens, step.opens, own).union(closes, step.closes)
        if step.action is Action.LOCK and step.target in closed | (stage.situation.closed & scene.net.switch_ids):
            yield Violation(Code.LOCKED_CLOSED, step.order, (step.target,))


def _said_closed(scene: Scene) -> Ids:
    """Switches that stand closed by what was reported and did not trip on the fault; of a customer's nobody knows."""
    return scene.reported - (scene.moments.trips - scene.net.inside)


def unlocked(scene: Scene, stages: Sequence[Stage], steps: Sequence[Step]) -> Iterator[Violation]:
    """Before earthing, each open device of the zone with a source behind it, over whatever could be closed, is locked:
    B7 "edges ... with a source or a usable tie behind them", and nothing closes them again, whoever opened them."""
    locked: set[str] = set()
    for stage, step in zip(stages, steps, strict=False):
        if step.action is Action.LOCK:
            locked.add(step.target)
        if step.action is not Action.EARTH:
            continue
        gone, closed = stage.situation.gone, stage.situation.closed
        reach = _within_reach(scene.net, gone, locked)
        standing = [s for s in scene.net.switches if s.in_service and s.id not in closed | gone]
        between = {s.id for s in standing if gone.intersection(s.nodes) and reach.intersection(s.nodes)}
        if between - scene.net.inside - locked:
            yield Violation(Code.EARTH_UNLOCKED, step.order, tuple(sorted(between - scene.net.inside - locked)))


def _within_reach(net: Net, zone: Ids, locked: Iterable[str] = ()) -> set[str]:
    """What a source could be joined to beside a zone, if every switch of the grid but the `locked` ones were closed:
    where a lock further away keeps all sources off, as behind a device of unknown position, a second one is idle."""
    stopped = net.idle | with_their_nodes(net, zone) | set(locked)
    return flood(net.grid_wiring, [s.id for s in net.of_kind(Kind.SOURCE) if s.id not in stopped], stopped)


def _others(scene: Scene, before: Stage, after: Stage, step: Step) -> Iterator[Violation]:
    net = scene.net
    if step.action is Action.EARTH and before.situation.live.intersection(with_their_nodes(net, (step.target,))):
        yield Violation(Code.EARTH_LIVE, step.order, (step.target,))
    for truck in sorted(after.trucks & net.access.keys()):
        yield from _truck(scene, before, after, step, truck)
    if step.action in (Action.TRANSFER, Action.RELEASE) and not _does_something(scene, before, step):
        yield Violation(Code.NO_EFFECT, step.order, (step.target,))


def _truck(scene: Scene, before: Stage, after: Stage, step: Step, truck: str) -> Iterator[Violation]:
    """A truck stays inside its customer, away from the grid and from other feeds, and reaches dark loads."""
    net, new = scene.net, truck not in before.trucks
    part = truck_part(net, after.switched, truck, after.situation.released)
    old = NONE if new else truck_part(net, before.situation.closed, truck, before.situation.released)
    supplies = frozenset(supply for supply in net.supplies if supply in part - old)
    live = supplies & after.situation.live
    if live:
        yield Violation(Code.PARALLEL, step.order, (truck, *sorted(live)))
    if supplies - live:
        yield Violation(Code.BACK_FEED, step.order, (truck, *sorted(supplies - live)))
    reached = truck_loads(net, after.situation, frozenset({truck}))
    if new and all(before.fed.get(load, 0.0) >= 1 for load in reached):
        yield Violation(Code.GENERATOR_USELESS, step.order, (truck,))


def _does_something(scene: Scene, before: Stage, step: Step) -> bool:
    net, situation = scene.net, before.situation
    if step.action is Action.TRANSFER:
        situation = replace(situation, released=situation.released.difference(step.closes))
    if step.action is Action.RELEASE:
        return bool(released_by(net, step.target) & situation.released & situation.live)
    if any(operated(net, step)):
        return True
    points = points_meant(net, step.target)
    return any(not wired(net, p) and feeding(net, situation, p) and changeover(net, situation, p) for p in points)


def end_violations(scene: Scene, last: Stage) -> Iterator[Violation]:
    """What must hold in each world when the plan is done: the cut holds the zone, own sources are cut off."""
    net, zone = scene.net, last.situation.gone
    if scene.cut_out is not None:
        missing = {v for v in zone if v in net.pieces and net.pieces[v].kind in CUT_KINDS} - scene.cut_out - net.inside
        if missing:
            yield Violation(Code.CUT_INCOMPLETE, 0, tuple(sorted(missing)))
    part = fault_part(net, scene.event, last.situation.closed, last.situation.released)
    for supply in sorted(part & net.supplies.keys()):
        if _can_feed_back(net, supply, part):
            yield Violation(Code.OWN_SOURCE_NOT_CUT, 0, (supply,))


def border_violations(ends: Iterable[tuple[Scene, Stage]], bounded_by: Ids) -> Iterator[Violation]:
    """The border must name every open device between the zone and what is live then, in any world, and nothing that
    stands in no world at the part that is joined to the fault (readings 44 and 47).

    Dead ends behind closed devices may be named or not.
    """
    must, may = set[str](), set[str]()
    for scene, last in ends:
        net, zone = scene.net, last.situation.gone
        part = fault_part(net, scene.event, last.situation.closed, last.situation.released)
        may |= {s for node in part | zone if node not in net.pieces for s in net.wiring[node]}
        must |= {s.id for s in net.switches if _stands_between(s, zone, last.situation)} - net.inside
    wrong = (must - bounded_by) | (bounded_by - may)
    if wrong:
        yield Violation(Code.BORDER_WRONG, 0, tuple(sorted(wrong)))


def _stands_between(switch: Piece, zone: Ids, situation: Situation) -> bool:
    return any(node in zone for node in switch.nodes) and any(node in situation.live for node in switch.nodes)


def _can_feed_back(net: Net, supply: str, part: Ids) -> bool:
    """Whether a supply on the cut-out part belongs to a customer with a genset or a supply elsewhere behind it."""
    inner = net.inner_nodes(supply)
    if inner and not part.intersection(inner):
        return False
    customer = net.points[net.supplies[supply].point].customer
    points = {point.id for point in net.points_of(customer)}
    others = {s.id for s in net.supplies.values() if s.point in points and net.pieces[s.id].in_service} - part
    if not inner:
        return bool(others) or any(_backs(net, source, points) for source in net.own_sources)
    behind = flood(net.inside_wiring, part.intersection(inner), net.inside_wiring.nodes - part)
    return any(behind.intersection(own.backs) for own in net.own_sources.values() if own.in_service)


def _backs(net: Net, source: str, points: Iterable[str]) -> bool:
    own = net.own_sources[source]
    return own.in_service and any(net.loads[t].point in points for t in own.backs if t in net.loads)
