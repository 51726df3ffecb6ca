"""`baodian audit`: whether the chain holds, and what stands in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from graph_api.app.places import audit_file
from graph_api.cli import output
from graph_api.cli.session import DEFAULT_STORE, StoreOption, settings_for
from graph_api.errors import InvalidInput
from graph_api.exports.table_file import table_name
from schema.words import say, text_of

if TYPE_CHECKING:
    from graph_api.access.audit import AuditLog, Verdict
    from graph_api.access.audit_rows import Row

FileOption = Annotated[
    Path | None, typer.Option("--file", help=say("File of the audit, where it does not stand beside the store."))
]
FAILED = 1


def verify(
    head: Annotated[
        str | None, typer.Option("--head", help=say("A digest of an earlier look, which the chain must still hold."))
    ] = None,
    witnesses: Annotated[
        list[Path] | None,
        typer.Option(
            "--witness",
            help=say("Audit of another machine of the same store: what it saw of this chain must still be there."),
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    file: FileOption = None,
    store: StoreOption = DEFAULT_STORE,
    as_json: output.JsonOption = False,
) -> None:
    """Check that nobody changed, removed or put in a line."""
    log = _log(store, file)
    seen = _seen(log, witnesses or [])
    found = log.verify([*seen, *([head] if head else [])])
    if as_json:
        output.emit_json({"file": str(log.path), **found._asdict(), "witnessed": len(seen)})
    else:
        output.sentence(_told(found, str(log.path)))
        if witnesses:
            output.sentence(say("The other audits saw {count} ends of this chain.", count=len(seen)))
    if found.broken_at is not None:
        raise typer.Exit(FAILED)


def _seen(log: AuditLog, witnesses: Sequence[Path]) -> list[str]:
    """Digests of this chain that others saw."""
    from graph_api.access.anchors import name_of, names_in, witnessed
    from graph_api.access.audit import AuditLog

    if not witnesses or log.path is None:
        return []
    names = names_in(log.lines()) | {name_of(log.path)}
    return list(dict.fromkeys(digest for each in witnesses for digest in witnessed(AuditLog(each).lines(), names)))


def _told(found: Verdict, file: str) -> str:
    """What became of the chain, as a sentence."""
    if found.broken_at is None:
        return say("{lines} lines hold. Head: {head}", lines=found.lines, head=found.head)
    if found.missed:
        return say(
            "{lines} lines hold, but none of them has the digest {digest}: the end that was seen then was removed.",
            lines=found.lines,
            digest=[*found.missed],
        )
    if found.torn:
        return say(
            "{lines} lines of the audit {file} hold, the last with the digest {head}; what follows is no whole line "
            "({bytes} bytes): a crash broke it off, or the end was cut.",
            lines=found.lines,
            file=file,
            head=found.head,
            bytes=found.torn,
        )
    return say(
        "The audit {file} does not hold from line {line} on: it was changed, or lines were removed or put in. "
        "{lines} lines before it hold.",
        file=file,
        line=found.broken_at,
        lines=found.lines,
    )


def export(
    out: Annotated[Path, typer.Option("--out", help=say("File to write: .csv, .xlsx or .pdf."), callback=table_name)],
    file: FileOption = None,
    store: StoreOption = DEFAULT_STORE,
    as_json: output.JsonOption = False,
) -> None:
    """Write all that happened as a table."""
    from graph_api.access.audit_rows import row_of
    from graph_api.exports.sheets import Sheet
    from graph_api.exports.table_file import write

    rows = [row_of(line) for line in _log(store, file).lines()]
    write([Sheet(text_of(say("Audit")), tuple(map(text_of, HEADS)), [tuple(_cells(row)) for row in rows])], out)
    if as_json:
        output.emit_json([asdict(row) for row in rows])
    else:
        output.notice(say("{count} lines in {file}.", count=len(rows), file=str(out)))


HEADS = (
    say("number"), say("at"), say("who"), say("roles"), say("from"), say("operation"), say("request"), say("act"),
    say("what"), say("things"), say("revision"), say("on behalf of"), say("incident"), say("reason"),
    say("digest"),
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
