"""The drawing language draws what it says."""

from __future__ import annotations

import pytest

from loaders.drawing import batch
from schema.grid import ACLineSegment, Switch
from schema.relationships import RelationshipKind
from schema.vocabulary import Importance, SupplyRole, SwitchPosition
from tests.drawing import draw, ids


def test_a_feeder_with_a_customer() -> None:
    graph = draw(
        """
        F1 = CB1
        F1 @ SUB1
        G1 - B1 - CB1 - L1(300m) --- n1 - S1>C1 - IB1 - SB1 - LD1   # main
        n1 - LS1/ - L2! - S2>C1.2:standby
        """,
        C1={"importance": Importance.FIRST},
    )
    at = graph.index
    assert graph.get(ACLineSegment, at("L1")).length_m == 300
    assert graph.get(Switch, at("LS1")).current_position is SwitchPosition.OPEN
    assert not graph.entity(at("L2")).in_service  # type: ignore[attr-defined]
    assert graph.entity(at("S2")).role is SupplyRole.STANDBY  # type: ignore[attr-defined]
    assert graph.entity(at("C1")).importance is Importance.FIRST  # type: ignore[attr-defined]
    assert [graph.id(i) for i in graph.targets(at("CB1"), RelationshipKind.CONNECTS)] == ["B1.n", "CB1~L1"]
    assert [graph.id(i) for i in graph.targets(at("S1"), RelationshipKind.CONNECTS)] == ["n1", "IB1.n"]
    assert [graph.id(i) for i in graph.targets(at("C1"), RelationshipKind.HAS_RECEIVING_POINT)] == ["C1.1", "C1.2"]
    assert graph.targets(at("F1"), RelationshipKind.STARTS_AT) == [at("CB1")]
    assert graph.targets(at("F1"), RelationshipKind.CONTAINED_IN) == [at("SUB1")]
    assert ids(graph, [at("CB1~L1"), at("B1.n"), at("n1"), at("L1")]) == {"n1", "L1"}


def test_a_third_terminal_and_a_batch() -> None:
    made = batch("n1 - T1 - n2\nT1 - n3")
    assert [(link.source, link.target, link.key) for link in made.relationships] == [
        ("T1", "n1", "1"),
        ("T1", "n2", "2"),
        ("T1", "n3", "3"),
    ]


@pytest.mark.parametrize("text", ["B1 - n1", "n1 - n2", "X1 - n1", "n1 - L1(3)"])
def test_what_cannot_be_drawn(text: str) -> None:
    with pytest.raises(ValueError, match=r"nothing stands between|cannot read"):
        draw(text)


def test_fields_of_what_is_not_drawn() -> None:
    with pytest.raises(ValueError, match="not drawn"):
        draw("n1 - L1", L2={})
