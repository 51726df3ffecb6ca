"""Own sources (自备应急电源): which emergency source bridges which load, and why another one does not.

    permitted 10 s ─ UPS (starts at once) carries on ─ genset (30 s) takes over before the UPS ends: both count
    permitted 10 s ─ genset (30 s) alone: too slow
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import unique

from graph_api.readmodel.customers import LoadFacts, Point
from graph_api.readmodel.customers.point import Backup
from graph_api.readmodel.things import Thing
from schema.vocabulary import Term


@unique
class OwnSourceVerdict(Term):
    """自备应急电源评价: whether an emergency source is counted on for a load, and why not."""

    COUNTS = "COUNTS", "可依靠", "bridges the load in time"
    BY_HAND = "BY_HAND", "须人工启动", "somebody has to start it"
    TOO_SLOW = "TOO_SLOW", "启动太慢", "starts only after the load may be without power"
    TOO_SMALL = "TOO_SMALL", "容量不足", "carries what is more urgent, and not this load as well"
    NOT_RECORDED = "NOT_RECORDED", "资料不全", "nobody recorded how long it lasts"
    OUT_OF_SERVICE = "OUT_OF_SERVICE", "已停用", "is out of service"


@dataclass(frozen=True, slots=True)
class OwnSource:
    """An emergency source at a load that the event interrupts. Numbers are snapshot indexes."""

    source: Thing
    load: Thing
    verdict: OwnSourceVerdict
    start_seconds: float
    """From the loss, or from when somebody starts it."""

    @property
    def counts(self) -> bool:
        """Whether the deadline counts on it."""
        return self.verdict is OwnSourceVerdict.COUNTS


@dataclass(frozen=True, slots=True)
class Bridge:
    """How long a load holds out: seconds from the loss, by which sources, and what is to be said of each."""

    seconds: float
    by: tuple[int, ...]
    verdicts: tuple[OwnSource, ...]


def bridge(load: LoadFacts, point: Point, carried: Mapping[int, frozenset[int]]) -> Bridge:
    """What emergency sources do for a load: first what stores energy, then what starts before that ends.

    `carried` says which loads each source has power for. Of several that would do, the one that lasts longest counts
    for the deadline; a load without a recorded limit has none to be too slow for.
    """
    backing = [backup for backup in point.backups if load.index in backup.loads]
    able = [
        backup
        for backup in backing
        if load.index in carried[backup.index] and backup.automatic and backup.endurance_min is not None
    ]
    seconds, by = load.permitted_s or 0.0, list[int]()
    for stage in ([each for each in able if each.stores_energy], [each for each in able if not each.stores_energy]):
        ready = [backup for backup in stage if backup.start_s <= seconds]
        if ready:
            longest = max(ready, key=_endurance_s)
            seconds += _endurance_s(longest)
            by.append(longest.index)
    verdicts = [_verdict(load, each, carried, able, seconds) for each in backing]
    verdicts += [
        OwnSource(each.index, load.index, OwnSourceVerdict.OUT_OF_SERVICE, each.start_s)
        for each in point.idle_backups
        if load.index in each.loads
    ]
    return Bridge(seconds, tuple(by), tuple(sorted(verdicts, key=lambda each: (not each.counts, each.source))))


def _verdict(
    load: LoadFacts, backup: Backup, carried: Mapping[int, frozenset[int]], able: Collection[Backup], seconds: float
) -> OwnSource:
    if not backup.automatic:
        verdict = OwnSourceVerdict.BY_HAND
    elif load.index not in carried[backup.index]:
        verdict = OwnSourceVerdict.TOO_SMALL
    elif backup not in able:
        verdict = OwnSourceVerdict.NOT_RECORDED
    elif load.permitted_s is not None and backup.start_s > seconds:
        verdict = OwnSourceVerdict.TOO_SLOW
    else:
        verdict = OwnSourceVerdict.COUNTS
    return OwnSource(backup.index, load.index, verdict, backup.start_s)


def _endurance_s(backup: Backup) -> float:
    return (backup.endurance_min or 0.0) * 60
