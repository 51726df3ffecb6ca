"""Passwords (口令) of accounts: kept as Argon2id digests, two at a time worked out, and what is too weak to be one.

Parameters: RFC 9106, section 4, second recommended option (64 MiB, 3 passes, 4 lanes), which is above what OWASP's
Password Storage Cheat Sheet asks. Length: NIST SP 800-63B-4, 3.1.1.2 (15 characters where nothing else is asked).
"""

from __future__ import annotations

import asyncio
import base64
import os
import secrets
import sys
import threading
import time
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TypeVar

from argon2 import PasswordHasher, profiles
from argon2.exceptions import InvalidHashError, VerificationError

from graph_api.errors import InvalidInput, Overloaded
from schema.words import say

LEAST, MOST = 15, 256
AT_ONCE = 2
"""Digests worked out at the same time: each takes 64 MiB and 0.1 s on four lanes."""
WAITING = 16
"""Who may wait for one; whoever comes then is sent away before anything is worked out."""
_DISTINCT = 5
_NICE = 10
"""How far digests stand back behind other threads of the machine."""
_hasher = PasswordHasher.from_parameters(profiles.RFC_9106_LOW_MEMORY)
R = TypeVar("R")


def _plain(password: str) -> str:
    return unicodedata.normalize("NFC", password)


def usable(password: str, name: str) -> str:
    """A password as it may be given to an account of that name. Raises InvalidInput, which never holds it."""
    plain = _plain(password)
    if not LEAST <= len(plain) <= MOST or not plain.isprintable():
        raise InvalidInput(say("A password has {least} to {most} visible characters.", least=LEAST, most=MOST))
    if len(set(plain.casefold())) < _DISTINCT or name.casefold() in plain.casefold():
        raise InvalidInput(
            say("A password repeats itself less, and does not hold the account's name: choose several words.")
        )
    return plain


def digest_of(password: str) -> str:
    """What is kept of a password."""
    return _hasher.hash(_plain(password))


def fits(password: str, digest: str | None) -> bool:
    """Whether this is the password of that digest; where there is none it takes as long, and is not."""
    try:
        return _hasher.verify(_NOBODYS if digest is None else digest, _plain(password)) and digest is not None
    except (VerificationError, InvalidHashError, UnicodeError):
        return False


def _nobodys() -> str:
    """A digest of nothing, with the parameters of all others: what whoever is no account is compared with."""
    used = profiles.RFC_9106_LOW_MEMORY
    salt, digest = (
        base64.b64encode(secrets.token_bytes(size)).decode().rstrip("=") for size in (used.salt_len, used.hash_len)
    )
    return f"$argon2id$v={used.version}$m={used.memory_cost},t={used.time_cost},p={used.parallelism}${salt}${digest}"


_NOBODYS = _nobodys()


class Hashing:
    """Works out digests beside the event loop, few at a time, with a line that has an end.

    Where it `gives_way` to all other work of the machine, a crowd that guesses passwords delays no question.
    """

    def __init__(self, *, gives_way: bool = True) -> None:
        self._workers = ThreadPoolExecutor(AT_ONCE, "password", initializer=_give_way if gives_way else None)
        self._waiting = 0
        self._took_s = 0.1
        """How long the last one was worked out."""

    async def pretend(self) -> None:
        """Take as long as one that is worked out takes, without working."""
        await asyncio.sleep(self._took_s)

    async def work(self, work: Callable[[], R]) -> R:
        """What the work gives. Raises Overloaded before it starts, where too many wait."""
        if self._waiting >= WAITING:
            raise Overloaded(say("Too many log in at once; nothing was tried. Try again."), retryAfterSeconds=1)
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._workers, self._timed, work)
        finally:
            self._waiting -= 1

    def _timed(self, work: Callable[[], R]) -> R:
        began = time.perf_counter()
        try:
            return work()
        finally:
            self._took_s = time.perf_counter() - began


def _give_way() -> None:
    """Have this thread, and those that it starts, run when nothing else wants to (Linux knows that of threads)."""
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)
