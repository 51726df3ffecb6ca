"""Files that hold telephone numbers are read by their owner alone, whatever the umask."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph_api.stores import open_store
from loaders.drawing import batch
from tests.cli.conftest import Shell
from tests.serving import running

ROOT = Path(__file__).parents[3]
CITY = "F1 = CB1\nG1 - B1 - CB1 - L1 - S1>C1"


@pytest.fixture(autouse=True)
def open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


async def test_a_store_and_its_log_are_its_owners_alone(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/city.db")
    await store.apply(batch(CITY))
    found = {each.name: mode(each) for each in sorted(tmp_path.iterdir())}  # noqa: ASYNC240
    await store.close()
    assert found == {"city.db": 0o600, "city.db-shm": 0o600, "city.db-wal": 0o600}


@pytest.mark.parametrize(
    ("command", "name"),
    [
        (("backup", "OUT", "--force"), "graph.bdk"),
        (("export", "upstream", "--out", "OUT"), "upstream.csv"),
        (("export", "workbook", "OUT", "--force"), "all.xlsx"),
        (("export", "responsibility", "L1", "--out", "OUT"), "who.xlsx"),
    ],
)
def test_what_holds_numbers_is_its_owners_alone(shell: Shell, command: tuple[str, ...], name: str) -> None:
    shell.fill(batch(CITY))
    out = shell.folder / name
    words = [str(out) if word == "OUT" else word for word in command]
    shell(*words)
    assert mode(out) == 0o600
    out.chmod(0o640)
    shell(*words)
    assert mode(out) == 0o640, "who may read it was decided"


@pytest.mark.parametrize("readable", [False, True])
def test_a_service_makes_a_snapshot_of_its_own_and_warns_of_a_store_that_others_read(
    shell: Shell, capfd: pytest.CaptureFixture[str], *, readable: bool
) -> None:
    shell.fill(batch(CITY))
    store = shell.folder / "graph.db"
    if readable:
        store.chmod(0o644)
    command = [sys.executable, "-m", "graph_api.cli", "serve", "--port", "0"]
    with running(command, {"BAODIAN_STORE": shell.store}, ROOT):
        assert mode(shell.folder / "graph.db.snapshot") == 0o600
    told = capfd.readouterr().err.count("graph.db holds telephone numbers")
    assert told == int(readable)
