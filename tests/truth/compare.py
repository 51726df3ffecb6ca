"""An answer about an impact, as plain data, against the model: what differs, and by which sentence it is wrong.

Where the text leaves room, an answer may be anything between two bounds: `depends_on` between the switches that alone
flip the answer and those that alone can matter; the order of customers as `own_sources.must_precede` says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from tests.truth.customers import customer_view
from tests.truth.grid import NONE, Ids
from tests.truth.net import Net
from tests.truth.own_sources import Hold, Rank, hold, out_of_order, rank, separators, single_points_by
from tests.truth.verdicts import Dark, Verdict, counted, dark_areas, dead_before, lost_kw, verdicts
from tests.truth.worlds import Event, Moments

SLACK_KW = 0.5

Separators = list[dict[str, str]]
"""`separators` of now, one for each world."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerAnswer:
    """What is said of one customer. `state` and `loads_fed` are of now; None = not asked."""

    customer: str
    state: str
    loads_fed: str
    before: str | None = None
    at_loss: str | None = None
    back: bool = False
    depends_on: Ids = NONE
    not_redundant: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpactAnswer:
    """What is said of an impact; customers in the order of the answer. None = not asked."""

    customers: tuple[CustomerAnswer, ...] = ()
    trips: Ids | None = None
    lost_kw: float | None = None
    areas: Dark | None = None
    areas_now: Dark | None = None
    dead_before: bool | None = None
    """Whether it says that what is asked about was out of service or dead before."""


