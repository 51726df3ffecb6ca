"""Before, at the loss and now of an event, worked out by hand on a feeder with a tie.

    G1 - B1 - CB1 - L1 - LS1 - L2 - LS2 - L3 - LS9/ - L8 - CB2 - B2 - G2
                    S1         S2         S3          S8
"""  # fmt: skip

from __future__ import annotations

from typing import Any

import pytest

from graph_api.errors import InvalidInput
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.topology import Outage
from graph_api.services.outage.event import Cause, Event
from graph_api.services.outage.situation import Situation, situation_of
from schema.vocabulary import SwitchPosition
from tests.drawing import ids
from tests.nights import clock, night
from tests.services.restoration.test_planning import TIE

SUPPLIES = {"S1", "S2", "S3", "S8"}


def asked(model: ReadModel, *things: str, at: str = "13:00", **parts: Any) -> Situation:
    index = model.graph.index
    given = {
        name: tuple(map(index, value)) if name in ("tripped", "stuck") else clock(value) if name == "since" else value
        for name, value in parts.items()
    }
    return situation_of(model, Event(things=tuple(map(index, things)), at=clock(at), **given))


def out(found: Situation, outage: Outage) -> set[str]:
    return ids(found.model.graph, outage.lost.tolist()) & SUPPLIES


def named(found: Situation, positions: tuple[tuple[int, SwitchPosition], ...]) -> dict[str, str]:
    return {found.model.graph.id(index): position.value for index, position in positions}


def test_without_acts_now_is_as_the_event_left_it() -> None:
    found = asked(night(TIE), "L2")
    assert found.since == clock("13:00")
    assert found.before is found.model
    assert named(found, found.positions_left) == named(found, found.positions_now) == {"CB1": "OPEN"}
    assert found.now is found.fault
    assert out(found, found.fault) == {"S1", "S2", "S3"}
    assert found.operated_since == ()


def test_a_night_is_asked_of_the_grid_at_the_loss() -> None:
    acts = ("11:50 CB1 OPEN", "12:00 LS1 OPEN", "12:05 LS2 OPEN", "12:10 CB1 CLOSED", "12:20 LS9 CLOSED")
    out_now = [{"S1", "S2", "S3"}] * 3 + [{"S2", "S3"}, {"S2"}]
    for count, still in enumerate(out_now, 1):
        found = asked(night(TIE, *acts[:count]), "L2", tripped=["CB1"])
        assert found.since == clock("11:50")
        assert out(found, found.fault) == {"S1", "S2", "S3"}
        assert out(found, found.now) == still, acts[:count]
    assert [(each.switch, each.position.value, each.at) for each in found.operated_since] == [
        ("LS1", "OPEN", clock("12:00")),
        ("LS2", "OPEN", clock("12:05")),
        ("CB1", "CLOSED", clock("12:10")),
        ("LS9", "CLOSED", clock("12:20")),
    ]
    assert named(found, found.positions_now) == {"LS1": "OPEN", "LS2": "OPEN", "LS9": "CLOSED"}
    assert named(found, found.positions_left) == {"CB1": "OPEN"}


def test_the_moment_of_loss_alone_undoes_what_came_after() -> None:
    model = night(TIE, "11:50 CB1 OPEN", "12:00 LS1 OPEN")
    found = asked(model, "L2", since="11:45")
    assert out(found, found.fault) == {"S1", "S2", "S3"}
    assert asked(model, "L2", since="11:55").before.topology.energised(model.graph.index("L1")) is False


def test_an_answer_of_an_earlier_time_knows_no_later_acts() -> None:
    model = night(TIE, "11:50 CB1 OPEN", "12:00 LS1 OPEN", "12:10 CB1 CLOSED")
    found = asked(model, "L2", at="12:05", tripped=["CB1"])
    assert out(found, found.now) == {"S1", "S2", "S3"}
    assert [each.switch for each in found.operated_since] == ["LS1"]
    assert out(found, asked(model, "L2", at="12:10", tripped=["CB1"]).now) == {"S2", "S3"}


def test_who_closes_onto_the_fault_trips_it_again() -> None:
    found = asked(night(TIE, "11:50 CB1 OPEN", "12:10 CB1 CLOSED"), "L2", tripped=["CB1"])
    assert out(found, found.now) == {"S1", "S2", "S3"}
    assert ids(found.model.graph, found.now.tripped.tolist()) == {"CB1"}
    tied = asked(night(TIE, "11:50 CB1 OPEN", "12:10 LS9 CLOSED"), "L2", tripped=["CB1"])
    assert out(tied, tied.fault) == {"S1", "S2", "S3"}
    assert out(tied, tied.now) == SUPPLIES, "the tie cannot break a fault, and CB2 goes with it"


def test_the_loss_is_when_it_opened_last_not_when_it_was_confirmed() -> None:
    acts = ("08:00 CB1 OPEN", "09:00 CB1 CLOSED", "11:50 CB1 OPEN", "11:55 CB1 OPEN", "12:30 CB1 CLOSED")
    assert asked(night(TIE, *acts), "L2", tripped=["CB1"]).since == clock("11:50")
    assert asked(night(TIE, *acts), "L2", at="10:00", tripped=["CB1"]).since == clock("08:00")


