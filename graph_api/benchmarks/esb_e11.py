"""The 20 kV feeder E11 of ESB Networks (Ireland), as published with its indicators and fault cases.

Leniston et al., "Implementation of a software defined FLISR solution on an active distribution grid" (SOGNO, edgeFLEX);
a model in CIM terms as JSON, and the readings of its addressable devices. Every section runs from a node to a node;
its switchgear stands at its start. The feeder leaves the station by the underground cable that ends in the node F2_...

    station ─ E11 ─ 3 ─ S696 ─ 1 ─ S507 ─ 0 ─ S508 ─ 2 ─ R518 ─ 5 ─ S509 ─ 4      R: recloser, S: switch with indicator

The operator's decision tree asks six devices, these five and the feeder's breaker, in 64 patterns. It has S695 as open
normally, on a spur, where the model says closed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from graph_api.errors import LoadError
from schema.batch import GraphBatch
from schema.entity import Entity
from schema.grid import (
    ACLineSegment,
    Breaker,
    ConnectivityNode,
    Disconnector,
    EnergySource,
    FaultIndicator,
    Feeder,
    Fuse,
    LoadBreakSwitch,
    Recloser,
    Substation,
    Switch,
)
from schema.relationships import Relationship, RelationshipKind
from schema.system_reasons import reason
from schema.vocabulary import Construction, SwitchPosition
from schema.words import say

MODEL = "cim/E11_circuit_CIM.json"
CASES = "data/E11_circuit_test_case_seeds"
FEEDER, HEAD, STATION = "E11", "E11:CB", "KILCARRAGH"
OPEN_BY_DECISION_TREE = frozenset({"S695"})
"""Open normally by docs/E11_circuit_decision_tree.xlsx of the publication; the model has it closed."""
LINK_IN_TRUNK = "501227039"
"""A section at pole 2 whose 15 A fuse the model has before a 630 A recloser and everything else: by the decision tree
the breaker trips for all that lies behind it, so it is read as a link."""
_METRES = re.compile(r"([\d.]+) m")
_SCADA = re.compile(r"SCADA ID: (\w+)")
_FAULTY = re.compile(r"# fault devices - (.+)")
_KINDS: Mapping[str, type[Switch]] = {"S&C Positrol": Fuse, "Solid Links": Disconnector, "Nu-Lec": Recloser,
                                      "Cooper": Recloser, "Soule": LoadBreakSwitch}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultCase:
    """A published case: its name, and the devices along the line that signalled a fault and the loss of voltage.

    The feeder's breaker is in none of them, but trips where no recloser does, as in the operator's decision tree.
    """

    name: str
    devices: tuple[str, ...]

    @property
    def pattern(self) -> tuple[str, ...]:
        """The devices that signal, the feeder's breaker among them where it trips."""
        return self.devices if any(each.startswith("R") for each in self.devices) else (HEAD, *self.devices)


@dataclass(slots=True, kw_only=True)
class EsbFeeder:
    """The feeder: its graph, the devices that the operator asks, from its breaker on, and the cases."""

    graph: GraphBatch = field(default_factory=GraphBatch)
    addressable: list[str] = field(default_factory=list)
    cases: list[FaultCase] = field(default_factory=list)


def read_esb_e11(folder: Path) -> EsbFeeder:
    """Read the feeder; LoadError says what is missing or not as published."""
    try:
        content = json.loads((folder / MODEL).read_text(encoding="utf-8"))
        sections = content["equipments"][0]["sections"]
        made = _Sheet()
        for section in sections:
            made.section(section)
        made.source()
        return EsbFeeder(graph=made.graph, addressable=made.addressable, cases=list(_cases(folder / CASES)))
    except OSError as error:
        raise LoadError(
            say("{file}: {why}. Name the folder that holds cim/ and data/.", file=error.filename, why=reason(error))
        ) from error
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise LoadError(
            say(
                "{file} is not the published model of E11 ({kind}: {error}).",
                file=MODEL,
                kind=type(error).__name__,
                error=error,
            )
        ) from error


