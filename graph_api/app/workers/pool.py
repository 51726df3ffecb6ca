"""The further processes of a service as the one that listens has them: started, asked, started again."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

from graph_api.app.workers.line import Line
from graph_api.app.workers.link import Begin, Link
from graph_api.graphql.execution.elsewhere import Seat
from graph_api.settings import Settings

log = logging.getLogger("baodian.workers")

PAUSES_S = (0.1, 0.5, 1.0, 2.0, 5.0)
"""Seconds until one that ended is started again, the first time, the second, ... in a row; the last one goes on."""
ENDS_S = 1.5
"""Seconds that one has to end when the service stops."""
_START = (
    "import sys, json; sys.path[:] = json.loads(sys.argv[1]); "
    "from graph_api.app.workers.worker import main; main(int(sys.argv[2]))"
)  # fmt: skip
"""Finds the modules where this process found them."""


class Count(NamedTuple):
    """Processes of one kind that answer now, of how many, and how often one was started again."""

    ready: int
    of: int
    restarts: int


class _Process:
    """One further process, under whatever number it runs just now."""

    def __init__(self, settings: Settings, *, heavy: bool) -> None:
        self.restarts = 0
        self.line: Line | None = None
        self._begin = Begin(settings, heavy)
        self._kind = "heavy" if heavy else "quick"
        self._process: asyncio.subprocess.Process | None = None

    @property
    def seat(self) -> Line | None:
        """Where it is asked, if it answers."""
        return self.line if self.line is not None and self.line.takes else None

    async def keep(self) -> None:
        """Have it run, again and again, until this is cancelled."""
        failures, time = 0, asyncio.get_running_loop().time
        while True:
            began = time()
            try:
                pid, code = await self._run()
                log.error("the %s worker process %d ended with %d; it is started again", self._kind, pid, code)
            except OSError as error:
                log.error("a %s worker process cannot be started: %s", self._kind, error)
            failures = 0 if time() - began > PAUSES_S[-1] else failures + 1
            await asyncio.sleep(PAUSES_S[min(failures, len(PAUSES_S) - 1)])
            self.restarts += 1

    async def _run(self) -> tuple[int, int]:
        """Start it and pass on what it says until it ends; its number and how it ended. Raises OSError."""
        ours, theirs = socket.socketpair()
        with theirs:
            link = await Link.over(ours)
            self.line = Line(link, self._stuck)
            link.send(self._begin)
            hearing, beating = asyncio.create_task(self.line.hear()), asyncio.create_task(self.line.beat())
            try:
                process = self._process = await asyncio.create_subprocess_exec(
                    sys.executable, "-c", _START, json.dumps(sys.path), str(theirs.fileno()),
                    pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                )  # fmt: skip
                theirs.close()
                await hearing
            finally:
                hearing.cancel()
                beating.cancel()
                await asyncio.gather(hearing, beating, return_exceptions=True)
        return process.pid, await process.wait()

    def _stuck(self, why: str) -> None:
        pid = 0 if self._process is None else self._process.pid
        log.error("the %s worker process %d %s: it is ended", self._kind, pid, why)
        self.end()

    async def ended(self) -> None:
        """Wait for its end, which is its own to make for a while."""
        if self._process is None:
            return
        try:
            async with asyncio.timeout(ENDS_S):
                await self._process.wait()
        except TimeoutError:
            self.end()
            await self._process.wait()

    def end(self) -> None:
        """End it at once; it is started again."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()


class Workers:
    """All further processes of a service: none until they are started, and none where the system cannot have them."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._quick: list[_Process] = []
        self._heavy: list[_Process] = []

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Have them, until this is left."""
        if sys.platform != "win32":  # no socket is handed down there
            self._quick = [_Process(self._settings, heavy=False) for _ in range(self._settings.workers - 1)]
            self._heavy = [_Process(self._settings, heavy=True) for _ in range(self._settings.heavy_processes)]
        kept = [asyncio.create_task(each.keep(), name="keep a worker process") for each in self._all]
        try:
            yield
        finally:
            for task in kept:
                task.cancel()
            await asyncio.gather(*kept, return_exceptions=True)
            await asyncio.gather(*(each.ended() for each in self._all))

    @property
    def _all(self) -> list[_Process]:
        return [*self._quick, *self._heavy]

    def renew(self) -> None:
        """Have them started again: another store is served."""
        for each in self._all:
            each.end()

    def seat(self, *, heavy: bool, busy_here: int) -> Seat | None:
        """As `Elsewhere.seat`: of those that are ready, the one with least to do, unless this process has less."""
        free = [each.seat for each in (self._heavy if heavy else self._quick)]
        least = min((each for each in free if each is not None), key=len, default=None)
        return None if least is None or (not heavy and len(least) >= busy_here) else least

    def quick(self) -> Count:
        """Those that answer quick questions; this process is one of them."""
        return _count(self._quick, 1)

    def heavy(self) -> Count:
        """Those that answer heavy ones."""
        return _count(self._heavy, 0)


def _count(processes: list[_Process], besides: int) -> Count:
    ready = sum(each.seat is not None for each in processes)
    return Count(ready + besides, len(processes) + besides, sum(each.restarts for each in processes))
