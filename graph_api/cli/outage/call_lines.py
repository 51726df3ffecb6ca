"""The call sheet in lines of at most 80 columns (a Chinese character takes two), to print and to tick off."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from rich.cells import cell_len

from graph_api.cli.labels import label
from graph_api.cli.output import visible
from graph_api.cli.times import local_minute, read_time
from schema.calling import foot_of
from schema.remedies import REMEDY
from schema.telephone import spoken
from schema.vocabulary import GapReason, ResponsibilityRole
from schema.words import Language, Sentence, current, say, text_of

WIDTH = 80
"""Columns of the printed call sheet."""
COLUMNS = (4, 4, 11, 15, 8)
"""Widths of box, number, name, telephone and time; the rest is what the call is about."""
Answer = Mapping[str, Any]


def printed(
    calls: Sequence[Answer],
    loss: datetime,
    heading: str,
    warnings: Sequence[Sentence] = (),
    head: str | None = None,
) -> Iterator[str]:
    """The lines of a call sheet; warnings go with it wherever it is printed, and the head of the audit."""
    about = say("Call sheet · {heading} · {time}", heading=heading, time=local_minute(loss))
    yield from _wrapped(visible(text_of(about)), WIDTH)
    for warning in warnings:
        yield from _wrapped(f"!! {visible(text_of(warning))}", WIDTH)
    heads = ("", " #", *(text_of(head) for head in (say("contact"), say("phone"), say("until"))))
    yield _columns(heads) + text_of(say("about"))
    for place, call in enumerate(calls, 1):
        yield from _lines(place, call, loss)
    if not calls:
        yield text_of(say("Nobody has to be called."))
    for line in foot_of(head):
        yield from _wrapped(text_of(line), WIDTH)


def _lines(place: int, call: Answer, loss: datetime) -> Iterator[str]:
    until = "" if call["deadline"] is None else _until(read_time(call["deadline"]), loss)
    holder = call["person"] or call["group"]
    if holder is not None:
        name = holder["name"] or holder["id"]
        phone = "" if call["number"] is None else spoken(call["number"]["value"])
    else:
        name, phone = f"!! {text_of(say('nobody'))}", label(GapReason, call["gap"])
    about = list(_wrapped(visible(_about(call)), WIDTH - sum(COLUMNS)))
    names, phones = list(_wrapped(visible(name), COLUMNS[2] - 1)), list(_wrapped(visible(phone), COLUMNS[3] - 1))
    yield _columns(("[ ]", f"{place:>2}", names[0], phones[0], until)) + about[0]
    for row in range(1, max(len(about), len(names), len(phones))):
        name, phone, text = (each[row] if row < len(each) else "" for each in (names, phones, about))
        yield (_columns(("", "", name, phone, "")) + text).rstrip()


def _until(at: datetime, now: datetime) -> str:
    """A time on the clock; +1 is tomorrow."""
    days = (at.astimezone().date() - now.astimezone().date()).days
    return f"{at.astimezone():%H:%M}" + (f"+{days}" if days else "")


def _columns(cells: tuple[str, ...]) -> str:
    return "".join(cell + " " * max(width - cell_len(cell), 1) for cell, width in zip(cells, COLUMNS, strict=True))


def _about(call: Answer) -> str:
    """What a call is for: by role, the things; what has to be done by hand first."""
    named: dict[str, list[str]] = {}
    for task in call["tasks"]:
        thing = task["about"]
        named.setdefault(_purpose(task), []).append(thing["name"] or thing["id"])
    stop = "、" if current() is Language.ZH else ", "
    about = "; ".join(f"{purpose} {stop.join(dict.fromkeys(names))}" for purpose, names in named.items())
    if call["gap"] is None:
        return about
    stop, colon = ("。", "：") if current() is Language.ZH else (". ", ": ")
    why = f"{label(GapReason, call['gap'])}{colon}" if call["person"] or call["group"] else ""
    return f"{about}{stop}{why}{text_of(REMEDY[GapReason.of(call['gap'])])}"


def _purpose(task: Answer) -> str:
    role = label(ResponsibilityRole, task["role"])
    return text_of(say("{role} [transfer by hand]", role=role)) if task["transferByHand"] else role


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
