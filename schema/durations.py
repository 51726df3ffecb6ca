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
    lock_min: float | None = None
    """Of one more lock right after another in the same place; None = as any operation."""

    @property
    def first_min(self) -> float:
        """Of the first operation, with the way there."""
        return self.travel_min + self.work_min


DURATIONS: dict[Means, Duration] = {
    Means.REMOTE: Duration(0, 0, 2, 1, "assumption: choose, check and execute, one switch after the other"),
    Means.ON_SITE: Duration(25, 10, 5, 2, "assumption: in a city, within the 45 min promised for being on site"),
    Means.IN_STATION: Duration(20, 0, 3, None, "assumption: stations without people, one team for each", 1),
    Means.BY_TELEPHONE: Duration(
        8, 0, 2, None, "assumption: the duty electrician is there; call and get ready, operate", 1
    ),
    Means.BY_TRUCK: Duration(60, 20, 30, 2, "assumption: drive, cable and start"),
}
"""By how it is done."""


@unique
class Enquiry(Term):
    """核查办法: how somebody learns more of where a fault is, which says how long it takes."""

    READ_TELEMETRY = "READ_TELEMETRY", "调阅遥信", "the dispatcher calls up the position"
    ASK_STATION = "ASK_STATION", "电话询问站内值班员", "the station's operators are called"
    LOOK_ON_SITE = "LOOK_ON_SITE", "到现场查看", "a crew drives there and looks"
    ASK_CUSTOMER = "ASK_CUSTOMER", "电话询问客户", "a customer is called"
    TRY_REMOTE = "TRY_REMOTE", "遥控分段试送", "opened and the feeder closed again, both from afar"
    TRY_ON_SITE = "TRY_ON_SITE", "现场拉开后试送", "opened on site, the feeder closed again from afar"
    WALK = "WALK", "巡线", "a crew drives there and walks the line"


@dataclass(frozen=True, slots=True)
class Effort:
    """What an enquiry takes: minutes, and minutes for each kilometre of line."""

    minutes: float
    minutes_per_km: float
    source: str


_REMOTE, _ON_SITE = DURATIONS[Means.REMOTE], DURATIONS[Means.ON_SITE]
ENQUIRIES: dict[Enquiry, Effort] = {
    Enquiry.READ_TELEMETRY: Effort(1, 0, "assumption: the dispatcher has the picture of the station before him"),
    Enquiry.ASK_STATION: Effort(5, 0, "assumption: call, look at the bay, call back"),
    Enquiry.LOOK_ON_SITE: Effort(_ON_SITE.travel_min + 2, 0, "assumption: the way of an operation on site, and a look"),
    Enquiry.ASK_CUSTOMER: Effort(3, 0, "assumption: a telephone call"),
    Enquiry.TRY_REMOTE: Effort(2 * _REMOTE.work_min, 0, "two remote operations"),
    Enquiry.TRY_ON_SITE: Effort(_ON_SITE.first_min + _REMOTE.work_min, 0, "an operation on site and a remote one"),
    Enquiry.WALK: Effort(_ON_SITE.travel_min, 20, "assumption: the way of an operation on site, then 3 km an hour"),
}
"""By how it is done."""
PREPARING_MIN = 5.0
"""Minutes that any enquiry costs beside its own: to decide, to order, to take the answer. assumption"""
TRIAL_ON_FAULT_MIN = 30.0
"""Minutes that closing a feeder onto its fault once more is taken to cost: stress, and harm at the place. assumption"""
