"""Somebody at the console: a page of its own, logged in, with everything watched."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page, Route

AXE = Path(__file__).parent / "axe.min.js"
PATIENCE_MS = 30_000


def until_ready(address: str) -> None:
    """Wait until the server answers everything."""
    while httpx.get(f"{address}/readyz", timeout=30, trust_env=False).status_code != 200:
        time.sleep(0.05)


class Room:
    """A page at the console. `wrong`: what should not have happened."""

    def __init__(
        self,
        browser: Browser,
        address: str,
        who: str = "dispatcher",
        language: str = "zh",
        theme: str = "day",
        width: int = 1440,
        height: int = 900,
        bypass: bool = True,
    ) -> None:
        self.address, self.wrong = address, list[str]()
        # the page's policy lets no script of others in: axe, which only the tests have, is one
        self._context = browser.new_context(viewport={"width": width, "height": height}, bypass_csp=bypass)
        self._context.set_default_timeout(PATIENCE_MS)
        self._context.route("**/*", self._let_through)
        kept = json.dumps({"language": language, "theme": theme, "size": 16})
        self._context.add_init_script(f"localStorage.setItem('baodian', {json.dumps(kept)})")
        if who:
            self._log_in(who)
        self.page: Page = self._context.new_page()
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.wrong.append(f"error: {error}"))

    def _log_in(self, who: str) -> None:
        demo = self._context.request.get(f"{self.address}/session").json()["demo"]
        (account,) = (each for each in demo if each["name"] == who)
        body = {"name": account["name"], "password": account["password"]}
        assert self._context.request.post(f"{self.address}/login", data=body).ok

    def _let_through(self, route: Route) -> None:
        if route.request.url.startswith(self.address):
            route.continue_()
        else:
            self.wrong.append(f"asked elsewhere: {route.request.url}")
            route.abort()

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.wrong.append(f"{message.type}: {message.text}")

    def at(self, screen: str) -> Page:
        """The page, at a screen that has its first answer."""
        self.page.goto(f"{self.address}/#/{screen}")
        self.page.wait_for_selector("main h1")
        self.page.wait_for_selector(".line-live")
        self.page.wait_for_function("!document.querySelector('main [role=status]')")
        return self.page

    def press(self, *keys: str) -> None:
        """Type keys; `:` before a text types it."""
        for each in keys:
            if each.startswith(":"):
                self.page.keyboard.type(each[1:])
            else:
                self.page.keyboard.press(each)

    def not_accessible(self) -> list[str]:
        """What axe finds wrong with what is shown."""
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found: list[dict[str, Any]] = self.page.evaluate("axe.run().then((each) => each.violations)")
        return [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found]

    def leave(self) -> None:
        """Close the page."""
        self._context.close()
