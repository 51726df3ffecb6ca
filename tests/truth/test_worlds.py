"""Worlds of unknown switches and the three times, worked out by hand."""

from __future__ import annotations

import pytest

from tests.truth.customers import ALL, DEGRADED, LOST, NORMAL, NOTHING, customer_view
from tests.truth.drawing import draw
from tests.truth.net import Net, Position
from tests.truth.nights import with_reports
from tests.truth.sample_grids import G1, INSIDES
from tests.truth.verdicts import (
    DEAD,
    FELL,
    LIVE,
    changes,
    counted,
    dark_areas,
    dead_before,
    lost_kw,
    verdict,
    verdicts,
    worst_of_loads,
    worst_of_supplies,
    worst_state,
)
from tests.truth.worlds import Event, moments, positions_before, positions_since, since_of, worlds

UNKNOWN_LBS1 = G1.replace("load_break LBS1 n3 n4", "load_break LBS1 n3 n4 unknown")


def test_an_unknown_switch_on_the_way_hides_nobody() -> None:
    net = draw(UNKNOWN_LBS1)
    found = verdicts(net, moments(net, Event(things=("L1",))))
    # closed: C2 falls through R2a and C3 through S3a; open: they were dead before. C1, C4 fall in both worlds.
    assert set(found) == {"C1", "C2", "C3", "C4"}
    assert (found["C2"].state, found["C2"].worlds_hit, found["C2"].worlds) == (LOST, 1, 2)
    assert (found["C3"].state, found["C3"].loads_fed) == (DEGRADED, NOTHING)
    assert found["C3"].worst[0].before.state == NORMAL
    assert found["C2"].decides == found["C3"].decides == {"LBS1"}
    assert found["C1"].can_matter == found["C4"].can_matter == frozenset()


def test_the_worse_change_of_each_supply_and_load() -> None:
    net = draw(UNKNOWN_LBS1)
    found = moments(net, Event(things=("L1",)))
    supplies = worst_of_supplies(net, found)
    # S2a, S3a fall only if LBS1 is closed, and are dead before if it is open: FELL is the worse change
    assert {name for name, change in supplies.items() if change == FELL} == {"S1", "S2a", "S3a", "S4a"}
    assert {name for name, change in supplies.items() if change == LIVE} == {"S2b", "S3b", "S4b", "S5"}
    loads = worst_of_loads(net, found)
    assert (loads["R1"], loads["R2a"], loads["R2b"], loads["R3"], loads["R4"]) == (FELL, FELL, LIVE, FELL, LIVE)
    other = worst_of_supplies(net, moments(net, Event(things=("M1",))))
    assert other["S2a"] == DEAD  # untouched by a fault on M1, and dead if LBS1 is open


def test_opened_has_worlds_too() -> None:
    net = draw(UNKNOWN_LBS1)
    found = verdicts(net, moments(net, Event(things=("L1",), cause="OPENED")))
    assert set(found) == {"C1", "C2", "C3", "C4"}
    assert found["C2"].decides == {"LBS1"}


def test_without_an_event_the_worst_state_counts() -> None:
    net = draw(UNKNOWN_LBS1)
    situations = [moment.before for moment in moments(net, Event(things=()))]
    assert worst_state(net, situations, "C2")[0] == LOST
    assert worst_state(net, situations, "C3") == (DEGRADED, NOTHING)
    assert worst_state(net, situations, "C1") == (NORMAL, ALL)


def test_of_two_worlds_in_which_one_is_hit_the_worse_counts() -> None:
    # S falls in both; T lives only if U is closed: closed NORMAL -> DEGRADED, open DEGRADED -> LOST
    net = draw("""source A a; source B b; load_break U b c unknown
                  customer C; point R C MANUAL kw=5; supply S R a; supply T R c STANDBY""")
    found = verdict(net, moments(net, Event(things=("a",))), "C")
    assert found is not None
    assert (found.state, found.worst[0].before.state, found.worlds_hit) == (LOST, DEGRADED, 2)
    assert set(found.decides) == {"U"}


