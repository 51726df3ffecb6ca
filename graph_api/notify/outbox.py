"""Outbox (通知发送): sends what is due, each message by the one process that has written its intent.

    due ──▶ intent in the timeline (who commits it, sends) ──▶ POST ──▶ outcome in the timeline

A process that dies between the two leaves an intent without outcome: it is sent again, with the same key and marked as
a repeat, by whichever process sees first that nobody can be sending it any more.
"""  # fmt: skip

from __future__ import annotations

import asyncio
import hashlib
import logging
import secrets
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from graph_api.commands.edits import Edit
from graph_api.commands.incident.notifying import intent, outcome
from graph_api.errors import BaodianError, Conflict, StoreUnavailable
from graph_api.live.graph import LiveGraph
from graph_api.live.waiting import changed_or_due
from graph_api.notify.channels import Channel
from graph_api.notify.message import message_of, signed
from graph_api.notify.posting import Posted, Posting
from graph_api.readmodel.model import ReadModel
from graph_api.services.incident.contents import Notified
from graph_api.services.incident.room import Told, open_incidents, told
from graph_api.services.incident.sending import Due, due_notices, next_notice
from graph_api.stores.contract import Clock
from schema.incident import Incident
from schema.words import Language, say, text_of

log = logging.getLogger("baodian.notify")

AT_ONCE = 16
"""Messages that are sent at a time."""
ATTEMPTS = 50
"""How often an entry is planned anew because somebody else changed the same incident meanwhile."""
AGAIN_S = 1.0
"""Seconds until an outcome that the store could not take is written again."""
WAIT_S = 30.0
REST_S = 0.2
"""Least time between two rounds."""
LINK_HOLDS = timedelta(hours=24)


class Outbox:
    """Sends by these channels. `place`: where links lead to; "" = messages have none."""

    def __init__(
        self,
        live: LiveGraph,
        clock: Clock,
        channels: Sequence[Channel],
        *,
        place: str = "",
        private: bool = False,
        most_s: float = WAIT_S,
    ) -> None:
        """`most_s`: how long it waits at most until it looks at the clock again, which a rehearsal moves."""
        self._most_s = most_s
        self._live, self._clock, self._place, self._private = live, clock, place.rstrip("/"), private
        self._channels = {each.name: each for each in channels}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._room = asyncio.Semaphore(AT_ONCE)
        self._threads = ThreadPoolExecutor(2 * AT_ONCE, "notify")
        """More than send at a time: one that hangs in a look-up of a name is given up, but not ended."""

    async def run(self) -> None:
        """Round after round; never ends."""
        try:
            while True:
                model = self._live.pin()
                try:
                    self._begin(model)
                except Exception:
                    log.exception("messages of open incidents were not looked for")
                await asyncio.sleep(REST_S)
                await self._changed(model)
        finally:
            self.close()

    def close(self) -> None:
        """Send nothing more."""
        for task in self._tasks.values():
            task.cancel()
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def once(self) -> int:
        """Send what is due now; how many messages that were."""
        begun = self._begin(self._live.pin())
        await asyncio.gather(*begun)
        return len(begun)

    def _begin(self, model: ReadModel) -> list[asyncio.Task[None]]:
        now, begun = self._clock(), []
        for each in open_incidents(model):
            id = model.graph.id(each.incident)
            due = [] if each.state is None else due_notices(id, each.state, [*self._channels], now)
            for message in due:
                if message.key not in self._tasks:
                    task = asyncio.create_task(self._deliver(id, message.key), name="send a message")
                    self._tasks[message.key] = task
                    begun.append(task)
        return begun

    async def _deliver(self, incident: str, key: str) -> None:
        try:
            async with self._room:
                link = secrets.token_urlsafe(32) if self._place else None
                claimed = await self._claim(incident, key, link)
                if claimed is not None:
                    await self._send(incident, *claimed, link)
        except BaodianError as error:
            log.warning("a message of incident %s was not sent: %s", incident, error)
        except Exception:
            log.exception("a message of incident %s was not sent", incident)
        finally:
            del self._tasks[key]

    async def _claim(self, incident: str, key: str, link: str | None) -> tuple[Due, ReadModel] | None:
        """Write the intent; None where it is not due any more, as somebody else sends it. Raises StoreError."""
        shown = None if link is None else hashlib.sha256(link.encode()).hexdigest()
        claimed = list[Due]()

        def plan(model: ReadModel, each: Told, now: datetime) -> Edit | None:
            state = each.state
            due = [] if state is None else due_notices(incident, state, [*self._channels], now)
            claimed[:] = [message for message in due if message.key == key]
            until = None if shown is None else now + LINK_HOLDS
            return intent(model, each, claimed[0], now, shown, until) if claimed else None

        model = await self._commit(incident, plan)
        return None if model is None else (claimed[0], model)

    async def _send(self, incident: str, due: Due, model: ReadModel, link: str | None) -> None:
        channel, now, index = self._channels[due.channel], self._clock(), model.graph.index(incident)
        state = told(model, index).state
        if state is None:
            return
        address = None if link is None else f"{self._place}/acknowledge/{link}"
        body = message_of(model, model.graph.get(Incident, index), state, due, address, now)
        message = signed(due.key, body, channel.secret, now)
        posting = Posting(channel.url, message.body, message.headers, channel.timeout_s, private=self._private)
        posted = await self._posted(posting, channel.timeout_s)
        why = None if posted.why is None else text_of(posted.why, Language.EN)
        content = Notified(key=due.key, attempt=due.attempt, outcome=posted.outcome, reason=why, detail=posted.detail)
        facts = {"channel": channel.name, "key": due.key, "attempt": due.attempt, "outcome": posted.outcome.value}
        log.info("message", extra={"facts": facts})
        await self._record(incident, due, content)

    async def _posted(self, posting: Posting, timeout_s: float) -> Posted:
        running = asyncio.get_running_loop().run_in_executor(self._threads, posting.run)
        done, _ = await asyncio.wait({running}, timeout=timeout_s)
        return running.result() if done else posting.give_up()

    async def _record(self, incident: str, due: Due, content: Notified) -> None:
        """Write the outcome, however often the store is away; whoever dies before leaves it unknown."""
        while True:
            try:
                await self._commit(incident, lambda model, each, now: outcome(model, each, due, content, now))
                return
            except BaodianError as error:
                log.warning("what came of a message of incident %s is not written yet: %s", incident, error)
                await asyncio.sleep(AGAIN_S)

    async def _commit(
        self, incident: str, plan: Callable[[ReadModel, Told, datetime], Edit | None]
    ) -> ReadModel | None:
        """Commit what is planned on the newest revision; the model with it, None where nothing is planned."""
        for _ in range(ATTEMPTS):
            model = self._live.pin()
            index = model.graph.find(incident)
            edit = None if index is None else plan(model, told(model, index), self._clock())
            if edit is None:
                return None
            try:
                await self._live.apply(edit.batch, uuid.uuid4().hex, edit.versions, None)
                return self._live.pin()
            except Conflict:
                await self._live.refresh()
        raise StoreUnavailable(say("Others change the same thing all the time; nothing was changed, try again."))

    async def _changed(self, model: ReadModel) -> None:
        """Wait until there is a later revision, the next message is due, or a while."""
        now, channels, graph = self._clock(), [*self._channels], model.graph
        moments = [
            next_notice(graph.id(each.incident), each.state, channels, now)
            for each in open_incidents(model)
            if each.state is not None
        ]
        await changed_or_due(self._live, model, self._most_s, now, moments)
