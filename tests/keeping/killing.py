"""Processes that keep a store's timelines are killed at any moment: each change of who is affected is told once.

`python -m tests.keeping.killing --rounds 200 [--neo4j]` prints the account. In every round a switch is
operated, so that who is affected is another answer, and one of three processes is killed with signal 9 at a random
moment from then on, as another one is started; the round ends when the timeline says the new answer.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import random
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from graph_api.commands.committing import commit_request
from graph_api.commands.incident.opening import OpenIncident
from graph_api.commands.record_switching import RecordSwitching, SwitchOperation
from graph_api.commands.request import Request
from graph_api.live.graph import LiveGraph
from graph_api.services.incident.affected import affected_of
from graph_api.services.incident.contents import Affected
from graph_api.services.incident.room import told
from graph_api.stores import open_store
from graph_api.stores.contract import Commit, Store
from graph_api.stores.neo4j import Neo4jStore, parse_address
from loaders.drawing import batch
from schema.vocabulary import SwitchPosition
from tests.neo4j.fixtures import PATIENCE, filled
from tests.neo4j.server import DEFAULT_VERSION, Neo4jServer

GRID = """
F1 = CB1
F2 = CB2
G1 - B1 - CB1 - L1 - n1 - LS1 - L2 - n2 - LS9/ - B9 - CB2 - B2 - G2
n1 - S1>C1
n2 - S2>C2
"""
PROCESSES = 3
LATEST_SECONDS = 0.5
"""How long after the change a process may be killed: reading it, working it out and committing it lie within."""
PATIENCE_SECONDS = 60.0


@dataclass
class Account:
    """What happened."""

    rounds: int = 0
    killed: int = 0
    entries: int = 0
    missing: list[int] = field(default_factory=list)
    """Rounds whose answer nobody wrote."""
    twice: list[int] = field(default_factory=list)
    """Orders of entries that say what the one before says."""


async def kill_while_keeping(store: Store, address: str, rounds: int, seed: int = 1) -> Account:
    """The account of so many rounds on an empty store, which the processes know by its address."""
    account, chance = Account(), random.Random(seed)
    await filled(store, batch(GRID))
    live = await LiveGraph.open(store)
    await _commit(live, OpenIncident(id="I", title="night", equipment=("L1",), tripped=("CB1",), by="x"))
    workers = [_begun(address) for _ in range(PROCESSES)]
    try:
        for number in range(rounds):
            await _round(live, number, chance, account, workers, address)
    finally:
        for each in workers:
            each.kill()
            each.wait()
    _tell(live, account)
    await live.close()
    return account


def _begun(address: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "tests.keeping.worker", address])


async def _round(
    live: LiveGraph,
    number: int,
    chance: random.Random,
    account: Account,
    workers: list[subprocess.Popen[bytes]],
    address: str,
) -> None:
    tie, section = (SwitchPosition.CLOSED, SwitchPosition.OPEN) if number % 2 == 0 else (
        SwitchPosition.OPEN, SwitchPosition.CLOSED,
    )  # fmt: skip
    first, last = (("LS1", section), ("LS9", tie)) if number % 2 == 0 else (("LS9", tie), ("LS1", section))
    operations = tuple(SwitchOperation(switch=switch, position=position) for switch, position in (first, last))
    await _commit(live, RecordSwitching(operations=operations, by="x"))
    await asyncio.sleep(chance.uniform(0, LATEST_SECONDS))
    victim = chance.randrange(PROCESSES)
    workers[victim].kill()
    workers[victim].wait()
    account.killed += 1
    workers[victim] = _begun(address)
    account.rounds += 1
    if not await _said(live):
        account.missing.append(number)


async def _said(live: LiveGraph) -> bool:
    """Whether the timeline comes to say who is affected now."""
    for _ in range(int(PATIENCE_SECONDS / 0.05)):
        await live.refresh()
        model = live.pin()
        state = told(model, model.graph.index("I")).state
        assert state is not None
        affected = affected_of(model, state, datetime.now(UTC))
        if state.affected is not None and affected is not None and state.affected.digest == affected.digest:
            return True
        await asyncio.sleep(0.05)
    return False


async def _commit(live: LiveGraph, command: OpenIncident | RecordSwitching) -> None:
    until = asyncio.get_running_loop().time() + PATIENCE_SECONDS
    made = await commit_request(live, Request(asked=command), datetime.now(UTC), until)
    assert isinstance(made, Commit), made


def _tell(live: LiveGraph, account: Account) -> None:
    model = live.pin()
    entries = told(model, model.graph.index("I")).entries
    affected = [(each.entity.order, each.content) for each in entries if isinstance(each.content, Affected)]
    account.entries = len(affected)
    account.twice = [
        order
        for (_, before), (order, after) in itertools.pairwise(affected)
        if isinstance(before, Affected) and isinstance(after, Affected) and before.digest == after.digest
    ]


async def _played(address: str, rounds: int, seed: int) -> Account:
    is_file = address.startswith("sqlite")
    store: Store = open_store(address) if is_file else Neo4jStore(parse_address(address, None), patience=PATIENCE)
    try:
        return await kill_while_keeping(store, address, rounds, seed)
    finally:
        await store.close()


def main() -> int:
    """Print the account; 1 if anything was missed or told twice."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--neo4j", action="store_true", help="on a server that is started for it, instead of a file")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as ends:
        address = f"sqlite:///{folder}/night.db"
        if given.neo4j:
            server = Neo4jServer(Path(folder) / "neo4j", version=DEFAULT_VERSION)
            ends.callback(server.kill)
            server.start()
            address = server.uri
        account = asyncio.run(_played(address, given.rounds, given.seed))
    sys.stdout.write(json.dumps(asdict(account)) + "\n")
    return int(bool(account.missing or account.twice))


if __name__ == "__main__":
    sys.exit(main())
