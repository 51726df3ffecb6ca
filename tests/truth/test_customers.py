"""States, loads fed, change-overs, releases and deadlines, on customers worked out by hand."""

from __future__ import annotations

import pytest

from tests.truth.customers import (
    ALL,
    DEGRADED,
    LOST,
    NORMAL,
    NOTHING,
    SOME,
    Situation,
    carried,
    changeover,
    customer_view,
    point_view,
    settled,
)
from tests.truth.drawing import draw
from tests.truth.net import Net
from tests.truth.own_sources import (
    Hold,
    Rank,
    WhyNot,
    hold,
    interlock_warnings,
    must_precede,
    nearest_single_points,
    out_of_order,
    rank,
    separators,
    single_points,
    single_points_by,
)
from tests.truth.sample_grids import G1, INSIDES
from tests.truth.worlds import Event, Moments, moments


def fault(net: Net, *things: str) -> Moments:
    """The only world of a fault."""
    (found,) = moments(net, Event(things=things))
    return found


def state(net: Net, situation: Situation, customer: str) -> tuple[str, str]:
    view = customer_view(net, situation, customer)
    return view.state, view.loads_fed


def test_before_the_fault_everybody_is_normal() -> None:
    net = draw(G1)
    before = fault(net, "L1").before
    assert {state(net, before, name) for name in net.customers} == {(NORMAL, ALL)}


def test_the_fault_on_l1_customer_by_customer() -> None:
    net = draw(G1)
    lost = fault(net, "L1").at_loss
    # CB1a trips; n3, n5 dead, m2 and the ring live
    assert state(net, lost, "C1") == (LOST, NOTHING)
    assert state(net, lost, "C2") == (LOST, SOME)  # worst of its points: R2a LOST, R2b NORMAL with its 100 kW
    assert point_view(net, lost, net.points["R2b"]).state == NORMAL
    assert state(net, lost, "C3") == (DEGRADED, NOTHING)  # "a live standby behind a manual transfer ... feeds nothing"
    assert state(net, lost, "C4") == (DEGRADED, ALL)  # automatic: the standby has taken over
    assert state(net, lost, "C5") == (NORMAL, ALL)


def test_a_manual_transfer_is_awaited_and_an_automatic_one_is_not() -> None:
    net = draw(G1)
    lost = fault(net, "L1").at_loss
    awaited = changeover(net, lost, net.points["R3"])
    assert awaited is not None
    assert awaited.supplies == {"S3b"}
    assert changeover(net, lost, net.points["R4"]) is None
    assert changeover(net, lost, net.points["R1"]) is None


def test_behind_a_release_no_automatic_transfer_is_counted_on() -> None:
    net = draw(G1.replace("R4 C4 AUTOMATIC", "R4 C4 AUTOMATIC release"))
    lost = fault(net, "L1").at_loss
    assert state(net, lost, "C4") == (DEGRADED, NOTHING)


def test_a_supply_that_returns_stays_held_by_its_release() -> None:
    net = draw(G1.replace("R1 C1 NONE", "R1 C1 NONE release"))
    lost = fault(net, "L1").at_loss
    assert lost.released == {"S1"}
    back = settled(net, Situation(fault(net, "L1").before.closed, released=lost.released))
    assert state(net, back, "C1") == (NORMAL, NOTHING)


def test_supplies_out_of_service_do_not_count() -> None:
    net = draw(G1.replace("supply S3b R3 XS3b STANDBY", "supply S3b R3 XS3b STANDBY out"))
    assert state(net, fault(net, "L1").before, "C3") == (NORMAL, ALL)
    assert state(net, fault(net, "L1").at_loss, "C3") == (LOST, NOTHING)


def test_two_main_supplies_without_wires_carry_half_each() -> None:
    net = draw("source A a; source B b; customer C; point R C MANUAL kw=100; supply S R a cap=60; supply T R b cap=80")
    (found,) = moments(net, Event(things=("a",)))
    view = point_view(net, found.at_loss, net.points["R"])
    assert view.state == DEGRADED
    assert view.share == {"R": 0.5}
    change = changeover(net, found.at_loss, net.points["R"])
    assert change is not None
    assert change.supplies == {"T"}


