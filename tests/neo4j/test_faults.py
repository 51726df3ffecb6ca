"""What becomes of commits when connections, clients and servers break at the worst moment."""

from __future__ import annotations

import asyncio
import random
import signal
import sys
import time
from pathlib import Path

import pytest
from neo4j import Driver

from graph_api.errors import Conflict, OutcomeUnknown, RequestIdConflict, StoreReplaced, StoreUnavailable
from graph_api.stores import open_store
from graph_api.stores.contract import Commit
from graph_api.stores.neo4j import Neo4jStore
from schema.batch import GraphBatch
from schema.people import Person, Team
from tests.neo4j.fixtures import VERSION, started
from tests.neo4j.outage import play
from tests.neo4j.proxy import FaultProxy, port_of
from tests.neo4j.server import Neo4jServer
from tests.neo4j.torture import kill_while_writing

WITHIN = 3.0
"""Seconds in which a mutation is answered, whatever becomes of Neo4j."""


def edit(name: str) -> GraphBatch:
    return GraphBatch(entities=[Team(id="team", name=name)])


async def test_a_reset_at_every_point_of_a_commit_leaves_no_doubt(neo4j_store: Neo4jStore) -> None:
    """The proxy resets at the 1st, 2nd, ... piece; `outcome` then always tells what is really there."""
    await neo4j_store.apply(edit("before"))
    answers: list[type] = []
    untouched = point = 0
    # how many pieces a commit has differs a little from one to the next
    while untouched < 5 or OutcomeUnknown not in answers:
        assert point < 200
        point = point + 1 if untouched < 5 else point - 1
        answer, reached = await reset_at(neo4j_store, point, f"r{len(answers)}")
        answers.append(type(answer))
        untouched += not reached
    assert set(answers) == {Commit, StoreUnavailable, OutcomeUnknown}


async def reset_at(neo4j_store: Neo4jStore, point: int, request: str) -> tuple[Commit | Exception, bool]:
    before = await neo4j_store.revision()
    async with FaultProxy(port_of(neo4j_store.server.uri)) as proxy:
        store = open_store(proxy.uri)
        await store.revision()
        proxy.passed, proxy.reset_at = 0, point
        try:
            answer: Commit | Exception = await store.apply(edit(request), request_id=request)
        except (StoreUnavailable, OutcomeUnknown) as error:
            answer = error
        reached = proxy.refuses
        await store.close()
    known = await neo4j_store.outcome(request)
    assert await neo4j_store.revision() == before + (known is not None)
    if isinstance(answer, Commit):
        assert known is not None
        assert known.revision == answer.revision
    elif isinstance(answer, StoreUnavailable):
        assert known is None
    if known is None:
        with pytest.raises(RequestIdConflict):
            await neo4j_store.apply(edit(request), request_id=request)
    return answer, reached


async def test_a_lost_connection_is_made_anew_unseen(neo4j_store: Neo4jStore) -> None:
    async with FaultProxy(port_of(neo4j_store.server.uri)) as proxy:
        store = open_store(proxy.uri)
        first = await store.apply(edit("one"))
        proxy.reset()
        assert (await store.apply(edit("two"))).revision == first.revision + 1
        await store.close()


async def test_a_black_hole_is_answered_in_time_and_left_when_it_ends(neo4j_store: Neo4jStore) -> None:
    async with FaultProxy(port_of(neo4j_store.server.uri)) as proxy:
        store = open_store(proxy.uri)
        await store.apply(edit("one"))
        proxy.swallow(True)
        for request in ("r1", "r2"):
            begun = time.monotonic()
            with pytest.raises(StoreUnavailable):
                await store.apply(edit("two"), request_id=request)
            assert time.monotonic() - begun < WITHIN
        proxy.swallow(False)
        assert await store.outcome("r1") is None
        assert (await store.apply(edit("two"), request_id="r2")).revision == 2
        await store.close()


async def _lines(process: asyncio.subprocess.Process, count: int) -> None:
    assert process.stdout is not None
    for _ in range(count):
        assert await process.stdout.readline()


async def test_what_is_said_of_a_commit_that_nothing_answered_is_true(neo4j_store: Neo4jStore) -> None:
    """Nothing passes from some piece of a commit on, until it was answered; then all that was held back does: "nothing
    was changed" holds for good, and who is told that it is not known finds out by the request id."""
    # with an id, as those below: a server that has to compile their statements first ends them before their commit
    await neo4j_store.apply(edit("before"), request_id="before")
    answers: list[type] = []
    point = 2
    while OutcomeUnknown not in answers:
        assert len(answers) < 80
        request = f"r{len(answers)}"
        async with FaultProxy(port_of(neo4j_store.server.uri)) as proxy:
            answer = await swallowed_at(proxy, point, request)
            await asyncio.sleep(0.2)  # for what was held back to arrive
        answers.append(type(answer))
        if isinstance(answer, StoreUnavailable):
            assert await neo4j_store.outcome(request) is None
        else:
            sent_again = await neo4j_store.apply(edit(request), request_id=request)
            assert await neo4j_store.revision() == sent_again.revision
        # the last pieces are the commit's own, and how many there are differs a little from one to the next
        point += -1 if Commit in answers else 1 if point >= 14 else 4
    assert StoreUnavailable in answers


