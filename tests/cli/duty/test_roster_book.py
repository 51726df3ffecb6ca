"""A roster goes out as a workbook and comes back as the same duty."""

from __future__ import annotations

import asyncio
from pathlib import Path

import openpyxl

from graph_api.exports.read_back import links_among
from graph_api.live.graph import load_graph
from graph_api.stores import open_store
from schema.batch import GraphBatch
from schema.codec import properties
from schema.people import Person, Team
from schema.registry import EntityKind
from tests.cli.conftest import Shell

DUTY = (EntityKind.TEAM, EntityKind.PERSON, EntityKind.SHIFT)
PEOPLE = {"P1": "孙伟", "P2": "李伟", "P3": "孙伟"}
PLAN = (
    "roster", "plan", "T1", "--first", "2026-12-01", "--until", "2026-12-04", "--crew", "P1、P2", "--crew", "P3",
    "--shift", "08:00-20:00", "--shift", "20:00-08:00=2,1",
)  # fmt: skip
SPAN = ("--from", "2026-12-01T00:00:00Z", "--to", "2026-12-15T00:00:00Z")


def duty(shell: Shell) -> set[object]:
    """All that says who is on duty: entities with their fields but for the load that they came from, relationships."""

    async def read() -> set[object]:
        store = open_store(shell.store)
        try:
            graph = await load_graph(store)
        finally:
            await store.close()
        things = [graph.entity(index) for kind in DUTY for index in graph.of_kind(kind)]
        told = [{name: each for name, each in properties(one).items() if name not in ("load", "row")} for one in things]
        return {*map(repr, told), *links_among(graph, DUTY)}

    return asyncio.run(read())


def made(folder: Path) -> Shell:
    """A store with nothing in it."""
    folder.mkdir()
    shell = Shell(folder)
    shell.fill(GraphBatch())
    return shell


def planned(shell: Shell) -> None:
    people = [Person(id=id, name=name) for id, name in PEOPLE.items()]
    shell.fill(GraphBatch(entities=[*people, Team(id="T1", name="调度班"), Team(id="T2", name="抢修班")]))
    shell(*PLAN)


def test_a_roster_by_a_pattern_comes_back_as_the_same_duty(tmp_path: Path) -> None:
    here, there = made(tmp_path / "here"), made(tmp_path / "there")
    planned(here)
    out = tmp_path / "排班.xlsx"
    counts = here.json("export", "roster", str(out))["sheets"]
    assert counts == {"Team": 2, "Person": 3, "Shift": 9}, "2 + 1, 1 + 2, 2 + 1"
    found = there.json("load", str(out), "--system", "roster")
    assert not found["rejects"]
    assert duty(there) == duty(here)
    assert here.json("load", str(out), "--system", "roster")["difference"]["changed"] == {}


def test_what_is_changed_in_it_is_the_roster_when_it_is_loaded(tmp_path: Path) -> None:
    shell = made(tmp_path / "here")
    planned(shell)
    out = tmp_path / "排班.xlsx"
    shell("export", "roster", str(out), "T1", "--to", "2026-12-01T12:00:00Z")
    assert "排班.xlsx exists" in shell("export", "roster", str(out), code=2).stderr.replace("\n", "")
    assert "name it so" in shell("export", "roster", str(tmp_path / "a.csv"), code=2).stderr
    book = openpyxl.load_workbook(out)
    head, *rows = book["Shift"].values
    assert len(rows) == 2
    column = head.index("end") + 1
    for row in range(2, len(rows) + 2):
        book["Shift"].cell(row, column).value = "2026-12-01 21:00+08:00"
    book.save(out)
    assert shell.json("load", str(out), "--system", "roster")["difference"]["changed"] == {"SHIFT": 2}
    on_duty = [(each["start"][11:16], len(each["onDuty"])) for each in shell.json("roster", "T1", *SPAN)["watches"]]
    assert on_duty[:3] == [("00:00", 2), ("12:00", 3), ("13:00", 1)], "two until 21:00, one from 20:00 on"
