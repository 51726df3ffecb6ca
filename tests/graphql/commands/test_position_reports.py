"""Reports of switch positions over the API: all are kept, the newest is the position now."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from graph_api.commands.edits import Edit
from graph_api.commands.switching import SetSwitchPosition
from graph_api.live.graph import LiveGraph
from graph_api.stores.contract import Store
from schema.batch import GraphBatch
from schema.grid import Breaker
from schema.vocabulary import SwitchPosition
from tests.contract.test_reports import reports
from tests.graphql.city import ENTITIES, NOW
from tests.graphql.commands.test_mutation import AT, SET, opened
from tests.graphql.conftest import Api

SET_NEWEST = SET.replace("revision repeated", "isNewest revision repeated")


async def test_an_older_report_goes_into_the_series_and_changes_nothing_of_now(api: Api, store: Store) -> None:
    first = (await api.data(SET_NEWEST, input=opened(at=AT)))["setSwitchPosition"]
    late = opened(position="CLOSED", by="王芳", at="2026-07-30T13:49:59+08:00", requestId="late")
    answer = (await api.data(SET_NEWEST, input=late))["setSwitchPosition"]
    assert (first["isNewest"], answer["isNewest"], answer["userErrors"]) == (True, False, [])
    assert answer["switch"] == {**first["switch"], "version": "3"}, "so that nobody else writes its series meanwhile"
    assert answer["revision"] == "3"
    assert [(str(one.position), one.by, one.at.isoformat(), one.sequence) for one in await reports(store)] == [
        ("CLOSED", "王芳", "2026-07-30T05:49:59+00:00", 0),
        ("OPEN", "李建军", "2026-07-30T05:50:00+00:00", 0),
    ]
    again = (await api.data(SET_NEWEST, input=late))["setSwitchPosition"]
    assert (again["repeated"], again["isNewest"]) == (True, False)
    assert len(await reports(store)) == 2


async def test_of_two_reports_of_one_time_the_one_recorded_later_counts(api: Api, store: Store) -> None:
    for position in ("OPEN", "CLOSED", "UNKNOWN"):
        answer = (await api.data(SET_NEWEST, input=opened(position=position, at=AT)))["setSwitchPosition"]
        assert (answer["switch"]["currentPosition"], answer["isNewest"]) == (position, True)
    assert [(str(one.position), one.sequence) for one in await reports(store)] == [
        ("OPEN", 0), ("CLOSED", 1), ("UNKNOWN", 2),
    ]  # fmt: skip


async def test_a_refused_report_is_neither_newest_nor_kept(api: Api, store: Store) -> None:
    answer = (await api.data(SET_NEWEST, input=opened(by=" ")))["setSwitchPosition"]
    assert (answer["isNewest"], answer["switch"]) == (None, None)
    assert await reports(store) == []


async def test_a_report_that_only_the_switch_tells_of_is_kept_in_the_series(api: Api, store: Store) -> None:
    at = datetime(2026, 7, 30, 5, 0, tzinfo=UTC)
    breaker = next(each for each in ENTITIES if isinstance(each, Breaker))
    stands = replace(breaker, position=SwitchPosition.CLOSED, position_at=at, position_by="前值班员")
    await store.apply(GraphBatch(entities=[stands]))
    await api.data(SET, input=opened(at="2026-07-30T05:00:00Z"))
    await api.data(SET, input=opened(position="CLOSED"))
    assert [(str(one.position), one.by, one.at, one.sequence) for one in await reports(store)] == [
        ("CLOSED", "前值班员", at, 0),
        ("OPEN", "李建军", at, 1),
        ("CLOSED", "李建军", NOW, 0),
    ]


@pytest.mark.parametrize(
    ("ahead", "since"),
    [
        (40, "2026-07-30T06:00:40+00:00"),
        (3_600, "2026-07-30T06:00:00+00:00"),  # our clock was put back an hour
        (86_400, "2026-07-30T06:00:00+00:00"),  # it had been a day ahead
        (10**8, "2026-07-30T06:00:00+00:00"),
    ],
)
async def test_a_position_of_now_counts_whatever_a_clock_ahead_of_ours_said(
    api: Api, store: Store, ahead: int, since: str
) -> None:
    breaker = next(each for each in ENTITIES if isinstance(each, Breaker))
    stands = replace(breaker, position=SwitchPosition.CLOSED, position_at=NOW + timedelta(seconds=ahead))
    await store.apply(GraphBatch(entities=[stands]))
    answer = (await api.data(SET_NEWEST, input=opened()))["setSwitchPosition"]
    assert (answer["isNewest"], answer["switch"]["currentPosition"]) == (True, "OPEN")
    assert answer["switch"]["positionAt"] == since


STATE = """{ node(id: "B1") { ... on Switch { currentPosition positionAt } } customersOut { totalCount }
    switchesOffNormal { nodes { switch { id } } }
    impact(equipment: ["L1"]) { at customers { totalCount } operatedBy { id } }
    restoration(equipment: ["L1"]) { operatedBy { id } } }"""
"""One state by five doors: with B1 open nothing behind it falls any more, and B1 does not trip."""


async def test_a_report_of_a_clock_ahead_of_ours_counts_at_once_at_all_doors(api: Api, store: Store) -> None:
    at = (NOW + timedelta(seconds=50)).isoformat()
    answer = (await api.data(SET_NEWEST, input=opened(at=at)))["setSwitchPosition"]
    assert (answer["isNewest"], answer["switch"]["positionAt"]) == (True, NOW.isoformat())
    told = await api.data(STATE)
    assert (told["node"]["currentPosition"], told["customersOut"]["totalCount"]) == ("OPEN", 1)
    assert [each["switch"]["id"] for each in told["switchesOffNormal"]["nodes"]] == ["B1"]
    assert (told["impact"]["customers"]["totalCount"], told["impact"]["operatedBy"]) == (0, [])
    assert told["restoration"]["operatedBy"] == []
    honest = (await api.data(SET_NEWEST, input=opened(position="CLOSED")))["setSwitchPosition"]
    assert (honest["isNewest"], honest["switch"]["currentPosition"]) == (True, "CLOSED")
    assert [(str(one.position), one.at) for one in await reports(store)] == [("OPEN", NOW), ("CLOSED", NOW)]


async def test_the_same_of_several_operations_as_one_act(api: Api) -> None:
    act = """mutation R($input: RecordSwitchingInput!) { recordSwitching(input: $input) {
        switches { id currentPosition positionAt } userErrors { message } } }"""
    ahead = (NOW + timedelta(seconds=30)).isoformat()
    operations = [{"switch": "B1", "position": "OPEN", "at": ahead}]
    made = (await api.data(act, input={"operations": operations, "by": "李建军"}))["recordSwitching"]
    assert made["switches"] == [{"id": "B1", "currentPosition": "OPEN", "positionAt": NOW.isoformat()}]
    assert (await api.data(STATE))["impact"]["operatedBy"] == []


@pytest.mark.parametrize(("ahead", "moment"), [(40, 40), (3_600, 0)])
async def test_what_another_process_told_by_its_own_clock_counts_here(
    api: Api, live: LiveGraph, store: Store, ahead: int, moment: int
) -> None:
    """Its clock is ahead of ours: an answer of now is of the time of the newest report, but for one from far ahead."""
    command = SetSwitchPosition(switch="B1", position=SwitchPosition.OPEN, by="李建军", source="电话")
    edit = command.plan(live.pin(), NOW + timedelta(seconds=ahead))
    assert isinstance(edit, Edit)
    revision = (await store.apply(edit.batch)).revision
    answer = await api.ask(STATE, {"X-Min-Revision": str(revision)})
    told = answer["data"]
    assert told["node"]["currentPosition"] == "OPEN"
    assert datetime.fromisoformat(told["impact"]["at"]) == NOW + timedelta(seconds=moment)
    if moment:
        assert (told["customersOut"]["totalCount"], told["impact"]["operatedBy"]) == (1, [])


@pytest.mark.parametrize("behind", [3_600, 86_400])
async def test_a_time_later_than_our_clock_is_refused_with_the_time_here(api: Api, store: Store, behind: int) -> None:
    """The sender's clock is right and ours is behind, or the other way round: nobody can tell but those who read it."""
    at = (NOW + timedelta(seconds=behind)).isoformat()
    answer = (await api.data(SET_NEWEST, input=opened(at=at)))["setSwitchPosition"]
    (error,) = answer["userErrors"]
    assert error["path"] == ["input", "at"]
    assert f"it is {NOW.isoformat()} here" in error["message"]
    assert "set the clock" in error["message"]
    assert await reports(store) == []


