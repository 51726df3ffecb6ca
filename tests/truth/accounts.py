"""What a plan says against what its replay gives: who is restored, kW, accounts, times, doers.

issue 11 B9, "Accounts close: every customer and 台区 that is hit is in exactly one of: was not out, back at step n, on
its own source or a generator from step n until when (only one that the data knows), still out because"; B8 (times,
tracks); B11 (who does it: by station, kind, ownership and remote control).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from tests.truth.customers import customer_view
from tests.truth.grid import Ids
from tests.truth.net import Net
from tests.truth.own_sources import hold
from tests.truth.plan import PHYSICAL, Accounts, Action, Code, OnOwn, Plan, Step, Violation
from tests.truth.plan_rules import SLACK_KW
from tests.truth.replay import Stage, things_of_customer
from tests.truth.verdicts import counted, dark_areas, is_worse
from tests.truth.worlds import Moments

FIELD = frozenset({"DISTRIBUTION_REPAIR", "LINE_MAINTENANCE", "CABLE_MAINTENANCE"})
STATION = frozenset({"SUBSTATION_OPERATION"})
REMOTE = frozenset({"DISPATCHER"})
ELECTRICIAN = frozenset({"CUSTOMER_ELECTRICIAN"})
TRUCK = frozenset({"EMERGENCY_POWER"})

SLACK_MIN = 0.51


@dataclass(frozen=True, slots=True)
class Course:
    """One world's replay: stages before each step and after the last (steps + 1), before the event and at the loss."""

    moments: Moments
    stages: tuple[Stage, ...]
    before: Stage
    at_loss: Stage


def hit(net: Net, courses: Iterable[Course]) -> Ids:
    """Customers and areas that the event takes supply or load from, in at least one world."""
    found: set[str] = set()
    for course in courses:
        then, lost = course.moments.before, course.moments.at_loss
        for customer in (known.id for known in net.customers.values() if known.active):
            if is_worse(customer_view(net, then, customer), customer_view(net, lost, customer)):
                found.add(customer)
        found |= dark_areas(net, then, lost)
    return frozenset(found)


def unfed(net: Net, course: Course, stage: Stage, thing: str) -> dict[str, float]:
    """Loads (an area stands for itself) that were fed before the event and are fed less at a stage: the missing kW."""
    kw = {thing: net.pieces[thing].kw} if thing in net.pieces else {}
    kw |= {} if kw else {load: net.load(load).kw for load in things_of_customer(net, thing)}
    then, now = course.before.fed, stage.fed
    missing = {load: then.get(load, 0.0) - now.get(load, 0.0) for load in kw}
    return {load: (kw[load] or 0.0) * share for load, share in missing.items() if share > 1e-9}


def out_at(net: Net, course: Course, things: Iterable[str], place: int) -> Ids:
    """Of these, who lacks load before step number `place` (0 = before the first)."""
    return frozenset(thing for thing in things if unfed(net, course, course.stages[place], thing))


def claims_of_steps(net: Net, courses: list[Course], plan: Plan, things: Ids) -> Iterator[Violation]:
    """ "Restored" means that all loads are fed again; kW is the power that the step feeds again, where known."""
    for place, step in enumerate(plan.steps):
        outs = [(out_at(net, c, things, place), out_at(net, c, things, place + 1)) for c in courses]
        certain = frozenset.intersection(*(then - now for then, now in outs))
        possible = frozenset.union(*(then - now for then, now in outs)) - frozenset.union(*(now for _, now in outs))
        said = step.restored | (step.areas or frozenset())
        checked = said | frozenset(thing for thing in things if step.areas is not None or thing not in net.pieces)
        if said - possible:
            yield Violation(Code.RESTORED_FALSE, step.order, tuple(sorted(said - possible)))
        if (certain & checked) - said:
            yield Violation(Code.RESTORED_MISSING, step.order, tuple(sorted((certain & checked) - said)))
        if step.kw is not None and len(courses) == 1:
            kw = kw_back(net, courses[0], things, place)
            if abs(kw - step.kw) > SLACK_KW:
                yield Violation(Code.KW_WRONG, step.order, (f"says {step.kw:.1f}", f"is {kw:.1f}"))


def areas_in_numbers(net: Net, course: Course, plan: Plan, things: Ids) -> Iterator[Violation]:
    """Areas that each step feeds again, and those still out at the end, where a plan gives them as numbers."""
    areas = things & net.pieces.keys()
    for place, step in enumerate(plan.steps):
        back = out_at(net, course, areas, place) - out_at(net, course, areas, place + 1)
        if step.area_counts is not None and step.area_counts != counted(net, back):
            yield Violation(Code.AREAS_WRONG, step.order, (str(step.area_counts), str(counted(net, back))))
    left = counted(net, out_at(net, course, areas, len(plan.steps)))
    if plan.areas_out is not None and plan.areas_out != left:
        yield Violation(Code.AREAS_WRONG, 0, (str(plan.areas_out), str(left)))


