"""Supplies that customer lists name by their feeders: 主供线路, 备供线路, 供电电源1."""

from __future__ import annotations

from pathlib import Path

import pytest

from loaders.source import Reading
from schema.customer import ReceivingPoint, SupplySource
from schema.registry import EntityKind
from schema.relationships import RelationshipKind
from tests.loaders.tables import Read, read, write

FEEDERS = "线路名称\n滨江一线\n滨江二线\n城东一线\n"


def of(tmp_path: Path, customers: str, reading: Reading | None = None, **more: str) -> Read:
    return read(write(tmp_path / "a", {"线路.csv": FEEDERS, "客户.csv": customers} | more), reading=reading)


def supplies(found: Read) -> dict[str, list[str]]:
    """Supplies of each customer as "role feeder", in their order."""
    ends = {(each.kind.value, each.source): each.target for each in found.relationships}
    told: dict[str, list[str]] = {}
    for link in found.relationships:
        if link.kind is RelationshipKind.FED_BY:
            owner = next(each.source for each in found.relationships if each.target == link.source)
            supply = found.entities[link.target]
            assert isinstance(supply, SupplySource)
            feeder = ends["FROM_FEEDER", link.target].rpartition(":")[2]
            told.setdefault(owner, []).append(f"{supply.role.value} {feeder}")
    return told


def reasons(found: Read) -> dict[str, str]:
    return {
        each.value: str(each.reason) for each in found.report.findings if each.dropped or "taken for" in each.reason
    }


def test_a_customer_list_says_what_feeds_each(tmp_path: Path) -> None:
    found = of(
        tmp_path,
        "户号,户名,主供线路,备供线路,保安电源,用电负荷(MW),供电电压\n"
        "K1,医院,滨江一线,滨江二线,城东一线,1.2,10kV\nK2,水厂,滨江一线,/,,,\nK3,一中,,,,300,10\n",
    )
    assert supplies(found) == {
        "K1": ["MAIN 滨江一线", "STANDBY 滨江二线", "SECURITY 城东一线"],
        "K2": ["MAIN 滨江一线"],
    }
    points = [each for each in found.entities.values() if isinstance(each, ReceivingPoint)]
    assert [(each.name, each.load_kw, each.nominal_kv) for each in points] == [
        ("医院受电点", 1200, 10),
        ("水厂受电点", None, None),
    ]
    assert {"医院 主供电源（滨江一线）", "医院 备用电源（滨江二线）"} <= {each.name for each in found.entities.values()}
    account = next(each for each in found.report.accounts if each.file == "客户.csv")
    assert account.read_as["主供线路"] == "SUPPLY_SOURCE (MAIN)"
    assert account.read_as["用电负荷(MW)"] == "RECEIVING_POINT (load_kw)"
    assert not account.unread
    assert {EntityKind.RECEIVING_POINT, EntityKind.SUPPLY_SOURCE} <= found.source.covers()


@pytest.mark.parametrize(
    ("heads", "roles"),
    [
        ("供电电源1,供电电源2", ["MAIN", "STANDBY"]),
        ("线路一,线路二", ["MAIN", "STANDBY"]),
        ("第一电源,第二电源", ["MAIN", "STANDBY"]),
        ("主供,备供", ["MAIN", "STANDBY"]),
        ("主供电源（必填）,备用电源", ["MAIN", "STANDBY"]),
        ("所属线路,备用线路", ["MAIN", "STANDBY"]),
        ("保安电源,常用电源", ["SECURITY", "MAIN"]),
    ],
)
def test_heads_of_supplies(tmp_path: Path, heads: str, roles: list[str]) -> None:
    found = of(tmp_path, f"户号,户名,{heads}\nK1,医院,滨江一线,滨江二线\n")
    assert supplies(found) == {"K1": [f"{roles[0]} 滨江一线", f"{roles[1]} 滨江二线"]}


def test_several_in_one_cell_and_names_with_station_and_voltage(tmp_path: Path) -> None:
    found = of(tmp_path, "户号,户名,供电线路\nK1,医院,滨江一线、滨江二线\nK2,水厂,110kV城东变10kV滨江一线\n")
    assert supplies(found) == {"K1": ["MAIN 滨江一线", "STANDBY 滨江二线"], "K2": ["MAIN 滨江一线"]}
    assert reasons(found) == {"110kV城东变10kV滨江一线": "110kV城东变10kV滨江一线 is taken for the feeder 滨江一线"}


def test_what_is_called_like_no_feeder_makes_no_supply(tmp_path: Path) -> None:
    twice = {"线路.csv": "线路编号,线路名称\nF1,滨江一线\nF2,滨江一线\nF3,滨江二线\n"}
    customers = "户号,户名,主供线路,备用电源,负荷\nK1,医院,滨江二线,发电机,-5\nK2,水厂,滨江一线,,十\nK3,一中,,无,\n"
    found = of(tmp_path, customers, None, **twice)
    assert supplies(found) == {"K1": ["MAIN F3"]}
    assert reasons(found) == {
        "发电机": "no feeder is called 发电机: no supply is made of it",
        "滨江一线": "several feeders are called 滨江一线, F1, F2: no supply is made of it",
        "-5": "is below zero",
        "十": "is no number",
    }


