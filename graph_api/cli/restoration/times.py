"""When everybody is back by a plan, against their deadlines, and who is carried by an own source, for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.text import Text

from graph_api.cli import output
from graph_api.cli.names import title
from graph_api.cli.times import local_minute, read_time
from schema.words import say, text_of

Answer = Mapping[str, Any]


def show(accounts: Answer) -> None:
    """Print who is back when, in order of need; public areas together."""
    customers = [each for each in accounts["back"] if each["thing"]["kind"] == "CUSTOMER"]
    areas = [each for each in accounts["back"] if each["thing"]["kind"] != "CUSTOMER"]
    waiting = [{**each, "thing": each["customer"]} for each in accounts["onOwn"] if each["at"]]
    customers = sorted([*customers, *waiting], key=lambda each: each["inTime"] is not False)
    rows = [*map(_row, customers[: output.LISTED]), *_more(customers[output.LISTED :]), *_areas(areas)]
    who, step, minute, deadline, held = say("who is back"), say("at step"), say("min"), say("deadline"), say("in time")
    if rows:
        heads, numbers = (who, step, minute, deadline, held), [step, minute]
        title_of = say("Back, and when")
        output.emit(output.table(title_of, *heads, rows=rows, numbers=numbers, whole=[*numbers, deadline, held]))
    if accounts["onOwn"]:
        names = ", ".join(map(_carried, accounts["onOwn"][: output.LISTED]))
        rest = len(accounts["onOwn"]) - output.LISTED
        more = f", ... +{rest:,}" if rest > 0 else ""
        said = say("On an own source or a generator: {customers}", customers=names + more)
        output.emit(Text(output.visible(text_of(said))))


def _row(each: Answer) -> tuple[object, ...]:
    deadline = local_minute(read_time(each["deadline"])) if each["deadline"] else ""
    return title(each["thing"]), each["step"], f"{each['minute']:.0f}", deadline, _held(each["inTime"])


def _held(in_time: bool | None) -> object:
    if in_time is None:
        return ""
    return Text(text_of(say("yes")), "green") if in_time else Text(text_of(say("no, too late")), "bold red")


def _more(hidden: Sequence[Answer]) -> list[tuple[object, ...]]:
    if not hidden:
        return []
    said = say("and {count} more (--json shows them)", count=f"{len(hidden):,}")
    return [(said, "", _span(hidden), "", "")]


def _areas(areas: Sequence[Answer]) -> list[tuple[object, ...]]:
    return [(say("{count} public areas", count=f"{len(areas):,}"), "", _span(areas), "", "")] if areas else []


def _span(those: Sequence[Answer]) -> str:
    first, last = (f"{pick(each['minute'] for each in those):.0f}" for pick in (min, max))
    return first if first == last else f"{first}-{last}"


def _carried(each: Answer) -> str:
    if not each["until"]:
        return title(each["customer"])
    until = local_minute(read_time(each["until"]))
    return text_of(say("{customer} (until {time})", customer=title(each["customer"]), time=until))
