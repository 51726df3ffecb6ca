"""The store that a command works on, and the read model of what it holds."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from graph_api.app.assembly import Application, assemble
from graph_api.app.places import store_file
from graph_api.errors import InvalidInput
from graph_api.readmodel.model import ReadModel
from graph_api.settings import BadSetting, Settings
from graph_api.stores import open_store
from graph_api.stores.contract import Store, StoreMeta

DEFAULT_STORE = Settings().store
"""One file under the working directory, made by the first load."""

StoreOption = Annotated[
    str,
    typer.Option(
        "--store",
        envvar="BAODIAN_STORE",
        metavar="URL",
        help="Store of the graph: sqlite:///PATH of a file, or neo4j://USER@HOST.",
    ),
]
AtOption = Annotated[
    datetime | None,
    typer.Option(
        "--at",
        formats=["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%d"],
        help="Time that rosters and assignments are read at, as 2026-05-01T08:00; without a zone it is local; "
        "without it, now.",
    ),
]
R = TypeVar("R")


def moment(at: datetime | None) -> datetime:
    """The time asked about as aware UTC: now if none was given, local if it came without a zone."""
    return (at or datetime.now(UTC)).astimezone(UTC)


def with_store(url: str, work: Callable[[Store], Awaitable[R]], *, create: bool = False) -> R:
    """Open the store, do the work, close it. A file that does not exist is made only with `create`."""
    path = store_file(url)
    if path is not None and create:
        path.parent.mkdir(parents=True, exist_ok=True)
    elif path is not None and not path.exists():
        raise not_there(path)
    return asyncio.run(_worked(url, work))


def not_there(path: Path) -> InvalidInput:
    """The error for a store that nobody has made yet."""
    return InvalidInput(
        f"There is no store at {path} yet. Load data into it (`baodian load --help`), "
        "or look at the demo city: `baodian demo serve`."
    )


async def _worked(url: str, work: Callable[[Store], Awaitable[R]]) -> R:
    store = open_store(url)
    try:
        return await work(store)
    finally:
        await store.close()


def read_model(url: str) -> ReadModel:
    """Everything that the store holds now, ready to be asked."""
    return read_all(url)[0]


def read_all(url: str) -> tuple[ReadModel, StoreMeta]:
    """The read model, and the store's identity and format."""

    async def look(application: Application) -> tuple[ReadModel, StoreMeta]:
        return application.live.pin(), await application.store.meta()

    return with_application(url, look)


def with_application(url: str, work: Callable[[Application], Awaitable[R]]) -> R:
    """Open an application over the store for one question, do the work, close it."""
    path = store_file(url)
    if path is not None and not path.exists():
        raise not_there(path)
    return asyncio.run(_asked(url, work))


async def _asked(url: str, work: Callable[[Application], Awaitable[R]]) -> R:
    async with assemble(settings_for(url), follows=False) as application:
        return await work(application)


def renew_snapshot(url: str) -> None:
    """Bring the snapshot file beside an embedded store up to date, so that the next question starts from it."""
    if store_file(url) is not None:
        asyncio.run(_renewed(url))


async def _renewed(url: str) -> None:
    async with assemble(settings_for(url), follows=False, keeps=True):
        pass


def settings_for(url: str) -> Settings:
    """Settings of the environment, for this store. Raises InvalidInput for a wrong one."""
    try:
        return replace(Settings.from_environment(os.environ), store=url)
    except BadSetting as error:
        raise InvalidInput(f"{error}. Correct that environment variable.") from error
