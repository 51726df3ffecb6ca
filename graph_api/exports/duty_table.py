"""The responsibility decomposition table (供电保障责任分解表) of several things, made of the API's answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from graph_api.exports.incident_table import TABLE_TITLE, Answer, phone, remedy, term, title, who
from graph_api.exports.sheets import Cell, Sheet
from schema.vocabulary import GapReason, ResponsibilityRole
from schema.words import Language, current, say, text_of

HEADS = (
    say("role"), say("group"), say("leader"), say("phone"), say("deputies"), say("others"), say("members"),
    say("area"), say("responsible for"), say("duty"), say("shift"), say("substitutes"), say("valid until"), say("gap"),
    say("corrective action"),
)  # fmt: skip
"""The columns of domain practice: 组别, 责任人, 联系方式, 副职, 成员, 责任区域, 职责, 值班班次, 替代联系人, 有效期."""


def duty_page(table: Answer) -> Sheet:
    """A row for each group, in the order of the roles."""
    rows = [_row(group) for group in table["groups"]]
    return Sheet(text_of(TABLE_TITLE), tuple(map(text_of, HEADS)), rows, tuple(_remarks(table)))


def _remarks(table: Answer) -> Iterator[str]:
    at = datetime.fromisoformat(table["at"]).astimezone()
    yield text_of(say("True at {at} for {count} things.", at=f"{at:%Y-%m-%d %H:%M %z}", count=f"{len(table['of']):,}"))


def _row(group: Answer) -> tuple[Cell, ...]:
    leader, team, gap = group["leader"], group["team"], group["gap"]
    return (
        term(ResponsibilityRole, group["role"]),
        title(team),
        "" if leader is None else who(leader),
        "" if leader is None else phone(leader),
        _people(group["deputies"]),
        _people(group["others"]),
        _joined(map(title, group["members"])),
        _joined(map(title, group["areas"])),
        _joined(map(title, group["about"])),
        "" if team is None else team["duty"] or "",
        "" if leader is None else _shift(leader),
        _people(group["substitutes"]),
        "" if group["validTo"] is None else datetime.fromisoformat(group["validTo"]),
        "" if gap is None else term(GapReason, gap),
        "" if gap is None else text_of(remedy(gap)),
    )


def _people(rows: Sequence[Answer]) -> str:
    """Names with the number to call."""
    return _joined(f"{who(row)} {phone(row)}".rstrip() for row in rows)


def _shift(row: Answer) -> str:
    if row["shift"] is None:
        return ""
    start, end = (datetime.fromisoformat(row["shift"][each]).astimezone() for each in ("start", "end"))
    return f"{start:%m-%d %H:%M} - {end:%m-%d %H:%M}"


def _joined(names: Iterator[str]) -> str:
    return ("；" if current() is Language.ZH else "; ").join(names)
