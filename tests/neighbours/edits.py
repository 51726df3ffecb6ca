"""What people do to the graph in Neo4j past this program, one edit after the other, and how each is played."""

from __future__ import annotations

from collections.abc import Set
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import LiteralString, cast

from neo4j import Driver
from neo4j.exceptions import ClientError

from graph_api.live.foreign_edits import ForeignEdit, ForeignEditSweep
from graph_api.live.graph import LiveGraph
from graph_api.readmodel.snapshot import Snapshot
from graph_api.stores.neo4j import Neo4jStore
from schema.batch import GraphBatch
from schema.entity import FieldOrigin
from schema.grid import Breaker, Feeder
from schema.people import Person, Team
from schema.relationships import Relationship, RelationshipKind
from tests.neo4j.fixtures import PATIENCE

PLACED = {"longitude": 120.1, "latitude": 30.2}
TOLD = FieldOrigin(field="name", load=2, row=1)
"""What Neo4j cannot hold as a property is packed."""
BASE = GraphBatch(
    entities=[
        Team(id="team", aliases=("it's", "\\"), load=3, row=4),
        *(Person(id=id, name=id) for id in "abc"),
        Breaker(id="K", rated_current_a=630.0, nominal_kv=10.0, overrides=(TOLD,), **PLACED),
        Feeder(id="F", name="10kV 一线"),
    ],
    relationships=[
        *(Relationship(kind=RelationshipKind.MEMBER_OF, source=id, target="team") for id in "abc"),
        Relationship(kind=RelationshipKind.CONTAINED_IN, source="K", target="F"),
    ],
)
IDS = frozenset({"team", "a", "b", "c", "K", "F"})
ELEMENT = "(element)"
MENDS = 3
"""How often what is given is run: what is wrong in two ways is told of one after the other."""
A = "MATCH (n:_Entity {id: 'a'})"
LINK = "MATCH (n:_Entity {id: 'a'})-[r:MEMBER_OF]->()"


@dataclass(frozen=True)
class Edit:
    """An edit, and what becomes of it."""

    statement: str
    told: dict[str, str | None] = field(default_factory=dict)
    """Id to (part of) the reason why it is refused; None = taken over, or gone."""
    gone: Set[str] = frozenset()
    new: Set[str] = frozenset()
    links: int = 4
    name: str = "a"
    """Of the person a, if it is there."""


