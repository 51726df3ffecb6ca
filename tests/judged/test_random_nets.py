"""Impacts on random networks, judged: plain events, and nights with positions recorded after the loss."""

from __future__ import annotations

import pytest

from tests.judged.random_nights import asked, nights
from tests.truth.random_nets import Shape

KNOWN = Shape(unknown=0)
FEW, MANY = 200, 900


def wrong_events(seeds: range) -> dict[int, list[str]]:
    every = (each for seed in seeds for each in asked(seed, KNOWN))
    return {each.seed: found for each in every if (found := [str(one) for one in each.wrong()])}


def wrong_nights(seeds: range) -> dict[int, list[str]]:
    every = (each for seed in seeds for each in nights(seed, KNOWN))
    return {each.seed: found for each in every if (found := [str(one) for one in each.wrong()])}


def test_events() -> None:
    assert wrong_events(range(FEW)) == {}


def test_nights() -> None:
    assert wrong_nights(range(FEW)) == {}


@pytest.mark.slow
def test_many_events() -> None:
    assert wrong_events(range(FEW, MANY)) == {}


@pytest.mark.slow
def test_many_nights() -> None:
    assert wrong_nights(range(FEW, MANY)) == {}
