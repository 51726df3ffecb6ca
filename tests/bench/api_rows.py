"""The row about the API: the question that everything is measured by, over HTTP, from a server on one core."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import httpx
from graphql import build_schema, parse, validate

from graph_api.readmodel.model import ReadModel
from graph_api.services.outage.impact import Cause
from schema.registry import EntityKind
from tests.bench.grid_rows import size_of
from tests.bench.network import NOW
from tests.bench.report import Row, times
from tests.bench.store_rows import ROOT
from tests.events import impact_on

QUESTION = """query Incident($equipment: [ID!]!) {
  impact(equipment: $equipment, cause: FAULTED) {
    revision asOf
    summary { customers { state count } lostKw mostUrgent { deadline remainingSeconds } }
    customers(first: 50) { totalCount nodes {
      customer { id name importance MANAGER }
      state before notRedundant singlePoint { name }
      mostUrgent { load { name } remainingSeconds }
      procedure { title steps { order text role } }
      RESPONSIBILITY
    } }
  }
}"""
WHO = """responsibility {
    rows { role person { name } onDuty through { name } contacts { kind value } } gaps { role gap } }"""
START_S = 60.0
PAGE = 50
MOST_BUSBARS = 8


def question() -> tuple[str, str]:
    """The question, and what this program's API cannot be asked yet."""
    schema = build_schema((ROOT / "schema" / "schema.graphql").read_text("utf-8"))
    whole = QUESTION.replace("MANAGER", "manager { name }").replace("RESPONSIBILITY", WHO)
    if not validate(schema, parse(whole)):
        return whole, ""
    return QUESTION.replace("MANAGER", "").replace("RESPONSIBILITY", ""), "without responsibility"


def fields(answer: Any) -> int:
    """Number of fields in an answer."""
    if isinstance(answer, dict):
        return len(answer) + sum(map(fields, answer.values()))
    return sum(map(fields, answer)) if isinstance(answer, list) else 0


def hardest(model: ReadModel, looked_at: int = 200) -> list[int]:
    """Busbars whose fault hits the most customers: as many as give a whole page."""
    busbars = model.graph.of_kind(EntityKind.BUSBAR_SECTION)[:looked_at]

    def hit(chosen: list[int]) -> int:
        return impact_on(model, chosen, NOW, cause=Cause.FAULTED).summary.total_count

    busbars = sorted(busbars, key=lambda index: -hit([index]))
    chosen = busbars[:1]
    while hit(chosen) < PAGE and len(chosen) < min(MOST_BUSBARS, len(busbars)):
        chosen = busbars[: len(chosen) + 1]
    return chosen


def api_rows(file: Path, model: ReadModel, count: int, target_ms: float | None = None) -> Iterator[Row]:
    """The measured question, again and again over one connection."""
    text, missing = question()
    body = {"query": text, "variables": {"equipment": list(map(model.graph.id, hardest(model)))}}
    with serving(file) as address, httpx.Client(base_url=address, timeout=30) as client:

        def ask() -> httpx.Response:
            return client.post("/graphql", json=body)

        answer = ask().json()
        assert "errors" not in answer, answer
        for _ in range(min(count, 10)):
            ask()
        middle, worst = times(partial(ask) for _ in range(count))
    customers = answer["data"]["impact"]["customers"]
    notes = [f"{len(customers['nodes'])} of {customers['totalCount']} customers", f"{fields(answer['data']):,} fields"]
    yield Row(
        what="the measured question over HTTP, one core", size=size_of(model.graph), value=middle, p99=worst, unit="ms",
        target=None if missing else target_ms, note=", ".join([*notes, *([missing] if missing else [])]),
    )  # fmt: skip


@contextmanager
def serving(file: Path, around: Mapping[str, str] | None = None, *, pinned: bool = True) -> Iterator[str]:
    """A server over a store, on one core unless `pinned` says otherwise, until the end: its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    on_one = ["taskset", "-c", "0"] if pinned and shutil.which("taskset") else []
    command = [sys.executable, "-m", "graph_api.cli", "serve", "--store", f"sqlite:///{file}", "--port", str(port)]
    environment = {**os.environ, **(around or {})}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    server = subprocess.Popen([*on_one, *command], cwd=ROOT, env=environment, **quiet)
    try:
        address = f"http://127.0.0.1:{port}"
        _await(address)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=30)


def _await(address: str) -> None:
    until = time.monotonic() + START_S
    while time.monotonic() < until:
        try:
            if httpx.get(f"{address}/readyz").status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise TimeoutError(f"no server at {address} after {START_S} s")
