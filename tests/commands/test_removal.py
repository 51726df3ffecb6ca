"""The guard of loads: what they may not take away without being asked back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from graph_api.errors import InvalidInput
from graph_api.stores import open_store
from graph_api.stores.contract import Store
from schema.registry import EntityKind
from tests.commands.loading import GRID, ids, put

STATIONS = "id,name\n" + "".join(f"S{n},站{n}\n" for n in range(60))


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path}/graph.db")
    yield opened
    await opened.close()


async def test_a_mass_removal_is_asked_back(store: Store, tmp_path: Path):
    await put(store, tmp_path, {"Substation.csv": STATIONS})
    few = {"Substation.csv": "id,name\nS1,站1\n"}
    with pytest.raises(InvalidInput, match=r"would remove 59 of the 60 .* --force"):
        await put(store, tmp_path, few)
    assert len(await ids(store)) == 60
    outcome = await put(store, tmp_path, few, force=True)
    assert outcome.difference.removed.total() == 59
    assert await ids(store) == {"S1"}


async def test_a_kind_that_would_be_emptied_or_halved_is_asked_back(store: Store, tmp_path: Path):
    customers = "id,name\n" + "".join(f"C{n},户{n}\n" for n in range(8))
    await put(store, tmp_path, {"Substation.csv": STATIONS, "Customer.csv": customers})
    cut = {"Substation.csv": STATIONS, "Customer.csv": customers[: customers.index("C4")]}
    with pytest.raises(InvalidInput, match=r"would remove 4 of the 68 .*Customer 客户: 4 of 8"):
        await put(store, tmp_path, cut)
    told = await put(store, tmp_path, cut, dry_run=True)
    assert told.needs_force
    assert told.failed is None
    assert told.difference.removed == {EntityKind.CUSTOMER: 4}
    three_go = {"Substation.csv": STATIONS, "Customer.csv": customers[: customers.index("C5")]}
    assert (await put(store, tmp_path, three_go)).difference.removed == {EntityKind.CUSTOMER: 3}


async def test_the_only_one_of_a_kind_is_asked_back_unless_another_takes_its_place(store: Store, tmp_path: Path):
    one = "id,name\nC1,户一\n"
    await put(store, tmp_path, {"Substation.csv": STATIONS, "Customer.csv": one})
    with pytest.raises(InvalidInput, match=r"would remove 1 of the 61 .*Customer 客户: 1 of 1"):
        await put(store, tmp_path, {"Substation.csv": STATIONS, "Customer.csv": "id,name\n"})
    other = {"Substation.csv": STATIONS, "Customer.csv": one.replace("C1", "C2")}
    assert (await put(store, tmp_path, other)).difference.removed == {EntityKind.CUSTOMER: 1}


async def test_relationships_that_would_all_go_are_asked_back(store: Store, tmp_path: Path):
    breakers = "id,position,contained_in\n" + "".join(f"B{n},CLOSED,S{n % 2 + 1}\n" for n in range(12))
    await put(store, tmp_path, GRID | {"Breaker.csv": breakers})
    rewired = breakers.replace("S1", "S3").replace("S2", "S1").replace("S3", "S2")
    assert (await put(store, tmp_path, GRID | {"Breaker.csv": rewired})).difference.links_removed == 12
    bare = breakers.replace(",contained_in", "").replace(",S1", "").replace(",S2", "")
    with pytest.raises(InvalidInput, match=r"12 relationships \(CONTAINED_IN 属于: 12 of 12\)"):
        await put(store, tmp_path, GRID | {"Breaker.csv": bare})
    assert (await put(store, tmp_path, GRID | {"Breaker.csv": bare}, force=True)).difference.links_removed == 12
