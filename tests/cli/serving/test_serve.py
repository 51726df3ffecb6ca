"""The server as a process of its own, asked over HTTP."""

import contextlib
import json
import os
import shlex
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest

from graph_api.app.places import store_uuid
from graph_api.app.server_file import find_server, server_file
from graph_api.cli.serving import first_screen
from graph_api.cli.serving import serve as serving
from graph_api.readmodel import snapshot_file
from graph_api.readmodel.model import ReadModel
from loaders.drawing import batch
from tests.cli.conftest import Shell
from tests.drawing import draw
from tests.serving import running

ROOT = Path(__file__).parents[3]

CITY = "F1 = CB1\nF1 @ SUB1\nG1 - B1 - CB1 - L1 - S1>C1"


@pytest.fixture
def city(shell):
    shell.fill(batch(CITY, F1={"name": "10kV 滨江一线"}))
    return shell


def ask(address: str, query: str) -> dict:
    return httpx.post(f"{address}/graphql", json={"query": query}, timeout=30, trust_env=False).json()


GREETED = """
import asyncio, os, signal, socket, sys
from graph_api.cli.serving.server import serve_on
from graph_api.readmodel.topology.warm import cold
from graph_api.settings import Settings

def greet(model):
    print(*cold(), end="")
    os.kill(os.getpid(), signal.SIGTERM)

listener = socket.create_server(("127.0.0.1", 0))
asyncio.run(serve_on(Settings(store=sys.argv[1]), listener, greet))
"""


STARTED = """
import os, signal
from graph_api.cli import main
from graph_api.cli.serving import serve

listening = serve._listening

def told(host, port):
    os.kill(os.getpid(), signal.SIGUSR1)
    return listening(host, port)

serve._listening = told
main()
"""


@pytest.mark.skipif(os.environ.get("NUMBA_DISABLE_JIT") == "1", reason="numba's compiler is off")
def test_no_question_waits_for_the_compiler(city):
    ready = subprocess.run([sys.executable, "-c", GREETED, city.store], capture_output=True, text=True, check=True)
    assert ready.stdout == "", "kernels that the first question would compile"


def served(shell):
    command = [sys.executable, "-m", "graph_api.cli", "serve", "--port", "0"]
    return running(command, {"BAODIAN_STORE": shell.store}, ROOT)


def test_serves_the_store_and_says_what_to_do(city):
    with served(city) as (address, screen, process):
        assert ask(address, "{ graph { revision } }")["data"]["graph"]["revision"] == "1"
        found = ask(address, '{ search(text: "滨江") { nodes { entity { id } } } }')
        assert found["data"]["search"]["nodes"][0]["entity"]["id"] == "F1"
        answer = ask(address, first_screen.first_question(ReadModel.build(draw(CITY))))
        assert answer["data"]["impact"]["customers"]["nodes"][0]["state"] == "LOST"
        assert httpx.get(f"{address}/readyz", timeout=30, trust_env=False).json()["ready"] is True
    assert process.returncode == 0
    assert f"{address}/graphql" in screen
    assert "1 feeders" in screen
    assert "baodian impact '10kV 滨江一线'" in screen


def test_a_server_is_found_by_its_file_and_leaves_its_snapshot(city):
    store = city.folder / "graph.db"
    with served(city) as (address, _, process):
        server = find_server(store)
        assert server is not None
        assert (server.address, server.pid) == (address, process.pid)
        assert find_server(store, snapshot_file.read_head(city.folder / "graph.db.snapshot").store_uuid) == server
    assert process.returncode == 0
    left = ["graph.db", "graph.db.access", "graph.db.snapshot"]
    assert sorted(path.name for path in city.folder.iterdir()) == left
    assert b"KEY" not in (city.folder / "graph.db.access").read_bytes(), "that nobody was given a key"


def test_a_store_that_is_gone_is_not_called_new(city):
    file, table = city.folder / "graph.db", city.folder / "Team.csv"
    table.write_text("id,name\nT1,配电抢修班\n", encoding="utf-8")
    with served(city) as (address, _, process):
        assert ask(address, "{ graph { revision } }")["data"]["graph"]["revision"] == "1"
        held = file.rename(city.folder / "away.db")
        for words in (("status",), ("backup", str(city.folder / "out.bak"))):
            assert "is gone: one was here" in " ".join(city(*words, code=2).stderr.split())
        refused = " ".join(city("load", str(table), code=2).stderr.split())
        assert f"the service at {address} (process {process.pid}) still serves it" in refused
        assert not file.exists()
        held.rename(file)
        city("load", str(table))
    assert city.json("status")["graph"]["revision"] == "2"


def test_a_server_starts_from_the_snapshot_of_a_store_that_is_gone_and_knows_its_user(city):
    with served(city):
        pass
    (city.folder / "graph.db").unlink()
    with served(city) as (address, _, _process):
        assert ask(address, '{ node(id: "F1") { id } }')["data"]["node"] == {"id": "F1"}
        ready = httpx.get(f"{address}/readyz", timeout=30, trust_env=False).json()
        assert ready["store"]["reachable"] is False
        assert "was made" in ready["store"]["lastError"] or "is gone" in ready["store"]["lastError"]
        assert not (city.folder / "graph.db").exists(), "no empty store is made in its place"


