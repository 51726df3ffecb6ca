"""A server of several processes: which are counted, what happens when one is killed, how all of them end."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from graph_api.access.principal import local_user
from graph_api.app.workers import line
from graph_api.app.workers.pool import Count, Workers
from graph_api.graphql.execution.elsewhere import Lost, Question
from graph_api.settings import Settings
from loaders.drawing import batch
from schema.words import Language
from tests.cli.conftest import Shell
from tests.graphql.city import NOW
from tests.serving import Served, running

ROOT = Path(__file__).parents[3]
SERVE = [sys.executable, "-m", "graph_api.cli", "serve", "--port", "0", "--workers", "2"]
CITY = "F1 = CB1\nF1 @ SUB1\nG1 - B1 - CB1 - L1 - S1>C1"
SWEEP = "{ contingencies { totalCount } graph { revision } }"
MOVE = """mutation($to: SwitchPosition!) { setSwitchPosition(input: {switch: "CB1", position: $to}) {
  revision userErrors { message } } }"""
ALL = {"workers": {"ready": 2, "of": 2}, "heavyProcesses": {"ready": 1, "of": 1}}

QUESTION = Question(
    query=SWEEP, operation_name=None, variables={}, principal=local_user(), language=Language.EN, now=NOW,
    request_id="r1", store="", revision=1, exactly=False, since=None, hides_all=False, status=None, head="",
)  # fmt: skip

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds processes where Linux tells them"),
]


def until(true: Callable[[], bool]) -> None:
    for _ in range(1_200):
        if true():
            return
        time.sleep(0.05)
    raise TimeoutError


def children(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


class Several:
    """A server of several processes, asked over one connection."""

    def __init__(self, served: Served, client: httpx.Client) -> None:
        self.process, self.client = served.process, client

    def ask(self, query: str, **variables: Any) -> httpx.Response:
        return self.client.post("/graphql", json={"query": query, "variables": variables})

    def counts(self) -> dict[str, Any]:
        told = self.client.get("/readyz").json()
        return {kind: told[kind] for kind in ALL}

    def further(self) -> list[int]:
        """Numbers of its further processes."""
        return children(self.process.pid)

    def metric(self, name: str) -> float:
        (line,) = [each for each in self.client.get("/metrics").text.splitlines() if each.startswith(name)]
        return float(line.split()[-1])


@pytest.fixture(scope="module")
def several(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Several]:
    shell = Shell(tmp_path_factory.mktemp("several"))
    shell.fill(batch(CITY, F1={"name": "10kV 滨江一线"}))
    with (
        running(SERVE, {"BAODIAN_STORE": shell.store, "BAODIAN_HEAVY_PROCESSES": "1"}, ROOT) as served,
        httpx.Client(base_url=served.address, timeout=60, trust_env=False) as client,
    ):
        server = Several(served, client)
        until(lambda: server.counts() == ALL)
        yield server


def test_a_change_is_in_whatever_any_process_answers_after_it(several: Several) -> None:
    for position in ("OPEN", "CLOSED"):
        made = several.ask(MOVE, to=position).json()["data"]["setSwitchPosition"]
        assert made["userErrors"] == []
        answers = [several.ask(query) for query in (SWEEP, "{ graph { revision } }") * 3]
        assert all(int(each.headers["x-revision"]) >= int(made["revision"]) for each in answers)
        assert all("errors" not in each.json() for each in answers)


def test_one_that_is_killed_is_missed_by_nobody_counted_and_started_again(several: Several) -> None:
    before = several.further()
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    quick, heavy = several.ask("{ graph { revision } }"), several.ask(SWEEP)
    assert "errors" not in quick.json()
    assert (heavy.status_code, "errors" in heavy.json()) in ((200, False), (429, True)), (
        "answered, or told to ask again"
    )
    until(lambda: several.counts() == ALL and not {*before} & {*several.further()})
    assert several.metric('baodian_process_restarts_total{kind="quick"}') == 1
    assert several.metric('baodian_process_restarts_total{kind="heavy"}') == 1
    assert several.metric('baodian_processes_ready{kind="quick"}') == 2
    assert several.ask(SWEEP).status_code == 200


@pytest.fixture
def store(tmp_path: Path) -> str:
    shell = Shell(tmp_path)
    shell.fill(batch(CITY, F1={"name": "10kV 滨江一线"}))
    return shell.store


async def test_one_that_is_frozen_is_ended_told_by_kind_and_number_and_started_again(
    store: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(line, "BEAT_S", 0.3)
    others = children(os.getpid())
    workers = Workers(Settings(store=store, workers=2, heavy_processes=1))

    async def are(quick: Count, heavy: Count) -> list[int]:
        async with asyncio.timeout(60):
            while (workers.quick(), workers.heavy()) != (quick, heavy):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        return [each for each in children(os.getpid()) if each not in others]

    async with workers.running():
        before = await are(Count(2, 2, 0), Count(1, 1, 0))
        for pid in before:
            os.kill(pid, signal.SIGSTOP)
        seats = [workers.seat(heavy=heavy, busy_here=1) for heavy in (True, False)]
        asked = [each.ask(QUESTION, None) for each in seats if each is not None]
        lost = await asyncio.gather(*asked, return_exceptions=True)
        assert [type(each) for each in lost] == [Lost, Lost]
        after = await are(Count(2, 2, 1), Count(1, 1, 1))
        assert (len(before), len(after), {*before} & {*after}) == (2, 2, set())
    told = {each.getMessage() for each in caplog.records if each.name == "baodian.workers"}
    assert told == {
        f"the {kind} worker process {pid} {how}"
        for kind, pid in zip(("quick", "heavy"), before, strict=True)
        for how in (
            "has not been heard of for 5 beats of 0.3 s: it is ended",
            "ended with -9; it is started again",
        )
    }


def test_all_end_with_the_one_that_listens(several: Several) -> None:
    left = several.further()
    assert len(left) == 2
    for pid in left:
        os.kill(pid, signal.SIGTERM)  # as whoever tells a whole group to stop: theirs is to wait for the first
    began = time.monotonic()
    several.process.send_signal(signal.SIGTERM)
    assert several.process.wait(timeout=60) == 0
    assert time.monotonic() - began < 10
    assert [pid for pid in left if Path(f"/proc/{pid}").exists()] == []
