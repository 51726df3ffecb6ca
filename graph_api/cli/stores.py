"""Addresses of stores as commands take them. Nothing of the stores themselves is imported here."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

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
    """The error for a store that nobody has made yet."""
    return InvalidInput(
        say(
            "There is no store at {path} yet. Load data into it (`baodian load --help`), or look at the demo city: "
            "`baodian demo serve`.",
            path=str(path),
        )
    )
