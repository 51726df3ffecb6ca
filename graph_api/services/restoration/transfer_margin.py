"""Transfer margin (转供裕度): what a supply can take over without anything on the way carrying more than it may.

Ratings are those on lines, switches, transformers and feeders; what has none does not limit, and what carried more
before the event may do so again. Flows are loads where they are at that step, by the tree that feeds them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, combinations

from graph_api.services.restoration.at_customers import (
    IsLive,
    PointPlay,
    after_loss,
    change_over_by_hand,
    play_of,
    shares,
    weights,
)
from graph_api.services.restoration.flows import FlowsInWorld, Ledger
from graph_api.services.restoration.loading import rating_kw
from graph_api.services.restoration.play import Play
from graph_api.services.restoration.region import Joint, Region
from schema.grid import EnergyConsumer
from schema.registry import EntityKind
from schema.relationships import RelationshipKind
from schema.vocabulary import SwitchPosition

MOST_UNSURE = 3
"""Switches of unknown position inside a part up to which its flow is worked out for every way that they stand."""


Taken = tuple[dict[int, tuple[int, ...]], list[tuple[dict[int, float], dict[tuple[int, int], float]]]]


@dataclass(slots=True)
class Tree:
    """What one closing would feed: kW by equipment, and what each thing is fed by."""

    above: dict[int, tuple[int, ...]] = field(default_factory=dict)
    """Vertex -> what feeds it, one of several where nobody knows; that of the first is the live node."""
    flow: dict[int, float] = field(default_factory=dict)
    kw: float = 0.0
    points: dict[tuple[int, int], float] = field(default_factory=dict)
    """kW of customers' points by their supplies, a part of the flow."""

    closer: int | None = None
    """The switch that feeds it."""
    source: int | None = None
    """Its own source, where nothing has to be closed."""
    ways: list[tuple[frozenset[int], tuple[Play, ...], Tree]] = field(default_factory=list)
    """Of switches that nobody knows, which are open in it, in which worlds customers' own switches stand so that this
    flows, and what; none where all is known."""

    def add_most_of(self, other: Tree) -> None:
        """Take the greater flow of both."""
        for at, ups in other.above.items():
            self.above[at] = tuple(dict.fromkeys((*self.above.get(at, ()), *ups)))
        self.flow = {at: max(self.flow.get(at, 0.0), other.flow.get(at, 0.0)) for at in {**self.flow, **other.flow}}
        self.kw = max(self.kw, other.kw)


