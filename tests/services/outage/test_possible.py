"""Switches of unknown position: the worst change over all worlds, worked out by hand."""

from __future__ import annotations

import pytest

from graph_api.readmodel.model import ReadModel
from graph_api.services.outage.event import Cause, Event
from graph_api.services.outage.impact import Impact, find_impact
from graph_api.services.outage.possible import MOST
from schema.batch import GraphBatch
from schema.relationships import Relationship, RelationshipKind
from schema.vocabulary import Importance, LoadsFed, SupplyState, SwitchPosition, TransferMode
from tests.drawing import draw
from tests.nights import clock, night

G1 = (
    """
    G1 - QB1 - B1
    B1 - CB1 - L1 - DS1 - n3 - L2 - LS1 - L3 - n5
    G2 - CB9 - B2
    B2 - CB2 - M1 - LS2 - M2 - n4
    n5 - DS9/ - n4
    n3 - S1>C1
    n5 - S2>C2
    n4 - S3>C2.2
    n5 - S4>C3
    n4 - S5>C3:standby
    n3 - S6>C4
    n4 - S7>C4:standby
""".replace("QB1", "CB0")
    .replace("M1", "L11")
    .replace("M2", "L12")
)
"""Two feeders with an open disconnector between their ends; C1 single, C2 two points, C3 by hand, C4 by itself."""
KNOWN = {
    "C2": {"importance": Importance.FIRST},
    "C3.1": {"transfer": TransferMode.MANUAL},
    "C4.1": {"transfer": TransferMode.AUTOMATIC},
}


def impact(text: str, *things: str, cause: Cause = Cause.FAULTED) -> Impact:
    known = {name: fields for name, fields in KNOWN.items() if name.split(".")[0] in text}
    model = ReadModel.build(draw(text, **known))
    return find_impact(model, Event(things=tuple(map(model.graph.index, things)), at=clock("12:00"), cause=cause))


def table(found: Impact) -> dict[str, tuple[str, str, set[str]]]:
    name = found.model.graph.id
    every = [found.affected(at) for _, at in found.customers()]
    return {
        name(each.customer): (each.state.value, each.loads_fed.value, set(map(name, each.depends_on))) for each in every
    }


@pytest.mark.parametrize("cause", list(Cause)[:2])
def test_who_lives_only_if_a_switch_is_closed_falls_with_the_event(cause: Cause) -> None:
    found = impact(G1.replace("LS1", "LS1?"), "L1", cause=cause)
    assert table(found) == {
        "C1": ("LOST", "NONE", set()),
        "C2": ("LOST", "SOME", {"LS1"}),
        "C3": ("DEGRADED", "NONE", {"LS1"}),
        "C4": ("DEGRADED", "ALL", set()),
    }
    assert found.exact
    index = found.model.graph.index
    points = {each.receiving_point: each.state for each in found.affected(index("C2")).receiving_points}
    assert points == {index("C2.1"): SupplyState.LOST, index("C2.2"): SupplyState.NORMAL}
    assert found.affected(index("C3")).awaiting_transfer is not None
    known = impact(G1, "L1", cause=cause)
    assert {name: row[:2] for name, row in table(known).items()} == {
        name: row[:2] for name, row in table(found).items()
    }
    assert known.summary.customers == found.summary.customers


def test_a_switch_elsewhere_decides_nothing() -> None:
    found = impact(G1.replace("LS1", "LS1?"), "L11")
    assert {name: row[2] for name, row in table(found).items()} == {"C2": {"LS1"}, "C3": {"LS1"}, "C4": set()}
    assert table(impact(G1 + "B1 - CB7 - L7 - LS7? - L8 - S8>C8", "L1"))["C1"][2] == set()


