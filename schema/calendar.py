"""The years that a time may lie in: beyond them it is a slip of the keyboard, and sums of times would overflow."""

from __future__ import annotations

from datetime import date

YEARS = (2000, 2199)
"""First and last, both included."""


def is_in_range(day: date) -> bool:
    """Whether a date, or a time, lies in these years."""
    return YEARS[0] <= day.year <= YEARS[1]
