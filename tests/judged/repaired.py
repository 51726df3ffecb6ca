"""Nights that are repaired in the midst of a plan, and worked back to normal by what the plan asked again says first.

So many of the plan's first steps are recorded, then the repair, then the first step of the plan that is asked anew,
until it has none left. What must hold is said here in plain words: no door refuses a step; the grid never comes to
stand as it stood before on the way back, or it would go on so for ever; and in the end everybody is fed as before the
event, and every switch of the grid stands as it stood.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from graph_api.readmodel.model import ReadModel
from graph_api.services.outage.event import Event
from graph_api.services.outage.impact import Impact, find_impact
from graph_api.services.outage.present import present_state
from graph_api.services.restoration.plan import PlanStep, RestorationPlan
from graph_api.services.restoration.planning import best_plan
from schema.registry import SWITCHES, EntityKind
from schema.vocabulary import SwitchPosition
from tests.judged.nights import Console


@dataclass(slots=True)
class Night:
    """A fault with its trips recorded, and the console that records what is done."""

    console: Console
    event: Event

    @classmethod
    def of(cls, model: ReadModel, thing: str, at: datetime) -> Night | None:
        """None where nothing trips on it."""
        event = Event(things=(model.graph.index(thing),), at=at, since=at)
        trips = find_impact(model, event).operated_by
        night = cls(Console(model, at), replace(event, tripped=trips))
        if not trips or night.console.record(tuple(map(model.graph.id, trips)), ()):
            return None
        night.console.now = at + timedelta(minutes=1)
        return night

    def repair(self) -> None:
        """All is sound again."""
        self.console.now += timedelta(minutes=5)
        self.event = replace(self.event, at=self.console.now, repaired=self.console.now)
        self.console.now += timedelta(minutes=1)

    def impact(self) -> Impact:
        """Who is hit, by now."""
        return find_impact(self.console.model, replace(self.event, at=self.console.now))

    def plan(self) -> RestorationPlan:
        """The plan of now."""
        return best_plan(self.console.model, replace(self.event, at=self.console.now))

    def to_do(self) -> list[PlanStep]:
        """What the plan of now switches; once all is repaired up to the normal arrangement."""
        plan = self.plan()
        steps = (*plan.steps, *plan.after_repair) if self.event.repaired else plan.steps
        return [step for step in steps if step.opens or step.closes]


def grid_of(model: ReadModel) -> dict[str, SwitchPosition]:
    """How the switches of the grid stand."""
    graph, owns = model.graph, model.customers.accounts.owns
    every = (at for kind in SWITCHES for at in graph.of_kind(kind) if not owns(at))
    return {graph.id(at): model.position(at) for at in every}


def worked_back(model: ReadModel, thing: str, at: datetime, seed: int) -> Iterator[str]:
    """What is wrong in the night after a fault that is repaired after as many steps as chance says."""
    night = Night.of(model, thing, at)
    if night is None:
        return
    steps = night.to_do()
    for step in steps[: random.Random(seed).randint(0, len(steps))]:
        yield from (f"refused: {each}" for each in night.console.do(step))
    night.repair()
    yield from _way_back(night)
    yield from _ended(night, model)


def _way_back(night: Night) -> Iterator[str]:
    """Closings alone come to an end; from the first opening on no arrangement may come twice."""
    stood = list[dict[str, SwitchPosition]]()
    while steps := night.to_do():
        step, then = steps[0], grid_of(night.console.model)
        told = f"{step.action.value} {night.console.model.graph.id(step.target)}"
        if refused := night.console.do(step):
            yield f"{told} refused: {refused}"
            return
        now = grid_of(night.console.model)
        if now != then and (stood or step.opens):
            if now in stood:
                yield f"{told}: the grid has stood so before"
                return
            stood.append(now)


def _ended(night: Night, before: ReadModel) -> Iterator[str]:
    after = night.console.model
    for customer in before.graph.of_kind(EntityKind.CUSTOMER):
        then, now = present_state(before, customer).loads_fed, present_state(after, customer).loads_fed
        if then is not now:
            yield f"{before.graph.id(customer)} ends {now.value}, was {then.value}"
    summary = night.impact().summary
    if summary.areas.count or summary.lost_kw:
        yield f"ends with {summary.lost_kw} kW and {summary.areas.count} areas dark"
    stood = grid_of(before)
    yield from (f"{at} ends {stands.value}" for at, stands in grid_of(after).items() if stands is not stood[at])
