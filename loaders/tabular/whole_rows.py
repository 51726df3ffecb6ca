"""What a row says only as a whole: times of a shift on one day, several numbers in one cell, both coordinates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from loaders.tabular.moments import TimeOfDay, on_day
from loaders.tabular.numbers import highest_level
from loaders.tabular.phones import Dialled, dialled
from loaders.tabular.writing import UnclearError, Writing
from schema.registry import EntityKind
from schema.vocabulary import ContactType
from schema.words import say

DAY_COLUMNS = {EntityKind.SHIFT: ("date", "日期", "值班日期")}
"""Columns that are no field, but the day of times that have none, by kind."""
AGAIN = "~"
"""Stands in the id of a further contact of one cell before its number: C1, C1~2, C1~3."""
MOST_NUMBERS = 9
TOGETHER = frozenset({EntityKind.CONTACT, EntityKind.SHIFT, EntityKind.SUBSTATION})
"""Kinds of whose rows cells say something together; of others those with a time of day, or coordinates."""


class WrongTogetherError(ValueError):
    """A field that does not go with the rest of its row."""

    def __init__(self, field: str, error: UnclearError) -> None:
        super().__init__(str(error))
        self.field = field
        self.error = error


class Remark(NamedTuple):
    """Something about a row that was taken, by field."""

    field: str
    reason: str
    remedy: str
    value: str = ""


def understood(
    kind: EntityKind, fields: dict[str, Any], day: date | None, writing: Writing
) -> tuple[Sequence[dict[str, Any]], Sequence[Remark]]:
    """The fields of the one or more entities that a row stands for. Raises WrongTogetherError."""
    if kind is EntityKind.CONTACT and "value" in fields:
        return _contacts(fields, writing)
    if kind is EntityKind.SHIFT:
        _shift(fields, day, writing)
    if TimeOfDay in map(type, fields.values()):
        for name in (name for name, value in fields.items() if isinstance(value, TimeOfDay)):
            raise WrongTogetherError(
                name, UnclearError(say("is a time of day without its date"), say("Write the date with it."))
            )
    if kind is EntityKind.SUBSTATION and (level := highest_level(written := str(fields.get("nominal_kv", "")))):
        return (fields | {"nominal_kv": level},), (_highest(level, written),)
    if fields.get("longitude") == 0 and fields.get("latitude") == 0:
        return (fields,), (_at_zero(),)
    return (fields,), ()


def further_ids(kind: EntityKind, ident: str) -> list[str]:
    """Ids that further entities of a row may have had: they stay where the row is rejected."""
    several = kind in (EntityKind.CONTACT, EntityKind.SHIFT)
    return [f"{ident}{AGAIN}{n}" for n in range(2, MOST_NUMBERS + 1)] if several else []


def _shift(fields: dict[str, Any], day: date | None, writing: Writing) -> None:
    """Times without a date lie on the row's day; an end that is not after its start lies on the next one."""
    start, end = fields.get("start"), fields.get("end")
    if isinstance(start, TimeOfDay) and day is not None:
        start = _on("start", start, datetime.combine(day, time(), writing.timezone))
        fields["start"] = start
    if isinstance(end, TimeOfDay) and isinstance(start, datetime):
        found = _on("end", end, start)
        if found <= start:
            found = _on("end", end, datetime.combine(start.date() + timedelta(days=1), time(), start.tzinfo))
        fields["end"] = found


def _on(field: str, clock: TimeOfDay, of: datetime) -> datetime:
    try:
        return on_day(clock, of)
    except UnclearError as error:
        raise WrongTogetherError(field, error) from error


def _contacts(fields: dict[str, Any], writing: Writing) -> tuple[Sequence[dict[str, Any]], Sequence[Remark]]:
    given = fields.get("contact_type")
    text = str(fields["value"])
    try:
        found = dialled(text, given, writing.country)
    except UnclearError as error:
        raise WrongTogetherError("value", error) from error
    if len(found) > MOST_NUMBERS:
        too_many = UnclearError(
            say("holds more than {most} numbers", most=MOST_NUMBERS), say("Give each number a row of its own.")
        )
        raise WrongTogetherError("value", too_many)
    contacts = [_contact(fields, one, place) for place, one in enumerate(found, start=1)]
    return contacts, _remarks(found, given)


def _contact(fields: dict[str, Any], one: Dialled, place: int) -> dict[str, Any]:
    made = fields | {"value": one.value}
    if place > 1:
        made["id"] = f"{fields['id']}{AGAIN}{place}"
    if one.contact_type is not None:
        made["contact_type"] = one.contact_type
    if one.note:
        made["note"] = "; ".join(filter(None, (fields.get("note"), one.note)))
    return made


def _remarks(found: Sequence[Dialled], given: ContactType | None) -> list[Remark]:
    remarks = []
    if len(found) > 1:
        reason = say("holds several numbers: each is a contact of its own, the ids of the others end in ~2, ~3, ...")
        remarks.append(Remark("value", reason, say("Nothing, if they are meant so.")))
    if any(one.contact_type is ContactType.SHORT_NUMBER for one in found) and given is not ContactType.SHORT_NUMBER:
        reason = say("is a short number, which is dialled as it is from the right network: it became one of that type")
        remarks.append(Remark("value", reason, say("Set its type to SHORT_NUMBER (短号).")))
    return remarks


def _highest(level: str, written: str) -> Remark:
    reason = say("are several voltages: the station is taken with the highest, {level} kV", level=level)
    return Remark("nominal_kv", reason, say("Nothing, if it is; else write one voltage."), written)


def _at_zero() -> Remark:
    return Remark(
        "latitude",
        say("0, 0 lies in the sea off Africa"),
        say("Leave coordinates empty that nobody knows."),
    )
