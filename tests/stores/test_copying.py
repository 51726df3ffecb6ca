"""Copies, backups and restores, between both kinds of stores; damaged files; a copy that is killed."""

from __future__ import annotations

import asyncio
import gzip
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from graph_api.errors import InvalidInput, LoadInProgress, StoreCorrupt, UpgradeRequired
from graph_api.stores import open_store
from graph_api.stores.backup import MAGIC, BackupReader, BackupWriter
from graph_api.stores.contract import Chunk, Store, StoredEntity
from graph_api.stores.copying import backup, copy, restore, verify_backup, verify_store
from graph_api.stores.digest import store_digest
from graph_api.stores.open_loads import Patience
from graph_api.stores.sqlite import SqliteStore
from schema.batch import GraphBatch
from schema.codec import decode, encode
from schema.people import Person
from schema.registry import EntityKind
from schema.relationships import Relationship, RelationshipKind
from schema.words import Language
from tests.contract.test_contract import ODD, crew, graph, member
from tests.contract.test_reports import REPORTS, reports


@pytest.fixture
async def source(tmp_path: Path) -> AsyncIterator[Store]:
    store = open_store(f"sqlite:///{tmp_path}/source.db")
    await store.apply(crew("a", "b"))
    await store.apply(GraphBatch(entities=list(ODD), delete_entities=["b"], reports=list(REPORTS)))
    yield store
    await store.close()


def backups(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if "bdk" in path.name]


class Watched(SqliteStore):
    """A store that counts what is staged."""

    staged = 0

    async def stage(self, load_id: str, batch: GraphBatch) -> None:
        await super().stage(load_id, batch)
        self.staged += len(batch.entities) + len(batch.relationships)


def kill_half_way(source: str, target: str, written: Path) -> None:
    """Kill a copy once it has staged a good part."""
    command = [sys.executable, "-m", "graph_api.cli", "copy", "--from", source, "--to", target]
    with subprocess.Popen(command, cwd=Path(__file__).parents[2], stderr=subprocess.DEVNULL) as process:
        while process.poll() is None and not (written.exists() and written.stat().st_size > 1_000_000):
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)


async def test_a_copy_holds_the_same(source: Store, store: Store) -> None:
    told: list[int] = []
    content = await copy(source, store, progress=told.append)
    assert (content.revision, content.entities, content.relationships) == (2, 2 + len(ODD), 1)
    assert sum(told) == content.entities + content.relationships + content.reports
    assert content.reports == len(await reports(store)) == len(REPORTS)
    assert await store_digest(store) == (1, content.digest)
    assert (await graph(store))[1:] == (await graph(source))[1:]
    assert (await store.meta()).uuid != (await source.meta()).uuid


async def test_what_is_there_is_replaced_only_when_told(source: Store, store: Store) -> None:
    await store.apply(crew("x"))
    with pytest.raises(InvalidInput, match="--force"):
        await copy(source, store)
    await copy(source, store, force=True)
    assert (await graph(store))[1:] == (await graph(source))[1:]
    gone = GraphBatch(delete_relationships=[member("a").identity], delete_reports=[REPORTS[0].key])
    await source.apply(gone)
    await copy(source, store, force=True)
    assert (await graph(store))[2] == {}
    assert await reports(store) == sorted(REPORTS[1:])


async def test_a_backup_is_restored(source: Store, store: Store, tmp_path: Path) -> None:
    file = tmp_path / "graph.bdk"
    with BackupWriter(file) as writer:
        content = await backup(source, writer)
    reader = BackupReader(file)
    assert reader.check()["digest"] == content.digest
    assert await restore(reader, store) == content
    assert (await graph(store))[1:] == (await graph(source))[1:]
    assert await reports(store) == sorted(REPORTS)
    found = await verify_store(store)
    assert (found.wrong, found.content.digest) == (0, content.digest)
    assert (await verify_backup(reader)).content == content
    assert backups(tmp_path) == ["graph.bdk"]


async def test_a_backup_that_is_not_finished_leaves_nothing(source: Store, tmp_path: Path) -> None:
    file = tmp_path / "graph.bdk"
    with pytest.raises(RuntimeError, match="stop"), BackupWriter(file) as writer:  # noqa: PT012
        writer.begin(await source.meta(), 1)
        raise RuntimeError("stop")
    assert backups(tmp_path) == []


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda _: b"", "no backup"),
        (lambda _: b"PK\x03\x04 something else", "no backup"),
        (lambda held: held[:-40], "cannot be used"),
        (lambda held: held[:60], "cannot be used"),
        (lambda held: held[:120] + bytes([held[120] ^ 1]) + held[121:], "cannot be used"),
        (lambda _: MAGIC + b"1\n" + gzip.compress(b"\xff\xff\xff\xff"), "cannot be used"),
        (lambda _: MAGIC + b"1\n" + gzip.compress(b""), "cannot be used"),
        (lambda _: MAGIC + b"1\n" + gzip.compress(b"\x01\x00\x00\x00\xc1"), "cannot be used"),
    ],
)
async def test_a_damaged_file_is_refused_before_anything_is_written(
    source: Store, tmp_path: Path, damage: object, message: str
) -> None:
    file = tmp_path / "graph.bdk"
    with BackupWriter(file) as writer:
        await backup(source, writer)
    file.write_bytes(damage(file.read_bytes()))  # type: ignore[operator]
    target = open_store(f"sqlite:///{tmp_path}/target.db")
    with pytest.raises(StoreCorrupt, match=message) as caught:
        await restore(BackupReader(file), target)
    in_chinese = caught.value.text(Language.ZH).replace("graph.bdk", "").replace("Baodian", "")
    assert not any(char.isascii() and char.isalpha() for char in in_chinese), in_chinese
    assert await target.revision() == 0
    await target.close()


