"""Durations (操作时长): how long an operation of a restoration plan takes, as data with where each number comes from.

"assumption" marks what no public document gives: put your own records in its place.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import unique

from schema.vocabulary import Term


@unique
class Means(Term):
    """操作方式: how an operation is done, which says how long it takes."""

    REMOTE = "REMOTE", "遥控", "from afar"
    ON_SITE = "ON_SITE", "现场", "on site by a crew"
    IN_STATION = "IN_STATION", "站内", "in the station by its operators"
    BY_TELEPHONE = "BY_TELEPHONE", "电话通知客户", "by the customer, called by telephone"
    BY_TRUCK = "BY_TRUCK", "发电车", "a generator on a truck"


@dataclass(frozen=True, slots=True)
class Duration:
    """Minutes that an operation takes: the way there from base, from one place to the next, and the operation."""

    travel_min: float
    next_min: float
    work_min: float
    crews: int | None
    """How many work at the same time; None = as many as are needed."""
    source: str

    @property
    def first_min(self) -> float:
        """Of the first operation, with the way there."""
        return self.travel_min + self.work_min


DURATIONS: dict[Means, Duration] = {
    Means.REMOTE: Duration(0, 0, 2, 1, "assumption: choose, check and execute, one switch after the other"),
    Means.ON_SITE: Duration(25, 10, 5, 2, "assumption: in a city, within the 45 min promised for being on site"),
    Means.IN_STATION: Duration(20, 2, 3, None, "assumption: stations without people, one team for each"),
    Means.BY_TELEPHONE: Duration(
        8, 0, 2, None, "assumption: the duty electrician is there; call and get ready, operate"
    ),
    Means.BY_TRUCK: Duration(60, 20, 30, 2, "assumption: drive, cable and start"),
}
"""By how it is done."""
