"""Supply risks: what the drawing shows, and what brute force finds on random networks."""

from __future__ import annotations

import random

import pytest

from graph_api.errors import InvalidInput
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.snapshot import Snapshot
from graph_api.services.risk.supply_risks import RiskKind, SupplyRisk, supply_risks
from schema.batch import GraphBatch
from schema.customer import EmergencySource, SupplySource
from schema.entity import Entity
from schema.grid import Corridor, RiskGroup, Tower
from schema.registry import EntityKind
from schema.relationships import Relationship, RelationshipKind
from schema.supply_rules import SupplyDemand
from schema.vocabulary import EmergencySourceType, Importance, TransferMode
from tests.drawing import draw
from tests.readmodel.topology.oracle import Oracle
from tests.services.risk.test_contingencies import peopled

TWO = """
    G1 - B1 - CB1 - L1 - CB5 - S1>C1
    G2 - B2 - CB2 - L2 - CB6 - S2>C1
"""


def shared(thing: Entity, kind: RelationshipKind, *parts: str) -> GraphBatch:
    return GraphBatch(
        entities=[thing], relationships=[Relationship(kind=kind, source=part, target=thing.id) for part in parts]
    )


def told(model: ReadModel, **wanted: object) -> list[tuple[str, list[str]]]:
    risks = supply_risks(model, **wanted)  # type: ignore[arg-type]
    return [(risk.kind.value, [model.graph.id(each) for each in risk.things]) for risk in risks]


def test_two_independent_supplies_have_no_weak_spot() -> None:
    assert told(ReadModel.build(draw(TWO))) == []


@pytest.mark.parametrize(
    ("thing", "kind"),
    [
        (Tower(id="T"), RelationshipKind.CARRIED_BY),
        (Corridor(id="T"), RelationshipKind.ROUTED_IN),
        (RiskGroup(id="T"), RelationshipKind.SHARES_RISK),
    ],
)
def test_a_hidden_common_cause(thing: Entity, kind: RelationshipKind) -> None:
    model = ReadModel.build(draw(TWO, shared(thing, kind, "L1", "L2")))
    assert told(model) == [("COMMON_CAUSE", ["T"])]
    assert told(model, kinds=[RiskKind.SINGLE_POINT]) == []
    assert told(ReadModel.build(draw(TWO, shared(thing, kind, "L1")))) == []


def test_one_station_behind_two_circuits() -> None:
    text = "G1 - CB1 - L1 - B1 - CB3 - S1>C1\nG2 - CB2 - L2 - B2 - CB4 - S2>C1\nB1, B2 @ SUB1"
    assert told(ReadModel.build(draw(text))) == [("COMMON_CAUSE", ["SUB1"])]


def test_single_points_stand_nearest_first_and_a_single_supply_is_not_told_of() -> None:
    model = ReadModel.build(draw("G1 - CB9 - B1 - CB1 - S1>C1\nB1 - CB2 - S2>C1\nB1 - CB3 - S3>C2"))
    assert told(model) == [("SINGLE_POINT", ["B1", "CB9", "G1"])]


def test_a_single_point_far_above_hides_no_common_cause() -> None:
    text = "G1 - CB1 - L1 - CB5 - S1>C1\nG1 - CB2 - L2 - CB6 - S2>C1"
    model = ReadModel.build(draw(text, shared(Corridor(id="T"), RelationshipKind.ROUTED_IN, "L1", "L2")))
    assert told(model)[0] == ("SINGLE_POINT", ["G1"])
    assert ("COMMON_CAUSE", ["T"]) in told(model)


def test_an_open_coupler_is_one_fault_for_both_buses() -> None:
    model = ReadModel.build(draw(TWO + "\nB1 - CB3/ - B2"))
    assert told(model) == [("SHARED_PROTECTION", ["CB3"])]


def test_class_against_supply() -> None:
    text = TWO + "S1 - IB1 - LD1(100kW)"
    genset = EmergencySource(id="E1", kw=110.0, start_seconds=30.0)
    backs = Relationship(kind=RelationshipKind.BACKS, source="E1", target="LD1")
    load = {"security": True, "permitted_interruption_s": 15.0}
    weak = ReadModel.build(
        draw(text, GraphBatch(entities=[genset], relationships=[backs]), LD1=load, C1={"importance": Importance.FIRST})
    )
    risks = supply_risks(weak)
    assert [(risk.demand, risk.found, risk.required) for risk in risks] == [
        (SupplyDemand.STATIONS, 0.0, 2.0),
        (SupplyDemand.EMERGENCY_SHARE, 1.1, 1.2),
        (SupplyDemand.BRIDGED_IN_TIME, 0.0, 1.0),
    ]
    assert all("2018" in risk.source or "GB" in risk.source or "43号" in risk.source for risk in risks)
    ups = EmergencySource(id="E1", kw=120.0, source_type=EmergencySourceType.UPS)
    strong = draw(
        text + "\nCB1 @ SUB1\nCB2 @ SUB2",
        GraphBatch(entities=[ups], relationships=[backs]),
        LD1=load,
        C1={"importance": Importance.FIRST},
    )
    assert supply_risks(ReadModel.build(strong)) == []