@pytest.mark.skipif(not hasattr(signal, "SIGUSR1"), reason="no such signal on this system")
def test_a_store_that_was_replaced_is_served_once_the_process_is_told_so(city):
    ready, store = 200, city.folder / "graph.db"
    other = Shell(city.folder / "other")
    other.folder.mkdir()
    other.fill(batch("G1 - B1 - S1>C7"))
    with served(city) as (address, _, process):

        def until(code: int, found: list) -> None:
            for _ in range(600):
                health = httpx.get(f"{address}/readyz", timeout=30, trust_env=False)
                if (health.status_code, ask(address, '{ nodes(ids: ["C7"]) { id } }')["data"]["nodes"]) == (
                    code,
                    found,
                ):
                    return
                time.sleep(0.05)
            pytest.fail(health.text)

        process.send_signal(signal.SIGUSR1)  # asks for nothing: the store stands where it stood
        until(ready, [None])
        (other.folder / "graph.db").replace(store)
        until(503, [None])
        process.send_signal(signal.SIGUSR1)
        until(ready, [{"id": "C7"}])
        for _ in range(600):
            if find_server(store, store_uuid(store)) is not None:
                break
            time.sleep(0.05)
        else:
            pytest.fail("commands do not find the server of the store that is there now")
    assert process.returncode == 0
    assert not server_file(store).exists()


@pytest.mark.skipif(not hasattr(signal, "SIGUSR1"), reason="no such signal on this system")
def test_the_signal_ends_no_process_that_is_starting(city):
    command = [sys.executable, "-c", STARTED, "serve", "--port", "0"]
    with running(command, {"BAODIAN_STORE": city.store}, ROOT) as (address, _, process):
        assert ask(address, "{ graph { revision } }")["data"]["graph"]["revision"] == "1"
    assert process.returncode == 0


def test_a_server_is_found_again_when_a_younger_one_has_stopped(city):
    store = city.folder / "graph.db"
    with served(city) as (older, _, _first):
        with served(city) as (younger, _, _second):
            assert find_server(store).address == younger
        while (found := find_server(store)) is None:
            time.sleep(0.05)
        assert found.address == older


def test_the_port_answers_while_the_graph_is_made_and_a_failure_ends_the_server(shell, tmp_path):
    """A store that cannot be read is said as ever, though the port listens already."""
    (tmp_path / "graph.db").write_bytes(b"no database at all, but long enough to be read as one" * 100)
    assert "not a Baodian store" in shell("serve", "--port", "0", code=1).stderr


def test_what_the_first_screen_offers_can_be_copied_and_asked(city):
    """As a user does: marks the lines of the question, or the line of curl, and pastes them."""
    with served(city) as (address, screen, _):
        lines = screen.splitlines()
        question = "\n".join(lines[lines.index("{") : lines.index("}") + 1])
        [line] = [line for line in lines if line.startswith("curl")]
        words = shlex.split(line)
        pasted = httpx.post(
            words[2], content=words[-1], headers=dict([words[4].split(": ")]), timeout=30, trust_env=False
        )
        asked = ask(address, question)
    assert pasted.json()["data"] == asked["data"]
    [hit] = asked["data"]["impact"]["customers"]["nodes"]
    assert hit["responsibility"]["gaps"][0] == {"role": "CUSTOMER_MANAGER", "gap": "NOBODY"}


def test_a_name_with_a_quotation_mark_stays_one_word_of_the_shell():
    body = shlex.split(first_screen.curl("http://x", '{ search(text: "it\'s") { nodes { score } } }'))[-1]
    assert json.loads(body)["query"] == '{ search(text: "it\'s") { nodes { score } } }'


def test_interrupted_server_closes_its_store_and_ends_well(city):
    """In this process, so that the whole way down is seen."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    def interrupt() -> None:
        for _ in range(600):
            with contextlib.suppress(httpx.TransportError):
                if httpx.get(f"http://127.0.0.1:{port}/readyz").status_code == 200:
                    break
            threading.Event().wait(0.05)
        os.kill(os.getpid(), signal.SIGINT)

    before = signal.getsignal(signal.SIGINT)
    knock = threading.Thread(target=interrupt)
    knock.start()
    try:
        screen = city("serve", "--port", str(port)).stdout
    finally:
        knock.join()
    assert signal.getsignal(signal.SIGINT) is before
    assert f"http://127.0.0.1:{port}/graphql" in screen


def test_the_question_on_the_first_screen_is_about_what_is_loaded():
    model = ReadModel.build(draw(CITY, F1={"name": "10kV 滨江一线"}))
    assert '"F1"' in first_screen.first_question(model)
    assert "10kV" in first_screen.first_question(ReadModel.build(draw("G1 - B1")))


def test_settings_say_where_it_listens_unless_the_command_line_does(city, monkeypatch):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setenv("BAODIAN_HOST", "127.0.0.1")
        monkeypatch.setenv("BAODIAN_PORT", str(port))
        assert f"127.0.0.1:{port}" in city("serve", code=2).stderr
        monkeypatch.setenv("BAODIAN_PORT", "1")
        assert f"127.0.0.1:{port}" in city("serve", "--port", str(port), code=2).stderr


def test_port_in_use(city):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        message = city("serve", "--port", str(taken.getsockname()[1]), code=2).stderr
    assert "Choose another --port" in message


def test_no_store_to_serve(shell):
    assert "baodian demo serve" in shell("serve", code=2).stderr


def test_wrong_setting_of_the_environment(city, monkeypatch):
    monkeypatch.setenv("BAODIAN_MAX_DEPTH", "deep")
    assert "BAODIAN_MAX_DEPTH" in city("serve", code=2).stderr


def test_six_is_an_address_too(city):
    assert "Cannot listen" in city("serve", "--host", "2001:db8::1", code=2).stderr


def test_small_answers_are_sent_at_once():
    """asyncio turns Nagle's algorithm off for sockets that say they are TCP, and for no others."""
    with serving._listening("127.0.0.1", 0) as listener:
        assert listener.proto == socket.IPPROTO_TCP
