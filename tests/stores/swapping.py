"""A store's file is moved away and another one put there while commits are made: nothing acknowledged is lost.

`python -m tests.stores.swapping --swaps 1000` prints the account. A thread moves the file at a random moment, between
two commits or within one; what was acknowledged has to stand in the file that was moved away, or in the new one.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import shutil
import sys
import tempfile
import threading
import time
from contextlib import closing, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

import apsw

from graph_api.errors import OutcomeUnknown, StoreError
from graph_api.stores import open_store
from graph_api.stores.contract import Store
from schema.batch import GraphBatch
from schema.people import Team

LONGEST_SECONDS = 0.012
"""A few commits long: the file is moved before, within or after one."""


@dataclass
class Account:
    """What happened."""

    swaps: int = 0
    acknowledged: int = 0
    refused: int = 0
    unknown: int = 0
    lost: list[str] = field(default_factory=list)


def swap_while_writing(folder: Path, swaps: int, seed: int = 1) -> Account:
    """Swap a store's file again and again; tell what was acknowledged and is nowhere."""
    return asyncio.run(_swapped(folder, swaps, random.Random(seed)))


async def _swapped(folder: Path, swaps: int, chance: random.Random) -> Account:
    account, path, base = Account(), folder / "city.db", folder / "base.db"
    first = open_store(f"sqlite:///{base}")
    await first.apply(GraphBatch(entities=[Team(id="first")]))
    await first.close()
    shutil.copy(base, path)
    store = open_store(f"sqlite:///{path}")
    await store.meta()
    for number in range(swaps):
        await _one_round(store, path, number, chance, account)
    await store.close()
    return account


async def _one_round(store: Store, path: Path, number: int, chance: random.Random, account: Account) -> None:
    away, fresh = path.with_name("away.db"), path.with_name("fresh.db")
    shutil.copy(path.with_name("base.db"), fresh)
    pauses = chance.uniform(0, LONGEST_SECONDS), chance.choice((0.0, 0.0, 0.002))

    def swap() -> None:
        time.sleep(pauses[0])
        path.rename(away)
        time.sleep(pauses[1])
        fresh.rename(path)

    swapping, told = threading.Thread(target=swap), list[str]()
    swapping.start()
    await _write_until_missed(store, number, told, account)
    swapping.join()
    while True:
        with suppress(StoreError):
            await store.meta()
            break
    there = _names(away) | _names(path)
    account.swaps += 1
    account.acknowledged += len(told)
    account.lost += [name for name in told if name not in there]
    away.unlink()


async def _write_until_missed(store: Store, number: int, told: list[str], account: Account) -> None:
    for place in range(1_000_000):
        name = f"{number}-{place}"
        try:
            await store.apply(GraphBatch(entities=[Team(id=name)]), request_id=name)
        except OutcomeUnknown:
            account.unknown += 1
            return
        except StoreError:
            account.refused += 1
            return
        told.append(name)


def _names(path: Path) -> set[str]:
    """What stands in a file, its log included: of a file that was moved away nothing may stand in the log alone."""
    with closing(apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)) as connection:
        return {id for (id,) in connection.execute("SELECT id FROM entity")}


def main() -> int:
    """Print the account; 1 if anything was lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--swaps", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        account = swap_while_writing(Path(folder), given.swaps, given.seed)
    sys.stdout.write(json.dumps(asdict(account)) + "\n")
    return 1 if account.lost else 0


if __name__ == "__main__":
    sys.exit(main())