def test_where_points_or_supplies_are_recorded_the_list_makes_none(tmp_path: Path) -> None:
    customers = "户号,户名,主供线路\nK1,医院,滨江一线\nK2,水厂,滨江一线\n"
    table = of(tmp_path, customers, None, **{"受电点.csv": "标识\nR1\n"})
    assert not supplies(table)
    assert next(each for each in table.report.accounts if each.file == "客户.csv").unread == ("主供线路",)
    own = of(tmp_path, "户号,受电点,主供线路\nK1,R1,滨江一线\n", None, **{"受电点.csv": "标识\nR1\n"})
    assert not supplies(own)
    linked = {"K1": ["R9"], "K2": ["RECEIVING_POINT:a:K2"]}
    (tmp_path / "a" / "受电点.csv").unlink()
    graph = Reading(linked=lambda ident, kind: linked.get(ident, []) if kind == "HAS_RECEIVING_POINT" else [])
    found = of(tmp_path, customers, graph)
    assert supplies(found) == {"K2": ["MAIN 滨江一线"]}
    assert "a receiving point already, R9" in reasons(found)["滨江一线"]
    assert "R9" in found.kept


def test_a_rejected_row_makes_none_and_keeps_its_own_and_a_repeated_one_adds_what_it_names(tmp_path: Path) -> None:
    rows = (
        "K1,医院,滨江一线,800\nK1,医院,滨江一线,800\nK1,别的,滨江二线,800\nK1,医院,城东一线,800\nK2,水厂,滨江一线,十\n"
    )
    found = of(tmp_path, f"户号,户名,主供线路,合同容量\n{rows}")
    assert supplies(found) == {"K1": ["MAIN 滨江一线", "STANDBY 城东一线"]}
    assert {"RECEIVING_POINT:a:K2", "SUPPLY_SOURCE:a:K2:1"} <= found.kept


@pytest.mark.parametrize(
    "written",
    ["甲线", "10KV甲线", "10千伏甲线", "１０ｋＶ甲线", "911甲线", "甲线（911）", "911线", "城东变甲线", "10kV 甲线"],
)
def test_a_feeder_is_found_however_it_is_written(tmp_path: Path, written: str) -> None:
    feeders = {"线路.csv": "编号,线路名称\n911,10kV甲线\n912,10kV乙线\n"}
    found = of(tmp_path, f"户号,户名,主供线路\nK1,医院,{written}\n", None, **feeders)
    assert supplies(found) == {"K1": ["MAIN 911"]}


@pytest.mark.parametrize("written", ["35kV甲线", "912甲线", "丙线", "甲", "甲二线"])
def test_another_line_is_not_taken_for_it(tmp_path: Path, written: str) -> None:
    feeders = {"线路.csv": "编号,线路名称\n911,10kV甲线\n912,10kV乙线\n"}
    assert supplies(of(tmp_path, f"户号,户名,主供线路\nK1,医院,{written}\n", None, **feeders)) == {}


def test_two_lines_of_one_name_are_told_and_neither_is_guessed(tmp_path: Path) -> None:
    feeders = {"线路.csv": "编号,线路名称\n911,10kV甲线\n921,甲线\n"}
    found = of(tmp_path, "户号,户名,主供线路\nK1,医院,10千伏甲线\nK2,水厂,921甲线\n", None, **feeders)
    assert supplies(found) == {"K2": ["MAIN 921"]}
    assert reasons(found)["10千伏甲线"] == "several feeders are called 10千伏甲线, 911, 921: no supply is made of it"


@pytest.mark.parametrize(
    "cell",
    [
        "滨江一线和滨江二线",
        "滨江一线 滨江二线",
        "滨江一线与滨江二线",
        "滨江一线、滨江二线",
        "滨江一线（主） 滨江二线（备）",
    ],
)
def test_two_lines_in_the_cell_of_the_main_supply_are_two_supplies(tmp_path: Path, cell: str) -> None:
    """A customer with a second line is degraded, not lost, when the first one fails."""
    found = of(tmp_path, f"户号,户名,主供线路\nK1, 医院 ,{cell}\n")
    assert supplies(found) == {"K1": ["MAIN 滨江一线", "STANDBY 滨江二线"]}
    assert {"医院", "医院受电点"} <= {each.name for each in found.entities.values()}, "without the blanks of the cell"


@pytest.mark.parametrize("cell", ["和平一线", "10kV 滨江一线", "滨江一线 101"])
def test_a_name_with_a_word_or_blank_in_it_stays_one(tmp_path: Path, cell: str) -> None:
    named = {"10kV 滨江一线": "滨江一线", "滨江一线 101": "滨江一线 101"}.get(cell, cell)
    files = {"线路.csv": f"线路名称\n{named}\n滨江三线\n"}
    found = of(tmp_path, f"户号,户名,主供线路\nK1,医院,{cell}\n", **files)
    assert [len(each) for each in supplies(found).values()] == [1]
