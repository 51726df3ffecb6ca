"""kill -9 of Neo4j while four processes write: nothing acknowledged is lost, nothing is there by half.

`python -m tests.neo4j.torture --kills 20` prints the account.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from graph_api.stores import open_store
from schema.codec import decode
from tests.neo4j.server import DEFAULT_VERSION, Neo4jServer

WRITERS = 4


@dataclass
class Account:
    """What happened."""

    kills: int = 0
    acknowledged: int = 0
    commits: int = 0
    longest_recovery: float = 0.0
    trouble: list[str] = field(default_factory=list)


async def kill_while_writing(server: Neo4jServer, kills: int) -> Account:
    """Kill and restart a started server while writers write, then compare what they were told with what is there."""
    account = Account()
    chance = random.Random(kills)
    writers = [
        await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.neo4j.worker",
            "write",
            server.uri,
            f"w{number}",
            stdout=asyncio.subprocess.PIPE,
        )
        for number in range(WRITERS)
    ]
    told: dict[tuple[int, int], int] = {}
    readers = [asyncio.create_task(_collect(number, process, told)) for number, process in enumerate(writers)]
    try:
        for _ in range(kills):
            seen = len(told)
            await _until_told(told, seen + 20)
            await asyncio.sleep(chance.uniform(0, 1.5))
            begun = time.monotonic()
            await asyncio.to_thread(server.kill)
            await asyncio.to_thread(server.start)
            seen = len(told)
            await _until_told(told, seen + 1)
            account.longest_recovery = max(account.longest_recovery, time.monotonic() - begun)
            account.kills += 1
    finally:
        for process in writers:
            process.kill()
        await asyncio.gather(*(process.wait() for process in writers), *readers)
    account.acknowledged = len(told)
    await _compare(server.uri, told, account)
    return account


async def _until_told(told: dict[tuple[int, int], int], count: int) -> None:
    async with asyncio.timeout(60):
        while len(told) < count:  # noqa: ASYNC110 (what is waited for happens in other processes)
            await asyncio.sleep(0.02)


async def _collect(writer: int, process: asyncio.subprocess.Process, told: dict[tuple[int, int], int]) -> None:
    assert process.stdout is not None
    while line := await process.stdout.readline():
        if line.endswith(b"\n"):
            number, revision = map(int, line.split())
            told[writer, number] = revision


async def _compare(uri: str, told: dict[tuple[int, int], int], account: Account) -> None:
    store = open_store(uri)
    feed = {change.request_id: change async for change in store.changes(0)}
    account.commits = len(feed)
    if [change.revision for change in feed.values()] != list(range(1, len(feed) + 1)):
        account.trouble.append("the change feed has gaps or repeats")
    for (writer, number), revision in told.items():
        change = feed.get(f"w{writer}-{number}")
        if change is None or change.revision != revision:
            account.trouble.append(f"acknowledged and lost: w{writer}-{number} at {revision}")
    last: dict[str, str] = {}
    for change in feed.values():
        last |= {held.id: decode(held.kind, held.body).name for held in change.entities}
    names: dict[str, str] = {}
    async for chunk in store.load():
        if not isinstance(chunk, int):
            names |= {held.id: decode(held.kind, held.body).name for held in chunk.entities}
    if names != last:
        account.trouble.append("the graph is not what the change feed says")
    halves = [id for id in names if id.endswith("-a") and names[id] != names.get(f"{id[:-1]}b")]
    account.trouble += [f"there by half: {id}" for id in halves]
    await store.close()


def main() -> None:
    """Run by hand."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--version", default=DEFAULT_VERSION)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        server = Neo4jServer(Path(home), version=options.version)
        server.start()
        try:
            print(asyncio.run(kill_while_writing(server, options.kills)))  # noqa: T201
        finally:
            server.kill()


if __name__ == "__main__":
    main()
