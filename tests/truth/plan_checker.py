"""The plan checker: replays a plan in every world and names each violation.

Written apart from any planner, from issue 11 B and its acceptance: "device rules, fault never fed from any side, loops,
ratings, accounts, needless steps, times, doers". Whether a better plan exists is not judged, but for one closing
operation that nothing forbids and that would feed more (`LEFT_UNDONE`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from tests.truth.accounts import (
    Course,
    accounts_close,
    areas_in_numbers,
    claims_of_steps,
    hit,
    overlap,
    times_and_doers,
)
from tests.truth.customers import Situation, inner_supplies, inside_of
from tests.truth.grid import NONE, Ids, blocked, flood
from tests.truth.net import Kind, Net, Piece
from tests.truth.plan import PHYSICAL, READINGS, Action, Code, Plan, Step, Violation
from tests.truth.plan_return import idle_conditions, return_violations, safety_violations
from tests.truth.plan_rules import Scene, border_violations, end_violations, locked_closed, step_violations, unlocked
from tests.truth.replay import Stage, applied, begin, fault_part, operated, truck_part
from tests.truth.worlds import Event, moments, reported_closed


def check(net: Net, event: Event, plan: Plan, at: float = 0.0, fixed: Ids = NONE, work: Ids = NONE) -> list[Violation]:
    """Every violation of a plan that starts at `at`, each once, in the order of its steps (0 = as a whole).

    `fixed` switches cannot be operated; behind `work`, which stand open for it, people may be working.
    """
    said = reported_closed(net, event, at)
    scenes = [Scene(net, event, found, fixed | work, plan.cut_out, work, said) for found in moments(net, event, at)]
    found: set[Violation] = set()
    idle: list[set[Violation]] = []
    courses: list[Course] = []
    bases = [replayed(scene, plan.steps) for scene in scenes]
    for scene, (stages, violations) in zip(scenes, bases, strict=True):
        ends = (begin(net, scene.moments.before), begin(net, scene.moments.at_loss))
        courses.append(Course(scene.moments, stages, *ends))
        idle.append({violation for violation in violations if violation.code is Code.NO_EFFECT})
        found.update(violation for violation in violations if violation.code is not Code.NO_EFFECT)
        found.update(end_violations(scene, stages[-1]))
        found.update(unlocked(scene, stages, plan.steps))
        found.update(locked_closed(scene, stages, plan.steps))
        if plan.after_repair is not None:
            opened = frozenset(each for step in plan.steps for each in operated(net, step)[0])
            found.update(return_violations(scene, stages[-1], plan.after_repair, opened))
    if plan.after_repair is not None:
        found.update(safety_violations(net, plan.steps, plan.after_repair, fixed | work))
        ends = [(scene, base[0][-1]) for scene, base in zip(scenes, bases, strict=True)]
        found.update(idle_conditions(ends, plan.after_repair))
    if plan.bounded_by is not None:
        found.update(
            border_violations([(s, base[0][-1]) for s, base in zip(scenes, bases, strict=True)], plan.bounded_by)
        )
    found -= _left_for_a_look(plan, bases, found)
    found.update(set.intersection(*idle))  # a step that does something in one world is worth doing
    found.update(claims_of_steps(net, courses, plan, hit(net, courses)))
    if len(courses) == 1:
        found.update(areas_in_numbers(net, courses[0], plan, hit(net, courses)))
    if plan.accounts is not None:
        found.update(accounts_close(net, courses, plan, plan.accounts))
    found.update(times_and_doers(net, plan))
    found.update(
        Violation(Code.NEEDLESS, step.order, (step.target,)) for step in needless_steps(scenes, plan.steps, bases)
    )
    found.update(_dependencies(scenes, plan, bases))
    found.update(_left_undone(scenes, courses))
    return sorted(found, key=lambda violation: (violation.step, violation.code, violation.about))


def _left_for_a_look(plan: Plan, bases: list[Replay], found: set[Violation]) -> set[Violation]:
    """Own sources that are not cut off where somebody lives on that supply in another world: it stays until somebody
    has looked, and as long as nothing is earthed nobody works there."""
    if any(step.action is Action.EARTH for step in plan.steps):
        return set()
    live = frozenset[str]().union(*(base[0][-1].situation.live for base in bases))
    return {each for each in found if each.code is Code.OWN_SOURCE_NOT_CUT and each.about[0] in live}


def by_the_letter(violations: Iterable[Violation]) -> list[Violation]:
    """Violations that do not rest on a reading."""
    return [violation for violation in violations if violation.code not in READINGS]


Replay = tuple[tuple[Stage, ...], list[Violation]]


def replayed(scene: Scene, steps: Iterable[Step], first: Stage | None = None) -> Replay:
    """Stages (one more than steps) and the violations of each step, in one world; from now or from a given stage."""
    stages = [first or begin(scene.net, scene.moments.now)]
    violations: list[Violation] = []
    for step in steps:
        after = applied(scene.net, scene.event, stages[-1], step)
        violations += step_violations(scene, stages[-1], after, step)
        stages.append(after)
    return tuple(stages), violations


def _fed_from(steps: tuple[Step, ...], stages: Sequence[Stage]) -> dict[str, int]:
    """From which step (its order, 0 = from the start) each thing is fed as much as at the end, until the end."""
    orders = [0, *(step.order for step in steps)]
    fed = [stage.fed for stage in stages]
    found: dict[str, int] = {}
    for thing, share in fed[-1].items():
        place = len(fed) - 1
        while place > 0 and fed[place - 1].get(thing, 0.0) >= share - 1e-9:
            place -= 1
        found[thing] = orders[place]
    return found


def needless_steps(scenes: list[Scene], steps: tuple[Step, ...], bases: list[Replay]) -> list[Step]:
    """Steps without which the plan reaches the same as soon, in every world; `bases` are the plan's own replays."""
    pairs = list(zip(scenes, bases, strict=True))
    physical = (place for place, step in enumerate(steps) if step.action in PHYSICAL)
    return [steps[n] for n in physical if all(_is_needless(scene, steps, base, n) for scene, base in pairs)]


