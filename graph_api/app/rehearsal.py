"""The clock of a rehearsal (演练时钟): the time stands in a file, and stands still until somebody writes another one.

So a whole night can be played in minutes: clocks run out, rules tell others and shifts change when the file says so.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from pathlib import Path

from graph_api.app.gate import is_loopback
from graph_api.errors import InvalidInput
from graph_api.settings import Settings
from graph_api.stores.contract import Clock, now_utc
from schema.words import say

LOOK_S = 0.2
"""How often it is looked whether the time was moved, where something waits for a moment."""
log = logging.getLogger(__name__)


class RehearsalClock:
    """Tells the time that stands in a file. Raises InvalidInput if it holds none when it is opened."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._state: tuple[int, int, int] | None = None
        self._now = self._read()

    def __call__(self) -> datetime:
        """The time that the file tells; one that cannot be read counts as not moved."""
        try:
            held = self._file.stat()
            state = held.st_ino, held.st_mtime_ns, held.st_size
            if state != self._state:
                self._now = self._read()
                self._state = state
        except (OSError, InvalidInput) as error:
            if self._state is not None:
                log.error("the time of the rehearsal cannot be read, it stays %s: %s", self._now.isoformat(), error)
            self._state = None
        return self._now

    def _read(self) -> datetime:
        try:
            moment = datetime.fromisoformat(self._file.read_text(encoding="utf-8").strip())
        except (OSError, ValueError) as error:
            raise _no_time(self._file) from error
        if moment.tzinfo is None:
            raise _no_time(self._file)
        return moment.astimezone(UTC)


def clock_of(settings: Settings) -> Clock:
    """The clock that these settings ask for. Raises InvalidInput where others could take its time for the real one."""
    if not settings.clock_file:
        return now_utc
    if not is_loopback(settings.host):
        raise InvalidInput(
            say(
                "BAODIAN_CLOCK_FILE is for rehearsals on this machine: with --host {host} others would take its time "
                "for the real one. Unset it, or serve on 127.0.0.1.",
                host=settings.host,
            )
        )
    clock = RehearsalClock(Path(settings.clock_file))
    log.warning("REHEARSAL: all times are those of %s, now %s", settings.clock_file, clock().isoformat())
    return clock


def _no_time(file: Path) -> InvalidInput:
    return InvalidInput(
        say("{file} (BAODIAN_CLOCK_FILE) should hold one time with its zone, as 2026-11-23T02:13:00+08:00.", file=file)
    )
