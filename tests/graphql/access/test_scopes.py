"""Who has a scope is shown nothing that is out of it: not by any question, in any byte, nor by how it is refused.

What is whose is worked out here from the rows of the demo city, by the words of docs/security.md.
"""

from __future__ import annotations

import asyncio
import random
import re
import shutil
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from graph_api.live.graph import LiveGraph
from graph_api.stores import open_store
from schema.access import SCOPED, AccessRole
from schema.people import Contact, Organisation
from schema.registry import KIND_OF
from schema.relationships import RelationshipKind as R
from schema.vocabulary import OrganisationType
from seeds import generator
from tests.graphql.access.conftest import Door, door_to
from tests.graphql.access.walk import Walk

TODAY = date(2026, 11, 23)
EAST, RIVER = "LJ:AREA:1", "LJ:AREA:2"
DUTY = ("responsibility", "manager", "doer", "doneBy", "callFirst", "calls", "responsibilityTable")
"""Fields that name who answers, wherever they belong."""
CUSTOMERS_SIDE = frozenset(
    [
        "Customer",
        "Site",
        "ReceivingPoint",
        "Load",
        "InternalBus",
        "CustomerTransformer",
        "EmergencyPlan",
        "PlanVersion",
        "Procedure",
        "ProcedureStep",
        "SiteGuide",
        "Waypoint",
        "PreparationItem",
    ]
)
"""Kinds of which none is ever named out of the scope, not even by a plan or a call sheet."""
COMMON = ("ServiceCommitment", "EscalationRule")
TAIL = 11
"""Digits of a telephone number without its country code."""
SHORT = 2
"""Characters of names that stand in other texts by chance."""
IDS = re.compile(r"LJ:[A-Z]+(?::[\w.~-]+)+")

TIES = """
Area CONTAINED_IN> Substation CONTAINED_IN> VoltageLevel CONTAINED_IN> Bay CONTAINED_IN>
DistributionStation CONTAINED_IN>
Feeder CONTAINED_IN> ConnectivityNode CONTAINED_IN>|CONNECTS< EnergySource CONTAINED_IN> BusbarSection CONTAINED_IN>
ACLineSegment CONTAINED_IN> PowerTransformer CONTAINED_IN> ShuntCompensator CONTAINED_IN> EnergyConsumer CONTAINED_IN>
GeneratingUnit CONTAINED_IN> Breaker CONTAINED_IN> Recloser CONTAINED_IN> LoadBreakSwitch CONTAINED_IN>
Disconnector CONTAINED_IN> Fuse CONTAINED_IN> FaultIndicator CONTAINED_IN>|MONITORS> Tower CONTAINED_IN>|CARRIED_BY<
Corridor CONTAINED_IN>|ROUTED_IN< RiskGroup SHARES_RISK< Customer CONTAINED_IN> Site HAS_SITE<,LOCATED_AT<
ReceivingPoint HAS_RECEIVING_POINT< SupplySource FED_BY<|CONTAINED_IN> InternalBus CONTAINED_IN>
CustomerTransformer CONTAINED_IN> Load CONTAINED_IN> SwitchBay CONTAINED_IN>|TRANSFERS_BY<
EmergencySource CONTAINED_IN>|BACKS> AccessPoint CONTAINED_IN>|ATTACHES_TO> Organisation MEMBER_OF> Team MEMBER_OF>
Person MEMBER_OF>,HELD_BY< Contact HAS_CONTACT< Assignment COVERS>|OF_TEAM>,HELD_BY> Shift OF_TEAM>|WORKED_BY>
EmergencyPlan PLAN_FOR> PlanVersion HAS_VERSION< Procedure HAS_PROCEDURE< ProcedureStep HAS_STEP< SiteGuide HAS_GUIDE<
Waypoint HAS_WAYPOINT< PreparationItem HAS_PREPARATION< IdentifierMapping IDENTIFIES> Alias ALIAS_OF>
Vehicle CREWED_BY>|CONTAINED_IN> NonElectricalMeasure SAFEGUARDS> OutageRecord CUTS> Hazard HAZARD_OF>
"""
"""What a thing of a kind belongs to: > along a relationship, < against it; after | what counts where that is none."""


