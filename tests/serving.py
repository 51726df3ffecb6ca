"""A server as a process of its own, for tests that ask it over HTTP."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")


class Served(NamedTuple):
    """A running server: where it listens, what its first screen said, its process."""

    address: str
    screen: str
    process: subprocess.Popen[str]


@contextmanager
def running(command: Sequence[str | Path], environment: Mapping[str, str], folder: Path) -> Iterator[Served]:
    """Start `command` (with `--port 0`), wait for its first screen, and tell it to stop at the end.

    It has no process of its own for heavy questions unless `environment` says so: most tests ask none, and each starts.
    """
    around = {key: value for key, value in os.environ.items() if not key.startswith("BAODIAN_")}
    quiet = {"PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8", "BAODIAN_HEAVY_PROCESSES": "0"}
    with subprocess.Popen(
        command, cwd=folder, env={**around, **quiet, **environment}, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        assert process.stdout is not None
        screen = ""
        try:
            while "Ctrl-C" not in screen:
                line = process.stdout.readline()
                assert line, screen
                screen += line
            address = ADDRESS.search(screen)
            assert address, screen
            yield Served(address[0], screen, process)
        finally:
            process.send_signal(signal.SIGTERM)
            process.stdout.read()
