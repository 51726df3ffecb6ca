"""What is left (未了事项): why an incident is not over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import unique

from graph_api.errors import InvalidInput
from graph_api.readmodel.model import ReadModel
from graph_api.services.incident.affected import impact_of
from graph_api.services.incident.checklists import checklists_of
from graph_api.services.incident.contents import LeftSaid
from graph_api.services.incident.parts import is_out
from graph_api.services.incident.presumed import presumed
from graph_api.services.incident.reported import reported_out
from graph_api.services.incident.room import found
from graph_api.services.incident.state import IncidentState
from graph_api.services.outage.event import Cause
from graph_api.services.outage.impact import Impact
from schema.vocabulary import LoadsFed, Term
from schema.words import Labels, say


@unique
class LeftKind(Term):
    """未了事项类型: 何事未了。 What is left to do."""

    FAULT_NOT_CONFIRMED = "FAULT_NOT_CONFIRMED", "故障未确认", "nobody has said where the fault is"
    WORK_NOT_ENDED = "WORK_NOT_ENDED", "工作未终结", "nobody has said that the planned work has ended"
    NOT_REPAIRED = "NOT_REPAIRED", "故障未修复", "nobody has said that the fault is repaired"
    WORK_ORDERS_OPEN = "WORK_ORDERS_OPEN", "工单未完成", "crews have not reported back"
    STEPS_OPEN = "STEPS_OPEN", "处置步骤未完成", "steps of procedures that run were neither done nor skipped"
    CUSTOMERS_OUT = "CUSTOMERS_OUT", "客户未复电", "customers have loads that the grid does not feed"
    CALLERS_OUT = "CALLERS_OUT", "报修停电未核实", "customers call that they have no power, and it is not known why"
    AREAS_OUT = "AREAS_OUT", "台区未复电", "public areas have no supply"
    TRIPS_NOT_SAID = (
        "TRIPS_NOT_SAID",
        "跳闸未登记",
        "what is named as failed was dead before, behind what may have tripped",
    )
    TRANSFER_NOT_REPORTED = (
        "TRANSFER_NOT_REPORTED",
        "备自投动作未核实",
        "an automatic transfer of the grid is taken to have acted, and nobody has reported it",
    )
    NOT_WORKED_OUT = "NOT_WORKED_OUT", "影响范围不明", "who is affected cannot be worked out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """One thing that is left."""

    kind: LeftKind
    count: int
    text: str
    """What, and what to do."""


def left_open(model: ReadModel, state: IncidentState, at: datetime, *, as_known: bool = False) -> list[Left]:
    """Why an incident is not over at a moment; [] = it may be closed. `as_known`: who is out as it was kept."""
    out = _kept(state) if as_known else _out(model, state, at)
    return [*_fault(model, state), *_orders(state), *_steps(model, state, at), *out, *_callers(model, state)]


def left_then(said: LeftSaid) -> Left:
    """What was left open when an incident was closed."""
    return Left(kind=LeftKind.of(said.kind), count=said.count, text=Labels(said.en, said.zh))


def _callers(model: ReadModel, state: IncidentState) -> Iterator[Left]:
    callers = reported_out(model, state)
    if callers:
        names = ", ".join(model.graph.name(each) or model.graph.id(each) for each in callers[:3])
        text = say(
            "Customers who call that they have no power, though nothing known here has taken it: {count}, as {names}. "
            "Ask again, and record what they say.",
            count=len(callers),
            names=names,
        )
        yield Left(kind=LeftKind.CALLERS_OUT, count=len(callers), text=text)


def _fault(model: ReadModel, state: IncidentState) -> Iterator[Left]:
    if beside := presumed(model, state):
        names = ", ".join(model.graph.name(each) or model.graph.id(each) for each in beside)
        text = say(
            "What tripped beside the confirmed fault did so on {things}: confirm that, too (name all that is faulty), "
            "or amend the equipment.",
            things=names,
        )
        yield Left(kind=LeftKind.FAULT_NOT_CONFIRMED, count=len(beside), text=text)
    if state.opened.cause is Cause.OPENED and state.fault is None:
        if state.repaired_at is None:
            text = say("Nobody has recorded that the work has ended.")
            yield Left(kind=LeftKind.WORK_NOT_ENDED, count=1, text=text)
    elif state.fault is None:
        text = say("Nobody has confirmed where the fault is, or that there is none.")
        yield Left(kind=LeftKind.FAULT_NOT_CONFIRMED, count=1, text=text)
    elif state.repaired_at is None:
        faulty = [each for each in state.fault if each not in dict(state.sound)]
        text = say("Nobody has recorded that the fault is repaired.")
        if state.sound:
            names = ", ".join(model.graph.name(each) or model.graph.id(each) for each in found(model.graph, faulty))
            text = say("Not repaired yet: {things}.", things=names)
        yield Left(kind=LeftKind.NOT_REPAIRED, count=max(len(faulty), 1), text=text)


def _orders(state: IncidentState) -> Iterator[Left]:
    numbers = [str(each.number) for each in state.work_orders if each.is_open]
    if numbers:
        text = say("Work orders that have not been reported back: {numbers}.", numbers=", ".join(numbers))
        yield Left(kind=LeftKind.WORK_ORDERS_OPEN, count=len(numbers), text=text)


def _steps(model: ReadModel, state: IncidentState, at: datetime) -> Iterator[Left]:
    count = sum(each.open_count for each in checklists_of(model, state, at))
    if count:
        text = say("Steps of procedures neither done nor skipped: {count}.", count=count)
        yield Left(kind=LeftKind.STEPS_OPEN, count=count, text=text)


def _kept(state: IncidentState) -> Iterator[Left]:
    affected = state.affected
    if affected is None:
        return
    count = sum(is_out(each) for each in affected.customers)
    if count:
        text = say("Customers not fully fed: {count}.", count=count)
        yield Left(kind=LeftKind.CUSTOMERS_OUT, count=count, text=text)
    if affected.area_count:
        text = say("Public areas without supply: {count}.", count=affected.area_count)
        yield Left(kind=LeftKind.AREAS_OUT, count=affected.area_count, text=text)


def _trips(model: ReadModel, state: IncidentState, impact: Impact) -> Iterator[Left]:
    """Who lost supply by a trip that was reported before the moment of loss is counted nowhere until it is named."""
    if state.opened.exercise or state.fault == () or not (devices := impact.may_have_tripped):
        return
    names = ", ".join(model.graph.name(each) or model.graph.id(each) for each in devices[:3])
    text = say(
        "{names} stood open before the moment of loss, and whom that left without supply is not counted. If it tripped "
        "on this, correct the incident: what tripped, and the moment of loss.",
        names=names,
    )
    yield Left(kind=LeftKind.TRIPS_NOT_SAID, count=len(devices), text=text)


def _transfers(model: ReadModel, impact: Impact) -> Iterator[Left]:
    """Who has supply only if an automatic transfer of the grid has acted, which nobody has reported."""
    untold = [each for each in impact.grid_transfers if not each.reported]
    if not untold:
        return
    names = ", ".join(model.graph.name(each.closes) or model.graph.id(each.closes) for each in untold)
    text = say(
        "Taken to have closed by automatic transfer, and nobody has reported it: {names}; {count} customers and "
        "{areas} public areas live on it. Ask for that position first (remote signal), and record it, open or closed.",
        names=names,
        count=sum(each.customer_count for each in untold),
        areas=sum(each.areas.count for each in untold),
    )
    yield Left(kind=LeftKind.TRANSFER_NOT_REPORTED, count=len(untold), text=text)


def _out(model: ReadModel, state: IncidentState, at: datetime) -> Iterator[Left]:
    try:
        impact = impact_of(model, state, at)
    except InvalidInput as error:
        yield Left(kind=LeftKind.NOT_WORKED_OUT, count=1, text=error.message)
        return
    if impact is None:
        return
    yield from _trips(model, state, impact)
    yield from _transfers(model, impact)
    hit = [impact.affected(customer) for _, customer in impact.customers()]
    out = [each for each in hit if not each.back and each.loads_fed is not LoadsFed.ALL]
    areas = impact.summary.areas.count
    if out:
        names = ", ".join(model.graph.name(each.customer) or model.graph.id(each.customer) for each in out[:3])
        text = say("Customers not fully fed: {count}, as {names}.", count=len(out), names=names)
        yield Left(kind=LeftKind.CUSTOMERS_OUT, count=len(out), text=text)
    if areas:
        yield Left(kind=LeftKind.AREAS_OUT, count=areas, text=say("Public areas without supply: {count}.", count=areas))
