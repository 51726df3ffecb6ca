"""Changes whose fate the sender cannot see at once: on a real store whose file somebody else holds locked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw
import pytest

from graph_api.commands.changes import Edit, Planned
from graph_api.commands.committing import Request, commit_change
from graph_api.errors import ErrorCode, OutcomeUnknown, StaleReplica, StoreUnavailable
from graph_api.live.graph import LiveGraph
from graph_api.readmodel.model import ReadModel
from graph_api.stores import open_store
from graph_api.stores.contract import Commit, Store
from schema.batch import GraphBatch
from schema.people import Person
from schema.relationships import Relationship, RelationshipKind


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    made = open_store(f"sqlite:///{tmp_path}/people.db")
    await made.apply(person("王芳"))
    yield made
    await made.close()


@pytest.fixture
async def live(store: Store) -> AsyncIterator[LiveGraph]:
    made = await LiveGraph.open(store)
    yield made
    await made.close()


def person(name: str) -> GraphBatch:
    return GraphBatch(entities=[Person(id="P1", name=name)])


def renamed(model: ReadModel) -> Planned:
    return Edit(batch=person("王芳芳"), versions={"P1": model.graph.version(model.graph.index("P1"))})


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """As long as another program holds the write lock."""
    other = apsw.Connection(str(path))
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.close()


def soon(seconds: float) -> float:
    return asyncio.get_running_loop().time() + seconds


async def test_what_was_not_confirmed_in_time_is_found_by_sending_it_again(live: LiveGraph, tmp_path: Path) -> None:
    request = Request(content="rename P1")
    with locked(tmp_path / "people.db"), pytest.raises(OutcomeUnknown) as unknown:
        await commit_change(live, renamed, request, soon(0.1))
    told = unknown.value.details["request_id"]
    again = await commit_change(live, renamed, Request(content="rename P1", given_id=told), soon(3))
    assert isinstance(again, Commit)
    assert (again.revision, again.repeated) == (2, True)


async def test_a_change_that_was_not_begun_in_time_was_not_made(live: LiveGraph, store: Store) -> None:
    with pytest.raises(StoreUnavailable):
        await commit_change(live, renamed, Request(content="rename P1"), soon(-1))
    assert await store.revision() == 1


async def test_a_thing_that_never_stands_still_is_left_alone(live: LiveGraph, store: Store) -> None:
    def late(model: ReadModel) -> Planned:
        return Edit(batch=person("王芳芳"), versions={"P1": model.graph.version(model.graph.index("P1")) + 1})

    with pytest.raises(StoreUnavailable):
        await commit_change(live, late, Request(content="rename P1"), soon(30))
    assert await store.revision() == 1


async def test_what_the_store_does_not_take_is_a_problem_of_the_input(live: LiveGraph) -> None:
    def dangling(model: ReadModel) -> Planned:
        link = Relationship(kind=RelationshipKind.MEMBER_OF, source="P1", target="NOWHERE")
        return Edit(batch=GraphBatch(relationships=[link]), versions={"P1": model.graph.version(0)})

    problems = await commit_change(live, dangling, Request(content="join NOWHERE"), soon(3))
    assert isinstance(problems, tuple)
    assert [(each.code, each.path) for each in problems] == [(ErrorCode.DANGLING_RELATIONSHIP, ("input",))]


async def test_a_change_that_cannot_be_read_back_says_so(
    live: LiveGraph, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut_off(after: int) -> None:
        raise StoreUnavailable(f"cut off after {after}")

    monkeypatch.setattr(store, "changes", cut_off)
    with pytest.raises(StaleReplica) as stale:
        await commit_change(live, renamed, Request(content="rename P1"), soon(3))
    assert stale.value.details["revision"] == await store.revision() == 2
