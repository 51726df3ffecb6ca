"""The whole night of the incident room at the keyboard alone, on a demo city with the clock of a rehearsal.

    02:13 trip ── opened, acknowledged ── call ── where the fault can be ── plan ticked ── crew sent, customer told
    08:00 handed over, signed ── closed, with why although something is left

Nothing is clicked. What happened is asked of the API, past the page; the log keeps the clock's hours.
"""  # fmt: skip

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.console.conftest import ROOT, Act, dispatcher
from tests.console.room import Room, until_ready
from tests.serving import running

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

pytestmark = pytest.mark.slow
CHINA = timezone(timedelta(hours=8))
CABLE, BREAKER = "LJ:SEG:1011:4", "LJ:CB:1011"
PLAN = "恢复方案"
GONE = f"""(text) => ![...document.querySelectorAll("section[aria-label='{PLAN}'] li[data-row]")].some((each) =>
  each.innerText === text)"""
STATE = """query ($id: ID!) { incident(id: $id) { stateAt {
  isOpen acknowledgedAt unsigned commander { id } fault { id } repairedAt
  evidence { evidenceKind things { id } } workOrders { state team { id } } calls { outcome }
  offNormal { id } checklists { steps { outcome } } left { kind } reason
  restoration { steps { order } }
  recorded { totalCount customers(first: 99) { nodes { loadsFed back } } } } } }"""
HOURS = "query ($id: ID!) { incident(id: $id) { timeline(first: 200) { nodes { entryType at } } } }"


