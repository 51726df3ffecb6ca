"""The driver, its transactions under deadlines, and the one place where Neo4j's errors become ours."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

from neo4j import (
    AsyncDriver,
    AsyncGraphDatabase,
    AsyncTransaction,
    NotificationMinimumSeverity,
    TrustCustomCAs,
)
from neo4j.exceptions import AuthError, DriverError, Neo4jError, ServiceUnavailable, SessionExpired

from graph_api.errors import BaodianError, OutcomeUnknown, StoreUnavailable
from graph_api.stores.neo4j.address import Address
from graph_api.stores.neo4j.advice import advice
from graph_api.stores.neo4j.credentials import Credentials
from graph_api.stores.neo4j.statements import Statement
from schema.words import say

T = TypeVar("T")
log = logging.getLogger(__name__)
# the driver logs every lost connection as an error; each comes to us as an exception, and is told once from there
logging.getLogger("neo4j.io").setLevel(logging.CRITICAL)
logging.getLogger("neo4j.pool").setLevel(logging.CRITICAL)

CONNECT_SECONDS = 1.5
"""How long a connection may take to be made, or to become free."""
RETRIES_OF_A_LOST_CONNECTION = 2
"""The server may have been restarted: each pooled connection then fails once."""
_PAUSE_SECONDS = 0.02
_IN_DOUBT = ("Neo.DatabaseError", "Neo.TransientError.Cluster", "Neo.TransientError.General")
"""Answers to a commit that may have been made all the same: a cluster may have lost its leader on the way."""


class Transaction:
    """A transaction under way: runs named statements."""

    def __init__(self, transaction: AsyncTransaction) -> None:
        self._transaction = transaction

    async def run(self, statement: Statement, **parameters: Any) -> Any:
        """The first column of the only record; None if there is no record."""
        result = await self._transaction.run(statement.text, parameters)
        record = await result.single()
        return None if record is None else record[0]


Work = Callable[[Transaction], Awaitable[T]]


class Connection:
    """One driver for one store. All methods run on one event loop, which is the store's own.

    `patience` is how many times longer than said every call may take: 1 where people wait for an answer.
    """

    def __init__(self, address: Address, patience: float = 1.0) -> None:
        self._address = address
        self._patience = patience
        self._bookmarks = AsyncGraphDatabase.bookmark_manager()
        self._driver: AsyncDriver | None = None
        user = address.user
        self._credentials = Credentials(user, address.password or "", address.read_password) if user else None

    async def write(self, work: Work[T], *, seconds: float, server_seconds: float) -> T:
        """Run the work in a transaction and commit it.

        Tried again while Neo4j says that it may succeed (deadlock, lost connection) and there is time; the work must
        bear that. Raises StoreUnavailable if nothing was committed in `seconds`, OutcomeUnknown if that is not known.
        """
        attempt = _Attempt()
        return await self._within(attempt, seconds, lambda: self._write_once(attempt, work, server_seconds))

    async def read(self, work: Work[T], *, seconds: float) -> T:
        """Run the work in a transaction that reads. Raises StoreUnavailable."""
        return await self._within(_Attempt(), seconds, lambda: self._read_once(work, seconds))

    async def run_schema(self, texts: Sequence[str], *, seconds: float) -> None:
        """Run statements that change the schema, all of them or none."""

        async def once() -> None:
            async with self._session("WRITE") as session, await session.begin_transaction() as transaction:
                for text in texts:
                    await (await transaction.run(text)).consume()

        if texts:
            await self._within(_Attempt(), seconds, once)

    async def bookmark(self, *, seconds: float) -> str:
        """Where the database stands: the bookmark of a session that only reads."""

        async def once() -> str:
            if self._driver is None:
                self._driver = self._open()
            async with self._driver.session(database=self._address.database, default_access_mode="READ") as session:
                result = await session.run("RETURN 1")
                await result.consume()
                return " ".join(sorted((await session.last_bookmarks()).raw_values))

        return await self._within(_Attempt(), seconds, once)

    async def close(self) -> None:
        """Let go of all connections."""
        driver, self._driver = self._driver, None
        if driver is not None:
            await driver.close()

    async def _within(self, attempt: _Attempt, seconds: float, once: Callable[[], Awaitable[T]]) -> T:
        lost = 0
        try:
            async with asyncio.timeout(seconds * self._patience):
                while True:
                    try:
                        if self._credentials is not None:
                            await self._credentials.check()
                        return await once()
                    except (Neo4jError, DriverError, OSError) as error:
                        if attempt.in_doubt(error):
                            raise
                        lost += isinstance(error, ServiceUnavailable | SessionExpired | OSError)
                        attempt.trouble = error
                        if not await self._may_succeed(error) or lost > RETRIES_OF_A_LOST_CONNECTION:
                            raise
                    attempt.committing = False
                    await asyncio.sleep(_PAUSE_SECONDS)
        except (Neo4jError, DriverError, OSError) as error:
            raise self._translated(error, attempt) from error
        except TimeoutError as error:
            raise self._translated(attempt.trouble or error, attempt, timed_out=True) from error

    async def _write_once(self, attempt: _Attempt, work: Work[T], server_seconds: float) -> T:
        async with (
            self._session("WRITE") as session,
            await session.begin_transaction(timeout=server_seconds * self._patience) as transaction,
        ):
            result = await work(Transaction(transaction))
            attempt.committing = True
            await transaction.commit()
            attempt.committing = False
        return result

    async def _read_once(self, work: Work[T], seconds: float) -> T:
        async with (
            self._session("READ") as session,
            await session.begin_transaction(timeout=seconds * self._patience) as transaction,
        ):
            return await work(Transaction(transaction))

    def _session(self, access: str) -> Any:
        if self._driver is None:
            self._driver = self._open()
        return self._driver.session(
            database=self._address.database, default_access_mode=access, bookmark_manager=self._bookmarks
        )

    def _open(self) -> AsyncDriver:
        address = self._address
        trust: dict[str, Any] = {}
        if address.ca_file:
            trust = {"encrypted": True, "trusted_certificates": TrustCustomCAs(address.ca_file)}
        return AsyncGraphDatabase.driver(
            address.plain_uri if address.ca_file else address.uri,
            auth=self._credentials,
            **trust,
            connection_timeout=CONNECT_SECONDS * self._patience,
            connection_acquisition_timeout=CONNECT_SECONDS * self._patience,
            max_connection_pool_size=32,
            max_connection_lifetime=600,
            liveness_check_timeout=15,
            notifications_min_severity=NotificationMinimumSeverity.OFF,
            telemetry_disabled=True,
            user_agent="baodian",
        )

    async def _may_succeed(self, error: Exception) -> bool:
        if isinstance(error, AuthError):
            return self._credentials is not None and await self._credentials.may_try_again(error)
        return isinstance(error, OSError) or (isinstance(error, Neo4jError | DriverError) and error.is_retryable())

    def _translated(self, error: Exception, attempt: _Attempt, *, timed_out: bool = False) -> BaodianError:
        log.debug("neo4j %s: %s", self._address, error)
        if attempt.committing:
            return OutcomeUnknown(
                say(
                    "Neo4j at {address} did not confirm the commit; ask for the outcome of the request id.",
                    address=self._address,
                )
            )
        if timed_out and isinstance(error, TimeoutError):
            return StoreUnavailable(
                say("Neo4j at {address} did not answer in time; nothing was changed, try again.", address=self._address)
            )
        return StoreUnavailable(
            say(
                "Neo4j at {address} {error}; nothing was changed.",
                address=self._address,
                error=advice(error, encrypted=self._address.is_encrypted),
            )
        )


class _Attempt:
    """How far a transaction has come."""

    def __init__(self) -> None:
        self.committing = False
        self.trouble: Exception | None = None

    def in_doubt(self, error: Exception) -> bool:
        """True if the commit may have been made all the same; a refusal that the server sent leaves no doubt."""
        if not self.committing:
            return False
        if isinstance(error, Neo4jError) and not (error.code or "").startswith(_IN_DOUBT):
            self.committing = False
        return self.committing
