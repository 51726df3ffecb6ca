"""Pictures of the console for docs/pictures, from a running demo: `python -m tests.console.shots`."""

from __future__ import annotations

import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.console.conftest import FLAGS, ROOT, chromium, dispatcher
from tests.console.room import Room, until_ready
from tests.console.small_png import small
from tests.serving import running

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

OUT = ROOT / "docs" / "pictures"
MOST_BYTES = 150_000
OPEN = "mutation ($i: OpenIncidentInput!) { openIncident(input: $i) { incident { id } userErrors { message } } }"
ORDER = "mutation ($i: SendWorkOrderInput!) { sendWorkOrder(input: $i) { userErrors { message } } }"
CALL = "mutation ($i: AddEvidenceInput!) { addEvidence(input: $i) { userErrors { message } } }"
TAKEN = "mutation ($i: AcknowledgeIncidentInput!) { acknowledgeIncident(input: $i) { userErrors { message } } }"
CABLE, BREAKER, PLANT = "LJ:SEG:1021:4", "LJ:CB:1021", "LJ:CUS:6"


def night(act: Any) -> str:
    """An hour of the night; the incident to look at."""
    now = datetime.now(UTC)

    def opened(minutes: int, **more: Any) -> str:
        since = (now - timedelta(minutes=minutes)).isoformat()
        return str(act(OPEN, i={"since": since, **more})["openIncident"]["incident"]["id"])

    feeders = act("{ feeders(first: 50) { nodes { id name } } }")["feeders"]["nodes"]
    teams = act("{ teams(first: 60) { nodes { id name } } }")["teams"]["nodes"]
    leader = act('{ search(text: "严世丽", kinds: [PERSON], first: 1) { nodes { entity { id } } } }')["search"]["nodes"]
    crew = next(each["id"] for each in teams if "滨江配电抢修" in each["name"])
    first = opened(
        11,
        title="10kV滨江一线跳闸",
        equipment=[CABLE],
        tripped=[BREAKER],
        level="III",
        commander=leader[0]["entity"]["id"],
    )
    act(ORDER, i={"incident": first, "task": "巡线", "team": crew, "things": [CABLE]})
    act(CALL, i={"incident": first, "kind": "CALL", "things": [PLANT]})
    act(TAKEN, i={"incident": first})
    opened(4, title=f"{feeders[20]['name']}跳闸", equipment=[feeders[20]["id"]], level="IV")
    opened(2, title="东湖片区居民来电无电")
    return first


def taken(browser: Browser, address: str, incident: str) -> None:
    """All pictures."""
    OUT.mkdir(exist_ok=True)
    desk = browser.new_page()

    def keep(name: str, page: Page) -> None:
        (OUT / f"{name}.png").write_bytes(small(desk, page.screenshot()))

    for name, screen, how in (
        ("board", "board", {"height": 760}),
        ("board-dark", "board", {"theme": "dark", "height": 760}),
        ("incident", f"incident/{incident}", {"height": 1200}),
        ("planner", "planner/LJ:FDR:1011?assume=%2FLJ:CB:1011", {"height": 1250}),
        ("customer", f"customer/{PLANT}", {"height": 1300}),
        ("phone", f"incident/{incident}", {"width": 390, "height": 844, "theme": "dark"}),
    ):
        room = Room(browser, address, **how)  # type: ignore[arg-type]
        room.at(screen).wait_for_timeout(4000)  # the plan is worked out
        keep(name, room.page)
        room.leave()
    room = Room(browser, address, width=794, height=1123)
    page = room.at(f"customer/{PLANT}")
    page.emulate_media(media="print")
    keep("plan-on-paper", page)
    room.leave()


def main() -> int:
    """Start the demo, make its night, take the pictures; how many are too large."""
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "graph_api.cli", "demo", "serve", "--port", "0"]
        with running(command, {"XDG_CACHE_HOME": folder}, ROOT) as served, sync_playwright() as play:
            until_ready(served.address)
            browser = play.chromium.launch(executable_path=chromium(), args=[*FLAGS, "--disable-lcd-text"])
            with dispatcher(served.address) as act:
                taken(browser, served.address, night(act))
            browser.close()
    large = [each.name for each in Path(OUT).glob("*.png") if each.stat().st_size > MOST_BYTES]
    sys.stdout.write(f"too large: {large}\n" if large else "taken\n")
    return len(large)


if __name__ == "__main__":
    sys.exit(main())
