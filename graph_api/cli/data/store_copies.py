"""`baodian copy`, `backup`, `restore`, `verify`: a graph from store to store, into a file and back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from graph_api.app.places import store_file
from graph_api.cli import output
from graph_api.cli.data.files import must_be_new
from graph_api.cli.session import DEFAULT_STORE, StoreOption, patience, with_store
from graph_api.cli.stores import not_there
from graph_api.errors import InvalidInput
from schema.words import say, text_of

if TYPE_CHECKING:
    from graph_api.stores.contract import Store
    from graph_api.stores.copying import Content, Progress, Verified
    from graph_api.stores.differences import Differences, Records

ForceOption = Annotated[bool, typer.Option("--force", help=say("Replace what the target holds."))]


def copy_store(
    source: Annotated[str, typer.Option("--from", metavar="URL", help=say("Store to read."))],
    target: Annotated[
        str, typer.Option("--to", metavar="URL", help=say("Store to fill: sqlite:///PATH or neo4j://..."))
    ],
    force: ForceOption = False,
    as_json: output.JsonOption = False,
) -> None:
    """Copy a graph from store to store.

    Killed half-way, it leaves the target as it was; the same command goes on where it stopped.
    """
    import asyncio

    from graph_api.stores import open_store  # as the others here: what only running has to wait for
    from graph_api.stores.copying import copy

    if source == target:
        raise InvalidInput(say("Both stores are the same; name two."))
    path, into = store_file(source), store_file(target)
    if path is not None and not path.exists():
        raise not_there(path)
    if into is not None:
        into.parent.mkdir(parents=True, exist_ok=True)

    async def work(progress: Progress) -> Content:
        one, other = open_store(source, creates=False, patient=True), open_store(target, patient=True)
        try:
            return await copy(one, other, force=force, progress=progress, patience=patience())
        finally:
            await one.close()
            await other.close()

    with _counting(say("Copying")) as progress:
        content = asyncio.run(work(progress))
    _tell(content, say("Copied and verified"), as_json)
    _tell_of_keys(target)


def backup_store(
    out: Annotated[Path, typer.Argument(metavar="OUT", help=say("File to write."))],
    store: StoreOption = DEFAULT_STORE,
    force: Annotated[bool, typer.Option("--force", help=say("Write over a file that is there."))] = False,
    as_json: output.JsonOption = False,
) -> None:
    """Write everything that a store holds at one revision into one file; others may go on writing meanwhile."""
    from graph_api.stores.backup import BackupWriter
    from graph_api.stores.copying import backup

    must_be_new(out, force=force)
    with _counting(say("Backing up")) as progress, BackupWriter(out) as writer:

        async def work(opened: Store) -> Content:
            return await backup(opened, writer, progress=progress)

        content = with_store(store, work)
    _tell(content, say("Written to {file}", file=str(out)), as_json)


def restore_store(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=say("Backup to read."))],
    store: StoreOption = DEFAULT_STORE,
    force: ForceOption = False,
    as_json: output.JsonOption = False,
) -> None:
    """Make a store hold what a backup holds, at one revision. The file is checked as a whole first.

    How supply is restored after a fault, `baodian resupply` plans.
    """
    from graph_api.stores.backup import BackupReader
    from graph_api.stores.copying import restore

    if not file.is_file():
        raise InvalidInput(
            say(
                "There is no backup {file}; name a file that `baodian backup` wrote. How supply is restored after a "
                "fault, `baodian resupply '{file}'` plans.",
                file=str(file),
            ),
            file=str(file),
        )
    reader = BackupReader(file)
    with _counting(say("Restoring")) as progress:

        async def work(opened: Store) -> Content:
            return await restore(reader, opened, force=force, progress=progress, patience=patience())

        content = with_store(store, work, create=True)
    _tell(content, say("Restored and verified"), as_json)
    _tell_of_keys(store)


def verify(
    what: Annotated[str, typer.Argument(metavar="STORE|FILE", help=say("Store, or backup file."))],
    against: Annotated[
        str | None, typer.Option("--against", metavar="STORE|FILE", help=say("Compare the content with this one's."))
    ] = None,
    as_json: output.JsonOption = False,
) -> None:
    """Check that everything can be read and hangs together; with --against, that both hold the same."""
    found = {name: _verified(name) for name in (what, *([against] if against else []))}
    digests = {each.content.digest for each in found.values()}
    well = len(digests) == 1 and not any(each.wrong for each in found.values())
    told = _differences(what, against) if len(digests) > 1 and against is not None else None
    if as_json:
        checked = {name: asdict(each) for name, each in found.items()}
        output.emit_json({"well": well, "checked": checked, "differences": told._asdict() if told else None})
    else:
        heads = (
            say("what"), say("revision"), say("entities"), say("relationships"), say("wrong"), say("digest"),
        )  # fmt: skip
        rows = [
            (name, each.content.revision, f"{each.content.entities:,}", f"{each.content.relationships:,}", each.wrong,
             each.content.digest)
            for name, each in found.items()
        ]  # fmt: skip
        output.emit(output.table(say("Verified"), *heads, rows=rows, numbers=heads[1:5]))
        for each in found.values():
            for finding in each.findings[: output.LISTED]:
                output.notice(f"{finding.record}: {finding.message}")
        if told is not None:
            _tell_differences(told)
    if not well:
        raise typer.Exit(1)


def _tell_differences(told: Differences) -> None:
    if told.only_loads:
        output.notice(say("They hold the same, but for which loads it came from ({count} records).", count=told.total))
    else:
        output.notice(say("They do not hold the same: {count} records differ.", count=told.total))
    for each in told.first:
        output.notice(f"{each.record}: {each.what}")


def _differences(what: str, against: str) -> Differences:
    from graph_api.stores.differences import differences

    with _counting(say("Comparing")):
        return differences(_records(what), _records(against), (what, against), output.LISTED)


def _records(name: str) -> Records:
    from graph_api.stores.backup import BackupReader
    from graph_api.stores.differences import records_of, records_of_chunks

    if "://" not in name:
        return records_of_chunks(BackupReader(Path(name)).chunks())
    return with_store(name, records_of)


def _verified(name: str) -> Verified:
    import asyncio

    from graph_api.stores.backup import BackupReader
    from graph_api.stores.copying import verify_backup, verify_store

    if "://" not in name:
        path = Path(name)
        if not path.is_file():
            raise InvalidInput(say("There is no file {name}; name a backup, or a store as sqlite:///PATH.", name=name))
        with _counting(say("Checking {file}", file=path.name)) as progress:
            return asyncio.run(verify_backup(BackupReader(path), progress))
    with _counting(say("Checking the store")) as progress:

        async def work(opened: Store) -> Verified:
            return await verify_store(opened, progress)

        return with_store(name, work)


@contextmanager
def _counting(what: str) -> Iterator[Progress]:
    """Records moved so far, on standard error; it goes away when all is done."""
    from rich.progress import Progress as Bars
    from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TextColumn("{task.completed:,.0f}"))
    shown = output.console(errors=True)
    with Bars(*columns, TimeElapsedColumn(), console=shown, transient=True, disable=not shown.is_terminal) as bars:
        task = bars.add_task(text_of(what), total=None)
        yield lambda records: bars.advance(task, records)


def _tell(content: Content, what: str, as_json: bool) -> None:
    if as_json:
        output.emit_json(asdict(content))
    else:
        output.line(
            say(
                "{what}: {entities} entities, {relationships} relationships of revision {revision}, digest {digest}",
                what=what,
                entities=f"{content.entities:,}",
                relationships=f"{content.relationships:,}",
                revision=content.revision,
                digest=content.digest,
            )
        )


def _tell_of_keys(store: str) -> None:
    """Say what stands open where a store has no keys: they are no part of the graph, and not in copies of it."""
    from graph_api.access.changing import read_register

    if not with_store(store, read_register).is_set_up:
        output.notice(
            say(
                "Keys are not copied: this store has none, and a service that listens on this machine takes whoever "
                "reaches it for its own user. Before it is served: `baodian access key NAME --role ROLE`."
            )
        )
