"""Turns (排队): changes of one thing are made one after the other, in the order in which they came."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from weakref import WeakValueDictionary


class Turns:
    """Of the things of a store, in this process."""

    def __init__(self) -> None:
        self._of: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def at(self, ids: Iterable[str]) -> AsyncIterator[bool]:
        """Wait for the turn at all of these things, and have it; gives whether there was anything to wait for."""
        locks = [self._of.setdefault(id, asyncio.Lock()) for id in sorted(set(ids))]
        waits = any(each.locked() for each in locks)
        async with AsyncExitStack() as held:
            for each in locks:  # in one order, so that no two wait for each other
                await held.enter_async_context(each)
            yield waits
