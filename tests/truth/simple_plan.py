"""A simple plan of the model's own, and honest claims for any list of steps.

Not a good plan: it opens the nearest devices around the fault, closes one switch after the other that helps and breaks
no rule, lets customers change over, and leaves out what proves needless. A planner should feed at least as much.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from tests.truth.accounts import Course, doers, had_nothing, hit, kw_back, out_at, unfed, waits_until
from tests.truth.customers import changeover
from tests.truth.grid import NONE, Ids, flood, things_of, with_their_nodes
from tests.truth.net import Net, Transfer
from tests.truth.own_sources import hold
from tests.truth.plan import Accounts, Action, Back, Code, OnOwn, Plan, Step
from tests.truth.plan_checker import could_bring_supply, needless_steps, replayed, would_help
from tests.truth.plan_rules import Scene, step_violations
from tests.truth.replay import Stage, applied, begin
from tests.truth.worlds import Event, moments


def simple_plan(net: Net, event: Event, at: float = 0.0, fixed: Ids = NONE) -> Plan:
    """The simple plan from a time on, with honest claims."""
    scenes = [Scene(net, event, found, fixed) for found in moments(net, event, at)]
    steps: list[Step] = []
    stages = [begin(net, scene.moments.now) for scene in scenes]
    waiting = _cut(scenes)
    while (clean := next((step for step in waiting if _is_clean(scenes, stages, step)), None)) is not None:
        stages = _done(scenes, stages, steps, clean)
        waiting.remove(clean)
    while (found := _helpful(scenes, stages)) is not None:
        stages = _done(scenes, stages, steps, found)
    kept = _numbered(net, steps)
    while left_out := needless_steps(scenes, kept, [replayed(scene, kept) for scene in scenes]):
        kept = _numbered(net, [step for step in kept if step is not left_out[-1]])
    return honest(net, event, kept, at, fixed)


def _done(scenes: list[Scene], stages: list[Stage], steps: list[Step], step: Step) -> list[Stage]:
    steps.append(step)
    return [applied(s.net, s.event, stage, step) for s, stage in zip(scenes, stages, strict=True)]


def _is_clean(scenes: list[Scene], stages: list[Stage], step: Step) -> bool:
    """Whether a step breaks no rule in any world, and does something in one."""
    found: list[bool] = []
    for scene, stage in zip(scenes, stages, strict=True):
        codes = {v.code for v in step_violations(scene, stage, applied(scene.net, scene.event, stage, step), step)}
        if codes - {Code.NO_EFFECT}:
            return False
        found.append(not codes)
    return any(found)


def _cut(scenes: list[Scene]) -> list[Step]:
    """Opens the nearest closed (or unknown) switches around the fault that can be operated dead."""
    scene, net = scenes[0], scenes[0].net
    now = [each.moments.now for each in scenes]
    closed = frozenset().union(*(situation.closed for situation in now))
    live = frozenset().union(*(situation.live for situation in now))
    gone = frozenset().union(*(situation.gone for situation in now))
    dead = {s.id for s in net.switches if s.in_service and s.id not in scene.fixed and not live & set(s.nodes)}
    stopped = {switch for switch in net.switch_ids if switch in dead or switch not in closed & gone}
    starts = with_their_nodes(net, things_of(net, scene.event.things, scene.event.cause))
    around = flood(net.wiring, [v for v in starts if v in net.wiring and v not in net.idle], stopped | net.idle | live)
    border = {switch for vertex in around for switch in net.wiring[vertex] if switch in dead} | (around & dead)
    return [
        Step(order=0, action=Action.OPEN, target=switch)
        for switch in sorted(border)
        if switch in closed or switch in scene.moments.unknown
    ]


def _helpful(scenes: list[Scene], stages: list[Stage]) -> Step | None:
    """The next step that feeds more in every world and breaks no rule in any; None if there is none."""
    candidates = [*_changeovers(scenes[0].net, stages[0]), *_releases(stages[0]), *_closings(scenes[0].net, stages)]
    pairs = list(zip(scenes, stages, strict=True))
    return next((step for step in candidates if all(would_help(scene, stage, step) for scene, stage in pairs)), None)


def _closings(net: Net, stages: list[Stage]) -> Iterable[Step]:
    for switch in net.switches:
        if switch.id not in net.inside and could_bring_supply([s.situation for s in stages], switch):
            yield Step(order=0, action=Action.CLOSE, target=switch.id)


def _changeovers(net: Net, stage: Stage) -> Iterable[Step]:
    for point in net.points.values():
        change = changeover(net, stage.situation, point) if point.transfer is Transfer.MANUAL else None
        if change is not None:
            target = change.closes[0] if change.closes else point.id
            supplies = NONE if change.closes else change.supplies
            yield Step(
                order=0,
                action=Action.TRANSFER,
                target=target,
                opens=change.opens,
                closes=change.closes,
                supplies=supplies,
            )


def _releases(stage: Stage) -> Iterable[Step]:
    for supply in sorted(stage.situation.released & stage.situation.live):
        yield Step(order=0, action=Action.RELEASE, target=supply)


def _numbered(net: Net, steps: Iterable[Step]) -> tuple[Step, ...]:
    return tuple(
        replace(
            step,
            order=place,
            doer=min(doers(net, step), default="DISPATCHER"),
            start_min=2.0 * (place - 1),
            end_min=2.0 * place,
        )
        for place, step in enumerate(steps, 1)
    )


def honest(net: Net, event: Event, steps: tuple[Step, ...], at: float = 0.0, fixed: Ids = NONE) -> Plan:
    """Steps with the claims and accounts that their own replay gives."""
    scenes = [Scene(net, event, found, fixed) for found in moments(net, event, at)]
    courses = [
        Course(s.moments, replayed(s, steps)[0], begin(net, s.moments.before), begin(net, s.moments.at_loss))
        for s in scenes
    ]
    things = hit(net, courses)
    return Plan(steps=_claimed(net, courses, steps, things), accounts=_accounts(net, courses, steps, things))


def _claimed(net: Net, courses: list[Course], steps: tuple[Step, ...], things: Ids) -> tuple[Step, ...]:
    claimed: list[Step] = []
    for place, step in enumerate(steps):
        outs = [(out_at(net, c, things, place), out_at(net, c, things, place + 1)) for c in courses]
        back = frozenset.union(*(then - now for then, now in outs)) - frozenset.union(*(now for _, now in outs))
        kw = kw_back(net, courses[0], things, place) if len(courses) == 1 else None
        areas = frozenset(thing for thing in back if thing in net.pieces)
        claimed.append(replace(step, restored=back - areas, areas=areas, kw=kw))
    return tuple(claimed)


def _accounts(net: Net, courses: list[Course], steps: tuple[Step, ...], things: Ids) -> Accounts:
    was_not_out: set[str] = set()
    back: dict[str, Back] = {}
    on_own: dict[str, OnOwn] = {}
    still_out: dict[str, str] = {}
    for thing in sorted(things):
        out = [any(unfed(net, c, c.stages[n], thing) for c in courses) for n in range(len(steps) + 1)]
        if had_nothing(net, courses, thing):
            still_out[thing] = "had nothing before"
        elif not any(unfed(net, c, c.at_loss, thing) for c in courses):
            was_not_out.add(thing)
        elif not out[-1]:
            place = next(n for n in range(len(out)) if not any(out[n:]))
            back[thing] = Back(steps[place - 1].order if place else 0, steps[place - 1].end_min if place else None)
        elif thing not in net.pieces and all(_holds(net, c, thing) for c in courses):
            dark = [course for course in courses if unfed(net, course, course.at_loss, thing)]
            first = waits_until(net, dark, thing, len(out))
            if first < len(out):
                on_own[thing] = OnOwn(steps[first - 1].order if first else 0)
            else:
                still_out[thing] = "no source carries it all"
        else:
            still_out[thing] = "nothing reaches it"
    return Accounts(was_not_out=frozenset(was_not_out), back=back, on_own=on_own, still_out=still_out)


def _holds(net: Net, course: Course, customer: str) -> bool:
    missing = frozenset(unfed(net, course, course.at_loss, customer))
    return any(hold(net, course.moments.at_loss, load, missing).counted for load in missing)
