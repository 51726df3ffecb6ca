"""Where supplies may hang of which only the feeder is known: by the drawing, normal positions, and what it contains."""

from __future__ import annotations

import pytest

from graph_api.readmodel.snapshot import Snapshot
from graph_api.readmodel.topology import Topology
from schema.batch import GraphBatch
from schema.relationships import Relationship, RelationshipKind
from tests.drawing import draw

GRID = """
F1 = CB1
F3 = CB3
G1 - B1 - CB1 - n1 - L1 - n2 - LS1 - n3 - L2 - n4 - T1 - n5
n4 - CB3 - n31 - L31 - n32
B1 - CB2 - n11 - L11 - LS9/ - n4
S1>C1
S2>C2
L7 - n7
"""


def grid(text: str = GRID, **of: str) -> Snapshot:
    named = {"S1": "F1", "S2": "F3", **of}
    links = [Relationship(kind=RelationshipKind.FROM_FEEDER, source=at, target=to) for at, to in named.items() if to]
    return draw(text, GraphBatch(relationships=links))


def places(graph: Snapshot, topology: Topology, supply: str) -> set[str]:
    found = topology.unplaced.places_of(graph.index(supply))
    return set() if found is None else {graph.id(at) for at in topology.state.network.indexes(found).tolist()}


ALL = {"n1", "L1", "n2", "n3", "L2", "n4", "T1", "n5"}


@pytest.mark.parametrize(
    ("text", "first", "third"),
    [
        (GRID, ALL, {"n31", "L31", "n32"}),
        (
            GRID.replace("LS1", "LS1/"),
            {"n1", "L1", "n2"},
            ALL - {"n1", "L1", "n2"} | {"n31", "L31", "n32"},
        ),  # fed by neither side
        (GRID.replace("L2 ", "L2! "), ALL, {"n31", "L31", "n32"}),  # out of service: who hangs there is out
        (GRID + "L7 @ F1", ALL | {"L7", "n7"}, {"n31", "L31", "n32"}),
        (GRID.replace("F3 = CB3", "L31 @ F3"), ALL | {"n31", "L31", "n32"}, {"n31", "L31", "n32"}),
        (GRID.replace("G1 - ", "G1 - T9 - "), ALL, {"n31", "L31", "n32"}),
        (GRID.replace("F1 = CB1", "F1 = n1"), ALL - {"n1"}, {"n31", "L31", "n32"}),
        (GRID.replace("CB3 - n31 - L31 - n32", "CB3"), ALL, {"CB3"}),
    ],
)
def test_places_of_a_feeder(text: str, first: set[str], third: set[str]) -> None:
    graph = grid(text)
    topology = Topology.build(graph)
    assert places(graph, topology, "S1") == first
    assert places(graph, topology, "S2") == third


def test_a_feeder_of_which_nothing_is_drawn_stands_for_itself() -> None:
    graph = grid("F1 @ SUB1\nF3 @ SUB1\nS1>C1\nS2>C2\nS3>C3")
    topology = Topology.build(graph)
    assert places(graph, topology, "S1") == {"F1"}
    assert topology.energised(graph.index("S1"))
    assert not topology.energised(graph.index("S3")), "of no feeder"
    fault = topology.faulted([graph.index("F1")])
    assert (fault.live(graph.index("S1")), fault.live(graph.index("S2"))) == (False, True)


LATER = {
    "LS1": GRID.replace("LS1", "LS1/"),
    "S1": GRID,
    "L7": GRID + "L7 @ F1",
    "CB1": GRID,
}


@pytest.mark.parametrize("changed", LATER)
def test_a_later_snapshot_has_its_own(changed: str) -> None:
    graph = grid()
    topology = Topology.build(graph)
    later = grid(LATER[changed], S1="F3" if changed == "S1" else "F1")
    assert [later.id(at) for at in later.indexes()] == [graph.id(at) for at in graph.indexes()]
    advanced, anew = topology.advanced(later, [later.index(changed), later.index("n1")]), Topology.build(later)
    assert places(later, advanced, "S1") == places(later, anew, "S1")
    kept = advanced.unplaced is topology.unplaced
    assert kept == (changed == "CB1"), "read anew only where something of it is otherwise"
    assert advanced.energised(later.index("S1")) == anew.energised(later.index("S1"))
