"""Folders of one model: the circuit of OpenDSS scripts, a JSON network; and links that lead out of one."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Shell
from tests.loaders.tables import write

MASTER = """
    Clear
    New Circuit.town basekv=10
    Redirect "parts/../Lines.dss"
    """
LINES = "New Line.L1 bus1=sourcebus bus2=b\nNew Load.C1 bus1=b kw=5\n"
GRID = """{"version": "1.0", "type": "input", "is_batch": false, "attributes": {}, "data":
    {"node": [{"id": 1, "u_rated": 10000}], "source": [{"id": 2, "node": 1, "status": 1, "u_ref": 1}]}}"""


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


def test_a_cim_file_behind_a_link_that_leads_out_is_not_read(shell: Shell, tmp_path: Path):
    outside = write(tmp_path / "other", {"EQ.xml": "<x/>"}) / "EQ.xml"
    folder = write(tmp_path / "cim", {"notes.md": "x"})
    (folder / "EQ.xml").symlink_to(outside)
    shell("load", str(folder), code=2)
