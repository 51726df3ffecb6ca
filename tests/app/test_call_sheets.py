"""Call sheets on disk: there while an incident is worked on, as old as its last entry, for their owner alone."""

from __future__ import annotations

import csv
import io
import logging
import stat
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
from pypdf import PdfReader

from graph_api.app.call_sheets import CallSheets
from graph_api.live.graph import LiveGraph
from graph_api.stores import open_store
from loaders.drawing import batch
from schema.batch import GraphBatch
from schema.people import Assignment, Contact, Person
from schema.relationships import Relationship
from schema.relationships import RelationshipKind as R
from schema.vocabulary import ResponsibilityRole
from schema.words import Language
from tests.graphql.city import NOW
from tests.graphql.conftest import Api, client_of
from tests.graphql.incident.test_room import done

GRID = "F1 = CB1\nG1 - B1 - CB1 - L1 - n1\nn1 - S1>C1"


@pytest.fixture
async def live(tmp_path: Path) -> AsyncIterator[LiveGraph]:
    store = open_store(f"sqlite:///{tmp_path}/grid.db", lambda: NOW)
    drawn = batch(GRID)
    entities = [
        Person(id="P1", name="王芳"),
        Contact(id="N1", value="+8613912345678", verified_on=date(2026, 1, 1)),
        Assignment(id="A1", role=ResponsibilityRole.CUSTOMER_MANAGER),
    ]
    pairs = [(R.HAS_CONTACT, "P1", "N1"), (R.HELD_BY, "A1", "P1"), (R.COVERS, "A1", "C1")]
    links = [Relationship(kind=kind, source=one, target=other) for kind, one, other in pairs]
    await store.apply(GraphBatch(entities=[*drawn.entities, *entities], relationships=[*drawn.relationships, *links]))
    live = await LiveGraph.open(store)
    yield live
    await live.close()
    await store.close()


@pytest.fixture
async def api(live: LiveGraph) -> AsyncIterator[Api]:
    async with client_of(live) as client:
        yield Api(client)


def names(folder: Path) -> list[str]:
    return sorted(each.name.partition("call-sheet-")[2] for each in folder.iterdir())


async def test_it_is_there_while_an_incident_is_worked_on(api: Api, live: LiveGraph, tmp_path: Path) -> None:
    folder, number = tmp_path / "sheets", f"{NOW.astimezone():%Y%m%d}-01"
    sheets = CallSheets(live, lambda: NOW, folder, Language.ZH, lambda: "a1b2")
    assert sheets.once(live.pin()) == 0
    await done(api, "openIncident", id="I1", title="F1跳闸", equipment=["L1"])
    assert (sheets.once(live.pin()), sheets.once(live.pin())) == (1, 0)
    assert names(folder) == [f"{number}.csv", f"{number}.pdf"]
    (table, printed) = sorted(folder.iterdir())
    assert {stat.S_IMODE(each.stat().st_mode) for each in (table, printed)} == {0o600}
    rows = list(csv.reader(io.StringIO(table.read_text("utf-8-sig"))))
    assert "F1跳闸" in rows[0][0]
    assert rows[-1] == ["审计链末值 a1b2"]
    assert ["王芳", "139 1234 5678"] in [row[1:3] for row in rows[2:]]
    text = "".join("".join(page.extract_text() for page in PdfReader(printed).pages).split())
    assert "王芳" in text
    assert "13912345678" in text
    await done(api, "addNote", incident="I1", note="到达")
    assert sheets.once(live.pin()) == 1, "whatever is recorded of it"
    await done(api, "closeIncident", incident="I1", reason="x")
    assert sheets.once(live.pin()) == 0
    assert names(folder) == []


async def test_an_exercise_says_so_and_others_files_are_left(api: Api, live: LiveGraph, tmp_path: Path) -> None:
    folder = tmp_path / "sheets"
    folder.mkdir()
    (folder / "notes.csv").write_text("mine")
    await done(api, "openIncident", id="I1", title="演习", equipment=["L1"], exercise=True)
    CallSheets(live, lambda: NOW, folder, Language.ZH).once(live.pin())
    (table,) = folder.glob("call-sheet-exercise-*.csv")
    assert table.read_text("utf-8-sig").startswith("【演练】")
    assert (folder / "notes.csv").read_text() == "mine"


async def test_nothing_known_yet_is_no_error(api: Api, live: LiveGraph, tmp_path: Path) -> None:
    await done(api, "openIncident", id="I1", title="报修")
    assert CallSheets(live, lambda: NOW, tmp_path / "sheets", Language.EN).once(live.pin()) == 1
    await done(api, "addEvidence", incident="I1", kind="CALL", things=["C1"])
    CallSheets(live, lambda: NOW, tmp_path / "sheets", Language.EN).once(live.pin())
    (table,) = (tmp_path / "sheets").glob("*.csv")
    assert "王芳" in table.read_text("utf-8-sig"), "who answers for who called"


async def test_a_sheet_from_before_a_restart_is_taken_away_once_it_is_closed(
    api: Api, live: LiveGraph, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    folder = tmp_path / "sheets"
    await done(api, "openIncident", id="I1", title="F1跳闸", equipment=["L1"])
    CallSheets(live, lambda: NOW, folder, Language.EN).once(live.pin())
    await done(api, "closeIncident", incident="I1", reason="x")
    CallSheets(live, lambda: NOW, folder, Language.EN).once(live.pin())
    assert names(folder) == []
    assert caplog.records == []
