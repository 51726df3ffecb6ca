"""Where supply comes from, what hangs on a thing, and from where else it could be fed."""

import pytest

from graph_api.readmodel.model import ReadModel
from graph_api.services.explore.trace import Trace, TraceDirection, trace
from schema.batch import GraphBatch
from schema.grid import Tower
from schema.relationships import Relationship, RelationshipKind
from schema.vocabulary import SwitchPosition
from tests.drawing import draw

CITY = """
    F1 = CB1
    F2 = CB2
    G1 - B1 - CB1 - L1 - n1 - LS1 - L2 - n2 - S1>C1 - IB1 - LD1
    n1 - FU1 - L3 - S2>C2
    n2 - LS2/ - L4 - n4 - L5 - CB2 - B2 - G2
    n4 - S3>C1:standby
    n4 - LS3? - L6 - S4>C3
    B1, CB1 @ SUB1
    F1 @ SUB1
    LS1, n1 @ DST1
    DST1 @ F1
    IB1, LD1 @ C1.1
"""


MORE = GraphBatch(
    entities=[Tower(id="T9")],
    relationships=[
        Relationship(kind=RelationshipKind.CARRIED_BY, source="L1", target="T9"),
        Relationship(kind=RelationshipKind.CARRIED_BY, source="L5", target="T9"),
    ],
)


@pytest.fixture(scope="module")
def model() -> ReadModel:
    return ReadModel.build(draw(CITY, MORE))


def names(model: ReadModel, indexes: tuple[int, ...]) -> list[str]:
    return [model.graph.id(index) for index in indexes]


def follow(model: ReadModel, name: str, direction: TraceDirection, **assume: SwitchPosition) -> Trace:
    assumptions = [(model.graph.index(switch), position) for switch, position in assume.items()]
    return trace(model, model.graph.index(name), direction, assumptions)


def test_up_names_the_way_the_sources_and_the_feeder(model):
    found = follow(model, "LD1", TraceDirection.UP)
    assert names(model, found.equipment) == ["LD1", "IB1", "S1", "L2", "LS1", "L1", "CB1", "B1", "G1"]
    assert (names(model, found.sources), names(model, found.feeders)) == (["G1"], ["F1"])
    assert found.energised
    assert found.customers == ()


def test_path_is_one_way_in_order(model):
    assert names(model, follow(model, "L2", TraceDirection.PATH).equipment) == ["L2", "LS1", "L1", "CB1", "B1", "G1"]


def test_down_names_what_hangs_on_it_the_customers_and_the_tie_behind_which_there_is_supply(model):
    found = follow(model, "L1", TraceDirection.DOWN)
    assert names(model, found.equipment)[:2] == ["LS1", "FU1"]
    assert set(names(model, found.equipment)) == {"LS1", "FU1", "L2", "L3", "S1", "S2", "IB1", "LD1"}
    assert names(model, found.customers) == ["C1", "C2"]
    assert found.sources == ()
    [tie] = found.open_points
    assert (names(model, (tie.switch,)), names(model, tie.feeders)) == (["LS2"], ["F2"])
    assert (tie.position, tie.live_beyond) == (SwitchPosition.OPEN, True)


def test_down_of_several_is_what_falls_when_all_open_together(model):
    closed = follow(model, "T9", TraceDirection.DOWN, LS2=SwitchPosition.CLOSED)
    assert {"L2", "L4", "S1", "S3"} <= set(names(model, closed.equipment))
    assert follow(model, "L1", TraceDirection.DOWN, LS2=SwitchPosition.CLOSED).equipment == ()
    assert [model.graph.id(point.switch) for point in closed.open_points] == ["LS3"]


def test_an_unknown_switch_beside_it_is_said(model):
    found = follow(model, "L4", TraceDirection.ISLAND)
    assert {(model.graph.id(each.switch), each.live_beyond) for each in found.open_points} == {
        ("LS2", True),
        ("LS3", False),
    }
    assert names(model, found.depends_on) == ["LS3"]
    assert names(model, found.customers) == ["C1"]
    assert names(model, found.feeders) == ["F2"]


def test_an_unknown_switch_decides_whether_the_start_is_live(model):
    dead = follow(model, "S4", TraceDirection.UP)
    assert (dead.energised, dead.equipment, names(model, dead.depends_on)) == (False, (), ["LS3"])
    live = follow(model, "S4", TraceDirection.UP, LS3=SwitchPosition.CLOSED)
    assert (live.energised, names(model, live.sources), live.depends_on) == (True, ["G2"], ())


def test_an_assumed_position_is_the_one_that_is_told(model):
    found = follow(model, "L1", TraceDirection.DOWN, LS2=SwitchPosition.UNKNOWN)
    assert [point.position for point in found.open_points] == [SwitchPosition.UNKNOWN]
    assert names(model, found.depends_on) == ["LS2"]


def test_an_open_switch_itself_has_no_supply_beyond_that_is_not_its_own(model):
    found = follow(model, "LS2", TraceDirection.ISLAND)
    assert names(model, found.equipment) == ["LS2"]
    assert [(point.live_beyond, names(model, point.feeders)) for point in found.open_points] == [(True, ["F1", "F2"])]


def test_open_points_below_are_those_that_touch_what_loses_supply():
    model = ReadModel.build(
        draw(
            """
            G1 - B1 - CB1 - L1 - n1 - L2 - S1>C1
            B1 - CB9/ - B2 - CB2 - L3 - n3
            G2 - B2
            n1 - LS1/ - n3
            n1 - LS2/ - L4
            n1 - LS3/ - B1
            """
        )
    )
    find = model.graph.find
    for start in ("CB1", "L1"):
        below = trace(model, find(start), TraceDirection.DOWN).open_points
        assert {model.graph.id(point.switch): point.live_beyond for point in below} == {
            "LS1": True,
            "LS2": False,
            "LS3": True,
        }
    bus = trace(model, find("B1"), TraceDirection.DOWN).open_points
    assert {model.graph.id(point.switch) for point in bus if point.live_beyond} == {"CB9", "LS1"}
    island = trace(model, find("CB1"), TraceDirection.ISLAND).open_points
    assert "CB9" in {model.graph.id(point.switch) for point in island}
    dead = trace(model, find("L4"), TraceDirection.DOWN).open_points
    assert [model.graph.id(point.switch) for point in dead] == ["LS2"]


UNWIRED = """
    F9 = CB9
    CB9 - L9 - S9>C9
    G1 - B1 - CB1/ - L1 - S1>C1
"""


@pytest.mark.parametrize(
    ("start", "live", "no_source"), [("CB9", False, True), ("L1", False, False), ("B1", True, False)]
)
def test_what_no_source_is_recorded_for_is_not_called_dead(start: str, live: bool, no_source: bool) -> None:
    model = ReadModel.build(draw(UNWIRED))
    found = trace(model, model.graph.index(start), TraceDirection.UP)
    assert (found.energised, found.no_source) == (live, no_source)
