"""Memory of works that need much of it: looked through seldom, and given back between two of them."""

from __future__ import annotations

import ctypes
import gc
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

COLLECT_AFTER = 100_000
"""Objects made and not freed after which the collector looks at the youngest of them, while such a work goes on."""


def release() -> None:
    """Give back what is not needed any more: a million rows must not be held twice.

    Who refers to whom in circles is found by the collector alone, and the C library keeps what is freed unless told.
    """
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if os.name == "posix" else None
    if trim is not None:
        trim(0)


@contextmanager
def few_collections() -> Iterator[None]:
    """Look for circles of garbage seldom: such a work keeps nearly all that it makes, and each look walks all of it.

    The setting is the process's: the first of several works at once sets it, the last one sets it back.
    """
    _seldom.enter()
    try:
        yield
    finally:
        _seldom.leave()


class _Seldom:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._works = 0
        self._before = gc.get_threshold()

    def enter(self) -> None:
        with self._lock:
            if not self._works:
                self._before = gc.get_threshold()
                gc.set_threshold(max(self._before[0], COLLECT_AFTER), *self._before[1:])
            self._works += 1

    def leave(self) -> None:
        with self._lock:
            self._works -= 1
            if not self._works:
                gc.set_threshold(*self._before)


_seldom = _Seldom()
