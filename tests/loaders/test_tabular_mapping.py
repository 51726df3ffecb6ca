"""Mapping files: what the rows of another system's tables stand for."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from graph_api.errors import LoadError
from loaders.tabular import TabularSource
from schema.grid import ACLineSegment, Substation
from schema.registry import EntityKind
from schema.vocabulary import CustomerStatus
from tests.loaders.tables import Read, read, write

MAPPING = """
system: ledger
tables:
  lines:
    file: "line*.csv"
    blank: {TO: ["0"]}
    make:
      - kind: ACLineSegment
        id: "L:{NO}"
        fields:
          name: {template: "line {NO} of {CITY}"}
          length_m: {column: KM, factor: 1000}
          construction: {column: TYPE, codes: {1: OVERHEAD, 2: CABLE, 9: null}}
          in_service: {constant: false}
          conductor: {column: WIRE, lookup: {table: types, key: CODE, by: WIRE_NO}}
        links: {connects_1: "N:{FROM}", connects_2: "N:{TO}"}
      - {kind: ConnectivityNode, id: "N:{FROM}", shared: true}
      - {kind: ConnectivityNode, id: "N:{TO}", shared: true}
  types:
    file: types.csv
  switches:
    file: switches.csv
    optional: true
    where: {STATE: [in use]}
    left_out: not in use
    make:
      - kind: {column: T, codes: {b: Breaker, f: Fuse}}
        id: "S:{NO}"
        when: {T: [b, f, x]}
  customers:
    file: customers.csv
    optional: true
    distinct_by: NO
    make:
      - kind: Customer
        id: "C:{NO}{occurrence}"
        fields: {status: {column: S, codes: {1: ACTIVE, 0: INACTIVE}}}
