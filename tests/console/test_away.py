"""What is away: no live line, a store that takes nothing, a dead server. What is shown and typed stays."""

from __future__ import annotations

import re
import sqlite3
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.console.conftest import ROOT, dispatcher
from tests.console.room import Room, until_ready
from tests.serving import running

Enter = Callable[..., Room]
OPEN = "mutation ($i: OpenIncidentInput!) { openIncident(input: $i) { incident { id } userErrors { code } } }"


def test_without_a_live_line_it_asks_every_five_seconds_and_says_so(room: Enter, act: Callable[..., object]) -> None:
    mine = room()
    mine.page.route_web_socket("**/graphql", lambda line: line.close())
    page = mine.page
    page.goto(f"{mine.address}/#/board")
    page.wait_for_selector(".line-asking")
    assert "每 5 秒查询一次" in page.inner_text(".banners")
    act(OPEN, i={"title": "轮询也看得到"})
    page.wait_for_selector("text=轮询也看得到")
    mine.wrong[:] = [each for each in mine.wrong if "WebSocket" not in each]


@pytest.fixture
def locked(address: str, store_file: Path) -> Iterator[Callable[[], None]]:
    """Somebody else holds the store; what is given ends it."""
    assert address
    other = sqlite3.connect(store_file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield lambda: other.execute("ROLLBACK") and None
    other.close()


def test_what_the_store_refuses_stays_typed_and_is_recorded_once(
    room: Enter, act: Callable[..., dict[str, dict[str, int]]], locked: Callable[[], None]
) -> None:
    mine = room()
    page = mine.at("board")
    mine.press("n", ":库被占用时立案")
    submit = page.locator("dialog[open] button[type=submit]")
    submit.press("Enter")
    page.wait_for_selector("dialog[open] .trouble")
    assert re.search("STORE_UNAVAILABLE|OUTCOME_UNKNOWN", page.inner_text("dialog[open] .trouble"))
    assert page.input_value("#field-title") == "库被占用时立案"
    locked()
    submit.press("Enter")
    page.wait_for_url("**/#/incident/*")
    found = act('{ search(text: "库被占用时立案", kinds: [INCIDENT]) { totalCount } }')
    assert found["search"]["totalCount"] == 1


def test_a_slow_network_only_makes_it_wait(room: Enter) -> None:
    mine = room()
    line = mine.page.context.new_cdp_session(mine.page)
    line.send("Network.enable")
    slow = {"offline": False, "latency": 300, "downloadThroughput": -1, "uploadThroughput": -1}
    line.send("Network.emulateNetworkConditions", slow)
    page = mine.at("board")
    mine.press("/", ":滨江")
    page.wait_for_selector("[role=option]")
    assert page.locator(".banner.late").count() == 0


@pytest.mark.slow
def test_a_store_that_is_away_is_said_and_read_on(browser: object, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Its file is moved away and comes back: what is shown stays, what is typed is kept and recorded then, once."""
    folder = tmp_path_factory.mktemp("away")
    command = [sys.executable, "-m", "graph_api.cli", "demo", "serve", "--port", "0", "--feeders", "4"]
    with running(command, {"XDG_CACHE_HOME": str(folder)}, ROOT) as served:
        until_ready(served.address)
        (file,) = folder.rglob("demo-*.db")
        mine = Room(browser, served.address)  # type: ignore[arg-type]
        page = mine.at("board")
        held = [each.rename(each.with_name(f"away-{each.name}")) for each in file.parent.glob(f"{file.name}*")]
        mine.press("n", ":库不在时立案")
        page.locator("dialog[open] button[type=submit]").press("Enter")
        page.wait_for_selector("dialog[open] .trouble")
        page.wait_for_selector("dialog[open] .banner.late")
        assert "登记暂不可用" in page.inner_text("dialog[open] .banner.late")
        mine.press("Escape", "/", ":1011")
        page.wait_for_selector("[role=option]")
        mine.press("Escape")
        for each in held:
            each.rename(each.with_name(each.name.removeprefix("away-")))
        page.wait_for_selector(".banners .banner.late", state="detached")
        mine.leave()


@pytest.mark.slow
def test_a_server_that_is_killed_leaves_the_board_on_screen(
    browser: object, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("killed")
    command = [sys.executable, "-m", "graph_api.cli", "demo", "serve", "--port", "0", "--feeders", "4"]
    with running(command, {"XDG_CACHE_HOME": str(folder), "BAODIAN_TIME_ZONE": "Asia/Shanghai"}, ROOT) as served:
        until_ready(served.address)
        with dispatcher(served.address) as act:
            act(OPEN, i={"title": "断线前的事件"})
        mine = Room(browser, served.address)  # type: ignore[arg-type]
        page = mine.at("board")
        page.wait_for_selector("text=断线前的事件")
        served.process.kill()
        page.wait_for_selector(".banner.late")
        assert "线路中断：所见为" in page.inner_text(".banner.late")
        assert "断线前的事件" in page.inner_text("main")
        mine.leave()
