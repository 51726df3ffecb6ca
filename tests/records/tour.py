"""Pages with commands and what they print: each ```console block is run again on the demo city and its output renewed.

A block holds one command: `$ baodian ...`, which may end in `| head -N`, or `$ curl ...` with `-d BODY` as a server
over the same store would answer it. `<!-- asked at TIME -->` in the page is the clock of all its commands, so that the
same program makes the same page on every day; `<!-- language LANG -->` is the setting `lang`.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from graph_api.access.entrance import Shown
from graph_api.access.principal import Principal, anonymous
from graph_api.app.assembly import assemble
from graph_api.app.web import web_application
from graph_api.cli.application import Commands, application
from graph_api.cli.serving import demo_store
from graph_api.settings import Settings, environment_name
from schema.access import AccessRole
from seeds import REFERENCE_FEEDERS
from tests.records.page import ROOT

ZONE = "Asia/Shanghai"
COLUMNS = 100
BLOCK = re.compile(r"```console\n\$ (?P<command>[^\n]*)\n(?P<printed>.*?)```", re.DOTALL)
HEAD = re.compile(r"(?P<command>.*?) \| head -(?P<lines>\d+)")
ASKED_AT = re.compile(r"<!-- asked at (\S+) -->")
LANGUAGE = re.compile(r"<!-- language (\w+) -->")


@dataclass(frozen=True)
class City:
    """The demo city as it is loaded on one day, and the clock that its commands are asked by."""

    store: str
    at: datetime
    language: str

    def printed(self, command: str) -> str:
        """What a command prints."""
        cut = HEAD.fullmatch(command)
        program, *arguments = shlex.split(cut["command"] if cut else command)
        text = {"baodian": self._baodian, "curl": self._curl}[program](arguments)
        return "".join(text.splitlines(keepends=True)[: int(cut["lines"])]) if cut else text

    def _baodian(self, arguments: list[str]) -> str:
        asked = [*arguments, "--at", f"{self.at:%Y-%m-%dT%H:%M}"] if _has_clock(arguments) else arguments
        return baodian(asked, self.store, self.language)

    def _curl(self, arguments: list[str]) -> str:
        body = json.loads(arguments[arguments.index("-d") + 1])
        return asyncio.run(self._asked(body)) + "\n"

    async def _asked(self, body: object) -> str:
        settings = Settings(store=self.store)
        async with assemble(settings, clock=lambda: self.at, follows=False) as opened:
            web = web_application(
                settings, opened.live, opened.operations, opened.hub, opened.workers, opened.clock, _visitor
            )
            transport = httpx.ASGITransport(app=web)
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
                return (await client.post("/graphql", json=body)).text


async def _visitor(shown: Shown, *, used: bool = True) -> Principal:  # noqa: ARG001  (as Identify)
    """Whoever shows nothing, as the demo lets him in."""
    return anonymous({AccessRole.VIEWER})


def baodian(arguments: list[str], store: str, language: str, folder: Path = ROOT) -> str:
    """What a command prints in a folder, answers before remarks."""
    around = {
        environment_name("store"): store,
        environment_name("lang"): language,
        "COLUMNS": str(COLUMNS),
        "NO_COLOR": "1",
        "TZ": ZONE,
        "PYTHONPATH": str(ROOT),
        "PYTHONIOENCODING": "utf-8",
    }
    result = subprocess.run(
        [sys.executable, "-m", "graph_api.cli", *arguments],
        cwd=folder,
        env={**os.environ, **around},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    if result.returncode:
        raise SystemExit(f"baodian {shlex.join(arguments)} ended with {result.returncode}: {result.stdout}")
    return "".join(f"{line.rstrip()}\n" for line in result.stdout.splitlines())


def _has_clock(arguments: list[str]) -> bool:
    """Whether a command knows `--at`, and none was given."""
    command: Any = application()
    for name in arguments:
        if isinstance(command, Commands) and name in command.entries:
            command = command.loaded(name)
    return "--at" not in arguments and any("--at" in parameter.opts for parameter in command.params)


def renewed(page: Path) -> str:
    """The page with the output of every command made again."""
    text = page.read_text(encoding="utf-8")
    asked_at, language = ASKED_AT.search(text), LANGUAGE.search(text)
    if asked_at is None:
        raise SystemExit(f"{page} does not say when its commands are asked: <!-- asked at TIME -->")
    at = datetime.fromisoformat(asked_at[1]).replace(tzinfo=ZoneInfo(ZONE))
    city = City(loaded_city(at.date()).url, at, language[1] if language else "en")
    return BLOCK.sub(lambda found: f"```console\n$ {found['command']}\n{city.printed(found['command'])}```", text)


@dataclass(frozen=True)
class Loaded:
    """A store with the demo city of a day, kept until the process ends."""

    url: str
    folder: TemporaryDirectory[str]


@cache
def loaded_city(day: date) -> Loaded:
    """The demo city of a day."""
    folder = TemporaryDirectory()
    before = os.environ.get("XDG_CACHE_HOME")
    os.environ["XDG_CACHE_HOME"] = folder.name
    try:
        return Loaded(demo_store.loaded(REFERENCE_FEEDERS, 1, day), folder)
    finally:
        if before is None:
            del os.environ["XDG_CACHE_HOME"]
        else:
            os.environ["XDG_CACHE_HOME"] = before
