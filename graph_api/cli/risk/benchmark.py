"""`baodian benchmark`: published test systems, to compare our answers with those of the literature."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graph_api.cli import output
from graph_api.cli.labels import word
from schema.words import say, text_of

if TYPE_CHECKING:
    from graph_api.benchmarks.esb_e11_patterns import LocatedPattern
    from graph_api.benchmarks.rbts_indices import BusIndices


class PaperCase(StrEnum):
    """The cases of the paper as the option takes them."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"
    F = "F"


VERDICTS = {
    "NO_FAULT": say("nothing signalled: no evidence of a fault"),
    "ONE_FAULT": say("one fault"),
    "ONE_FAULT_REFUSED": say("one fault, and a device refused"),
    "MISREPORT": say("not explicable by one fault: a device misreports"),
}
"""What a pattern of signals can come from."""
SHORT = {
    "NO_FAULT": say("no fault"),
    "ONE_FAULT": say("one fault"),
    "ONE_FAULT_REFUSED": say("one, refused"),
    "MISREPORT": say("misreport"),
}
"""The same in a table; below it stands what is meant, with the counts."""


def rbts(
    data: Annotated[Path, typer.Argument(help=say("Folder with the tables bus2_*.csv and bus4_*.csv."))],
    case: Annotated[
        PaperCase,
        typer.Option(
            "--case",
            case_sensitive=False,
            help=say(
                "Case of the paper. A has all; B no fuses, disconnects and ties; C fuses only; D no fuses; E spare "
                "transformers; F disconnects only."
            ),
        ),
    ] = PaperCase.A,
    transformer_hours: Annotated[
        float | None,
        typer.Option(
            "--transformer-hours", help=say("Hours until a failed transformer is back, instead of the case's.")
        ),
    ] = None,
    ties: Annotated[
        bool | None,
        typer.Option(
            "--ties/--no-ties", help=say("Whether load is transferred over open ties, instead of the case's.")
        ),
    ] = None,
    points: Annotated[bool, typer.Option("--points", help=say("Show every load point, too."))] = False,
    as_json: output.JsonOption = False,
) -> None:
    """RBTS Bus 2 and Bus 4."""
    from graph_api.benchmarks.rbts_indices import CASES, TRANSFORMER_PER_YEAR, rbts_indices

    chosen = CASES[case]
    if transformer_hours is not None:
        chosen = replace(chosen, transformer_hours=transformer_hours)
    if ties is not None:
        chosen = replace(chosen, ties=ties)
    found = rbts_indices(data, chosen)
    if as_json:
        output.emit_json({f"bus{each.bus}": _facts(each) for each in found})
        return
    heads = (say("system"), "SAIFI 1/yr", "SAIDI h/yr", "CAIDI h", "ASAI", "ENS MWh/yr")
    about = say("System indices")
    output.emit(output.table(about, *heads, rows=map(_row, found), numbers=heads[1:], whole=heads))
    for each in found if points else ():
        _show_points(each)
    output.notice(
        say(
            "Assumed: one fault at a time; selective protection; {fuses}; {disconnects}; transformers fail {rate} a "
            "year and are back after {hours} h; {ties}.",
            fuses=say("fuses in the laterals") if chosen.fuses else say("no fuses in the laterals"),
            disconnects=say("disconnects") if chosen.disconnects else say("no disconnects"),
            rate=TRANSFORMER_PER_YEAR,
            hours=f"{chosen.transformer_hours:g}",
            ties=say("ties carry all they are asked to") if chosen.ties else say("no transfer over ties"),
        )
    )


