"""The grid model on grids worked out by hand."""

from __future__ import annotations

import pytest

from tests.truth.drawing import draw
from tests.truth.grid import (
    NONE,
    Effect,
    energised,
    faulted,
    flood,
    opened,
    things_of,
    with_automatic_transfers,
    zone,
)
from tests.truth.net import Net, Position

TWO_FEEDERS = """
# ES1--QIN1--[BUS1]--CB1--L1--DIS--L2--LBS--L3--(TIE open)--M1--CB2--[BUS2]--QIN2--ES2
source ES1 s1;  breaker QIN1 s1 b1;  bus BUS1 b1
source ES2 s2;  breaker QIN2 s2 b2;  bus BUS2 b2
breaker CB1 b1 h1;  line L1 h1 n1;  disconnector DIS n1 n2;  line L2 n2 n3;  load_break LBS n3 n4;  line L3 n4 n5
load_break TIE n5 m1 open;  line M1 m1 h2;  breaker CB2 b2 h2
feeder F1 CB1 h1
"""

RING = """
# one bus, two heads, ring closed:  CB1--P1--TCL--P2--CB2
source ES s;  breaker QIN s b;  bus BUS b
breaker CB1 b h1;  line P1 h1 p1;  load_break TCL p1 p2;  line P2 p2 h2;  breaker CB2 b h2
feeder F CB1 h1
"""


def normal(net: Net) -> frozenset[str]:
    """Switches closed in the normal diagram."""
    return frozenset(piece.id for piece in net.switches if piece.normal is Position.CLOSED)


def start(net: Net) -> Effect:
    return Effect(NONE, NONE, normal(net), energised(net, normal(net)))


def test_energised_stops_at_open_switches_and_needs_a_source_in_service() -> None:
    net = draw("source A a out;  source B b;  line L a b;  breaker Q b c open;  line M c d")
    live = energised(net, normal(net))
    assert live == {"B", "b", "L", "a"}  # from B backwards over L; A itself is out, Q is open


def test_a_bus_out_of_service_takes_its_node_with_it() -> None:
    net = draw("source A a;  line L a b;  bus B b out;  line M b c")
    assert energised(net, normal(net)) == {"A", "a", "L"}


def test_opened_takes_only_the_thing_itself() -> None:
    net = draw(TWO_FEEDERS)
    after = opened(net, normal(net), ["DIS"])
    assert after.trips == NONE
    assert "n1" in after.live
    assert "n2" not in after.live


def test_opened_bus_takes_everything_on_it() -> None:
    net = draw(TWO_FEEDERS)
    after = opened(net, normal(net), ["BUS1"])
    # QIN1 still hangs on the live s1; nothing behind b1 lives
    assert {"ES1", "QIN1"} <= after.live
    assert not {"CB1", "h1", "L1"} & after.live


def test_a_fault_trips_the_breaker_and_goes_through_disconnector_and_load_break_switch() -> None:
    net = draw(TWO_FEEDERS)
    after = faulted(net, normal(net), ["L3"])
    # from L3 back over LBS (load-break) and DIS (disconnector) to CB1, which breaks; TIE is open
    assert after.gone == {"L3", "n5", "n4", "LBS", "n3", "L2", "n2", "DIS", "n1", "L1", "h1"}
    assert after.trips == {"CB1"}
    assert {"BUS1", "b1", "M1", "m1"} <= after.live


def test_a_breaker_with_nothing_live_behind_it_does_not_open() -> None:
    net = draw("source A a;  breaker CB a b;  line L b c;  fuse F c d;  line M d e")
    after = faulted(net, normal(net), ["L"])
    assert after.trips == {"CB"}
    assert "F" in after.closed


def test_a_fault_behind_a_fuse_melts_the_fuse_alone() -> None:
    net = draw("source A a;  breaker CB a b;  line L b c;  fuse F c d;  line M d e")
    after = faulted(net, normal(net), ["M"])
    assert after.trips == {"F"}
    assert {"L", "c"} <= after.live


