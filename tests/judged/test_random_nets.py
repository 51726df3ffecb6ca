"""Impacts on random networks, judged: plain events, and nights with positions recorded after the loss.

With up to five switches of unknown position the model goes through every world."""

from __future__ import annotations

import pytest

from tests.judged.random_nights import asked, nights
from tests.truth.random_nets import Shape

KNOWN, UNKNOWN = Shape(unknown=0), Shape(unknown=5)
FEW, MANY, MANY_UNKNOWN = 200, 900, 500


def wrong_events(seeds: range, shape: Shape = KNOWN) -> dict[int, list[str]]:
    every = (each for seed in seeds for each in asked(seed, shape))
    return {each.seed: found for each in every if (found := [str(one) for one in each.wrong()])}


def wrong_nights(seeds: range, shape: Shape = KNOWN) -> dict[int, list[str]]:
    every = (each for seed in seeds for each in nights(seed, shape, unknown=shape is UNKNOWN))
    return {each.seed: found for each in every if (found := [str(one) for one in each.wrong()])}


def test_events() -> None:
    assert wrong_events(range(FEW)) == {}


def test_nights() -> None:
    assert wrong_nights(range(FEW)) == {}


def test_events_with_unknown_positions() -> None:
    assert wrong_events(range(FEW), UNKNOWN) == {}


def test_nights_with_unknown_positions() -> None:
    assert wrong_nights(range(FEW), UNKNOWN) == {}


@pytest.mark.slow
def test_many_events() -> None:
    assert wrong_events(range(FEW, MANY)) == {}
    assert wrong_events(range(FEW, MANY_UNKNOWN), UNKNOWN) == {}


@pytest.mark.slow
def test_many_nights() -> None:
    assert wrong_nights(range(FEW, MANY)) == {}
    assert wrong_nights(range(FEW, MANY_UNKNOWN), UNKNOWN) == {}
