"""The answer to an operation, as all transports take it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Answer:
    """Body of a response, and how it went: `refused` = nothing was executed."""

    body: dict[str, Any]
    codes: tuple[str, ...] = ()
    refused: bool = False
