"""Rows about exploring: paths between things anywhere in the graph, pages of lists."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import partial

import networkx as nx

from graph_api.readmodel.model import ReadModel
from graph_api.services.explore.listing import CustomerFilter, list_customers, list_things
from graph_api.services.explore.paths import Paths, find_paths
from graph_api.services.explore.ranked import Listed
from schema.registry import CONDUCTING, EntityKind
from tests.bench.grid_rows import size_of
from tests.bench.report import Row, against, times

HOPS = 10
PAGE = 50


def path_rows(model: ReadModel, count: int, target_ms: float | None) -> Iterator[Row]:
    """The shortest path of at most ten hops between two things, and networkx's on the same graph."""
    chance = random.Random(1)
    pairs = [(chance.randrange(model.graph.size), chance.randrange(model.graph.size)) for _ in range(count)]
    peer = nx.Graph((index, edge.other) for index in model.graph.indexes() for edge in model.graph.leaving(index))
    peer.add_nodes_from(model.graph.indexes())
    lengths = [_length(find_paths(model, *pair, max_hops=HOPS, first=1)) for pair in pairs]
    assert lengths == [_networkx(peer, *pair) for pair in pairs]
    middle, worst = times(partial(find_paths, model, *pair, max_hops=HOPS, first=1) for pair in pairs)
    theirs, _ = times(partial(_networkx, peer, *pair) for pair in pairs)
    yield Row(
        what="shortest path of at most 10 hops between two things",
        size=size_of(model.graph),
        value=middle,
        unit="ms",
        p99=worst,
        target=target_ms,
        note="same lengths",
        **against("networkx, graph ready", middle, theirs),
    )


def _length(found: Paths) -> int | None:
    return found.nodes[0].length if found.nodes else None


def _networkx(peer: nx.Graph[int], start: int, end: int) -> int | None:
    try:
        length = len(nx.bidirectional_shortest_path(peer, start, end)) - 1
    except nx.NetworkXNoPath:
        return None
    return length if length <= HOPS else None


def page_rows(model: ReadModel, count: int, target_ms: float | None) -> Iterator[Row]:
    """Pages of 50: equipment within feeders, and all customers by importance; before, both were linear in the graph."""
    feeders = random.Random(1).choices(model.graph.of_kind(EntityKind.FEEDER), k=count)
    within = [model.graph.id(feeder) for feeder in feeders]
    assert len(list_things(model, [EntityKind.FEEDER])) == len(model.graph.of_kind(EntityKind.FEEDER))
    works = {
        "equipment within a feeder": [partial(_equipment, model, feeder) for feeder in within],
        "all customers, the most important first": [partial(_customers, model) for _ in within],
    }
    for what, work in works.items():
        middle, worst = times(work)
        yield Row(
            what=f"page of 50: {what}",
            size=size_of(model.graph),
            value=middle,
            unit="ms",
            p99=worst,
            target=target_ms,
            note="total exact",
        )


def _equipment(model: ReadModel, feeder: str) -> list[Listed]:
    return list_things(model, CONDUCTING, within=feeder).after(None, PAGE + 1)


def _customers(model: ReadModel) -> list[Listed]:
    return list_customers(model, CustomerFilter()).after(None, PAGE + 1)
