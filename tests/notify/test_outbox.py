"""Messages go out once, are signed, tried by the next channel, and end with the acknowledgement."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from graph_api.app.assembly import Application
from graph_api.app.incident_keeper import IncidentKeeper
from graph_api.live.graph import LiveGraph
from graph_api.notify.channels import channels_of
from graph_api.notify.outbox import Outbox
from graph_api.settings import Settings
from graph_api.stores import open_store
from graph_api.stores.contract import now_utc
from loaders.drawing import batch
from schema.batch import GraphBatch
from schema.commitment import EscalationRule
from schema.people import Person
from schema.relationships import Relationship, RelationshipKind
from tests.graphql.city import NOW
from tests.graphql.conftest import Api
from tests.notify.receiver import SECRET, Receiver, channel_file, receiving

GRID = "F1 = CB1\nG1 - B1 - CB1 - L1 - n1\nn1 - S1>C1"
NOTICES = """{ incident(id: "I1") { stateAt { acknowledgedBy acknowledgedAt
  notices { key person { id } channel attempts repeated outcome reason } } } }"""
TIMELINE = """{ incident(id: "I1") { timeline(first: 500) { nodes { entryType text(lang: EN) } } } }"""


class Night:
    """A clock that the test sets."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


class Room:
    """An incident that nobody has taken in hand, and who is told of it."""

    def __init__(self, api: Api, live: LiveGraph, night: Night, folder: Path) -> None:
        self.api, self.live, self.night, self.folder = api, live, night, folder

    @asynccontextmanager
    async def sending(self, live: LiveGraph | None = None, place: str = "", **channels: str) -> AsyncIterator[Outbox]:
        known = channels_of(channel_file(self.folder, **channels))
        outbox = Outbox(live or self.live, self.night, known, place=place, private=True)
        yield outbox
        outbox.close()

    async def escalate(self, **given: Any) -> None:
        asked = """mutation($input: OpenIncidentInput!) { openIncident(input: $input) { userErrors { message } } }"""
        said = {"id": "I1", "title": "F1跳闸", "equipment": ["L1"], "by": "x", **given}
        assert (await self.api.data(asked, input=said))["openIncident"]["userErrors"] == []
        await IncidentKeeper(self.live, self.night).once(self.live.pin())

    async def notices(self) -> list[Any]:
        found: list[Any] = (await self.api.data(NOTICES))["incident"]["stateAt"]["notices"]
        return found


async def filled(address: str, people: int, clock: Callable[[], datetime]) -> None:
    """A store with a rule that tells so many people at once."""
    store, drawn = open_store(address, clock), batch(GRID)
    names = [f"P{number}" for number in range(1, people + 1)]
    told = [Relationship(kind=RelationshipKind.ESCALATES_TO, source="R0", target=name) for name in names]
    entities = [
        EscalationRule(id="R0", name="立即", after_min=0),
        *(Person(id=each, name=f"人员{each}") for each in names),
    ]
    await store.apply(GraphBatch(entities=[*drawn.entities, *entities], relationships=[*drawn.relationships, *told]))
    await store.close()


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    night, address = Night(), f"sqlite:///{tmp_path}/grid.db"
    await filled(address, 2, night)
    store = open_store(address, night)
    live = await LiveGraph.open(store, clock=night)
    web = Application(Settings(audit_file=str(tmp_path / "audit")), store, live, night).asgi
    transport = httpx.ASGITransport(app=web, raise_app_exceptions=True)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        yield Room(Api(client), live, night, tmp_path)
    await live.close()
    await store.close()


