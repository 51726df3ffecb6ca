"""What is hit out of the scope of who asks: counted, never named."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from graph_api.graphql.projection import shown, shows
from graph_api.readmodel.snapshot import Snapshot
from graph_api.services.duty.calling import Call
from graph_api.services.outage.impact import Impact
from graph_api.services.outage.summary import ImpactSummary


@dataclass(frozen=True, slots=True)
class Outside:
    """Customers whom an event hits and who asks does not see."""

    count: int
    back_count: int
    lost_kw: float


@shows(Outside, description="范围外客户: 不在可见范围内的受影响客户。 Affected customers that are out of one's scope.")
class OutsideScope:
    """Who is not named."""

    count: int = shown(
        "户数: 范围外的受影响客户数，含已恢复者，为准确值。 How many, those that are back included, exact."
    )
    back_count: int = shown("已恢复户数: 其中负荷已全部恢复供电的。 Of these, all of whose loads are fed again.")
    lost_kw: float = shown("失电负荷: 其失电时失去的已知负荷，单位为 kW。 Power known that they lost at the loss. [kW]")


def outside_of(found: Impact, graph: Snapshot) -> Outside:
    """Whom an event hits of who is not there in a graph."""
    if graph.is_whole:
        return Outside(0, 0, 0.0)
    hit = [(key, at) for key, at in found.customers() if not graph.holds(at)]
    kw = {at: power for at, _, _, power in found.outcome}
    lost = math.fsum(kw.get(at) or 0.0 for _, at in hit)
    return Outside(len(hit), sum(bool(key[0]) for key, _ in hit), lost)


def summary_seen(found: Impact, graph: Snapshot) -> ImpactSummary:
    """What an impact adds up to, all counted; the most urgent is that of who is there."""
    summary = found.summary
    if graph.is_whole or summary.most_urgent_customer is None or graph.holds(summary.most_urgent_customer):
        return summary
    hit = (found.affected(at) for _, at in found.customers() if graph.holds(at))
    urgent = [(due.deadline, each.customer, due) for each in hit if (due := each.most_urgent) is not None]
    _, customer, due = min(urgent, default=(None, None, None), key=lambda each: each[:2])
    return replace(summary, most_urgent=due, most_urgent_customer=customer)


def within_scope(graph: Snapshot, calls: Iterable[Call]) -> list[Call]:
    """The calls about what is there, whom to call named."""
    if graph.is_whole:
        return list(calls)
    about = (replace(call, tasks=tuple(task for task in call.tasks if graph.holds(task.about))) for call in calls)
    found = [call for call in about if call.tasks]
    for call in found:
        graph.admit(each for each in (call.person, call.group, call.number) if each is not None)
    return found
