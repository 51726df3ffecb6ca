"""What the way back after the repair may not do, and where it must end.

design 4: "A device does what its kind may do in that state: ... disconnectors nothing but dead parts, opening *and*
closing"; the return is to the normal position, never away from it, and nobody who had supply before stays without.
The rule of every switching order (五防): no closing with earths on; what was locked is unlocked before it is closed.
Beside a switch that nobody has looked at a closing may be made on a condition that its doer tests on the spot (验电):
in a world in which that does not hold nothing is done. A condition that holds in all worlds, or in none, is idle.
Releases and automatic transfers of customers answer each step here as they do on the way out (`replay`): where a supply
comes back, or loses voltage for a moment while a tie is opened, no step is needed for what acts by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from tests.truth.customers import Situation
from tests.truth.grid import NONE, Ids, energised
from tests.truth.net import Kind, Net, Piece, Position
from tests.truth.plan import Action, Code, Condition, Step, Violation
from tests.truth.plan_rules import Scene
from tests.truth.replay import Stage, operated, switched
from tests.truth.worlds import Event, with_event

_NONE = Piece(id="", kind=Kind.OTHER, nodes=())
_REPAIRED = Event(things=())


def return_violations(scene: Scene, last: Stage, steps: tuple[Step, ...], opened: Ids = NONE) -> Iterator[Violation]:
    """Every violation of the steps after the repair, in one world. Sources of the zone come back when the grid is done.

    `opened` are switches that the plan has opened: as all that was reported open they stand as reported when a lock
    comes off, while a bay that was locked only may be closed by its automatic transfer again.
    """
    stays_open, whole = opened | scene.moments.now.kept, scene.net
    net = _without_sources(whole, last.situation.gone)
    situation, grid_done = last.situation, _last_of_the_grid(whole, steps)
    for place, step in enumerate(steps):
        if place > grid_done:  # customers change back to what has voltage again
            net, situation = whole, with_event(whole, _REPAIRED, situation) if net is not whole else situation
        closed, live = situation.closed, energised(net, situation.closed, NONE, situation.released)
        if not _holds(net, live, step):
            continue
        if step.action in (Action.OPEN, Action.CLOSE) and net.pieces.get(step.target, _NONE).is_switch:
            yield from _switching_violations(scene, closed, live, step)
        if step.action is Action.UNLOCK:
            situation = replace(situation, kept=situation.kept - ({step.target} - stays_open))
        _, situation = switched(net, _REPAIRED, situation, step)
    if not scene.moments.unknown:
        yield from _where_it_ends(scene, with_event(whole, _REPAIRED, situation))


def idle_conditions(scenes: Iterable[tuple[Scene, Stage]], steps: tuple[Step, ...]) -> Iterator[Violation]:
    """Conditions that hold in every world, or in none."""
    told = [_held(scene, last, steps) for scene, last in scenes]
    for place, step in enumerate(steps):
        if step.only_if is not None and len({each[place] for each in told}) == 1:
            yield Violation(Code.NO_EFFECT, step.order, ("after repair", step.target, step.only_if))


def _last_of_the_grid(net: Net, steps: tuple[Step, ...]) -> int:
    """Place of the last step that operates a switch of the grid: with it sources that were cut out are back."""
    of_grid = (Action.OPEN, Action.CLOSE)
    own = net.inside | net.supplies.keys()
    return max((n for n, each in enumerate(steps) if each.action in of_grid and each.target not in own), default=-1)


def _held(scene: Scene, last: Stage, steps: tuple[Step, ...]) -> list[bool]:
    """Of each step whether its condition holds when its turn comes, in one world."""
    net, situation, found = _without_sources(scene.net, last.situation.gone), last.situation, list[bool]()
    grid_done = _last_of_the_grid(scene.net, steps)
    for place, step in enumerate(steps):
        net = scene.net if place > grid_done else net
        found.append(_holds(net, energised(net, situation.closed, NONE, situation.released), step))
        _, situation = switched(net, _REPAIRED, situation, step) if found[-1] else (NONE, situation)
    return found


def _holds(net: Net, live: Ids, step: Step) -> bool:
    nodes = net.pieces[step.target].nodes if step.only_if is not None else ()
    if step.only_if is Condition.ONE_SIDE_DEAD:
        return not live.issuperset(nodes)
    if step.only_if is Condition.DEAD_BEHIND:
        outer = {node for supply in net.supplies for node in net.inner_nodes(supply)}
        return live.isdisjoint(set(nodes) - outer)
    return True


def _without_sources(net: Net, gone: Ids) -> Net:
    off = [piece for piece in net.of_kind(Kind.SOURCE) if piece.id in gone]
    return replace(net, pieces={**net.pieces, **{piece.id: replace(piece, in_service=False) for piece in off}})


def _switching_violations(scene: Scene, closed: Ids, live: Ids, step: Step) -> Iterator[Violation]:
    piece = scene.net.pieces[step.target]
    nodes = frozenset(piece.nodes)
    if piece.kind is Kind.DISCONNECTOR and live & nodes and not step.source_off:
        yield Violation(Code.DISCONNECTOR_LIVE, step.order, ("after repair", step.target))
    joins = step.action is Action.CLOSE and step.target not in closed and nodes <= live
    if joins and not _closed_a_ring(scene, step.target):
        yield Violation(Code.LOOP, step.order, ("after repair", step.target))


def safety_violations(
    net: Net, steps: tuple[Step, ...], back: tuple[Step, ...], kept: Ids = NONE
) -> Iterator[Violation]:
    """Nothing that the plan has locked is closed with the lock on, nothing at all with an earth on after the repair,
    and neither stays on in the end, but where a switch is `kept` open for others' work."""
    locked, earthed = set[str](), set[str]()
    for place, step in enumerate((*steps, *back)):
        _, closes = operated(net, step)
        shut = {*closes, *([step.target] if step.action in (Action.CLOSE, Action.RELEASE) else [])} & locked
        if shut:
            yield Violation(Code.CLOSED_LOCKED, step.order, tuple(sorted(shut)))
        if place >= len(steps) and earthed and (closes or step.action is Action.CLOSE):
            yield Violation(Code.CLOSED_EARTHED, step.order, tuple(sorted(earthed)))
        locked |= {step.target} if step.action is Action.LOCK else set()
        earthed |= {step.target} if step.action is Action.EARTH else set()
        locked -= {step.target} if step.action is Action.UNLOCK else set()
        earthed -= {step.target} if step.action is Action.REMOVE_EARTH else set()
    if left := (locked - kept) | earthed:
        yield Violation(Code.LOCK_LEFT, 0, tuple(sorted(left)))


def _closed_a_ring(scene: Scene, switch: str) -> bool:
    then = scene.moments.before
    rest = energised(scene.net, then.closed - {switch}, then.gone, then.released)
    return switch in then.closed and rest.issuperset(scene.net.pieces[switch].nodes)


def _where_it_ends(scene: Scene, ends: Situation) -> Iterator[Violation]:
    net, then = scene.net, scene.moments.before
    away = {s.id for s in net.switches if _is_away(s, ends.closed, then.closed)}
    if away - scene.fixed:
        yield Violation(Code.RETURN_AWAY, 0, tuple(sorted(away - scene.fixed)))
    dark = _users(net) & (then.live - ends.live)
    if dark:
        yield Violation(Code.RETURN_DARK, 0, tuple(sorted(dark)))


def _is_away(switch: Piece, closed: Ids, then: Ids) -> bool:
    """Whether a switch stands neither as before nor as in the normal diagram."""
    normal = switch.normal is Position.CLOSED
    return (switch.id in closed) not in (switch.id in then, normal)


def _users(net: Net) -> set[str]:
    return {area.id for area in net.areas} | set(net.supplies)
