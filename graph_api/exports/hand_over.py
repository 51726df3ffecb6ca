"""The hand-over sheet of an incident (交接单): what whoever takes over has to know and to do, and signs for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from graph_api.exports.incident_table import Answer, doers, order_name, term, title
from graph_api.exports.sheets import Cell, Sheet
from schema.incident_terms import CallOutcome, IncidentLevel, WorkOrderState
from schema.vocabulary import Importance, LoadsFed, SupplyState
from schema.words import Language, Sentence, current, say, text_of


def hand_over_sheets(incident: Answer, at: datetime) -> list[Sheet]:
    """One sheet of all that is open, with room for two signatures; behind it what was recorded last."""
    state = incident["stateAt"]
    heading = say("Hand-over sheet of incident {number}", number=incident["number"])
    first = Sheet(text_of(heading), _heads(_OPEN), list(_open(incident, state)), tuple(_remarks(incident, state, at)))
    last = [(_moment(each["at"]), each["text"], each["note"] or "", each["by"]) for each in incident["newest"]]
    signed = [(text_of(who), "", "") for who in (say("handed over by"), say("taken over by"))]
    out = list(_customers(state))
    return [
        first,
        *([Sheet(text_of(say("Customers without full supply")), _heads(_CUSTOMERS), out, ())] if out else []),
        Sheet(text_of(say("Recorded last")), _heads(_LAST), last, ()),
        Sheet(text_of(say("Signatures")), _heads(_SIGNED), signed, ()),
    ]


_OPEN = (say("what"), say("item"), say("how it stands"), say("due"))
_CUSTOMERS = (say("customer"), say("class"), say("supply state"), say("fed"), say("deadline"))
_LAST = (say("time"), say("what"), say("note"), say("by"))
_SIGNED = (say("signed by"), say("signature"), say("time"))


def _heads(heads: tuple[Sentence, ...]) -> tuple[str, ...]:
    return tuple(map(text_of, heads))


def _remarks(incident: Answer, state: Answer, at: datetime) -> Iterator[str]:
    if incident["exercise"]:
        yield text_of(say("EXERCISE, nothing of it is real."))
    level = text_of(say("no level")) if state["level"] is None else term(IncidentLevel, state["level"])
    moment = f"{at.astimezone():%Y-%m-%d %H:%M}"
    yield text_of(
        say("{title}; {level}; loss at {since}; as of {at}.", title=state["title"], level=level,
            since=_local(state["since"]), at=moment)
    )  # fmt: skip
    if state["commander"]:
        yield text_of(say("Led by {person}.", person=title(state["commander"])))


def _open(incident: Answer, state: Answer) -> Iterator[tuple[Cell, ...]]:  # noqa: ARG001  (a part of it is told)
    kinds = (
        _left(state),
        _fault(state),
        _orders(state),
        _clocks(state),
        _steps(state),
        _switches(state),
        _people(state),
    )
    for each in kinds:
        yield from each


def _customers(state: Answer) -> Iterator[tuple[Cell, ...]]:
    """All whom the grid does not feed fully, in the order of need; then who calls that there is no power."""
    hit = (state["recorded"] or {"customers": {"nodes": []}})["customers"]["nodes"]
    for each in (one for one in hit if not one["back"] and one["loadsFed"] != LoadsFed.ALL.value):
        known = each["customer"]
        yield (
            title(known) or each["customerId"],
            "" if known is None else term(Importance, known["importance"]),
            term(SupplyState, each["state"]),
            term(LoadsFed, each["loadsFed"]),
            _moment(each["deadline"]),
        )
    for each in state["reportedOut"]:
        yield title(each), "", text_of(say("calls that there is no power")), "", ""


def _left(state: Answer) -> Iterator[tuple[Cell, ...]]:
    for each in state["left"]:
        yield text_of(say("still open")), each["text"], "", ""


def _fault(state: Answer) -> Iterator[tuple[Cell, ...]]:
    known = _names(state["fault"]) or _names([*state["equipment"], *state["tripped"]])
    found = say("the fault is confirmed") if state["fault"] else say("the fault is not confirmed")
    yield text_of(say("fault")), known, text_of(say("there was none") if state["noFault"] else found), ""


def _orders(state: Answer) -> Iterator[tuple[Cell, ...]]:
    for each in state["workOrders"]:
        if each["isOpen"]:
            task = f"{order_name(each)} {each['task']} · {_names(doers(each))}"
            yield text_of(say("work order")), task, term(WorkOrderState, each["state"]), ""


def _clocks(state: Answer) -> Iterator[tuple[Cell, ...]]:
    for each in state["clocks"]:
        if each["endedAt"] is None:
            late = say("over the limit") if each["state"] == "BREACHED" else say("running")
            what = f"{each['workOrder']} {title(each['commitment'])}"
            yield text_of(say("time limit")), what, text_of(late), _moment(each["dueAt"])


def _steps(state: Answer) -> Iterator[tuple[Cell, ...]]:
    for run in state["checklists"]:
        for step in run["steps"]:
            if step["outcome"] is None:
                what = f"{title(run['customer'])} · {step['step']['text']}"
                yield text_of(say("step")), what, text_of(say("not done")), _moment(step["dueAt"])


def _switches(state: Answer) -> Iterator[tuple[Cell, ...]]:
    for each in state["offNormal"]:
        yield text_of(say("switch")), title(each), text_of(say("not in its normal position")), ""


def _people(state: Answer) -> Iterator[tuple[Cell, ...]]:
    last = {title(each["person"]): each for each in state["calls"]}
    for name, each in last.items():
        if each["outcome"] != CallOutcome.REACHED.value:
            yield text_of(say("not reached")), name, term(CallOutcome, each["outcome"]), _moment(each["at"])
    for each in state["waiting"]:
        yield text_of(say("told unless acknowledged")), title(each["rule"]), "", _moment(each["dueAt"])


def _names(things: list[Answer]) -> str:
    return ("、" if current() is Language.ZH else ", ").join(map(title, things))


def _local(text: str) -> str:
    return f"{datetime.fromisoformat(text).astimezone():%Y-%m-%d %H:%M}"


def _moment(text: str | None) -> Cell:
    return "" if text is None else datetime.fromisoformat(text)
