"""The course (恢复进程) of operations in the order of their times: who is fed from when on, and what that loads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf

import numpy as np
import numpy.typing as npt

from graph_api.services.restoration.at_customers import PointPlay, weights
from graph_api.services.restoration.case import Case
from graph_api.services.restoration.flows import SLACK_KW, FlowsInWorld
from graph_api.services.restoration.loading import rating_kw
from graph_api.services.restoration.operations import Operation
from graph_api.services.restoration.play import Play, Unsafe
from graph_api.services.restoration.playing import perform
from graph_api.services.restoration.scheduling import Slot, in_time, scheduled
from graph_api.services.restoration.standing_loads import standing_loads

Load = tuple[int, int]
"""A receiving point and one of its loads; of a public area its own index twice."""
Stand = tuple[float, Mapping[Load, float]]
"""The part of each load that is fed from a minute on."""


@dataclass(frozen=True)
class Course:
    """How operations go."""

    case: Case
    operations: Sequence[Operation]
    order: Sequence[int]
    play: Play
    """After the last of them."""
    stood: tuple[tuple[Stand, ...], ...]
    """Of each world: how all stood from which minute on, from the start to the end."""
    gave: Mapping[int, Sequence[int]]
    """What was operated and gave somebody supply at once, and which customers all of theirs."""

    def is_as_good_as(self, other: Course) -> bool:
        """Whether nobody is fed less by it, or later."""
        pairs = zip(self.stood, other.stood, strict=True)
        return all(
            _from_when(ours, *each) <= _from_when(theirs, *each) for ours, theirs in pairs for each in _end(theirs)
        )

    def feeds_more_than(self, other: Course) -> bool:
        """Whether somebody is fed more by it in the end."""
        ends = ((ours[-1][1], theirs[-1][1]) for ours, theirs in zip(self.stood, other.stood, strict=True))
        return any(share > theirs.get(load, 0.0) + _SLACK for ours, theirs in ends for load, share in ours.items())

    def is_carried(self) -> bool:
        """Whether nothing carries more than it may after any of them, nor in the end, where everybody who has voltage
        again may close what a release has opened; and no truck stands behind voltage."""
        play = self.case.play()
        for number in self.order:
            perform(play, self.operations[number])
            if _moves(self.operations[number]) and any(_too_much(*each) for each in self.case.flows_of(play)):
                return False
        for each in play.worlds or (play,):
            each.points = {at: _closed_again(each, known) for at, known in each.points.items()}
        trucks = any(_stands_behind_voltage(each) for each in play.worlds or (play,))
        return not trucks and not any(_too_much(*each) for each in self.case.flows_of(play))


def course_of(case: Case, operations: Sequence[Operation]) -> Course | None:
    """The course of operations; None where no order is safe."""
    for in_parallel in (True, False):
        slots = scheduled(operations, in_parallel=in_parallel)
        order = in_time(operations, slots) if in_parallel else list(range(len(operations)))
        try:
            return _played(case, operations, slots, order)
        except Unsafe:
            continue
    return None


_SLACK = 1e-9


def _played(case: Case, operations: Sequence[Operation], slots: Sequence[Slot], order: Sequence[int]) -> Course:
    play, gave = case.play(), dict[int, Sequence[int]]()
    stood = [(0.0, _fed(case, play))]
    for number in order:
        gain = perform(play, operations[number])
        if gain.customers or gain.areas or gain.kw:
            gave[operations[number].target] = gain.customers
        if _moves(operations[number]):
            stood.append((slots[number].end, _fed(case, play)))
    worlds = tuple(tuple((end, each[world]) for end, each in stood) for world in range(len(stood[0][1])))
    return Course(case, operations, order, play, worlds, gave)


def _moves(operation: Operation) -> bool:
    return bool(operation.opens or operation.closes or operation.supplies or operation.nodes)


def _fed(case: Case, play: Play) -> tuple[dict[Load, float], ...]:
    """Of each world the part of each load that is fed."""
    return tuple(dict(_shares(case, each)) for each in play.worlds or (play,))


def _shares(case: Case, play: Play) -> Iterator[tuple[Load, float]]:
    for point, now in play.now.items():
        yield from (((point, load), share) for load, share in now.items())
    yield from (((area, area), float(play.live(area))) for area in case.areas)


def _end(stood: Sequence[Stand]) -> Iterator[tuple[Load, float]]:
    """What is fed in the end."""
    return ((load, share) for load, share in stood[-1][1].items() if share > 0)


def _from_when(stood: Sequence[Stand], load: Load, share: float) -> float:
    """The minute from which on so much of a load is fed until the end; inf if it is not."""
    found = inf
    for minute, fed in reversed(stood):
        if fed.get(load, 0.0) < share - _SLACK:
            break
        found = minute
    return found


def _closed_again(play: Play, known: PointPlay) -> PointPlay:
    """A point with nothing that has voltage held open by a release."""
    held = {own.index for own in known.point.supplies if own.stands_for >= 0 and play.live(own.stands_for)}
    return replace(known, released=known.released - held)


def _stands_behind_voltage(play: Play) -> bool:
    trucks = (each.point for each in play.points.values() if each.trucks)
    return any(own.stands_for >= 0 and play.live(own.stands_for) for point in trucks for own in point.supplies)


def _too_much(play: Play, flows: FlowsInWorld) -> bool:
    """Whether anything carries more than its rating, and than it did before the event."""
    model = play.before
    positions = {**flows.given, **play.positions}
    flow = model.topology.assuming(tuple(sorted(positions.items()))).below(_power(play, flows))
    more = np.flatnonzero(flow > flows.then.flow + SLACK_KW).tolist()
    return any((rating := rating_kw(model, at)) is not None and flow[at] > rating + SLACK_KW for at in more)


def _power(play: Play, flows: FlowsInWorld) -> npt.NDArray[np.float64]:
    """kW by snapshot index, of who has voltage."""
    power = standing_loads(play.before, flows.topology).copy()
    power[play.outage.lost] = 0.0
    for known in play.points.values():
        power[[load.index for load in known.point.loads]] = 0.0
        power[[own.index for own in known.point.supplies]] = 0.0
        for at, kw in weights(known, play.live, play.dead).items():
            power[at] += kw
    return power
