"""Growing (逐步送电): which part of the dark grid is fed next, over which switch, and what is opened before.

    cut ─ LS1 ─ [island] ─ LS9/ ─ live       open LS1, close LS9: the whole island, if the supply beyond carries it;
                                             else what is most urgent and fits, the switches around that part opened
"""  # fmt: skip

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from enum import StrEnum, unique
from itertools import combinations

from graph_api.services.restoration.case import Case
from graph_api.services.restoration.dark_grid import DarkGrid, Operable
from graph_api.services.restoration.devices import may_close
from graph_api.services.restoration.fed_already import FedAlready
from graph_api.services.restoration.groups import NOTHING, Group, Way, Worth
from graph_api.services.restoration.region import Joint
from graph_api.services.restoration.transfer_margin import TransferMargin
from graph_api.services.restoration.worths import Worths
from schema.grid import Disconnector


@unique
class Objective(StrEnum):
    """恢复目标: what a restoration plan looks for first."""

    MOST_IMPORTANT = "MOST_IMPORTANT"
    MOST_POWER = "MOST_POWER"
    FEWEST_OPERATIONS = "FEWEST_OPERATIONS"


MOST_VISITS = 4
"""Switches opened on site to shed what a supply cannot carry: more take longer than they are worth."""
MOST_PARTS = 14
"""Parts that are weighed for shedding, the largest first."""
MOST_TRIED = 10
"""Ways of shedding that are tried, the least harmful first."""
_FromLive = Callable[[frozenset[int], Operable], list[Way]]


