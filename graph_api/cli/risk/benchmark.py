"""`baodian benchmark`: published test systems, worked out with our own answers, to compare with the literature."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from pathlib import Path
from typing import Annotated, Any

import typer

from graph_api.benchmarks.esb_e11 import read_esb_e11
from graph_api.benchmarks.rbts import TestSystem, read_rbts
from graph_api.cli import output
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.snapshot import Snapshot
from graph_api.services.location import Evidence, locate
from graph_api.services.risk.reliability import Failure, SystemIndices, reliability
from schema.vocabulary import EvidenceKind

TRANSFORMER_PER_YEAR = 0.015
"""Failures a year of an 11/0.415 kV transformer (Allan et al. 1991, table 2)."""
TRANSFORMER_REPAIR_H = 200.0
"""Hours to repair one (the same table); replacing it by a spare takes 10."""
SWITCHING_H = 1.0

DataArgument = Annotated[Path, typer.Argument(help="Folder with the tables bus2_*.csv and bus4_*.csv.")]


def rbts(
    data: DataArgument,
    transformer_hours: Annotated[
        float, typer.Option("--transformer-hours", help="Hours until a failed transformer is back; 10 with spares.")
    ] = TRANSFORMER_REPAIR_H,
    ties: Annotated[bool, typer.Option("--ties/--no-ties", help="Whether load is transferred over open ties.")] = True,
    points: Annotated[bool, typer.Option("--points", help="Show every load point, too.")] = False,
    as_json: output.JsonOption = False,
) -> None:
    """RBTS Bus 2 and Bus 4: SAIFI, SAIDI, CAIDI, ASAI and ENS from faults, isolation and restoration.

    Case A of Allan, Billinton et al. (1991): fuses in the laterals, disconnectors, alternative supply, transformers
    repaired; switching takes 1 hour. --transformer-hours 10 gives the cases with spare transformers, --no-ties those
    without alternative supply.
    """
    found = {bus: _indices(read_rbts(data, bus), transformer_hours, ties=ties) for bus in (2, 4)}
    if as_json:
        output.emit_json({f"bus{bus}": _facts(model, each) for bus, (model, each) in found.items()})
        return
    rows = [
        (f"RBTS Bus {bus}", *(f"{value:.3f}" for value in (each.saifi, each.saidi, each.caidi)), f"{each.asai:.6f}",
         f"{each.ens_mwh:.3f}")
        for bus, (_, each) in found.items()
    ]  # fmt: skip
    heads = ("system", "SAIFI 1/yr", "SAIDI h/yr", "CAIDI h", "ASAI", "ENS MWh/yr")
    output.emit(output.table("System indices 系统可靠性指标", *heads, rows=rows, numbers=heads[1:]))
    if points:
        for bus, (model, each) in found.items():
            output.emit(_point_table(bus, model, each))
    output.notice(
        "Assumed: one fault at a time; selective protection; "
        f"transformers fail {TRANSFORMER_PER_YEAR} a year and are back after {transformer_hours:g} h; "
        f"{'ties carry all they are asked to' if ties else 'no transfer over ties'}."
    )


def _indices(system: TestSystem, transformer_hours: float, *, ties: bool) -> tuple[ReadModel, SystemIndices]:
    graph = Snapshot.of(system.graph.entities, system.graph.relationships)
    failures = [
        Failure(
            element=graph.index(each.id), per_year=each.per_year, repair_h=each.repair_h, switching_h=each.switching_h
        )
        for each in system.failures
    ]
    failures += [
        Failure(
            element=graph.index(each),
            per_year=TRANSFORMER_PER_YEAR,
            repair_h=transformer_hours,
            switching_h=SWITCHING_H,
        )
        for each in system.transformers
    ]
    model = ReadModel.build(graph)
    return model, reliability(model, failures, ties=ties)


def _point_table(bus: int, model: ReadModel, found: SystemIndices) -> Any:
    rows = [
        (model.graph.id(each.load_point), each.customers, f"{each.per_year:.3f}", f"{each.hours_each:.2f}",
         f"{each.hours_a_year:.3f}")
        for each in sorted(found.load_points, key=lambda each: _number(model.graph.id(each.load_point)))
    ]  # fmt: skip
    heads = ("load point", "customers", "failures/yr", "hours each", "hours/yr")
    return output.table(f"RBTS Bus {bus}: load points", *heads, rows=rows, numbers=heads[1:])


def _number(name: str) -> int:
    return int("".join(filter(str.isdigit, name)) or 0)


def _facts(model: ReadModel, found: SystemIndices) -> dict[str, Any]:
    return {
        "saifi": found.saifi,
        "saidi": found.saidi,
        "caidi": found.caidi,
        "asai": found.asai,
        "ensMwh": found.ens_mwh,
        "loadPoints": [
            {
                "id": model.graph.id(each.load_point),
                "customers": each.customers,
                "perYear": each.per_year,
                "hoursEach": each.hours_each,
                "hoursAYear": each.hours_a_year,
            }
            for each in found.load_points
        ],
    }


def esb_e11(
    data: Annotated[Path, typer.Argument(help="Folder with cim/ and data/ as published.")],
    every: Annotated[bool, typer.Option("--all", help="Show all patterns, explicable or not.")] = False,
    as_json: output.JsonOption = False,
) -> None:
    """ESB E11, a real 20 kV feeder: where is the fault, for every pattern of its six addressable devices.

    A switch signals when fault current passed and its supply was lost (its indicator resets while there is voltage); a
    recloser when it tripped. Patterns that no single fault gives say so: some device misreports.
    """
    feeder = read_esb_e11(data)
    model = ReadModel.build(Snapshot.of(feeder.graph.entities, feeder.graph.relationships))
    named = {tuple(sorted(case.devices)): case.name for case in feeder.cases}
    found = [
        (named.get(tuple(sorted(pattern)), ""), _located(model, feeder.addressable, pattern))
        for size in range(len(feeder.addressable) + 1)
        for pattern in combinations(feeder.addressable, size)
    ]
    if as_json:
        output.emit_json([{"case": case, **asdict(each)} for case, each in found])
        return
    shown = [(case, each) for case, each in found if every or case or each.verdict == ONE_FAULT]
    heads = ("case", "signalled by", "verdict", "between", "metres of line", "from the station m", "probability")
    rows = [
        (case, ", ".join(each.pattern) or "(none)", each.verdict, ", ".join(each.between), f"{each.length_m:,.0f}",
         f"{each.from_m:,.0f}-{each.to_m:,.0f}", f"{each.probability:.1%}")
        for case, each in shown
    ]  # fmt: skip
    output.emit(output.table("ESB E11: where is the fault", *heads, rows=rows, numbers=heads[4:]))
    counts = Counter(each.verdict for _, each in found)
    output.notice(", ".join(f"{count} patterns: {verdict}" for verdict, count in counts.most_common()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """What a pattern of signals says: the most probable section, and whether one fault explains the pattern."""

    pattern: tuple[str, ...]
    verdict: str
    between: tuple[str, ...]
    probability: float
    length_m: float
    from_m: float
    to_m: float
    misreports: tuple[str, ...]


ONE_FAULT = "one fault"
REFUSED = "one fault, and a device refused"
MISREPORT = "not explicable by one fault: a device misreports"


def _located(model: ReadModel, devices: Sequence[str], pattern: Sequence[str]) -> Located:
    graph = model.graph
    evidence = []
    for name in devices:
        kind = EvidenceKind.TRIP if name.startswith("R") else EvidenceKind.INDICATOR
        thing = graph.index(name if name.startswith("R") else f"FI:{name}")
        evidence.append(Evidence(kind=kind, things=(thing,), positive=name in pattern, key=name))
    found = locate(model, evidence)
    agreeing = [each for each in found.candidates if not each.evidence_against]
    best = min(agreeing, key=lambda each: (each.refused_devices, each.rank), default=found.candidates[0])
    verdict = MISREPORT if best.evidence_against else REFUSED if best.refused_devices else ONE_FAULT
    addressed: dict[int, str] = {graph.index(name): name for name in devices}
    ends = {index for part in best.sections for index in part.between if index in addressed}
    return Located(
        pattern=tuple(pattern),
        verdict=verdict,
        between=tuple(addressed[index] for index in sorted(ends)),
        probability=best.probability,
        length_m=sum(part.length_metres for part in best.sections),
        from_m=min(part.from_metres for part in best.sections),
        to_m=max(part.to_metres for part in best.sections),
        misreports=tuple(report.key for report in best.evidence_against),
    )
