"""Log-in at a provider over HTTP, the provider played by hand; tests/provider has a real one."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator

import httpx
import pytest

from graph_api.access.code_flow import CodeFlow
from graph_api.app.assembly import Application
from graph_api.settings import Settings
from schema.access import AccessRole
from tests.access.signing import claims, token
from tests.access.test_code_flow import Game
from tests.graphql.access.conftest import BY, Door
from tests.graphql.city import NOW

VIEWER = "{ viewer { kind name roles } }"


@pytest.fixture
async def game(door: Door, application: Application, request: pytest.FixtureRequest) -> AsyncIterator[Game]:
    """The door of a service that has a provider, which answers as the game says."""
    made = Game(scope_claim=getattr(request, "param", ""))
    door.entrance.tokens, door.entrance.flow = made.tokens, made.flow
    settings = Settings(audit_file=str(door.audit.path))
    web = Application(settings, application.store, application.live, lambda: NOW, entrance=door.entrance).asgi
    await door.key(AccessRole.VIEWER)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=web), base_url="http://localhost") as door.http:
        yield made


async def begun(door: Door, game: Game) -> str:
    """Where a browser comes back that was sent to the provider."""
    await game.tokens.provider.refresh()
    sent = await door.http.get("/login/provider")
    assert sent.status_code == 303
    query = httpx.URL(sent.headers["location"]).params
    assert query["redirect_uri"] == "http://localhost/login/callback"
    game.nonce = query["nonce"]
    return f"/login/callback?code=c&state={query['state']}"


async def test_who_comes_back_has_a_session_that_the_audit_tells(door: Door, game: Game) -> None:
    game.says = {"realm": {"roles": ["audit"]}}
    assert isinstance(door.entrance.flow, CodeFlow)
    answer = await door.http.get(await begun(door, game))
    assert (answer.status_code, answer.headers["location"]) == (303, "/graphql")
    told = (await door.http.get("/session")).json()
    assert (told["name"], told["roles"], told["provider"]) == ("s-1", ["AUDITOR"], True)
    shown = {"X-Session-Token": told["token"]}
    found = (await door.ask(shown, VIEWER)).json()["data"]["viewer"]
    assert found == {"kind": "SUBJECT", "name": "s-1", "roles": ["AUDITOR"]}
    (line,) = door.audit.lines()
    assert (line.entry.who, line.entry.act, line.entry.what) == ("SUBJECT:s-1", "LOG_IN", "provider")
    await door.change(
        lambda register: register.with_account("w", [D], person="P1", by=BY, now=NOW, subject="s-1").without(
            "w", by=BY, now=NOW
        )
    )
    assert (await door.ask(shown, VIEWER)).status_code == 401, "a revoked account shuts its subject out"
    refused = await door.http.get(await begun(door, game))
    assert (refused.status_code, "baodian=" in refused.headers.get("set-cookie", "")) == (401, False)


D = AccessRole.DISPATCHER
DIGEST = "of some password"


@pytest.mark.parametrize("left", ["", "s-2", "revoked", "moved"])
async def test_a_session_ends_with_the_subject_of_its_account(door: Door, game: Game, left: str) -> None:
    game.says = {"realm": {"roles": ["audit"]}}
    await door.change(
        lambda register: register.with_account("w", [D], person="P1", by=BY, now=NOW, subject="s-1", password=DIGEST)
    )
    await door.http.get(await begun(door, game))
    shown = {"X-Session-Token": (await door.http.get("/session")).json()["token"]}
    assert (await door.ask(shown, VIEWER)).json()["data"]["viewer"]["name"] == "w"
    if left == "revoked":
        await door.change(lambda register: register.without("w", by=BY, now=NOW))
        await door.change(lambda register: register.with_account("v", [D], person="P2", by=BY, now=NOW, subject="s-1"))
    else:
        taken = "" if left == "moved" else left
        await door.change(lambda register: register.with_changed("w", by=BY, now=NOW, subject=taken))
    if left == "moved":
        await door.change(lambda register: register.with_account("v", [D], person="P2", by=BY, now=NOW, subject="s-1"))
    assert (await door.ask(shown, VIEWER)).status_code == 401
    assert "token" not in (await door.http.get("/session")).json()


async def test_what_does_not_hold_begins_no_session(door: Door, game: Game) -> None:
    back = await begun(door, game)
    for wrong in ("/login/callback", f"{back}&code=again", f"{back}x"):
        refused = await door.http.get(wrong)
        assert refused.status_code == 401
        assert refused.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert "token" not in (await door.http.get("/session")).json()


async def test_in_the_clear_nobody_is_sent_and_without_a_provider_nobody_either(door: Door, game: Game) -> None:
    assert (await door.http.get("/login/provider")).status_code == 503
    back = await begun(door, game)
    door.http._transport.client = ("10.1.1.1", 5)  # type: ignore[attr-defined]
    for path in ("/login/provider", back):
        assert (await door.http.get(path)).status_code == 403


@pytest.mark.parametrize(
    ("says", "why"),
    [
        ({"nonce": "another"}, "wrong nonce"),
        ({"aud": "another"}, "aud"),
        ({"iss": "https://another.example"}, "iss"),
        ({"exp": 1}, "exp"),
        (None, "token endpoint: away"),
    ],
)
async def test_why_nobody_was_let_in_stands_in_the_log(
    door: Door,
    game: Game,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    says: dict[str, object] | None,
    why: str,
) -> None:
    # a service that another test has started in this process lets one such line through a second
    monkeypatch.setattr(logging.getLogger("baodian.access.refused"), "filters", [])
    game.away, game.says = says is None, says or {}
    refused = await door.http.get(await begun(door, game))
    assert (refused.status_code, why in refused.text) == (401, False)
    (record,) = [each for each in caplog.records if each.name == "baodian.access.refused"]
    assert why in vars(record)["facts"]["why"]
    assert game.nonce not in str(vars(record)["facts"])


@pytest.mark.parametrize("game", ["realm.areas"], indirect=True)
@pytest.mark.parametrize("where", ["id", "access", "nowhere"])
async def test_a_session_is_for_what_the_provider_said(door: Door, game: Game, where: str) -> None:
    realm = {"roles": ["control-room"], "areas": ["ORG"]}
    game.says = {"realm": realm if where == "id" else {"roles": ["control-room"]}}
    if where == "access":
        game.more = {"access_token": token(says=claims(realm=realm))}
    await door.http.get(await begun(door, game))
    shown = {"X-Session-Token": (await door.http.get("/session")).json()["token"]}
    told = (await door.ask(shown, "{ viewer { scope } }")).json()["data"]["viewer"]
    assert told == {"scope": [] if where == "nowhere" else ["ORG"]}
