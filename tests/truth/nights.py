"""Recorded nights: a fault is played through somebody's doors, every step recorded, and each answer is judged.

The doors are four callables (`Desk`): a GraphQL client of the product, or, to test the driver itself, the model.
After the trip and after each step: the impact against the model (before, at the loss, now), the lists, the remaining
plan through the plan checker, and what the remaining plan promises against what was promised before (nobody forgotten,
nothing done twice).
issue 11 A1: "Nothing that was operated in good faith may make the question unaskable or its own advice be refused."
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from tests.truth.compare import ImpactAnswer, differences
from tests.truth.customers import ALL, NORMAL
from tests.truth.grid import Ids
from tests.truth.net import Net, Position, Report
from tests.truth.plan import PHYSICAL, Action, Plan, Step
from tests.truth.plan_checker import check, replayed
from tests.truth.plan_rules import Scene
from tests.truth.replay import begin, operated
from tests.truth.verdicts import off_normal, worst_state
from tests.truth.worlds import Event, moments

MOST_ACTS = 60


class Refused(Exception):
    """A door refused what was asked or recorded; the text says why."""


@dataclass(frozen=True, slots=True)
class Lists:
    """What stands as it should not, without any event being named (issue 11 C14)."""

    out: Mapping[str, tuple[str, str]]
    """Customers whose state is not NORMAL or whose loads are not all fed -> (state, loads fed)."""
    off_normal: Mapping[str, Position]


class Desk(Protocol):
    """Where a dispatcher asks and records. Each may raise Refused."""

    def ask_impact(self, event: Event, at: float) -> ImpactAnswer:
        """Who is hit by an event, as of a time."""

    def ask_plan(self, event: Event, at: float) -> Plan:
        """The plan from a time on; its accounts speak of everybody that the event hit."""

    def ask_lists(self, at: float) -> Lists | None:
        """Who is out or reduced, and which switches are off normal, right now; None if it keeps no such lists."""

    def record_switching(self, opens: tuple[str, ...], closes: tuple[str, ...], at: float) -> None:
        """Record that switches were opened, then others closed, at a time: one act."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong in a night: when (number of recorded acts, 0 = nothing yet), which question, what."""

    acts: int
    question: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """A night: the network, the fault, when it happened, and how many seconds lie between acts."""

    net: Net
    things: tuple[str, ...]
    since: float = 0.0
    pace_s: float = 120.0
    fixed: Ids = frozenset()
    world: int = 0
    """Which world of the unknown switches is the real one: it decides what trips."""


def play(night: Night, desk: Desk) -> list[Finding]:
    """Plays a night to its end and returns every finding."""
    return list(_played(night, desk))


def _played(night: Night, desk: Desk) -> Iterator[Finding]:
    net = night.net
    first = Event(things=night.things, since=night.since)
    trips = moments(net, first, night.since)[night.world].trips
    yield from _judged(net, desk, first, night.since, 0, night.fixed)
    if trips:
        net = yield from _recorded(net, desk, 1, tuple(sorted(trips)), (), night.since)
    event = replace(first, tripped=trips)
    at = night.since + night.pace_s
    yield from _judged(net, desk, event, at, 1, night.fixed)
    promised = len(_fed_at_end(net, event, _asked(desk, event, at), at))
    acts = 1
    done: set[tuple[tuple[str, ...], tuple[str, ...]]] = set()
    while (act := _next(net, _asked(desk, event, at))) is not None and acts < MOST_ACTS:
        acts += 1
        if act in done:
            yield Finding(acts, "plan", f"asks again for what was recorded: {act}")
            return
        done.add(act)
        net = yield from _recorded(net, desk, acts, *act, at)
        at += night.pace_s
        yield from _judged(net, desk, event, at, acts, night.fixed)
        fed = len(_fed_at_end(net, event, _asked(desk, event, at), at))
        if fed < promised:
            yield Finding(acts, "plan", f"feeds {fed} loads and areas in the end, {promised} were promised before")
        promised = max(promised, fed)


def _asked(desk: Desk, event: Event, at: float) -> Plan:
    try:
        return desk.ask_plan(event, at)
    except Refused:
        return Plan()


