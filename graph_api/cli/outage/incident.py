"""`baodian export responsibility` and `baodian export call-sheet`: an incident's people as a file and as a list."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.cells import cell_len

from graph_api.cli import naming, output
from graph_api.cli.outage import impact
from graph_api.cli.session import DEFAULT_STORE, StoreOption, read_model
from graph_api.cli.times import AtOption
from graph_api.exports.incident_table import call_page, incident_sheets, who
from graph_api.exports.sheets import write
from graph_api.services.duty.calling import REMEDY, Call, Task, call_sheet, spoken
from graph_api.services.outage.impact import Impact
from schema.people import Contact

WIDTH = 80
"""Columns of the printed call sheet."""
COLUMNS = (4, 4, 11, 15, 8)
"""Widths of box, number, name, telephone and time; the rest is what the call is about."""


def responsibility(
    elements: impact.ElementsArgument,
    out: Annotated[Path, typer.Option("--out", help="File to write: .xlsx (with the call sheet) or .csv.")],
    opened: impact.OpenedOption = False,
    faulted: impact.FaultedOption = False,
    at: AtOption = None,
    assume: naming.AssumeOption = None,
    tripped: naming.TrippedOption = None,
    store: StoreOption = DEFAULT_STORE,
    as_json: output.JsonOption = False,
) -> None:
    """Write an incident's responsibility table: a row per role of the equipment and of each affected customer."""
    model = read_model(store)
    found = impact.ask(model, elements, opened=opened, faulted=faulted, at=at, assume=assume, tripped=tripped)
    sheets = incident_sheets(found)
    write(sheets, out)
    rows = sheets[0].rows
    gaps = sum(1 for row in rows if row[-2])
    if as_json:
        output.emit_json({"file": str(out), "rows": len(rows), "gaps": gaps, "customers": found.summary.total_count})
        return
    customers = f"{found.summary.total_count:,} affected customers"
    output.notice(f"Written: {out} ({len(rows):,} rows, {customers}, {gaps:,} gaps 责任缺口)")


def sheet(
    elements: impact.ElementsArgument,
    opened: impact.OpenedOption = False,
    faulted: impact.FaultedOption = False,
    out: Annotated[Path | None, typer.Option("--out", help="Write it as .xlsx or .csv instead of printing it.")] = None,
    at: AtOption = None,
    assume: naming.AssumeOption = None,
    tripped: naming.TrippedOption = None,
    store: StoreOption = DEFAULT_STORE,
    as_json: output.JsonOption = False,
) -> None:
    """Print whom to call about an incident, in order, each person once: number, until when, about what."""
    model = read_model(store)
    found = impact.ask(model, elements, opened=opened, faulted=faulted, at=at, assume=assume, tripped=tripped)
    calls = call_sheet(found)
    if out is not None:
        write([call_page(found, calls)], out)
    if as_json:
        output.emit_json({"asOf": found.at, "calls": [_facts(found, call) for call in calls]})
    elif out is not None:
        output.notice(f"Written: {out} ({len(calls):,} calls)")
    else:
        for text in printed(found, calls):
            output.line(text)


def printed(found: Impact, calls: list[Call]) -> Iterator[str]:
    """The call sheet in lines of at most WIDTH columns (a Chinese character takes two)."""
    yield from _wrapped(f"电话表 Call sheet · {impact.heading(found)} · {found.at.astimezone():%Y-%m-%d %H:%M}", WIDTH)
    yield _columns(("", " #", "who 找谁", "number 电话", "until")) + "about 事由"
    for place, call in enumerate(calls, 1):
        yield from _lines(found, place, call)
    if not calls:
        yield "Nobody has to be called 无需通知."


def _lines(found: Impact, place: int, call: Call) -> Iterator[str]:
    model = found.model
    until = "" if call.deadline is None else _until(call.deadline, found.at)
    phone = "" if call.number is None else spoken(model.graph.get(Contact, call.number).value)
    name = who(model, call) if call.gap is None else "!! 无人"
    phone = phone if call.gap is None else call.gap.zh
    about = list(_wrapped(_about(found, call), WIDTH - sum(COLUMNS)))
    names = list(_wrapped(name, COLUMNS[2] - 1))
    yield _columns(("[ ]", f"{place:>2}", names[0], phone, until)) + about[0]
    for row in range(1, max(len(about), len(names))):
        name, text = (each[row] if row < len(each) else "" for each in (names, about))
        yield (_columns(("", "", name, "", "")) + text).rstrip()


def _until(at: datetime, now: datetime) -> str:
    """A time on the clock; +1 is tomorrow."""
    days = (at.astimezone().date() - now.astimezone().date()).days
    return f"{at.astimezone():%H:%M}" + (f"+{days}" if days else "")


def _columns(cells: tuple[str, ...]) -> str:
    return "".join(cell + " " * max(width - cell_len(cell), 1) for cell, width in zip(cells, COLUMNS, strict=True))


def _about(found: Impact, call: Call) -> str:
    """What a call is for: by role, the things; what has to be done by hand first."""
    named: dict[str, list[str]] = {}
    for task in call.tasks:
        named.setdefault(_purpose(task), []).append(naming.title(found.model, task.about))
    about = "; ".join(f"{purpose} {'、'.join(dict.fromkeys(names))}" for purpose, names in named.items())
    return about if call.gap is None else f"{about}. {REMEDY[call.gap]}"


def _purpose(task: Task) -> str:
    return f"{task.role.zh}【手动切换】" if task.transfer_by_hand else task.role.zh


def _wrapped(text: str, width: int) -> Iterator[str]:
    """Lines of at most `width` columns, broken at the last space or comma where there is one."""
    while cell_len(text) > width:
        cut = fits = _fitting(text, width)
        for at in range(fits, 0, -1):
            if text[at - 1] in " 、;":
                cut = at
                break
        yield text[:cut].rstrip()
        text = text[cut:].lstrip()
    yield text


def _fitting(text: str, width: int) -> int:
    """How many characters fit in `width` columns; at least one."""
    used = 0
    for count, char in enumerate(text):
        used += cell_len(char)
        if used > width:
            return max(count, 1)
    return len(text)


def _facts(found: Impact, call: Call) -> dict[str, Any]:
    model = found.model
    return {
        "person": None if call.person is None else naming.brief(model, call.person),
        "group": None if call.group is None else naming.brief(model, call.group),
        "number": None if call.number is None else model.graph.get(Contact, call.number).value,
        "until": call.deadline,
        "gap": None if call.gap is None else call.gap.value,
        "tasks": [
            {"role": task.role.value, "about": naming.brief(model, task.about), "transferByHand": task.transfer_by_hand}
            for task in call.tasks
        ],
    }
