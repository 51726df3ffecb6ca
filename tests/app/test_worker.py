"""A question that another process answers: here both ends of the link are in one process, on two live graphs."""

from __future__ import annotations

import asyncio
import dataclasses
import socket
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest

from graph_api.access.audit import SEE
from graph_api.access.principal import local_user
from graph_api.app.assembly import Application, assemble
from graph_api.app.places import NO_FILE
from graph_api.app.workers import line as lines
from graph_api.app.workers import worker
from graph_api.app.workers.line import Line
from graph_api.app.workers.link import Link, Message, Ping, Ready
from graph_api.app.workers.worker import Worker
from graph_api.graphql.execution import elsewhere as module
from graph_api.graphql.execution.elsewhere import Lost, Question, Seat, Told, question_of
from graph_api.graphql.execution.lanes import Gone
from graph_api.graphql.execution.operations import Operations
from graph_api.graphql.execution.work import Stopped
from graph_api.live.graph import LiveGraph
from graph_api.settings import Settings
from schema.access import AccessRole
from schema.batch import GraphBatch
from schema.grid import Tower
from tests.graphql.access.conftest import Door, door
from tests.graphql.city import NOW
from tests.graphql.conftest import check_shape

__all__ = ["door"]

SWEEP = "{ contingencies { totalCount } graph { revision } }"
CALL = """{ paths(from: "B1", to: "B2") { nodes { length } }
            nodes(ids: ["K1", "K2"]) { ... on Contact { value masked } } }"""


class Elsewhere:
    """Gives one seat away, for heavy questions or for all."""

    def __init__(self, seat: Seat, *, all_of_them: bool) -> None:
        self.seat_there, self.all_of_them, self.given = seat, all_of_them, 0

    def seat(self, *, heavy: bool, busy_here: int) -> Seat | None:  # noqa: ARG002
        if not heavy and not self.all_of_them:
            return None
        self.given += 1
        return self.seat_there


@asynccontextmanager
async def linked(operations: Operations, there: Operations, *, all_of_them: bool = False) -> AsyncIterator[Elsewhere]:
    ours, theirs = [await Link.over(end) for end in socket.socketpair()]
    stuck: list[str] = []
    line = Line(ours, stuck.append)
    working = asyncio.create_task(Worker(there, theirs).run())
    hearing, beating = asyncio.create_task(line.hear()), asyncio.create_task(line.beat())
    async with asyncio.timeout(10):
        while not line.is_ready:  # noqa: ASYNC110
            await asyncio.sleep(0.002)
    elsewhere = operations.executor.elsewhere = Elsewhere(line, all_of_them=all_of_them)
    try:
        yield elsewhere
    finally:
        hearing.cancel()
        beating.cancel()
        await asyncio.gather(hearing, beating, working, return_exceptions=True)
    assert stuck == []


@pytest.fixture
async def there(live: LiveGraph) -> AsyncIterator[Application]:
    """The application of another process over the same store."""
    settings = Settings(store=f"sqlite:///{live.store.address}", audit_file=NO_FILE)
    async with assemble(settings, clock=lambda: NOW, keeps=False) as opened:
        yield opened


async def test_the_answer_is_the_same_byte_for_byte_and_errors_and_status_too(door: Door, there: Application) -> None:
    viewer = await door.key(AccessRole.VIEWER)
    asked: list[tuple[str, dict[str, Any]]] = [
        (SWEEP, {}),
        (CALL, {}),
        ('query($n: Int!) { paths(from: "B1", to: "B2", first: $n) { nodes { length } } }', {"n": 3}),
        ('query($n: Int!) { paths(from: "B1", to: "B2", first: $n) { nodes { length } } }', {"n": "three"}),
        ('{ paths(from: "B1", to: "NOBODY") { nodes { length } } }', {}),
        ("{ contingencies(first: 1) { totalCount } x: contingencies(first: -1) { totalCount } }", {}),
        ("{ contingencies { totalCount } auditHead }", {}),
        ("{ graph { store { kind reachable } } readiness { totalCount } viewer { roles } }", {}),
    ]
    here = [await door.ask({**viewer, "Accept-Language": "zh"}, query, **given) for query, given in asked]
    async with linked(door.operations, there.operations) as elsewhere:
        for (query, given), before in zip(asked, here, strict=True):
            answer = await door.ask({**viewer, "Accept-Language": "zh"}, query, **given)
            assert (answer.status_code, answer.content) == (before.status_code, before.content), query
            assert answer.headers["x-revision"] == before.headers["x-revision"]
        assert elsewhere.given == len(asked)


