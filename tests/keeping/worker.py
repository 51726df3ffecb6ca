"""`python -m tests.keeping.worker ADDRESS`: keeps the timelines of a store until it is killed."""

from __future__ import annotations

import asyncio
import sys

from graph_api.app.incident_keeper import IncidentKeeper
from graph_api.live.graph import LiveGraph
from graph_api.stores import open_store
from graph_api.stores.contract import now_utc


async def keep(address: str) -> None:
    """Round after round."""
    store = open_store(address)
    live = await LiveGraph.open(store)
    await IncidentKeeper(live, now_utc).run()


if __name__ == "__main__":
    asyncio.run(keep(sys.argv[1]))
