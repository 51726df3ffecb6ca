"""Tokens (令牌): bearer tokens of an OpenID provider, checked here by its keys, and whom they stand for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from joserfc import jws, jwt
from joserfc.errors import JoseError, UnsupportedAlgorithmError

from graph_api.access.provider import Provider
from graph_api.access.signed import NoToken, is_signed
from graph_api.stores.contract import Clock
from schema.access import AccessRole

ALGORITHMS = frozenset({"RS256", "ES256", "EdDSA", "Ed25519"})
LEEWAY_S = 60
"""How much clocks may differ."""
MOST_LENGTH = 16_384
_TYPES = (None, "jwt", "at+jwt", "application/at+jwt")
_KEY_TYPE = {"RS256": "RSA", "ES256": "EC", "EdDSA": "OKP", "Ed25519": "OKP"}
MOST_SUBJECT = 255
"""Characters of a subject (OpenID Connect Core, 2)."""


class _Registry(jws.JWSRegistry):
    """The algorithms that count. Headers that nobody knows are left alone, as RFC 7515 asks, but for `crit`."""

    def get_alg(self, name: str) -> Any:
        """The algorithm of a name: EdDSA too, which RFC 9864 calls Ed25519 and providers sign with."""
        if name not in ALGORITHMS:
            raise UnsupportedAlgorithmError(name)
        return self.algorithms[name]


class Tokens:
    """Checks tokens of one provider for one audience. `roles`: which values of the claim `role_claim` give which;
    `scope_claim` names organisations and areas."""

    _registry: ClassVar = _Registry(strict_check_header=False)

    def __init__(
        self, provider: Provider, audience: str, clock: Clock, *, role_claim: str, roles: Mapping[str, AccessRole],
        scope_claim: str = "",
    ) -> None:  # fmt: skip
        self.provider = provider
        self._audience = audience
        self._clock = clock
        self._role_claim = role_claim.split(".")
        self._roles = roles
        self._scope_claim = scope_claim.split(".") if scope_claim else []

    async def claims(self, text: str, audience: str = "") -> dict[str, Any]:
        """What a token says, if it holds now, by issuer, audience, times and signature. Raises NoToken."""
        if len(text) > MOST_LENGTH or not is_signed(text):
            raise NoToken("no signed token, or one that is too long")
        try:
            header = jws.extract_compact(text.encode(), registry=self._registry).headers()
            algorithm, kid = header.get("alg"), header.get("kid")
            if algorithm not in ALGORITHMS or not isinstance(kid, str) or not _is_of_type(header.get("typ")):
                raise NoToken("wrong alg, kid or typ")
            key = await self.provider.key(kid)
            if key is None or key.key_type != _KEY_TYPE[algorithm] or key.get("alg") not in (None, algorithm):
                raise NoToken("no key of the provider fits")
            claims = jwt.decode(text, key, registry=self._registry).claims
            self._checked(audience or self._audience).validate(claims)
        except (JoseError, ValueError, TypeError, RecursionError) as error:
            raise NoToken(_why(error)) from error
        if not ("nbf" in claims or "iat" in claims) or not 0 < len(claims["sub"]) <= MOST_SUBJECT:
            raise NoToken("no time, or a sub of a length that is none")
        return dict(claims)

    def roles_of(self, claims: Mapping[str, Any]) -> frozenset[AccessRole]:
        """What a token's claims give; a value that stands for no role gives nothing."""
        return frozenset(self._roles[each] for each in _named(claims, self._role_claim) if each in self._roles)

    @property
    def says_scope(self) -> bool:
        """Whether a claim says what somebody is for."""
        return bool(self._scope_claim)

    def scope_of(self, claims: Mapping[str, Any]) -> frozenset[str] | None:
        """Ids of what a token is for; none are, where it names none. None = everything: no claim is set for it."""
        return frozenset(_named(claims, self._scope_claim)) if self._scope_claim else None

    def _checked(self, audience: str) -> jwt.JWTClaimsRegistry:
        return jwt.JWTClaimsRegistry(
            now=int(self._clock().timestamp()),
            leeway=LEEWAY_S,
            iss={"essential": True, "value": self.provider.issuer},
            aud={"essential": True, "value": audience},
            sub={"essential": True},
            exp={"essential": True},
        )


def _named(claims: Mapping[str, Any], claim: list[str]) -> list[str]:
    """The words that stand in a claim."""
    value: Any = claims
    for name in claim:
        value = value.get(name) if isinstance(value, Mapping) else None
    values = value.split() if isinstance(value, str) else value if isinstance(value, list) else []
    return [each for each in values if isinstance(each, str)]


def _why(error: Exception) -> str:
    """What does not hold: the kind of error, and which claim."""
    return " ".join(filter(None, (type(error).__name__, str(getattr(error, "claim", "") or ""))))


def _is_of_type(name: object) -> bool:
    return name is None or (isinstance(name, str) and name.lower() in _TYPES)
