"""Automatic transfer in the grid: a dip of seconds where people would be lost."""

from __future__ import annotations

from typing import Any

import pytest

from graph_api.readmodel.model import ReadModel
from graph_api.services.outage.counting import Areas
from graph_api.services.outage.impact import Cause, Impact
from graph_api.services.restoration.planning import best_plan
from graph_api.services.restoration.wording import StepAction
from graph_api.services.risk.contingencies import screen_contingencies
from schema.batch import GraphBatch
from schema.relationships import Relationship, RelationshipKind
from schema.vocabulary import LoadsFed, SupplyState
from tests.drawing import draw, ids
from tests.events import impact_on
from tests.judged.impact import judged
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
