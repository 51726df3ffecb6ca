"""The register as a process knows it: of the store, and of its file while the store is away."""

from __future__ import annotations

import asyncio
import stat
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from graph_api.access import book as books
from graph_api.access import uses
from graph_api.access.book import AccessBook
from graph_api.access.changing import change_register, read_register
from graph_api.access.kept import edit_kept
from graph_api.access.keys import new_key
from graph_api.access.register import DOCUMENT, Register
from graph_api.actor import Actor, ActorKind
from graph_api.errors import InvalidInput, StoreCorrupt, StoreUnavailable, Unauthenticated
from graph_api.stores.sqlite import SqliteStore
from schema.access import AccessRole, Act

NOW = datetime(2026, 7, 30, 6, 0, tzinfo=UTC)
BY = Actor(kind=ActorKind.LOCAL, name="ops")
UUID = "this store"


def giving(name: str, role: AccessRole = AccessRole.VIEWER) -> tuple[Callable[[Register], Register], str]:
    made = new_key()
    return lambda register: register.with_key(made, name, [role], by=BY, now=NOW), made.text


def revoking(name: str) -> Callable[[Register], Register]:
    return lambda register: register.without(name, by=BY, now=NOW)


async def given(store: SqliteStore, name: str, role: AccessRole = AccessRole.VIEWER) -> str:
    edit, key = giving(name, role)
    await change_register(store, edit)
    return key


async def opened(store: SqliteStore, file: Path | None = None, uuid: str = UUID, **more: object) -> AccessBook:
    book = AccessBook(store, lambda: NOW, file, **more)  # type: ignore[arg-type]
    await book.open(uuid)
    return book


def knows(book: AccessBook, key: str) -> bool:
    try:
        return book.identify([f"Bearer {key}"]).actor.kind is ActorKind.KEY
    except Unauthenticated:
        return False


async def followed(book: AccessBook, done: Callable[[], bool], trusted: Callable[[], bool] = lambda: True) -> None:
    """Have it follow its store until that is so."""
    follower = asyncio.create_task(book.follow(lambda: UUID, trusted))
    while not done():  # noqa: ASYNC110 (a file and a log tell nobody)
        await asyncio.sleep(0.01)
    follower.cancel()


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(books, "REFRESH_SECONDS", 0.01)


async def test_before_any_key_whoever_reaches_the_service_is_its_user(store: SqliteStore) -> None:
    book = await opened(store)
    principal = book.identify([])
    assert principal.actor.kind is ActorKind.LOCAL
    assert principal.acts == frozenset(Act)
    await given(store, "first")
    await book.refresh()
    with pytest.raises(Unauthenticated):
        book.identify([])


async def test_where_other_machines_reach_it_nobody_is_its_user(store: SqliteStore) -> None:
    book = await opened(store, reached_by_others=True, local_key="secret")
    with pytest.raises(Unauthenticated, match="baodian access key"):
        book.identify([])
    assert book.identify(["Bearer secret"]).actor.kind is ActorKind.LOCAL, "but for its own commands"
    key = await given(store, "first")
    await book.refresh()
    assert knows(book, key)


async def test_who_shows_a_key_is_known_by_it(store: SqliteStore) -> None:
    key = await given(store, "duty", AccessRole.DISPATCHER)
    book = await opened(store, visitors=frozenset({AccessRole.VIEWER}), local_key="secret")
    for header in (f"Bearer {key}", f"bearer   {key} "):
        assert str(book.identify([header]).actor) == "KEY:duty"
    assert book.identify(["Bearer secret"]).actor.kind is ActorKind.LOCAL
    assert book.identify([]).roles == {AccessRole.VIEWER}
    wrong = ["Bearer", "Bearer ", f"Basic {key}", key, f"Bearer {key[:-1]}é"]
    for headers in (*([each] for each in wrong), [f"Bearer {key}"] * 2):
        with pytest.raises(Unauthenticated):
            book.identify(headers)


async def test_the_use_of_a_key_is_told_to_the_store(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uses, "WRITE_S", 0.0)
    key = await given(store, "duty")
    book = await opened(store)
    assert knows(book, key)
    told: dict[str, datetime] = {}
    follower = asyncio.create_task(book.follow(lambda: UUID, lambda: True))
    while not told:
        await asyncio.sleep(0.01)
        told = await uses.read_uses(store)
    follower.cancel()
    assert told == {book.register.keys[0].id: NOW}


async def test_what_another_process_gave_and_took_is_learnt(store: SqliteStore, tmp_path: Path) -> None:
    book, other = await opened(store), SqliteStore(tmp_path / "graph.db")
    key = await given(other, "duty")
    await followed(book, lambda: knows(book, key))
    await change_register(other, revoking("duty"))
    await followed(book, lambda: not knows(book, key))
    await other.close()


async def test_changes_at_the_same_time_all_hold(store: SqliteStore) -> None:
    edits = [giving(f"key {number}") for number in range(8)]
    await asyncio.gather(*(change_register(store, edit) for edit, _ in edits))
    assert len((await read_register(store)).keys) == 8
    with pytest.raises(InvalidInput):
        await change_register(store, edits[0][0])
    assert len((await read_register(store)).keys) == 8


