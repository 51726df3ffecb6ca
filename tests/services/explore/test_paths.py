"""Paths agree with all simple paths of networkx on random graphs, whether made at once or by commits."""

from __future__ import annotations

import random
from itertools import groupby

import networkx as nx
import pytest

from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.snapshot import Snapshot
from graph_api.services.explore import paths
from graph_api.services.explore.paths import Path, Paths, find_paths
from schema.codec import encode
from schema.people import Organisation, Team
from schema.registry import KIND_OF
from schema.relationships import Relationship, RelationshipKey, RelationshipKind
from tests.readmodel.test_snapshot import Commit

KINDS = (RelationshipKind.MEMBER_OF, RelationshipKind.COVERS)
Drawn = tuple[tuple[RelationshipKind, str, bool, str], ...]


def random_links(chance: random.Random, size: int, links: int) -> list[Relationship]:
    made = {(chance.choice(KINDS), *chance.sample(range(size), 2), chance.choice(["", "1"])) for _ in range(links)}
    return [
        Relationship(kind=kind, source=f"T{a}", target=f"T{b}", key=key) for kind, a, b, key in sorted(made, key=str)
    ]


def teams(size: int) -> list[Team]:
    return [Team(id=f"T{number}", name=f"班组{number}") for number in range(size)]


def model_of(size: int, links: list[Relationship]) -> ReadModel:
    return ReadModel.build(Snapshot.of(teams(size), links))


def by_commits(chance: random.Random, size: int, links: list[Relationship]) -> ReadModel:
    """The same graph: some of it at once with links that are no more, the rest of things and links later."""
    gone = [link for link in random_links(chance, size - 1, size) if link not in links]
    late = [f"T{size - 1}"]
    early = [link for link in links if not {link.source, link.target} & set(late) and chance.random() < 0.5]
    graph = Snapshot.of(teams(size - 1), early + gone)
    commit = Commit(
        revision=2,
        entities=[(team.id, KIND_OF[type(team)], 2, encode(team)) for team in teams(size) if team.id in late],  # type: ignore[misc]
        relationships=[link for link in links if link not in early],
        delete_relationships=[RelationshipKey(link.kind, link.source, link.target, link.key) for link in gone],
    )
    return ReadModel.build(graph.advanced(commit)[0])


def expected_paths(size: int, links: list[Relationship], start: str, end: str, cutoff: int) -> list[Drawn]:
    """All simple paths by length, then by kind, key, direction (leaving first) and id, hop by hop."""
    graph = nx.MultiGraph()
    graph.add_nodes_from(f"T{number}" for number in range(size))
    graph.add_edges_from((link.source, link.target, (link.kind, link.key, link.source)) for link in links)
    found = []
    for path in nx.all_simple_edge_paths(graph, start, end, cutoff=cutoff):
        hops: list[tuple[RelationshipKind, str, bool, str]] = []
        at = start
        for one, two, (kind, key, source) in path:
            other = two if one == at else one
            hops.append((kind, key, source == at, other))
            at = other
        found.append(tuple(hops))
    return sorted(found, key=lambda hops: (len(hops), [(kind, key, not out, to) for kind, key, out, to in hops]))


def drawn(model: ReadModel, answer: Paths) -> list[Drawn]:
    return [
        tuple((hop.kind, hop.key, hop.outgoing, model.graph.id(hop.to)) for hop in path.hops) for path in answer.nodes
    ]


@pytest.mark.parametrize("seed", range(80))
def test_paths_are_all_simple_paths_in_order(seed: int) -> None:
    chance = random.Random(seed)
    size = 9
    links = random_links(chance, size, chance.choice([9, 14, 20]))
    via = [RelationshipKind.MEMBER_OF] if seed % 3 == 0 else None
    walked = [link for link in links if via is None or link.kind in via]
    expected = expected_paths(size, walked, "T0", "T8", 5)
    for model in (model_of(size, links), by_commits(chance, size, links)):
        for first in (1, 3, 50):
            ends = model.graph.index("T0"), model.graph.index("T8")
            answer = find_paths(model, *ends, via=via, max_hops=5, first=first)
            assert drawn(model, answer) == expected[:first]
            assert answer.truncated == (len(expected) > first)


@pytest.mark.parametrize("seed", range(20))
def test_as_far_as_paths_go(seed: int) -> None:
    """Also where one end's part of the graph is small and the other's is not, up to the longest path there is."""
    chance = random.Random(seed)
    links = random_links(chance, 12, 13)
    expected = expected_paths(12, links, "T0", "T11", 40)
    model = model_of(12, links)
    answer = find_paths(model, 0, 11, max_hops=40, first=50)
    assert drawn(model, answer) == expected[:50]
    assert [length for length, _ in groupby(path.length for path in answer.nodes)] == sorted(
        {len(path) for path in expected[:50]}
    )


def test_no_path_and_path_to_itself() -> None:
    model = ReadModel.build(Snapshot.of([Team(id="a"), Organisation(id="b")], []))
    assert find_paths(model, 0, 1) == Paths((), truncated=False)
    assert find_paths(model, 0, 0).nodes == (Path(0, ()),)
    far = model_of(4, [Relationship(kind=KINDS[0], source=f"T{n}", target=f"T{n + 1}") for n in range(3)])
    assert find_paths(far, 0, 3, max_hops=2) == Paths((), truncated=False)
    assert [path.length for path in find_paths(far, 0, 3, max_hops=3).nodes] == [3]


def test_a_search_that_gives_up_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    model = model_of(12, random_links(random.Random(1), 12, 60))
    whole = find_paths(model, 0, 11, max_hops=9, first=50)
    monkeypatch.setattr(paths, "DRAWN", 60)
    cut = find_paths(model, 0, 11, max_hops=9, first=50)
    assert cut.truncated
    assert whole.nodes[: len(cut.nodes)] == cut.nodes
    monkeypatch.setattr(paths, "LOOKED_AT", 2)
    assert find_paths(model, 0, 11, max_hops=9, first=50) == Paths((), truncated=True)
