"""The 20 questions of a coordinator: one document each, asked in a night on the demo city; docs/questions.md is made.

`docs/questions/night.json` is what happened before: changes by the API, each at its time. The documents are asked at
02:30 of that night. In each, the first lines say the question in Chinese and English, and its variables.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx

from graph_api.app.assembly import Application
from graph_api.app.incident_keeper import IncidentKeeper
from graph_api.app.places import NO_FILE
from graph_api.live.graph import LiveGraph
from graph_api.readmodel.topology.jit import use_machine_code
from graph_api.settings import Settings
from graph_api.stores import open_store
from tests.records.page import DOCS
from tests.records.tour import ZONE, loaded_city

FOLDER = DOCS / "questions"
PAGE = DOCS / "questions.md"
ASKED_AT = datetime.fromisoformat("2026-11-24T02:30:00+08:00")
WIDTH = 116
ATTEMPTS = 20
"""How often a change is sent where a slow machine does not confirm it in time."""
SHOWN = 5
"""Elements of a list that the page shows."""


@dataclass(frozen=True)
class Question:
    """A document with its question in both languages and its variables."""

    number: int
    zh: str
    en: str
    variables: dict[str, Any]
    document: str


def questions() -> list[Question]:
    """All of them, in order."""
    return [_question(path) for path in sorted(FOLDER.glob("*.graphql"))]


def _question(path: Path) -> Question:
    zh, en, variables, document = path.read_text(encoding="utf-8").split("\n", 3)
    return Question(int(path.name[:2]), zh[2:], en[2:], json.loads(variables[2:]), document)


class Night:
    """The API over a city whose clock is set."""

    def __init__(self) -> None:
        self.now = ASKED_AT
        self.http: httpx.AsyncClient

    def clock(self) -> datetime:
        """The time that everything goes by."""
        return self.now

    async def ask(self, document: str, variables: dict[str, Any]) -> Any:
        """Data of an answer; AssertionError for errors. A change whose outcome is not known is sent again."""
        answer: dict[str, Any] = {}
        for _ in range(ATTEMPTS):
            answer = (await self.http.post("/graphql", json={"query": document, "variables": variables})).json()
            if [each["extensions"]["code"] for each in answer.get("errors", ())] != ["OUTCOME_UNKNOWN"]:
                break
        assert "errors" not in answer, (document, answer["errors"])
        return answer["data"]

    async def act(self, change: str, given: dict[str, Any]) -> None:
        """A change; AssertionError where it is refused."""
        kind = f"{change[0].upper()}{change[1:]}Input"
        document = f"mutation($input: {kind}!) {{ {change}(input: $input) {{ userErrors {{ path message }} }} }}"
        made = {"by": "王玉航", "requestId": f"{change}-{self.now:%Y%m%d%H%M%S}", **given}
        found = (await self.ask(document, {"input": made}))[change]
        assert found["userErrors"] == [], (change, given, found)


@asynccontextmanager
async def night_of(city: Path) -> AsyncIterator[Night]:
    """The night up to 02:30, over a copy of the city's store."""
    use_machine_code()  # as a server does
    night = Night()
    with TemporaryDirectory() as folder, _in_the_city():
        shutil.copy(city, f"{folder}/city.db")
        store = open_store(f"sqlite:///{folder}/city.db", night.clock)
        live = await LiveGraph.open(store, clock=night.clock)
        web = Application(Settings(audit_file=NO_FILE), store, live, night.clock).asgi
        transport = httpx.ASGITransport(app=web)
        try:
            async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as night.http:
                await _lived(night, IncidentKeeper(live, night.clock), live)
                yield night
        finally:
            await live.close()
            await store.close()


@contextmanager
def _in_the_city() -> Iterator[None]:
    """Local time is the city's: numbers of incidents hold the day."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = ZONE
    time.tzset()
    try:
        yield
    finally:
        os.environ.pop("TZ") if before is None else os.environ.update(TZ=before)
        time.tzset()


async def _lived(night: Night, keeper: IncidentKeeper, live: LiveGraph) -> None:
    """What happened until it is asked; what keeps timelines looks after each change, and each minute after the last."""
    steps = json.loads((FOLDER / "night.json").read_text(encoding="utf-8"))
    for step in steps:
        night.now = datetime.fromisoformat(step["at"])
        await night.act(step["change"], step["input"])
        await keeper.once(live.pin())
    for minute in range(night.now.minute, ASKED_AT.minute + 1):
        night.now = ASKED_AT.replace(minute=minute)
        await keeper.once(live.pin())


def laid_out(value: Any, indent: str = "") -> str:
    """JSON as one reads it: what fits in a line stands in one."""
    line = json.dumps(value, ensure_ascii=False)
    if len(indent) + sum(1 + (ord(char) > 0x2E80) for char in line) <= WIDTH or not isinstance(value, dict | list):
        return line
    deeper = indent + "  "
    if isinstance(value, list):
        parts = [laid_out(each, deeper) for each in value]
        return "[\n" + ",\n".join(deeper + each for each in parts) + f"\n{indent}]"
    parts = [f"{json.dumps(name)}: {laid_out(each, deeper)}" for name, each in value.items()]
    return "{\n" + ",\n".join(deeper + each for each in parts) + f"\n{indent}}}"


def questions_page() -> str:
    """The page, with every answer made again."""
    city = Path(loaded_city(ASKED_AT.date()).url.removeprefix("sqlite:///"))
    return asyncio.run(_page(city))


async def _page(city: Path) -> str:
    lines = [HEAD]
    async with night_of(city) as night:
        for each in questions():
            answer = laid_out(shortened(await night.ask(each.document, each.variables)))
            asked = f"```graphql\n{each.document.strip()}\n```" + (
                f"\n\nwith `{json.dumps(each.variables, ensure_ascii=False)}`" if each.variables else ""
            )
            title = f"## {each.number}. {each.en}\n\n{each.zh}"
            lines.append(f"{title}\n\n{asked}\n\n```json\n{answer}\n```")
    return "\n\n".join(lines) + "\n"


def shortened(value: Any) -> Any:
    """The answer with long lists cut visibly."""
    if isinstance(value, dict):
        return {name: shortened(each) for name, each in value.items()}
    if not isinstance(value, list):
        return value
    more = len(value) - SHOWN if len(value) > SHOWN + 1 else 0
    kept = [shortened(each) for each in value[: len(value) - more]]
    return [*kept, f"… {more} more"] if more else kept


HEAD = """# The coordinator's 20 questions

Each is one document and one request; they are asked at 02:30 of a night in the [demo city](demo-city.md): at 02:13
10kV滨江一线 tripped, two fault indicators have reported, two work orders are out, a generator truck with one, and
nobody has acknowledged the incident yet. In October the same feeder had a cable fault. What happened is in
[questions/night.json](questions/night.json), the documents stand beside it; `tests/seeds/test_questions.py` holds each
answer against what was worked out by hand. Lists are cut here after some of their elements. This page is made:
`python -m tests.records questions.md`."""
