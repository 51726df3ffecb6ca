"""The way back told step by step, held against the independent model: who is fed again by each act, and who dips.

The acts of a plan and then those after the repair are reported to the model's own network, one after the other, with
the fault gone; what each gives and takes by the model is what the step must say, and in the end all is as before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from graph_api.readmodel.model import ReadModel
from graph_api.services.restoration.plan import PlanStep, RestorationPlan
from graph_api.services.restoration.wording import StepAction
from tests.truth.customers import Situation, customer_view, home, inside_of, refreshed, wired
from tests.truth.grid import Ids
from tests.truth.net import Kind, Net, Transfer
from tests.truth.nights import with_reports
from tests.truth.worlds import Event as Asked
from tests.truth.worlds import Moments, moments, positions_since, with_event

PACE_S = 5.0
LEAST_KW = 1.0


@dataclass(frozen=True, slots=True)
class Fed:
    """Part of each load that is fed, by customer, and the public areas that have voltage."""

    customers: Mapping[str, Mapping[str, float]]
    areas: Ids

    def lacks(self, before: Fed, customer: str) -> dict[str, float]:
        """Parts of a customer's loads that were fed before and are not."""
        now, then = self.customers[customer], before.customers[customer]
        return {load: share - now[load] for load, share in then.items() if share > now[load] + 1e-9}


def fed_in(net: Net, situation: Situation) -> Fed:
    """Who is fed in a situation."""
    known = [name for name, customer in net.customers.items() if customer.active]
    views = {name: customer_view(net, situation, name).share for name in known}
    return Fed(views, frozenset(area.id for area in net.areas if area.id in situation.live))


class WayBack:
    """The model's book of an event, from before it: what is reported, and who is fed once the fault is gone."""

    def __init__(self, net: Net, things: tuple[str, ...], since: float) -> None:
        (of,) = moments(net, Asked(things=things, since=since), since)
        self.net, self.since, self.trips = net, since, of.trips
        self._moved = Moved.by(net, of)
        self.before = fed_in(net, of.before)
        if of.trips:
            self.net = with_reports(net, tuple(sorted(of.trips)), (), since)

    def told_wrong(self, model: ReadModel, plan: RestorationPlan, at: float) -> Iterator[str]:
        """What the steps after the repair say otherwise than the model, once the rest of the plan is done from a
        moment on; and what is left in the end."""
        net, name = self.net, model.graph.id
        unsaid, later = _on_trucks(model, plan), _let_go_later(plan)
        for step in plan.steps:
            at += PACE_S
            opens = step.opens + ((step.target,) if step.action is StepAction.LOCK and step.target in later else ())
            net = with_reports(net, tuple(map(name, opens)), tuple(map(name, step.closes)), at)
        last = max((each.order for each in plan.after_repair if _is_of_grid(plan, each)), default=0)
        off = _sources_off(model, net, plan)
        unsaid |= _that_answer(net) if off or not self.trips else frozenset()  # no report tells of the loss
        off = off if last else frozenset()
        stands = self._stands(net, at, off)
        for step in plan.after_repair:
            if step.opens or step.closes:
                at += PACE_S
                opens, closes = tuple(map(name, step.opens)), tuple(map(name, step.closes))
                net = with_reports(net, opens, closes, at)
                off = off if step.order < last else frozenset()
                then, stands = stands, self._stands(net, at, off)
                between = _opened(net, then, opens) if opens and closes else stands
                told = Told(self.before, *(fed_in(net, each) for each in (then, between, stands)))
                yield from _step_wrong(model, net, step, told, unsaid | _unreported(net, then, opens, closes))
        fed = fed_in(net, stands)
        for customer in self.before.customers.keys() - unsaid:
            if missing := fed.lacks(self.before, customer):
                yield f"{customer} ends without {sorted(missing)}"
        if dark := self.before.areas - fed.areas:
            yield f"areas end dark: {sorted(dark)}"

    def _stands(self, net: Net, at: float, off: Ids) -> Situation:
        """How all stands by what was reported, and what moved by itself at the loss, with nothing faulty any more and
        sources off."""
        net = replace(net, pieces={**net.pieces, **{each: replace(net.pieces[each], in_service=False) for each in off}})
        repaired = Asked(things=(), since=self.since, tripped=self.trips)
        (of,) = moments(net, repaired, at)
        return with_event(net, repaired, self._moved.still(of.now, frozenset(positions_since(net, repaired, at))))


