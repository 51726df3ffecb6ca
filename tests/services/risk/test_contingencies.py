"""N-1 sweep: every fault's consequence, as each fault by itself has it; worst first."""

from __future__ import annotations

import random

import pytest

from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.snapshot import Snapshot
from graph_api.services.risk.contingencies import customers_lost, screen_contingencies
from graph_api.services.risk.stakes import CLASSES
from schema import customer
from schema.customer import Customer
from schema.registry import EntityKind
from schema.relationships import Relationship, RelationshipKind
from schema.vocabulary import Importance
from tests.drawing import draw
from tests.readmodel.topology.oracle import Oracle, random_network


def peopled(seed: int) -> Snapshot:
    """A random network whose supplies are given to random customers, some of them with several points."""
    grid = random_network(seed, unknown=seed % 3)
    chance = random.Random(seed)
    entities = [grid.entity(index) for index in grid.indexes()]
    links = [
        Relationship(kind=edge.kind, source=grid.id(index), target=grid.id(edge.other), key=edge.key)
        for index in grid.indexes()
        for edge in grid.edges(index)
        if edge.outgoing
    ]
    for number in range(4):
        entities.append(Customer(id=f"C{number}", importance=chance.choice(CLASSES)))
        for point in (f"C{number}.{at}" for at in range(chance.randint(1, 2))):
            entities.append(customer.ReceivingPoint(id=point, load_kw=chance.choice([None, 50.0, 70.0])))
            links.append(Relationship(kind=RelationshipKind.HAS_RECEIVING_POINT, source=f"C{number}", target=point))
    points = [entity.id for entity in entities if isinstance(entity, customer.ReceivingPoint)]
    links.extend(
        Relationship(kind=RelationshipKind.FED_BY, source=chance.choice(points), target=grid.id(supply))
        for supply in grid.of_kind(EntityKind.SUPPLY_SOURCE)
    )
    return Snapshot.of(entities, links)


def by_hand(model: ReadModel, oracle: Oracle, fault: int) -> tuple[dict[Importance, int], int, float]:
    """Customers lost by class, degraded, and kW, worked out plainly."""
    graph = model.graph
    before = oracle.reached(oracle.conducting(next(oracle.worlds())))
    lost = before - set.intersection(*(oracle.faulted(world, [fault]).live for world in oracle.worlds()))
    classes, degraded = dict.fromkeys(Importance, 0), 0
    for each in graph.of_kind(EntityKind.CUSTOMER):
        dark = weaker = False
        for point in graph.targets(each, RelationshipKind.HAS_RECEIVING_POINT):
            live = {
                supply
                for supply in graph.targets(point, RelationshipKind.FED_BY)
                if graph.get(customer.SupplySource, supply).in_service and supply in before
            }
            dark |= bool(live) and live <= lost
            weaker |= bool(live & lost)
        classes[graph.get(Customer, each).importance] += dark
        degraded += weaker and not dark
    return classes, degraded, float(sum(model.customers.accounts.power[index] for index in lost))


@pytest.mark.parametrize("part", range(4))
def test_a_sweep_is_every_fault_by_itself(part: int) -> None:
    for seed in range(part * 60, part * 60 + 60):
        model = ReadModel.build(peopled(seed))
        oracle = Oracle(model.graph)
        sweep = screen_contingencies(model)
        found = {each: case for case in sweep.contingencies for each in case.equipment}
        for fault in oracle.all:
            classes, degraded, kw = by_hand(model, oracle, fault)
            if fault in found:
                loss = found[fault].loss
                assert dict(zip(CLASSES, loss.lost, strict=True)) == classes, seed
                assert loss.degraded == degraded
                assert loss.kw == pytest.approx(kw)
                assert len(customers_lost(model, found[fault])) == sum(classes.values())
            else:
                assert (sum(classes.values()), degraded, kw) == (0, 0, 0.0)
        assert sweep.swept - sweep.harmless == len(found)


def test_the_worst_stands_first_and_kinds_narrow() -> None:
    graph = draw(
        "G1 - B1 - CB1 - L1 - S1>C1\nB1 - CB2 - L2 - S2>C2\nG2 - B2 - CB3 - L3 - S3>C2",
        C1={"importance": Importance.FIRST},
        C2={"importance": Importance.SPECIAL},
    )
    model = ReadModel.build(graph)
    sweep = screen_contingencies(model)
    assert sweep.contingencies[0].loss.lost == (0, 1, 0, 0, 0)
    assert sweep.contingencies[0].loss.degraded == 1
    lines = screen_contingencies(model, [EntityKind.AC_LINE_SEGMENT])
    assert [[graph.id(each) for each in case.equipment] for case in lines.contingencies] == [["L1"], ["L2"], ["L3"]]
    assert [graph.id(each) for each in lines.contingencies[0].trips] == ["CB1"]
    assert (lines.swept, lines.harmless) == (3, 0)
    assert lines.contingencies[0].loss.lost == (0, 1, 0, 0, 0)
    assert lines.contingencies[1].loss.degraded == 1
    assert [graph.id(each) for each in customers_lost(model, lines.contingencies[0])] == ["C1"]


def test_nothing_at_stake_is_told_as_a_number() -> None:
    sweep = screen_contingencies(ReadModel.build(draw("G1 - CB1 - L1")))
    assert (sweep.contingencies, sweep.swept, sweep.harmless) == ((), 3, 3)