def test_a_quick_transfer_bridges() -> None:
    fields = {
        "LD1": {"security": True, "kw": None, "permitted_interruption_s": 15.0},
        "C1": {"importance": Importance.TEMPORARY},
        "C1.1": {"transfer": TransferMode.AUTOMATIC, "transfer_seconds": 2.0},
    }
    assert told(ReadModel.build(draw(TWO + "S1 - IB1 - LD1", **fields))) == []
    fields["C1.1"]["transfer_seconds"] = 20.0
    assert told(ReadModel.build(draw(TWO + "S1 - IB1 - LD1", **fields))) == [("CLASS_MISMATCH", [])]


def test_only_what_is_asked_for() -> None:
    text = "G1 - CB9 - B1 - CB1 - S1>C1\nB1 - CB2 - S2>C1\nB1 - CB3 - S3>C2\nB1 - CB4 - S4>C2"
    model = ReadModel.build(draw(text, C2={"importance": Importance.SPECIAL}))
    asked = supply_risks(model, importance=[Importance.SPECIAL], kinds=[RiskKind.SINGLE_POINT])
    assert [model.graph.id(risk.customer) for risk in asked] == ["C2"]
    assert {model.graph.id(risk.customer) for risk in supply_risks(model, customers=[model.graph.index("C1")])} == {
        "C1"
    }
    assert [model.graph.id(risk.customer) for risk in supply_risks(model)][-1] == "C1"
    with pytest.raises(InvalidInput):
        supply_risks(model, customers=[model.graph.index("CB1")])


def burdened(seed: int) -> tuple[ReadModel, dict[str, list[str]]]:
    """A random peopled network, and risk groups of two or three of its things."""
    graph, chance = peopled(seed), random.Random(seed)
    equipment = [graph.id(index) for index in Oracle(graph).all]
    groups = {f"R{number}": chance.sample(equipment, min(3, len(equipment))) for number in range(3)}
    entities = [graph.entity(index) for index in graph.indexes()] + [RiskGroup(id=group) for group in groups]
    links = [
        Relationship(kind=edge.kind, source=graph.id(index), target=graph.id(edge.other), key=edge.key)
        for index in graph.indexes()
        for edge in graph.edges(index)
        if edge.outgoing
    ]
    links += [
        Relationship(kind=RelationshipKind.SHARES_RISK, source=part, target=group)
        for group, parts in groups.items()
        for part in parts
    ]
    return ReadModel.build(Snapshot.of(entities, links)), groups


@pytest.mark.parametrize("part", range(3))
def test_random_networks(part: int) -> None:
    for seed in range(part * 60, part * 60 + 60):
        model, groups = burdened(seed)
        graph, oracle = model.graph, Oracle(model.graph)
        worlds = list(oracle.worlds())
        before = oracle.reached(oracle.conducting(worlds[0]))

        def kept(faulty: list[int]) -> set[int]:
            return set.intersection(*(oracle.faulted(world, faulty).live for world in worlds))  # noqa: B023

        expected: set[tuple[int, RiskKind, frozenset[int]]] = set()
        for point in graph.of_kind(EntityKind.RECEIVING_POINT):
            live = {
                supply
                for supply in graph.targets(point, RelationshipKind.FED_BY)
                if supply in before and graph.get(SupplySource, supply).in_service
            }
            if len(live) < 2:
                continue
            single = {each for each in oracle.all if not live & oracle.opened(worlds[0], [each]).live}
            if single:
                expected.add((point, RiskKind.SINGLE_POINT, frozenset(single)))
            after = {each: kept([each]) for each in oracle.all}
            alone = {each for each in oracle.all if not live & after[each] and single <= after[each]}
            if alone:
                expected.add((point, RiskKind.SHARED_PROTECTION, frozenset(alone)))
            causes = set()
            for group, names in groups.items():
                parts = [graph.index(name) for name in names]
                if not live & kept(parts) and single <= kept(parts) and not alone.intersection(parts):
                    causes.add(graph.index(group))
            if causes:
                expected.add((point, RiskKind.COMMON_CAUSE, frozenset(causes)))
        found: list[SupplyRisk] = supply_risks(model, kinds=set(RiskKind) - {RiskKind.CLASS_MISMATCH})
        assert {(risk.receiving_point, risk.kind, frozenset(risk.things)) for risk in found} == expected, seed
