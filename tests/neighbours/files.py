"""What happens to the file of a running embedded store, and to the file of a snapshot, each with what is answered."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path

from graph_api.errors import StoreError
from graph_api.live.graph import LiveGraph
from graph_api.stores import open_store
from schema.batch import GraphBatch
from schema.people import Team
from tests.stores.swapping import swap_while_writing

Act = Callable[[Path], Awaitable[str]]
SWAPS = 100


async def _made(path: Path, *names: str) -> Path:
    store = open_store(f"sqlite:///{path}")
    for name in names:
        await store.apply(GraphBatch(entities=[Team(id=name)]))
    await store.close()
    return path


async def _answer_to_a_change(path: Path, act: Callable[[Path], object]) -> str:
    """The code that a change gets right after the act, under a program that serves the store."""
    store = open_store(f"sqlite:///{await _made(path, 'first')}")
    live = await LiveGraph.open(store, follows=False)
    act(path)
    try:
        await live.apply(GraphBatch(entities=[Team(id="lost")]))
    except StoreError as error:
        return error.code.value
    finally:
        await live.close()
        await store.close()
    return "acknowledged"


async def replaced(folder: Path) -> str:
    """Another store is moved over the path."""
    other = await _made(folder / "other.db", "elsewhere")
    return await _answer_to_a_change(folder / "city.db", lambda path: other.replace(path))


async def deleted(folder: Path) -> str:
    """The file is removed."""
    return await _answer_to_a_change(folder / "city.db", lambda path: path.unlink())


async def restored(folder: Path) -> str:
    """An older copy of the same store is put in its place."""
    path = folder / "city.db"
    await _made(path, "zeroth")
    older = shutil.copy(path, folder / "older.db")
    return await _answer_to_a_change(path, lambda path: Path(older).replace(path))


async def swapped(folder: Path) -> str:
    """Moved away and another one put there, at random moments while commits are made."""
    account = await asyncio.to_thread(swap_while_writing, folder, SWAPS)
    return f"{len(account.lost)} of {account.acknowledged:,} lost"


async def foreign_snapshot(folder: Path) -> str:
    """The snapshot of another store is named, while the store itself is away."""
    store = open_store(f"sqlite:///{await _made(folder / 'demo.db', 'demo')}")
    file = folder / "kept.snapshot"
    await (await LiveGraph.open(store, file, follows=False, keeps=True)).close()
    await store.close()
    away = open_store(f"sqlite:///{folder / 'away' / 'city.db'}", creates=False)
    try:
        live = await LiveGraph.open(away, file, follows=False)
    except StoreError as error:
        return "refused by name" if "demo.db" in error.message else f"refused: {error.message}"
    finally:
        await away.close()
    await live.close()
    return "served"


ACTS: tuple[tuple[Act, str], ...] = (
    (replaced, "STORE_REPLACED"),
    (deleted, "STORE_UNAVAILABLE"),
    (restored, "STORE_REPLACED"),
    (swapped, "0 of "),
    (foreign_snapshot, "refused by name"),
)
"""Each act, and what the answer begins with."""
