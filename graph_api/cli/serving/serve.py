"""`baodian serve`: the GraphQL API over a store."""

from __future__ import annotations

import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from graph_api.app.places import snapshot_file, store_file
from graph_api.cli import output, session
from graph_api.cli.session import DEFAULT_STORE, StoreOption
from graph_api.cli.stores import not_there
from graph_api.errors import InvalidInput
from graph_api.settings import MOST_PROCESSES, Settings, given
from schema.system_reasons import reason
from schema.words import say

if TYPE_CHECKING:
    from graph_api.cli.serving.demo_access import DemoAccess
    from graph_api.readmodel.model import ReadModel

PortOption = Annotated[
    int | None,
    typer.Option(
        "--port",
        min=0,
        max=65535,
        help=say("Port to listen on; 0 picks a free one; without it, that of the settings, 8000."),
    ),
]
HostOption = Annotated[
    str | None,
    typer.Option(
        "--host",
        help=say("Address to listen on; 0.0.0.0 lets other machines in; without it, that of the settings, 127.0.0.1."),
    ),
]

WorkersOption = Annotated[
    int | None,
    typer.Option(
        "--workers",
        min=1,
        max=MOST_PROCESSES,
        help=say("Processes that answer quick questions on the port; without it, as the settings say, 1."),
    ),
]

BACKLOG = 2048
"""Connections that wait while the server is busy or still starting."""


def serve(
    store: StoreOption = DEFAULT_STORE,
    host: HostOption = None,
    port: PortOption = None,
    workers: WorkersOption = None,
) -> None:
    """Serve the GraphQL API over the store until Ctrl-C."""
    known = settings_for(store, host, port)
    run(known if workers is None else replace(known, workers=workers), "Baodian 保电")


def settings_for(store: str, host: str | None, port: int | None) -> Settings:
    """Settings of the environment with what the command line said. Raises InvalidInput for a wrong one."""
    known = session.settings_for(store)
    if not given("log_format") and sys.stderr.isatty():
        known = replace(known, log_format="text")
    return replace(known, host=known.host if host is None else host, port=known.port if port is None else port)


def run(
    settings: Settings,
    title: str,
    question: str | None = None,
    remark: Callable[[ReadModel], str | None] = lambda _: None,
    access: DemoAccess | None = None,
) -> None:
    """Serve until interrupted.

    `question` is a GraphQL query for the first screen, `remark` what to say of the data, `access` what opens a demo.
    """
    path, snapshot = store_file(settings.store), snapshot_file(settings)
    if path is not None and not path.exists() and not (snapshot is not None and snapshot.exists()):
        raise not_there(path)
    if hasattr(signal, "SIGUSR1"):  # asks for nothing until a store is served; unheard, it would end the process
        signal.signal(signal.SIGUSR1, signal.SIG_IGN)
    from graph_api.app.rehearsal import clock_of  # what only a server has to wait for

    clock = clock_of(settings)
    with _listening(settings.host, settings.port) as listener:
        import asyncio

        from graph_api.cli.serving.first_screen import first_question, welcome  # what only a server has to wait for
        from graph_api.cli.serving.server import address_of, serve_on

        def greet(model: ReadModel) -> None:
            asked = question or first_question(model)
            for part in welcome(model, title, address_of(listener), asked, settings.store, access):
                output.line(part) if isinstance(part, str) else output.emit(part)
            if (said := remark(model)) is not None:
                output.notice(said)

        asyncio.run(serve_on(settings, listener, greet, () if access is None else access.on_page, clock))


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # named TCP: asyncio sends small answers at once only over such sockets, else the other side waits 40 ms for them
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise InvalidInput(
            say(
                "Cannot listen on {host}:{port} ({what}). Is a server running there already? Choose another --port.",
                host=host,
                port=port,
                what=reason(error),
            )
        ) from error
    return listener