async def test_a_store_without_keys_in_the_place_of_one_with_keys_lets_nobody_in(
    store: SqliteStore, caplog: pytest.LogCaptureFixture
) -> None:
    key = await given(store, "duty")
    book = await opened(store)
    await change_register(store, lambda _: Register(), anew=True)
    await book.refresh()
    assert knows(book, key)
    with pytest.raises(Unauthenticated):
        book.identify([])
    assert "older register, or none" in caplog.text
    fresh = await given(store, "anew")
    await book.refresh()
    assert knows(book, fresh)
    assert not knows(book, key)


async def test_a_store_that_is_put_back_opens_no_key_that_was_revoked(
    store: SqliteStore, caplog: pytest.LogCaptureFixture
) -> None:
    stolen, kept = await given(store, "stolen"), await given(store, "kept")
    before = await read_register(store)
    await change_register(store, revoking("stolen"))
    book = await opened(store)
    await change_register(store, lambda _: before, anew=True)
    await book.refresh()
    assert "was put back" in caplog.text
    assert (knows(book, stolen), knows(book, kept)) == (False, True)
    fresh = await given(store, "fresh")
    await book.refresh()
    assert (knows(book, stolen), knows(book, fresh)) == (False, True)


async def test_what_stands_there_unasked_is_not_read(store: SqliteStore) -> None:
    key = await given(store, "duty")
    book = await opened(store)
    await change_register(store, revoking("duty"))
    looked: list[bool] = []

    def another_store_stands_there() -> bool:
        looked.append(True)
        return False

    await followed(book, lambda: len(looked) > 3, another_store_stands_there)
    assert knows(book, key)


async def test_a_damaged_register_opens_and_shuts_nothing_and_is_begun_anew(
    store: SqliteStore, caplog: pytest.LogCaptureFixture
) -> None:
    key = await given(store, "duty")
    book = await opened(store)
    await store.put_document(DOCUMENT, b'{"keys":[{"id":', at_version=1)
    await book.refresh()
    await book.refresh()
    assert knows(book, key)
    assert caplog.text.count("--anew") == 1, "told once"
    later = await opened(store)
    for headers in ([], [f"Bearer {key}"]):
        with pytest.raises(StoreUnavailable, match="--anew"):
            later.identify(headers)
    edit, fresh = giving("anew")
    with pytest.raises(StoreCorrupt):
        await change_register(store, edit)
    await change_register(store, edit, anew=True)
    await later.refresh()
    assert knows(later, fresh)


async def test_keys_open_while_the_store_is_away(tmp_path: Path) -> None:
    file = tmp_path / "graph.db.access"
    store = SqliteStore(tmp_path / "graph.db")
    key = await given(store, "duty")
    book = await opened(store, file)
    await followed(book, file.exists)
    await store.close()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert key not in file.read_text()

    away = SqliteStore(tmp_path / "nowhere" / "graph.db", creates=False)
    assert knows(await opened(away, file), key)
    nobody = [await opened(away, file, "another store"), await opened(away)]
    file.chmod(0o644)
    nobody.append(await opened(away, file))
    file.chmod(0o600)
    file.write_text("{")
    nobody.append(await opened(away, file))
    for each in nobody:
        for headers in ([], [f"Bearer {key}"]):
            with pytest.raises(StoreUnavailable):
                each.identify(headers)
    await away.close()


async def test_what_is_revoked_on_a_host_while_the_store_is_away_stays_shut(tmp_path: Path, caplog: Any) -> None:
    file, store = tmp_path / "graph.db.access", SqliteStore(tmp_path / "graph.db")
    stolen, kept = await given(store, "stolen"), await given(store, "kept")
    book = await opened(store, file)
    await followed(book, file.exists)
    edit_kept(file, revoking("stolen"))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    await followed(book, lambda: not knows(book, stolen), trusted=lambda: False)
    assert knows(book, kept)
    assert "revoked on this host" in caplog.text
    await given(store, "later")  # the store is back, and knows nothing of it
    await book.refresh()
    assert len(book.register.keys) == 3
    assert (knows(book, stolen), knows(book, kept)) == (False, True)
    await store.close()
    away = SqliteStore(tmp_path / "nowhere" / "graph.db", creates=False)
    assert not knows(await opened(away, file), stolen), "nor after a restart"
    await away.close()


def test_a_host_without_a_file_that_counts_says_so(tmp_path: Path) -> None:
    file = tmp_path / "graph.db.access"
    for path in (None, file):
        with pytest.raises(InvalidInput, match="keeps no register"):
            edit_kept(path, revoking("duty"))
    file.write_text("{")
    file.chmod(0o600)
    with pytest.raises(InvalidInput, match="cannot be read"):
        edit_kept(file, revoking("duty"))
    file.chmod(0o644)
    with pytest.raises(PermissionError):
        edit_kept(file, revoking("duty"))


async def test_a_restored_store_is_served_with_the_keys_that_were_known(tmp_path: Path) -> None:
    file, store = tmp_path / "graph.db.access", SqliteStore(tmp_path / "graph.db")
    key = await given(store, "duty")
    book = await opened(store, file)
    await followed(book, file.exists)
    await store.close()
    restored = SqliteStore(tmp_path / "restored.db")
    later = await opened(restored, file)
    assert knows(later, key)
    with pytest.raises(Unauthenticated):
        later.identify([])
    await restored.close()


async def test_a_file_that_cannot_be_written_is_told_in_the_log(
    store: SqliteStore, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("no folder")
    await given(store, "duty")
    book = await opened(store, tmp_path / "file" / "graph.db.access")
    await followed(book, lambda: "cannot be kept" in caplog.text)