class TransferMargin:
    """Flows now in each world of unknown switches, and what may still be taken in all of them."""

    def __init__(self, play: Play, region: Region, flows: Iterable[tuple[Play, FlowsInWorld]]) -> None:
        self._play, self._region = play, region
        self._model = play.before
        self._above: dict[int, tuple[int, ...]] = {}
        self._ledgers = [Ledger(world, region, each, self._above) for world, each in flows]
        self._rated: dict[int, bool] = {}
        self._version = -1
        self._known: dict[tuple[int, int, frozenset[int]], Mapping[int, float]] = {}

    def saved(self) -> Taken:
        """What is taken, to come back to."""
        return dict(self._above), [each.saved() for each in self._ledgers]

    def restore(self, saved: Taken) -> None:
        """Come back to what was taken."""
        self._above.clear()
        self._above.update(saved[0])
        for each, taken in zip(self._ledgers, saved[1], strict=True):
            each.restore(taken)

    def spare(self, index: int) -> float:
        """kW that can be taken at something live; inf where nothing limits."""
        return min(each.spare(index) for each in self._ledgers)

    def carries(self, point: int) -> bool:
        """Whether what a point takes now fits beside all else; from then on it is counted where it is taken."""
        counted = [each.count(point) for each in self._ledgers]
        if all(each.bears(moved) for each, moved in zip(self._ledgers, counted, strict=True)):
            return True
        for each, moved in zip(self._ledgers, counted, strict=True):
            each.count_out(point, moved)
        return False

    def tree(
        self,
        blocks: frozenset[int],
        closer: Joint | None,
        source: int | None,
        joined: Collection[int],
        unsure: Collection[int] = (),
    ) -> Tree:
        """What closing a joint (or a source of their own) would feed in blocks; `joined` are joints closed in them, of
        `unsure` ones nobody knows: the most that may flow anywhere, however they stand."""
        ways = list(self._ways(blocks, closer, source, joined, unsure))
        found = replace(ways[0][2])
        for _, _, way in ways[1:]:
            found.add_most_of(way)
        found.ways = ways if len(ways) > 1 else []
        return found

    def _ways(
        self, blocks: frozenset[int], closer: Joint | None, source: int | None, joined: Collection[int],
        unsure: Collection[int],
    ) -> Iterator[tuple[frozenset[int], tuple[Play, ...], Tree]]:  # fmt: skip
        """What may flow, for each way that unknown switches in the part stand and customers have changed over."""
        apart: dict[tuple[tuple[int, float], ...], tuple[Play, ...]] = {}
        for play in dict.fromkeys(each.play for each in self._ledgers):
            key = tuple(sorted(self._loads(blocks, play)[0].items()))
            apart[key] = (*apart.get(key, ()), play)
        for plays in apart.values():
            for opened in (frozenset[int](), *_ways_to_stand(unsure)):
                closed = [at for at in joined if at not in opened]
                yield opened, plays, self._tree(blocks, closer, source, closed, plays[0])

    def _tree(
        self, blocks: frozenset[int], closer: Joint | None, source: int | None, joined: Collection[int], play: Play
    ) -> Tree:
        loads, points = self._loads(blocks, play)
        above, order = dict[int, int](), list[int]()
        if closer is not None:
            inner = next(end for end in closer.ends if end in blocks)
            above[closer.switch] = closer.node_beyond(inner)
            above[closer.node_at(inner)] = closer.switch
            order, todo = [closer.switch], [closer.node_at(inner)]
        else:
            todo = [source] if source is not None else []
        within = set(joined)
        while todo:
            at = todo.pop()
            order.append(at)
            for near in self._near(at, blocks, within):
                if near not in above and near != source:
                    above[near] = at
                    todo.append(near)
        flow = {at: loads.get(at, 0.0) for at in order}
        for at in reversed(order):
            up = above.get(at)
            if up is not None and up in flow:
                flow[up] += flow[at]
        for supply, places in self._region.may_hang.items():
            for at in self._on_the_way(places, above, flow) if loads.get(supply) else ():
                flow[at] += loads[supply]
        ways: dict[int, tuple[int, ...]] = {at: (up,) for at, up in above.items()}
        kw, switch = flow[order[0]] if order else 0.0, None if closer is None else closer.switch
        return Tree(above=ways, flow=flow, kw=kw, points=points, closer=switch, source=source)

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
        return all(self._fits_in(each, tree, beyond) for each in self._ledgers)

    def lay_in_a_ring(self, switch: int) -> bool:
        """Whether a switch was closed with voltage on both sides in some world when the plan began."""
        return any(each.lay_in_a_ring(switch) for each in self._ledgers)

    def bears_without(self, switch: int) -> bool:
        """Whether in every world in which a switch is closed in a ring the rest carries what it did."""
        return all(each.bears_without(switch) for each in self._ledgers)

    def may_feed_itself(self, trees: Sequence[Tree]) -> bool:
        """Whether sources of its own carry a part in every world, each what it alone may have to feed."""
        return all(self._share(each, trees) for each in self._ledgers)

    def _share(self, ledger: Ledger, trees: Sequence[Tree]) -> bool:
        """Whether each source carries what it feeds in a world, or another one that is joined to it there."""
        fit = {tree.source for tree in trees if self._fits_in(ledger, tree, None)}
        joined = (
            {tree.source}.union(*(way.flow for way in _in_world(tree, ledger)))
            for tree in trees
            if tree.source not in fit
        )
        return all(each & fit for each in joined)

    def _fits_in(self, ledger: Ledger, tree: Tree, beyond: int | None) -> bool:
        for flows in _in_world(tree, ledger):
            if tree.source is not None and self._lives_in(ledger.play, tree.source, flows):
                continue  # in that world it is parted from the fault, and feeds what it feeds
            rated = {at: kw for at, kw in flows.flow.items() if kw > 0 and self._is_rated(at)}
            if not ledger.fits(rated, flows.kw - ledger.carried_by(tree.closer), beyond):
                return False
        return True

    def _lives_in(self, play: Play, source: int, tree: Tree) -> bool:
        """Whether a source feeds all of a tree in a world already."""
        kind = self._model.graph.kind
        nodes = (at for at in tree.flow if kind(at) is EntityKind.CONNECTIVITY_NODE)
        return play.live(source) and all(map(play.live, nodes))

    def _is_rated(self, index: int) -> bool:
        if index not in self._rated:
            self._rated[index] = rating_kw(self._model, index) is not None
        return self._rated[index]

    def excess(self, tree: Tree, beyond: int | None) -> float:
        """kW that must be left out of a tree at least."""
        if beyond is not None:
            return tree.kw - self.spare(beyond)
        return max((each.excess(tree.flow) for each in self._ledgers), default=0.0)

    def fits_beside(self, tree: Tree, beyond: int | None, kw: float) -> bool:
        """Whether a tree would fit with so much more on all of it."""
        more = {at: flow + kw for at, flow in tree.flow.items()}
        return self.fits(replace(tree, flow=more, kw=tree.kw + kw, ways=[]), beyond)

    def take(self, tree: Tree, beyond: int | None) -> None:
        """Feed a tree."""
        carried = {each: each.carried_by(tree.closer) for each in self._ledgers}
        self._above.update(tree.above)
        for each in self._ledgers:
            flows, points = Tree(), dict[tuple[int, int], float]()
            for way in _in_world(tree, each):
                flows.add_most_of(way)
                points.update({place: kw for place, kw in way.points.items() if place[1] in way.flow})
            each.take(flows.flow, points)
            if beyond is not None and flows.kw:
                each.add(beyond, flows.kw - carried[each])

    def take_as_it_is(self, trees: Iterable[Tree], areas: Iterable[int]) -> None:
        """Trees that have voltage already, whether they can be carried or not: these areas, and what customers take."""
        for tree in trees:
            for at, ups in tree.above.items():
                self._above[at] = tuple(dict.fromkeys((*self._above.get(at, ()), *ups)))
        for each in self._ledgers:
            for at in areas:
                each.add(at, self._model.graph.get(EnergyConsumer, at).kw or 0.0)
            for point in self._play.points:
                each.count(point)

    def _loads(self, blocks: frozenset[int], play: Play) -> tuple[dict[int, float], dict[tuple[int, int], float]]:
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
            for supply, kw in self._wanted(at_point, frozenset(those), play).items():
                if supply in those:
                    found[supply] = found.get(supply, 0.0) + kw
                if supply in those and supply not in region.may_hang:
                    points[at_point, supply] = kw
        return found, points

    def _wanted(self, point: int, fresh: frozenset[int], play: Play) -> Mapping[int, float]:
        if play.points.get(point) == self._play.points.get(point):
            play = self._play  # it stands alike in that world
        if self._version != self._play.version:
            self._version = self._play.version
            self._known.clear()
        key = (id(play), point, fresh)
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


def _in_world(tree: Tree, ledger: Ledger) -> list[Tree]:
    """The ways in which a tree may flow in the world of a ledger, where unknown switches stood so before."""
    unsure = frozenset[int]().union(*(opened for opened, _, _ in tree.ways)).intersection(ledger.given)
    stood = {at for at in unsure if ledger.given[at] is SwitchPosition.OPEN}
    ways = [(opened, way) for opened, plays, way in tree.ways if ledger.play in plays]
    return [way for opened, way in ways if opened & unsure == stood] or [way for _, way in ways] or [tree]


def _ways_to_stand(unsure: Collection[int]) -> Iterator[frozenset[int]]:
    """Which of these switches are open, beside none: any, as long as they are few, else all, or one alone."""
    most = len(unsure) if len(unsure) <= MOST_UNSURE else 1
    every = (chosen for count in range(1, most + 1) for chosen in combinations(unsure, count))
    return map(frozenset, chain(every, [tuple(unsure)] if most < len(unsure) else []))


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
