"""Ranked: a list in its order, of which a page is taken without looking at the rest."""

from __future__ import annotations

import heapq
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

SortKey = tuple[str | float | int | bool, ...]
Listed = tuple[SortKey, int]
"""Sort key, whose last part is the id, and index of a listed thing."""
Ints = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Part:
    """Things in ascending order of their keys."""

    things: Ints
    key: Callable[[int], SortKey]

    def after(self, last: SortKey | None, most: int) -> list[Listed]:
        """The first ones after a key (None = from the start), at most so many. Raises TypeError for a key of others."""
        begin = 0 if last is None else bisect_right(_Keys(self), last)
        return [(self.key(thing), thing) for thing in self.things[begin : begin + most].tolist()]


class _Keys(Sequence[SortKey]):
    """The keys of a part, worked out when they are looked at."""

    def __init__(self, part: Part) -> None:
        self._part = part

    def __len__(self) -> int:
        return len(self._part.things)

    def __getitem__(self, place: int) -> SortKey:  # type: ignore[override]
        return self._part.key(int(self._part.things[place]))


class Ranked:
    """The things of some parts, in the order of their keys."""

    def __init__(self, parts: Iterable[Part]) -> None:
        self._parts = [part for part in parts if len(part.things)]

    def __len__(self) -> int:
        return sum(len(part.things) for part in self._parts)

    def __iter__(self) -> Iterator[int]:
        """All of them, by part."""
        return (thing for part in self._parts for thing in part.things.tolist())

    def after(self, last: SortKey | None, most: int) -> list[Listed]:
        """The first ones after a key (None = from the start), at most so many. Raises TypeError for a key of others."""
        if len(self._parts) == 1:
            return self._parts[0].after(last, most)
        return heapq.nsmallest(most, (listed for part in self._parts for listed in part.after(last, most)))
