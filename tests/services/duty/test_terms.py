"""What was looked up for an interval is what would be looked up anew: at any time of it, after any commits."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.snapshot import Snapshot
from graph_api.services.duty.responsibility import responsibility_of
from graph_api.services.duty.terms import TERMS
from schema.codec import encode
from schema.entity import Entity
from schema.grid import Breaker, Feeder, Substation
from schema.people import Assignment, Contact, Person, Shift, Team
from schema.registry import KIND_OF
from schema.relationships import Relationship, RelationshipKey, RelationshipKind
from schema.vocabulary import ResponsibilityRole, ShiftType, SwitchPosition
from tests.readmodel.test_snapshot import Commit

K = RelationshipKind
START = datetime(2026, 3, 1, tzinfo=UTC)
HOURS = 30
THINGS = ("F0", "F1", "S0")


class Utility:
    """People, shifts and assignments that change at random."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.links: dict[RelationshipKey, Relationship] = {}
        self.revision = 1
        plant: list[Entity] = [Feeder(id="F0"), Feeder(id="F1"), Substation(id="S0"), Breaker(id="B")]
        people = [each for number in range(5) for each in self.people(number)]
        self.ids = [each.id for each in (*plant, *people)]
        for link in (*self.some_links(25), self.held(K.CONTAINED_IN, "F0", "S0")):
            self.links[link.identity] = link
        self.model = ReadModel.build(Snapshot.of([*plant, *people], self.links.values()))

    def moment(self) -> datetime:
        return START + timedelta(hours=self.chance.randrange(HOURS))

    def people(self, number: int) -> list[Entity]:
        pick = self.chance.choice
        begin, end = sorted([self.moment(), self.moment()])
        return [
            Person(id=f"P{number}", name=f"人{number}", active=self.chance.random() < 0.9),
            Team(id=f"T{number}", name=f"班{number}"),
            Shift(id=f"H{number}", start=begin, end=end + timedelta(hours=1), shift_type=pick(list(ShiftType))),
            Assignment(id=f"A{number}", role=pick(list(ResponsibilityRole)[:4]), valid_to=pick([None, self.moment()])),
            Contact(id=f"N{number}", value=f"+86138000000{number}0", verified_on=pick([None, START.date()])),
        ]  # fmt: skip

    def held(self, kind: RelationshipKind, source: str, target: str) -> Relationship:
        return Relationship(kind=kind, source=source, target=target)

    def some_links(self, count: int) -> list[Relationship]:
        def one(letter: str) -> str:
            return f"{letter}{self.chance.randrange(5)}"

        ends = [
            lambda: (K.COVERS, one("A"), self.chance.choice(THINGS)),
            lambda: (K.HELD_BY, one("A"), one("P")),
            lambda: (K.OF_TEAM, one("A"), one("T")),
            lambda: (K.OF_TEAM, one("H"), one("T")),
            lambda: (K.WORKED_BY, one("H"), one("P")),
            lambda: (K.MEMBER_OF, one("P"), one("T")),
            lambda: (K.HAS_CONTACT, one("P"), one("N")),
        ]
        return [self.held(*self.chance.choice(ends)()) for _ in range(count)]

    def commit(self) -> None:
        """A switch that moves, people or links that change."""
        self.revision += 1
        what = self.chance.choice(["switch", "people", "links", "cut"])
        position = self.chance.choice([SwitchPosition.OPEN, SwitchPosition.CLOSED])
        put: list[Entity] = [Breaker(id="B", position=position)] if what == "switch" else []
        if what == "people":
            put = self.chance.sample(self.people(self.chance.randrange(5)), 2)
        links = self.some_links(2) if what == "links" else []
        cut = self.chance.sample(sorted(self.links, key=str), 2) if what == "cut" else []
        self.links |= {link.identity: link for link in links}
        for key in cut:
            del self.links[key]
        graph, changed = self.model.graph.advanced(
            Commit(
                revision=self.revision,
                entities=[(each.id, KIND_OF[type(each)], self.revision, encode(each)) for each in put],  # type: ignore[misc]
                relationships=links,
                delete_relationships=cut,
            )
        )
        self.model = self.model.advanced(graph, changed)


@pytest.mark.parametrize("seed", range(40))
def test_it_is_what_is_found_anew(seed: int) -> None:
    utility = Utility(seed)
    for _ in range(8):
        anew = ReadModel.build(utility.model.graph)
        for _ in range(6):
            at = utility.moment() + utility.chance.choice([timedelta(), timedelta(minutes=30), -timedelta.resolution])
            index = utility.model.graph.index(utility.chance.choice(THINGS))
            assert responsibility_of(utility.model, index, at) == responsibility_of(anew, index, at)
            anew.memo._caches.clear()
        utility.commit()


def test_a_switch_that_moves_has_nobody_looked_up_anew() -> None:
    utility = Utility(1)
    index = utility.model.graph.index("F0")
    responsibility_of(utility.model, index, START)
    terms = utility.model.memo.of(TERMS).get(None)
    moved, changed = utility.model.graph.advanced(
        Commit(revision=2, entities=[("B", KIND_OF[Breaker], 2, encode(Breaker(id="B", note="x")))])  # type: ignore[list-item, arg-type]
    )
    assert utility.model.advanced(moved, changed).memo.of(TERMS).get(None) is terms
    left, changed = utility.model.graph.advanced(Commit(revision=2, delete_entities=["H1"]))
    assert utility.model.advanced(left, changed).memo.of(TERMS).get(None) is None
