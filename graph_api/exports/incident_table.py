"""The papers of an incident as tables, made of the answers that the API gives: who answers, and whom to call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from graph_api.exports.sheets import Cell, Sheet
from schema.calling import foot_of
from schema.remedies import REMEDY
from schema.telephone import spoken
from schema.vocabulary import DutyState, GapReason, Importance, ResponsibilityRole, SupplyState, Term
from schema.words import Language, Sentence, current, say, text_of

Answer = Mapping[str, Any]

HEADS = (
    say("subject"), say("class"), say("supply state"), say("deadline"), say("role"), say("person"), say("phone"),
    say("on duty"), say("through"), say("deputy"), say("deputy's phone"), say("gap"), say("corrective action"),
)  # fmt: skip
CALL_HEADS = (
    say("order"), say("contact"), say("phone"), say("until"), say("about"), say("gap"), say("called at"),
    say("result"), say("recorded by"),
)  # fmt: skip
"""The last three are filled in by hand."""
TABLE_TITLE, CALLS_TITLE = say("Responsibility table"), say("Call sheet")


def title(thing: Answer | None) -> str:
    """A thing's name, or its id where it has none; "" for nothing."""
    return "" if thing is None else thing["name"] or thing["id"]


def order_name(order: Answer) -> str:
    """Number of a work order; of one that came with a joined incident the number that it had there, too."""
    if order["formerNumber"] is None:
        return str(order["number"])
    came = order["formerIncident"]
    return f"{order['number']} ({'' if came is None else came['number'] + ': '}{order['formerNumber']})"


def doers(order: Answer) -> list[Answer]:
    """Who does a work order, and the vehicle that is taken there."""
    return [each for each in (order["team"], order["person"], order["vehicle"]) if each]


def who(row: Answer) -> str:
    """Name of the person, else of the group; "" for nobody."""
    return title(row["person"] or row["group"])


def phone(row: Answer) -> str:
    """The verified number to call first, as it is dialled; "" for none."""
    return "" if row["number"] is None else spoken(row["number"]["value"])


def term(vocabulary: type[Term], code: str) -> str:
    """What a coded value is called in the language of now."""
    found = vocabulary.of(code)
    return found.zh if current() is Language.ZH else found.en


def remedy(gap: str) -> Sentence:
    """What closes a gap for good."""
    return REMEDY[GapReason.of(gap)]


def responsibility_page(impact: Answer, remarks: tuple[str, ...] = ()) -> Sheet:
    """A row per role of the equipment, then of each affected customer in order of need."""
    return Sheet(text_of(TABLE_TITLE), tuple(map(text_of, HEADS)), list(_rows(impact)), remarks)


def call_page(calls: Sequence[Answer], remarks: tuple[str, ...] = (), head: str | None = None) -> Sheet:
    """The call sheet, with room for when somebody was called and what came of it."""
    rows = [
        (
            place,
            who(call),
            phone(call),
            None if call["deadline"] is None else datetime.fromisoformat(call["deadline"]),
            "; ".join(map(text_of, _reasons(call))),
            "" if call["gap"] is None else _gap(call["gap"]),
            "",
            "",
            "",
        )
        for place, call in enumerate(calls, 1)
    ]
    foot = tuple(map(text_of, foot_of(head)))
    return Sheet(text_of(CALLS_TITLE), tuple(map(text_of, CALL_HEADS)), rows, remarks, foot)


def _gap(gap: str) -> str:
    colon = "：" if current() is Language.ZH else ": "
    return f"{term(GapReason, gap)}{colon}{text_of(remedy(gap))}"


def _reasons(call: Answer) -> Iterator[str]:
    for task in call["tasks"]:
        role, about = term(ResponsibilityRole, task["role"]), title(task["about"])
        said = say("{role}: {about}, transfer by hand", role=role, about=about)
        yield said if task["transferByHand"] else say("{role}: {about}", role=role, about=about)


def _rows(impact: Answer) -> Iterator[tuple[Cell, ...]]:
    for thing in impact["equipment"]:
        if thing["kind"] != "CUSTOMER":
            yield from _of_subject((title(thing), "", "", ""), thing["responsibility"])
    for each in impact["customers"]["nodes"]:
        due = each["mostUrgent"]
        until = "" if due is None else f"{datetime.fromisoformat(due['deadline']).astimezone():%Y-%m-%d %H:%M}"
        customer = each["customer"]
        head = (
            title(customer),
            term(Importance, customer["importance"]),
            term(SupplyState, each["state"]),
            until,
        )
        yield from _of_subject(head, each["responsibility"])


def _duty(row: Answer) -> Cell:
    """Whether the holder is on duty; of who is on standby, that."""
    return text_of(say("standby")) if row["duty"] == DutyState.STANDBY.value else bool(row["onDuty"])


def _of_subject(head: tuple[str, ...], table: Answer) -> Iterator[tuple[Cell, ...]]:
    for each in table["byRole"]:
        first, deputy, gap = each["first"], each["deputy"], each["gap"]
        held = bool(who(first))
        yield (
            *head,
            term(ResponsibilityRole, each["role"]),
            who(first),
            phone(first),
            _duty(first) if held else None,
            title(first["through"]) if held else "",
            "" if deputy is None else who(deputy),
            "" if deputy is None else phone(deputy),
            "" if gap is None else term(GapReason, gap),
            "" if gap is None else text_of(remedy(gap)),
        )
