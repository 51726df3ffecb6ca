"""Kept open (保持断开): switches inside that no automatic transfer (备自投) closes, as they were told to stand open.

    12:00 S1 loses voltage, 12:10 S1 is reported open        S2 was closed by itself in between, and nobody told: fed
    12:10 S1 and S2 are reported open                        both stand open, whatever acts by itself: dark

A transfer acts when what carries loses voltage or is opened. What is reported open of that time or later stands open;
what was reported before says only how it stood until then.
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Iterable

from graph_api.readmodel.snapshot import Snapshot
from schema.vocabulary import SwitchPosition

_OPEN = SwitchPosition.OPEN


def kept_open(graph: Snapshot, standing_open: Iterable[int], normally_closed: Iterable[int]) -> frozenset[int]:
    """Of the switches of a point that stand open, those that were reported so once one that carries was opened."""
    standing = set(standing_open)
    opened = standing.intersection(normally_closed)
    if not opened:
        return frozenset()
    told = {switch: at for switch in standing if (at := _told_open(graph, switch)) is not None}
    moment = min(told.get(switch, 0) for switch in opened)
    return frozenset(switch for switch, at in told.items() if at >= moment)


def _told_open(graph: Snapshot, switch: int) -> int | None:
    """When a switch was last reported open, in microseconds; None if nobody did."""
    id, series = graph.id(switch), graph.reports
    if not series.count_of(id):
        return None
    return max((each.at_us for each in series.of_switch(id) if each.position is _OPEN), default=None)
