"""Working memory of the kernels, used again and again: one set for each call that runs at the same time."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import numpy as np

from graph_api.readmodel.topology.jit import Flags, Ints


class Scratch(NamedTuple):
    """Arrays with a place per vertex; `marks` is all 0 whenever nobody uses it."""

    marks: Flags
    queue: Ints
    rim: Ints
    spot: Ints


class ScratchPool:
    """Lends scratch memory to threads; no two calls share one."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._free: deque[Scratch] = deque()

    @contextmanager
    def lease(self) -> Iterator[Scratch]:
        """Scratch memory for one call. After an error inside it is thrown away, as its marks may be dirty."""
        try:
            scratch = self._free.pop()
        except IndexError:
            queue, rim, spot = (np.empty(self._size, np.int32) for _ in range(3))
            scratch = Scratch(np.zeros(self._size, np.uint8), queue, rim, spot)
        yield scratch
        self._free.append(scratch)
