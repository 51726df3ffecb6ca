"""An id that a thing of another kind has is taken over by no other system: the row is rejected, all else is loaded."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from graph_api.commands.ingest import ingest
from graph_api.errors import LoadError
from graph_api.live.graph import load_graph
from graph_api.stores import open_store
from graph_api.stores.contract import Store
from loaders.cim import CimSource
from schema.registry import EntityKind
from tests.commands.loading import put, source
from tests.loaders.cim_text import rdf
from tests.loaders.tables import write

LINES = {"线路台账.csv": "线路名称,线路编号\n10kV滨江一线,1021\n"}
CUSTOMERS = "id,name\n1021,滨江医院\n1022,滨江水厂\n"


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path}/graph.db")
    yield opened
    await opened.close()


async def kind_and_name(store: Store, ident: str) -> tuple[EntityKind, str]:
    graph = await load_graph(store)
    index = graph.index(ident)
    return graph.kind(index), graph.entity(index).name


async def test_a_customer_does_not_take_the_number_of_a_feeder(store: Store, tmp_path: Path):
    await put(store, tmp_path, LINES, "lines")
    before = await kind_and_name(store, "1021")
    files = {
        "Customer.csv": CUSTOMERS,
        "EmergencyPlan.csv": "id,name,plan_for\nX1,一案,1021\nX2,二案,1022\n",
    }
    outcome = await put(store, tmp_path, files, "cust")
    assert await kind_and_name(store, "1021") == before
    assert before[0] is EntityKind.FEEDER
    assert (await kind_and_name(store, "1022")) == (EntityKind.CUSTOMER, "滨江水厂")
    (reject,) = outcome.report.rejects
    assert (reject.file, reject.row, reject.value) == ("Customer.csv", 2, "1021")
    assert all(word in str(reject.reason) for word in ("Feeder", "'lines'", "Customer"))
    assert "'lines'" in str(reject.remedy)
    account = next(each for each in outcome.report.accounts if each.file == "Customer.csv")
    assert (account.rows_read, account.taken, account.rejected) == (2, 1, 1)
    graph = await load_graph(store)
    assert not any({link.source, link.target} == {"X1", "1021"} for link in graph.relationships())
    assert any({link.source, link.target} == {"X2", "1022"} for link in graph.relationships())


async def test_alone_it_is_a_load_that_brings_nothing(store: Store, tmp_path: Path):
    await put(store, tmp_path, LINES, "lines")
    with pytest.raises(LoadError):
        await put(store, tmp_path, {"Customer.csv": "id,name\n1021,滨江医院\n"}, "cust")
    assert await store.revision() == 1


async def test_a_model_does_not_take_the_number_of_a_customer(store: Store, tmp_path: Path):
    await put(store, tmp_path, {"Customer.csv": "id,name\nC1,县医院\n"}, "cust")
    drawing = "EnergyConsumer C1 name=负荷\nBreaker B1 name=开关"
    model = write(tmp_path / "cim", {"m.xml": rdf(drawing)})
    outcome = (await ingest(store, CimSource([model / "m.xml"], system="grid"))).checked()
    assert await kind_and_name(store, "C1") == (EntityKind.CUSTOMER, "县医院")
    assert (await kind_and_name(store, "B1"))[0] is EntityKind.BREAKER
    assert [(each.value, "'cust'" in str(each.reason)) for each in outcome.report.rejects] == [("C1", True)]


async def test_its_own_thing_may_become_another_kind_and_that_is_told(store: Store, tmp_path: Path):
    await put(store, tmp_path, {"Breaker.csv": "id,name\nB1,开关一\n"})
    outcome = await put(store, tmp_path, {"LoadBreakSwitch.csv": "id,name\nB1,开关一\n"})
    assert not outcome.report.rejects
    assert (await kind_and_name(store, "B1"))[0] is EntityKind.LOAD_BREAK_SWITCH
    told = [each for each in outcome.report.findings if each.value == "B1"]
    assert [("Breaker" in str(each.reason), "LoadBreakSwitch" in str(each.reason)) for each in told] == [(True, True)]


async def test_once_its_system_has_it_no_more_the_id_is_free(store: Store, tmp_path: Path):
    await put(store, tmp_path, LINES, "lines")
    fewer = {"线路台账.csv": "线路名称,线路编号\n10kV滨江二线,1099\n"}
    await ingest(store, source(tmp_path, fewer, "lines"), force=True)
    await put(store, tmp_path, {"Customer.csv": CUSTOMERS}, "cust")
    assert (await kind_and_name(store, "1021")) == (EntityKind.CUSTOMER, "滨江医院")
