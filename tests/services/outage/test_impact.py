"""Who is hit, in which order, and what it adds up to."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest

from graph_api.errors import InvalidInput
from graph_api.readmodel.model import ReadModel
from graph_api.services.outage.impact import AffectedFilter, Cause, Impact
from graph_api.services.outage.present import present_state
from graph_api.services.outage.supply_state import GridState, customer_state
from schema.batch import GraphBatch
from schema.grid import Corridor, RiskGroup, Tower
from schema.people import Person
from schema.plan import EmergencyPlan, PlanVersion, Procedure
from schema.registry import EntityKind
from schema.relationships import Relationship, RelationshipKind
from schema.vocabulary import Importance, LoadsFed, SupplyState, SwitchPosition, TransferMode
from tests.drawing import draw, ids
from tests.events import impact_on

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)

CITY = """
F1 = CB1
F2 = CB2
F1, F2 @ SUB1
B1 @ SUB1
G1 - B1 - CB1 - L1 - n1 - L2 - LS2 - n2
B1 - CB2 - L5 - n5
n1 - FU1 - T1 - S1>C1        # a school
n2 - L3 - S2>C2 - SB1 - IB1 - SB2 - LD1(80kW)      # a hospital
n5 - L6 - S3>C2:standby - SB3/ - IB1
n2 - S4>C3                   # a works with one supply
n5 - S5>C4                   # not concerned
n2 - LS9/ - n5
n1 - L7 - B7
DST1 @ F1
B7 @ DST1
F1 @ SUB1
"""
FIELDS = {
    "C1": {"name": "学校", "importance": Importance.SECOND},
    "C2": {"name": "医院", "importance": Importance.SPECIAL},
    "C3": {"name": "工厂"},
    "C1.1": {"load_kw": 200},
    "C2.1": {"transfer": TransferMode.AUTOMATIC, "transfer_seconds": 3},
    "LD1": {"permitted_interruption_s": 1},
}


def links(*those: tuple[RelationshipKind, str, str]) -> list[Relationship]:
    return [Relationship(kind=kind, source=source, target=target) for kind, source, target in those]


RISKS = GraphBatch(
    entities=[Tower(id="TW1"), Corridor(id="CO1"), RiskGroup(id="RG1"), RiskGroup(id="RG2"), Person(id="P1")],
    relationships=links(
        (RelationshipKind.CARRIED_BY, "L1", "TW1"),
        (RelationshipKind.CARRIED_BY, "L5", "TW1"),
        (RelationshipKind.ROUTED_IN, "L3", "CO1"),
        (RelationshipKind.SHARES_RISK, "TW1", "RG1"),
        (RelationshipKind.SHARES_RISK, "F2", "RG1"),
    ),
)


def ask(*names: str, cause: Cause = Cause.FAULTED, **options: object) -> Impact:
    graph = draw(CITY, RISKS, **FIELDS)
    return impact_on(ReadModel.build(graph), [graph.index(name) for name in names], AT, cause=cause, **options)  # type: ignore[arg-type]


def order(impact: Impact, chosen: AffectedFilter | None = None) -> list[str]:
    return [impact.model.graph.id(index) for _, index in impact.customers(chosen)]


def test_a_deadline_within_the_hour_comes_first_then_the_class_counts() -> None:
    impact = ask("L1")  # C2 has changed over, but its load bears 1 s and the transfer took 3
    assert order(impact) == ["C2", "C1", "C3"]
    assert ids(impact.model.graph, impact.operated_by) == {"CB1"}
    states = [impact.affected(index).state for _, index in impact.customers()]
    assert states == [SupplyState.DEGRADED, SupplyState.LOST, SupplyState.LOST]


def test_opening_takes_only_what_hangs_on_it() -> None:
    assert order(ask("LS2", cause=Cause.OPENED)) == ["C2", "C3"]
    assert order(ask("FU1", cause=Cause.OPENED)) == ["C1"]


def test_a_fuse_ends_the_zone() -> None:
    impact = ask("T1")
    assert order(impact) == ["C1"]
    assert ids(impact.model.graph, impact.operated_by) == {"FU1"}
    assert ids(impact.model.graph, impact.outage.single_phase) == {"FU1"}


def test_a_stuck_device_makes_the_zone_larger() -> None:
    graph = draw(CITY, RISKS, **FIELDS)
    impact = ask("T1", stuck=[graph.index("FU1")])
    assert order(impact) == ["C2", "C1", "C3"]


def test_summary_is_exact() -> None:
    summary = ask("L1").summary
    assert summary.total_count == 3
    states = {each.state: each.count for each in summary.customers}
    assert states == {SupplyState.NORMAL: 0, SupplyState.DEGRADED: 1, SupplyState.LOST: 2}
    fed = {each.loads_fed: each.count for each in summary.by_loads_fed}
    assert fed == {LoadsFed.ALL: 1, LoadsFed.SOME: 0, LoadsFed.NONE: 2}
    assert {each.importance: each.count for each in summary.by_importance}[Importance.SPECIAL] == 1
    assert (summary.lost_kw, summary.kw_unknown) == (200.0, 1)
    assert len(summary.feeders) == 1
    assert summary.transformers == 1
    assert summary.stations == ()  # the busbar on the feeder is not the substation's own
    assert summary.most_urgent is not None
    assert summary.most_urgent.seconds_from_loss == 1  # the transfer takes 3 s, the load bears 1


def test_a_dead_busbar_names_its_station_and_all_its_feeders() -> None:
    impact = ask("B1")
    assert ids(impact.model.graph, impact.summary.stations) == {"SUB1"}
    assert ids(impact.model.graph, impact.summary.feeders) == {"F1", "F2"}
    assert order(impact) == ["C2", "C1", "C4", "C3"]


@pytest.mark.parametrize(
    ("thing", "customers"),
    [
        ("F2", ["C2", "C4"]),  # its head trips; the busbar behind it stays live
        ("TW1", ["C2", "C1", "C4", "C3"]),
        ("RG1", ["C2", "C1", "C4", "C3"]),
        ("CO1", ["C2", "C1", "C3"]),
        ("SUB1", ["C2", "C1", "C4", "C3"]),
        ("C3", ["C2", "C1", "C3"]),
        ("C3.1", ["C2", "C1", "C3"]),
    ],
)
def test_what_is_no_equipment_stands_for_its_equipment(thing: str, customers: list[str]) -> None:
    assert order(ask(thing)) == customers


RING = """
F1 = CB1
F2 = CB2
G1 - B1 - CB1 - n1 - L1 - n2 - LS1 - n3 - L2 - n4 - CB2 - B1
L1 @ F1
L2 @ F2
n2 - S1>C1
n3 - S2>C2
n1 - CB3 - L3 - S3>C3
"""


@pytest.mark.parametrize("faulty", ["F1", "F2", "L1", "L2"])
def test_in_a_closed_ring_a_fault_behind_one_head_trips_both(faulty: str) -> None:
    graph = draw(RING)
    impact = impact_on(ReadModel.build(graph), [graph.index(faulty)], AT)
    assert ids(graph, impact.operated_by) == {"CB1", "CB2"}
    assert set(order(impact)) == {"C1", "C2", "C3"}


def test_a_feeder_taken_out_of_service_is_its_head_alone() -> None:
    graph = draw(RING)
    assert order(impact_on(ReadModel.build(graph), [graph.index("F1")], AT, cause=Cause.OPENED)) == []


@pytest.mark.parametrize(
    ("drawn", "trips"),
    [
        ("F1 = CB1\nG1 - n0 - CB1 - n1 - L1 - S1>C1", {"CB1"}),  # neither plant nor busbar is recorded
        ("F1 = CB1\nG1 - n1 - L1 - n2 - CB1 - B1 - S1>C1", {"CB1"}),  # the busbar is behind the head
        ("F1 = CB1\nG1 - n0 - CB1/ - n1 - L1 - S1>C1", set()),  # open: nothing feeds a fault behind it
        ("F1 = L1\nG1 - CB1 - L1 - n1 - S1>C1", {"CB1"}),  # no switch at its head: the head is faulty
        ("F1 = CB1\nG1 - CB1", set()),  # nothing hangs on it
    ],
)
def test_where_the_fault_of_a_feeder_is(drawn: str, trips: set[str]) -> None:
    graph = draw(drawn)
    impact = impact_on(ReadModel.build(graph), [graph.index("F1")], AT)
    assert ids(graph, impact.operated_by) == trips


INSIDE = """
G1 - B1 - CB1 - L1 - S1>C1 - SB1 - IB1
G2 - B2 - CB2 - L2 - S2>C1 - SB2 - IB2
IB1 - SB3 - LD1(50kW)
IB2 - SB4 - LD2(50kW)
G2 - L4 - S4>C2 - SB5 - IB5 - SB6 - LD5(9kW)
IB5 - SB7 - LD7(9kW)
"""


@pytest.mark.parametrize(
    ("faulty", "customer", "state", "fed", "procedure"),
    [
        ("LD1", "C1", SupplyState.NORMAL, LoadsFed.SOME, SupplyState.DEGRADED),
        ("IB2", "C1", SupplyState.NORMAL, LoadsFed.SOME, SupplyState.DEGRADED),
        ("IB5", "C2", SupplyState.NORMAL, LoadsFed.NONE, SupplyState.LOST),
        ("LD5", "C2", SupplyState.NORMAL, LoadsFed.SOME, SupplyState.LOST),  # one supply: no procedure for a part
    ],
)
def test_a_fault_inside_picks_the_procedure_by_what_is_unfed(
    faulty: str, customer: str, state: SupplyState, fed: LoadsFed, procedure: SupplyState
) -> None:
    graph = draw(INSIDE, plans({"C1": ("NORMAL", "DEGRADED", "LOST"), "C2": ("NORMAL", "LOST")}))
    impact = impact_on(ReadModel.build(graph), [graph.index(faulty)], AT)
    each = impact.affected(graph.index(customer))
    assert (each.state, each.loads_fed, each.fault_inside) == (state, fed, True)
    assert each.procedure is not None
    assert graph.get(Procedure, each.procedure).state is procedure


def test_a_fault_of_the_grid_picks_it_by_the_supplies() -> None:
    graph = draw(INSIDE, plans({"C1": ("DEGRADED",)}))
    impact = impact_on(ReadModel.build(graph), [graph.index("L1")], AT)
    each = impact.affected(graph.index("C1"))
    assert (each.state, each.loads_fed, each.fault_inside) == (SupplyState.DEGRADED, LoadsFed.SOME, False)
    assert each.procedure is not None
    supply = impact_on(ReadModel.build(graph), [graph.index("S1")], AT).affected(graph.index("C1"))
    assert not supply.fault_inside  # a supply is the boundary, not inside


def plans(of: dict[str, tuple[str, ...]]) -> GraphBatch:
    """An approved plan for each customer, with a procedure for each of these states."""
    made = GraphBatch()
    for customer, states in of.items():
        plan, version = f"{customer}:P", f"{customer}:V"
        made.entities += [EmergencyPlan(id=plan), PlanVersion(id=version, version=1, approved_on=AT.date())]
        made.entities += [Procedure(id=f"{customer}:{state}", state=SupplyState(state)) for state in states]
        made.relationships += links(
            (RelationshipKind.PLAN_FOR, plan, customer),
            (RelationshipKind.HAS_VERSION, plan, version),
            *((RelationshipKind.HAS_PROCEDURE, version, f"{customer}:{state}") for state in states),
        )
    return made


@pytest.mark.parametrize(
    ("chosen", "customers"),
    [
        (AffectedFilter(states=[SupplyState.DEGRADED]), ["C2"]),
        (AffectedFilter(importance=[Importance.SECOND, Importance.ORDINARY]), ["C1", "C3"]),
        (AffectedFilter(loads_fed=[LoadsFed.ALL]), ["C2"]),
        (AffectedFilter(), ["C2", "C1", "C3"]),
    ],
)
def test_filters(chosen: AffectedFilter, customers: list[str]) -> None:
    assert order(ask("L1"), chosen) == customers


def test_equipment_without_supply() -> None:
    impact = ask("FU1", cause=Cause.OPENED)
    assert ids(impact.model.graph, impact.equipment_lost()) == {"FU1", "T1", "S1"}
    assert ids(impact.model.graph, impact.equipment_lost([EntityKind.POWER_TRANSFORMER])) == {"T1"}


def test_an_assumed_tie_keeps_the_far_end_fed() -> None:
    graph = draw(CITY, RISKS, **FIELDS)
    assume = [(graph.index("LS9"), SwitchPosition.CLOSED)]
    assert order(ask("LS2", cause=Cause.OPENED, assume=assume)) == []


def test_one_supply_left_is_the_single_point_itself() -> None:
    impact = ask("L1")
    graph = impact.model.graph
    point = impact.affected(graph.index("C2")).single_point
    assert point is not None
    assert graph.id(point) == "S3"
    assert impact.affected(graph.index("C1")).single_point is None  # nothing is left at all


def test_one_supply_left_that_two_ways_feed_is_a_single_point_none_the_less() -> None:
    graph = draw("""
        G1 - CB1 - L1 - n3
        G2 - CB2 - L2 - n3
        n3 - S1>C1
        G3 - CB3 - L3 - S2>C1
    """)
    hit = impact_on(ReadModel.build(graph), [graph.index("L3")], AT).affected(graph.index("C1"))
    assert hit.not_redundant
    assert hit.single_point == graph.index("S1")


@pytest.mark.parametrize(
    ("faulted", "before", "after", "gone"),
    [
        ("L2", SupplyState.NORMAL, SupplyState.LOST, ["S2"]),  # the other two do not count: one of two is no loss
        ("L4", SupplyState.NORMAL, SupplyState.NORMAL, []),
    ],
)
def test_a_supply_out_of_service_counts_as_none(
    faulted: str, before: SupplyState, after: SupplyState, gone: list[str]
) -> None:
    graph = draw(
        """
        G1 - B1 - CB1 - L1 - S1>C1
        B1 - CB2 - L2 - S2>C1
        B1 - CB3 - L3 - S3>C1
        B1 - CB4 - L4 - S4>C2
        """,
        S1={"in_service": False},
        S3={"in_service": False},
    )
    model = ReadModel.build(graph)
    assert present_state(model, graph.index("C1")).state is before
    impact = impact_on(model, [graph.index(faulted)], AT)
    hit = impact.affected(graph.index("C1"))
    assert hit.state is after
    (point,) = hit.receiving_points
    assert ids(graph, point.lost_sources) == set(gone)
    assert (graph.index("C1") in [at for _, at in impact.customers()]) is bool(gone)


def test_two_supplies_left_have_their_common_bus_for_single_point() -> None:
    graph = draw("""
        G1 - B1 - CB1 - L1 - S1>C1
        B1 - CB2 - L2 - S2>C1
        G2 - B2 - CB3 - L3 - S3>C1
    """)
    impact = impact_on(ReadModel.build(graph), [graph.index("L3")], AT)
    point = impact.affected(graph.index("C1")).single_point
    assert point is not None
    assert graph.id(point) == "B1"


@pytest.mark.parametrize(
    ("names", "options", "says"),
    [
        ((), {}, "between 1 and 100"),
        (("L1",), {"cause": Cause.OPENED, "stuck": [0]}, "stuck"),
        (("P1",), {}, "nothing that can fail"),
        (("RG2",), {}, "No equipment"),
        (("L1",), {"assume": [(0, SwitchPosition.OPEN)]}, "switches only"),
    ],
)
def test_what_cannot_be_asked_is_said(names: tuple[str, ...], options: dict[str, object], says: str) -> None:
    with pytest.raises(InvalidInput, match=says):
        ask(*names, **options)


def random_city(chance: random.Random) -> str:
    """Two sources, a random mesh of lines and switches, and customers with up to three supplies."""
    nodes = chance.randint(4, 8)
    lines = ["G1 - n0", f"G2 - n{nodes - 1}", "F1 = CB0", "n0 - CB0 - n1"]
    for number in range(nodes + 3):
        one, other = chance.sample(range(nodes), 2)
        letters = chance.choice(["L", "LS", "CB9", "FU", "DS"])
        stands = "" if letters == "L" else chance.choice(["", "", "", "/", "?"])
        lines.append(f"n{one} - {letters}{number + 1}{stands} - n{other}")
    supply = 0
    for number in range(chance.randint(2, 5)):
        inside = chance.random() < 0.5
        for turn in range(chance.randint(1, 3)):
            supply += 1
            role = chance.choice(["", ":standby", ":security"])
            behind = f" - SB{supply}{chance.choice(['', '/'])} - IB{number}" if inside else ""
            lines.append(f"n{chance.randrange(nodes)} - S{supply}>C{number}{'.2' if turn == 2 else ''}{role}{behind}")
        if inside:
            lines.append(f"IB{number} - LD{number}({chance.randint(1, 9)}0kW)")
    return "\n".join(lines)


@pytest.mark.parametrize("seed", range(150))
def test_the_quick_way_says_what_asking_every_customer_says(seed: int) -> None:
    chance = random.Random(seed)
    graph = draw(random_city(chance).replace("?", "/"))  # unknown positions: tests/judged
    model = ReadModel.build(graph)
    equipment = [at for at in graph.indexes() if graph.kind(at) in (EntityKind.AC_LINE_SEGMENT, EntityKind.BREAKER)]
    chosen = chance.sample(equipment, min(len(equipment), chance.randint(1, 2)))
    for cause in (Cause.OPENED, Cause.FAULTED):
        impact = impact_on(model, chosen, AT, cause=cause)
        grid_state = GridState(impact.outage.live, {*impact.outage.zone.tolist(), *impact.outage.tripped.tolist()})
        hit, states = set(), []
        for customer in graph.of_kind(EntityKind.CUSTOMER):
            before, after = present_state(model, customer), customer_state(model, customer, grid_state)
            if [(p.live, p.fed, p.loads_fed) for p in before.points] != [
                (p.live, p.fed, p.loads_fed) for p in after.points
            ]:
                hit.add(customer)
                states.append(after.state)
        listed = impact.customers()
        assert {index for _, index in listed} == hit
        assert listed == sorted(listed)
        assert sorted(impact.affected(index).state for _, index in listed) == sorted(states)
        assert sum(each.count for each in impact.summary.customers) == impact.summary.total_count == len(hit)
