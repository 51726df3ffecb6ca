"""Tables as a newcomer names and heads them: Sheet1, 通讯录, 10kV线路台账."""

from __future__ import annotations

from pathlib import Path

import pytest

from loaders.tabular.writing import Writing
from schema.customer import Customer
from schema.errors import LoadError
from schema.grid import ACLineSegment, Feeder, Substation
from schema.people import Person
from schema.registry import KIND_OF
from tests.loaders.tables import read, write

CHINA = Writing.of("Asia/Shanghai", "CN")


@pytest.mark.parametrize(
    ("head", "row", "kind"),
    [
        ("序号,姓名,部门/班组,职务,手机号码", "1,王建国,抢修班,班长,13900001001", "PERSON"),
        ("序号,线路名称,线路编号,所属变电站", "1,滨江一线,1021,滨江变", "FEEDER"),
        ("站名,电压等级", "滨江变,110kV", "SUBSTATION"),
        ("户号,户名,线路名称", "1001,医院,滨江一线", "CUSTOMER"),
        ("班组,人数", "抢修班,8", "TEAM"),
        ("日期,班次,姓名,开始,结束", "2026-11-26,白班,王建国,8:00,20:00", "SHIFT"),
    ],
)
def test_heads_tell_the_kind_where_the_name_does_not_and_it_is_said(
    tmp_path: Path, head: str, row: str, kind: str
) -> None:
    files = {"Sheet1.csv": f"{head}\n{row}\n"} | ({"人员.csv": "姓名\n王建国\n"} if kind == "SHIFT" else {})
    found = read(write(tmp_path, files), writing=CHINA)
    assert kind in {KIND_OF[type(each)] for each in found.entities.values()}
    assert [each.row for each in found.report.findings if "the table is read as" in each.reason] == [0]
    assert found.source.covers() >= {kind}


def test_a_table_that_neither_name_nor_head_tells_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="is no kind of entity"):
        read(write(tmp_path, {"Sheet1.csv": "甲,乙\n1,2\n"}))


def test_stations_teams_and_feeders_are_known_by_name_where_no_list_has_ids(tmp_path: Path) -> None:
    files = {
        "Sheet1.csv": "线路名称,所属变电站,电压等级,限流值（kA）,架空/电缆\n滨江 一线,滨江变,交流10kV,0.48,混合\n",
        "Sheet2.csv": "站名,电压等级\n滨江变,110\n滨江变,110\n,35\n",
    }
    found = read(write(tmp_path / "g", files))
    feeder, station = found.entities["FEEDER:g:滨江一线"], found.entities["SUBSTATION:g:滨江变"]
    assert isinstance(feeder, Feeder)
    assert isinstance(station, Substation)
    assert (feeder.nominal_kv, feeder.rated_current_a, feeder.construction) == (10, 480, "MIXED")
    assert found.links == {"FEEDER:g:滨江一线 CONTAINED_IN SUBSTATION:g:滨江变"}
    account = next(each for each in found.report.accounts if each.file == "Sheet2.csv")
    assert (account.taken, account.duplicates, account.rejected) == (1, 1, 1)
    assert account.read_as == {"站名": "id, name", "电压等级": "nominal_kv"}


def test_lengths_in_another_size_of_unit_are_converted_exactly(tmp_path: Path) -> None:
    found = read(write(tmp_path, {"线路段.csv": "标识,长度（km）\nL1,5.62\nL2,0.1\nL3,-\nL4,3.2km\n"}))
    lengths = [found.entities[each] for each in ("L1", "L2", "L4")]
    assert [each.length_m for each in lengths if isinstance(each, ACLineSegment)] == [5620, 100, 3200]
    assert not found.rejected


def test_numbers_without_a_day_of_verification_are_told_once(tmp_path: Path) -> None:
    people = "工号,姓名,手机,核实日期\nG1,王建国,13900001001,2026-11-01\nG2,李伟,13900001002,\nG3,孙丽,13900001003,\n"
    found = read(write(tmp_path, {"人员.csv": people}), writing=CHINA)
    [finding] = found.report.findings
    assert (finding.row, "verified them: 2" in finding.reason) == (3, True)


def test_a_phone_list_keeps_its_ids_when_numbers_change(tmp_path: Path) -> None:
    one = read(write(tmp_path / "g", {"人员.csv": "姓名,手机\n王建国,139-0000-1001；13900001009\n"}), writing=CHINA)
    two = read(write(tmp_path / "g", {"人员.csv": "姓名,手机\n王 建国,13900001002\n"}), writing=CHINA)
    assert set(two.entities) < set(one.entities)
    assert "PERSON:g:王建国" in two.entities


