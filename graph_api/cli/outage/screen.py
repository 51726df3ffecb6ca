"""An impact as a table for people, made of the answer that machines get."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from rich.text import Text

from graph_api.cli import output
from graph_api.cli.labels import FAULT_INSIDE, FED, STATES, STYLES, label
from graph_api.cli.names import title, titles
from graph_api.cli.times import clock_time, local_minute, minute_asked, read_time, time_left
from schema.telephone import spoken
from schema.vocabulary import Importance, ResponsibilityRole
from schema.words import Sentence, say, text_of

Answer = Mapping[str, Any]
_SHOWN = 5
"""Customers that a warning names."""
OWN_SOURCES = {
    "BY_HAND": say("own source, to be started by hand"),
    "TOO_SLOW": say("own source starts too late"),
    "TOO_SMALL": say("own source too small"),
    "NOT_RECORDED": say("own source, endurance not recorded"),
    "OUT_OF_SERVICE": say("own source out of service"),
}
"""Why an emergency source is not counted on."""


def show(found: Answer, now: datetime, heading: str) -> None:
    """Print an impact; customers as far as they were asked for."""
    since = read_time(found["since"])
    told = [heading, minute_asked(since, None), say("revision {revision}", revision=found["revision"])]
    if abs(now - since) >= timedelta(minutes=1):
        told.append(say("as of {time}", time=minute_asked(now, None)))
    output.emit(output.cell(Text(output.visible(" · ".join(map(text_of, told))), "bold")))
    if found["operatedBy"]:
        isolated = found["cause"] == "ISOLATED"
        unknown = [each for each in found["operatedBy"] if each.get("currentPosition") == "UNKNOWN" and not isolated]
        sure = [each for each in found["operatedBy"] if each not in unknown]
        if sure:
            names = titles(sure)
            output.sentence(say("Opens: {names}", names=names) if isolated else say("Trips: {names}", names=names))
        if unknown:
            output.sentence(say("May have tripped, position unknown: {names}", names=titles(unknown)))
    elif _is_uncleared(found):
        output.notice(
            say(
                "No device that clears faults is recorded between what is asked about and its source: what trips is "
                "not known, and more may be dark. Add the breakers, and starts_at (首端设备) of the feeder."
            )
        )
    if found["takenAsFed"]:
        names = titles(found["takenAsFed"])
        output.notice(
            say(
                "Nothing is drawn of {names}: taken as fed unless asked about, and what trips is not known. Add "
                "starts_at (首端设备) and the lines for that.",
                names=names,
            )
        )
    if found["supplyNotRecorded"]:
        output.notice(_without_supply(found["supplyNotRecorded"]))
    if found["placeUnknown"]:
        output.notice(
            say(
                "Of {count} customer only the feeder is known, not where it hangs on it: it is counted as hit.",
                many="Of {count} customers only the feeder is known, not where they hang on it: they are counted as "
                "hit.",
                count=len(found["placeUnknown"]),
            )
        )
    elif not found["exact"]:
        output.notice(
            say("Too many switches of unknown position: the customers may be too many, and their state too bad.")
        )
    for line in dead_before(found["deadBefore"]):
        output.sentence(line)
    for each in found["gridTransfers"]:
        output.sentence(
            say(
                "Automatic transfer: {opens} opens, {closes} closes; {count} customers and {areas} public areas dip "
                "for {seconds} s",
                opens=title(each["opens"]),
                closes=title(each["closes"]),
                count=f"{each['customerCount']:,}",
                areas=f"{each['areas']['count']:,}",
                seconds=f"{each['seconds']:g}",
            )
        )
        if not each["reported"]:
            output.notice(
                say(
                    "Nobody has reported that {switch} has closed: ask for its position first, and record it.",
                    switch=title(each["closes"]),
                )
            )
    for text in _summary(found["summary"], now):
        output.emit(text)
    if found["takenSince"]:
        output.sentence(
            say(
                "Hit by what was operated since: {names}",
                names=titles([each["customer"] for each in found["takenSince"]]),
            )
        )
    if found["takenSinceAreas"]["count"]:
        areas = f"{found['takenSinceAreas']['count']:,}"
        output.sentence(say("Public areas dark by what was operated since: {count}", count=areas))
    customers = found["customers"]
    if not customers["totalCount"]:
        output.emit(_nobody(found))
        return
    rows = (_row(each, now, place) for place, each in enumerate(customers["nodes"], 1))
    call, number = say("call"), "#"
    heads = (number, say("customer"), say("supply"), say("deadline"), call, say("notes"))
    about = say("Affected customers, most urgent first")
    output.emit(output.table(about, *heads, rows=rows, numbers=[number], whole=[number, call]))
    left = customers["totalCount"] - len(customers["nodes"])
    if left > 0:
        output.notice(say("{count} more are not shown: --limit, or --json for all.", count=f"{left:,}"))


def _without_supply(customers: list[Answer]) -> Sentence:
    """That listed customers are in no answer as nobody recorded their supply, with the first of them."""
    return say(
        "Of {count} customer listed as important no supply is recorded, so that it is not counted here, hit or not: "
        "{names}",
        many="Of {count} customers listed as important no supply is recorded, so that they are not counted here, hit "
        "or not: {names}",
        count=len(customers),
        names=titles(customers[:_SHOWN]) + ("…" if len(customers) > _SHOWN else ""),
    )


def dead_before(found: list[dict[str, Any]]) -> Iterator[Sentence]:
    """Which of the things asked about were dead before, since when and by whom."""
    for each in found:
        name = title(each["thing"])
        if each["outOfService"]:
            yield say("{name} was out of service before: {things}", name=name, things=titles(each["outOfService"]))
        elif each["noSource"]:
            yield say("No source (上级电源) is known for {name}: who is hit behind it cannot be told.", name=name)
        elif each["cutOffBy"]:
            yield say(
                "{name} was dead before: {switches}", name=name, switches="; ".join(map(_operated, each["cutOffBy"]))
            )
        else:
            yield say("{name} was dead before.", name=name)


def _operated(act: Answer) -> str:
    """Which switch stands how since when, by whom."""
    said = " ".join(filter(None, (act["by"], act["source"])))
    if act["at"] is None:
        return text_of(say("{switch} stood open, since when is not recorded", switch=title(act["switch"])))
    since = local_minute(read_time(act["at"]))
    stood = say("{switch} stood open since {since}", switch=title(act["switch"]), since=since)
    return f"{text_of(stood)} ({said})" if said else text_of(stood)


def _is_uncleared(found: Answer) -> bool:
    """Whether somebody is dark by a fault, and it is not said what opened."""
    told = (found["takenAsFed"], found["placeUnknown"], found["deadBefore"], found["mayHaveTripped"])
    is_dark = found["customers"]["totalCount"] or any(dark_lines(found["summary"]))
    return found["cause"] == "FAULTED" and bool(is_dark) and not any(told)


def _nobody(found: Answer) -> Text:
    if found["mayHaveTripped"]:
        return Text(text_of(say("No further customer is affected; see the warning.")), "yellow")
    if any(dark_lines(found["summary"])):
        return Text(text_of(say("None of them is a customer on record.")), "yellow")
    return Text(text_of(say("No customer is affected.")), "green")


def dark_lines(summary: Answer) -> Iterator[Sentence]:
    """Who is dark and is no customer on record: public areas, other loads; nothing where nobody is."""
    areas, others = summary["areas"], summary["otherLoads"]
    if areas["count"]:
        yield say(
            "Public areas dark: {count} ({households} households, {kw} kW)",
            count=f"{areas['count']:,}",
            households=f"{areas['households']:,}",
            kw=f"{areas['kw']:,.0f}",
        )
    if others["count"]:
        yield say(
            "{count} load, {kw} kW dark",
            many="{count} loads, {kw} kW dark",
            count=others["count"],
            kw=f"{others['kw']:,.0f}",
        )


def _summary(summary: Answer, now: datetime) -> Iterator[Text]:
    yield from _customers(summary)
    yield from (Text(text_of(line)) for line in dark_lines(summary))
    if summary["lostKw"] or summary["kwUnknown"]:
        lost = text_of(say("Lost load: {kw} kW", kw=f"{summary['lostKw']:,.0f}"))
        unknown = summary["kwUnknown"]
        yield Text(lost + (text_of(say(" (unknown for {count})", count=f"{unknown:,}")) if unknown else ""))
    if summary["stations"]:
        yield Text(output.visible(text_of(say("Substations without supply: {s}", s=titles(summary["stations"])))))
    if summary["feeders"]:
        yield Text(output.visible(text_of(say("On feeders: {feeders}", feeders=titles(summary["feeders"])))))
    if summary["mostUrgent"] is not None:
        who, due = title(summary["mostUrgentCustomer"]), deadline(summary["mostUrgent"], now)
        yield Text(output.visible(text_of(say("Most urgent: {who}, {due}", who=who, due=due))), "bold red")


def _customers(summary: Answer) -> Iterator[Text]:
    if not summary["totalCount"]:
        return
    states = [
        (f"{text_of(STATES[each['state']])} {each['count']:,}", STYLES[each["state"]])
        for each in summary["customers"]
        if each["count"]
    ]
    yield Text.assemble(text_of(say("Customers {count}: ", count=f"{summary['totalCount']:,}")), *_joined(states))
    yield from _since_the_loss(summary)
    classes = [
        f"{label(Importance, each['importance'])} {each['count']:,}"
        for each in summary["byImportance"]
        if each["count"]
    ]
    yield Text(text_of(say("Classes: {classes}", classes=" · ".join(classes))))


def _since_the_loss(summary: Answer) -> Iterator[Text]:
    """What the event did and how many are back, where anybody has acted since."""
    lost = summary["atLoss"]
    if (lost["lostKw"], lost["customers"]) == (summary["lostKw"], summary["customers"]):
        return
    states = " · ".join(
        f"{text_of(STATES[each['state']])} {each['count']:,}" for each in lost["customers"] if each["count"]
    )
    yield Text(text_of(say("At the loss: {states}, {kw} kW", states=states, kw=f"{lost['lostKw']:,.0f}")))
    back, kw = summary["backCount"], max(lost["lostKw"] - summary["lostKw"], 0.0)
    yield Text(text_of(say("Back since: {count} customers, {kw} kW", count=f"{back:,}", kw=f"{kw:,.0f}")), "green")


def _joined(parts: list[tuple[str, str]]) -> list[str | tuple[str, str]]:
    return [piece for part in parts for piece in (part, " · ")][:-1]


def _row(each: Answer, now: datetime, place: int) -> tuple[object, ...]:
    customer, fed = each["customer"], each["loadsFed"]
    due = each["mostUrgent"]
    return (
        place,
        f"{title(customer)}\n{label(Importance, customer['importance'])}",
        Text.assemble(_state(each), "\n", (text_of(FED[fed]), STYLES[fed])),
        "" if due is None else deadline(due, now, "\n"),
        _call_first(each["callFirst"]),
        "\n".join(map(text_of, notes(each))),
    )


def _state(each: Answer) -> tuple[str, str]:
    if each["faultInside"]:
        return text_of(FAULT_INSIDE), STYLES[each["loadsFed"]]
    return text_of(STATES[each["state"]]), STYLES[each["state"]]


def _call_first(row: Answer | None) -> Text:
    if row is None:
        return Text(text_of(say("nobody")), "bold red")
    who = row["person"] or row["group"]
    number = "" if row["number"] is None else spoken(row["number"]["value"])
    return Text(output.visible(f"{title(who) if who else ''}\n{number}"))


def deadline(due: Answer, now: datetime, then: str = " ") -> str:
    """The time on the clock, how long that is from now, and the load; `then` goes between."""
    until = read_time(due["deadline"])
    clock = clock_time(until, now)
    left = then if len(clock) > len("00:00") else " "
    return f"{clock}{left}({text_of(time_left(until, now))}){then}{title(due['load'])}"


def notes(each: Answer) -> Iterator[str]:
    """What to know and do about an affected customer, in a line each."""
    if each["back"]:
        switches = titles(each["restoredBy"])
        yield say("back, by {switches}", switches=switches) if switches else say("back")
    if each["before"] != "NORMAL":
        yield say("before: {state}", state=STATES[each["before"]])
    if each["limitsNotRecorded"]:
        yield say("urgent, limit not recorded: {loads}", loads=titles(each["limitsNotRecorded"]))
    waits = each["awaitingTransfer"]
    if waits is not None:
        opens, closes = waits["opens"] + waits["suppliesOpened"], waits["switches"] + waits["suppliesClosed"]
        doer = label(ResponsibilityRole, waits["doer"])
        if opens and not closes:
            yield say("transfer by hand: open {opens} ({doer})", opens=titles(opens), doer=doer)
        elif opens:
            yield say(
                "transfer by hand: open {opens}, then close {closes} ({doer})",
                opens=titles(opens),
                closes=titles(closes),
                doer=doer,
            )
        else:
            yield say("transfer by hand: {switches} ({doer})", switches=titles(closes or waits["supplies"]), doer=doer)
    for transfer in (point["transfer"] for point in each["receivingPoints"]):
        if transfer is not None and transfer["automatic"]:
            seconds = transfer["seconds"]
            yield (
                say("automatic transfer")
                if seconds is None
                else say("automatic transfer {seconds} s", seconds=f"{seconds:g}")
            )
    yield from _own_sources(each)
    if each["withoutInterlock"]:
        yield say("no interlock, mind back-feed: {things}", things=titles(each["withoutInterlock"]))
    if each["released"]:
        yield say("live, but released: the electrician closes {supplies}", supplies=titles(each["released"]))
    live = sum(len(point["liveSources"]) for point in each["receivingPoints"])
    if each["singlePoint"] is not None and live > 1:
        yield say("all supplies hang on one element: {name}", name=title(each["singlePoint"]))
    if each["planUnapproved"]:
        yield say("plan not approved: no procedure counts")
    if each["placeUnknown"]:
        yield say("if it hangs there on {feeders}: its place is not recorded", feeders=titles(each["placeUnknown"]))
    if each["dependsOn"]:
        yield say("depends on {switches} (position unknown)", switches=titles(each["dependsOn"]))


def _own_sources(each: Answer) -> Iterator[str]:
    """Which loads the customer's own sources bridge, and which sources are not to be relied on, by reason."""
    bridged = {own["load"]["id"]: own["load"] for own in each["ownSources"] if own["counts"]}
    if bridged:
        yield say("on its own source: {loads}", loads=titles(bridged.values()))
    elif each["onEmergencySource"]:
        yield say("on its own source")
    not_counted: dict[str, dict[str, Answer]] = {}
    for own in each["ownSources"]:
        if not own["counts"]:
            not_counted.setdefault(own["verdict"], {})[own["source"]["id"]] = own["source"]
    for verdict, sources in not_counted.items():
        yield say("{why}: {sources}", why=OWN_SOURCES[verdict], sources=titles(sources.values()))
