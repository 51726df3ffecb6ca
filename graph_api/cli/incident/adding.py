"""`baodian incident add`: one more thing that was reported, found, done or said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import typer

from graph_api.cli import output
from graph_api.cli.asking import Asking, asking
from graph_api.cli.incident.acting import ByOption, IncidentArgument, NoteOption, act, incident_of
from graph_api.cli.incident.opening import WhenOption
from graph_api.cli.location.locate import evidence_of
from graph_api.cli.names import FAILING, resolve, resolve_all
from graph_api.cli.stores import DEFAULT_STORE, ServerOption, StoreOption
from graph_api.errors import InvalidInput
from schema.incident_terms import CallOutcome, WorkOrderState
from schema.vocabulary import Term
from schema.words import say

OPERATIONS = (
    "room_incidents", "add_evidence", "confirm_fault", "record_repair", "send_work_order", "update_work_order",
    "record_call", "add_note", "hand_over", "refuse_switching",
)  # fmt: skip
ReportsArgument = Annotated[
    list[str] | None,
    typer.Argument(metavar="[REPORT...]", help=say("Reports of the fault, KIND=THING as `baodian locate` takes them.")),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What the options say."""

    reports: Sequence[str]
    fault: Sequence[str]
    no_fault: bool
    repaired: bool
    sound: Sequence[str]
    cannot: Sequence[str]
    work: str | None
    vehicle: str | None
    to: Sequence[str]
    even_if_unfit: bool
    team: str | None
    person: str | None
    work_order: int | None
    state: str | None
    called: str | None
    outcome: str | None
    hand_over: str | None


def add(
    incident: IncidentArgument,
    reports: ReportsArgument = None,
    fault: Annotated[
        list[str] | None,
        typer.Option("--fault", metavar="ELEMENT", help=say("The fault was found on this; repeatable.")),
    ] = None,
    no_fault: Annotated[
        bool, typer.Option("--no-fault", help=say("There was no fault; say in --note what was found."))
    ] = False,
    repaired: Annotated[bool, typer.Option("--repaired", help=say("The fault is repaired."))] = False,
    sound: Annotated[
        list[str] | None,
        typer.Option(
            "--sound",
            metavar="ELEMENT",
            help=say("Of several faults this one is repaired, the others are not yet; repeatable."),
        ),
    ] = None,
    cannot: Annotated[
        list[str] | None,
        typer.Option(
            "--cannot",
            metavar="SWITCH",
            help=say("This switch cannot be operated: plans go without it; say why in --note; repeatable."),
        ),
    ] = None,
    work: Annotated[
        str | None, typer.Option("--work", metavar="TASK", help=say("Send a work order, to --team or --person."))
    ] = None,
    team: Annotated[str | None, typer.Option("--team", metavar="TEAM", help=say("Team that does it."))] = None,
    person: Annotated[str | None, typer.Option("--person", metavar="PERSON", help=say("Person who does it."))] = None,
    vehicle: Annotated[
        str | None, typer.Option("--vehicle", metavar="VEHICLE", help=say("Vehicle that is taken there, with --work."))
    ] = None,
    to: Annotated[
        list[str] | None,
        typer.Option("--to", metavar="THING", help=say("Where the work is, as a customer; repeatable.")),
    ] = None,
    even_if_unfit: Annotated[
        bool, typer.Option("--even-if-unfit", help=say("Although the vehicle does not fit; say why in --note."))
    ] = False,
    work_order: Annotated[
        int | None, typer.Option("--work-order", metavar="NUMBER", help=say("This work order has reached --state."))
    ] = None,
    state: Annotated[
        str | None, typer.Option("--state", metavar="STATE", help=say("As ARRIVED or 已到达, REPAIRED or 已修复."))
    ] = None,
    called: Annotated[
        str | None, typer.Option("--called", metavar="PERSON", help=say("Somebody was called, with --outcome."))
    ] = None,
    outcome: Annotated[
        str | None,
        typer.Option("--outcome", metavar="OUTCOME", help=say("What came of it, as REACHED or 已接通.")),
    ] = None,
    hand_over: Annotated[
        str | None, typer.Option("--hand-over", metavar="PERSON", help=say("This person leads it from now on."))
    ] = None,
    when: WhenOption = None,
    by: ByOption = None,
    note: NoteOption = None,
    store: StoreOption = DEFAULT_STORE,
    server: ServerOption = None,
    as_json: output.JsonOption = False,
) -> None:
    """Add to its timeline."""
    words = Words(
        reports=reports or (), fault=fault or (), no_fault=no_fault, repaired=repaired, sound=sound or (),
        cannot=cannot or (), work=work, vehicle=vehicle, to=to or (), even_if_unfit=even_if_unfit, team=team,
        person=person, work_order=work_order, state=state, called=called, outcome=outcome, hand_over=hand_over,
    )  # fmt: skip
    with asking(store, server, OPERATIONS) as ask:
        acts = list(_acts(ask, words, note))
        if not acts:
            raise InvalidInput(say("Say what happened: a report as call=CUSTOMER, --fault, --work, --note ..."))
        common = {"incident": incident_of(ask, incident), "by": by, "at": _moment(when), "note": note}
        for operation, given in acts:
            act(ask, operation, as_json, **{**common, **given})


