"""Names that would steer a terminal, in every format that may hold them: shown written out, never as they are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Shell
from tests.loaders.pandapower_text import frame

EVIL = "A\x1b[31m\x9b2J\u202eB\x07"
CIRCUIT = f"""New Circuit.c
New Line.{EVIL} bus1=sourcebus bus2=b
New Line.x{EVIL} bus1=sourcebus
{EVIL} y
New {EVIL}.z a=1
"""
GRID = {
    "node": [{"id": 1, "u_rated": 400.0, "name": EVIL}],
    "source": [{"id": 2, "node": 1, "status": 1, "name": EVIL}],
    "line": [{"id": 3, "from_node": EVIL, "to_node": 9}],
    EVIL: [{"id": 7}],
}
NET = {
    "bus": frame([{"name": EVIL, "vn_kv": 10.0, "in_service": True}]),
    "ext_grid": frame([{"name": EVIL, "bus": 0, "in_service": True}]),
    "load": frame([{"name": EVIL, "bus": EVIL, "p_mw": 1.0}]),
    EVIL: frame([{"a": 1}]),
}
FILES = {
    "m.dss": CIRCUIT,
    "g.json": json.dumps({"version": "1.0", "type": "input", "is_batch": False, "attributes": {}, "data": GRID}),
    "p.json": json.dumps({"_module": "pandapower.auxiliary", "_class": "pandapowerNet", "_object": NET}),
}


@pytest.mark.parametrize("name", FILES)
def test_nothing_of_a_name_reaches_the_terminal_as_it_is(tmp_path: Path, name: str) -> None:
    shell = Shell(tmp_path)
    (tmp_path / name).write_text(FILES[name], encoding="utf-8")
    told = shell("load", str(tmp_path / name), "--rejects", str(tmp_path / "rejects.csv")).output
    told += shell("search", "A").output + shell("export", "cim", str(tmp_path / "set.zip")).output
    assert "\\u001b[31m" in told
    assert not {"\x1b", "\x9b", "\u202e", "\x07"} & set(told)
