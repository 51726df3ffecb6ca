"""Own sources (自备电源): which of a customer's sources carry what the grid does not feed, and until when.

One counts if it starts by itself in time and carries all that it backs; what is not recorded is never taken as the
comfortable case.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from graph_api.readmodel.customers import Backup, LoadFacts, Point
from graph_api.readmodel.model import ReadModel
from schema.customer import EmergencySource


@dataclass(frozen=True, slots=True)
class Held:
    """Loads that own sources carry: by which, and seconds from the loss until the first of them ends, if known."""

    sources: tuple[int, ...]
    seconds: float | None


def held(model: ReadModel, point: Point, unfed: Collection[int], dead: Collection[int]) -> Held | None:
    """What carries all unfed loads of a point; None if anything is left without."""
    sources: set[int] = set()
    seconds: list[float] = []
    loads = [load for load in point.loads if load.index in unfed]
    if not loads:
        return None
    for load in loads:
        able = [each for each in point.backups if load.index in each.loads and _counts(model, each, point, unfed)]
        until, used = _chain(load, able)
        if not used or load.index in dead:
            return None
        sources.update(used)
        if until is not None:
            seconds.append(until)
    return Held(tuple(sorted(sources)), min(seconds, default=None))


def _counts(model: ReadModel, source: Backup, point: Point, unfed: Collection[int]) -> bool:
    entity = model.graph.get(EmergencySource, source.index)
    needs = [load.kw for load in point.loads if load.index in source.loads and load.index in unfed]
    if not source.automatic or source.kw is None or source.endurance_min is None or entity.start_seconds is None:
        return False
    return None not in needs and source.kw >= sum(kw for kw in needs if kw is not None)


def _chain(load: LoadFacts, able: list[Backup]) -> tuple[float | None, list[int]]:
    """Until when one source after the other holds a load, from the loss, and which; no limit recorded: not known."""
    if load.permitted_s is None:
        return None, [source.index for source in able]
    until, used = load.permitted_s, list[int]()
    for source in sorted(able, key=lambda each: (each.start_s, model_order(each))):
        if source.start_s <= until:
            until += (source.endurance_min or 0.0) * 60
            used.append(source.index)
    return until, used


def model_order(source: Backup) -> int:
    """A stable order of sources that start alike."""
    return source.index
