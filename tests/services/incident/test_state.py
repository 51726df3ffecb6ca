"""The fold of a timeline: as it was, as it was known, and never rewritten by what is said late."""

from __future__ import annotations

import random
from datetime import timedelta

from graph_api.services.incident import contents
from graph_api.services.incident.contents import TYPE_OF, Content, Entry, read, written
from graph_api.services.incident.state import entries_as_of, fold
from schema.incident import TimelineEntry
from schema.incident_terms import CallOutcome, EntryType, WorkOrderState
from schema.vocabulary import EvidenceKind
from tests.nights import clock

OPENED = contents.Opened(title="1021跳闸", since=clock("02:13"), equipment=("L4",), tripped=("CB1",))


def entry(order: int, content: Content, at: str, recorded: str | None = None, *things: str) -> Entry:
    made = TimelineEntry(
        id=f"I:{order}",
        order=order,
        entry_type=TYPE_OF[type(content)],
        at=clock(at),
        recorded_at=clock(recorded or at),
        by="严",
        things=things,
        details=written(content),
    )
    return read(made)


def order_moved(number: int, state: WorkOrderState) -> Content:
    return contents.WorkOrderMoved(work_order=number, state=state, task="巡线" if number == 1 else None)


NIGHT = [
    entry(1, OPENED, "02:14"),
    entry(2, contents.EvidenceSaid(kind=EvidenceKind.CALL), "02:15", None, "C1"),
    entry(3, order_moved(1, WorkOrderState.DISPATCHED), "02:20"),
    entry(4, contents.EvidenceSaid(kind=EvidenceKind.METER, positive=False), "02:12", "02:30", "C2"),
    entry(5, contents.EvidenceWithdrawn(entry=2), "02:35"),
    entry(6, order_moved(1, WorkOrderState.ARRIVED), "02:40", "03:00"),
    entry(7, contents.FaultConfirmed(), "02:45", "03:01", "L3"),
    entry(8, contents.Called(person="P1", outcome=CallOutcome.NO_ANSWER), "02:50"),
    entry(9, contents.Closed(), "04:00"),
]


def test_as_it_is() -> None:
    state = fold(entries_as_of(NIGHT))
    assert state is not None
    assert (state.title, state.since, state.faulty) == ("1021跳闸", clock("02:13"), ("L3",))
    assert [each.entry for each in state.reports] == [4]
    (order,) = state.work_orders
    assert (order.state, order.task, order.is_open) == (WorkOrderState.ARRIVED, "巡线", True)
    assert order.times == ((WorkOrderState.DISPATCHED, clock("02:20")), (WorkOrderState.ARRIVED, clock("02:40")))
    assert (state.closed_at, state.is_open, state.entry_count) == (clock("04:00"), False, 9)


def test_as_it_was() -> None:
    assert fold(entries_as_of(NIGHT, clock("02:13"))) is None, "it was not opened yet"
    state = fold(entries_as_of(NIGHT, clock("02:42")))
    assert state is not None
    assert (state.fault, state.faulty, state.is_open) == (None, ("L4",), True)
    assert state.work_orders[0].state is WorkOrderState.ARRIVED, "it had arrived, though nobody had said so yet"


def test_as_it_was_known() -> None:
    state = fold(entries_as_of(NIGHT, known=clock("02:42")))
    assert state is not None
    assert state.work_orders[0].state is WorkOrderState.DISPATCHED, "that it had arrived was said at 03:00"
    state = fold(entries_as_of(NIGHT, known=clock("02:31")))
    assert state is not None
    assert [each.entry for each in state.reports] == [4, 2], "in the order in which they were so"


def test_what_is_said_late_does_not_change_what_was_known() -> None:
    rng = random.Random(15)
    for _ in range(300):
        minutes = rng.randrange(180)
        known = clock("02:00") + timedelta(minutes=minutes)
        seen = fold(entries_as_of(NIGHT, known=known))
        late = [
            entry(10 + place, order_moved(rng.randint(1, 3), rng.choice(list(WorkOrderState))), "02:20", "05:10")
            for place in range(rng.randint(1, 5))
        ]
        assert fold(entries_as_of([*NIGHT, *late], known=known)) == seen
        at = clock("02:00") + timedelta(minutes=rng.randrange(180))
        both = fold(entries_as_of(NIGHT, at, known))
        by_hand = [each for each in NIGHT if each.entity.at <= at and each.entity.recorded_at <= known]
        assert (both is None) == (not any(each.entity.entry_type is EntryType.OPENED for each in by_hand))
        assert both is None or both.entry_count == len(by_hand)


def test_a_report_before_the_opening_is_kept() -> None:
    state = fold(entries_as_of(NIGHT))
    assert state is not None
    assert state.reports[0].at < state.opened_at


def test_what_cannot_be_read_is_told_and_harms_nothing() -> None:
    spoiled = NIGHT[2].entity
    changed = TimelineEntry(
        id=spoiled.id,
        order=spoiled.order,
        entry_type=spoiled.entry_type,
        at=spoiled.at,
        recorded_at=spoiled.recorded_at,
        by=spoiled.by,
        details='{"work_order": "one"}',
    )
    state = fold(entries_as_of([*NIGHT[:2], read(changed), *NIGHT[3:]]))
    assert state is not None
    assert state.unread == (3,)
    assert [each.state for each in state.work_orders] == [WorkOrderState.ARRIVED]
    assert not state.is_open


def test_every_type_is_written_and_read_as_it_was() -> None:
    for each in NIGHT:
        assert read(each.entity) == each
    assert set(contents.CONTENTS) == set(EntryType)
