"""Limits (方案未穷举之处): what of a plan was not gone through one by one, lest it be taken for the best there is."""

from __future__ import annotations

from collections.abc import Iterator

from graph_api.services.restoration import flows, on_condition
from graph_api.services.restoration.case import Case
from graph_api.services.restoration.plan import PlanAccounts
from graph_api.services.restoration.play import Play
from graph_api.services.restoration.wording import PlanLimit, StillOutReason


def limits_of(case: Case, ended: Play, accounts: PlanAccounts) -> Iterator[PlanLimit]:
    """Those that hold of a plan that has ended so."""
    if case.are_left_out:
        yield PlanLimit.WORLDS
    if flows.are_too_many(case.before):
        yield PlanLimit.FLOWS
    if on_condition.are_too_many(ended):
        yield PlanLimit.RETURN
    if any(each.reason is StillOutReason.NO_CAPACITY for each in accounts.still_out):
        yield PlanLimit.SHEDDING
