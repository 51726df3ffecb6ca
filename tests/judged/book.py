"""The second book of a night: the independent model is told the same acts, and each answer is held against it.

Judged after every act: impact (states, back, kW, areas), who is in which account of the plan, who is out by the lists,
which switches are off normal. Nothing that is expected comes from the product but the acts that were recorded.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from graph_api.readmodel.model import ReadModel
from graph_api.services.outage.event import Event
from graph_api.services.outage.impact import find_impact
from graph_api.services.outage.present import present_state
from graph_api.services.restoration.case import Case
from graph_api.services.restoration.plan import PlanAccounts
from graph_api.services.restoration.planning import best_plan
from schema.grid import Switch
from tests.judged.impact import judged
from tests.judged.parts import only, part_of, with_power_factor
from tests.truth.customers import ALL, NORMAL, customer_view
from tests.truth.net import Net
from tests.truth.nights import lists_of, with_reports
from tests.truth.verdicts import dark_areas, is_worse
from tests.truth.worlds import Event as Asked
from tests.truth.worlds import Moments, moments


class Book:
    """The part of the city that a night can concern, with what was reported."""

    def __init__(self, model: ReadModel, whole: Net, *events: Event) -> None:
        names = {name for event in events for name in part_of(model, whole, event).pieces}
        touched = {model.graph.id(at) for event in events for at in Case.of(model, event).touched}
        names |= {supply for name in touched for supply in _supplies(whole, name)}  # dead ones have no feeder
        self.net = with_power_factor(only(whole, names))
        self._whole_ones = [
            name
            for name, known in self.net.customers.items()
            if known.active and _supplies(self.net, name) == _supplies(whole, name)
        ]
        """Customers all of whose supplies are in it."""

    def write(self, opens: tuple[str, ...], closes: tuple[str, ...], at: datetime) -> None:
        """What was recorded."""
        self.net = with_reports(self.net, opens, closes, at.timestamp())

    def differs(self, model: ReadModel, event: Event) -> Iterator[str]:
        """What impact, plan and lists say otherwise than the model, with the fault still there."""
        yield from (f"impact: {each}" for each in judged(model, self.net, event))
        yield from self._accounts(model, event)
        yield from self.lists(model, event.at)

    def lists(self, model: ReadModel, at: datetime) -> Iterator[str]:
        """Who is out, and what is off normal, whatever the event is."""
        right, graph = lists_of(self.net, at.timestamp()), model.graph
        for name in self._whole_ones:
            now = present_state(model, graph.index(name))
            said = now.state.value, now.loads_fed.value
            if said != right.out.get(name, (NORMAL, ALL)):
                yield f"lists: {name} said {said}, right {right.out.get(name)}"
        for switch in self.net.switches:
            entity = graph.get(Switch, graph.index(switch.id))
            off = entity.current_position is not entity.normal_position
            if off is not (switch.id in right.off_normal):
                yield f"lists: {switch.id} off normal: said {off}"

    def _accounts(self, model: ReadModel, event: Event) -> Iterator[str]:
        """Everybody hit in one account; who is out now waits for a step, is on own sources, or stays out."""
        told = _told(model, best_plan(model, event).accounts)
        since = event.since or find_impact(model, event).since
        name = model.graph.id
        asked = Asked(
            things=tuple(map(name, event.things)),
            since=since.timestamp(),
            tripped=frozenset(map(name, event.tripped)),
        )
        (of,) = moments(self.net, asked, event.at.timestamp())
        for thing, out in self._hit(of):
            if thing not in told:
                yield f"accounts: {thing} is in none"
            elif told[thing] is not out:
                yield f"accounts: {thing} is out: said {told[thing]}, right {out}"
        later = len(event.things) > 1  # whom a later fault took is in them, too
        extra = told.keys() - {thing for thing, _ in self._hit(of)}
        yield from (f"accounts: {thing} was not hit" for thing in sorted(extra) if not later)

    def _hit(self, of: Moments) -> Iterator[tuple[str, bool]]:
        """Who was hit, and whether he lacks load now that he had before, or had none before and has none now."""
        for name, known in self.net.customers.items():
            if not known.active:
                continue
            views = [customer_view(self.net, each, name) for each in (of.before, of.at_loss, of.now)]
            if is_worse(views[0], views[1]):
                before, lost, now = (view.share for view in views)
                fell = any(share > lost[load] + 1e-9 for load, share in before.items())
                idle = not any((*before.values(), *lost.values(), *now.values()))
                yield name, idle or (fell and any(share > now[load] + 1e-9 for load, share in before.items()))
        dark = dark_areas(self.net, of.before, of.now)
        for area in dark_areas(self.net, of.before, of.at_loss):
            yield area, area in dark


def _told(model: ReadModel, accounts: PlanAccounts) -> dict[str, bool]:
    """Whether each that the accounts name is out now."""
    name = model.graph.id
    found = {name(at): False for at in accounts.was_not_out}
    found |= {name(each.thing): each.step > 0 for each in accounts.back}
    found |= {name(each.customer): True for each in accounts.on_own}
    return found | {name(each.thing): True for each in accounts.still_out}


def _supplies(net: Net, customer: str) -> set[str]:
    return {supply for point in net.points_of(customer) for supply in point.supplies}
