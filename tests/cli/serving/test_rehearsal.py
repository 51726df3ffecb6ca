"""A night that a file moves: clocks of an incident run out when it says so, forwards and backwards."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from loaders.drawing import batch
from schema.commitment import ServiceCommitment
from schema.incident_terms import WorkOrderState
from schema.people import Person
from tests.cli.conftest import Shell, run
from tests.serving import running

ROOT = Path(__file__).parents[3]
SERVE = (sys.executable, "-m", "graph_api.cli", "serve", "--port", "0")
OPENED = 'mutation { openIncident(input: {id: "I1", title: "跳闸", equipment: ["B1"]}) { userErrors { message } } }'
SENT = 'mutation { sendWorkOrder(input: {incident: "I1", task: "巡线", person: "P1"}) { userErrors { message } } }'
LATE = '{ incident(id: "I1") { timeline(first: 50) { nodes { entryType at } } } }'


@pytest.fixture
def night(shell: Shell, tmp_path: Path) -> tuple[Shell, Callable[[str], None]]:
    city = batch("F1 = B1\nG1 - B1 - L1 - S1>C1")
    state = WorkOrderState
    city.entities += [
        Person(id="P1", name="李"),
        ServiceCommitment(id="SITE", begins=state.DISPATCHED, ends=state.ARRIVED, limit_min=45, warn_min=10),
    ]
    shell.fill(city)
    file = tmp_path / "now"

    def move(now: str) -> None:
        file.with_suffix(".new").write_text(now)
        file.with_suffix(".new").replace(file)

    move("2026-11-23T02:13:00+08:00")
    return shell, move


def ask(address: str, query: str) -> Any:
    answer = httpx.post(f"{address}/graphql", json={"query": query}, timeout=30, trust_env=False).json()
    assert "errors" not in answer, answer
    return answer["data"]


def served(shell: Shell, tmp_path: Path, *more: str) -> Any:
    return running([*SERVE, *more], {"BAODIAN_STORE": shell.store, "BAODIAN_CLOCK_FILE": str(tmp_path / "now")}, ROOT)


def test_the_command_line_tells_what_is_left_by_the_clock_of_the_service(
    night: tuple[Shell, Callable[[str], None]], tmp_path: Path
) -> None:
    shell, move = night
    with served(shell, tmp_path) as (address, _, _process):
        while httpx.get(f"{address}/readyz", timeout=30, trust_env=False).status_code != 200:
            time.sleep(0.05)
        for change in (OPENED, SENT):
            ask(address, change)
        move("2026-11-23T02:44:00+08:00")
        time.sleep(0.5)
        shown = shell("incident", "show", "1").stdout
        assert "14 min left" in shown, "45 min from 02:13 on, at 02:44"
        assert "over by" not in shown
        assert f"{datetime.fromisoformat('2026-11-23T02:58:00+08:00').astimezone():%H:%M}, 14 min" in shown, "no date"
        around = {"BAODIAN_STORE": shell.store, "BAODIAN_CLOCK_FILE": str(tmp_path / "now"), "COLUMNS": "200"}
        then = run("incident", "show", "1", "--at", "18:20", **around).stdout
        assert "As it was at 2026-11-22 18:20" in then, "02:20 there, by the day of the rehearsal"
        assert "38 min left" in then
        later = run("incident", "show", "1", "--at", "2026-11-22 19:20", **around).stdout
        assert "As it will be at 2026-11-22 19:20" in later
        watched = run_watch(shell)
        assert watched.count("Answered by the service at") == 1


def run_watch(shell: Shell) -> str:
    """What `watch` says over three looks, the last of which finds the incident closed."""
    command = [sys.executable, "-m", "graph_api.cli", "incident", "watch", "1", "--every", "0.3"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True,
        env={**os.environ, "BAODIAN_STORE": shell.store}) as watching:  # fmt: skip
        time.sleep(3)
        shell("incident", "close", "1", "--reason", "x")
        return watching.communicate(timeout=60)[1]


def test_clocks_run_out_when_the_file_says_so(night: tuple[Shell, Callable[[str], None]], tmp_path: Path) -> None:
    shell, move = night
    with served(shell, tmp_path) as (address, _, _process):
        ready = httpx.get(f"{address}/readyz", timeout=30, trust_env=False).json()
        assert ready["rehearsal"] == {"now": "2026-11-22T18:13:00+00:00"}
        for change in (OPENED, SENT):
            (made,) = ask(address, change).values()
            assert made["userErrors"] == []
        before = ask(address, LATE)["incident"]["timeline"]["nodes"]
        assert {entry["at"] for entry in before} == {"2026-11-22T18:13:00+00:00"}
        move("2026-11-23T03:30:00+08:00")
        for _ in range(600):
            entries = ask(address, LATE)["incident"]["timeline"]["nodes"]
            if any(entry["at"] > "2026-11-22T18:13:00+00:00" for entry in entries):
                break
            time.sleep(0.05)
        fired = [(entry["entryType"], entry["at"]) for entry in entries if entry not in before]
        assert {at for _, at in fired} == {"2026-11-22T19:30:00+00:00"}, "nothing has a time of its own"
        assert "CLOCK" in {kind for kind, _ in fired}
        move("no time")
        assert (
            httpx.get(f"{address}/readyz", timeout=30, trust_env=False)
            .json()["rehearsal"]["now"]
            .startswith("2026-11-22T19:30")
        )
        move("2026-11-22T18:20:00Z")
        assert ask(address, SENT)["sendWorkOrder"]["userErrors"] == []
        moments = [entry["at"] for entry in ask(address, LATE)["incident"]["timeline"]["nodes"]]
        assert moments.count("2026-11-22T18:20:00+00:00") == 1, "a clock set back: acts have its time"


@pytest.mark.parametrize(
    ("content", "more", "told"),
    [
        ("2026-11-23T02:13:00+08:00", ["--host", "0.0.0.0"], "would take its time for the real one"),  # noqa: S104
        ("2026-11-23T02:13:00", [], "one time with its zone"),
        ("02:13", [], "one time with its zone"),
    ],
)
def test_no_rehearsal_where_others_come_nor_without_a_time(
    night: tuple[Shell, Callable[[str], None]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    content: str,
    more: list[str],
    told: str,
) -> None:
    shell, move = night
    move(content)
    monkeypatch.setenv("BAODIAN_CLOCK_FILE", str(tmp_path / "now"))
    ended = shell("serve", "--port", "0", *more, code=2)
    assert told in " ".join(ended.output.split())