def test_a_switch_that_changes_a_supply_but_not_the_answer_can_matter_and_does_not_decide() -> None:
    # S falls, T lives, V lives only if U is closed: DEGRADED with all loads on T in both worlds
    net = draw("""source A a; source B b; load_break U b c unknown; customer C; point R C AUTOMATIC kw=5
                  supply S R a; supply T R b STANDBY; supply V R c STANDBY""")
    found = verdict(net, moments(net, Event(things=("a",))), "C")
    assert found is not None
    assert (found.state, found.loads_fed, found.decides) == (DEGRADED, ALL, frozenset())
    assert found.can_matter == {"U"}


def test_two_unknown_switches_in_series_each_can_matter() -> None:
    net = draw("""source A a; breaker Q a b; load_break U b c unknown; load_break V c d unknown
                  customer C; point R C; supply S R d""")
    found = verdict(net, moments(net, Event(things=("b",))), "C")
    assert found is not None
    assert (found.state, found.worlds_hit, found.worlds) == (LOST, 1, 4)
    assert found.decides == {"U", "V"}


def test_two_unknown_switches_in_parallel_each_alone_can_matter_when_the_other_is_open() -> None:
    net = draw("""source A a; breaker Q a b; load_break U b c unknown; load_break V b c unknown
                  customer C; point R C; supply S R c""")
    found = verdict(net, moments(net, Event(things=("b",))), "C")
    assert found is not None
    assert (found.worlds_hit, set(found.decides)) == (3, {"U", "V"})


def test_an_unknown_breaker_on_the_zones_edge_decides_who_trips() -> None:
    # fault on M: with U closed it is the edge and opens; with U open there is no fault current at all
    net = draw("""source A a; breaker Q a b; line L b c; breaker U c d unknown; line M d e
                  customer C; point R C; supply S R c""")
    event = Event(things=("M",))
    assert [moment.trips for moment in moments(net, event)] == [{"U"}, frozenset()]
    assert verdicts(net, moments(net, event)) == {}


def test_more_than_twelve_unknown_switches_are_refused() -> None:
    with pytest.raises(ValueError, match="13 unknown"):
        list(worlds({f"S{n}": (Position.UNKNOWN, -1) for n in range(13)}))


def test_a_fault_on_dead_plant_is_told_from_one_that_hits_nobody() -> None:
    text = """source A a; breaker Q a b open; line L b c; line X a d out; line Y a e
              load_break U a f unknown; line Z f g"""
    net = draw(text)
    asked = {thing: Event(things=(thing,)) for thing in ("L", "X", "Y", "Z")}
    found = {thing: dead_before(net, event, moments(net, event)) for thing, event in asked.items()}
    # L lies behind an open breaker, X is out of service, Y is live with nobody on it, Z is live if U is closed
    assert found == {"L": True, "X": True, "Y": False, "Z": False}


# --- three times: the night of a trip at 100 s --------------------------------------------------------------------

NIGHT = """
source A a;  breaker CB a b;  line L1 b c;  load_break I c d;  line L2 d e;  load_break T e f open
source B g;  breaker CB2 g f
consumer A1 c kw=100 households=40;  consumer A2 e kw=50 households=20
customer C1;  point R1 C1 NONE kw=30;  supply S1 R1 e
"""


def night(*reports: str) -> Net:
    return draw(NIGHT + "\n".join(f"report {report}" for report in reports))