async def test_each_is_told_once_and_the_message_is_signed(room: Room) -> None:
    await room.escalate(level="II")
    with receiving() as receiver:
        async with room.sending(gateway=receiver.address + "/in?x=1") as outbox:
            assert (await outbox.once(), await outbox.once()) == (2, 0)
        assert sorted(each.said["person"]["id"] for each in receiver.taken) == ["P1", "P2"]
        (taken, _) = receiver.taken
    said, headers = taken.said, taken.headers
    assert (said["incident"]["title"], said["incident"]["level"], said["exercise"]) == ("F1跳闸", "II", False)
    assert (said["attempt"], said["repeat"], said["acknowledge"]) == (1, False, None)
    assert headers["idempotency-key"] == headers["webhook-id"] == said["id"]
    proved = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + taken.body
    expected = base64.b64encode(hmac.new(SECRET.encode(), proved, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert abs(int(headers["webhook-timestamp"]) - NOW.timestamp()) < 1
    assert [(each["outcome"], each["attempts"]) for each in await room.notices()] == [("DELIVERED", 1)] * 2


async def test_an_exercise_says_so_in_every_message(room: Room) -> None:
    await room.escalate(exercise=True)
    with receiving() as receiver:
        async with room.sending(gateway=receiver.address) as outbox:
            await outbox.once()
    assert all(each.said["exercise"] and each.said["text"]["zh"].startswith("【演练】") for each in receiver.taken)
    assert len(receiver.taken) == 2


@pytest.mark.parametrize(
    ("answers", "outcome"), [((500,), "UNKNOWN"), ((404,), "FAILED"), ((302, 204), "FAILED"), ((None,), "UNKNOWN")]
)
async def test_a_channel_that_fails_does_not_stop_the_next(
    room: Room, answers: tuple[int | None, ...], outcome: str
) -> None:
    await room.escalate()
    with receiving(answers) as broken, receiving() as other:
        if answers == (302, 204):
            broken.answers = [302]
        async with room.sending(first=broken.address, second=other.address) as outbox:
            await outbox.once()
            await outbox.once()
            assert await outbox.once() == 0
        assert sorted(each.said["person"]["id"] for each in other.taken) == ["P1", "P2"]
        assert len(broken.taken) == 2, "a redirect is not followed"
    found = {(each["channel"], each["outcome"], each["repeated"]) for each in await room.notices()}
    assert found == {("first", outcome, False), ("second", "DELIVERED", False)}


async def test_what_all_channels_refuse_is_tried_again_four_times(room: Room) -> None:
    await room.escalate()
    with receiving((503,)) as receiver:
        async with room.sending(only=receiver.address) as outbox:
            sent = []
            for minute in range(20):
                room.night.now = NOW + timedelta(minutes=minute, seconds=1)
                sent.append(await outbox.once())
        assert [minute for minute, count in enumerate(sent) if count] == [0, 1, 3, 8]
        keys = {each.said["id"]: [] for each in receiver.taken}  # type: ignore[var-annotated]
        for each in receiver.taken:
            keys[each.said["id"]].append((each.said["attempt"], each.said["repeat"]))
    assert sorted(map(tuple, keys.values())) == [((1, False), (2, True), (3, True), (4, True))] * 2


async def test_what_was_refused_for_good_is_no_repeat(room: Room) -> None:
    await room.escalate()
    with receiving((404, 404, 204)) as receiver:
        async with room.sending(only=receiver.address) as outbox:
            await outbox.once()
            room.night.now += timedelta(minutes=1)
            await outbox.once()
        assert [each.said["repeat"] for each in receiver.taken] == [False] * 4


async def test_acknowledged_or_closed_nobody_is_told(room: Room) -> None:
    await room.escalate()
    asked = 'mutation { acknowledgeIncident(input: {incident: "I1", by: "x"}) { userErrors { message } } }'
    with receiving() as receiver:
        async with room.sending(only=receiver.address) as outbox:
            assert (await room.api.data(asked))["acknowledgeIncident"]["userErrors"] == []
            assert await outbox.once() == 0
        assert receiver.taken == []


async def test_a_crash_between_is_sent_again_with_the_same_key_and_marked(room: Room) -> None:
    """The clock that dates the lease is set back an hour meanwhile: then the other cannot be sending it any more."""
    await room.escalate()
    with receiving((None,)) as receiver:
        async with room.sending(only=receiver.address) as outbox:
            going = asyncio.ensure_future(outbox.once())
            await asyncio.to_thread(receiver.came.wait, 20)
            await asyncio.sleep(0.2)
            going.cancel()  # as kill -9: nothing is written any more
            outbox.close()
            await asyncio.gather(going, return_exceptions=True)
        first = {each.said["id"] for each in receiver.taken}
        receiver.answers, receiver.taken = [204], []
        async with room.sending(only=receiver.address) as outbox:
            assert await outbox.once() == 0, "its sender may still be at it"
            room.night.now -= timedelta(hours=1)
            assert await outbox.once() == len(first)
        assert {(each.said["id"], each.said["repeat"], each.said["attempt"]) for each in receiver.taken} == {
            (key, True, 2) for key in first
        }
    assert {(each["outcome"], each["repeated"]) for each in await room.notices()} == {("DELIVERED", True)}


async def test_a_link_acknowledges_once_and_only_by_post(room: Room) -> None:
    await room.escalate()
    with receiving() as receiver:
        async with room.sending(place="https://baodian.example/", only=receiver.address) as outbox:
            await outbox.once()
    links = {each.said["person"]["id"]: each.said["acknowledge"] for each in receiver.taken}
    assert all(link.startswith("https://baodian.example/acknowledge/") for link in links.values())
    ways = {person: link.removeprefix("https://baodian.example") for person, link in links.items()}
    http = room.api.http
    for _ in range(3):
        page = await http.get(ways["P2"])
        assert page.status_code == 200
        assert "F1跳闸" in page.text
        assert "form-action 'self'" in page.headers["content-security-policy"]
    state = (await room.api.data(NOTICES))["incident"]["stateAt"]
    assert state["acknowledgedAt"] is None, "programs that look through mail follow links"
    assert (await http.post("/acknowledge/" + "x" * 43)).status_code == 410
    assert (await http.post(ways["P2"], headers={"Origin": "http://localhost"})).status_code == 200
    state = (await room.api.data(NOTICES))["incident"]["stateAt"]
    assert state["acknowledgedBy"] == "人员P2"
    assert [(await http.post(way)).status_code for way in ways.values()] == [410, 410], "somebody has it in hand"
    told = [each["text"] for each in (await room.api.data(TIMELINE))["incident"]["timeline"]["nodes"]]
    assert "Acknowledged by 人员P2." in told
    assert not any(way.rpartition("/")[2] in str(told) for way in ways.values())
    assert "acknowledgeIncident" in (room.folder / "audit").read_text()


async def test_a_link_grows_old(room: Room) -> None:
    await room.escalate()
    with receiving() as receiver:
        async with room.sending(place="http://localhost", only=receiver.address) as outbox:
            await outbox.once()
    way = receiver.taken[0].said["acknowledge"]
    room.night.now += timedelta(hours=24)
    assert (await room.api.http.post(way)).status_code == 410


async def test_three_processes_tell_each_once(tmp_path: Path) -> None:
    address, people = f"sqlite:///{tmp_path}/grid.db", 9
    await filled(address, people, now_utc)
    with receiving() as receiver:
        file = channel_file(tmp_path, only=receiver.address)
        command = [sys.executable, "-m", "tests.notify.worker", address, str(file)]
        workers = [subprocess.Popen(command) for _ in range(3)]  # noqa: ASYNC220 (waited for at the end)
        try:
            await _opened(address, tmp_path)
            await _all_came(receiver, people)
            await asyncio.sleep(1)
        finally:
            for each in workers:
                each.kill()
                each.wait()
    assert sorted(each.said["person"]["id"] for each in receiver.taken) == [f"P{n}" for n in range(1, people + 1)]


async def _opened(address: str, folder: Path) -> None:
    store = open_store(address)
    live = await LiveGraph.open(store)
    web = Application(Settings(audit_file=str(folder / "audit")), store, live, now_utc).asgi
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=web), base_url="http://localhost") as client:
        asked = """mutation { openIncident(input: {id: "I1", title: "F1跳闸", equipment: ["L1"], by: "x"}) {
          userErrors { message } } }"""
        assert (await Api(client).data(asked))["openIncident"]["userErrors"] == []
    await live.close()
    await store.close()


async def _all_came(receiver: Receiver, people: int) -> None:
    async with asyncio.timeout(60):
        while len(receiver.taken) < people:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
