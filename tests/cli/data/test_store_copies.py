"""`baodian copy`, `backup`, `restore`, `verify`."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from schema.batch import GraphBatch
from schema.people import Team
from schema.provenance import SourceLoad
from tests.cli.conftest import Shell
from tests.contract.test_contract import crew
from tests.contract.test_reports import NIGHT, REPORTS
from tests.stores.test_own_log import crashed


def test_there_and_back(shell: Shell, tmp_path: Path):
    shell.fill(crew("a"))
    other, file = f"sqlite:///{tmp_path}/new/other.db", str(tmp_path / "graph.bdk")
    assert "Copied and verified" in shell("copy", "--from", shell.store, "--to", other).stdout
    assert "Written to" in shell("backup", file).stdout
    assert "--force" in shell("backup", file, code=2).stderr
    made = shell.json("backup", file, "--force")
    assert (made["entities"], made["relationships"]) == (2, 1)
    assert "Verified" in shell("verify", shell.store, "--against", other).stdout
    shell.fill(crew("b"))
    told = shell("verify", shell.store, "--against", file, code=1).stderr
    assert "do not hold the same: 2 records differ" in told
    assert f"b: only in {shell.store}" in told
    assert f"b -[MEMBER_OF]-> team: only in {shell.store}" in told
    assert "--force" in shell("restore", file, code=2).stderr
    assert "Restored" in shell("restore", file, "--force").stdout
    found = shell.json("verify", file, "--against", shell.store)
    assert found["well"] is True


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["copy", "--from", "sqlite:///nowhere.db", "--to", "sqlite:///b.db"], "no store at"),
        (["copy", "--from", "sqlite:///a.db", "--to", "sqlite:///a.db"], "the same"),
        (["verify", "nothing.bdk"], "no file"),
        (["restore", "10kV 滨江一线"], "baodian resupply '10kV 滨江一线'"),
    ],
)
def test_bad_input(shell: Shell, arguments: list[str], message: str):
    assert message in shell(*arguments, code=2).stderr


def test_a_file_that_is_no_backup(shell: Shell, tmp_path: Path):
    file = tmp_path / "x.bdk"
    file.write_text("hello", encoding="utf-8")
    assert "no backup" in shell("restore", str(file), code=1).stderr


def load(number: int) -> SourceLoad:
    return SourceLoad(id=f"load:{number}", number=number, system="GIS", file="a.csv", loaded_at=NIGHT)


def test_what_only_came_from_another_load_is_told_as_that(shell: Shell, tmp_path: Path):
    file = str(tmp_path / "graph.bdk")
    shell.fill(GraphBatch(entities=[Team(id="team", load=1, row=2), load(1)]))
    shell("backup", file)
    shell.fill(GraphBatch(entities=[Team(id="team", load=2, row=9), load(2)]))
    told = shell("verify", file, "--against", shell.store, code=1).stderr
    assert "They hold the same, but for which loads it came from (2 records)." in told
    assert "team: came from another load or row" in told
    assert f"load:2: only in {shell.store}" in told
    shell.fill(GraphBatch(entities=[Team(id="team", name="配电抢修")], reports=[REPORTS[0]]))
    found = json.loads(shell("verify", file, "--against", shell.store, "--json", code=1).stdout)["differences"]
    assert (found["total"], found["only_loads"]) == (3, False)
    assert ["team", "holds something else"] in found["first"]


def test_a_log_whose_file_was_moved_away_outlives_all_that_would_make_a_store_there(shell: Shell, tmp_path: Path):
    shell.fill(crew("a"))
    shell("backup", str(tmp_path / "graph.bdk"))
    path, log = tmp_path / "graph.db", tmp_path / "graph.db-wal"
    crashed(path, "last")
    path.rename(tmp_path / "aside.db")
    before = log.read_bytes()
    (tmp_path / "Team.csv").write_text("id,name\nT1,x\n", encoding="utf-8")
    origin = shell("copy", "--from", f"sqlite:///{tmp_path}/aside.db", "--to", f"sqlite:///{tmp_path}/other.db")
    assert "Copied" in origin.stdout
    for act in (
        ("load", str(tmp_path / "Team.csv")),
        ("restore", str(tmp_path / "graph.bdk")),
        ("restore", str(tmp_path / "graph.bdk"), "--force"),
        ("copy", "--from", f"sqlite:///{tmp_path}/other.db", "--to", shell.store),
    ):
        assert "is the log of a store that is not there any more" in shell(*act, code=1).stderr
        assert log.read_bytes() == before
        assert not path.exists()
    (tmp_path / "aside.db").rename(path)
    assert "last" in shell("search", "last").stdout


@pytest.mark.parametrize("part", ["change", "relationship_by_target", "entity"])
def test_verify_reads_what_no_question_needs(shell: Shell, tmp_path: Path, part: str):
    shell.fill(crew("a"))
    with sqlite3.connect(tmp_path / "graph.db") as plain:
        (page,) = plain.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (part,)).fetchone()
    plain.close()
    shell("verify", shell.store)
    with (tmp_path / "graph.db").open("r+b") as file:
        file.seek((page - 1) * 4096 + 3000)
        file.write(b"\xff")
    assert "graph.db is damaged" in shell("verify", shell.store, code=1).stderr
