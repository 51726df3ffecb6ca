"""Somebody at a screen: asks a service over HTTP, acts, moves its clock, and writes what it prints."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parents[2]
DAY = "2026-11-23T"
CHINA = timezone(timedelta(hours=8))
RETRYABLE = ("STORE_UNAVAILABLE", "OUTCOME_UNKNOWN", "OVERLOADED", "STALE_REPLICA")
STATE = """query($at: DateTime, $known: DateTime) { incident(id: "I1") { stateAt(at: $at, known: $known) {
  isOpen tripped { id } fault { id } commander { id } unsigned acknowledgedBy refused { id }
  workOrders { number task state vehicle { id } } escalations { rule { id } people { id } }
  clocks { workOrder dueAt state }
  checklists { procedure { id } runs openCount steps { step { id } outcome late } }
  recorded { totalCount outCount lostKw customers { nodes { customerId state loadsFed } } }
  figures { peakOut customerHours lostKwh } left { kind } } } }"""
HIT = """{ incident(id: "I1") { stateAt {
  recorded { backCount customers { nodes { customerId state loadsFed } } }
  impact { summary { backCount } customers { nodes { customer { id } state loadsFed } } } } } }"""
MOVES = ("OPEN", "CLOSE", "TRANSFER")
ENTRIES = '{ incident(id: "I1") { timeline(first: 500) { totalCount nodes { order entryType at text(lang: EN) } } } }'


class Desk:
    """A client; `leaving` is told each hour of the night once all of it is done, before the clock goes on."""

    def __init__(self, clock: Path, leaving: Callable[[Desk, str], None] = lambda _, __: None) -> None:
        self._clock, self._leaving, self._hour = clock, leaving, ""
        self.address = ""

    def at(self, hour: str) -> None:
        """It is that time now, at the service, too."""
        if self._hour:
            self._leaving(self, self._hour)
        self._hour = hour
        file = self._clock.with_suffix(".new")
        file.write_text(f"{DAY}{hour}:00+08:00")
        file.replace(self._clock)

    def ask(self, query: str, **variables: Any) -> Any:
        """Data of an answer without errors."""
        answer = self._post(query, variables)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    def _post(self, query: str, variables: dict[str, Any]) -> Any:
        sent = {"query": query, "variables": variables}
        return httpx.post(f"{self.address}/graphql", json=sent, timeout=60, trust_env=False).json()

    def try_to(self, name: str, **given: Any) -> tuple[Any, str]:
        """What came of a change, and the code of what hindered it, "" for nothing."""
        kind = f"{name[0].upper()}{name[1:]}Input"
        shown = "revision repeated userErrors { code message }"
        answer = self._post(
            f"mutation($input: {kind}!) {{ {name}(input: $input) {{ {shown} }} }}", {"input": {"by": "严世丽", **given}}
        )
        if "errors" in answer:
            return None, str(answer["errors"][0]["extensions"]["code"])
        found = answer["data"][name]
        return found, next((str(each["code"]) for each in found["userErrors"]), "")

    def does(self, name: str, **given: Any) -> Any:
        """A change that is made, sent again by one id while the store is busy."""
        asked = {"requestId": f"{name}-{time.monotonic_ns()}", **given}
        found, code = self.try_to(name, **asked)
        for _ in range(60):
            if code not in RETRYABLE:
                break
            time.sleep(0.5)
            found, code = self.try_to(name, **asked)
        assert code == "", (name, given, found, code)
        return found

    def operates(self, *acts: tuple[str, str]) -> None:
        """Switches of the incident, as one act: a step of the plan that was done; who is hit by then is kept."""
        operations = [{"switch": switch, "position": position} for switch, position in acts]
        self.does("recordSwitching", incident="I1", operations=operations, source="现场")
        self.until(self.is_kept)

    def is_kept(self) -> bool:
        """Whether the timeline says of everybody what the grid says now."""
        now = self.ask(HIT)["incident"]["stateAt"]
        kept = {each["customerId"]: (each["state"], each["loadsFed"]) for each in now["recorded"]["customers"]["nodes"]}
        hit = {
            each["customer"]["id"]: (each["state"], each["loadsFed"]) for each in now["impact"]["customers"]["nodes"]
        }
        counts = now["recorded"]["backCount"], now["impact"]["summary"]["backCount"]
        return kept == hit and counts[0] == counts[1]

    def state(self, **given: Any) -> Any:
        """The incident now, or as it was."""
        return self.ask(STATE, **given)["incident"]["stateAt"]

    def entries(self) -> list[tuple[str, str]]:
        """What the timeline says: type, and hour of the night."""
        found = self.ask(ENTRIES)["incident"]["timeline"]["nodes"]
        return [(each["entryType"], _hour(each["at"])) for each in found]

    def until(self, what: Callable[[], bool]) -> None:
        """Wait for what the service does by itself."""
        for _ in range(1200):
            if what():
                return
            time.sleep(0.05)
        raise AssertionError(self.entries())

    def out(self) -> set[str]:
        """Customers that are told to be not fully fed by the grid."""
        kept = self.state()["recorded"]
        hits = [] if kept is None else kept["customers"]["nodes"]
        return {each["customerId"] for each in hits if each["loadsFed"] != "ALL"}

    def switching(self, part: str = "steps") -> list[tuple[str, str]]:
        """What the plan of the incident opens and closes, in order: until all are fed, or (`afterRepair`) after."""
        asked = (
            f"""{{ incident(id: "I1") {{ stateAt {{ restoration {{ {part} {{ action target {{ id }} }} }} }} }} }}"""
        )
        steps = self.ask(asked)["incident"]["stateAt"]["restoration"][part]
        return [(each["action"], each["target"]["id"]) for each in steps if each["action"] in MOVES]

    def prints(self, *arguments: str) -> str:
        """What a command prints that asks the service."""
        around = {"BAODIAN_SERVER": self.address, "BAODIAN_LANG": "en", "TZ": "Asia/Shanghai", "NO_COLOR": "1"}
        kept = {name: text for name, text in os.environ.items() if not name.startswith("BAODIAN_")}
        command = [sys.executable, "-m", "graph_api.cli", *arguments]
        env = {**kept, **around, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "COLUMNS": "100"}
        made = subprocess.run(
            command, cwd=self._clock.parent, env=env, capture_output=True, encoding="utf-8", check=False
        )
        assert made.returncode == 0, made.stderr
        return made.stdout + made.stderr


def _hour(moment: str) -> str:
    return f"{datetime.fromisoformat(moment).astimezone(CHINA):%H:%M}"