def test_a_recloser_breaks_too() -> None:
    net = draw("source A a;  breaker CB a b;  line L b c;  recloser R c d;  line M d e")
    assert faulted(net, normal(net), ["M"]).trips == {"R"}


def test_a_device_that_fails_to_trip_lets_the_zone_through() -> None:
    net = draw(TWO_FEEDERS)
    after = faulted(net, normal(net), ["L3"], frozenset({"CB1"}))
    # the zone now holds CB1, the bus and everything up to QIN1
    assert after.trips == {"QIN1"}
    assert {"CB1", "BUS1", "b1"} <= after.gone
    assert "ES1" in after.live


def test_a_closed_ring_is_fed_from_both_ends_and_trips_both_heads() -> None:
    net = draw(RING)
    by_line = faulted(net, normal(net), ["P1"])
    assert by_line.trips == {"CB1", "CB2"}
    assert not {"p1", "p2"} & by_line.live
    # "a feeder as FAULTED is a fault right behind its head"
    assert faulted(net, normal(net), things_of(net, ["F"], "FAULTED")).trips == {"CB1", "CB2"}
    # while the head opened costs nobody anything
    assert {"p1", "p2"} <= opened(net, normal(net), things_of(net, ["F"], "OPENED")).live


def test_a_fault_on_a_breaker_joins_both_its_sides() -> None:
    net = draw(TWO_FEEDERS)
    after = faulted(net, normal(net), ["CB1"])
    # bus side up to QIN1; line side to the end of the feeder
    assert {"b1", "h1", "n5"} <= after.gone
    assert after.trips == {"QIN1"}


def test_a_fault_on_an_open_switch_takes_both_terminals() -> None:
    net = draw(TWO_FEEDERS)
    after = faulted(net, normal(net), ["TIE"])
    assert after.trips == {"CB1", "CB2"}


def test_a_source_in_the_zone_feeds_nothing_and_there_is_no_trip() -> None:
    net = draw("source A a;  line L a b;  disconnector D b c;  line M c d")
    after = faulted(net, normal(net), ["M"])
    assert after.trips == NONE
    assert {"A", "a"} <= after.gone
    assert after.live == NONE


def test_two_sources_without_any_breaker_both_die() -> None:
    net = draw("source A a;  line L a b;  disconnector D b c;  line M c d;  source B d")
    assert faulted(net, normal(net), ["L"]).live == NONE


def test_plant_out_of_service_joins_nothing_when_it_is_faulty() -> None:
    net = draw("source A a;  breaker CB a b;  line L b c;  line X b d out")
    after = faulted(net, normal(net), ["X"])
    assert after.trips == NONE
    assert after.gone == {"X"}
    assert {"L", "c"} <= after.live


def test_a_dead_part_has_a_zone_but_trips_nothing() -> None:
    net = draw("source A a;  breaker CB a b open;  line L b c;  breaker CB2 c d;  line M d e")
    after = faulted(net, normal(net), ["M"])
    assert after.trips == NONE
    assert "d" in after.gone


def test_several_faults_at_once_share_what_they_trip() -> None:
    net = draw(TWO_FEEDERS)
    after = faulted(net, normal(net), ["L1", "M1"])
    assert after.trips == {"CB1", "CB2"}


CUSTOMER = """
# customer C between two feeders: S1 on m (live from A), S2 on n (live from B), both incoming bays recorded closed
source A a;  breaker CA a m;  source B b;  breaker CB b n
customer C;  point R C MANUAL
supply S1 R m x;  bay Q1 x k;  supply S2 R n y STANDBY;  bay Q2 y k;  bus K k;  load O R k kw=10
"""


def test_a_customer_is_live_from_its_supplies_but_carries_nothing_through() -> None:
    net = draw(CUSTOMER)
    without_a = opened(net, normal(net), ["CA"])
    # m has lost A; the way B-n-S2-Q2-k-Q1-S1-m leads through the customer and does not count
    assert "m" not in without_a.live
    assert "S1" not in without_a.live
    assert {"S2", "k", "O"} <= without_a.live


def test_parallel_running_that_is_allowed_is_an_edge_like_any_other() -> None:
    net = draw(CUSTOMER.replace("R C MANUAL", "R C MANUAL parallel"))
    assert "m" in opened(net, normal(net), ["CA"]).live


