"""Back (已恢复): by which switches, closed since the loss, a customer is fed again.

    [G1] - CB1/ - L1! - LS1/ - L2 - LS9 - [G2]      L1 faulty, CB1 tripped, LS1 opened and LS9 closed since:
                               S2                   S2 is back by LS9 alone
"""  # fmt: skip

from __future__ import annotations

from dataclasses import replace

from graph_api.readmodel.things import Things
from graph_api.services.outage.changes import change_of
from graph_api.services.outage.releases import released
from graph_api.services.outage.situation import Situation
from graph_api.services.outage.supply_state import GridState
from schema.registry import SWITCHES


def seen_by_customers(found: Situation, reopened: frozenset[int] = frozenset()) -> GridState:
    """The grid of now as customers see it; `reopened` are closed since the loss, and taken not to be."""
    outage, positions = found.without(reopened)
    opened = {each for each in found.fault.tripped.tolist() if each in positions}
    dead = frozenset((*outage.zone.tolist(), *outage.tripped.tolist(), *opened))
    return GridState(found.anywhere.seen(outage.live), dead, positions, kept=found.kept_open)


def restored_by(found: Situation, customer: int) -> Things:
    """A smallest set of switches closed since the loss by which a customer is fed as before, ascending.

    Each that it is not fed without is among them; where it is fed in two ways, it is those of one.
    """
    reopened: frozenset[int] = frozenset()
    points = found.before.customers.points_of(customer)
    before = GridState(found.live_before) if found.anywhere.is_of_matter else None
    opened = released(found, points, GridState(found.anywhere.seen(found.fault.live)))
    for closing in reversed(found.closed_since):
        fewer = reopened | {closing}
        state = replace(seen_by_customers(found, fewer), held=opened)
        if not change_of(found.before, customer, state, before).unfed:
            reopened = fewer
    drawn = (closing for closing in sorted(found.closed_since) if found.model.graph.kind(closing) in SWITCHES)
    return tuple(closing for closing in drawn if closing not in reopened)