def test_what_was_switched_after_the_loss_is_undone_for_before() -> None:
    net = night("CB OPEN at=100", "I OPEN at=300", "T CLOSED at=400")
    event = Event(things=("L1",), tripped=frozenset({"CB"}))
    before = {switch: position for switch, (position, _) in positions_before(net, event, 500).items()}
    assert before["CB"] is Position.CLOSED  # the trip itself, at the very moment of loss, is undone
    assert before["I"] is Position.CLOSED
    assert before["T"] is Position.OPEN
    assert set(positions_since(net, event, 500)) == {"CB", "I", "T"}
    assert set(positions_since(net, event, 350)) == {"CB", "I"}


@pytest.mark.parametrize(("at", "fed", "kw"), [(150, NOTHING, 180), (350, NOTHING, 180), (450, ALL, 100)])
def test_now_goes_on_from_what_was_recorded(at: float, fed: str, kw: float) -> None:
    net = night("CB OPEN at=100", "I OPEN at=300", "T CLOSED at=400")
    (found,) = moments(net, Event(things=("L1",), tripped=frozenset({"CB"})), at)
    # at the loss all 180 kW are out (100 + 50 + 30), whatever was done since
    assert lost_kw(net, found.before, found.at_loss) == 180
    assert customer_view(net, found.now, "C1").loads_fed == fed
    # once L2 is cut off at I and fed over T, A1 alone is out
    assert lost_kw(net, found.before, found.now) == kw


def test_who_was_hit_stays_hit_and_is_back() -> None:
    net = night("CB OPEN at=100", "I OPEN at=300", "T CLOSED at=400")
    found = verdicts(net, moments(net, Event(things=("L1",), tripped=frozenset({"CB"})), 450))
    assert (found["C1"].state, found["C1"].now, found["C1"].back_everywhere) == (LOST, (NORMAL, ALL), True)


def test_without_since_the_loss_is_the_last_opening_of_the_first_tripped_device() -> None:
    # a trip of last month, closed again; tonight's at 100, closed again at 400 as the plan said
    net = night("CB OPEN at=-9000", "CB CLOSED at=-8000", "CB OPEN at=100", "CB OPEN at=130", "CB CLOSED at=400")
    event = Event(things=("L1",), tripped=frozenset({"CB"}))
    assert since_of(net, event, 500) == 100
    assert since_of(net, event, 50) == -9000
    assert since_of(net, Event(things=("L1",)), 500) == 500


def test_since_alone_undoes_the_trip_reported_later() -> None:
    net = night("CB OPEN at=100")
    (found,) = moments(net, Event(things=("L1",), since=90), 200)
    assert "CB" in found.before.closed
    assert lost_kw(net, found.before, found.at_loss) == 180


def test_what_was_open_before_the_loss_stays_open_before() -> None:
    # I was opened for planned work at 50: L2 was dead before, nobody is hit twice
    net = night("I OPEN at=50", "CB OPEN at=100")
    (found,) = moments(net, Event(things=("L1",), tripped=frozenset({"CB"})), 200)
    assert lost_kw(net, found.before, found.at_loss) == 100
    assert verdicts(net, [found]) == {}


def test_closing_the_tie_before_cutting_feeds_the_fault_and_brings_nobody_back() -> None:
    net = night("CB OPEN at=100", "T CLOSED at=200")
    (found,) = moments(net, Event(things=("L1",), tripped=frozenset({"CB"})), 300)
    # the whole of L1, I, L2 up to CB2 is the zone now, and CB2 trips
    assert "CB2" not in found.now.closed
    assert customer_view(net, found.now, "C1").loads_fed == NOTHING


def test_a_report_of_the_very_moment_of_loss_counts_as_before() -> None:
    net = night("I OPEN at=100", "CB OPEN at=100")
    event = Event(things=("L1",), tripped=frozenset({"CB"}))
    before = positions_before(net, event, 200)
    assert (before["I"][0], before["CB"][0]) == (Position.OPEN, Position.CLOSED)


def test_of_two_reports_of_one_time_the_later_recorded_counts() -> None:
    net = night("I CLOSED at=50 number=8", "I OPEN at=50 number=7", "I OPEN at=40 number=9")
    assert positions_before(net, Event(things=()), 60)["I"] == (Position.CLOSED, 8)


