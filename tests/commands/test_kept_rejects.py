"""Rejected rows stay with their load: some of each kind, without telephone numbers."""

from __future__ import annotations

from pathlib import Path

from graph_api.commands.ingest import ingest
from graph_api.live.graph import load_graph
from graph_api.stores import open_store
from loaders.tabular import TabularSource
from loaders.tabular.writing import Writing
from schema.provenance import SourceLoad
from schema.registry import EntityKind
from tests.loaders.tables import write

FILES = {
    "Substation.csv": "id,name\nS1,城东变\n",
    "Breaker.csv": "id,name,position,contained_in\nB1,开关一,CLOSED,S1\n"
    + "".join(f"B{n},开关,sideways,S1\n" for n in range(2, 32))
    + "B1,同号,OPEN,S1\n",
    "Person.csv": "id,name,quality,mobile\nP1,刘洋,13900001234,\nP2,王建国,,84000006\n"
    + "P1 13900001235,李伟,,\nP1 13900001235,孙丽,,\n",
    "Contact.csv": "id,value\nC1,84000006\n",
}


async def test_some_of_each_kind_are_kept_and_no_telephone_number(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/graph.db")
    await ingest(
        store, TabularSource.open(write(tmp_path / "in", FILES), system="grid", writing=Writing.of(country="CN"))
    )
    graph = await load_graph(store)
    await store.close()
    loads = {load.file: load for at in graph.of_kind(EntityKind.SOURCE_LOAD) for load in [graph.get(SourceLoad, at)]}
    kept = loads["Breaker.csv"].rejects
    assert (loads["Breaker.csv"].rows_rejected, len(kept)) == (31, 21)
    first, last = kept[0], kept[-1]
    assert (first.row, first.column, first.value) == (3, "position", "sideways")
    assert first.reason.startswith("is none of: ")
    assert first.remedy == "Correct the value."
    assert first.remedy_zh == "请更正该值。"
    assert (last.row, last.column, last.value) == (33, "id", "B1")
    person, again = loads["Person.csv"].rejects
    (local,) = loads["Contact.csv"].rejects
    assert person.value == "***1234"
    assert local.remedy == "Write it with its area code, as 025-84000006."
    assert local.remedy_zh == "请带区号书写，如 025-84000006。"
    assert "Person.csv row 4 has the same id" in again.reason
    assert "13900001235" not in again.reason + again.value
    assert loads["Substation.csv"].rejects == ()
