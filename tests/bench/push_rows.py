"""The row about subscriptions: how soon a change has reached everybody who is subscribed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from graph_api.access.principal import Principal, local_user
from graph_api.app.assembly import Application, assemble
from graph_api.graphql.execution.operations import Reader
from graph_api.graphql.push.question import Question
from graph_api.graphql.push.subscriber import Event, Subscriber
from graph_api.settings import Settings
from schema.words import Language
from tests.bench.report import Row

SUBSCRIBERS, GROUPS, CHANGES = 500, 10, 60
TOLD = """subscription Told%d { incidentChanged(id: "I1") {
    revision entries { order entryType at by text } incident { stateAt { entryCount left { kind count } } } } }"""
OPEN = 'mutation { openIncident(input: {id: "I1", title: "t", by: "x"}) { userErrors { message } } }'
NOTE = 'mutation { addNote(input: {incident: "I1", note: "n", by: "x"}) { userErrors { message } } }'


async def push_rows(file: Path, count: int, target_ms: float | None, most: int = SUBSCRIBERS) -> list[Row]:
    """From the moment that a note is asked to be kept until the last of all subscribers has its text."""
    async with assemble(Settings(store=f"sqlite:///{file}"), follows=False, keeps=False) as application:
        await application.execute(OPEN)
        async with _subscribed(application, most) as everybody:
            spans = [await _told(application, everybody) for _ in range(CHANGES)]
    spans.sort()
    row = Row(
        what=f"a change reaches {most} subscribers in {GROUPS} groups",
        size=f"{count:,}",
        value=spans[len(spans) // 2],
        p99=spans[-1],
        unit="ms",
        target=target_ms,
        judged="p99",
        note=f"slowest of {CHANGES} as p99; commit and evaluation with it, without the wire",
    )
    return [row]


@asynccontextmanager
async def _subscribed(application: Application, most: int) -> AsyncIterator[list[Subscriber]]:
    hub, documents = application.hub, application.operations.documents
    reader = Reader(local_user(), "bench", "bench")
    everybody: list[Subscriber] = []
    for number in range(most):
        text = TOLD % (number % GROUPS)
        prepared = documents.prepare(text)
        question = Question(
            query=text, prepared=prepared, operation=prepared.operation(None), variables={}, language=Language.ZH
        )
        everybody.append(await hub.subscribe(question, reader, _is_local))
    for each in everybody:
        await each.next()
    try:
        yield everybody
    finally:
        hub.stop()


async def _is_local() -> Principal:
    return local_user()


async def _told(application: Application, everybody: list[Subscriber]) -> float:
    began = time.perf_counter()
    told = asyncio.gather(*(each.next() for each in everybody))
    await application.execute(NOTE)
    assert all(isinstance(each, Event) for each in await told)
    return (time.perf_counter() - began) * 1000
