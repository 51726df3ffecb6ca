"""A further process of a service: follows the store, and answers what it is asked until whoever asks is gone."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from graph_api.app.logs import configure_logging
from graph_api.app.places import snapshot_file
from graph_api.app.wiring import operations_of
from graph_api.app.workers.link import CANNOT_TRAVEL, Ask, Begin, Link, Ping, Pong, Ready, Reply, Stop
from graph_api.errors import BaodianError, StaleReplica
from graph_api.graphql.context import Context, present
from graph_api.graphql.execution.answer import Answer
from graph_api.graphql.execution.elsewhere import CATCHES_UP_S, Question, Told
from graph_api.graphql.execution.encoding import encode
from graph_api.graphql.execution.errors import RequestError
from graph_api.graphql.execution.operations import Operations, refusal
from graph_api.graphql.execution.work import Stopped
from graph_api.live.graph import LiveGraph
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.topology.jit import use_machine_code
from graph_api.readmodel.topology.warm import make_machine_code
from graph_api.settings import Settings
from graph_api.stores import open_store
from graph_api.stores.contract import now_utc
from schema.codec import make_decoders
from schema.numbers import Revision
from schema.words import speaking

GIVES_WAY = 10
"""How much a process for heavy questions stands back for the others (nice)."""
SWITCH_S = 0.0005
"""As the process that listens: quick answers do not wait for long ones."""


class Worker:
    """Answers the questions that come over a link."""

    def __init__(self, operations: Operations, link: Link) -> None:
        self._operations, self._link = operations, link
        self._left: dict[int, asyncio.Event] = {}
        """Of each question under way: whether nobody waits for it."""
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Take questions until the other end is gone."""
        self._link.send(Ready())
        while (message := await self._link.receive()) is not None:
            if isinstance(message, Ask):
                self._left[message.number] = asyncio.Event()
                task = asyncio.create_task(self._answer(message))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
            elif isinstance(message, Ping):
                self._link.send(Pong())
            elif isinstance(message, Stop) and message.number in self._left:
                self._left[message.number].set()
        for left in self._left.values():
            left.set()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._link.close()

    async def _answer(self, asked: Ask) -> None:
        told: Told | None = None
        try:
            with speaking(asked.question.language):
                told = await self._told(asked.question, self._left[asked.number])
        except (Stopped, StaleReplica, BaodianError):  # whoever asked has gone, or answers it himself
            told = None
        finally:
            del self._left[asked.number]
            self._reply(asked.number, told)

    def _reply(self, number: int, told: Told | None) -> None:
        try:
            self._link.send(Reply(number, told))
        except CANNOT_TRAVEL:
            self._link.send(Reply(number, None))

    async def _told(self, question: Question, left: asyncio.Event) -> Told | None:
        """The answer. Raises Stopped, StaleReplica, Overloaded."""
        operations = self._operations
        model = await operations.live.at_least(Revision(question.revision), CATCHES_UP_S)
        is_other = question.exactly and model.graph.revision != question.revision
        if is_other or model.graph.store_uuid != question.store or not operations.live.status().ready:
            return None  # also where another store, or an older state of it, stands in the place of this one
        context = self._context(question, model)
        try:
            prepared = operations.documents.prepare(question.query)
            operation = prepared.operation(question.operation_name)
            answer = await operations.executor.execute(prepared, operation, question.variables, context, left.wait)
        except RequestError as refused:
            answer = refusal(refused, question.request_id)
        return _told_of(answer, context)

    def _context(self, question: Question, model: ReadModel) -> Context:
        context = self._operations.context(model, question.request_id, question.principal)
        context.answer_to(question.principal)  # who is elevated was decided where it was asked
        context.now = present(question.now, model)
        context.since = None if question.since is None else Revision(question.since)
        context.hides_all, context.told_status = question.hides_all, question.status
        context.told_head = question.head
        return context


def _told_of(answer: Answer, context: Context) -> Told:
    return Told(
        revision=context.graph.revision,
        data=encode(answer.body["data"]) if "data" in answer.body else b"",
        errors=encode(answer.body.get("errors", [])),
        codes=answer.codes,
        seen=context.seen,
        nothing_new=context.nothing_new,
    )


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[Operations]:
    """What answers, on a graph that follows the store and writes nothing. Raises StoreError."""
    from graph_api.access.audit import AuditLog
    from graph_api.access.intents import Intents

    store = open_store(settings.store, now_utc, creates=False)
    try:
        term = timedelta(days=settings.position_retention_days)
        live = await LiveGraph.open(store, snapshot_file(settings), tends=False, keep_reports=term)
        try:
            yield operations_of(settings, live, now_utc, Intents(AuditLog(None), store))
        finally:
            await live.close()
    finally:
        await store.close()


async def _serve(end: socket.socket) -> None:
    link = await Link.over(end)
    begin = await link.receive()
    if not isinstance(begin, Begin):
        return
    settings = begin.settings
    configure_logging(settings.log_level, settings.log_format)
    if begin.heavy:
        os.nice(GIVES_WAY)
    else:
        sys.setswitchinterval(SWITCH_S)
    use_machine_code()
    make_decoders()
    async with _opened(settings) as operations:
        await asyncio.to_thread(make_machine_code)
        gc.collect()
        gc.freeze()
        await Worker(operations, link).run()


def main(handle: int) -> None:
    """Work for whoever holds the other end of the socket of this handle; signals are for that process."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGUSR1):
        signal.signal(number, signal.SIG_IGN)
    asyncio.run(_serve(socket.socket(fileno=handle)))
