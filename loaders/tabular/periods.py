"""From when to when a shift of a list is, where it has no column of each: 8:30-17:30, 24小时, 白班 of a line above."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, tzinfo
from typing import Any

from loaders.tabular.moments import day, moment
from loaders.tabular.roster_days import Span, date_of, lacks_month, span_of
from loaders.tabular.roster_hours import Hours, legend_of, notes_of, shift_key, shift_named
from loaders.tabular.whole_rows import Remark
from loaders.tabular.writing import UnclearError
from schema.words import say

_BETWEEN = re.compile(r"\s*(?:至|到|~|[—–―-]+)\s*")
_CLOCK = re.compile(r"[:时点]|(?<!\d)\d{4}$")
_BARE = re.compile(r"(?P<hour>[0-2]?\d)(?P<minute>[0-5]\d)")
_WITHIN = re.compile(r"[(:：\s]+(?P<period>(?:次日|翌日)?\s*\d{1,2}[:点时].*?)[)]?$")
_WHOLE_DAY = frozenset({"24h", "24小时", "24时", "全天", "全日", "全天24小时", "24小时值班", "全天候", "整天"})


@dataclass(slots=True)
class Periods:
    """The column that tells the hours of a list of shifts, and what its other lines say of them."""

    place: int
    head: str
    legend: Mapping[str, Hours] = field(default_factory=dict)
    span: Span | None = None

    def fields(self, text: str, zone: tzinfo | None) -> dict[str, Any]:
        """Start and end. Raises UnclearError where the cell and the lines above the head tell no hours."""
        start, end = self.told(text) or _no_hours()
        return {"start": moment(start, zone), "end": moment(end, zone)}

    def told(self, text: str) -> Hours | None:
        """Start and end that a cell says, by itself or by what the lines above the head say of it."""
        names = (shift_key(text), shift_key(shift_named(text)), "")
        return period(text) or next((self.legend[name] for name in names if name in self.legend), None)

    def remarks(self, text: str) -> Sequence[Remark]:
        """What to say of a cell that tells the length of a shift alone."""
        return (_whole(),) if _is_whole(text) else ()


def periods_of(
    place: int, head: str, header: Sequence[str], every: Sequence[Sequence[str]], head_row: int, said: str
) -> Periods:
    """How the hours of a list are told by this column and the lines around it, else as `said`; `every` has all rows."""
    notes = notes_of(every, head_row)
    return Periods(place, head, legend_of((*notes, *header, said)), span_of(notes))


def on_day(text: str, periods: Periods | None) -> date:
    """The day of a row: a whole date, or one of the month that a line above the head tells. Raises UnclearError."""
    try:
        return day(text)
    except UnclearError:
        found = None if periods is None or lacks_month(text) else date_of(text, periods.span)
        if found is None:
            raise
        return found


def period(text: str) -> Hours | None:
    """Start and end that a cell says, as written; None where it says none."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if _is_whole(plain):
        return Hours("00:00", "24:00")
    for found in _BETWEEN.finditer(plain):
        start, end = _clock(plain[: found.start()]), _clock(plain[found.end() :])
        if start and end:
            return Hours(start, end)
    within = _WITHIN.search(plain)
    return period(within["period"]) if within and within["period"] != plain else None


def _clock(text: str) -> str:
    """A time, as `moment` reads it; empty for another text."""
    bare = _BARE.fullmatch(text.strip())
    text = f"{bare['hour']}:{bare['minute']}" if bare else text.strip()
    try:
        moment(text, UTC)
    except UnclearError:
        return ""
    return text if _CLOCK.search(text) else ""


def _is_whole(text: str) -> bool:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).casefold() in _WHOLE_DAY


def _no_hours() -> Hours:
    raise UnclearError(
        say("does not say from when to when the shift is"),
        say("Write start and end, as 8:30-17:30 or 20:00-次日8:00, or the hours of each shift above the head."),
    )


def _whole() -> Remark:
    return Remark(
        "start",
        say("is read as 00:00 to 24:00 of its day"),
        say("If the shift changes at another hour, write it: 8:30-次日8:30."),
    )