class Night:
    """Somebody at the keyboard, the clock, and what the API says."""

    def __init__(self, page: Page, room: Room, act: Act, clock: Path) -> None:
        self.page, self.act, self._room, self._clock = page, act, room, clock
        self.address = room.address
        self.incident = ""

    def at(self, hour: str) -> None:
        """It is that time now; the page has heard it."""
        move(self._clock, hour)
        self.page.wait_for_selector(f".clock b:has-text('{hour}')")

    def press(self, *keys: str) -> None:
        self._room.press(*keys)

    def state(self) -> dict[str, Any]:
        return dict(self.act(STATE, id=self.incident)["incident"]["stateAt"])

    def until(self, so: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
        """The state, once it is so."""
        for _ in range(600):
            state = self.state()
            if so(state):
                return state
            self.page.wait_for_timeout(100)
        raise AssertionError(self.state())

    def to_block(self, name: str) -> None:
        """Go from panel to panel until that one has the focus."""
        self.page.wait_for_selector(f"section[aria-label*='{name}'] [data-row]")
        self.press(*["["] * 12)
        for _ in range(12):
            if self.block().startswith(name):
                return
            self.press("]")
        raise AssertionError(name)

    def block(self) -> str:
        """The panel that has the focus."""
        return str(self.page.evaluate("document.activeElement.closest('section')?.ariaLabel ?? ''"))

    def choose(self, text: str) -> None:
        """Type into a picker; Enter takes the first that is found."""
        self.press(f":{text}")
        self.page.wait_for_selector("dialog[open] .picker:focus-within li kbd")
        self.press("Enter")
        self.page.wait_for_selector("dialog[open] .picker:focus-within .taken")

    def record(self) -> None:
        """Send the form that is open."""
        self.press("Control+Enter")
        self.page.wait_for_selector("dialog[open]", state="hidden")

    def tick_all(self) -> int:
        """Every step of the plan, each read back, until none is left; how many there were."""
        steps = self.page.locator(f"section[aria-label='{PLAN}'] li[data-row]:not(:has(.order:text-is('☑')))")
        for done in range(60):
            if not steps.count():
                return done
            text = self.first_of(steps)
            self.press("t")
            said = self.page.inner_text("dialog[open] .readback")
            assert said in text, "what is read back is what is ticked"
            self.record()
            self.page.wait_for_function(GONE, arg=text, timeout=120_000)
        raise AssertionError("the plan does not end")

    def entries(self) -> list[dict[str, Any]]:
        """The timeline."""
        return list(self.act(HOURS, id=self.incident)["incident"]["timeline"]["nodes"])

    def first_of(self, steps: Locator) -> str:
        """Go to the first of these steps, row by row, also while the plan is worked out anew; its text, "" for none."""
        for _ in range(5):
            text = next(iter(steps.all_inner_texts()), "")
            if text and self.focused() != text:
                self.to_block(PLAN)
            for _ in range(40):
                if self.focused() == text or not text:
                    return text
                self.press("j")
        return ""

    def focused(self) -> str:
        """The text of what has the focus."""
        return str(self.page.evaluate("document.activeElement.innerText"))


def move(clock: Path, hour: str) -> None:
    """Set the clock of the rehearsal to an hour of today."""
    file = clock.with_suffix(".new")
    file.write_text(f"{datetime.now(CHINA):%Y-%m-%d}T{hour}:00+08:00")
    file.replace(clock)


@pytest.fixture
def night(browser: Browser, tmp_path: Path) -> Iterator[Night]:
    clock = tmp_path / "now"
    move(clock, "02:13")
    command = [sys.executable, "-m", "graph_api.cli", "demo", "serve", "--port", "0", "--feeders", "4"]
    around = {
        "XDG_CACHE_HOME": str(tmp_path),
        "BAODIAN_CLOCK_FILE": str(clock),
        "BAODIAN_TIME_ZONE": "Asia/Shanghai",
        "COVERAGE_PROCESS_CONFIG": "",
    }
    with running(command, around, ROOT) as served:
        until_ready(served.address)
        room = Room(browser, served.address, who="")
        with dispatcher(served.address) as act:
            yield Night(room.page, room, act, clock)
        wrong = room.wrong
        room.leave()
    assert wrong == []


def logs_in(night: Night) -> None:
    """The page, the dispatcher at it."""
    night.page.goto(f"{night.address}/#/board")
    night.page.wait_for_selector(".line-live")
    night.press("l")
    night.page.wait_for_selector("#login-name")
    for _ in range(12):
        night.press("Tab")
        if night.page.evaluate("document.activeElement.innerText").startswith("dispatcher"):
            break
    night.press("Enter")
    night.page.wait_for_selector(".who:text-is('dispatcher')")


def opens(night: Night) -> None:
    """02:13: the trip is an incident, and somebody has it in hand."""
    night.press("n", ":滨江一线跳闸", "Tab")
    night.choose(CABLE)
    night.press("Tab")
    night.choose(BREAKER)
    night.record()
    night.page.wait_for_url("**/#/incident/*")
    night.incident = night.page.evaluate("decodeURIComponent(location.hash.split('/').at(-1))")
    night.page.wait_for_selector("table.customers tbody tr")
    night.press("a")
    night.until(lambda state: state["acknowledgedAt"])


def hears(night: Night) -> None:
    """02:16: the one with the least time left calls, is called back, and its procedure runs."""
    night.at("02:16")
    night.to_block("受影响客户")
    first = night.page.evaluate("document.activeElement.closest('[data-thing]').dataset.thing")
    night.press("e", "1")
    told = night.until(lambda state: state["evidence"])["evidence"]
    assert told == [{"evidenceKind": "CALL", "things": [{"id": first}]}]
    night.to_block("受影响客户")
    night.press("c")
    night.page.wait_for_selector("dialog[open] #field-outcome")
    night.record()
    assert night.until(lambda state: state["calls"])["calls"] == [{"outcome": "REACHED"}]
    night.to_block("受影响客户")
    night.press("p")
    night.until(lambda state: state["checklists"])
    night.to_block("处置步骤")
    night.press("t")
    night.until(lambda state: "DONE" in [each["outcome"] for each in state["checklists"][0]["steps"]])


def sends(night: Night) -> None:
    """02:20: a crew goes, which is there at 02:40 and finds the fault."""
    night.at("02:20")
    night.press("o", "Tab")
    night.choose("抢修")
    night.record()
    (order,) = night.until(lambda state: state["workOrders"])["workOrders"]
    assert order["state"] == "DISPATCHED"
    assert order["team"]
    night.at("02:40")
    night.to_block("工单")
    night.press("t")
    night.page.wait_for_selector("dialog[open] #field-state")
    night.press("ArrowDown")
    night.record()
    night.until(lambda state: state["workOrders"][0]["state"] != "DISPATCHED")
    night.to_block("故障可能位置")
    night.press("f")
    while night.page.locator("dialog[open] .taken").count():
        night.press("Backspace")
    night.press("Tab", "Enter")
    night.page.wait_for_selector("dialog[open] .taken")
    night.record()
    assert night.until(lambda state: state["fault"])["fault"] == [{"id": CABLE}]


def feeds(night: Night) -> None:
    """02:45 until all who can be fed are: the plan, step by step."""
    night.at("02:45")
    out = night.state()["recorded"]
    assert night.tick_all() > 3
    fed = night.until(lambda state: len(_out(state)) < len(_out({"recorded": out})))
    assert fed["offNormal"], "something else feeds them now"


def _out(state: dict[str, Any]) -> list[Any]:
    return [each for each in state["recorded"]["customers"]["nodes"] if each["loadsFed"] != "ALL"]


def hands_over(night: Night) -> None:
    """08:00: the sheet, the hand-over, the signature."""
    night.at("08:00")
    night.press("H")
    night.page.wait_for_selector("table.signatures")
    assert "未全部供电的客户" in night.page.inner_text("main")
    night.press("h", ":王")
    night.page.wait_for_selector("dialog[open] .picker li kbd")
    night.press("Enter")
    night.page.wait_for_selector("dialog[open] .taken")
    night.record()
    assert night.until(lambda state: state["unsigned"])["commander"]
    night.page.wait_for_selector(".acts button:has-text('签字')")
    night.press("s")
    night.until(lambda state: state["unsigned"] is None)


def closes(night: Night) -> None:
    """08:05: what is left is said, and why it is closed all the same."""
    night.at("08:05")
    night.press("i")
    night.page.wait_for_url("**/#/incident/*")
    night.page.wait_for_selector(".acts")
    night.press("w")
    assert night.state()["left"]
    assert "未了事项" in night.page.inner_text("dialog[open] .readback")
    night.press(":转入另一事件处置")
    night.record()
    assert not night.until(lambda state: not state["isOpen"])["isOpen"]
    hours = [datetime.fromisoformat(each["at"]).astimezone(CHINA).strftime("%H:%M") for each in night.entries()]
    assert {"02:13", "02:16", "02:20", "02:40", "02:45", "08:00", "08:05"} <= set(hours)


def test_the_whole_night_is_played_without_a_mouse(night: Night) -> None:
    logs_in(night)
    opens(night)
    hears(night)
    sends(night)
    feeds(night)
    hands_over(night)
    closes(night)
