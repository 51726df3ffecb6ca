"""States of drawn things, read off small drawings by the rules of the field."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from graph_api.readmodel.model import ReadModel
from graph_api.services.outage.event import Cause, Event
from graph_api.services.picture.conditions import Conditions
from graph_api.services.picture.draw import draw as picture
from graph_api.services.picture.parts import Picture
from graph_api.services.picture.terms import PictureCondition, PictureKind
from graph_api.services.restoration.aftermath import answer
from schema.batch import GraphBatch
from schema.customer import Customer
from schema.grid import FaultIndicator
from schema.relationships import Relationship, RelationshipKind
from schema.vocabulary import Importance, SwitchPosition
from tests.drawing import draw

NOW = datetime(2026, 11, 28, tzinfo=UTC)
GRID = """
    F1 = CB1
    G1 - B1 - CB1 - L1 - n1 - LS1 - L2(300m) - n2 - LS2 - L3 - n3 - S1>C1
    n3 - LS3/ - L4 - CB2 - B2 - G2
    n1 - FU2 - EC2(40kW)
    n2 - FU1 - T1(400kVA) - EC1(80kW)
    L1, L2, L3 @ F1
"""
SEEN = GraphBatch(
    entities=[FaultIndicator(id="FI1")],
    relationships=[Relationship(kind=RelationshipKind.MONITORS, source="FI1", target="L2")],
)


def model(text: str = GRID) -> ReadModel:
    return ReadModel.build(draw(text, SEEN))


def asked(model: ReadModel, *things: str, cause: Cause = Cause.FAULTED, **more: object) -> Picture:
    graph = model.graph
    event = Event(things=tuple(map(graph.index, things)), cause=cause, at=NOW, **more)  # type: ignore[arg-type]
    return shown(model, Conditions(model, answer(model, event)))


def shown(model: ReadModel, conditions: Conditions) -> Picture:
    return picture(model, PictureKind.ONE_LINE, [model.graph.index("F1")], conditions)


def states(model: ReadModel, found: Picture) -> dict[str, PictureCondition]:
    things = {model.graph.id(node.things[-1]): node.condition for node in found.nodes if node.things}
    return things | {model.graph.id(at): edge.condition for edge in found.edges for at in edge.things}


def test_now_everything_is_live_and_a_tie_shows_that_the_other_side_is() -> None:
    now = shown(grid := model(), Conditions(grid))
    assert set(states(grid, now).values()) == {PictureCondition.LIVE}
    (neighbour,) = [node for node in now.nodes if not node.things]
    assert neighbour.condition is PictureCondition.LIVE


def test_a_fault_kills_the_feeder_and_its_head_has_tripped() -> None:
    found = asked(grid := model(), "L2")
    state = states(grid, found)
    assert state["L2"] is PictureCondition.FAULTY
    assert {state[each] for each in ("L1", "L3", "S1", "EC1", "T1")} == {PictureCondition.LOST}
    head = next(node for node in found.nodes if node.id == "CB1")
    assert (head.tripped, head.position, head.off_normal) == (True, SwitchPosition.OPEN, True)
    assert head.condition is PictureCondition.LIVE


def test_isolated_shows_what_is_cut_out_and_what_is_fed_again() -> None:
    found = asked(grid := model(), "L2", cause=Cause.ISOLATED)
    state = states(grid, found)
    assert state["L2"] is PictureCondition.FAULTY
    assert state["n2"] is PictureCondition.CUT_OUT
    assert {state["L1"], state["L3"], state["S1"]} == {PictureCondition.LIVE}  # the rest hangs on G2 by the tie
    positions = {node.id: node.position for node in found.nodes if node.position}
    assert (positions["LS1"], positions["LS2"], positions["LS3"]) == (
        SwitchPosition.OPEN,
        SwitchPosition.OPEN,
        SwitchPosition.CLOSED,
    )


def test_what_is_assumed_is_shown_and_nothing_has_tripped() -> None:
    grid = model()
    found = asked(grid, cause=Cause.OPENED, assume=((grid.graph.index("LS2"), SwitchPosition.OPEN),))
    assert states(grid, found)["S1"] is PictureCondition.LOST
    assert not any(node.tripped for node in found.nodes)


@pytest.mark.parametrize(
    ("text", "thing", "state"),
    [
        (GRID.replace("LS1 -", "LS1? -"), "L3", PictureCondition.UNCERTAIN),
        (GRID.replace("LS1 -", "LS1/ -"), "L3", PictureCondition.DEAD),
        (GRID.replace("L3 -", "L3! -"), "L3", PictureCondition.OUT_OF_SERVICE),
        (GRID.replace("LS1 -", "LS1/ -"), "LS1", PictureCondition.LIVE),
        (GRID.replace("LS1 -", "LS1/ -"), "LS2", PictureCondition.DEAD),
    ],
)
def test_states_without_an_event(text: str, thing: str, state: PictureCondition) -> None:
    grid = ReadModel.build(draw(text, SEEN))
    found = picture(grid, PictureKind.ONE_LINE, [grid.graph.index("F1")], Conditions(grid))
    assert states(grid, found)[thing] is state


def test_with_an_event_what_an_unknown_switch_decides_is_uncertain() -> None:
    grid = ReadModel.build(draw(GRID.replace("LS2 -", "LS2? -"), SEEN))
    found = asked(grid, "EC1", cause=Cause.OPENED)
    assert states(grid, found)["S1"] is PictureCondition.UNCERTAIN


def test_indicators_and_chances_stand_where_they_belong() -> None:
    grid = model()
    index = grid.graph.index
    found = shown(grid, Conditions(grid, probable={index("L2"): 0.5, index("n2"): 0.25}))
    (edge,) = [edge for edge in found.edges if index("L2") in edge.things]
    assert edge.indicators == (index("FI1"),)
    assert edge.probability == pytest.approx(0.5)
    assert next(node for node in found.nodes if node.id == "n2").probability == pytest.approx(0.25)


def test_texts_say_what_a_thing_is_without_repeating_where_it_stands() -> None:
    names = {
        "F1": {"name": "10kV滨江一线1021线"},
        "L2": {"name": "10kV滨江一线2号杆至3号杆", "conductor": "JKLYJ-150"},
        "T1": {"name": "10kV滨江一线12号公变"},
        "EC1": {"name": "丹裕巷台区", "customer_count": 118},
        "LS1": {"name": "10kV滨江一线2号杆开关", "number": "201"},
        "C1": {"name": "临江市第一人民医院", "importance": Importance.FIRST},
        "S1": {"capacity_kva": 800.0},
    }
    text = GRID + "\n T1, EC1 @ F1"
    grid = ReadModel.build(draw(text, SEEN, **names))
    assert isinstance(grid.graph.entity(grid.graph.index("C1")), Customer)
    found = picture(grid, PictureKind.ONE_LINE, [grid.graph.index("F1")], Conditions(grid))
    said = {node.id: (node.label, node.detail) for node in found.nodes}
    assert said["T1"] == ("12号公变", "400 kVA")
    assert said["EC1"] == ("丹裕巷台区", "118 households 80 kW")
    assert said["LS1"][0] == "201"
    assert said["S1"] == ("临江市第一人民医院", "first class main (normal) supply 800 kVA")
    assert "300 m JKLYJ-150" in {edge.label for edge in found.edges}


def test_what_no_source_is_recorded_for_is_not_drawn_as_dead() -> None:
    text = "F1 = CB1\nCB1 - L1 - n1 - S1>C1\nL1 @ F1\nG2 - B2 - CB2/ - L2 - S2>C2"
    grid = model(text + "\nF2 = CB2\nL2 @ F2")
    now = Conditions(grid)
    assert set(states(grid, shown(grid, now)).values()) == {PictureCondition.NOT_KNOWN}
    assert now.of([grid.graph.index("L2")]) is PictureCondition.DEAD  # CB2 is open: that is known
