"""Weak spots as tables for people, made of the answers that machines get."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from graph_api.cli import output
from graph_api.cli.labels import word
from graph_api.cli.names import title
from schema.words import say, text_of

Answer = Mapping[str, Any]
RISKS = {
    "SINGLE_POINT": say("single point of several supplies"),
    "SHARED_PROTECTION": say("one fault trips all supplies"),
    "COMMON_CAUSE": say("common cause"),
    "CLASS_MISMATCH": say("supply below its class"),
    "NO_INTERLOCK": say("no interlock"),
}
"""Kinds of risk."""
DEMANDS = {
    "SUPPLIES": say("supplies in service"),
    "STATIONS": say("substations that feed it"),
    "EMERGENCY_SHARE": say("own emergency power to security load"),
    "BRIDGED_IN_TIME": say("security loads fed again in time"),
}
"""What a rule asks of a supply."""
SHARES = ("EMERGENCY_SHARE", "BRIDGED_IN_TIME")
"""Demands that are shares, shown in percent."""
CLASSES = {
    "SPECIAL": say("special class"),
    "FIRST": say("first class"),
    "SECOND": say("second class"),
    "TEMPORARY": say("temporary class"),
    "ORDINARY": say("ordinary"),
}
"""Importance classes in a word."""
UNVERIFIED = "(K)"
"""Mark of a rule that is common knowledge of the field."""
NAMED = 3
"""Things that a row names."""


def show_risks(found: Answer) -> None:
    """Print supply risks."""
    page = found["supplyRisks"]
    rows = (_risk_row(each) for each in page["nodes"])
    about = say("{count} supply risk", many="{count} supply risks", count=page["totalCount"])
    heads = (say("customer"), say("receiving point"), say("weakness"), say("what it hangs on"))
    output.emit(output.table(about, *heads, rows=rows))
    _say_what_is_left(page)


def _risk_row(risk: Answer) -> tuple[object, ...]:
    customer, point = risk["customer"], title(risk["receivingPoint"])
    what = _some(risk["things"], risk["thingCount"]) if risk["demand"] is None else demand(risk)
    named = f"{title(customer)}\n{word(CLASSES, customer['importance'])}"
    return named, point.removeprefix(title(customer)) or point, word(RISKS, risk["kind"]), what


def demand(risk: Answer) -> str:
    """What a rule asks for, how much there is against what there must be, and who says so."""
    code = risk["demand"]
    has, least = (_amount(code, risk[name]) for name in ("found", "required"))
    return f"{word(DEMANDS, code)}:\n{has} < {least}\n({_rule(risk['source'])})"


def _amount(code: str, value: float) -> str:
    return f"{value:.0%}" if code in SHARES else f"{value:.3g}"


def _rule(source: str) -> str:
    """Who makes a rule, without its words, and whether they were not verified against the clause."""
    by, _, words = source.partition(":")
    maker = text_of(say("practice")) if by == "practice" else by
    return text_of(say("{source}, clause not verified", source=maker)) if UNVERIFIED in words else maker


def show_sweep(found: Answer) -> None:
    """Print single faults, worst first."""
    page, size = found["contingencies"], found["screening"]
    output.sentence(
        say(
            "{swept} single faults considered, {harmless} of them cost nothing",
            swept=f"{size['swept']:,}",
            harmless=f"{size['harmless']:,}",
        )
    )
    number, degraded, areas, power = "#", say("hit otherwise"), say("areas"), say("lost kW")
    heads = (number, say("fault on"), say("trips"), say("customers lost"), degraded, areas, power)
    rows = (_fault_row(each) for each in page["nodes"])
    about = say("Single faults by outcome, worst first")
    whole, numbers = [number, power], [number, degraded, areas, power]
    output.emit(output.table(about, *heads, rows=rows, numbers=numbers, whole=whole))
    _say_what_is_left(page)


def _fault_row(fault: Answer) -> tuple[object, ...]:
    where = _some(fault["equipment"], fault["equipmentCount"])
    trips = _some(fault["trips"], len(fault["trips"]))
    return (
        fault["rank"],
        where,
        trips,
        _by_class(fault["lost"]),
        fault["degradedCount"] or "",
        _unnamed(fault),
        f"{fault['lostKw']:,.0f}",
    )


def _unnamed(fault: Answer) -> str:
    """Public areas with their households, then other loads."""
    areas, others = fault["areas"], fault["otherLoads"]
    households = say("{count} areas\n{households} households", count=areas["count"], households=areas["households"])
    loads = say("{count} load", many="{count} loads", count=others["count"])
    return "\n".join(text_of(line) for line, each in ((households, areas), (loads, others)) if each["count"])


def show_pairs(found: Answer) -> None:
    """Print pairs per receiving point."""
    page = found["cutPairs"]
    output.sentence(
        say(
            "{count} receiving point with several live supplies and no single point",
            many="{count} receiving points with several live supplies and no single point",
            count=page["totalCount"],
        )
    )
    for point in page["nodes"]:
        about = say(
            "{customer}: {count} pairs cut it off ({examined} of {relevant} pieces on its supply paths examined)",
            customer=title(point["customer"]),
            count=f"{point['pairCount']:,}",
            examined=f"{point['examined']:,}",
            relevant=f"{point['relevant']:,}",
        )
        rows = ((title(pair["one"]), title(pair["other"])) for pair in point["pairs"])
        output.emit(output.table(about, say("one piece"), say("and the other"), rows=rows))
        _left(point["pairCount"], len(point["pairs"]))


def show_ties(found: Answer) -> None:
    """Print ties, the one worth most first."""
    page = found["tieWorths"]
    number, power = say("faults"), say("kW")
    heads = (say("tie"), number, say("customers without supply"), power)
    rows = (
        (title(each["tie"]), each["faults"], _by_class(each["lost"]), f"{each['lostKw']:,.0f}")
        for each in page["nodes"]
    )
    about = say("What would stay without supply if the tie were not there, over all single faults")
    output.emit(output.table(about, *heads, rows=rows, numbers=[number, power], whole=[power]))
    _say_what_is_left(page)


def _by_class(counts: Iterable[Answer]) -> str:
    return "\n".join(f"{word(CLASSES, each['importance'])} {each['count']:,}" for each in counts)


def _some(things: Sequence[Answer], count: int) -> str:
    more = f" +{count - NAMED:,}" if count > NAMED else ""
    return "\n".join(map(title, things[:NAMED])) + more


def _say_what_is_left(page: Answer) -> None:
    _left(page["totalCount"], len(page["nodes"]))


def _left(total: int, shown: int) -> None:
    if total > shown:
        output.notice(
            say(
                "{count} more are not shown: --first {total}, or --json for all.",
                count=f"{total - shown:,}",
                total=total,
            )
        )
