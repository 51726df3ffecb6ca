"""Counts calls of the product's functions, in all threads: what an answer costs, in numbers that no machine changes."""

from __future__ import annotations

import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

ROOT = Path(__file__).parents[2]
STORES = str(ROOT / "graph_api" / "stores")
REQUESTS = str(ROOT / "graph_api" / "graphql")
FUNCTIONS = {
    ("schema/codec.py", "decode"): "entities decoded",
    ("graph_api/services/outage/supply_state.py", "customer_state"): "customer states evaluated",
    ("graph_api/services/duty/responsibility.py", "_table"): "tables of responsibility resolved",
}
STORE = "store calls"
KINDS = (STORE, *FUNCTIONS.values())


_COUNTED = {(str(ROOT / file), name): kind for (file, name), kind in FUNCTIONS.items()}


def _asked(frame: FrameType | None) -> bool:
    """Whether a request is behind this call; what follows the store in the background is not."""
    while frame is not None:
        if frame.f_code.co_filename.startswith(REQUESTS):
            return True
        frame = frame.f_back
    return False


@contextmanager
def counted() -> Iterator[Counter[str]]:
    """Calls made inside the block by this thread and by those that start in it."""
    found = Counter(dict.fromkeys(KINDS, 0))

    def seen(frame: FrameType, event: str, _: Any) -> None:
        if event != "call":
            return
        code = frame.f_code
        if kind := _COUNTED.get((code.co_filename, code.co_name)):
            found[kind] += 1
        elif code.co_filename.startswith(STORES) and _asked(frame):
            found[STORE] += 1

    before = sys.getprofile()
    sys.setprofile(seen)
    threading.setprofile(seen)
    try:
        yield found
    finally:
        sys.setprofile(before)
        threading.setprofile(None)  # type: ignore[arg-type]
