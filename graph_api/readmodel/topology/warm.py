"""Compile every kernel and keep its machine code on disk: `python -m graph_api.readmodel.topology.warm`.

Done when the program is installed (Makefile, Dockerfile), as the compiler takes about 20 s in all, and again by a
server before it says that it is ready, so that no question waits for it. A small grid is asked everything that kernels
answer, with the kinds of arrays that they meet in service.

    G1 - CB1 - L1 - CB3/ - L2 - CB2 - G2      S1 on L1, S2 on L2; CB4? joins the two
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

import numpy as np

from graph_api.readmodel.snapshot import Snapshot
from graph_api.readmodel.topology.events import Assumption
from graph_api.readmodel.topology.jit import KERNELS, use_machine_code
from graph_api.readmodel.topology.short_circuits import ShortCircuits
from graph_api.readmodel.topology.single_faults import all_single_points, common_tops, single_faults
from graph_api.readmodel.topology.topology import Topology
from graph_api.readmodel.topology.worlds import Happening, Worlds
from schema.customer import SupplySource
from schema.entity import Entity
from schema.grid import ACLineSegment, Breaker, ConnectivityNode, EnergySource, Feeder
from schema.relationships import Relationship, RelationshipKind
from schema.vocabulary import SwitchPosition

_ENDS = {
    "G1": "ab", "CB1": "bc", "L1": "cd", "CB3": "de", "CB4": "de", "L2": "ef", "CB2": "fg", "G2": "g",
    "S1": "d", "S2": "e", "L3": "cd",
}  # fmt: skip


def small_grid() -> Snapshot:
    """Two sources, a ring, an open tie and a switch of unknown position."""
    entities: list[Entity] = [ConnectivityNode(id=node) for node in sorted(set("".join(_ENDS.values())))]
    entities += [EnergySource(id="G1"), EnergySource(id="G2"), SupplySource(id="S1"), SupplySource(id="S2")]
    entities += [Breaker(id="CB1"), Breaker(id="CB2"), *(ACLineSegment(id=f"L{number}") for number in (1, 2, 3))]
    entities += [Breaker(id="CB3", position=SwitchPosition.OPEN), Breaker(id="CB4", position=SwitchPosition.UNKNOWN)]
    entities += [Feeder(id="F1"), Feeder(id="F2")]
    links = [
        Relationship(kind=RelationshipKind.CONNECTS, source=thing, target=node, key=str(key))
        for thing, nodes in _ENDS.items()
        for key, node in enumerate(nodes, 1)
    ]
    links += [
        Relationship(kind=RelationshipKind.STARTS_AT, source=f"F{number}", target=f"CB{number}") for number in (1, 2)
    ]
    return Snapshot.of(entities, links)


def ask_everything(graph: Snapshot) -> None:
    """Have every kernel run at least once."""
    topology = Topology.build(graph)
    at = {name: graph.index(name) for name in _ENDS}
    closed: list[Assumption] = [(at["CB3"], SwitchPosition.CLOSED)]
    for outage in (
        topology.opened([at["L1"]]), topology.opened([at["L1"], at["L2"]], closed), topology.faulted([at["L1"]]),
        topology.faulted([at["L3"]], closed, [at["CB1"]]),
    ):  # fmt: skip
        outage.common_single_points([at["S1"], at["S2"]])
        outage.depends_on(at["S1"])
    Worlds(topology.state, Happening([at["L1"]], faulted=True)).on_the_way(())
    topology.cut_out([at["L1"]])
    topology.single_points(at["S1"])
    topology.common_single_points([at["S1"], at["L1"]])
    topology.path_up(at["S1"])
    topology.trace_up(at["S1"])
    topology.trace_down(at["CB1"])
    topology.trace_down(at["CB1"], at["CB2"])
    topology.island(at["S1"])
    topology.open_points([at["L1"]])
    topology.feeders(at["S1"])
    single_faults(topology)
    common_tops(topology, [[at["S1"], at["L1"]]])
    all_single_points(topology, np.array([at["S1"], at["L1"]], np.int32), np.array([0, 2], np.int32))
    circuits = ShortCircuits(topology, [at["L1"]])
    circuits.passing_towards(at["CB1"], graph.index("c"))
    circuits.metres(np.ones(circuits.candidates.size))
    circuits.connected(circuits.candidates)


def cold() -> Iterator[str]:
    """Kernels without machine code, but for those that are part of others' code."""
    within = {name for kernel in KERNELS for name in kernel.function.__code__.co_names}
    names = (kernel.function.__name__ for kernel in KERNELS if not kernel.has_machine_code)
    return (name for name in names if name not in within)


def make_machine_code() -> None:
    """Have machine code of every kernel in this process: read from disk (0.4 s), else made and kept there."""
    use_machine_code()
    ask_everything(small_grid())


def main() -> int:
    """Compile and keep; 1 if a kernel was left out."""
    make_machine_code()
    left = list(cold())
    sys.stderr.write(f"{len(KERNELS) - len(left)} kernels compiled; left out: {', '.join(left) or 'none'}\n")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
