"""The store that a command works on, and the read model of what it holds."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from graph_api.app.places import store_file
from graph_api.cli import output
from graph_api.cli.stores import DEFAULT_STORE, StoreOption, not_there
from graph_api.cli.times import local_minute
from graph_api.errors import InvalidInput
from graph_api.settings import BadSetting, Settings
from schema.words import say

if TYPE_CHECKING:
    from graph_api.app.assembly import Application
    from graph_api.live.graph import LiveStatus
    from graph_api.readmodel.model import ReadModel
    from graph_api.stores.contract import Store, StoreMeta
    from graph_api.stores.open_loads import Patience

__all__ = ["DEFAULT_STORE", "StoreOption", "read_all", "read_model", "settings_for", "with_application", "with_store"]

R = TypeVar("R")
PATIENCE_S = 600.0


def with_store(url: str, work: Callable[[Store], Awaitable[R]], *, create: bool = False) -> R:
    """Open the store, do the work, close it. A store that does not exist is made only with `create`.

    A store that was made for work that wrote nothing, or failed, does not stay.
    """
    import asyncio  # as the others here: what only running has to wait for

    path = store_file(url)
    made = path if path is not None and create and not path.exists() else None
    if path is not None and create:
        path.parent.mkdir(parents=True, exist_ok=True)
    elif path is not None and not path.exists():
        raise not_there(path)
    try:
        return asyncio.run(_worked(url, work, create))
    finally:
        if made is not None:
            from graph_api.stores import remove_unused

            remove_unused(made)


async def _worked(url: str, work: Callable[[Store], Awaitable[R]], create: bool) -> R:
    from graph_api.stores import open_store

    # who waits at a prompt for one answer bears a database that has just been started
    store = open_store(url, creates=create, patient=create or store_file(url) is None)
    try:
        return await work(store)
    finally:
        await store.close()


def patience() -> Patience:
    """That of commands that write much: they wait for the load of another program, and say so."""
    from graph_api.stores.open_loads import Patience

    return Patience(PATIENCE_S, output.notice)


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
    import asyncio

    path = store_file(url)
    if path is not None and not path.exists():
        raise not_there(path)
    return asyncio.run(_asked(url, work))


async def _asked(url: str, work: Callable[[Application], Awaitable[R]]) -> R:
    from graph_api.app.assembly import assemble

    async with assemble(settings_for(url), follows=False, creates=False) as application:
        tell_trouble(application.live.status())
        return await work(application)


def tell_trouble(status: LiveStatus) -> None:
    """Say that the store cannot be read, where the snapshot file answers in its place."""
    if status.last_error is not None:
        output.notice(
            say(
                "The store cannot be read: {why} The snapshot file answers, as of {at} (revision {revision}).",
                why=status.last_error,
                at=local_minute(status.changed_at),
                revision=status.revision,
            )
        )


def renew_snapshot(url: str) -> None:
    """Bring the snapshot file beside an embedded store up to date, so that the next question starts from it."""
    if store_file(url) is not None:
        import asyncio

        from graph_api.live.memory import release

        release()  # what was read, before the graph is read
        asyncio.run(_renewed(url))


async def _renewed(url: str) -> None:
    from graph_api.app.assembly import assemble

    async with assemble(settings_for(url), follows=False, keeps=True):
        pass


def settings_for(url: str) -> Settings:
    """Settings of the environment, for this store. Raises InvalidInput for a wrong one."""
    try:
        return replace(Settings.from_environment(), store=url)
    except BadSetting as error:
        raise InvalidInput(say("{error} Correct that environment variable.", error=error)) from error
