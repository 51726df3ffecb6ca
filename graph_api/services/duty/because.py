"""Because (依据): why a row of the responsibility table stands there, as a sentence in either language."""

from __future__ import annotations

from datetime import datetime

from graph_api.readmodel.snapshot import Snapshot
from graph_api.services.duty.responsibility import ResponsibilityRow
from schema.people import Shift
from schema.vocabulary import DutyState
from schema.words import Sentence, joined, say


def because(graph: Snapshot, row: ResponsibilityRow) -> str:
    """Through what the row applies, then what the roster says of its holder; times are local to the minute, with
    their offset: who reads it may be in another zone than this service."""
    if row.assignment is None:
        return say("nobody is assigned to it, nor to what it lies in or is supplied from")
    return joined([_assigned(graph, row), _rostered(graph, row)])


def _assigned(graph: Snapshot, row: ResponsibilityRow) -> Sentence:
    if row.distance == 0:
        return say("assigned to it directly")
    return say("assigned to {through}, which it lies in or is supplied from", through=_name(graph, row.through))


def _rostered(graph: Snapshot, row: ResponsibilityRow) -> Sentence:
    if row.shift is not None:
        return _in_shift(graph, row, graph.get(Shift, row.shift))
    if row.person is None and row.group is not None:
        return _of_group(_name(graph, row.group), row.duty)
    return say("rostered at other times only") if row.duty is DutyState.OFF_DUTY else say("in no roster")


def _in_shift(graph: Snapshot, row: ResponsibilityRow, shift: Shift) -> Sentence:
    until = _minute(shift.end)
    if row.duty is DutyState.LEAVE:
        return say("on leave until {until}", until=until)
    if row.lent_to is not None:
        team = _name(graph, row.lent_to)
        return say("in a shift of {team} until {until}, and belongs to this group", team=team, until=until)
    if row.duty is DutyState.STANDBY:
        return say("on standby until {until}, to be called in", until=until)
    return say("on duty until {until}", until=until)


def _of_group(group: str, duty: DutyState) -> Sentence:
    match duty:
        case DutyState.LEAVE:
            return say("everybody of {group} is on leave", group=group)
        case DutyState.OFF_DUTY:
            return say("nobody of {group} stands in a shift now", group=group)
        case _:
            return say("{group} has no roster", group=group)


def _name(graph: Snapshot, index: int) -> str:
    return graph.name(index) or graph.id(index)


def _minute(at: datetime) -> str:
    return at.astimezone().isoformat(" ", "minutes")
