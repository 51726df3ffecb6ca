"""`baodian access`: accounts are made, changed and reset, and a running service lets them log in."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import httpx
import pytest

from graph_api.access.audit import AuditLog
from loaders.drawing import batch
from schema.batch import GraphBatch
from schema.people import Contact, Person
from schema.relationships import Relationship
from schema.relationships import RelationshipKind as R
from tests.cli.conftest import Shell, run
from tests.serving import running

ROOT = Path(__file__).parents[3]
TYPED = "four diesel engines"


@pytest.fixture
def city(shell: Shell) -> Shell:
    drawn = batch("F1 = CB1\nG1 - B1 - CB1 - L1 - S1>C1")
    drawn.entities += [Person(id="P1", name="王芳"), Contact(id="K1", value="+8613912345678")]
    drawn.relationships.append(Relationship(kind=R.HAS_CONTACT, source="P1", target="K1"))
    shell.fill(drawn)
    return shell


def file_of(city: Shell, password: str, mode: int = 0o600) -> str:
    file = city.folder / f"password {abs(hash(password))}"
    file.write_text(f"{password}\nsecond line", "utf-8")
    file.chmod(mode)
    return str(file)


def test_an_account_is_made_changed_reset_and_revoked_and_the_audit_tells_each(city: Shell) -> None:
    secret = file_of(city, TYPED)
    made = city("access", "add", "wangfang", "--role", "dispatcher", "--person", "王芳", "--password-file", secret)
    assert "It is the first one" in made.stderr
    city("access", "change", "wangfang", "--role", "查阅人员", "--subject", "s-1")
    city("access", "reset", "wangfang", "--password-file", file_of(city, "five diesel engines"))
    (told,) = city.json("access", "list")["accounts"]
    assert (told["roles"], told["person"], told["subject"], told["password"], told["holds"]) == (
        ["VIEWER"], "P1", "s-1", True, True,
    )  # fmt: skip
    listed = city("access", "list").stdout
    assert all(part in listed for part in ("wangfang", "viewer", "P1", "password; identity provider", "holds"))
    assert "argon2" not in listed + json.dumps(told)
    city("access", "revoke", "wangfang")
    assert not city.json("access", "list")["accounts"][0]["holds"]
    lines = [*AuditLog(city.folder / "graph.db.audit").lines()]
    assert [line.entry.what for line in lines] == [f"access {what}" for what in ("add", "change", "reset", "revoke")]
    assert {(line.entry.who.partition(":")[0], line.entry.things) for line in lines} == {("LOCAL", (told["id"],))}


def test_what_is_refused(city: Shell) -> None:
    secret = file_of(city, TYPED)

    def refused(*words: str) -> str:
        result = city("access", *words, code=2)
        assert TYPED not in result.output
        return " ".join(result.stderr.replace("│", "").split())

    add = ("add", "wang", "--password-file", secret)
    assert "is none of viewer (查阅人员)" in refused(*add, "--role", "boss", "--person", "王芳")
    assert "say which with --person" in refused(*add, "--role", "viewer")
    assert "UNKNOWN_ENTITY" in refused(*add, "--role", "viewer", "--person", "nobody")
    assert "is no person" in refused(*add, "--role", "viewer", "--person", "C1")
    city.fill(GraphBatch(entities=[Person(id="P2", name="李雷", active=False)]))
    assert "has left" in refused(*add, "--role", "viewer", "--person", "P2")
    who = ("--role", "viewer", "--person", "P1")
    assert "no terminal" in refused("add", "wang", *who)
    open_file = file_of(city, TYPED + "!", 0o640)
    assert "chmod 600" in refused("add", "wang", *who, "--password-file", open_file)
    assert "15 to 256" in refused("add", "wang", *who, "--password-file", file_of(city, "short"))
    assert "is no file" in refused("add", "wang", *who, "--password-file", str(city.folder))
    city("access", *add, *who, "--subject", "s-1")
    assert "an account wang already" in refused(*add, *who)
    assert "s-1 is the account wang already" in refused("add", "li", *who, "--subject", "s-1")
    assert "Say what changes" in refused("change", "wang")
    assert "no account nobody" in refused("change", "nobody", "--role", "viewer")


def test_an_account_logs_in_to_a_running_service_until_it_is_revoked(city: Shell) -> None:
    command = [sys.executable, "-m", "graph_api.cli", "serve", "--port", "0"]
    with (
        running(command, {"BAODIAN_STORE": city.store}, ROOT) as (address, _, _process),
        httpx.Client(base_url=address, trust_env=False) as browser,
    ):
        secret = file_of(city, TYPED)
        city("access", "add", "wang", "--role", "account-manager", "--person", "P1", "--password-file", secret)
        while not browser.get("/session").json()["needed"]:  # until the service has read the register anew
            pass
        begun = browser.post("/login", json={"name": "wang", "password": TYPED})
        shown = {"X-Session-Token": begun.json()["token"]}

        def asked() -> httpx.Response:
            return browser.post("/graphql", json={"query": '{ node(id: "K1") { ... on Contact { value } } }'},
                                headers=shown)  # fmt: skip

        assert asked().json() == {"data": {"node": {"value": "+8613912345678"}}}
        city("access", "change", "wang", "--role", "viewer")
        while "****" not in asked().text:
            pass
        city("access", "revoke", "wang")
        while asked().status_code != 401:
            pass
    kept = Path(f"{city.folder}/graph.db.access")
    assert os.stat(kept).st_mode & 0o777 == 0o600
    assert TYPED not in kept.read_text()


def test_a_gateway_is_believed_that_a_request_came_by_tls_and_nobody_else_is(city: Shell) -> None:
    secret = file_of(city, TYPED)
    city("access", "add", "wang", "--role", "dispatcher", "--person", "P1", "--password-file", secret)
    command = [sys.executable, "-m", "graph_api.cli", "serve", "--port", "0"]
    told = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "10.0.0.1"}
    for gateways, cookie in (("127.0.0.1", "__Host-baodian="), ("10.9.9.9", "baodian=")):
        around = {"BAODIAN_STORE": city.store, "BAODIAN_GATEWAYS": gateways}
        with running(command, around, ROOT) as (address, _, _process):
            body = {"name": "wang", "password": TYPED}
            begun = httpx.post(f"{address}/login", json=body, headers=told, trust_env=False)
        assert begun.headers["set-cookie"].startswith(cookie)
    origins = [line.entry.origin for line in AuditLog(city.folder / "graph.db.audit").lines()]
    assert origins == ["command", "10.0.0.1", "127.0.0.1"]


def test_a_provider_that_cannot_be_used_is_told_before_anything_is_served(city: Shell) -> None:
    issuer = {"BAODIAN_STORE": city.store, "BAODIAN_OIDC_ISSUER": "https://id.example"}
    told = run("serve", "--port", "0", **issuer)
    assert (told.exit_code, "BAODIAN_OIDC_AUDIENCE" in told.stderr) == (2, True)
    told = run(
        "serve", "--port", "0", **issuer, BAODIAN_OIDC_AUDIENCE="x", BAODIAN_OIDC_CA_FILE=str(city.folder / "no")
    )
    assert (told.exit_code, "cannot be read" in told.stderr) == (2, True)
