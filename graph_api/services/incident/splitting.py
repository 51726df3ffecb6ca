"""Split incidents (拆分事件): a part of one is worked on as another, and both timelines tell of it.

    incident ── 1 opened · 2 call · 3 work order 1 · 4 call · 5 SPLIT_OFF (2, work order 1) ── what is left of it
    the other ───────────────────── 1 opened, split from it · 2 call · 3 work order 1         ── said again there

What goes there keeps its time, source and author there, and is recorded now; here it stands as it was said.
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from graph_api.services.incident.contents import (
    ClockFired,
    Content,
    Entry,
    EvidenceSaid,
    FaultConfirmed,
    ProcedureStarted,
    Repaired,
    SplitOff,
    StepTaken,
    WorkOrderMoved,
)
from graph_api.services.incident.state import IncidentState


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What of an incident goes: ids of things, orders of reports, numbers of work orders, customers of check lists."""

    things: frozenset[str]
    """Equipment, faults, and what tripped or failed to."""
    reports: frozenset[int]
    work_orders: frozenset[int]
    checklists: frozenset[str]


def said_again(entries: Iterable[Entry], part: Part) -> list[Entry]:
    """Entries that are said again of the part, in the order in which things happened."""
    chosen = [each for each in entries if _goes(each, part)]
    return sorted(chosen, key=lambda each: (each.entity.at, each.order))


def confirmed_of(state: IncidentState, part: Part) -> Iterator[tuple[Content, tuple[str, ...], datetime]]:
    """What is known of the part's faults: confirmed, or sound again; with the things, and since when."""
    if state.fault is None or state.fault_at is None:
        return
    faults = tuple(each for each in state.fault if each in part.things)
    if faults or not state.fault:
        yield FaultConfirmed(), faults, state.fault_at
    if faults and state.repaired_at is not None:
        yield Repaired(), (), state.repaired_at
    elif faults:
        yield from ((Repaired(), (each,), at) for each, at in state.sound if each in faults)


def _goes(entry: Entry, part: Part) -> bool:
    match entry.content:
        case EvidenceSaid():
            return entry.order in part.reports
        case WorkOrderMoved(work_order=number) | ClockFired(work_order=number):
            return number in part.work_orders
        case ProcedureStarted(customer=customer) | StepTaken(customer=customer):
            return customer in part.checklists
    return False


def without(state: IncidentState, part: Part, into: str) -> SplitOff:
    """What an incident comes to without the part."""
    fault = tuple(each for each in state.fault or () if each not in part.things)
    is_known = state.fault == () or bool(fault)
    sound = tuple(each for each in state.sound if each[0] in fault)
    again = state.repaired_at
    if again is None and fault and len(sound) == len(fault):
        again = max(at for _, at in sound)
    return SplitOff(
        into=into,
        reports=tuple(sorted(part.reports)),
        work_orders=tuple(sorted(part.work_orders)),
        checklists=tuple(sorted(part.checklists)),
        equipment=tuple(each for each in state.equipment if each not in part.things),
        tripped=tuple(each for each in state.tripped if each not in part.things),
        stuck=tuple(each for each in state.stuck if each not in part.things),
        fault=fault if is_known else None,
        fault_at=state.fault_at if is_known else None,
        sound=sound,
        repaired_at=again if is_known else None,
    )
