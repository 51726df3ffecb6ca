"""Worths (恢复价值): what feeding a part of the dark grid would give back now, and whether more of it adds anything.

    ─ CB1 ─ [L1: S1 of C1] ─ D12? ─ [L3: S2 of C1]      C1 has all of its loads by S1: nobody need go to D12 for S2
"""  # fmt: skip

from __future__ import annotations

from graph_api.services.restoration.at_customers import IsLive
from graph_api.services.restoration.case import Case
from graph_api.services.restoration.groups import LAST, NOTHING, Worth
from graph_api.services.restoration.play import Play
from graph_api.services.restoration.transfer_margin import helps, wanted
from schema.relationships import RelationshipKind


class Worths:
    """Worths of blocks as a play stands."""

    def __init__(self, play: Play, case: Case) -> None:
        self._play, self._case, self._region = play, case, case.region
        self._known = dict[int, Worth]()
        self._version = -1

    def __call__(self, number: int) -> Worth:
        """What feeding a block would give back now."""
        if self._version != self._play.version:
            self._version = self._play.version
            self._known.clear()
        if number not in self._known:
            self._known[number] = self._worked_out(number)
        return self._known[number]

    def adds(self, number: int, reached: frozenset[int]) -> bool:
        """Whether a block gives back more than others do that are fed at once: an area, or a point that none of its
        supplies there has helped."""
        block, play = self._region.blocks[number], self._play
        if any(area in play.areas and play.is_out(area) for area in block.areas):
            return True
        points = (at for own in block.supplies for at in play.before.graph.sources(own, RelationshipKind.FED_BY))
        waiting = (at for at in points if at in play.owner and play.lacks(at))
        return any(not self._is_served(at, reached) for at in waiting)

    def is_missed(self, number: int) -> bool:
        """Whether anybody there lacks in some world what feeding a block would give, and has no supply live in it."""
        block, plays = self._region.blocks[number], self._play.worlds or (self._play,)
        if self(number) == NOTHING:
            return False
        points = {at for own in block.supplies for at in self._play.before.graph.sources(own, RelationshipKind.FED_BY)}
        if any(self._waits(play, at) for play in plays for at in points if at in play.owner):
            return True
        return any(self._play.is_out(area) for area in block.areas)

    def _waits(self, play: Play, point: int) -> bool:
        """Whether a point lacks load, and its customer cannot help itself: nothing that it hangs on has voltage."""
        supplies = (each.stands_for for each in play.points[point].point.supplies if each.in_service)
        return play.lacks(point) and not any(at >= 0 and play.live(at) for at in supplies)

    def _is_served(self, point: int, reached: frozenset[int]) -> bool:
        supplies = [each.stands_for for each in self._play.points[point].point.supplies if each.in_service]
        there = (at for at in supplies if (blocks := self._region.blocks_at(at)) and blocks <= reached)
        return any(self._helps(point, at) for at in there)

    def _helps(self, point: int, supply: int) -> bool:
        return helps(self._play, point, [supply], self._lit_with(supply), self._region.at_fault)

    def _worked_out(self, number: int) -> Worth:
        block, play = self._region.blocks[number], self._play
        kw = sum(max(play.areas[area], 1e-3) for area in block.areas if area in play.areas and play.is_out(area))
        rank = NOTHING.rank
        for supply in block.supplies:
            for point in play.before.graph.sources(supply, RelationshipKind.FED_BY):
                customer = play.owner.get(point)
                if customer is None or not play.lacks(point) or not self._helps(point, supply):
                    continue
                asked = play, point, [supply], self._lit_with(supply), self._region.at_fault
                rank = min(rank, self._case.rank.get(customer, LAST - 1))
                kw += wanted(*asked).get(supply, 0.0)
        return Worth(rank, kw)

    def _lit_with(self, supply: int) -> IsLive:
        return lambda at: at == supply or self._play.live(at)
