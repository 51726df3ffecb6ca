"""A browser logs in at a real provider, and comes back to a running service with a session."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from schema.batch import GraphBatch
from schema.people import Person
from tests.cli.conftest import Shell, nothing_set_around, shell
from tests.provider.conftest import RealProvider
from tests.provider.test_bearer import VIEWER, service

__all__ = ["nothing_set_around", "shell"]


class Browser:
    """Goes where it is sent, with the cookies of each place."""

    def __init__(self, address: str) -> None:
        self.http = httpx.Client(base_url=address, trust_env=False)

    def begin(self) -> str:
        """Where the provider is asked."""
        answer = self.http.get("/login/provider")
        assert answer.status_code == 303, answer.text
        cookie = answer.headers["set-cookie"]
        assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))
        return answer.headers["location"]

    def at_provider(self) -> str:
        """Where the provider sends it back to."""
        return httpx.get(self.begin(), trust_env=False).headers["location"]

    def come_back(self, address: str) -> httpx.Response:
        return self.http.get(address, headers={"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "document"})

    def viewer(self) -> httpx.Response:
        token = self.http.get("/session").json().get("token", "")
        return self.http.post("/graphql", json={"query": VIEWER}, headers={"X-Session-Token": token})


@pytest.fixture
def browser_at() -> Iterator[Callable[[str], Browser]]:
    opened: list[Browser] = []

    def browser_at(address: str) -> Browser:
        opened.append(Browser(address))
        return opened[-1]

    yield browser_at
    for each in opened:
        each.http.close()


@pytest.mark.slow
def test_a_browser_logs_in_at_the_provider(
    provider: RealProvider, shell: Shell, browser_at: Callable[[str], Browser]
) -> None:
    shell.fill(GraphBatch(entities=[Person(id="P1", name="王芳")]))
    said = {"sub": "s-1", "realm_access": {"roles": ["control-room"]}}
    provider.tell("claims", claims=said)
    with service(shell, provider, BAODIAN_OIDC_CLIENT_ID="page") as asked:
        assert asked.until(provider.token(**{**said, "aud": "baodian"}), 200)
        browser = browser_at(asked.address)
        assert browser.http.get("/session").json() == {"needed": True, "password": False, "provider": True}
        sent = parse_qs(urlsplit(browser.begin()).query)
        assert (sent["response_type"], sent["code_challenge_method"]) == (["code"], ["S256"])
        assert sent["redirect_uri"] == [f"{asked.address}/login/callback"]
        back = browser.at_provider()
        answer = browser.come_back(back)
        assert (answer.status_code, answer.headers["location"]) == (303, "/graphql")
        assert "SameSite=strict" in answer.headers["set-cookie"]
        assert browser.viewer().json()["data"]["viewer"] == {
            "kind": "SUBJECT", "name": "s-1", "roles": ["DISPATCHER"], "person": None,
        }  # fmt: skip
        assert browser.come_back(back).status_code == 401, "it counts once"

        for wrong in (
            lambda back: back.replace("state=", "state=x"),
            lambda back: back.replace("code=", "code=x"),
            lambda back: back.partition("?")[0],
            lambda back: f"{back}&state=again",
            lambda back: f"{back}&iss=https://evil.example",
        ):
            other = browser_at(asked.address)
            assert other.come_back(wrong(other.at_provider())).status_code == 401
            assert other.viewer().status_code == 401
        victim, thief = browser_at(asked.address), browser_at(asked.address)
        victim.begin()
        assert victim.come_back(thief.at_provider()).status_code == 401, "another browser's log-in"
        for claims in ({"nonce": "x"}, {"aud": "other"}, {"azp": "other"}, {"iss": "https://evil.example"}, {"exp": 1}):
            provider.tell("claims", claims={**said, **claims})
            forged = browser_at(asked.address)
            assert forged.come_back(forged.at_provider()).status_code == 401, claims
        provider.tell("claims", claims={"sub": "s-2"})
        nothing = browser_at(asked.address)
        nothing.come_back(nothing.at_provider())
        assert nothing.viewer().status_code == 403, "no role, nothing to see"

        shell("access", "add", "wang", "--role", "auditor", "--person", "P1", "--subject", "s-1")
        while browser.viewer().json()["data"]["viewer"]["kind"] != "ACCOUNT":
            pass
        assert browser.viewer().json()["data"]["viewer"]["roles"] == ["DISPATCHER", "AUDITOR"]
        provider.stop()
        assert browser.viewer().status_code == 200, "the provider is away"
        away = browser_at(asked.address)
        (state,) = parse_qs(urlsplit(away.begin()).query)["state"]
        assert away.come_back(f"/login/callback?code=x&state={state}").status_code == 401
        shell("access", "revoke", "wang")
        while browser.viewer().status_code != 401:
            pass
