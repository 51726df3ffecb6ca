"""The one staged load that may be open: when it counts as left, and how long commands wait for it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from graph_api.errors import LoadInProgress, StoreUnavailable
from schema.words import say

LEFT_SECONDS = 120.0
"""After so long without a sign of life (nothing staged, not even an empty batch) the program of a load is gone."""
LIFE_SECONDS = 20.0
"""How often a load that has nothing to stage gives one."""
RETRY_SECONDS = 0.5

T = TypeVar("T")


def unheard(_: str) -> None:
    """Waits without a word."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a command waits for somebody else's load, and who is told that it does."""

    seconds: float = 0.0
    told: Callable[[str], None] = unheard


NONE = Patience()


def is_left(silent_seconds: float) -> bool:
    """Whether a load has been silent for so long that another may take its place."""
    return silent_seconds >= LEFT_SECONDS


def in_progress(other: str, silent_seconds: float) -> LoadInProgress:
    """What is told to whoever begins a load while another one is open."""
    return LoadInProgress(
        say(
            "Another program is loading (load {other!r}, last heard of {silent} s ago). Nothing was changed; try again "
            "when it has ended. If it was killed, it no longer counts in {left} s.",
            other=other,
            silent=round(silent_seconds),
            left=round(LEFT_SECONDS - silent_seconds),
        ),
        load_id=other,
    )


async def once_free(work: Callable[[], Awaitable[T]], patience: Patience) -> T:
    """Do what somebody else's load stands in the way of, once that has ended; the error it is if that takes longer."""
    loop = asyncio.get_running_loop()
    give_up, told = loop.time() + patience.seconds, set[str]()
    while True:
        try:
            return await work()
        except (LoadInProgress, StoreUnavailable) as error:
            other = error.details.get("load_id")
            if other is None or loop.time() >= give_up:
                raise
            if other not in told:
                patience.told(say("{trouble} Waiting for it.", trouble=error))
                told.add(other)
        await asyncio.sleep(RETRY_SECONDS)
