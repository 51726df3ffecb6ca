"""A log that another file left beside a store's file is not replayed over it; copies by SQLite's own tools are read."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph_api.errors import StoreCorrupt, StoreError, StoreUnavailable
from graph_api.stores import open_store
from schema.batch import GraphBatch
from schema.people import Team
from tests.stores.test_read_only import only_read

WRITING = """
import asyncio, sys
from graph_api.stores import open_store
from schema.batch import GraphBatch
from schema.people import Team

async def write():
    store = open_store(sys.argv[1])
    for name in sys.argv[2:]:
        await store.apply(GraphBatch(entities=[Team(id=name)]))
    print("written", flush=True)
    sys.stdin.read()

asyncio.run(write())
"""


@pytest.fixture
def readable() -> Iterator[Path]:
    """A folder that others than its owner may look into, as those of pytest are not."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


async def made(path: Path, *names: str) -> Path:
    store = open_store(f"sqlite:///{path}")
    for name in names:
        await store.apply(GraphBatch(entities=[Team(id=name)]))
    await store.close()
    return path


async def held(path: Path) -> set[str]:
    store = open_store(f"sqlite:///{path}", creates=False)
    try:
        return {each.id async for chunk in store.load() if not isinstance(chunk, int) for each in chunk.entities}
    finally:
        await store.close()


def log_of(path: Path, end: str = "-wal") -> Path:
    return path.with_name(path.name + end)


def writer(path: Path, *names: str) -> subprocess.Popen[str]:
    """Another process that has written these and holds the file open until it is ended."""
    command = [sys.executable, "-c", WRITING, f"sqlite:///{path}", *names]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "written\n"
    return process


