"""A piece of work in a thread that can be stopped: for a client that is gone, or for the CPU time that it takes.

Services are pure and know neither clock nor thread, so they cannot look whether they should go on. They are stopped
from outside: CPython raises an exception in a thread at its next step (machine code of numba, a few ms, ends first).
What was worked out by then is dropped; what is kept with a model is kept whole or not at all.
"""

from __future__ import annotations

import ctypes
import threading
import time
from collections.abc import Callable
from enum import Enum
from typing import Generic, TypeVar

T = TypeVar("T")

_raise_in = ctypes.pythonapi.PyThreadState_SetAsyncExc
_raise_in.argtypes = (ctypes.c_ulong, ctypes.py_object)
_raise_in.restype = ctypes.c_int
_STEPS = 1000
"""Steps in which a stop that is under way arrives: it comes at the next one."""


class Reason(Enum):
    """Why work is stopped."""

    BUDGET = "it has used its CPU time"
    GONE = "nobody waits for it"


class _Stop(BaseException):
    """Raised in the thread; no `except Exception` on its way may take it for an error of a field."""


class Stopped(Exception):
    """The work was stopped before its end."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


class Work(Generic[T]):
    """One piece of work, called once by the thread that does it and watched by another."""

    def __init__(self, work: Callable[[], T]) -> None:
        self._work = work
        self._lock = threading.Lock()
        self._thread: int | None = None
        self._reason: Reason | None = None
        self._clock: int | None = None
        self._began = 0.0

    def __call__(self) -> T:
        """Its result. Raises Stopped, and what the work raises."""
        try:
            self._begin()
            try:
                result = self._work()
            finally:
                self._end()
        except _Stop:
            self._end()  # where the stop came on the way to it
            raise Stopped(self._reason or Reason.GONE) from None
        except Exception:
            if self._reason is None:
                raise
            raise Stopped(self._reason) from None  # machine code makes another error of a stop
        if self._reason is not None:  # such an error was caught
            raise Stopped(self._reason)
        return result

    def stop(self, reason: Reason) -> None:
        """End it as soon as it takes its next step; nothing if it has ended. The first reason counts."""
        with self._lock:
            if self._reason is None:
                self._reason = reason
                if self._thread is not None:
                    _raise_in(self._thread, _Stop)

    def used(self) -> float:
        """CPU seconds of its thread so far (elapsed ones where the system does not tell)."""
        with self._lock:
            return self._now() - self._began if self._thread is not None else 0.0

    def _now(self) -> float:
        return time.perf_counter() if self._clock is None else time.clock_gettime(self._clock)

    def _begin(self) -> None:
        with self._lock:
            if self._reason is not None:
                raise _Stop
            if hasattr(time, "pthread_getcpuclockid"):
                self._clock = time.pthread_getcpuclockid(threading.get_ident())
            self._began = self._now()
            self._thread = threading.get_ident()

    def _end(self) -> None:
        """From now on a stop comes too late; one that is under way arrives here.

        It is not taken back: CPython 3.11 then looks for it at every step for ever, and where steps are traced (by
        coverage, a debugger) it goes no further.
        """
        with self._lock:
            self._thread = None
            under_way = self._reason is not None
        if under_way:
            for _ in range(_STEPS):
                pass
