"""Lists agree with sorting everything anew, after each of many commits, and page by page."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph_api.readmodel import orders
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.snapshot import Snapshot
from graph_api.services.explore import listing
from graph_api.services.explore.listing import CustomerFilter, CustomerOrder, list_customers, list_things
from graph_api.services.explore.ranked import Ranked
from schema.codec import encode
from schema.customer import Customer, ReceivingPoint, SupplySource
from schema.entity import Entity
from schema.grid import Breaker, Feeder, Substation
from schema.people import Team
from schema.registry import KIND_OF, EntityKind
from schema.relationships import Relationship, RelationshipKey, RelationshipKind
from schema.vocabulary import AreaClass, CustomerStatus, Importance
from tests.readmodel.test_snapshot import Commit

K = RelationshipKind
NAMES = ("城东线", "城西线", "人民医院", "Hospital", "hospital 2", "", "线")
KINDS = (EntityKind.CUSTOMER, EntityKind.FEEDER, EntityKind.BREAKER, EntityKind.TEAM, EntityKind.SUBSTATION)
TEXTS = (None, "线", "HOSP", "2", "没有", "\0")


class City:
    """A small graph that is changed at random, kept the obvious way beside the snapshots."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.things: dict[str, Entity] = {}
        self.links: dict[RelationshipKey, Relationship] = {}
        for number in range(12):
            self.things |= {each.id: each for each in self.thing(number)}
        for _ in range(40):
            link = self.link()
            self.links[link.identity] = link
        self.model = ReadModel.build(Snapshot.of(self.things.values(), self.links.values()))
        self.revision = 1

    def thing(self, number: int) -> list[Entity]:
        pick, name = self.chance.choice, self.chance.choice(NAMES)
        customer = Customer(
            id=f"C{number}",
            name=name,
            number=pick(["", "N2"]),
            aliases=tuple(self.chance.sample(NAMES[:5], self.chance.randrange(3))),
            importance=pick(list(Importance)),
            status=pick(list(CustomerStatus)),
            area_class=pick([None, *AreaClass]),
            key_account=pick([True, False]),
            contract_kva=pick([None, 0.0, 100.0, 250.0]),
        )
        others: list[Entity] = [
            Feeder(id=f"F{number}", name=name),
            Substation(id=f"S{number}", name=name),
            Team(id=f"T{number}", name=name),
            Breaker(id=f"B{number}", name=name, number="2"),
            ReceivingPoint(id=f"R{number}", name=name),
            SupplySource(id=f"Q{number}", name=name),
        ]
        return [customer, *(each for each in others if self.chance.random() < 0.8)]

    def link(self) -> Relationship:
        ends = [
            (K.CONTAINED_IN, Breaker, (Feeder, Substation)),
            (K.CONTAINED_IN, Feeder, (Substation,)),
            (K.HAS_RECEIVING_POINT, Customer, (ReceivingPoint,)),
            (K.FED_BY, ReceivingPoint, (SupplySource,)),
            (K.FROM_FEEDER, SupplySource, (Feeder,)),
        ]
        kind, source, targets = self.chance.choice(ends)
        sources = [each.id for each in self.things.values() if isinstance(each, source)]
        found = [each.id for each in self.things.values() if isinstance(each, targets)]
        return Relationship(kind=kind, source=self.chance.choice(sources), target=self.chance.choice(found))

    def commit(self) -> None:
        """Some things put anew or renamed, one deleted, links put and deleted."""
        self.revision += 1
        put = [each for _ in range(self.chance.randrange(3)) for each in self.thing(self.chance.randrange(16))]
        put = list({each.id: each for each in put}.values())
        gone = self.chance.choice([None, *self.things])
        fresh = set(self.things) | {each.id for each in put}
        put = [each for each in put if each.id != gone]
        self.things |= {each.id: each for each in put}
        if gone is not None:
            del self.things[gone]
        self.links = {key: link for key, link in self.links.items() if gone not in (key.source, key.target)}
        cut = self.chance.sample(sorted(self.links, key=str), min(2, len(self.links)))
        for key in cut:
            del self.links[key]
        links = [self.link() for _ in range(3)]
        self.links |= {link.identity: link for link in links}
        assert fresh >= set(self.things)
        graph, changed = self.model.graph.advanced(
            Commit(
                revision=self.revision,
                entities=[(each.id, KIND_OF[type(each)], self.revision, encode(each)) for each in put],  # type: ignore[misc]
                relationships=links,
                delete_entities=[] if gone is None else [gone],
                delete_relationships=cut,
            )
        )
        self.model = self.model.advanced(graph, changed)

    def holds(self, container: str, thing: str) -> bool:
        above = (key.target for key in self.links if key.source == thing and key.kind in (K.CONTAINED_IN, K.MEMBER_OF))
        return thing == container or any(self.holds(container, each) for each in above)

    def fed_from(self, customer: str) -> set[str]:
        found = {customer}
        for kind in (K.HAS_RECEIVING_POINT, K.FED_BY, K.FROM_FEEDER):
            found = {key.target for key in self.links if key.kind is kind and key.source in found}
        return found

    def says(self, thing: Entity, text: str | None) -> bool:
        words = (thing.name, getattr(thing, "number", None) or "", *thing.aliases)
        return text is None or any(text.casefold() in word.casefold() for word in words)

    def listed(self, kinds: Iterable[EntityKind], text: str | None, within: str | None) -> list[str]:
        found = [
            thing
            for thing in self.things.values()
            if KIND_OF[type(thing)] in kinds
            and self.says(thing, text)
            and (within is None or self.holds(within, thing.id))
        ]
        return [each.id for each in sorted(found, key=self.key)]

    def key(self, thing: Entity) -> tuple[str, ...]:
        return (thing.id,) if isinstance(thing, Breaker) else (thing.name, thing.id)

    def customers(self, chosen: CustomerFilter, order: CustomerOrder) -> list[str]:
        found = [
            each
            for each in self.things.values()
            if isinstance(each, Customer)
            and (not chosen.importance or each.importance in chosen.importance)
            and (not chosen.status or each.status in chosen.status)
            and (not chosen.area_class or each.area_class in chosen.area_class)
            and chosen.key_account in (None, each.key_account)
            and self.says(each, chosen.text)
            and (
                chosen.within is None or any(self.holds(chosen.within, at) for at in (each.id, *self.fed_from(each.id)))
            )
        ]
        first = {
            CustomerOrder.IMPORTANCE: lambda each: list(Importance).index(each.importance),
            CustomerOrder.CONTRACT: lambda each: -(each.contract_kva or 0.0),
            CustomerOrder.NAME: lambda _: 0,
        }[order]
        return [each.id for each in sorted(found, key=lambda each: (first(each), each.name, each.id))]


