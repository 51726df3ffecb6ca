"""A disk that answers with errors (EIO), injected by strace below SQLite: what is said of each commit is true."""

from __future__ import annotations

import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from graph_api.stores import open_store
from graph_api.stores.contract import Chunk

WRITING = """
import asyncio, sys
from graph_api.errors import BaodianError
from graph_api.stores import open_store
from schema.batch import GraphBatch
from schema.people import Team

async def write():
    store = open_store(sys.argv[1])
    for number in range(60):
        batch = GraphBatch(entities=[Team(id=f"t{number}", name="组" * 60)])
        try:
            await store.apply(batch, request_id=f"r{number}")
            print("OK", number, flush=True)
        except BaodianError as error:
            print(error.code.value, number, flush=True)
    await store.close()

asyncio.run(write())
"""


@cache
def traces() -> bool:
    """Whether strace is here and may look at a process."""
    strace = shutil.which("strace")
    return (
        strace is not None and not subprocess.run([strace, "-qq", "-e", "trace=none", "true"], check=False).returncode
    )


def answers_of(store: str, call: str, when: str) -> dict[int, str]:
    """What each of 60 commits was answered, while those calls of the system fail."""
    inject = [
        "strace",
        "-f",
        "-qq",
        "-o",
        "/dev/null",
        "-e",
        f"trace={call}",
        "-e",
        f"inject={call}:error=EIO:when={when}",
    ]
    done = subprocess.run([*inject, sys.executable, "-c", WRITING, store], capture_output=True, text=True, check=True)
    return {int(number): code for code, number in map(str.split, done.stdout.splitlines())}


@pytest.mark.skipif(not traces(), reason="strace is not installed, or may not trace here")
@pytest.mark.parametrize(
    ("call", "when"),
    [
        ("fdatasync", "20..25"),
        ("fdatasync", "15+7"),
        ("pwrite64", "80..95"),
        ("pwrite64", "60+41"),
        ("fsync", "1+2"),
        ("pread64", "6..7"),
    ],
)
async def test_what_is_said_of_a_commit_on_a_failing_disk_is_true(tmp_path: Path, call: str, when: str) -> None:
    url = f"sqlite:///{tmp_path}/city.db"
    answers = answers_of(url, call, when)
    assert len(answers) == 60
    store = open_store(url)
    there = {each.id async for chunk in store.load() if isinstance(chunk, Chunk) for each in chunk.entities}
    for number, code in answers.items():
        known = await store.outcome(f"r{number}") is not None
        assert known == (f"t{number}" in there)
        assert code in ("OK", "STORE_UNAVAILABLE", "OUTCOME_UNKNOWN", *(["STORE_CORRUPT"] if call == "pread64" else []))
        if code != "OUTCOME_UNKNOWN":
            assert known == (code == "OK"), (number, code)
    assert await store.revision() == len(there)
    assert "OK" in answers.values()
    if call != "fsync":  # SQLite syncs the folder alone so, and does not mind
        assert set(answers.values()) != {"OK"}
    await store.close()
