"""Log-in at a provider in a browser (OpenID Connect Core 3.1, RFC 7636, RFC 9207), the provider played by hand."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from graph_api.access.code_flow import LIFE_S, MOST, Begun, CodeFlow
from graph_api.access.fetching import Unfetched
from graph_api.access.signed import NoToken
from graph_api.errors import StoreUnavailable
from schema.access import AccessRole
from tests.access.signing import ISSUER, SAID, claims, token
from tests.access.test_tokens import World, tokens_of

BACK = "https://here.example/login/callback"


class Game:
    """A browser, a provider whose answers are `says` and `access`, and a clock."""

    def __init__(self, secret: str = "", scope_claim: str = "") -> None:
        self.world = World()
        self.tokens = tokens_of(self.world.provider(), scope_claim)
        self.now = 0.0
        self.forms: list[Mapping[str, str]] = []
        self.says: dict[str, Any] = {}
        self.more: dict[str, Any] = {}
        self.away = False
        self.flow = CodeFlow(self.tokens, self.redeem, "page", secret, lambda: self.now)  # type: ignore[arg-type]

    def redeem(self, address: str, form: Mapping[str, str]) -> Any:
        assert address == SAID["token_endpoint"]
        if self.away:
            raise Unfetched("away")
        self.forms.append(form)
        return {"id_token": token(says=claims(**{"aud": "page", "nonce": self.nonce, **self.says})), **self.more}

    async def begin(self) -> Begun:
        await self.tokens.provider.refresh()
        begun = self.flow.begin(BACK)
        self.sent = {name: values[0] for name, values in parse_qs(urlsplit(begun.address).query).items()}
        self.nonce = self.sent["nonce"]
        return begun

    async def finish(self, begun: Begun, issuer: str | None = None) -> Any:
        return await self.flow.finish(begun.cookie, self.sent["state"], "the code", issuer)


async def test_the_provider_is_asked_with_a_proof_that_it_was_us() -> None:
    game = Game("hush")
    begun = await game.begin()
    assert begun.address.startswith(f"{SAID['authorization_endpoint']}?")
    assert {"response_type": "code", "client_id": "page", "redirect_uri": BACK, "scope": "openid"}.items() <= (
        game.sent.items()
    )
    known = await game.finish(begun, ISSUER)
    assert (known.subject, known.roles) == ("s-1", frozenset())
    (form,) = game.forms
    challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=").decode()
    assert (game.sent["code_challenge"], game.sent["code_challenge_method"]) == (challenge, "S256")
    assert (form["code"], form["redirect_uri"], form["client_secret"]) == ("the code", BACK, "hush")
    assert len({begun.cookie, game.sent["state"], game.nonce, form["code_verifier"]}) == 4


async def test_a_public_client_sends_no_secret_and_roles_come_from_either_token() -> None:
    game = Game()
    game.says = {"realm": {"roles": ["audit"]}}
    game.more = {"access_token": token(says=claims(realm={"roles": ["control-room"]}))}
    known = await game.finish(await game.begin())
    assert known.roles == {AccessRole.AUDITOR, AccessRole.DISPATCHER}
    assert "client_secret" not in game.forms[0]
    for wrong in ({"sub": "s-2"}, {"aud": "x"}):
        game.more = {"access_token": token(says=claims(realm={"roles": ["control-room"]}, **wrong))}
        assert (await game.finish(await game.begin())).roles == {AccessRole.AUDITOR}
    game.more = {"access_token": "opaque"}
    assert (await game.finish(await game.begin())).roles == {AccessRole.AUDITOR}


@pytest.mark.parametrize(
    "says",
    [{"aud": "baodian"}, {"nonce": "x"}, {"nonce": None}, {"nonce": 1}, {"azp": "other"}, {"iss": "x"}, {"exp": 1}],
)
async def test_an_id_token_that_does_not_hold_is_nobodys(says: dict[str, Any]) -> None:
    game = Game()
    game.says = says
    with pytest.raises(NoToken):
        await game.finish(await game.begin())


@pytest.mark.parametrize("more", [{"id_token": None}, {"id_token": 1}, {"id_token": "x"}])
async def test_an_answer_without_an_id_token_is_nobodys(more: dict[str, Any]) -> None:
    game = Game()
    game.more = more
    with pytest.raises(NoToken):
        await game.finish(await game.begin())


async def test_a_log_in_counts_once_soon_and_in_the_browser_that_began_it() -> None:
    game = Game()
    begun = await game.begin()
    for cookie, state, code, issuer in (
        ("other", game.sent["state"], "c", None),
        (begun.cookie, "other", "c", None),
    ):
        with pytest.raises(NoToken):
            await game.flow.finish(cookie, state, code, issuer)
    with pytest.raises(NoToken):
        await game.finish(begun)  # a wrong state has used it up
    for issuer, code in (("https://evil.example", "c"), (None, "")):
        begun = await game.begin()
        with pytest.raises(NoToken):
            await game.flow.finish(begun.cookie, game.sent["state"], code, issuer)
    begun = await game.begin()
    game.now += LIFE_S + 1
    with pytest.raises(NoToken):
        await game.finish(begun)
    begun = await game.begin()
    game.away = True
    with pytest.raises(NoToken):
        await game.finish(begun)
    assert game.forms == []


async def test_who_begins_many_log_ins_pushes_out_the_oldest() -> None:
    game = Game()
    first = await game.begin()
    state = game.sent["state"]
    for _ in range(MOST):
        last = game.flow.begin(BACK)
    with pytest.raises(NoToken):
        await game.flow.finish(first.cookie, state, "c", None)
    game.sent = {name: values[0] for name, values in parse_qs(urlsplit(last.address).query).items()}
    game.nonce = game.sent["nonce"]
    assert (await game.finish(last)).subject == "s-1"


async def test_before_the_provider_was_read_nobody_is_sent_there() -> None:
    with pytest.raises(StoreUnavailable, match="could not be read yet"):
        Game().flow.begin(BACK)
