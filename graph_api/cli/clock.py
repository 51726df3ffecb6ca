"""What time it is for commands: this machine's, or that of a rehearsal (BAODIAN_CLOCK_FILE)."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from graph_api.settings import setting


def now() -> datetime:
    """Now. Raises InvalidInput for the file of a rehearsal that holds no time."""
    file = setting("clock_file")
    if not file:
        return datetime.now(UTC)
    from graph_api.app.rehearsal import RehearsalClock  # what only a rehearsal needs

    return RehearsalClock(Path(file))()
