"""Shares and order: nobody has more than a share, urgent questions come first, and who is sent away is told when."""

from __future__ import annotations

import asyncio
import math
import threading
from collections.abc import Callable

import httpx
import pytest

from graph_api.errors import Overloaded
from graph_api.graphql.execution.lanes import Bounds, Lanes
from graph_api.graphql.execution.shares import Share, Shares
from graph_api.graphql.execution.urgency import Urgency
from schema.access import AccessRole
from tests.graphql.access.conftest import Door
from tests.graphql.conftest import check_shape

REVISION = "{ graph { revision } }"
SWEEP = "query { ...S } fragment S on Query { contingencies { totalCount } }"
WAYS = '{ paths(from: "B1", to: "B2") { nodes { length } } }'
PLAN = '{ restoration(equipment: ["B1"]) { revision } }'


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not true():  # noqa: ASYNC110
            await asyncio.sleep(0.002)


def test_a_share_of_a_second_comes_back_with_time() -> None:
    now = [100.0]
    shares = Shares(Share(per_second=2), lambda: now[0])

    def taken(who: str) -> bool:
        try:
            with shares.taken(who):
                return True
        except Overloaded:
            return False

    assert [taken("a") for _ in range(6)] == [True] * 4 + [False] * 2, "two seconds' worth in one go"
    with pytest.raises(Overloaded) as told, shares.taken("a"):
        pass
    assert told.value.details == {"retryAfterSeconds": 1}
    assert taken("b"), "others have their own"
    now[0] += 0.5
    assert [taken("a"), taken("a")] == [True, False]
    now[0] += 3600
    assert [taken("a") for _ in range(5)] == [True] * 4 + [False]


def test_what_is_under_way_counts_until_it_ends() -> None:
    shares = Shares(Share(at_once=1))
    with shares.taken("a"), pytest.raises(Overloaded), shares.taken("a"):
        pass
    with shares.taken("a"), shares.taken("b"), shares.taken(""), shares.taken(""):
        pass


@pytest.mark.parametrize("door", [{"max_per_second": 1}], indirect=True)
async def test_who_asks_too_often_is_told_to_come_back_and_nobody_else(door: Door) -> None:
    one, other = await door.key(AccessRole.VIEWER), await door.key(AccessRole.VIEWER)
    answers = [await door.ask(one, REVISION) for _ in range(3)]
    assert [each.status_code for each in answers] == [200, 200, 429]
    assert answers[2].headers["retry-after"] == "1"
    (error,) = answers[2].json()["errors"]
    check_shape(error)
    assert error["extensions"]["code"] == "OVERLOADED"
    assert (await door.ask(other, REVISION)).status_code == 200


@pytest.mark.parametrize("door", [{"max_at_once": 1}], indirect=True)
async def test_who_has_a_share_under_way_waits_and_nobody_else(door: Door) -> None:
    one, other = await door.key(AccessRole.VIEWER), await door.key(AccessRole.VIEWER)
    lanes, may_end = door.operations.executor.lanes, threading.Event()
    held = asyncio.create_task(lanes.run(lambda: may_end.wait(10), heavy=True))
    waiting = asyncio.create_task(door.ask(one, SWEEP))
    await until(lambda: lanes.queue().heavy_waiting == 1)
    assert (await door.ask(one, REVISION)).status_code == 429
    assert (await door.ask(other, REVISION)).status_code == 200
    may_end.set()
    assert (await waiting).status_code == 200
    assert (await door.ask(one, REVISION)).status_code == 200
    await held


async def test_dispatchers_in_an_incident_come_first_and_sweeps_last(door: Door) -> None:
    viewer, dispatcher = await door.key(AccessRole.VIEWER), await door.key(AccessRole.DISPATCHER)
    lanes, ends = door.operations.executor.lanes, [threading.Event(), threading.Event()]
    held = [
        asyncio.create_task(lanes.run(lambda end=end: end.wait(10), heavy=True, urgency=Urgency.URGENT))  # type: ignore[misc]
        for end in ends
    ]
    answered: list[str] = []

    async def ask(key: dict[str, str], query: str) -> None:
        answer: httpx.Response = await door.ask(key, query)
        assert "errors" not in answer.json(), answer.text
        answered.append(query)

    tasks = []
    for place, (key, query) in enumerate(((dispatcher, SWEEP), (viewer, WAYS), (dispatcher, PLAN)), 1):
        tasks.append(asyncio.create_task(ask(key, query)))
        await until(lambda place=place: lanes.queue().heavy_waiting == place)  # type: ignore[misc]
    ends[0].set()
    await asyncio.gather(*tasks)
    assert answered == [PLAN, WAYS, SWEEP]
    ends[1].set()
    assert await asyncio.gather(*held) == [True, True]


async def test_a_full_line_sends_the_least_urgent_away_for_a_more_urgent_one() -> None:
    lanes, may_end = Lanes(Bounds(quick=1, heavy=1, waiting=2, cpu_seconds=math.inf)), threading.Event()

    def asked(urgency: Urgency) -> asyncio.Task[bool]:
        return asyncio.create_task(lanes.run(lambda: may_end.wait(10), heavy=True, urgency=urgency))

    running = [asked(Urgency.URGENT), asked(Urgency.URGENT)]
    usual, later = asked(Urgency.USUAL), asked(Urgency.CAN_WAIT)
    await until(lambda: lanes.queue().heavy_waiting == 2)
    urgent = asked(Urgency.URGENT)
    with pytest.raises(Overloaded):
        await later
    with pytest.raises(Overloaded):
        await asked(Urgency.USUAL)
    may_end.set()
    assert await asyncio.gather(*running, usual, urgent) == [True] * 4
    assert lanes.queue().heavy_waiting == 0


async def test_nobody_has_more_than_half_of_the_line() -> None:
    lanes, may_end = Lanes(Bounds(quick=1, heavy=1, waiting=4, cpu_seconds=math.inf)), threading.Event()

    def asked(who: str) -> asyncio.Task[bool]:
        return asyncio.create_task(lanes.run(lambda: may_end.wait(10), heavy=True, who=who))

    tasks = [asked("a"), asked("a")]
    await until(lambda: lanes.queue().heavy_waiting == 1)
    with pytest.raises(Overloaded):
        await asked("a")
    tasks += [asked("b"), asked("b")]
    await until(lambda: lanes.queue().heavy_waiting == 3)
    may_end.set()
    assert await asyncio.gather(*tasks) == [True] * 4
