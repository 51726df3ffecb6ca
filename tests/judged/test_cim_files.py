"""Real CIM models: every fault of a line, feeder or busbar has a plan, and states are those of plain networkx."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from itertools import pairwise

import networkx as nx
import pytest

from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.snapshot import Snapshot
from graph_api.services.outage.event import Event
from graph_api.services.restoration.planning import best_plan
from loaders.cim import CimSource
from loaders.source import Reading
from schema.grid import ConductingEquipment, EnergySource, Switch
from schema.registry import EntityKind
from schema.relationships import RelationshipKind
from schema.vocabulary import SwitchPosition
from tests.shared_data import shared_data

AT = datetime(2026, 5, 1, 12, tzinfo=UTC)
FAULTS = (EntityKind.AC_LINE_SEGMENT, EntityKind.FEEDER, EntityKind.BUSBAR_SECTION)


def model_of(name: str) -> ReadModel:
    batches = list(CimSource([shared_data("cim") / name]).batches(Reading()))
    entities = [entity for batch in batches for entity in batch.entities]
    return ReadModel.build(Snapshot.of(entities, [link for batch in batches for link in batch.relationships]))


def live(graph: Snapshot, positions: dict[int, SwitchPosition], gone: Collection[int] = ()) -> set[int]:
    """Nodes with voltage by plain reachability."""
    plain, sources = nx.Graph(), set[int]()
    plain.add_nodes_from(graph.of_kind(EntityKind.CONNECTIVITY_NODE))
    for index, nodes in _equipment(graph, positions, gone):
        if isinstance(graph.entity(index), EnergySource):
            sources.update(nodes)
        plain.add_edges_from(pairwise(nodes))
    plain.remove_nodes_from(set(gone).intersection(plain))
    return {node for source in sources & set(plain) for node in nx.node_connected_component(plain, source)}


def _equipment(
    graph: Snapshot, positions: dict[int, SwitchPosition], gone: Collection[int]
) -> Iterator[tuple[int, list[int]]]:
    for index in range(graph.size):
        entity = graph.entity(index)
        if not isinstance(entity, ConductingEquipment) or not entity.in_service or index in gone:
            continue
        if isinstance(entity, Switch) and positions.get(index, entity.current_position) is not SwitchPosition.CLOSED:
            continue
        yield index, list(graph.targets(index, RelationshipKind.CONNECTS))


@pytest.mark.parametrize("name", ["IEEE13.xml", "IEEE123.xml", "maple10nodebreaker.xml", "test240b_open_iowa.xml"])
def test_every_fault_has_a_plan_and_states_are_those_of_networkx(name: str) -> None:
    model = model_of(name)
    graph, nodes = model.graph, model.graph.of_kind(EntityKind.CONNECTIVITY_NODE)
    assert {node for node in nodes if model.topology.energised(node)} == live(graph, {})
    faults = [index for kind in FAULTS for index in graph.of_kind(kind)]
    assert faults
    for index in faults:
        plan = best_plan(model, Event(things=(index,), at=AT))
        assert plan.steps or plan.feed_ends_at or plan.dead_before, graph.id(index)
        after = model.topology.opened(plan.cut_out, plan.positions)
        expected = live(graph, dict(plan.positions), frozenset(plan.cut_out))
        assert {node for node in nodes if after.live(node)} == expected, graph.id(index)