async def test_reports_stay_in_the_order_of_their_times_whatever_our_clock_does(live: LiveGraph, store: Store) -> None:
    """A day ahead, put right, back an hour, right again: what is reported of now is the position each time."""
    jumps = (timedelta(0), timedelta(days=1), timedelta(minutes=5), timedelta(hours=-1), timedelta(minutes=10))
    for number, jump in enumerate(jumps):
        now = NOW + jump
        command = SetSwitchPosition(
            switch="B1",
            position=SwitchPosition.OPEN if number % 2 else SwitchPosition.CLOSED,
            by="李建军",
            source="电话",
        )
        edit = command.plan(live.pin(), now)
        assert isinstance(edit, Edit)
        await live.apply(edit.batch)
        breaker = live.pin().graph.find("B1")
        assert breaker is not None
        stands = live.pin().graph.entity(breaker)
        assert isinstance(stands, Breaker)
        assert (stands.position, stands.position_at) == (command.position, now)
    times = [one.at for one in await reports(store)]
    assert times == sorted(NOW + jump for jump in jumps)


async def test_who_confirms_an_open_breaker_again_moves_no_deadline(api: Api) -> None:
    await api.data(SET, input=opened(at=AT))
    await api.data(SET, input=opened(by="电话确认", requestId="again"))  # now
    asked = (
        '{ impact(equipment: ["L1"], tripped: ["B1"]) { since } switchesOffNormal { nodes { switch { id } since } } }'
    )
    told = await api.data(asked)
    moment = datetime.fromisoformat(AT)
    assert datetime.fromisoformat(told["impact"]["since"]) == moment, "the loss was when it opened first"
    since = {each["switch"]["id"]: each["since"] for each in told["switchesOffNormal"]["nodes"]}
    assert datetime.fromisoformat(since["B1"]) == moment