def test_a_backup_of_a_later_program_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "graph.bdk"
    file.write_bytes(MAGIC + b"3\nwhatever")
    with pytest.raises(UpgradeRequired):
        BackupReader(file)


async def test_what_is_wrong_is_told(tmp_path: Path, source: Store) -> None:
    file = tmp_path / "graph.bdk"
    person = Person(id="p", name="王")
    link = Relationship(kind=RelationshipKind.MEMBER_OF, source="p", target="nowhere")
    wrong = Relationship(kind=RelationshipKind.MEMBER_OF, source="p", target="q")
    with BackupWriter(file) as writer:
        writer.begin(await source.meta(), 1)
        writer.add(
            Chunk(
                entities=[
                    StoredEntity("p", EntityKind.PERSON, 1, encode(person)),
                    StoredEntity("p", EntityKind.PERSON, 1, encode(person)),
                    StoredEntity("q", EntityKind.PERSON, 1, encode(person)),
                    StoredEntity("r", EntityKind.PERSON, 1, b"\xc1"),
                ]
            )
        )
        writer.add(Chunk(relationships=[link, wrong]))
        writer.end(4, 2, "")
    found = await verify_backup(BackupReader(file))
    messages = [finding.message for finding in found.findings]
    assert found.wrong == len(messages) == 5
    assert messages[0] == "is there twice"
    assert messages[1] == "says that it is p"
    assert messages[2].startswith("cannot be read")
    assert "nowhere" in messages[3]
    assert "does not allow" in messages[4]


async def test_a_copy_that_is_killed_leaves_the_target_as_it_was_and_the_next_goes_on(tmp_path: Path) -> None:
    big, target = f"sqlite:///{tmp_path}/big.db", f"sqlite:///{tmp_path}/target.db"
    store = open_store(big)
    await store.begin_load("L")
    for start in range(0, 60_000, 20_000):
        people = [Person(id=str(number), name="人" * 20) for number in range(start, start + 20_000)]
        await store.stage("L", GraphBatch(entities=[*people]))
    await store.commit_load("L")
    await store.close()
    await asyncio.to_thread(kill_half_way, big, target, tmp_path / "target.db-wal")
    half = Watched(tmp_path / "target.db")
    assert await half.revision() == 0
    again = open_store(big)
    told: list[int] = []
    content = await copy(again, half, progress=told.append)
    assert content.entities == sum(told) == 60_000
    assert await store_digest(half) == (1, content.digest)
    # it went on where the killed one stopped
    assert 0 < half.staged < 60_000
    await half.close()
    await again.close()


async def test_a_copy_goes_on_within_what_was_staged_last(source: Store, store: Store) -> None:
    meta = await source.meta()
    load = f"copy-{meta.uuid}-{meta.revision}-0"
    content, links = await graph(source), [member("a")]
    # as much as one transaction of a stage that was cut off: not a whole piece of the source
    await store.begin_load(load)
    first = [entity async for chunk in source.load() if isinstance(chunk, Chunk) for entity in chunk.entities][:1]
    await store.stage(load, GraphBatch(entities=[decode(one.kind, one.body) for one in first]))
    await copy(source, store)
    assert (await graph(store))[1:] == content[1:]
    assert set(content[2]) == {link.identity for link in links}


async def test_a_copy_leaves_the_copy_of_somebody_else_alone_while_it_is_under_way(source: Store, store: Store) -> None:
    meta = await source.meta()
    load = f"copy-{meta.uuid}-{meta.revision}-0"
    await store.begin_load(load)
    await store.stage(load, crew("old"))
    await source.apply(crew("new"))
    with pytest.raises(LoadInProgress, match=r"last heard of \d+ s ago"):
        await copy(source, store)
    assert await store.begin_load(load) == len(crew("old")), "what it staged is there"
    await store.abandon_load(load)
    await copy(source, store)
    assert (await graph(store))[1:] == (await graph(source))[1:]


async def test_a_copy_leaves_the_load_of_somebody_else_alone(source: Store, store: Store) -> None:
    await store.begin_load("harvest")
    with pytest.raises(LoadInProgress, match="harvest"):
        await copy(source, store)
    assert await store.begin_load("harvest") == 0


async def test_a_copy_that_is_patient_waits_for_the_load_of_somebody_else(source: Store, store: Store) -> None:
    await store.begin_load("harvest")
    told, heard = list[str](), asyncio.Event()

    def hear(text: str) -> None:
        told.append(text)
        heard.set()

    async def end() -> None:
        await heard.wait()
        await store.abandon_load("harvest")

    ending = asyncio.create_task(end())
    content = await copy(source, store, patience=Patience(60.0, hear))
    await ending
    assert (await store_digest(store))[1] == content.digest
    [text] = told
    assert "load 'harvest', last heard of 0 s ago" in text
    assert text.endswith("Waiting for it.")
