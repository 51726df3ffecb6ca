"""Folders of one model: the circuit of OpenDSS scripts, a JSON network; and links that lead out of one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.cli.conftest import Shell
from tests.loaders.cim_text import rdf
from tests.loaders.tables import write

MASTER = """
    Clear
    New Circuit.town basekv=10
    Redirect "parts/../Lines.dss"
    """
LINES = "New Line.L1 bus1=sourcebus bus2=b\nNew Load.C1 bus1=b kw=5\n"
GRID = """{"version": "1.0", "type": "input", "is_batch": false, "attributes": {}, "data":
    {"node": [{"id": 1, "u_rated": 10000}], "source": [{"id": 2, "node": 1, "status": 1, "u_ref": 1}]}}"""

DRAWING = "Substation s name=S\nBreaker b name=B EquipmentContainer=#s"


def test_a_folder_of_scripts_is_the_circuit_that_one_of_them_makes(shell: Shell, tmp_path: Path):
    folder = write(tmp_path / "town", {"Main.dss": MASTER, "Lines.dss": LINES, "xy.csv": "b,1,2\n"})
    (folder / "parts").mkdir()
    found = shell.json("load", str(folder))
    assert found["system"] == "town"
    assert found["difference"]["added"]["ENERGY_CONSUMER"] == 1


def test_a_folder_of_one_json_file_is_that_network(shell: Shell, tmp_path: Path):
    folder = write(tmp_path / "small", {"grid.json": GRID, "notes.md": "x"})
    found = shell.json("load", str(folder))
    assert (found["system"], found["difference"]["added"]["ENERGY_SOURCE"]) == ("small", 1)
    write(folder, {"other.json": GRID})
    refused = shell("load", str(folder), code=2)
    assert "several models: grid.json, other.json" in " ".join(refused.stderr.split())


def left(found: dict[str, Any]) -> set[str]:
    return {each["file"] for each in found["accounts"] if each["notRead"]}


def test_what_lies_beside_a_model_is_told_as_not_read(shell: Shell, tmp_path: Path):
    cim = write(tmp_path / "cim", {"EQ.xml": rdf(DRAWING), "grid.json": GRID})
    (cim / "far.json").symlink_to(write(tmp_path / "other", {"far.json": "x"}) / "far.json")
    found = shell.json("load", str(cim))
    assert left(found) == {"grid.json", "far.json"}
    assert {each["file"]: each["taken"] for each in found["accounts"] if not each["notRead"]} == {"EQ.xml": 2}
    assert shell.json("load", str(cim))["revision"] is None, "the same again"
    scripts = {"Main.dss": MASTER + "    Buscoords xy.csv\n", "Lines.dss": LINES, "xy.csv": "b,1,2\n"}
    others = {"EQ.xml": "<x/>", "客户.csv": "户名\n县医院\n", "Old.dss": "Redirect Lines.dss\n", ".hidden": ""}
    town = write(tmp_path / "town", scripts | others)
    (town / "parts").mkdir()
    assert left(shell.json("load", str(town), "--dry-run")) == {"EQ.xml", "客户.csv", "Old.dss"}


def test_a_folder_of_links_alone_is_told_as_that(shell: Shell, tmp_path: Path):
    outside = write(tmp_path / "other", {"客户.csv": "户号,户名\n1,县医院\n"}) / "客户.csv"
    folder = tmp_path / "linked"
    folder.mkdir()
    (folder / "客户.csv").symlink_to(outside)
    assert "links that lead out of it alone" in shell("load", str(folder), code=2).stderr


def test_a_model_beside_tables_is_named_with_the_way_to_load_it(shell: Shell, tmp_path: Path):
    folder = write(tmp_path / "both", {"客户.csv": "户号,户名\n1,县医院\n", "grid.json": GRID})
    accounts = {each["file"]: each for each in shell.json("load", str(folder))["accounts"]}
    assert "load it by its name" in accounts["grid.json"]["notRead"]


def test_a_cim_file_behind_a_link_that_leads_out_is_not_read(shell: Shell, tmp_path: Path):
    outside = write(tmp_path / "other", {"EQ.xml": "<x/>"}) / "EQ.xml"
    folder = write(tmp_path / "cim", {"notes.md": "x"})
    (folder / "EQ.xml").symlink_to(outside)
    shell("load", str(folder), code=2)
