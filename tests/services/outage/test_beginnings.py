"""Feeders of which no head is recorded: they begin where their plant is fed from outside."""

from __future__ import annotations

import random

import networkx as nx
import pytest

from graph_api.errors import InvalidInput
from graph_api.readmodel.model import ReadModel
from graph_api.services.explore.trace import TraceDirection, trace
from graph_api.services.outage.beginnings import beginnings_of
from graph_api.services.outage.event import Cause
from graph_api.services.outage.failing import equipment_of
from schema.vocabulary import SupplyState
from tests.drawing import draw, ids
from tests.events import impact_on, plans_for

BARE = """
    G1 - L0 - n1 - L1 - n2 - L2 - n3 - S1>C1
    n2 - S2>C2
    n1 - L9 - S3>C3
    n3 - LS9/ - n4 - L8 - CB8 - B8 - G8
    F1 = CB7
    L1 @ F2
    L2 @ F2
    G7 - CB7 - S7>C7
"""


def built(text: str) -> ReadModel:
    return ReadModel.build(draw(text))


def named(model: ReadModel, *names: str) -> list[int]:
    return [model.graph.index(name) for name in names]


def begins(text: str, feeder: str = "F2") -> set[str]:
    model = built(text)
    return ids(model.graph, beginnings_of(model, model.graph.index(feeder)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (BARE, {"L1"}),
        ("F2 = CB2\nG1 - L0 - CB2 - L2 - S1>C1\nL2 @ F2\nL0 @ F2", {"CB2"}),  # what is recorded counts
        ("G1 - B1 - CB2 - L2 - S1>C1\nCB2 @ F2\nL2 @ F2", {"CB2"}),  # its own breaker at the edge
        ("G1 - L1 - S1>C1\nG1 @ F2\nL1 @ F2", {"G1"}),  # it holds its source
        ("G1 - L0 - L1 - L2 - L3 - G2\nL1 @ F2\nL2 @ F2\nL3 @ F2", {"L1", "L3"}),  # fed from both ends
        ("G1 - CB1/ - L1 - L2 - S1>C1\nL1 @ F2\nL2 @ F2", {"L1", "L2"}),  # nothing of it is live
        ("G1 - L0 - n1 - L1 - n2\nL1 @ DST1\nDST1 @ F2", {"L1"}),  # in a station on it
        ("G1 - L0 - n1 - L1 - n2\nF2 @ SUB1", set()),  # nothing is recorded of it
    ],
)
def test_where_a_feeder_begins(text: str, expected: set[str]):
    assert begins(text) == expected


def test_who_is_hit_is_who_hangs_behind_its_beginning():
    """No breaker stands between source and fault: the feed ends there, and all that it fed is out."""
    model = built(BARE)
    impact = impact_on(model, named(model, "F2"))
    hit = {model.graph.id(customer) for _, customer in impact.customers()}
    assert hit == {"C1", "C2", "C3"}
    assert hit == {model.graph.id(customer) for _, customer in impact_on(model, named(model, "L1")).customers()}
    opened = impact_on(model, named(model, "F2"), cause=Cause.OPENED)
    assert {model.graph.id(customer) for _, customer in opened.customers()} == {"C1", "C2"}


def test_its_supply_is_traced():
    model = built(BARE)
    found = trace(model, model.graph.index("F2"), TraceDirection.DOWN)
    assert ids(model.graph, found.begins) == {"L1"}
    assert {model.graph.id(each) for each in found.customers} == {"C1", "C2"}
    assert ids(model.graph, trace(model, model.graph.index("F2"), TraceDirection.UP).sources) == {"G1"}


def test_a_plan_says_where_the_feed_ends():
    model = built(BARE)
    [plan, *_] = plans_for(model, named(model, "F2"))
    assert ids(model.graph, plan.feed_ends_at) == {"G1"}


def test_its_own_breaker_trips_and_the_fault_is_behind_it():
    model = built("G1 - B1 - CB2 - n1 - L2 - S1>C1\nn1 - S2>C2\nB1 - CB3 - S3>C3\nCB2 @ F2\nL2 @ F2")
    impact = impact_on(model, named(model, "F2"))
    assert {model.graph.id(customer) for _, customer in impact.customers()} == {"C1", "C2"}
    assert ids(model.graph, impact.outage.tripped.tolist()) == {"CB2"}
    assert impact.affected(named(model, "C1")[0]).state is SupplyState.LOST


def test_without_anything_recorded_it_is_refused():
    model = built("G1 - B1 - CB2 - S1>C1\nF2 @ SUB1")
    with pytest.raises(InvalidInput, match=r"Where F2 .* begins is not recorded"):
        equipment_of(model, model.graph.index("F2"))


@pytest.mark.parametrize("seed", range(40))
def test_on_random_trees_it_is_the_edge_of_its_plant(seed: int):
    """By networkx: of a connected part of a tree, the piece whose way to the source leaves the part."""
    chance = random.Random(seed)
    tree = nx.DiGraph((str(chance.randrange(child)), str(child)) for child in range(1, 30))
    lines = [f"n{one} - L{other} - n{other}" for one, other in tree.edges]
    root = str(chance.randrange(1, 30))
    own = {root, *nx.descendants(tree, root)}
    text = "\n".join(["G1 - n0", *lines, *(f"L{each} @ F2" for each in sorted(own))])
    assert begins(text) == {f"L{root}"}
