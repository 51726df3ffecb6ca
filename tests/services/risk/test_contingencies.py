"""N-1 sweep: every fault's consequence, as each fault by itself has it; worst first."""

from __future__ import annotations

import random

import pytest

from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.snapshot import Snapshot
from graph_api.services.outage.counting import Areas, OtherLoads
from graph_api.services.risk.contingencies import Contingency, customers_lost, screen_contingencies
from graph_api.services.risk.stakes import CLASSES
from schema import customer
from schema.customer import Customer
from schema.registry import EntityKind
from schema.relationships import Relationship, RelationshipKind
from schema.vocabulary import Importance, SupplyState, TransferMode
from tests.drawing import draw
from tests.events import impact_on
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


def by_hand(model: ReadModel, oracle: Oracle, fault: int) -> tuple[dict[Importance, int], int, set[int]]:
    """Customers lost by class, degraded, and public loads that go dark, worked out plainly."""
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
            dark |= live <= lost
            weaker |= bool(live & lost)
        classes[graph.get(Customer, each).importance] += weaker and dark
        degraded += weaker and not dark
    return classes, degraded, lost.intersection(graph.of_kind(EntityKind.ENERGY_CONSUMER))


def says(case: Contingency) -> tuple[object, ...]:
    """All numbers of a contingency."""
    return case.trips, case.lost_count, case.degraded_count, case.areas, case.other_loads, round(case.lost_kw, 3)


def impact_says(model: ReadModel, fault: int) -> tuple[object, ...]:
    """The same of an impact."""
    impact = impact_on(model, [fault])
    summary = impact.summary
    lost = {each.state: each.count for each in summary.customers}[SupplyState.LOST]
    total = summary.total_count
    return impact.operated_by, lost, total - lost, summary.areas, summary.other_loads, round(summary.lost_kw, 3)


@pytest.mark.parametrize("part", range(4))
def test_a_sweep_is_every_fault_by_itself(part: int) -> None:
    for seed in range(part * 60, part * 60 + 60):
        model = ReadModel.build(peopled(seed))
        oracle = Oracle(model.graph)
        sweep = screen_contingencies(model)
        found = {each: case for case in sweep.contingencies for each in case.equipment}
        for fault in oracle.all:
            classes, degraded, dark = by_hand(model, oracle, fault)
            if model.topology.state.unknown.size:  # every world by itself: tests/judged
                assert fault not in found or says(found[fault]) == impact_says(model, fault), seed
            elif fault in found:
                loss = found[fault].loss
                assert dict(zip(CLASSES, loss.lost, strict=True)) == classes, seed
                assert loss.degraded == degraded
                assert loss.areas.count + loss.other_loads.count == len(dark)
                assert len(customers_lost(model, found[fault])) == sum(classes.values())
                assert says(found[fault]) == impact_says(model, fault)
            else:
                assert (sum(classes.values()), degraded, dark) == (0, 0, set())
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


AREAS = """
G1 - B1 - CB1 - L1 - n1 - FU1 - T1 - EC1(40kW)
n1 - FU2 - T2 - EC2(60kW)
n1 - EC3(9kW)
B1 - CB2 - L2 - S1>C1 - SB1 - IB1 - SB2 - LD1(50kW)
B1 - CB3 - L3 - S2>C1:standby - SB3/ - IB1
"""


def test_everybody_who_is_dark_counts() -> None:
    graph = draw(
        AREAS,
        EC1={"customer_count": 30},
        EC2={"customer_count": 20, "kw": None},
        **{"C1.1": {"transfer": TransferMode.AUTOMATIC}},
    )
    model = ReadModel.build(graph)
    found = {graph.id(each): case for case in screen_contingencies(model).contingencies for each in case.equipment}
    assert (found["L1"].areas, found["L1"].other_loads) == (Areas(2, 50, 40.0), OtherLoads(1, 9.0))
    assert (found["L1"].lost_count, found["L1"].lost_kw) == (0, 49.0)
    assert found["T1"].areas == Areas(1, 30, 40.0)
    # the customer changes over by itself: it loses a supply and no load
    assert (found["L2"].degraded_count, found["L2"].lost_kw) == (1, 0.0)
    # a fault on its bus leaves it both supplies and none of its load
    assert (found["IB1"].degraded_count, found["IB1"].lost_kw) == (1, 50.0)
    assert all(says(case) == impact_says(model, graph.index(name)) for name, case in found.items())


def test_faults_of_one_outcome_are_one_contingency() -> None:
    graph = draw(AREAS)
    sweep = screen_contingencies(ReadModel.build(graph))
    together = [{graph.id(each) for each in case.equipment} for case in sweep.contingencies]
    assert {
        "L1",
        "EC3",
        "FU1",
        "FU2",
    } in together  # a fuse does not break its own fault: all trip CB1 and darken the same


def test_nothing_at_stake_is_told_as_a_number() -> None:
    sweep = screen_contingencies(ReadModel.build(draw("G1 - CB1 - L1")))
    assert (sweep.contingencies, sweep.swept, sweep.harmless) == ((), 3, 3)
