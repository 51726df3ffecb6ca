"""Rejected rows stay with their load: some of each kind, without telephone numbers."""

from __future__ import annotations

from pathlib import Path

from graph_api.commands.ingest import ingest
from graph_api.live.graph import load_graph
from graph_api.stores import open_store
from loaders.tabular import TabularSource
from schema.provenance import SourceLoad
from schema.registry import EntityKind
from tests.loaders.tables import write

FILES = {
    "Substation.csv": "id,name\nS1,城东变\n",
    "Breaker.csv": "id,name,position,contained_in\nB1,开关一,CLOSED,S1\n"
    + "".join(f"B{n},开关,sideways,S1\n" for n in range(2, 32))
    + "B1,同号,OPEN,S1\n",
    "Person.csv": "id,name,quality\nP1,刘洋,13900001234\n",
}


async def test_some_of_each_kind_are_kept_and_no_telephone_number(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/graph.db")
    await ingest(store, TabularSource.open(write(tmp_path / "in", FILES), system="grid"))
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
    [person] = loads["Person.csv"].rejects
    assert person.value == "***1234"
    assert loads["Substation.csv"].rejects == ()