class City:
    """The rows of the demo city, and what is whose."""

    def __init__(self) -> None:
        batches = list(generator.batches(today=TODAY))
        self.entities = {each.id: each for batch in batches for each in batch.entities}
        self.kind = {id: KIND_OF[type(each)].label for id, each in self.entities.items()}
        self.ends: dict[tuple[str, str], list[str]] = defaultdict(list)
        for link in (link for batch in batches for link in batch.relationships):
            self.ends[link.source, f"{link.kind}>"].append(link.target)
            self.ends[link.target, f"{link.kind}<"].append(link.source)
        words = TIES.split()
        self.rules = dict(zip(words[::2], words[1::2], strict=True))
        self.batches = batches

    def holders(self, id: str) -> list[str]:
        for ways in self.rules.get(self.kind[id], "").split("|"):
            if found := [other for way in ways.split(",") for other in self.ends[id, way]]:
                return found
        return []

    def inside(self, scope: str) -> set[str]:
        known: dict[str, bool] = {scope: True}

        def belongs(id: str) -> bool:
            if id not in known:
                known[id] = False
                known[id] = any(map(belongs, self.holders(id)))
            return known[id]

        found = {id for id in self.entities if belongs(id)}
        for id in self.customers_own():
            if any(member in found for member in self.ends[id, f"{R.MEMBER_OF}<"]):
                found |= {id, *self.ends[id, f"{R.HAS_CONTACT}>"]}
        return found | {id for id, kind in self.kind.items() if kind in COMMON}

    def texts_of(self, ids: set[str]) -> str:
        """All that is written about these things."""
        every = (getattr(self.entities[id], each.name) for id in ids for each in fields(self.entities[id]))
        return "\n".join(str(text) for text in every if isinstance(text, str | tuple))

    def customers_own(self) -> set[str]:
        """Customers' organisations."""
        own = ((id, each) for id, each in self.entities.items() if isinstance(each, Organisation))
        return {id for id, each in own if each.organisation_type is OrganisationType.CUSTOMER}

    def customers_people(self) -> set[str]:
        """Customers' organisations, their people, and how to reach these."""
        own = self.customers_own()
        people = own | {member for id in own for member in self.ends[id, f"{R.MEMBER_OF}<"]}
        return people | {contact for id in people for contact in self.ends[id, f"{R.HAS_CONTACT}>"]}


class Seen:
    """All texts of some answers."""

    def __init__(self) -> None:
        self.texts: set[str] = set()

    def add(self, body: Any) -> None:
        todo = [body]
        while todo:
            match todo.pop():
                case str(text):
                    self.texts.add(text)
                case list(items):
                    todo += items
                case dict(fields):
                    todo += fields.values()

    def leaks(self, city: City, inside: set[str], hidden: set[str]) -> list[str]:
        """What is told of these things: ids, names, numbers, but for what a text of something inside says."""
        ids = {found for text in self.texts for found in IDS.findall(text)} & hidden
        said, own = "\n".join(self.texts), city.texts_of(inside)
        names = {city.entities[id].name for id in hidden if len(city.entities[id].name) > SHORT}
        told = {name for name in names if name in said and name not in own}
        runs = {run[-TAIL:] for run in re.findall(r"\d{7,}", said)}
        contacts = (city.entities[id] for id in hidden)
        numbers = {each.value for each in contacts if isinstance(each, Contact) and each.value[-TAIL:] in runs}
        return sorted(ids | told | numbers)[:10]


@pytest.fixture(scope="module")
def city() -> City:
    return City()