async def swallowed_at(proxy: FaultProxy, point: int, request: str) -> Commit | Exception:
    store = open_store(proxy.uri)
    try:
        await store.revision()
        proxy.passed, proxy.swallow_at = 0, point
        return await store.apply(edit(request), request_id=request)
    except (StoreUnavailable, OutcomeUnknown) as error:
        return error
    finally:
        proxy.swallow(False)
        await store.close()


async def test_a_frozen_writer_does_not_hold_up_the_others(neo4j_store: Neo4jStore, neo4j_driver: Driver) -> None:
    """SIGSTOP while it holds the lock: the server ends its transaction, the next writer commits within 4 s."""
    chance = random.Random(7)
    await neo4j_store.apply(edit("before"))
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.neo4j.worker",
        "write",
        neo4j_store.server.uri,
        "w",
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        await _lines(process, 5)
        for _ in range(50):
            process.send_signal(signal.SIGSTOP)
            await asyncio.sleep(0.2)
            if _holds_lock(neo4j_driver):
                break
            process.send_signal(signal.SIGCONT)
            await asyncio.sleep(chance.uniform(0.02, 0.2))
        else:
            pytest.fail("the writer was never caught with the lock")
        begun = time.monotonic()
        while True:
            try:
                await neo4j_store.apply(edit("after"))
                break
            except StoreUnavailable:
                assert time.monotonic() - begun < 60
        waited = time.monotonic() - begun
        assert waited < 4.0
        assert waited > 0.1, "it did not have to wait: the writer did not hold the lock"
        process.send_signal(signal.SIGCONT)
        await _lines(process, 5)
    finally:
        process.kill()
        await process.wait()


def _holds_lock(driver: Driver) -> bool:
    with driver.session() as session:
        rows = session.run(
            "SHOW TRANSACTIONS YIELD activeLockCount, currentQuery WHERE activeLockCount > 1 RETURN count(*) AS held"
        )
        return bool(rows.single(strict=True)["held"])


async def test_two_writers_race_without_losing_anything(neo4j_store: Neo4jStore) -> None:
    other = open_store(neo4j_store.server.uri)
    await neo4j_store.apply(GraphBatch(entities=[Person(id="counter", row=0)]))
    wins = [0, 0]

    async def race(place: int, store: Neo4jStore) -> None:
        while wins[place] < 20:
            version = await store.revision()
            try:
                await store.apply(
                    GraphBatch(entities=[Person(id="counter", row=version)]), expected={"counter": version}
                )
                wins[place] += 1
            except Conflict:
                continue

    assert isinstance(other, Neo4jStore)
    await asyncio.gather(race(0, neo4j_store), race(1, other))
    changes = [change async for change in other.changes(0)]
    assert [change.revision for change in changes] == list(range(1, 42))
    await other.close()


async def test_kill_9_of_the_server_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    server = Neo4jServer(tmp_path, version=VERSION)
    with started(server):
        account = await kill_while_writing(server, kills=2)
    assert account.acknowledged > 0
    assert account.trouble == []


async def test_a_store_that_was_replaced_is_not_written_to(neo4j_store: Neo4jStore, neo4j_driver: Driver) -> None:
    """Restored to an older revision, or another store: refused until the caller has asked for its identity."""
    await neo4j_store.apply(edit("one"))
    await neo4j_store.apply(edit("two"))
    for damage in ("MATCH (m:_Meta) SET m.revision = 1", "MATCH (m:_Meta) SET m.uuid = 'other'"):
        with neo4j_driver.session() as session:
            session.run("MATCH (c:_Change) WHERE c.revision > 1 DELETE c").consume()
            session.run(damage).consume()
        with pytest.raises(StoreReplaced):
            await neo4j_store.apply(edit("three"))
        revision = (await neo4j_store.meta()).revision
        assert (await neo4j_store.apply(edit("three"))).revision == revision + 1


async def test_no_read_fails_while_the_server_is_away(tmp_path: Path) -> None:
    """Killed, frozen, black hole: reads go on, writes are refused in time, all recovers alone."""
    server = Neo4jServer(tmp_path, version=VERSION)
    with started(server):
        normal, *outages = await play(server, nodes=2_000, seconds=4.0)
    assert normal.writes >= 5
    for phase in outages:
        assert phase.reads
        assert phase.refused_writes
        assert max(phase.refused_writes) < WITHIN
    assert sum(phase.failed_reads for phase in (normal, *outages)) == 0
