"""A plan that is asked again on the way back is no worse than the rest of the one that was begun."""

from __future__ import annotations

import random

import pytest

from graph_api.readmodel.model import ReadModel
from tests.judged.gone_on import gone_on_with
from tests.judged.nets import START, model_of
from tests.judged.test_impact import AT, city  # noqa: F401 (a fixture)
from tests.judged.test_plans import drawing
from tests.truth.drawing import draw
from tests.truth.net import Net
from tests.truth.random_nets import Shape


def wrong(seed: int) -> list[str]:
    """What is wrong in the night of a seed on its own network; every other one has automatic transfers."""
    net = draw(drawing(seed, Shape(unknown=0, transfers=0.4 if seed % 2 else 0.0)))
    thing = random.Random(seed).choice(sorted(set(net.pieces) - net.inside))
    return [f"{thing}: {each}" for each in gone_on_with(model_of(net), thing, START)]


@pytest.mark.parametrize("seed", [26, 33, 40, 82, 90, 169])
def test_what_was_opened_is_not_closed_again_and_nobody_is_later(seed: int) -> None:
    """In the last one a fuse was to be opened dead; the breaker opened for it fed nobody again before a way on site."""
    assert wrong(seed) == []


@pytest.mark.slow
def test_many_ways_back() -> None:
    assert {seed: found for seed in range(200) if (found := wrong(seed))} == {}


@pytest.mark.slow
def test_a_line_of_110_kv_whose_transfer_was_reported(city: tuple[ReadModel, Net]) -> None:  # noqa: F811
    """Repaired, A1 closed, H0 opened, 57 areas dark: what is left is to close B1."""
    assert list(gone_on_with(city[0], "LJ:SEG:S4:1", AT)) == []