def killed(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


def crashed(path: Path, *names: str) -> None:
    """Write these in a process that is killed: they stand in the log alone."""
    killed(writer(path, *names))
    assert log_of(path).stat().st_size > 0


async def test_the_log_of_a_crash_is_replayed(tmp_path: Path):
    path = await made(tmp_path / "a.db", "first")
    crashed(path, "second", "third")
    assert await held(path) == {"first", "second", "third"}


async def test_a_log_of_another_store_is_refused_and_touched_by_nobody(tmp_path: Path):
    path, other = await made(tmp_path / "a.db", "first"), await made(tmp_path / "b.db", "other")
    crashed(other, "more")
    shutil.move(log_of(other), log_of(path))
    before = path.read_bytes(), log_of(path).read_bytes()
    with pytest.raises(StoreCorrupt, match=r"a\.db-wal is the log of another file"):
        await held(path)
    assert (path.read_bytes(), log_of(path).read_bytes()) == before
    log_of(path).unlink()
    assert await held(path) == {"first"}


@pytest.mark.parametrize("release", ["this one", "an earlier one"])
async def test_a_log_of_another_program_is_refused_and_touched_by_nobody(tmp_path: Path, release: str):
    path = await made(tmp_path / "a.db", "first")
    if release == "an earlier one":
        with sqlite3.connect(path) as plain:
            plain.execute("PRAGMA user_version = 0")
        plain.close()
        path = copied(path, "vacuum")
        assert await held(path) == {"first"}
    with sqlite3.connect(tmp_path / "other.db") as other:
        other.execute("PRAGMA journal_mode = wal")
        other.execute("CREATE TABLE note (text)")
        other.executemany("INSERT INTO note VALUES (?)", [("x" * 400,)] * 40)
        other.commit()
        shutil.copy(log_of(tmp_path / "other.db"), log_of(path))
    other.close()
    before = path.read_bytes(), log_of(path).read_bytes()
    with pytest.raises(StoreCorrupt, match=rf"{path.name}-wal is the log of another file"):
        await held(path)
    assert (path.read_bytes(), log_of(path).read_bytes()) == before
    log_of(path).unlink()
    assert await held(path) == {"first"}


@pytest.mark.parametrize("pages", [1, 2, 5])
async def test_a_file_that_was_cut_short_is_told_whatever_its_log_holds(tmp_path: Path, pages: int):
    path = await made(tmp_path / "a.db", "first")
    crashed(path, "second")
    os.truncate(path, pages * 4096)
    for _ in range(2):
        with pytest.raises(StoreCorrupt, match=f"a.db is damaged: it was cut short, {pages * 4096} of "):
            await held(path)


async def test_a_file_that_is_shorter_than_its_log_says_is_whole(tmp_path: Path):
    path = await made(tmp_path / "a.db", "first")
    crashed(path, *(f"{number} " + "x" * 90 for number in range(120)))
    assert len(await held(path)) == 121


@pytest.mark.parametrize("end", ["-wal", "-shm"])
async def test_a_folder_in_the_place_of_the_log_is_named(tmp_path: Path, end: str):
    path = await made(tmp_path / "a.db", "first")
    log_of(path, end).mkdir()
    with pytest.raises(StoreUnavailable, match=r"a\.db-wal, or the -shm beside it, is no file.*Move it away"):
        await held(path)
    log_of(path, end).rmdir()
    assert await held(path) == {"first"}


@pytest.mark.parametrize("later", [1, 3])
async def test_an_older_backup_does_not_take_the_log_of_a_later_state(tmp_path: Path, later: int):
    path = await made(tmp_path / "a.db", "first")
    backup = shutil.copy(path, tmp_path / "backup.db")
    await made(path, *(f"later {number}" for number in range(later)))
    crashed(path, "last")
    shutil.copy(backup, path)
    with pytest.raises(StoreCorrupt, match="another state of it"):
        await held(path)


async def test_a_newer_copy_does_not_take_the_log_of_an_earlier_state(tmp_path: Path):
    path = await made(tmp_path / "a.db", "first")
    newer = shutil.copy(path, tmp_path / "newer.db")
    crashed(path, "second")
    await made(newer, *(f"elsewhere {number}" for number in range(5)))
    shutil.copy(newer, path)
    with pytest.raises(StoreCorrupt):
        await held(path)


async def test_a_file_of_an_earlier_release_keeps_its_log(tmp_path: Path):
    path = await made(tmp_path / "a.db", "first")
    # no commit of an earlier release has a mark
    with sqlite3.connect(path) as plain:
        plain.execute("PRAGMA user_version = 0")
    plain.close()
    copy = copied(path, "vacuum")
    assert await held(copy) == {"first"}
    crashed(copy, "second")
    assert await held(copy) == {"first", "second"}


@pytest.mark.parametrize("left", [None, b""])
async def test_a_log_whose_file_was_moved_away_is_not_written_over(tmp_path: Path, left: bytes | None):
    path = await made(tmp_path / "a.db", "first")
    crashed(path, "second")
    path.rename(tmp_path / "aside.db")
    if left is not None:
        path.write_bytes(left)
    log = log_of(path).read_bytes()
    store = open_store(f"sqlite:///{path}")
    with pytest.raises(StoreCorrupt, match=r"a\.db-wal is the log of a store that is not there any more"):
        await store.apply(GraphBatch(entities=[Team(id="new")]))
    await store.close()
    assert log_of(path).read_bytes() == log
    (tmp_path / "aside.db").rename(path)
    assert await held(path) == {"first", "second"}


async def test_a_process_on_the_file_that_stood_here_before_is_named(tmp_path: Path):
    path, other = await made(tmp_path / "a.db", "first"), await made(tmp_path / "b.db", "other")
    process = writer(path, "second")
    path.rename(tmp_path / "away.db")
    shutil.copy(other, path)
    log_of(path).unlink()
    try:
        with pytest.raises(StoreUnavailable, match=f"process {process.pid} still has the log"):
            await held(path)
    finally:
        killed(process)
    assert await held(path) == {"other"}


async def test_beside_a_process_that_writes_the_file_is_opened(tmp_path: Path):
    path = await made(tmp_path / "a.db", "first")
    process = writer(path, "second")
    try:
        assert await held(path) == {"first", "second"}
    finally:
        killed(process)


def done_plainly(path: Path, command: str) -> None:
    """Execute a statement as an operator does who was told it: in the folder, without our checksums."""
    program = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute(sys.argv[2])"
    subprocess.run([sys.executable, "-c", program, path, command], check=True, cwd=path.parent)


def copied(path: Path, how: str) -> Path:
    """A copy by SQLite's own tools, in a process without our checksums."""
    copy = path.with_name("copy.db")
    program = {
        "backup": "a.backup(sqlite3.connect(sys.argv[2]))",
        "vacuum": "a.execute('VACUUM INTO ?', sys.argv[2:])",
    }[how]
    subprocess.run(
        [sys.executable, "-c", f"import sqlite3, sys; a = sqlite3.connect(sys.argv[1]); {program}", path, copy],
        check=True,
    )
    return copy


@pytest.mark.parametrize("how", ["backup", "vacuum"])
async def test_a_copy_by_sqlites_own_tools_is_made_good(tmp_path: Path, how: str, caplog: pytest.LogCaptureFixture):
    path = await made(tmp_path / "a.db", *(f"team {number}" for number in range(40)))
    copy = copied(path, how)
    assert await held(copy) == await held(path)
    assert "copied by SQLite's own tools" in caplog.text
    await made(copy, "more")
    assert "more" in await held(copy)
    assert caplog.text.count("SQLite's own tools") == 1


async def test_a_copy_in_a_folder_that_takes_nothing_is_named(readable: Path):
    path = await made(readable / "a.db", "first")
    copy = copied(path, "vacuum")
    with only_read(readable), pytest.raises(StoreCorrupt, match="copy that SQLite's own tools made"):
        await held(copy)
    assert await held(copy) == {"first"}


async def test_a_copy_of_a_store_in_use_is_named_with_the_way_to_make_it_good(tmp_path: Path):
    path = await made(tmp_path / "a.db", *(f"team {number}" for number in range(40)))
    process = writer(path, "in the log")
    try:
        copy = copied(path, "backup")
        with pytest.raises(StoreCorrupt, match=r"by .\.backup. of a store in use.* \d+ of its \d+ pages") as told:
            await held(copy)
        command = re.search(r"VACUUM INTO '(.*?)'", str(told.value))
        assert command is not None
        done_plainly(copy, command[0])
        assert await held(tmp_path / command[1]) == await held(path)
    finally:
        killed(process)


@pytest.mark.parametrize("how", ["backup", "vacuum"])
async def test_a_damaged_copy_stays_damaged(tmp_path: Path, how: str):
    path = await made(tmp_path / "a.db", *(f"team {number}" for number in range(40)))
    copy = copied(path, how)
    content = bytearray(copy.read_bytes())
    content[3 * 4096 + 4000 : 3 * 4096 + 4010] = b"damaged :("
    if how == "vacuum":
        content[4 * 4096 - 1] = 1
    copy.write_bytes(content)
    with pytest.raises(StoreError):
        await held(copy)