async def test_numbers_are_shown_and_audited_by_role(door: Door, there: Application) -> None:
    viewer, dispatcher = await door.key(AccessRole.VIEWER), await door.key(AccessRole.DISPATCHER)
    async with linked(door.operations, there.operations):
        (_, masked), (_, shown) = [
            [each["masked"] for each in (await door.ask(who, CALL)).json()["data"]["nodes"]]
            for who in (viewer, dispatcher)
        ]
    assert (masked, shown) == (True, False)
    seen = [each.entry for each in door.audit.newest(50) if each.entry.act == SEE]
    assert [(each.what, each.things) for each in seen] == [("Contact.value", ("K1", "K2"))]


async def test_who_is_elevated_is_so_there_too(door: Door, there: Application) -> None:
    planner = await door.key(AccessRole.PLANNER)
    async with linked(door.operations, there.operations):
        masked = []
        for _ in range(2):
            masked.append([each["masked"] for each in (await door.ask(planner, CALL)).json()["data"]["nodes"]])
            await door.ask(planner, 'mutation { elevate(input: {reason: "失联"}) { until } }')
    assert masked == [[True, True], [False, False]]


async def test_what_was_committed_or_seen_is_in_every_later_answer(
    door: Door, there: Application, live: LiveGraph
) -> None:
    viewer = await door.key(AccessRole.VIEWER)

    async def told(query: str) -> int:
        answer = await door.ask(viewer, query)
        assert "errors" not in answer.json()
        return int(answer.headers["x-revision"])

    async with linked(door.operations, there.operations) as elsewhere:
        for at in range(5):
            made = await live.apply(GraphBatch(entities=[Tower(id=f"OURS{at}")]))
            assert await told(SWEEP) >= made.revision
            made = await there.live.apply(GraphBatch(entities=[Tower(id=f"THEIRS{at}")]))
            seen = await told(SWEEP)
            assert await told("{ graph { revision } }") >= seen
        assert elsewhere.given == 10


class Altered:
    """A seat whose questions are altered on their way."""

    def __init__(self, seat: Seat, **how: Any) -> None:
        self._seat, self._how, self.answers = seat, how, list[Told | None]()

    async def ask(self, question: Question, gone: Gone | None) -> Told | None:
        self.answers.append(await self._seat.ask(msgspec.structs.replace(question, **self._how), gone))
        return self.answers[-1]


@pytest.mark.parametrize(
    "how",
    [{"store": "another"}, {"revision": 10**6}, {"revision": 1, "exactly": True}, {"variables": {"n": 2**70}}],
    ids=["another store", "a revision that is not there", "an older revision alone", "a number that cannot travel"],
)
async def test_what_cannot_be_answered_there_is_answered_here(
    door: Door, there: Application, monkeypatch: pytest.MonkeyPatch, how: dict[str, Any]
) -> None:
    monkeypatch.setattr(worker, "CATCHES_UP_S", 0.01)
    viewer = await door.key(AccessRole.VIEWER)
    async with linked(door.operations, there.operations) as elsewhere:
        altered = elsewhere.seat_there = Altered(elsewhere.seat_there, **how)
        answer = await door.ask(viewer, SWEEP)
    assert altered.answers == [None]
    assert "errors" not in answer.json()