def test_an_unknown_position_that_was_reported_since_decides_now() -> None:
    model = night(G1, "11:50 CB1 OPEN", "12:00 DS1 OPEN", "12:05 DS9 UNKNOWN", **KNOWN)
    index = model.graph.index
    found = find_impact(model, Event(things=(index("L1"),), at=clock("13:00"), tripped=(index("CB1"),)))
    assert table(found)["C1"] == ("LOST", "NONE", {"DS9"}), "back only if the tie is closed"
    assert not found.affected(index("C1")).back


def chain(count: int) -> str:
    """A feeder that goes on over so many switches of unknown position, with a customer behind each."""
    line = " - ".join(f"LS{n}? - n{n}" for n in range(1, count + 1))
    return f"G1 - CB1 - L1 - {line}\nL1 - S0>C0\n" + "\n".join(f"n{n} - S{n}>C{n}" for n in range(1, count + 1))


@pytest.mark.parametrize("count", [MOST, MOST + 1])
def test_many_of_them_are_gone_through_or_the_answer_says_that_it_is_a_superset(count: int) -> None:
    found = impact(chain(count), "L1")
    assert found.exact is (count <= MOST)
    answer = table(found)
    assert answer.keys() == {f"C{n}" for n in range(count + 1)}
    assert {row[:2] for row in answer.values()} == {("LOST", "NONE")}
    if found.exact:
        assert answer["C0"][2] == set()
        assert answer[f"C{count}"][2] == {f"LS{n}" for n in range(1, count + 1)}
    assert found.summary.total_count == count + 1
    assert found.affected(found.model.graph.index("C1")).loads_fed is LoadsFed.NONE


def test_too_many_of_them_after_a_night() -> None:
    text = chain(MOST + 1) + "\nG2 - CB2 - L2 - LS99/ - n1"
    model = night(text, "11:50 CB1 OPEN", "12:00 LS1 OPEN", "12:05 LS99 CLOSED")
    index = model.graph.index
    found = find_impact(model, Event(things=(index("L1"),), at=clock("13:00"), tripped=(index("CB1"),)))
    assert not found.exact
    states = {name: row[0] for name, row in table(found).items()}
    assert states["C0"] == "LOST"
    assert states[f"C{MOST + 1}"] == "LOST", "fed again only over the switches that nobody knows"


def test_a_breaker_of_unknown_position_may_have_tripped_and_is_named() -> None:
    # two breakers side by side feed L1: one of unknown position trips where it is closed
    text = "G1 - B1 - CB1 - L1 - S1>C1\nB1 - CB2? - L1\nL1 - LS3? - L2 - CB4 - G2"
    found = impact(text, "L1")
    name = found.model.graph.id
    assert [name(at) for at in found.operated_by] == ["CB1", "CB2", "CB4"]
    assert found.model.position(found.model.graph.index("CB2")) is SwitchPosition.UNKNOWN
    alone = impact("G1 - CB1? - L1 - S1>C1", "L1")
    assert list(map(alone.model.graph.id, alone.operated_by)) == ["CB1"]
    opened = impact(text, "L1", cause=Cause.OPENED)
    assert opened.operated_by == ()


def test_a_transfer_inside_that_nobody_reported_has_acted_in_its_worlds_alone() -> None:
    """S2 is taken out. CB1 open: C1 had changed over to S2 and loses all that it had; closed: it lives on S1 as ever.
    Its second point has no supply in either."""
    text = (
        "G1 - CB1? - L1 - S1>C1 - SB1 - IB1 - LD1\nG2 - CB2 - L2 - S2>C1:standby - SB2/ - IB1\nG3 - CB3/ - L3 - S3>C1.2"
    )
    by = GraphBatch(relationships=[Relationship(kind=RelationshipKind.TRANSFERS_BY, source="C1.1", target="SB2")])
    model = ReadModel.build(draw(text, by, **{"C1.1": {"transfer": TransferMode.AUTOMATIC}}))
    index = model.graph.index
    out = find_impact(model, Event(things=(index("S2"),), at=clock("12:00"), cause=Cause.OPENED))
    assert table(out) == {"C1": ("LOST", "NONE", {"CB1"})}
