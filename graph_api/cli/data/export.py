"""`baodian export`: answers as files that people hand on."""

from __future__ import annotations

from collections import Counter
from dataclasses import astuple, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from graph_api.cli import output
from graph_api.cli.asking import asking
from graph_api.cli.data.files import must_be_new, must_be_workbook
from graph_api.cli.names import FAILING, resolve_all
from graph_api.cli.session import DEFAULT_STORE, StoreOption, read_model
from graph_api.errors import InvalidInput
from graph_api.exports.table_file import table_name
from schema.words import say, text_of

if TYPE_CHECKING:
    from graph_api.exports.read_back import Unlike

_NAMED = 5
"""Things that a remark names."""


def upstream(
    out: Annotated[Path, typer.Option("--out", help=say("File to write: .csv, .xlsx or .pdf."), callback=table_name)],
    store: StoreOption = DEFAULT_STORE,
    as_json: output.JsonOption = False,
) -> None:
    """Write which feeder and transformer every customer record hangs on now."""
    from graph_api.exports.sheets import Sheet  # as the others here: what only running has to wait for
    from graph_api.exports.table_file import write
    from graph_api.exports.upstream import UpstreamRow, trace_customers

    heads = tuple(field.name for field in fields(UpstreamRow))
    rows = list(trace_customers(read_model(store)))
    write([Sheet("upstream", heads, [astuple(row) for row in rows])], out)
    found = Counter(finding for row in rows if row.finding for finding in row.finding.split("; "))
    feeders = Counter(row.feeder for row in rows)
    if as_json:
        output.emit_json({"file": str(out), "customers": len(rows), "feeders": feeders, "findings": found})
        return
    number = say("customers")
    names = {row.feeder: row.feeder_name for row in rows}
    none = text_of(say("(none)"))
    counted = [(feeder or none, names[feeder], count) for feeder, count in feeders.most_common(output.LISTED)]
    output.emit(
        output.table(say("Customers by feeder"), say("feeder"), say("name"), number, rows=counted, numbers=[number])
    )
    if (more := len(feeders) - output.LISTED) > 0:
        output.notice(say("There are {more} more; {file} has all.", more=f"{more:,}", file=str(out)))
    if found:
        listed = found.most_common(output.LISTED)
        output.emit(output.table(say("Findings"), say("finding"), number, rows=listed, numbers=[number]))
    doubtful = sum(1 for row in rows if row.finding)
    output.notice(
        say(
            "Written: {file} ({count} customers, {doubtful} with a finding)",
            file=str(out),
            count=f"{len(rows):,}",
            doubtful=f"{doubtful:,}",
        )
    )


def geojson(
    out: Annotated[Path, typer.Option("--out", help=say("File to write: .geojson."))],
    kind: Annotated[
        list[str] | None, typer.Option("--kind", help=say("Only this kind, as Substation or 变电站; repeatable."))
    ] = None,
    store: StoreOption = DEFAULT_STORE,
    as_json: output.JsonOption = False,
) -> None:
    """Write what has a place as GeoJSON."""
    from graph_api.cli.kinds import kinds_named
    from graph_api.exports.geojson import PLACED, to_geojson, write_geojson
    from schema.registry import EntityKind

    if out.suffix.lower() != ".geojson":
        raise InvalidInput(say("{file} is not a .geojson file; name it so.", file=out.name), file=out.name)
    named = kinds_named(kind)
    chosen = PLACED if named is None else tuple(EntityKind(each) for each in named)
    counts = write_geojson(to_geojson(read_model(store).graph, chosen), out)
    if as_json:
        output.emit_json({"file": str(out), "features": counts})
        return
    if not counts:
        output.notice(say("Nothing has coordinates: the file has no feature."))
    parts = ", ".join(f"{count:,} {name}" for name, count in counts.items()) or "0"
    output.line(say("Written: {file} ({parts})", file=str(out), parts=parts))


def pandapower(
    out: Annotated[Path, typer.Option("--out", help=say("File to write: .json for pandapower.from_json."))],
    elements: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[ELEMENT]...",
            help=say("What hangs on these; without any, everything."),
        ),
    ] = None,
    store: StoreOption = DEFAULT_STORE,
    as_json: output.JsonOption = False,
) -> None:
    """Write a part of the grid as a pandapower network."""
    from graph_api.exports.pandapower_net import part_of, to_pandapower, without_power, write_net
    from graph_api.services.outage.failing import equipment_of

    with asking(store, None, []) as ask:
        named = resolve_all(ask, elements or (), FAILING)
    model = read_model(store)
    things = [model.graph.index(each) for each in named]
    starts = [index for thing in things for index in equipment_of(model, thing)]
    part = part_of(model, starts)
    counts, unknown = write_net(to_pandapower(model, part), out), without_power(model, part)
    if unknown:
        text = say(
            "Loads whose power is not known stand in it with 0 kW: {count}, as {names}",
            count=len(unknown),
            names=", ".join(unknown[:_NAMED]),
        )
        output.notice(text)
    if as_json:
        output.emit_json({"file": str(out), **counts, "withoutPower": unknown})
    else:
        parts = ", ".join(f"{count:,} {name}" for name, count in counts.items())
        output.line(say("Written: {file} ({parts})", file=str(out), parts=parts))