@pytest.fixture(scope="module")
def loaded(city: City, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("city") / "city.db"
    asyncio.run(_load(city, path))
    return path


async def _load(city: City, path: Path) -> None:
    store = open_store(f"sqlite:///{path}")
    await store.begin_load("city")
    for batch in city.batches:
        await store.stage("city", batch)
    await store.commit_load("city")
    await store.close()


@pytest.fixture
async def door(loaded: Path, tmp_path: Path) -> AsyncIterator[Door]:
    for part in loaded.parent.glob(f"{loaded.name}*"):
        shutil.copy(part, tmp_path / part.name)
    live = await LiveGraph.open(open_store(f"sqlite:///{tmp_path / loaded.name}"))
    async with door_to(live, tmp_path / "city.audit", max_per_second=100_000) as door:
        yield door
    await live.close()


def questions(own: str, incident: str, segment: str) -> dict[str, list[str]]:
    drawn = (own, "CUSTOMER"), (segment, "ONE_LINE"), (segment, "MAP"), (segment, "STATION")
    pictures = [f'(of: ["{thing}"], kind: {kind})' for thing, kind in drawn]
    one = {
        "node": f'(id: "{own}")',
        "search": '(text: "医院", first: 50)',
        "resolve": '(texts: ["医院", "张", "129", "滨江", "1021"])',
        "impact": f'(equipment: ["{segment}"])',
        "incident": f'(id: "{incident}")',
        "responsibilityTable": f'(of: ["{own}"])',
        "restoration": f'(equipment: ["{segment}"])',
        "generatorTrucks": f'(of: "{own}")',
        "trace": f'(from: "{segment}", direction: ISLAND)',
        "paths": f'(from: "{own}", to: "{segment}", maxHops: 12, first: 20)',
        "neighbourhood": f'(of: "{own}", hops: 4, limit: 60)',
    }
    return {name: [arguments] for name, arguments in one.items()} | {"picture": pictures}


EVENTS = frozenset({"impact", "restoration", "incident", "incidents", "board", "responsibilityTable", "picture"})
"""Questions whose answers rest on plant anywhere, or name who answers."""
SEGMENTS = {EAST: "LJ:SEG:1014:4", RIVER: "LJ:SEG:1021:4"}


def documents(city: City, walk: Walk, inside: set[str], roots: dict[str, list[str]]) -> Iterator[tuple[str, str]]:
    chosen = random.Random(7)
    ids: dict[str, list[str]] = defaultdict(list)
    for id in sorted(inside):
        ids[city.kind[id]].append(id)
    for kind in walk.kinds():
        if ids[kind]:
            for document in walk.of_kind(kind, chosen.sample(ids[kind], min(2, len(ids[kind])))):
                yield kind, document
    assert walk.schema.query_type is not None
    for name in walk.schema.query_type.fields:
        if name in SCOPED and name not in ("nodes", "vocabulary", "roster"):
            for arguments in roots.get(name, [""]):
                for document in walk.root(name, arguments):
                    yield name, document


OPEN = """mutation($id: ID, $at: ID!) { openIncident(input: {id: $id, title: "跳闸", equipment: [$at], by: "x"}) {
  userErrors { code message } } }"""


async def _opened(door: Door, id: str, equipment: str) -> None:
    made = await door.ask(await door.key(AccessRole.DISPATCHER), OPEN, id=id, at=equipment)
    assert made.json()["data"]["openIncident"]["userErrors"] == [], made.text


@pytest.mark.slow
@pytest.mark.parametrize(("scope", "without"), [(RIVER, DUTY), (EAST, ())])
async def test_nothing_out_of_the_scope_is_in_any_answer(
    city: City, door: Door, scope: str, without: tuple[str, ...]
) -> None:
    """Once without who answers, nothing at all; once with that, nothing of others' customers."""
    for place, segment in SEGMENTS.items():
        await _opened(door, f"LJ:INC:{place[-1]}", segment)
    inside = city.inside(scope)
    outside = city.entities.keys() - inside
    others = outside & (city.customers_people() | {id for id, kind in city.kind.items() if kind in CUSTOMERS_SIDE})
    own = next(id for id in sorted(inside) if city.kind[id] == "Customer")
    key = await door.key(AccessRole.DISPATCHER, scope=[scope])
    walk = Walk({"of": f'["{own}", "{SEGMENTS[scope]}"]', "text": '"电话"'}, without)
    roots = questions(own, f"LJ:INC:{scope[-1]}", SEGMENTS[scope])
    asked, troubles, strictly, seen = 0, list[object](), Seen(), Seen()
    for name, document in documents(city, walk, inside, roots):
        answer = (await door.ask(key, document)).json()
        asked += 1
        codes = {each["extensions"]["code"] for each in answer.get("errors", [])}
        if codes - {"FORBIDDEN"} or None in (answer.get("data") or {"": None}).values():
            troubles.append((name, document[:200], answer.get("errors", [])[:2]))
        (seen if name in EVENTS else strictly).add(answer)
    troubles += strictly.leaks(city, inside, outside if without else others) + seen.leaks(city, inside, others)
    assert troubles == [], "\n".join(map(str, troubles))
    assert asked > 120
    assert len(strictly.texts) > 500


def test_the_walk_would_find_a_leak(city: City) -> None:
    inside, seen = city.inside(RIVER), Seen()
    hidden = city.entities.keys() - inside
    id = next(each for each in sorted(hidden) if city.kind[each] == "Customer")
    contact = next(each for each in sorted(hidden) if city.kind[each] == "Contact")
    seen.add({"a": [{"id": id}, {"name": f"见{city.entities[id].name}"}, {"value": city.entities[contact].value}]})
    assert {id, city.entities[id].name, city.entities[contact].value} <= set(seen.leaks(city, inside, hidden))
