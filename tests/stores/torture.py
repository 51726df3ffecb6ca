"""kill -9 of a process that writes to a store file: nothing acknowledged is lost, nothing is there by half.

`python -m tests.stores.torture --kills 500` prints the account. Each round forks a writer that puts a pair of entities
with one name at once, and now and then a staged load of such pairs, and says what it was told; it is killed at a random
moment. Then the file is opened again and compared with what was said.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import signal
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from graph_api.errors import LoadInProgress
from graph_api.stores import open_store
from graph_api.stores.contract import Change, Store
from schema.batch import GraphBatch
from schema.codec import decode
from schema.people import Person

LARGEST_LOAD = 40
"""Pairs of entities; sizes differ, so that what an unfinished load left behind would show in the next one."""


@dataclass
class Account:
    """What happened."""

    kills: int = 0
    acknowledged: int = 0
    loads: int = 0
    commits: int = 0
    seconds: float = 0.0
    trouble: list[str] = field(default_factory=list)


def kill_while_writing(file: Path, kills: int, seed: int = 1) -> Account:
    """Kill writers of a store file again and again; tell what was lost or torn."""
    account, chance, began = Account(), random.Random(seed), time.monotonic()
    url = f"sqlite:///{file}"
    told: dict[str, int] = {}
    for round_number in range(kills):
        _one_round(url, round_number, chance.uniform(0.01, 0.12), chance.randrange(2**31), told)
        account.kills += 1
        if round_number % 10 == 9 or round_number == kills - 1:
            asyncio.run(_compare(url, told, account))
    account.acknowledged = len(told)
    account.loads = sum(name.startswith("load") for name in told)
    account.seconds = time.monotonic() - began
    return account


def _one_round(url: str, round_number: int, seconds: float, seed: int, told: dict[str, int]) -> None:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        # nothing of the parent's may run in the child, whatever happens
        try:
            asyncio.run(_write(url, round_number, random.Random(seed), writing))
        finally:
            os._exit(1)
    os.close(writing)
    with os.fdopen(reading, "rb") as lines:
        first = lines.readline()
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        for line in (first, *lines.readlines()):
            if line.endswith(b"\n"):
                name, revision = line.decode().split()
                told[name] = int(revision)


async def _write(url: str, round_number: int, chance: random.Random, told: int) -> None:
    store = open_store(url)
    await store.wait(-1, 0)
    number = 0
    while True:
        number += 1
        if number == 5 and chance.random() < 0.5:
            await _load(store, round_number, chance.randint(1, LARGEST_LOAD), told)
        name = f"w{round_number}-{number}"
        commit = await store.apply(GraphBatch(entities=_pair(chance.randrange(20), name)), request_id=name)
        os.write(told, f"{name} {commit.revision}\n".encode())


async def _load(store: Store, round_number: int, pairs: int, told: int) -> None:
    load, name = f"load-{round_number}", f"load-{round_number}-{pairs}"
    try:
        await store.begin_load(load)
    except LoadInProgress as error:
        # an earlier writer was killed before the end of its load
        await store.abandon_load(error.details["load_id"])
        staged = await store.begin_load(load)
        if staged:
            name = f"{name}-found-{staged}-records-of-another"
    for pair in range(pairs):
        await store.stage(load, GraphBatch(entities=_pair(1000 * (1 + round_number) + pair, name)))
    commit = await store.commit_load(load)
    os.write(told, f"{name} {commit.revision}\n".encode())


def _pair(number: int, name: str) -> list[Person]:  # type: ignore[type-arg]
    return [Person(id=f"{number}-{side}", name=name) for side in "ab"]


async def _compare(url: str, told: dict[str, int], account: Account) -> None:
    store = open_store(url)
    changes = [change async for change in store.changes(0)]
    account.commits = len(changes)
    if [change.revision for change in changes] != list(range(1, len(changes) + 1)):
        account.trouble.append("the change feed has gaps or repeats")
    by_revision = {change.revision: change for change in changes}
    by_revision = {change.revision: _told_by(change, account) for change in changes}
    account.trouble += [
        f"acknowledged and lost: {name} at {revision}"
        for name, revision in told.items()
        if by_revision.get(revision) != name
    ]
    last: dict[str, str] = {}
    for change in changes:
        last |= {held.id: decode(held.kind, held.body).name for held in change.entities}
    there: dict[str, str] = {}
    async for chunk in store.load():
        if not isinstance(chunk, int):
            there |= {held.id: decode(held.kind, held.body).name for held in chunk.entities}
    if there != last:
        account.trouble.append("the graph is not what the change feed says")
    account.trouble += [
        f"there by half: {id}" for id in there if id.endswith("-a") and there[id] != there.get(f"{id[:-1]}b")
    ]
    await store.close()


def _told_by(change: Change, account: Account) -> str:
    """The name that all entities of a commit have; a commit with others, or with too few, is torn."""
    names = {decode(held.kind, held.body).name for held in change.entities}
    name = min(names)
    pairs = int(name.split("-")[2]) if name.startswith("load") else 1
    if len(names) > 1 or len(change.entities) != 2 * pairs or "found" in name:
        account.trouble.append(f"torn at {change.revision}: {len(change.entities)} records of {sorted(names)}")
    return name


def main() -> None:
    """Run by hand, or by a test as a process of its own: forking needs one without threads."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        account = kill_while_writing(Path(folder) / "graph.db", options.kills, options.seed)
    if options.json:
        sys.stdout.write(json.dumps(vars(account)) + "\n")
    else:
        sys.stdout.write(
            f"{account.kills} kills in {account.seconds:.0f} s: {account.acknowledged:,} commits acknowledged "
            f"({account.loads} of them loads), {account.commits:,} there, {len(account.trouble)} lost or torn\n"
        )
        sys.stdout.writelines(f"  {line}\n" for line in account.trouble[:20])
    with suppress(BrokenPipeError):
        sys.stdout.flush()
    sys.exit(bool(account.trouble))


if __name__ == "__main__":
    main()
