"""Bearer tokens of a provider: what counts, and what never does (RFC 7515, 7519, 8725, OpenID Connect Core)."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization

from graph_api.access.fetching import Unfetched
from graph_api.access.provider import RETRY_S, Provider, keys_of
from graph_api.access.signed import NoToken
from graph_api.access.tokens import Tokens
from schema.access import AccessRole
from tests.access.signing import (
    AUDIENCE,
    EC,
    ED,
    ISSUER,
    KEYS,
    NOW,
    RSA,
    SAID,
    SMALL,
    b64,
    claims,
    jwk,
    rsa,
    token,
)  # fmt: skip

T = int(NOW.timestamp())


class World:
    """A provider that answers, or does not, and a clock."""

    def __init__(self) -> None:
        self.pages: dict[str, Any] = {f"{ISSUER}/.well-known/openid-configuration": SAID, f"{ISSUER}/jwks": KEYS}
        self.asked: list[str] = []
        self.away = False
        self.now = 1_000.0

    def fetch(self, address: str) -> Any:
        self.asked.append(address)
        if self.away or address not in self.pages:
            raise Unfetched("it does not answer")
        return self.pages[address]

    def provider(self, file: Path | None = None) -> Provider:
        return Provider(ISSUER, self.fetch, file, lambda: self.now)


def tokens_of(provider: Provider, scope_claim: str = "") -> Tokens:
    roles = {"control-room": AccessRole.DISPATCHER, "audit": AccessRole.AUDITOR}
    return Tokens(provider, AUDIENCE, lambda: NOW, role_claim="realm.roles", roles=roles, scope_claim=scope_claim)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
async def tokens(world: World) -> Tokens:
    return tokens_of(world.provider())


@pytest.mark.parametrize(
    ("key", "algorithm", "kid"), [(RSA, "RS256", "r"), (EC, "ES256", "e"), (ED, "EdDSA", "d"), (ED, "Ed25519", "d")]
)
async def test_a_token_that_the_provider_signed_counts(tokens: Tokens, key: Any, algorithm: str, kid: str) -> None:
    assert (await tokens.claims(token(key, algorithm, kid)))["sub"] == "s-1"
    assert await tokens.claims(token(key, algorithm, kid, typ="at+jwt", x5t="unknown to us", later=1))


@pytest.mark.parametrize(
    "more",
    [
        {"aud": ["other", AUDIENCE]},
        {"exp": T - 59},  # clocks may differ by 60 s
        {"nbf": T + 60},
        {"nbf": None},  # a provider may leave it out, where it says when the token was made
        {"iat": None},
        {"sub": "x" * 255},
    ],
)
async def test_claims_that_hold(tokens: Tokens, more: dict[str, Any]) -> None:
    assert await tokens.claims(token(says=claims(**more)))


@pytest.mark.parametrize(
    "more",
    [
        {"iss": None}, {"iss": ISSUER + "/"}, {"iss": [ISSUER]},
        {"aud": None}, {"aud": "other"}, {"aud": []}, {"aud": AUDIENCE.upper()}, {"aud": {"baodian": 1}},
        {"exp": None}, {"exp": T - 60}, {"exp": "soon"}, {"exp": 1e400}, {"exp": float("nan")}, {"exp": True},
        {"nbf": T + 61}, {"nbf": "x"}, {"nbf": None, "iat": None}, {"iat": T + 61},
        {"sub": None}, {"sub": ""}, {"sub": 5}, {"sub": "x" * 256},
    ],
)  # fmt: skip
async def test_claims_that_do_not_hold(tokens: Tokens, more: dict[str, Any]) -> None:
    with pytest.raises(NoToken):
        await tokens.claims(token(says=claims(**more)))


PEM = RSA.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
DER = RSA.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
OTHER = rsa.generate_private_key(65_537, 2_048)
GOOD = token().split(".")
FORGED = {
    "alg none": token().rsplit(".", 1)[0].replace(token().split(".")[0], b64(b'{"alg":"none","kid":"r"}')) + ".",
    "alg none, signed": token(RSA, "none"),
    "alg None": token(RSA, "None"),
    "HS256 with the public key as PEM": token(PEM, "HS256"),
    "HS256 with the public key as DER": token(DER, "HS256"),
    "HS256 with the key's text": token(json.dumps(jwk(RSA, "r")).encode(), "HS256"),
    "HS256 with a published secret": token(b"x" * 32, "HS256", "secret"),
    "RS256 said of a shared secret": token(b"x" * 32, "RS256", "secret"),
    "another's key": token(OTHER),
    "another's key beside": token(OTHER, jwk=jwk(OTHER, "r")),
    "another's address of keys": token(OTHER, jku="https://evil.example/jwks", kid="r"),
    "another's certificate": token(OTHER, x5u="https://evil.example/x5u", x5c=["x"]),
    "unknown kid": token(kid="other"),
    "kid as path": token(kid="../../../dev/null"),
    "kid as address": token(kid="https://evil.example/key"),
    "kid as statement": token(kid="r' OR 1=1 --"),
    "no kid": token(kid=None),
    "kid as number": token(kid=1),
    "kid as list": token(kid=["r"]),
    "key for encryption": token(RSA, kid="enc"),
    "short key": token(SMALL, kid="small"),
    "algorithm of another key": token(EC, "ES256", "r"),
    "RS256 by the key of EdDSA": token(RSA, "RS256", "d"),
    "PS256": token(RSA, "PS256"),
    "RS512": token(RSA, "RS512"),
    "critical header": token(crit=["b64"], b64=False),
    "unknown critical header": token(crit=["x"], x=1),
    "ID of another kind": token(typ="logout+jwt"),
    "type as number": token(typ=1),
    "changed": token()[:-8] + "AAAAAAAA",
    "claims changed": ".".join([GOOD[0], b64(json.dumps(claims(sub="boss")).encode()), GOOD[2]]),
    "no signature": token().rsplit(".", 1)[0] + ".",
    "two parts": token().rsplit(".", 1)[0],
    "five parts": token() + ".a.b",
    "no JSON": "a.b.c",
    "a list of claims": token(says=["x"]),  # type: ignore[arg-type]
    "deep": f"{b64(b'[' * 10_000)}.e30.e30",
    "huge": token(says=claims(x="x" * 20_000)),
    "huge header": token(x="x" * 2_000),
    "padded": token().replace(".", "=.", 1),
    "blank": token() + " ",
    "line break": token() + "\n",
    "empty": "",
}  # fmt: skip


@pytest.mark.parametrize("name", FORGED)
async def test_what_never_counts(tokens: Tokens, world: World, name: str) -> None:
    with pytest.raises(NoToken):
        await tokens.claims(FORGED[name])
    assert set(world.asked) <= set(world.pages), "and nobody else is asked"


def test_roles_are_those_that_the_setting_names() -> None:
    tokens = tokens_of(World().provider())
    for value, roles in (
        (["control-room", "audit", "boss", 5], {AccessRole.DISPATCHER, AccessRole.AUDITOR}),
        ("audit other", {AccessRole.AUDITOR}),
        (["DISPATCHER", "ADMINISTRATOR", "administrator"], set()),
        ({"control-room": True}, set()),
        (None, set()),
    ):
        assert tokens.roles_of({"realm": {"roles": value}}) == roles
    assert tokens.roles_of({"realm": "control-room"}) == tokens.roles_of({"roles": ["control-room"]}) == set()


async def test_keys_are_turned_over_and_asked_for_seldom(world: World) -> None:
    provider = world.provider()
    assert await provider.key("r") is not None
    asked = len(world.asked)
    for number in range(50):
        assert await provider.key(f"guess {number}") is None
    assert len(world.asked) == asked, "who guesses names causes no traffic"
    world.pages[f"{ISSUER}/jwks"] = {"keys": [jwk(OTHER, "new")]}
    assert await provider.key("new") is None
    world.now += RETRY_S
    assert await provider.key("new") is not None
    assert await provider.key("r") is None, "what the provider took back opens nothing more"
    assert len(world.asked) == asked + 2


async def test_keys_survive_an_outage_and_a_restart_in_it(world: World, tmp_path: Path, caplog: Any) -> None:
    file = tmp_path / "graph.db.provider"
    provider = world.provider(file)
    assert await provider.refresh()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    world.away = True
    world.now += 86_400
    for _ in range(3):
        assert not await provider.refresh()
    assert caplog.text.count("does not answer") == 1, "told once"
    assert await provider.key("r") is not None
    later = world.provider(file)
    later._read_kept()
    assert await tokens_of(later).claims(token())
    assert later.said["token_endpoint"] == f"{ISSUER}/token"
    for content in ("{", "[]", json.dumps({"issuer": "https://other.example", "said": SAID, "published": KEYS})):
        file.write_text(content)
        other = world.provider(file)
        other._read_kept()
        with pytest.raises(NoToken):
            await tokens_of(other).claims(token())


@pytest.mark.parametrize(
    ("page", "content"),
    [
        ("/.well-known/openid-configuration", {**SAID, "issuer": "https://evil.example"}),
        ("/.well-known/openid-configuration", {"issuer": ISSUER}),
        ("/.well-known/openid-configuration", []),
        ("/jwks", {"keys": []}),
        ("/jwks", {"keys": "x"}),
        ("/jwks", {"keys": [1, {"kty": "RSA"}, {"kty": "RSA", "n": "!", "e": "AQAB", "kid": "r"}, {"kty": ["RSA"]}]}),
        ("/jwks", None),
    ],
)
async def test_a_provider_that_answers_nonsense_changes_nothing(world: World, page: str, content: object) -> None:
    provider = world.provider()
    assert await provider.refresh()
    world.pages[ISSUER + page] = content
    assert not await provider.refresh()
    assert await tokens_of(provider).claims(token())


def test_a_private_key_that_was_published_is_taken_as_public() -> None:
    numbers = RSA.private_numbers()
    (key,) = keys_of({"keys": [jwk(RSA, "r") | {"d": b64(numbers.d.to_bytes(256, "big"))}]}).values()
    assert "d" not in key.as_dict()