def test_namesakes_of_a_phone_list_are_told_apart_by_their_first_number(tmp_path: Path) -> None:
    people = "姓名,手机\n李伟,12900001002 12900001009\n"
    people += "李伟,12900001004/12900001005\n李伟,转801\n陈红（女）,12900001006\n陈红（男）,12900001007\n"
    found = read(write(tmp_path / "g", {"人员.csv": people}), writing=CHINA)
    assert {ident for ident, each in found.entities.items() if isinstance(each, Person)} == {
        "PERSON:g:李伟:12900001002", "PERSON:g:李伟:12900001004", "PERSON:g:李伟",
        "PERSON:g:陈红(女)", "PERSON:g:陈红(男)",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("written", "code"),
    [("一级", "FIRST"), ("二级重要客户", "SECOND"), ("临时", "TEMPORARY"), ("一般用户", "ORDINARY")],
)
def test_a_class_of_importance_under_its_usual_heads_and_words(tmp_path: Path, written: str, code: str) -> None:
    found = read(write(tmp_path, {"用户台账.csv": f"户号,户名,重要性等级\n1,医院,{written}\n"}))
    customer = found.entities["1"]
    assert isinstance(customer, Customer)
    assert customer.importance == code


@pytest.mark.parametrize(
    ("head", "known"),
    [
        ("重要性级别", "重要性等级"),
        ("合同容量数", "合同容量"),
        ("合同容量值(kVA)", "合同容量"),
        ("importence", "importance"),
    ],
)
def test_the_nearest_head_is_named_in_the_language_of_the_table(tmp_path: Path, head: str, known: str) -> None:
    found = read(write(tmp_path / "a", {"客户.csv": f"标识,{head}\nK1,1\n"}))
    assert f"Did you mean {known}?" in next(each.reason for each in found.report.findings if each.column == head)


def test_line_breaks_in_names_and_addresses_are_blanks_and_told_once(tmp_path: Path) -> None:
    rows = 'K1,"滨江\n医院","滨江路 \n1号"\nK2,水厂,"滨江路\r\n2号"\n'
    found = read(write(tmp_path / "a", {"客户.csv": f"户号,户名,用电地址\n{rows}"}))
    assert not found.report.rejects
    assert {each.name for each in found.entities.values()} == {"滨江 医院", "水厂", "滨江路 1号", "滨江路 2号"}
    told = [(each.column, str(each.reason)) for each in found.report.findings if "line breaks" in each.reason]
    said = "line breaks inside of cells (Alt+Enter) were read as blanks: {}"
    assert told == [("户名", said.format(1)), ("用电地址", said.format(2))]


def test_a_day_that_no_year_has_is_told_as_that(tmp_path: Path) -> None:
    rows = "11月31日,周二,8:00,20:00\n11月30日,周一,8:00,20:00\n2-30,周一,8:00,20:00\n"
    head = "日期,星期,开始时间,结束时间,值班人"
    found = read(
        write(tmp_path / "a", {"值班.csv": f"{head}\n{rows}".replace("20:00\n", "20:00,张伟\n")}), writing=CHINA
    )
    assert [str(each.reason) for each in found.report.rejects] == [
        "is no day of the calendar",
        "is a date without its year",
        "is no day of the calendar",
    ]
    assert not any(each.column == "星期" for each in found.report.findings)


def test_a_roster_without_people_says_to_load_the_phone_list_with_it(tmp_path: Path) -> None:
    rows = "2026-11-27,8:00,20:00,张伟\n"
    found = read(write(tmp_path / "a", {"值班.csv": f"日期,开始时间,结束时间,值班人\n{rows}"}), writing=CHINA)
    assert "Load the list of people (通讯录" in found.report.rejects[0].remedy


@pytest.mark.parametrize(
    ("written", "role"), [("主供", "MAIN"), ("备用", "STANDBY"), ("备供电源", "STANDBY"), ("保安", "SECURITY")]
)
def test_what_a_supply_is_in_everyday_words(tmp_path: Path, written: str, role: str) -> None:
    found = read(write(tmp_path / "a", {"供电电源.csv": f"标识,电源性质\nS1,{written}\n"}))
    assert found.entities["S1"].role.value == role
