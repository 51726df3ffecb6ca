"""On condition (有条件合闸): closings after the repair that are right only as a switch of unknown position stands.

    G1 - CB1 - L1 - LS1/ - L2 - DS9? - L8 - CB8? - G8      CB8 is closed by the plan. DS9 open: LS1 feeds L2 again after
                                                           the repair; closed: it would join G1 and G8, and stays open
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto, unique
from itertools import product

from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.topology import Topology
from graph_api.services.restoration.play import Play
from schema.grid import EnergySource
from schema.relationships import RelationshipKind
from schema.vocabulary import SwitchPosition

MOST = 32
"""Worlds of unknown switches that are gone through; where there are more, what may join two supplies is taken to."""
_OPEN, _CLOSED, _UNKNOWN = SwitchPosition.OPEN, SwitchPosition.CLOSED, SwitchPosition.UNKNOWN
Positions = Mapping[int, SwitchPosition]


@unique
class Closing(Enum):
    """Whether a switch can be closed: whatever is unknown, on condition, or in no world in which it stands open."""

    SURE = auto()
    ON_CONDITION = auto()
    NEVER = auto()


@dataclass(slots=True)
class _World:
    """The grid before the event in one world, and how it has come to stand; `off` are sources that are not back,
    `inside` how customers' switches stand there, where each world was played."""

    topology: Topology
    positions: dict[int, SwitchPosition]
    off: tuple[int, ...]
    inside: Positions = field(default_factory=dict)


class Worlds:
    """The grid in each world of unknown switches at the end of a plan; none where all is known, or nobody can tell."""

    def __init__(self, ended: Play) -> None:
        self._graph = ended.before.graph
        self._each = list(_worlds(ended)) if ended.worlds or _unknown(ended.before, ended.positions) else []
        self._merged = _World(ended.before.topology, dict(ended.positions), _off(ended))
        self._apart = any(play.situation.transferred for play in ended.worlds)
        trips = {frozenset(play.situation.fault.tripped.tolist()) for play in ended.worlds}
        self._apart |= len(trips) > 1
        """Whether what acts by itself has left switches otherwise in one world than in another."""

    def closing(self, switch: int) -> Closing:
        """What closing a switch of the grid is, as all stands now."""
        worlds = self._each if self._each and self._may_join(switch) else ()
        told = [each for world in worlds if (each := self._told(world, switch)) is not None]
        if not any(joins for _, joins in told):
            return Closing.SURE
        return Closing.NEVER if all(both for both, _ in told) else Closing.ON_CONDITION

    def moved(self, switch: int, position: SwitchPosition) -> None:
        """A switch is operated: on condition it is left open where both its sides have voltage."""
        conditional = position is _CLOSED and self.closing(switch) is Closing.ON_CONDITION
        self._merged.positions[switch] = position
        for world in self._each:
            if not conditional or (told := self._told(world, switch)) is None or not told[0]:
                world.positions[switch] = position

    def feeds_behind(self, switch: int, node: int, positions: Positions) -> bool:
        """Whether in some world only something else gives voltage to a node behind a switch inside a customer, whose
        switches stand so, or as the world has left them."""
        known = {at: position for at, position in positions.items() if position is not _UNKNOWN}
        found = [
            world.topology.opened(
                (), tuple(sorted({**world.positions, **(world.inside or known), switch: _OPEN}.items()))
            ).live(node)
            for world in self._each
        ]
        return any(found) and not all(found)

    def _may_join(self, switch: int) -> bool:
        """Whether both sides may have voltage, also by what an automatic transfer has closed in some world, or did not
        trip there."""
        if self._apart:
            return True
        outage = self._merged.topology.opened(self._merged.off, tuple(sorted(self._merged.positions.items())))
        perhaps = set(outage.maybe.tolist())
        nodes = self._graph.targets(switch, RelationshipKind.CONNECTS)
        return all(outage.live(node) or node in perhaps for node in nodes)

    def _told(self, world: _World, switch: int) -> tuple[bool, bool] | None:
        """Whether both sides have voltage, and whether a closing would join what was not joined before; None where it
        is closed already."""
        if world.positions.get(switch, world.topology.position(switch)) is _CLOSED:
            return None
        nodes = self._graph.targets(switch, RelationshipKind.CONNECTS)
        live = world.topology.opened(world.off, tuple(sorted(world.positions.items()))).live
        if not all(map(live, nodes)):
            return False, False
        without = world.topology.opened((switch,), ()).live
        was_ring = world.topology.position(switch) is _CLOSED and all(map(without, nodes))
        return True, not was_ring


def are_too_many(ended: Play) -> bool:
    """Whether the way back is not worked out in every world."""
    return sum(1 << len(_unknown(each.before, each.positions)) for each in ended.worlds or (ended,)) > MOST


def _worlds(ended: Play) -> Iterator[_World]:
    """In each world that the plan was played in each of those of what else is unknown."""
    if are_too_many(ended):
        return
    plays: Sequence[Play] = ended.worlds or (ended,)
    unknown = [_unknown(each.before, each.positions) for each in plays]
    for play, those in zip(plays, unknown, strict=True):
        off = _off(play)
        for chosen in product((_OPEN, _CLOSED), repeat=len(those)):
            given = dict(zip(those, chosen, strict=True))
            before = {at: each for at, each in given.items() if play.before.position(at) is _UNKNOWN}
            topology = play.before.topology.assuming(tuple(before.items()))
            inside = {at: each for point in play.points.values() for at, each in point.positions.items()}
            yield _World(topology, {**play.positions, **given}, off, inside if ended.worlds else {})


def _off(play: Play) -> tuple[int, ...]:
    zone: list[int] = play.outage.zone.tolist()
    return tuple(at for at in zone if isinstance(play.before.graph.entity(at), EnergySource))


def _unknown(before: ReadModel, positions: Positions) -> list[int]:
    """Switches that nobody knows the position of by now: it was so before, and no step or report has told."""
    state = before.topology.state
    then: Iterable[int] = state.network.indexes(state.unknown).tolist()
    return sorted({at for at in then if positions.get(at, _UNKNOWN) is _UNKNOWN} | _since(positions))


def _since(positions: Positions) -> set[int]:
    return {at for at, position in positions.items() if position is _UNKNOWN}
