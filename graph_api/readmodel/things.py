"""How an answer says that a number of it stands for a thing of the graph, so that it can be shown as that thing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated


@dataclass(frozen=True, slots=True)
class Refers:
    """Marks a type hint: the number is a snapshot index, which the API shows as the entity."""


Thing = Annotated[int, Refers()]
"""Snapshot index of one thing."""
Things = tuple[Thing, ...]
"""Snapshot indexes of several things."""