EDITS = [
    # relationships
    Edit(f"{LINK} SET r.key = 7", {"a": None}),
    Edit(f"{LINK} SET r.key = [1, 2]"),
    Edit(f"{LINK} SET r.key = true", {"a": None}),
    Edit(f"{LINK} REMOVE r.key"),
    Edit(f"{LINK} SET r._load = 'x', r._row = -1"),
    Edit(f"{A}, (t {{id: 'team'}}) CREATE (n)-[:MEMBER_OF {{key: ''}}]->(t)"),
    Edit(f"{A}, (t {{id: 'team'}}) CREATE (n)-[:MEMBER_OF {{key: 8}}]->(t)", {"a": None}, links=5),
    Edit(f"{A}, (b {{id: 'b'}}) CREATE (n)-[:LIKES]->(b)", {"a": "no relationship of the schema is named LIKES"}),
    Edit(f"{A}, (b {{id: 'b'}}) CREATE (n)-[:CONTAINED_IN]->(b)", {"a": "may not lead from PERSON"}),
    Edit("MATCH (n {id: 'team'}) DETACH DELETE n", dict.fromkeys(("team", "a", "b", "c")), gone={"team"}, links=1),
    # identity
    Edit(f"{A} SET n.id = 'a2'", {"a": None, "a2": None}, gone={"a"}, new={"a2"}),
    Edit(f"{A} SET n.id = 7", {"a": None, "7": "missing or no text"}, gone={"a"}, links=3),
    Edit(f"{A} REMOVE n.id", {"a": None, ELEMENT: "missing or no text"}, gone={"a"}, links=3),
    Edit(f"{A} SET n.id = '{'x' * 200}'", {"a": None, "x" * 200: "at most 128 bytes"}, gone={"a"}, links=3),
    Edit("CREATE (:_Entity:Person {name: 'x'})", {ELEMENT: "missing or no text"}),
    Edit("CREATE (:_Entity:Person {id: ''})", {ELEMENT: "missing or no text"}),
    # labels
    Edit(f"{A} REMOVE n:Person", {"a": "no label of the schema"}),
    Edit(f"{A} SET n:Team", {"a": "several labels"}),
    Edit("MATCH (n {id: 'team'}) SET n:Breaker", {"team": "several labels"}),
    Edit("MATCH (n {id: 'K'}) SET n:Person:Team REMOVE n:Breaker", {"K": "several labels"}),
    Edit("MATCH (n {id: 'F'}) SET n:Area", {"F": "several labels"}),
    Edit(f"{A} SET n:Stranger"),
    Edit("CREATE (:_Entity:Stranger {id: 'odd'})", {"odd": "no label of the schema"}),
    Edit("CREATE (:_Entity {id: 'odd'})", {"odd": "no label of the schema"}),
    Edit("CREATE (:Person {id: 'p'})", {"p": "no label _Entity"}),
    Edit("CREATE (:Person {id: 'a'})", {"a": "another node has its id"}),
    Edit("CREATE ({id: 'a'})", {"a": "another node has its id"}),
    Edit(f"{A} REMOVE n:_Entity:Person", {"a": "it has no label"}, gone={"a"}, links=3),
    Edit("CREATE (:_Entity:Person {id: 'p', name: 'p'})", {"p": None}, new={"p"}),
    # properties
    Edit(f"{A} SET n.name = 'z'", {"a": None}, name="z"),
    Edit(f"{A} SET n.name = 5", {"a": "Expected `str`"}),
    Edit(f"{A} SET n.name = ['x']", {"a": "Expected `str`"}),
    Edit(f"{A} SET n.name = date('2026-11-27')", {"a": None}, name="2026-11-27"),
    Edit(f"{A} SET n.name = [1, 2], n.active = 'perhaps'", {"a": "Expected `"}),
    Edit(f"{A} SET n.aliases = 7", {"a": "Expected `array`"}),
    Edit("MATCH (n {id: 'K'}) SET n.longitude = 'x'", {"K": "Expected"}),
    Edit("CREATE (:_Entity:Person {id: 'odd', name: 5})", {"odd": "Expected `str`"}),
    Edit("CREATE (:_Entity:Person:Team {id: 'odd'})", {"odd": "several labels"}),
    Edit(f"{A} SET n.active = 'perhaps'", {"a": "Expected `bool`"}),
    Edit(f"{A} SET n.spot = point({{x: 1, y: 2}})"),
    Edit("MATCH (n {id: 'K'}) SET n.nominal_kv = -3.0", {"K": "greater than or equal to 0"}),
    Edit("MATCH (n {id: 'K'}) SET n.position = 'AJAR'", {"K": "Invalid enum value"}),
    Edit("MATCH (n {id: 'K'}) SET n.place = '118,29'", {"K": "no point of longitude and latitude"}),
    Edit("MATCH (n {id: 'K'}) SET n.place = point({x: 118, y: 29})", {"K": "no point of longitude and latitude"}),
    Edit("MATCH (n {id: 'K'}) SET n.position_at = localdatetime()", {"K": "a time without a zone"}),
    Edit(f"{A} SET n.name = 'x\\u202ey'", {"a": "nobody sees (U+202E)"}),
    Edit(f"{A} SET n.name = 'x\\u0000'", {"a": "nobody sees (U+0000)"}),
    Edit(f"{A} SET n.aliases = [reduce(s = 'x', i IN range(1, 17) | s + s)]", {"a": "longer than 100000"}),
    # housekeeping
    Edit(f"{A} SET n._packed = 'text'", {"a": "bytes"}),
    Edit(f"{A} SET n._packed = [1, 2]", {"a": "bytes"}),
    Edit(f"{A} SET n._version = -5", {"a": None}),
    Edit(f"{A} SET n._version = 9223372036854775807", {"a": None}),
    Edit(f"{A} SET n._version = 'x'", {"a": None}),
    Edit(f"{A} REMOVE n._version", {"a": None}),
    Edit("MATCH (m:_Meta) SET m.revision = 0"),
    Edit("MATCH (m:_Meta) SET m.revision = 'x'"),
    Edit("MATCH (m:_Meta) SET m.revision = 9223372036854775807"),
    Edit("MATCH (c:_Change) DELETE c"),
    Edit("MATCH (c:_Change) SET c.images = 'x'"),
]


