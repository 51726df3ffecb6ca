"""Commands whose fate the sender cannot see at once: on a real store whose file somebody else holds locked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

import apsw
import pytest

from graph_api.actor import ANONYMOUS
from graph_api.commands.command import Command, Result
from graph_api.commands.committing import ATTEMPTS, LEAST_SECONDS, commit_request
from graph_api.commands.edits import Edit, Problems
from graph_api.commands.request import Request
from graph_api.errors import ErrorCode, OutcomeUnknown, Overloaded, StaleReplica, StoreUnavailable
from graph_api.live.graph import LiveGraph
from graph_api.readmodel.model import ReadModel
from graph_api.stores import open_store
from graph_api.stores.contract import Commit, Store
from schema.batch import GraphBatch
from schema.entity import Label
from schema.people import Person
from schema.relationships import Relationship, RelationshipKind

NOW = datetime(2026, 7, 30, 6, 0, tzinfo=UTC)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Rename(Command):
    """改名: P1 is called 王芳芳."""

    does: ClassVar = Label("改名", "rename.")
    takes: ClassVar = Label("输入", "nothing.")
    result: ClassVar = Result(name="None", thing=Person, label=Label("人员", "P1."), thing_label=Label("人员", "P1."))

    @property
    def subject(self) -> str:
        return "P1"

    def plan(self, model: ReadModel, now: datetime) -> Edit:  # noqa: ARG002  (its command is always the same)
        return Edit(batch=person("王芳芳"), versions={"P1": model.graph.version(model.graph.index("P1"))})


class RenameTooLate(Rename):
    """Always planned on a version that is not there."""

    def plan(self, model: ReadModel, now: datetime) -> Edit:
        edit = super().plan(model, now)
        return replace(edit, versions={"P1": edit.versions["P1"] + 1})


class JoinNobody(Rename):
    """A relationship whose end is missing."""

    def plan(self, model: ReadModel, now: datetime) -> Edit:
        link = Relationship(kind=RelationshipKind.MEMBER_OF, source="P1", target="NOWHERE")
        return replace(super().plan(model, now), batch=GraphBatch(relationships=[link]))


RENAME = Request(asked=Rename())


async def sent(live: LiveGraph, request: Request, seconds: float = 3) -> Commit | Problems:
    return await commit_request(live, request, NOW, asyncio.get_running_loop().time() + seconds)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """As long as another program holds the write lock."""
    other = apsw.Connection(str(path))
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.close()


async def test_what_was_not_confirmed_in_time_is_found_by_sending_it_again(live: LiveGraph, tmp_path: Path) -> None:
    with locked(tmp_path / "people.db"), pytest.raises(OutcomeUnknown) as unknown:
        await sent(live, RENAME, 0.1)
    again = await sent(live, Request(asked=Rename(), given_id=unknown.value.details["request_id"]))
    assert isinstance(again, Commit)
    assert (again.revision, again.repeated) == (2, True)


async def test_a_change_that_was_not_begun_in_time_was_not_made(live: LiveGraph, store: Store) -> None:
    with pytest.raises(StoreUnavailable):
        await sent(live, RENAME, -1)
    assert await store.revision() == 1


async def test_a_thing_that_never_stands_still_is_left_alone(live: LiveGraph, store: Store) -> None:
    with pytest.raises(Overloaded):
        await sent(live, Request(asked=RenameTooLate()), 30)
    assert await store.revision() == 1


async def test_many_changes_of_one_thing_at_once_are_all_made(live: LiveGraph) -> None:
    """More than there are attempts: each waits for its turn."""
    made = await asyncio.gather(*(sent(live, Request(asked=Rename()), 120) for _ in range(ATTEMPTS + 10)))
    revisions = [each.revision for each in made if isinstance(each, Commit)]
    assert len(set(revisions)) == ATTEMPTS + 10


async def test_what_has_no_time_left_at_its_turn_is_not_begun(live: LiveGraph, store: Store) -> None:
    before, loop = await store.revision(), asyncio.get_running_loop()
    for until in (0.05, LEAST_SECONDS / 2):  # over while it waits; nearly over at its turn
        async with live.turns.at(["P1"]):
            waiting = asyncio.ensure_future(sent(live, RENAME, until))
            gone = loop.time() + LEAST_SECONDS / 8
            while loop.time() < gone:  # noqa: ASYNC110  (whatever the machine is busy with)
                await asyncio.sleep(0.01)
        with pytest.raises(Overloaded) as refused:
            await waiting
        assert refused.value.details == {"retryAfterSeconds": 1}
    assert await store.revision() == before, "nothing was changed"
    assert isinstance(await sent(live, RENAME, 60), Commit), "sent again it is made"


async def test_who_changes_another_thing_does_not_wait(live: LiveGraph) -> None:
    async with live.turns.at(["P2", "P3"]):
        assert isinstance(await sent(live, RENAME), Commit)


async def test_what_the_store_does_not_take_is_a_problem_of_the_input(live: LiveGraph) -> None:
    problems = await sent(live, Request(asked=JoinNobody()))
    assert isinstance(problems, tuple)
    assert [(each.code, each.path) for each in problems] == [(ErrorCode.DANGLING_RELATIONSHIP, ("input",))]


async def test_a_change_that_cannot_be_read_back_says_so(
    live: LiveGraph, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut_off(after: int) -> None:
        raise StoreUnavailable(f"cut off after {after}")

    monkeypatch.setattr(store, "changes", cut_off)
    with pytest.raises(StaleReplica) as stale:
        await sent(live, RENAME)
    assert stale.value.details["revision"] == await store.revision() == 2


async def test_the_log_says_who_did_what(live: LiveGraph, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "baodian.commands")
    await sent(live, Request(asked=Rename(), actor=ANONYMOUS, given_id="r-1"))
    (record,) = caplog.records
    facts = {"command": "rename", "actor": "ANONYMOUS", "request_id": "r-1", "revision": 2, "repeated": False}
    assert vars(record)["facts"] == facts
