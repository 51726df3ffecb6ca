"""Plans of switching as tables for people, made of the answer that machines get."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.text import Text

from graph_api.cli import output
from graph_api.cli.names import called, title, titles
from graph_api.cli.restoration import times
from graph_api.cli.times import minute_asked, read_time
from schema.words import current, say, text_of

Answer = Mapping[str, Any]
OBJECTIVES = {
    "MOST_IMPORTANT": say("the most important customers first"),
    "MOST_POWER": say("most power"),
    "FEWEST_OPERATIONS": say("fewest operations"),
}
STYLES = {"OPEN": "bold yellow"}
FEEDS = "bold green"
"""Colour of a step that feeds."""
SHOWN_CUSTOMERS = 3
"""Customers named of those that a step feeds again."""
SHOWN_CUT, SHOWN_BOUNDS = 3, 4
"""Pieces named of what is cut out, and switches of its border where there are more."""


def show(plan: Answer) -> None:
    """Print a plan step by step, whom it leaves out, and what other plans would come to."""
    heading = say(
        "{things}: plan, {objective} · {at} · revision {revision}",
        things=titles(plan["equipment"]),
        objective=OBJECTIVES[plan["objective"]],
        at=minute_asked(read_time(plan["starts"]), None),
        revision=plan["revision"],
    )
    output.emit(Text(output.visible(text_of(heading)), "bold"))
    if any(each["kind"] == "FEEDER" for each in plan["equipment"]):
        assumed = say(
            "A feeder as a whole is taken to be faulty right behind its head. Where the fault is known to be elsewhere "
            "this plan is wrong: name the faulty equipment."
        )
        output.emit(Text(text_of(assumed), "bold yellow"))
    for counted in _counts(plan):
        output.sentence(counted)
    number, when, who, kw = "#", say("min"), say("done by"), "kW"
    rows = ((order, _minutes(each), *rest) for each in plan["steps"] for order, *rest in [_row(each)])
    heads = (number, when, say("step"), who, kw)
    whole = [number, when, kw]
    output.emit(output.table(say("Steps, in order"), *heads, rows=rows, numbers=[number, kw], whole=whole))
    times.show(plan["accounts"])
    output.emit(Text(output.visible(text_of(_cut(plan)))))
    if plan["stillOut"]:
        output.emit(_still_out(plan["stillOut"]))
    for text in _limits(plan["limits"]):
        output.emit(Text(output.visible(text), "yellow"))
    if plan["afterRepair"]:
        output.emit(_after_repair(plan["afterRepair"]))
    for choice in plan["choices"]:
        _choice(choice)
    for other in plan["alternatives"]:
        output.sentence(say("Instead, {objective} (--json shows its steps):", objective=OBJECTIVES[other["objective"]]))
        for counted in _counts(other):
            output.sentence("  " + counted)
        if _counts(other) == _counts(plan):
            output.sentence("  " + text_of(say("The same in number: the order of steps and who is back first differ.")))


def _cut(plan: Answer) -> str:
    """What is cut out: by name where that is little, else what is faulty of it and between which switches."""
    plant = [each for each in plan["cutOut"] if each["kind"] != "CONNECTIVITY_NODE"]
    pieces = [each for each in plant if each["name"]] or plant or plan["cutOut"]
    if len(pieces) <= SHOWN_CUT:
        return say("Cut out until repaired: {things}", things=titles(pieces))
    faulty = {each["id"] for each in plan["equipment"]}
    first = sorted(pieces, key=lambda each: each["id"] not in faulty)[:1]
    bounds = plan["boundedBy"]
    more = f" +{len(bounds) - SHOWN_BOUNDS:,}" if len(bounds) > SHOWN_BOUNDS else ""
    return say(
        "Cut out until repaired: {things} and {count} more (--json names them), between {devices}",
        things=titles(first),
        count=len(pieces) - 1,
        devices=titles(bounds[:SHOWN_BOUNDS]) + more,
    )


def _choice(choice: Answer) -> None:
    """What the plan does not do by itself, for who may decide it: whom it switches off first of all."""
    heading = say(
        "Not in the plan, the dispatcher on duty decides: {tie} closed without voltage. Off for {minutes} min: {off}. "
        "Back after {after} min: {back}.",
        tie=title(choice["tie"]),
        minutes=f"{choice['interruptedMin']:.0f}",
        off=_share(choice["interrupted"]),
        after=f"{choice['minutes']:.0f}",
        back=_share(choice["restored"]),
    )
    output.emit(Text(output.visible(text_of(heading)), "bold yellow"))
    number, when = "#", say("min")
    cells = [_row(each) for each in choice["steps"]]
    rows = [(order, _minutes(each), *rest[:-1]) for each, (order, *rest) in zip(choice["steps"], cells, strict=True)]
    heads = (number, when, say("step"), say("done by"))
    output.emit(
        output.table(say("After the plan, in order"), *heads, rows=rows, numbers=[number], whole=[number, when])
    )


def _share(share: Answer) -> str:
    return say(
        "{customers} customers, {areas} areas ({households} households), {kw} kW",
        customers=f"{len(share['customers']):,}",
        areas=f"{len(share['areas']):,}",
        households=f"{share['households']:,}",
        kw=f"{share['kw']:,.0f}",
    )


def _counts(plan: Answer) -> list[str]:
    """What it takes, and what it gives, in a line each; public areas counted apart from customers."""
    areas = sum(len(each["areas"]) for each in plan["steps"])
    out = sum(each["thing"]["kind"] == "CUSTOMER" for each in plan["stillOut"])
    takes = say(
        "{operations} operations in the grid, {own} at customers",
        operations=plan["operations"],
        own=plan["customerOperations"],
    )
    gives = say(
        "back: {customers} customers, {areas} areas, {kw} kW · still out: {out} customers, {out_areas} areas",
        customers=f"{plan['restoredCount']:,}",
        areas=f"{areas:,}",
        kw=f"{plan['kw']:,.0f}",
        out=f"{out:,}",
        out_areas=f"{len(plan['stillOut']) - out:,}",
    )
    return [text_of(takes), text_of(gives)]


def _row(step: Answer) -> tuple[object, ...]:
    lines = [(output.visible(step["text"]), STYLES.get(step["action"], FEEDS))]
    if step["restored"]:
        lines.append((output.visible("\n  " + text_of(_back(step["restored"]))), ""))
    if step.get("withoutInterlock"):
        warning = say("no interlock: {things}", things=titles(step["withoutInterlock"]))
        lines.append((output.visible("\n  " + text_of(warning)), "bold red"))
    kw = f"{step['kw']:,.0f}" if step["kw"] else ""
    return step["order"], Text.assemble(*lines), called(step["doer"], step["doneBy"]), kw


def _minutes(step: Answer) -> str:
    return f"{step['startMin']:.0f}-{step['endMin']:.0f}"


def _after_repair(steps: list[Answer]) -> Any:
    """The way back to normal: who does what in which order, and when, from the repair on."""
    number, when, kw = "#", say("min"), "kW"
    heads = (number, when, say("step"), say("done by"), kw)
    title_of = say("Once it is repaired: back to normal")
    cells = [_row(each) for each in steps]
    rows = [(order, _minutes(each), *rest) for each, (order, *rest) in zip(steps, cells, strict=True)]
    return output.table(title_of, *heads, rows=rows, numbers=[number, kw], whole=[number, when, kw])


def _back(customers: list[Answer]) -> str:
    more = f" +{len(customers) - SHOWN_CUSTOMERS:,}" if len(customers) > SHOWN_CUSTOMERS else ""
    return say("back: {customers}", customers=titles(customers[:SHOWN_CUSTOMERS]) + more)


def _limits(codes: Sequence[str]) -> Iterator[str]:
    """What of a plan was not gone through one by one."""
    from graph_api.services.restoration.wording import PlanLimit  # which only a plan has to wait for

    for limit in map(PlanLimit.of, codes):
        yield text_of(say("Not exhaustive: {limit}.", limit=limit.label(current())))


def _still_out(left: list[Answer]) -> Any:
    """Whom it leaves out, those with one reason together; public areas counted apart."""
    by_reason: dict[str, list[Answer]] = {}
    for each in left:
        by_reason.setdefault(each["text"], []).append(each["thing"])
    customers, areas = say("customers"), say("areas")
    rows = []
    for reason, things in by_reason.items():
        count = sum(each["kind"] == "CUSTOMER" for each in things)
        rows.append((reason, f"{count:,}", f"{len(things) - count:,}", _some([*map(title, things)])))
    counts = [customers, areas]
    return output.table(
        say("Still out"), say("why"), customers, areas, say("names"), rows=rows, numbers=counts, whole=counts
    )


def _some(names: list[str]) -> str:
    more = len(names) - output.LISTED
    rest = f", {text_of(say('and {count} more (--json shows them)', count=f'{more:,}'))}" if more > 0 else ""
    return ", ".join(names[: output.LISTED]) + rest
