"""How often a kind of work was done and how long it took in all: for the metrics."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import NamedTuple


class Spent(NamedTuple):
    """Times that a work was finished, and the seconds of all of them."""

    times: int
    seconds: float


class Tally:
    """Counts by the name of the work. Used from the event loop's thread only."""

    def __init__(self) -> None:
        self._spent: dict[str, Spent] = {}

    @property
    def spent(self) -> Mapping[str, Spent]:
        """What was spent on each work so far."""
        return MappingProxyType(self._spent)

    @contextmanager
    def measure(self, work: str) -> Iterator[None]:
        """Count what is done inside once it succeeds, waiting included."""
        begin = time.perf_counter()
        yield
        before = self._spent.get(work, Spent(0, 0.0))
        self._spent[work] = Spent(before.times + 1, before.seconds + time.perf_counter() - begin)