class Wrong(StrEnum):
    """Kinds of difference."""

    MISSING = "MISSING"
    NOT_HIT = "NOT_HIT"
    STATE = "STATE"
    LOADS_FED = "LOADS_FED"
    BEFORE = "BEFORE"
    AT_LOSS = "AT_LOSS"
    BACK = "BACK"
    DEPENDS_ON = "DEPENDS_ON"
    NOT_REDUNDANT = "NOT_REDUNDANT"
    ORDER = "ORDER"
    TRIPS = "TRIPS"
    KW = "KW"
    AREAS = "AREAS"
    DEAD_BEFORE = "DEAD_BEFORE"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is wrong."""

    kind: Wrong
    about: str
    said: object
    right: object

    def __str__(self) -> str:
        return f"{self.kind} {self.about}: said {self.said}, right {self.right}"


def differences(net: Net, event: Event, of: list[Moments], answer: ImpactAnswer) -> list[Difference]:
    """All differences between an answer and the model."""
    found = verdicts(net, of)
    said = {item.customer: item for item in answer.customers}
    above = [separators(net, moment.now) for moment in of]
    wrong = [Difference(Wrong.MISSING, name, None, item.state) for name, item in found.items() if name not in said]
    wrong += [Difference(Wrong.NOT_HIT, name, said[name].state, None) for name in said if name not in found]
    for name, item in said.items():
        if name in found:
            wrong += _of_customer(net, of, above, item, found[name])
    ranks = [_rank(net, of, found[item.customer]) for item in answer.customers if item.customer in found]
    wrong += [Difference(Wrong.ORDER, first, "later", f"before {second}") for first, second in out_of_order(ranks)]
    return [*wrong, *_of_event(net, event, of, answer), *_of_grid(net, of, answer)]


def _of_customer(
    net: Net, of: list[Moments], above: Separators, said: CustomerAnswer, right: Verdict
) -> list[Difference]:
    wrong: list[Difference] = []

    def compare(kind: Wrong, value: object, allowed: Iterable[object]) -> None:
        if value not in set(allowed):
            wrong.append(Difference(kind, said.customer, value, sorted({str(item) for item in allowed})))

    compare(Wrong.STATE, said.state, [right.now[0]])
    compare(Wrong.LOADS_FED, said.loads_fed, [right.now[1]])
    compare(Wrong.BACK, said.back, [right.out_somewhere and right.back_everywhere])
    if said.at_loss is not None:
        compare(Wrong.AT_LOSS, said.at_loss, [right.state])
    if said.before is not None:
        compare(Wrong.BEFORE, said.before, [change.before.state for change in right.worst])
    if not right.decides <= said.depends_on <= right.can_matter:
        bounds = f"{sorted(right.decides)} to {sorted(right.can_matter)}"
        wrong.append(Difference(Wrong.DEPENDS_ON, said.customer, sorted(said.depends_on), bounds))
    if said.not_redundant is not None:
        compare(Wrong.NOT_REDUNDANT, said.not_redundant, _not_redundant(net, of, above, right.customer))
    return wrong


def _not_redundant(net: Net, of: list[Moments], above: Separators, customer: str) -> set[bool]:
    """ "One more failure of a single thing takes the rest, one live supply included"; nothing live: nothing to take."""
    live = (customer_view(net, m.now, customer).live for m in of)
    return {bool(single_points_by(net, parting, supplies)) for parting, supplies in zip(above, live, strict=True)}


def holds_of(net: Net, moment: Moments, customer: str) -> list[Hold]:
    """How long each load of a customer holds that was fed before and is not now."""
    then, now = (customer_view(net, s, customer).share for s in (moment.before, moment.now))
    unfed = frozenset(load for load, share in then.items() if share > now[load] + 1e-9)
    return [hold(net, moment.now, load, unfed) for load in sorted(unfed)]


def _rank(net: Net, of: list[Moments], right: Verdict) -> Rank:
    holds = [item for moment in of for item in holds_of(net, moment, right.customer)]
    back = right.out_somewhere and right.back_everywhere
    return rank(net, right.customer, back, right.now[1], right.now[0], holds)


def _of_event(net: Net, event: Event, of: list[Moments], answer: ImpactAnswer) -> Iterator[Difference]:
    right = dead_before(net, event, of)
    if answer.dead_before is not None and answer.dead_before != right:
        yield Difference(Wrong.DEAD_BEFORE, ", ".join(event.things), answer.dead_before, right)


def _of_grid(net: Net, of: list[Moments], answer: ImpactAnswer) -> Iterator[Difference]:
    """Trips, kW and areas; with unknown switches, those of all worlds are the bounds."""
    if answer.trips is not None:
        sure, possible = frozenset.intersection(*(m.trips for m in of)), frozenset.union(*(m.trips for m in of))
        if not sure <= answer.trips <= possible:
            yield Difference(Wrong.TRIPS, "", sorted(answer.trips), f"{sorted(sure)} to {sorted(possible)}")
    kw = [lost_kw(net, m.before, m.at_loss) for m in of]
    if answer.lost_kw is not None and len(of) == 1 and abs(answer.lost_kw - kw[0]) > SLACK_KW:
        yield Difference(Wrong.KW, "", answer.lost_kw, kw[0])
    for name, said, after in (
        ("at the loss", answer.areas, [m.at_loss for m in of]),
        ("now", answer.areas_now, [m.now for m in of]),
    ):
        right = [counted(net, dark_areas(net, m.before, now)) for m, now in zip(of, after, strict=True)]
        if said is not None and len(of) == 1 and said != right[0]:
            yield Difference(Wrong.AREAS, name, said, right[0])


def truth(net: Net, event: Event, of: list[Moments]) -> ImpactAnswer:
    """The model's own answer, customers in an order that every reading of the text allows (as far as one exists)."""
    found = verdicts(net, of)
    ranks = {name: _rank(net, of, item) for name, item in found.items()}
    order = sorted(ranks, key=lambda name: (ranks[name].back, *_urgency(ranks[name]), ranks[name].rest, name))
    lost = [dark_areas(net, m.before, m.at_loss) for m in of]
    above = [separators(net, moment.now) for moment in of]
    customers = tuple(_answer(net, of, above, found[name]) for name in order)
    return ImpactAnswer(
        customers=customers,
        trips=frozenset().union(*(m.trips for m in of)) if event.cause == "FAULTED" else None,
        lost_kw=max(lost_kw(net, m.before, m.at_loss) for m in of),
        areas=counted(net, frozenset().union(*lost)),
        areas_now=counted(net, frozenset().union(*(dark_areas(net, m.before, m.now) for m in of))),
        dead_before=dead_before(net, event, of),
    )


def _urgency(item: Rank) -> tuple[bool, float]:
    return item.urgent_s is None, item.urgent_s or 0.0


def _answer(net: Net, of: list[Moments], above: Separators, right: Verdict) -> CustomerAnswer:
    return CustomerAnswer(
        customer=right.customer,
        state=right.now[0],
        loads_fed=right.now[1],
        before=right.worst[0].before.state,
        at_loss=right.state,
        back=right.out_somewhere and right.back_everywhere,
        depends_on=right.can_matter,
        not_redundant=max(_not_redundant(net, of, above, right.customer)),
    )