def _next(net: Net, plan: Plan) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """What is recorded of the first step of which anything can be: switches opened, then closed.

    A generator truck leaves no position behind.
    """
    acts = (acts_of(net, step) for step in plan.steps if step.action in PHYSICAL)
    return next((act for act in acts if any(act)), None)


def acts_of(net: Net, step: Step) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Switches that a step opens and closes, and supplies that stand for one. A RELEASE is the incoming bay closed."""
    if step.action in (Action.TRANSFER, Action.RELEASE) and (step.opens or step.closes):
        return step.opens, step.closes
    if step.action in (Action.OPEN, Action.CLOSE) and step.target in net.supplies:
        return ((step.target,), ()) if step.action is Action.OPEN else ((), (step.target,))
    if step.action is not Action.RELEASE:
        return operated(net, step)
    if step.target in net.pieces and net.pieces[step.target].is_switch:
        return (), (step.target,)
    supplies = (step.target,) if step.target in net.supplies else net.points[step.target].supplies
    bays = [v for s in supplies for node in net.inner_nodes(s) for v in net.wiring[node] if net.pieces[v].is_switch]
    return (), tuple(sorted(bays)) or tuple(sorted(supplies))


def _fed_at_end(net: Net, event: Event, plan: Plan, at: float) -> Ids:
    """Loads and areas fed in every world once the plan is done, by the model's own replay."""
    scenes = [Scene(net, event, found) for found in moments(net, event, at)]
    ends = [replayed(scene, plan.steps)[0][-1] for scene in scenes] if plan.steps else []
    stages = ends or [begin(net, scene.moments.now) for scene in scenes]
    return frozenset.intersection(*(frozenset(stage.fed) for stage in stages))


def _recorded(
    net: Net, desk: Desk, acts: int, opens: tuple[str, ...], closes: tuple[str, ...], at: float
) -> Generator[Finding, None, Net]:
    """Records at the desk and in the model's own network, which it returns."""
    try:
        desk.record_switching(opens, closes, at)
    except Refused as refused:
        yield Finding(acts, "record", f"refused {opens} open, {closes} closed: {refused}")
    return with_reports(net, opens, closes, at)


def with_reports(net: Net, opens: tuple[str, ...], closes: tuple[str, ...], at: float) -> Net:
    """The network with positions reported."""
    number = len(net.reports)
    acts = [(switch, Position.OPEN) for switch in opens] + [(switch, Position.CLOSED) for switch in closes]
    new = (Report(switch, position, at, number + place) for place, (switch, position) in enumerate(acts))
    return replace(net, reports=(*net.reports, *new))


def _judged(net: Net, desk: Desk, event: Event, at: float, acts: int, fixed: Ids) -> Iterator[Finding]:
    """Asks both questions and says what is wrong with the answers."""
    of = moments(net, event, at)
    try:
        impact = desk.ask_impact(event, at)
        yield from (Finding(acts, "impact", str(item)) for item in differences(net, event, of, impact))
    except Refused as refused:
        yield Finding(acts, "impact", f"refused: {refused}")
    try:
        plan = desk.ask_plan(event, at)
        yield from (Finding(acts, "plan", str(item)) for item in check(net, event, plan, at, fixed))
    except Refused as refused:
        yield Finding(acts, "plan", f"refused: {refused}")
    said, right = desk.ask_lists(at), lists_of(net, at)
    if said is not None:
        yield from (Finding(acts, "lists", item) for item in _list_differences(said, right))


def lists_of(net: Net, at: float) -> Lists:
    """The model's own lists."""
    now = [moment.before for moment in moments(net, Event(things=()), at)]
    states = {name: worst_state(net, now, name) for name, known in net.customers.items() if known.active}
    return Lists({name: found for name, found in states.items() if found != (NORMAL, ALL)}, off_normal(net, at))


def _list_differences(said: Lists, right: Lists) -> Iterator[str]:
    for name in sorted(said.out.keys() | right.out.keys()):
        if said.out.get(name) != right.out.get(name):
            yield f"{name}: said {said.out.get(name)}, right {right.out.get(name)}"
    if dict(said.off_normal) != dict(right.off_normal):
        wrong = sorted(set(said.off_normal.items()) ^ set(right.off_normal.items()))
        yield f"off normal differs: {wrong}"