def paged(model: ReadModel, ranked: Ranked, page: int) -> list[str]:
    """All of a list, page by page, as a client walks it."""
    found, last = list[int](), None
    while True:
        listed = ranked.after(last, page)
        found += [index for _, index in listed]
        if len(listed) < page:
            break
        last = listed[-1][0]
    assert len(ranked) == len(found)
    return [model.graph.id(index) for index in found]


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 100_000), few=st.sampled_from([0, 100]), most=st.sampled_from([0, 1_000]))
def test_lists_are_what_sorting_everything_gives(seed: int, few: int, most: int) -> None:
    """However few are sorted by themselves, and however much a commit may move before an order is made anew."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(listing, "FEW", few)
        patch.setattr(orders, "MOST_MOVES", most)
        patch.setattr(orders, "MOST_STALE", most)
        city = City(seed)
        for _ in range(4):
            check(city)
            city.commit()
        check(city)


def check(city: City) -> None:
    chance, pick = city.chance, city.chance.choice
    places = [each.id for each in city.things.values() if isinstance(each, (Feeder, Substation))]
    for _ in range(6):
        text, within = pick(TEXTS), pick([None, *places])
        kinds: Sequence[EntityKind] = chance.sample(KINDS, chance.randrange(1, 4))
        found = list_things(city.model, kinds, text=text, within=within)
        assert paged(city.model, found, pick([1, 3, 100])) == city.listed(kinds, text, within)
        chosen = CustomerFilter(
            text=text,
            importance=chance.sample(list(Importance), chance.randrange(3)),
            status=chance.sample(list(CustomerStatus), chance.randrange(3)),
            area_class=chance.sample(list(AreaClass), chance.randrange(2)),
            key_account=pick([None, None, True, False]),
            within=within,
        )
        order = pick(list(CustomerOrder))
        assert paged(city.model, list_customers(city.model, chosen, order), pick([1, 3, 100])) == city.customers(
            chosen, order
        )


def test_a_page_looks_at_what_is_on_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 3,000 feeders, the entities of a page and of the way to it are decoded, not all."""
    model = ReadModel.build(Snapshot.of(Feeder(id=f"F{number:04}", name=f"线{number:04}") for number in range(3_000)))
    ranked = list_things(model, [EntityKind.FEEDER])
    looked_at = list[int]()
    whole = Snapshot.name

    def name(graph: Snapshot, index: int) -> str:
        looked_at.append(index)
        return whole(graph, index)

    monkeypatch.setattr(Snapshot, "name", name)
    page = list_things(model, [EntityKind.FEEDER]).after(("线1499", "F1499"), 50)
    assert [model.graph.id(index) for _, index in page] == [f"F{number}" for number in range(1_500, 1_550)]
    assert len(looked_at) < 80
    assert len(ranked) == 3_000