def _cases(folder: Path) -> Iterator[FaultCase]:
    for seed in sorted(folder.glob("*/seed.txt")):
        found = _FAULTY.search(seed.read_text(encoding="utf-8"))
        if found is None:
            raise LoadError(say("{file} names no fault devices.", file=f"{seed.parent.name}/seed.txt"))
        yield FaultCase(name=seed.parent.name, devices=tuple(name.strip() for name in found[1].split(",")))


class _Sheet:
    def __init__(self) -> None:
        self.graph = GraphBatch()
        self.addressable: list[str] = [HEAD]
        self._nodes: set[str] = set()
        self._exits: list[str] = []

    def section(self, section: Mapping[str, Any]) -> None:
        """Enter a section: its switchgear at its start, then its line."""
        start, end = (str(node["mRID"]) for node in section["connectivityNodes"])
        metres = _METRES.match(section["description"])
        if metres is None:
            raise ValueError(f"section {section['mRID']} has no length")
        for number, gear in enumerate(section["equipments"]):
            between = f"{section['mRID']}:{number}"
            self._gear(gear, section["mRID"], self._node(start), self._node(between))
            start = between
        underground = " UG " in section["description"]
        line = ACLineSegment(
            id=f"L{section['mRID']}",
            name=section["description"],
            nominal_kv=20,
            length_m=float(metres[1]),
            construction=Construction.CABLE if underground else Construction.OVERHEAD,
        )
        self._put(line, self._node(start), self._node(end))
        self._exits += [node for node in (start, end) if underground and node.startswith("F2_")]

    def source(self) -> None:
        """Enter the station at the feeder's exit cable."""
        (root,) = self._exits
        bus = self._node("T421")
        self.graph.entities += [Substation(id=STATION, name=STATION, nominal_kv=38), Feeder(id=FEEDER, name=FEEDER)]
        self._put(EnergySource(id="G"), bus)
        self._put(Breaker(id=HEAD, name="E11 feeder breaker", nominal_kv=20), bus, self._node(root))
        self._link(RelationshipKind.STARTS_AT, FEEDER, HEAD)
        self._link(RelationshipKind.CONTAINED_IN, FEEDER, STATION)

    def _gear(self, gear: Mapping[str, Any], section: str, start: str, end: str) -> None:
        kind = next(cls for name, cls in _KINDS.items() if gear["name"].startswith(name))
        kind = Disconnector if section == LINK_IN_TRUNK else kind
        scada = _SCADA.search(gear["description"])
        name = scada[1] if scada else f"SW{section}"
        tie = bool(gear["normallyOpen"]) or name in OPEN_BY_DECISION_TREE
        position = SwitchPosition.OPEN if tie else SwitchPosition.CLOSED
        self._put(kind(id=name, name=scada[1] if scada else gear["name"], normal_position=position), start, end)
        if scada and not tie:
            self.addressable.append(name)
            indicator = FaultIndicator(id=f"FI:{name}", name=f"{name} indicator", resets_with_voltage=True)
            self.graph.entities.append(indicator)
            self._link(RelationshipKind.MONITORS, indicator.id, name)

    def _node(self, id: str) -> str:
        name = f"n{id}"
        if name not in self._nodes:
            self._nodes.add(name)
            self.graph.entities.append(ConnectivityNode(id=name))
        return name

    def _put(self, equipment: Entity, *nodes: str) -> None:
        self.graph.entities.append(equipment)
        for key, node in enumerate(nodes, 1):
            self._link(RelationshipKind.CONNECTS, equipment.id, node, str(key))

    def _link(self, kind: RelationshipKind, source: str, target: str, key: str = "") -> None:
        self.graph.relationships.append(Relationship(kind=kind, source=source, target=target, key=key))
