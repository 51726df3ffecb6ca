"""`baodian export picture`: one-line diagrams, stations, customers' insides and maps as SVG or PDF."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from graph_api.cli import output
from graph_api.cli.asking import Asking, asking
from graph_api.cli.events import AssumeOption, assumptions
from graph_api.cli.names import FAILING, resolve_all
from graph_api.cli.stores import DEFAULT_STORE, ServerOption, StoreOption
from graph_api.errors import InvalidInput
from graph_api.whole_file import whole
from schema.words import current, say


class Kind(StrEnum):
    """What kind of picture."""

    ONE_LINE = "one-line"
    STATION = "station"
    CUSTOMER = "customer"
    MAP = "map"


class Theme(StrEnum):
    """Where it is looked at."""

    PRINT = "print"
    DAY = "day"
    NIGHT = "night"


def _named(out: Path) -> Path:
    if out.suffix.lower() not in (".svg", ".pdf"):
        raise InvalidInput(say("{out} is neither .svg nor .pdf; name the file so.", out=out.name), file=out.name)
    return out


def picture(
    things: Annotated[
        list[str],
        typer.Argument(metavar="THING...", help=say("Id, name or search text of what to draw: feeders, a customer.")),
    ],
    out: Annotated[Path, typer.Option("--out", help=say("File to write: .svg or .pdf."), callback=_named)],
    kind: Annotated[Kind, typer.Option("--kind", help=say("What kind of picture."))] = Kind.ONE_LINE,
    fault: Annotated[
        list[str] | None, typer.Option("--fault", help=say("Draw how it is after a fault on this; repeatable."))
    ] = None,
    assume: AssumeOption = None,
    theme: Annotated[Theme, typer.Option("--theme", help=say("Colours: print, day, night."))] = Theme.PRINT,
    store: StoreOption = DEFAULT_STORE,
    server: ServerOption = None,
    as_json: output.JsonOption = False,
) -> None:
    """Draw things into a file."""
    with asking(store, server, ["picture"]) as ask:
        found = ask.ask(
            "picture",
            of=resolve_all(ask, things, FAILING),
            kind=kind.name,
            event=_event(ask, fault or (), assume or ()),
            theme=theme.name,
            lang=current().value,
        )["picture"]
    with whole(out) as draft:
        draft.write_bytes(_written(found["svg"], out))
    if as_json:
        output.emit_json({"file": str(out), "revision": found["revision"], "unplaced": found["unplaced"]})
        return
    if found["unplaced"]:
        output.notice(say("Without a place, and not in it: {count}.", count=f"{len(found['unplaced']):,}"))
    if found["truncated"]:
        output.notice(say("There is more than is drawn."))
    output.line(say("Written: {file}", file=str(out)))


def _event(ask: Asking, fault: list[str] | tuple[()], assume: list[str] | tuple[()]) -> dict[str, Any] | None:
    if not fault and not assume:
        return None
    cause = "FAULTED" if fault else "OPENED"
    return {"equipment": resolve_all(ask, fault, FAILING), "cause": cause, "assume": assumptions(ask, assume)}


def _written(svg: str, out: Path) -> bytes:
    if out.suffix.lower() == ".svg":
        return svg.encode()
    from graph_api.exports.picture.pdf import svg_as_pdf  # what only running has to wait for

    return svg_as_pdf(svg)
