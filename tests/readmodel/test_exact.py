"""What is called so to the letter, found without a search index, also after changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph_api.live.graph import LiveGraph
from graph_api.readmodel.exact import called
from graph_api.stores import open_store
from schema.batch import GraphBatch
from schema.customer import Customer
from schema.grid import Feeder

STAND = [
    Feeder(id="F1", name="滨江一线", aliases=("1021线",)),
    Feeder(id="F2", name="滨江二线", aliases=("滨江一线旧",)),
    Customer(id="C1", name="滨江一线", number="0571"),
]


async def found(folder: Path, text: str, *changes: GraphBatch) -> list[str]:
    store = open_store(f"sqlite:///{folder}/graph.db")
    await store.apply(GraphBatch(entities=[*STAND]))
    live = await LiveGraph.open(store, follows=False)
    try:
        for change in changes:
            await store.apply(change)
        graph = (await live.refresh()).graph
        return sorted(graph.id(index) for index in called(graph, text))
    finally:
        await live.close()
        await store.close()


@pytest.mark.parametrize(
    ("text", "ids"),
    [("滨江一线", ["C1", "F1"]), ("1021线", ["F1"]), ("0571", ["C1"]), ("滨江", []), ("F1", []), ("", [])],
)
async def test_names_numbers_and_aliases_to_the_letter(tmp_path: Path, text: str, ids: list[str]) -> None:
    assert await found(tmp_path, text) == ids


@pytest.mark.parametrize(
    ("text", "ids"), [("滨江一线", ["C1"]), ("江北线", ["F1"]), ("江北", []), ("滨江二线", []), ("新线", ["F3"])]
)
async def test_after_changes_the_names_of_now(tmp_path: Path, text: str, ids: list[str]) -> None:
    changed = GraphBatch(
        entities=[Feeder(id="F1", name="江北线"), Feeder(id="F3", name="新线")], delete_entities=["F2"]
    )
    assert await found(tmp_path, text, changed) == ids
