"""Sessions (会话): browsers that somebody logged in with, as this process knows them.

    browser ── cookie: 256 random bits ──▶ SHA-256 → session → account → roles as they are now

The cookie alone opens nothing: with it goes the session's token, which only pages of this service can read.
"""  # fmt: skip

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from schema.access import AccessRole

MOST, MOST_OF_ONE = 10_000, 20
"""Sessions at a time, of all and of one account; the one that asked nothing for longest goes."""
_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Whose session it is."""

    account: str = ""
    """Id of the account that it began as; "" = the identity provider's subject had none."""
    proof: str | None = None
    """What the account's password was kept as; a session goes with it."""
    subject: str = ""
    """Who it is to the identity provider, which said so; "" = the account logged in by password."""
    roles: frozenset[AccessRole] = frozenset()
    """What the identity provider gave then."""
    scope: frozenset[str] = frozenset()
    """Ids of what it gave that for, where a claim says so."""

    @property
    def who(self) -> tuple[str, str]:
        """The same for all sessions of one."""
        return self.account, self.subject


@dataclass(slots=True)
class Session:
    """A browser that somebody logged in with."""

    holder: Holder
    token: str
    """What its requests show beside the cookie."""
    begun: float
    used: float


class Begun(NamedTuple):
    """A session that was just begun: the only time that its cookie is known."""

    cookie: str
    token: str


class Sessions:
    """All sessions of this process. `idle_s`, `life_s`: when they end; `clock` tells seconds that only grow."""

    def __init__(self, idle_s: float, life_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._idle_s, self._life_s, self._clock = idle_s, life_s, clock
        self._open: OrderedDict[str, Session] = OrderedDict()

    def begin(self, holder: Holder) -> Begun:
        """A session that nobody else has."""
        own = [key for key, each in self._open.items() if each.holder.who == holder.who]
        for key in own[: len(own) - MOST_OF_ONE + 1 if len(own) >= MOST_OF_ONE else 0]:
            del self._open[key]
        if len(self._open) >= MOST:
            self._open.popitem(last=False)
        cookie, token, now = secrets.token_urlsafe(_BYTES), secrets.token_urlsafe(_BYTES), self._clock()
        self._open[_key(cookie)] = Session(holder, token, now, now)
        return Begun(cookie, token)

    def find(self, cookie: str, *, used: bool = True) -> Session | None:
        """The session of a cookie, if it has not ended. `used`: by somebody, so that it goes on."""
        key = _key(cookie)
        session, now = self._open.get(key), self._clock()
        if session is None:
            return None
        if now - session.used > self._idle_s or now - session.begun > self._life_s:
            del self._open[key]
            return None
        if used:
            session.used = now
            self._open.move_to_end(key)
        return session

    def end(self, cookie: str) -> None:
        """Have a cookie open nothing any more."""
        self._open.pop(_key(cookie), None)


def is_token(shown: str, session: Session) -> bool:
    """Whether this is the session's token, in a time that tells nothing."""
    return hmac.compare_digest(shown.encode(), session.token.encode())


def _key(cookie: str) -> str:
    return hashlib.sha256(cookie.encode()).hexdigest()
