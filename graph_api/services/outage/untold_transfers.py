"""Untold transfers (自投未上报): automatic transfers of the grid that may have acted, and of which nobody has told.

[G1] - CB1/ - B1 - M0/ - B2 - CB2 - [G2]      CB1 is reported open: by what is reported B1 is dead, but M0 may have
                                              closed by itself; an event that CB1 tripped on takes it to be closed
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from graph_api.readmodel.memo import Derivation
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.positions import last_report, reports_between
from graph_api.readmodel.things import Things
from graph_api.readmodel.topology import Assumption, Outage
from graph_api.services.outage.dead_before import opened_for_work
from graph_api.services.outage.grid_transfers import Dip, transferred, transfers_of
from graph_api.services.outage.releases import LOOKED_BACK
from schema.grid import Switch
from schema.positions import moment_of
from schema.registry import SWITCHES
from schema.vocabulary import SwitchPosition

UNTOLD: Final = Derivation[None, tuple[Dip, ...]]("automatic transfers of the grid that nobody reported", most=1)
_OPEN, _CLOSED = SwitchPosition.OPEN, SwitchPosition.CLOSED


def untold_transfers(model: ReadModel) -> tuple[Dip, ...]:
    """Those that may have acted on what was reported open within the last day, and what each gives voltage again."""
    return model.memo.recall(UNTOLD, None, lambda: tuple(_untold(model)))


def may_be_live_by(model: ReadModel, customer: int) -> Things:
    """The switches by which a customer's supplies have voltage again if they have closed by themselves."""
    customers_of = model.customers.accounts.customers_of
    return tuple(each.transfer.closes for each in untold_transfers(model) if customer in customers_of(each.back))


def _untold(model: ReadModel) -> Iterator[Dip]:
    if not transfers_of(model).every or not model.graph.reports.count:
        return
    newest = moment_of(model.graph.reports.newest_us)
    opened = dict(_opened(model, newest))
    if not opened:
        return
    before = model.assuming(tuple((at, _CLOSED) for at in sorted(opened)))

    def fallen(moved: tuple[Assumption, ...]) -> Outage:
        return before.topology.opened((), tuple(sorted((dict.fromkeys(opened, _OPEN) | dict(moved)).items())))

    for dip in transferred(before, fallen(()), fallen).dips:
        told = last_report(model.graph, dip.transfer.closes, newest)
        if told is None or told.at < min(opened.values()):
            yield dip


def _opened(model: ReadModel, newest: datetime) -> Iterator[tuple[int, datetime]]:
    """Breakers that stand open by a report of the last day, but for work, with since when."""
    graph = model.graph
    for report in reports_between(graph, newest - LOOKED_BACK, newest):
        at = graph.number(report.switch)
        if at is None or graph.kind(at) not in SWITCHES or report.position is not _OPEN:
            continue
        switch = graph.get(Switch, at)
        if switch.breaks_fault and switch.current_position is _OPEN and not opened_for_work(graph, at, newest):
            yield at, report.at