def _is_needless(scene: Scene, steps: tuple[Step, ...], base: Replay, place: int) -> bool:
    """Whether the plan without a step needs no such cut, feeds all as much as soon, and breaks nothing more."""
    stages, broken = base
    left_out, rest = steps[place], steps[place + 1 :]
    last_stage = stages[-1]
    if left_out.action is Action.OPEN and (
        _cuts(scene, last_stage, left_out.target)
        or _parts_a_truck(scene, last_stage, left_out.target)
        or _parts_a_customer(scene, last_stage, left_out.target)
    ):
        return False
    others = [*stages[: place + 1], *_stages(scene, stages[place], rest)]
    then, now = _fed_from(steps, stages), _fed_from((*steps[:place], *rest), others)
    last, fed = stages[-1].fed, others[-1].fed
    if any(fed.get(thing, 0.0) < share - 1e-9 or now[thing] > then[thing] for thing, share in last.items()):
        return False
    if left_out.action is Action.OPEN and _would_close_again(scene, last_stage, others[-1], left_out):
        return False
    violations = replayed(scene, rest, stages[place])[1]
    return not {(v.code, v.step) for v in violations} - {(v.code, v.step) for v in broken}


def _would_close_again(scene: Scene, last: Stage, without: Stage, step: Step) -> bool:
    """Whether an open switch keeps voltage from a supply that a release (失压脱扣) has opened, and that would bring too
    much: who sees that he has voltage again closes it."""
    held = without.situation.released & without.situation.live - last.situation.live
    again = (Step(order=step.order, action=Action.RELEASE, target=supply) for supply in sorted(held))
    return any(
        violation.code is Code.OVERLOAD
        for each in again
        for violation in step_violations(scene, without, applied(scene.net, scene.event, without, each), each)
    )


def _parts_a_truck(scene: Scene, last: Stage, switch: str) -> bool:
    """Whether an open switch stands at what a truck feeds (a release alone is never relied on), or keeps voltage from
    the supplies of its customer: no truck stands behind a live incoming line."""
    net = scene.net
    nodes = set(net.pieces[switch].nodes)
    if switch not in net.inside:
        dark = nodes - last.situation.live
        behind = flood(net.grid_wiring, dark, blocked(net, last.situation.closed)) if dark else set()
        return any(net.supplies[s].point in _with_a_truck(net, last) for s in behind & net.supplies.keys())
    parts = (truck_part(net, last.switched, truck, NONE) for truck in last.trucks)
    return any(0 < len(part & nodes) < len(nodes) for part in parts)


def _with_a_truck(net: Net, last: Stage) -> set[str]:
    buses = {bus for truck in last.trucks for bus in net.access[truck]}
    return {point for point in net.points if buses & inside_of(net, point)}


def _parts_a_customer(scene: Scene, last: Stage, switch: str) -> bool:
    """Whether an incoming switch that is reported closed parts a customer from the fault: a release alone is no cut."""
    net = scene.net
    if switch in net.supplies:  # where no switch is recorded it stands for its own
        return switch in fault_part(net, scene.event, last.situation.closed, NONE)
    if switch not in net.inside or switch not in scene.reported:
        return False
    part = fault_part(scene.net, scene.event, last.situation.closed, NONE)
    return bool(inner_supplies(scene.net, switch) & part)


