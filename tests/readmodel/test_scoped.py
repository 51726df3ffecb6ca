"""The graph as who has a scope sees it: as if nothing else had ever been loaded."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime

import pytest

from graph_api.readmodel.building import Row
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.scoped import OutOfScope, scoped
from graph_api.readmodel.search import SearchIndex
from graph_api.readmodel.snapshot import Snapshot
from graph_api.services.explore.naming import name_of
from graph_api.services.explore.neighbourhood import find_neighbourhood
from graph_api.services.explore.paths import find_paths
from schema import belonging
from schema.codec import encode
from schema.commitment import EscalationRule, ServiceCommitment
from schema.customer import Customer, ReceivingPoint, SupplySource
from schema.entity import Entity
from schema.grid import Area, Breaker, ConnectivityNode, Feeder, RiskGroup, Substation
from schema.incident import Incident, TimelineEntry
from schema.incident_terms import EntryType, WorkOrderState
from schema.numbers import Revision, version_at
from schema.people import Assignment, Contact, Organisation, Person, Shift, Team
from schema.plan import EmergencyPlan, PlanVersion
from schema.provenance import Alias, IdentifierMapping, SourceLoad
from schema.registry import KIND_OF, EntityKind
from schema.relationships import ENDS, Relationship, RelationshipKind
from schema.vocabulary import ContactType, OrganisationType, ResponsibilityRole
from tests.readmodel.test_snapshot import Commit

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
R = RelationshipKind

TIES = """
AREA CONTAINED_IN>            SUBSTATION CONTAINED_IN>       FEEDER CONTAINED_IN>       BREAKER CONTAINED_IN>
CONNECTIVITY_NODE CONTAINED_IN> else CONNECTS<               RISK_GROUP SHARES_RISK<    CUSTOMER CONTAINED_IN>
RECEIVING_POINT HAS_RECEIVING_POINT<                         SUPPLY_SOURCE FED_BY< else CONTAINED_IN>
ORGANISATION MEMBER_OF>       TEAM MEMBER_OF>                PERSON MEMBER_OF> HELD_BY<
CONTACT HAS_CONTACT<          ASSIGNMENT COVERS> else OF_TEAM> HELD_BY>                 SHIFT OF_TEAM> else WORKED_BY>
EMERGENCY_PLAN PLAN_FOR>      PLAN_VERSION HAS_VERSION<      IDENTIFIER_MAPPING IDENTIFIES>   ALIAS ALIAS_OF>
"""
"""What docs/security.md says of these kinds: > along the relationship, < against it."""
COMMON = {"SERVICE_COMMITMENT", "ESCALATION_RULE"}
LEAF = {"CONTACT", "IDENTIFIER_MAPPING", "ALIAS"}
CUSTOMERS = OrganisationType.CUSTOMER


def _rules() -> dict[str, list[list[str]]]:
    rules: dict[str, list[list[str]]] = {}
    kind = ""
    for word in TIES.split():
        if word == "else":
            rules[kind].append([])
        elif word[-1] in "<>":
            rules[kind][-1].append(word)
        else:
            kind = word
            rules[kind] = [[]]
    return rules


RULES = _rules()


def _entity(kind: EntityKind, id: str, chance: random.Random) -> Entity:
    match kind.cls.__name__:
        case "Organisation":
            return Organisation(id=id, name=id, organisation_type=chance.choice([CUSTOMERS, OrganisationType.UTILITY]))
        case "Contact":
            return Contact(id=id, contact_type=ContactType.MOBILE, value=f"+86139{chance.randrange(10**8):08}")
        case "Assignment":
            return Assignment(id=id, role=ResponsibilityRole.DISPATCHER)
        case "Shift":
            return Shift(id=id, start=NOW, end=NOW.replace(hour=20))
        case "PlanVersion":
            return PlanVersion(id=id, version=1)
        case "IdentifierMapping":
            return IdentifierMapping(id=id, system="GIS", key=f"K{id}")
        case "SourceLoad":
            return SourceLoad(id=id, number=1, system="GIS", file="f.csv", loaded_at=NOW)
        case "ServiceCommitment":
            return ServiceCommitment(
                id=id, begins=WorkOrderState.DISPATCHED, ends=WorkOrderState.ARRIVED, limit_min=45.0
            )
        case "EscalationRule":
            return EscalationRule(id=id, after_min=5.0)
        case _:
            return kind.cls(id=id, name=f"名{id}")


CLASSES = (
    Area, Substation, Feeder, Breaker, ConnectivityNode, RiskGroup, Customer, ReceivingPoint, SupplySource,
    Organisation, Team, Person, Contact, Assignment, Shift, EmergencyPlan, PlanVersion, IdentifierMapping, Alias,
    SourceLoad,
    ServiceCommitment, EscalationRule,
)  # fmt: skip


def _drawn(chance: random.Random, count: int) -> tuple[list[Entity], list[Relationship]]:
    """A graph at random; containers nest without a circle, by order."""
    entities = [_entity(KIND_OF[chance.choice(CLASSES)], f"X{place}", chance) for place in range(count)]
    links: dict[tuple[str, str, str], Relationship] = {}
    for _ in range(3 * count):
        kind = chance.choice(list(R))
        sources = [each for each in entities if KIND_OF[type(each)] in ENDS[kind].sources]
        targets = [each for each in entities if KIND_OF[type(each)] in ENDS[kind].targets]
        if sources and targets:
            source, target = chance.choice(sources), chance.choice(targets)
            if int(source.id[1:]) > int(target.id[1:]):
                links[kind, source.id, target.id] = Relationship(kind=kind, source=source.id, target=target.id)
    return entities, list(links.values())


class Brute:
    """Asks of each thing by itself whether any of its ways ends in the scope."""

    def __init__(self, entities: list[Entity], links: list[Relationship], scope: frozenset[str]) -> None:
        self.entities = {each.id: each for each in entities}
        self.scope = scope & self.entities.keys()
        self.ends: dict[tuple[str, str], list[str]] = defaultdict(list)
        for link in links:
            self.ends[link.source, f"{link.kind}>"].append(link.target)
            self.ends[link.target, f"{link.kind}<"].append(link.source)

    def kind(self, id: str) -> str:
        return KIND_OF[type(self.entities[id])].value

    def holders(self, id: str) -> set[str]:
        for ways in RULES.get(self.kind(id), []):
            if any(self.ends[id, way] for way in ways):
                return {other for way in ways for other in self.ends[id, way]}
        return set()

    def is_inside(self, id: str, seen: frozenset[str] = frozenset()) -> bool:
        if id in self.scope:
            return True
        return any(self.is_inside(each, seen | {id}) for each in self.holders(id) - seen)

    @property
    def inside(self) -> set[str]:
        if not self.scope:
            return set()
        found = {id for id in self.entities if self.kind(id) not in LEAF and self.is_inside(id)}
        found |= {id for id in self.entities if self.kind(id) in COMMON}
        for id, entity in self.entities.items():
            own = isinstance(entity, Organisation) and entity.organisation_type is CUSTOMERS
            people = [each for each in self.ends[id, "MEMBER_OF<"] if each in found]
            if own and any(self.is_inside(each) for each in people):
                found.add(id)
        while more := {id for id in self.entities.keys() - found if self.kind(id) in LEAF and self.holders(id) & found}:
            found |= more
        return found


def _scope(chance: random.Random, entities: list[Entity]) -> frozenset[str]:
    roots = [each.id for each in entities if isinstance(each, Area | Organisation)]
    return frozenset(chance.sample(roots, min(len(roots), chance.randint(0, 2)))) | {"GONE"}


@pytest.mark.parametrize("seed", range(10))
def test_a_scope_shows_the_graph_in_which_nothing_else_was_loaded(seed: int) -> None:
    chance = random.Random(seed)
    entities, links = _drawn(chance, 60)
    scope = _scope(chance, entities)
    first = chance.randrange(len(entities))
    early = {each.id for each in entities[:first]}
    graph = Snapshot.of(entities[:first], [each for each in links if {each.source, each.target} <= early])
    late = [each for each in links if not {each.source, each.target} <= early]
    rows: list[Row] = [
        (each.id, KIND_OF[type(each)], version_at(Revision(2)), encode(each)) for each in entities[first:]
    ]
    graph, _ = graph.advanced(Commit(revision=Revision(2), entities=rows, relationships=late))
    inside = Brute(entities, links, scope).inside
    model = ReadModel.build(graph)
    seen = scoped(model, scope)
    assert {seen.graph.id(at) for at in seen.graph.indexes()} == inside
    for each in entities:
        assert (seen.graph.number(each.id) is not None) == (each.id in inside)
    own_links = [each for each in links if {each.source, each.target} <= inside]
    alone = ReadModel.build(Snapshot.of([each for each in entities if each.id in inside], own_links))
    _same_graph(seen.graph, alone.graph)
    _same_answers(seen, alone, sorted(inside))


def _same_graph(seen: Snapshot, alone: Snapshot) -> None:
    assert (seen.entity_count, seen.relationship_count) == (alone.entity_count, alone.relationship_count)
    for kind in EntityKind:
        assert {seen.id(at) for at in seen.of_kind(kind)} == {alone.id(at) for at in alone.of_kind(kind)}
    for at in alone.indexes():
        id = alone.id(at)
        edges = [{(each.kind, each.key, each.outgoing, of.id(each.other)) for each in of.edges(of.index(id))}
                 for of in (seen, alone)]  # fmt: skip
        assert edges[0] == edges[1]
    assert {each.identity for each in seen.relationships()} == {each.identity for each in alone.relationships()}


def _same_answers(seen: ReadModel, alone: ReadModel, inside: list[str]) -> None:
    def ids(of: ReadModel, indexes: Iterable[int]) -> set[str]:
        return {of.graph.id(at) for at in indexes}

    def answers(of: ReadModel) -> list[object]:
        told: list[object] = []
        for text in ("名X1", "X2", "139", "KX", "mingX3"):
            named = name_of(of, text)
            told.append({(of.graph.id(hit.index), hit.field) for hit in of.search.search(text)})
            told.append(ids(of, [at for at in (named.thing, *named.candidates) if at is not None]))
        for id in inside[:5]:
            start, end = of.graph.index(id), of.graph.index(inside[-1])
            told.append(ids(of, find_neighbourhood(of, start, hops=2, via=None, limit=200).entities))
            told.append([each.length for each in find_paths(of, start, end, via=None, max_hops=6, first=50).nodes])
        return told

    assert answers(seen) == answers(alone)


def test_what_is_out_of_the_scope_cannot_be_read_unless_an_answer_names_it() -> None:
    graph = Snapshot.of(
        [Area(id="A1"), Area(id="A2"), Feeder(id="F1", name="甲线"), Feeder(id="F2", name="乙线")],
        [Relationship(kind=R.CONTAINED_IN, source=f"F{at}", target=f"A{at}") for at in (1, 2)],
    )
    model = ReadModel.build(graph)
    seen = scoped(model, frozenset({"A1"})).graph
    other = graph.index("F2")
    for read in (seen.id, seen.kind, seen.version, seen.entity, seen.decoded, seen.name, seen.state):
        with pytest.raises(OutOfScope):
            read(other)
    with pytest.raises(OutOfScope):
        seen.targets(other, R.CONTAINED_IN)
    assert seen.entities([graph.index("F1"), other]) == [graph.entity(graph.index("F1"))]
    seen.admit([other])
    assert seen.name(other) == "乙线"
    assert seen.targets(other, R.CONTAINED_IN) == []
    assert [seen.id(at) for at in seen.of_kind(EntityKind.FEEDER)] == ["F1"]
    with pytest.raises(OutOfScope):
        scoped(model, frozenset({"A1"})).graph.entity(other)


def test_no_way_leads_through_what_is_out_of_the_scope() -> None:
    supplies = [("S1", "RP1", "C1"), ("S2", "RP2", "C2")]
    links = [
        link
        for supply, point, customer in supplies
        for link in (
            Relationship(kind=R.FROM_FEEDER, source=supply, target="F2"),
            Relationship(kind=R.FED_BY, source=point, target=supply),
            Relationship(kind=R.HAS_RECEIVING_POINT, source=customer, target=point),
            Relationship(kind=R.CONTAINED_IN, source=customer, target="A1"),
        )
    ]
    things = [thing for supply, point, customer in supplies
              for thing in (SupplySource(id=supply), ReceivingPoint(id=point), Customer(id=customer))]  # fmt: skip
    graph = Snapshot.of([Area(id="A1"), Feeder(id="F2"), *things], links)
    whole = ReadModel.build(graph)
    for model, found in ((whole, [["S1", "F2", "S2"]]), (scoped(whole, frozenset({"A1"})), [])):
        start, end = graph.index("S1"), graph.index("S2")
        ways = find_paths(model, start, end, via=[R.FROM_FEEDER], max_hops=4, first=5)
        assert [[graph.id(at) for at in each.entities] for each in ways.nodes] == found
        near = find_neighbourhood(model, start, hops=2, via=[R.FROM_FEEDER], limit=10)
        assert sorted(graph.id(at) for at in near.entities) == (sorted(found[0]) if found else ["S1"])


def test_an_incident_is_of_whoever_has_anything_that_it_is_about() -> None:
    entries = [
        TimelineEntry(id=f"I{at}.1", order=1, entry_type=EntryType.OPENED, at=NOW, recorded_at=NOW, by="x",
                      details=f'{{"title":"t","equipment":["F{at}"],"since":"2026-11-23T08:00:00Z"}}')
        for at in (1, 2)
    ]  # fmt: skip
    called = TimelineEntry(
        id="I2.2", order=2, entry_type=EntryType.NOTE, at=NOW, recorded_at=NOW, by="x", things=("P1",)
    )
    graph = Snapshot.of(
        [Area(id="A1"), Area(id="A2"), Feeder(id="F1"), Feeder(id="F2"), Incident(id="I1", number="1"),
         Incident(id="I2", number="2"), *entries, called, Organisation(id="O1"), Person(id="P1", name="王")],
        [*(Relationship(kind=R.CONTAINED_IN, source=f"F{at}", target=f"A{at}") for at in (1, 2)),
         *(Relationship(kind=R.ENTRY_OF, source=f"I{at}.1", target=f"I{at}") for at in (1, 2)),
         Relationship(kind=R.ENTRY_OF, source="I2.2", target="I2"),
         Relationship(kind=R.MEMBER_OF, source="P1", target="O1")],
    )  # fmt: skip
    seen = scoped(ReadModel.build(graph), frozenset({"A1", "O1"})).graph
    assert [seen.id(at) for at in seen.of_kind(EntityKind.INCIDENT)] == ["I1"]
    assert [seen.id(at) for at in seen.of_kind(EntityKind.TIMELINE_ENTRY)] == ["I1.1"]


def test_a_kind_without_a_rule_stops_every_start(monkeypatch: pytest.MonkeyPatch) -> None:
    areas = belonging.BELONGING[EntityKind.AREA]
    monkeypatch.setattr(belonging, "BELONGING", {**belonging.BELONGING, EntityKind.CONTACT: areas})
    with pytest.raises(TypeError, match="CONTACT is at no such end of CONTAINED_IN"):
        belonging.check()
    without = {kind: rule for kind, rule in belonging.BELONGING.items() if kind is not EntityKind.TOWER}
    monkeypatch.setattr(belonging, "BELONGING", without)
    with pytest.raises(TypeError, match="TOWER has no rule"):
        belonging.check()
    nobodys = belonging.Belonging(why="x")
    monkeypatch.setattr(belonging, "BELONGING", {**belonging.BELONGING, EntityKind.TOWER: nobodys})
    with pytest.raises(TypeError, match="TOWER has ways and is not"):
        belonging.check()


def test_a_search_looks_at_no_more_than_the_scope() -> None:
    many = [Customer(id=f"C{at}", name=f"临江医院{at}") for at in range(600)]
    graph = Snapshot.of(
        [Area(id="A1"), Area(id="A2"), *many],
        [Relationship(kind=R.CONTAINED_IN, source=each.id, target="A1" if at == 599 else "A2")
         for at, each in enumerate(many)],
    )  # fmt: skip
    seen = scoped(ReadModel.build(graph, SearchIndex.build(graph)), frozenset({"A1"}))
    assert [seen.graph.id(hit.index) for hit in seen.search.search("临江医院", limit=50)] == ["C599"]