def test_an_automatic_transfer_onto_a_small_supply_feeds_a_part() -> None:
    text = "source A a; source B b; customer C; point R C AUTOMATIC kw=100; supply S R a; supply T R b STANDBY cap=40"
    net = draw(text)
    (found,) = moments(net, Event(things=("a",)))
    # 40 of 100 kW
    assert point_view(net, found.at_loss, net.points["R"]).share == {"R": pytest.approx(0.4)}
    assert state(net, found.at_loss, "C") == (DEGRADED, SOME)


def test_a_security_supply_carries_security_load_only() -> None:
    text = """source A a; source B b; customer C; point R C AUTOMATIC; supply S R a; supply T R b SECURITY cap=100
              load X R kw=10 security; load Y R kw=20"""
    net = draw(text)
    (found,) = moments(net, Event(things=("a",)))
    assert point_view(net, found.at_loss, net.points["R"]).share == {"X": 1.0, "Y": 0.0}


def test_loads_are_shed_by_grade_with_security_loads_last() -> None:
    net = draw("""source A a; customer C; point R C; supply S R a
                  load X R kw=50 grade=GRADE_3 security; load Y R kw=20 grade=GRADE_1; load Z R kw=20 grade=GRADE_2""")
    # 90 kW on 60: Z goes (70), Y goes (50)
    assert carried(net, ["X", "Y", "Z"], 60) == {"X": 1.0, "Y": 0.0, "Z": 0.0}
    assert carried(net, ["X", "Y", "Z"], 75) == {"X": 1.0, "Y": 1.0, "Z": 0.0}
    assert carried(net, ["X", "Y", "Z"], None) == {"X": 1.0, "Y": 1.0, "Z": 1.0}


def test_insides_after_the_fault_on_l1() -> None:
    net = draw(G1 + INSIDES)
    lost = fault(net, "L1").at_loss
    assert [state(net, lost, f"K{n}") for n in (1, 2, 3, 6)] == [(LOST, NOTHING)] * 4
    # K4: BK41 opens, BK42 closes; 60 kW carry K4l1 (50, security) and not K4l2 (20) with it
    assert state(net, lost, "K4") == (DEGRADED, SOME)
    assert point_view(net, lost, net.points["RK4"]).fed == {"K4l1"}
    assert {"BK41", "BK42"} & lost.closed == {"BK42"}
    assert state(net, lost, "K5") == (DEGRADED, NOTHING)
    change = changeover(net, lost, net.points["RK5"])
    assert change is not None
    # 先断后合: open the one, then close the other
    assert (change.opens, change.closes, set(change.gains)) == (("BK51",), ("BK52",), {"K5l1"})


def test_no_change_over_that_would_join_the_dead_supply_to_the_live_one() -> None:
    # without an incoming bay the main cannot be cut off
    net = draw(G1 + INSIDES.replace("bay BK51 YK5a ZK5", "line BK51 YK5a ZK5"))
    assert changeover(net, fault(net, "L1").at_loss, net.points["RK5"]) is None


def test_a_coupler_changes_one_bus_over_to_the_other_infeed() -> None:
    net = draw("""source A a; source B b; customer C; point R C AUTOMATIC bays=QC
                  supply S R a x; bay Q1 x k; bus K k; load O R k kw=10
                  supply T R b y; bay Q2 y l; bus M l; load P R l kw=10; bay QC k l open""")
    (found,) = moments(net, Event(things=("a",)))
    assert {"Q1", "QC", "Q2"} & found.at_loss.closed == {"QC", "Q2"}
    assert state(net, found.at_loss, "C") == (DEGRADED, ALL)


