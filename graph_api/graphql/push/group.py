"""A group of subscribers (订阅组) who ask the same and see the same: each change is worked out once, as one text."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection

from graph_api.access.principal import Principal
from graph_api.errors import BaodianError, Overloaded, StoreReplaced
from graph_api.graphql.execution.answer import Answer
from graph_api.graphql.execution.encoding import encode
from graph_api.graphql.execution.operations import Operations
from graph_api.graphql.execution.outward import outward_body
from graph_api.graphql.push.question import Question
from graph_api.graphql.push.subscriber import Event, Subscriber
from graph_api.readmodel.model import ReadModel
from schema.access import Act
from schema.numbers import Revision
from schema.words import say, speaking

RETRY_S = 0.5
"""Seconds until what could not be worked out for want of room is tried again."""

Moved = Callable[[Subscriber, Principal, Revision], None]
"""Is told of a subscriber who sees something else from now on, and up to which revision it was told."""

log = logging.getLogger("baodian.push")


class NotSubscribed(Exception):
    """What was asked for cannot be told at all; the answer says why."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(str(answer.codes))
        self.answer = answer


class Group:
    """Follows the graph as long as somebody is in it."""

    def __init__(self, operations: Operations, question: Question, key: tuple[object, ...], moved: Moved) -> None:
        self._operations, self._question, self._key, self._moved = operations, question, key, moved
        self._model = operations.live.pin()
        """What everybody in it has been told of."""
        self._members: dict[Subscriber, None] = {}
        self._turn = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self.is_over = False

    async def join(self, subscriber: Subscriber, after: Revision | None) -> bool:
        """Tell a new member what came after its revision up to that of the others, and from then on with them.

        False if the group is over. Raises RequestError and NotSubscribed where the question cannot be answered, and
        Overloaded.
        """
        async with self._turn:
            if self.is_over:
                return False
            try:
                await self._catch_up()
                await self._begin(subscriber, after)
            finally:
                self.is_over = self.is_over or not self._members
        return True

    async def _begin(self, subscriber: Subscriber, after: Revision | None) -> None:
        answer = await self._answer(self._model, after, [subscriber])
        if answer is not None and answer.body.get("data") is None:
            raise NotSubscribed(answer)
        if answer is not None:
            subscriber.tell(Event(text=encode(outward_body(answer.body))))
        self._members[subscriber] = None
        if self._task is None:
            self._task = asyncio.create_task(self._follow(), name="tell subscribers what changes")

    def leave(self, subscriber: Subscriber) -> None:
        """Tell it nothing more."""
        self._members.pop(subscriber, None)
        if not self._members:
            self._stop()

    async def check(self, subscriber: Subscriber) -> None:
        """End the subscription of who may not be told any more, or have it go on where it sees what it may."""
        async with self._turn:
            if subscriber in self._members:
                await self._admits(subscriber, self._model.graph.revision)

    async def _admits(self, subscriber: Subscriber, told: Revision) -> bool:
        """Whether it may be told what the group is told, now that it has been told up to a revision."""
        try:
            principal = self._operations.elevations.applied(await subscriber.identify())
            principal.require(Act.READ)
            principal.require_document(self._question.query)
        except BaodianError as error:
            subscriber.end(error)
            return False
        if self._question.key(principal) == self._key:
            return True
        self._members.pop(subscriber)
        self._moved(subscriber, principal, told)
        return False

    async def _follow(self) -> None:
        live = self._operations.live
        while not self.is_over:
            await live.after(self._model)
            try:
                async with self._turn:
                    await self._catch_up()
            except Overloaded:
                await asyncio.sleep(RETRY_S)
            except Exception as error:  # nobody is left to believe that nothing has changed
                log.exception("subscribers could not be told of a change")
                self._end(error if isinstance(error, BaodianError) else None)

    async def _catch_up(self) -> None:
        """Tell all members what came since they were told last. Raises what answering raises."""
        model, before = self._operations.live.pin(), self._model.graph
        if model.graph.store_uuid != before.store_uuid or model.graph.revision < before.revision:
            self._end(StoreReplaced(say("Another store is served now: subscribe anew, without `after`.")))
        elif model.graph.revision > before.revision:
            members = [each for each in list(self._members) if await self._admits(each, before.revision)]
            answer = await self._answer(model, before.revision, members) if members else None
            if answer is not None:
                event = Event(text=encode(outward_body(answer.body)))
                for each in members:
                    each.tell(event)
        self._model = model

    async def _answer(self, model: ReadModel, since: Revision | None, to: Collection[Subscriber]) -> Answer | None:
        """What is told of a model; None = nothing came since. Everybody who is told stands in the audit."""
        question, readers = self._question, [each.reader for each in to]
        context = self._operations.context(model, readers[0].request_id, readers[0].principal, readers[0].origin)
        context.since = since
        with speaking(question.language):
            answer = await self._operations.execute(
                question.query, question.prepared, question.operation, question.variables, context, readers=readers
            )
        return None if context.nothing_new else answer

    def _end(self, error: BaodianError | None) -> None:
        for each in list(self._members):
            each.end(error)
        self._members.clear()
        self._stop()

    def _stop(self) -> None:
        """It is over: whoever comes later begins another one."""
        self.is_over = True
        if self._task is not None:
            self._task.cancel()
