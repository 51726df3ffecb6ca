"""Rows of one cell between the rows of a list: heads of its parts and notes are no records, and told as left out."""

from __future__ import annotations

from pathlib import Path

import pytest

from loaders.tabular.writing import Writing
from schema.people import Contact
from tests.loaders.tables import Read, read, write

CHINA = Writing.of("Asia/Shanghai", "CN")
PHONES = "姓名,部门,手机\n张伟,运检部,12900000001\n{row}\n王强,,12900000003\n"
CUSTOMERS = "序号,户号,户名,容量\n1,3201,滨江医院,800\n{row}\n2,3202,滨江水厂,400\n"
FEEDERS = "线路名称,电压等级,投运日期\n滨江一线,10,2010\n{row}\n滨江二线,10,2011\n"


def names(found: Read) -> set[str]:
    return {each.name for each in found.entities.values() if each.name}


def told(found: Read) -> list[tuple[int, str, str]]:
    return [
        (each.row, each.value, str(each.reason)) for each in found.report.findings if "alone in its row" in each.reason
    ]


@pytest.mark.parametrize(
    ("table", "row", "heading"),
    [
        (PHONES, "城东供电所,,", "城东供电所"),
        (PHONES, "调控中心,,", "调控中心"),
        (PHONES, "局领导,,", "局领导"),
        (PHONES, ",运检部,", "运检部"),
        (PHONES, "一、营销部（12人）,,", "一、营销部（12人）"),
        (PHONES, "一,城东供电所,", "城东供电所"),
        (PHONES, "城东供电所", "城东供电所"),
        (CUSTOMERS, "城东供电所,,,", "城东供电所"),
        (CUSTOMERS, ",一级重要用户,,", "一级重要用户"),
        (CUSTOMERS, ",,（二）双电源用户,", "（二）双电源用户"),
        (CUSTOMERS, "二,,城北供电公司（3户）,", "城北供电公司（3户）"),
        (FEEDERS, "110kV城东变,,", "110kV城东变"),
        (FEEDERS, "10kV公用线路：,,", "10kV公用线路："),
    ],
)
def test_a_heading_is_no_record_and_told_with_its_row(tmp_path: Path, table: str, row: str, heading: str) -> None:
    found = read(write(tmp_path / "a", {"Sheet1.csv": table.format(row=row)}), writing=CHINA)
    assert len(names(found) - {""}) == 2 + sum(each.kind.value == "MEMBER_OF" for each in found.relationships)
    assert [(each[0], each[1]) for each in told(found)] == [(3, heading)]
    assert "left out" in told(found)[0][2]
    account = found.report.accounts[0]
    assert (account.rows_read, account.left_out["heading between the rows"]) == (2, 1)
    assert account.left_rows == {"heading between the rows": [3]}


@pytest.mark.parametrize(
    "row",
    [
        "以上号码如有变动请告知。,,,",
        "备注,以上号码仅供内部使用,,",
        "填报日期,2026-11-27,,",
        "数据来源：营销系统,,,",
        "更新时间：2026年11月27日,,,",
        "※ 标星的为保电用户,,,",
        "版本,V2,,",
    ],
)
@pytest.mark.parametrize("table", [PHONES, CUSTOMERS])
def test_a_note_is_no_record_and_its_row_is_named(tmp_path: Path, table: str, row: str) -> None:
    row = row[: -1 if table is PHONES else None]
    found = read(write(tmp_path / "a", {"Sheet1.csv": table.format(row=row)}), writing=CHINA)
    assert names(found) in ({"张伟", "王强"}, {"滨江医院", "滨江水厂"})
    assert found.report.accounts[0].left_rows == {"note below the list": [3]}


def test_the_first_rows_left_out_are_named_and_all_are_counted(tmp_path: Path) -> None:
    rows = "\n".join(["城东供电所,,"] * 25)
    people = "".join(f"张伟{n},运检部,129000000{n:02}\n" for n in range(30))
    found = read(write(tmp_path / "a", {"Sheet1.csv": f"姓名,部门,手机\n{people}{rows}\n"}), writing=CHINA)
    account = found.report.accounts[0]
    assert account.left_out == {"heading between the rows": 25}
    assert account.left_rows == {"heading between the rows": list(range(32, 52))}


@pytest.mark.parametrize(
    ("table", "row", "name"),
    [
        (PHONES, "李科,,", "李科"),
        (PHONES, "欧阳文静,,", "欧阳文静"),
        (PHONES, "阿依古丽·买买提,,", "阿依古丽·买买提"),
        (PHONES, "Li Wei,,", "Li Wei"),
        (PHONES, "调控中心,,12900000009", "调控中心"),
        (CUSTOMERS, "3,,城东供电所,", ""),
        (CUSTOMERS, ",3203,,", ""),
        (CUSTOMERS, "3,3203,城东供电所,", "城东供电所"),
        ("客户名称,容量,重要等级\n滨江医院,800,一级\n{row}\n滨江水厂,400,二级\n", "滨江一中,,", "滨江一中"),
        (
            "班组,单位,电话\n运维一班,城东供电所,0571-88001234\n{row}\n运维二班,城东供电所,0571-88001235\n",
            "配电部,,",
            "配电部",
        ),
    ],
)
def test_a_record_is_not_lost(tmp_path: Path, table: str, row: str, name: str) -> None:
    found = read(write(tmp_path / "a", {"Sheet1.csv": table.format(row=row)}), writing=CHINA)
    account = found.report.accounts[0]
    assert (account.rows_read, account.left_rows) == (3, {})
    assert account.taken == 3 - len(found.report.rejects)
    assert not name or name in names(found)
    doubted = [each for each in told(found) if "taken for" in each[2]]
    assert [each[1] for each in doubted] == ([name] if name in ("滨江一中", "配电部") else [])


