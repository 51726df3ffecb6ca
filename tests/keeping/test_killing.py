"""The keeping of timelines by three processes that are killed, on both stores; 200 rounds are `make torture`."""

from __future__ import annotations

from graph_api.stores.contract import Store
from graph_api.stores.sqlite import SqliteStore
from tests.keeping.killing import kill_while_keeping

ROUNDS = 6


async def test_what_changed_is_told_once(store: Store) -> None:
    address = f"sqlite:///{store.address}" if isinstance(store, SqliteStore) else store.address
    account = await kill_while_keeping(store, address, ROUNDS)
    assert (account.rounds, account.killed) == (ROUNDS, ROUNDS)
    assert account.missing == []
    assert account.twice == []
    assert account.entries >= ROUNDS
