"""Nights repaired in the midst of the plan, worked back step by step with the plan asked again after each."""

from __future__ import annotations

import random

import pytest

from graph_api.readmodel.model import ReadModel
from schema.registry import EntityKind
from tests.judged.nets import START, model_of
from tests.judged.repaired import worked_back
from tests.judged.test_impact import AT, city  # noqa: F401 (a fixture)
from tests.judged.test_plans import drawing
from tests.truth.drawing import draw
from tests.truth.net import Net
from tests.truth.random_nets import Shape

SHAPE = Shape(unknown=0)


def wrong(seed: int, shape: Shape = SHAPE) -> list[str]:
    """What is wrong in the night of a seed on its own network."""
    net = draw(drawing(seed, shape))
    thing = random.Random(seed).choice(sorted(set(net.pieces) - net.inside))
    return [f"{thing}: {each}" for each in worked_back(model_of(net), thing, START, seed)]


@pytest.mark.parametrize("seed", [40, 90, 266, 447])
def test_ways_back_that_never_ended(seed: int) -> None:
    """A tie was closed to feed whom the opening of it had just darkened; so was what a disconnector needed open."""
    assert wrong(seed) == []


@pytest.mark.slow
def test_many_ways_back_end() -> None:
    assert {seed: found for seed in range(60) if (found := wrong(seed))} == {}
    assert {seed: found for seed in range(60, 90) if (found := wrong(seed, Shape(unknown=0, transfers=0.4)))} == {}


@pytest.mark.slow
def test_nights_of_the_city_are_worked_back(city: tuple[ReadModel, Net]) -> None:  # noqa: F811
    graph, chance = city[0].graph, random.Random(20_261_128)
    lines = [graph.id(at) for at in graph.of_kind(EntityKind.AC_LINE_SEGMENT)]
    things = ["LJ:SEG:S4:1", "LJ:SEG:1021:4", *chance.sample(lines, 8)]
    assert {thing: found for thing in things if (found := list(worked_back(city[0], thing, AT, 7)))} == {}
