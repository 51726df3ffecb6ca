"""`baodian benchmark`: published test systems, worked out with our own answers, to compare with the literature."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from graph_api.cli import output
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.snapshot import Snapshot
from graph_api.services.reliability import Failure, SystemIndices, reliability
from loaders.benchmarks.rbts import TestSystem, read_rbts

TRANSFORMER_PER_YEAR = 0.015
"""Failures a year of an 11/0.415 kV transformer (Allan et al. 1991, table 2)."""
TRANSFORMER_REPAIR_H = 200.0
"""Hours to repair one (the same table); replacing it by a spare takes 10."""
SWITCHING_H = 1.0

DataArgument = Annotated[Path, typer.Argument(help="Folder with the tables bus2_*.csv and bus4_*.csv.")]

app = typer.Typer(help="Published test systems, to compare our answers with those of the literature.")


@app.command()
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


def register(parent: typer.Typer) -> None:
    """Add the commands."""
    parent.add_typer(app, name="benchmark", rich_help_panel="Plan and compare")
