"""Drills (演练脚本): four that every utility runs, as data: what fails, and what the director says when.

A drill is an incident that is marked as an exercise, on the real graph: nothing is switched, and nothing real sees it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import unique
from itertools import zip_longest

from graph_api.readmodel.snapshot import Snapshot
from graph_api.readmodel.things import Thing
from schema.grid import ACLineSegment
from schema.registry import EntityKind
from schema.relationships import RelationshipKind
from schema.vocabulary import Construction, Term

TYPHOON_FAULTS = 12


@unique
class DrillScript(Term):
    """演练脚本: 演练的情景。 What a drill plays."""

    FEEDER_TRIP = "FEEDER_TRIP", "馈线跳闸", "a feeder trips", "K"
    DUAL_LOSS = "DUAL_LOSS", "重要客户电源全失", "an important customer loses every supply", "article A5"
    BLACKOUT = "BLACKOUT", "变电站全停", "a station is dead", "K"
    TYPHOON = "TYPHOON", "台风致12处故障", "a typhoon: 12 faults on overhead lines", "K"


OF_KINDS = {
    DrillScript.FEEDER_TRIP: frozenset({EntityKind.FEEDER}),
    DrillScript.DUAL_LOSS: frozenset({EntityKind.CUSTOMER}),
    DrillScript.BLACKOUT: frozenset({EntityKind.SUBSTATION}),
    DrillScript.TYPHOON: frozenset({EntityKind.SUBSTATION}),
}
"""What each is played on."""


@dataclass(frozen=True, slots=True)
class Inject:
    """What the director says, so many minutes after the loss."""

    minute: int
    zh: str
    en: str


INJECTS: dict[DrillScript, tuple[Inject, ...]] = {
    DrillScript.FEEDER_TRIP: (
        Inject(0, "馈线出口断路器跳闸，重合不成功", "the head breaker tripped, reclosing failed"),
        Inject(3, "客户来电报修", "customers call"),
        Inject(20, "抢修人员发现故障点", "the crew finds the fault"),
    ),
    DrillScript.DUAL_LOSS: (
        Inject(0, "主供、备用电源同时失电，备自投未动作", "main and standby are lost, no transfer"),
        Inject(5, "自备发电机启动失败", "the own generator does not start"),
        Inject(15, "客户请求发电车", "the customer asks for a generator truck"),
    ),
    DrillScript.BLACKOUT: (
        Inject(0, "变电站全部母线失压", "all buses of the station are dead"),
        Inject(10, "预计两小时内不能恢复", "it is not back within two hours"),
        Inject(30, "媒体来电询问", "the press calls"),
    ),
    DrillScript.TYPHOON: (
        Inject(0, "台风登陆，多条架空线路跳闸", "the typhoon lands, overhead lines trip"),
        Inject(30, "部分道路中断，抢修人员受阻", "roads are blocked"),
        Inject(60, "风力减弱，可开展巡视", "the wind falls, lines may be patrolled"),
    ),
}


def fails_in(graph: Snapshot, script: DrillScript, of: Thing) -> tuple[Thing, ...]:
    """What fails in a drill on a thing; () where it has nothing of that."""
    if script is DrillScript.DUAL_LOSS:
        points = graph.targets(of, RelationshipKind.HAS_RECEIVING_POINT)
        return tuple(each for point in points for each in graph.targets(point, RelationshipKind.FED_BY))
    if script is DrillScript.TYPHOON:
        return _overhead(graph, of)
    return (of,)


def _overhead(graph: Snapshot, station: Thing) -> tuple[Thing, ...]:
    """The first overhead lines of the station's feeders, one of each in turn; () where there are fewer."""
    feeders = [each for each in graph.sources(station, RelationshipKind.CONTAINED_IN) if _is(graph, each, "FEEDER")]
    lines = [
        [each for each in graph.sources(feeder, RelationshipKind.CONTAINED_IN) if _is_overhead(graph, each)]
        for feeder in sorted(feeders, key=graph.id)
    ]
    found = [each for turn in zip_longest(*(sorted(those, key=graph.id) for those in lines)) for each in turn]
    chosen = tuple(each for each in found if each is not None)[:TYPHOON_FAULTS]
    return chosen if len(chosen) == TYPHOON_FAULTS else ()


def _is(graph: Snapshot, index: Thing, kind: str) -> bool:
    return graph.kind(index) is EntityKind(kind)


def _is_overhead(graph: Snapshot, index: Thing) -> bool:
    line = graph.entity(index)
    return isinstance(line, ACLineSegment) and line.construction is Construction.OVERHEAD
