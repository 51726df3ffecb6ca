"""Plans of switching as tables for people, made of the answer that machines get."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.text import Text

from graph_api.cli import output
from graph_api.cli.names import called, title, titles
from graph_api.cli.times import local_minute, read_time
from schema.words import say, text_of

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


def show(plan: Answer) -> None:
    """Print a plan step by step, whom it leaves out, and what other plans would come to."""
    heading = say(
        "{things}: plan, {objective} · {at} · revision {revision}",
        things=titles(plan["equipment"]),
        objective=OBJECTIVES[plan["objective"]],
        at=local_minute(read_time(plan["starts"])),
        revision=plan["revision"],
    )
    output.emit(Text(output.visible(text_of(heading)), "bold"))
    if any(each["kind"] == "FEEDER" for each in plan["equipment"]):
        assumed = say(
            "A feeder as a whole is taken to be faulty right behind its head. Where the fault is known to be elsewhere "
            "this plan is wrong: name the faulty equipment."
        )
        output.emit(Text(text_of(assumed), "bold yellow"))
    output.line(_counts(plan))
    number, when, who, kw = "#", say("min"), say("done by"), "kW"
    rows = (_row(each) for each in plan["steps"])
    heads = (number, when, say("step"), who, kw)
    whole = [number, when, kw]
    output.emit(output.table(say("Steps, in order"), *heads, rows=rows, numbers=[number, kw], whole=whole))
    named = [each for each in plan["cutOut"] if each["name"]]
    cut = say("Cut out until repaired: {things}", things=titles(named or plan["cutOut"]))
    output.emit(Text(output.visible(text_of(cut))))
    if plan["stillOut"]:
        output.emit(_still_out(plan["stillOut"]))
    for other in plan["alternatives"]:
        output.line(say("Instead, {objective} (--json shows its steps):", objective=OBJECTIVES[other["objective"]]))
        output.line("  " + text_of(_counts(other)))
        if _counts(other) == _counts(plan):
            output.line("  " + text_of(say("The same in number: the order of steps and who is back first differ.")))


def _counts(plan: Answer) -> str:
    return say(
        "{operations} operations · {customers} customers back · {kw} kW · {out} still out",
        operations=plan["operations"],
        customers=f"{plan['restoredCount']:,}",
        kw=f"{plan['kw']:,.0f}",
        out=f"{len(plan['stillOut']):,}",
    )


def _row(step: Answer) -> tuple[object, ...]:
    lines = [(output.visible(step["text"]), STYLES.get(step["action"], FEEDS))]
    if step["restored"]:
        lines.append((output.visible("\n  " + text_of(_back(step["restored"]))), ""))
    if step["withoutInterlock"]:
        warning = say("no interlock: {things}", things=titles(step["withoutInterlock"]))
        lines.append((output.visible("\n  " + text_of(warning)), "bold red"))
    return (
        step["order"],
        f"{step['startMin']:.0f}-{step['endMin']:.0f}",
        Text.assemble(*lines),
        called(step["doer"], step["doneBy"]),
        f"{step['kw']:,.0f}" if step["kw"] else "",
    )


def _back(customers: list[Answer]) -> str:
    more = f" +{len(customers) - SHOWN_CUSTOMERS:,}" if len(customers) > SHOWN_CUSTOMERS else ""
    return say("back: {customers}", customers=titles(customers[:SHOWN_CUSTOMERS]) + more)


def _still_out(left: list[Answer]) -> Any:
    """Whom it leaves out, those with one reason together."""
    by_reason: dict[str, list[str]] = {}
    for each in left:
        by_reason.setdefault(each["text"], []).append(title(each["thing"]))
    count = say("customers")
    rows = [(reason, f"{len(names):,}", _some(names)) for reason, names in by_reason.items()]
    return output.table(say("Still out"), say("why"), count, say("names"), rows=rows, numbers=[count], whole=[count])


def _some(names: list[str]) -> str:
    more = len(names) - output.LISTED
    rest = f", {text_of(say('and {count} more (--json shows them)', count=f'{more:,}'))}" if more > 0 else ""
    return ", ".join(names[: output.LISTED]) + rest
