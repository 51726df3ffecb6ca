"""`baodian benchmark rbts` on a small system, and on the published ones."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import run
from tests.services.risk.test_reliability import write
from tests.shared_data import shared_data


def test_missing_tables_are_said(tmp_path: Path) -> None:
    ended = run("benchmark", "rbts", str(write(tmp_path)))
    assert ended.exit_code == 2
    assert "bus2_sections.csv is missing" in ended.output.replace("\n", "")


def test_rbts_prints_the_published_indices() -> None:
    data = str(shared_data("rbts"))
    ended = run("benchmark", "rbts", data, "--points")
    assert ended.exit_code == 0
    for figure in ("0.248", "3.613", "14.555", "37.746", "0.300", "11.564", "54.293", "LP38"):
        assert figure in ended.output
    found = json.loads(run("benchmark", "rbts", data, "--json").stdout)
    assert round(found["bus2"]["ensMwh"], 3) == 37.746
    spare = json.loads(run("benchmark", "rbts", data, "--transformer-hours", "10", "--json").stdout)
    assert spare["bus2"]["saidi"] < found["bus2"]["saidi"]
