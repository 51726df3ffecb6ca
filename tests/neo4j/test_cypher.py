"""Every query of the cookbook, on a real server, against what the services answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from neo4j import Driver

import seeds
from graph_api.live import load_graph
from graph_api.readmodel.model import ReadModel
from graph_api.services.derived import FEEDS, SUPPLIED_BY, derive
from graph_api.services.impact import Cause, find_impact
from graph_api.services.responsibility import Responsibilities
from graph_api.stores.digest import store_digest
from graph_api.stores.neo4j import Neo4jStore
from schema.batch import GraphBatch
from schema.customer import Customer, EmergencySource, Load
from schema.people import Assignment, Contact
from schema.plan import PlanVersion
from schema.registry import EntityKind
from schema.relationships import RelationshipKind as R
from schema.vocabulary import Importance, ResponsibilityRole

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "docs" / "cypher").glob("*.cypher"))
TODAY = date(2026, 11, 23)
AT = datetime(2026, 11, 23, 2, tzinfo=UTC)


@pytest.fixture
async def model(neo4j_store: Neo4jStore) -> ReadModel:
    """A small city in Neo4j, with its derived relationships."""
    await neo4j_store.begin_load("city")
    for batch in seeds.batches(feeders=16, today=TODAY):
        await neo4j_store.stage("city", batch)
    await neo4j_store.commit_load("city")
    built = ReadModel.build(await load_graph(neo4j_store))
    links = derive(built)
    await neo4j_store.derive(links.pairs, links.revision)
    return built


class Answers:
    """What each query should say, worked out of the read model and by the services."""

    def __init__(self, model: ReadModel) -> None:
        self.model, self.graph = model, model.graph
        self.customers = list(self.graph.of_kind(EntityKind.CUSTOMER))
        stations = self.graph.of_kind(EntityKind.SUBSTATION)
        self.station = self.graph.id(max(stations, key=lambda each: len(self.graph.sources(each, R.COVERS))))
        self.feeder = self.graph.id(self.graph.of_kind(EntityKind.FEEDER)[0])
        corridors = [k for k in self.graph.of_kind(EntityKind.CORRIDOR) if self.graph.sources(k, R.ROUTED_IN)]
        self.corridor = self.graph.id(corridors[0])

    @property
    def parameters(self) -> dict[str, str]:
        return {"station": self.station, "feeder": self.feeder, "corridor": self.corridor, "today": f"{TODAY}"}

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

    def _managers(self, customer: int) -> list[int]:
        return [
            each
            for each in self.graph.sources(customer, R.COVERS)
            if self.graph.get(Assignment, each).role is ResponsibilityRole.CUSTOMER_MANAGER
        ]

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
        impact = find_impact(self.model, [self.graph.index(self.feeder)], AT, cause=Cause.OPENED)
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
        table = Responsibilities(self.model, AT)
        return self._chosen(
            lambda each: (
                not any(
                    row.role is ResponsibilityRole.CUSTOMER_MANAGER and row.person is not None
                    for row in table.of(each).rows
                )
                and not self._managers(each)
            )
        )

    def q11(self) -> list[str]:
        return self._chosen(lambda each: self._is_important(each) and len(self._managers(each)) == 1)

    def q12(self) -> list[str]:
        graph = self.graph
        return [
            graph.id(person)
            for person in graph.of_kind(EntityKind.PERSON)
            if graph.sources(person, R.HELD_BY)
            and not any(graph.get(Contact, each).verified_on for each in graph.targets(person, R.HAS_CONTACT))
        ]

    def q13(self) -> list[str]:
        graph, held = self.graph, Counter[str]()
        for person in graph.of_kind(EntityKind.PERSON):
            assigned = graph.sources(person, R.HELD_BY)
            covered = {thing for each in assigned for thing in graph.targets(each, R.COVERS)}
            held[graph.id(person)] = sum(graph.kind(thing) is EntityKind.CUSTOMER for thing in covered)
        ranked = sorted((-count, person) for person, count in held.items() if count)
        return [person for _, person in ranked[:10]]

    def q14(self) -> list[str]:
        graph, found = self.graph, set()
        for load in graph.of_kind(EntityKind.LOAD):
            entity = graph.get(Load, load)
            if not entity.security or entity.kw is None:
                continue
            own = [graph.get(EmergencySource, each) for each in graph.sources(load, R.BACKS)]
            if sum(each.kw or 0.0 for each in own if each.in_service) < 1.2 * entity.kw:
                found.add(graph.id(int(self.model.inside.accounts.owner[load])))
        return list(found)

    def q15(self) -> list[str]:
        graph = self.graph
        lines = graph.sources(graph.index(self.corridor), R.ROUTED_IN)
        holders = {each for line in lines for each in graph.targets(line, R.CONTAINED_IN)}
        return [graph.id(each) for each in holders if graph.kind(each) is EntityKind.FEEDER]

    def q16(self) -> list[str]:
        return [self.graph.id(each) for each in self.graph.sources(self.graph.index(self.station), R.COVERS)]


async def test_every_query_answers_as_the_services_do(model: ReadModel, neo4j_driver: Driver) -> None:
    answers, found = Answers(model), 0
    with neo4j_driver.session() as session:
        for file in FILES:
            rows = session.run(file.read_text(encoding="utf-8"), answers.parameters).data()
            assert sorted(row["id"] for row in rows) == answers.of(file.name[:2]), file.name
            found += bool(rows)
    assert len(FILES) >= 15
    # a cookbook whose dishes are all empty shows nothing
    assert found >= 11


async def test_derived_relationships_are_no_part_of_the_graph(
    model: ReadModel, neo4j_store: Neo4jStore, neo4j_driver: Driver
) -> None:
    before = await store_digest(neo4j_store)
    links = derive(model)
    assert set(links.pairs) == {FEEDS, SUPPLIED_BY}
    await neo4j_store.apply(GraphBatch(entities=[model.graph.entity(model.graph.index(Answers(model).feeder))]))
    again = await neo4j_store.derive({name: pairs[:5] for name, pairs in links.pairs.items()}, 2)
    assert again == {FEEDS: 5, SUPPLIED_BY: 5}
    count = "MATCH ()-[r:FEEDS|SUPPLIED_BY]->() RETURN count(r) AS links, collect(DISTINCT r.revision) AS revisions"
    with neo4j_driver.session() as session:
        row = session.run(count).single(strict=True)
    assert (row["links"], row["revisions"]) == (10, [2])
    revision, digest = await store_digest(neo4j_store)
    assert (revision, digest) == (2, before[1])


def test_the_page_holds_every_query() -> None:
    page = (ROOT / "docs" / "cypher.md").read_text(encoding="utf-8")
    for file in FILES:
        lines = file.read_text(encoding="utf-8").splitlines()
        assert lines[0].removeprefix("// ") in page
        assert "\n".join(line for line in lines if not line.startswith("//")) in page