class Growing:
    """Finds the next part. `worth` says what feeding a block would give back now."""

    def __init__(
        self,
        grid: DarkGrid,
        margin: TransferMargin,
        worth: Worths,
        case: Case,
        objective: Objective,
        fed_already: FedAlready,
    ) -> None:
        self._workplaces, self._perhaps_tripped = case.workplaces, case.perhaps_tripped
        """Blocks that are never fed: people may be working there. And devices that tripped in some worlds only."""
        self._grid, self._margin, self._worth, self._fed_already = grid, margin, worth, fed_already
        self._preferred, self._objective = case.were_closed, objective
        self._from_afar, self._may_from_afar = False, case.may_operate_from_afar
        self.barred: set[tuple[int | None, frozenset[int]]] = set()
        """What was tried and refused."""
        self._short: set[tuple[int | None, frozenset[int]]] = set()
        """Of these what its supply cannot carry."""
        self._tried: set[tuple[int | None, frozenset[int], tuple[int, ...]]] = set()
        """Of which no part fits."""
        self.too_much: set[int] = set()
        """Blocks that some supply led to but could not carry."""

    def begin(self, *, from_afar: bool = False) -> None:
        """A new stage begins: more switches can be operated; at first those `from_afar` alone."""
        self._from_afar = from_afar
        self.barred.clear()
        self._tried.clear()

    def next_group(self, operable: Operable) -> Group | None:
        """The best part to feed next with these switches; None if there is none."""
        cut = self._grid.cut(operable) | self._workplaces
        islands = [(self._of(island), island) for island in self._grid.islands(cut)]
        wanted = [(worth, island) for worth, island in islands if worth.kw > 0 or worth.rank < NOTHING.rank]
        for _, island in sorted(wanted, key=lambda pair: (self._key(pair[0]), sorted(pair[1]))):
            group = self._feed(island, cut, operable)
            if group is not None:
                return group
        return None

    def in_doubt(self, operable: Operable) -> Iterator[Group]:
        """Parts that may have supply over a switch of unknown position that is left as it is, most urgent first."""
        cut = self._grid.cut(operable) | self._workplaces
        wanted = [(worth, island) for island in self._grid.islands(cut) if (worth := self._of(island)) != NOTHING]
        for _, island in sorted(wanted, key=lambda pair: (self._key(pair[0]), sorted(pair[1]))):
            for way in self._ways(island, cut, operable, self._unsure):
                if (group := self._group(way, left=True)) is not None:
                    yield group

    def _unsure(self, island: frozenset[int], _: Operable) -> list[Way]:
        """Over switches of unknown position between an island and what is live."""
        border = (joint for joint in self._grid.border(island) if joint.switch in self._grid.unknown)
        return [Way(island, joint, None, ()) for joint in border if any(map(self._grid.is_live, joint.ends))]

    def _feed(self, island: frozenset[int], cut: frozenset[int], operable: Operable) -> Group | None:
        ways = list(self._ways(island, cut, operable))
        for way in ways:
            for more in self._extended(way, cut, operable):
                group = self._group(more)
                if group is not None:
                    return group
        if ways and self._objective is not Objective.FEWEST_OPERATIONS:
            for way in sorted(ways, key=lambda way: -self._spare(way)):
                group = self._part(way, cut, operable)
                if group is not None:
                    return group
        if any((way.closer and way.closer.switch, way.blocks) in self._short for way in ways):
            self.too_much |= island
        return None

    def _ways(
        self, island: frozenset[int], cut: frozenset[int], operable: Operable, from_live: _FromLive | None = None
    ) -> Iterator[Way]:
        """Ways from what is live to an island, the best first; over dark parts that nobody misses if need be."""
        from_live = from_live or self._direct
        direct = from_live(island, operable)
        if direct:
            yield from direct
            return
        came = {island: frozenset[int]()}
        todo = deque([(island, island, tuple[int, ...]())])
        while todo:
            last, blocks, closes = todo.popleft()
            for joint, other in self._beside(last, cut, operable):
                if came.get(other, last) != last:
                    continue
                is_new, more = other not in came, (*closes, joint.switch)
                came[other] = last
                found = from_live(other, operable)
                for way in found if self._adds(island, (blocks | other) - island) else ():
                    yield Way(blocks | other, way.closer, way.source, more)
                if not found and is_new:
                    todo.append((other, blocks | other, more))

    def _adds(self, island: frozenset[int], before: frozenset[int]) -> bool:
        """Whether an island gives back more than the parts on the way to it do, which have their own turn."""
        return any(self._worth(at) != NOTHING and self._worth.adds(at, before) for at in island)

    def _direct(self, island: frozenset[int], operable: Operable) -> list[Way]:
        grid = self._grid
        sources = [at for block in grid.blocks(island) for at in block.sources]
        if sources:
            return [Way(island, None, sources[0], ())]
        found = [
            Way(island, joint, None, ())
            for joint in grid.border(island)
            if any(grid.is_live(end) for end in joint.ends)
            and (joint.switch not in grid.closed or joint.switch in grid.unknown)
            and operable(joint)
            and not joint.inside
            and may_close(joint.entity, 1)
        ]
        return sorted(found, key=self._ease)

    def _ease(self, way: Way) -> tuple[bool, bool, float, str]:
        joint = way.closer
        if joint is None:
            return (False, False, 0.0, "")
        away = not joint.entity.remote_controlled
        return (joint.switch not in self._preferred, away, -self._spare(way), joint.entity.id)

    def _spare(self, way: Way) -> float:
        return 0.0 if way.closer is None else self._margin.spare(self._beyond(way.closer))

    def _beyond(self, joint: Joint) -> int:
        end = next(end for end in joint.ends if self._grid.is_live(end))
        return joint.node_at(end)

    def _beside(
        self, island: frozenset[int], cut: frozenset[int], operable: Operable
    ) -> Iterator[tuple[Joint, frozenset[int]]]:
        """Open switches from an island to other dark parts that could be closed while both are dead."""
        for joint in self._grid.border(island):
            other = next(end for end in joint.ends if end not in island)
            if joint.switch in self._grid.closed or self._grid.is_live(other) or other in cut:
                continue
            if operable(joint) and not joint.inside:
                yield joint, self._grid.joined([other], lambda each: not set(each.ends) & cut)

    def _extended(self, way: Way, cut: frozenset[int], operable: Operable) -> list[Way]:
        """A way with what only a disconnector leads to from it, closed while all is dead; and without."""
        blocks, closes = way.blocks, way.closes
        for joint, other in self._beside(way.blocks, cut, operable):
            misses = any(self._worth(at) != NOTHING and self._worth.adds(at, way.blocks) for at in other)
            only = isinstance(joint.entity, Disconnector) and not any(map(self._group, self._direct(other, operable)))
            if only and misses and not other & blocks:
                blocks, closes = blocks | other, (*closes, joint.switch)
        more = Way(blocks, way.closer, way.source, closes)
        return [more, way] if closes != way.closes else [way]

    def _group(self, way: Way, blocks: frozenset[int] | None = None, *, left: bool = False) -> Group | None:
        """What a way feeds, if it carries it: of its blocks all, or these."""
        grid = self._grid
        chosen = way.blocks if blocks is None else blocks
        switch = None if way.closer is None else way.closer.switch
        if (switch, chosen) in self.barred or self._joins_in_some_world(way, chosen, left=left):
            return None
        closes = tuple(at for at in way.closes if chosen.issuperset(grid.region.joints[at].ends))
        sure = self._sure(way, chosen, closes)
        found = self._made(way, chosen, closes, sure, left=left)
        as_it_is = self._made(way, chosen, closes, []) if sure and not left else None
        if found is None and as_it_is is None and (switch, chosen) in self._short:
            self.barred.add((switch, chosen))  # the margin only shrinks
        return found if as_it_is is None else replace(as_it_is, otherwise=found)

    def _made(
        self, way: Way, chosen: frozenset[int], closes: tuple[int, ...], sure: list[int], *, left: bool = False
    ) -> Group | None:
        grid = self._grid
        if self._from_afar and any(self._waits_for_the_field(at) for at in sure):
            return None
        switch = None if way.closer is None else way.closer.switch
        joined = [*grid.within(chosen), *closes]
        unsure = [at for at in grid.unsure(chosen) if at not in sure]
        tree = self._margin.tree(chosen, way.closer, way.source, joined, unsure)
        beyond = None if way.closer is None else self._beyond(way.closer)
        if not self._margin.fits(tree, beyond):
            self._short.add((switch, chosen))
            return None
        opens = [
            joint.switch
            for joint in grid.border(chosen)
            if joint.switch in grid.closed and joint is not way.closer and not any(grid.is_live(e) for e in joint.ends)
            if joint.switch not in self._perhaps_tripped or not grid.is_idle(joint, chosen)
        ]
        joints = grid.region.joints  # what breaks a fault first: parallel to it may lie what does not
        opens.sort(key=lambda at: not joints[at].entity.breaks_fault)
        return Group(chosen, tuple(opens), (*closes, *sure), switch, tree, beyond, left=left)

    def _sure(self, way: Way, chosen: frozenset[int], closes: tuple[int, ...]) -> list[int]:
        """Unknown switches that must be closed for sure: before what gives more than what is reached without them."""
        grid, first = self._grid, self._first(way)
        if not (unsure := set(grid.unsure(chosen))):
            return []
        sure, wanted = list[int](), list[int]()

        def reached(without: Collection[int]) -> frozenset[int]:
            return grid.joined([first], lambda at: at.switch not in without and chosen.issuperset(at.ends), closes)

        there = reached(unsure)
        for block in grid.outwards(first, chosen, closes):
            if self._worth(block) != NOTHING and (block in there or self._worth.adds(block, there)):
                wanted.append(block)
                if block not in there:
                    sure = grid.of_use(chosen, first, wanted, closes)
                    there = reached(unsure.difference(sure))
        return sure

    def _waits_for_the_field(self, switch: int) -> bool:
        return not self._may_from_afar(self._grid.region.joints[switch])

    def _joins_in_some_world(self, way: Way, chosen: frozenset[int], *, left: bool) -> bool:
        return way.closer is not None and not left and self._fed_already.somewhere(way.closer, chosen)

    def _part(self, way: Way, cut: frozenset[int], operable: Operable) -> Group | None:
        """As much of a way as its supply carries: grown by the most urgent, or all but what is shed, as is better."""
        switch = None if way.closer is None else way.closer.switch
        if (switch, way.blocks, way.closes) in self._tried:
            return None
        first = self._first(way)
        grown = None if way.closes else self._grown(way, cut, first, operable)
        found = (grown, self._shed(way, first, operable))
        parts = [part for part in found if part is not None and self._is_worth_it(part)]
        if not parts:
            self._tried.add((switch, way.blocks, way.closes))
        return min(parts, key=self._rank_of, default=None)

    def _first(self, way: Way) -> int:
        """The block that is fed first."""
        if way.closer is not None:
            return next(end for end in way.closer.ends if end in way.blocks)
        return next(block.number for block in self._grid.blocks(way.blocks) if way.source in block.sources)

    def _is_worth_it(self, part: Group) -> bool:
        worth = self._of(part.blocks)
        return self._visits(part)[0] <= MOST_VISITS and (worth.kw > 0 or worth.rank < NOTHING.rank)

    def _rank_of(self, part: Group) -> tuple[list[int], float, int]:
        """Sort key: whose most urgent customers come first, then power, then how little is operated."""
        worths = [self._worth(block) for block in part.blocks]
        ranks = sorted(worth.rank for worth in worths if worth.rank < NOTHING.rank)
        kw = sum(worth.kw for worth in worths)
        if self._objective is Objective.MOST_POWER:
            return [], -kw, len(part.opens)
        return [*ranks, NOTHING.rank], -kw, len(part.opens)

    def _grown(self, way: Way, cut: frozenset[int], first: int, operable: Operable) -> Group | None:
        """What is reached first, then the most urgent that fits, then what else fits."""
        grid = self._grid

        def fixed(joint: Joint) -> bool:
            return not operable(joint) and not set(joint.ends) & cut

        part = {block: piece for piece in grid.islands(cut, fixed) for block in piece}
        best = self._group(way, part[first])
        if best is None:
            return None
        pieces = {part[block] for block in way.blocks} - {part[first]}
        wanted = [each for each in pieces if self._of(each) != NOTHING]
        wanted.sort(key=lambda each: (self._key(self._of(each)), sorted(each)))
        best = self._with_what_fits(way, best, wanted, part)
        return self._up_to_the_cut(way, best, part, cut)

    def _with_what_fits(
        self, way: Way, best: Group, pieces: list[frozenset[int]], part: dict[int, frozenset[int]]
    ) -> Group:
        """With each piece that fits, in this order: more and more at once as long as they do, else one by one."""
        place, count = 0, 1
        while place < len(pieces):
            chosen = best.blocks
            for piece in pieces[place : place + count]:
                chosen |= self._grid.road(chosen, piece, part) or frozenset()
            found = self._group(way, chosen) if chosen != best.blocks else best
            if found is not None or count == 1:
                best, place, count = found or best, place + count, 2 * count if found else 1
            else:
                count //= 2
        return best

    def _up_to_the_cut(self, way: Way, best: Group, part: dict[int, frozenset[int]], cut: frozenset[int]) -> Group:
        """With what nobody misses beside the cut or beside the part, where that takes no more switches: the cut ends at
        its own ones, and no dead end is parted."""
        border = (*self._grid.border(cut), *self._grid.border(best.blocks))
        idle = {part[end] for joint in border for end in joint.ends if end in way.blocks}
        for piece in sorted((each for each in idle - {best.blocks} if self._of(each) == NOTHING), key=sorted):
            road = self._grid.road(best.blocks, piece, part)
            more = self._group(way, best.blocks | road) if road else None
            if more and self._of(more.blocks) == self._of(best.blocks) and self._visits(more) <= self._visits(best):
                best = more
        return best

    def _visits(self, part: Group) -> tuple[int, int]:
        """Switches to be opened on site, and all."""
        joints = self._grid.region.joints
        return sum(not joints[switch].entity.remote_controlled for switch in part.opens), len(part.opens)

    def _shed(self, way: Way, first: int, operable: Operable) -> Group | None:
        """All but what hangs behind a few switches: those whose loss harms least among the fewest that make it fit."""
        beyond = None if way.closer is None else self._beyond(way.closer)
        joined = [*self._grid.within(way.blocks), *way.closes]
        tree = self._margin.tree(way.blocks, way.closer, way.source, joined)
        excess = self._margin.excess(tree, beyond)
        weight = {part: tree.flow.get(at, 0.0) for part, at in self._behind(way, first, operable)}
        behind = sorted(weight, key=lambda part: (-weight[part], min(part), len(part)))
        chosen = [
            parts
            for count in range(1, MOST_VISITS + 1)
            for parts in combinations(behind[:MOST_PARTS], count)
            if sum(map(weight.__getitem__, parts)) >= excess and _are_apart(parts)
        ]
        for parts in sorted(chosen, key=self._harm)[:MOST_TRIED]:
            if (found := self._group(way, way.blocks.difference(*parts))) is not None and self._is_worth_it(found):
                return found
        return None

    def _harm(self, parts: tuple[frozenset[int], ...]) -> tuple[list[int], int, float]:
        """Sort key of what is lost by shedding: the later its most urgent customer comes the better."""
        each = [self._worth(block) for part in parts for block in part]
        ranks = sorted(worth.rank for worth in each if worth.rank < NOTHING.rank)
        return [-rank for rank in ranks], len(parts), sum(worth.kw for worth in each)

    def _behind(self, way: Way, first: int, operable: Operable) -> Iterator[tuple[frozenset[int], int]]:
        """What lies behind each switch that can be opened, or left open, seen from where it is fed; who had nothing
        before, too."""
        passed = {*self._grid.closed, *way.closes}
        came: dict[int, tuple[int, Joint] | None] = {first: None}
        order = [first]
        for block in order:
            for joint in self._grid.region.at[block]:
                other = joint.other(block)
                if joint.switch in passed and other in way.blocks and other not in came:
                    came[other] = (block, joint)
                    order.append(other)
        below: dict[int, set[int]] = {block: {block} for block in order}
        for block in reversed(order):
            step = came[block]
            if step is not None:
                below[step[0]] |= below[block]
        for block in order:
            if (step := came[block]) is not None and operable(step[1]):
                yield frozenset(below[block]), step[1].switch

    def _of(self, blocks: Iterable[int]) -> Worth:
        each = [self._worth(block) for block in blocks]
        return Worth(min((w.rank for w in each), default=NOTHING.rank), sum(w.kw for w in each))

    def _key(self, worth: Worth) -> tuple[float, float]:
        if self._objective is Objective.MOST_POWER:
            return (-worth.kw, worth.rank)
        return (worth.rank, -worth.kw)


def _are_apart(parts: tuple[frozenset[int], ...]) -> bool:
    return len(frozenset().union(*parts)) == sum(map(len, parts))
