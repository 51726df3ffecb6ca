"""Automatic transfer in the grid: a dip of seconds where people would be lost."""

from __future__ import annotations

from typing import Any

import pytest

from graph_api.errors import InvalidInput
from graph_api.readmodel.model import ReadModel
from graph_api.services.outage.counting import Areas
from graph_api.services.outage.event import Event
from graph_api.services.outage.impact import Cause, Impact, find_impact
from graph_api.services.restoration.planning import best_plan
from graph_api.services.restoration.wording import StepAction, StepPurpose
from graph_api.services.risk.contingencies import screen_contingencies
from schema.batch import GraphBatch
from schema.relationships import Relationship, RelationshipKind
from schema.vocabulary import LoadsFed, SupplyState, SwitchPosition
from tests.drawing import draw, ids
from tests.events import impact_on
from tests.judged.impact import judged
from tests.nights import clock, night
from tests.truth.from_schema import net_of

#   G1 - L1 - CB1 - B1 - CB9/ - B2 - CB2 - L2 - G2        CB1 and CB2 each have CB9 closed for them
STATION = """
G1 - CB8 - L1 - CB1 - B1 - CB9/ - B2 - CB2 - L2 - CB7 - G2
B1 - CB3 - L3 - S1>C1
B1 - CB4 - L4 - S2>C2
B2 - CB5 - L5 - S3>C3
B1 - CB6 - EC1(40kW)
"""
PAIRS = GraphBatch(
    relationships=[Relationship(kind=RelationshipKind.AUTO_CLOSES, source=one, target="CB9") for one in ("CB1", "CB2")]
)
NORMAL = {"CB8": SwitchPosition.CLOSED, "CB1": SwitchPosition.CLOSED, "CB9": SwitchPosition.OPEN}


def ask(*things: str, cause: Cause = Cause.FAULTED, **fields: Any) -> Impact:
    has = {"CB1": {"auto_transfer_s": 3.0}, "CB2": {"auto_transfer_s": 5.0}, "EC1": {"customer_count": 12}}
    has = {name: {**has.get(name, {}), **fields.get(name, {})} for name in {*has, *fields}}
    graph = draw(STATION, PAIRS, **has)
    model = ReadModel.build(graph)
    impact = impact_on(model, [graph.index(each) for each in things], cause=cause)
    entities = [graph.entity(index) for index in graph.indexes()]
    links = [
        Relationship(kind=edge.kind, source=graph.id(index), target=graph.id(edge.other), key=edge.key)
        for index in graph.indexes()
        for edge in graph.edges(index)
        if edge.outgoing
    ]
    assert judged(model, net_of(entities, links), impact.event) == []
    return impact


def hit(impact: Impact) -> set[str]:
    return {impact.model.graph.id(each) for _, each in impact.customers()}


def test_who_is_fed_again_by_itself_has_a_dip_and_is_not_lost() -> None:
    impact = ask("L1")
    assert hit(impact) == set()
    (acted,) = impact.grid_transfers
    graph = impact.model.graph
    assert (graph.id(acted.opens), graph.id(acted.closes), acted.seconds) == ("CB1", "CB9", 3.0)
    assert ids(graph, acted.dipped) == {"C1", "C2"}
    assert (acted.customer_count, acted.areas) == (2, Areas(1, 12, 40.0))
    assert ids(graph, impact.operated_by) == {"CB8"}
    assert impact.summary.lost_kw == 0


def refused(*stuck: str) -> tuple[ReadModel, Event]:
    """L1 fails, and these refuse."""
    graph = draw(STATION, PAIRS, CB9={"remote_controlled": True})
    model = ReadModel.build(graph)
    at = clock("12:00")
    return model, Event(things=(graph.index("L1"),), at=at, since=at, stuck=tuple(map(graph.index, stuck)))


@pytest.mark.parametrize("stuck", ["CB9", "CB1"])
def test_a_transfer_that_refused_is_said_by_the_switches_that_it_would_have_operated(stuck: str) -> None:
    """B1 has nothing then: whoever hangs on it is lost."""
    model, event = refused(stuck)
    impact = find_impact(model, event)
    assert hit(impact) == {"C1", "C2"}
    assert impact.grid_transfers == ()


