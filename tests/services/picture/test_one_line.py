"""One-line diagrams: nothing overlaps, nothing is missing, and switching moves nothing."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import networkx as nx
import numpy as np
import pytest

from graph_api.errors import InvalidInput
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.scoped import ScopedSnapshot
from graph_api.readmodel.snapshot import Snapshot
from graph_api.services.picture.conditions import Conditions
from graph_api.services.picture.draw import LETTERED, ONE_LINES
from graph_api.services.picture.draw import draw as show
from graph_api.services.picture.feeder_roots import feeders_meant
from graph_api.services.picture.one_line import one_line
from graph_api.services.picture.parts import Placed
from graph_api.services.picture.terms import PictureKind, PictureSymbol
from schema.batch import GraphBatch
from schema.codec import encode
from schema.customer import Customer
from schema.entity import Entity
from schema.grid import FaultIndicator, Substation, Switch, Tower
from schema.people import Person
from schema.registry import CONDUCTING, KIND_OF, EntityKind
from schema.relationships import Relationship, RelationshipKind
from schema.vocabulary import SwitchPosition
from tests.drawing import draw
from tests.readmodel.test_snapshot import Commit
from tests.readmodel.topology.oracle import random_network
from tests.services.picture import geometry

FEEDER = """
    F1 = CB1
    F2 = CB2
    G1 - B1 - CB1 - L1 - n1 - L2 - n2 - LS2 - L3 - n3 - TIE
    n1 - FU1 - L4 - T1 - EC1
    n2 - L5 - S1>C1 - IB1
    n2 - L6 - S2>C2
    B1, CB1 @ SUB1
    L1, L2, L3 @ F1
    L8 @ F2
    G2 - B2 - CB2 - L8 - n8
