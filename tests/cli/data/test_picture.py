"""`baodian export picture`: SVG and PDF of what is drawn, as it is and after a fault."""

from __future__ import annotations

import io
from pathlib import Path

from pypdf import PdfReader

from loaders.drawing import batch
from tests.cli.conftest import Shell

GRID = """
    F1 = CB1
    G1 - B1 - CB1 - L1 - n1 - LS1 - L2 - T1(400kVA) - EC1(80kW)
    n1 - L3 - S1>C1
    B1, CB1 @ SUB1
    L1, L2, L3 @ F1
    F1 @ SUB1
"""


def drawn(shell: Shell) -> None:
    shell.fill(batch(GRID, F1={"name": "10kV滨江一线"}, C1={"name": "临江市第一人民医院"}, SUB1={"name": "滨江变"}))


def test_a_feeder_is_written_as_svg_and_after_a_fault_otherwise(shell: Shell, tmp_path: Path):
    drawn(shell)
    calm, after = tmp_path / "calm.svg", tmp_path / "after.svg"
    assert "calm.svg" in shell("export", "picture", "F1", "--out", str(calm)).stdout
    shell("export", "picture", "F1", "--out", str(after), "--fault", "L2", "--theme", "day")
    assert "临江市第一人民医院" in calm.read_text("utf-8")
    assert 'class="node lost"' not in calm.read_text("utf-8")
    assert 'class="node lost"' in after.read_text("utf-8")


def test_a_pdf_has_the_words_of_the_picture(shell: Shell, tmp_path: Path):
    drawn(shell)
    out = tmp_path / "one.pdf"
    shell("export", "picture", "F1", "--out", str(out), "--assume", "LS1=OPEN")
    (page,) = PdfReader(io.BytesIO(out.read_bytes())).pages
    text = "".join(page.extract_text().split())
    assert "临江市第一人民医院" in text
    assert "10kV滨江一线" in text


def test_a_map_tells_what_has_no_place_and_other_suffixes_are_refused(shell: Shell, tmp_path: Path):
    drawn(shell)
    told = shell("export", "picture", "F1", "--kind", "map", "--out", str(tmp_path / "map.svg")).stderr
    assert "Without a place" in told
    assert ".svg" in shell("export", "picture", "F1", "--out", str(tmp_path / "one.png"), code=2).stderr


def test_as_json_it_says_what_was_written(shell: Shell, tmp_path: Path):
    drawn(shell)
    out = tmp_path / "station.svg"
    told = shell.json("export", "picture", "SUB1", "--kind", "station", "--out", str(out))
    assert told["file"] == str(out)
    assert told["unplaced"] == []
