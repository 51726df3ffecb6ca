"""Split incidents (拆分事件): a part of one is worked on as another, and both timelines tell of it.

    incident ── 1 opened · 2 call · 3 work order 1 · 4 call · 5 SPLIT_OFF (2, work order 1) ── what is left of it
    the other ───────────────────── 1 opened, split from it · 2 call · 3 work order 1         ── said again there

What goes there keeps its time, source and author there, and is recorded now; here it stands as it was said.
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from graph_api.services.incident.contents import (
    ClockFired,
    Content,
    Entry,
    Escalated,
    EvidenceSaid,
    FaultConfirmed,
    ProcedureStarted,
    Repaired,
    SplitOff,
    StepTaken,
    WorkOrderMoved,
)
from graph_api.services.incident.origins import Origin, of_things, origins
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


def confirmed_of(
    state: IncidentState, part: Part, found: Mapping[str, Entry]
) -> Iterator[tuple[Content, tuple[str, ...], datetime]]:
    """What is known of the part's faults: confirmed, or sound again; with the things, and since when."""
    if state.fault is None or state.fault_at is None:
        return
    faults = tuple(each for each in state.fault if each in part.things)
    if faults or not state.fault:
        yield FaultConfirmed(), faults, _found_at(state.fault_at, faults, found)
    if faults and state.repaired_at is not None:
        yield Repaired(), (), _sound_at(state, state.repaired_at, faults)
    elif faults:
        yield from ((Repaired(), (each,), at) for each, at in state.sound if each in faults)


def confirmations(entries: Iterable[Entry]) -> dict[str, Entry]:
    """By which entry each thing was last said to be faulty; "" = that nothing is."""
    said = [each for each in entries if isinstance(each.content, FaultConfirmed)]
    return {
        thing: each for each in sorted(said, key=lambda each: each.entity.at) for thing in each.entity.things or ("",)
    }


def _found_at(last: datetime, faults: Iterable[str], found: Mapping[str, Entry]) -> datetime:
    """When the last of these was found; others may have been found later (`last`)."""
    return max((found[each].entity.at for each in faults if each in found), default=last)


def _sound_at(state: IncidentState, last: datetime, faults: Iterable[str]) -> datetime:
    again = dict(state.sound)
    return max((again.get(each, last) for each in faults), default=last)


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenBack:
    """What a part was by itself before it was joined, or all where it always was a part of it."""

    since: datetime
    received_at: datetime
    """From when on its limits run."""
    waits_since: datetime | None = None
    """From when on it waits to be acknowledged; None = from the split on, or it was acknowledged."""
    acknowledged: tuple[datetime, str] | None = None
    """When somebody acknowledged it, and who."""


def given_back(state: IncidentState, entries: Sequence[Entry], part: Part) -> GivenBack:
    """What goes gets back its own moment of loss, limits and acknowledgement, where it had come by a join."""
    mine = _origins_of(entries, part)
    if not any(each.of for each in mine):
        return GivenBack(
            since=min((each.now.since for each in mine), default=state.since),
            received_at=state.opened.first_opened_at or state.opened_at,
        )
    taken = [(at, by) for each in mine if (at := each.now.acknowledged_at) and (by := each.now.acknowledged_by)]
    waits = _waits(mine)
    return GivenBack(
        since=min(each.now.since for each in mine),
        received_at=min(each.received_at for each in mine),
        waits_since=waits,
        acknowledged=max(taken, default=None) if waits is None else None,
    )


def _origins_of(entries: Sequence[Entry], part: Part) -> list[Origin]:
    """Whose the part is: by its things, else by its work orders and reports."""
    known = origins(entries)
    ways = {
        each.of
        for each in entries
        if each.order in part.reports
        or (isinstance(each.content, WorkOrderMoved) and each.content.work_order in part.work_orders)
    }
    return of_things(known, part.things) or [each for each in known if each.of in ways]


def _waits(those: Iterable[Origin]) -> datetime | None:
    return min((at for each in those if (at := each.now.unacknowledged_since) is not None), default=None)


def escalations_of(state: IncidentState, entries: Iterable[Entry], since: datetime) -> list[Entry]:
    """What rules have told of a wait: they do not tell it again."""
    known = {each.entry for each in state.escalations if each.said.since == since}
    return [each for each in entries if isinstance(each.content, Escalated) and each.order in known]


def _goes(entry: Entry, part: Part) -> bool:
    match entry.content:
        case EvidenceSaid():
            return entry.order in part.reports
        case WorkOrderMoved(work_order=number) | ClockFired(work_order=number):
            return number in part.work_orders
        case ProcedureStarted(customer=customer) | StepTaken(customer=customer):
            return customer in part.checklists
    return False


def without(state: IncidentState, entries: Sequence[Entry], part: Part, into: str) -> SplitOff:
    """What an incident comes to without the part."""
    fault = tuple(each for each in state.fault or () if each not in part.things)
    is_known = state.fault == () or bool(fault)
    sound = tuple(each for each in state.sound if each[0] in fault)
    again = state.repaired_at
    if again is not None:
        again = _sound_at(state, again, fault)
    elif fault and len(sound) == len(fault):
        again = max(at for _, at in sound)
    found_at = None if state.fault_at is None else _found_at(state.fault_at, fault, confirmations(entries))
    things = [each for each in (*state.equipment, *state.tripped, *state.stuck) if each not in part.things]
    known = origins(entries)
    stays = of_things(known, things) or known[:1]
    waits = _waits(stays)
    return SplitOff(
        into=into,
        reports=tuple(sorted(part.reports)),
        work_orders=tuple(sorted(part.work_orders)),
        checklists=tuple(sorted(part.checklists)),
        equipment=tuple(each for each in state.equipment if each not in part.things),
        tripped=tuple(each for each in state.tripped if each not in part.things),
        stuck=tuple(each for each in state.stuck if each not in part.things),
        fault=fault if is_known else None,
        fault_at=found_at if is_known else None,
        sound=sound,
        repaired_at=again if is_known else None,
        since=min((each.now.since for each in stays), default=None),
        unacknowledged_since=waits,
        acknowledged=bool(stays) and waits is None,
    )
