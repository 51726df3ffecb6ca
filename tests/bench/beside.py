"""How long a cheap question waits beside heavy ones: `python -m tests.bench.beside STORE... [--clients 32]`.

A server over a copy of each store (an embedded file) with one process for quick questions, and with two; the clients
that fire every heavy question known are a process of their own. Prints the table of docs/operations.md: the cheap
questions' p99 alone and beside them, with the ratio, and whether it is within the larger of twice and 25 ms.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import httpx

from graph_api.app.server_file import find_server
from tests.bench.api_rows import START_S, serving

LEAST_MS = 25.0
"""What a cheap question may take whatever it takes alone."""
COLUMNS = (
    "store", "workers", "p99 alone [ms]", "beside [ms]", "ratio", "within",
    "without the loop's waits for a core: alone [ms]", "beside [ms]", "ratio", "within", "load average",
)  # fmt: skip

HEAVY = {
    "contingencies": "{ contingencies(first: 500) { nodes { lostKw equipment { id name } } } }",
    "tieWorths": "{ tieWorths(first: 200) { totalCount } }",
    "cutPairs": "{ cutPairs(first: 100) { totalCount } }",
    "supplyRisks": "{ supplyRisks(first: 200) { totalCount } }",
    "readiness": "{ readiness(first: 500) { totalCount } }",
    "restoration of a station": '{ restoration(equipment: ["LJ:SUB:1"]) { steps { order } } }',
    "restoration of a busbar": '{ restoration(equipment: ["LJ:BUS:S1:1"]) { steps { order } } }',
    "restorations": "{ "
    + " ".join(f'a{at}: restoration(equipment: ["LJ:SEG:102{at}:2"]) {{ steps {{ order }} }}' for at in range(1, 5))
    + " }",
    "paths": '{ paths(from: "LJ:SUB:1", to: "LJ:CUS:5", maxHops: 10, first: 20) { nodes { length } } }',
    "neighbourhood": '{ neighbourhood(of: "LJ:SUB:1", hops: 6, limit: 2000) { entities { id name } } }',
    "location": """{ locateFault(evidence: [{kind: TRIP, things: ["LJ:CB:1021"]}]) {
      candidates(first: 100) { nodes { probability } } } }""",
    "much of everybody": "{ customers(first: 500) { nodes { id name contacts { value } manager { name } } } }",
}
CHEAP = {
    "revision": "{ graph { revision } }",
    "node": '{ node(id: "LJ:CUS:5") { id ... on Entity { name } } }',
    "impact": """{ impact(equipment: ["LJ:SEG:1021:4"], cause: FAULTED) {
      summary { lostKw customers { state count } } } }""",
    "search": '{ search(text: "滨江", first: 5) { nodes { entity { id name } } } }',
}


def percentile(times: list[float], share: float) -> float:
    """Of sorted times, in ms."""
    return sorted(times)[min(len(times) - 1, int(share * len(times)))] * 1000


def waited_for_cores(pids: Sequence[int]) -> float:
    """Seconds that the first threads of these processes were ready to run and had no core, as Linux counts them."""
    return sum(int(Path(f"/proc/{pid}/schedstat").read_text().split()[1]) for pid in pids) / 1e9


def cheap_times(address: str, seconds: float, server: int) -> tuple[list[float], list[float]]:
    """Times of the cheap questions, asked in turn every 10 ms, and the same without some of what other work on the
    machine adds: the time that the loop of the process which listens, and this process, waited for a core."""
    took, without, until = list[float](), list[float](), time.monotonic() + seconds
    both = (server, os.getpid())
    with httpx.Client(base_url=address, timeout=60, trust_env=False) as client:
        for query in itertools.cycle(CHEAP.values()):
            before, started = waited_for_cores(both), time.perf_counter()
            answer = client.post("/graphql", json={"query": query})
            took.append(time.perf_counter() - started)
            without.append(max(0.0, took[-1] - (waited_for_cores(both) - before)))
            assert "errors" not in answer.json(), answer.text[:500]
            if time.monotonic() > until:
                return took, without
            time.sleep(0.01)
    raise AssertionError


async def fire(address: str, clients: int, seconds: float) -> None:
    """Ask heavy questions by many clients at once, each again as soon as it is answered; says what came of them."""
    came: Counter[str] = Counter()
    until = time.monotonic() + seconds

    async def ask(first: int) -> None:
        async with httpx.AsyncClient(base_url=address, timeout=120, trust_env=False) as client:
            for name in itertools.islice(itertools.cycle(HEAVY), first, None):
                if time.monotonic() > until:
                    return
                answer = await client.post("/graphql", json={"query": HEAVY[name]})
                errors = answer.json().get("errors", [])
                what = errors[0]["extensions"]["code"] if errors else "ok"
                came[f"{answer.status_code} {what}"] += 1
                if what not in ("ok", "OVERLOADED", "BUDGET_EXCEEDED"):
                    sys.stderr.write(f"{name}: {errors[0]['message']}\n")

    await asyncio.gather(*(ask(at) for at in range(clients)))
    sys.stderr.write(f"heavy answers: {dict(came)}\n")


def each_alone(address: str) -> None:
    """How long each heavy question takes, asked the first and the second time."""
    with httpx.Client(base_url=address, timeout=120, trust_env=False) as client:
        for name, query in HEAVY.items():
            took = []
            for _ in range(2):
                started = time.perf_counter()
                client.post("/graphql", json={"query": query})
                took.append((time.perf_counter() - started) * 1000)
            sys.stderr.write(f"  {name}: {took[0]:.0f} ms, again {took[1]:.0f} ms\n")


def measured(store: Path, clients: int, seconds: float, workers: int, *, each: bool) -> list[str]:
    """One row of the table: what it cost cheap questions that heavy ones were asked beside them."""
    around = {"BAODIAN_WORKERS": str(workers)}
    with tempfile.TemporaryDirectory() as folder:
        file = shutil.copy(store, Path(folder) / "city.db")
        with serving(Path(file), around, pinned=False) as address:
            until_all_work(address)
            server = find_server(Path(file))
            assert server is not None
            cheap_times(address, 2, server.pid)
            idle = cheap_times(address, seconds / 2, server.pid)
            if each:
                each_alone(address)
            command = [sys.executable, "-m", "tests.bench.beside", "--fire", address]
            firing = subprocess.Popen([*command, "--clients", str(clients), "--seconds", str(seconds)])
            threading.Event().wait(2)
            beside = cheap_times(address, seconds - 3, server.pid)
            firing.wait(timeout=300)
    row = [store.stem, str(workers)]
    for alone, with_them in zip(idle, beside, strict=True):
        first, then = percentile(alone, 0.99), percentile(with_them, 0.99)
        within = "yes" if then <= max(2 * first, LEAST_MS) else "no"
        row += [f"{first:.1f}", f"{then:.1f}", f"{then / first:.1f}", within]
    return [*row, f"{os.getloadavg()[0]:.1f}"]


def until_all_work(address: str) -> None:
    """Wait until each process of a server answers."""
    until = time.monotonic() + 3 * START_S
    while time.monotonic() < until:
        told = httpx.get(f"{address}/readyz", trust_env=False).json()
        if all(told[kind]["ready"] == told[kind]["of"] for kind in ("workers", "heavyProcesses")):
            return
        time.sleep(0.1)
    raise TimeoutError(f"not all processes answer after {3 * START_S} s")


def main() -> None:
    """As the module says."""
    parser = argparse.ArgumentParser()
    parser.add_argument("stores", nargs="*", type=Path)
    parser.add_argument("--fire", metavar="ADDRESS")
    parser.add_argument("--each", action="store_true", help="time each heavy question alone, too")
    parser.add_argument("--clients", type=int, default=32)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    asked = parser.parse_args()
    if asked.fire:
        asyncio.run(fire(asked.fire, asked.clients, asked.seconds))
        return
    sys.stdout.write(f"| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}\n")
    for store in asked.stores:
        for workers in asked.workers:
            row = measured(store, asked.clients, asked.seconds, workers, each=asked.each)
            sys.stdout.write(f"| {' | '.join(row)} |\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
