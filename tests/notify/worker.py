"""`python -m tests.notify.worker STORE FILE`: keeps timelines and sends messages until it is killed."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from graph_api.app.incident_keeper import IncidentKeeper
from graph_api.live.graph import LiveGraph
from graph_api.notify.channels import channels_of
from graph_api.notify.outbox import Outbox
from graph_api.stores import open_store
from graph_api.stores.contract import now_utc


async def send(address: str, file: str) -> None:
    """Round after round."""
    store = open_store(address)
    live = await LiveGraph.open(store)
    outbox = Outbox(live, now_utc, channels_of(Path(file)), private=True)
    await asyncio.gather(IncidentKeeper(live, now_utc).run(), outbox.run())


if __name__ == "__main__":
    asyncio.run(send(*sys.argv[1:3]))
