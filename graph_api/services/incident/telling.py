"""Entries in words (记录文字): what an entry of a timeline says, as one sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from graph_api.readmodel.snapshot import Snapshot
from graph_api.services.incident import contents
from graph_api.services.incident.contents import Affected, Called, Entry, EvidenceSaid, Opened, WorkOrderMoved
from schema.incident_terms import EntryType, IncidentLevel
from schema.plan import ProcedureStep
from schema.vocabulary import LoadsFed, SwitchPosition, Term
from schema.words import Labels, Language, Sentence, say, translated

_MOST_NAMED = 3


def sentence_of(graph: Snapshot, entry: Entry) -> Sentence:
    """What an entry says, without the words of its note."""
    if entry.content is None:
        return say("This entry cannot be read: it was changed past this program.")
    return _TELLS[entry.entity.entry_type](graph, entry, entry.content)


def _named(graph: Snapshot, ids: Iterable[str]) -> list[str]:
    """Names of things, the first few; the id of what is gone or has no name."""
    known = list(ids)
    indexes = [(each, graph.find(each)) for each in known[:_MOST_NAMED]]
    names = [graph.name(index) or each if index is not None else each for each, index in indexes]
    more = len(known) - _MOST_NAMED
    return [*names, say("{count} more", count=more)] if more > 0 else names


def _label(term: Term) -> Labels:
    return Labels(term.en, term.zh)


def _opened(graph: Snapshot, entry: Entry, said: Opened) -> Sentence:  # noqa: ARG001  (all are called alike)
    where = _named(graph, (*said.equipment, *said.tripped))
    if said.split_from is not None:
        return say("Split off from {incident}: {title}.", incident=_named(graph, [said.split_from]), title=said.title)
    if not where:
        return say("Opened: {title}; nobody knows yet where.", title=said.title)
    return say("Opened: {title}; {where}.", title=said.title, where=where)


_FIELDS: dict[str, Sentence] = {
    "title": say("title"),
    "since": say("moment of loss"),
    "equipment": say("equipment"),
    "tripped": say("what tripped"),
    "stuck": say("what failed to trip"),
}


def _amended(graph: Snapshot, entry: Entry, said: contents.Amended) -> Sentence:  # noqa: ARG001
    given = [_FIELDS[name] for name in _FIELDS if getattr(said, name) is not None]
    given += [] if said.level is None else [_level(said.level, said.level_was)]
    return say("Corrected: {fields}.", fields=given)


def _level(level: IncidentLevel, was: IncidentLevel | None) -> Sentence:
    if was is None:
        return say("response level {level}", level=level.value)
    return say("response level from {was} to {level}", was=was.value, level=level.value)


def _evidence(graph: Snapshot, entry: Entry, said: EvidenceSaid) -> Sentence:
    things = _named(graph, entry.entity.things)
    is_so, _, is_not = said.kind.en.rstrip(")").partition(" (or: ")
    if said.positive:
        return say("Reported: {kind}, {things}.", kind=Labels(is_so, said.kind.zh), things=things)
    kind = Labels(is_not or is_so, said.kind.zh)
    return say("Reported that it is not so: {kind}, {things}.", kind=kind, things=things)


def _withdrawn(graph: Snapshot, entry: Entry, said: contents.EvidenceWithdrawn) -> Sentence:  # noqa: ARG001
    return say("The report of entry {entry} counts no longer.", entry=said.entry)


def _confirmed(graph: Snapshot, entry: Entry, said: contents.FaultConfirmed) -> Sentence:  # noqa: ARG001
    if not entry.entity.things:
        return say("There was no fault.")
    return say("The fault is on {things}.", things=_named(graph, entry.entity.things))


def _repaired(graph: Snapshot, entry: Entry, said: contents.Repaired) -> Sentence:  # noqa: ARG001
    if entry.entity.things:
        return say("Repaired: {things}.", things=_named(graph, entry.entity.things))
    return say("The fault is repaired.")


def _affected(graph: Snapshot, entry: Entry, said: Affected) -> Sentence:  # noqa: ARG001
    out = sum(not each.back and each.loads_fed is not LoadsFed.ALL for each in said.customers)
    back = sum(each.back for each in said.customers)
    return say(
        "Affected: {total} customers, {out} not fully fed, {back} back; {areas} areas without supply, {kw} kW.",
        total=len(said.customers),
        out=out,
        back=back,
        areas=said.area_count,
        kw=f"{said.lost_kw:,.0f}",
    )


def _work_order(graph: Snapshot, entry: Entry, said: WorkOrderMoved) -> Sentence:
    doers = [each for each in (said.team, said.person, said.vehicle) if each]
    task = [*([said.task] if said.task else []), *_named(graph, (*entry.entity.things, *doers))]
    if not task:
        return say("Work order {number}: {state}.", number=said.work_order, state=_label(said.state))
    return say("Work order {number}: {state}; {task}.", number=said.work_order, state=_label(said.state), task=task)


def _procedure(graph: Snapshot, entry: Entry, said: contents.ProcedureStarted) -> Sentence:  # noqa: ARG001
    (customer,), (procedure,) = _named(graph, [said.customer]), _named(graph, [said.procedure])
    return say("{customer}: {procedure} started.", customer=customer, procedure=procedure)


def _step(graph: Snapshot, entry: Entry, said: contents.StepTaken) -> Sentence:  # noqa: ARG001
    (customer,), index = _named(graph, [said.customer]), graph.find(said.step)
    text = said.step if index is None else graph.get(ProcedureStep, index).text
    outcome = _label(said.outcome)
    return say("{customer}: {outcome}, {step}.", customer=customer, outcome=outcome, step=text)


def _switched(graph: Snapshot, entry: Entry, said: contents.Switched) -> Sentence:  # noqa: ARG001
    acts: list[str] = []
    for switch, position in said.operations:
        (name,) = _named(graph, [switch])
        opened = position is SwitchPosition.OPEN
        acts.append(say("{switch} opened", switch=name) if opened else say("{switch} closed", switch=name))
    return say("Operated: {acts}.", acts=acts)


def _refused(graph: Snapshot, entry: Entry, said: contents.Refused) -> Sentence:  # noqa: ARG001
    return say("Cannot be operated: {switches}.", switches=_named(graph, entry.entity.things))


def _clock(graph: Snapshot, entry: Entry, said: contents.ClockFired) -> Sentence:  # noqa: ARG001
    (name,) = _named(graph, [said.commitment])
    due, event = f"{said.due.astimezone():%H:%M}", _label(said.event)
    return say(
        "Work order {number}: {event}, {name}, due {due}.", number=said.work_order, event=event, name=name, due=due
    )


def _escalated(graph: Snapshot, entry: Entry, said: contents.Escalated) -> Sentence:  # noqa: ARG001
    (rule,) = _named(graph, [said.rule])
    if not said.people:
        return say("Nobody has acknowledged it; {rule}: nobody is found who could be told.", rule=rule)
    return say("Nobody has acknowledged it; {rule}: {people}.", rule=rule, people=_named(graph, said.people))


def _notifying(graph: Snapshot, entry: Entry, said: contents.Notifying) -> Sentence:  # noqa: ARG001
    person = _named(graph, [said.person])
    if said.repeat:
        return say(
            "Message to {person} by {channel}, again as it may have got lost.", person=person, channel=said.channel
        )
    return say("Message to {person} by {channel}.", person=person, channel=said.channel)


def _notified(graph: Snapshot, entry: Entry, said: contents.Notified) -> Sentence:
    person, outcome = _named(graph, entry.entity.things), _label(said.outcome)
    if said.reason is None:
        return say("Message to {person}: {outcome}.", person=person, outcome=outcome)
    return say(
        "Message to {person}: {outcome}; {reason}.",
        person=person,
        outcome=outcome,
        reason=why_of(said.reason, said.detail),
    )


def why_of(reason: str, detail: str | None) -> Sentence | Labels:
    """Why a message was not taken, in both languages."""
    why = Labels(translated(reason, Language.EN), translated(reason, Language.ZH))
    return why if detail is None else say("{why} ({detail})", why=why, detail=detail)


def _acknowledged(graph: Snapshot, entry: Entry, said: contents.Acknowledged) -> Sentence:  # noqa: ARG001
    if said.person is None:
        return say("Acknowledged.")
    return say("Acknowledged by {person}.", person=_named(graph, [said.person]))


def _called(graph: Snapshot, entry: Entry, said: Called) -> Sentence:  # noqa: ARG001
    return say("Called {person}: {outcome}.", person=_named(graph, [said.person]), outcome=_label(said.outcome))


def _note(graph: Snapshot, entry: Entry, said: Any) -> Sentence:  # noqa: ARG001
    things = _named(graph, entry.entity.things)
    return say("Note on {things}.", things=things) if things else say("Note.")


def _handed_over(graph: Snapshot, entry: Entry, said: contents.HandedOver) -> Sentence:  # noqa: ARG001
    return say("Handed over to {person}.", person=_named(graph, [said.to]))


def _signed(graph: Snapshot, entry: Entry, said: contents.HandOverSigned) -> Sentence:  # noqa: ARG001
    return say(
        "{person} has signed for the hand-over of entry {entry}.", person=_named(graph, [said.person]), entry=said.entry
    )


def _closed(graph: Snapshot, entry: Entry, said: contents.Closed) -> Sentence:  # noqa: ARG001
    if not said.left:
        return say("Closed.")
    if said.said:
        return say("Closed with this left open: {left}", left=_parted([Labels(one.en, one.zh) for one in said.said]))
    return say("Closed with {count} things left open.", count=len(said.left))


def _parted(texts: Iterable[Labels]) -> Labels:
    """Whole sentences one after the other."""
    known = list(texts)
    return Labels(" ".join(map(str, known)), "".join(each.text(Language.ZH) for each in known))


def _reopened(graph: Snapshot, entry: Entry, said: contents.Reopened) -> Sentence:  # noqa: ARG001
    return say("Opened again.")


def _took_in(graph: Snapshot, entry: Entry, said: contents.TookIn) -> Sentence:  # noqa: ARG001
    return say("Joined into this: {incident}.", incident=_named(graph, [said.other]))


def _joined(graph: Snapshot, entry: Entry, said: contents.Joined) -> Sentence:  # noqa: ARG001
    return say("Joined into {incident}, and worked on there.", incident=_named(graph, [said.into]))


def _split_off(graph: Snapshot, entry: Entry, said: contents.SplitOff) -> Sentence:  # noqa: ARG001
    into = _named(graph, [said.into])
    if not said.work_orders:
        return say("Split off, and worked on as {incident}.", incident=into)
    numbers = ", ".join(map(str, said.work_orders))
    return say("Split off, and worked on as {incident}; with it work orders {numbers}.", incident=into, numbers=numbers)


_TELLS: dict[EntryType, Callable[[Snapshot, Entry, Any], Sentence]] = {
    EntryType.OPENED: _opened,
    EntryType.AMENDED: _amended,
    EntryType.EVIDENCE: _evidence,
    EntryType.EVIDENCE_WITHDRAWN: _withdrawn,
    EntryType.FAULT_CONFIRMED: _confirmed,
    EntryType.REPAIRED: _repaired,
    EntryType.AFFECTED: _affected,
    EntryType.WORK_ORDER: _work_order,
    EntryType.PROCEDURE: _procedure,
    EntryType.STEP: _step,
    EntryType.SWITCHED: _switched,
    EntryType.REFUSED: _refused,
    EntryType.CLOCK: _clock,
    EntryType.ESCALATED: _escalated,
    EntryType.NOTIFYING: _notifying,
    EntryType.NOTIFIED: _notified,
    EntryType.ACKNOWLEDGED: _acknowledged,
    EntryType.CALLED: _called,
    EntryType.NOTE: _note,
    EntryType.HANDED_OVER: _handed_over,
    EntryType.SIGNED: _signed,
    EntryType.CLOSED: _closed,
    EntryType.REOPENED: _reopened,
    EntryType.TOOK_IN: _took_in,
    EntryType.JOINED: _joined,
    EntryType.SPLIT_OFF: _split_off,
}