def test_what_it_did_not_close_somebody_may_close() -> None:
    model, event = refused("CB9")
    plan = best_plan(model, event)
    told = [f"{step.action.value} {model.graph.id(step.target)}" for step in plan.steps if step.opens or step.closes]
    assert told[:2] == ["OPEN CB1", "CLOSE CB9"]
    assert {model.graph.id(each.thing) for each in plan.accounts.back} == {"C1", "C2", "EC1"}


def test_a_plan_first_asks_for_what_nobody_has_reported() -> None:
    """All rests on CB9: whether it has closed is asked from afar, at minute 0, until somebody has said how it is."""

    def asked(*lines: str) -> tuple[list[bool], list[tuple[str, float]]]:
        model = night(STATION, "12:00 CB8 OPEN", *lines, more=PAIRS, CB9={"remote_controlled": True})
        index = model.graph.index
        event = Event(things=(index("L1"),), at=clock("12:10"), since=clock("12:00"), tripped=(index("CB8"),))
        looks = [each for each in best_plan(model, event).steps if each.action is StepAction.CHECK]
        told = [each.reported for each in find_impact(model, event).grid_transfers]
        assert all(each.purpose is StepPurpose.CONFIRM_TRANSFER and each.order == 1 for each in looks)
        return told, [(model.graph.id(each.target), each.start_min) for each in looks]

    assert asked() == ([False], [("CB9", 0.0)])
    assert asked("12:04 CB9 CLOSED", "12:04 CB1 OPEN") == ([True], [])
    assert asked("12:04 CB9 CLOSED") == ([True], [])
    assert asked("12:04 CB9 OPEN")[1] == []


def test_what_neither_the_fault_nor_a_transfer_asks_to_operate_is_refused_as_stuck() -> None:
    model, event = refused("CB9", "CB5")
    with pytest.raises(InvalidInput, match="does not ask CB5 to open"):
        find_impact(model, event)


@pytest.mark.parametrize(
    "fields",
    [
        {"CB1": {"auto_transfer_blocked": True}},
        {"CB9": {"in_service": False}},
        {"CB2": {"normal_position": "OPEN"}},  # the other side is dead
    ],
)
def test_blocked_out_of_service_or_without_a_live_side_it_is_the_old_answer(fields: dict[str, Any]) -> None:
    impact = ask("L1", **fields)
    assert {"C1", "C2"} <= hit(impact)
    assert impact.grid_transfers == ()


def test_a_faulty_bus_blocks_it_and_nothing_acts_where_nothing_is_faulty() -> None:
    assert hit(ask("B1")) == {"C1", "C2"}
    assert hit(ask("CB1", cause=Cause.OPENED)) == {"C1", "C2"}


def test_a_release_opens_on_the_dip() -> None:
    impact = ask("L1", **{"C2.1": {"undervoltage_release": True}})
    assert hit(impact) == {"C2"}
    each = impact.affected(impact.model.graph.index("C2"))
    assert (each.state, each.loads_fed) == (SupplyState.NORMAL, LoadsFed.NONE)
    assert impact.grid_transfers[0].customer_count == 1


def test_contingencies_count_with_it() -> None:
    impact = ask("L1")
    graph = impact.model.graph
    found = {
        graph.id(each): case for case in screen_contingencies(impact.model).contingencies for each in case.equipment
    }
    assert "L1" not in found
    assert found["B1"].lost_count == found["CB1"].lost_count == 2  # a fault on the incomer reaches the bus


def test_where_an_unknown_switch_decides_whether_it_acts_the_worse_world_counts() -> None:
    # CB7 unknown: closed, B1 lives on from B2; open, B2 is dead before and B1 is lost
    impact = ask("L1", CB7={"position": "UNKNOWN"})
    assert hit(impact) == {"C1", "C2"}
    graph = impact.model.graph
    each = impact.affected(graph.index("C1"))
    assert (each.state, ids(graph, each.depends_on)) == (SupplyState.LOST, {"CB7"})


