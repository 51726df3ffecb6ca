"""Rows about faults on a long feeder: 5,000 sections, trunk switches with indicators, fused laterals."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import partial

from graph_api.rate_files import load_rates
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.snapshot import Snapshot
from graph_api.services.location import Evidence, locate
from graph_api.services.restoration.wording import StepAction
from schema.entity import Entity
from schema.grid import (
    ACLineSegment,
    Breaker,
    ConnectivityNode,
    EnergyConsumer,
    EnergySource,
    FaultIndicator,
    Feeder,
    Fuse,
    LoadBreakSwitch,
)
from schema.relationships import Relationship, RelationshipKind
from schema.vocabulary import EvidenceKind, SwitchPosition
from tests.bench.network import NOW
from tests.bench.report import Row, times
from tests.events import plans_for

LATERAL = 4
"""Sections of a lateral."""
SPANS = 10
"""Trunk sections from switch to switch."""


class _Sheet:
    def __init__(self) -> None:
        self.entities: list[Entity] = []
        self.links: list[Relationship] = []

    def node(self, id: str) -> str:
        self.entities.append(ConnectivityNode(id=id))
        return id

    def put(self, equipment: Entity, *nodes: str) -> None:
        self.entities.append(equipment)
        self.links += [
            Relationship(kind=RelationshipKind.CONNECTS, source=equipment.id, target=node, key=str(key))
            for key, node in enumerate(nodes, 1)
        ]

    def link(self, kind: RelationshipKind, source: str, target: str) -> None:
        self.links.append(Relationship(kind=kind, source=source, target=target))


def long_feeder(sections: int) -> Snapshot:
    """A feeder of at least so many line sections: a trunk with a lateral of four behind a fuse at each."""
    sheet = _Sheet()
    source, at = sheet.node("bus"), sheet.node("t0")
    sheet.put(EnergySource(id="G"), source)
    sheet.put(Breaker(id="CB"), source, at)
    sheet.entities.append(Feeder(id="F"))
    sheet.link(RelationshipKind.STARTS_AT, "F", "CB")
    for span in range(1, sections // (LATERAL + 1) + 1):
        after = sheet.node(f"t{span}")
        if span % SPANS == 0:
            middle = sheet.node(f"s{span}")
            sheet.put(LoadBreakSwitch(id=f"LS{span}"), at, middle)
            sheet.entities.append(FaultIndicator(id=f"FI{span}"))
            sheet.link(RelationshipKind.MONITORS, f"FI{span}", f"LS{span}")
            at = middle
        sheet.put(ACLineSegment(id=f"L{span}", length_m=100), at, after)
        end = sheet.node(f"l{span}.0")
        sheet.put(Fuse(id=f"FU{span}"), after, end)
        for part in range(1, LATERAL + 1):
            farther = sheet.node(f"l{span}.{part}")
            sheet.put(ACLineSegment(id=f"L{span}.{part}", length_m=80), end, farther)
            end = farther
        sheet.put(EnergyConsumer(id=f"EC{span}"), end)
        at = after
    far = sheet.node("far")
    sheet.put(LoadBreakSwitch(id="TIE", normal_position=SwitchPosition.OPEN), at, far)
    sheet.put(Breaker(id="CB2"), far, sheet.node("bus2"))
    sheet.put(EnergySource(id="G2"), "bus2")
    return Snapshot.of(sheet.entities, sheet.links)


def reports(graph: Snapshot, spans: int, fault: int, count: int) -> list[Evidence]:
    """What a fault in trunk section `fault` shows: the trip, every indicator it can, meters at random."""
    chance = random.Random(fault)
    found = [Evidence(kind=EvidenceKind.TRIP, things=(graph.index("CB"),), at=NOW)]
    for span in chance.sample(range(SPANS, spans + 1, SPANS), min(count // 2, spans // SPANS)):
        thing = graph.index(f"FI{span}")
        found.append(Evidence(kind=EvidenceKind.INDICATOR, things=(thing,), positive=span <= fault, at=NOW))
    asked = chance.sample(range(1, spans + 1), min(count - len(found), spans))
    meters = [Evidence(kind=EvidenceKind.METER, things=(graph.index(f"EC{span}"),), at=NOW) for span in asked]
    return found + meters


def restoration_rows(sections: int, target_ms: float | None) -> Iterator[Row]:
    """Isolation and restoration plans of faults on the trunk: cut out, close again, feed the rest over the tie."""
    graph = long_feeder(sections)
    model = ReadModel.build(graph)
    spans = sections // (LATERAL + 1)
    faults = [graph.index(f"L{span}") for span in random.Random(1).sample(range(1, spans + 1), 20)]
    tie = graph.index("TIE")
    for fault in faults:
        (plan, *_) = plans_for(model, [fault], NOW)
        closed = [step.target for step in plan.steps if step.action is StepAction.CLOSE]
        last = graph.index(f"L{spans}")
        assert tie in closed or last in plan.cut_out
    middle, worst = times(partial(plans_for, model, [fault], NOW) for fault in faults)
    yield Row(
        what="isolation and restoration plans",
        size=f"{sections:,} sections",
        value=middle,
        unit="ms",
        p99=worst,
        target=target_ms,
        note="all objectives, every step replayed",
    )


def location_rows(sections: int, target_ms: float | None) -> Iterator[Row]:
    """Fault location with 50 reports; the section with the fault has to come first."""
    graph = long_feeder(sections)
    model, rates = ReadModel.build(graph), load_rates()
    spans = sections // (LATERAL + 1)
    asked = [(fault, reports(graph, spans, fault, 50)) for fault in random.Random(1).sample(range(1, spans + 1), 20)]
    for fault, given in asked:
        found = locate(model, given, NOW, rates=rates)
        assert any(graph.index(f"L{fault}") in part.equipment for part in found.candidates[0].sections)
    middle, worst = times(partial(locate, model, given, NOW, rates=rates) for _, given in asked)
    yield Row(
        what="fault location from 50 reports",
        size=f"{sections:,} sections",
        value=middle,
        unit="ms",
        p99=worst,
        target=target_ms,
        note="the section with the fault comes first in all 20 cases",
    )