def kw_back(net: Net, course: Course, things: Ids, place: int) -> float:
    """kW of hit things that a step feeds again."""
    then = sum(sum(unfed(net, course, course.stages[place], thing).values()) for thing in things)
    return then - sum(sum(unfed(net, course, course.stages[place + 1], thing).values()) for thing in things)


def accounts_close(net: Net, courses: list[Course], plan: Plan, accounts: Accounts) -> Iterator[Violation]:
    """Each one hit stands in exactly one account, and the account is true."""
    things = hit(net, courses)
    asked = things if accounts.with_areas else frozenset(thing for thing in things if thing not in net.pieces)
    kept = (accounts.was_not_out, accounts.back.keys(), accounts.on_own.keys(), accounts.still_out.keys())
    count = {thing: sum(thing in account for account in kept) for thing in frozenset().union(*kept) | asked}
    for thing, times in sorted(count.items()):
        if thing not in things:
            yield Violation(Code.ACCOUNT_STRANGER, 0, (thing,))
        elif times != 1:
            yield Violation(Code.ACCOUNT_MISSING if times == 0 else Code.ACCOUNT_DOUBLE, 0, (thing,))
    for thing in sorted(things & frozenset().union(*kept)):
        why = _false(net, courses, plan, accounts, thing)
        if why:
            yield Violation(Code.ACCOUNT_FALSE, 0, (thing, why))


def _false(net: Net, courses: list[Course], plan: Plan, accounts: Accounts, thing: str) -> str:
    at_loss = any(unfed(net, c, c.at_loss, thing) for c in courses)
    at_end = any(unfed(net, c, c.stages[-1], thing) for c in courses)
    if thing in accounts.was_not_out and at_loss:
        return "was out"
    idle = had_nothing(net, courses, thing)
    if thing in accounts.was_not_out and (idle or _fed_anew(net, courses, thing)):
        return "was out before"
    if thing in accounts.back:
        return _false_back(net, courses, plan, accounts, thing)
    if thing in accounts.on_own:
        return _false_on_own(net, courses, plan, accounts.on_own[thing], thing)
    if thing in accounts.still_out and not at_end and not idle:
        return "is not out at the end"
    return ""


def had_nothing(net: Net, courses: list[Course], thing: str) -> bool:
    """Whether, in any world, no load of a customer was fed before the event, nor is at the end.

    docs/meanings.md, Unknown positions: "who was out in any was out, and who is out in any at the end is still out".
    """
    loads = things_of_customer(net, thing) if thing in net.customers else ()
    fed = [[stage.fed.get(load, 0.0) for stage in (c.before, c.stages[-1]) for load in loads] for c in courses]
    return bool(loads) and not all(map(any, fed))


def _fed_anew(net: Net, courses: list[Course], thing: str) -> bool:
    """Whether no load of a customer was fed before the event nor at the loss, in any world, and some is in the end.

    B9: everybody hit is in "was not out" or "back at step n": who was out already and is fed by a step
    is back by it.
    """
    loads = things_of_customer(net, thing) if thing in net.customers else ()
    dark = not any(stage.fed.get(load, 0.0) for c in courses for stage in (c.before, c.at_loss) for load in loads)
    return bool(loads) and dark and not had_nothing(net, courses, thing)


def _lacks(net: Net, course: Course, stage: Stage, thing: str, *, anew: bool) -> bool:
    if anew:
        return not any(stage.fed.get(load, 0.0) for load in things_of_customer(net, thing))
    return bool(unfed(net, course, stage, thing))


def _false_back(net: Net, courses: list[Course], plan: Plan, accounts: Accounts, thing: str) -> str:
    claim = accounts.back[thing]
    orders = [0, *(step.order for step in plan.steps)]
    if claim.step not in orders:
        return f"no step {claim.step}"
    place = orders.index(claim.step)
    anew = _fed_anew(net, courses, thing)
    first = next(
        (
            n
            for n in range(len(orders))
            if not any(_lacks(net, c, s, thing, anew=anew) for c in courses for s in c.stages[n:])
        ),
        None,
    )
    if first is None:
        return "is out at the end"
    if first != place:
        return f"is back at step {orders[first]}, not {claim.step}"
    minute = plan.steps[place - 1].end_min if place else None
    if claim.minute is not None and minute is not None and abs(claim.minute - minute) > SLACK_MIN:
        return f"is back at minute {minute:g}, not {claim.minute:g}"
    return ""