def test_a_switch_that_is_unknown_since_before_has_one_position_in_a_world() -> None:
    net = night("I UNKNOWN at=50", "CB OPEN at=100")
    found = moments(net, Event(things=("L1",), tripped=frozenset({"CB"})), 200)
    assert len(found) == 2
    for moment in found:
        assert ("I" in moment.before.closed) == ("I" in moment.now.closed)


def test_a_release_holds_until_its_bay_is_reported_closed() -> None:
    text = NIGHT.replace("point R1 C1 NONE kw=30;  supply S1 R1 e", "point R1 C1 NONE release; supply S1 R1 e x")
    text += "bay Q x y; bus K y; load O R1 y kw=30\n"
    done = "report CB OPEN at=100\nreport I OPEN at=300\nreport T CLOSED at=400\n"
    event = Event(things=("L1",), tripped=frozenset({"CB"}))
    (held,) = moments(draw(text + done), event, 500)
    assert customer_view(draw(text + done), held.now, "C1").loads_fed == NOTHING
    net = draw(text + done + "report Q CLOSED at=450")
    (closed,) = moments(net, event, 500)
    assert customer_view(net, closed.now, "C1").loads_fed == ALL


def test_a_release_opens_again_at_every_later_loss() -> None:
    # CB trips, is closed, the electrician closes; then CB opens once more and is closed again: S stands open
    net = draw("source G a; breaker CB a b; line L b c; customer C; point R C NONE release kw=10; supply S R c")
    for at, opens, closes in ((0, ["CB"], []), (10, [], ["CB"]), (20, [], ["S"]), (30, ["CB"], []), (40, [], ["CB"])):
        net = with_reports(net, tuple(opens), tuple(closes), at)
    for moment, fed in ((15, NOTHING), (25, ALL), (45, NOTHING)):
        for event in (Event(things=(), since=0.0, tripped=frozenset({"CB"})), Event(things=())):
            (found,) = moments(net, event, moment)
            assert customer_view(net, found.now, "C").loads_fed == fed, (moment, event)


def test_a_manual_change_over_that_is_recorded_brings_the_customer_back() -> None:
    done = "report CB1a OPEN at=100\nreport BK51 OPEN at=200\nreport BK52 CLOSED at=200\n"
    net = draw(G1 + INSIDES + done)
    found = moments(net, Event(things=("L1",), tripped=frozenset({"CB1a"})), 300)
    (change,) = [change for _, change in changes(net, found, "K5")]
    assert (change.before.state, change.at_loss.state, change.now.state) == (NORMAL, DEGRADED, DEGRADED)
    assert (change.at_loss.loads_fed, change.now.loads_fed) == (NOTHING, ALL)
    assert change.back


def test_public_areas_are_counted_with_households_and_kw() -> None:
    net = night()
    (found,) = moments(net, Event(things=("L1",)))
    dark = counted(net, dark_areas(net, found.before, found.at_loss))
    assert (dark.count, dark.households, dark.kw) == (2, 60, 150)


def test_an_automatic_transfer_closes_nothing_that_was_reported_open_since() -> None:
    # T took over by itself at 0; opening S, which is dead, darkens nobody, opening T does
    text = """source A a; source B b; breaker Q a c; customer C; point R C AUTOMATIC kw=5
              supply S R c; supply T R b STANDBY"""
    for opened, fed in (("S", ALL), ("T", NOTHING)):
        net = with_reports(with_reports(draw(text), ("Q",), (), 0.0), (opened,), (), 60.0)
        event = Event(things=("c",), since=0.0, tripped=frozenset({"Q"}))
        (found,) = moments(net, event, 120.0)
        assert customer_view(net, found.at_loss, "C").loads_fed == ALL
        assert customer_view(net, found.now, "C").loads_fed == fed, opened
