"""What pandapower's tables become, without pandapower: drawn rows in, equipment, rejects and findings out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from loaders.pandapower_json import PandapowerSource
from loaders.source import Reading
from schema.errors import LoadError
from schema.vocabulary import Construction, GenerationType, SwitchPosition
from tests.loaders.pandapower_text import ReadNet, frame, net, read, tables

# ext_grid - bus 0 - line 0 - bus 1 - line 1 - bus 2
LINE = """
    bus vn_kv=10.0 type=b in_service=true name=B0
    bus vn_kv=10.0 type=n in_service=true name=null
    bus vn_kv=10.0 type=n in_service=true
    ext_grid bus=0 in_service=true
    line from_bus=0 to_bus=1 length_km=1.5 max_i_ka=0.4 parallel=2 type=ol in_service=true
    line from_bus=1 to_bus=2 length_km=0.5 max_i_ka=0.2 parallel=1 type=cs in_service=true
"""


def test_a_line(tmp_path: Path):
    made = read(tmp_path, LINE)
    assert made.live() == {0, 1, 2}
    assert made.kinds() == {
        "busbar:0": "BUSBAR_SECTION", "ext_grid:0": "ENERGY_SOURCE", "line:0": "AC_LINE_SEGMENT",
        "line:1": "AC_LINE_SEGMENT",
    }  # fmt: skip
    line = made.entities["line:0"]
    assert (line.length_m, line.rated_current_a, line.nominal_kv) == (1500, 800, 10)
    assert (line.construction, line.load, line.row) == (Construction.OVERHEAD, 7, 0)
    assert (made.entities["busbar:0"].name, made.entities["line:1"].name) == ("B0", "line:1")
    assert (made.account.rows_read, made.account.taken) == (6, 6)
    assert made.report.findings == []


@pytest.mark.parametrize(
    ("more", "live"),
    [
        ("switch bus=0 element=0 et=l type=CB closed=true", {0, 1, 2}),
        ("switch bus=0 element=0 et=l type=CB closed=false", {0}),
        ("switch bus=0 element=0 et=l type=CB closed=true\nswitch bus=0 element=0 et=l type=DS closed=false", {0}),
        ("switch bus=0 element=0 et=l type=DS closed=false\nswitch bus=0 element=0 et=l type=CB closed=true", {0}),
        ("switch bus=1 element=0 et=l type=CB closed=true\nswitch bus=0 element=0 et=l type=DS closed=false", {0}),
        (
            "switch bus=1 element=1 et=l type=LBS closed=false\nswitch bus=2 element=0 et=b type=CB closed=true",
            {0, 1, 2},
        ),
        ("switch bus=9 element=0 et=l type=CB closed=false", {0, 1, 2}),
        ("switch bus=2 element=0 et=l type=CB closed=false", {0}),
    ],
)
def test_switches(tmp_path: Path, more: str, live: set[int]):
    assert read(tmp_path, f"{LINE}\n{more}").live() == live


@pytest.mark.parametrize("table", ["impedance", "tcsc", "dcline"])
def test_what_conducts_like_a_line(tmp_path: Path, table: str):
    made = read(tmp_path, f"{LINE}\nbus vn_kv=10.0 in_service=true\n{table} from_bus=2 to_bus=3 in_service=true")
    assert made.live() == {0, 1, 2, 3}
    assert made.entities[f"{table}:0"].note == f"pandapower {table}"
    out = read(tmp_path, f"{LINE}\nbus vn_kv=10.0 in_service=true\n{table} from_bus=2 to_bus=3 in_service=false")
    assert out.live() == {0, 1, 2}


def test_a_bus_out_of_service_conducts_nothing(tmp_path: Path):
    made = read(tmp_path, LINE.replace("type=n in_service=true name=null", "type=n in_service=false"))
    assert made.live() == {0}
    assert made.entities["busbar:1"].in_service is False


def test_transformers(tmp_path: Path):
    made = read(tmp_path, """
        bus vn_kv=110.0 in_service=true
        bus vn_kv=20.0 in_service=true
        bus vn_kv=10.0 in_service=true
        ext_grid bus=0 in_service=true
        trafo hv_bus=0 lv_bus=1 sn_mva=25.0 vn_hv_kv=110.0 vn_lv_kv=21.0 parallel=2 in_service=true
        trafo3w hv_bus=0 mv_bus=1 lv_bus=2 sn_hv_mva=40.0 vn_hv_kv=110.0 vn_mv_kv=20.0 vn_lv_kv=10.5 in_service=true
        switch bus=0 element=0 et=t type=CB closed=false
        switch bus=1 element=0 et=t3 type=CB closed=false
    """)  # fmt: skip
    two, three = made.entities["trafo:0"], made.entities["trafo3w:0"]
    assert (two.rated_kva, two.nominal_kv, two.secondary_kv) == (50_000, 110, 21)
    assert (three.rated_kva, three.nominal_kv, three.secondary_kv) == (40_000, 110, 10.5)
    assert made.live() == {0, 2}


def test_loads_and_generation_with_their_signs(tmp_path: Path):
    made = read(tmp_path, LINE + """
        load bus=1 p_mw=0.1 scaling=0.5 in_service=true
        load bus=1 p_mw=-0.2 scaling=1.0 in_service=true
        asymmetric_load bus=1 p_a_mw=0.1 p_b_mw=0.2 p_c_mw=0.3 scaling=1.0 in_service=true
        motor bus=1 pn_mech_mw=0.1 loading_percent=50.0 efficiency_percent=80.0 scaling=1.0 in_service=true
        ward bus=1 ps_mw=0.1 pz_mw=0.02 in_service=true
        xward bus=1 ps_mw=0.3 pz_mw=0.0 in_service=false
        sgen bus=2 p_mw=0.4 scaling=1.0 in_service=true
        sgen bus=2 p_mw=-0.4 scaling=1.0 in_service=true
        asymmetric_sgen bus=2 p_a_mw=0.1 p_b_mw=0.0 p_c_mw=0.0 scaling=1.0 in_service=true
        storage bus=2 p_mw=-0.3 scaling=1.0 in_service=true
        gen bus=2 p_mw=1.0 slack=false in_service=true
        shunt bus=2 in_service=true
        svc bus=2 in_service=true
        vsc bus=2 control_mode_ac=vm_pu in_service=true
    """)  # fmt: skip
    kw = {key: entity.kw for key, entity in made.entities.items() if hasattr(entity, "kw")}
    assert kw == {
        "load:0": 50, "load:1": -200, "asymmetric_load:0": 600, "motor:0": 62.5, "ward:0": 120, "xward:0": 300,
        "sgen:0": 400, "sgen:1": 400, "asymmetric_sgen:0": 100, "storage:0": 300, "gen:0": 1000, "vsc:0": None,
    }  # fmt: skip
    kinds = made.kinds()
    assert {kinds[key] for key in kw if key.split(":")[0] in ("load", "asymmetric_load", "motor", "ward", "xward")} == {
        "ENERGY_CONSUMER"
    }
    assert (kinds["sgen:1"], kinds["shunt:0"], kinds["svc:0"]) == (
        "ENERGY_CONSUMER",
        "SHUNT_COMPENSATOR",
        "SHUNT_COMPENSATOR",
    )
    assert made.entities["storage:0"].generation_type is GenerationType.BATTERY
    assert made.entities["xward:0"].in_service is False
    assert [("it feeds in" in each.reason, "takes power" in each.reason) for each in made.report.findings] == [
        (True, False),
        (False, True),
    ]


@pytest.mark.parametrize(
    ("source", "live"),
    [
        ("gen bus=0 p_mw=1.0 slack=true in_service=true", {0, 1, 2}),
        ("gen bus=0 p_mw=1.0 slack=false in_service=true", set()),
        ("vsc bus=0 control_mode_ac=slack in_service=true", {0, 1, 2}),
        ("ext_grid bus=0 in_service=false", set()),
    ],
)
def test_sources(tmp_path: Path, source: str, live: set[int]):
    made = read(tmp_path, LINE.replace("ext_grid bus=0 in_service=true", source))
    assert made.live() == live
    assert any("no external grid" in each.reason for each in made.report.findings) == (not live)


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("load bus=1 p_mw=null scaling=1.0 in_service=true", "p_mw", "not a number"),
        ("load bus=1 p_mw=NaN scaling=1.0 in_service=true", "p_mw", "not a number"),
        ("load bus=1 p_mw=Infinity scaling=1.0 in_service=true", "p_mw", "not a number"),
        ("load bus=1 p_mw=0.1 scaling=null in_service=true", "scaling", "not a number"),
        ("load bus=9 p_mw=0.1 scaling=1.0 in_service=true", "bus", "no bus of the file"),
        ("load bus=null p_mw=0.1 scaling=1.0 in_service=true", "bus", "no bus of the file"),
        ("line from_bus=1 to_bus=9 length_km=1.0 in_service=true", "to_bus", "no bus of the file"),
        ("switch bus=0 element=9 et=l type=CB closed=true", "element", "a line that is not in the file"),
        ("switch bus=0 element=9 et=b type=CB closed=true", "element", "no bus of the file"),
        ("switch bus=9 element=0 et=l type=CB closed=true", "bus", "no bus of the file"),
        ("switch bus=0 element=0 et=x type=CB closed=true", "et", "stands at something"),
    ],
)
def test_rows_that_cannot_be_taken(tmp_path: Path, row: str, column: str, reason: str):
    made = read(tmp_path, f"{LINE}\n{row}")
    (reject,) = made.report.rejects
    assert (reject.column, made.account.rejected, made.account.taken) == (column, 1, 6)
    assert reason in reject.reason
    assert reject.remedy
    assert made.live() == {0, 1, 2}


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("switch bus=0 element=1 et=b type=null closed=false", "clears no fault"),
        ("switch bus=0 element=1 et=b type=relay closed=false", "clears no fault"),
        ("switch bus=0 element=1 et=b type=CB closed=null", "not said whether it is closed"),
        ("switch bus=2 element=0 et=l type=CB closed=true", "does not end at this bus"),
        ("line from_bus=0 to_bus=1 length_km=-1.0 in_service=true", "left empty"),
        ("bus vn_kv=null in_service=true", "no voltage"),
        ("load bus=1 p_mw=0.1 in_service=null", "not said whether it is in service"),
    ],
)
def test_rows_that_are_taken_with_a_finding(tmp_path: Path, row: str, words: str):
    made = read(tmp_path, f"{LINE}\n{row}")
    assert made.report.rejects == []
    assert [words in each.reason for each in made.report.findings] == [True]


def test_kinds_of_switches(tmp_path: Path):
    rows = "\n".join(
        f"switch bus=0 element=1 et=b type={kind} closed=true" for kind in ("CB", "DS", "LBS", "LS", "fuse", "?")
    )
    kinds = read(tmp_path, f"{LINE}\n{rows}\nswitch bus=0 element=1 et=b type=CB closed=null").kinds()
    assert [kinds[f"switch:{index}"] for index in range(6)] == [
        "BREAKER", "DISCONNECTOR", "LOAD_BREAK_SWITCH", "LOAD_BREAK_SWITCH", "FUSE", "DISCONNECTOR",
    ]  # fmt: skip
    unknown = read(tmp_path, f"{LINE}\nswitch bus=0 element=1 et=b type=CB closed=null").entities["switch:0"]
    assert unknown.normal_position is SwitchPosition.UNKNOWN


def test_every_table_is_in_the_account(tmp_path: Path):
    made = read(
        tmp_path,
        LINE + "res_bus vm_pu=1.0\npoly_cost element=0\nbus_dc vn_kv=100.0\nline_dc from_bus_dc=0\nmystery a=1",
        std_types={"line": {}},
        name="net",
        danger={"_module": "os", "_class": "system", "_object": "touch /tmp/never"},
    )
    assert dict(made.account.left_out) == {
        "results of calculations": 1, "poly_cost has no part in supply": 1, "bus_dc is not modelled": 1,
        "line_dc is not modelled": 1, "mystery is not modelled": 1,
    }  # fmt: skip


PLACED = """
    bus vn_kv=10.0 in_service=true geo={}
    bus vn_kv=10.0 in_service=true geo={}
    ext_grid bus=0 in_service=true
    line from_bus=0 to_bus=1 length_km=1.2 in_service=true
