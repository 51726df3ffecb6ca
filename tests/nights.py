"""Drawn networks with a night in them, for tests: what was reported of switches, when, in lines of text.

    night(TIE, "11:50 CB1 OPEN", "11:58 LS1 OPEN", "11:59 CB1 CLOSED")

A switch stands as its last report says. Times are of the day of `DAY`, UTC; who reports is 王, by telephone if the line
names no other source after the position.
"""  # fmt: skip

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.snapshot import Snapshot
from loaders.drawing import batch
from schema.batch import GraphBatch
from schema.positions import PositionReport, microseconds
from schema.vocabulary import SwitchPosition

DAY = datetime(2026, 5, 1, tzinfo=UTC)


def clock(text: str) -> datetime:
    """A time of the day."""
    hours, minutes = text.split(":")
    return DAY + timedelta(hours=int(hours), minutes=int(minutes))


def reports_of(*lines: str) -> list[PositionReport]:
    """The reports that lines say, recorded in their order."""
    found = []
    for place, line in enumerate(lines):
        time, switch, position, *source = line.split()
        at = microseconds(clock(time))
        found.append(
            PositionReport(switch, at, place, SwitchPosition[position], "王", *(source or ["电话"]), at + place)
        )
    return found


def night(text: str, *lines: str, more: GraphBatch | None = None, **fields: dict[str, Any]) -> ReadModel:
    """The drawn network, and `more` that cannot be drawn, after these reports."""
    reports = reports_of(*lines)
    last = {each.switch: each for each in sorted(reports, key=lambda each: (each.at_us, each.sequence))}
    known = {
        name: {
            "position": each.position,
            "position_at": each.at,
            "position_by": each.by,
            "position_source": each.source,
        }
        for name, each in last.items()
        if not re.fullmatch(r"S\d+", name)  # a supply stands for its switch: its position is in the reports alone
    }
    drawn = batch(text, **{name: {**known.get(name, {}), **fields.get(name, {})} for name in {*known, *fields}})
    other = more or GraphBatch()
    entities, links = [*drawn.entities, *other.entities], [*drawn.relationships, *other.relationships]
    return ReadModel.build(Snapshot.of(entities, links, reports=reports))
