"""Hub (推送中心): subscriptions of one process, evaluated once for all who ask the same and see the same.

    change of the graph ──▶ group (document, variables, sight, language) ── evaluated once, one text ──▶ its subscribers
"""  # fmt: skip

from __future__ import annotations

import asyncio
import logging

from graph_api.access.principal import Principal
from graph_api.errors import BaodianError, Overloaded, StoreReplaced
from graph_api.graphql.execution.operations import Operations, Reader
from graph_api.graphql.push.group import Group
from graph_api.graphql.push.question import Question
from graph_api.graphql.push.subscriber import Identify, Subscriber
from graph_api.graphql.scalars import Bookmark
from schema.numbers import Revision
from schema.words import say

CHECKS_S = 2.0
"""Seconds between looks whether subscribers may still be told; each event asks, too."""
MOST = 5_000
"""Subscribers of one process."""
CATCHES_UP_S = 5.0
"""Seconds that this process has to reach the revision that a subscriber has seen elsewhere."""

log = logging.getLogger("baodian.push")


class Hub:
    """All groups of this process."""

    def __init__(self, operations: Operations) -> None:
        self._operations = operations
        self._groups: dict[tuple[object, ...], Group] = {}
        self._where: dict[Subscriber, tuple[Question, Group]] = {}
        self._watch: asyncio.Task[None] | None = None
        self._moves: set[asyncio.Task[None]] = set()
        self._stopped = False

    def __len__(self) -> int:
        return len(self._where)

    async def subscribe(self, question: Question, reader: Reader, identify: Identify) -> Subscriber:
        """A new subscriber, who is told first what came after the revision that it has, or what is so now.

        Raises RequestError and NotSubscribed for what cannot be subscribed, Overloaded, StaleReplica where it has seen
        more than this process knows, StoreReplaced where it was told of another store.
        """
        if len(self) >= MOST or self._stopped:
            raise Overloaded(say("No more can subscribe here. Try another process."), retryAfterSeconds=5)
        told = question.after
        after = None if told is None else told.revision
        if told is not None:
            self._refuse_others(told)
            await self._operations.live.at_least(told.revision, CATCHES_UP_S)
        now = self._operations.elevations.applied(reader.principal)
        subscriber = Subscriber(identify, reader._replace(principal=now))
        await self._join(subscriber, question, after)
        if self._watch is None or self._watch.done():
            self._watch = asyncio.create_task(self._look_after(), name="look whether subscribers may still be told")
        return subscriber

    def _refuse_others(self, told: Bookmark) -> None:
        """Raise StoreReplaced for where another store was told: its revisions say nothing of ours."""
        graph = self._operations.live.pin().graph
        if told.store != Bookmark.of(graph.store_uuid, told.revision).store:
            raise StoreReplaced(say("`after` is of another store: subscribe anew, without it."))

    def leave(self, subscriber: Subscriber) -> None:
        """Tell it nothing more."""
        subscriber.end()
        found = self._where.pop(subscriber, None)
        if found is not None:
            found[1].leave(subscriber)

    def stop(self) -> None:
        """End all subscriptions: the service stops."""
        self._stopped = True
        for subscriber in list(self._where):
            self.leave(subscriber)
        if self._watch is not None:
            self._watch.cancel()

    async def _join(self, subscriber: Subscriber, question: Question, after: Revision | None) -> None:
        key, joined = question.key(subscriber.reader.principal), False
        self._groups = {name: each for name, each in self._groups.items() if not each.is_over}
        while not joined:
            group = self._groups.get(key)
            if group is None or group.is_over:
                group = self._groups[key] = Group(self._operations, question, key, self._moved)
            if joined := await group.join(subscriber, after):
                self._where[subscriber] = question, group

    def _moved(self, subscriber: Subscriber, principal: Principal, told: Revision) -> None:
        """What a subscriber may see is another: from now on it is told with those who see the same."""
        found = self._where.pop(subscriber, None)
        if found is None:
            return
        question, group = found
        group.leave(subscriber)
        subscriber.reader = subscriber.reader._replace(principal=principal)
        move = asyncio.create_task(self._move(subscriber, question, told), name="tell a subscriber something else")
        self._moves.add(move)
        move.add_done_callback(self._moves.discard)

    async def _move(self, subscriber: Subscriber, question: Question, told: Revision) -> None:
        try:
            await self._join(subscriber, question, told)
        except BaodianError as error:
            subscriber.end(error)
        except Exception:
            log.exception("a subscriber could not be told what it may see now")
            subscriber.end()

    async def _look_after(self) -> None:
        """Ask again and again who the subscribers are; ends with the last of them."""
        while self._where:
            await asyncio.sleep(CHECKS_S)
            for subscriber, (_, group) in list(self._where.items()):
                await group.check(subscriber)