def test_a_list_of_names_alone_has_rows_of_one_cell(tmp_path: Path) -> None:
    text = "户名,容量\n城东供电所,\n城西供电所,\n滨江医院,800\n"
    found = read(write(tmp_path / "a", {"Sheet1.csv": text}), writing=CHINA)
    assert names(found) == {"城东供电所", "城西供电所", "滨江医院"}
    assert not told(found)


def test_a_short_list_with_many_headings_and_counted_rows(tmp_path: Path) -> None:
    rows = "一,公司领导,,\n1,王建国,总经理,12900000001\n二,调控中心,,\n2,张伟,,\n"
    rows += "三,营销部,,\n3,李娜,,\n,抢修中心,,\n4,陈静,,\n"
    found = read(write(tmp_path / "a", {"通讯录.csv": f"序号,姓名,职务,手机\n{rows}备注,内部使用,,\n"}), writing=CHINA)
    assert names(found) == {"王建国", "张伟", "李娜", "陈静"}
    assert [each[1] for each in told(found)] == ["公司领导", "调控中心", "营销部", "抢修中心"]


def test_numbered_rows_that_nobody_filled_in_are_blank(tmp_path: Path) -> None:
    found = read(write(tmp_path / "a", {"Sheet1.csv": CUSTOMERS.format(row="2,,,")}), writing=CHINA)
    assert found.report.accounts[0].left_out == {"blank row": 1}
    assert not found.report.rejects


@pytest.mark.parametrize(
    ("titles", "row"),
    [
        ("2026年通讯录,,单位：城东供电所,\n", 2),
        ("填报单位：城东供电所,填报日期：2026-11-27,,\n\n", 3),
        ("通讯录\n密级：内部,,,\n", 3),
        ("重要岗位名单,,,第1页\n", 2),
    ],
)
def test_lines_of_titles_are_no_head(tmp_path: Path, titles: str, row: int) -> None:
    found = read(
        write(tmp_path / "a", {"通讯录.csv": f"{titles}姓名,部门,手机,短号\n张伟,,12900000001,61234\n"}), writing=CHINA
    )
    assert names(found) == {"张伟"}
    assert next(each.row for each in found.entities.values()) == row + 1


def test_a_head_in_two_rows_is_read_as_one(tmp_path: Path) -> None:
    text = "姓名,部门,联系方式,,职务\n,,手机,短号,\n张伟,,12900000001,61234,班长\n李娜,,12900000002,,\n"
    found = read(write(tmp_path / "a", {"通讯录.csv": text}), writing=CHINA)
    assert names(found) == {"张伟", "李娜"}
    assert {each.value for each in found.entities.values() if isinstance(each, Contact)} == {
        "+8612900000001",
        "61234",
        "+8612900000002",
    }
    assert not found.report.rejects
    assert next(each.title for each in found.entities.values() if each.name == "张伟") == "班长"


@pytest.mark.parametrize(
    "rows",
    [
        "id,name\nP1,张伟\n",
        "姓名,班组\n张伟,一班\n",
        "户号,户名,合同容量,2026年用电量\n3201,滨江医院,800,12\n",
        "姓名,部门,手机\n,运检部,\n张伟,,12900000001\n",
        "姓名,部门,手机\n,,12900000009\n张伟,,12900000001\n",
    ],
)
def test_the_first_row_of_a_list_is_no_second_head(tmp_path: Path, rows: str) -> None:
    found = read(write(tmp_path / "a", {"通讯录.csv": rows}), writing=CHINA)
    assert "title above the head" not in found.report.accounts[0].left_out
    assert found.entities


SWITCHES = "编号,名称,{kind}所属线路,正常位\n{row}\n911,出线1,{word}甲线,合\n912,出线2,{word}甲线,合\n"


@pytest.mark.parametrize(
    "heading",
    ["110kV青石变", "柱上开关", "城东供电所", "10kV青城线", "青石1号环网柜", "联络开关（3台）", "一、站内断路器"],
)
@pytest.mark.parametrize("several", [False, True])
def test_headings_in_lists_of_switches(tmp_path: Path, heading: str, several: bool) -> None:
    ledger = SWITCHES.format(kind="类型," * several, word="断路器," * several, row=heading + ",,," + "," * several)
    found = read(write(tmp_path / "a", {"开关台账.csv" if several else "断路器.csv": ledger}))
    assert names(found) - {"甲线"} == {"出线1", "出线2"}
    assert [(each[0], each[1]) for each in told(found)] == [(2, heading)]
    assert (found.rejected, found.report.accounts[0].left_out["heading between the rows"]) == ([], 1)


@pytest.mark.parametrize("number", ["K12", "青石出线", "滨江甲1"])
def test_a_switch_of_which_nothing_else_is_known_stays_one(tmp_path: Path, number: str) -> None:
    ledger = SWITCHES.format(kind="", word="", row=f"{number},,,")
    assert number in read(write(tmp_path / "a", {"断路器.csv": ledger})).entities
