"""Nights on the demo city: every step of the product's own plan recorded, until all is as it was before.

What must hold is said here in plain words, and asked of the product's doors; no answer of it is an expectation.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from graph_api.commands.edits import Edit
from graph_api.commands.record_switching import RecordSwitching, SwitchOperation
from graph_api.readmodel.model import ReadModel
from graph_api.services.explore.now import OutFilter, list_customers_out
from graph_api.services.outage.event import Event
from graph_api.services.outage.failing import owners_of_what_fails
from graph_api.services.outage.impact import find_impact
from graph_api.services.outage.present import present_state
from graph_api.services.restoration.at_customers import access_points
from graph_api.services.restoration.plan import PlanStep, RestorationPlan
from graph_api.services.restoration.planning import best_plan
from graph_api.services.restoration.wording import StepAction, StepPurpose
from graph_api.stores.contract import Change, StoredEntity
from schema.codec import encode
from schema.grid import Switch
from schema.numbers import Revision, Version
from schema.registry import SWITCHES, EntityKind, kind_of
from schema.vocabulary import LoadsFed, SupplyState, SwitchPosition
from tests.judged.book import Book
from tests.truth.net import Net

PACE = timedelta(seconds=5)
_OPEN, _CLOSED = SwitchPosition.OPEN, SwitchPosition.CLOSED


@dataclass(slots=True)
class Console:
    """Where a dispatcher records and asks, at a clock of its own."""

    model: ReadModel
    now: datetime
    book: Book | None = None

    def record(self, opens: tuple[str, ...], closes: tuple[str, ...]) -> list[str]:
        """Record one act; what was refused."""
        acts = [SwitchOperation(switch=each, position=SwitchPosition.OPEN) for each in opens]
        acts += [SwitchOperation(switch=each, position=SwitchPosition.CLOSED) for each in closes]
        edit = RecordSwitching(operations=tuple(acts), by="night", at=self.now).plan(self.model, self.now)
        if not isinstance(edit, Edit):
            return [problem.message for problem in edit]
        change = Change(
            revision=Revision(self.model.graph.revision + 1),
            at=self.now,
            entities=[StoredEntity(e.id, kind_of(e), Version(2), encode(e)) for e in edit.batch.entities],
            reports=edit.batch.reports,
        )
        graph, touched = self.model.graph.advanced(change)
        self.model = self.model.advanced(graph, touched)
        if self.book is not None:
            self.book.write(opens, closes, self.now)
        self.now += PACE
        return []

    def do(self, step: PlanStep) -> list[str]:
        """Record a step by what it opens and closes; locks, earths, patrols and trucks leave nothing to record."""
        name = self.model.graph.id
        opens, closes = tuple(map(name, step.opens)), tuple(map(name, step.closes))
        return self.record(opens, closes) if opens or closes else []


def played(model: ReadModel, thing: str, at: datetime, net: Net | None = None) -> Iterator[str]:
    """What is wrong in the night after a fault: trips, each step, and each after the repair are recorded.

    With the city's network every answer is held against the independent model as well.
    """
    index = model.graph.index(thing)
    book = None if net is None else Book(model, net, Event(things=(index,), at=at))
    console = Console(model, at, book)
    fault = find_impact(model, Event(things=(index,), at=at))
    trips, moved = fault.operated_by, fault.situation.transferred
    yield from console.record(tuple(map(model.graph.id, trips)), ()) if trips else ()
    console.now = max(console.now, at + PACE)  # what is reported of the moment of loss itself was before it
    if moved:  # telemetry tells what automatic transfers of the grid did
        acts = [[model.graph.id(each) for each, stands in moved.items() if stands is way] for way in (_OPEN, _CLOSED)]
        yield from console.record(*map(tuple, acts))

    def event() -> Event:
        return Event(things=(index,), at=console.now, since=at, tripped=trips)

    first = best_plan(console.model, event())
    promised = _minutes(first)
    opened: set[int] = set()
    for step in first.steps:
        yield from (f"step {step.order} refused: {each}" for each in console.do(step))
        plan = best_plan(console.model, event())
        opened |= {*step.opens} if step.purpose is StepPurpose.SAFE_TO_WORK else set()
        yield from (f"after step {step.order}: {each}" for each in _onto_trucks(console.model, plan, opened))
        minutes = _minutes(plan)
        late = [who for who in promised if minutes.get(who, 1e9) > promised[who] + 0.1]
        yield from (f"after step {step.order} {model.graph.id(who)} is back later, or not at all" for who in late)
        yield from _not_back(console, event(), step)
        yield from _told_apart(console, event(), plan, step)
        if console.book is not None and (step.opens or step.closes):
            yield from (f"step {step.order}: {each}" for each in console.book.differs(console.model, event()))
    for step in first.after_repair:
        yield from (f"after the repair, step {step.order} refused: {each}" for each in console.do(step))
        if console.book is not None and (step.opens or step.closes):
            found = console.book.lists(console.model, console.now)
            yield from (f"after the repair, step {step.order}: {each}" for each in found)
    yield from _differences(model, console.model)


def _onto_trucks(model: ReadModel, plan: RestorationPlan, opened: set[int]) -> Iterator[str]:
    """What a plan closes of what was opened for a truck or for work, with the truck or the lock still there."""
    free: set[int] = set()
    for step in plan.steps:
        if step.action is StepAction.UNLOCK or step.purpose is StepPurpose.TAKE_GENERATOR_AWAY:
            free.add(step.target)
        for bay in opened.intersection(step.closes):
            owner = int(model.customers.accounts.owner[bay])
            trucks = {at for point in model.customers.points_of(owner) for at in access_points(model, point.index)}
            if not {bay, *trucks} <= free and owner >= 0:
                yield f"step {step.order} closes {model.graph.id(bay)}, which a truck or a lock may lie behind"


def _minutes(plan: RestorationPlan) -> dict[int, float]:
    """Until when whom the grid feeds again is back; who was never out stands at 0."""
    return {each.thing: each.minute for each in plan.accounts.back} | dict.fromkeys(plan.accounts.was_not_out, 0.0)


def _not_back(console: Console, event: Event, step: PlanStep) -> Iterator[str]:
    """Impact says of each whom a step has restored that it is back, as soon as the step is recorded."""
    if not step.restored or not (step.opens or step.closes):
        return
    impact = find_impact(console.model, event)
    hit = {customer for _, customer in impact.customers()}
    for customer in hit.intersection(step.restored):
        if not impact.affected(customer).back:
            yield f"step {step.order} restored {console.model.graph.id(customer)}, impact does not say so"


def _told_apart(console: Console, event: Event, plan: RestorationPlan, step: PlanStep) -> Iterator[str]:
    """Who is out right now is the same in impact, plan and lists; not of the customer in whose network the fault is.

    Lists know no event: an automatic transfer inside may have closed onto what the plan has locked, as a lock is not
    recorded.
    """
    model, name = console.model, console.model.graph.id
    impact = find_impact(model, event)
    hit = {customer: impact.affected(customer) for _, customer in impact.customers()}
    listed = {index for _, index in list_customers_out(model, OutFilter())}
    inside = owners_of_what_fails(model, event.things)
    for at, each in hit.items():
        if at in inside:
            continue
        now = present_state(model, at)
        if (each.state, each.loads_fed) != (now.state, now.loads_fed):
            said = f"{each.state.value} {each.loads_fed.value}"
            right = f"{now.state.value} {now.loads_fed.value}"
            yield f"step {step.order}: {name(at)} is {said} by impact, {right} by itself"
        if ((now.state, now.loads_fed) != (SupplyState.NORMAL, LoadsFed.ALL)) is not (at in listed):
            yield f"step {step.order}: {name(at)} is listed: {at in listed}"
    waiting = {each.thing for each in plan.accounts.back if each.step} | {each.thing for each in plan.still_out}
    waiting |= {each.customer for each in plan.accounts.on_own}
    for at in hit.keys() & waiting:
        if hit[at].back:
            yield f"step {step.order}: {name(at)} is back by impact, and waits by the plan"


def _differences(before: ReadModel, after: ReadModel) -> Iterator[str]:
    """What stands otherwise at the end than before the fault."""
    for customer in before.graph.of_kind(EntityKind.CUSTOMER):
        then, now = present_state(before, customer), present_state(after, customer)
        if (then.state, then.loads_fed) != (now.state, now.loads_fed):
            yield f"{before.graph.id(customer)} ends {now.state.value} {now.loads_fed.value}"
    for kind in SWITCHES:
        for switch in before.graph.of_kind(kind):
            stands = after.graph.get(Switch, switch).current_position
            if stands is not before.graph.get(Switch, switch).current_position:
                yield f"{before.graph.id(switch)} ends {stands.value}"
