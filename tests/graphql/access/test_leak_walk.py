"""As each role every field of every type of the demo city is asked for: no number that the role may not see leaves.

Who may see which number is worked out here from the rows of the city alone, by docs/access.md's words.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from graph_api.live.graph import LiveGraph
from graph_api.stores import open_store
from schema.access import CUSTOMERS_ROLES, AccessRole
from schema.people import Assignment, Contact
from schema.registry import KIND_OF
from schema.relationships import RelationshipKind
from seeds import generator
from tests.graphql.access.conftest import Door, door_to
from tests.graphql.access.walk import Walk

TODAY = date(2026, 11, 23)
A_FEW = 3
TAIL = 10
"""Digits of a number by which it is known, with country code or without."""
MANAGER = "LJ:PER:S2:M2"
INCIDENT = "LJ:INC:WALK"
GIVEN = {
    "of": '["LJ:CUS:4", "LJ:FDR:1021"]',
    "text": '"电话"',
}
EQUIPMENT = '["LJ:SEG:1021:4"]'
QUESTIONS = {
    "node": '(id: "LJ:CUS:4")',
    "search": '(text: "医院", first: 5)',
    "resolve": '(texts: ["张", "129"])',
    "impact": f"(equipment: {EQUIPMENT})",
    "incident": f'(id: "{INCIDENT}")',
    "roster": '(team: "LJ:TEAM:DISP")',
    "responsibilityTable": '(of: ["LJ:CUS:4", "LJ:CUS:6"])',
    "locateFault": '(evidence: [{kind: CALL, things: ["LJ:CUS:4"]}])',
    "restoration": f"(equipment: {EQUIPMENT})",
    "trace": '(from: "LJ:CB:1021", direction: DOWN)',
    "paths": '(from: "LJ:CUS:4", to: "LJ:PER:LEAD1", first: 2)',
    "neighbourhood": '(of: "LJ:CUS:4", hops: 2, limit: 60)',
    "picture": '(of: ["LJ:FDR:1021"])',
    "generatorTrucks": '(of: "LJ:CUS:6")',
    "screening": "",
    "auditEntries": "(first: 20)",
}

OPEN = f"""mutation {{ openIncident(input: {{id: "{INCIDENT}", title: "滨江一线跳闸", equipment: {EQUIPMENT}, by: "x",
  note: "值班电话未接"}}) {{ userErrors {{ message }} }} }}"""
SEES = {AccessRole.DISPATCHER, AccessRole.ACCOUNT_MANAGER}
"""Roles that see some number unasked: else nothing here could leak."""
NUMBERS = re.compile(r"\d(?:[\s()/.-]*\d){6,}")
NO_DIGITS = re.compile(r"\D")


class City:
    """The rows of the demo city, and whose numbers are whose."""

    def __init__(self) -> None:
        self.batches = list(generator.batches(today=TODAY))
        entities = [entity for batch in self.batches for entity in batch.entities]
        links = [link for batch in self.batches for link in batch.relationships]
        self.ids: dict[str, list[str]] = defaultdict(list)
        for entity in entities:
            self.ids[KIND_OF[type(entity)].label].append(entity.id)
        of = dict(self._pairs(links, RelationshipKind.HAS_CONTACT))
        self.owner = {one.value: of[one.id] for one in entities if isinstance(one, Contact)}
        held = dict(self._pairs(links, RelationshipKind.HELD_BY, turned=True))
        roles = {one.id: one.role for one in entities if isinstance(one, Assignment)}
        self.customers_people = {held[id] for id, role in roles.items() if role in CUSTOMERS_ROLES and id in held}
        self.customers: dict[str, set[str]] = defaultdict(set)
        for assignment, thing in self._pairs(links, RelationshipKind.COVERS, turned=True):
            if assignment in held:
                self.customers[held[assignment]].add(thing)
        self.organisation = dict(self._pairs(links, RelationshipKind.MEMBER_OF, turned=True))

    @staticmethod
    def _pairs(links: list[Any], kind: RelationshipKind, *, turned: bool = False) -> Iterator[tuple[str, str]]:
        return (
            (link.source, link.target) if turned else (link.target, link.source) for link in links if link.kind is kind
        )

    def hidden_from(self, role: AccessRole) -> set[str]:
        """Numbers that surely no answer to this role may hold."""
        return {_tail(number) for number, owner in self.owner.items() if self._is_hidden(owner, role)}

    @property
    def numbers(self) -> set[str]:
        """Of everybody."""
        return {_tail(number) for number in self.owner}

    def _is_hidden(self, owner: str, role: AccessRole) -> bool:
        if role is AccessRole.DISPATCHER:
            return owner in self.customers_people
        if role is AccessRole.ACCOUNT_MANAGER:
            return owner in self.customers_people and not self.customers[owner] & self.customers[MANAGER]
        return True


def digits_of(text: str) -> set[str]:
    """What in a text may be a number, however it is written, as a `_tail`."""
    runs = [NO_DIGITS.sub("", found) for found in NUMBERS.findall(text)]
    return {run[at : at + TAIL] for run in runs for at in range(len(run) - TAIL + 1)} | set(runs)


def _tail(number: str) -> str:
    return NO_DIGITS.sub("", number)[-TAIL:]


@pytest.fixture(scope="module")
def city() -> City:
    return City()


@pytest.fixture
async def door(city: City, tmp_path: Path) -> AsyncIterator[Door]:
    store = open_store(f"sqlite:///{tmp_path / 'city.db'}")
    await store.begin_load("city")
    for batch in city.batches:
        await store.stage("city", batch)
    await store.commit_load("city")
    live = await LiveGraph.open(store)
    async with door_to(live, tmp_path / "city.audit", max_per_second=100_000) as door:
        yield door
    await live.close()


def documents(city: City, walk: Walk) -> Iterator[str]:
    chosen = random.Random(7)
    for kind in walk.kinds():
        ids = city.ids.get(kind, [INCIDENT] if kind == "Incident" else [])
        if ids:
            yield from walk.of_kind(kind, chosen.sample(ids, min(A_FEW, len(ids))))
    assert walk.schema.query_type is not None
    for name in walk.schema.query_type.fields:
        if name not in ("nodes",):
            yield from walk.root(name, QUESTIONS.get(name, ""))


@pytest.mark.timeout(1800)  # every field as every role: a minute and a half, more where coverage is measured
async def test_no_number_leaves_that_the_role_may_not_see(
    city: City, door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    opened = await door.ask(await door.key(AccessRole.DISPATCHER), OPEN)
    assert opened.json()["data"]["openIncident"]["userErrors"] == []
    walk = Walk(GIVEN)
    asked = list(documents(city, walk))
    assert not walk.left_out
    for role in AccessRole:
        key = await door.key(role, person=MANAGER if role is AccessRole.ACCOUNT_MANAGER else None)
        hidden = city.hidden_from(role)
        seen: set[str] = set()
        for document in asked:
            answer = await door.ask(key, document)
            assert {each["extensions"]["code"] for each in answer.json().get("errors", [])} <= {"FORBIDDEN"}, document
            assert not digits_of(answer.text) & hidden, (role, document)
            seen |= digits_of(answer.text) & city.numbers
        assert bool(seen) == (role in SEES), role
    elsewhere = caplog.text + (await door.http.get("/metrics")).text + door.audit.path.read_text()
    assert not digits_of(elsewhere) & city.numbers