""".replace("TIE", "LS3/ - L9 - n8")


def picture(graph: Snapshot, *of: str, opened: tuple[str, ...] = (), most: int = 2_500) -> Placed:
    feeders = feeders_meant(graph, [graph.index(each) for each in of])
    return one_line(graph, feeders, {graph.index(each) for each in opened}, most)


def at(placed: Placed, name: str) -> tuple[float, float]:
    return next((node.x, node.y) for node in placed.nodes if node.id == name)


def faults(graph: Snapshot, placed: Placed) -> list[str]:
    return [
        *geometry.crowded(placed),
        *geometry.crossing(placed),
        *geometry.loose(placed),
        *geometry.unwired(graph, placed),
    ]


def test_the_trunk_is_the_longest_way_and_laterals_stand_below_it() -> None:
    placed = picture(draw(FEEDER), "F1")
    trunk = [at(placed, name) for name in ("B1", "CB1", "n1", "n2", "LS2", "LS3")]
    assert {y for _, y in trunk} == {trunk[0][1]}
    assert all(one[0] < two[0] for one, two in pairwise(trunk))
    assert min(at(placed, name)[1] for name in ("FU1", "S1", "S2")) > trunk[0][1]


def test_a_tie_is_a_dashed_link_to_its_neighbour_by_name() -> None:
    placed = picture(draw(FEEDER, F2={"name": "10kV滨江二线"}), "F1")
    (link,) = [edge for edge in placed.edges if edge.link]
    assert link.source == "LS3"
    (neighbour,) = [node for node in placed.nodes if node.id == link.target]
    assert (neighbour.symbol, neighbour.label) == (PictureSymbol.NEIGHBOUR, "10kV滨江二线")


def test_two_feeders_stand_in_one_picture_with_the_tie_between_them() -> None:
    graph = draw(FEEDER)
    placed = picture(graph, "F1", "F2")
    (link,) = [edge for edge in placed.edges if edge.link]
    assert {link.source, link.target} == {"LS3", "LS3~L9"}
    assert faults(graph, placed) == []
    assert not [node for node in placed.nodes if node.symbol is PictureSymbol.NEIGHBOUR]


def test_lines_in_series_are_one_edge_that_names_them_all() -> None:
    placed = picture(graph := draw("F1 = CB1\nG1 - B1 - CB1 - L1 - L2 - L3 - T1 - EC1"), "F1")
    (edge,) = [edge for edge in placed.edges if edge.things]
    assert [graph.id(each) for each in edge.things] == ["L1", "L2", "L3"]
    assert (edge.source, edge.target) == ("CB1", "T1")


def test_what_stands_in_a_station_is_framed() -> None:
    text = "F1 = CB1\nG1 - B1 - CB1 - L1 - LS1 - B2 - LS2 - L2 - T1\nB2 - FU1 - L3 - T2\n"
    text += "LS1, LS2, B2, FU1 @ DST1\nDST1 @ F1"
    placed = picture(draw(text, DST1={"name": "1号环网柜"}), "F1")
    (frame,) = placed.frames
    inside = {
        node.id
        for node in placed.nodes
        if frame.x < node.x < frame.x + frame.width and frame.y < node.y < frame.y + frame.height
    }
    assert inside == {"LS1", "B2", "LS2", "FU1"}
    assert frame.label == "1号环网柜"


@pytest.mark.parametrize("seed", range(40))
def test_nothing_overlaps_and_nothing_is_missing_or_drawn_twice(seed: int) -> None:
    graph = draw(geometry.random_feeder(seed))
    placed = picture(graph, "F1")
    assert faults(graph, placed) == []
    assert geometry.drawn(graph, placed) == Counter(reached(graph, "CB1"))


def reached(graph: Snapshot, head: str) -> list[str]:
    """What hangs on a head in the normal diagram, its busbar included, by networkx; ties are in it, no supply is
    passed."""
    wiring: nx.Graph[str] = nx.Graph()
    barred = set()
    for index in graph.indexes():
        if graph.kind(index) not in CONDUCTING:
            continue
        entity = graph.entity(index)
        name = entity.id
        if isinstance(entity, Switch) and entity.normal_position is SwitchPosition.OPEN:
            barred.add(name)
        wiring.add_edges_from((name, graph.id(node)) for node in graph.targets(index, RelationshipKind.CONNECTS))
    source = next(node for node in wiring[head] if node == "B1.n")
    inner = wiring.copy()
    inner.remove_edges_from([(source, each) for each in wiring[source] if each not in (head, "B1")])
    inner.remove_nodes_from(barred)
    found = nx.node_connected_component(inner, head)
    ties = {each for each in barred if found & set(wiring[each])}
    return [each for each in found | ties if graph.kind(graph.index(each)) in CONDUCTING]


@pytest.mark.parametrize("seed", range(15))
def test_switching_moves_nothing(seed: int) -> None:
    graph = draw(geometry.random_feeder(seed))
    chance = random.Random(seed)
    things: list[Entity] = []
    for index in graph.indexes():
        entity = graph.entity(index)
        if isinstance(entity, Switch) and chance.random() < 0.5:
            entity = replace(entity, position=chance.choice(tuple(SwitchPosition)))
        things.append(entity)
    later = Snapshot.of(things, graph.relationships(), revision=2)
    assert picture(later, "F1") == picture(graph, "F1")


@pytest.mark.parametrize("seed", range(60))
def test_meshed_grids_islands_and_odd_wiring_come_out(seed: int) -> None:
    graph = random_network(seed, unknown=2)
    for index in graph.indexes():
        if graph.kind(index) in CONDUCTING:
            placed = one_line(graph, [index], ())
            assert [*geometry.crowded(placed)] == []
            assert [*geometry.crossing(placed)] == []
            assert [*geometry.loose(placed)] == []
            assert max(geometry.drawn(graph, placed).values(), default=1) == 1


def test_a_closed_ring_is_drawn_once_and_closed_over_the_margin() -> None:
    ring = "F1 = CB1\nG1 - B1 - CB1 - L1 - n1 - L2 - n2 - L3 - n3 - L4 - n1\nn2 - T1\nn3 - T2"
    graph = draw(ring)
    placed = picture(graph, "F1")
    assert faults(graph, placed) == []
    assert geometry.drawn(graph, placed)["L3"] == 1
    assert len(placed.edges) == len(placed.nodes)  # a tree has one edge fewer


def test_a_feeder_without_a_head_is_drawn_from_its_plant() -> None:
    graph = draw("L1 - LS1 - L2 - T1 - EC1\nL1, LS1, L2, T1, EC1 @ F1")
    assert set(geometry.drawn(graph, picture(graph, "F1"))) == {"L1", "LS1", "L2", "T1", "EC1"}


def test_a_feeder_of_which_nothing_is_drawn_is_an_empty_picture() -> None:
    placed = picture(draw("F1 @ SUB1"), "F1")
    assert placed.nodes == ()


def test_things_stand_for_the_feeders_that_they_are_of() -> None:
    links = [
        Relationship(kind=RelationshipKind.FROM_FEEDER, source="S1", target="F1"),
        Relationship(kind=RelationshipKind.FROM_FEEDER, source="S2", target="F1"),
        Relationship(kind=RelationshipKind.CONTAINED_IN, source="F2", target="SUB1"),
    ]
    graph = draw(FEEDER, GraphBatch(relationships=links))

    def meant(*names: str) -> list[str]:
        return [graph.id(each) for each in feeders_meant(graph, [graph.index(name) for name in names])]

    assert meant("C1") == meant("C1.1") == meant("S1") == meant("CB1") == meant("L2") == meant("FU1") == ["F1"]
    assert meant("SUB1", "L8", "F1") == ["F2", "F1"]
    assert meant("CB2", "F1") == ["F2", "F1"]


def test_with_a_scope_what_is_out_of_it_is_not_drawn() -> None:
    graph = draw(FEEDER)
    inside = np.ones(graph.size, np.bool_)
    inside[[graph.index("FU1"), graph.index("CB2")]] = False
    seen = ScopedSnapshot(graph, inside, set())
    names = set(geometry.drawn(graph, picture(seen, "F1")))
    assert "FU1" not in names
    assert {"CB1", "L2", "S1"} <= names
    seen.admit([graph.index("FU1")])  # as a step of a plan in the same request names it
    named = geometry.drawn(graph, one_line(seen, [graph.index("FU1")], ()))
    assert named["FU1"] == 1
    assert "CB2" not in named


def test_what_has_no_feeder_is_refused_with_a_remedy() -> None:
    graph = draw(FEEDER, GraphBatch(entities=[Person(id="P1", name="周航"), Tower(id="T9"), Substation(id="SUB9")]))
    for name in ("P1", "T9"):
        with pytest.raises(InvalidInput, match="name a feeder"):
            feeders_meant(graph, [graph.index(name)])
    many = draw("\n".join(f"F{number} = CB{number}\nG{number} - CB{number} - L{number}" for number in range(20)))
    with pytest.raises(InvalidInput, match="20 feeders"):
        feeders_meant(many, many.of_kind(EntityKind.FEEDER))


def test_large_feeders_fold_behind_switches_and_unfold_on_demand() -> None:
    graph = draw(geometry.random_feeder(3, size=400))
    whole, folded = picture(graph, "F1", most=10_000), picture(graph, "F1", most=60)
    zones = [node for node in folded.nodes if node.symbol is PictureSymbol.ZONE]
    assert zones
    assert len(folded.nodes) < len(whole.nodes) / 2
    assert faults(graph, folded) == []
    zone = zones[0]
    head = zone.id.removesuffix("/zone")
    more = picture(graph, "F1", opened=(head,), most=60)
    assert len(more.nodes) > len(folded.nodes)
    assert faults(graph, more) == []
    assert zone.id not in {node.id for node in more.nodes}


@pytest.mark.parametrize(
    ("change", "kept"),
    [
        ({"position": SwitchPosition.OPEN, "position_source": "SCADA"}, True),
        ({"normal_position": SwitchPosition.OPEN}, False),
        ({"number": "202"}, False),
        ({"in_service": False}, False),
    ],
)
def test_places_are_kept_while_switches_only_move(change: dict[str, object], kept: bool) -> None:
    model = ReadModel.build(draw(FEEDER))
    index = model.graph.index
    before = show(model, PictureKind.ONE_LINE, [index("F1")], Conditions(model))
    switch = replace(model.graph.get(Switch, index("LS2")), **change)  # type: ignore[arg-type]
    later = committed(model, put=[switch])
    assert len(later.memo.of(ONE_LINES)) == kept
    after = show(later, PictureKind.ONE_LINE, [index("F1")], Conditions(later))
    if kept:
        assert [(node.id, node.x, node.y) for node in after.nodes] == [
            (node.id, node.x, node.y) for node in before.nodes
        ]
        assert next(node for node in after.nodes if node.id == "LS2").off_normal


def test_places_are_made_anew_when_wiring_or_a_station_changes() -> None:
    model = ReadModel.build(draw(FEEDER))
    show(model, PictureKind.ONE_LINE, [model.graph.index("F1")], Conditions(model))
    link = Relationship(kind=RelationshipKind.CONTAINED_IN, source="LS2", target="SUB1")
    assert not committed(model, put=[Substation(id="SUB1", name="滨江变")]).memo.of(ONE_LINES)
    assert not committed(model, links=[link]).memo.of(ONE_LINES)


def test_texts_are_kept_while_switches_only_move_and_follow_names_and_indicators() -> None:
    model = ReadModel.build(draw("F1 = CB1\nG1 - CB1 - L1 - n1 - LS1 - S1>C1\nCB1, L1, LS1 @ F1"))

    def shown_now(now: ReadModel) -> tuple[str, int]:
        found = show(now, PictureKind.ONE_LINE, [now.graph.index("F1")], Conditions(now))
        supply = next(node for node in found.nodes if node.id == "S1")
        return str(supply.label), sum(len(part.indicators) for part in found.parts)

    assert shown_now(model) == ("C1", 0)
    moved = replace(model.graph.get(Switch, model.graph.index("LS1")), position=SwitchPosition.OPEN)
    assert len(committed(model, put=[moved]).memo.of(LETTERED)) == 1
    renamed = replace(model.graph.get(Customer, model.graph.index("C1")), name="医院")
    assert shown_now(committed(model, put=[renamed])) == ("医院", 0)
    watch = Relationship(kind=RelationshipKind.MONITORS, source="FI1", target="L1")
    assert shown_now(committed(model, put=[FaultIndicator(id="FI1", name="1号")], links=[watch])) == ("C1", 1)


def committed(model: ReadModel, *, put: Sequence[Entity] = (), links: Sequence[Relationship] = ()) -> ReadModel:
    entities = [(each.id, KIND_OF[type(each)], 2, encode(each)) for each in put]
    graph, changed = model.graph.advanced(Commit(revision=2, entities=entities, relationships=links))  # type: ignore[arg-type]
    return model.advanced(graph, changed)