def bdgd(
    data: Annotated[list[Path], typer.Argument(help=say("Folder or .gpkg with the tables of a BDGD."))],
    as_json: output.JsonOption = False,
) -> None:
    """DEC and FEC of the feeders of a BDGD."""
    from graph_api.benchmarks.bdgd_indices import bdgd_indices

    found = bdgd_indices(data)
    if as_json:
        feeders = [asdict(each) for each in found.feeders]
        told = {"disconnected": found.disconnected, "withoutFigures": found.without_figures}
        output.emit_json({"feeders": feeders, **told})
        return
    numbers = (say("customers"), "DEC h/yr", "FEC 1/yr")
    none = text_of(say("(none)"))
    rows = (
        (each.id or none, each.name, f"{each.customers:,}", f"{each.dec:.3f}", f"{each.fec:.3f}")
        for each in found.feeders
    )
    about = say("Interruptions by feeder")
    output.emit(output.table(about, say("feeder"), say("name"), *numbers, rows=rows, numbers=numbers))
    output.notice(
        say(
            "From DIC and FIC of every customer and the feeder that the topology gives it. Not counted: {disconnected} "
            "disconnected, {without} without figures.",
            disconnected=f"{found.disconnected:,}",
            without=f"{found.without_figures:,}",
        )
    )


def _row(each: BusIndices) -> tuple[str, ...]:
    times = (f"{value:.3f}" for value in (each.saifi, each.saidi, each.caidi))
    return f"RBTS Bus {each.bus}", *times, f"{each.asai:.6f}", f"{each.ens_mwh:.3f}"


def _show_points(found: BusIndices) -> None:
    rows = (
        (each.id, each.customers, f"{each.per_year:.3f}", f"{each.hours_each:.2f}", f"{each.hours_a_year:.3f}")
        for each in found.load_points
    )
    numbers = (say("customers"), say("failures a year"), say("hours each"), say("hours a year"))
    about = say("RBTS Bus {bus}: load points", bus=found.bus)
    output.emit(output.table(about, say("load point"), *numbers, rows=rows, numbers=numbers))


def _facts(found: BusIndices) -> dict[str, Any]:
    return {
        "saifi": found.saifi,
        "saidi": found.saidi,
        "caidi": found.caidi,
        "asai": found.asai,
        "ensMwh": found.ens_mwh,
        "loadPoints": [
            {
                "id": each.id,
                "customers": each.customers,
                "perYear": each.per_year,
                "hoursEach": each.hours_each,
                "hoursAYear": each.hours_a_year,
            }
            for each in found.load_points
        ],
    }


def esb_e11(
    data: Annotated[Path, typer.Argument(help=say("Folder with cim/ and data/ as published."))],
    every: Annotated[bool, typer.Option("--all", help=say("Show all patterns, explicable or not."))] = False,
    as_json: output.JsonOption = False,
) -> None:
    """ESB E11, a real 20 kV feeder: where is the fault."""
    from graph_api.benchmarks.esb_e11_patterns import Verdict, locate_patterns
    from graph_api.rate_files import load_rates

    found = locate_patterns(data, load_rates(), datetime.now(UTC))
    if as_json:
        output.emit_json(found)
        return
    _show_patterns(each for each in found if every or each.case or each.verdict is Verdict.ONE_FAULT)
    counts = Counter(each.verdict for each in found)
    for verdict, count in counts.most_common():
        counted = say("{count} patterns: {verdict}", count=count, verdict=VERDICTS[verdict])
        output.notice(say("{short} · {counted}", short=SHORT[verdict], counted=counted))


def _show_patterns(found: Iterable[LocatedPattern]) -> None:
    rows = (
        ("\n".join(filter(None, (each.case, word(SHORT, each.verdict)))),
         ", ".join(each.pattern) or text_of(say("(none)")), ", ".join(each.between),
         f"{each.length_m:,.0f}", f"{each.from_m:,.0f}-{each.to_m:,.0f}",
         f"{each.probability:.1%}")
        for each in found
    )  # fmt: skip
    numbers = (say("line m"), say("m from station"), say("probability"))
    verdict = say("case, verdict")
    heads = (verdict, say("signals"), say("between"), *numbers)
    title = say("ESB E11: where is the fault")
    output.emit(output.table(title, *heads, rows=rows, numbers=numbers, whole=[verdict, *numbers]))
