"""Customers do not conduct for the grid, whatever stands closed inside them."""

from __future__ import annotations

import numpy as np
import pytest

from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.snapshot import Snapshot
from graph_api.readmodel.topology import Topology
from schema.vocabulary import SwitchPosition
from tests.drawing import draw, ids

C, O = SwitchPosition.CLOSED, SwitchPosition.OPEN  # noqa: E741

#   G1 - CB1 - L1 - n1 - S1 - SB1 - IB1 - SB3 - IB2 - SB2 - S2 - n2 - L2 - CB2 - G2     SB3 joins both supplies
JOINED = """
G1 - CB1 - L1 - n1 - S1>C1 - SB1 - IB1 - SB3{tie} - IB2 - SB2 - n9
G2 - CB2 - L2 - n2 - S2>C1 - n9
IB1 - LD1(10kW)
IB2 - LD2(10kW)
n1 - L3 - S3>C2
n2 - L4 - S4>C3
"""


def network(tie: str = "", parallel: bool | None = None) -> Snapshot:
    fields = {} if parallel is None else {"C1.1": {"parallel_running": parallel}}
    return draw(JOINED.format(tie=tie), **fields)


def live(graph: Snapshot, topology: Topology) -> set[str]:
    return {graph.id(each) for each in graph.indexes() if topology.energised(each)}


def lost(graph: Snapshot, topology: Topology, *names: str, assume: dict[str, SwitchPosition] | None = None) -> set[str]:
    assumed = [(graph.index(name), position) for name, position in (assume or {}).items()]
    return ids(graph, topology.opened([graph.index(name) for name in names], assumed).lost.tolist())


def test_nothing_runs_from_one_supply_to_another_through_a_customer() -> None:
    graph = network()
    topology = Topology.build(graph)
    assert {"S1", "S2", "LD1", "LD2"} <= live(graph, topology)
    assert {"L1", "S1", "S3"} <= lost(graph, topology, "CB1")
    assert {"L2", "S2", "S4"} <= lost(graph, topology, "CB2")
    assert not {"LD1", "LD2", "IB1", "IB2"} & lost(graph, topology, "CB1")  # the inside lives on the other supply
    assert not {"LD1", "LD2", "IB1", "IB2"} & lost(graph, topology, "CB2")
    assert {"LD1", "LD2"} <= lost(graph, topology, "CB1", "CB2")
    load = np.array([graph.index("LD1")], np.int32)
    assert topology.may_lose([graph.index("CB2")], load).all(), "no promise where supplies are joined inside"


def test_where_parallel_running_is_recorded_the_inside_conducts() -> None:
    graph = network(parallel=True)
    topology = Topology.build(graph)
    assert not {"S1", "S3"} & lost(graph, topology, "CB1")
    assert ids(graph, topology.faulted([graph.index("L1")]).tripped) == {"CB1", "SB1"}


def test_apart_each_part_hangs_on_its_supply() -> None:
    graph = network("/")
    topology = Topology.build(graph)
    assert {"S1", "IB1", "LD1"} <= lost(graph, topology, "CB1")
    assert not {"IB2", "LD2"} & lost(graph, topology, "CB1")


@pytest.mark.parametrize("tie", ["", "/"])
def test_positions_assumed_inside_join_and_part_supplies(tie: str) -> None:
    graph = network(tie)
    topology = Topology.build(graph)
    closed = lost(graph, topology, "CB1", assume={"SB3": C})
    assert {"S1", "S3"} <= closed
    assert "LD1" not in closed
    apart = lost(graph, topology, "CB1", assume={"SB3": O})
    assert {"S1", "S3", "LD1"} <= apart
    assert "LD2" not in apart
    # changed over: what was dead is fed by the other, and the dead supply stays dead
    over = topology.opened([graph.index("CB1")], [(graph.index("SB1"), O), (graph.index("SB3"), C)])
    assert "S1" in ids(graph, over.lost)
    assert not over.live(graph.index("S3"))
    assert over.live(graph.index("LD1"))
    # and as positions of a whole model
    model = ReadModel.build(graph).assuming([(graph.index("CB1"), O), (graph.index("SB3"), C)])
    assert not model.topology.energised(graph.index("S1"))
    assert model.topology.energised(graph.index("LD1"))


def test_a_fault_of_the_grid_enters_a_customer_and_does_not_leave_it() -> None:
    graph = draw("G1 - CB1 - L1 - S1>C1 - IB1\nG2 - CB2 - L2 - S2>C1 - IB1\nIB1 - LD1")
    topology = Topology.build(graph)
    for line, trips in (("L1", {"CB1"}), ("L2", {"CB2"})):
        outage = topology.faulted([graph.index(line)])
        assert ids(graph, outage.tripped) == trips
        assert {"IB1", "LD1"} <= ids(graph, outage.zone)
    inside = topology.faulted([graph.index("IB1")])
    assert ids(graph, inside.tripped) == {"CB1", "CB2"}  # nothing inside breaks it: both supplies feed it


def test_a_bay_trips_on_what_the_other_supply_would_feed() -> None:
    graph = network()
    outage = Topology.build(graph).faulted([graph.index("L1")])
    assert ids(graph, outage.tripped) == {"CB1", "SB1"}
    assert not {"IB1", "LD1"} & ids(graph, outage.lost)


def test_a_change_of_what_may_run_parallel_is_seen() -> None:
    graph = network()
    topology = Topology.build(graph)
    point = graph.index("C1.1")
    allowed = network(parallel=True)
    assert "S1" in lost(graph, topology, "CB1")
    assert "S1" not in lost(allowed, topology.advanced(allowed, [point]), "CB1")
    kept = topology.advanced(graph, [graph.index("S1"), graph.index("SB1"), graph.index("S1~SB1"), point])
    assert kept.state.network.arcs is topology.state.network.arcs
