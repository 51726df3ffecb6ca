"""Loads: what differs is written, what is gone is removed, all or nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from graph_api.commands.ingest import ingest
from graph_api.errors import Conflict, LoadError
from graph_api.live.graph import load_graph
from graph_api.readmodel.positions import positions_at
from graph_api.readmodel.snapshot import Snapshot
from graph_api.stores import open_store
from graph_api.stores.contract import Store
from loaders.cim import CimSource
from loaders.source import Reading
from loaders.tabular import TabularSource
from schema.batch import GraphBatch
from schema.grid import Breaker
from schema.provenance import SourceLoad
from schema.registry import EntityKind
from schema.relationships import Relationship, RelationshipKind
from schema.vocabulary import SwitchPosition
from tests.commands.loading import GRID, ids, put, source
from tests.loaders.cim_text import rdf
from tests.loaders.tables import write


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path}/graph.db")
    yield opened
    await opened.close()


def links(graph: Snapshot) -> set[str]:
    return {f"{link.source} {link.kind.value} {link.target}" for link in graph.relationships()}


async def test_a_load_is_one_revision_with_its_provenance(store: Store, tmp_path: Path):
    now = datetime(2026, 5, 1, tzinfo=UTC)
    outcome = await ingest(store, source(tmp_path, GRID), now=now)
    assert outcome.revision == 1
    assert outcome.difference.added == {EntityKind.SUBSTATION: 2, EntityKind.BREAKER: 2}
    assert outcome.difference.links_added == 2
    graph = await load_graph(store)
    assert links(graph) == {"B1 CONTAINED_IN S1", "B2 CONTAINED_IN S1"}
    loads = {load.file: load for at in graph.of_kind(EntityKind.SOURCE_LOAD) for load in [graph.get(SourceLoad, at)]}
    load = loads["Breaker.csv"]
    assert (load.system, load.mapping, load.loaded_at) == ("grid", "plain", now)
    assert (load.rows_read, load.rows_taken, load.rows_duplicate, load.rows_rejected) == (2, 2, 0, 0)
    breaker = graph.get(Breaker, graph.index("B2"))
    assert (breaker.load, breaker.row) == (load.number, 3)


async def test_the_same_files_again_write_nothing(store: Store, tmp_path: Path):
    await put(store, tmp_path, GRID)
    again = await put(store, tmp_path, GRID)
    assert again.revision is None
    assert again.difference.is_empty
    assert again.difference.unchanged.total() == 4
    assert await store.revision() == 1


@pytest.mark.parametrize("dry_run", [False, True])
async def test_relationships_that_go_with_what_they_end_at_are_counted(store: Store, tmp_path: Path, dry_run: bool):
    await put(store, tmp_path, GRID)
    others = "id,name,contained_in\nP1,外来,S2\n"
    await put(store, tmp_path, {"BusbarSection.csv": others}, "other")
    before = len(links(await load_graph(store)))
    fewer = {
        "Substation.csv": "id,name\nS1,城东变\n",
        "Breaker.csv": "id,name,position,contained_in\nB1,开关一,CLOSED,S1\n",
    }
    found = (await put(store, tmp_path, fewer, dry_run=dry_run)).difference
    assert (found.links_added, found.links_removed) == (0, 2)
    assert len(links(await load_graph(store))) == before - (0 if dry_run else 2)


async def test_only_what_differs_is_written_and_what_is_gone_is_removed(store: Store, tmp_path: Path):
    await put(store, tmp_path, GRID)
    changed = GRID | {"Breaker.csv": "id,name,position,contained_in\nB1,改名,CLOSED,S2\nB3,新,OPEN,S1\n"}
    found = (await put(store, tmp_path, changed)).difference
    assert (found.added, found.changed, found.removed) == (
        {EntityKind.BREAKER: 1},
        {EntityKind.BREAKER: 1},
        {EntityKind.BREAKER: 1},
    )
    assert (found.links_added, found.links_removed) == (2, 2)
    assert [(each.id, each.what, each.fields) for each in found.examples] == [
        ("B1", "changed", ("name",)),
        ("B3", "added", ()),
        ("B2", "removed", ()),
    ]
    graph = await load_graph(store)
    assert links(graph) == {"B1 CONTAINED_IN S2", "B3 CONTAINED_IN S1"}
    assert graph.version(graph.index("S1")) == 1
    assert graph.version(graph.index("B1")) == 2


async def test_a_file_with_another_content_but_nothing_new_is_still_told_of(store: Store, tmp_path: Path):
    await put(store, tmp_path, GRID)
    padded = GRID | {"Breaker.csv": GRID["Breaker.csv"] + "\n"}
    outcome = await put(store, tmp_path, padded)
    assert outcome.difference.is_empty
    assert outcome.revision == 2
    assert [load.number for load in outcome.loads] == [3, 4]


async def test_another_system_takes_nothing_away(store: Store, tmp_path: Path):
    await put(store, tmp_path, GRID)
    other = await put(store, tmp_path, {"Substation.csv": "id,name\nX1,别家站\n"}, system="other")
    assert not other.difference.removed
    assert await ids(store) == {"S1", "S2", "B1", "B2", "X1"}


async def test_a_file_that_is_not_read_keeps_its_things(store: Store, tmp_path: Path):
    files = GRID | {"Relationship.csv": "kind,source,target\nCONTAINED_IN,S1,S2\n"}
    await put(store, tmp_path, files | {"Area.csv": "id,name\nA,区\n"})
    outcome = await put(store, tmp_path, {"Substation.csv": GRID["Substation.csv"]})
    assert outcome.difference.is_empty
    assert outcome.difference.not_read == {"Breaker.csv": 2, "Relationship.csv": 1}
    assert await ids(store) == {"S1", "S2", "B1", "B2", "A"}


async def test_a_file_under_a_new_name_takes_the_place_of_the_old_one(store: Store, tmp_path: Path):
    await put(store, tmp_path, GRID)
    moved = write(tmp_path / "new", {"断路器.csv": "id,name,position,contained_in\nB1,开关一,CLOSED,\n"})
    outcome = await ingest(store, TabularSource.open(moved, system="grid"))
    assert outcome.difference.removed == {EntityKind.BREAKER: 1}
    assert outcome.difference.links_removed == 2
    assert links(await load_graph(store)) == set()


async def test_files_without_a_row_are_no_revision(store: Store, tmp_path: Path):
    with pytest.raises(LoadError, match="hold no row"):
        await put(store, tmp_path, {"Breaker.csv": "id,position\n"})
    assert await store.revision() == 0
    await put(store, tmp_path, GRID)
    nothing = {name: text.partition("\n")[0] + "\n" for name, text in GRID.items()}
    with pytest.raises(LoadError, match="hold no row"):
        await put(store, tmp_path, nothing)
    assert (await put(store, tmp_path, nothing, force=True)).difference.removed.total() == 4


async def test_a_refused_load_tells_its_rejects(store: Store, tmp_path: Path):
    broken = source(tmp_path, {"Breaker.csv": "id,position\nB1,sideways\n"})
    outcome = await ingest(store, broken)
    assert isinstance(outcome.failed, LoadError)
    assert (outcome.revision, [each.value for each in outcome.report.rejects]) == (None, ["sideways"])
    assert await store.revision() == 0


async def test_a_dry_run_tells_the_same_and_writes_nothing(store: Store, tmp_path: Path):
    dry = await put(store, tmp_path, GRID, dry_run=True)
    assert (dry.revision, dry.dry_run) == (None, True)
    assert await store.revision() == 0
    assert dry.difference == (await put(store, tmp_path, GRID)).difference


async def test_a_rejected_row_keeps_what_was_there(store: Store, tmp_path: Path):
    await put(store, tmp_path, GRID)
    broken = GRID | {"Breaker.csv": "id,name,position,contained_in\nB1,开关一,sideways,S1\nB2,开关二,CLOSED,S1\n"}
    outcome = await put(store, tmp_path, broken)
    assert [(each.file, each.row, each.column) for each in outcome.report.rejects] == [("Breaker.csv", 2, "position")]
    assert outcome.difference.is_empty
    assert links(await load_graph(store)) == {"B1 CONTAINED_IN S1", "B2 CONTAINED_IN S1"}


async def test_strict_loads_nothing_if_a_row_is_rejected(store: Store, tmp_path: Path):
    broken = GRID | {"Breaker.csv": "id,name,position\nB1,开关一,sideways\n"}
    with pytest.raises(LoadError, match="1 rows were rejected and nothing was loaded"):
        await put(store, tmp_path, broken, strict=True)
    assert await store.revision() == 0
    # what was staged is gone: the next load is not held up
    assert (await put(store, tmp_path, GRID)).revision == 1


async def test_nothing_taken_is_an_error(store: Store, tmp_path: Path):
    with pytest.raises(LoadError, match="No row could be taken"):
        await put(store, tmp_path, {"Breaker.csv": "id,position\nB1,sideways\n"})


async def test_a_position_reported_later_than_the_file_is_kept(store: Store, tmp_path: Path):
    await put(store, tmp_path, GRID)
    graph = await load_graph(store)
    before = graph.get(Breaker, graph.index("B1"))
    at = datetime(2026, 5, 1, 3, tzinfo=UTC)
    reported = Breaker(
        id="B1",
        name=before.name,
        position=SwitchPosition.OPEN,
        position_at=at,
        position_by="调度",
        load=before.load,
        row=before.row,
    )
    await store.apply(GraphBatch(entities=[reported]))
    renamed = GRID | {"Breaker.csv": "id,name,position,contained_in\nB1,开关壹,CLOSED,S1\nB2,开关二,CLOSED,S1\n"}
    outcome = await put(store, tmp_path, renamed)
    assert outcome.difference.kept_positions == 1
    graph = await load_graph(store)
    after = graph.get(Breaker, graph.index("B1"))
    assert (after.name, after.position, after.position_at, after.position_by) == (
        "开关壹",
        SwitchPosition.OPEN,
        at,
        "调度",
    )
    newer = renamed | {
        "Breaker.csv": "id,name,position,position_at,contained_in\n"
        "B1,开关壹,CLOSED,2026-05-01T04:00:00+00:00,S1\nB2,开关二,CLOSED,,S1\n"
    }
    assert (await put(store, tmp_path, newer)).difference.kept_positions == 0
    graph = await load_graph(store)
    assert graph.get(Breaker, graph.index("B1")).position is SwitchPosition.CLOSED


async def test_positions_of_a_file_are_reports_at_the_time_of_the_file(store: Store, tmp_path: Path):
    def cim(created: str, position: str) -> CimSource:
        path = tmp_path / "grid.xml"
        head = f"FullModel m Model.created={created} Model.scenarioTime={created}"
        path.write_text(rdf(f"{head}\nSubstation S\nBreaker B1 EquipmentContainer=#S Switch.open={position}"), "utf-8")
        return CimSource([path], "gis")

    await ingest(store, cim("2026-05-01T04:00:00Z", "true"))
    await ingest(store, cim("2026-05-02T04:00:00Z", "true"))
    graph = await load_graph(store)
    index = graph.index("B1")
    opened = graph.get(Breaker, index)
    assert (opened.position, opened.position_at) == (SwitchPosition.OPEN, datetime(2026, 5, 1, 4, tzinfo=UTC))
    await ingest(store, cim("2026-05-03T04:00:00Z", "false"))
    older = await ingest(store, cim("2026-04-01T04:00:00Z", "true"))
    assert (older.difference.kept_positions, older.difference.reports) == (1, 1)
    again = await ingest(store, cim("2026-04-01T04:00:00Z", "true"))
    assert (again.revision, again.difference.is_empty) == (None, True)
    graph = await load_graph(store)
    assert graph.get(Breaker, index).position is SwitchPosition.CLOSED
    assert [(str(one.position), one.at.isoformat()[:10], one.source) for one in graph.reports.of_switch("B1")] == [
        ("OPEN", "2026-04-01", "CIM Switch.open"),
        ("OPEN", "2026-05-01", "CIM Switch.open"),
        ("CLOSED", "2026-05-03", "CIM Switch.open"),
    ]
    assert positions_at(graph, datetime(2026, 5, 2, tzinfo=UTC)) == ((index, SwitchPosition.OPEN),)


async def test_a_file_that_tells_no_time_reports_what_it_changes_at_the_time_of_the_load(store: Store, tmp_path: Path):
    days = [datetime(2026, 5, day, tzinfo=UTC) for day in (1, 2, 3)]
    await ingest(store, source(tmp_path, GRID), now=days[0])
    opened = GRID | {"Breaker.csv": GRID["Breaker.csv"].replace("B1,开关一,CLOSED", "B1,开关一,OPEN")}
    for day in days[1:]:
        await ingest(store, source(tmp_path, opened), now=day)
    graph = await load_graph(store)
    assert graph.get(Breaker, graph.index("B1")).position_at is None
    said = [(one.switch, str(one.position), one.at, one.source) for one in sorted(graph.reports)]
    assert said == [
        ("B1", "CLOSED", days[0], "grid"), ("B1", "OPEN", days[1], "grid"), ("B2", "CLOSED", days[0], "grid"),
    ]  # fmt: skip


async def test_an_older_position_of_a_file_goes_into_the_series_once(store: Store, tmp_path: Path):
    rows = "id,name,position,position_at,contained_in\nB1,一,{},{},S1\n"
    stations = {"Substation.csv": GRID["Substation.csv"]}
    new = stations | {"Breaker.csv": rows.format("OPEN", "2026-05-02T00:00:00Z")}
    old = stations | {"Breaker.csv": rows.format("CLOSED", "2026-05-01T00:00:00Z")}
    await put(store, tmp_path, new)
    assert (await put(store, tmp_path, old)).difference.reports == 1
    assert (await put(store, tmp_path, old)).revision is None
    assert (await put(store, tmp_path, new)).difference.reports == 0
    graph = await load_graph(store)
    assert [str(one.position) for one in graph.reports.of_switch("B1")] == ["CLOSED", "OPEN"]
    assert graph.get(Breaker, graph.index("B1")).position is SwitchPosition.OPEN


class _Interrupted(TabularSource):
    """Somebody else writes while the first reading goes on."""

    times = 1

    def batches(self, reading: Reading) -> Iterator[GraphBatch]:
        yield from super().batches(reading)
        if self.times:
            self.times -= 1
            raise Conflict("somebody was faster")


async def test_a_load_that_somebody_overtakes_is_compared_anew(store: Store, tmp_path: Path):
    folder = write(tmp_path / "in", GRID)
    once = _Interrupted.open(folder, system="grid")
    assert (await ingest(store, once)).revision == 1
    always = _Interrupted.open(write(folder, {"Breaker.csv": "id,name\nB1,另一\n"}), system="grid")
    always.times = 9
    with pytest.raises(Conflict):
        await ingest(store, always)
    assert await store.revision() == 1


async def test_cim_files_are_a_system_each(store: Store, tmp_path: Path):
    for name in ("one", "two"):
        (tmp_path / f"{name}.xml").write_text(
            rdf(f"Substation {name} name={name}\nBreaker b{name} name=B EquipmentContainer=#{name}"), encoding="utf-8"
        )
    first, second = CimSource([tmp_path / "one.xml"]), CimSource([tmp_path / "two.xml"])
    assert (first.system, second.system) == ("one", "two")
    assert (first.mapping, CimSource(first.files, "gis").system) == ("cim", "gis")
    await ingest(store, first)
    outcome = await ingest(store, second)
    assert not outcome.difference.removed
    assert len(await ids(store)) == 4


async def test_links_of_one_entity_are_told_apart(store: Store, tmp_path: Path):
    files = {
        "Substation.csv": GRID["Substation.csv"],
        "ConnectivityNode.csv": "id\nN1\nN2\n",
        "Breaker.csv": "id,connects_1,connects_2,contained_in\nB1,N1,N2,S1\n",
    }
    await put(store, tmp_path, files)
    turned = files | {"Breaker.csv": "id,connects_1,connects_2,contained_in\nB1,N2,N1,S1\n"}
    found = (await put(store, tmp_path, turned)).difference
    assert (found.links_added, found.links_removed) == (2, 2)
    keys = {(link.target, link.key) for link in (await load_graph(store)).relationships() if link.key}
    assert keys == {("N2", "1"), ("N1", "2")}


async def test_a_relationship_that_somebody_made_by_hand_stays(store: Store, tmp_path: Path):
    await put(store, tmp_path, GRID)
    link = Relationship(kind=RelationshipKind.CONTAINED_IN, source="S1", target="A")
    await put(store, tmp_path, {"Area.csv": "id,name\nA,区\n"}, system="other")
    await store.apply(GraphBatch(relationships=[link]))
    await put(store, tmp_path, GRID | {"Substation.csv": "id,name\nS1,城东变电站\nS2,城西变\n"})
    assert "S1 CONTAINED_IN A" in links(await load_graph(store))
