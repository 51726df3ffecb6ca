"""Machines of one store bear witness of each other's audits: whoever rewrites one chain is found by the others."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from graph_api.access.anchors import DOCUMENT, Anchors, name_of, names_in, witnessed
from graph_api.access.audit import ANCHOR, AuditLog
from graph_api.access.audit_retention import AuditRetention
from graph_api.errors import StoreUnavailable
from graph_api.stores.sqlite import SqliteStore
from tests.access.test_audit import entry

NOW = datetime(2026, 7, 30, 6, 0, tzinfo=UTC)


class Machine:
    """A machine's audit, and its part in the others'."""

    def __init__(self, folder: Path, store: SqliteStore) -> None:
        self.path = folder / "graph.db.audit"
        folder.mkdir(exist_ok=True)
        self.log = AuditLog(self.path)
        self.store = store
        self.now = NOW
        self.begin()

    def begin(self) -> None:
        """Start its service."""
        self.anchors = Anchors(self.log, self.store, self.path, lambda: self.now)

    def acts(self) -> list[str]:
        return [line.entry.act for line in self.log.lines()]

    def witnessed_by(self, other: Machine) -> list[str]:
        return witnessed(other.log.lines(), names_in(self.log.lines()) | {name_of(self.path)})


@pytest.fixture
def both(tmp_path: Path, store: SqliteStore) -> tuple[Machine, Machine]:
    return Machine(tmp_path / "a", store), Machine(tmp_path / "b", store)


async def rounds(count: int, *machines: Machine) -> None:
    for _ in range(count):
        for each in machines:
            await each.anchors.once()


async def test_a_machine_alone_writes_no_line_for_it(both: tuple[Machine, Machine], store: SqliteStore) -> None:
    one, _ = both
    await rounds(2, one)
    assert await store.document(DOCUMENT) is None, "there is no chain yet"
    one.log.append([entry("x"), entry("y")])
    await rounds(3, one)
    assert one.acts() == ["SEE", "SEE"]
    told = await store.document(DOCUMENT)
    assert told is not None
    assert one.log.verify().head in told.content.decode()
    assert told.version == 1, "once, as nothing was written since"
    assert await store.revision() == 0, "it is no part of the graph"


async def test_each_notes_where_the_other_ended_and_then_they_are_quiet(both: tuple[Machine, Machine]) -> None:
    one, other = both
    one.log.append([entry("x")])
    other.log.append([entry("y")])
    first, second = one.log.verify().head, other.log.verify().head
    await rounds(5, one, other)
    assert one.acts() == other.acts() == ["SEE", ANCHOR], "an anchor alone is nothing to tell"
    assert one.witnessed_by(other) == [first]
    assert other.witnessed_by(one) == [second]
    one.log.append([entry("z")])
    third = one.log.verify().head
    await rounds(2, one, other)
    assert one.witnessed_by(other) == [first, third]
    assert one.log.verify([first, third]).broken_at is None


async def test_who_forges_one_chain_is_found_by_the_other(
    both: tuple[Machine, Machine], caplog: pytest.LogCaptureFixture
) -> None:
    one, other = both
    one.log.append([entry("seen"), entry("last")])
    await rounds(1, one, other)
    head = one.log.verify().head
    one.path.unlink()
    one.log = AuditLog(one.path)
    one.log.append([entry("nothing was seen"), entry("last")])
    assert one.log.verify().broken_at is None, "by itself it holds"
    verdict = one.log.verify(one.witnessed_by(other))
    assert verdict.missed == (head,)
    one.begin()
    with caplog.at_level(logging.ERROR, "baodian.audit"):
        await rounds(3, one)
    assert [record.levelname for record in caplog.records] == ["ERROR"], "told once"
    assert head in caplog.text
    assert [line.entry.what for line in one.log.lines() if line.entry.act == ANCHOR] == ["audit missed"]
    await rounds(1, other)
    assert one.witnessed_by(other) == [head, [*one.log.lines()][1].digest], "and it goes on from what there is"


async def test_a_file_that_is_gone_is_told_once(
    both: tuple[Machine, Machine], caplog: pytest.LogCaptureFixture
) -> None:
    one, _ = both
    one.log.append([entry("seen")])
    await rounds(1, one)
    one.path.unlink()
    one.log = AuditLog(one.path)
    one.begin()
    await rounds(3, one)
    assert one.acts() == [ANCHOR]
    assert caplog.text.count("is gone") == 1


async def test_what_went_by_its_term_is_not_missed(
    both: tuple[Machine, Machine], caplog: pytest.LogCaptureFixture
) -> None:
    one, _ = both
    one.log.append([entry("old")])
    await rounds(1, one)
    one.log.append([entry("new")])
    await AuditRetention(one.log, timedelta(days=1), lambda: NOW + timedelta(days=2)).once()
    await rounds(1, one)
    assert "is gone" not in caplog.text


async def test_two_that_tell_at_once_are_both_kept(both: tuple[Machine, Machine], store: SqliteStore) -> None:
    one, other = both
    one.log.append([entry("x")])
    other.log.append([entry("y")])
    put, met = store.put_document, list[str]()

    async def meanwhile(name: str, content: bytes, *, at_version: int) -> int:
        if not met:
            met.append(name)
            await other.anchors.once()
        return await put(name, content, at_version=at_version)

    store.put_document = meanwhile  # type: ignore[method-assign]
    await rounds(1, one)
    told = await store.document(DOCUMENT)
    assert told is not None
    assert all(each.log.path is not None and name_of(each.path) in told.content.decode() for each in both)


async def test_what_nobody_tells_any_more_is_forgotten_by_the_store(both: tuple[Machine, Machine]) -> None:
    one, other = both
    one.log.append([entry("x")])
    await rounds(1, one)
    other.now = NOW + timedelta(days=401)
    other.log.append([entry("y")])
    await rounds(1, other)
    assert other.acts() == ["SEE", ANCHOR], "but noted first"
    told = await other.store.document(DOCUMENT)
    assert told is not None
    assert name_of(one.path) not in told.content.decode()


@pytest.mark.parametrize("trouble", [StoreUnavailable("away"), OSError(28, "full")])
async def test_what_cannot_be_told_now_is_told_later(
    both: tuple[Machine, Machine], store: SqliteStore, monkeypatch: pytest.MonkeyPatch, trouble: Exception
) -> None:
    one, _ = both
    one.log.append([entry("x")])

    async def away(_name: str) -> None:
        raise trouble

    with monkeypatch.context() as patched:
        patched.setattr(store, "document", away)
        await rounds(1, one)
    assert await store.document(DOCUMENT) is None
    await rounds(1, one)
    assert await store.document(DOCUMENT) is not None


async def test_ends_that_cannot_be_read_are_told_anew(both: tuple[Machine, Machine], store: SqliteStore) -> None:
    one, _ = both
    one.log.append([entry("x")])
    await store.put_document(DOCUMENT, b"{", at_version=0)
    await rounds(1, one)
    told = await store.document(DOCUMENT)
    assert told is not None
    assert name_of(one.path) in told.content.decode()
