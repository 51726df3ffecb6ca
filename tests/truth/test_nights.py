"""Recorded nights, with the model itself behind the doors, and with doors that are wrong on purpose."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from tests.truth.compare import Difference, ImpactAnswer, Wrong, differences, truth
from tests.truth.customers import LOST, NORMAL
from tests.truth.drawing import draw
from tests.truth.net import Net, Position
from tests.truth.nights import Finding, Lists, Night, Refused, lists_of, play, with_reports
from tests.truth.plan import Accounts, Action, Code, Plan
from tests.truth.random_nets import Shape, random_drawing, random_event
from tests.truth.sample_grids import G1, INSIDES
from tests.truth.simple_plan import simple_plan
from tests.truth.test_plan_checker import FAULT, TIED
from tests.truth.verdicts import Dark
from tests.truth.worlds import Event, moments


@dataclass
class Honest:
    """The model behind the doors, with reports of its own."""

    net: Net

    def ask_impact(self, event: Event, at: float) -> ImpactAnswer:
        return truth(self.net, event, moments(self.net, event, at))

    def ask_plan(self, event: Event, at: float) -> Plan:
        return simple_plan(self.net, event, at)

    def ask_lists(self, at: float) -> Lists | None:
        return lists_of(self.net, at)

    def record_switching(self, opens: tuple[str, ...], closes: tuple[str, ...], at: float) -> None:
        self.net = with_reports(self.net, opens, closes, at)


def night(text: str, *things: str) -> tuple[Night, Honest]:
    net = draw(text)
    return Night(net=net, things=things, since=1000.0), Honest(net)


def serious(findings: list[Finding]) -> list[Finding]:
    return [finding for finding in findings if "OWN_SOURCE_NOT_CUT" not in finding.what]


@pytest.mark.parametrize("thing", ["L2", "L1", "L3", "X", "CB", "A2"])
def test_an_honest_night_on_the_tied_feeder(thing: str) -> None:
    played, desk = night(TIED, thing)
    assert serious(play(played, desk)) == []


def test_the_night_on_the_tied_feeder_ends_with_a2_and_c1_out() -> None:
    played, desk = night(TIED, "L2")
    play(played, desk)
    # four acts beside the trip: I1, I2, CB, T; by hand: A1 and A3 fed again, C2 back on its main, A2 and C1 not
    event = Event(things=("L2",), since=1000.0, tripped=frozenset({"CB"}))
    answer = desk.ask_impact(event, 3000.0)
    assert answer.areas == Dark(3, 85, 210)
    assert answer.areas_now == Dark(1, 20, 50)
    assert {item.customer: (item.at_loss, item.state, item.back) for item in answer.customers} == {
        "C1": (LOST, LOST, False),
        "C2": ("DEGRADED", NORMAL, True),
    }
    assert [report.switch for report in desk.net.reports[:1]] == ["CB"]
    assert {report.switch for report in desk.net.reports} == {"CB", "I1", "I2", "T"}


def test_the_lists_of_that_night_at_its_end() -> None:
    played, desk = night(TIED, "L2")
    play(played, desk)
    # C1 alone is out; C2 is on its main again; CB is closed again, I1, I2 and T are off normal
    found = lists_of(desk.net, 3000.0)
    assert found.out == {"C1": (LOST, "NONE")}
    assert found.off_normal == {"I1": Position.OPEN, "I2": Position.OPEN, "T": Position.CLOSED}


def test_an_honest_night_with_insides() -> None:
    played, desk = night(G1 + INSIDES, "L1")
    assert serious(play(played, desk)) == []
    # the change-over of K5 was recorded as one act: BK51 open, then BK52 closed
    assert [(r.switch, r.position) for r in desk.net.reports if r.switch.startswith("BK5")] == [
        ("BK51", Position.OPEN),
        ("BK52", Position.CLOSED),
    ]


@pytest.mark.parametrize("seed", range(25))
def test_honest_nights_on_random_networks(seed: int) -> None:
    text = random_drawing(seed, Shape(feeders=2, sections=3, customers=2, unknown=1))
    net = draw(text)
    event = random_event(seed, net)
    findings = serious(play(Night(net=net, things=event.things, since=1000.0), Honest(net)))
    assert findings == [], f"seed {seed} {event.things}\n{text}"


class Forgetful(Honest):
    """Takes the grid as it stands now for the grid before the event."""

    def ask_impact(self, event: Event, at: float) -> ImpactAnswer:
        return super().ask_impact(Event(things=event.things, since=at), at)


class Refusing(Honest):
    """Refuses to record what was opened under load."""

    def record_switching(self, opens: tuple[str, ...], closes: tuple[str, ...], at: float) -> None:
        if opens:
            raise Refused("this would not open")
        super().record_switching(opens, closes, at)


class Deaf(Honest):
    """Gives the same plan whatever was recorded."""

    def ask_plan(self, event: Event, at: float) -> Plan:
        del at
        return simple_plan(replace(self.net, reports=()), replace(event, since=None, tripped=frozenset()))


class Silent(Honest):
    """Leaves one out of the accounts."""

    def ask_plan(self, event: Event, at: float) -> Plan:
        plan = super().ask_plan(event, at)
        accounts = plan.accounts or Accounts()
        return replace(plan, accounts=replace(accounts, still_out={}))


class Normal(Honest):
    """Says that all is as usual."""

    def ask_lists(self, at: float) -> Lists | None:
        del at
        return Lists({}, {})


class Hasty(Honest):
    """Closes first and cuts later."""

    def ask_plan(self, event: Event, at: float) -> Plan:
        plan = super().ask_plan(event, at)
        steps = sorted(plan.steps, key=lambda step: step.action is not Action.CLOSE)
        return replace(plan, steps=tuple(replace(step, order=n) for n, step in enumerate(steps, 1)))


@pytest.mark.parametrize(
    ("kind", "question", "word"),
    [
        (Forgetful, "impact", Wrong.MISSING),
        (Refusing, "record", "refused"),
        (Refusing, "plan", "asks again"),
        (Deaf, "plan", Code.NO_EFFECT),
        (Silent, "plan", Code.ACCOUNT_MISSING),
        (Hasty, "plan", Code.FAULT_FED),
        (Normal, "lists", "C1: said None, right ('LOST', 'NONE')"),
        (Normal, "lists", "off normal differs"),
    ],
)
def test_wrong_doors_are_caught(kind: type[Honest], question: str, word: str) -> None:
    net = draw(TIED)
    findings = play(Night(net=net, things=FAULT.things, since=1000.0), kind(net))
    assert any(finding.question == question and word in finding.what for finding in findings)


def test_a_plan_that_promises_less_after_a_step_is_caught() -> None:
    class Shrinking(Honest):
        def ask_plan(self, event: Event, at: float) -> Plan:
            plan = super().ask_plan(event, at)
            recorded = {report.switch for report in self.net.reports}
            return Plan() if "CB" in recorded and "I1" in recorded else plan

    net = draw(TIED)
    findings = play(Night(net=net, things=FAULT.things, since=1000.0), Shrinking(net))
    assert any("were promised before" in finding.what for finding in findings)


# --- single answers -----------------------------------------------------------------------------------------------


def of_l1() -> tuple[Net, Event, ImpactAnswer]:
    net = draw(G1)
    event = Event(things=("L1",))
    return net, event, truth(net, event, moments(net, event))


def wrong(answer: ImpactAnswer) -> list[Difference]:
    net, event, _ = of_l1()
    return differences(net, event, moments(net, event), answer)


def test_the_models_answer_for_l1_of_g1_by_hand() -> None:
    _, _, answer = of_l1()
    # C2 (first, SOME) and C4 (first, ALL) before C3 (second), before C1 (ordinary): class goes before what is unfed
    assert [item.customer for item in answer.customers] == ["C2", "C4", "C3", "C1"]
    assert set(answer.trips or ()) == {"CB1a"}
    assert answer.lost_kw == 300 + 200 + 150  # C1, R2a, C3; C4 has changed over, R2b was never out
    assert [(item.customer, item.not_redundant) for item in answer.customers] == [
        ("C2", True),
        ("C4", True),
        ("C3", True),
        ("C1", False),  # nothing left to lose
    ]


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"customers": 1}, Wrong.MISSING),
        ({"state": "NORMAL"}, Wrong.STATE),
        ({"loads_fed": "NONE"}, Wrong.LOADS_FED),
        ({"before": "LOST"}, Wrong.BEFORE),
        ({"at_loss": "NORMAL"}, Wrong.AT_LOSS),
        ({"back": True}, Wrong.BACK),
        ({"depends_on": frozenset({"LBS1"})}, Wrong.DEPENDS_ON),
        ({"not_redundant": False}, Wrong.NOT_REDUNDANT),
        ({"customer": "C5"}, Wrong.NOT_HIT),
    ],
)
def test_each_kind_of_wrong_customer_is_found(change: dict[str, object], kind: Wrong) -> None:
    _, _, answer = of_l1()
    first, *rest = answer.customers
    said = rest if "customers" in change else [replace(first, **change), *rest]  # type: ignore[arg-type]
    assert kind in {item.kind for item in wrong(replace(answer, customers=tuple(said)))}


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"trips": frozenset({"CB1a", "CB1b"})}, Wrong.TRIPS),
        ({"lost_kw": 10.0}, Wrong.KW),
        ({"areas": Dark(1, 2, 3.0)}, Wrong.AREAS),
        ({"dead_before": True}, Wrong.DEAD_BEFORE),
    ],
)
def test_each_kind_of_wrong_summary_is_found(change: dict[str, object], kind: Wrong) -> None:
    _, _, answer = of_l1()
    assert [item.kind for item in wrong(replace(answer, **change))] == [kind]  # type: ignore[arg-type]


def test_depends_on_must_name_what_decides() -> None:
    net = draw(G1.replace("load_break LBS1 n3 n4", "load_break LBS1 n3 n4 unknown"))
    event = Event(things=("L1",))
    found = moments(net, event)
    answer = truth(net, event, found)
    silent = replace(answer, customers=tuple(replace(item, depends_on=frozenset()) for item in answer.customers))
    assert {item.about for item in differences(net, event, found, silent) if item.kind is Wrong.DEPENDS_ON} == {
        "C2",
        "C3",
    }


def test_customers_in_the_wrong_order_are_found() -> None:
    _, _, answer = of_l1()
    turned = replace(answer, customers=answer.customers[::-1])
    assert Wrong.ORDER in {item.kind for item in wrong(turned)}


def test_differences_read_as_sentences() -> None:
    assert str(Difference(Wrong.STATE, "C1", NORMAL, LOST)) == "STATE C1: said NORMAL, right LOST"
