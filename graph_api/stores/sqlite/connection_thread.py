"""A lane: one thread with one connection, so that the event loop never waits for the disk."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Concatenate, ParamSpec, TypeVar

import apsw

from graph_api.errors import StoreUnavailable
from graph_api.stores.sqlite.connection import StoreConnection, translated
from graph_api.stores.sqlite.place import Place
from schema.words import say

P = ParamSpec("P")
T = TypeVar("T")
log = logging.getLogger(__name__)


class ConnectionThread:
    """Runs work on its own thread, one piece after the other, with a connection opened at first use."""

    def __init__(
        self, name: str, place: Place, connect: Callable[[], StoreConnection], *, checkpoints: bool = True
    ) -> None:
        self._place = place
        self._connect = connect
        self._checkpoints = checkpoints
        self._connection: StoreConnection | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"store-{name}")
        self._closing: Future[None] | None = None

    async def run(self, work: Callable[Concatenate[StoreConnection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run the work on the lane. Cancelling the caller does not stop what has begun."""
        return await asyncio.wrap_future(self._submit(work, *args, **kwargs))

    async def run_soon(
        self,
        patience_seconds: float,
        work: Callable[Concatenate[StoreConnection, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Like `run`, but StoreUnavailable if the work could not even begin within the given time."""
        future = self._submit(work, *args, **kwargs)
        waiting = asyncio.wrap_future(future)
        await asyncio.wait({waiting}, timeout=patience_seconds)
        if not waiting.done() and future.cancel():
            raise StoreUnavailable(
                say("The store is busy with a long write (a load being committed); nothing was changed, try again.")
            )
        return await waiting

    def finish(self) -> Future[None]:
        """Close the connection after what is under way; the lane takes no more work. May be called twice."""
        if self._closing is None:
            self._closing = self._thread.submit(self._disconnect)
            self._thread.shutdown(wait=False)
        return self._closing

    def let_go(self) -> Future[None]:
        """Close the connection after what is under way; the next work opens another."""
        try:
            return self._thread.submit(self._disconnect)
        except RuntimeError:  # finished: what closes it is on its way
            return self.finish()

    def require_open(self) -> None:
        """Raise StoreUnavailable after `finish`."""
        if self._closing is not None:
            raise StoreUnavailable(say("The store is closed; open it again."))

    def _submit(
        self, work: Callable[Concatenate[StoreConnection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> Future[T]:
        self.require_open()
        taken = self._place.taken
        return self._thread.submit(lambda: self._work(taken, work, *args, **kwargs))

    def _work(
        self, taken: int, work: Callable[Concatenate[StoreConnection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        try:
            self._place.meant(taken)
            if self._connection is None:
                self._connection = self._connect()
            self._place.check(self._rescue)
            self._place.check_content(self._mark, loses=True)
            return work(self._connection, *args, **kwargs)
        except (apsw.Error, OSError, UnicodeEncodeError, OverflowError) as error:
            if not isinstance(error, apsw.ConstraintError | apsw.BusyError | UnicodeEncodeError | OverflowError):
                # after a failure of the disk a fresh connection is the safe way to go on
                self._disconnect()
            raise translated(error, self._place.path) from error

    def _mark(self) -> int:
        return 0 if self._connection is None else int(self._connection.pragma("user_version"))

    def _rescue(self) -> None:
        """Bring what the log holds into the file that was moved away, and leave nothing that its follower replays."""
        if self._connection is not None:
            with suppress(apsw.Error):
                self._connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is None:
            return
        if self._place.is_lost:
            # the log at the path may be that of another store by now
            connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
        elif self._checkpoints:
            # a process that reads the old pages may stand in the way; the log is kept then and nothing is lost
            with suppress(apsw.Error):
                connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
        else:
            connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
        try:
            connection.close()
        except apsw.Error as error:
            log.warning("closing %s: %s", self._place.path, error)
