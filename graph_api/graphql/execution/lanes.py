"""Two lanes for queries: quick ones, and heavy ones of which few run at once and few wait.

So a heavy question never holds a cheap one up, and nobody waits in a queue without end: who finds it full, or has stood
in it too long, is told to come back (`OVERLOADED`). Urgent ones come first, then whoever has fewest there; nobody has
more than half of it. One place more is kept for urgent ones, who so never wait for a sweep to end.
"""

from __future__ import annotations

import asyncio
import math
import time
from bisect import insort
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Generic, NamedTuple, TypeVar

import anyio.to_thread
from anyio import CapacityLimiter

from graph_api.errors import Overloaded
from graph_api.graphql.execution.urgency import Urgency
from graph_api.graphql.execution.work import Reason, Stopped, Work
from schema.words import say

T = TypeVar("T")

LOOKS_S = 0.05
"""Seconds between looks at the CPU time that a query has used."""
MOST_WAIT_S = 15.0
"""Seconds that a heavy query waits for its turn at most."""
_LONGEST_RETRY_S = 60
KEPT = 1
"""Places for heavy queries, above those that all may have, that urgent ones alone get, where the others are taken."""

Gone = Callable[[], Awaitable[object]]
"""Comes back when nobody waits for the answer any more."""


class Bounds(NamedTuple):
    """Threads of the quick lane and of the heavy one, heavy queries that may wait, CPU seconds of one query."""

    quick: int
    heavy: int
    waiting: int
    cpu_seconds: float


class Queue(NamedTuple):
    """Threads that answer queries, those that do so now, queries that wait for one, heavy ones among all three."""

    threads: int
    busy: int
    waiting: int
    heavy_busy: int
    heavy_waiting: int


class Lanes:
    """Runs work in threads."""

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._quick: CapacityLimiter | None = None
        self._heavy = _Line(bounds.heavy, bounds.waiting)

    def queue(self) -> Queue:
        """How busy they are."""
        threads, heavy = self._bounds.quick + self._bounds.heavy + KEPT, self._heavy
        busy = 0 if self._quick is None else self._quick.borrowed_tokens
        waiting = self.busy_quick() - busy
        return Queue(threads, busy + heavy.busy, waiting + len(heavy), heavy.busy, len(heavy))

    async def run(
        self,
        work: Callable[[], T],
        *,
        heavy: bool,
        gone: Gone | None = None,
        urgency: Urgency = Urgency.USUAL,
        who: str = "",
        elsewhere: Callable[[Gone | None], Awaitable[T | None]] | None = None,
    ) -> T:
        """Do the work in its lane; "" as `who` is somebody whose share nobody counts.

        `elsewhere` is tried first, once it is one's turn: another process that does the same; None = it does not. In
        a place that is kept for urgent work it is not, as what others asked is done there.
        Raises Overloaded, Stopped, and what the work raises.
        """
        if heavy:
            async with self._heavy.place(gone, urgency, who) as (leaves, is_kept):
                left = None if leaves is None else lambda: leaves
                if elsewhere is not None and not is_kept and (done := await elsewhere(left)) is not None:
                    return done
                return await self._watched(Work(work), CapacityLimiter(1), 0, left)
        if elsewhere is not None and (done := await elsewhere(gone)) is not None:
            return done
        if self._quick is None:
            self._quick = CapacityLimiter(self._bounds.quick)
        return await self._watched(Work(work), self._quick, LOOKS_S, gone)

    def busy_quick(self) -> int:
        """Quick work that is done here or waits for that."""
        quick = self._quick
        return 0 if quick is None else quick.borrowed_tokens + quick.statistics().tasks_waiting

    async def _watched(self, work: Work[T], lane: CapacityLimiter, first_look_s: float, gone: Gone | None) -> T:
        """Do the work, and look after a while, again and again, whether it should go on."""
        watch = _Watch(work, self._bounds.cpu_seconds, gone)
        watch.next = asyncio.get_running_loop().call_later(first_look_s, watch.look)
        try:
            return await anyio.to_thread.run_sync(work, limiter=lane)
        except asyncio.CancelledError:
            work.stop(Reason.GONE)
            raise
        finally:
            watch.end()


class _Place(NamedTuple):
    """Somebody's place in the line: by urgency, then who has fewest in it, then who came first."""

    urgency: Urgency
    own: int
    number: int
    turn: asyncio.Future[bool]
    """Comes with a place: whether that is one kept for urgent ones."""


