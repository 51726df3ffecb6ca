"""What is fed behind a receiving point, and until when it can do without."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from graph_api.readmodel.model import ReadModel
from graph_api.services.outage.impact import AffectedCustomer, Cause
from graph_api.services.outage.present import present_state
from schema.batch import GraphBatch
from schema.customer import EmergencySource
from schema.relationships import Relationship, RelationshipKind
from schema.vocabulary import EmergencySourceType, LoadGrade, LoadsFed, SupplyState, TransferMode
from tests.drawing import draw
from tests.events import impact_on

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)

TWO_SECTIONS = """
G1 - B1 - CB1 - L1 - S1>C1 - SB1 - IB1 - SB11 - LD1(80kW)
G2 - B2 - CB2 - L2 - S2>C1 - SB2 - IB2 - SB12 - LD2(50kW)
IB1 - SB3/ - IB2
"""
STANDBY = """
G1 - B1 - CB1 - L1 - S1>C1 - SB1 - IB1 - SB11 - LD1(80kW)
G2 - B2 - CB2 - L2 - S2>C1:standby - SB2/ - IB1 - SB12 - LD2(50kW)
"""
LEDGER = """
G1 - B1 - CB1 - L1 - S1>C1
G2 - B2 - CB2 - L2 - S2>C1{role}
"""
SINGLE = "G1 - B1 - CB1 - L1 - S1>C1 - SB1 - IB1 - SB11 - LD1(80kW)"


def backed_by(*sources: tuple[str, dict[str, Any]], what: str = "LD1") -> GraphBatch:
    entities = [EmergencySource(id=name, name=name, **fields) for name, fields in sources]
    links = [Relationship(kind=RelationshipKind.BACKS, source=name, target=what) for name, _ in sources]
    return GraphBatch(entities=entities, relationships=links)


def hit(text: str, *equipment: str, more: GraphBatch | None = None, **fields: Mapping[str, Any]) -> AffectedCustomer:
    """What opening equipment does to customer C1."""
    graph = draw(text, *([more] if more else []), **fields)
    model = ReadModel.build(graph)
    impact = impact_on(model, [graph.index(name) for name in equipment], AT, cause=Cause.OPENED)
    return impact.affected(graph.index("C1"))


def named(text: str, indexes: Any, **fields: Mapping[str, Any]) -> set[str]:
    graph = draw(text, **fields)
    return {graph.id(index) for index in indexes}


def point(**fields: Any) -> dict[str, Any]:
    return {"C1.1": fields}


@pytest.mark.parametrize(
    ("mode", "opened", "state", "fed"),
    [
        (TransferMode.AUTOMATIC, "L1", SupplyState.DEGRADED, LoadsFed.ALL),
        (TransferMode.MANUAL, "L1", SupplyState.DEGRADED, LoadsFed.SOME),
        (TransferMode.NONE, "L1", SupplyState.DEGRADED, LoadsFed.SOME),
        (TransferMode.AUTOMATIC, "IB1", SupplyState.NORMAL, LoadsFed.SOME),
    ],
)
def test_two_mains_on_two_sections(mode: TransferMode, opened: str, state: SupplyState, fed: LoadsFed) -> None:
    each = hit(TWO_SECTIONS, opened, **point(transfer=mode, transfer_seconds=3))
    assert (each.before, each.change.before.loads_fed) == (SupplyState.NORMAL, LoadsFed.ALL)
    assert (each.state, each.loads_fed) == (state, fed)


def test_a_manual_transfer_is_awaited_with_its_switch() -> None:
    transfer = hit(TWO_SECTIONS, "L1", **point(transfer=TransferMode.MANUAL)).awaiting_transfer
    assert transfer is not None
    assert named(TWO_SECTIONS, transfer.switches) == {"SB3"}
    assert named(TWO_SECTIONS, transfer.supplies) == {"S2"}
    assert named(TWO_SECTIONS, transfer.feeds) == {"LD1"}
    assert transfer.seconds is None


def test_a_change_over_opens_the_one_then_closes_the_other() -> None:
    transfer = hit(TWO_SECTIONS, "L1", **point(transfer=TransferMode.MANUAL)).awaiting_transfer
    assert transfer is not None
    assert (named(TWO_SECTIONS, transfer.opens), named(TWO_SECTIONS, transfer.switches)) == ({"SB1"}, {"SB3"})


def test_what_is_faulty_is_parted_before_anything_is_closed() -> None:
    graph = draw(TWO_SECTIONS, **point(transfer=TransferMode.MANUAL))
    impact = impact_on(ReadModel.build(graph), [graph.index("L1")], AT, cause=Cause.FAULTED)
    transfer = impact.affected(graph.index("C1")).awaiting_transfer
    assert transfer is not None
    assert named(TWO_SECTIONS, transfer.opens) == {"SB1"}  # the fault reaches up to it


def test_where_nothing_parts_the_dead_supply_no_change_over_is_offered() -> None:
    text = TWO_SECTIONS.replace("S1>C1 - SB1 - IB1", "S1>C1 - IB1")
    assert text != TWO_SECTIONS
    each = hit(text, "L1", **point(transfer=TransferMode.MANUAL))
    assert (each.awaiting_transfer, each.loads_fed) == (None, LoadsFed.SOME)
    by_itself = hit(text, "L1", **point(transfer=TransferMode.AUTOMATIC))
    assert by_itself.loads_fed is LoadsFed.SOME


def test_no_transfer_is_awaited_onto_a_bus_that_is_out() -> None:
    each = hit(TWO_SECTIONS, "IB1", **point(transfer=TransferMode.MANUAL))
    assert each.awaiting_transfer is None
    assert each.change.after.unfed_kw == 80


@pytest.mark.parametrize(
    ("mode", "fed"), [(TransferMode.AUTOMATIC, LoadsFed.ALL), (TransferMode.MANUAL, LoadsFed.NONE)]
)
def test_a_standby_feeds_after_its_transfer_only(mode: TransferMode, fed: LoadsFed) -> None:
    each = hit(STANDBY, "CB1", **point(transfer=mode))
    assert (each.state, each.loads_fed) == (SupplyState.DEGRADED, fed)
    assert (each.awaiting_transfer is not None) == (mode is TransferMode.MANUAL)


def test_losing_the_standby_unfeeds_nothing() -> None:
    each = hit(STANDBY, "CB2", **point(transfer=TransferMode.AUTOMATIC))
    assert (each.state, each.loads_fed) == (SupplyState.DEGRADED, LoadsFed.ALL)


def test_loads_are_shed_by_grade_where_the_standby_is_too_small() -> None:
    fields = {
        **point(transfer=TransferMode.AUTOMATIC),
        "S2": {"capacity_kva": 100.0},
        "LD2": {"grade": LoadGrade.GRADE_1},
    }
    each = hit(STANDBY, "CB1", **fields)
    assert each.loads_fed is LoadsFed.SOME
    assert named(STANDBY, each.change.after.points[0].fed) == {"LD2"}  # 90 kW: 50 of grade 1, not 80 more
    assert named(STANDBY, each.change.after.points[0].shed) == {"LD1"}


def test_a_security_supply_takes_over_security_loads_only() -> None:
    text = STANDBY.replace(":standby", ":security")
    each = hit(text, "CB1", **point(transfer=TransferMode.AUTOMATIC), LD2={"security": True})
    assert named(text, each.change.after.points[0].fed) == {"LD2"}
    assert named(text, each.change.after.points[0].shed) == {"LD1"}


def test_only_the_named_bays_transfer() -> None:
    text = TWO_SECTIONS + "IB1 - SB4/ - IB2"
    by_name = GraphBatch(relationships=[Relationship(kind=RelationshipKind.TRANSFERS_BY, source="C1.1", target="SB4")])
    transfer = hit(text, "L1", more=by_name, **point(transfer=TransferMode.MANUAL)).awaiting_transfer
    assert transfer is not None
    assert named(text, transfer.switches) == {"SB4"}


def test_an_unknown_coupler_decides_what_is_fed() -> None:
    text = TWO_SECTIONS.replace("SB3/", "SB3?")
    each = hit(text, "L1", **point(transfer=TransferMode.MANUAL))
    assert each.loads_fed is LoadsFed.SOME
    assert named(text, each.depends_on) == {"SB3"}


@pytest.mark.parametrize(
    ("role", "mode", "opened", "fed", "awaits"),
    [
        ("", TransferMode.AUTOMATIC, "L1", LoadsFed.ALL, False),
        ("", TransferMode.MANUAL, "L1", LoadsFed.SOME, True),
        ("", TransferMode.NONE, "L1", LoadsFed.SOME, False),
        (":standby", TransferMode.AUTOMATIC, "L1", LoadsFed.ALL, False),
        (":standby", TransferMode.MANUAL, "L1", LoadsFed.NONE, True),
        (":standby", TransferMode.NONE, "L1", LoadsFed.NONE, False),
        (":standby", TransferMode.MANUAL, "L2", LoadsFed.ALL, False),
        (":security", TransferMode.AUTOMATIC, "L1", LoadsFed.SOME, False),
        (":security", TransferMode.MANUAL, "L1", LoadsFed.NONE, True),
    ],
)
def test_by_the_roles_alone_where_no_inside_is_recorded(
    role: str, mode: TransferMode, opened: str, fed: LoadsFed, awaits: bool
) -> None:
    each = hit(LEDGER.format(role=role), opened, **point(transfer=mode))
    assert (each.state, each.loads_fed) == (SupplyState.DEGRADED, fed)
    assert (each.awaiting_transfer is not None) == awaits


def test_without_a_main_in_service_a_point_hangs_on_the_first_that_is() -> None:
    # S1 out of service, S2 a standby behind a manual transfer: it feeds already, and L2 takes it
    fields = {**point(transfer=TransferMode.MANUAL), "S1": {"in_service": False}}
    each = hit(LEDGER.format(role=":standby"), "L2", **fields)
    assert (each.before, each.state, each.loads_fed) == (SupplyState.NORMAL, SupplyState.LOST, LoadsFed.NONE)
    assert each.change.points[0].before.loads_fed is LoadsFed.ALL


@pytest.mark.parametrize(("kva", "fed"), [(100.0, LoadsFed.SOME), (120.0, LoadsFed.ALL)])
def test_capacity_decides_where_no_inside_is_recorded(kva: float, fed: LoadsFed) -> None:
    fields = {**point(transfer=TransferMode.AUTOMATIC, load_kw=100), "S2": {"capacity_kva": kva}}
    assert hit(LEDGER.format(role=":standby"), "L1", **fields).loads_fed is fed


def test_all_lost() -> None:
    each = hit(TWO_SECTIONS, "L1", "L2", **point(transfer=TransferMode.AUTOMATIC))
    assert (each.state, each.loads_fed) == (SupplyState.LOST, LoadsFed.NONE)
    assert each.change.after.unfed_kw == 130


def test_no_deadline_without_harm_known() -> None:
    assert hit(SINGLE, "L1").most_urgent is None


def test_deadline_is_the_permitted_interruption_from_the_loss() -> None:
    urgent = hit(SINGLE, "L1", LD1={"permitted_interruption_s": 90}).most_urgent
    assert urgent is not None
    assert urgent.deadline == AT + timedelta(seconds=90)
    assert (urgent.bridged_by, urgent.not_counted) == ((), ())


UPS = ("UPS", {"source_type": EmergencySourceType.UPS, "endurance_minutes": 30})
GENSET = ("GEN", {"source_type": EmergencySourceType.GENSET, "endurance_minutes": 480, "start_seconds": 30})


@pytest.mark.parametrize(
    ("sources", "seconds", "bridged", "on_emergency"),
    [
        ([UPS], 10 + 1800, 1, True),
        ([UPS, GENSET], 10 + 1800 + 28800, 2, True),
        ([GENSET], 10, 0, True),  # starts too late for a load that bears 10 s
        ([(GENSET[0], {**GENSET[1], "start_seconds": 8})], 10 + 28800, 1, True),
        ([(GENSET[0], {**GENSET[1], "start_seconds": 8, "automatic": False})], 10, 0, False),
        ([(UPS[0], {**UPS[1], "in_service": False})], 10, 0, False),
        ([(UPS[0], {"source_type": EmergencySourceType.UPS})], 10, 0, True),  # nobody knows how long it lasts
        ([(UPS[0], {**UPS[1], "kw": 70.0})], 10, 0, False),  # too small for 80 kW
    ],
)
def test_batteries_then_gensets_bridge(
    sources: list[tuple[str, dict[str, Any]]], seconds: float, bridged: int, on_emergency: bool
) -> None:
    each = hit(SINGLE, "L1", more=backed_by(*sources), LD1={"permitted_interruption_s": 10})
    assert each.most_urgent is not None
    assert each.most_urgent.seconds_from_loss == seconds
    assert len(each.most_urgent.bridged_by) == bridged
    assert each.on_emergency_source == on_emergency


def test_sources_that_cannot_be_counted_on_are_named() -> None:
    by_hand = (GENSET[0], {**GENSET[1], "automatic": False})
    each = hit(SINGLE, "L1", more=backed_by(UPS, by_hand), LD1={"permitted_interruption_s": 10})
    assert each.most_urgent is not None
    assert len(each.most_urgent.not_counted) == 1


def test_a_source_behind_a_bus_backs_the_loads_of_that_bus() -> None:
    each = hit(SINGLE, "L1", more=backed_by(UPS, what="IB1"), LD1={"permitted_interruption_s": 10})
    assert each.most_urgent is not None
    assert each.most_urgent.seconds_from_loss == 1810


def test_an_automatic_transfer_slower_than_a_load_bears_is_a_deadline() -> None:
    slow = hit(
        STANDBY, "L1", **point(transfer=TransferMode.AUTOMATIC, transfer_seconds=5), LD1={"permitted_interruption_s": 2}
    )
    assert slow.most_urgent is not None
    assert slow.most_urgent.seconds_from_loss == 2
    quick = hit(
        STANDBY, "L1", **point(transfer=TransferMode.AUTOMATIC, transfer_seconds=1), LD1={"permitted_interruption_s": 2}
    )
    assert quick.most_urgent is None


def test_a_load_that_was_dark_before_has_no_deadline_from_this_event() -> None:
    each = hit(TWO_SECTIONS.replace("SB11", "SB11/"), "L1", LD1={"permitted_interruption_s": 2})
    assert each.most_urgent is None


def test_a_supply_without_terminals_follows_the_feeder_that_the_ledger_names() -> None:
    text = "F1 = CB1\nG1 - B1 - CB1 - L1 - EC1\nS1>C1"
    link = GraphBatch(relationships=[Relationship(kind=RelationshipKind.FROM_FEEDER, source="S1", target="F1")])
    graph = draw(text, link)
    model = ReadModel.build(graph)
    assert present_state(model, graph.index("C1")).state is SupplyState.NORMAL
    impact = impact_on(model, [graph.index("L1")], AT)
    assert [graph.id(index) for _, index in impact.customers()] == ["C1"]


def test_a_customer_without_supplies_is_lost() -> None:
    graph = draw("C1 @ SUB1")
    state = present_state(ReadModel.build(graph), graph.index("C1"))
    assert (state.state, state.loads_fed) == (SupplyState.LOST, LoadsFed.NONE)


LEDGER = """
G1 - B1 - CB1 - L1 - S1>C1
G2 - B2 - CB2 - L2 - S2>C1{role}
"""


@pytest.mark.parametrize(
    ("role", "mode", "capacity", "fed", "unfed"),
    [
        ("", TransferMode.MANUAL, None, LoadsFed.SOME, 50.0),  # two mains carry a half each
        ("", TransferMode.AUTOMATIC, 100.0, LoadsFed.SOME, 10.0),  # 90 kW go over to the other
        ("", TransferMode.AUTOMATIC, None, LoadsFed.ALL, 0.0),
        (":standby", TransferMode.MANUAL, None, LoadsFed.NONE, 100.0),
        (":standby", TransferMode.AUTOMATIC, None, LoadsFed.ALL, 0.0),
        (":security", TransferMode.AUTOMATIC, None, LoadsFed.SOME, None),  # how much is security load nobody recorded
    ],
)
def test_power_unfed_where_no_load_is_recorded(
    role: str, mode: TransferMode, capacity: float | None, fed: LoadsFed, unfed: float | None
) -> None:
    fields = {**point(transfer=mode, load_kw=100.0), "S2": {"capacity_kva": capacity}}
    each = hit(LEDGER.format(role=role), "L1", **fields)
    assert each.loads_fed is fed
    assert each.change.newly_unfed_kw == (None if unfed is None else pytest.approx(unfed))
