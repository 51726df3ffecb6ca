"""Log-in of browsers: what is let in by name and password, what a session opens, and what ends it."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from graph_api.access import passwords
from graph_api.access.lockout import OF_ADDRESS, OF_PAIR
from graph_api.access.passwords import digest_of
from schema.access import AccessRole
from tests.graphql.access.conftest import BY, MUTATIONS, NUMBERS, Door
from tests.graphql.access.test_audited import make_way, stand_in_the_way
from tests.graphql.city import NOW
from tests.graphql.conftest import check_shape

TYPED = "four diesel engines"
VIEWER = "{ viewer { kind name roles person } }"
DIGEST = digest_of(TYPED)


@pytest.fixture
async def wang(door: Door) -> Door:
    await door.change(
        lambda register: register.with_account(
            "Wang", [AccessRole.DISPATCHER], person="P1", by=BY, now=NOW, password=DIGEST
        )
    )
    return door


async def log_in(door: Door, password: str = TYPED, name: str = "Wang", **headers: str) -> httpx.Response:
    return await door.http.post("/login", json={"name": name, "password": password}, headers=headers)


async def token(door: Door) -> dict[str, str]:
    """The header of who logged in; the client keeps the cookie."""
    answer = await log_in(door)
    assert answer.status_code == 200, answer.text
    return {"X-Session-Token": answer.json()["token"]}


async def test_who_logs_in_asks_with_a_session(wang: Door) -> None:
    assert (await wang.ask({}, VIEWER)).status_code == 401
    answer = await log_in(wang)
    assert {"name": "Wang", "roles": ["DISPATCHER"]}.items() <= answer.json().items()
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("baodian=")
    assert {"HttpOnly", "Path=/", "SameSite=strict"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    assert answer.headers["cache-control"] == "no-store"
    shown = {"X-Session-Token": answer.json()["token"]}
    found = (await wang.ask(shown, VIEWER)).json()["data"]["viewer"]
    assert found == {"kind": "ACCOUNT", "name": "Wang", "roles": ["DISPATCHER"], "person": "P1"}
    await wang.ask(shown, NUMBERS)
    entries = [line.entry for line in wang.audit.lines()]
    assert [(each.who, each.act, each.what) for each in entries] == [
        ("ACCOUNT:Wang", "LOG_IN", "password"),
        ("ACCOUNT:Wang", "SEE", "Contact.value"),
    ]


async def test_over_tls_the_cookie_is_bound_to_this_host(wang: Door) -> None:
    wang.http.base_url = "https://localhost"  # type: ignore[assignment]
    cookie = (await log_in(wang)).headers["set-cookie"]
    assert cookie.startswith("__Host-baodian=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=strict"} <= set(cookie.split("; "))
    assert "Domain" not in cookie


async def test_in_the_clear_nobody_logs_in_from_another_machine(wang: Door) -> None:
    wang.http._transport.client = ("10.1.1.1", 5)  # type: ignore[attr-defined]
    refused = await log_in(wang)
    assert (refused.status_code, "set-cookie" in refused.headers) == (403, False)
    assert "https" in refused.json()["errors"][0]["message"]
    wang.http.base_url = "https://localhost"  # type: ignore[assignment]
    assert (await log_in(wang)).status_code == 200


async def test_wrong_names_and_passwords_are_told_alike_and_lock(wang: Door) -> None:
    await wang.change(
        lambda register: register.with_account(
            "Sso", [AccessRole.VIEWER], person="P2", by=BY, now=NOW, subject="s-1"
        ).with_account("Gone", [AccessRole.VIEWER], person="P2", by=BY, now=NOW, password=DIGEST)
    )
    await wang.change(lambda register: register.without("Gone", by=BY, now=NOW))
    told = set()
    for name, password in (("Wang", "wrong"), ("nobody", TYPED), ("Sso", TYPED), ("Gone", TYPED)):
        for _ in range(OF_PAIR + 2):
            answer = await log_in(wang, password, name)
            (error,) = answer.json()["errors"]
            check_shape(error)
            told.add((answer.status_code, error["message"], error["extensions"]["code"], *answer.headers))
            assert "set-cookie" not in answer.headers
    (only,) = told
    assert only[0] == 401, "the same for all, at each attempt"
    assert (await log_in(wang)).status_code == 401, "the right password, too, until then"


async def test_an_address_that_is_locked_out_does_not_learn_who_has_logged_in_there(wang: Door) -> None:
    assert (await log_in(wang)).status_code == 200
    for number in range(3 * OF_ADDRESS):
        await log_in(wang, "wrong", f"stranger {number}")
    known, stranger = await log_in(wang, "wrong"), await log_in(wang, "wrong", "nobody")
    assert (known.status_code, known.text, [*known.headers]) == (401, stranger.text, [*stranger.headers])
    assert (await log_in(wang)).status_code == 200, "he himself is kept out by nobody"


async def test_a_session_opens_only_with_its_token(wang: Door) -> None:
    shown = await token(wang)
    change = f"mutation {{ {MUTATIONS['setSwitchPosition']} {{ revision }} }}"
    for headers in ({}, {"X-Session-Token": "x"}, {"X-Session-Token": ""}):
        for query in (VIEWER, change):
            refused = await wang.ask(headers, query)
            assert (refused.status_code, refused.json()["errors"][0]["extensions"]["code"]) == (403, "FORBIDDEN")
        assert (await wang.http.get("/graphql", params={"query": VIEWER}, headers=headers)).status_code == 403
        assert (await wang.http.post("/logout", headers=headers)).status_code == 403
    assert (await wang.ask({**shown, "Origin": "https://evil.example"}, change)).status_code == 403
    assert (await wang.ask({**shown, "Sec-Fetch-Site": "cross-site"}, change)).status_code == 403
    assert "errors" not in (await wang.ask({**shown, "Origin": "http://localhost"}, change)).json()
    assert wang.audit.newest(1)[0].entry.who == "ACCOUNT:Wang"


async def test_a_page_is_told_who_is_logged_in(wang: Door) -> None:
    told = (await wang.http.get("/session")).json()
    assert told == {"needed": True, "password": True}
    shown = await token(wang)
    found = (await wang.http.get("/session")).json()
    assert found == {
        "needed": True, "password": True, "name": "Wang", "roles": ["DISPATCHER"], "token": shown["X-Session-Token"],
    }  # fmt: skip
    for foreign in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Dest": "empty"}):
        assert (await wang.http.get("/session", headers=foreign)).status_code == 403


async def test_logging_out_ends_the_session(wang: Door) -> None:
    shown = await token(wang)
    kept = dict(wang.http.cookies)
    answer = await wang.http.post("/logout", headers=shown)
    assert (answer.status_code, "Max-Age=0" in answer.headers["set-cookie"]) == (204, True)
    assert [line.entry.act for line in wang.audit.lines()] == ["LOG_IN", "LOG_OUT"]
    wang.http.cookies.update(kept)
    assert (await wang.ask(shown, VIEWER)).status_code == 401
    assert "token" not in (await wang.http.get("/session")).json()


async def test_nobody_is_kept_out_where_the_audit_cannot_be_written(wang: Door) -> None:
    stand_in_the_way(wang.audit)
    shown = await token(wang)
    assert (await wang.ask(shown, VIEWER)).status_code == 200
    make_way(wang.audit)
    await wang.http.post("/logout", headers=shown)
    assert [line.entry.act for line in wang.audit.lines()] == ["LOG_IN", "LOG_OUT"]
    assert wang.audit.verify().broken_at is None


async def test_another_log_in_ends_the_session_before(wang: Door) -> None:
    shown = await token(wang)
    kept = dict(wang.http.cookies)
    await token(wang)
    wang.http.cookies.clear()
    assert (await wang.ask({**shown, "Cookie": f"baodian={kept['baodian']}"}, VIEWER)).status_code == 401


async def test_changes_of_an_account_hold_in_its_sessions(wang: Door) -> None:
    shown = await token(wang)

    async def roles() -> Any:
        return (await wang.ask(shown, VIEWER)).json().get("data", {}).get("viewer", {}).get("roles")

    await wang.change(lambda register: register.with_changed("Wang", by=BY, now=NOW, roles=[AccessRole.VIEWER]))
    assert await roles() == ["VIEWER"]
    await wang.change(lambda register: register.with_changed("Wang", by=BY, now=NOW, password=digest_of("another")))
    assert await roles() is None
    assert (await log_in(wang)).status_code == 401
    await wang.change(lambda register: register.with_changed("Wang", by=BY, now=NOW, password=DIGEST))
    shown = await token(wang)
    assert await roles() == ["VIEWER"]
    await wang.change(lambda register: register.without("Wang", by=BY, now=NOW))
    assert (await wang.ask(shown, VIEWER)).status_code == 401


async def test_two_cookies_are_none_and_a_key_goes_first(wang: Door) -> None:
    shown = await token(wang)
    cookie = f"baodian={wang.http.cookies['baodian']}"
    wang.http.cookies.clear()
    twice = {**shown, "Cookie": f"{cookie}; {cookie}"}
    assert (await wang.ask(twice, VIEWER)).status_code == 401
    assert (await wang.ask({**shown, "Cookie": cookie.replace("baodian", "__Host-baodian")}, VIEWER)).status_code == 401
    key = await wang.key(AccessRole.VIEWER)
    both = await wang.ask({**key, **shown, "Cookie": cookie}, VIEWER)
    assert both.json()["data"]["viewer"]["kind"] == "KEY"
    assert (await wang.ask({"Authorization": "Bearer x", **shown, "Cookie": cookie}, VIEWER)).status_code == 401


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"name=Wang&password=x", {"Content-Type": "application/x-www-form-urlencoded"}, 415),
        (b'{"name": "Wang"}', {"Content-Type": "text/plain"}, 415),
        (b'{"name": "Wang"}', {}, 400),
        (b'{"name": "Wang", "password": 1}', {}, 400),
        (b'{"name": "Wang", "password": "x", "more": 1}', {}, 400),
        (b'["Wang", "x"]', {}, 400),
        (b"\xff", {}, 400),
        (b'{"name": "Wang", "password": "' + b"x" * 5_000 + b'"}', {}, 413),
        (b'{"name": "Wang", "password": "x"}', {"Origin": "https://evil.example"}, 403),
    ],
)
async def test_what_is_no_log_in_is_refused(wang: Door, body: bytes, headers: dict[str, str], status: int) -> None:
    sent = {"Content-Type": "application/json", **headers}
    answer = await wang.http.post("/login", content=body, headers=sent)
    assert answer.status_code == status
    check_shape(answer.json()["errors"][0])
    assert (await wang.http.get("/login")).status_code == 405


async def test_a_crowd_is_sent_away_and_its_attempts_do_not_count(wang: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as crowded:
        crowded.setattr(passwords, "WAITING", 0)
        for _ in range(2 * OF_PAIR):
            sent_away = await log_in(wang)
            assert (sent_away.status_code, sent_away.headers["retry-after"]) == (429, "1")
            assert sent_away.json()["errors"][0]["extensions"]["code"] == "OVERLOADED"
    assert (await log_in(wang)).status_code == 200


async def test_a_crowd_of_strangers_keeps_out_nobody_who_is_known_here(wang: Door) -> None:
    assert (await log_in(wang)).status_code == 200
    crowd = [asyncio.create_task(log_in(wang, "wrong", f"stranger {number}")) for number in range(30)]
    await asyncio.sleep(0.05)
    assert not all(each.done() for each in crowd), "the line is full"
    assert (await log_in(wang)).status_code == 200
    answers = {answer.status_code for answer in await asyncio.gather(*crowd)}
    assert answers == {401, 429}


async def test_where_the_register_was_never_read_nobody_logs_in(wang: Door) -> None:
    shown = await token(wang)
    wang.book._register = None
    answers = [
        await log_in(wang),
        await wang.http.get("/session"),
        await wang.http.post("/logout", headers=shown),
        await wang.ask(shown, VIEWER),
    ]
    assert {(each.status_code, each.headers["retry-after"]) for each in answers} == {(503, "1")}
    assert {each.json()["errors"][0]["extensions"]["code"] for each in answers} == {"STORE_UNAVAILABLE"}


async def test_a_password_is_in_no_line_of_the_log(wang: Door, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    await log_in(wang)
    await log_in(wang, TYPED + "x", "typed my " + TYPED)
    assert "audit" in caplog.text
    told = caplog.text + str([vars(each) for each in caplog.records])
    assert TYPED not in told
    assert dict(wang.http.cookies)["baodian"] not in told


@pytest.mark.parametrize(
    "body",
    [
        b'{"name": "Wang", "password": "\xff\xfe"}',
        b"\xff\xfe{\x00}\x00",
        b'{"name": "Wang", "password": "wrong", "password": "four diesel engines"}',
        b'{"name": "Wang", "password": "\\ud800"}',
        b'{"name": "Wang", "password": null}',
        b'{"name": "Wang", "password": "x", "more": 1}',
        b"[" * 2_000,
        b"null",
        b"",
    ],
)
async def test_a_body_that_is_no_name_and_password_is_refused(wang: Door, body: bytes) -> None:
    answer = await wang.http.post("/login", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, "set-cookie" in answer.headers) == (400, False)
    (error,) = answer.json()["errors"]
    check_shape(error)
    assert error["extensions"]["code"] == "BAD_INPUT"
