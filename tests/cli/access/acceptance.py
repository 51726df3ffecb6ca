"""Who sees what, and what the audit holds of it, played on a served demo city: `python -m tests.cli.access.acceptance`.

Keys are given by the command line, questions asked over HTTP, the audit read as its auditor reads it. Prints what was
done, what came, and whether that is as docs/access.md has it. Exit code 1 if anything is otherwise. How long cheap
questions wait beside 32 clients with heavy ones: `python -m tests.bench.beside`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx

from tests.serving import running

ROOT = Path(__file__).parents[3]
BAODIAN = (sys.executable, "-m", "graph_api.cli")
CUSTOMERS, OWN = "LJ:TEL:C4", "LJ:PER:LEAD1:TEL"
REASON = "通知启动保安电源"
NUMBERS = f'{{ nodes(ids: ["{CUSTOMERS}", "{OWN}"]) {{ id ... on Contact {{ value masked }} }} }}'
OPENED = """mutation { openIncident(input: {id: "LJ:INC:1", title: "跳闸", equipment: ["LJ:CB:1021"]}) {
  userErrors { message } } }"""
REVEALED = f"""mutation {{ revealContact(input: {{of: ["{CUSTOMERS}"], incident: "LJ:INC:1", reason: "{REASON}"}}) {{
  contacts {{ value masked }} userErrors {{ message }} }} }}"""
AUDIT = "{ auditEntries(first: 100) { act who roles things reason incident } }"


class Step(NamedTuple):
    """What was done, what came, and whether it should have."""

    done: str
    came: str
    is_right: bool


class City:
    """A store of the demo city, keys of it, and its commands."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        around = {key: value for key, value in os.environ.items() if not key.startswith("BAODIAN_")}
        self.environment = {
            "BAODIAN_STORE": f"sqlite:///{folder / 'city.db'}",
            "BAODIAN_LANG": "en",
            "BAODIAN_LOG_LEVEL": "ERROR",
        }
        self._around = around | self.environment

    def command(self, *arguments: str, code: int = 0) -> str:
        """Standard output of a command that ends with that code."""
        ended = subprocess.run([*BAODIAN, *arguments], cwd=ROOT, env=self._around, capture_output=True, text=True,
                               check=False)  # fmt: skip
        assert ended.returncode == code, ended.stdout + ended.stderr
        return ended.stdout

    def key(self, role: str) -> dict[str, str]:
        """What a request of that role shows."""
        return {"Authorization": f"Bearer {self.command('access', 'key', role, '--role', role).split()[-1]}"}


def played(folder: Path) -> Iterator[Step]:
    """Step after step."""
    city = City(folder)
    city.command("demo", "generate", str(folder / "rows"), "--feeders", "4")
    city.command("load", str(folder / "rows"))
    keys = {role: city.key(role) for role in ("viewer", "dispatcher", "auditor")}
    with running([*BAODIAN, "serve", "--port", "0"], city.environment, ROOT) as (address, _, _process):
        yield from _asked(address, keys)
    yield from _verified(city)


def _asked(address: str, keys: dict[str, dict[str, str]]) -> Iterator[Step]:
    with httpx.Client(base_url=address, timeout=60, trust_env=False) as http:

        def ask(role: str, query: str) -> Any:
            return http.post("/graphql", json={"query": query}, headers=keys.get(role, {})).json()

        nobody = http.post("/graphql", json={"query": NUMBERS})
        yield Step("somebody without a key asks", f"{nobody.status_code}", nobody.status_code == 401)
        seen = {each["id"]: each for each in ask("viewer", NUMBERS)["data"]["nodes"]}
        yield Step("a viewer asks for two numbers", _values(seen), all(each["masked"] for each in seen.values()))
        seen = {each["id"]: each for each in ask("dispatcher", NUMBERS)["data"]["nodes"]}
        masked = {id for id, each in seen.items() if each["masked"]}
        yield Step("a dispatcher asks for the same", _values(seen), masked == {CUSTOMERS})
        ask("dispatcher", OPENED)
        shown = ask("dispatcher", REVEALED)["data"]["revealContact"]
        yield Step("a dispatcher reveals one for a reason", _values(dict(enumerate(shown["contacts"]))),
                   [each["masked"] for each in shown["contacts"]] == [False] and not shown["userErrors"])  # fmt: skip
        refused = ask("viewer", REVEALED)["errors"][0]["extensions"]["code"]
        yield Step("a viewer tries the same", refused, refused == "FORBIDDEN")
        lines = ask("auditor", AUDIT)["data"]["auditEntries"]
        sights = [line for line in lines if line["act"] == "SEE" and OWN in line["things"]]
        reveals = [line for line in lines if line["act"] == "REVEAL" and line["reason"] == REASON]
        yield Step("an auditor looks for both", f"{len(sights)} sight, {len(reveals)} reveal",
                   len(sights) == 1 and [line["things"] for line in reveals] == [[CUSTOMERS]])  # fmt: skip


def _verified(city: City) -> Iterator[Step]:
    holds = city.command("audit", "verify").strip()
    yield Step("the chain is verified", holds, "hold" in holds)
    audit = city.folder / "city.db.audit"
    audit.write_text(audit.read_text(encoding="utf-8").replace(REASON, "例行核对"), encoding="utf-8")
    broken = city.command("audit", "verify", code=1).strip()
    yield Step("somebody changes the reason in its file", broken.splitlines()[0], "hold" not in broken.split(".")[0])


def _values(seen: dict[Any, Any]) -> str:
    return ", ".join(each["value"] for each in seen.values())


def main() -> int:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        right = True
        for step in played(Path(folder)):
            right &= step.is_right
            sys.stdout.write(f"| {step.done} | {step.came} | {'yes' if step.is_right else 'NO'} |\n")
            sys.stdout.flush()
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
