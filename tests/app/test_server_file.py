"""A server is found by its file only while it runs, by its own user, for its own store."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from graph_api.app.server_file import RunningServer, announced, find_server, server_file

ADDRESS, UUID = "http://127.0.0.1:8123", "7c1e"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "graph.db"


def test_a_running_server_is_found_and_its_file_goes_with_it(store: Path) -> None:
    with announced(store, ADDRESS, UUID) as path:
        assert find_server(store, UUID) == find_server(store) == RunningServer(ADDRESS, os.getpid(), UUID)
        assert path.stat().st_mode & 0o777 == 0o600
        assert find_server(store, "another") is None
    assert find_server(store) is None
    assert list(store.parent.iterdir()) == []


def test_a_file_that_others_can_read_or_that_is_damaged_tells_nothing(store: Path) -> None:
    with announced(store, ADDRESS, UUID) as path:
        path.chmod(0o644)
        assert find_server(store) is None
        path.chmod(0o600)
        for text in ("", "{", "[]", "{}", json.dumps({"address": ADDRESS, "pid": "x", "store": UUID})):
            path.write_text(text)
            assert find_server(store) is None


def test_what_a_crash_left_tells_nothing_though_the_number_lives(store: Path) -> None:
    server_file(store).touch(0o600)
    server_file(store).write_text(json.dumps({"address": ADDRESS, "pid": os.getpid(), "store": UUID}))
    assert find_server(store) is None, "nobody holds its lock"
    with announced(store, ADDRESS, UUID):
        assert find_server(store) is not None


def test_another_process_finds_it_and_a_killed_one_is_not_found(store: Path) -> None:
    serve = (
        "import sys, time\nfrom pathlib import Path\nfrom graph_api.app.server_file import announced\n"
        f"with announced(Path(sys.argv[1]), {ADDRESS!r}, {UUID!r}):\n    print(flush=True)\n    time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", serve, store], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        assert find_server(store, UUID) == RunningServer(ADDRESS, process.pid, UUID)
        process.kill()
    assert server_file(store).exists()
    assert find_server(store) is None


def test_the_younger_of_two_servers_is_told_and_stays(store: Path) -> None:
    older, younger = ExitStack(), ExitStack()
    older.enter_context(announced(store, ADDRESS, UUID))
    younger.enter_context(announced(store, "http://127.0.0.1:9", UUID))
    assert find_server(store) == RunningServer("http://127.0.0.1:9", os.getpid(), UUID)
    older.close()
    assert find_server(store) == RunningServer("http://127.0.0.1:9", os.getpid(), UUID)
    younger.close()
    assert list(store.parent.iterdir()) == []


def test_it_is_cheap_to_look() -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys, graph_api.app.server_file; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert not {"numpy", "numba", "strawberry", "fastapi", "msgspec", "apsw", "asyncio"} & set(loaded)
