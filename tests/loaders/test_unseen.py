"""Characters that nobody sees, in every format: none comes into the graph, and what lost one is told."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest
from pydantic import ValidationError

from graph_api.visible import visible
from loaders.power_grid_model import PowerGridModelSource
from loaders.source import Reading
from schema.grid import ConnectivityNode
from schema.unseen import first_unseen, without_unseen
from tests.loaders.tables import read, write

IGNORABLE = [
    *(0x00AD, 0x034F, 0x061C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFEFF, 0xFFA0),
    *(each for low, high in (
        (0x180B, 0x180F), (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0xFE00, 0xFE0F), (0xFFF0, 0xFFF8),
        (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
    ) for each in range(low, high + 1)),
]  # fmt: skip
"""Default_Ignorable_Code_Point, as DerivedCoreProperties.txt of Unicode 15 lists it: 4,174 code points."""
FEW = [0x3164, 0x115F, 0xFE0F, 0x034F, 0xFFF9, 0xE0041, 0x200D, 0xE0100]


def test_all_of_unicode() -> None:
    assert len(IGNORABLE) == 4174
    assert [hex(each) for each in IGNORABLE if without_unseen(f"甲{chr(each)}线") != "甲线"] == []
    marks = (chr(each) for each in range(0x110000) if unicodedata.category(chr(each)) == "Cf")
    assert not [each for each in (*map(chr, IGNORABLE), *marks) if not first_unseen(f"甲{each}", joiners=True)]


@pytest.mark.parametrize("text", ["👨\u200d👩", "क्\u200dष", "می\u200cخواهم", "10kV甲线", "a\u00a0b", "\u3000甲"])
def test_what_is_seen_stays(text: str) -> None:
    assert without_unseen(text) == text


@pytest.mark.parametrize("point", FEW)
def test_tables(tmp_path: Path, point: int) -> None:
    char = chr(point)
    found = read(write(tmp_path / "a", {"Customer.csv": f"id,name\nC{char}1,医{char}院\n"}))
    assert [(each.id, each.name) for each in found.entities.values()] == [("C1", "医院")]
    assert sum("nobody sees" in each.reason for each in found.report.findings) == 2


@pytest.mark.parametrize("point", FEW)
def test_models(tmp_path: Path, point: int) -> None:
    node = {"id": 1, "u_rated": 400.0, "name": f"母{chr(point)}线"}
    model = {"version": "1.0", "type": "input", "is_batch": False, "attributes": {}, "data": {"node": [node]}}
    (tmp_path / "m.json").write_text(json.dumps(model), encoding="utf-8")
    reading = Reading()
    batches = PowerGridModelSource([tmp_path / "m.json"]).batches(reading)
    assert "母线" in {each.name for batch in batches for each in batch.entities}
    assert any("nobody sees" in each.reason for each in reading.report.findings)


@pytest.mark.parametrize("point", FEW)
def test_ids_and_terminals(point: int) -> None:
    with pytest.raises(ValidationError, match="nobody sees"):
        ConnectivityNode(id=f"N{chr(point)}1", name="n")
    assert visible(f"甲{chr(point)}") == f"甲\\u{point:04x}"
