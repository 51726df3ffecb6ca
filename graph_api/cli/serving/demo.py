"""`baodian demo`: the fictitious city 临江, served at once or written as files."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from graph_api.cli import output
from graph_api.cli.serving import serve as serving
from graph_api.cli.times import typed_day
from graph_api.errors import InvalidInput
from graph_api.settings import given
from schema.access import AccessRole
from schema.words import say, text_of
from seeds import REFERENCE_FEEDERS

FeedersOption = Annotated[int, typer.Option("--feeders", min=4, help=say("Size of the city: number of 10 kV feeders."))]
SeedOption = Annotated[int, typer.Option("--seed", help=say("Another seed makes another city of the same size."))]

QUESTION: str | None = None
"""The first question about the demo city; None = one that suits any store."""


def generate(
    out: Annotated[Path, typer.Argument(metavar="OUT", help=say("Folder to write to; made if it is not there."))],
    feeders: FeedersOption = REFERENCE_FEEDERS,
    seed: SeedOption = 1,
    day: Annotated[
        date | None,
        typer.Option(
            "--day",
            parser=typed_day,
            metavar="DATE",
            help=say("Day that rosters are written around; without it, today."),
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help=say("Write into a folder that is not empty."))] = False,
    as_json: output.JsonOption = False,
) -> None:
    """Write the demo city as files of the plain format.

    The same size, seed and day give the same files, byte for byte. 6,000 feeders make about 10 million elements.
    """
    from graph_api.cli.serving.demo_store import progress_bar, today_there  # what only running has to wait for
    from seeds import generator

    if out.is_dir() and any(out.iterdir()) and not force:
        raise InvalidInput(
            say("The folder {folder} is not empty. Name another one, or write into it with --force.", folder=str(out))
        )
    with progress_bar(say("Writing"), generator.piece_count(feeders)) as (bar, task):
        today = day or today_there()
        made = generator.generate(out, feeders=feeders, seed=seed, today=today, progress=lambda: bar.advance(task))
    if as_json:
        output.emit_json({"elements": made.elements, "entities": made.entities, "relationships": made.relationships})
        return
    title, count = say("{count} elements in {folder}", count=f"{made.elements:,}", folder=str(out)), say("rows")
    rows = [(f"{kind}.csv", f"{count:,}") for kind, count in made.entities.items()]
    output.emit(output.table(title, say("file"), count, rows=rows, numbers=[count]))


def serve_demo(
    host: serving.HostOption = None,
    port: serving.PortOption = None,
    feeders: FeedersOption = REFERENCE_FEEDERS,
    seed: SeedOption = 1,
    anew: Annotated[
        bool, typer.Option("--anew", help=say("Forget what was changed in it today, and start with a new one."))
    ] = False,
) -> None:
    """Make the demo city for today, load it and serve it until Ctrl-C.

    It has a store of its own, apart from yours, and is kept for the day: starting again goes on where you left, with
    other passwords and keys.
    """
    from graph_api.app.gate import is_loopback  # what only running has to wait for
    from graph_api.cli.serving.demo_access import PERSONS, access_anew
    from graph_api.cli.serving.demo_store import changed_since_made, forget, loaded, today_there

    today = today_there()
    if anew:
        forget(feeders, seed, today)
    store = loaded(feeders, seed, today)
    title = text_of(say("Baodian 保电 · demo city 临江"))
    # a snapshot file that the environment names is another store's
    settings = replace(serving.settings_for(store, host, port), snapshot_file="")
    if is_loopback(settings.host):
        access = access_anew(store, accounts=[*PERSONS], keys=[*AccessRole])
        if not given("visitors"):
            settings = replace(settings, visitors="viewer")
    else:
        access = access_anew(store, accounts=[], keys=[AccessRole.DISPATCHER])
    serving.run(settings, title, QUESTION, changed_since_made, access)
