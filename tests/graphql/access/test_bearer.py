"""Bearer tokens of a provider over HTTP: whom they stand for, and one text for all that do not count."""

from __future__ import annotations

import pytest

from schema.access import AccessRole
from tests.access.signing import RSA, claims, token
from tests.access.test_tokens import FORGED, World, tokens_of
from tests.graphql.access.conftest import BY, Door
from tests.graphql.city import NOW as NOW_THERE

VIEWER = "{ viewer { kind name roles person sights } }"


@pytest.fixture
async def world(door: Door) -> World:
    """The provider of the service; the service's clock is the tokens' own."""
    world = World()
    door.entrance.tokens = tokens_of(world.provider())
    await door.key(AccessRole.VIEWER)
    return world


def shown(text: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {text}"}


def says(*roles: str, subject: str = "s-1") -> dict[str, object]:
    return claims(sub=subject, realm={"roles": list(roles)})


@pytest.mark.usefixtures("world")
async def test_a_subject_that_is_no_account_has_the_roles_of_its_claims(door: Door) -> None:
    told = (await door.ask(shown(token(says=says("control-room"))), VIEWER)).json()["data"]["viewer"]
    assert told == {"kind": "SUBJECT", "name": "s-1", "roles": ["DISPATCHER"], "person": None, "sights": ["STAFF"]}
    nothing = await door.ask(shown(token(says=says("boss"))), VIEWER)
    assert (nothing.status_code, nothing.json()["errors"][0]["extensions"]["code"]) == (403, "FORBIDDEN")


@pytest.mark.usefixtures("world")
async def test_a_subject_that_is_an_account_is_that_person_with_all_roles_until_it_is_revoked(door: Door) -> None:
    await door.change(
        lambda register: register.with_account(
            "Wang", [AccessRole.PLANNER], person="P1", by=BY, now=NOW_THERE, subject="s-1"
        )
    )
    bearer = shown(token(says=says("audit")))
    told = (await door.ask(bearer, VIEWER)).json()["data"]["viewer"]
    assert told == {"kind": "ACCOUNT", "name": "Wang", "roles": ["PLANNER", "AUDITOR"], "person": "P1", "sights": []}
    assert (await door.ask(shown(token(says=says())), VIEWER)).json()["data"]["viewer"]["roles"] == ["PLANNER"]
    await door.change(lambda register: register.without("Wang", by=BY, now=NOW_THERE))
    assert (await door.ask(bearer, VIEWER)).status_code == 401, "whatever the provider says of him"
    assert (await door.ask(shown(token(says=says("audit", subject="s-2"))), VIEWER)).status_code == 200


@pytest.mark.usefixtures("world")
async def test_what_does_not_count_is_told_with_one_text(door: Door) -> None:
    expired = token(says=claims(exp=1))
    forged = [text for name, text in FORGED.items() if name not in ("blank", "line break", "empty")]
    texts = [*forged, expired, "x", "bd_K7F3Q2MD_" + "x" * 43]
    told = set()
    for text in texts:
        answer = await door.ask(shown(text), VIEWER)
        told.add((answer.status_code, answer.headers["www-authenticate"], answer.text))
    good = token(says=says("audit"))
    for headers in ([("Authorization", f"Bearer {good}")] * 2, [("Authorization", f"Basic {good}")]):
        answer = await door.http.post("/graphql", json={"query": VIEWER}, headers=headers)
        told.add((answer.status_code, answer.headers["www-authenticate"], answer.text))
    assert {each[:2] for each in told} == {(401, "Bearer")}
    assert len(told) == 1


async def test_tokens_count_while_the_provider_is_away(door: Door, world: World) -> None:
    bearer = shown(token(says=says("audit")))
    assert (await door.ask(bearer, VIEWER)).status_code == 200
    world.away, world.now = True, world.now + 86_400
    assert (await door.ask(bearer, VIEWER)).status_code == 200
    assert (await door.ask(shown(token(RSA, kid="new")), VIEWER)).status_code == 401


@pytest.mark.usefixtures("world")
async def test_a_token_is_in_no_line_of_the_log(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    good, bad = token(says=says("audit")), token(says=claims(exp=1))
    for each in (good, bad):
        await door.ask(shown(each), VIEWER)
    told = caplog.text + str([vars(each) for each in caplog.records])
    assert "SUBJECT:s-1" in told
    assert good.split(".")[2] not in told
    assert bad.split(".")[2] not in told


SCOPE = "{ viewer { roles scope scopeGone } graph { entities } }"


async def test_a_token_is_for_what_its_claim_names_and_without_one_for_nothing(door: Door, world: World) -> None:
    door.entrance.tokens = tokens_of(world.provider(), "realm.areas")
    named = {"roles": ["control-room"], "areas": ["ORG"]}
    told = (await door.ask(shown(token(says=claims(realm=named))), SCOPE)).json()["data"]
    assert told["viewer"] == {"roles": ["DISPATCHER"], "scope": ["ORG"], "scopeGone": []}
    assert told["graph"]["entities"] > 0
    for none in ({"roles": ["control-room"]}, {"roles": ["control-room"], "areas": []}, {**named, "areas": [7]}):
        told = (await door.ask(shown(token(says=claims(realm=none))), SCOPE)).json()["data"]
        assert told == {"viewer": {"roles": ["DISPATCHER"], "scope": [], "scopeGone": []}, "graph": {"entities": 0}}
    await door.change(
        lambda register: register.with_account(
            "Wang", [AccessRole.PLANNER], person="P1", by=BY, now=NOW_THERE, subject="s-1", scope=["TEAM"]
        )
    )
    viewer = (await door.ask(shown(token(says=claims(realm=named))), SCOPE)).json()["data"]["viewer"]
    assert viewer["scope"] == ["TEAM"], "the account's own counts alone"
