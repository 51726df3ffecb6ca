"""The guard of loads: what they may not take away without being asked back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from graph_api.errors import InvalidInput
from graph_api.stores import open_store
from graph_api.stores.contract import Store
from schema.errors import LoadError
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


def duties(of: int) -> dict[str, str]:
    people = {"Person.csv": "id,name\nP1,李伟\n"}
    return people | {
        "Assignment.csv": "id,role,held_by,covers\n" + "".join(f"A{n},CUSTOMER_MANAGER,P1,C{n}\n" for n in range(of))
    }


def customers(*numbers: int) -> dict[str, str]:
    return {"Customer.csv": "id,name\n" + "".join(f"C{n},户{n}\n" for n in numbers)}


async def test_relationships_of_other_systems_that_go_with_their_ends_are_counted(store: Store, tmp_path: Path):
    await put(store, tmp_path, customers(*range(100)), "marketing")
    await put(store, tmp_path, duties(20), "duties")
    with pytest.raises(InvalidInput, match=r"12 relationships .*COVERS 负责: 12 of 20, of other systems"):
        await put(store, tmp_path, customers(*range(12, 100)), "marketing")
    forced = await put(store, tmp_path, customers(*range(12, 100)), "marketing", force=True)
    assert (forced.difference.removed.total(), forced.difference.links_removed) == (12, 12)
    assert "A0" in await ids(store)


async def test_a_few_of_many_of_other_systems_go_without_being_asked_back(store: Store, tmp_path: Path):
    await put(store, tmp_path, customers(*range(100)), "marketing")
    await put(store, tmp_path, duties(100), "duties")
    outcome = await put(store, tmp_path, customers(*range(12, 100)), "marketing")
    assert (outcome.difference.removed.total(), outcome.difference.links_removed) == (12, 12)


async def test_a_kind_that_is_not_in_the_files_any_more_is_not_touched(store: Store, tmp_path: Path):
    both = {"Substation.csv": STATIONS} | customers(1, 2)
    await put(store, tmp_path, both)
    outcome = await put(store, tmp_path, {"Substation.csv": STATIONS})
    assert not outcome.difference.removed
    assert {"C1", "C2"} <= await ids(store)


async def test_rows_that_are_rejected_this_time_keep_what_they_stood_for(store: Store, tmp_path: Path):
    await put(store, tmp_path, customers(*range(4)))
    broken = {"Customer.csv": "id,name,contract_kva\nC0,户0,\nC1,户1,x\nC2,户2,x\nC3,户3,x\n"}
    outcome = await put(store, tmp_path, broken)
    assert not outcome.difference.removed
    assert {"C0", "C1", "C2", "C3"} <= await ids(store)


async def test_a_load_of_which_no_row_can_be_taken_is_no_revision(store: Store, tmp_path: Path):
    await put(store, tmp_path, customers(1))
    before = await store.revision()
    with pytest.raises(LoadError, match="No row could be taken"):
        await put(store, tmp_path, {"Customer.csv": "id,name,contract_kva\nC1,户1,x\n"})
    assert await store.revision() == before
