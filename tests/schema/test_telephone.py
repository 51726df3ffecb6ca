"""Telephone numbers in texts that are kept: masked, and nothing else is."""

from __future__ import annotations

import pytest

from schema.telephone import without_numbers


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("13900001234", "***1234"),
        ("王建国 139 0000 1234，李伟", "王建国 ***1234，李伟"),
        ("+86-139-0000-1234", "***1234"),
        ("008613900001234", "***1234"),
        ("(025)8400-0008", "***0008"),
        ("025-84000008-801", "***0008-801"),
        ("is none of: OPEN, CLOSED", "is none of: OPEN, CLOSED"),
        ("3201000123456788992", "3201000123456788992"),
        ("2026-11-27 08:00", "2026-11-27 08:00"),
        ("121.4700001234", "121.4700001234"),
    ],
)
def test_numbers_are_masked_in_a_text(text: str, shown: str) -> None:
    assert without_numbers(text) == shown