def _stages(scene: Scene, stage: Stage, steps: Iterable[Step]) -> Iterator[Stage]:
    for step in steps:
        stage = applied(scene.net, scene.event, stage, step)
        yield stage


def _cuts(scene: Scene, last: Stage, switch: str) -> bool:
    """Whether an open switch parts the fault from "edges with a source or a usable tie behind them".

    Behind it: over closed switches, and open ones that could be closed: in service, not fixed, not at the fault's own
    part, no disconnector with voltage on it.
    """
    net, situation = scene.net, last.situation
    if switch in situation.closed or switch not in net.pieces:
        return False
    part = fault_part(net, scene.event, situation.closed, situation.released)
    outer = [node for node in net.pieces[switch].nodes if node not in part]
    if len(outer) == len(net.pieces[switch].nodes):
        return False
    stopped = {p.id for p in net.of_kind(Kind.DISCONNECTOR) if situation.live.intersection(p.nodes)} - situation.closed
    every = frozenset(piece.id for piece in net.switches) - {switch} - stopped - (scene.fixed - situation.closed)
    at_part = {s for node in part if node not in net.pieces for s in net.wiring[node]}
    behind = flood(net.wiring, outer, blocked(net, every) | part | at_part)
    return any(v in net.pieces and net.pieces[v].kind is Kind.SOURCE for v in behind) or any(
        behind.intersection(own.backs) for own in net.own_sources.values()
    )


def _dependencies(scenes: list[Scene], plan: Plan, bases: list[Replay]) -> Iterator[Violation]:
    """Steps that run at once must be safe in either order, and the order of their ends must be safe too."""
    steps = plan.steps
    if any(step.start_min is None or step.end_min is None for step in steps):
        return
    pairs = list(zip(scenes, bases, strict=True))
    at_once = (
        (place, later)
        for place, first in enumerate(steps)
        for later, second in enumerate(steps[place + 1 :], place + 1)
        if first.action in PHYSICAL and second.action in PHYSICAL and overlap(first, second)
    )
    for place, later in at_once:  # what lies between has begun by then, and may be done: a long step ends last
        ends_last = (*steps[place + 1 : later + 1], steps[place])
        if any(_is_worse(scene, base, ends_last, base[0][place]) for scene, base in pairs):
            yield Violation(Code.TIME_DEPENDENCY, steps[later].order, (str(steps[place].order),))
    by_end = tuple(sorted(steps, key=lambda step: (step.end_min or 0.0, step.order)))
    if by_end != steps and any(_is_worse(scene, base, by_end, base[0][0]) for scene, base in pairs):
        yield Violation(Code.TIME_DEPENDENCY, 0, ("in the order of their ends",))


def _is_worse(scene: Scene, base: Replay, steps: tuple[Step, ...], first: Stage) -> bool:
    """Whether steps in this order, from a stage, break a rule that they do not break in the plan's order."""
    found = {(v.code, v.step) for v in replayed(scene, steps, first)[1] if v.code is not Code.NO_EFFECT}
    return bool(found - {(v.code, v.step) for v in base[1]})


def _left_undone(scenes: list[Scene], courses: list[Course]) -> Iterator[Violation]:
    """One switch whose closing at the end breaks no rule in any world and feeds more in each."""
    net = scenes[0].net
    ends = [course.stages[-1] for course in courses]
    for switch in net.switches:
        if switch.id in net.inside or not could_bring_supply([end.situation for end in ends], switch):
            continue
        step = Step(order=len(courses[0].stages), action=Action.CLOSE, target=switch.id)
        if all(would_help(scene, end, step) for scene, end in zip(scenes, ends, strict=True)):
            yield Violation(Code.LEFT_UNDONE, 0, (switch.id,))


def could_bring_supply(ends: Iterable[Situation], switch: Piece) -> bool:
    """Whether a switch has voltage on one side only, in every world."""
    return all(0 < sum(node in end.live for node in switch.nodes) < len(switch.nodes) for end in ends)


def would_help(scene: Scene, last: Stage, step: Step) -> bool:
    """Whether a step feeds more and breaks no rule."""
    if step.action is Action.CLOSE and step.target in last.situation.closed:
        return False
    after = applied(scene.net, scene.event, last, step)
    helps = any(share > last.fed.get(thing, 0.0) + 1e-9 for thing, share in after.fed.items())
    return helps and not any(True for _ in step_violations(scene, last, after, step))
