"""Who answers a command: a service that was named, the one that serves this store here, else the store itself."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from graph_api.app.places import store_uuid
from graph_api.app.server_file import announced, server_file
from graph_api.cli import doors
from loaders.drawing import batch
from tests.cli.conftest import Shell
from tests.serving import running

ROOT = Path(__file__).parents[2]
QUESTION = ("impact", "10kV 滨江一线")


@pytest.fixture
def city(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Shell:
    shell.fill(batch("F1 = CB1\nF1 @ SUB1\nG1 - B1 - CB1 - L1 - S1>C1", F1={"name": "10kV 滨江一线"}))
    monkeypatch.setattr(doors, "PROBE_S", 0.3)
    return shell


@contextmanager
def told(city: Shell, port: int) -> Iterator[str]:
    """A file beside the store that tells of a server of this very store at a port."""
    store, address = city.folder / "graph.db", f"http://127.0.0.1:{port}"
    with announced(store, address, str(store_uuid(store))):
        yield address


class Stranger(BaseHTTPRequestHandler):
    """Some other program, which took the port."""

    def do_POST(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"<html>hello</html>")

    def log_message(self, *_: object) -> None:
        """Nothing on the screen of the tests."""


@contextmanager
def stranger() -> Iterator[int]:
    with HTTPServer(("127.0.0.1", 0), Stranger) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


def answered_by_the_store(city: Shell, address: str) -> None:
    found = city(*QUESTION)
    assert "C1" in found.stdout
    assert found.stderr.splitlines()[0] == (
        f"The service of this store at {address} does not answer; its store is asked."
    )
    assert "Answered by" not in found.stderr


def test_a_port_that_accepts_and_says_nothing_holds_nobody_up(city: Shell) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as silent, told(city, silent.getsockname()[1]) as address:
        answered_by_the_store(city, address)


def test_another_program_at_the_port_is_not_asked(city: Shell) -> None:
    with stranger() as port, told(city, port) as address:
        answered_by_the_store(city, address)


def test_another_program_that_was_named_is_called_what_it_is(city: Shell) -> None:
    with stranger() as port:
        found = city(*QUESTION, "--server", f"http://127.0.0.1:{port}", code=1)
    assert "no Baodian service" in found.stderr
    assert "Answered by" not in found.stderr


def test_a_server_that_hangs_is_passed_by_and_asked_again_once_it_lives(city: Shell) -> None:
    command = [sys.executable, "-m", "graph_api.cli", "serve", "--port", "0"]
    with running(command, {"BAODIAN_STORE": city.store}, ROOT) as served:
        doors.PROBE_S = 5  # the first answer of a server on a busy machine
        assert f"Answered by the service at {served.address}." in city(*QUESTION).stderr
        doors.PROBE_S = 0.3
        served.process.send_signal(signal.SIGSTOP)
        try:
            answered_by_the_store(city, served.address)
        finally:
            served.process.send_signal(signal.SIGCONT)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in the file system here")
def test_pipes_where_files_should_stand_hold_nobody_up(city: Shell) -> None:
    os.mkfifo(server_file(city.folder / "graph.db"), 0o600)
    os.mkfifo(city.folder / "graph.db.snapshot")
    assert "C1" in city(*QUESTION).stdout


@pytest.mark.parametrize("address", ["http://[::1", "http://[zz]:80", "http://a:99999", "http://a:b", "ftp://x"])
def test_what_is_no_address_of_a_service_is_refused(city: Shell, address: str) -> None:
    assert "is no address of a service" in city("status", "--server", address, code=2).stderr


def test_a_service_whose_store_is_damaged_says_so_beside_its_answer(city: Shell) -> None:
    command = [sys.executable, "-m", "graph_api.cli", "serve", "--port", "0"]
    store = city.folder / "graph.db"
    with running(command, {"BAODIAN_STORE": city.store}, ROOT) as served:
        assert "but its store" not in city(*QUESTION, "--server", served.address).stderr
        os.truncate(store, store.stat().st_size // 2)
        for _ in range(200):
            found = city(*QUESTION, "--server", served.address)
            if "but its store" in found.stderr:
                break
            time.sleep(0.1)
        assert "C1" in found.stdout
        assert "It answers from revision 1, but its store:" in found.stderr
        assert "bytes" in found.stderr