def test_joining_live_supplies_needs_parallel_running_to_be_allowed() -> None:
    # S dead on bus k; T and V run parallel on bus l; closing QC brings k onto both
    text = """source A a; source B b; source D d; customer C; point R C MANUAL parallel bays=QC
              supply S R a x; bay Q1 x k; bus K k; load O R k kw=10
              supply T R b y; bay Q2 y l; supply V R d z; bay Q3 z l; bus M l; bay QC k l open"""
    net = draw(text)
    (found,) = moments(net, Event(things=("a",)))
    change = changeover(net, found.at_loss, net.points["R"])
    assert change is not None
    assert (change.opens, change.closes) == (("Q1",), ("QC",))
    alone = draw(text.replace("MANUAL parallel", "MANUAL"))
    (found,) = moments(alone, Event(things=("a",)))
    assert changeover(alone, found.at_loss, alone.points["R"]) is None


def test_parallel_running_never_joins_a_dead_supply_to_a_live_one() -> None:
    # S has no bay of its own: closing QC would feed back over S
    net = draw("""source A a; source B b; customer C; point R C MANUAL parallel bays=QC
                  supply S R a k; bus K k; load O R k kw=10; supply T R b l; bus M l; bay QC k l open""")
    (found,) = moments(net, Event(things=("A",), cause="OPENED"))
    assert changeover(net, found.at_loss, net.points["R"]) is None


def test_a_fault_inside_leaves_the_supplies_alone() -> None:
    net = draw(G1 + INSIDES)
    lost = fault(net, "K1l1").at_loss
    # K1l1 behind its bay BK1a: that opens, K1l2 stays fed
    assert "BK1a" not in lost.closed
    assert state(net, lost, "K1") == (NORMAL, SOME)


def holds(net: Net, lost: Situation, customer: str) -> dict[str, Hold]:
    views = {name: customer_view(net, lost, name) for name in net.customers}
    unfed = frozenset(load for view in views.values() for load, share in view.share.items() if share < 1)
    return {load: hold(net, lost, load, unfed) for load in views[customer].share if load in unfed}


def test_deadlines_chain_permitted_gap_ups_and_fuel() -> None:
    net = draw(G1 + INSIDES)
    lost = fault(net, "L1").at_loss
    k1 = holds(net, lost, "K1")
    # 0 s + UPS 600 s + genset (ready at 15 s) 7200 s; K1G carries 50 + 50 of its 120 kW
    assert (k1["K1l1"].seconds, k1["K1l1"].counted) == (7800, ("K1U", "K1G"))
    # 60 s + genset 7200 s
    assert (k1["K1l2"].seconds, k1["K1l2"].counted) == (7260, ("K1G",))
    # genset 30 s against 10 s permitted: named, not counted
    k2 = holds(net, lost, "K2")["K2l1"]
    assert (k2.seconds, dict(k2.not_counted)) == (10, {"K2G": WhyNot.TOO_SLOW})
    # UPS 20 min; the genset is started by hand
    k3 = holds(net, lost, "K3")["K3l1"]
    assert (k3.seconds, dict(k3.not_counted)) == (1200, {"K3G": WhyNot.BY_HAND})
    # a security load without a recorded limit is urgent, and has no deadline to name
    k6 = holds(net, lost, "K6")["K6l1"]
    assert (k6.seconds, k6.urgent) == (None, True)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("kw=80 start=30 endurance=120", "kw=40 start=5 endurance=120", WhyNot.TOO_SMALL),
        ("kw=80 start=30 endurance=120", "kw=80 start=5 endurance=120 out", WhyNot.OUT_OF_SERVICE),
        ("kw=80 start=30 endurance=120", "kw=80 start=5", WhyNot.NOT_RECORDED),
    ],
)
def test_why_an_own_source_does_not_count(old: str, new: str, reason: WhyNot) -> None:
    net = draw(G1 + INSIDES.replace(f"own K2G K2l1 {old}", f"own K2G K2l1 {new}"))
    found = holds(net, fault(net, "L1").at_loss, "K2")["K2l1"]
    assert (found.seconds, dict(found.not_counted)) == (10, {"K2G": reason})


