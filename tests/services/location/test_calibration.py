"""A candidate that is said to have 70 % is right seven times in ten, on faults made up with the stated error rates."""

from __future__ import annotations

from math import sqrt

from tests.services.location.simulated import curve, in_top, simulate


def test_said_is_as_often_right_and_the_true_place_is_among_the_first_three():
    cases = list(simulate(600, 7))
    for said, right, number in curve(cases):
        # four standard deviations of a share
        assert abs(said - right) < 4 * sqrt(max(said * (1 - said), 0.001) / number) + 0.01, (said, right, number)
    assert in_top(cases, 3) >= 0.95