def test_what_is_assumed_holds_before_and_now() -> None:
    model = night(TIE, "11:50 CB1 OPEN", "12:00 LS1 OPEN")
    closed = (model.graph.index("LS1"), SwitchPosition.CLOSED)
    found = asked(model, "L3", tripped=["CB1"], assume=(closed,))
    assert named(found, found.positions_now) == {"CB1": "OPEN"}
    opened = (model.graph.index("LS1"), SwitchPosition.OPEN)
    alone = asked(night(TIE), "L1", assume=(opened,))
    assert out(alone, alone.fault) == {"S1"}, "what stands behind LS1 was dead before"


def test_what_tripped_is_not_assumed_open() -> None:
    model = night(TIE)
    opened = (model.graph.index("CB1"), SwitchPosition.OPEN)
    with pytest.raises(InvalidInput, match="closed before it"):
        asked(model, "L3", tripped=["CB1"], assume=(opened,))


def test_positions_alone_are_what_happens() -> None:
    model = night(TIE)
    opened = (model.graph.index("LS1"), SwitchPosition.OPEN)
    found = asked(model, cause=Cause.OPENED, assume=(opened,))
    assert out(found, found.fault) == out(found, found.now) == {"S2", "S3"}
    assert named(found, found.positions_now) == {"LS1": "OPEN"}


def test_a_feeder_that_tripped_and_was_fed_again() -> None:
    found = asked(night(TIE, "11:50 CB1 OPEN", "12:00 LS1 OPEN", "12:10 LS9 CLOSED"), "F1", tripped=["CB1"])
    assert out(found, found.fault) == {"S1", "S2", "S3"}
    assert out(found, found.now) == {"S1"}


INSIDE = """
    G1 - B1 - CB1 - L1 - S1>C1 - SB1 - IB1 - LD1
    G2 - B2 - CB2 - L2 - S2>C1:standby - SB2/ - IB1
"""


def test_what_customers_operated_is_undone_too() -> None:
    model = night(INSIDE, "11:50 CB1 OPEN", "12:00 SB1 OPEN", "12:01 SB2 CLOSED")
    found = asked(model, "L1", tripped=["CB1"])
    point = found.before.customers.point(model.graph.index("C1.1"))
    closed = {model.graph.id(each.index) for each in point.branches if each.conducts}
    assert closed == {"SB1", "IB1"}
    assert named(found, found.positions_now) == {"CB1": "OPEN", "SB1": "OPEN", "SB2": "CLOSED"}


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"since": "13:30"}, "before the loss"),
        ({"tripped": ["CB2"]}, "does not stand open"),
        ({"tripped": ["CB1"], "at": "11:00"}, "CB2"),
    ],
)
def test_what_cannot_be_asked(parts: dict[str, Any], words: str) -> None:
    model = night(TIE, "11:50 CB1 OPEN")
    if words == "CB2":
        assert asked(model, "L2", **parts).since == clock("11:00"), "it stands open, though nobody had said so then"
        return
    with pytest.raises(InvalidInput, match=words):
        asked(model, "L2", **parts)


def test_what_had_no_voltage_contradicts_nothing() -> None:
    model = night(TIE, "10:00 LS1 OPEN", "11:50 CB1 OPEN")
    found = asked(model, "L1", tripped=["CB1"])
    assert out(found, found.fault) == {"S1"}
    dead = night(TIE + "    L3 - FU1 - L9\n", "10:00 LS1 OPEN", "12:00 FU1 OPEN")
    assert out(found, asked(dead, "L8", tripped=["FU1"]).fault) == {"S8"}
    with pytest.raises(InvalidInput, match="FU1"):
        asked(night(TIE + "    L3 - FU1 - L9\n", "12:00 FU1 OPEN"), "L8", tripped=["FU1"])


def test_who_opens_it_again_later_makes_no_other_question() -> None:
    acts = ("11:50 CB1 OPEN", "12:00 LS1 OPEN", "12:10 CB1 CLOSED", "12:30 CB1 OPEN")
    found = asked(night(TIE, *acts), "L2", tripped=["CB1"])
    assert found.since == clock("11:50"), "at 12:30 LS1 was open: CB1 could not trip on L2"
    assert out(found, found.fault) == {"S1", "S2", "S3"}
    assert asked(night(TIE, *acts), "L1", tripped=["CB1"]).since == clock("12:30")


def test_what_if_of_a_switch_without_a_source_is_refused() -> None:
    model = night("F1 = CB1\nCB1 - L1 - S1>C1\nG2 - B2 - CB2 - L2 - S2>C2\nG2 - B2 - CB3/ - L3 - S3>C3")
    for position in (SwitchPosition.OPEN, SwitchPosition.CLOSED):
        with pytest.raises(InvalidInput, match=r"CB1 .*who is hit cannot be told; recorded behind it are 1: C1"):
            asked(model, cause=Cause.OPENED, assume=((model.graph.index("CB1"), position),))
    both = tuple((model.graph.index(each), SwitchPosition.OPEN) for each in ("CB1", "CB2"))
    assert out(asked(model, cause=Cause.OPENED, assume=both), asked(model, cause=Cause.OPENED, assume=both).fault) == {
        "S2"
    }
    again = ((model.graph.index("CB3"), SwitchPosition.OPEN),)
    assert not asked(model, cause=Cause.OPENED, assume=again).fault.lost.size, "open it is: that changes nothing"
