"""Figures of an incident (事件指标): when what was reached, and how long whom it left without supply, from its entries.

    loss 02:13 ── 25 out ── 02:51 · 9 out ── 04:30 · none:   25 x 38 min + 9 x 99 min = 30.7 h (停电时户数)
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import unique
from itertools import pairwise

from graph_api.services.incident.contents import Acknowledged, Affected, Amended, Entry, Opened
from graph_api.services.incident.parts import is_out
from graph_api.services.incident.state import IncidentState
from schema.incident_terms import WorkOrderState
from schema.vocabulary import Term


@unique
class MilestoneKind(Term):
    """事件节点: 处置过程中的一个节点。 What an incident came to."""

    LOSS = "LOSS", "失电", "supply was lost"
    OPENED = "OPENED", "立案", "it was opened"
    ACKNOWLEDGED = "ACKNOWLEDGED", "确认接收", "somebody took it in hand"
    ARRIVED = "ARRIVED", "首次到达现场", "the first crew was on site"
    FAULT_CONFIRMED = "FAULT_CONFIRMED", "故障确认", "the fault was found"
    FIRST_BACK = "FIRST_BACK", "首批复电", "the first customers were fed again"
    ALL_BACK = "ALL_BACK", "全部复电", "nobody whom it took was without supply any more"
    REPAIRED = "REPAIRED", "故障修复", "the fault was repaired"
    CLOSED = "CLOSED", "结案", "it was closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """What was reached, and when."""

    kind: MilestoneKind
    at: datetime
    minutes: float
    """From the moment of loss on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The figures of an incident up to a moment."""

    milestones: tuple[Milestone, ...]
    peak_out: int
    """Most customers that were not fully fed at a time."""
    customer_hours: float
    """Hours without full supply of all customers together."""
    peak_areas: int
    area_hours: float
    lost_kwh: float
    """Energy that was not supplied, of what power is known."""


def figures_of(entries: Sequence[Entry], state: IncidentState, at: datetime) -> Figures:
    """Of what its entries say: each answer of who is affected holds from its time until that of the next one, the first
    one from the moment of loss. What was joined has its own answers until then: whom both tell
    of at a time counts once."""
    end = max(state.closed_at or at, state.since)
    hours = [(span / timedelta(hours=1), said) for span, said in _slices(stretches(entries, end, _counted_from))]
    told = [(each.entity.at, each.content) for each in entries if not each.via and isinstance(each.content, Affected)]
    return Figures(
        milestones=tuple(sorted(_milestones(entries, state, told), key=lambda each: (each.at, _PLACE[each.kind]))),
        peak_out=max((*(_out(said) for _, said in told), *(len(_union(said)) for _, said in hours)), default=0),
        customer_hours=round(sum(span * len(_union(said)) for span, said in hours), 2),
        peak_areas=max((*(said.area_count for _, said in told), *(int(_areas(said)) for _, said in hours)), default=0),
        area_hours=round(sum(span * _areas(said) for span, said in hours), 2),
        lost_kwh=round(sum(span * _kw(said) for span, said in hours), 1),
    )


Stretch = tuple[datetime, datetime, Affected]
"""From when until when an answer held."""
Begins = Callable[[Sequence[Entry]], datetime | None]
"""From when on the first answer of an incident holds."""


def stretches(entries: Sequence[Entry], end: datetime, begins: Begins) -> list[Stretch]:
    """The answers of the incident and of each that was joined into it, until it was joined."""
    by_incident: dict[tuple[str, ...], list[Entry]] = {}
    for each in entries:
        by_incident.setdefault(each.of, []).append(each)
    return [stretch for each in by_incident.values() for stretch in _of_one(each, end, begins(each))]


def _of_one(entries: Sequence[Entry], end: datetime, begins: datetime | None) -> Iterator[Stretch]:
    told = [(each.entity.at, each.content) for each in entries if isinstance(each.content, Affected)]
    joined = [each.at for each in entries[0].via[:1]]
    last = min((end, *joined))
    moments = [begins, *(max(begins, when) for when, _ in told[1:]), last] if told and begins is not None else []
    for (start, until), (_, said) in zip(pairwise(moments), told, strict=False):
        yield start, max(start, min(until, last)), said


def _counted_from(entries: Sequence[Entry]) -> datetime | None:
    """From the moment of loss on; what was split off from its opening, as the other one has counted until then."""
    opened = next((each for each in entries if isinstance(each.content, Opened) and each.content.split_from), None)
    return lost_at(entries) if opened is None else opened.entity.at


def lost_at(entries: Sequence[Entry]) -> datetime | None:
    """The moment of loss as it was last said."""
    found = None
    for each in entries:
        said = each.content
        if isinstance(said, Opened):
            found = said.since
        elif isinstance(said, Amended):
            found = said.since or found
    return found


def _slices(stretches: Sequence[Stretch]) -> list[tuple[timedelta, list[Affected]]]:
    """Time cut wherever an answer begins or ends, with the answers that hold."""
    cuts = sorted({moment for start, until, _ in stretches for moment in (start, until)})
    spans = list(pairwise(cuts)) or [(each, each) for each in cuts]
    return [
        (until - start, [said for begins, ends, said in stretches if begins <= start and until <= ends])
        for start, until in spans
    ]


def _union(said: Sequence[Affected]) -> set[str]:
    """Customers (ids) that are out by any of these answers."""
    return {hit.customer for each in said for hit in each.customers if is_out(hit)}


def _fed(said: Affected) -> set[str]:
    """Customers (ids) whom it had left without full supply, and who have it again: who is not told of any more, as a
    part of it is worked on elsewhere, is not fed by that."""
    return {hit.customer for hit in said.customers if not is_out(hit)}


def _areas(said: Sequence[Affected]) -> float:
    """Public areas without supply, each once."""
    if any(each.area_count and not each.dark for each in said):
        return _sum(said, "area_count")
    return len({load.load for each in said for load in each.dark if load.is_area})


def _kw(said: Sequence[Affected]) -> float:
    """Power without supply: of what several answers tell of, the most that one says."""
    if len(said) < 2 or any(each.area_count and not each.dark for each in said):
        return _sum(said, "lost_kw")
    most: dict[str, float] = {}
    for each in said:
        loads = [(hit.customer, hit.kw or 0.0) for hit in each.customers]
        for name, kw in (*loads, *((load.load, load.kw) for load in each.dark)):
            most[name] = max(kw, most.get(name, 0.0))
    return sum(most.values())


def _sum(said: Sequence[Affected], name: str) -> float:
    """Of entries that do not say of which loads: of one event the more, of two the sum."""
    values = [getattr(each, name) for each in said]
    is_one_event = len(_union(said)) < sum(_out(each) for each in said)
    return max(values, default=0.0) if is_one_event else sum(values)


_PLACE = {kind: place for place, kind in enumerate(MilestoneKind)}


def _out(said: Affected) -> int:
    return sum(is_out(each) for each in said.customers)


def _milestones(
    entries: Sequence[Entry], state: IncidentState, told: Sequence[tuple[datetime, Affected]]
) -> Iterator[Milestone]:
    arrived = [
        when for order in state.work_orders for reached, when in order.times if reached is WorkOrderState.ARRIVED
    ]
    taken = [each.entity.at for each in entries if not each.via and isinstance(each.content, Acknowledged)]
    back = [when for (_, one), (when, other) in pairwise(told) if _union([one]) & _fed(other)]
    found = {
        MilestoneKind.LOSS: state.since,
        MilestoneKind.OPENED: state.opened_at,
        MilestoneKind.ACKNOWLEDGED: min(taken, default=None),
        MilestoneKind.ARRIVED: min(arrived, default=None),
        MilestoneKind.FAULT_CONFIRMED: state.fault_at,
        MilestoneKind.FIRST_BACK: min(back, default=None),
        MilestoneKind.ALL_BACK: _all_back(told),
        MilestoneKind.REPAIRED: state.repaired_at,
        MilestoneKind.CLOSED: state.closed_at,
    }
    for kind, when in found.items():
        if when is not None:
            minutes = round((when - state.since) / timedelta(minutes=1), 1)
            yield Milestone(kind=kind, at=when, minutes=minutes)


def _all_back(told: Sequence[tuple[datetime, Affected]]) -> datetime | None:
    """From when on nobody was without supply, to the end; None while somebody is, or if nobody ever was."""
    found = None
    for when, said in told:
        if _out(said) or said.area_count:
            found = None
        elif found is None:
            found = when
    return found if any(_out(said) or said.area_count for _, said in told) else None
