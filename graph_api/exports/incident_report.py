"""The report of an incident (事件报告), made of the API's answer: what happened, whom it hit, who did what when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from graph_api.exports.incident_table import Answer, doers, order_name, term, title
from graph_api.exports.sheets import Cell, Sheet
from schema.incident_terms import (
    CallOutcome,
    ClockState,
    CommitmentType,
    IncidentLevel,
    NoticeOutcome,
    StepOutcome,
    WorkOrderState,
)
from schema.vocabulary import LoadsFed, SupplyState
from schema.words import Language, Sentence, current, say, text_of


def report_sheets(incident: Answer) -> list[Sheet]:
    """All parts of the report that have something to tell; the facts and the timeline come first."""
    state = incident["stateAt"]
    sheets = [
        _sheet(say("Report of incident {number}", number=incident["number"]), _FACTS, _facts(incident, state)),
        _sheet(say("Timeline"), _TIMELINE, _timeline(incident)),
        _sheet(say("Milestones"), _MILESTONES, _milestones(state)),
        _sheet(say("Affected customers"), _CUSTOMERS, _customers(state)),
        _sheet(say("Work orders"), _ORDERS, _orders(state)),
        _sheet(say("Time limits of service"), _CLOCKS, _clocks(state)),
        _sheet(say("Steps of procedures"), _STEPS, _steps(state)),
        _sheet(say("Calls and messages"), _CALLS, _calls(state)),
    ]
    return [sheet for place, sheet in enumerate(sheets) if sheet.rows or place < 2]


_FACTS = (say("what"), say("facts"))
_TIMELINE = (say("time"), say("recorded at"), say("what"), say("note"), say("by"), say("source"))
_MILESTONES = (say("what"), say("time"), say("min since the loss"))
_CUSTOMERS = (
    say("customer"), say("supply state"), say("fed"), say("back"), say("deadline"), say("without supply since"),
    say("fed again at"), say("min without supply"),
)  # fmt: skip
_ORDERS = (say("number"), say("work order"), say("done by"), say("state"), say("time"))
_CLOCKS = (say("work order"), say("limit"), say("binding"), say("due"), say("ended"), say("state"))
_STEPS = (say("customer"), say("step"), say("due"), say("result"), say("time"), say("by"), say("note"))
_CALLS = (say("time"), say("person"), say("by what"), say("result"), say("recorded by"))


def _sheet(heading: Sentence, heads: tuple[Sentence, ...], rows: Iterator[tuple[Cell, ...]]) -> Sheet:
    return Sheet(text_of(heading), tuple(map(text_of, heads)), list(rows), ())


def _facts(incident: Answer, state: Answer) -> Iterator[tuple[Cell, ...]]:
    figures = state["figures"]
    level = "" if state["level"] is None else term(IncidentLevel, state["level"])
    facts: list[tuple[Sentence, Cell]] = [
        (say("title"), state["title"]),
        (say("exercise"), bool(incident["exercise"])),
        (say("response level"), level),
        (say("moment of loss"), _moment(state["since"])),
        (say("opened by"), state["openedBy"]),
        (say("commander"), title(state["commander"])),
        (say("equipment"), _names(state["equipment"])),
        (say("what tripped"), _names(state["tripped"])),
        (say("fault"), text_of(say("there was none")) if state["noFault"] else _names(state["fault"])),
        (say("closed at"), _moment(state["closedAt"])),
        (say("closed by"), state["closedBy"] or ""),
        (say("reason"), state["reason"] or ""),
        (say("affected customers"), len(_affected(state))),
        (say("most customers out at a time"), figures["peakOut"]),
        (say("customer hours without full supply"), figures["customerHours"]),
        (say("most public areas out at a time"), figures["peakAreas"]),
        (say("area hours without supply"), figures["areaHours"]),
        (say("energy not supplied, kWh"), figures["lostKwh"]),
        (say("limits of service kept"), _count(state, ClockState.MET)),
        (say("limits of service missed"), _count(state, ClockState.BREACHED)),
        (say("still open"), "; ".join(each["text"] for each in state["left"])),
    ]
    return ((text_of(what), said) for what, said in facts)


def _count(state: Answer, reached: ClockState) -> int:
    return sum(each["state"] == reached.value for each in state["clocks"])


def _timeline(incident: Answer) -> Iterator[tuple[Cell, ...]]:
    for each in incident["timeline"]["nodes"]:
        yield (
            _moment(each["at"]), _moment(each["recordedAt"]), each["text"], each["note"] or "", each["by"],
            each["source"] or "",
        )  # fmt: skip


def _milestones(state: Answer) -> Iterator[tuple[Cell, ...]]:
    from graph_api.services.incident.figures import MilestoneKind  # what only writing has to wait for

    for each in state["figures"]["milestones"]:
        yield term(MilestoneKind, each["kind"]), _moment(each["at"]), each["minutes"]


def _customers(state: Answer) -> Iterator[tuple[Cell, ...]]:
    for id, (each, gap) in _affected(state).items():
        name = title((each or gap or {})["customer"]) or id
        if each is None:
            elsewhere = say("went with what was split off") if gap and gap["went"] else say("no longer part of this")
            stands: tuple[Cell, ...] = (text_of(elsewhere), "", "", "")
        else:
            fed = term(LoadsFed, each["loadsFed"])
            stands = (term(SupplyState, each["state"]), fed, bool(each["back"]), _moment(each["deadline"]))
        dark = ("", "", 0) if gap is None else (_moment(gap["since"]), _moment(gap["until"]), gap["minutes"])
        yield (name, *stands, *dark)


def _affected(state: Answer) -> dict[str, tuple[Answer | None, Answer | None]]:
    """Everybody whom it has affected at any time: how each stands, and how long it was without supply."""
    now = {each["customerId"]: each for each in (state["recorded"] or _NOBODY)["customers"]["nodes"]}
    dark = {each["customerId"]: each for each in state["interruptions"]["nodes"]}
    return {id: (now.get(id), dark.get(id)) for id in (*now, *(each for each in dark if each not in now))}


_NOBODY: Answer = {"customers": {"nodes": []}}


def _orders(state: Answer) -> Iterator[tuple[Cell, ...]]:
    for order in state["workOrders"]:
        name, by = order_name(order), _names(doers(order))
        for reached in order["times"]:
            yield name, order["task"], by, term(WorkOrderState, reached["state"]), _moment(reached["at"])


def _clocks(state: Answer) -> Iterator[tuple[Cell, ...]]:
    for each in state["clocks"]:
        kind = each["commitment"]["commitmentType"]
        yield (
            each["workOrder"],
            title(each["commitment"]),
            "" if kind is None else term(CommitmentType, kind),
            _moment(each["dueAt"]),
            _moment(each["endedAt"]),
            term(ClockState, each["state"]),
        )


def _steps(state: Answer) -> Iterator[tuple[Cell, ...]]:
    for run in state["checklists"]:
        for step in run["steps"]:
            outcome = "" if step["outcome"] is None else term(StepOutcome, step["outcome"])
            yield (
                title(run["customer"]), step["step"]["text"], _moment(step["dueAt"]), outcome, _moment(step["takenAt"]),
                step["by"] or "", step["reason"] or "",
            )  # fmt: skip


def _calls(state: Answer) -> Iterator[tuple[Cell, ...]]:
    for each in state["calls"]:
        phone = text_of(say("telephone"))
        yield _moment(each["at"]), title(each["person"]), phone, term(CallOutcome, each["outcome"]), each["by"]
    for each in state["notices"]:
        outcome = "" if each["outcome"] is None else term(NoticeOutcome, each["outcome"])
        yield _moment(each["firstAt"]), title(each["person"]), each["channel"], outcome, ""


def _names(things: list[Answer]) -> str:
    return ("、" if current() is Language.ZH else ", ").join(map(title, things))


def _moment(text: str | None) -> Cell:
    return "" if text is None else datetime.fromisoformat(text)
