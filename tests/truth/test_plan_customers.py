"""The plan checker on customers' own steps, on any network, with unknown switches and recorded acts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.truth.drawing import draw
from tests.truth.plan import Accounts, Action, Back, Code, OnOwn, Plan, Violation
from tests.truth.plan_checker import by_the_letter, check
from tests.truth.sample_grids import G1, INSIDES
from tests.truth.test_plan_checker import FAULT, GOOD, TIED, bare, codes, ids, op, physical
from tests.truth.worlds import Event

# --- customers' own steps -----------------------------------------------------------------------------------------

INSIDE = """
# K on e (behind the fault's cut at I), standby on h; bus kb with an access point; loads O1 40, O2 20
source A a;  breaker CB a b;  line L b c;  load_break I c e;  source B m;  breaker CB2 m h
customer K SECOND;  point R K MANUAL bays=Q2 interlock=ELECTRICAL
supply S1 R e x;  supply S2 R h y STANDBY cap=50;  bay Q1 x k;  bay Q2 y k open;  bus KB k
load O1 R k kw=40 grade=GRADE_1;  load O2 R k kw=20 grade=GRADE_3;  access AP KB
"""
BY_HAND = {"doer": "CUSTOMER_ELECTRICIAN"}


def test_a_change_over_opens_the_one_and_then_closes_the_other() -> None:
    event = Event(things=("L",))
    right = op(1, Action.TRANSFER, "Q2", opens=("Q1",), closes=("Q2",), **BY_HAND)
    # S2 carries 50 kW: O1 is back, O2 is shed, so K is not restored, but 40 kW are
    found = codes(INSIDE, event, bare(replace(right, kw=40.0)))
    assert {code for code, _ in found} <= {Code.LEFT_UNDONE}
    assert (Code.RESTORED_FALSE, 1) in codes(INSIDE, event, bare(replace(right, restored=ids("K"))))
    # closing the second alone joins the dead first to it: back-feed into the fault, and over L to nobody else
    wrong = op(1, Action.TRANSFER, "Q2", closes=("Q2",), **BY_HAND)
    assert {(Code.BACK_FEED, 1), (Code.FAULT_FED, 1)} <= physical(INSIDE, event, wrong)


def test_paralleling_two_live_supplies() -> None:
    steps = (op(1, Action.CLOSE, "Q2", **BY_HAND),)
    assert (Code.PARALLEL, 1) in physical(INSIDE, Event(things=()), *steps)
    allowed = INSIDE.replace("point R K MANUAL", "point R K MANUAL parallel")
    assert (Code.PARALLEL, 1) not in physical(allowed, Event(things=()), *steps)


def test_a_generator_is_connected_only_where_the_incoming_is_open() -> None:
    event, truck = Event(things=("L",)), op(1, Action.GENERATOR, "AP", doer="EMERGENCY_POWER")
    # Q1 still closed: the truck feeds out to e and, over I, onto the fault
    assert {(Code.FAULT_FED, 1), (Code.BACK_FEED, 1)} <= physical(INSIDE, event, truck)
    steps = (op(1, Action.OPEN, "Q1", **BY_HAND), replace(truck, order=2, kw=60.0, restored=ids("K")))
    assert physical(INSIDE, event, *steps) == set()
    accounts = Accounts(on_own={"K": OnOwn(2)})
    assert by_the_letter(check(draw(INSIDE), event, Plan(steps=steps, accounts=accounts))) == []


def test_back_feed_is_told_where_it_begins() -> None:
    steps = (op(1, Action.GENERATOR, "AP", doer="EMERGENCY_POWER"), op(2, Action.OPEN, "I"))
    found = physical(INSIDE, Event(things=("L",)), *steps)
    assert {step for code, step in found if code is Code.BACK_FEED} == {1}


@pytest.mark.parametrize(("until", "wrong"), [(60.0, False), (61.0, False), (90.0, True), (None, False)])
def test_until_when_an_own_source_holds(until: float | None, wrong: bool) -> None:
    # 15 s permitted + genset 60 min = 60.25 min; it carries 60 of its 70 kW
    text = INSIDE.replace("grade=GRADE_1", "grade=GRADE_1 permitted=15") + "own G KB kw=70 start=10 endurance=60\n"
    plan = Plan(accounts=Accounts(on_own={"K": OnOwn(0, until)}))
    assert ((Code.ACCOUNT_FALSE, 0) in codes(text, Event(things=("L",)), plan)) is wrong


def test_who_is_on_its_own_source_waits_for_nothing_from_that_step_on() -> None:
    # the genset carries O1, nothing carries O2: K waits, whatever the account says
    text = INSIDE.replace("grade=GRADE_1", "grade=GRADE_1 permitted=15") + "own G O1 kw=50 start=10 endurance=60\n"
    plan = Plan(accounts=Accounts(on_own={"K": OnOwn(0)}))
    assert (Code.ACCOUNT_FALSE, 0) in codes(text, Event(things=("L",)), plan)
    # over S2 (taking 60 kW) all of it is back at step 1: with nothing to wait for from there on
    taken = text.replace("cap=50", "cap=90")
    change = op(1, Action.TRANSFER, "Q2", opens=("Q1",), closes=("Q2",), **BY_HAND)
    for step, wrong in ((0, True), (1, False)):
        told = Plan(steps=(change,), accounts=Accounts(on_own={"K": OnOwn(step)}))
        assert ((Code.ACCOUNT_FALSE, 0) in codes(taken, Event(things=("L",)), told)) is wrong


def test_a_generator_beside_a_live_supply_is_useless_and_parallel() -> None:
    found = physical(INSIDE, Event(things=()), op(1, Action.GENERATOR, "AP", doer="EMERGENCY_POWER"))
    assert {(Code.PARALLEL, 1), (Code.GENERATOR_USELESS, 1)} <= found


def test_a_generator_on_a_faulty_bus_feeds_the_fault() -> None:
    found = physical(INSIDE, Event(things=("KB",)), op(1, Action.GENERATOR, "AP", doer="EMERGENCY_POWER"))
    assert (Code.FAULT_FED, 1) in found


def test_a_release_is_closed_by_the_electrician_after_supply_returns() -> None:
    text = TIED.replace("R2 C2 MANUAL", "R2 C2 NONE release").replace("supply S3 R2 h STANDBY", "")
    steps = [replace(step, restored=frozenset(), kw=None) for step in GOOD.steps]
    release = op(5, Action.RELEASE, "R2", restored=ids("C2"), kw=20.0, start_min=4, end_min=30, **BY_HAND)
    assert (Code.RESTORED_FALSE, 4) in codes(text, FAULT, bare(*GOOD.steps))
    assert {code for code, _ in codes(text, FAULT, bare(*steps, release))} <= {Code.LEFT_UNDONE}
    early = (steps[0], replace(release, order=2), *(replace(s, order=s.order + 1) for s in steps[1:]))
    assert (Code.NO_EFFECT, 2) in codes(text, FAULT, bare(*early))


def test_a_customer_with_another_supply_is_cut_off_too() -> None:
    # fault on e's line part: K's first supply lies in the part; its bay must be opened (and locked)
    event = Event(things=("e",))
    assert (Code.OWN_SOURCE_NOT_CUT, 0) not in codes(INSIDE, event, bare(op(1, Action.OPEN, "Q1", **BY_HAND)))
    genset = INSIDE + "own G O1,KB kw=50 start=10 endurance=60\n"
    assert (Code.OWN_SOURCE_NOT_CUT, 0) in codes(genset, event, bare(op(1, Action.OPEN, "I")))
    # a genset cannot reach the line over the standby, whose incoming switch stands open
    beside = genset.replace("supply S2 R h y", "supply S2 R e y")
    assert violating(beside, event) == {"S1"}


def violating(text: str, event: Event) -> set[str]:
    """Supplies over which an own source reaches the fault when nothing is done."""
    found = check(draw(text), event, bare())
    return {each.about[0] for each in found if each.code is Code.OWN_SOURCE_NOT_CUT}


# --- any network, unknown switches, tripped devices ---------------------------------------------------------------


def test_a_plan_must_be_safe_in_every_world() -> None:
    # I2 is unknown: closing T without opening it feeds the fault in one world
    text = TIED.replace("load_break I2 e f remote", "load_break I2 e f remote unknown")
    steps = (op(1, Action.OPEN, "I1"), op(2, Action.CLOSE, "CB"), op(3, Action.CLOSE, "T"))
    assert (Code.FAULT_FED, 3) in physical(text, FAULT, *steps)
    safe = (op(1, Action.OPEN, "I1"), op(2, Action.OPEN, "I2"), op(3, Action.CLOSE, "CB"), op(4, Action.CLOSE, "T"))
    assert physical(text, FAULT, *safe) == set()


def test_a_claim_that_holds_in_one_world_only_may_be_made_or_not() -> None:
    # A4 hangs on T's far side over U, unknown: it is hit in one world only
    text = TIED + "load_break U g u unknown remote; consumer A4 u kw=5 households=2\n"
    claimed = replace(GOOD.steps[3], areas=ids("A3", "A4"), kw=None)
    for last in (replace(GOOD.steps[3], kw=None), claimed):
        assert {code for code, _ in codes(text, FAULT, bare(*GOOD.steps[:3], last))} == set()
    early = replace(GOOD.steps[2], areas=ids("A1", "A4"), kw=None)
    assert (Code.RESTORED_FALSE, 3) in codes(text, FAULT, bare(*GOOD.steps[:2], early, GOOD.steps[3]))


def test_the_plan_goes_on_from_what_was_recorded() -> None:
    text = TIED + "report CB OPEN at=0\nreport I1 OPEN at=60\nreport CB CLOSED at=120\n"
    event = Event(things=("L2",), tripped=ids("CB"))
    rest = Plan(
        steps=(op(1, Action.OPEN, "I2"), op(2, Action.CLOSE, "T", restored=ids("C2"), areas=ids("A3"), kw=80.0)),
        accounts=Accounts(
            back={"A1": Back(0), "A3": Back(2), "C2": Back(2)}, still_out={"A2": "at the fault", "C1": "at the fault"}
        ),
    )
    assert check(draw(text), event, rest, at=200) == []
    assert (Code.NO_EFFECT, 1) in {(v.code, v.step) for v in check(draw(text), event, GOOD, at=200)}


def test_a_source_in_the_zone_comes_back_once_it_is_cut_off() -> None:
    text = "source A a; line L a b; disconnector D b c; line M c d; consumer K b kw=5"
    step = op(1, Action.OPEN, "D", areas=ids("K"), kw=5.0, doer="DISTRIBUTION_REPAIR")
    assert check(draw(text), Event(things=("M",)), bare(step)) == []


def test_the_tie_of_g1_cannot_take_load() -> None:
    # TD is a disconnector with voltage on m5: isolating L1 and closing it is wrong
    text = G1 + INSIDES
    steps = (op(1, Action.OPEN, "DIS1"), op(2, Action.CLOSE, "TD"))
    assert (Code.DISCONNECTOR_LIVE, 2) in physical(text, Event(things=("L1",)), *steps)


def test_violations_read_as_sentences() -> None:
    assert str(Violation(Code.LOOP, 3, ("T",))) == "LOOP at step 3: T"
