"""The web server in this process: listens, opens the application, serves until told to stop, closes everything."""

from __future__ import annotations

import asyncio
import gc
import logging
import secrets
import signal
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress

from graph_api.access.accounts import DemoAccount
from graph_api.app.assembly import Application, assemble
from graph_api.app.front import Front
from graph_api.app.logs import configure_logging
from graph_api.app.places import store_file
from graph_api.app.server_file import announced, server_file
from graph_api.cli.serving.web_server import WebServer
from graph_api.live.graph import LiveGraph
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.topology.warm import make_machine_code
from graph_api.settings import Settings
from graph_api.stores.contract import Clock, now_utc

log = logging.getLogger(__name__)

LOOK_S = 2.0
"""How often it is looked whether commands on this machine are told of a server."""
SWITCH_S = 0.0005
"""Seconds after which a thread that computes lets another one, so that quick answers do not wait for long ones."""

Greet = Callable[[ReadModel], None]


async def serve_on(
    settings: Settings,
    listener: socket.socket,
    greet: Greet,
    demo: Sequence[DemoAccount] = (),
    clock: Clock = now_utc,
) -> None:
    """Serve on an open socket until SIGINT or SIGTERM; `greet` is told once what is served. Raises StoreError.

    `demo`: accounts that the page logs in with by one click.

    The port answers at once: /readyz says 503 and what is waited for until everything that answers is made.
    """
    sys.setswitchinterval(SWITCH_S)
    configure_logging(settings.log_level, settings.log_format)
    front = Front()
    server = WebServer(front, listener, settings, front.stop)
    listening = asyncio.create_task(server.serve(), name="listen")
    answering = asyncio.create_task(_answer(settings, front, listener, greet, demo, clock), name="answer")
    try:
        await asyncio.wait({listening, answering}, return_when=asyncio.FIRST_COMPLETED)
        server.should_exit = True
        # requests under way are answered before the application is closed
        await listening
    finally:
        answering.cancel()
        with suppress(asyncio.CancelledError):
            await answering


async def _answer(
    settings: Settings, front: Front, listener: socket.socket, greet: Greet, demo: Sequence[DemoAccount], clock: Clock
) -> None:
    key = secrets.token_urlsafe()
    async with assemble(
        settings,
        clock=clock,
        progress=front.waits_for,
        creates=store_file(settings.store) is None,
        local_key=key,
        demo=demo,
    ) as application:
        front.waits_for("schema")
        asgi = await asyncio.to_thread(lambda: application.asgi)
        front.waits_for("machine code")
        await asyncio.to_thread(make_machine_code)
        # what is there now stays: the collector need not walk it again and again, each time a pause for all
        gc.collect()
        gc.freeze()
        async with application.workers.running():
            with ExitStack() as told, _asked_by_signal(application):
                uuid = _announce(application, listener, key, told)
                front.answers_with(asgi, application.hub.stop)
                greet(application.live.pin())
                while True:
                    if not await _is_other(application.live, uuid) and _is_told_of(settings):
                        continue
                    with told.pop_all():  # until the other one is told
                        uuid = _announce(application, listener, key, told)


async def _is_other(live: LiveGraph, uuid: str) -> bool:
    """Wait a while for another store to be served; whether it is."""
    with suppress(TimeoutError):
        async with asyncio.timeout(LOOK_S):
            await live.other_store(uuid)
            return True
    return False


def _is_told_of(settings: Settings) -> bool:
    """Whether any server of the store is told of: a younger one takes what it told along when it stops."""
    file = store_file(settings.store)
    return file is None or server_file(file).exists()


def _announce(application: Application, listener: socket.socket, key: str, told: ExitStack) -> str:
    """Tell commands on this machine where this server is, if its store is a file; returns the id of that store."""
    file, uuid = store_file(application.settings.store), application.live.pin().graph.store_uuid
    if file is not None:
        try:
            told.enter_context(announced(file, address_of(listener), uuid, key))
        except OSError as error:
            log.warning("commands will not find this server: %s", error)
    return uuid


@contextmanager
def _asked_by_signal(application: Application) -> Iterator[None]:
    """SIGUSR1, where there is such a signal, asks for what stands in the place of the store."""
    if not hasattr(signal, "SIGUSR1"):
        yield
        return

    def ask() -> None:
        anew = application.live.read_anew()
        if anew:  # an older state of the store has its id and other answers: no process may go on from the newer one
            application.workers.renew()
        log.warning("asked by SIGUSR1: %s", "the store is read anew" if anew else "the store was not replaced")

    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGUSR1, ask)
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGUSR1)
        signal.signal(signal.SIGUSR1, signal.SIG_IGN)


def address_of(listener: socket.socket) -> str:
    """Where a socket is reached from this machine, as the start of a URL."""
    address, port = listener.getsockname()[:2]
    address = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address, address)  # noqa: S104
    return f"http://[{address}]:{port}" if ":" in address else f"http://{address}:{port}"
