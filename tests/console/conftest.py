"""One server with the demo city and one browser for all tests of the console, and what watches every page."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.console.room import Room, until_ready
from tests.serving import running

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).parents[2]
Act = Callable[..., dict[str, Any]]
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")


def absent(reason: str) -> None:
    """Skip, or fail where a browser has to be there."""
    if os.environ.get("BAODIAN_REQUIRE_BROWSER") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def chromium() -> str:
    """Where the browser is."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        absent("no Chromium on the PATH (Debian: chromium): the console is not played")
    return str(found)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the server keeps its store."""
    return tmp_path_factory.mktemp("console")


@pytest.fixture
def store_file(folder: Path) -> Path:
    """The store of the server."""
    (found,) = folder.rglob("demo-*.db")
    return found


@pytest.fixture(scope="session")
def address(folder: Path) -> Iterator[str]:
    """A server of the demo city of today, as quick as it is: its coverage is not measured, what it does is tested
    elsewhere."""
    command = [sys.executable, "-m", "graph_api.cli", "demo", "serve", "--port", "0"]
    around = {"XDG_CACHE_HOME": str(folder), "COVERAGE_PROCESS_CONFIG": "", "BAODIAN_TIME_ZONE": "Asia/Shanghai"}
    with running(command, around, ROOT) as served:
        until_ready(served.address)
        yield served.address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The browser, of one file: while it is open its event loop runs here, and asynchronous tests of others cannot."""
    place = chromium()
    from playwright.sync_api import sync_playwright  # what is not there where nobody plays the console

    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=place, args=[*FLAGS])
        yield opened
        opened.close()


@pytest.fixture
def room(address: str, browser: Browser) -> Iterator[Callable[..., Room]]:
    """Rooms at the console; what any page says to its console, or asks elsewhere, fails the test."""
    opened: list[Room] = []

    def enter(**how: Any) -> Room:
        made = Room(browser, address, **how)
        opened.append(made)
        return made

    yield enter
    wrong = [said for each in opened for said in each.wrong]
    for each in opened:
        each.leave()
    assert wrong == []


@contextmanager
def dispatcher(address: str) -> Iterator[Act]:
    """Asks the API as the dispatcher, past the page."""
    with httpx.Client(base_url=address, trust_env=False, timeout=30) as session:
        demo = {each["name"]: each for each in session.get("/session").json()["demo"]}["dispatcher"]
        body = {"name": demo["name"], "password": demo["password"]}
        session.headers["X-Session-Token"] = session.post("/login", json=body).json()["token"]

        def ask(query: str, **variables: object) -> dict[str, Any]:
            answer = session.post("/graphql", json={"query": query, "variables": variables}).json()
            assert "errors" not in answer, answer
            return dict(answer["data"])

        yield ask


@pytest.fixture(scope="session")
def act(address: str) -> Iterator[Act]:
    """What somebody else does meanwhile."""
    with dispatcher(address) as ask:
        yield ask
