"""Addresses of stores as commands take them. Nothing of the stores themselves is imported here."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from graph_api.app.server_file import find_server
from graph_api.errors import InvalidInput
from graph_api.settings import Settings, environment_name
from schema.words import say

DEFAULT_STORE = Settings().store
"""One file under the working directory, made by the first load."""

StoreOption = Annotated[
    str,
    typer.Option(
        "--store",
        envvar=environment_name("store"),
        metavar="URL",
        help=say("Store of the graph: sqlite:///PATH of a file, or neo4j://USER@HOST."),
    ),
]
ServerOption = Annotated[
    str | None,
    typer.Option(
        "--server",
        envvar=environment_name("server"),
        metavar="URL",
        help=say(
            "Ask this running service instead of loading the store, as http://127.0.0.1:8000; without it, one that "
            "serves this store on this machine is asked."
        ),
    ),
]


def not_there(path: Path) -> InvalidInput:
    """The error for a store that nobody has made yet, or that is gone."""
    left = [each for each in (_beside(path, end) for end in (".snapshot", ".server", "-wal")) if each.exists()]
    if left:
        return InvalidInput(
            say(
                "The store {path} is gone: one was here, as {left} beside it tells. Put the file back, or restore the "
                "last backup (`baodian restore --help`).",
                path=str(path),
                left=left[0].name,
            )
        )
    return InvalidInput(
        say(
            "There is no store at {path} yet. Load data into it (`baodian load --help`), or look at the demo city: "
            "`baodian demo serve`.",
            path=str(path),
        )
    )


def refuse_served(path: Path) -> None:
    """Raise InvalidInput where a new store would be made under a service whose file is gone."""
    server = find_server(path)
    if server is not None and not path.exists():
        raise InvalidInput(
            say(
                "The store {path} is gone, and the service at {address} (process {pid}) still serves it: what it knows "
                "would be lost to whoever reads a new one. Put the file back, or stop the service first.",
                path=str(path),
                address=server.address,
                pid=server.pid,
            )
        )


def _beside(path: Path, end: str) -> Path:
    return path.with_name(path.name + end)
