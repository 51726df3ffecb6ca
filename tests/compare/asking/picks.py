"""Things that requests are about, picked out of the data by what they are."""

from __future__ import annotations

from tests.compare.stores import Data


def heads(data: Data) -> list[str]:
    """Breakers that a feeder starts at, of which nobody has reported a position yet."""
    starts = {row["starts_at"] for row in data.of("Feeder") if row.get("starts_at")}
    return [row["id"] for row in data.of("Breaker") if row["id"] in starts and not row.get("position")]


def normally_open(data: Data, *kinds: str) -> list[str]:
    """Switches that stand open in the normal diagram; load-break switches if no kinds are named."""
    rows = [row for kind in kinds or ("LoadBreakSwitch",) for row in data.of(kind)]
    return [row["id"] for row in rows if row.get("normal_position") == "OPEN"]


def reported_open(data: Data) -> list[str]:
    """Breakers that somebody reported to stand open."""
    return [row["id"] for row in data.of("Breaker") if row.get("position") == "OPEN"]
