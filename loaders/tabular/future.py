"""Positions of a time that has not come yet: no row can report them."""

from __future__ import annotations

from loaders.source import Reading
from schema.entity import Entity
from schema.grid import Switch
from schema.words import Sentence, say


def told_ahead(entity: Entity, reading: Reading) -> tuple[str, Sentence, Sentence] | None:
    """The time, the reason and the remedy of a switch whose position is of the future; None of anything else."""
    at = entity.position_at if isinstance(entity, Switch) else None
    if at is None or reading.now is None or not reading.is_ahead(at):
        return None
    reason = say("lies in the future: it is {now} here", now=reading.now.isoformat(timespec="seconds"))
    remedy = say("Correct the time or its zone, or set the clock of the system that wrote it; load the row again then.")
    return at.isoformat(), reason, remedy
