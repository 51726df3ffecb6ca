"""Joined incidents (合并事件): one timeline of two, nothing of either lost.

    other ── 1 opened · 2 call · 3 work order 1 ──┐ JOINED ▶ closed, worked on there
    incident ── 1 opened · 2 work order 1 ────────┴ 3 TOOK_IN ── of the other's: call 1000002, work order 2
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec

from graph_api.services.incident.contents import (
    ClockFired,
    Content,
    Entry,
    EvidenceWithdrawn,
    Notifying,
    TookIn,
    WorkOrderMoved,
)
from graph_api.services.incident.notices import is_graver
from graph_api.services.incident.state import IncidentState

ROOM_FOR: Final = 1_000_000
"""Orders that each joined timeline has for itself: more than an incident has entries."""


def taken_in(entry: Entry, by: Entry, said: TookIn) -> Entry:
    """An entry of a joined incident as it stands in the timeline that took it in."""
    return Entry(
        entry.entity,
        _counted_on(entry.content, said),
        said.entries_after + entry.after,
        (*entry.via, by.entity),
        said.work_orders_after + entry.numbers_after,
    )


def _counted_on(content: Content | None, said: TookIn) -> Content | None:
    if isinstance(content, WorkOrderMoved | ClockFired):
        return msgspec.structs.replace(content, work_order=content.work_order + said.work_orders_after)
    if isinstance(content, EvidenceWithdrawn):
        return msgspec.structs.replace(content, entry=content.entry + said.entries_after)
    if isinstance(content, Notifying):
        return msgspec.structs.replace(content, escalation=content.escalation + said.entries_after)
    return content


def both(entries: Sequence[Entry], state: IncidentState, id: str, other: IncidentState, *, same_fault: bool) -> TookIn:
    """What an incident comes to with another one in it. `same_fault`: the other is about this one's fault, so that what
    it was opened on is not faulty beside it."""
    fault = state.fault if same_fault else _faults(state, other)
    sound = dict((*_sound(state), *_sound(other)))
    ended = [each.repaired_at for each in ((state,) if same_fault else (state, other))]
    repaired = [each for each in ended if each is not None]
    waits = [each.unacknowledged_since for each in (state, other) if each.unacknowledged_since is not None]
    confirmed = [each.fault_at for each in (state, other) if each.fault_at is not None]
    return TookIn(
        other=id,
        entries_after=(max(each.order for each in entries) // ROOM_FOR + 1) * ROOM_FOR,
        work_orders_after=state.last_work_order,
        since=min(state.since, other.since),
        equipment=tuple(dict.fromkeys((*state.equipment, *other.equipment))),
        tripped=tuple(dict.fromkeys((*state.tripped, *other.tripped))),
        stuck=tuple(dict.fromkeys((*state.stuck, *other.stuck))),
        fault=fault,
        fault_at=max(confirmed, default=None) if fault is not None else None,
        sound=tuple((each, at) for each, at in sound.items() if each in (fault or ())),
        repaired_at=max(repaired) if len(repaired) == len(ended) else None,
        level=other.level if is_graver(other.level, state.level) else None,
        unacknowledged_since=min(waits, default=None),
    )


def _faults(state: IncidentState, other: IncidentState) -> tuple[str, ...] | None:
    """All that is faulty, where both have said so."""
    if state.fault is None or other.fault is None:
        return None
    return tuple(dict.fromkeys((*state.fault, *other.fault)))


def _sound(state: IncidentState) -> list[tuple[str, datetime]]:
    at = state.repaired_at
    return [*state.sound] if at is None else [(each, at) for each in state.fault or ()]