"""


def placed(folder: Path, *pairs: tuple[float, float], length: float = 1.2) -> ReadNet:
    points = [json.dumps(json.dumps({"coordinates": pair, "type": "Point"}).replace(" ", "")) for pair in pairs]
    return read(folder, PLACED.format(*points).replace("=1.2", f"={length}"))


def test_places_on_earth(tmp_path: Path):
    made = placed(tmp_path, (121.51, 31.22), (121.52, 31.22))
    line, source = made.entities["line:0"], made.entities["ext_grid:0"]
    assert (line.longitude, line.latitude, line.end_longitude) == (121.51, 31.22, 121.52)
    assert (source.longitude, source.latitude) == (121.51, 31.22)


@pytest.mark.parametrize(
    ("pairs", "length", "words"),
    [
        (((3.0, 7.0), (4.0, 7.5)), 100.0, "whole and half steps"),
        (((3.1, 7.2), (4.1, 7.6)), 1.0, "do not fit the lengths"),
        (((3512345.5, 5412345.1), (3512346.5, 5412345.2)), 1.0, "no longitudes"),
        (((3.1, 7.2), (4.1, 7.6)), 0.0, "No line shows"),
    ],
)
def test_drawings_are_no_places(tmp_path: Path, pairs: Any, length: float, words: str):
    made = placed(tmp_path, *pairs, length=length)
    assert made.entities["line:0"].longitude is None
    assert [words in each.reason for each in made.report.findings] == [True]


def test_places_of_older_files(tmp_path: Path):
    made = read(tmp_path, LINE + "bus_geodata x=121.51 y=31.22\nbus_geodata x=121.52 y=31.22\nbus_geodata x=null y=1")
    assert made.entities["line:0"].end_longitude == 121.52
    assert read(tmp_path, LINE.replace("name=B0", "geo=[]")).entities["line:0"].longitude is None
    assert read(tmp_path, LINE.replace("name=B0", "geo={broken")).entities["line:0"].longitude is None


@pytest.mark.parametrize("orient", ["columns", "index", "bare"])
def test_other_ways_to_write_a_table(tmp_path: Path, orient: str):
    content: dict[str, Any] = {}
    for name, rows in tables(LINE).items():
        by_row = {str(index): row for index, row in enumerate(rows)}
        columns = dict.fromkeys(key for row in rows for key in row)
        by_column = {column: {index: row.get(column) for index, row in by_row.items()} for column in columns}
        written = by_row if orient == "index" else by_column
        content[name] = written if orient == "bare" else frame([]) | {"_object": json.dumps(written), "orient": orient}
    path = tmp_path / "net.json"
    path.write_text(json.dumps(content if orient == "bare" else {"_class": "pandapowerNet", "_object": content}))
    assert ReadNet(path).live() == {0, 1, 2}


def test_indexes_that_are_no_numbers_or_stand_twice(tmp_path: Path):
    whole = net(LINE + "load bus=1 p_mw=0.1\nload bus=1 p_mw=0.1\nload bus=1 p_mw=0.1\nmystery a=1\nmystery a=2")
    for name, indexes in (("load", [0, 0, "first"]), ("mystery", [1, 1])):
        part = whole["_object"][name]
        part["_object"] = json.dumps(json.loads(part["_object"]) | {"index": indexes})
    path = tmp_path / "net.json"
    path.write_text(json.dumps(whole))
    made = ReadNet(path)
    assert (made.account.rows_read, made.account.taken, made.account.rejected) == (9, 7, 2)
    assert [each.value for each in made.report.rejects] == ["0", "first"]


@pytest.mark.parametrize(
    "content",
    [
        "", "{", "[1]", "{}", "null", '{"bus": 3}', "[" * 100_000, '{"_class": "pandapowerNet", "_object": "{"}',
        '{"_class": "pandapowerNet", "_object": {"bus": {"_class": "DataFrame", "_object": "no"}}}',
        '{"_class": "system", "_module": "os", "_object": "touch /tmp/never"}', "gAAAAABencrypted",
        json.dumps(net("")), json.dumps(net("load bus=1")),
        '{"bus": {"columns": ["a"], "index": [0], "data": [[1, 2]]}}',
        '{"bus": {"columns": ["a"], "index": [0], "data": [7]}}',
    ],
)  # fmt: skip
def test_what_is_no_network(tmp_path: Path, content: str):
    path = tmp_path / "net.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(LoadError, match=r"net\.json"):
        list(PandapowerSource([path]).batches(Reading()))


def test_bytes_that_are_no_text_and_files_that_are_not_there(tmp_path: Path):
    (tmp_path / "net.json").write_bytes(b"\xff\xfe{")
    for name in ("net.json", "gone.json"):
        with pytest.raises(LoadError, match=name):
            list(PandapowerSource([tmp_path / name]).batches(Reading()))


def test_a_name_of_the_system_that_leaves_no_room_for_ids(tmp_path: Path):
    with pytest.raises(LoadError, match="shorter --system"):
        PandapowerSource([tmp_path / "net.json"], "临" * 30)


def test_a_name_that_cannot_be(tmp_path: Path):
    made = read(tmp_path, LINE.replace("name=B0", 'name="\\ud800"'))
    assert [each.column for each in made.report.rejects] in ([], ["name"])


def test_two_networks_are_two_loads(tmp_path: Path):
    with pytest.raises(LoadError, match="one at a time"):
        PandapowerSource([tmp_path / "a.json", tmp_path / "b.json"])
