"""Random histories: after every step a store holds what a plain dictionary holds, and its feed tells how it came."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field

import pytest

from graph_api.errors import Conflict, DanglingRelationship, RequestIdConflict
from graph_api.stores.contract import Store
from graph_api.stores.digest import ContentDigest, store_digest
from schema.batch import GraphBatch
from schema.codec import decode
from schema.entity import Entity
from schema.people import Person, Team
from schema.positions import PositionReport, ReportKey
from schema.relationships import Relationship, RelationshipKey, RelationshipKind
from schema.vocabulary import SwitchPosition
from tests.contract.test_contract import feed, graph
from tests.contract.test_reports import reports

IDS = [f"p{number}" for number in range(6)]
TEAMS = ["t0", "t1"]
SWITCHES = ["K1", "开关😀@#"]


@dataclass
class Model:
    """What the store should hold."""

    entities: dict[str, Entity] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    links: dict[RelationshipKey, Relationship] = field(default_factory=dict)
    revision: int = 0
    requests: dict[str, tuple[str, int]] = field(default_factory=dict)
    reports: dict[ReportKey, PositionReport] = field(default_factory=dict)

    def holds(self, batch: GraphBatch) -> bool:
        """Whether all ends are there after the batch."""
        there = (self.entities.keys() - set(batch.delete_entities)) | {entity.id for entity in batch.entities}
        return all({link.source, link.target} <= there for link in batch.relationships)

    def take(self, batch: GraphBatch) -> None:
        """Apply a batch that holds."""
        self.revision += 1
        for gone in batch.delete_entities:
            self.entities.pop(gone, None)
            self.versions.pop(gone, None)
            self.links = {key: link for key, link in self.links.items() if gone not in (link.source, link.target)}
        for key in batch.delete_relationships:
            self.links.pop(key, None)
        for entity in batch.entities:
            self.entities[entity.id] = entity
            self.versions[entity.id] = self.revision
        self.links |= {link.identity: link for link in batch.relationships}
        for report in batch.delete_reports:
            self.reports.pop(report, None)
        self.reports |= {report.key: report for report in batch.reports}


def random_batch(chance: random.Random) -> GraphBatch:
    names = ["", "王", "x" * 300, "\u0000", "🙂", "a'\"\\b"]
    people = [Person(id=id, name=chance.choice(names), load=chance.randrange(2**63)) for id in IDS]
    entities = chance.sample([*people, *(Team(id=id, name=chance.choice(names)) for id in TEAMS)], chance.randint(0, 4))
    links = [
        Relationship(
            kind=RelationshipKind.MEMBER_OF,
            source=chance.choice(IDS),
            target=chance.choice(TEAMS),
            key=chance.choice(["", "1"]),
            row=chance.randint(0, 9),
        )
        for _ in range(chance.randint(0, 3))
    ]
    said = [
        PositionReport(
            chance.choice(SWITCHES), chance.randrange(3), chance.randrange(2), chance.choice(list(SwitchPosition)),
            chance.choice(["", "王\n"]), chance.choice(["", "SCADA"]), chance.choice([0, -(10**15), 10**15]),
        )
        for _ in range(chance.choice([0, 1, 3]))
    ]  # fmt: skip
    return GraphBatch(
        entities=list(entities),
        reports=said,
        delete_reports=[ReportKey(chance.choice(SWITCHES), chance.randrange(3), 0) for _ in said[1:]],
        relationships=links,
        delete_entities=chance.sample([*IDS, *TEAMS], chance.choice([0, 0, 1, 2])),
        delete_relationships=[link.identity for link in chance.sample(links, chance.choice([0, min(1, len(links))]))],
    )


@pytest.mark.parametrize("seed", range(6))
async def test_a_store_holds_what_a_dictionary_holds(store: Store, seed: int) -> None:
    chance, model = random.Random(seed), Model()
    for step in range(40):
        batch = random_batch(chance)
        if not len(batch):
            continue
        await _step(store, model, batch, chance, f"r{chance.randint(0, 12)}-{seed}", staged=step % 9 == 8)
        if step % 5 == 4:
            revision, entities, links = await graph(store)
            assert (revision, entities, links) == (model.revision, model.entities, model.links)
            assert await reports(store) == sorted(model.reports.values())
    changes = await feed(store)
    assert [change.revision for change in changes] == list(range(1, model.revision + 1))
    replayed, links, said = {}, {}, {}
    for change in changes:
        for gone in change.delete_entities:
            replayed.pop(gone, None)
        for key in change.delete_relationships:
            links.pop(key, None)
        replayed |= {held.id: (decode(held.kind, held.body), held.version) for held in change.entities}
        links |= {link.identity: link for link in change.relationships}
        for report in change.delete_reports:
            del said[report]
        said |= {report.key: report for report in change.reports}
    assert said == model.reports
    assert replayed == {id: (entity, model.versions[id]) for id, entity in model.entities.items()}
    assert links == model.links


async def _step(
    store: Store, model: Model, batch: GraphBatch, chance: random.Random, request: str, *, staged: bool
) -> None:
    if staged:
        load = f"load {model.revision} {chance.random()}"
        await store.begin_load(load)
        await store.stage(load, batch)
        try:
            commit = await store.commit_load(load)
        except DanglingRelationship:
            assert not model.holds(batch)
            await store.abandon_load(load)
            return
        model.take(batch)
        assert commit.revision == model.revision
        return
    content = repr(batch)
    expected = None
    if chance.random() < 0.3:
        id = chance.choice(IDS)
        expected = {id: model.versions.get(id, 0) + chance.choice([0, 0, 1])}
    try:
        commit = await store.apply(batch, request_id=request, expected=expected)
    except RequestIdConflict:
        assert request in model.requests
        assert model.requests[request][0] != content
        return
    except Conflict:
        assert expected is not None
        assert any(model.versions.get(id, 0) != version for id, version in expected.items())
        return
    except DanglingRelationship:
        assert not model.holds(batch)
        return
    if commit.repeated:
        assert model.requests[request] == (content, commit.revision)
        return
    assert request not in model.requests
    assert model.holds(batch)
    model.take(batch)
    model.requests[request] = (content, commit.revision)
    assert commit.revision == model.revision


async def test_the_whole_graph_under_eight_writers_is_that_of_its_revision(store: Store) -> None:
    """Each writer renames a pair at once; whatever revision a load has, it holds what the feed says up to it."""
    stop = asyncio.Event()

    async def write(writer: int) -> None:
        number = 0
        while not stop.is_set():
            number += 1
            pair = [Person(id=f"{writer}-{side}", name=str(number)) for side in "ab"]
            await store.apply(GraphBatch(entities=[*pair]))

    writing = [asyncio.create_task(write(writer)) for writer in range(8)]
    await store.wait(20, 20)
    loads = [await graph(store) for _ in range(4)]
    stop.set()
    await asyncio.gather(*writing)
    changes = await feed(store)
    for revision, entities, _ in loads:
        expected: dict[str, Entity] = {}
        for change in changes[:revision]:
            expected |= {held.id: decode(held.kind, held.body) for held in change.entities}
        assert entities == expected
        there = [writer for writer in range(8) if f"{writer}-a" in entities]
        assert all(entities[f"{writer}-a"].name == entities[f"{writer}-b"].name for writer in there)
    told, last = ContentDigest(), {held.id: held for change in changes for held in change.entities}
    told.add_entities(last.values())
    assert await store_digest(store) == (changes[-1].revision, told.hexdigest())
