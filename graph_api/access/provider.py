"""Provider (统一身份认证): what an OpenID provider says of itself, and the keys that its tokens are signed with.

    issuer ── /.well-known/openid-configuration ──▶ addresses ── jwks_uri ──▶ keys by `kid`

Both are kept in a file (mode 0600), so that tokens are checked also while the provider is away, after a restart too. A
token never says where a key is to be had: `kid` is a name to look up among those that the provider publishes.
"""  # fmt: skip

from __future__ import annotations

import asyncio
import base64
import json
import logging
import os
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey, import_key

from graph_api.access.fetching import Fetch, Unfetched
from graph_api.errors import StoreError, StoreUnavailable
from graph_api.whole_file import whole
from schema.words import said as said_by
from schema.words import say

log = logging.getLogger(__name__)

REFRESH_S, RETRY_S = 300.0, 10.0
"""How often the keys are read anew; how soon after a failure, and at most how often for a `kid` that nobody knows."""
DISCOVERY = "/.well-known/openid-configuration"
LEAST_RSA_BITS = 2_048
MOST_KEYS = 100
_PRIVATE = 0o600

Key = RSAKey | ECKey | OKPKey


class Provider:
    """One provider, named by its issuer. `file`: where what it said is kept; `clock` tells seconds that only grow."""

    def __init__(
        self, issuer: str, fetch: Fetch, file: Path | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.issuer = issuer
        self._fetch = fetch
        self._file = file
        self._clock = clock
        self._said: dict[str, Any] = {}
        self._published: object = None
        self._keys: dict[str, Key] = {}
        self._tried: float | None = None
        self._trouble = ""
        self._reading = asyncio.Lock()

    @property
    def said(self) -> Mapping[str, Any]:
        """What the provider says of itself: its addresses. Raises StoreUnavailable where it could never be read."""
        if not self._said:
            raise StoreUnavailable(
                say("The identity provider could not be read yet. Try again, or log in by password.")
            )
        return self._said

    async def key(self, kid: str) -> Key | None:
        """The key of that name. For one that is not known the provider is asked, seldom: it may have a new one."""
        if kid not in self._keys and self._may_ask():
            async with self._reading:
                if kid not in self._keys and self._may_ask():
                    await self.refresh()
        return self._keys.get(kid)

    async def follow(self) -> None:
        """Keep keys new, for ever."""
        await asyncio.to_thread(self._read_kept)
        while True:
            async with self._reading:
                good = await self.refresh()
            await asyncio.sleep(REFRESH_S if good else RETRY_S)

    async def refresh(self) -> bool:
        """Read what the provider says now; what it said before stays where that cannot be. Whether it could be read."""
        self._tried = self._clock()
        try:
            said = await asyncio.to_thread(self._fetch, self.issuer.rstrip("/") + DISCOVERY)
            if not isinstance(said, dict) or said.get("issuer") != self.issuer:
                raise Unfetched(say("it names another issuer than {issuer}", issuer=self.issuer))
            published = await asyncio.to_thread(self._fetch, _text(said, "jwks_uri"))
            keys = keys_of(published)
            if not keys:
                raise Unfetched(say("it publishes no key that signs by RS256, ES256 or EdDSA"))
        except Unfetched as error:
            self._complain(said_by(error))
            return False
        changed = (said, published) != (self._said, self._published)
        self._said, self._published, self._keys, self._trouble = said, published, keys, ""
        if changed:
            await asyncio.to_thread(self._keep, {"issuer": self.issuer, "said": said, "published": published})
        return True

    def _may_ask(self) -> bool:
        return self._tried is None or self._clock() - self._tried >= RETRY_S

    def _complain(self, trouble: str) -> None:
        if trouble != self._trouble:
            log.error("the identity provider: %s; keys known before still count: %s", trouble, len(self._keys))
            self._trouble = trouble

    def _keep(self, body: Mapping[str, Any]) -> None:
        if self._file is None:
            return
        try:
            with whole(self._file, mode=0) as draft:
                handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE)
                with os.fdopen(handle, "w", encoding="utf-8") as out:
                    json.dump(body, out)
        except (OSError, StoreError) as error:
            log.warning("what the identity provider said cannot be kept in %s: %s", self._file, error)

    def _read_kept(self) -> None:
        """Take over what is kept of this very issuer."""
        if self._file is None:
            return
        try:
            body = json.loads(self._file.read_text("utf-8"))
            if body["issuer"] == self.issuer and not self._keys:
                self._said, self._keys = dict(body["said"]), keys_of(body["published"])
        except FileNotFoundError:
            return
        except (OSError, ValueError, KeyError, TypeError) as error:
            log.warning("%s cannot be used: %s", self._file, error)


def keys_of(published: object) -> dict[str, Key]:
    """Keys of a JWK set that may sign, by name: none that is a shared secret, too short, or meant for other use."""
    found: dict[str, Key] = {}
    listed = published.get("keys") if isinstance(published, dict) else None
    for each in (listed if isinstance(listed, list) else [])[:MOST_KEYS]:
        with suppress(JoseError, ValueError, TypeError):
            key = _key(each)
            if key is not None and key.kid:
                found.setdefault(key.kid, key)
    return found


def _key(told: object) -> Key | None:
    if not isinstance(told, dict) or told.get("use", "sig") != "sig" or told.get("kty") not in ("RSA", "EC", "OKP"):
        return None
    if told["kty"] == "RSA" and _bits(told.get("n")) < LEAST_RSA_BITS:
        return None
    key = import_key({name: value for name, value in told.items() if name in _PUBLIC})
    if isinstance(key, RSAKey):
        return key
    if isinstance(key, ECKey):
        return key if key.curve_name == "P-256" else None
    return key if isinstance(key, OKPKey) and key.curve_name == "Ed25519" else None


_PUBLIC = ("kty", "kid", "use", "alg", "n", "e", "crv", "x", "y")
"""Fields of a key that are taken: nothing private, should a provider publish it by mistake."""


def _bits(number: object) -> int:
    """Length of a number as base64 writes it. Raises ValueError for none."""
    text = number if isinstance(number, str) else ""
    return int.from_bytes(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))).bit_length()


def _text(said: Mapping[str, Any], name: str) -> str:
    value = said.get(name)
    if not isinstance(value, str):
        raise Unfetched(say("what it says of itself has no {name}", name=name))
    return value
