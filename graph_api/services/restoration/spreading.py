"""Which supply takes over which blocks of the dark part: one tie each, never two supplies joined, no rating broken."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum, unique
from typing import Any, Protocol

from graph_api.services.restoration.load_blocks import LoadBlock


@unique
class Objective(StrEnum):
    """恢复目标: what a restoration plan looks for first."""

    MOST_IMPORTANT = "MOST_IMPORTANT"
    MOST_POWER = "MOST_POWER"
    FEWEST_OPERATIONS = "FEWEST_OPERATIONS"


class Capacity(Protocol):
    """Tells and takes the power that is left at a live index, in kW."""

    def spare(self, index: int) -> float:
        """Power that can be taken."""

    def add(self, index: int, kw: float) -> None:
        """Take power."""


@dataclass(frozen=True, slots=True)
class Closing:
    """A switch to close, and those to open before it."""

    switch: int
    open_first: tuple[int, ...]


@dataclass(slots=True)
class Spread:
    """What is closed, in order, and the blocks that were within reach but too much for every supply."""

    closings: list[Closing] = field(default_factory=list)
    too_much: list[LoadBlock] = field(default_factory=list)


Ease = Callable[[int], Any]
"""Sort key of how easily a switch is operated."""


def spread(
    blocks: Sequence[LoadBlock], capacity: Capacity, ranks: Sequence[int], objective: Objective, ease: Ease
) -> Spread:
    """Feed blocks over ties, island by island (blocks joined by closed switches), the most urgent island first.

    `ranks` has the place of each block's most urgent customer. An island that one tie can carry is taken whole; else,
    unless the fewest operations are wanted, supplies grow into it block by block, the best next block first, and the
    switches between their parts are opened. Islands that only touch others that are fed again follow them.
    """
    work = _Work(blocks, capacity, ranks, objective, ease)
    while (island := work.next_island()) is not None:
        if not work.take_whole(island) and objective is not Objective.FEWEST_OPERATIONS:
            work.take_parts(island)
    return work.result()


class _Work:
    def __init__(
        self, blocks: Sequence[LoadBlock], capacity: Capacity, ranks: Sequence[int], objective: Objective, ease: Ease
    ) -> None:
        self._blocks = blocks
        self._capacity = capacity
        self._ranks = ranks
        self._objective = objective
        self._ease = ease
        self._spread = Spread()
        self._fed_by: dict[int, int] = {}
        """The live node that a block's supply comes from, by block."""
        self._islands = _islands(blocks)
        self._reached: set[int] = set()
        """Blocks that some supply led to."""
        self._tried: dict[int, int] = {}
        """How many blocks were fed when an island was last tried, by its first block."""

    def next_island(self) -> list[int] | None:
        """The most urgent island with a tie to what is live that was not tried since anything changed."""
        ready = [
            island
            for island in self._islands
            if island[0] not in self._fed_by
            and self._tried.get(island[0]) != len(self._fed_by)
            and any(self._ties(number) for number in island)
        ]
        if not ready:
            return None
        self._reached.update(number for island in ready for number in island)
        best = min(ready, key=lambda island: min(self._order(number) for number in island))
        self._tried[best[0]] = len(self._fed_by)
        return best

    def take_whole(self, island: list[int]) -> bool:
        """Close one tie that carries all of it."""
        kw = sum(self._blocks[number].kw for number in island)
        ties = [(switch, node) for number in island for switch, node in self._ties(number)]
        for switch, node in sorted(ties, key=lambda tie: (self._ease(tie[0]), -self._capacity.spare(tie[1]))):
            if kw <= self._capacity.spare(node):
                self._capacity.add(node, kw)
                self._fed_by.update(dict.fromkeys(island, node))
                self._spread.closings.append(Closing(switch, ()))
                return True
        return False

    def take_parts(self, island: list[int]) -> None:
        """Let every tie grow into it as far as its supply carries, the best block first."""
        within = set(island)
        by: dict[int, int] = {}
        nodes: dict[int, int] = {}
        frontier: list[tuple[Any, int, int, int]] = []
        for number in island:
            for switch, node in self._ties(number):
                nodes[switch] = node
                heapq.heappush(frontier, (self._order(number), len(frontier), number, switch))
        pushed = len(frontier)
        while frontier:
            _, _, number, tie = heapq.heappop(frontier)
            block = self._blocks[number]
            if number in by or block.kw > self._capacity.spare(nodes[tie]) or self._stands_on_other(by, number, tie):
                continue
            by[number] = tie
            self._capacity.add(nodes[tie], block.kw)
            for other in block.closed.values():
                if other in within and other not in by:
                    pushed += 1
                    heapq.heappush(frontier, (self._order(other), pushed, other, tie))
        self._close(island, by, nodes)

    def result(self) -> Spread:
        """What was found."""
        left = sorted(self._reached - self._fed_by.keys())
        self._spread.too_much = [self._blocks[number] for number in left]
        return self._spread

    def _stands_on_other(self, by: dict[int, int], number: int, tie: int) -> bool:
        """Whether a tie would start a second part where its first block is taken by another supply already."""
        return tie not in by.values() and tie not in dict(self._ties(number))

    def _close(self, island: list[int], by: dict[int, int], nodes: dict[int, int]) -> None:
        parted: set[int] = set()
        for tie in dict.fromkeys(by.values()):
            mine = {number for number, taken in by.items() if taken == tie}
            edges = {
                switch
                for number in mine
                for switch, other in self._blocks[number].closed.items()
                if other not in mine and other in set(island)
            }
            self._spread.closings.append(Closing(tie, tuple(sorted(edges - parted, key=self._ease))))
            parted |= edges
            self._fed_by.update(dict.fromkeys(mine, nodes[tie]))
        if by and len(by) < len(island):
            self._islands.remove(island)
            left = [number for number in island if number not in by]
            self._islands += _islands([self._blocks[number] for number in left], set(left))
            self._islands += [[number] for number in by]

    def _ties(self, number: int) -> list[tuple[int, int]]:
        """Open switches from a block to what is live, or fed again, with the live node behind each."""
        block = self._blocks[number]
        again = [(switch, self._fed_by[other]) for switch, other in block.open.items() if other in self._fed_by]
        return [*block.ties.items(), *again]

    def _order(self, number: int) -> tuple[float, float]:
        block = self._blocks[number]
        if self._objective is Objective.MOST_POWER:
            return (-block.kw, self._ranks[number])
        return (self._ranks[number], -block.kw)


def _islands(blocks: Sequence[LoadBlock], within: set[int] | None = None) -> list[list[int]]:
    """Blocks joined by closed switches, each list ascending."""
    numbers = {block.number for block in blocks} if within is None else within
    of = {block.number: block for block in blocks}
    seen: set[int] = set()
    found = []
    for start in sorted(numbers):
        if start in seen:
            continue
        island, todo = [], [start]
        seen.add(start)
        while todo:
            number = todo.pop()
            island.append(number)
            for other in of[number].closed.values():
                if other in numbers and other not in seen:
                    seen.add(other)
                    todo.append(other)
        found.append(sorted(island))
    return found