async def test_while_another_store_stands_in_its_place_a_process_answers_nothing(
    door: Door, there: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    viewer = await door.key(AccessRole.VIEWER)
    replaced = dataclasses.replace(there.live.status(), ready=False)
    async with linked(door.operations, there.operations) as elsewhere:
        monkeypatch.setattr(there.live, "status", lambda: replaced)
        altered = elsewhere.seat_there = Altered(elsewhere.seat_there)
        answer = await door.ask(viewer, SWEEP)
    assert altered.answers == [None]
    assert "errors" not in answer.json()


async def test_an_answer_whose_revision_does_not_come_here_is_not_given(
    door: Door, there: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CATCHES_UP_S", 0.01)

    class Ahead(Altered):
        async def ask(self, question: Question, gone: Gone | None) -> Told | None:
            told = await super().ask(question, gone)
            return None if told is None else msgspec.structs.replace(told, revision=10**6)

    viewer = await door.key(AccessRole.VIEWER)
    async with linked(door.operations, there.operations) as elsewhere:
        elsewhere.seat_there = Ahead(elsewhere.seat_there)
        answer = await door.ask(viewer, SWEEP)
    assert int(answer.headers["x-revision"]) < 10**6
    assert "errors" not in answer.json()


async def test_what_nobody_waits_for_is_stopped_there(door: Door, there: Application) -> None:
    lanes, may_end, gone = there.operations.executor.lanes, threading.Event(), asyncio.Event()
    operations = door.operations
    prepared = operations.documents.prepare(SWEEP)
    context = operations.context(operations.live.pin(), "r1", local_user())
    async with linked(operations, there.operations) as elsewhere:
        held = asyncio.create_task(lanes.run(lambda: may_end.wait(10), heavy=True))
        asked = asyncio.create_task(
            operations.execute(SWEEP, prepared, prepared.operation(None), {}, context, gone.wait)
        )
        while not lanes.queue().heavy_waiting:  # noqa: ASYNC110
            await asyncio.sleep(0.002)
        gone.set()
        with pytest.raises(Stopped):
            await asked
        line: Any = elsewhere.seat_there
        async with asyncio.timeout(10):
            while len(line) or lanes.queue().heavy_waiting:  # noqa: ASYNC110
                await asyncio.sleep(0.002)
        may_end.set()
        await held


async def test_a_process_that_ends_is_told_for_heavy_questions_and_made_good_for_quick_ones(door: Door) -> None:
    viewer = await door.key(AccessRole.VIEWER)

    class Ending:
        async def ask(self, question: Question, gone: Gone | None) -> Told | None:  # noqa: ARG002
            raise Lost

    door.operations.executor.elsewhere = Elsewhere(Ending(), all_of_them=True)
    heavy, quick = await door.ask(viewer, SWEEP), await door.ask(viewer, "{ graph { revision } }")
    assert (heavy.status_code, heavy.headers["retry-after"]) == (429, "1")
    (error,) = heavy.json()["errors"]
    check_shape(error)
    assert error["extensions"]["code"] == "OVERLOADED"
    assert quick.json()["data"]["graph"]["revision"]


async def test_what_only_this_process_knows_is_asked_here(door: Door, there: Application) -> None:
    auditor = await door.key(AccessRole.AUDITOR, AccessRole.VIEWER)
    async with linked(door.operations, there.operations):
        answer = await door.ask(auditor, "{ auditEntries(first: 1) { number } contingencies { totalCount } }")
    assert "errors" not in answer.json()


async def test_whoever_waits_is_told_that_the_other_end_is_gone_and_whoever_stops_nothing_is_ended(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "STOPS_S", 0.01)
    operations, stuck = door.operations, asyncio.Event()
    prepared = operations.documents.prepare(SWEEP)
    context = operations.context(operations.live.pin(), "r1", local_user())
    question = question_of(prepared, prepared.operation(None), {}, context)
    assert question is not None
    ours, theirs = socket.socketpair()
    line = Line(await Link.over(ours), lambda _: stuck.set())
    hearing = asyncio.create_task(line.hear())

    async def at_once() -> None:
        return

    with pytest.raises(Stopped):
        await line.ask(question, at_once)
    async with asyncio.timeout(10):
        await stuck.wait()
    asked = asyncio.create_task(line.ask(question, None))
    await asyncio.sleep(0)
    theirs.close()
    with pytest.raises(Lost):
        await asked
    await hearing
    assert (len(line), line.is_ready) == (0, False)


async def test_who_lives_is_heard_of_however_long_this_process_stood_still(
    door: Door, there: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "BEAT_S", 0.002)
    asked = 0
    send = Link.send

    def counted(link: Link, message: Message) -> None:
        nonlocal asked
        asked += isinstance(message, Ping)
        send(link, message)

    monkeypatch.setattr(Link, "send", counted)
    async with linked(door.operations, there.operations):
        for beats in (10, 20):
            async with asyncio.timeout(10):
                while asked < beats:  # noqa: ASYNC110
                    await asyncio.sleep(0.002)
            time.sleep(0.1)  # noqa: ASYNC251  # 50 beats


async def test_who_is_silent_for_five_beats_is_ended_but_not_while_it_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "BEAT_S", 0.005)
    ends = socket.socketpair()
    ours, theirs = [await Link.over(end) for end in ends]
    stuck: list[str] = []
    line = Line(ours, stuck.append)
    hearing, beating = asyncio.create_task(line.hear()), asyncio.create_task(line.beat())
    await asyncio.sleep(0.1)
    assert (stuck, beating.done()) == ([], False), "it starts"
    theirs.send(Ready())
    async with asyncio.timeout(10):
        await beating
    assert stuck == ["has not been heard of for 5 beats of 0.005 s"]
    ours.close()
    heard = [await theirs.receive() for _ in range(6)]
    assert heard == [Ping()] * 5 + [None]
    theirs.close()
    await hearing


async def test_who_is_silent_for_two_beats_is_asked_nothing_until_heard_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "BEAT_S", 0.2)
    ours, theirs = [await Link.over(end) for end in socket.socketpair()]
    line = Line(ours, lambda _: None)
    hearing, beating = asyncio.create_task(line.hear()), asyncio.create_task(line.beat())
    try:
        for _ in range(2):
            theirs.send(Ready())
            async with asyncio.timeout(10):
                while not line.takes:  # noqa: ASYNC110
                    await asyncio.sleep(0.005)
                while line.takes:  # noqa: ASYNC110
                    await asyncio.sleep(0.005)
            assert line.is_ready
    finally:
        beating.cancel()
        theirs.close()
        await asyncio.gather(beating, hearing, return_exceptions=True)
