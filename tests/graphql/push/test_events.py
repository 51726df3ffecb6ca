"""Subscriptions as server-sent events: what is told, to whom, and where one goes on after a broken line."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time

import httpx
import pytest

from graph_api.access.principal import Principal, local_user
from graph_api.errors import Overloaded
from graph_api.graphql.execution.operations import Reader
from graph_api.graphql.push import subscriber
from graph_api.graphql.push.question import Question
from graph_api.settings import Settings
from schema.access import AccessRole
from tests.graphql.city import NOW
from tests.graphql.push.conftest import BY, CHANGED, NOTE, OPEN, Service, Stream

BOARD = """subscription($after: Bookmark, $exercise: Boolean! = false) {
    boardChanged(after: $after, exercise: $exercise) { revision bookmark board { incidents { id } } } }"""
GRAPH = "subscription($after: Bookmark) { graphChanged(after: $after) { revision bookmark asOf } }"
CALLED = """mutation($note: String!) { recordCall(
    input: {incident: "I1", person: "P1", contact: "N1", outcome: NO_ANSWER, note: $note, by: "x"}
    ) { userErrors { message } } }"""
PLANNERS = [AccessRole.PLANNER]
WHO = """subscription { incidentChanged(id: "I1") { incident { stateAt { calls { contact { value masked } } } } } }"""


async def test_first_comes_how_it_stands_then_what_is_new(service: Service) -> None:
    headers = await service.key(AccessRole.DISPATCHER)
    await service.ask(headers, OPEN, id="I1")
    async with service.events(headers, CHANGED, id="I1") as stream:
        assert stream.answer.headers["content-type"].startswith("text/event-stream")
        assert stream.answer.headers["cache-control"] == "no-store"
        first = await stream.data()
        assert [each["order"] for each in first["entries"]] == [1, 2]
        added = await service.ask(headers, NOTE, id="I1", note="到达现场")
        second = await stream.data()
        assert second["entries"] == [{"order": 3, "note": "到达现场"}]
        assert second["revision"] == added["revision"]


async def test_after_a_broken_line_nothing_is_missing_and_nothing_comes_twice(service: Service) -> None:
    headers = await service.key(AccessRole.DISPATCHER)
    await service.ask(headers, OPEN, id="I1")
    got: list[int] = []
    after: str | None = None
    for number in range(6):
        async with service.events(headers, CHANGED, id="I1", after=after) as stream:
            writing = asyncio.create_task(service.ask(headers, NOTE, id="I1", note=f"{number}"))
            while len(got) < 3 + number:
                told = await stream.data()
                got += [each["order"] for each in told["entries"]]
                after = told["bookmark"]
            await writing
        await service.ask(headers, NOTE, id="I1", note="nobody listens")
    async with service.events(headers, CHANGED, id="I1", after=after) as stream:
        got += [each["order"] for each in (await stream.data())["entries"]]
    assert got == list(range(1, len(got) + 1))
    assert len(got) == 2 + 12


async def bookmark(service: Service, headers: dict[str, str]) -> str:
    """Up to where the graph is told now."""
    async with service.events(headers, GRAPH) as stream:
        told: str = (await stream.data())["bookmark"]
        return told


async def test_who_has_seen_all_waits_for_news(service: Service) -> None:
    headers = await service.key(AccessRole.DISPATCHER)
    await service.ask(headers, OPEN, id="I1")
    await service.ask(headers, NOTE, id="I1", note="1")
    async with service.events(headers, CHANGED, id="I1", after=await bookmark(service, headers)) as stream:
        later = await service.ask(headers, NOTE, id="I1", note="2")
        assert (await stream.data())["revision"] == later["revision"]


async def test_the_board_tells_of_its_own_incidents_alone(service: Service) -> None:
    headers = await service.key(AccessRole.DISPATCHER)
    async with service.events(headers, BOARD) as real, service.events(headers, BOARD, exercise=True) as drill:
        assert (await real.data())["board"]["incidents"] == []
        assert (await drill.data())["board"]["incidents"] == []
        await service.ask(headers, OPEN, id="E1", exercise=True)
        assert (await drill.data())["board"]["incidents"] == [{"id": "E1"}]
        await service.ask(headers, OPEN, id="I1")
        assert (await real.data())["board"]["incidents"] == [{"id": "I1"}]


async def test_every_revision_is_told(service: Service) -> None:
    headers = await service.key(AccessRole.DISPATCHER)
    async with service.events(headers, GRAPH) as stream:
        first = int((await stream.data())["revision"])
        await service.ask(headers, OPEN, id="I1")
        assert int((await stream.data())["revision"]) > first


async def test_numbers_are_shown_by_role_and_stand_in_the_audit_of_each_who_saw_them(service: Service) -> None:
    dispatcher, viewer = await service.key(AccessRole.DISPATCHER), await service.key(AccessRole.VIEWER)
    await service.ask(dispatcher, OPEN, id="I1")
    async with service.events(dispatcher, WHO) as one, service.events(viewer, WHO) as other:
        await one.data(), await other.data()
        await service.ask(dispatcher, CALLED, note="1")
        shown, hidden = await one.data(), await other.data()
    assert shown["incident"]["stateAt"]["calls"] == [{"contact": {"value": "+8613912345678", "masked": False}}]
    assert hidden["incident"]["stateAt"]["calls"] == [{"contact": {"value": "+86139****5678", "masked": True}}]
    seen = [line.entry for line in service.application.operations.audit.lines() if line.entry.act == "SEE"]
    assert [(each.what, each.things) for each in seen] == [("Contact.value", ("N1",))]


async def test_a_revoked_key_is_told_nothing_more(service: Service) -> None:
    headers = await service.key(AccessRole.DISPATCHER)
    other = await service.key(AccessRole.DISPATCHER)
    await service.ask(headers, OPEN, id="I1")
    async with service.events(headers, CHANGED, id="I1") as stream, service.events(other, CHANGED, id="I1") as stays:
        await stream.data(), await stays.data()
        await service.edit(lambda register: register.without(service.keys[0], by=BY, now=NOW))
        kind, told = await stream.next(within_s=5)
        assert (kind, told["errors"][0]["extensions"]["code"]) == ("next", "UNAUTHENTICATED")
        assert (await stream.next())[0] == "complete"
        await service.ask(other, NOTE, id="I1", note="1")
        assert (await stays.data())["entries"][0]["note"] == "1"


async def test_a_role_that_changes_changes_what_is_told_and_nothing_is_missing(service: Service) -> None:
    dispatcher = await service.key(AccessRole.DISPATCHER)
    await service.ask(dispatcher, OPEN, id="I1")
    await service.ask(dispatcher, CALLED, note="0")
    browser = await service.session(AccessRole.DISPATCHER)
    async with service.events(browser, WHO) as stream:
        masked = [(await stream.data())["incident"]["stateAt"]["calls"][0]["contact"]["masked"]]
        await service.edit(lambda register: register.with_changed("li", roles=[AccessRole.VIEWER], by=BY, now=NOW))
        for number in range(3):
            await service.ask(dispatcher, CALLED, note=f"{number}")
            masked.append((await stream.data())["incident"]["stateAt"]["calls"][0]["contact"]["masked"])
    assert masked == [False, True, True, True]


async def test_who_is_elevated_is_told_more_while_it_lasts_and_nobody_beside_him(service: Service) -> None:
    """Two planners with one question: they see the same until one of them breaks the glass."""
    first, second, writes = [await service.key(*roles) for roles in (PLANNERS, PLANNERS, [AccessRole.DISPATCHER])]
    await service.ask(writes, OPEN, id="I1")
    await service.ask(writes, CALLED, note="0")

    async def masked(stream: Stream) -> bool:
        return bool((await stream.data())["incident"]["stateAt"]["calls"][0]["contact"]["masked"])

    async with service.events(first, WHO) as his, service.events(second, WHO) as others:
        assert [await masked(his), await masked(others)] == [True, True]
        await service.ask(first, 'mutation { elevate(input: {reason: "失联"}) { userErrors { code } } }')
        await service.ask(writes, CALLED, note="a")
        assert [await masked(his), await masked(others)] == [False, True]
        await service.ask(first, "mutation { endElevation { userErrors { code } } }")
        await service.ask(writes, CALLED, note="b")
        assert [await masked(his), await masked(others)] == [True, True]
    seen = [line.entry for line in service.application.operations.audit.lines() if line.entry.act == "SEE"]
    assert [(each.roles, each.reason) for each in seen] == [(("PLANNER", "ELEVATED"), "失联")]


async def test_a_session_that_nobody_uses_ends_its_subscription(service: Service) -> None:
    """What is pushed to a browser is no act of who sits before it."""
    browser = await service.session(AccessRole.VIEWER)
    async with service.events(browser, GRAPH) as stream:
        await stream.data()
        sessions = service.entrance.sessions
        later = time.monotonic() + Settings().session_idle_minutes * 60 + 1
        vars(sessions)["_clock"] = lambda: later
        kind, told = await stream.next(within_s=5)
        assert (kind, told["errors"][0]["extensions"]["code"]) == ("next", "UNAUTHENTICATED")


async def test_a_slow_reader_is_dropped_and_nobody_else(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subscriber, "MOST_UNREAD", 3)
    headers = await service.key(AccessRole.DISPATCHER)
    await service.ask(headers, OPEN, id="I1")
    application = service.application
    prepared = application.operations.documents.prepare(CHANGED)
    question = Question.of(CHANGED, prepared, prepared.operation(None), {"id": "I1"})
    reader = Reader(local_user(), "here", "r1")
    slow, quick = [await application.hub.subscribe(question, reader, _is_local) for _ in range(2)]
    await quick.next()
    for number in range(5):
        await service.ask(headers, NOTE, id="I1", note=f"{number}")
        told = await quick.next()
        assert isinstance(told, subscriber.Event)
        assert f'"note":"{number}"'.encode() in told.text
    got = [await slow.next() for _ in range(3)]
    assert all(isinstance(each, subscriber.Event) for each in got)
    ended = await slow.next()
    assert isinstance(ended, subscriber.End)
    assert isinstance(ended.error, Overloaded)


async def _is_local() -> Principal:
    return local_user()


async def test_a_subscription_is_no_single_answer(service: Service) -> None:
    headers = await service.key(AccessRole.DISPATCHER)
    answer = await service.http.post("/graphql", json={"query": GRAPH}, headers=headers)
    assert answer.status_code == 406
    assert "text/event-stream" in answer.json()["errors"][0]["message"]


async def test_what_cannot_be_told_is_said_at_once(service: Service) -> None:
    headers = await service.key(AccessRole.DISPATCHER)
    for variables, code in (
        ({"id": "GONE"}, "UNKNOWN_ENTITY"),
        ({"id": "GONE", "after": "x"}, "BAD_INPUT"),
        ({"id": "GONE", "after": "7"}, "BAD_INPUT"),
        ({"id": "GONE", "after": "0123456789:7"}, "BAD_INPUT"),
        ({"id": "GONE", "after": "0123abcd:x"}, "BAD_INPUT"),
        ({}, "GRAPHQL_VALIDATION_FAILED"),
    ):
        async with service.events(headers, CHANGED, **variables) as stream:
            kind, told = await stream.next()
            assert (kind, told["errors"][0]["extensions"]["code"]) == ("next", code)
            assert (await stream.next())[0] == "complete"
    assert len(service.application.hub) == 0


async def test_a_revision_that_is_not_here_yet_is_refused(service: Service) -> None:
    headers = await service.key(AccessRole.DISPATCHER)
    here = (await bookmark(service, headers)).partition(":")[0]
    async with service.events(headers, GRAPH, after=f"{here}:99999") as stream:
        assert stream.answer.status_code == 409


async def test_where_another_store_was_told_is_refused(service: Service) -> None:
    """Its revisions say nothing of ours: entries would be left out, or told as news."""
    headers = await service.key(AccessRole.DISPATCHER)
    await service.ask(headers, OPEN, id="I1")
    here, _, revision = (await bookmark(service, headers)).partition(":")
    assert service.application.live.pin().graph.store_uuid.startswith(here)
    for after in (f"{'f' if here[0] != 'f' else '0'}{here[1:]}:{revision}", f":{revision}"):
        async with service.events(headers, CHANGED, id="I1", after=after) as stream:
            assert stream.answer.status_code == 409
            (error,) = json.loads(await stream.answer.aread())["errors"]
            assert (error["extensions"]["code"], error["extensions"]["retryable"]) == ("STORE_REPLACED", False)


async def test_a_question_may_be_answered_as_events(service: Service) -> None:
    headers = await service.key(AccessRole.VIEWER)
    async with service.events(headers, "{ graph { revision } }") as stream:
        assert (await stream.next())[0] == "next"
        assert (await stream.next()) == ("complete", None)


async def test_one_evaluation_for_all_who_ask_the_same(service: Service) -> None:
    """Ten of one role ask alike, each after another revision: one answer is worked out for all of them."""
    headers = [await service.key(AccessRole.DISPATCHER) for _ in range(10)]
    await service.ask(headers[0], OPEN, id="I1")
    executor, executed = service.application.operations.executor, []
    plain = executor.execute

    async def counted(*given: object) -> object:
        executed.append(given)
        return await plain(*given)  # type: ignore[arg-type]

    async with asyncio.TaskGroup() as group, contextlib.AsyncExitStack() as opened:
        streams = [await opened.enter_async_context(service.events(each, CHANGED, id="I1")) for each in headers]
        for each in streams:
            await each.data()
        vars(executor)["execute"] = counted
        await service.ask(headers[0], NOTE, id="I1", note="1")
        told = [group.create_task(each.data()) for each in streams]
        await asyncio.gather(*told)
    assert {json.dumps(each.result()["entries"]) for each in told} == {'[{"order": 3, "note": "1"}]'}
    assert len(executed) == 2, "the change, and one answer for all"


async def test_the_service_ends_them_when_it_stops(service: Service) -> None:
    headers = await service.key(AccessRole.VIEWER)
    async with service.events(headers, GRAPH) as stream:
        await stream.data()
        service.application.hub.stop()
        with pytest.raises(StopAsyncIteration):  # broken off: `complete` would tell clients not to come again
            await stream.next()
    with_none = await service.http.post(
        "/graphql", json={"query": GRAPH}, headers={"Accept": "text/event-stream"} | headers
    )
    assert with_none.status_code == httpx.codes.TOO_MANY_REQUESTS
