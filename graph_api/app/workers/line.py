"""The line to a further process: what was asked over a link and is not answered yet."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from graph_api.app.workers.link import CANNOT_TRAVEL, Ask, Link, Ready, Reply, Stop
from graph_api.graphql.execution.elsewhere import Lost, Question, Told
from graph_api.graphql.execution.lanes import LOOKS_S, Gone
from graph_api.graphql.execution.work import Reason, Stopped

log = logging.getLogger("baodian.workers")

STOPS_S = 5.0
"""Seconds that a process has to stop what nobody waits for."""


class Line:
    """A seat in the process at the other end, as long as that lives."""

    def __init__(self, link: Link, stuck: Callable[[], None]) -> None:
        """`stuck`: is called where it does not stop what nobody waits for, as machine code hears no stop."""
        self.is_ready = False
        self._link, self._stuck = link, stuck
        self._asked = 0
        self._under_way: dict[int, asyncio.Future[Told | None]] = {}

    def __len__(self) -> int:
        return len(self._under_way)

    async def hear(self) -> None:
        """Pass on what it says, until it ends."""
        try:
            while (message := await self._link.receive()) is not None:
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
            log.error("a worker process does not stop what nobody waits for: it is ended")
            self._stuck()


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
