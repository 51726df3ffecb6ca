"""`baodian audit`: whether the chain holds, and what stands in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from graph_api.app.places import audit_file
from graph_api.cli import output
from graph_api.cli.session import DEFAULT_STORE, StoreOption, settings_for
from graph_api.errors import InvalidInput
from schema.words import say, text_of

if TYPE_CHECKING:
    from graph_api.access.audit import AuditLog, Row

FileOption = Annotated[
    Path | None, typer.Option("--file", help=say("File of the audit, where it does not stand beside the store."))
]
FAILED = 1


def verify(
    head: Annotated[
        str | None, typer.Option("--head", help=say("A digest of an earlier look, which the chain must still hold."))
    ] = None,
    file: FileOption = None,
    store: StoreOption = DEFAULT_STORE,
    as_json: output.JsonOption = False,
) -> None:
    """Check that nobody changed, removed or put in a line."""
    log = _log(store, file)
    found = log.verify(head)
    if as_json:
        output.emit_json({"file": str(log.path), **found._asdict()})
    elif found.broken_at is None:
        output.sentence(say("{lines} lines hold. Head: {head}", lines=found.lines, head=found.head))
    elif found.broken_at > found.lines + 1 or head is None or log.verify().broken_at is not None:
        output.sentence(
            say(
                "The audit {file} does not hold from line {line} on: it was changed, or lines were removed or put in. "
                "{lines} lines before it hold.",
                file=str(log.path),
                line=found.broken_at,
                lines=found.lines,
            )
        )
    else:
        output.sentence(
            say(
                "{lines} lines hold, but none of them has the digest {digest}: the end that was seen then was removed.",
                lines=found.lines,
                digest=head,
            )
        )
    if found.broken_at is not None:
        raise typer.Exit(FAILED)


def export(
    out: Annotated[Path, typer.Option("--out", help=say("File to write: .csv or .xlsx."))],
    file: FileOption = None,
    store: StoreOption = DEFAULT_STORE,
    as_json: output.JsonOption = False,
) -> None:
    """Write all that happened as a table."""
    from graph_api.access.audit import row_of
    from graph_api.exports.sheets import Sheet, write

    rows = [row_of(line) for line in _log(store, file).lines()]
    write([Sheet(text_of(say("Audit")), tuple(map(text_of, HEADS)), [tuple(_cells(row)) for row in rows])], out)
    if as_json:
        output.emit_json([asdict(row) for row in rows])
    else:
        output.notice(say("{count} lines in {file}.", count=len(rows), file=str(out)))


HEADS = (
    say("number"), say("at"), say("who"), say("roles"), say("from"), say("operation"), say("request"), say("act"),
    say("what"), say("things"), say("revision"), say("on behalf of"), say("digest"),
)  # fmt: skip


def _cells(row: Row) -> Iterator[str | int]:
    for value in asdict(row).values():
        yield value if isinstance(value, int) else " ".join(value) if isinstance(value, list) else str(value)


def _log(store: str, file: Path | None) -> AuditLog:
    from graph_api.access.audit import AuditLog

    path = file or audit_file(settings_for(store))
    if path is None or not path.exists():
        raise InvalidInput(
            say(
                "There is no audit {file} yet; it is made by the first change or sight of numbers.",
                file=str(path or "-"),
            )
        )
    return AuditLog(path)