def test_a_release_opens_on_the_dip_of_one_world() -> None:
    impact = ask("L1", CB4={"position": "UNKNOWN"}, **{"C2.1": {"undervoltage_release": True}})
    assert hit(impact) == {"C2"}
    each = impact.affected(impact.model.graph.index("C2"))
    assert (each.before, each.state, each.loads_fed) == (SupplyState.NORMAL, SupplyState.NORMAL, LoadsFed.NONE)


def test_a_plan_has_who_released_on_the_dip_closed_again() -> None:
    impact = ask("L1", **{"C2.1": {"undervoltage_release": True}})
    graph = impact.model.graph
    plan = best_plan(impact.model, impact.event)
    assert [(each.action, graph.id(each.target)) for each in plan.steps if each.restored] == [
        (StepAction.RELEASE, "S2")
    ]
    assert ids(graph, [each.thing for each in plan.accounts.back]) == {"C2"}
    assert plan.accounts.was_not_out == ()


@pytest.mark.parametrize(
    ("acts", "dark"),
    [
        ((), ""),
        (("02:10 CB1 OPEN",), ""),  # as the plan asks, before it is locked
        (("02:10 CB1 OPEN", "03:10 CB8 CLOSED"), ""),
        (("02:10 CB1 OPEN", "03:10 CB8 CLOSED", "03:12 CB9 OPEN"), "C1 C2"),
        (("02:10 CB1 OPEN", "03:10 CB8 CLOSED", "03:12 CB9 OPEN", "03:14 CB1 CLOSED"), ""),
        (("02:10 CB9 OPEN",), "C1 C2"),  # it has failed
    ],
)
def test_the_repair_moves_nothing_back_that_a_transfer_moved(acts: tuple[str, ...], dark: str) -> None:
    """It returns by itself nowhere: what stood moved at the repair stands so until somebody reports it otherwise."""
    model = night(STATION, "02:00 CB8 OPEN", *acts, more=PAIRS, CB1={"auto_transfer_s": 3.0})
    at = model.graph.index
    event = Event(things=(at("L1"),), tripped=(at("CB8"),), at=clock("03:30"), repaired=clock("03:00"))
    impact = find_impact(model, event)
    out = {model.graph.id(each.customer) for each in impact.taken_since}
    out |= {id for id in hit(impact) if not impact.affected(at(id)).back}
    assert out == set(dark.split())
    plan = best_plan(model, event)
    back = [step for step in (*plan.steps, *plan.after_repair) if step.action in {StepAction.OPEN, StepAction.CLOSE}]
    stands = {model.graph.id(at): position for at, position in plan.situation.positions_now}
    for step in back:
        stands[model.graph.id(step.target)] = SwitchPosition.OPEN if step.opens else SwitchPosition.CLOSED
    assert {"CB8", "CB1", "CB9"} & set(stands) <= {name for name, to in stands.items() if to is NORMAL[name]}


def test_where_nobody_reported_the_trip_no_transfer_has_acted_once_it_is_repaired() -> None:
    model = night(STATION, "02:10 CB1 OPEN", more=PAIRS, CB1={"auto_transfer_s": 3.0})
    since, at = clock("02:00"), model.graph.index
    event = Event(things=(at("L1"),), since=since, at=clock("03:30"), repaired=clock("03:00"))
    assert {model.graph.id(each.customer) for each in find_impact(model, event).taken_since} == {"C1", "C2"}


def test_in_every_world_what_a_transfer_moved_there_stands_so_after_the_repair() -> None:
    """CB4 unknown: where it is closed the release of C2 opens on the dip, and closes again on what it feeds."""
    acts = ("01:00 CB4 UNKNOWN", "02:00 CB8 OPEN", "02:10 CB1 OPEN", "02:20 S2 CLOSED")
    has: dict[str, Any] = {"CB1": {"auto_transfer_s": 3.0}, "C2.1": {"undervoltage_release": True}}
    model = night(STATION, *acts, more=PAIRS, **has)
    at = model.graph.index
    event = Event(things=(at("L1"),), tripped=(at("CB8"),), at=clock("03:30"), repaired=clock("03:00"))
    impact = find_impact(model, event)
    assert (hit(impact), [*impact.taken_since]) == ({"C2"}, [])
    assert impact.affected(at("C2")).back
