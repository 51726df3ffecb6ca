"""The course (过程): the grid at each time at which something of it was reported, between two moments.

    12:00 CB1 OPEN      12:04 LS1 OPEN, LS9 CLOSED      12:30 LS9 OPEN, CB1 CLOSED
    three times, the last two seen twice: once what is opened is open (先断后合), and when all is done
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.positions import opened_first, positions_at, reports_between
from graph_api.readmodel.snapshot import Snapshot
from graph_api.readmodel.topology import Outage
from schema.grid import Switch
from schema.registry import SWITCHES
from schema.vocabulary import SwitchPosition

MOST = 500
"""Times that are looked at, the last ones."""


@dataclass(frozen=True, slots=True)
class Stage:
    """The grid at a time; `opening` where of what was reported of that time only what was opened is done yet."""

    at: datetime
    opening: bool
    outage: Outage

    def may_be_live(self, index: int) -> bool:
        """Whether something had voltage, in any world of unknown switches."""
        return self.outage.live(index) or (self.outage.undecided and bool(np.isin(index, self.outage.maybe)))

    def follows(self, closed: datetime) -> bool:
        """Whether it comes after something was closed, or is how things stood when it was."""
        return self.at > closed or (self.at == closed and not self.opening)


def course_until(
    model: ReadModel, undone: Mapping[int, SwitchPosition], after: datetime, until: datetime
) -> Iterator[Stage]:
    """The grid by what was reported, without any event: at the first moment, and at each time of a report until the
    last, which is the model's own. `undone` are positions of the model that are not the newest that are known."""
    graph = model.graph
    times = switched(graph, after, until)
    if not times:
        return
    standing = {index: graph.get(Switch, index).current_position for index in undone if graph.kind(index) in SWITCHES}
    for at, switches in [(after, frozenset[int]()), *times]:
        positions = {} if at == until else standing | dict(positions_at(graph, at))
        first = opened_first(graph, at, switches)
        if first:
            yield Stage(at, True, model.topology.opened((), tuple(sorted((positions | first).items()))))
        if at < until:
            yield Stage(at, False, model.topology.opened((), tuple(sorted(positions.items()))))


def switched(graph: Snapshot, after: datetime, until: datetime) -> Sequence[tuple[datetime, Collection[int]]]:
    """Times after the one until the other of which switches were reported, with these."""
    found: dict[datetime, set[int]] = {}
    for report in reports_between(graph, after, until):
        index = graph.number(report.switch)
        if index is not None and graph.kind(index) in SWITCHES:
            found.setdefault(report.at, set()).add(index)
    return sorted(found.items())[-MOST:]
