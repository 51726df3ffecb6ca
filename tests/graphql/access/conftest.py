"""A city whose users show keys."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from graph_api.access.audit import AuditLog
from graph_api.access.book import AccessBook
from graph_api.access.changing import change_register
from graph_api.access.entrance import Entrance
from graph_api.access.keys import new_key
from graph_api.access.register import Register
from graph_api.actor import Actor, ActorKind
from graph_api.app.assembly import Application, entrance_of
from graph_api.live.graph import LiveGraph
from graph_api.settings import Settings
from schema.access import AccessRole
from tests.graphql.city import NOW

MOBILE, DUTY = "13912345678", "57188880000"
BY = Actor(kind=ActorKind.LOCAL, name="ops")


class Door:
    """Asks as one role or another."""

    def __init__(self, http: httpx.AsyncClient, application: Application, entrance: Entrance, audit: Path) -> None:
        self.http, self.store, self.entrance, self.audit = http, application.store, entrance, AuditLog(audit)
        self.operations = application.operations
        self.now = NOW
        self.book = entrance.book

    async def change(self, edit: Callable[[Register], Register]) -> None:
        await change_register(self.store, edit)
        await self.book.refresh()

    async def key(
        self, *roles: AccessRole, person: str | None = None, scope: Collection[str] | None = None
    ) -> dict[str, str]:
        made = new_key()
        name = f"{'+'.join(roles)} {made.id}"
        await self.change(
            lambda register: register.with_key(made, name, roles, by=BY, now=NOW, person=person, scope=scope)
        )
        return {"Authorization": f"Bearer {made.text}"}

    async def ask(self, headers: dict[str, str], query: str, **variables: Any) -> httpx.Response:
        return await self.http.post("/graphql", json={"query": query, "variables": variables}, headers=headers)


@pytest.fixture
async def door(application: Application, request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Door]:
    async with door_to(application.live, tmp_path / "city.audit", **getattr(request, "param", {})) as door:
        yield door


@asynccontextmanager
async def door_to(live: LiveGraph, audit: Path, **given: Any) -> AsyncIterator[Door]:
    """A service over a live graph whose users show keys, with these settings."""
    settings = Settings(audit_file=str(audit), **given)
    visitors = frozenset({AccessRole.VIEWER}) if settings.visitors == "viewer" else frozenset[AccessRole]()
    book = AccessBook(live.store, lambda: NOW, visitors=visitors)
    await book.open(live.pin().graph.store_uuid)
    entrance = entrance_of(settings, book, lambda: NOW)
    doors: list[Door] = []

    def clock() -> datetime:
        return doors[0].now if doors else NOW

    served = Application(settings, live.store, live, clock, entrance=entrance)
    transport = httpx.ASGITransport(app=served.asgi, raise_app_exceptions=True)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as http:
        doors.append(Door(http, served, entrance, audit))
        yield doors[0]


MUTATIONS = {
    "setSwitchPosition": 'setSwitchPosition(input: {switch: "B2", position: OPEN, by: "x", source: "y"})',
    "recordSwitching": 'recordSwitching(input: {operations: [{switch: "B2", position: OPEN}], by: "x", source: "y"})',
    "upsertAssignment": 'upsertAssignment(input: {role: CUSTOMER_MANAGER, person: "P2", covers: ["C1"]})',
    "endAssignment": 'endAssignment(input: {id: "A1"})',
    "planRoster": 'planRoster(input: {team: "TEAM", firstDay: "2030-01-01", until: "2030-01-02", '
    'crews: [{people: ["P1"]}], shifts: [{start: "08:00", end: "20:00", crews: [1]}]})',
    "standIn": 'standIn(input: {shift: "SH1", person: "P2"})',
    "recordLeave": 'recordLeave(input: {person: "P1", start: "2030-01-01T00:00:00Z", end: "2030-01-02T00:00:00Z"})',
    "openIncident": 'openIncident(input: {id: "I1", title: "t", equipment: ["B1"], by: "x"})',
    "addEvidence": 'addEvidence(input: {incident: "I1", kind: CALL, things: ["C1"], by: "x"})',
    "withdrawEvidence": 'withdrawEvidence(input: {incident: "I1", entry: 3, by: "x"})',
    "confirmFault": 'confirmFault(input: {incident: "I1", things: ["B1"], by: "x"})',
    "recordRepair": 'recordRepair(input: {incident: "I1", by: "x"})',
    "amendIncident": 'amendIncident(input: {incident: "I1", level: IV, by: "x"})',
    "sendWorkOrder": 'sendWorkOrder(input: {incident: "I1", task: "t", person: "P1", by: "x"})',
    "updateWorkOrder": 'updateWorkOrder(input: {incident: "I1", workOrder: 1, state: CLOSED, by: "x"})',
    "startProcedure": 'startProcedure(input: {incident: "I1", customer: "C1", by: "x"})',
    "completeStep": 'completeStep(input: {incident: "I1", customer: "C1", step: "STEP1", by: "x"})',
    "skipStep": 'skipStep(input: {incident: "I1", customer: "C1", step: "STEP2", note: "n", by: "x"})',
    "recordCall": 'recordCall(input: {incident: "I1", person: "P1", outcome: REACHED, by: "x"})',
    "addNote": 'addNote(input: {incident: "I1", note: "n", by: "x"})',
    "handOver": 'handOver(input: {incident: "I1", to: "P1", by: "x"})',
    "signHandOver": 'signHandOver(input: {incident: "I1", person: "P1", by: "x"})',
    "acknowledgeIncident": 'acknowledgeIncident(input: {incident: "I1", by: "x"})',
    "closeIncident": 'closeIncident(input: {incident: "I1", reason: "r", by: "x"})',
    "joinIncident": 'joinIncident(input: {incident: "I1", other: "I2", by: "x"})',
    "refuseSwitching": 'refuseSwitching(input: {incident: "I1", switches: ["CB1"], note: "x", by: "x"})',
    "splitIncident": 'splitIncident(input: {incident: "I1", title: "t", evidence: [1], by: "x"})',
    "startDrill": 'startDrill(input: {script: FEEDER_TRIP, of: "FD1", by: "x"})',
    "reopenIncident": 'reopenIncident(input: {incident: "I1", note: "n", by: "x"})',
}


NUMBERS = '{ node(id: "P1") { ... on Person { contacts { value masked } } } }'
