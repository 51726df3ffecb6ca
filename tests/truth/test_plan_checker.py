"""The plan checker on plans written and judged by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.truth.drawing import draw
from tests.truth.plan import Accounts, Action, Back, Code, OnOwn, Plan, Step
from tests.truth.plan_checker import check
from tests.truth.plan_return import safety_violations
from tests.truth.verdicts import Dark
from tests.truth.worlds import Event

TIED = """
# A-CB-b-L1-c(A1)-I1-d-L2-e(A2, C1)-I2-f-L3-g(A3, C2 main)-T(open)-h(C2 standby)-M-k-CB2-m-B ; lateral c-J-x(dead end)
source A a;  breaker CB a b remote station=S1;  line L1 b c;  load_break I1 c d remote;  line L2 d e
load_break I2 e f remote;  line L3 f g;  load_break T g h open remote;  line M h k
breaker CB2 k m remote station=S2 limit=200;  source B m;  load_break J c x remote;  line X x y
consumer A1 c kw=100 households=40;  consumer A2 e kw=50 households=20;  consumer A3 g kw=60 households=25
customer C1;  point R1 C1 NONE kw=30;  supply S1 R1 e
customer C2 FIRST;  point R2 C2 MANUAL kw=20;  supply S2 R2 g;  supply S3 R2 h STANDBY
"""
FAULT = Event(things=("L2",))


def op(order: int, action: Action, target: str, **more: object) -> Step:
    """A step by the dispatcher unless said otherwise."""
    return replace(Step(order=order, action=action, target=target, doer="DISPATCHER"), **more)  # type: ignore[arg-type]


def ids(*names: str) -> frozenset[str]:
    return frozenset(names)


GOOD = Plan(
    steps=(
        op(1, Action.OPEN, "I1", start_min=0, end_min=2, kw=0.0),
        op(2, Action.OPEN, "I2", start_min=0, end_min=2, kw=0.0),
        op(3, Action.CLOSE, "CB", start_min=2, end_min=4, kw=100.0, areas=ids("A1")),
        op(4, Action.CLOSE, "T", start_min=2, end_min=4, kw=80.0, restored=ids("C2"), areas=ids("A3")),
    ),
    accounts=Accounts(
        back={"A1": Back(3, 4), "A3": Back(4, 4), "C2": Back(4, 4)},
        still_out={"A2": "at the fault", "C1": "at the fault"},
    ),
    cut_out=ids("L2"),
    bounded_by=ids("I1", "I2"),
)


def codes(text: str, event: Event, plan: Plan, fixed: frozenset[str] = frozenset()) -> set[tuple[Code, int]]:
    return {(violation.code, violation.step) for violation in check(draw(text), event, plan, fixed=fixed)}


def bare(*steps: Step) -> Plan:
    """A plan that claims nothing: only what its steps do is judged."""
    return Plan(steps=steps)


def physical(text: str, event: Event, *steps: Step) -> set[tuple[Code, int]]:
    """Codes without those about claims that `bare` plans do not make."""
    found = codes(text, event, bare(*steps))
    return {(code, step) for code, step in found if code not in (Code.RESTORED_MISSING, Code.LEFT_UNDONE)}


def test_a_good_plan_has_no_violation() -> None:
    assert check(draw(TIED), FAULT, GOOD) == []


def test_closing_the_tie_before_the_cut_feeds_the_fault() -> None:
    found = physical(TIED, FAULT, op(1, Action.CLOSE, "T"), op(2, Action.OPEN, "I1"))
    assert {(Code.FAULT_FED, 1), (Code.LOAD_BREAK_ON_FAULT, 1)} <= found
    # CB2 trips on it: C2's standby had fed nothing yet, so nobody loses load, but the supply is gone
    assert (Code.SWITCHED_OFF, 1) not in found


def test_reclosing_the_breaker_onto_the_fault_feeds_it() -> None:
    assert (Code.FAULT_FED, 1) in physical(TIED, FAULT, op(1, Action.CLOSE, "CB"))


def test_a_source_without_breaker_that_is_joined_to_the_fault_feeds_it() -> None:
    text = TIED.replace("breaker CB2 k m remote station=S2 limit=200", "line CB2 k m")
    assert (Code.FAULT_FED, 1) in physical(text, FAULT, op(1, Action.CLOSE, "T"))


def test_a_source_that_died_in_the_zone_does_not_feed_it_while_it_stays_there() -> None:
    text = "source A a; line L a b; line M b c; load_break E c e; line N e f; load_break T f g open; source B g"
    assert physical(text, Event(things=("M",)), op(1, Action.OPEN, "E")) == {(Code.DOER_WRONG, 1)}


def test_a_fuse_is_not_closed_on_a_fault() -> None:
    text = TIED.replace("load_break T g h", "fuse T g h")
    assert (Code.FUSE_ON_FAULT, 1) in physical(text, FAULT, op(1, Action.CLOSE, "T"))


def test_a_disconnector_is_not_closed_onto_voltage_and_may_be_opened_dead() -> None:
    text = TIED.replace("load_break T g h", "disconnector T g h").replace("load_break I2", "disconnector I2")
    steps = (op(1, Action.OPEN, "I1"), op(2, Action.OPEN, "I2"), op(3, Action.CLOSE, "T"))
    assert {found for found in physical(text, FAULT, *steps) if found[1] > 1} == {(Code.DISCONNECTOR_LIVE, 3)}


def test_a_disconnector_is_not_opened_under_voltage() -> None:
    text = TIED.replace("load_break J c x", "disconnector J c x")
    steps = (op(1, Action.OPEN, "I1"), op(2, Action.CLOSE, "CB"), op(3, Action.OPEN, "J"))
    assert (Code.DISCONNECTOR_LIVE, 3) in physical(text, FAULT, *steps)


def test_dead_plant_cannot_be_operated_nor_can_what_is_fixed() -> None:
    out = TIED.replace("load_break I2 e f remote", "load_break I2 e f remote out")
    assert (Code.NOT_OPERABLE, 1) in physical(out, FAULT, op(1, Action.OPEN, "I2"))
    assert (Code.NOT_OPERABLE, 1) in codes(TIED, FAULT, bare(op(1, Action.OPEN, "I2")), fixed=ids("I2"))
    assert (Code.NOT_OPERABLE, 1) in physical(TIED, FAULT, op(1, Action.OPEN, "L1"))


def test_a_step_without_effect() -> None:
    assert (Code.NO_EFFECT, 1) in physical(TIED, FAULT, op(1, Action.OPEN, "CB"))
    assert (Code.NO_EFFECT, 1) in physical(TIED, FAULT, op(1, Action.CLOSE, "I2"))


def test_joining_two_live_parts_is_a_loop() -> None:
    # fault on the lateral X: CB trips, J cuts it off, CB feeds all; closing T then joins A and B
    event = Event(things=("X",))
    steps = (op(1, Action.OPEN, "J"), op(2, Action.CLOSE, "CB"))
    assert physical(TIED, event, *steps) == set()
    assert (Code.LOOP, 3) in physical(TIED, event, *steps, op(3, Action.CLOSE, "T"))


def test_closing_back_what_was_fed_from_the_other_side_meanwhile_is_a_loop() -> None:
    # J cuts X off; L2 and L3 go to B over T; CB feeds L1; closing I1 again joins A and B
    steps = (op(1, Action.OPEN, "J"), op(2, Action.OPEN, "I1"), op(3, Action.CLOSE, "T"), op(4, Action.CLOSE, "CB"))
    assert Code.LOOP not in {code for code, _ in physical(TIED, Event(things=("X",)), *steps)}
    assert (Code.LOOP, 5) in physical(TIED, Event(things=("X",)), *steps, op(5, Action.CLOSE, "I1"))


def test_closing_a_ring_that_was_closed_before_is_no_loop() -> None:
    text = """source A a; bus B0 a; breaker H1 a b; line P b c; load_break R c d; line Q d e; breaker H2 e a
              load_break J c x; line X x y; consumer K c kw=5"""
    event = Event(things=("X",))  # both heads trip; J cuts X off; H1 feeds all of it; H2 closes the ring again
    steps = (op(1, Action.OPEN, "J"), op(2, Action.CLOSE, "H1"), op(3, Action.CLOSE, "H2"))
    assert (Code.LOOP, 3) not in physical(text, event, *steps)


def test_a_rating_is_judged_with_the_loads_of_that_step() -> None:
    # CB2 may carry 200: A3 (60) + C2 (20) fit. With a limit of 70 they do not.
    assert (Code.OVERLOAD, 4) in codes(TIED.replace("limit=200", "limit=70"), FAULT, GOOD)


def test_what_was_overloaded_before_the_event_may_be_so_again_but_not_more() -> None:
    # CB carried 260 kW before (100 + 50 + 60 + 30 + 20); A1 alone is 100
    assert (Code.OVERLOAD, 3) not in codes(TIED.replace("station=S1", "station=S1 limit=50"), FAULT, GOOD)


def test_opening_a_ring_loads_the_other_side() -> None:
    text = "source A a; breaker H1 a b limit=50; line P b c; line Q c d; breaker H2 d a; consumer K c kw=80"
    assert (Code.OVERLOAD, 1) in physical(text, Event(things=()), op(1, Action.OPEN, "H2"))


def test_a_customer_that_changed_over_weighs_on_the_feeder_it_went_to() -> None:
    # C2 (20) goes to the standby first: after the tie CB2 carries 20 + 60 = 80 of 79
    text = TIED.replace("limit=200", "limit=79")
    change = op(1, Action.TRANSFER, "R2", supplies=ids("S3"), doer="CUSTOMER_ELECTRICIAN")
    steps = (change, op(2, Action.OPEN, "I2"), op(3, Action.CLOSE, "T"))
    assert (Code.OVERLOAD, 3) in physical(text, FAULT, *steps)
    assert (Code.OVERLOAD, 3) not in physical(TIED.replace("limit=200", "limit=81"), FAULT, *steps)


def test_switching_off_people_who_have_power_must_be_said() -> None:
    text = TIED + "consumer A4 k kw=5 households=3\n"
    step = op(1, Action.OPEN, "CB2")
    assert (Code.SWITCHED_OFF, 1) in physical(text, FAULT, step)
    assert (Code.SWITCHED_OFF, 1) not in physical(text, FAULT, replace(step, switched_off=ids("A4")))


def test_a_dead_end_is_not_visited() -> None:
    steps = (op(1, Action.OPEN, "I1"), op(2, Action.OPEN, "J"), op(3, Action.CLOSE, "CB"), op(4, Action.CLOSE, "J"))
    found = physical(TIED, FAULT, *steps)
    assert {(Code.NEEDLESS, 2), (Code.NEEDLESS, 4)} & found


def test_an_edge_with_a_source_behind_it_is_rightly_opened_though_nothing_is_closed() -> None:
    # I1 has CB and A behind it, I2 the tie T and B; neither is needless without any closing
    assert physical(TIED, FAULT, op(1, Action.OPEN, "I1"), op(2, Action.OPEN, "I2")) == set()
    # with a tie that nobody can close under voltage I2 is a dead end, and without one too
    unusable = TIED.replace("load_break T g h", "disconnector T g h")
    assert (Code.NEEDLESS, 2) in physical(unusable, FAULT, op(1, Action.OPEN, "I1"), op(2, Action.OPEN, "I2"))
    dead_end = TIED.replace("load_break T g h open remote;", "")
    assert (Code.NEEDLESS, 2) in physical(dead_end, FAULT, op(1, Action.OPEN, "I1"), op(2, Action.OPEN, "I2"))


def test_what_could_still_be_closed_is_left_undone() -> None:
    left = codes(TIED, FAULT, bare(*GOOD.steps[:3]))
    assert (Code.LEFT_UNDONE, 0) in left
    assert (Code.LEFT_UNDONE, 0) not in codes(TIED, FAULT, GOOD)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"still_out": {"A2": "x"}}, Code.ACCOUNT_MISSING),
        ({"was_not_out": ids("A2")}, Code.ACCOUNT_DOUBLE),
        ({"was_not_out": ids("nobody")}, Code.ACCOUNT_STRANGER),
        ({"back": {"A1": Back(3), "A3": Back(4), "C2": Back(3)}}, Code.ACCOUNT_FALSE),
        ({"back": {"A1": Back(3, 9), "A3": Back(4), "C2": Back(4)}}, Code.ACCOUNT_FALSE),
        ({"back": {"A1": Back(7), "A3": Back(4), "C2": Back(4)}}, Code.ACCOUNT_FALSE),
        ({"still_out": {"A2": "x"}, "back": {**GOOD.accounts.back, "C1": Back(4)}}, Code.ACCOUNT_FALSE),  # type: ignore[union-attr]
        ({"still_out": {"A2": "x"}, "on_own": {"C1": OnOwn()}}, Code.ACCOUNT_FALSE),
        ({"still_out": {"A2": "x"}, "was_not_out": ids("C1")}, Code.ACCOUNT_FALSE),
    ],
)
def test_accounts_that_do_not_close(change: dict[str, object], code: Code) -> None:
    assert GOOD.accounts is not None
    wrong = replace(GOOD, accounts=replace(GOOD.accounts, **change))  # type: ignore[arg-type]
    assert (code, 0) in codes(TIED, FAULT, wrong)


def test_areas_in_numbers() -> None:
    # CB brings A1 back (40 households, 100 kW); A2 (20, 50 kW) stays out
    steps = list(GOOD.steps)
    steps[2] = replace(steps[2], area_counts=Dark(1, 40, 100.0))
    right = replace(GOOD, steps=tuple(steps), areas_out=Dark(1, 20, 50.0))
    assert codes(TIED, FAULT, right) == set()
    assert codes(TIED, FAULT, replace(right, areas_out=Dark(0, 0, 0.0))) == {(Code.AREAS_WRONG, 0)}
    steps[2] = replace(steps[2], area_counts=Dark(1, 41, 100.0))
    assert codes(TIED, FAULT, replace(right, steps=tuple(steps))) == {(Code.AREAS_WRONG, 3)}


@pytest.mark.parametrize(
    ("step", "change", "code"),
    [
        (3, {"restored": frozenset()}, Code.RESTORED_MISSING),
        (2, {"restored": ids("C2")}, Code.RESTORED_FALSE),
        (3, {"restored": ids("C1", "C2")}, Code.RESTORED_FALSE),
        (3, {"areas": frozenset()}, Code.RESTORED_MISSING),
        (2, {"kw": 0.0}, Code.KW_WRONG),
        (1, {"start_min": 3.0, "end_min": 2.0}, Code.TIME_BACKWARDS),
        (1, {"start_min": None, "end_min": None}, Code.TIME_MISSING),
        (0, {"order": 2}, Code.ORDER_WRONG),
        (0, {"doer": None}, Code.DOER_MISSING),
        (0, {"doer": "CUSTOMER_ELECTRICIAN"}, Code.DOER_WRONG),
        (2, {"doer": "SUBSTATION_OPERATION"}, None),
    ],
)
def test_claims_times_and_doers_of_a_step(step: int, change: dict[str, object], code: Code | None) -> None:
    steps = list(GOOD.steps)
    steps[step] = replace(steps[step], **change)  # type: ignore[arg-type]
    found = {name for name, _ in codes(TIED, FAULT, replace(GOOD, steps=tuple(steps)))}
    assert (code in found) if code else not found


def test_a_breaker_in_a_station_that_is_not_remote_is_operated_by_its_operators() -> None:
    text = TIED.replace("breaker CB a b remote", "breaker CB a b")
    assert (Code.DOER_WRONG, 3) in codes(text, FAULT, GOOD)


def test_steps_at_once_must_be_safe_in_either_order() -> None:
    steps = list(GOOD.steps)
    steps[3] = replace(steps[3], start_min=1.0, end_min=4.0)  # T runs while I2 is still being opened
    assert (Code.TIME_DEPENDENCY, 4) in codes(TIED, FAULT, replace(GOOD, steps=tuple(steps)))


def test_one_track_does_one_thing_at_a_time() -> None:
    steps = [replace(step, track="crew 1") for step in GOOD.steps]
    assert {(Code.TIME_TRACK, 2), (Code.TIME_TRACK, 4)} <= codes(TIED, FAULT, replace(GOOD, steps=tuple(steps)))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"cut_out": ids("L3")}, Code.CUT_OUT_FED),
        ({"cut_out": ids("L3")}, Code.CUT_INCOMPLETE),
        ({"bounded_by": ids("I1")}, Code.BORDER_WRONG),
        ({"bounded_by": ids("I1", "I2", "CB2")}, Code.BORDER_WRONG),
    ],
)
def test_what_is_cut_out_and_its_border(change: dict[str, object], code: Code) -> None:
    assert code in {name for name, _ in codes(TIED, FAULT, replace(GOOD, **change))}  # type: ignore[arg-type]


SECTIONED = """
source A a;  breaker CB a b;  line L1 b c;  disconnector D c d;  line L2 d e;  load_break T e h open
line M h k;  breaker CB2 k m;  source B m;  consumer A1 c kw=1;  consumer A2 e kw=2
"""


def way_back(*after: Step, work: frozenset[str] = frozenset()) -> set[tuple[Code, int]]:
    plan = Plan(steps=(op(1, Action.OPEN, "D"), op(2, Action.CLOSE, "T")), after_repair=after)
    found = check(draw(SECTIONED), Event(things=("L1",)), plan, work=work)
    return {(each.code, each.step) for each in found if each.code.startswith("RETURN") or "after repair" in each.about}


def test_the_way_back_obeys_the_device_rules_and_ends_in_the_normal_diagram() -> None:
    opens, dead, breaker = op(1, Action.OPEN, "T"), op(2, Action.CLOSE, "D"), op(3, Action.CLOSE, "CB")
    assert way_back(opens, dead, breaker) == set()
    assert way_back(opens, breaker, dead) == {(Code.DISCONNECTOR_LIVE, 2)}
    assert way_back(opens, breaker, replace(dead, source_off=True)) == set()
    assert (Code.LOOP, 3) in way_back(dead, breaker)
    assert way_back(opens) == {(Code.RETURN_AWAY, 0), (Code.RETURN_DARK, 0)}


def test_nothing_is_fed_where_people_work() -> None:
    text = """
    source A a;  breaker CB a b open;  line L1 b c;  load_break T c h open
    line M h k;  breaker Q k m;  source B m
    """
    fault = Event(things=("M",))
    feeds = bare(op(1, Action.CLOSE, "CB"))
    assert Code.WORK_FED not in {each.code for each in check(draw(text), fault, feeds)}
    found = {each.code for each in check(draw(text), fault, feeds, work=ids("CB"))}
    assert {Code.WORK_FED, Code.NOT_OPERABLE} <= found


def test_what_stands_open_towards_a_source_is_locked_before_anybody_earths() -> None:
    earth = op(4, Action.EARTH, "L2")
    steps = (op(1, Action.OPEN, "I1"), op(2, Action.CLOSE, "CB"), op(3, Action.LOCK, "I1"))
    assert (Code.EARTH_UNLOCKED, 4) in codes(TIED, FAULT, bare(*steps, earth))
    assert (Code.EARTH_UNLOCKED, 4) not in codes(TIED, FAULT, bare(*steps, op(3, Action.LOCK, "T"), earth))


def test_what_stands_open_towards_a_source_behind_another_open_switch_is_locked_too() -> None:
    # D stands open already: whoever closes T gives it voltage; E leads to nothing
    text = """
    source A a;  breaker CB a b;  line L1 b c;  disconnector D c d open;  line L2 d e
    disconnector T e m open;  line M m k;  breaker Q k n;  source B n;  load_break E c f open;  line L3 f g
    """
    fault, earth = Event(things=("L1",)), op(3, Action.EARTH, "L1")
    assert (Code.EARTH_UNLOCKED, 3) in codes(text, fault, bare(op(1, Action.LOCK, "CB"), earth))
    steps = (op(1, Action.LOCK, "CB"), op(2, Action.LOCK, "D"), earth)
    assert (Code.EARTH_UNLOCKED, 3) not in codes(text, fault, bare(*steps))


def test_who_had_nothing_before_is_not_said_to_have_kept_it() -> None:
    text = """
    source A a;  breaker CB a b open;  line L1 b c;  source B m;  breaker Q m k;  line M k h
    customer C1;  point R1 C1 MANUAL kw=20;  supply S1 R1 c;  supply S2 R1 h STANDBY
    """
    fault = Event(things=("M",))
    kept = Plan(accounts=Accounts(was_not_out=ids("C1")))
    assert (Code.ACCOUNT_FALSE, 0) in codes(text, fault, kept)
    assert (Code.ACCOUNT_FALSE, 0) not in codes(text, fault, Plan(accounts=Accounts(still_out={"C1": "dead before"})))


def test_who_had_nothing_in_one_world_is_not_said_to_have_kept_it() -> None:
    # CB closed: S1 carries, and nothing happens; open: nothing was fed, and nothing is
    text = """
    source A a;  breaker CB a b unknown;  line L1 b c;  source B m;  breaker Q m k;  line M k h
    customer C1;  point R1 C1 MANUAL kw=20;  supply S1 R1 c;  supply S2 R1 h STANDBY
    """
    fault = Event(things=("M",))
    assert (Code.ACCOUNT_FALSE, 0) in codes(text, fault, Plan(accounts=Accounts(was_not_out=ids("C1"))))
    unsure = Plan(accounts=Accounts(still_out={"C1": "position unknown"}))
    assert (Code.ACCOUNT_FALSE, 0) not in codes(text, fault, unsure)


def test_what_stands_closed_is_opened_before_it_is_locked() -> None:
    # a release holds Q open while S1 is dead; it is reported closed, and nobody has seen it
    text = """
    source A a;  breaker CB a b;  line L b c;  source B d
    customer C1;  point R1 C1 NONE release;  supply S1 R1 c p;  bay Q p q;  supply S2 R1 d r;  bay P r q open
    bus I q;  load D R1 q kw=20
    """
    fault = Event(things=("L",))
    opened, locked = op(1, Action.OPEN, "Q"), op(2, Action.LOCK, "Q")
    assert (Code.LOCKED_CLOSED, 2) in codes(text, fault, bare(locked))
    found = codes(text, fault, bare(opened, locked))
    assert not {code for code, _ in found} & {Code.LOCKED_CLOSED, Code.NO_EFFECT, Code.NEEDLESS}


def test_nothing_is_closed_with_earths_or_locks_on() -> None:
    on = (op(1, Action.OPEN, "I1"), op(2, Action.LOCK, "I1"), op(3, Action.EARTH, "L2"))
    unearth, unlock, shut = op(1, Action.REMOVE_EARTH, "L2"), op(2, Action.UNLOCK, "I1"), op(3, Action.CLOSE, "I1")
    net = draw(TIED)

    def found(*after: Step, kept: frozenset[str] = frozenset()) -> list[tuple[Code, int]]:
        return [(each.code, each.step) for each in safety_violations(net, on, after, kept)]

    assert found(unearth, unlock, shut) == []
    assert found(unlock, shut) == [(Code.CLOSED_EARTHED, 3), (Code.LOCK_LEFT, 0)]
    assert found(unearth, shut, unlock) == [(Code.CLOSED_LOCKED, 3)]
    assert found(unearth) == [(Code.LOCK_LEFT, 0)]
    assert found(unearth, kept=ids("I1")) == []
