"""Scalars of the API: Revision, Date, and DateTime that refuses a time without zone.

A revision travels as a decimal string, since numbers past 2^53 do not survive every client.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import strawberry
from graphql import GraphQLError
from strawberry.types.scalar import ScalarDefinition

from graph_api.errors import InvalidInput
from schema.numbers import Revision
from schema.words import say

MAX_DIGITS = 19
_STORE_SHOWN = 8
"""Characters of a store's id that tell it from others."""
_MINUTE = timedelta(minutes=1)
REVISION_IS = "https://www.w3.org/TR/xmlschema-2/#nonNegativeInteger"
"""How a revision is written: decimal digits alone."""


def parse_revision(value: Any) -> Revision:
    """A revision from its decimal string; InvalidInput for anything else."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= MAX_DIGITS:
        return Revision(int(value))
    raise InvalidInput(say("A revision is a string of decimal digits, as answers give it; send it back unchanged."))


class Bookmark(NamedTuple):
    """Up to where somebody was told: the store, and its revision."""

    store: str
    """The beginning of its id."""
    revision: Revision

    @classmethod
    def of(cls, store_uuid: str, revision: int) -> Bookmark:
        """That of a revision of a store."""
        return cls(store_uuid[:_STORE_SHOWN], Revision(revision))


def parse_bookmark(value: Any) -> Bookmark:
    """A bookmark from its text; InvalidInput for anything else."""
    store, colon, revision = value.rpartition(":") if isinstance(value, str) else ("", "", "")
    if not colon or len(store) > _STORE_SHOWN or not (store.isascii() and (store.isalnum() or not store)):
        raise InvalidInput(say("A bookmark is text as events give it; send it back unchanged."))
    return Bookmark(store, parse_revision(revision))


def _format_bookmark(value: Any) -> str:
    if not isinstance(value, Bookmark):
        raise GraphQLError(say("A Bookmark field holds no bookmark."))
    return f"{value.store}:{value.revision}"


def parse_moment(value: Any) -> datetime:
    """An aware time from ISO 8601 text; InvalidInput for a time without zone: it is never guessed."""
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise InvalidInput(say("A DateTime is text as 2026-07-30T14:05:00+08:00.")) from None
    offset = moment.utcoffset()
    if offset is None:
        raise InvalidInput(say("A DateTime needs its zone, as 2026-07-30T14:05:00+08:00 or ...Z."))
    if offset % _MINUTE:
        raise InvalidInput(say("A DateTime's zone has hours and minutes alone, as +08:00."))
    return moment


def parse_date(value: Any) -> date:
    """A date from ISO 8601 text; InvalidInput for anything else."""
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise InvalidInput(say("A Date is text as 2026-07-30.")) from None


def _format_moment(value: Any) -> str:
    if not isinstance(value, datetime):
        raise GraphQLError(say("A DateTime field holds no time."))
    return value.isoformat()


SCALARS: dict[object, ScalarDefinition] = {
    Bookmark: strawberry.scalar(
        name="Bookmark",
        description="接续标记: 推送所至之处，由哪个库、到哪个版本；原样送回。 Up to where somebody was told, of which "
        "store; send it back unchanged.",
        serialize=_format_bookmark,
        parse_value=parse_bookmark,
    ),
    Revision: strawberry.scalar(
        name="Revision",
        description="版本号: 提交的序号，以十进制字符串表示，只增不减。 Number of a commit, as a decimal "
        "string. It only grows; a higher one is newer.",
        specified_by_url=REVISION_IS,
        serialize=str,
        parse_value=parse_revision,
    ),
    datetime: strawberry.scalar(
        name="DateTime",
        description="时间: ISO 8601 格式，须带时区。 ISO 8601 with zone, as 2026-07-30T14:05:00+08:00. A time "
        "without zone is refused.",
        specified_by_url="https://scalars.graphql.org/andimarek/date-time.html",
        serialize=_format_moment,
        parse_value=parse_moment,
    ),
    date: strawberry.scalar(
        name="Date",
        description="日期: ISO 8601 格式。 ISO 8601, as 2026-07-30.",
        specified_by_url="https://scalars.graphql.org/andimarek/local-date.html",
        serialize=date.isoformat,
        parse_value=parse_date,
    ),
}
