"""Who we are at a Neo4j: the password of now, read again where it is refused, and not tried over and over."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

from neo4j import Auth, basic_auth
from neo4j.auth_management import AsyncAuthManager
from neo4j.exceptions import AuthError, Neo4jError

PAUSE_SECONDS = 60.0
"""How long a refused password is not tried again: three wrong ones in a row lock the user out, for others too."""


class Credentials(AsyncAuthManager):
    """User and password; `read` gives the password that the settings name now, from its file where there is one."""

    def __init__(self, user: str, password: str, read: Callable[[], str | None]) -> None:
        self._user = user
        self._password = password
        self._read = read
        self._refused: AuthError | None = None
        self._refused_at = 0.0

    async def get_auth(self) -> Auth:
        """What is sent to the server."""
        return basic_auth(self._user, self._password)

    async def check(self) -> None:
        """Raise AuthError, without a word to the server, for what it refused a short while ago."""
        refused = self._refused
        if refused and not await self._is_another() and time.monotonic() - self._refused_at < PAUSE_SECONDS:
            raise refused

    async def handle_security_exception(self, _auth: Any, _error: Neo4jError) -> bool:
        """Not asked by the driver where a new connection is refused: see `may_try_again`."""
        return False

    async def may_try_again(self, error: AuthError) -> bool:
        """Whether the settings name another password than the refused one by now; else it is not tried for a while."""
        if await self._is_another():
            return True
        if error is not self._refused:
            self._refused, self._refused_at = error, time.monotonic()
        return False

    async def _is_another(self) -> bool:
        given = await asyncio.to_thread(self._read)
        if given is None or given == self._password:
            return False
        self._password, self._refused = given, None
        return True
