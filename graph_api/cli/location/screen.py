"""A fault location as tables for people, made of the answer that machines get."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from rich.text import Text

from graph_api.cli import output
from graph_api.cli.labels import label
from graph_api.cli.names import called, title, titles
from graph_api.cli.times import local_minute, read_time
from schema.vocabulary import EvidenceKind, Ownership
from schema.words import say, text_of

Answer = Mapping[str, Any]
TO_DO = {
    "ASK_POSITION": say("ask for the position"),
    "READ_INDICATOR": say("read the indicator"),
    "OPEN_AND_TEST": say("open it, close the feeder again"),
    "ASK_CUSTOMER": say("ask the customer"),
    "PATROL": say("walk the section"),
}
SPOKEN_TO = {"ASK_CUSTOMER"}
"""What somebody says: whether anybody goes there is no question."""
NOTHING = {
    "NO_EVIDENCE": say("No evidence of a fault: nothing that was reported or recorded says that anything is wrong."),
    "EXPLAINED": say("No evidence of a fault: all that was reported is explained."),
}
"""What is said where no place is named."""
ERRING = {
    "MISSING": say("Tonight's reports seem to miss more than usual: what does not show may be broken."),
    "FALSE_REPORTS": say("Tonight's reports seem to be false more often than usual."),
    "BOTH": say("Tonight's reports seem to miss more, and to be false more often, than usual."),
}
"""What is said where the reports do not hang together as they use to."""
SURELY_SHOWN, SHOWN_FROM = 3, 0.005
"""Candidates that the table shows: the first few, and all that are at least so probable."""
SHOWN_SECTIONS, SHOWN_BOUNDS, SHOWN_INSIDE = 2, 3, 3
"""Sections of a candidate, devices at the ends of a section, and customers alone at fault, that a table shows."""


def show(found: Answer) -> None:
    """Print a fault location."""
    if found["finding"] != "PLACES":
        output.sentence(NOTHING[found["finding"]])
        for text in _doubts(found):
            output.emit(Text(output.visible(text_of(text)), "yellow"))
        return
    candidates = found["candidates"]["nodes"]
    shown = [each for each in candidates if each["rank"] <= SURELY_SHOWN or each["probability"] >= SHOWN_FROM]
    number, chance = "#", say("chance")
    heads = (number, chance, say("suspected sections: probability, metres from the feeder's start, owner"))
    rows = ((each["rank"], percent(each["probability"]), "\n".join(_place(each))) for each in shown)
    about = say(
        "Where the fault can be · {at} · revision {revision}",
        at=local_minute(read_time(found["at"])),
        revision=found["revision"],
    )
    output.emit(output.table(about, *heads, rows=rows, numbers=[number, chance], whole=[number, chance]))
    for each in found["inside"][:SHOWN_INSIDE]:
        output.sentence(
            say(
                "Inside the customer alone: {name} {probability}",
                name=title(each["customer"]),
                probability=percent(each["probability"]),
            )
        )
    output.sentence(_others(found, sum(each["probability"] for each in candidates[len(shown) :])))
    for text in _doubts(found):
        output.emit(Text(output.visible(text_of(text)), "yellow"))
    if found["nextCheck"]:
        output.emit(_checks(found["nextCheck"]))


def percent(chance: float) -> str:
    """A probability to the tenth of a per cent, the smallest as what it is less than."""
    return "<0.1%" if 0 < chance < 0.001 else f"{chance:.1%}"


def _place(each: Answer) -> Iterator[str]:
    """A candidate: its likeliest sections, and what would trip and not fit if the fault is there, in a line each."""
    sections = each["sections"]
    for part in sections[:SHOWN_SECTIONS]:
        yield _section(part)
        if part["between"]:
            yield text_of(_bounds(part["between"]))
    if len(sections) > SHOWN_SECTIONS:
        left = f"{len(sections) - SHOWN_SECTIONS:,}"
        yield text_of(say("and {left} more sections that no report separates", left=left))
    if each["opens"]:
        yield text_of(_trips(titles(each["opens"]), each["refusedDevices"]))
    if each["evidenceAgainst"]:
        yield text_of(say("does not fit: {reports}", reports=_keys(each["evidenceAgainst"])))
    if each["dependsOn"]:
        yield text_of(say("depends on {switches} (position unknown)", switches=titles(each["dependsOn"])))


def _section(part: Answer) -> str:
    more = f" +{part['equipmentCount'] - 1:,}" if part["equipmentCount"] > 1 else ""
    near, far = f"{part['fromMetres']:,.0f}", f"{part['toMetres']:,.0f}"
    metres = f"{near} m" if near == far else f"{near}-{far} m"
    owner = [] if part["ownership"] is None else [label(Ownership, part["ownership"])]
    return " · ".join([title(part["equipment"][0]) + more, percent(part["probability"]), metres, *owner])


def _bounds(devices: list[Answer]) -> str:
    more = f" +{len(devices) - SHOWN_BOUNDS:,}" if len(devices) > SHOWN_BOUNDS else ""
    return say("  bounded by {devices}", devices=titles(devices[:SHOWN_BOUNDS]) + more)


def _trips(devices: str, refused: int) -> str:
    if not refused:
        return say("trips: {devices}", devices=devices)
    return say("trips: {devices}; devices nearer that refused: {refused}", devices=devices, refused=refused)


def _others(found: Answer, hidden: float) -> str:
    return say(
        "No fault at all {no_fault} · elsewhere {rest} · two at once {multiple}, in both their rows",
        no_fault=percent(found["noFault"]),
        multiple=percent(found["multiple"]),
        rest=percent(found["rest"] + hidden),
    )


def _doubts(found: Answer) -> Iterator[str]:
    """What to know of the reports themselves."""
    if found["temporary"]:
        yield say("What tripped closed again and held: the fault was temporary.")
    if not found["oneCause"]:
        yield say(
            "No single cause explains every report: {reports} misreports, or there is more than one fault.",
            reports=_keys(found["contradicted"]),
        )
    likeliest = found["conditions"][0]["condition"] if found["conditions"] else "USUAL"
    if likeliest != "USUAL":
        yield ERRING[likeliest]
    for each in found["contradictions"]:
        yield say(
            "Contradiction, look at it: {says} against {denies}", says=_told(each["says"]), denies=_told(each["denies"])
        )
    recorded = [each for each in (*found["explained"], *found["contradicted"]) if each["recorded"]]
    for each in sorted(recorded, key=lambda report: (not report["positive"], report["key"])):
        yield say("Weighed as recorded: {report}", report=_told(each))
    for each in found["setAside"]:
        yield say("Not weighed: {report}: {why}", report=each["evidence"]["key"], why=each["text"])
        for open_switch in each["because"]:
            yield _standing(open_switch)


def _told(report: Answer) -> str:
    """A report with its source and time: a recorded position in words, else as it was given."""
    what = report["key"] or text_of(label(EvidenceKind, report["kind"]))
    if report["recorded"]:
        thing = title(report["things"][0])
        tripped, closed = say("{thing} tripped", thing=thing), say("{thing} stands closed", thing=thing)
        what = text_of(tripped if report["positive"] else closed)
    told = [report["source"]] if report["source"] else []
    told += [local_minute(read_time(report["at"]))] if report["at"] else []
    return f"{what} ({', '.join(told)})" if told else what


def _standing(each: Answer) -> str:
    told = [*([local_minute(read_time(each["at"]))] if each["at"] else []), each["by"], each["source"]]
    where = ", ".join(filter(None, told)) or text_of(say("nobody said since when"))
    return say("  {switch} stands open ({told})", switch=title(each["switch"]), told=where)


def _checks(checks: Iterable[Answer]) -> Any:
    yes, bits, minutes = say("yes with"), say("bits"), say("min")
    heads = (say("do · who"), say("thing · what it tells"), yes, bits, minutes)
    rows = (_check(each) for each in checks)
    whole = [yes, bits, minutes]
    return output.table(say("What to check next"), *heads, rows=rows, numbers=whole, whole=whole)


def _check(each: Answer) -> tuple[object, ...]:
    thing = each["thing"]
    what = text_of(TO_DO[each["kind"]])
    name = f"{thing['name']} ({thing['id']})" if thing["name"] else thing["id"]
    remote = each["remote"] and each["kind"] not in SPOKEN_TO
    return (
        f"{text_of(say('{what} (remote)', what=what)) if remote else what}\n{called(each['doer'], each['doneBy'])}",
        f"{name}\n{each['tells']}",
        percent(each["probability"]),
        f"{each['bits']:.2f}",
        f"{each['minutes']:.0f}",
    )


def _keys(reports: Iterable[Answer]) -> str:
    return ", ".join(_told(each) if each["recorded"] else each["key"] for each in reports)
