"""Log-in at the identity provider in a browser (OpenID Connect authorization code flow with PKCE).

    /login/provider ──▶ provider: who is it? ──▶ /login/callback ── code, verifier ──▶ provider ──▶ ID token ──▶ session

What a log-in was begun with (state, nonce, verifier) stays here, under a cookie that proves that the same browser ends
it; it counts once, and for some minutes.
"""  # fmt: skip

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import urlencode

from graph_api.access.fetching import Fetcher, Unfetched
from graph_api.access.signed import NoToken
from graph_api.access.tokens import Tokens
from schema.access import AccessRole

LIFE_S = 600.0
MOST = 1_000
_BYTES = 32


class Begun(NamedTuple):
    """Where the browser goes, and the cookie that it comes back with."""

    address: str
    cookie: str


class Known(NamedTuple):
    """Who the provider says it is."""

    subject: str
    roles: frozenset[AccessRole]
    scope: frozenset[str] | None = frozenset()
    """Ids of what they are for; None = everything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pending:
    state: str
    nonce: str
    verifier: str
    back: str
    since: float


class CodeFlow:
    """Log-ins under way. `secret`: of this client, "" for a public one; `clock` tells seconds that only grow."""

    def __init__(
        self, tokens: Tokens, fetch: Fetcher, client: str, secret: str = "",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self._tokens = tokens
        self._fetch = fetch
        self._client, self._secret = client, secret
        self._clock = clock
        self._pending: OrderedDict[str, _Pending] = OrderedDict()

    def begin(self, back: str) -> Begun:
        """Send a browser to the provider, from where it comes back to `back`. Raises StoreUnavailable."""
        at = str(self._tokens.provider.said.get("authorization_endpoint", ""))
        cookie, state, nonce, verifier = (secrets.token_urlsafe(_BYTES) for _ in range(4))
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        self._pending[cookie] = _Pending(state=state, nonce=nonce, verifier=verifier, back=back, since=self._clock())
        while len(self._pending) > MOST:
            self._pending.popitem(last=False)
        asked = {
            "response_type": "code", "client_id": self._client, "redirect_uri": back, "scope": "openid",
            "state": state, "nonce": nonce, "code_challenge": challenge, "code_challenge_method": "S256",
        }  # fmt: skip
        return Begun(f"{at}{'&' if '?' in at else '?'}{urlencode(asked)}", cookie)

    async def finish(self, cookie: str, state: str, code: str, issuer: str | None) -> Known:
        """Who came back. `issuer`: who says to have sent the browser, where it is said (RFC 9207). Raises NoToken."""
        pending = self._pending.pop(cookie, None)
        if pending is None or self._clock() - pending.since > LIFE_S:
            raise NoToken("it was begun by another browser, or too long ago")
        if not code:
            raise NoToken("the provider sent no code")
        if not hmac.compare_digest(state.encode(), pending.state.encode()):
            raise NoToken("wrong state")
        if issuer is not None and issuer != self._tokens.provider.issuer:
            raise NoToken("another issuer sent the browser")
        said = await self._redeemed(code, pending)
        claims = await self._tokens.claims(_text(said, "id_token"), self._client)
        nonce, party = claims.get("nonce"), claims.get("azp", self._client)
        if not isinstance(nonce, str) or not hmac.compare_digest(nonce.encode(), pending.nonce.encode()):
            raise NoToken("wrong nonce")
        if party != self._client:
            raise NoToken("wrong azp")
        own, scope = self._tokens.roles_of(claims), self._tokens.scope_of(claims)
        others, further = await self._of_access(said, claims["sub"])
        return Known(claims["sub"], own | others, scope if scope is None else scope | (further or frozenset()))

    async def _redeemed(self, code: str, pending: _Pending) -> Any:
        form = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": pending.back, "client_id": self._client,
            "code_verifier": pending.verifier,
        }  # fmt: skip
        if self._secret:
            form["client_secret"] = self._secret
        at = str(self._tokens.provider.said.get("token_endpoint", ""))
        try:
            return await asyncio.to_thread(partial(self._fetch, at, form))
        except Unfetched as error:
            raise NoToken(f"token endpoint: {error}") from error

    async def _of_access(self, said: Any, subject: str) -> tuple[frozenset[AccessRole], frozenset[str] | None]:
        """Roles and scope of the access token, where it is one for this service: some providers name them there
        alone."""
        try:
            claims = await self._tokens.claims(_text(said, "access_token"))
        except NoToken:
            claims = {"sub": ""}
        mine = claims if claims["sub"] == subject else {}
        return self._tokens.roles_of(mine), self._tokens.scope_of(mine)


def _text(said: object, name: str) -> str:
    value = said.get(name) if isinstance(said, dict) else None
    if not isinstance(value, str):
        raise NoToken(f"no {name}")
    return value
