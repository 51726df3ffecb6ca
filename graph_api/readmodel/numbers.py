"""Numbers of the read model that must not be taken for one another; at run time they are ints."""

from __future__ import annotations

from collections.abc import Collection
from typing import NewType, cast

Index = NewType("Index", int)
"""Of a thing in a snapshot, dense from 0; it holds in every later snapshot that was advanced or merged from it."""
Vertex = NewType("Vertex", int)
"""Of a place in the network: an index's own, or a node with the busbars that stand on it. Never shown outside."""


def as_indexes(numbers: list[int]) -> list[Index]:
    """Numbers out of an array of indexes, as what they are; nothing is copied."""
    return cast(list[Index], numbers)


def all_indexes(size: int) -> Collection[Index]:
    """Every index of a snapshot without holes, ascending."""
    return cast(Collection[Index], range(size))
