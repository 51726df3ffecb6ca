"""A disk that is full, fails or may only be read: told wherever the store is told of, and that it is over, too."""

from __future__ import annotations

import resource
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, asynccontextmanager, contextmanager, suppress
from pathlib import Path

import pytest

from graph_api.app.assembly import assemble
from graph_api.errors import OutcomeUnknown, StoreUnavailable
from graph_api.live import following
from graph_api.live.graph import LiveGraph
from graph_api.settings import Settings
from schema.batch import GraphBatch
from schema.people import Team
from tests.graphql.conftest import client_of
from tests.live.test_place import held, holds, made, team, until
from tests.stores.test_read_only import only_read, path

__all__ = ["path"]

ASKED = "{ graph { store { reachable writable writeTrouble } } }"
Trouble = Callable[[Path], AbstractContextManager[None]]


@pytest.fixture(autouse=True)
def looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "WAIT_SECONDS", 0.5)  # three questions are asked between two looks


@contextmanager
def failing(folder: Path) -> Iterator[None]:
    """No file may grow: the disk answers each write behind that with an error."""
    log = next(folder.glob("*-wal"))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (log.stat().st_size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextmanager
def full(folder: Path) -> Iterator[None]:
    """The rest of a small disk is taken."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(bytes(4096)):
            pass
    try:
        yield
    finally:
        filler.unlink()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", folder], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("no disk can be mounted here")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


@asynccontextmanager
async def served(path: Path) -> AsyncIterator[LiveGraph]:
    await made(path, "first")
    async with assemble(Settings(store=f"sqlite:///{path}")) as application:
        await application.live.apply(team("second"))
        yield application.live


async def shown(live: LiveGraph) -> list[object]:
    """What is told of the store: by the API, by readiness, by the metrics."""
    async with client_of(live) as client:
        store = (await client.post("/graphql", json={"query": ASKED})).json()["data"]["graph"]["store"]
        health = await client.get("/readyz")
        page = (await client.get("/metrics")).text
    assert store["reachable"]
    assert health.status_code == 200, "questions are answered on"
    folder = f"{Path(live.store.address).parent}/"  # of this machine, and nothing to whoever reaches the port
    told = store["writeTrouble"] and store["writeTrouble"].replace(folder, "")
    assert health.json()["store"].get("writeTrouble") == told
    assert f"baodian_store_writable {float(store['writable'])}" in page
    return [store["writable"], store["writeTrouble"] or ""]


async def told_and_over(live: LiveGraph, path: Path, trouble: Trouble, says: str) -> None:
    assert await shown(live) == [True, ""]
    with trouble(path.parent):
        with pytest.raises((StoreUnavailable, OutcomeUnknown)) as caught:
            await live.apply(GraphBatch(entities=[Team(id=f"T{number}", name="组" * 90) for number in range(2_000)]))
        assert caught.value.retryable
        writable, why = await shown(live)
        assert not writable
        assert says in str(why)
        assert holds(live, "second")
    await until(lambda: live.status().writable)
    assert await shown(live) == [True, ""]
    await live.apply(team("third"))
    assert holds(live, "third")


async def test_a_full_disk(small_disk: Path) -> None:
    path = small_disk / "city.db"
    async with served(path) as live:
        await told_and_over(live, path, full, "the disk is full")


async def test_a_disk_that_fails(tmp_path: Path) -> None:
    path = tmp_path / "city.db"
    async with served(path) as live:
        await told_and_over(live, path, failing, "the disk or the operating system refused")


async def test_a_store_that_may_only_be_read_says_so_before_anybody_writes(path: Path) -> None:
    await made(path, "first", "second")
    with ExitStack() as unwritable:
        unwritable.enter_context(only_read(path.parent))
        async with assemble(Settings(store=f"sqlite:///{path}")) as application:
            live = application.live
            await until(lambda: not live.status().writable)
            assert "not writable" in str((await shown(live))[1])
            assert holds(live, "second")
            with pytest.raises(StoreUnavailable, match="not writable"):
                await live.apply(team("third"))
            unwritable.close()
            await until(lambda: live.status().writable)
            await live.apply(team("third"))
            assert holds(live, "third")
    assert await held(path) == {"first", "second", "third"}
