"""The distribution systems of the RBTS, Bus 2 and Bus 4, from tables of sections, switches and load points.

Allan, Billinton, Sjarief, Goel, So: "A reliability test system for educational purposes - basic distribution system
data and results", IEEE Trans. Power Systems 6(2), 1991.

    from_node ─[breaker or fuse]─[disconnector]─ section ─[disconnector]─ to_node      a lateral ends in
                                                                                       transformer ─ load point
"""

from __future__ import annotations

import csv
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from graph_api.errors import LoadError
from schema.batch import GraphBatch
from schema.entity import Entity
from schema.grid import (
    ACLineSegment,
    Breaker,
    BusbarSection,
    ConnectivityNode,
    Disconnector,
    EnergyConsumer,
    EnergySource,
    Feeder,
    Fuse,
    LoadBreakSwitch,
    PowerTransformer,
)
from schema.relationships import Relationship, RelationshipKind
from schema.vocabulary import SwitchPosition
from schema.words import say

SUBSTATION = "SUB"
_COLUMNS = {
    "sections": {
        "section", "feeder", "from_node", "to_node", "km", "protection", "lambda_per_km_yr", "repair_h", "switch_h",
        "lv_transformer",
    },
    "switches": {"switch", "kind", "section", "node", "normal_state"},
    "loadpoints": {"load_point", "customers", "avg_mw", "feeder"},
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureData:
    """How often equipment fails (a year) and how long it takes to repair it, and to switch around it (hours)."""

    id: str
    per_year: float
    repair_h: float
    switching_h: float


@dataclass(slots=True, kw_only=True)
class TestSystem:
    """A published system: its graph, the failure data of its line sections, and its transformers and load points."""

    __test__ = False  # for pytest: this is no test

    name: str
    graph: GraphBatch = field(default_factory=GraphBatch)
    failures: list[FailureData] = field(default_factory=list)
    transformers: list[str] = field(default_factory=list)
    load_points: list[str] = field(default_factory=list)


def read_rbts(folder: Path, bus: int, *, fuses: bool = True, disconnects: bool = True) -> TestSystem:
    """One bus of the RBTS from its three tables `bus<N>_*.csv`. Raises LoadError for what is missing or no number.

    `fuses` are those of the laterals, `disconnects` those of the main sections; ties are there in any case.
    """
    system = TestSystem(name=f"RBTS Bus {bus}")
    tables = {name: list(_rows(folder / f"bus{bus}_{name}.csv", columns)) for name, columns in _COLUMNS.items()}
    builder = _Builder(system, fuses=fuses, disconnects=disconnects)
    builder.source()
    try:
        for row in tables["sections"]:
            builder.section(row, [each for each in tables["switches"] if each["section"] == row["section"]])
        for row in tables["switches"]:
            if row["kind"] == "tie":
                builder.tie(row)
        loads = {row["load_point"]: row for row in tables["loadpoints"]}
        for name in system.load_points:
            builder.load(name, loads[name])
    except (KeyError, ValueError) as error:
        raise LoadError(
            say("The tables of {name} do not fit together ({error}); export them again.", name=system.name, error=error)
        ) from error
    return system


def _rows(path: Path, columns: set[str]) -> Iterator[dict[str, str]]:
    if not path.is_file():
        raise LoadError(
            say(
                "{file} is missing in {folder}; name the folder that holds the RBTS tables.",
                file=path.name,
                folder=path.parent.name,
            )
        )
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        missing = columns - set(reader.fieldnames or ())
        if missing:
            raise LoadError(say("{file} has no column {columns}.", file=path.name, columns=", ".join(sorted(missing))))
        yield from reader


class _Builder:
    def __init__(self, system: TestSystem, *, fuses: bool, disconnects: bool) -> None:
        self._system = system
        self._fuses = fuses
        self._disconnects = disconnects
        self._made: dict[str, Entity] = {}

    def source(self) -> None:
        """The substation: a source on a bus."""
        self._add(EnergySource(id="SOURCE", name="SOURCE"), SUBSTATION)
        self._add(BusbarSection(id="BUS", name="BUS"), SUBSTATION)

    def section(self, row: dict[str, str], switches: list[dict[str, str]]) -> None:
        """A section with its protection and switches at either end; a lateral goes on to its load point."""
        name, start, end = row["section"], row["from_node"], row["to_node"]
        fitted = [each for each in switches if self._disconnects or each["kind"] != "disconnector"]
        chain: list[Entity] = [_switch(each) for each in fitted if each["node"] == start]
        if self._fuses and row["protection"] == "fuse@from":
            chain.append(Fuse(id=f"FU_{name}", name=f"FU_{name}"))
        chain.append(ACLineSegment(id=name, name=name, length_m=float(row["km"]) * 1000))
        chain += [_switch(each) for each in fitted if each["node"] == end]
        self._feeder(row["feeder"], chain)
        if end.startswith("LP"):
            self._system.load_points.append(end)
            if row["lv_transformer"] == "1":
                chain.append(PowerTransformer(id=f"TR_{end}", name=f"TR_{end}"))
                self._system.transformers.append(f"TR_{end}")
        self._chain(chain, start, end)
        self._system.failures.append(
            FailureData(
                id=name,
                per_year=float(row["lambda_per_km_yr"]) * float(row["km"]),
                repair_h=float(row["repair_h"]),
                switching_h=float(row["switch_h"]),
            )
        )

    def tie(self, row: dict[str, str]) -> None:
        """A tie between two nodes, normally open."""
        one, other = row["node"].split("|")
        tie = LoadBreakSwitch(id=row["switch"], name=row["switch"], normal_position=SwitchPosition.OPEN)
        self._chain([tie], one, other)

    def load(self, name: str, row: dict[str, str]) -> None:
        """A load point at its node."""
        count, kw = int(row["customers"]), float(row["avg_mw"]) * 1000
        self._add(EnergyConsumer(id=name, name=name, customer_count=count, kw=kw), name)

    def _feeder(self, name: str, chain: list[Entity]) -> None:
        if isinstance(chain[0], Breaker):
            self._made[name] = Feeder(id=name, name=name)
            self._system.graph.entities.append(self._made[name])
            self._link(RelationshipKind.STARTS_AT, name, chain[0].id)

    def _chain(self, chain: list[Entity], start: str, end: str) -> None:
        nodes = [start, *(f"{one.id}~{two.id}" for one, two in itertools.pairwise(chain)), end]
        for place, each in enumerate(chain):
            self._add(each, nodes[place], nodes[place + 1])

    def _add(self, entity: Entity, *nodes: str) -> None:
        self._system.graph.entities.append(entity)
        for number, node in enumerate(nodes, 1):
            at = f"NODE_{node}"
            if at not in self._made:
                self._made[at] = ConnectivityNode(id=at)
                self._system.graph.entities.append(self._made[at])
            self._link(RelationshipKind.CONNECTS, entity.id, at, str(number))

    def _link(self, kind: RelationshipKind, source: str, target: str, key: str = "") -> None:
        self._system.graph.relationships.append(Relationship(kind=kind, source=source, target=target, key=key))


def _switch(row: dict[str, str]) -> Entity:
    cls = Breaker if row["kind"] == "breaker" else Disconnector
    position = SwitchPosition.OPEN if row["normal_state"] == "open" else SwitchPosition.CLOSED
    return cls(id=row["switch"], name=row["switch"], normal_position=position)
