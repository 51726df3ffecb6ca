"""Transfer margin (转供裕度): what a supply can take over without anything on the way carrying more than it may.

Ratings are those on lines, switches, transformers and feeders; what has none does not limit, and what carried more
before the event may do so again. Flows are loads where they are at that step, by the tree that feeds them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from math import inf

from graph_api.services.restoration.at_customers import (
    IsLive,
    PointPlay,
    after_loss,
    change_over_by_hand,
    play_of,
    shares,
    weights,
)
from graph_api.services.restoration.loading import Loading, rating_kw
from graph_api.services.restoration.play import Play
from graph_api.services.restoration.region import Joint, Region
from schema.grid import EnergyConsumer
from schema.registry import EntityKind
from schema.relationships import RelationshipKind

SLACK_KW = 1e-6


@dataclass(slots=True)
class Tree:
    """What one closing would feed: kW by equipment, and what each thing is fed by."""

    above: dict[int, int] = field(default_factory=dict)
    """Vertex -> the one that feeds it; that of the first is the live node."""
    flow: dict[int, float] = field(default_factory=dict)
    kw: float = 0.0
    points: dict[tuple[int, int], float] = field(default_factory=dict)
    """kW of customers' points by their supplies, a part of the flow."""


class TransferMargin:
    """Flows now, and what may still be taken."""

    def __init__(self, play: Play, region: Region, flows: tuple[tuple[Loading, ...], Loading]) -> None:
        self._play, self._region = play, region
        self._model = play.before
        self._then, self._now = flows
        self._lost = frozenset(play.situation.now.lost.tolist())
        """What has no voltage: what stands joined to a source in the zone carries nothing either."""
        self._added: dict[int, float] = {}
        self._above: dict[int, int] = {}
        self._limits: dict[int, float] = {}
        self._ways: dict[int, list[int]] = {}
        self._version = -1
        self._known: dict[tuple[int, frozenset[int]], Mapping[int, float]] = {}
        self._counted: dict[tuple[int, int], float] = {}
        """kW of points that the event concerns, each at what stands for its supplies, as flows have them."""
        for now in play.points.values():
            self._counted.update(self._as_flows_have(now))
            self._count(now.point.index, self._moved(now))

    def _as_flows_have(self, point: PointPlay) -> Iterator[tuple[tuple[int, int], float]]:
        """What flows now have of a point: what passes each live supply, or stood on one that no terminal ties down."""
        energised = self._model.topology.energised
        then = weights(after_loss(play_of(self._model, point.point), energised, ()), energised, ())
        for supply in point.point.supplies:
            at = supply.stands_for
            if at >= 0 and self._play.live(at):
                yield (point.point.index, at), float(self._now.flow[at]) if at == supply.index else then.get(at, 0.0)

    def spare(self, index: int) -> float:
        """kW that can be taken at something live; inf where nothing limits."""
        return min((self._limit(at) - self._flow(at) for at in self._way(index)), default=inf)

    def add(self, index: int, kw: float) -> None:
        """Take power at something live."""
        for at in self._way(index):
            self._added[at] = self._added.get(at, 0.0) + kw

    def carries(self, point: int) -> bool:
        """Whether what a point takes now fits beside all else; from then on it is counted where it is taken."""
        moved = self._moved(self._play.points[point])
        self._count(point, moved)
        if all(self.spare(supply) >= -SLACK_KW for supply, kw in moved.items() if kw > 0):
            return True
        self._count(point, {supply: -kw for supply, kw in moved.items()})
        return False

    def _moved(self, point: PointPlay) -> dict[int, float]:
        """What a point takes by supply more, or less, than flows have of it."""
        taken, at = weights(point, self._play.live, self._play.dead), point.point.index
        places = dict.fromkeys(supply.stands_for for supply in point.point.supplies)
        found = {place: taken.get(place, 0.0) - self._counted.get((at, place), 0.0) for place in places}
        return {place: kw for place, kw in found.items() if abs(kw) > SLACK_KW}

    def _count(self, point: int, moved: Mapping[int, float]) -> None:
        for supply, kw in moved.items():
            self._counted[point, supply] = self._counted.get((point, supply), 0.0) + kw
            self.add(supply, kw)

    def tree(self, blocks: frozenset[int], closer: Joint | None, source: int | None, joined: Iterable[int]) -> Tree:
        """What closing a joint (or a source of their own) would feed in blocks; `joined` are joints closed in them."""
        loads, points = self._loads(blocks)
        found, order = Tree(points=points), []
        if closer is not None:
            inner = next(end for end in closer.ends if end in blocks)
            found.above[closer.switch] = closer.node_beyond(inner)
            found.above[closer.node_at(inner)] = closer.switch
            order, todo = [closer.switch], [closer.node_at(inner)]
        else:
            todo = [source] if source is not None else []
        within = set(joined)
        while todo:
            at = todo.pop()
            order.append(at)
            for near in self._near(at, blocks, within):
                if near not in found.above and near != source:
                    found.above[near] = at
                    todo.append(near)
        flow = {at: loads.get(at, 0.0) for at in order}
        for at in reversed(order):
            up = found.above.get(at)
            if up is not None and up in flow:
                flow[up] += flow[at]
        for supply, places in self._region.may_hang.items():
            for at in self._on_the_way(places, found.above, flow) if loads.get(supply) else ():
                flow[at] += loads[supply]
        found.flow = flow
        found.kw = flow[order[0]] if order else 0.0
        return found

    def _on_the_way(self, places: Iterable[int], above: Mapping[int, int], among: Collection[int]) -> set[int]:
        """What carries a load that may hang at any of these places: each of these, and what feeds them."""
        found = set[int]()
        for place in places:
            at: int | None = place
            while at is not None and at in among and at not in found:
                found.add(at)
                at = above.get(at)
        return found

    def fits(self, tree: Tree, beyond: int | None) -> bool:
        """Whether nothing in the tree, and nothing on the way up from the live node beyond, carries too much."""
        for at, kw in tree.flow.items():
            if kw > 0 and (limit := self._limit(at)) != inf and kw > limit - self._flow(at) + SLACK_KW:
                return False
        return beyond is None or tree.kw <= self.spare(beyond) + SLACK_KW

    def excess(self, tree: Tree, beyond: int | None) -> float:
        """kW that must be left out of a tree at least."""
        if beyond is not None:
            return tree.kw - self.spare(beyond)
        return max((kw - self._limit(at) + self._flow(at) for at, kw in tree.flow.items()), default=0.0)

    def fits_beside(self, tree: Tree, beyond: int | None, kw: float) -> bool:
        """Whether a tree would fit with so much more on all of it."""
        more = {at: flow + kw for at, flow in tree.flow.items()}
        return self.fits(replace(tree, flow=more, kw=tree.kw + kw), beyond)

    def take(self, tree: Tree, beyond: int | None) -> None:
        """Feed a tree."""
        self._above.update(tree.above)
        for place, kw in tree.points.items():
            self._counted[place] = self._counted.get(place, 0.0) + kw
        for at, kw in tree.flow.items():
            self._added[at] = self._added.get(at, 0.0) + kw
        if beyond is not None and tree.kw:
            self.add(beyond, tree.kw)

    def take_as_it_is(self, tree: Tree, areas: Iterable[int]) -> None:
        """A tree that has voltage already, whether it can be carried or not: these areas, and what customers take."""
        self._above.update(tree.above)
        for at in areas:
            self.add(at, self._model.graph.get(EnergyConsumer, at).kw or 0.0)
        for point in self._play.points.values():
            self._count(point.point.index, self._moved(point))

    def _loads(self, blocks: frozenset[int]) -> tuple[dict[int, float], dict[tuple[int, int], float]]:
        """kW at areas and supplies of blocks once they are fed, releases closed again; and of points by supply."""
        region, graph = self._region, self._model.graph
        found: dict[int, float] = {}
        points: dict[tuple[int, int], float] = {}
        fresh: dict[int, set[int]] = {}
        for number in blocks:
            block = region.blocks[number]
            found.update({at: graph.get(EnergyConsumer, at).kw or 0.0 for at in block.areas})
            for own in block.supplies:
                for point in graph.sources(own, RelationshipKind.FED_BY):
                    fresh.setdefault(point, set()).add(own)
        for at_point, those in fresh.items():
            for supply, kw in self._wanted(at_point, frozenset(those)).items():
                if supply in those:
                    found[supply] = found.get(supply, 0.0) + kw
                if supply in those and supply not in region.may_hang:
                    points[at_point, supply] = kw
        return found, points

    def _wanted(self, point: int, fresh: frozenset[int]) -> Mapping[int, float]:
        play = self._play
        if self._version != play.version:
            self._version = play.version
            self._known.clear()
        key = (point, fresh)
        if key not in self._known:
            self._known[key] = wanted(
                play, point, fresh, lambda index: index in fresh or play.live(index), self._region.at_fault
            )
        return self._known[key]

    def _near(self, at: int, blocks: frozenset[int], joined: set[int]) -> Iterable[int]:
        """What a node, equipment or closed joint leads to inside these blocks."""
        beside = self._region.beside.get(at)
        if beside is None:
            graph = self._model.graph
            is_node = graph.kind(at) is EntityKind.CONNECTIVITY_NODE
            beside = tuple((graph.sources if is_node else graph.targets)(at, RelationshipKind.CONNECTS))
            self._region.beside[at] = beside
        number = self._region.block_of.get
        return [near for near in beside if number(near) in blocks or near in joined]

    def _limit(self, index: int) -> float:
        if index not in self._limits:
            rating = rating_kw(self._model, index)
            carried = min(float(then.flow[index]) for then in self._then)  # in the world in which it was least
            self._limits[index] = inf if rating is None else max(rating, carried)
        return self._limits[index]

    def _flow(self, index: int) -> float:
        flows = 0.0 if index in self._lost else float(self._now.flow[index])
        return flows + self._added.get(index, 0.0)

    def _way(self, index: int) -> list[int]:
        """The way up from something live: over what the plan has fed, then to the source."""
        found: list[int] = []
        at = index
        while at in self._above:
            found.append(at)
            at = self._above[at]
        if at not in self._ways:
            self._ways[at] = self._now.way(at)
        return [*found, *self._ways[at]]


