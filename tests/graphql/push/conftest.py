"""Services that push, on real sockets."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from graph_api.access.book import AccessBook
from graph_api.access.changing import change_register
from graph_api.access.entrance import Entrance
from graph_api.access.keys import new_key
from graph_api.access.register import Register
from graph_api.access.sessions import Holder
from graph_api.actor import Actor, ActorKind
from graph_api.app.assembly import Application, entrance_of
from graph_api.cli.serving.web_server import WebServer
from graph_api.live.graph import LiveGraph
from graph_api.settings import Settings
from graph_api.stores import open_store
from loaders.drawing import batch
from schema.access import AccessRole
from schema.batch import GraphBatch
from schema.people import Contact, Organisation, Person
from schema.relationships import Relationship, RelationshipKind
from schema.vocabulary import OrganisationType
from tests.graphql.city import NOW

GRID = """
F1 = CB1
G1 - B1 - CB1 - L1 - n1
n1 - S1>C1
"""
BY = Actor(kind=ActorKind.LOCAL, name="ops")
OPEN = """mutation($id: ID!, $exercise: Boolean) { openIncident(
    input: {id: $id, title: "跳闸", equipment: ["L1"], by: "x", exercise: $exercise}) { userErrors { message } } }"""
NOTE = """mutation($id: ID!, $note: String!) {
    addNote(input: {incident: $id, note: $note, by: "x"}) { revision userErrors { message } } }"""
CHANGED = """subscription($id: ID!, $after: Bookmark) { incidentChanged(id: $id, after: $after) {
    revision bookmark entries { order note } incident { id } } }"""
PROTOCOL = Subprotocol("graphql-transport-ws")


class Stream:
    """Server-sent events of one subscription."""

    def __init__(self, answer: httpx.Response) -> None:
        self.answer = answer
        self._lines = answer.aiter_lines()

    async def next(self, within_s: float = 20.0) -> tuple[str, Any]:
        """Kind and data of the next event; beats are passed over."""
        kind = ""
        async with asyncio.timeout(within_s):
            while True:
                line = await anext(self._lines)
                if line.startswith("event: "):
                    kind = line.removeprefix("event: ")
                elif line.startswith("data:"):
                    text = line.removeprefix("data:").strip()
                    return kind, json.loads(text) if text else None

    async def data(self) -> Any:
        """What the next event says of the subscription's one field."""
        kind, told = await self.next()
        assert kind == "next"
        assert "errors" not in told, told
        (found,) = told["data"].values()
        return found


@dataclass
class Service:
    """A service with access, and clients of it."""

    address: str
    http: httpx.AsyncClient
    application: Application
    entrance: Entrance
    book: AccessBook
    keys: list[str] = field(default_factory=list)

    async def edit(self, change: Callable[[Register], Register]) -> None:
        await change_register(self.application.store, change)
        await self.book.refresh()

    async def key(self, *roles: AccessRole) -> dict[str, str]:
        made = new_key()
        await self.edit(lambda register: register.with_key(made, f"key {made.id}", roles, by=BY, now=NOW))
        self.keys.append(made.id)
        return {"Authorization": f"Bearer {made.text}"}

    async def ask(self, headers: dict[str, str], query: str, **variables: Any) -> Any:
        answer = (
            await self.http.post("/graphql", json={"query": query, "variables": variables}, headers=headers)
        ).json()
        assert "errors" not in answer, answer
        (found,) = answer["data"].values()
        assert not found.get("userErrors"), found
        return found

    async def session(self, *roles: AccessRole) -> dict[str, str]:
        """What a browser of the account `li` shows, which is made with these roles."""
        digest = "of a password"
        await self.edit(
            lambda register: register.with_account("li", roles, person="P1", by=BY, now=NOW, password=digest)
        )
        account = self.book.register.account("li")
        assert account is not None
        begun = self.entrance.sessions.begin(Holder(account=account.id, proof=account.password))
        return {"Cookie": f"baodian={begun.cookie}", "X-Session-Token": begun.token}

    @asynccontextmanager
    async def events(self, headers: dict[str, str], query: str, **variables: Any) -> AsyncIterator[Stream]:
        asked = {"query": query, "variables": variables}
        accept = {"Accept": "text/event-stream", **headers}
        async with self.http.stream("POST", "/graphql", json=asked, headers=accept) as answer:
            yield Stream(answer)

    @asynccontextmanager
    async def line(self, headers: dict[str, str], **around: Any) -> AsyncIterator[ClientConnection]:
        """A WebSocket of who shows these headers; not begun yet where there are none."""
        address = self.address.replace("http", "ws") + "/graphql"
        async with connect(address, subprotocols=[PROTOCOL], **around) as line:
            if headers:
                await line.send(json.dumps({"type": "connection_init", "payload": headers}))
                assert json.loads(await line.recv()) == {"type": "connection_ack"}
            yield line


@pytest.fixture
async def live(tmp_path: Path) -> AsyncIterator[LiveGraph]:
    store = open_store(f"sqlite:///{tmp_path}/grid.db", lambda: NOW)
    drawn, person = batch(GRID), Person(id="P1", name="严世丽")
    number = Contact(id="N1", value="+8613912345678")
    company = Organisation(id="O1", organisation_type=OrganisationType.UTILITY)
    links = [
        *drawn.relationships,
        Relationship(kind=RelationshipKind.HAS_CONTACT, source="P1", target="N1"),
        Relationship(kind=RelationshipKind.MEMBER_OF, source="P1", target="O1"),
    ]
    await store.apply(GraphBatch(entities=[*drawn.entities, person, number, company], relationships=links))
    live = await LiveGraph.open(store)
    yield live
    await live.close()
    await store.close()


@pytest.fixture
async def service(live: LiveGraph, tmp_path: Path) -> AsyncIterator[Service]:
    settings = Settings(audit_file=str(tmp_path / "grid.audit"))
    book = AccessBook(live.store, lambda: NOW)
    await book.open(live.pin().graph.store_uuid)
    entrance = entrance_of(settings, book, lambda: NOW)
    application = Application(settings, live.store, live, lambda: NOW, entrance=entrance)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = WebServer(application.asgi, listener, settings, application.hub.stop)
        serving = asyncio.create_task(server.serve())
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        async with httpx.AsyncClient(base_url=address, timeout=120) as http:
            yield Service(address, http, application, entrance, book)
        server.should_exit = True
        await serving