def _false_on_own(net: Net, courses: list[Course], plan: Plan, claim: OnOwn, thing: str) -> str:
    if thing in net.pieces:
        return "an area has no source of its own"
    untils: set[float] = set()
    out = [(course, missing) for course in courses if (missing := frozenset(unfed(net, course, course.at_loss, thing)))]
    if not out:
        return "was not out"
    left = [(c, m) for c, m in out if unfed(net, c, c.stages[-1], thing) or c.stages[-1].by_truck.intersection(m)]
    for course, missing in left or out:  # where it is not out, or back at the end, nothing has to carry it (reading 44)
        held = [hold(net, course.moments.at_loss, load, missing) for load in sorted(missing)]
        untils |= {item.seconds / 60 for item in held if item.counted and item.seconds is not None}
        own = any(item.counted for item in held)
        truck = any(load in course.stages[-1].by_truck for load in missing)
        if not own and not truck:
            return "no source that counts"
    orders = [0, *(step.order for step in plan.steps)]
    if claim.step not in orders:
        return f"no step {claim.step}"
    first = waits_until(net, [course for course, _ in out], thing, len(orders))
    if first > orders.index(claim.step):
        return f"waits in some world until step {orders[min(first, len(orders) - 1)]}, not {claim.step}"
    if claim.until_min is not None and not any(abs(claim.until_min - until) <= 1 for until in untils):
        return f"holds until minute {sorted(untils)}, not {claim.until_min:g}"
    return ""


def waits_until(net: Net, courses: list[Course], thing: str, stages: int) -> int:
    """The first of so many stages from which on a customer lacks no load in any world; their number if none is."""
    late = [n for n in range(stages) if any(_waits(net, course, n, thing) for course in courses)]
    return max(late, default=-1) + 1


def _waits(net: Net, course: Course, place: int, thing: str) -> bool:
    """Whether a customer lacks load at a stage that neither a truck nor an own source that counts carries."""
    stage = course.stages[place]
    missing = frozenset(unfed(net, course, stage, thing)) - stage.by_truck
    return any(not hold(net, course.moments.at_loss, load, missing).counted for load in sorted(missing))


def times_and_doers(net: Net, plan: Plan) -> Iterator[Violation]:
    """Steps numbered from 1; ends after starts; one track does one thing at a time; a doer of the right kind."""
    if [step.order for step in plan.steps] != list(range(1, len(plan.steps) + 1)):
        yield Violation(Code.ORDER_WRONG, 0)
    timed = [step for step in plan.steps if step.start_min is not None or step.end_min is not None]
    for step in plan.steps:
        start, end = step.start_min, step.end_min
        if timed and (start is None or end is None):
            yield Violation(Code.TIME_MISSING, step.order)
        elif start is not None and end is not None and not 0 <= start <= end:
            yield Violation(Code.TIME_BACKWARDS, step.order)
    yield from _tracks(timed)
    for step in plan.steps:
        allowed = doers(net, step)
        if step.doer is None and step.action in PHYSICAL:
            yield Violation(Code.DOER_MISSING, step.order)
        elif step.doer is not None and allowed and step.doer not in allowed:
            yield Violation(Code.DOER_WRONG, step.order, (step.doer, *sorted(allowed)))


def _tracks(steps: list[Step]) -> Iterator[Violation]:
    for place, first in enumerate(steps):
        for second in steps[place + 1 :]:
            if first.track is not None and first.track == second.track and overlap(first, second):
                yield Violation(Code.TIME_TRACK, second.order, (str(first.order), first.track))


def overlap(first: Step, second: Step) -> bool:
    """Whether two steps run at once."""
    spans: Mapping[str, tuple[float, float]] = {
        name: (step.start_min or 0.0, step.end_min or 0.0) for name, step in (("a", first), ("b", second))
    }
    return max(spans["a"][0], spans["b"][0]) < min(spans["a"][1], spans["b"][1])


def doers(net: Net, step: Step) -> Ids:
    """Roles that may do a step; empty = any.

    A customer's plant: its electrician. A truck: the emergency power crew. A switch in a station: station operators,
    or the dispatcher where it is remote controlled. A remote controlled one in the field: the dispatcher. Else a crew.
    """
    if step.action is Action.GENERATOR:
        return TRUCK
    if step.action in (Action.TRANSFER, Action.RELEASE):
        return ELECTRICIAN
    piece = net.pieces.get(step.target)
    if step.action not in (Action.OPEN, Action.CLOSE) or piece is None:
        return frozenset()
    if piece.customer_owned or piece.id in net.inside:
        return ELECTRICIAN
    if piece.station is not None:
        return STATION | REMOTE if piece.remote else STATION
    return REMOTE if piece.remote else FIELD
