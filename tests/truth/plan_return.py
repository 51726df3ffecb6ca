"""What the way back after the repair may not do, and where it must end.

design 4: "A device does what its kind may do in that state: ... disconnectors nothing but dead parts, opening *and*
closing"; the return is to the normal position, never away from it, and nobody who had supply before stays without.
The rule of every switching order (五防): no closing with earths on; what was locked is unlocked before it is closed.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.truth.grid import NONE, Ids, energised
from tests.truth.net import Kind, Net, Piece, Position
from tests.truth.plan import Action, Code, Step, Violation
from tests.truth.plan_rules import Scene
from tests.truth.replay import Stage, operated

_NONE = Piece(id="", kind=Kind.OTHER, nodes=())


def return_violations(scene: Scene, last: Stage, steps: tuple[Step, ...]) -> Iterator[Violation]:
    """Every violation of the steps after the repair, in one world. Sources of the zone come back when all is done."""
    net, situation = scene.net, last.situation
    off = frozenset(piece.id for piece in net.of_kind(Kind.SOURCE) if piece.id in situation.gone)
    closed, released = situation.closed, situation.released
    for step in steps:
        if step.action is Action.TRANSFER:  # a customer changes back: "open the one, then close the other"
            opens, closes = operated(net, step)
            closed = (closed - set(opens)) | set(closes)
        if step.action not in (Action.OPEN, Action.CLOSE) or not net.pieces.get(step.target, _NONE).is_switch:
            continue
        live = energised(net, closed, off, released).intersection(net.pieces[step.target].nodes)
        if net.pieces[step.target].kind is Kind.DISCONNECTOR and live and not step.source_off:
            yield Violation(Code.DISCONNECTOR_LIVE, step.order, ("after repair", step.target))
        if step.action is Action.OPEN:
            closed = closed - {step.target}
            continue
        joins = step.target not in closed and len(live) == len(set(net.pieces[step.target].nodes))
        if joins and not _closed_a_ring(scene, step.target):
            yield Violation(Code.LOOP, step.order, ("after repair", step.target))
        closed = closed | {step.target}
    if not scene.moments.unknown:
        yield from _where_it_ends(scene, closed, released)


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


def _where_it_ends(scene: Scene, closed: Ids, released: Ids) -> Iterator[Violation]:
    net, then = scene.net, scene.moments.before
    away = {s.id for s in net.switches if _is_away(s, closed, then.closed)}
    if away - scene.fixed:
        yield Violation(Code.RETURN_AWAY, 0, tuple(sorted(away - scene.fixed)))
    dark = _users(net) & (then.live - energised(net, closed, NONE, released))
    if dark:
        yield Violation(Code.RETURN_DARK, 0, tuple(sorted(dark)))


def _is_away(switch: Piece, closed: Ids, then: Ids) -> bool:
    """Whether a switch stands neither as before nor as in the normal diagram."""
    normal = switch.normal is Position.CLOSED
    return (switch.id in closed) not in (switch.id in then, normal)


def _users(net: Net) -> set[str]:
    return {area.id for area in net.areas} | set(net.supplies)
