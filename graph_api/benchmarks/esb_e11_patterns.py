"""Where the fault is on ESB E11, for every pattern of signals of its addressable devices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import combinations
from pathlib import Path

from graph_api.benchmarks.esb_e11 import HEAD, read_esb_e11
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.snapshot import Snapshot
from graph_api.services.location import Evidence, FaultLocation, Rates, locate
from schema.vocabulary import EvidenceKind


class Verdict(StrEnum):
    """What a pattern of signals can come from."""

    NO_FAULT = "NO_FAULT"
    """Nothing signalled: no evidence of a fault."""
    ONE_FAULT = "ONE_FAULT"
    """One fault, protection as designed."""
    ONE_FAULT_REFUSED = "ONE_FAULT_REFUSED"
    """One fault, and a device that refused to trip."""
    MISREPORT = "MISREPORT"
    """No single fault: a device misreports."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LocatedPattern:
    """What a pattern of signals says: the most probable section, and whether one fault explains the pattern."""

    case: str
    """Name of the published case of this pattern; "" if there is none."""
    pattern: tuple[str, ...]
    """Devices that signalled."""
    verdict: Verdict
    between: tuple[str, ...]
    """Addressable devices around the section."""
    probability: float
    length_m: float
    from_m: float
    """From the station along the line."""
    to_m: float
    misreports: tuple[str, ...]
    """Devices whose report speaks against it."""


def locate_patterns(folder: Path, rates: Rates, at: datetime) -> list[LocatedPattern]:
    """Every pattern, at one time, fewest signals first. Raises LoadError for what is not the published feeder."""
    feeder = read_esb_e11(folder)
    model = ReadModel.build(Snapshot.of(feeder.graph.entities, feeder.graph.relationships))
    named = {tuple(sorted(case.pattern)): case.name for case in feeder.cases}
    return [
        _told(
            model.graph,
            locate(model, _reports(model.graph, feeder.addressable, pattern), at, rates=rates),
            named.get(tuple(sorted(pattern)), ""),
            feeder.addressable,
            pattern,
        )
        for size in range(len(feeder.addressable) + 1)
        for pattern in combinations(feeder.addressable, size)
    ]


def _told(
    graph: Snapshot, found: FaultLocation, case: str, devices: Sequence[str], pattern: Sequence[str]
) -> LocatedPattern:
    if not found.candidates:
        return _nothing(case, pattern)
    agreeing = [each for each in found.candidates if not each.evidence_against]
    best = min(agreeing, key=lambda each: (each.refused_devices, each.rank), default=found.candidates[0])
    verdict = Verdict.ONE_FAULT_REFUSED if best.refused_devices else Verdict.ONE_FAULT
    addressed: dict[int, str] = {graph.index(name): name for name in devices}
    ends = {index for part in best.sections for index in part.between if index in addressed}
    return LocatedPattern(
        case=case,
        pattern=tuple(pattern),
        verdict=Verdict.MISREPORT if best.evidence_against else verdict,
        between=tuple(addressed[index] for index in sorted(ends)),
        probability=best.probability,
        length_m=sum(part.length_metres for part in best.sections),
        from_m=min(part.from_metres for part in best.sections),
        to_m=max(part.to_metres for part in best.sections),
        misreports=tuple(report.key for report in best.evidence_against),
    )


def _nothing(case: str, pattern: Sequence[str]) -> LocatedPattern:
    """Nothing signalled, so no section is named."""
    return LocatedPattern(
        case=case,
        pattern=tuple(pattern),
        verdict=Verdict.NO_FAULT,
        between=(),
        probability=0.0,
        length_m=0.0,
        from_m=0.0,
        to_m=0.0,
        misreports=(),
    )


def _reports(graph: Snapshot, devices: Sequence[str], pattern: Sequence[str]) -> list[Evidence]:
    return [_report(graph, name, signalled=name in pattern) for name in devices]


def _report(graph: Snapshot, name: str, *, signalled: bool) -> Evidence:
    """The breaker and a recloser (R...) report that they tripped, a switch that fault current passed its indicator."""
    trips = name == HEAD or name.startswith("R")
    kind = EvidenceKind.TRIP if trips else EvidenceKind.INDICATOR
    thing = graph.index(name if trips else f"FI:{name}")
    return Evidence(kind=kind, things=(thing,), positive=signalled, key=name)
