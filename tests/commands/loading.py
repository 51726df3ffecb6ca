"""Tables written in the test and loaded into its store."""

from __future__ import annotations

from pathlib import Path

from graph_api.commands.ingest import LoadOutcome, ingest
from graph_api.live.graph import load_graph
from graph_api.stores.contract import Store
from loaders.tabular import TabularSource
from schema.registry import EntityKind
from tests.loaders.tables import write

GRID = {
    "Substation.csv": "id,name\nS1,城东变\nS2,城西变\n",
    "Breaker.csv": "id,name,position,contained_in\nB1,开关一,CLOSED,S1\nB2,开关二,CLOSED,S1\n",
}


def source(tmp_path: Path, files: dict[str, str], system: str = "grid") -> TabularSource:
    folder = tmp_path / "in"
    if folder.is_dir():
        for old in folder.iterdir():
            old.unlink()
    return TabularSource.open(write(folder, files), system=system)


async def put(
    store: Store, tmp_path: Path, files: dict[str, str], system: str = "grid", **options: bool
) -> LoadOutcome:
    return (await ingest(store, source(tmp_path, files, system), **options)).checked()


async def ids(store: Store) -> set[str]:
    graph = await load_graph(store)
    return {graph.id(index) for index in graph.indexes() if graph.kind(index) is not EntityKind.SOURCE_LOAD}