def wanted(play: Play, point: int, fresh: Iterable[int], lit: IsLive, faulty: Collection[int]) -> Mapping[int, float]:
    """kW that a point takes, by supply, once these fresh supplies have voltage, and its releases are closed again;
    `faulty` is what no switch parts from the fault: the rest of the zone is parted from it by then."""
    known = _known(play, point)
    before = weights(known, play.live, play.dead)
    after = weights(_fed(known, fresh, lit, faulty), lit, faulty)
    return {supply: kw - before.get(supply, 0.0) for supply, kw in after.items()}


def helps(play: Play, point: int, fresh: Iterable[int], lit: IsLive, faulty: Collection[int]) -> bool:
    """Whether any load of a point is fed then that is not now, or can be by a change-over."""
    after, now = _fed(_known(play, point), fresh, lit, faulty), play.now[point]
    if any(share > now.get(load, 0.0) + 1e-9 for load, share in shares(after, lit, faulty).items()):
        return True
    return change_over_by_hand(after, lit, faulty) is not None


def _known(play: Play, point: int) -> PointPlay:
    known = play.points.get(point)
    return play_of(play.before, play.before.customers.point(point)) if known is None else known


def _fed(point: PointPlay, fresh: Iterable[int], lit: IsLive, faulty: Collection[int]) -> PointPlay:
    return after_loss(replace(point, released=point.released - set(fresh)), lit, faulty)
