"""Impacts on random networks, judged: plain events, and nights with positions recorded after the loss.

With up to five switches of unknown position the model goes through every world."""

from __future__ import annotations

import pytest

from tests.judged.random_nights import asked, asked_inside, nights
from tests.truth.random_nets import Shape

KNOWN, UNKNOWN = Shape(unknown=0), Shape(unknown=5)
TRANSFERS, IN_DOUBT = Shape(unknown=0, transfers=0.4), Shape(unknown=4, transfers=0.4)
FEW, MANY, MANY_UNKNOWN = 200, 3000, 1500


def wrong_events(seeds: range, shape: Shape = KNOWN) -> dict[int, list[str]]:
    every = (each for seed in seeds for each in asked(seed, shape))
    return {each.seed: found for each in every if (found := [str(one) for one in each.wrong()])}


def wrong_nights(seeds: range, shape: Shape = KNOWN) -> dict[int, list[str]]:
    every = (each for seed in seeds for each in nights(seed, shape, unknown=bool(shape.unknown)))
    return {each.seed: found for each in every if (found := [str(one) for one in each.wrong()])}


def test_events() -> None:
    assert wrong_events(range(FEW)) == {}


def test_faults_inside_customers() -> None:
    every = (each for seed in range(500) for each in asked_inside(seed, KNOWN))
    assert {each.seed: found for each in every if (found := [str(one) for one in each.wrong()])} == {}


def test_nights() -> None:
    assert wrong_nights(range(FEW)) == {}


def test_what_is_said_again_of_a_standby_is_heard_in_every_world() -> None:
    """A transfer had closed it in the world in which the main supply was lost: reported open, it feeds nobody there."""
    assert wrong_nights(range(700, 701), UNKNOWN) == {}


def test_events_with_unknown_positions() -> None:
    assert wrong_events(range(FEW), UNKNOWN) == {}


def test_nights_with_unknown_positions() -> None:
    assert wrong_nights(range(FEW), UNKNOWN) == {}


def test_one_thing_takes_the_rest_where_a_transfer_acted_in_the_worse_world() -> None:
    """Both supplies that are live there hang on what the transfer has closed, of which other worlds know nothing."""
    assert wrong_events(range(50_029, 50_030), IN_DOUBT) == {}
    assert wrong_nights(range(50_029, 50_030), IN_DOUBT) == {}


def test_a_transfer_inside_that_nobody_reported_has_acted_in_some_worlds_only() -> None:
    """A supply is taken out that carries only where an unknown switch leaves the other one dead."""
    assert wrong_events(range(58_290, 58_291), UNKNOWN) == {}


@pytest.mark.parametrize("seed", [53_008, 54_335])
def test_nights_that_were_wrong(seed: int) -> None:
    """A supply of no recorded switch was reported closed beside the one that carries; what a transfer closed in some
    world only led to a switch that was reported unknown since."""
    assert wrong_nights(range(seed, seed + 1), IN_DOUBT) == {}


@pytest.mark.parametrize("shape", [TRANSFERS, IN_DOUBT])
def test_with_automatic_transfers_in_the_grid(shape: Shape) -> None:
    assert wrong_events(range(FEW), shape) == {}
    assert wrong_nights(range(FEW), shape) == {}


@pytest.mark.slow
def test_many_events() -> None:
    assert wrong_events(range(FEW, MANY)) == {}
    assert wrong_events(range(FEW, MANY_UNKNOWN), UNKNOWN) == {}
    assert wrong_events(range(MANY, MANY + MANY_UNKNOWN), IN_DOUBT) == {}


@pytest.mark.slow
def test_many_nights() -> None:
    assert wrong_nights(range(FEW, MANY)) == {}
    assert wrong_nights(range(FEW, MANY_UNKNOWN), UNKNOWN) == {}
    assert wrong_nights(range(MANY, MANY + MANY_UNKNOWN), IN_DOUBT) == {}