def test_a_faulty_load_is_carried_by_nothing() -> None:
    net = draw(G1 + INSIDES)
    found = holds(net, fault(net, "K1l1").at_loss, "K1")["K1l1"]
    assert dict(found.not_counted) == {"K1U": WhyNot.FAULTY, "K1G": WhyNot.FAULTY}


def test_an_interlock_recorded_as_none_is_a_warning_and_one_not_recorded_is_not() -> None:
    net = draw(G1 + INSIDES.replace("own K1G K1l1,K1l2 kw=120", "own K1G IBK1 kw=120 interlock=NONE"))
    assert interlock_warnings(net, "K5") == {"RK5"}
    assert interlock_warnings(net, "K1") == {"K1G"}
    assert interlock_warnings(net, "K4") == frozenset()


def test_single_points_of_what_is_left() -> None:
    net = draw(G1)
    lost = fault(net, "L1").at_loss
    # C4 lives on S4b alone: itself, and all between it and BUS2 takes it; BUS2 has ES2 and, over the ring b, ES1
    left = customer_view(net, lost, "C4").live
    assert left == {"S4b"}
    assert single_points(net, lost, left) == {"S4b", "CBCS4b", "LBS2", "M1", "CB2a", "BUS2"}
    assert nearest_single_points(net, lost, left) == {"S4b"}


def test_two_supplies_from_two_sources_are_redundant_and_two_from_one_bus_are_not() -> None:
    net = draw(G1)
    before = fault(net, "L1").before
    assert single_points(net, before, frozenset({"S3a", "S3b"})) == frozenset()
    one = draw("""source A a; breaker Q a b; bus B b; line L b c; line M b d
                  customer C; point R C MANUAL; supply S R c; supply T R d STANDBY""")
    (found,) = moments(one, Event(things=()))
    both = frozenset({"S", "T"})
    assert single_points(one, found.before, both) == {"A", "Q", "B"}
    assert nearest_single_points(one, found.before, both) == {"B"}
    assert single_points(one, found.before, frozenset()) == frozenset()
    assert single_points_by(one, separators(one, found.before), both) == {"A", "Q", "B"}


def ranked(customer: str, importance: str, fed: str, status: str, urgent: float | None) -> Rank:
    return Rank(customer, customer, False, urgent, importance, fed, status, 1e9 if urgent is None else urgent)


def test_the_order_of_affected_customers() -> None:
    metro = ranked("metro", "FIRST", ALL, DEGRADED, 900)
    hotel = ranked("hotel", "ORDINARY", NOTHING, LOST, None)
    special = ranked("special", "SPECIAL", ALL, DEGRADED, None)
    school = ranked("school", "SECOND", NOTHING, LOST, None)
    # "a deadline within the hour first whatever else is fed; then class; ... special class on its last supply
    # before ordinary ones that are out"
    assert out_of_order([metro, special, school, hotel]) == []
    assert out_of_order([hotel, metro]) == [("metro", "hotel")]
    assert out_of_order([school, special]) == [("special", "school")]


def test_between_two_urgent_ones_only_what_both_readings_say_counts() -> None:
    early_ordinary = ranked("a", "ORDINARY", NOTHING, LOST, 60)
    late_special = ranked("b", "SPECIAL", NOTHING, LOST, 1800)
    early_special = ranked("c", "SPECIAL", NOTHING, LOST, 60)
    assert not must_precede(early_ordinary, late_special)
    assert not must_precede(late_special, early_ordinary)
    assert must_precede(early_special, early_ordinary)
    assert must_precede(early_special, late_special)


def test_who_is_back_comes_last() -> None:
    net = draw(G1)
    back = rank(net, "C2", True, ALL, NORMAL, [])
    out = rank(net, "C1", False, NOTHING, LOST, [])
    assert out_of_order([back, out]) == [("C1", "C2")]


def test_a_security_load_without_limit_ranks_as_urgent() -> None:
    net = draw(G1 + INSIDES)
    found = rank(net, "K6", False, NOTHING, LOST, holds(net, fault(net, "L1").at_loss, "K6").values())
    assert found.urgent_s == 0.0
