"""The store of the demo city: made for the day, loaded by files as everybody's data is, kept until tomorrow."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

import seeds
from graph_api import __version__
from graph_api.app.server_file import find_server
from graph_api.cli import output
from graph_api.cli.session import with_store
from graph_api.commands.ingest import ingest
from graph_api.errors import InvalidInput
from graph_api.readmodel.model import ReadModel
from graph_api.settings import cache_folder
from graph_api.stores.contract import Store
from loaders.tabular import TabularSource
from schema.words import say, text_of
from seeds import generator

MADE = 1
"""Revision of a city as it was made: it is loaded at once."""
CITY_TIME = ZoneInfo("Asia/Shanghai")
SYSTEM = "demo"
"""Source system that the demo city's data come from."""


def today_there() -> date:
    """The day it is in the city."""
    return datetime.now(CITY_TIME).date()


def loaded(feeders: int, seed: int, today: date) -> str:
    """The store that holds this city, loaded if it is not yet there: its URL."""
    file = _file(feeders, seed, today)
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        _forget_older(file.parent, today)
        # Loaded beside its place: a store that stands at its place is whole.
        draft = file.with_name(f"{file.name}.{os.getpid()}")
        try:
            _load(f"sqlite:///{draft}", feeders, seed, today)
            draft.replace(file)
        finally:
            _remove(draft)
    home = Path.home()
    return f"sqlite:///~/{file.relative_to(home)}" if file.is_relative_to(home) else f"sqlite:///{file}"


def forget(feeders: int, seed: int, today: date) -> None:
    """Remove the store of this city. Raises InvalidInput while a server runs on it."""
    file = _file(feeders, seed, today)
    server = find_server(file)
    if server is not None:
        raise InvalidInput(
            say("The demo city is being served at {address}: stop that server first.", address=server.address)
        )
    _remove(file)


def changed_since_made(model: ReadModel) -> str | None:
    """What to say of a demo city that somebody has changed; None for one that is as it was made."""
    changes = model.graph.revision - MADE
    if changes <= 0:
        return None
    return say(
        "This city is no longer as it was made (changes: {count}, last at {when}): answers may differ from the "
        "documentation. A new one: {command}",
        count=f"{changes:,}",
        when=model.graph.changed_at.astimezone(CITY_TIME).strftime("%H:%M"),
        command="baodian demo serve --anew",
    )


def _file(feeders: int, seed: int, today: date) -> Path:
    return cache_folder() / f"demo-{today:%Y%m%d}-{_version(feeders, seed)}.db"


def _version(feeders: int, seed: int) -> str:
    """Changes with the program, the generator and what is asked of it."""
    digest = hashlib.sha256(f"{__version__}/{feeders}/{seed}".encode())
    for module in sorted(Path(seeds.__file__).parent.glob("*.py")):
        digest.update(module.read_bytes())
    return digest.hexdigest()[:6]


def _forget_older(folder: Path, today: date) -> None:
    for old in folder.glob("demo-*.db"):
        if old.name.split("-")[1] < f"{today:%Y%m%d}":
            _remove(old)


def _remove(store: Path) -> None:
    for beside in ("", "-wal", "-shm", ".snapshot", ".server", ".access", ".audit"):
        Path(f"{store}{beside}").unlink(missing_ok=True)


def _load(url: str, feeders: int, seed: int, today: date) -> None:
    """The city goes in by files, as everybody's data does."""
    with tempfile.TemporaryDirectory(prefix="baodian-demo-") as scratch:
        with progress_bar(say("Making the demo city"), generator.piece_count(feeders)) as (bar, task):
            generator.generate(
                Path(scratch), feeders=feeders, seed=seed, today=today, progress=lambda: bar.advance(task)
            )
        source = TabularSource.open(scratch, system=SYSTEM)
        with progress_bar(say("Loading the demo city"), len(source.files)) as (bar, task):

            def progress(file: str, done: int, total: int) -> None:
                bar.update(task, completed=names.index(file) + (done / total if total else 0))

            names = [path.name for path in source.files]

            async def load(store: Store) -> None:
                (await ingest(store, source, progress=progress)).checked()

            with_store(url, load, create=True)


@contextmanager
def progress_bar(what: str, total: int) -> Iterator[tuple[Progress, TaskID]]:
    """A bar on standard error; it goes away when all is done."""
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"))
    shown = output.console(errors=True)
    with Progress(*columns, TimeElapsedColumn(), console=shown, transient=True, disable=not shown.is_terminal) as bar:
        yield bar, bar.add_task(text_of(what), total=total)
