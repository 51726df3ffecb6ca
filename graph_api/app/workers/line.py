"""The line to a further process: what was asked over a link and is not answered yet."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from graph_api.app.workers.link import CANNOT_TRAVEL, Ask, Link, Ping, Ready, Reply, Stop
from graph_api.graphql.execution.elsewhere import Lost, Question, Told
from graph_api.graphql.execution.lanes import LOOKS_S, Gone
from graph_api.graphql.execution.work import Reason, Stopped

STOPS_S = 5.0
"""Seconds that a process has to stop what nobody waits for."""
BEAT_S = 3.0
"""Seconds between two questions whether a process lives."""
QUIET_BEATS = 2
"""Such questions in a row after which it is asked nothing else and counts as not ready, until it is heard of."""
SILENT_BEATS = 5
"""Such questions in a row, with nothing heard since the first, after which it does not."""


class Line:
    """A seat in the process at the other end, as long as that lives."""

    def __init__(self, link: Link, stuck: Callable[[str], None]) -> None:
        """`stuck`: is called with what it fails to do: to stop what nobody waits for, as machine code hears no stop, or
        to be heard of at all, as where it is frozen."""
        self.is_ready = False
        self._link, self._stuck = link, stuck
        self._asked = self._silent = 0
        self._under_way: dict[int, asyncio.Future[Told | None]] = {}

    def __len__(self) -> int:
        return len(self._under_way)

    @property
    def takes(self) -> bool:
        """Whether it is ready, and was heard of lately."""
        return self.is_ready and self._silent < QUIET_BEATS

    async def hear(self) -> None:
        """Pass on what it says, until it ends."""
        try:
            while (message := await self._link.receive()) is not None:
                self._silent = 0
                if isinstance(message, Ready):
                    self.is_ready = True
                elif isinstance(message, Reply):
                    self._answer(message)
        finally:
            self.is_ready = False
            self._link.close()
            for waits in self._under_way.values():
                if not waits.done():
                    waits.set_exception(Lost())
            self._under_way.clear()

    async def beat(self) -> None:
        """Once it is ready, ask again and again whether it lives, until nothing has been heard of it for too long.

        Beats are counted, not seconds: where this process itself stood still, that is one beat for whoever is asked.
        """
        while self._silent < SILENT_BEATS:
            if self.is_ready:
                self._silent += 1
                self._link.send(Ping())
            await asyncio.sleep(BEAT_S)
        self._stuck(f"has not been heard of for {SILENT_BEATS} beats of {BEAT_S:g} s")

    def _answer(self, reply: Reply) -> None:
        waits = self._under_way.pop(reply.number, None)
        if waits is not None and not waits.done():
            waits.set_result(reply.told)

    async def ask(self, question: Question, gone: Gone | None) -> Told | None:
        """As `Seat.ask`."""
        self._asked += 1
        number, waits = self._asked, asyncio.get_running_loop().create_future()
        try:
            self._link.send(Ask(number, question))
        except CANNOT_TRAVEL:
            return None
        self._under_way[number] = waits
        try:
            return await _answered(waits, gone)
        except (Stopped, asyncio.CancelledError):
            waits.cancel()
            self._link.send(Stop(number))
            asyncio.get_running_loop().call_later(STOPS_S, self._end_if, number)
            raise

    def _end_if(self, number: int) -> None:
        if number in self._under_way:
            self._stuck("does not stop what nobody waits for")


async def _answered(waits: asyncio.Future[Told | None], gone: Gone | None) -> Told | None:
    """What comes, unless whoever asks goes before. Raises Stopped, Lost."""
    await asyncio.wait({waits}, timeout=None if gone is None else LOOKS_S)
    if gone is not None and not waits.done():
        leaves = asyncio.ensure_future(gone())
        ends: set[asyncio.Future[Any]] = {waits, leaves}
        try:
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        finally:
            leaves.cancel()
        if not waits.done():
            raise Stopped(Reason.GONE)
    return waits.result()