def _acts(ask: Asking, words: Words, note: str | None) -> Iterator[tuple[str, dict[str, Any]]]:
    """The changes that the options say; a note alone is one."""
    acts = [*_found(ask, words), *_refused(ask, words, note), *_done(ask, words)]
    yield from acts or ([("add_note", {})] if note else [])


def _found(ask: Asking, words: Words) -> Iterator[tuple[str, dict[str, Any]]]:
    for each in evidence_of(ask, words.reports):
        yield "add_evidence", {name: value for name, value in each.items() if name != "key"}
    if words.fault or words.no_fault:
        yield "confirm_fault", {"things": resolve_all(ask, words.fault, FAILING)}
    if words.repaired or words.sound:
        yield "record_repair", {"things": resolve_all(ask, words.sound, FAILING)}


def _refused(ask: Asking, words: Words, note: str | None) -> Iterator[tuple[str, dict[str, Any]]]:
    if words.cannot:
        yield "refuse_switching", {"switches": resolve_all(ask, words.cannot), "note": note or ""}


def _done(ask: Asking, words: Words) -> Iterator[tuple[str, dict[str, Any]]]:
    doers = {
        "team": resolve(ask, words.team, ["TEAM"]) if words.team else None,
        "person": resolve(ask, words.person, ["PERSON"]) if words.person else None,
    }
    vehicle = resolve(ask, words.vehicle, ["VEHICLE"]) if words.vehicle else None
    if words.work is not None:
        sent = {"things": resolve_all(ask, words.to), "evenIfUnfit": words.even_if_unfit, "vehicle": vehicle}
        yield "send_work_order", {"task": words.work, **sent, **doers}
    if words.work_order is not None:
        yield "update_work_order", {
            "workOrder": words.work_order, "state": _code(WorkOrderState, words.state, "--state"),
            "vehicle": vehicle, **doers,
        }  # fmt: skip
    if words.called is not None:
        person = resolve(ask, words.called, ["PERSON"])
        yield "record_call", {"person": person, "outcome": _code(CallOutcome, words.outcome, "--outcome")}
    if words.hand_over is not None:
        yield "hand_over", {"to": resolve(ask, words.hand_over, ["PERSON"])}


def _code(vocabulary: type[Term], text: str | None, option: str) -> str:
    """Code of a value by its code or Chinese term. Raises InvalidInput."""
    known = {word.casefold(): each.value for each in vocabulary for word in (each.value, each.zh)}
    if text is None or text.casefold() not in known:
        words = ", ".join(f"{each.value} {each.zh}" for each in vocabulary)
        raise InvalidInput(say("Give {option}, one of: {words}.", option=option, words=words))
    return known[text.casefold()]


def _moment(when: datetime | None) -> str | None:
    return None if when is None else when.astimezone().isoformat()
