"""`afterRepair` judged act by act: for every beginning of a recorded plan, and after the whole of it."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from graph_api.readmodel.model import ReadModel
from graph_api.services.outage.event import Event
from graph_api.services.restoration.plan import RestorationPlan
from graph_api.services.restoration.planning import best_plan
from tests.judged.nets import at, model_of
from tests.judged.test_plans import drawing
from tests.judged.ways_back import WayBack
from tests.truth.drawing import draw
from tests.truth.nights import with_reports

EVER_SO_MANY = 99


def ways_back_wrong(
    seed: int, beginnings: tuple[int, ...] = (0, 1, 2, EVER_SO_MANY), *, inside: bool = False
) -> list[str]:
    """What is told wrong on the network of a seed once so many steps of the plan are recorded, and the rest after; of
    a fault in the grid, or `inside` a customer."""
    net = draw(drawing(seed))
    things = sorted(net.inside & set(net.pieces) if inside else set(net.pieces) - net.inside)
    thing = random.Random(seed).choice(things or sorted(net.pieces))
    return [each for steps in beginnings for each in _begun(WayBack(net, (thing,), 0.0), thing, steps)]


def _begun(way: WayBack, thing: str, steps: int) -> Iterator[str]:
    now, (model, plan) = 10.0, _asked(way, thing, 10.0)
    for step in plan.steps[:steps]:
        if step.opens or step.closes:
            now += 10.0
            opens, closes = (tuple(map(model.graph.id, those)) for those in (step.opens, step.closes))
            way.net = with_reports(way.net, opens, closes, now)
    if steps:
        model, plan = _asked(way, thing, now + 5.0)
    yield from (f"{thing}, {steps} steps done: {each}" for each in way.told_wrong(model, plan, now + 5.0))


def _asked(way: WayBack, thing: str, now: float) -> tuple[ReadModel, RestorationPlan]:
    model = model_of(way.net)
    index = model.graph.index
    trips = tuple(map(index, sorted(way.trips)))
    return model, best_plan(model, Event(things=(index(thing),), at=at(now), since=at(0.0), tripped=trips))


def wrong(seeds: range, *, inside: bool = False) -> dict[int, list[str]]:
    return {seed: found for seed in seeds if (found := ways_back_wrong(seed, inside=inside))}


def test_ways_back() -> None:
    assert wrong(range(60)) == {}


def test_ways_back_of_faults_inside_customers() -> None:
    assert wrong(range(60), inside=True) == {}


@pytest.mark.parametrize("seed", [151, 214, 755, 826, 5529, 5820])
def test_ways_back_that_were_told_wrong(seed: int) -> None:
    """A supply opened for work had its load back by the feeder's breaker; a bay that an automatic transfer had closed
    before the fault was left open; what was reported opened alone was missing when the plan was asked again."""
    assert ways_back_wrong(seed) == []


def test_a_bay_that_a_transfer_had_closed_before_it_tripped_is_closed_again_alone() -> None:
    """The transfer had opened the main bay, which stands before a dead line: nobody closes both."""
    assert wrong(range(160, 161), inside=True) == wrong(range(363, 364), inside=True) == {}


@pytest.mark.slow
def test_many_ways_back() -> None:
    assert wrong(range(60, 400)) == {}
    assert wrong(range(60, 400), inside=True) == {}
