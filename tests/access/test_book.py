"""The register as a process knows it: of the store, and of its file while the store is away."""

from __future__ import annotations

import asyncio
import stat
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from graph_api.access import book as books
from graph_api.access.book import AccessBook
from graph_api.access.keys import new_key
from graph_api.access.register import Register
from graph_api.actor import Actor, ActorKind
from graph_api.errors import InvalidInput, StoreUnavailable, Unauthenticated
from graph_api.stores.sqlite import SqliteStore
from schema.access import AccessRole, Act

NOW = datetime(2026, 7, 30, 6, 0, tzinfo=UTC)
BY = Actor(kind=ActorKind.LOCAL, name="ops")
UUID = "this store"


def giving(name: str, role: AccessRole = AccessRole.VIEWER) -> tuple[Callable[[Register], Register], str]:
    made = new_key()
    return lambda register: register.with_key(made, name, [role], by=BY, now=NOW), made.text


@pytest.fixture
async def store(tmp_path: Path):
    made = SqliteStore(tmp_path / "graph.db")
    await made.meta()
    yield made
    await made.close()


def book_of(store: SqliteStore, file: Path | None = None, **more: object) -> AccessBook:
    return AccessBook(store, lambda: NOW, file, **more)  # type: ignore[arg-type]


async def followed(book: AccessBook, done: Callable[[], bool]) -> None:
    """Have it follow its store until that is so."""
    follower = asyncio.create_task(book.follow(lambda: UUID))
    while not done():  # noqa: ASYNC110 (a file and a log tell nobody)
        await asyncio.sleep(0.01)
    follower.cancel()


async def test_before_any_key_whoever_reaches_the_service_is_its_user(store: SqliteStore) -> None:
    book = book_of(store)
    await book.open(UUID)
    principal = book.identify([])
    assert principal.actor.kind is ActorKind.LOCAL
    assert principal.acts == frozenset(Act)
    edit, _ = giving("first")
    await book.change(edit)
    with pytest.raises(Unauthenticated):
        book.identify([])


async def test_where_other_machines_reach_it_nobody_is_its_user(store: SqliteStore) -> None:
    book = book_of(store, reached_by_others=True, local_key="secret")
    await book.open(UUID)
    with pytest.raises(Unauthenticated, match="baodian access key"):
        book.identify([])
    assert book.identify(["Bearer secret"]).actor.kind is ActorKind.LOCAL, "but for its own commands"
    edit, key = giving("first")
    await book.change(edit)
    assert str(book.identify([f"Bearer {key}"]).actor) == "KEY:first"


async def test_who_shows_a_key_is_known_by_it(store: SqliteStore) -> None:
    book = book_of(store, visitors=frozenset({AccessRole.VIEWER}), local_key="secret")
    edit, key = giving("duty", AccessRole.DISPATCHER)
    await book.change(edit)
    for header in (f"Bearer {key}", f"bearer   {key} "):
        assert str(book.identify([header]).actor) == "KEY:duty"
    assert book.identify(["Bearer secret"]).actor.kind is ActorKind.LOCAL
    assert book.identify([]).roles == {AccessRole.VIEWER}
    for headers in (
        ["Bearer"],
        ["Bearer "],
        [f"Basic {key}"],
        [key],
        ["Bearer " + key[:-1] + "é"],
        [f"Bearer {key}"] * 2,
    ):
        with pytest.raises(Unauthenticated):
            book.identify(headers)


async def test_what_another_process_gave_and_took_is_learnt(store: SqliteStore, tmp_path: Path) -> None:
    book, other_store = book_of(store), SqliteStore(tmp_path / "graph.db")
    await book.open(UUID)
    other = book_of(other_store)
    edit, key = giving("duty")
    await other.change(edit)
    await book.refresh()
    assert str(book.identify([f"Bearer {key}"]).actor) == "KEY:duty"
    await other.change(lambda register: register.without("duty", by=BY, now=NOW))
    await book.refresh()
    with pytest.raises(Unauthenticated):
        book.identify([f"Bearer {key}"])
    await other_store.close()


async def test_changes_at_the_same_time_all_hold(store: SqliteStore) -> None:
    others = [book_of(store) for _ in range(8)]
    edits = [giving(f"key {number}") for number in range(8)]
    await asyncio.gather(*(book.change(edit) for book, (edit, _) in zip(others, edits, strict=True)))
    assert len((await others[0].refresh()).keys) == 8
    with pytest.raises(InvalidInput):
        await others[0].change(edits[0][0])
    assert len((await others[1].refresh()).keys) == 8


async def test_keys_open_while_the_store_is_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(books, "REFRESH_SECONDS", 0.01)
    path, file = tmp_path / "graph.db", tmp_path / "graph.db.access"
    store = SqliteStore(path)
    book = book_of(store, file)
    edit, key = giving("duty")
    await book.change(edit)
    await followed(book, file.exists)
    await store.close()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert key not in file.read_text()

    away = SqliteStore(tmp_path / "nowhere" / "graph.db", creates=False)
    later = book_of(away, file)
    await later.open(UUID)
    assert str(later.identify([f"Bearer {key}"]).actor) == "KEY:duty"
    for wrong in ("another store", None):
        if wrong is None:
            file.chmod(0o644)
        nobody = book_of(away, file)
        await nobody.open(wrong or UUID)
        with pytest.raises(StoreUnavailable):
            nobody.identify([f"Bearer {key}"])
        with pytest.raises(StoreUnavailable):
            nobody.identify([])
    file.chmod(0o600)
    file.write_text("{")
    damaged = book_of(away, file)
    await damaged.open(UUID)
    with pytest.raises(StoreUnavailable):
        damaged.identify([])
    no_file = book_of(away)
    await no_file.open(UUID)
    with pytest.raises(StoreUnavailable):
        no_file.identify([])
    await away.close()


async def test_a_file_that_cannot_be_written_is_told_in_the_log(
    store: SqliteStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(books, "REFRESH_SECONDS", 0.01)
    (tmp_path / "file").write_text("no folder")
    book = book_of(store, tmp_path / "file" / "graph.db.access")
    edit, _ = giving("duty")
    await book.change(edit)
    await followed(book, lambda: "cannot be kept" in caplog.text)