def test_an_open_release_parts_parallel_running_too() -> None:
    net = draw(CUSTOMER.replace("R C MANUAL", "R C MANUAL parallel"))
    assert "m" not in energised(net, normal(net) - {"CA"}, held=frozenset({"S1"}))


def test_a_grid_fault_does_not_flood_through_a_customer() -> None:
    net = draw(CUSTOMER.replace("bay Q1 x k", "line Q1 x k").replace("bay Q2 y k", "line Q2 y k"))
    inside, edge = zone(net, normal(net), ["m"])
    assert "k" in inside  # the customer's bus is joined to the fault without a breaker between
    assert "n" not in inside
    assert edge == {"CA"}


def test_a_fault_inside_floods_out_through_every_supply_without_a_breaker() -> None:
    net = draw(CUSTOMER.replace("bay Q1 x k", "line Q1 x k").replace("bay Q2 y k", "line Q2 y k"))
    after = faulted(net, normal(net), ["K"])
    assert after.trips == {"CA", "CB"}


def test_a_fault_inside_behind_its_bays_leaves_the_grid_alone() -> None:
    net = draw(CUSTOMER)
    after = faulted(net, normal(net), ["K"])
    assert after.trips == {"Q1", "Q2"}
    assert {"m", "n", "S1", "S2"} <= after.live


def test_a_supply_held_back_by_its_release_is_live_and_feeds_nothing() -> None:
    net = draw(CUSTOMER.replace("bay Q2 y k", "bay Q2 y k open"))
    live = energised(net, normal(net), held=frozenset({"S1"}))
    assert "S1" in live
    assert "k" not in live


TWO_SECTIONS = """
# two infeeds, each on its section; coupler QB open; the automatic transfer opens QI1 and closes QB after 3 s
source A a;  line T1 a t1;  breaker QI1 t1 b1;  bus B1 b1;  breaker F1 b1 f1;  line L1 f1 e1
source D d;  line T2 d t2;  breaker QI2 t2 b2;  bus B2 b2;  breaker QB b1 b2 open
auto BZT QI1 QB delay=3
"""


def after_transfer(net: Net, things: list[str]) -> Effect:
    before = start(net)
    return with_automatic_transfers(net, before, things, faulted(net, before.closed, things), NONE)


def test_an_automatic_transfer_turns_the_loss_of_a_section_into_a_dip() -> None:
    net = draw(TWO_SECTIONS)
    # T1 faulty: no breaker before it, so A is in the zone and dead; QI1 has nothing live behind it
    after = after_transfer(net, ["T1"])
    assert {"B1", "L1", "e1"} <= after.live
    assert "QB" in after.closed
    assert "QI1" not in after.closed
    assert ("L1", 3.0) in after.dips


@pytest.mark.parametrize("flags", ["blocked", "out"])
def test_a_transfer_that_is_blocked_or_out_of_service_does_nothing(flags: str) -> None:
    net = draw(TWO_SECTIONS.replace("delay=3", f"delay=3 {flags}"))
    assert "L1" not in after_transfer(net, ["T1"]).live


def test_a_transfer_onto_a_coupler_that_is_out_of_service_does_nothing() -> None:
    net = draw(TWO_SECTIONS.replace("QB b1 b2 open", "QB b1 b2 open out"))
    after = after_transfer(net, ["T1"])
    assert ("QI1" in after.closed, "QB" in after.closed, after.dips) == (True, False, ())


def test_a_fault_on_the_section_itself_blocks_the_transfer() -> None:
    net = draw(TWO_SECTIONS)
    after = after_transfer(net, ["B1"])
    assert after.trips == {"QI1"}  # QB stays open: it did not close onto the fault and trip
    assert "QB" not in after.closed
    assert {"B2", "b2"} <= after.live


def test_a_flood_does_not_enter_what_is_blocked() -> None:
    net = draw("line L a b;  line M b c")
    assert flood(net.wiring, ["a"], {"M"}) == {"a", "L", "b"}
