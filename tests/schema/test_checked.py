"""Entities made of values that were checked column by column are those that are checked one by one."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from schema.checked import check_of, of_checked
from schema.grid import ACLineSegment
from schema.people import Contact
from schema.vocabulary import ContactType

VALUES: dict[str, tuple[Any, ...]] = {
    "id": ("L1", " L2 ", "x" * 128, "ＫＨ００１"),
    "name": ("1号杆至2号杆", "  甲 ", ""),
    "length_m": ("120", 5, 0.5, None),
    "note": (None, "架空 "),
}
WRONG: tuple[tuple[str, Any], ...] = (
    ("id", ""),
    ("id", "x" * 129),
    ("length_m", "-1"),
    ("length_m", "nan"),
    ("name", 5),
)


def _by_column(name: str) -> list[Any]:
    found = check_of(ACLineSegment, name)(list(VALUES[name]))
    assert found is not None
    return found


@pytest.mark.parametrize("name", VALUES)
def test_a_column_of_values_is_kept_as_each_of_them_is(name: str):
    for given, kept in zip(VALUES[name], _by_column(name), strict=True):
        one = ACLineSegment(**({"id": "L", "load": 3, "row": 7} | {name: given}))
        made = of_checked(ACLineSegment, {"id": "L", "load": 3, "row": 7} | {name: kept})
        assert made == one
        assert type(made) is ACLineSegment
        assert hash(made) == hash(one)


def test_what_is_made_so_stays_as_it_is():
    made = of_checked(ACLineSegment, {"id": "L", "load": 0, "row": 0})
    with pytest.raises(FrozenInstanceError):
        made.name = "other"  # type: ignore[misc]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_value_that_cannot_be_is_found_in_its_column(name: str, value: Any):
    assert check_of(ACLineSegment, name)([*VALUES[name], value]) is None


def test_what_holds_between_fields_is_checked_all_the_same():
    fields = {"id": "C", "value": "+8613900000001", "verified_on": date(2026, 3, 5)}
    assert of_checked(Contact, fields) == Contact(id="C", value="+8613900000001", verified_on=date(2026, 3, 5))
    with pytest.raises(ValidationError):
        of_checked(Contact, fields | {"contact_type": ContactType.EMAIL})
