"""The night of acceptance on a page: each block ```console HH:MM is what its command prints at that hour of it."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.acceptance.desk import Desk
from tests.acceptance.playing import play
from tests.records.tour import HEAD

NIGHT = re.compile(r"```console (?P<hour>\d\d:\d\d)\n\$ (?P<command>[^\n]*)\n(?P<printed>.*?)```", re.DOTALL)


def with_night(text: str) -> str:
    """The page with these blocks made again, by one night that is played."""
    asked = [(found["hour"], found["command"]) for found in NIGHT.finditer(text)]
    printed: dict[tuple[str, str], str] = {}

    def leaving(desk: Desk, hour: str) -> None:
        for each in asked:
            if each[0] == hour:
                printed[each] = _printed(desk, each[1])

    with TemporaryDirectory() as folder:
        play(f"sqlite:///{folder}/night.db", Path(folder), leaving=leaving)
    if missing := [each for each in asked if each not in printed]:
        raise SystemExit(f"the night has no such hour: {missing}")
    return NIGHT.sub(lambda found: _block(found, printed[found["hour"], found["command"]]), text)


def _printed(desk: Desk, command: str) -> str:
    cut = HEAD.fullmatch(command)
    _, *arguments = shlex.split(cut["command"] if cut else command)
    lines = [line.rstrip() for line in desk.prints(*arguments).splitlines() if desk.address not in line]
    return "".join(f"{line}\n" for line in lines[: int(cut["lines"]) if cut else None])


def _block(found: re.Match[str], printed: str) -> str:
    return f"```console {found['hour']}\n$ {found['command']}\n{printed}```"
