"""Plays all edits, what happens to files, and the foreign snapshot, and prints a table; 1 if one went otherwise.

`NEO4J_URI` names a server that may be emptied; without it one is started.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from neo4j import Driver, GraphDatabase

from graph_api.stores.neo4j import Neo4jStore, parse_address
from tests.neighbours.edits import EDITS, IDS, Edit, Played, play
from tests.neighbours.files import ACTS
from tests.neo4j.fixtures import PATIENCE, VERSION, wiped
from tests.neo4j.server import Neo4jServer

HEAD = ("| what a neighbour does | what is told | what is served | as it should |", "|---|---|---|---|")


def told_and_served(edit: Edit, played: Played) -> tuple[str, str]:
    """Of one edit, in a few words."""
    told = [f"{id}: {'taken over' if one.refused is None else one.refused}"[:90] for id, one in played.told.items()]
    less, more = sorted(IDS - played.ids), sorted(played.ids - IDS)
    served = [*(f"without {id}" for id in less), *(f"with {id}" for id in more)]
    if edit.name != "a" and played.name == edit.name:
        served.append(f"a is called {edit.name}")
    return "; ".join(told) or "nothing", ", ".join(served)[:60] or "as before"


async def edits(uri: str, driver: Driver) -> bool:
    """Play the edits; False if one went otherwise."""
    well = True
    for edit in EDITS:
        wiped(driver)
        store = Neo4jStore(parse_address(uri, None), patience=PATIENCE)
        played = await play(store, driver, edit)
        await store.close()
        wrong = played.wrong(edit)
        well &= not wrong
        told, served = told_and_served(edit, played)
        _print(f"`{edit.statement[:110]}`", told, served, "; ".join(wrong) or "yes")
    return well


async def files() -> bool:
    """Play what happens to files; False if one went otherwise."""
    well = True
    for act, answer in ACTS:
        with tempfile.TemporaryDirectory() as folder:
            found = await act(Path(folder))
        well &= found.startswith(answer)
        _print((act.__doc__ or "").rstrip("."), found, "as before", "yes" if found.startswith(answer) else "NO")
    return well


@contextmanager
def server() -> Iterator[str]:
    """Address of a server that may be emptied."""
    given = os.environ.get("NEO4J_URI")
    if given:
        yield given
        return
    with tempfile.TemporaryDirectory() as folder:
        started = Neo4jServer(Path(folder), version=VERSION)
        started.start()
        try:
            yield started.uri
        finally:
            started.kill()


def _print(*cells: str) -> None:
    sys.stdout.write(f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |\n")
    sys.stdout.flush()


def main() -> int:
    """Print the table."""
    sys.stdout.write("\n".join(HEAD) + "\n")
    well = asyncio.run(files())
    with server() as uri, GraphDatabase.driver(uri, warn_notification_severity="OFF") as driver:
        well &= asyncio.run(edits(uri, driver))
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
