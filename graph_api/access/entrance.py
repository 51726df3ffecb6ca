"""Entrance (入口): who a request comes from, by what it shows: a key, a session of a browser, or nothing."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Protocol

from graph_api.access.accounts import Account
from graph_api.access.book import AccessBook, bearer_of, nobody
from graph_api.access.lockout import Lockout
from graph_api.access.passwords import Hashing, fits
from graph_api.access.principal import Principal
from graph_api.access.sessions import Begun, Holder, Session, Sessions, is_token
from graph_api.access.signed import NoToken, is_signed
from graph_api.actor import Actor, ActorKind
from graph_api.errors import Forbidden, LockedOut, Overloaded, Unauthenticated
from schema.access import AccessRole
from schema.words import say

if TYPE_CHECKING:
    from graph_api.access.code_flow import CodeFlow
    from graph_api.access.tokens import Tokens

refused_log = logging.getLogger("baodian.access.refused")
"""Of its own, as clients cause as many lines as they like: a service writes one a second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a request shows of who sends it."""

    authorization: Sequence[str] = ()
    """Its Authorization headers."""
    cookies: Sequence[str] = ()
    """Values of its session cookies: more than one is none."""
    token: str = ""
    """The session's token, as a header that no foreign page can set."""


class Identify(Protocol):
    """Tells who a request comes from, as `Entrance.identify` does."""

    def __call__(self, shown: Shown, *, used: bool = True) -> Awaitable[Principal]:
        """By what it shows."""
        ...


class Entrance:
    """Lets in who shows what holds."""

    def __init__(
        self, book: AccessBook, sessions: Sessions, tokens: Tokens | None = None, flow: CodeFlow | None = None
    ) -> None:
        self.book = book
        self.sessions = sessions
        self.tokens = tokens
        self.flow = flow
        self._lockout = Lockout()
        self._hashing, self._hashing_of_known = Hashing(), Hashing(gives_way=False)
        """A crowd that guesses keeps out nobody who has logged in from where he is."""

    async def identify(self, shown: Shown, *, used: bool = True) -> Principal:
        """Who a request comes from; `used`: a session goes on by it. Raises Unauthenticated, Forbidden for a session
        without its token, StoreError."""
        if shown.authorization or not shown.cookies:
            text = "" if self.tokens is None else bearer_of(shown.authorization)
            return await self._by_token(text) if is_signed(text) else self.book.identify(shown.authorization)
        session, principal = self._session(shown, used=used)
        if not is_token(shown.token, session):
            raise Forbidden(say("A session opens only with its token beside, as `X-Session-Token`: see /session."))
        return principal

    def session_of(self, shown: Shown) -> tuple[Session, Principal] | None:
        """The session that a request shows, and whose it is; None where it shows none that holds. Raises StoreError."""
        try:
            return self._session(shown) if shown.cookies else None
        except Unauthenticated:
            return None

    async def log_in(self, name: str, password: str, address: str) -> tuple[Begun, Account]:
        """Begin a session by name and password. Raises Unauthenticated, Overloaded, StoreError.

        Who is locked out is told what whoever is wrong is told, as late: else it would tell who has logged in from
        there, and so which accounts there are.
        """
        register = self.book.register
        hashing = self._hashing_of_known if self._lockout.is_known(name, address) else self._hashing
        try:
            self._lockout.admit(name, address)
        except LockedOut:
            await hashing.pretend()
            raise _wrong() from None
        account = register.account(name)
        digest = None if account is None else account.password
        try:
            right = await hashing.work(partial(fits, password, digest))
        except Overloaded:
            self._lockout.untried(name, address)
            raise
        now = self.book.register.account(name)  # it may have been changed meanwhile
        if not right or now is None or now.password != digest:
            raise _wrong()
        self._lockout.right(name, address)
        self.book.used(now.id)
        return self.sessions.begin(Holder(account=now.id, proof=now.password)), now

    async def _by_token(self, text: str) -> Principal:
        try:
            if self.tokens is None:
                raise NoToken
            claims = await self.tokens.claims(text)
            return self._subject(claims["sub"], self.tokens.roles_of(claims), self.tokens.scope_of(claims))
        except NoToken:
            raise nobody() from None

    def _subject(self, subject: str, roles: frozenset[AccessRole], scope: frozenset[str] | None) -> Principal:
        """Whom a subject of the identity provider is: its account with the roles of both and the account's scope, else
        itself with its own.

        Raises NoToken for a subject whose account is revoked, and StoreError.
        """
        account = self.book.register.account_of_subject(subject)
        if account is None:
            return Principal(actor=Actor(kind=ActorKind.SUBJECT, name=subject), roles=roles, given_scope=scope)
        if not account.holds:
            raise NoToken("the account of the subject is revoked")
        self.book.used(account.id)
        return replace(account.principal, roles=account.principal.roles | roles)

    async def come_back(self, cookie: str, state: str, code: str, issuer: str | None) -> tuple[Begun, Principal]:
        """Begin a session of whom the identity provider sends back. Raises Unauthenticated, StoreError."""
        try:
            if self.flow is None:
                raise NoToken
            known = await self.flow.finish(cookie, state, code, issuer)
            principal = self._subject(known.subject, known.roles, known.scope)
        except NoToken as error:
            refused_log.warning("log-in at the identity provider refused", extra={"facts": {"why": str(error)}})
            raise Unauthenticated(say("Log-in at the identity provider did not succeed. Begin again.")) from None
        account = self.book.register.account_of_subject(known.subject)
        whose = "" if account is None else account.id
        holder = Holder(account=whose, subject=known.subject, roles=known.roles, scope=known.scope or frozenset())
        return self.sessions.begin(holder), principal

    def _session(self, shown: Shown, *, used: bool = True) -> tuple[Session, Principal]:
        session = self.sessions.find(shown.cookies[0], used=used) if len(shown.cookies) == 1 else None
        principal = None if session is None else self._holder(session.holder)
        if session is None or principal is None:
            raise Unauthenticated(say("The session has ended. Log in again."))
        return session, principal

    def _holder(self, holder: Holder) -> Principal | None:
        """Whose session it is, with the roles of now."""
        if holder.subject:
            now = self.book.register.account_of_subject(holder.subject)
            if holder.account and (now is None or now.id != holder.account):
                return None
            with suppress(NoToken):
                says = self.tokens is not None and self.tokens.says_scope
                return self._subject(holder.subject, holder.roles, holder.scope if says else None)
            return None
        account = self.book.register.account_of_id(holder.account)
        return account.principal if account is not None and account.password == holder.proof else None


def _wrong() -> Unauthenticated:
    return Unauthenticated(
        say(
            "Name or password are wrong. After several wrong attempts this is said of the right ones, too: wait a "
            "minute, each wrong attempt more makes it longer (15 min at most)."
        )
    )
