"""The one composition root: opens the parts of an application in order and closes them backwards.

    settings → store → live graph (with its follower and sweep) → application: web, operations in this process
"""  # fmt: skip

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Collection, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graph_api.access.principal import Principal, local_user
from graph_api.app.places import access_file, audit_file, read_by_others, snapshot_file
from graph_api.app.rehearsal import LOOK_S
from graph_api.app.supply_links import Derives, SupplyLinks
from graph_api.live.catching_up import Progress, unheard
from graph_api.live.graph import LiveGraph
from graph_api.readmodel.topology.jit import use_machine_code
from graph_api.settings import Settings
from graph_api.stores import open_store
from graph_api.stores.contract import Clock, Store, now_utc
from schema.access import AccessRole
from schema.codec import make_decoders
from schema.words import choose

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.routing import Route

    from graph_api.access.accounts import DemoAccount
    from graph_api.access.book import AccessBook
    from graph_api.access.entrance import Entrance, Shown
    from graph_api.access.intents import Intents
    from graph_api.app.workers.pool import Workers
    from graph_api.graphql.execution.operations import Operations
    from graph_api.graphql.push.hub import Hub
    from graph_api.notify.outbox import Outbox

log = logging.getLogger(__name__)


class Application:
    """An open application. What it does not need is not made: the schema only where operations are executed, the web
    only where it is served."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        live: LiveGraph,
        clock: Clock,
        asks: Collection[tuple[str, str]] = (),
        entrance: Entrance | None = None,
        demo: Sequence[DemoAccount] = (),
    ) -> None:
        self.settings = settings
        self.store = store
        self.live = live
        self.clock = clock
        self._asks = asks
        self._entrance = entrance
        self._demo = tuple(demo)

    @cached_property
    def operations(self) -> Operations:
        """Answers GraphQL operations, the same for HTTP and for `execute`."""
        from graph_api.app.wiring import operations_of  # the schema takes a second to make

        given = self.settings, self.live, self.clock, self.intents, self._asks
        if self._entrance is None:
            return operations_of(*given)
        book = self._entrance.book
        return operations_of(*given, lambda: book.register)

    @cached_property
    def intents(self) -> Intents:
        """What this process is about to change, beside its audit."""
        from graph_api.access.audit import AuditLog  # what only who changes or serves has to wait for
        from graph_api.access.intents import Intents

        return Intents(AuditLog(audit_file(self.settings)), self.store)

    @cached_property
    def workers(self) -> Workers:
        """Further processes that answer queries, once a server has started them."""
        from graph_api.app.workers.pool import Workers  # what only a server has to wait for

        workers = self.operations.executor.elsewhere = Workers(self.settings)
        return workers

    @cached_property
    def hub(self) -> Hub:
        """Subscriptions of this process."""
        from graph_api.graphql.push.hub import Hub  # as the operations

        return Hub(self.operations)

    @cached_property
    def asgi(self) -> FastAPI:
        """The web application: /graphql, /login, /healthz, /readyz, /metrics."""
        use_machine_code()
        make_decoders()
        from graph_api.app.web import web_application  # what only a server has to wait for

        if self._entrance is None:
            given = self.settings, self.live, self.operations, self.hub, self.workers, self.clock
            return web_application(*given, _is_this_user, self._pages)
        from graph_api.app.journal import Journal
        from graph_api.app.log_in import LogIn

        journal = Journal(self.intents.audit, self.clock)
        routes = [*LogIn(self._entrance, journal, self._demo).routes, *self._pages]
        if self._entrance.flow is not None:
            from graph_api.app.provider_log_in import ProviderLogIn

            routes += ProviderLogIn(self._entrance, self._entrance.flow, journal).routes
        given = self.settings, self.live, self.operations, self.hub, self.workers, self.clock
        return web_application(*given, self._entrance.identify, routes)

    @property
    def _pages(self) -> list[Route]:
        """Pages behind links that were sent."""
        from graph_api.app.acknowledge_page import AcknowledgePage

        return AcknowledgePage(self.live, self.clock, self.intents.audit).routes

    def close(self) -> None:
        """Let go of what it has opened itself."""
        if "intents" in vars(self):
            self.intents.close()

    async def execute(
        self, query: str, variables: Mapping[str, Any] | None = None, operation_name: str | None = None
    ) -> dict[str, Any]:
        """The body that HTTP would answer: same documents, limits and errors."""
        return (await self.operations.ask(query, variables or {}, operation_name)).body


@asynccontextmanager
async def assemble(
    settings: Settings,
    *,
    clock: Clock = now_utc,
    follows: bool = True,
    keeps: bool | None = None,
    progress: Progress = unheard,
    asks: Collection[tuple[str, str]] = (),
    creates: bool = True,
    local_key: str = "",
    demo: Sequence[DemoAccount] = (),
) -> AsyncIterator[Application]:
    """An application over the store of the settings; everything that was opened is closed again, also after a failure.

    `follows`: go on with the store's commits and look for foreign edits; without it the graph is that of the opening,
    enough for one question. `keeps`: make the search index before anything is answered and keep the snapshot file; as
    `follows` if not said. `progress` is told what is being made. `asks`: operations (document, name) that are all that
    is going to be executed, so that the schema needs to hold no more. `creates`: see `open_store`. `local_key`: what
    requests of this user's own commands show. `demo`: accounts that the page logs in with by one click.

    Raises StoreError, and InvalidInput for an address that is none.
    """
    async with AsyncExitStack() as opened:
        store = open_store(settings.store, clock, creates=creates)
        opened.push_async_callback(store.close)
        live = await LiveGraph.open(
            store,
            snapshot_file(settings),
            clock=clock,
            follows=follows,
            keeps=keeps,
            progress=progress,
            keep_reports=timedelta(days=settings.position_retention_days),
        )
        opened.push_async_callback(live.close)
        if follows and isinstance(store, Derives):
            await opened.enter_async_context(_running(SupplyLinks(store, live.pin).run()))
        entrance = None
        if follows:
            for file in read_by_others(settings):
                log.warning("%s holds telephone numbers, and others than its owner may read it: chmod 600 it", file)
            book = await _opened_book(settings, store, live, clock, local_key)
            await opened.enter_async_context(
                _running(book.follow(lambda: live.pin().graph.store_uuid, lambda: live.status().ready))
            )
            entrance = entrance_of(settings, book, clock)
            if entrance.tokens is not None:
                await opened.enter_async_context(_running(entrance.tokens.provider.follow()))
            from graph_api.app.incident_keeper import IncidentKeeper  # as the book

            keeper = IncidentKeeper(live, clock, LOOK_S) if settings.clock_file else IncidentKeeper(live, clock)
            await opened.enter_async_context(_running(keeper.run()))
            if settings.call_sheets:
                from graph_api.access.audit import AuditLog  # as the book
                from graph_api.app.call_sheets import CallSheets

                head = AuditLog(audit_file(settings)).head
                sheets = CallSheets(live, clock, Path(settings.call_sheets), choose(settings.lang, {}), head)
                await opened.enter_async_context(_running(sheets.run()))
            if settings.notify_file:
                await opened.enter_async_context(_running(_outbox(settings, live, clock).run()))
        application = Application(settings, store, live, clock, asks, entrance, demo)
        opened.callback(application.close)
        if follows:
            await opened.enter_async_context(_running(application.intents.follow()))
            audit = application.intents.audit
            if audit.path is not None:
                from graph_api.access.anchors import Anchors  # as the others

                await opened.enter_async_context(_running(Anchors(audit, store, audit.path, clock).follow()))
            if settings.audit_retention_days:
                from graph_api.access.audit_retention import AuditRetention  # as the others

                keep = timedelta(days=settings.audit_retention_days)
                retention = AuditRetention(audit, keep, clock)
                await opened.enter_async_context(_running(retention.follow()))
        yield application


def _outbox(settings: Settings, live: LiveGraph, clock: Clock) -> Outbox:
    from graph_api.notify.channels import channels_of  # what only who is told by needs
    from graph_api.notify.outbox import WAIT_S, Outbox

    channels = channels_of(Path(settings.notify_file))
    most_s = LOOK_S if settings.clock_file else WAIT_S
    return Outbox(live, clock, channels, place=settings.public_url, private=settings.notify_private, most_s=most_s)


async def _opened_book(settings: Settings, store: Store, live: LiveGraph, clock: Clock, local_key: str) -> AccessBook:
    visitors = {"none": frozenset[AccessRole](), "viewer": frozenset({AccessRole.VIEWER})}[settings.visitors]
    from graph_api.access.book import AccessBook  # as the other: what only a server has to wait for
    from graph_api.app.gate import is_loopback

    book = AccessBook(
        store,
        clock,
        access_file(settings),
        visitors=visitors,
        local_key=local_key,
        reached_by_others=not is_loopback(settings.host) or bool(settings.oidc_issuer),
    )
    await book.open(live.pin().graph.store_uuid)
    return book


def entrance_of(settings: Settings, book: AccessBook, clock: Clock) -> Entrance:
    """Who lets requests in, by a book of keys and accounts, and an identity provider if there is one.

    Raises InvalidInput for settings of a provider that cannot be used.
    """
    from graph_api.access.entrance import Entrance  # as the others: what only a server has to wait for
    from graph_api.access.sessions import Sessions

    sessions = Sessions(settings.session_idle_minutes * 60, settings.session_hours * 3600)
    if not settings.oidc_issuer:
        return Entrance(book, sessions)
    from graph_api.app.provider import flow_of, tokens_of

    tokens = tokens_of(settings, clock)
    return Entrance(book, sessions, tokens, flow_of(settings, tokens))


async def _is_this_user(shown: Shown, *, used: bool = True) -> Principal:  # noqa: ARG001  (as Identify)
    return local_user()


@asynccontextmanager
async def _running(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Work that goes on beside, until this is left."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
