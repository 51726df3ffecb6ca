"""Neighbourhoods agree with networkx on random graphs."""

from __future__ import annotations

import random

import networkx as nx
import pytest

from graph_api.errors import InvalidInput
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.snapshot import Snapshot
from graph_api.services.explore import neighbourhood as explore
from graph_api.services.explore.paths import find_paths
from graph_api.services.explore.search import MAX_TEXT, find
from schema.grid import Breaker
from schema.people import Team
from schema.relationships import Relationship, RelationshipKind

KINDS = (RelationshipKind.MEMBER_OF, RelationshipKind.COVERS)


def random_model(seed: int, size: int = 9, links: int = 14) -> ReadModel:
    chance = random.Random(seed)
    teams = [Team(id=f"T{n}", name=f"班组{n}") for n in range(size)]
    made = {(chance.choice(KINDS), *chance.sample(range(size), 2), chance.choice(["", "1"])) for _ in range(links)}
    return ReadModel.build(
        Snapshot.of(
            teams,
            [
                Relationship(kind=kind, source=f"T{a}", target=f"T{b}", key=key)
                for kind, a, b, key in sorted(made, key=str)
            ],
        )
    )


@pytest.mark.parametrize("seed", range(30))
def test_neighbourhood_is_what_lies_within_the_hops(seed: int) -> None:
    model = random_model(seed, size=12)
    whole = nx.Graph(explore.to_networkx(model).to_undirected())
    expected = nx.single_source_shortest_path_length(whole, "T0", cutoff=2)
    found = explore.find_neighbourhood(model, 0, hops=2)
    assert {model.graph.id(i): d for i, d in zip(found.entities, found.distances, strict=True)} == expected
    assert list(found.distances) == sorted(found.distances)
    assert not found.truncated
    assert len(found.relationships) == explore.to_networkx(model, found.entities).number_of_edges()
    if len(expected) > 3:
        cut = explore.find_neighbourhood(model, 0, hops=2, limit=3)
        assert cut.truncated
        assert cut.entities == found.entities[:3]


def test_export_holds_fields_and_keys() -> None:
    model = ReadModel.build(
        Snapshot.of(
            [Breaker(id="CB", name="101", number="101"), Team(id="T")],
            [Relationship(kind=RelationshipKind.COVERS, source="T", target="CB", key="x")],
        )
    )
    exported = explore.to_networkx(model)
    assert exported.nodes["CB"] == {"kind": "BREAKER", "id": "CB", "name": "101", "number": "101"}
    assert list(exported.edges(keys=True)) == [("T", "CB", ("COVERS", "x"))]


@pytest.mark.parametrize(
    ("call", "argument"),
    [
        (lambda m: find_paths(m, 0, 1, max_hops=0), "maxHops"),
        (lambda m: find_paths(m, 0, 1, max_hops=10**9), "maxHops"),
        (lambda m: find_paths(m, 0, 1, first=-1), "first"),
        (lambda m: explore.find_neighbourhood(m, 0, hops=99), "hops"),
        (lambda m: explore.find_neighbourhood(m, 0, limit=10**6), "limit"),
        (lambda m: find(m, "x" * (MAX_TEXT + 1)), "text"),
    ],
)
def test_numbers_out_of_range(call, argument: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InvalidInput) as error:
        call(random_model(0))
    assert error.value.details["argument"] == argument


def test_search_says_when_more_would_fit() -> None:
    model = ReadModel.build(Snapshot.of([Team(id=f"T{n}", name="配电抢修班") for n in range(250)], []))
    assert find(model, "抢修").truncated
    assert len(find(model, "抢修").hits) == 200
    assert not find(model, "变电").truncated
