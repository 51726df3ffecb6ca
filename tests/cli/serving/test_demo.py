"""The demo city from the command line."""

import functools
import json
import shlex
import sys
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from rich.cells import cell_len

from graph_api.app.server_file import announced
from graph_api.cli import output
from graph_api.cli.serving import demo_store, first_screen
from graph_api.cli.serving.demo_access import PERSONS
from graph_api.cli.session import read_model, with_store
from graph_api.errors import InvalidInput
from graph_api.readmodel.model import ReadModel
from schema.access import AccessRole
from schema.batch import GraphBatch
from schema.grid import Feeder
from schema.registry import EntityKind
from schema.words import Language, speaking
from seeds import generator
from tests.drawing import draw
from tests.serving import running

ROOT = Path(__file__).parents[3]

TODAY = date(2026, 11, 23)


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "baodian"


def test_writes_the_city_as_files(shell):
    out = shell.folder / "city"
    shown = shell("demo", "generate", str(out), "--feeders", "4", "--day", "2026-11-23").stdout
    assert "Feeder.csv" in shown
    same = shell.folder / "same"
    counts = shell.json("demo", "generate", str(same), "--feeders", "4", "--day", "2026-11-23")
    assert counts["entities"]["Feeder"] == 4
    assert counts["elements"] == sum(counts["entities"].values()) + sum(counts["relationships"].values())
    assert {each.name: each.read_bytes() for each in out.iterdir()} == {
        each.name: each.read_bytes() for each in same.iterdir()
    }


def test_writes_for_today_and_over_old_files_only_when_told(shell):
    out = shell.folder / "city"
    shell("demo", "generate", str(out), "--feeders", "4")
    assert "--force" in shell("demo", "generate", str(out), "--feeders", "4", code=2).stderr
    shell("demo", "generate", str(out), "--feeders", "4", "--force")
    assert f"{demo_store.today_there():%m%d}" in (out / "Shift.csv").read_text(encoding="utf-8-sig")


def test_a_city_too_small_is_usage(shell):
    assert "--feeders" in shell("demo", "generate", str(shell.folder / "city"), "--feeders", "3", code=2).stderr


def test_loads_once_a_day(cache):
    store = demo_store.loaded(4, 1, TODAY)
    [file] = cache.iterdir()
    before = file.stat().st_mtime_ns
    assert demo_store.loaded(4, 1, TODAY) == store
    assert file.stat().st_mtime_ns == before
    made = sum(len(batch) for batch in generator.batches(feeders=4, today=TODAY))
    graph = read_model(store).graph
    loads = len(graph.of_kind(EntityKind.SOURCE_LOAD))
    assert graph.entity_count - loads + graph.relationship_count == made
    assert graph.entity(graph.find("LJ:FDR:1021")).load > 0
    assert graph.name(graph.find("LJ:FDR:1021")) == "10kV滨江一线1021线"


def test_other_size_is_another_store_and_yesterday_is_forgotten(cache):
    demo_store.loaded(4, 1, TODAY)
    demo_store.loaded(5, 1, TODAY)
    assert len(list(cache.iterdir())) == 2
    demo_store.loaded(4, 1, date(2026, 11, 24))
    assert len(list(cache.iterdir())) == 1


def test_what_was_changed_since_it_was_made_is_told_and_can_be_forgotten(cache):
    store = demo_store.loaded(4, 1, TODAY)
    assert demo_store.changed_since_made(read_model(store)) is None
    feeder = Feeder(id="LJ:FDR:1021", name="改过的线")
    with_store(store, lambda opened: opened.apply(GraphBatch(entities=[feeder]), request_id="night"))
    told = demo_store.changed_since_made(read_model(store))
    assert told is not None
    assert "(changes: 1, last at " in told
    assert "baodian demo serve --anew" in told
    [file] = [path for path in cache.iterdir() if path.suffix == ".db"]
    with announced(file, "http://127.0.0.1:8123", "uuid"), pytest.raises(InvalidInput, match=r"127\.0\.0\.1:8123"):
        demo_store.forget(4, 1, TODAY)
    demo_store.forget(4, 1, TODAY)
    assert not file.exists()
    assert demo_store.changed_since_made(read_model(demo_store.loaded(4, 1, TODAY))) is None