@dataclass(frozen=True, kw_only=True)
class Played:
    """What became of an edit."""

    told: dict[str, ForeignEdit]
    ids: Set[str]
    links: int
    name: str | None
    """Of the person a, if it is served."""
    same_at_start: bool
    """A process that starts afterwards serves the same."""
    goes_on: bool
    """A change by the one is seen by the other."""
    quiet: bool
    """The next sweep has no news."""
    mended: bool
    """With the statements that were given everything that was served is so again, and nothing is refused but what asks
    (by a parameter, without which it changes nothing)."""

    def wrong(self, edit: Edit) -> list[str]:
        """What is otherwise than the table says; [] if all is well."""
        found = []
        if set(self.told) != set(edit.told):
            found.append(f"told of {sorted(self.told)}, not of {sorted(edit.told)}")
        for id, reason in edit.told.items():
            told = self.told.get(id)
            if told is not None and not _fits(told, reason):
                found.append(f"{id}: {told.refused!r}, mended by {told.mend!r}")
        if self.ids != (IDS - edit.gone) | edit.new:
            found.append(f"serves {sorted(self.ids)}")
        if self.links != edit.links:
            found.append(f"serves {self.links} relationships")
        if "a" not in edit.gone and self.name != edit.name:
            found.append(f"a is called {self.name}")
        checks = {
            "same at start": self.same_at_start,
            "goes on": self.goes_on,
            "quiet": self.quiet,
            "mended": self.mended,
        }
        return found + [f"not {name}" for name, well in checks.items() if not well]


def _fits(told: ForeignEdit, reason: str | None) -> bool:
    if reason is None:
        return told.refused is None and told.mend is None
    return reason in (told.refused or "") and told.mend is not None and told.element is not None


async def play(store: Neo4jStore, driver: Driver, edit: Edit) -> Played:
    """The edit on an empty store that is filled for it, under a program that serves it; another one starts after it."""
    await store.apply(BASE)
    live = await LiveGraph.open(store, sweeps=False)
    sweep = sweep_of(store, live)
    assert await sweep.once() == []
    edited(driver, edit.statement)
    told = {ELEMENT if one.id == one.element else one.id: one for one in await sweep.once()}
    graph = live.pin().graph
    second = Neo4jStore(store.server, patience=PATIENCE)
    fresh = await LiveGraph.open(second, sweeps=False)
    same = shown(fresh.pin().graph) == shown(graph)
    commit = await live.apply(GraphBatch(entities=[Person(id="c", name="later")]))
    model = await fresh.at_least(commit.revision, timeout_seconds=PATIENCE)
    number = graph.number("a")
    played = Played(
        told=told,
        ids={graph.id(index) for index in graph.indexes()},
        links=len(list(graph.relationships())),
        name=None if number is None else graph.name(number),
        same_at_start=same,
        goes_on=model.graph.name(model.graph.index("c")) == "later",
        quiet=await sweep.once() == [],
        mended=await _mended(sweep, live, driver),
    )
    for each in (live, fresh):
        await each.close()
    await second.close()
    return played


async def _mended(sweep: ForeignEditSweep, live: LiveGraph, driver: Driver) -> bool:
    """Run what is given until nothing stands that can be run."""
    before = content(live.pin().graph)
    for _ in range(MENDS):
        for one in {one.element: one for one in sweep.edits if one.stands}.values():
            assert one.mend is not None
            with suppress(ClientError) if "$" in one.mend else nullcontext():
                edited(driver, one.mend)
        await sweep.once()
    after = content(live.pin().graph)
    made = {id: entity for id, entity in after[0].items() if id not in before[0]}
    standing = [one for one in sweep.edits if one.stands]
    asks = all("$" in (one.mend or "") for one in standing) and sweep.set_aside == len(standing)
    return asks and before == ({id: after[0][id] for id in before[0]}, after[1]) and set(made) <= {"p"}


def content(graph: Snapshot) -> tuple[dict[str, object], set[object]]:
    """What is served, whenever it was committed."""
    return {graph.id(index): graph.entity(index) for index in graph.indexes()}, set(graph.relationships())


def sweep_of(store: Neo4jStore, live: LiveGraph) -> ForeignEditSweep:
    """A sweep that a test does by itself."""

    async def catch_up() -> Snapshot:
        return (await live.refresh()).graph

    return ForeignEditSweep(store, catch_up, lambda: datetime.now(UTC))


def edited(driver: Driver, statement: str) -> None:
    """What a person does in Neo4j Browser."""
    with driver.session() as session:
        session.run(cast("LiteralString", statement)).consume()


def shown(graph: Snapshot) -> tuple[object, ...]:
    """All that is served."""
    entities = {graph.id(index): (graph.entity(index), graph.version(index)) for index in graph.indexes()}
    return graph.revision, entities, set(graph.relationships())
