"""Working memory of the kernels, used again and again: one set for each call that runs at the same time."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import numpy as np

from graph_api.readmodel.topology.compiled import Flags, Ints


class Room(NamedTuple):
    """Arrays with a place per vertex; `marks` is all 0 whenever nobody uses it."""

    marks: Flags
    queue: Ints
    rim: Ints
    spot: Ints


class Rooms:
    """Lends rooms to threads; a room is never in two hands."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._free: deque[Room] = deque()

    @contextmanager
    def lent(self) -> Iterator[Room]:
        """A room for the time of one call. After an error inside it is thrown away, as its marks may be dirty."""
        try:
            room = self._free.pop()
        except IndexError:
            queue, rim, spot = (np.empty(self._size, np.int32) for _ in range(3))
            room = Room(np.zeros(self._size, np.uint8), queue, rim, spot)
        yield room
        self._free.append(room)
