"""Nights on the demo city with every step recorded, those after the repair too; `make torture-nights` plays 200."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from graph_api.readmodel.model import ReadModel
from schema.registry import EntityKind
from tests.judged.nights import played
from tests.judged.test_impact import AT, city  # noqa: F401 (a fixture)
from tests.truth.net import Net

SEED = 20_261_127
KINDS = (
    EntityKind.AC_LINE_SEGMENT,
    EntityKind.BUSBAR_SECTION,
    EntityKind.LOAD_BREAK_SWITCH,
    EntityKind.FUSE,
    EntityKind.BREAKER,
    EntityKind.POWER_TRANSFORMER,
    EntityKind.SUPPLY_SOURCE,
    EntityKind.INTERNAL_BUS,
    EntityKind.SWITCH_BAY,
)
BROKE_PROMISES = (
    *("LJ:BUS:S1:1", "LJ:BUS:S1:2", "LJ:BUS:S2:2", "LJ:BUS:S4:2", "LJ:BUS:S6:2"),
    *("LJ:CB:1034", "LJ:CB:1057", "LJ:CB:1062", "LJ:CB:C166-1"),
)
"""Those in which a plan that was asked again dropped whom it had promised, or closed a bay onto a truck."""
FIRST = ("LJ:SEG:1021:4", "LJ:BUS:1021:2", "LJ:SEG:1057:4", "LJ:SEG:1067:3", "LJ:SEG:S2:2")
"""Those in which earlier plans went wrong: trucks, a stage lost, change-overs without bays, releases after a dip."""


def drawn(model: ReadModel, seed: int, count: int) -> Iterator[str]:
    """Things of all kinds, by turns."""
    chance = random.Random(seed)
    for number in range(count):
        yield model.graph.id(chance.choice(model.graph.of_kind(KINDS[number % len(KINDS)])))


def wrong(model: ReadModel, things: Iterator[str], net: Net | None = None) -> dict[str, list[str]]:
    return {thing: found for thing in things if (found := list(played(model, thing, AT, net)))}


def test_nights_in_which_earlier_plans_went_wrong(city: tuple[ReadModel, Net]) -> None:  # noqa: F811
    assert wrong(city[0], iter((*FIRST, "LJ:CB:C166-1"))) == {}


def test_a_few_nights_of_all_kinds(city: tuple[ReadModel, Net]) -> None:  # noqa: F811
    assert wrong(city[0], drawn(city[0], SEED, 18)) == {}, f"seed {SEED}"


BY_THE_MODEL = ("LJ:SEG:1013:3", "LJ:QF:C10-1", "LJ:FU:1051:31", "LJ:SS:C552-1", "LJ:TR:1055:12")
"""A line, a bay inside, a lateral, a supply and a transformer: every answer held against the independent model."""


def test_nights_against_the_independent_model(city: tuple[ReadModel, Net]) -> None:  # noqa: F811
    assert wrong(city[0], iter(BY_THE_MODEL), city[1]) == {}


@pytest.mark.slow
def test_more_nights_against_the_independent_model(city: tuple[ReadModel, Net]) -> None:  # noqa: F811
    assert wrong(city[0], drawn(city[0], SEED, 9), city[1]) == {}, f"seed {SEED}"


@pytest.mark.slow
def test_many_nights(city: tuple[ReadModel, Net]) -> None:  # noqa: F811
    assert wrong(city[0], drawn(city[0], SEED + 1, 36)) == {}, f"seed {SEED + 1}"


@pytest.mark.slow
def test_nights_in_which_plans_broke_their_promises(city: tuple[ReadModel, Net]) -> None:  # noqa: F811
    assert wrong(city[0], iter(BROKE_PROMISES)) == {}