class _Line:
    """Places for heavy queries, some kept for urgent ones, and the line before them."""

    def __init__(self, places: int, most: int) -> None:
        self._taken = {False: 0, True: 0}
        """Places of all that are taken, and places kept for urgent ones that are."""
        self._places = places
        self._most = most
        self._waiting: list[_Place] = []
        self._came = 0
        self._own: Counter[str] = Counter()
        self._mean_s = 1.0

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def busy(self) -> int:
        """Places that are taken."""
        return sum(self._taken.values())

    @asynccontextmanager
    async def place(
        self, gone: Gone | None, urgency: Urgency, who: str
    ) -> AsyncIterator[tuple[asyncio.Future[object] | None, bool]]:
        """A place, once it is one's turn; with the end of the client's waiting, to go on with, and whether it is kept
        for urgent ones."""
        own = self._own[who] if who else 0
        if own and own >= self._most // 2:
            raise self._overloaded()
        leaves = None if gone is None else asyncio.ensure_future(gone())
        self._own[who] += 1
        try:
            is_kept = await self._turn(leaves, urgency, own)
            began = time.perf_counter()
            try:
                yield leaves, is_kept
            finally:
                self._mean_s += (time.perf_counter() - began - self._mean_s) / 8
                self._next(is_kept)
        finally:
            self._leave(who)
            if leaves is not None:
                leaves.cancel()

    def _leave(self, who: str) -> None:
        self._own[who] -= 1
        if not self._own[who]:
            del self._own[who]

    async def _turn(self, leaves: asyncio.Future[object] | None, urgency: Urgency, own: int) -> bool:
        """One's turn: whether the place is one kept for urgent ones. Raises Overloaded, Stopped."""
        if (free := self._free(urgency)) is not None:
            self._taken[free] += 1
            return free
        turn = self._line_up(urgency, own)
        ends: set[asyncio.Future[Any]] = {turn} if leaves is None else {turn, leaves}
        try:
            await asyncio.wait(ends, timeout=MOST_WAIT_S, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            self._step_out(turn)
            raise
        if turn.done():
            return turn.result()
        self._step_out(turn)
        raise Stopped(Reason.GONE) if leaves is not None and leaves.done() else self._overloaded()

    def _free(self, urgency: Urgency) -> bool | None:
        """Which kind of place is free for that: one of all, or else one kept for urgent ones."""
        if self._taken[False] < self._places:
            return False
        return True if urgency is Urgency.URGENT and self._taken[True] < KEPT else None

    def _line_up(self, urgency: Urgency, own: int) -> asyncio.Future[bool]:
        """A place in the line; where that is full, the last one's who is less urgent, who is sent away."""
        if len(self._waiting) >= self._most:
            if not self._waiting or self._waiting[-1].urgency <= urgency:
                raise self._overloaded()
            self._waiting.pop().turn.set_exception(self._overloaded())
        turn = asyncio.get_running_loop().create_future()
        self._came += 1
        insort(self._waiting, _Place(urgency, own, self._came, turn), key=lambda each: each[:3])
        return turn

    def _step_out(self, turn: asyncio.Future[bool]) -> None:
        if not turn.done():
            self._waiting = [each for each in self._waiting if each.turn is not turn]
        elif turn.exception() is None:
            self._next(turn.result())

    def _next(self, is_kept: bool) -> None:
        """Pass the place on to the first who may have it."""
        if self._waiting and (not is_kept or self._waiting[0].urgency is Urgency.URGENT):
            self._waiting.pop(0).turn.set_result(is_kept)
        else:
            self._taken[is_kept] -= 1

    def _overloaded(self) -> Overloaded:
        seconds = math.ceil(self._mean_s * (len(self._waiting) + 1) / self._places)
        return Overloaded(
            say("Much is being asked that takes long: ask this again in a while, or for less."),
            retryAfterSeconds=min(max(1, seconds), _LONGEST_RETRY_S),
        )


class _Watch(Generic[T]):
    """Looks at work under way from the loop."""

    def __init__(self, work: Work[T], budget_s: float, gone: Gone | None) -> None:
        self.next: asyncio.TimerHandle | None = None
        self._work = work
        self._budget_s = budget_s
        self._gone = gone
        self._leaves: asyncio.Future[object] | None = None

    def look(self) -> None:
        """Stop the work if it has used its time; from the first look on, as soon as nobody waits for it, too."""
        if self._gone is not None and self._leaves is None:
            self._leaves = asyncio.ensure_future(self._gone())
            self._leaves.add_done_callback(self._left)
        if self._work.used() >= self._budget_s:
            self._work.stop(Reason.BUDGET)
        else:
            self.next = asyncio.get_running_loop().call_later(LOOKS_S, self.look)

    def _left(self, leaves: asyncio.Future[object]) -> None:
        if not leaves.cancelled():
            self._work.stop(Reason.GONE)

    def end(self) -> None:
        """Look no more."""
        if self.next is not None:
            self.next.cancel()
        if self._leaves is not None:
            self._leaves.remove_done_callback(self._left)
            self._leaves.cancel()
