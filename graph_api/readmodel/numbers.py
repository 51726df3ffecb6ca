"""Numbers of the read model that must not be taken for one another; at run time they are ints."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import NewType, cast

import numpy as np
import numpy.typing as npt

Index = NewType("Index", int)
"""Of a thing in a snapshot, dense from 0; it holds in every later snapshot that was advanced or merged from it."""
Vertex = NewType("Vertex", int)
"""Of a place in the network: an index's own, or a node with the busbars that stand on it. Never shown outside."""


def as_indexes(numbers: list[int]) -> list[Index]:
    """Numbers out of an array of indexes, as what they are; nothing is copied."""
    return cast(list[Index], numbers)


def flagged(size: int, indexes: Iterable[int]) -> npt.NDArray[np.bool_]:
    """Per index of a snapshot of that size whether it is one of these. Shape (size,)."""
    flags = np.zeros(size, np.bool_)
    flags[indexes if isinstance(indexes, np.ndarray) else np.fromiter(indexes, np.int64)] = True
    return flags


def all_indexes(size: int) -> Collection[Index]:
    """Every index of a snapshot without holes, ascending."""
    return cast(Collection[Index], range(size))


class PresentIndexes(Collection[Index]):
    """The indexes of a snapshot that has holes, ascending: those whose code is not that of a hole."""

    def __init__(self, codes: memoryview, count: int, hole: int) -> None:
        self._codes, self._count, self._hole = codes, count, hole

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Index]:
        return (Index(index) for index, code in enumerate(self._codes) if code != self._hole)

    def __contains__(self, index: object) -> bool:
        return isinstance(index, int) and 0 <= index < len(self._codes) and self._codes[index] != self._hole
