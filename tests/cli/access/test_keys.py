"""`baodian access`: keys are given, listed and revoked, and a running service knows them."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from graph_api.access.keys import id_of
from graph_api.access.uses import WRITE_S, Uses
from graph_api.stores import open_store
from loaders.drawing import batch
from schema.batch import GraphBatch
from schema.people import Assignment, Contact, Person
from schema.relationships import Relationship
from schema.relationships import RelationshipKind as R
from schema.vocabulary import ResponsibilityRole
from tests.cli.conftest import Shell, run
from tests.serving import running

ROOT = Path(__file__).parents[3]
NUMBER = "+8613912345678"


@pytest.fixture
def city(shell: Shell) -> Shell:
    drawn = batch("F1 = CB1\nF1 @ SUB1\nG1 - B1 - CB1 - L1 - S1>C1", F1={"name": "10kV 滨江一线"})
    drawn.entities += [Person(id="P1", name="王芳"), Contact(id="K1", value=NUMBER)]
    drawn.relationships.append(Relationship(kind=R.HAS_CONTACT, source="P1", target="K1"))
    shell.fill(drawn)
    return shell


def test_a_key_is_shown_once_and_listed_without_its_secret(city: Shell) -> None:
    given = city("access", "key", "调度台", "--role", "dispatcher", "--person", "王芳", "--days", "30")
    key = given.stdout.strip()
    assert "never again" in given.stderr
    assert "It is the first one" in given.stderr
    second = city("access", "key", "scada", "--role", "集成系统", "--role", "viewer")
    assert "It is the first one" not in second.stderr
    listed = city("access", "list").stdout
    assert all(part in listed for part in (id_of(key), "调度台", "dispatcher", "P1", "integrator (a machine), viewer"))
    assert key not in listed
    told = city.json("access", "list")["keys"]
    assert [(each["name"], each["roles"], each["person"], each["holds"]) for each in told] == [
        ("调度台", ["DISPATCHER"], "P1", True),
        ("scada", ["INTEGRATOR", "VIEWER"], None, True),
    ]
    assert key[-43:] not in json.dumps(told)
    as_json = city.json("access", "key", "third", "--role", "auditor")
    assert id_of(as_json["key"]) == as_json["id"]


def test_a_key_may_be_bound_to_one_operation(city: Shell) -> None:
    file = city.folder / "load.graphql"
    file.write_text("query Load { graph { revision } }\n")
    city("access", "key", "panel", "--role", "viewer", "--operation", str(file))
    (told,) = city.json("access", "list")["keys"]
    assert (len(told["only"]), told["lastUse"]) == (64, None)
    assert "viewer; one operation" in city("access", "list").stdout
    for wrong in (b"", b" \n", b"\xff"):
        file.write_bytes(wrong)
        city("access", "key", "other", "--role", "viewer", "--operation", str(file), code=2)


def test_the_last_use_of_a_key_is_shown(city: Shell) -> None:
    """That services write it is held by tests/access."""
    city("access", "key", "panel", "--role", "viewer")
    (key,) = city.json("access", "list")["keys"]

    async def told() -> None:
        store, clock = open_store(city.store), [0.0]
        uses = Uses(store, lambda: clock[0])
        uses.note(key["id"], datetime(2026, 7, 30, 6, 0, tzinfo=UTC))
        clock[0] = WRITE_S
        await uses.write()
        await store.close()

    asyncio.run(told())
    assert city.json("access", "list")["keys"][0]["lastUse"].startswith("2026-07-30T06:00:00")
    assert "2026-07-30" in city("access", "list").stdout


def test_what_is_refused(city: Shell) -> None:
    assert "is none of viewer (查阅人员)" in " ".join(
        city("access", "key", "a", "--role", "boss", code=2).stderr.split()
    )
    assert "Missing option" in city("access", "key", "a", code=2).stderr
    assert "UNKNOWN_ENTITY" in city("access", "key", "a", "--role", "viewer", "--person", "nobody", code=2).stderr
    assert "is no person" in city("access", "key", "a", "--role", "viewer", "--person", "C1", code=2).stderr
    assert "which person" in city("access", "key", "a", "--role", "account-manager", code=2).stderr
    city.fill(GraphBatch(entities=[Person(id="P2", name="李雷", active=False)]))
    assert "has left" in city("access", "key", "a", "--role", "viewer", "--person", "P2", code=2).stderr
    assert "[BAD_INPUT]" in city("access", "revoke", "a", code=2).stderr
    assert "keeps no register" in city("access", "revoke", "a", "--here", code=2).stderr
    for wrong in ({"BAODIAN_KEY_FILE": "/nonexistent"}, {"BAODIAN_KEY": "密"}):
        told = run("status", "--server", "http://127.0.0.1:9", BAODIAN_STORE=city.store, **wrong)
        assert (told.exit_code, "[BAD_INPUT]" in told.stderr) == (2, True)
    assert city("access", "list").stdout == ""
    assert "No key or account was given yet" in city("access", "list").stderr
    missing = run("access", "list", BAODIAN_STORE=f"sqlite:///{city.folder}/none.db")
    assert missing.exit_code == 2


def test_a_register_is_begun_anew_and_a_restored_store_says_that_it_has_no_keys(city: Shell) -> None:
    for name in ("one", "two"):
        city("access", "key", name, "--role", "viewer")
    city("access", "key", "three", "--role", "dispatcher", "--anew")
    assert [each["name"] for each in city.json("access", "list")["keys"]] == ["three"]
    assert city.json("access", "revoke", "three") == {"revoked": "three", "keysLeft": 0, "accountsLeft": 0}
    assert "not revoked" in city("access", "revoke", "three", code=2).stderr
    city("backup", str(city.folder / "b.bdk"))
    restored = f"sqlite:///{city.folder}/restored.db"
    told = run("restore", str(city.folder / "b.bdk"), "--store", restored)
    assert "Keys are not copied" in told.stderr
    assert "Keys are not copied" not in city("restore", str(city.folder / "b.bdk"), "--force").stderr


def test_whoami_says_who_the_user_of_a_store_is(city: Shell) -> None:
    said = city("access", "whoami").stdout
    assert "(LOCAL)" in said
    assert "sees numbers of: everybody" in said
    assert city.json("access", "whoami")["viewer"]["sights"] == ["ALL"]


def test_where_other_machines_reach_a_service_a_key_comes_first(city: Shell) -> None:
    command = [sys.executable, "-m", "graph_api.cli", "serve", "--host", "0.0.0.0", "--port", "0"]  # noqa: S104
    with running(command, {"BAODIAN_STORE": city.store}, ROOT) as (address, _, _process):
        question = f"{address}/graphql?query={{graph{{revision}}}}"
        refused = httpx.get(question, trust_env=False, headers={"Accept-Language": "zh"})
        assert refused.status_code == 401
        assert "尚未发放任何密钥" in refused.json()["errors"][0]["message"]
        assert "(LOCAL)" in run("access", "whoami", BAODIAN_STORE=city.store).stdout
        key = city("access", "key", "desk", "--role", "dispatcher").stdout.strip()
        while httpx.get(question, trust_env=False, headers={"Authorization": f"Bearer {key}"}).status_code != 200:
            pass


def test_a_running_service_lets_in_who_was_given_a_key_and_masks_numbers(city: Shell) -> None:
    command = [sys.executable, "-m", "graph_api.cli", "serve", "--port", "0"]
    with running(command, {"BAODIAN_STORE": city.store}, ROOT) as (address, _, _process):
        assert httpx.get(f"{address}/graphql?query={{graph{{revision}}}}", trust_env=False).status_code == 200
        viewer = city("access", "key", "look", "--role", "viewer").stdout.strip()
        query = '{ node(id: "K1") { ... on Contact { value masked } } }'

        def asked(key: str | None) -> httpx.Response:
            headers = {} if key is None else {"Authorization": f"Bearer {key}"}
            return httpx.post(f"{address}/graphql", json={"query": query}, headers=headers, trust_env=False)

        while asked(None).status_code != 401:  # until the service has read the register anew
            pass
        assert asked(viewer).json() == {"data": {"node": {"value": "+86139****5678", "masked": True}}}
        # the user's own commands are known by the file that the service wrote for them
        own = run("access", "whoami", BAODIAN_STORE=city.store)
        assert "Answered by the service" in own.stderr
        assert "(LOCAL)" in own.stdout
        by_key = run("access", "whoami", "--server", address, BAODIAN_STORE=city.store, BAODIAN_KEY=viewer)
        assert "look (KEY)" in by_key.stdout
        nobody = run("access", "whoami", "--server", address, BAODIAN_STORE=city.store)
        assert (nobody.exit_code, "[UNAUTHENTICATED]" in nobody.stderr) == (2, True)
        other = city("access", "key", "other", "--role", "viewer").stdout.strip()
        while asked(other).status_code != 200 or id_of(other) not in Path(f"{city.folder}/graph.db.access").read_text():
            pass
        assert "every other host" in city("access", "revoke", "other", "--here").stderr
        while asked(other).status_code != 401:
            pass
        city("access", "revoke", "look")
        while asked(viewer).status_code != 401:
            pass
        assert asked(other).status_code == 401
        assert [each["holds"] for each in city.json("access", "list")["keys"]] == [False, True], "the store is not told"
    assert os.stat(f"{city.folder}/graph.db.access").st_mode & 0o777 == 0o600


def test_a_command_goes_on_with_masked_numbers_where_the_audit_cannot_be_written(city: Shell) -> None:
    links = [
        Relationship(kind=R.HELD_BY, source="A1", target="P1"), Relationship(kind=R.COVERS, source="A1", target="C1"),
    ]  # fmt: skip
    city.fill(GraphBatch(entities=[Assignment(id="A1", role=ResponsibilityRole.CUSTOMER_MANAGER)], relationships=links))
    key = city("access", "key", "desk", "--role", "dispatcher").stdout.strip()
    audit = Path(f"{city.folder}/graph.db.audit")
    audit.unlink()
    audit.mkdir()
    command = [sys.executable, "-m", "graph_api.cli", "serve", "--port", "0"]
    with running(command, {"BAODIAN_STORE": city.store}, ROOT) as (address, _, _process):
        shown = run("who", "C1", "--server", address, BAODIAN_STORE=city.store, BAODIAN_KEY=key)
    assert shown.exit_code == 0
    assert "+86139****5678" in shown.stdout
    assert " ".join(shown.stderr.split()).count("all numbers are masked here") == 1
