"""Service clocks: from which state to which, in what area, over a promise and over a cap; each told once."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from graph_api.commands.edits import Edit
from graph_api.commands.incident.keeping import clocks_fired, kept, next_moment
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.snapshot import Snapshot
from graph_api.services.incident import contents
from graph_api.services.incident.clocks import clocks_of
from graph_api.services.incident.contents import Entry, read
from graph_api.services.incident.records import STATES
from graph_api.services.incident.room import Told
from graph_api.services.incident.state import IncidentState, entries_as_of, fold
from loaders.drawing import batch
from schema.commitment import ServiceCommitment
from schema.grid import Area
from schema.incident import Incident, TimelineEntry
from schema.incident_terms import ClockEvent, ClockState, CommitmentType, WorkOrderState
from schema.relationships import Relationship, RelationshipKind
from schema.vocabulary import AreaClass
from tests.nights import clock
from tests.services.incident.test_state import entry

S, T = WorkOrderState, CommitmentType
GRID = "F1 = CB1\nG1 - B1 - CB1 - L1 - S1>C1\n"
LIMITS = [
    ServiceCommitment(id="SITE", begins=S.REPORTED, ends=S.ARRIVED, limit_min=45, warn_min=10,
                      commitment_type=T.PROMISE),
    ServiceCommitment(id="CAP-C", begins=S.REPORTED, ends=S.ARRIVED, limit_min=60, area_class=AreaClass.CITY,
                      commitment_type=T.CAP),
    ServiceCommitment(id="CAP-R", begins=S.REPORTED, ends=S.ARRIVED, limit_min=120, area_class=AreaClass.RURAL,
                      commitment_type=T.CAP),
    ServiceCommitment(id="BACK", begins=S.ARRIVED, ends=S.RESTORED, limit_min=180, warn_min=30),
]  # fmt: skip


def model_of(area: AreaClass | None = None) -> ReadModel:
    drawn = batch(GRID)
    places = [Area(id="A1", area_class=area), Incident(id="I", number="1", name="x")]
    links = [Relationship(kind=RelationshipKind.CONTAINED_IN, source="L1", target="A1")]
    return ReadModel.build(Snapshot.of([*drawn.entities, *places, *LIMITS], [*drawn.relationships, *links]))


def opened(*orders: tuple[str, WorkOrderState]) -> list[Entry]:
    entries = [entry(1, contents.Opened(title="x", since=clock("02:00"), equipment=("L1",)), "02:10")]
    for place, (at, state) in enumerate(orders, 2):
        entries.append(entry(place, contents.WorkOrderMoved(work_order=1, state=state, task="t"), at, None, "L1"))
    return entries


def state_of(entries: list[Entry]) -> IncidentState:
    state = fold(entries_as_of(entries))
    assert state is not None
    return state


def standing(model: ReadModel, entries: list[Entry], at: str) -> dict[str, tuple[str, ClockState, bool]]:
    found = clocks_of(model, state_of(entries), clock(at))
    return {each.commitment_id: (f"{each.due_at:%H:%M}", each.state, each.warned) for each in found}


def test_over_the_promise_and_under_the_cap_are_two_facts() -> None:
    model = model_of(AreaClass.CITY)
    sent = [("02:20", S.DISPATCHED)]
    assert standing(model, opened(*sent), "02:44") == {
        "SITE": ("02:55", ClockState.RUNNING, False),
        "CAP-C": ("03:10", ClockState.RUNNING, False),
    }, "what was never reported as received counts from the opening"
    assert standing(model, opened(*sent), "02:45")["SITE"] == ("02:55", ClockState.RUNNING, True)
    assert standing(model, opened(*sent), "02:56")["SITE"] == ("02:55", ClockState.BREACHED, False)
    arrived = opened(*sent, ("03:04", S.ARRIVED))
    assert standing(model, arrived, "04:00") == {
        "SITE": ("02:55", ClockState.BREACHED, False),
        "CAP-C": ("03:10", ClockState.MET, False),
        "BACK": ("06:04", ClockState.RUNNING, False),
    }
    skipped = opened(("02:12", S.REPORTED), *sent, ("02:50", S.REPAIRED))
    assert standing(model, skipped, "04:00")["SITE"] == ("02:57", ClockState.MET, False), "it was there before"
    assert "BACK" not in standing(model, skipped, "04:00"), "nobody knows when the crew arrived"


def test_the_area_decides_and_where_nobody_knows_it_the_strictest() -> None:
    sent = opened(("02:20", S.DISPATCHED))
    assert set(standing(model_of(AreaClass.RURAL), sent, "02:30")) == {"SITE", "CAP-R"}
    assert set(standing(model_of(None), sent, "02:30")) == {"SITE", "CAP-C"}


def fire(model: ReadModel, entries: list[Entry], now: datetime) -> list[tuple[str, ClockEvent]]:
    """What is told at a moment, and goes into the timeline."""
    told = Told(model.graph.index("I"), tuple(entries), state_of(entries))
    fired = clocks_fired(model, state_of(entries), now)
    edit = kept(model, told, fired, now)
    assert (edit is None) == (not fired)
    if isinstance(edit, Edit):
        entries += [read(each) for each in edit.batch.entities if isinstance(each, TimelineEntry)]
    return [(each.commitment, each.event) for each in fired]


def test_each_is_told_once_also_where_the_clock_is_set_back() -> None:
    model, entries = model_of(AreaClass.CITY), opened(("02:20", S.DISPATCHED))
    assert fire(model, entries, clock("02:44")) == []
    assert next_moment(model, state_of(entries), clock("02:44")) == clock("02:45")
    assert fire(model, entries, clock("02:45")) == [("SITE", ClockEvent.WARNED)]
    assert fire(model, entries, clock("03:30")) == [("SITE", ClockEvent.BREACHED), ("CAP-C", ClockEvent.BREACHED)]
    assert fire(model, entries, clock("01:00")) == []
    assert fire(model, entries, clock("04:00")) == []
    assert next_moment(model, state_of(entries), clock("04:00")) is None


def test_a_night_minute_by_minute_against_brute_force() -> None:
    """Random orders; at every minute the clocks that have to tell something, by plain counting."""
    rng = random.Random(45)
    model = model_of(AreaClass.CITY)
    begins = {"SITE": (S.REPORTED, S.ARRIVED, 45, 10), "CAP-C": (S.REPORTED, S.ARRIVED, 60, None)}
    begins["BACK"] = (S.ARRIVED, S.RESTORED, 180, 30)
    for _ in range(60):
        states = sorted(rng.sample(range(len(STATES)), rng.randint(1, 5)))
        minutes = sorted(rng.sample(range(12, 400), len(states)))
        orders = [(minute, STATES[place]) for minute, place in zip(minutes, states, strict=True)]
        told: list[tuple[str, ClockEvent]] = []
        expected: list[tuple[str, ClockEvent]] = []
        entries = opened()
        for minute in range(10, 460):
            now = clock("02:00") + timedelta(minutes=minute)
            said = [each for each in orders if each[0] == minute]
            if said:
                moved = contents.WorkOrderMoved(work_order=1, state=said[0][1], task="t")
                at = f"{now:%H:%M}"
                entries.append(entry(1 + max(each.entity.order for each in entries), moved, at, None, "L1"))
            told += fire(model, entries, now)
        for name, (first, last, limit, warn) in begins.items():
            start = next((minute for minute, state in orders if state is first), None)
            if start is None and first is S.REPORTED:
                start = 10
            end = next((minute for minute, state in orders if STATES.index(state) >= STATES.index(last)), 10_000)
            known = orders[0][0]  # before the order is there nobody can tell anything of it
            if start is None:
                continue
            due = start + limit
            if due < end and max(due + 1, known) < 460:
                expected.append((name, ClockEvent.BREACHED))
            if warn and max(due - warn, known) < min(end, due + 1, 460):
                expected.append((name, ClockEvent.WARNED))
        assert sorted(told) == sorted(expected), orders