def test_a_load_that_fails_leaves_nothing(cache, monkeypatch):
    def broken(*_arguments, **_options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(generator, "generate", broken)
    with pytest.raises(OSError, match="No space"):
        demo_store.loaded(4, 1, TODAY)
    assert not list(cache.iterdir())


def test_store_in_the_home_folder_is_told_in_short(tmp_path, monkeypatch):
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert demo_store.loaded(4, 1, TODAY).startswith("sqlite:///~/.cache/baodian/demo-20261123-")


def test_serves_the_city(tmp_path):
    """As a process of its own, from nothing to the first answer."""
    command = [sys.executable, "-m", "graph_api.cli", "demo", "serve", "--feeders", "4", "--port", "0"]
    query = '{ search(text: "bjyx", first: 1) { nodes { entity { name } } } }'
    with running(command, {"XDG_CACHE_HOME": str(tmp_path)}, ROOT) as (address, screen, process):
        answer = httpx.post(f"{address}/graphql", json={"query": query}, timeout=30, trust_env=False).json()
    assert process.returncode == 0
    assert answer["data"]["search"]["nodes"][0]["entity"]["name"] == "10kV滨江一线1021线"
    assert "临江" in screen
    assert "4 feeders" in screen
    assert "BAODIAN_STORE=" in screen


def told_of(screen: str) -> tuple[str, dict[str, str], dict[str, str]]:
    """What the first screen gives: the password of all accounts, accounts and keys by the label of the role."""
    lines = screen.splitlines()
    (password,) = [line.split()[-1] for line in lines if line.startswith("Password")]
    rows = [line.split("  ") for line in lines if " bd_" in line and not line.startswith(("curl", "{"))]
    cells = [[cell.strip() for cell in row if cell.strip()] for row in rows]
    accounts = {row[0]: row[1] for row in cells if len(row) == 3}
    return password, accounts, {row[0]: row[-1] for row in cells}


def test_on_this_machine_each_role_has_an_account_and_a_key_and_who_shows_none_sees_masked_numbers(tmp_path):
    command = [sys.executable, "-m", "graph_api.cli", "demo", "serve", "--feeders", "4", "--port", "0"]
    number = {"query": '{ node(id: "LJ:PER:DISP:1:TEL") { ... on Contact { masked } } viewer { kind roles person } }'}
    secrets = set()
    for _ in range(2):  # made anew at each start
        with (
            running(command, {"XDG_CACHE_HOME": str(tmp_path)}, ROOT) as (address, screen, _process),
            httpx.Client(base_url=address, timeout=30, trust_env=False) as http,
        ):

            def asked(http: httpx.Client = http, **headers: str) -> Any:
                return http.post("/graphql", json=number, headers=headers).json()["data"]

            visitor = {"kind": "ANONYMOUS", "roles": ["VIEWER"], "person": None}
            assert asked() == {"node": {"masked": True}, "viewer": visitor}
            password, accounts, keys = told_of(screen)
            assert [*keys] == [role.label(Language.EN) for role in AccessRole]
            assert len(accounts) == len(AccessRole) - 1, "an integrator is a machine"
            assert asked(Authorization=f"Bearer {keys['dispatcher']}")["node"] == {"masked": False}
            for role in AccessRole:
                label = role.label(Language.EN)
                found = asked(Authorization=f"Bearer {keys[label]}")["viewer"]
                assert found["roles"] == [role.value]
                assert (found["person"] is not None) == (label in accounts)
            offered = http.get("/session").json()
            assert not offered["needed"]
            assert [each["name"] for each in offered["demo"]] == [*accounts.values()]
            assert {each["password"] for each in offered["demo"]} == {password}
            for each in offered["demo"]:
                begun = http.post("/login", json={"name": each["name"], "password": each["password"]}).json()
                found = asked(**{"X-Session-Token": begun["token"]})["viewer"]
                assert (found["kind"], found["roles"]) == ("ACCOUNT", each["roles"])
            http.cookies.clear()
            for old in secrets:
                assert http.post("/graphql", json=number, headers={"Authorization": f"Bearer {old}"}).status_code == 401
            assert not secrets & {password, *keys.values()}
            secrets |= {password, *keys.values()}


@pytest.mark.usefixtures("cache")
def test_the_persons_of_the_accounts_live_in_the_city():
    graph = read_model(demo_store.loaded(4, 1, TODAY)).graph
    assert all(graph.kind(graph.index(person)) is EntityKind.PERSON for person in PERSONS.values())
    assert {*PERSONS} == {*AccessRole} - {AccessRole.INTEGRATOR}


def test_serves_the_city_to_other_machines_by_a_key(tmp_path):
    where = ["--host", "0.0.0.0", "--port", "0"]  # noqa: S104
    command = [sys.executable, "-m", "graph_api.cli", "demo", "serve", "--feeders", "4", *where]
    for _ in range(2):  # the key of before opens nothing
        with running(command, {"XDG_CACHE_HOME": str(tmp_path)}, ROOT) as (address, screen, _process):
            asked = shlex.split(next(line for line in screen.splitlines() if line.startswith("curl ")))
            header = next(each for each in asked if each.startswith("Authorization: "))
            body = {"query": "{ viewer { roles } }"}
            post = functools.partial(httpx.post, f"{address}/graphql", json=body, timeout=30, trust_env=False)
            assert post().status_code == 401
            shown = {"Authorization": header.removeprefix("Authorization: ")}
            assert post(headers=shown).json()["data"]["viewer"]["roles"] == ["DISPATCHER"]
            assert json.dumps(shown) in screen


@pytest.mark.parametrize(
    ("store", "told"),
    [
        ("sqlite:///data/graph.db", "sqlite:///{here}/data/graph.db"),
        ("sqlite:////srv/graph.db", "sqlite:////srv/graph.db"),
        ("sqlite:///~/.cache/graph.db", "sqlite:///~/.cache/graph.db"),
        ("sqlite:////srv/my graph.db", "'sqlite:////srv/my graph.db'"),
        ("neo4j://me@host:7687/graph", "neo4j://me@host:7687/graph"),
    ],
)
def test_the_store_is_told_even_where_it_is_set_here(store, told, monkeypatch):
    monkeypatch.setenv("BAODIAN_STORE", store)
    model = ReadModel.build(draw("G1 - B1"))
    screen = list(first_screen.welcome(model, "title", "http://x", "{ graph { revision } }", store))
    assert f"export BAODIAN_STORE={told.format(here=Path.cwd())}" in screen


@pytest.mark.parametrize("language", Language)
def test_addresses_stand_below_each_other(language, capsys):
    model = ReadModel.build(draw("G1 - B1"))
    with speaking(language):
        box = next(first_screen.welcome(model, "title", "http://127.0.0.1:18000", "{ graph { revision } }"))
        output.emit(box)
    lines = [line for line in capsys.readouterr().out.splitlines() if "http://" in line]
    assert [line.split("http://")[1].split()[0].split("/")[1] for line in lines] == ["", "graphql", "readyz", "metrics"]
    assert len({cell_len(line.partition("http://")[0]) for line in lines}) == 1
