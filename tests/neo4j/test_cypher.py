"""Every query of the cookbook, on a real server, against what the services answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from math import asin, cos, radians, sin, sqrt
from pathlib import Path
from typing import Any

import pytest
from neo4j import Driver, GraphDatabase

from graph_api.exports.supply_links import FEEDS, SUPPLIED_BY, derive
from graph_api.live.foreign_edits import ForeignEditSweep
from graph_api.live.graph import load_graph
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.snapshot import Snapshot
from graph_api.services.duty.responsibility import Responsibilities, ResponsibilityRow
from graph_api.services.explore.trace import TraceDirection, trace
from graph_api.services.outage.impact import Cause
from graph_api.services.risk.supply_risks import RiskKind, supply_risks
from graph_api.stores.digest import store_digest
from graph_api.stores.neo4j import Neo4jStore
from schema.batch import GraphBatch
from schema.customer import AccessPoint, Customer, EmergencySource, Load
from schema.grid import Located, Substation
from schema.people import Assignment, Contact
from schema.plan import PlanVersion
from schema.registry import EntityKind
from schema.relationships import RelationshipKind as R
from schema.vocabulary import Importance, Rank, ResponsibilityRole
from seeds import generator
from tests.events import impact_on

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "docs" / "cypher").glob("*.cypher"))
TODAY = date(2026, 11, 23)
AT = datetime(2026, 11, 23, 2, tzinfo=UTC)


@pytest.fixture
async def model(neo4j_store: Neo4jStore) -> ReadModel:
    """A small city in Neo4j, with its derived relationships."""
    await neo4j_store.begin_load("city")
    for batch in generator.batches(feeders=16, today=TODAY):
        await neo4j_store.stage("city", batch)
    await neo4j_store.commit_load("city")
    await neo4j_store.apply(made_worse(await load_graph(neo4j_store)))
    built = ReadModel.build(await load_graph(neo4j_store))
    links = derive(built)
    await neo4j_store.derive(links.pairs, links.revision)
    return built


def made_worse(city: Snapshot) -> GraphBatch:
    """What the city has none of: assignments that end or have yet to begin, and a feeder without any tie."""
    managers = [
        assignment
        for index in city.of_kind(EntityKind.ASSIGNMENT)
        if (assignment := city.get(Assignment, index)).role is ResponsibilityRole.CUSTOMER_MANAGER
    ]
    ends = [AT - timedelta(days=1), AT, AT + timedelta(days=10), AT + timedelta(days=30), AT + timedelta(days=31)]
    changed = [replace(one, valid_to=end) for one, end in zip(managers, ends, strict=False)]
    changed.append(replace(managers[len(ends)], valid_from=AT + timedelta(days=1)))
    alone = city.id(city.of_kind(EntityKind.FEEDER)[0]).split(":")[-1]
    switches = [city.id(index) for index in city.of_kind(EntityKind.LOAD_BREAK_SWITCH)]
    ties = [id for id in switches if ":TIE:" in id and alone in id.split(":")[-1].split("-")]
    return GraphBatch(entities=[*changed], delete_entities=ties)


def metres_between(one: Located, other: Located) -> float | None:
    """Along the great circle, on the sphere that Neo4j takes for the earth."""
    if None in (one.longitude, one.latitude, other.longitude, other.latitude):
        return None
    east, north, east2, north2 = map(radians, (one.longitude, one.latitude, other.longitude, other.latitude))  # type: ignore[arg-type]
    half = sin((north2 - north) / 2) ** 2 + cos(north) * cos(north2) * sin((east2 - east) / 2) ** 2
    return 2 * 6_378_140 * asin(sqrt(half))


class Answers:
    """What each query should say, worked out of the read model and by the services."""

    def __init__(self, model: ReadModel) -> None:
        self.model, self.graph = model, model.graph
        self.customers = list(self.graph.of_kind(EntityKind.CUSTOMER))
        self.responsible = Responsibilities(model, AT)
        stations = self.graph.of_kind(EntityKind.SUBSTATION)
        self.station = self.graph.id(max(stations, key=lambda each: len(self.graph.sources(each, R.COVERS))))
        self.feeder = self.graph.id(self.graph.of_kind(EntityKind.FEEDER)[0])
        corridors = [k for k in self.graph.of_kind(EntityKind.CORRIDOR) if self.graph.sources(k, R.ROUTED_IN)]
        self.corridor = self.graph.id(corridors[0])
        self.words = self.graph.get(Customer, self.customers[0]).name

    @property
    def parameters(self) -> dict[str, Any]:
        things = {"station": self.station, "feeder": self.feeder, "corridor": self.corridor}
        return {**things, "today": TODAY, "now": AT, "words": self.words}

    def _is_important(self, customer: int) -> bool:
        return self.graph.get(Customer, customer).importance not in (None, Importance.ORDINARY)

    def _supplies(self, customer: int) -> list[int]:
        points = self.graph.targets(customer, R.HAS_RECEIVING_POINT)
        return [supply for point in points for supply in self.graph.targets(point, R.FED_BY)]

    def _stations(self, customer: int) -> set[str]:
        """By the path up: the first station that any equipment on it stands in."""
        found = set()
        for supply in self._supplies(customer):
            for at in self.model.topology.path_up(supply):
                holders = self.graph.targets(at, R.CONTAINED_IN)
                stations = [each for each in holders if self.graph.kind(each) is EntityKind.SUBSTATION]
                if stations:
                    found.add(self.graph.id(stations[0]))
                    break
        return found

    def _managers(self, customer: int) -> list[ResponsibilityRow]:
        """Those that answer for the customer itself, not for its feeder, station or area."""
        rows = self.responsible.of(customer, [ResponsibilityRole.CUSTOMER_MANAGER]).rows
        return [row for row in rows if row.assignment is not None and row.distance == 0]

    def _chosen(self, wanted: Callable[[int], Any]) -> list[str]:
        return [self.graph.id(customer) for customer in self.customers if wanted(customer)]

    def _plans(self, wanted: Callable[[PlanVersion], Any]) -> list[str]:
        graph, found = self.graph, []
        for plan in graph.of_kind(EntityKind.EMERGENCY_PLAN):
            versions = [graph.get(PlanVersion, each) for each in graph.targets(plan, R.HAS_VERSION)]
            if wanted(max(versions, key=lambda version: version.version)):
                found.append(graph.id(plan))
        return found

    def of(self, number: str) -> list[str]:
        return sorted(getattr(self, f"q{number}")())

    def q01(self) -> list[str]:
        return self._chosen(lambda customer: self.station in self._stations(customer))

    def q02(self) -> list[str]:
        return self._chosen(lambda customer: self._stations(customer) == {self.station})

    def q03(self) -> list[str]:
        impact = impact_on(self.model, [self.graph.index(self.feeder)], AT, cause=Cause.OPENED)
        return [self.graph.id(customer) for _, customer in impact.customers()]

    def q04(self) -> list[str]:
        return self._chosen(lambda each: self._is_important(each) and len(self._supplies(each)) == 1)

    def q05(self) -> list[str]:
        high = (Importance.SPECIAL, Importance.FIRST)
        return self._chosen(
            lambda each: self.graph.get(Customer, each).importance in high and len(self._stations(each)) == 1
        )

    def q06(self) -> list[str]:
        def shares(customer: int) -> bool:
            graph, seen = self.graph, Counter[int]()
            for supply in self._supplies(customer):
                nodes = graph.targets(supply, R.CONNECTS)
                lines = {line for node in nodes for line in graph.sources(node, R.CONNECTS)}
                seen.update({corridor for line in lines for corridor in graph.targets(line, R.ROUTED_IN)})
            return any(count > 1 for count in seen.values())

        return self._chosen(shares)

    def q07(self) -> list[str]:
        return self._chosen(lambda each: self._is_important(each) and not self.graph.sources(each, R.PLAN_FOR))

    def q08(self) -> list[str]:
        return self._plans(lambda version: version.review_due and version.review_due < TODAY)

    def q09(self) -> list[str]:
        return self._plans(lambda version: version.approved_on is None)

    def q10(self) -> list[str]:
        return self._chosen(lambda each: not self._managers(each))

    def q11(self) -> list[str]:
        return self._chosen(
            lambda each: self._is_important(each) and all(row.rank is not Rank.B for row in self._managers(each))
        )

    def q12(self) -> list[str]:
        graph = self.graph
        return [
            graph.id(person)
            for person in graph.of_kind(EntityKind.PERSON)
            if graph.sources(person, R.HELD_BY)
            and not any(graph.get(Contact, each).verified_on for each in graph.targets(person, R.HAS_CONTACT))
        ]

    def q13(self) -> list[str]:
        held = Counter[str]()
        for customer in self.customers:
            rows = self.responsible.of(customer).rows
            direct = {row.person for row in rows if row.distance == 0 and row.person is not None}
            held.update(self.graph.id(person) for person in direct)
        ranked = sorted((-count, person) for person, count in held.items())
        return [person for _, person in ranked[:10]]

    def q14(self) -> list[str]:
        graph, found = self.graph, set()
        for load in graph.of_kind(EntityKind.LOAD):
            entity = graph.get(Load, load)
            if not entity.security or entity.kw is None:
                continue
            own = [graph.get(EmergencySource, each) for each in graph.sources(load, R.BACKS)]
            if sum(each.kw or 0.0 for each in own if each.in_service) < 1.2 * entity.kw:
                found.add(graph.id(int(self.model.customers.accounts.owner[load])))
        return list(found)

    def q15(self) -> list[str]:
        graph = self.graph
        lines = graph.sources(graph.index(self.corridor), R.ROUTED_IN)
        holders = {each for line in lines for each in graph.targets(line, R.CONTAINED_IN)}
        return [graph.id(each) for each in holders if graph.kind(each) is EntityKind.FEEDER]

    def q16(self) -> list[str]:
        return [self.graph.id(each) for each in self.graph.sources(self.graph.index(self.station), R.COVERS)]

    def q17(self) -> list[str]:
        graph, last = self.graph, AT + timedelta(days=30)
        every = [graph.get(Assignment, each) for each in graph.of_kind(EntityKind.ASSIGNMENT)]
        return [each.id for each in every if each.valid_to is not None and AT < each.valid_to <= last]

    def q18(self) -> list[str]:
        """By the path up: the first busbar of a substation on it."""

        def busbar(supply: int) -> int | None:
            for at in self.model.topology.path_up(supply):
                holders = self.graph.targets(at, R.CONTAINED_IN)
                if self.graph.kind(at) is EntityKind.BUSBAR_SECTION and any(
                    self.graph.kind(each) is EntityKind.SUBSTATION for each in holders
                ):
                    return at
            return None

        def one_busbar(customer: int) -> bool:
            found = [at for each in self._supplies(customer) if (at := busbar(each)) is not None]
            return len(found) > 1 and len(set(found)) == 1

        return self._chosen(one_busbar)

    def q19(self) -> list[str]:
        def ties(feeder: int) -> int:
            points = trace(self.model, feeder, TraceDirection.DOWN).open_points
            # what a customer changes over by is no tie of the grid
            grid = [each for each in points if self.graph.kind(each.switch) is not EntityKind.SWITCH_BAY]
            return len({point.switch for point in grid if set(point.feeders) - {feeder}})

        feeders = self.graph.of_kind(EntityKind.FEEDER)
        return [self.graph.id(each) for each in feeders if ties(each) <= 1]

    def q20(self) -> list[str]:
        graph, feeders_of = self.graph, self.model.topology.feeders
        passing = {
            index: {
                holder
                for kind in (R.ROUTED_IN, R.CARRIED_BY)
                for line in graph.sources(index, kind)
                for holder in graph.targets(line, R.CONTAINED_IN)
            }
            for way in (EntityKind.CORRIDOR, EntityKind.TOWER)
            for index in graph.of_kind(way)
        }

        def shares(customer: int) -> bool:
            feeders = {each for supply in self._supplies(customer) for each in feeders_of(supply)}
            return len(feeders) > 1 and any(feeders <= those for those in passing.values())

        found = self._chosen(shares)
        risks = supply_risks(self.model, kinds=[RiskKind.COMMON_CAUSE])
        certain = {graph.id(each.customer) for each in risks if passing.keys() & set(each.things)}
        assert certain
        assert certain <= set(found), "the cookbook must not hide what the API calls a common cause"
        return found

    def q21(self) -> list[str]:
        every = [self.graph.entity(index) for kind in EntityKind for index in self.graph.of_kind(kind)]
        return [one.id for one in every if any(self.words in name for name in (one.name, *one.aliases))]

    def q22(self) -> list[str]:
        here = self.graph.get(Substation, self.graph.index(self.station))
        points = [self.graph.get(AccessPoint, each) for each in self.graph.of_kind(EntityKind.ACCESS_POINT)]
        return [one.id for one in points if (metres := metres_between(one, here)) is not None and metres < 2000]


async def test_every_query_answers_as_the_services_do(model: ReadModel, neo4j_driver: Driver) -> None:
    answers, found = Answers(model), 0
    with neo4j_driver.session() as session:
        session.run("CALL db.index.fulltext.awaitEventuallyConsistentIndexRefresh()").consume()
        for file in FILES:
            rows = session.run(file.read_text(encoding="utf-8"), answers.parameters).data()
            assert sorted(row["id"] for row in rows) == answers.of(file.name[:2]), file.name
            found += bool(rows)
    assert len(FILES) >= 15
    assert found >= 15, found


def test_every_query_finds_something_in_the_demo_city() -> None:
    """With the parameters that the page types; a cookbook whose dishes are empty shows nothing."""
    batches = list(generator.batches(today=TODAY))
    entities = [each for batch in batches for each in batch.entities]
    answers = Answers(
        ReadModel.build(Snapshot.of(entities, [each for batch in batches for each in batch.relationships]))
    )
    answers.station, answers.feeder, answers.corridor, answers.words = "LJ:SUB:2", "LJ:FDR:1021", "LJ:COR:C1", "化工"
    assert [file.name for file in FILES if not answers.of(file.name[:2])] == []


def operators(plan: dict[str, Any]) -> list[str]:
    """All operators of a plan."""
    below = [each for child in plan.get("children", ()) for each in operators(child)]
    return [plan["operatorType"].partition("@")[0], *below]


async def test_every_query_begins_at_an_index_and_is_warned_of_nothing(model: ReadModel, neo4j_uri: str) -> None:
    answers, wrong = Answers(model), {}
    with GraphDatabase.driver(neo4j_uri) as driver, driver.session() as session:
        for file in FILES:
            done = session.run("PROFILE " + file.read_text(encoding="utf-8"), answers.parameters).consume()
            assert done.profile is not None
            scans = [each for each in operators(done.profile) if "LabelScan" in each or "AllNodes" in each]
            told = [each.status_description for each in done.gql_status_objects if each.is_notification]
            if scans or told:
                wrong[file.name] = scans, told
    assert not wrong


async def test_derived_relationships_are_no_part_of_the_graph(
    model: ReadModel, neo4j_store: Neo4jStore, neo4j_driver: Driver
) -> None:
    before = await store_digest(neo4j_store)
    links = derive(model)
    assert set(links.pairs) == {FEEDS, SUPPLIED_BY}
    feeder = model.graph.entity(model.graph.index(Answers(model).feeder))
    commit = await neo4j_store.apply(GraphBatch(entities=[feeder]))
    again = await neo4j_store.derive({name: pairs[:5] for name, pairs in links.pairs.items()}, commit.revision)
    assert again == {FEEDS: 5, SUPPLIED_BY: 5}
    count = "MATCH ()-[r:FEEDS|SUPPLIED_BY]->() RETURN count(r) AS links, collect(DISTINCT r.revision) AS revisions"
    with neo4j_driver.session() as session:
        row = session.run(count).single(strict=True)
    assert (row["links"], row["revisions"]) == (10, [commit.revision])
    revision, digest = await store_digest(neo4j_store)
    assert (revision, digest) == (commit.revision, before[1])


async def test_a_sweep_takes_no_derived_relationship_for_a_foreign_edit(
    model: ReadModel, neo4j_store: Neo4jStore
) -> None:
    async def catch_up() -> Snapshot:
        return model.graph

    assert not await ForeignEditSweep(neo4j_store, catch_up, lambda: AT).once()
    assert await neo4j_store.revision() == model.graph.revision


async def test_what_has_derived_relationships_can_be_deleted(model: ReadModel, neo4j_store: Neo4jStore) -> None:
    _, supply = derive(model).pairs[FEEDS][0]
    commit = await neo4j_store.apply(GraphBatch(delete_entities=[supply]))
    rebuilt = ReadModel.build(await load_graph(neo4j_store))
    links = derive(rebuilt)
    assert supply not in {target for _, target in links.pairs[FEEDS]}
    written = await neo4j_store.derive(links.pairs, links.revision)
    assert written == {name: len(pairs) for name, pairs in links.pairs.items()}
    assert links.revision == commit.revision


def test_the_page_holds_every_query() -> None:
    page = (ROOT / "docs" / "cypher.md").read_text(encoding="utf-8")
    for file in FILES:
        lines = file.read_text(encoding="utf-8").splitlines()
        assert lines[0].removeprefix("// ") in page
        assert "\n".join(line for line in lines if not line.startswith("//")) in page
