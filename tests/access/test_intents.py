"""A process that is killed on its way leaves no change without its line in the audit, and no line without a change."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from graph_api.access.audit import AuditLog
from graph_api.app.assembly import Application, assemble
from graph_api.settings import Settings
from graph_api.stores import open_store
from schema.batch import GraphBatch
from tests.graphql.city import ENTITIES, LINKS, NOW

CHANGE = (
    'mutation { setSwitchPosition(input: {switch: "B2", position: %s, by: "x", source: "y", requestId: "%s"}) '
    "{ revision userErrors { message } } }"
)
KILLED = """
import asyncio, os, signal, sys
from graph_api.access import audit, intents
from graph_api.app.assembly import assemble
from graph_api.settings import Settings

store, log, where, change = sys.argv[1:]

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

async def main():
    async with assemble(Settings(store=store, audit_file=log), follows=False) as application:
        if where == "before the commit":
            type(application.store).apply = die
        elif where == "before the line":
            audit.AuditLog.append = die
        elif where == "behind the line":
            intents.Intents.end = die
        await application.execute(change)

asyncio.run(main())
"""


def settings(folder: Path) -> Settings:
    return Settings(store=f"sqlite:///{folder / 'city.db'}", audit_file=str(folder / "city.audit"))


@asynccontextmanager
async def served(folder: Path) -> AsyncIterator[Application]:
    async with assemble(settings(folder), follows=False, clock=lambda: NOW) as application:
        yield application


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    store = open_store(settings(tmp_path).store)
    await store.apply(GraphBatch(entities=ENTITIES, relationships=LINKS))
    await store.close()
    return tmp_path


def kill(folder: Path, where: str, change: str) -> None:
    of = settings(folder)
    done = subprocess.run([sys.executable, "-c", KILLED, of.store, of.audit_file, where, change], check=False)
    assert done.returncode == -9


def changes(folder: Path) -> list[tuple[str, tuple[str, ...], int]]:
    log = AuditLog(folder / "city.audit")
    assert log.verify().broken_at is None
    return [(each.what, each.things, each.revision) for each in (line.entry for line in log.lines())]


def left(folder: Path) -> list[str]:
    return [each.name for each in folder.glob("*pending*")]


@pytest.mark.parametrize("where", ["before the line", "behind the line"])
async def test_a_change_whose_process_was_killed_has_one_line(folder: Path, where: str) -> None:
    kill(folder, where, CHANGE % ("OPEN", "r1"))
    async with served(folder) as application:
        revision = int(application.live.pin().graph.revision)
        for _ in range(2):
            await application.intents.settle(0)
            assert changes(folder) == [("setSwitchPosition", ("B2",), revision)]
    assert left(folder) == []


async def test_a_change_that_was_not_made_has_none_and_may_be_sent_again(folder: Path) -> None:
    kill(folder, "before the commit", CHANGE % ("OPEN", "r1"))
    async with served(folder) as application:
        await application.intents.settle(0)
        assert changes(folder) == []
        again = await application.execute(CHANGE % ("OPEN", "r1"))
        assert again["data"]["setSwitchPosition"]["userErrors"] == []
        assert [each[0] for each in changes(folder)] == ["setSwitchPosition"]


async def test_what_is_at_work_is_left_alone(folder: Path) -> None:
    kill(folder, "before the line", CHANGE % ("OPEN", "r1"))
    async with served(folder) as application:
        await application.intents.settle()
        assert changes(folder) == [], "the store may still be at it"
        assert (await application.execute(CHANGE % ("CLOSED", "r2")))["data"] is not None
        await application.intents.settle(0)
        revisions = [revision for _, _, revision in changes(folder)]
        assert sorted(revisions) == [
            int(application.live.pin().graph.revision) - 1,
            int(application.live.pin().graph.revision),
        ]


async def test_where_it_cannot_be_noted_the_change_is_made_all_the_same(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with assemble(
        Settings(store=settings(folder).store, audit_file=str(folder / "none" / "city.audit")), follows=False
    ) as application:
        made = await application.execute(CHANGE % ("OPEN", "r1"))
    assert made["data"]["setSwitchPosition"]["userErrors"] == []
    assert "cannot be noted beside the audit" in caplog.text