def workbook(
    out: Annotated[Path, typer.Argument(metavar="OUT.xlsx", help=say("Workbook to write."))],
    kind: Annotated[
        list[str] | None, typer.Option("--kind", help=say("Only this kind, as Substation or 变电站; repeatable."))
    ] = None,
    store: StoreOption = DEFAULT_STORE,
    check: Annotated[
        bool, typer.Option("--check/--no-check", help=say("Read it back and name what comes back otherwise."))
    ] = True,
    force: Annotated[bool, typer.Option("--force", help=say("Write over a file that is there."))] = False,
    as_json: output.JsonOption = False,
) -> None:
    """Write the graph as a workbook that `baodian load` reads back."""
    from graph_api.cli.kinds import kinds_named
    from graph_api.exports.read_back import Unlike, unlike
    from graph_api.exports.workbook import write_workbook, written
    from loaders.tabular.names import LOADABLE
    from schema.registry import EntityKind

    must_be_workbook(out)
    must_be_new(out, force=force)
    named = kinds_named(kind)
    chosen = LOADABLE if named is None else tuple(EntityKind(each) for each in named)
    graph = read_model(store).graph
    counts, links = write_workbook(graph, out, chosen)
    found = (unlike(graph, written(out), chosen) if counts else Unlike()) if check else None
    reports = sum(1 for _ in graph.reports)
    if as_json:
        told = {"file": str(out), "sheets": counts, "relationships": links, "positionReports": reports}
        output.emit_json(told | {"differs": _differs(found)})
        return
    parts = ", ".join(f"{count:,} {name}" for name, count in counts.items()) or "0"
    output.line(say("Written: {file} ({parts}; {count} relationships)", file=str(out), parts=parts, count=f"{links:,}"))
    if reports:
        output.notice(
            say("Not in it, as no workbook holds them: earlier positions of switches ({count}).", count=f"{reports:,}")
        )
    if found is not None:
        output.notice(_read_back(found))


def cim(
    out: Annotated[Path, typer.Argument(metavar="OUT.zip", help=say("Archive to write."))],
    version: Annotated[str, typer.Option("--version", help=say("Version of CGMES: 3.0 or 2.4.15."))] = "3.0",
    store: StoreOption = DEFAULT_STORE,
    check: Annotated[
        bool, typer.Option("--check/--no-check", help=say("Read it back and name what comes back otherwise."))
    ] = True,
    force: Annotated[bool, typer.Option("--force", help=say("Write over a file that is there."))] = False,
    as_json: output.JsonOption = False,
) -> None:
    """Write the grid as a set of CIM profile files that `baodian load` reads back."""
    from graph_api.exports.cim import DIALECTS, write_cim
    from graph_api.exports.cim.objects import kinds_written, left_out
    from graph_api.exports.read_back import unlike
    from loaders.cim import CimSource

    if out.suffix.lower() != ".zip":
        raise InvalidInput(say("{file} is not a .zip file; name it so.", file=out.name), file=out.name)
    if version not in DIALECTS:
        known = ", ".join(DIALECTS)
        raise InvalidInput(say("There is no version {version}; written are {known}.", version=version, known=known))
    must_be_new(out, force=force)
    model, dialect = read_model(store), DIALECTS[version]
    graph, kinds = model.graph, kinds_written(dialect)
    counts = write_cim(model, out, dialect, datetime.now(UTC))
    found = unlike(graph, CimSource([out]), kinds, as_normal=True) if check else None
    others = left_out(graph, dialect)
    if as_json:
        output.emit_json({"file": str(out), "objects": counts, "notWritten": others, "differs": _differs(found)})
        return
    parts = "; ".join(f"{part}: {counts[part].total():,}" for part in counts)
    output.line(say("Written: {file} ({parts} objects)", file=str(out), parts=parts))
    if others:
        told = ", ".join(f"{count:,} {name}" for name, count in others.items())
        output.notice(say("Not in it, as these profiles have no class for them: {others}.", others=told))
    if found is not None:
        output.notice(_read_back(found))


def _differs(found: Unlike | None) -> dict[str, object] | None:
    return {name: getattr(found, name) for name in ("entities", "fields", "relationships")} if found else None


def _read_back(found: Unlike) -> str:
    if not found.entities and not found.relationships:
        return say("Read back: the same things and relationships.")
    return say(
        "Read back: {count} things differ or are missing ({ids}; fields: {fields}), and {links} relationships. A "
        "backup holds all.",
        count=f"{len(found.entities):,}",
        ids=", ".join(found.entities[: output.LISTED]),
        fields=", ".join(sorted(found.fields)) or "-",
        links=f"{found.relationships:,}",
    )