@dataclass(frozen=True, slots=True)
class Moved:
    """What automatic transfers of customers moved at the loss, by receiving point: so it stands until somebody reports
    any of it otherwise."""

    points: tuple[tuple[Ids, Ids], ...]
    """Opened and closed by each."""

    @classmethod
    def by(cls, net: Net, of: Moments) -> Moved:
        """What they did by an event."""
        insides = [frozenset(inside_of(net, point)) for point in net.points]
        pairs = ((of.before.closed & inside, of.at_loss.closed & inside) for inside in insides)
        return cls(tuple((then - now - of.trips, now - then) for then, now in pairs if now - then))

    def still(self, situation: Situation, reported: Ids) -> Situation:
        """A situation with what of it nobody has reported since."""
        closed = situation.closed
        for opened, then in self.points:
            closed = closed if (opened | then) & reported else (closed - opened) | then
        return replace(situation, closed=closed)


@dataclass(frozen=True, slots=True)
class Told:
    """Who is fed before the event, before an act, between its opening and its closing, and after it."""

    before: Fed
    then: Fed
    between: Fed
    now: Fed


def _opened(net: Net, stands: Situation, opens: tuple[str, ...]) -> Situation:
    """In the midst of a change-over: these are open, and nothing has closed by itself yet."""
    carried = dict(stands.carried_by)
    for supply in net.supplies.keys() & {*opens}:
        point = net.points[net.supplies[supply].point]
        if not wired(net, point):
            carried[point.id] = carried.get(point.id, frozenset(home(net, point))) - {supply}
    return refreshed(net, replace(stands, closed=stands.closed - {*opens}, carried_by=carried))


def _step_wrong(model: ReadModel, net: Net, step: PlanStep, told: Told, unsaid: Ids) -> Iterator[str]:
    """One act: customers and areas that are fed again or dip, and kW."""
    before, then, now = told.before, told.then, told.now
    name = model.graph.id
    lacked = {each: (then.lacks(before, each), now.lacks(before, each)) for each in before.customers}
    right = {
        "restored": {each for each, (old, new) in lacked.items() if old and not new},
        "interrupted": {
            each for each, (old, new) in lacked.items() if not old and (new or told.between.lacks(before, each))
        },
        "areas": (now.areas - then.areas) & before.areas,
        "dark areas": (then.areas - now.areas) & before.areas,
    }
    said = {
        "restored": set(map(name, step.restored)),
        "interrupted": set(map(name, step.interrupted)),
        "areas": set(map(name, step.areas)),
        "dark areas": set(map(name, step.interrupted_areas)),
    }
    where = f"{step.action.value} {name(step.target)} (#{step.order})"
    for what, those in right.items():
        if those - unsaid != said[what] - unsaid:
            yield f"{where} {what}: said {sorted(said[what])}, right {sorted(those)}"
    kw = sum((net.pieces[area].kw or 0.0) for area in right["areas"])
    for old, new in lacked.values():
        kw += sum((net.load(load).kw or 0.0) * max(share - new.get(load, 0.0), 0.0) for load, share in old.items())
    if not unsaid and abs(kw - step.kw) > LEAST_KW:
        yield f"{where} kW: said {step.kw:.0f}, right {kw:.0f}"


def _on_trucks(model: ReadModel, plan: RestorationPlan) -> Ids:
    """Customers whom a mobile generator feeds: no report tells of it."""
    owner = model.customers.accounts.owner
    trucks = [step.target for step in (*plan.steps, *plan.after_repair) if step.action is StepAction.GENERATOR]
    return frozenset(model.graph.id(int(owner[at])) for at in trucks if owner[at] >= 0)


def _let_go_later(plan: RestorationPlan) -> frozenset[int]:
    """What a lock keeps from closing by itself until the bays are closed: reported open, as the truth reads a lock."""
    first = min((step.order for step in plan.after_repair if step.closes), default=0)
    return frozenset(s.target for s in plan.after_repair if s.action is StepAction.UNLOCK and s.order > first)


def _that_answer(net: Net) -> Ids:
    return frozenset(
        point.customer for point in net.points.values() if point.release or point.transfer is Transfer.AUTOMATIC
    )


def _unreported(net: Net, stands: Situation, opens: tuple[str, ...], closes: tuple[str, ...]) -> Ids:
    """Whose change-over back undoes one that nobody reported: with the voltage back the model knows nothing of it."""
    points = [point for point in net.points.values() if {*opens} & {*point.supplies, *inside_of(net, point.id)}]
    carrying = (stands.carried_by.get(point.id, frozenset(home(net, point))) for point in points)
    stood = stands.closed.union(*carrying)
    return frozenset(point.customer for point in points if closes and not stood.issuperset(opens))


def _sources_off(model: ReadModel, net: Net, plan: RestorationPlan) -> Ids:
    """Sources that stay off until the last switch of the grid is back."""
    cut = frozenset(map(model.graph.id, (*plan.cut_out, *plan.feed_ends_at)))
    return cut & {source.id for source in net.of_kind(Kind.SOURCE)}


def _is_of_grid(plan: RestorationPlan, step: PlanStep) -> bool:
    owns = plan.situation.before.customers.accounts.owns
    return bool(step.opens or step.closes) and not owns(step.target)
