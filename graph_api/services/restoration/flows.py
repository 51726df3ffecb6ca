"""Flows (潮流): power on the way to who takes it, in each world of the switches of unknown position.

    G0 - L1 - J1? - C      C takes its 45 kW over L1 if J1 is closed, else over its standby on L2: what is put on
    G0 - L2 - J2? - C      either must fit in both worlds, whether the event concerns C or not
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from math import inf

from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.topology import Topology
from graph_api.services.restoration.at_customers import PointPlay, after_loss, play_of, weights
from graph_api.services.restoration.loading import Loading, rating_kw
from graph_api.services.restoration.play import Play
from graph_api.services.restoration.region import Region
from graph_api.services.restoration.standing_loads import standing_loads
from schema.relationships import RelationshipKind
from schema.vocabulary import SwitchPosition

MOST = 5
"""Unknown switches up to which flows are worked out in every world; beyond, with all of them open, with all closed."""
SLACK_KW = 1e-6
Positions = Mapping[int, SwitchPosition]
_OPEN, _CLOSED = SwitchPosition.OPEN, SwitchPosition.CLOSED


@dataclass(frozen=True, slots=True)
class FlowsInWorld:
    """Flows before an event and now, as unknown switches stand in one world."""

    given: Positions
    """Of unknown switches."""
    topology: Topology
    """Before."""
    then: Loading
    now: Loading


def flows_in_worlds(model: ReadModel, now: Callable[[Positions], Positions]) -> tuple[FlowsInWorld, ...]:
    """Flows in each world of what nobody knows the position of before an event; `now` says of each what stands
    otherwise since."""
    return tuple(_flows(model, given, now(given)) for given in _worlds(model))


def are_too_many(model: ReadModel) -> bool:
    """Whether flows are not worked out in every world."""
    return len(_unknown(model)) > MOST


def _unknown(model: ReadModel) -> list[int]:
    """Unknown switches that could have voltage."""
    state, topology = model.topology.state, model.topology
    ends = model.graph.targets
    return [
        at
        for at in sorted(state.network.indexes(state.unknown).tolist())
        if any(map(topology.may_be_energised, ends(at, RelationshipKind.CONNECTS)))
    ]


def _worlds(model: ReadModel) -> Iterator[Positions]:
    """Positions of these."""
    unknown = _unknown(model)
    every = product((_OPEN, _CLOSED), repeat=len(unknown))
    chosen = every if len(unknown) <= MOST else [[each] * len(unknown) for each in (_OPEN, _CLOSED)]
    return (dict(zip(unknown, each, strict=True)) for each in chosen)


def _flows(model: ReadModel, given: Positions, now: Positions) -> FlowsInWorld:
    before = model.topology.assuming(tuple(given.items()))
    power = standing_loads(model, before)
    after = model.topology.assuming(tuple(sorted({**given, **now}.items())))
    return FlowsInWorld(given, before, Loading(model, before, power), Loading(model, after, power))


class Ledger:
    """What flows in one world, which `play` is of, and what a plan has put on it since. `above` is what the plan has
    fed, and by what."""

    def __init__(self, play: Play, region: Region, flows: FlowsInWorld, above: Mapping[int, tuple[int, ...]]) -> None:
        self.play, self._flows, self._above = play, flows, above
        self._began = play.again()
        self.given = flows.given
        self._model = play.before
        self._dark = frozenset((*play.situation.now.lost.tolist(), *region.block_of, *region.joints))
        """What has no voltage: what stands joined to a source in the zone carries nothing either, and what a joint of
        unknown position brings into the region is counted once that is fed."""
        self._added: dict[int, float] = {}
        self._limits: dict[int, float] = {}
        self._ways: dict[int, list[int]] = {}
        self._counted: dict[tuple[int, int], float] = {}
        """kW of points that the event concerns, each at what stands for its supplies, as flows have them."""
        for at, now in play.points.items():
            self._counted.update(self._as_flows_have(now))
            self.count(at)

    def _as_flows_have(self, point: PointPlay) -> Iterator[tuple[tuple[int, int], float]]:
        """What flows now have of a point: what passes each live supply, or stood on one that no terminal ties down."""
        energised = self._flows.topology.energised
        then = weights(after_loss(play_of(self._model, point.point), energised, ()), energised, ())
        for supply in point.point.supplies:
            at = supply.stands_for
            if at >= 0 and self.play.live(at):
                flow = float(self._flows.now.flow[at]) if at == supply.index else then.get(at, 0.0)
                yield (point.point.index, at), flow

    def carried_by(self, joint: int | None) -> float:
        """kW that a joint of the region carries in this world though nobody has closed it: it stood closed."""
        stood = joint is not None and joint in self.given and joint not in self._above
        return float(self._flows.now.flow[joint]) if stood else 0.0

    def saved(self) -> tuple[dict[int, float], dict[tuple[int, int], float]]:
        """What is taken, to come back to."""
        return dict(self._added), dict(self._counted)

    def restore(self, saved: tuple[dict[int, float], dict[tuple[int, int], float]]) -> None:
        """Come back to what was taken."""
        self._added, self._counted = dict(saved[0]), dict(saved[1])

    def spare(self, index: int) -> float:
        """kW that can be taken at something live; inf where nothing limits."""
        return min((self._limit(at) - self._flow(at) for at in self._way(index)), default=inf)

    def add(self, index: int, kw: float) -> None:
        """Take power at something live."""
        for at in self._way(index):
            self._added[at] = self._added.get(at, 0.0) + kw

    def count(self, point: int) -> Mapping[int, float]:
        """Count what a point takes now where it is taken: what that is more, or less, by supply, than was counted."""
        moved = self._moved(self.play.points[point])
        self._count(point, moved)
        return moved

    def count_out(self, point: int, moved: Mapping[int, float]) -> None:
        """Take back what was counted."""
        self._count(point, {supply: -kw for supply, kw in moved.items()})

    def bears(self, moved: Mapping[int, float]) -> bool:
        """Whether what was counted fits where it is more."""
        return all(self.spare(supply) >= -SLACK_KW for supply, kw in moved.items() if kw > 0)

    def _moved(self, point: PointPlay) -> dict[int, float]:
        taken, at = weights(point, self.play.live, self.play.dead), point.point.index
        places = dict.fromkeys(supply.stands_for for supply in point.point.supplies)
        found = {place: taken.get(place, 0.0) - self._counted.get((at, place), 0.0) for place in places}
        return {place: kw for place, kw in found.items() if abs(kw) > SLACK_KW}

    def _count(self, point: int, moved: Mapping[int, float]) -> None:
        for supply, kw in moved.items():
            self._counted[point, supply] = self._counted.get((point, supply), 0.0) + kw
            self.add(supply, kw)

    def fits(self, flow: Mapping[int, float], kw: float, beyond: int | None) -> bool:
        """Whether what is rated carries no more than it may with this flow beside all else, nor the way up from a live
        node beyond."""
        if any(more > self._limit(at) - self._flow(at) + SLACK_KW for at, more in flow.items()):
            return False
        return beyond is None or kw <= self.spare(beyond) + SLACK_KW

    def lay_in_a_ring(self, switch: int) -> bool:
        """Whether a switch was closed with voltage on both sides when the plan began."""
        ends = self._model.graph.targets(switch, RelationshipKind.CONNECTS)
        return self._began.is_closed(switch) and all(map(self._began.live, ends))

    def bears_without(self, switch: int) -> bool:
        """Whether what a closed switch of a ring carries in this world fits elsewhere once it is open."""
        ends = self._model.graph.targets(switch, RelationshipKind.CONNECTS)
        if not self.play.is_closed(switch) or not all(map(self.play.live, ends)):
            return True
        positions = {**self.given, **self.play.positions, switch: _OPEN}
        topology = self._model.topology.assuming(tuple(sorted(positions.items())))
        left = Loading(self._model, topology, standing_loads(self._model, self._flows.topology))
        ways = {at for end in ends for at in left.way(end)}
        return all(left.flow[at] + self._added.get(at, 0.0) <= self._limit(at) + SLACK_KW for at in ways)

    def excess(self, flow: Mapping[int, float]) -> float:
        """kW that is too much somewhere with this flow."""
        return max((kw - self._limit(at) + self._flow(at) for at, kw in flow.items()), default=0.0)

    def take(self, flow: Mapping[int, float], points: Mapping[tuple[int, int], float]) -> None:
        """From now on this flows, a part of it to customers' points by their supplies."""
        for place, kw in points.items():
            self._counted[place] = self._counted.get(place, 0.0) + kw
        for at, kw in flow.items():
            self._added[at] = self._added.get(at, 0.0) + kw

    def _limit(self, index: int) -> float:
        if index not in self._limits:
            rating = rating_kw(self._model, index)
            self._limits[index] = inf if rating is None else max(rating, float(self._flows.then.flow[index]))
        return self._limits[index]

    def _flow(self, index: int) -> float:
        flows = 0.0 if index in self._dark else float(self._flows.now.flow[index])
        return flows + self._added.get(index, 0.0)

    def _way(self, index: int) -> Collection[int]:
        """The way up from something live, or all where nobody knows which: over what the plan has fed, then to the
        source."""
        found, todo = dict[int, None](), [index]
        while todo:
            at = todo.pop()
            if at in found:
                continue
            if ups := self._above.get(at):
                found[at] = None
                todo += ups
            else:
                found |= dict.fromkeys(self._now_way(at))
        return found

    def _now_way(self, at: int) -> list[int]:
        if at not in self._ways:
            self._ways[at] = self._flows.now.way(at)
        return self._ways[at]