"""
LINES = "NO,FROM,TO,KM,TYPE,WIRE_NO,CITY\n"
TYPES = "CODE,WIRE\n7,LGJ-120\n"


def load(folder: Path, files: dict[str, str | bytes], mapping: str = MAPPING) -> Read:
    path = folder / "ledger.yaml"
    path.write_text(dedent(mapping), encoding="utf-8")
    return read(write(folder / "data", {"lines.csv": LINES, "types.csv": TYPES} | files), str(path))


def test_entities_nodes_values_and_lookups(tmp_path: Path) -> None:
    rows = LINES + "1,a,b,0.5,2,7,X\n2,b,0,1,9,8,\n"
    found = load(tmp_path, {"lines.csv": rows})
    assert found.links == {"L:1 CONNECTS1 N:a", "L:1 CONNECTS2 N:b", "L:2 CONNECTS1 N:b"}
    line = found.entities["L:1"]
    assert isinstance(line, ACLineSegment)
    assert (line.name, line.length_m, line.in_service, line.conductor) == ("line 1 of X", 500, False, "LGJ-120")
    assert line.construction == "CABLE"
    assert found.entities["L:2"].name == ""
    assert found.source.system == "ledger"
    assert found.source.mapping == "ledger.yaml"
    assert EntityKind.AC_LINE_SEGMENT in found.source.covers()
    assert found.report.accounts[1].left_out
    assert [account.unread for account in found.report.accounts] == [(), ()]


def test_columns_that_the_mapping_does_not_read_are_named(tmp_path: Path) -> None:
    rows = "NO,FROM,TO,KM,TYPE,WIRE_NO,CITY,COLOUR\n1,a,b,0.5,2,7,X,red\n"
    found = load(tmp_path, {"lines.csv": rows, "types.csv": "CODE,WIRE,MAKER\n7,LGJ-120,Z\n"})
    assert [account.unread for account in found.report.accounts] == [("COLOUR",), ("MAKER",)]


def test_bad_rows_are_rejected_with_their_column(tmp_path: Path) -> None:
    rows = (
        LINES
        + "1,a,b,-1,1,7,X\n2,a,b,1,5,7,X\n3,a,b,much,1,7,X\n,,,1,1,7,X\n5,a,b,1,1,7,X\n5,a,b,1,1,7,X\n5,a,b,2,1,7,X\n"
    )
    found = load(tmp_path, {"lines.csv": rows})
    assert found.rejected[:3] == [(2, "KM", "-1"), (3, "TYPE", "5"), (4, "KM", "much")]
    account = found.report.accounts[0]
    assert (account.rows_read, account.taken, account.duplicates, account.rejected) == (7, 1, 1, 5)
    assert {"L:1", "L:2", "L:3"} <= found.kept


def test_a_line_between_one_and_the_same_node_makes_it_once(tmp_path: Path) -> None:
    found = load(tmp_path, {"lines.csv": LINES + "1,a,a,1,1,7,X\n2,a\n"})
    assert set(found.entities) == {"L:1", "N:a"}
    assert "L:2" in found.kept


def test_a_row_that_makes_one_id_twice_is_rejected(tmp_path: Path) -> None:
    mapping = """
    system: s
    tables:
      teams:
        file: teams.csv
        make: [{kind: Team, id: "{A}"}, {kind: Team, id: "{B}"}]
    """
    (tmp_path / "m.yaml").write_text(dedent(mapping))
    found = read(write(tmp_path / "data", {"teams.csv": "A,B\nx,x\ny,z\n"}), str(tmp_path / "m.yaml"))
    assert set(found.entities) == {"y", "z"}
    assert found.kept == {"x"}
    assert found.rejected == [(2, "id", "x")]


def test_kind_by_code_and_rows_left_out(tmp_path: Path) -> None:
    switches = "NO,T,STATE\n1,b,in use\n2,f,in use\n3,b,scrapped\n4,x,in use\n"
    found = load(tmp_path, {"switches.csv": switches})
    assert {name: type(entity).__name__ for name, entity in found.entities.items()} == {"S:1": "Breaker", "S:2": "Fuse"}
    account = found.report.accounts[-1]
    assert (account.rows_read, account.taken, account.rejected) == (3, 2, 1)
    assert account.left_out == {"not in use": 1}


def test_repeated_keys_that_are_records_of_their_own(tmp_path: Path) -> None:
    found = load(tmp_path, {"customers.csv": "NO,S\n1,1\n1,0\n1,0\n"})
    assert set(found.entities) == {"C:1", "C:1~2", "C:1~3"}
    assert found.entities["C:1~2"].status is CustomerStatus.INACTIVE  # type: ignore[attr-defined]
    assert "2 rows repeat a key" in found.report.findings[-1].reason


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("kind: ACLineSegment", "kind: LineSegment"), "line 8: .*no kind of entity. Did you mean ACLineSegment"),
        (("length_m:", "length:"), "line 12: .*no field 'length'. Did you mean length_m"),
        (("connects_1: ", "conects_1: "), "line 16: .*no relationship 'conects_1'"),
        (("factor: 1000", "facter: 1000"), "line 12: .*Did you mean factor"),
        (("system: ledger", "system: [1]"), "line 2: system"),
        (("{column: KM", "{column: KMS"), "no column KMS.*Did you mean KM"),
        (("table: types", "table: type"), "table type, which is not there. Did you mean types"),
        (("file: types.csv", "file: typ.csv"), "types.csv is no table of the mapping"),
        (("tables:", "tables: ["), "no YAML"),
    ],
)
def test_mistakes_in_a_mapping_are_named(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    with pytest.raises(LoadError, match=said):
        load(tmp_path, {}, MAPPING.replace(*change, 1))


def test_missing_table_and_unknown_mapping(tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text(dedent(MAPPING))
    folder = write(tmp_path / "data", {"lines.csv": LINES})
    with pytest.raises(LoadError, match=r"needs a table types\.csv"):
        TabularSource.open(folder, str(tmp_path / "m.yaml"))
    with pytest.raises(LoadError, match="give plain, bdgd"):
        TabularSource.open(folder, "nowhere")
    (tmp_path / "bad.yaml").write_bytes(b"\xff\xfea")
    with pytest.raises(LoadError, match="not UTF-8"):
        TabularSource.open(folder, str(tmp_path / "bad.yaml"))


def test_the_documented_mapping_works(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "docs" / "mapping.md").read_text(encoding="utf-8")
    path = tmp_path / "ledger.yaml"
    path.write_text(text.split("```yaml\n")[1].split("```")[0], encoding="utf-8")
    folder = write(tmp_path / "data", {
        "lines_2026.csv": """
            NO,NAME,FROM_NODE,TO_NODE,KM,TYPE,WIRE_CODE,STATE
            1,one,a,b,0.25,2,7,in use
            2,two,b,0,0.5,1,,in use
            3,three,b,c,1,1,,removed
        """,
        "wires.csv": "CODE,WIRE\n7,YJV22-240\n",
    })  # fmt: skip
    found = read(folder, str(path))
    line = found.entities["LEDGER:1"]
    assert isinstance(line, ACLineSegment)
    assert (line.length_m, line.conductor, line.name) == (250, "YJV22-240", "one (1)")
    assert found.links == {
        "LEDGER:1 CONNECTS1 LEDGER:N:a",
        "LEDGER:1 CONNECTS2 LEDGER:N:b",
        "LEDGER:2 CONNECTS1 LEDGER:N:b",
    }
    assert not found.report.rejects
    assert found.report.accounts[0].left_out == {"not in use": 1}


def test_what_nobody_sees_is_removed_from_texts_and_said(tmp_path: Path) -> None:
    found = load(tmp_path, {"lines.csv": LINES + "1,a,b,0.5,2,7,\u202eX\u202c\n"})
    assert found.entities["L:1"].name == "line 1 of X"
    assert [each.reason.endswith("were removed from texts: 1") for each in found.report.findings] == [True]


def test_a_station_of_several_voltages_is_taken_with_the_highest_as_in_plain_lists(tmp_path: Path) -> None:
    mapping = """
        system: stations
        tables:
          stations:
            file: "stations.csv"
            make:
              - {kind: Substation, id: "S:{NO}", fields: {name: NAME, nominal_kv: LEVEL}}
        """
    path = tmp_path / "stations.yaml"
    path.write_text(dedent(mapping), encoding="utf-8")
    rows = "NO,NAME,LEVEL\n1,滨江变,110/10kV\n2,临江变,220\n"
    found = read(write(tmp_path / "data", {"stations.csv": rows}), str(path))
    levels = [each.nominal_kv for each in found.entities.values() if isinstance(each, Substation)]
    assert levels == [110, 220]
    told = [(each.row, each.column, each.value) for each in found.report.findings]
    assert told == [(2, "LEVEL", "110/10kV")]
