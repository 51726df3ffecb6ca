"""Start a process on a store, as the server does, and say how long that took and how much memory: for the benchmarks.

python -m tests.bench.start STORE_FILE [SNAPSHOT_FILE]
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time
from pathlib import Path

from graph_api.app.assembly import assemble
from graph_api.app.places import NO_FILE
from graph_api.settings import Settings

FIRST_SEARCH = "滨江线"


def peak_megabytes() -> float:
    """Most memory that this process held; getrusage would count that of the parent before exec, too."""
    status = Path("/proc/self/status")
    lines = status.read_text("utf-8").splitlines() if status.exists() else []
    kilobytes = [int(line.split()[1]) for line in lines if line.startswith("VmHWM")]
    return (kilobytes[0] if kilobytes else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) / 1024


async def start(file: str, snapshot: Path | None) -> dict[str, float]:
    """Open, be ready to answer, and look."""
    begin = time.perf_counter()
    settings = Settings(store=f"sqlite:///{file}", snapshot_file=str(snapshot or NO_FILE))
    async with assemble(settings) as application:
        seconds = time.perf_counter() - begin
        megabytes = peak_megabytes()
        model = application.live.pin()
        graph = model.graph
        begin = time.perf_counter()
        assert model.search.search(FIRST_SEARCH)
        search_ms = 1000 * (time.perf_counter() - begin)
        energised = sum(map(model.topology.energised, range(0, graph.size, 97)))
    return {
        "seconds": seconds,
        "search_ms": search_ms,
        "megabytes": megabytes,
        "elements": graph.entity_count + graph.relationship_count,
        "digest": hash((graph.revision, graph.entity_count, graph.relationship_count, energised)),
    }


if __name__ == "__main__":
    json.dump(asyncio.run(start(sys.argv[1], Path(sys.argv[2]) if len(sys.argv) > 2 else None)), sys.stdout)
