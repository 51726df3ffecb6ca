"""Canonical JSON: bytes that other processes and later releases make too."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from schema.canonical import canonical_digest, canonical_json, given
from schema.vocabulary import Importance, SwitchPosition

CHINA = timezone(timedelta(hours=8))


@dataclass
class Filter:
    text: str | None = None
    status: list[str] = field(default_factory=list)


def test_the_bytes_are_these() -> None:
    content = {
        "wo": "滨江\ud800",
        "positions": {SwitchPosition.OPEN, SwitchPosition.CLOSED},
        "at": datetime(2026, 7, 30, 13, 50, 0, 250, tzinfo=CHINA),
        "on": date(2026, 7, 30),
        "filter": Filter(text="市一"),
        "importance": (Importance.FIRST, None),
        "share": 0.1,
        "yes": True,
    }
    assert canonical_json("customers", 3, content) == (
        rb'{"given":{"at":"2026-07-30T05:50:00.000250+00:00","filter":{"text":"\u5e02\u4e00"},'
        rb'"importance":["FIRST",null],"on":"2026-07-30","positions":["CLOSED","OPEN"],"share":0.1,'
        rb'"wo":"\u6ee8\u6c5f\ud800","yes":true},"name":"customers","version":3}'
    )
    assert canonical_digest("customers", 3, content, 6).hex() == "c59c5eb47d11"


def test_only_what_was_given_is_told() -> None:
    assert given(Filter()) == given(Filter(text=None, status=[])) == {}
    assert given(Filter(status=["ACTIVE"])) == {"status": ["ACTIVE"]}


def test_a_field_without_default_is_always_told() -> None:
    @dataclass
    class Holder:
        person: str | None

    assert given(Holder(person=None)) == {"person": None}


def test_an_optional_field_that_is_added_later_changes_nothing() -> None:
    @dataclass
    class LaterFilter(Filter):
        phase: str | None = None

    asked = {"filter": Filter(text="市一")}
    assert canonical_json("customers", 1, asked) == canonical_json("customers", 1, {"filter": LaterFilter(text="市一")})


def test_name_version_and_content_all_count() -> None:
    of = {canonical_json(name, version, {"a": a}) for name in "xy" for version in (1, 2) for a in (1, "1", None)}
    assert len(of) == 12


def test_the_same_moment_in_another_zone_is_the_same() -> None:
    one, other = datetime(2026, 7, 30, 13, 50, tzinfo=CHINA), datetime(2026, 7, 30, 5, 50, tzinfo=UTC)
    assert canonical_json("x", 1, {"at": one}) == canonical_json("x", 1, {"at": other})


@pytest.mark.parametrize(
    "moment",
    [
        datetime(9999, 12, 31, 23, 59, 59, tzinfo=timezone(-timedelta(hours=23, minutes=59))),
        datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=23, minutes=59))),
    ],
)
def test_moments_beyond_the_calendar_keep_their_zone(moment: datetime) -> None:
    assert moment.isoformat().encode() in canonical_json("x", 1, {"at": moment})


@pytest.mark.parametrize("value", [float("nan"), float("inf"), datetime(2026, 7, 30)])
def test_values_that_are_ambiguous_are_refused(value: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  (the words are json's own)
        canonical_json("x", 1, {"a": value})


def test_what_has_no_canonical_form_is_refused() -> None:
    with pytest.raises(TypeError, match="object has no canonical form"):
        canonical_json("x", 1, {"a": [object()]})
