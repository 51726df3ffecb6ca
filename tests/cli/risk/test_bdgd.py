"""DEC and FEC of a BDGD: the customers' own figures, added up by another hand."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import run
from tests.loaders.tables import write
from tests.shared_data import shared_data

MONTHS = [f"{name}_{month:02}" for name in ("DIC", "FIC") for month in range(1, 13)]


def customers(*rows: tuple[str, str, str, float | str, float]) -> str:
    """A table of customers: id, PAC, state, hours in January, interruptions in December."""
    lines = [f"COD_ID,PAC,SIT_ATIV,{','.join(MONTHS)}"]
    for key, pac, state, hours, times in rows:
        months = [str(hours), *["0"] * 22, str(times)]
        lines.append(",".join((key, pac, state, *months)))
    return "\n".join([*lines, ""])


GRID = {
    "CTMT_1.csv": "COD_ID,NOME,PAC_INI,TEN_NOM\nF1,One,P1,49\nF2,Two,P2,49\n",
    "SSDMT_1.csv": "COD_ID,PAC_1,PAC_2\nL1,P1,M1\n",
    "UCBT_tab_1.csv": customers(
        ("a", "M1", "AT", 2.5, 3), ("a", "M1", "AT", 1.5, 1), ("b", "M1", "DS", 99, 99), ("c", "X9", "AT", 7, 7),
        ("d", "M1", "AT", "-", 1),
    ),
    "UCMT_tab_1.csv": customers(("m", "P2", "AT", 0.25, 0.5)),
}  # fmt: skip


def told(*arguments: str) -> Any:
    found = run("benchmark", "bdgd", *arguments, "--json")
    assert found.exit_code == 0, found.output
    return json.loads(found.stdout)


def test_each_feeder_has_the_mean_of_its_customers(tmp_path: Path) -> None:
    assert told(str(write(tmp_path, GRID))) == {
        "feeders": [
            {"id": "", "name": "", "customers": 1, "dec": 7, "fec": 7},
            {"id": "BDGD:CTMT:F1", "name": "One", "customers": 2, "dec": 2, "fec": 2},
            {"id": "BDGD:CTMT:F2", "name": "Two", "customers": 1, "dec": 0.25, "fec": 0.5},
        ],
        "disconnected": 1,
        "withoutFigures": 1,
    }
    shown = run("benchmark", "bdgd", str(tmp_path)).output
    assert "(none)" in shown
    assert "2.000" in shown


def test_without_figures_it_says_so(tmp_path: Path) -> None:
    tables = GRID | {"UCBT_tab_1.csv": "COD_ID,PAC\na,M1\n", "UCMT_tab_1.csv": "COD_ID,PAC\nb,P2\n"}
    assert "DIC_01 to DIC_12" in run("benchmark", "bdgd", str(write(tmp_path, tables))).stderr


def test_the_whole_is_the_sum_of_the_published_rows() -> None:
    folder = shared_data("bdgd-mux")
    hours = times = count = 0.0
    for name in ("ucbt", "ucmt"):
        with (folder / f"{name}.csv").open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                if row["SIT_ATIV"] == "AT":
                    count += 1
                    hours += sum(float(row[month] or 0) for month in MONTHS[:12])
                    times += sum(float(row[month] or 0) for month in MONTHS[12:])
    feeders = told(str(folder))["feeders"]
    assert sum(each["customers"] for each in feeders) == count
    assert sum(each["customers"] * each["dec"] for each in feeders) == pytest.approx(hours)
    assert sum(each["customers"] * each["fec"] for each in feeders) == pytest.approx(times)
