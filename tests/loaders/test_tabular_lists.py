"""Lists as people type them: totals and signatures below, hours in one column, names with remarks, no ids."""

from __future__ import annotations

from dataclasses import MISSING, fields
from pathlib import Path

import pytest

from loaders.source import Reading
from loaders.tabular.footers import footer
from loaders.tabular.names import LOADABLE
from loaders.tabular.writing import Writing
from schema.errors import LoadError
from schema.grid import LoadBreakSwitch
from schema.people import Assignment, Contact, Person, Shift
from schema.registry import EntityKind
from schema.vocabulary import SwitchPosition
from tests.loaders.tables import Read, read, write

CHINA = Writing.of("Asia/Shanghai", "CN")
PEOPLE = "工号,姓名\nG1,王建国\nG2,李伟\nG3,陈红（女）\n"


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ("合计,,2户,1200", "total"),
        ("合　计,,,1200", "total"),
        (",,小计：,1200", "total"),
        ("滨江变小计,,,", "total"),
        ("3,合计（户）,,", "total"),
        ("总计 12,,,", "total"),
        ("Total,,,1200", "total"),
        ("Grand total:,,,5", "total"),
        ("制表人：王建国,,审核：李伟,", "signature"),
        ("制表,张三,审核,李四", "signature"),
        ("审核人(签字)：,,,", "signature"),
        ("负责人：李伟,,,", "signature"),
        ("Prepared by: Li Wei,,,", "signature"),
        ("批准：,,,", "signature"),
        ("备注：以上为2026年数据,,,", "note"),
        ("注1：单位为千瓦,,,", "note"),
        ("第 1 页，共 3 页,,,", "note"),
        ("以下空白,,,", "note"),
        ("共 2 户,,,", "note"),
        ("填报单位：滨江供电公司,,,", "note"),
        ("白班 08:00-20:00，夜班 20:00-次日8:00,,,", "note"),
        ("序号,户号,户名,容量", "head"),
    ],
)
def test_what_stands_below_a_list_is_no_record(row: str, what: str) -> None:
    assert what in footer(row.split(","), ("序号", "户号", "户名", "容量"))


@pytest.mark.parametrize(
    "row",
    [
        "1,3201,滨江医院,800",
        "3201000123,合计装饰公司,,",
        "C1,Total Energies,,",
        "审核科,王建国,,",
        "批准书办公室,李伟,,",
        "负责人,王建国,12900001001,",
        "备注公司,,,",
        "注,重要,,",
        "编制办,王建国,,",
        "共青团路小学,,,",
        "G1,统计局,,",
        "第一页印刷厂,,,",
        "值班室,84000001,,",
        "Summit,,,",
        "By the lake,,,",
        ",,,",
    ],
)
def test_what_is_a_record_of_a_list(row: str) -> None:
    assert not footer(row.split(","), ("序号", "户号", "户名", "容量"))


def test_totals_and_signatures_become_no_customers(tmp_path: Path) -> None:
    found = read(
        write(
            tmp_path,
            {
                "客户.csv": """
                重要客户清单,,,
                序号,户号,户名,合同容量（kVA）
                1,3201,滨江医院,800
                小计,,,800
                序号,户号,户名,合同容量（kVA）
                2,3202,滨江中学,400
                合计,,2户,1200
                制表人：王建国,,审核：李伟,
                备注：以上为2026年数据
                """,
                "10kV线路.csv": "线路名称\n10kV滨江一线\n合计：1条\n",
            },
        )
    )
    assert set(found.entities) == {"3201", "3202", "FEEDER:" + found.source.system + ":10kV滨江一线"}
    assert not found.rejected
    account = found.report.accounts[1]
    assert (account.rows_read, account.taken) == (2, 2)
    assert dict(account.left_out) == {
        "title above the head": 1,
        "total below the list": 2,
        "head repeated": 1,
        "signature below the list": 1,
        "note below the list": 1,
    }


def roster(tmp_path: Path, text: str, name: str = "值班表.csv") -> Read:
    return read(write(tmp_path / "g", {"人员.csv": PEOPLE, name: text}), writing=CHINA)


def hours(found: Read) -> dict[str, str]:
    """Who works from when to when, on the clock of China."""
    told = {}
    for link in found.relationships:
        if link.kind == "WORKED_BY":
            shift = found.entities[link.source]
            assert isinstance(shift, Shift)
            told[f"{shift.row}"] = " ".join(
                [link.target, *(f"{each.astimezone(CHINA.timezone):%m-%d %H:%M}" for each in (shift.start, shift.end))]
            )
    return told


@pytest.mark.parametrize(
    ("written", "start", "end"),
    [
        ("8:30-17:30", "26 08:30", "26 17:30"),
        ("8:30～17:30", "26 08:30", "26 17:30"),
        ("８：３０－１７：３０", "26 08:30", "26 17:30"),
        ("08:30至次日08:30", "26 08:30", "27 08:30"),
        ("20:00—8:00", "26 20:00", "27 08:00"),
        ("8:30-8:30", "26 08:30", "27 08:30"),
        ("8点半到17点", "26 08:30", "26 17:00"),
        ("0830-1730", "26 08:30", "26 17:30"),
        ("白班（08:00-20:00）", "26 08:00", "26 20:00"),
        ("夜班 20:00-次日8:00", "26 20:00", "27 08:00"),
        ("16:00-24:00", "26 16:00", "27 00:00"),
        ("24h", "26 00:00", "27 00:00"),
        ("24 小时", "26 00:00", "27 00:00"),
        ("全天", "26 00:00", "27 00:00"),
        ("2026-11-27 8:30 至 2026-11-28 8:30", "27 08:30", "28 08:30"),
        ("2026/11/27 08:30-17:30", "27 08:30", "27 17:30"),
    ],
)
def test_start_and_end_in_one_column(tmp_path: Path, written: str, start: str, end: str) -> None:
    found = roster(tmp_path, f"日期,时间,值班人员\n2026-11-26,{written},王建国\n")
    assert list(hours(found).values()) == [f"G1 11-{start} 11-{end}"]
    assert found.report.accounts[1].read_as["时间"] == "start, end"


@pytest.mark.parametrize("written", ["上午", "8:30", "8-17", "2026-11-26", "8:30-27:00", "12:00-13:00、15:00-16:00"])
def test_hours_that_are_none(tmp_path: Path, written: str) -> None:
    found = roster(tmp_path, f"日期,时间,值班人员\n2026-11-26,{written},王建国\n")
    assert found.rejected == [(2, "时间", written)]


def test_the_whole_day_is_said(tmp_path: Path) -> None:
    found = roster(tmp_path, "日期,时间,值班人员\n2026-11-26,24小时,王建国\n")
    assert [each.column for each in found.report.findings if "00:00 to 24:00" in each.reason] == ["时间"]


def test_hours_of_shifts_by_name_and_days_of_the_month_above(tmp_path: Path) -> None:
    text = """
        2026年12月值班表 白班 08:00-20:00，夜班 20:00-次日08:00,,
        日期,班次,值班人员
        12月30日,白班,王建国
        12-31,夜,李伟
        1月1日,白班,陈红
        2日,白班,陈红
        1月3日,中班,王建国
        """
    found = roster(tmp_path, text)
    assert hours(found) == {
        "3": "G1 12-30 08:00 12-30 20:00",
        "4": "G2 12-31 20:00 01-01 08:00",
        "5": "G3 01-01 08:00 01-01 20:00",
    }
    assert found.rejected == [(6, "日期", "2日"), (7, "班次", "中班")]
    assert found.report.accounts[1].read_as["班次"] == "name, start, end"


def test_a_roster_that_says_no_hours_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="start"):
        roster(tmp_path, "日期,班次,值班人员\n2026-11-26,白班,王建国\n")


def test_duties_without_ids(tmp_path: Path) -> None:
    one = "10kV滨江一线,配电抢修,陈红"
    duties = f"责任对象,责任岗位,责任人\n{one}\n10kV滨江一线,客户经理,王建国\n{one}\n"
    found = read(
        write(tmp_path / "g", {"人员.csv": PEOPLE, "线路台账.csv": "线路名称\n10kV滨江一线\n", "责任分配.csv": duties}),
        writing=CHINA,
    )
    ident = "ASSIGNMENT:g:10kV滨江一线:配电抢修:陈红"
    assert {f"{ident} HELD_BY G3", f"{ident} COVERS FEEDER:g:10kV滨江一线"} < found.links
    account = next(each for each in found.report.accounts if each.file == "责任分配.csv")
    assert (account.taken, account.duplicates) == (2, 1)
    assert account.read_as["责任对象 + 责任岗位 + 责任人"] == "id"


@pytest.mark.parametrize(
    ("people", "written", "who"),
    [
        ("陈红（女）", "陈红", "P1"),
        ("陈红", "陈红（女）", "P1"),
        ("陈红(女)", "陈红（女）", "P1"),
        ("陈红（男）", "陈红（女）", ""),
        ("陈红（男）、陈红（女）", "陈红", ""),
        ("陈红（男）、陈红（女）", "陈红（女）", "P2"),
        ("陈红、陈红（班长）", "陈红", ""),
        ("陈红、陈红（班长）", "陈红（班长）", "P2"),
        ("陈 红【临时】", "陈红", "P1"),
        ("陈虹（女）", "陈红", ""),
    ],
)
def test_remarks_behind_a_name(tmp_path: Path, people: str, written: str, who: str) -> None:
    listed = "".join(f"P{place},{name}\n" for place, name in enumerate(people.split("、"), 1))
    found = read(
        write(
            tmp_path,
            {"人员.csv": f"工号,姓名\n{listed}", "值班.csv": f"日期,时间,人员\n2026-11-26,8:00-9:00,{written}\n"},
        ),
        writing=CHINA,
    )
    assert [link.target for link in found.relationships if link.kind == "WORKED_BY"] == ([who] if who else [])
    said = any("is taken for" in each.reason for each in found.report.findings)
    assert said == (bool(who) and "、" not in people and any(mark in people for mark in "（(【") != ("（" in written))


@pytest.mark.parametrize(("held", "who"), [("陈红（女）", ["P9"]), ("陈红（男）", [])])
def test_remarks_of_people_in_the_graph(tmp_path: Path, held: str, who: list[str]) -> None:
    reading = Reading(
        known=lambda ident: EntityKind.PERSON if ident == "P9" else None,
        named=lambda name: [(EntityKind.PERSON, "P9")] if name == "陈红" else [],
        entity=lambda _: Person(id="P9", name=held),
    )
    text = "日期,时间,人员\n2026-11-26,8:00-9:00,陈红（女）\n"
    found = read(write(tmp_path, {"值班.csv": text}), reading=reading, writing=CHINA)
    assert [link.target for link in found.relationships if link.kind == "WORKED_BY"] == who


@pytest.mark.parametrize(
    ("table", "text", "sheet"),
    [
        ("线路台账.csv", "线路名称,所属变电站\n10kV滨江一线,滨江变\n", "变电站 (Substation)"),
        ("人员.csv", "工号,姓名,部门\nG1,王建国,配电抢修一班\n", "班组 (Team)"),
        ("人员.csv", "工号,姓名,部门\nG1,王建国,运检部\n", "单位 (Organisation)"),
        ("责任分配.csv", "责任对象,责任岗位\n滨江一线,配电抢修\n", "馈线 (Feeder)"),
    ],
)
def test_a_name_that_nothing_has_is_told_with_the_sheet_to_add(
    tmp_path: Path, table: str, text: str, sheet: str
) -> None:
    found = read(write(tmp_path, {table: text}), writing=CHINA)
    lost = [each for each in found.report.findings if each.dropped]
    assert len(lost) == 1
    assert "called so" in lost[0].reason
    assert sheet in lost[0].remedy


@pytest.mark.parametrize(
    ("written", "value"), [("95598转3", "95598;ext=3"), ("8888-转8001", "8888;ext=8001"), ("666123", "666123")]
)
def test_short_numbers_with_an_extension(tmp_path: Path, written: str, value: str) -> None:
    found = read(write(tmp_path, {"人员.csv": f"工号,姓名,电话\nG1,王建国,{written}\n"}), writing=CHINA)
    [contact] = [each for each in found.entities.values() if isinstance(each, Contact)]
    assert (contact.value, contact.contact_type.value) == (value, "SHORT_NUMBER")


def test_from_when_a_duty_holds(tmp_path: Path) -> None:
    duties = "责任对象,责任岗位,责任人,起始日期\nF1,线路运维,甲,2026-1-1\n"
    files = {"责任分配.csv": duties, "馈线.csv": "线路编号,管理班组,线路负责人\nF1,一班,甲\n", "人员.csv": "姓名\n甲\n"}
    found = read(write(tmp_path, files), writing=Writing.of("Asia/Shanghai", ""))
    duty, *others = (each for each in found.entities.values() if isinstance(each, Assignment))
    assert duty.valid_from is not None
    assert f"{duty.valid_from:%Y-%m-%d %H:%M}" == "2025-12-31 16:00"
    assert [each.role.value for each in others] == ["LINE_MAINTENANCE", "LINE_MAINTENANCE"], "管理班组, 线路负责人"
    assert not [each for each in found.report.findings if each.dropped]


def test_whose_role_a_column_does_not_say(tmp_path: Path) -> None:
    found = read(write(tmp_path, {"馈线.csv": "线路编号,责任班组,负责人\nF1,一班,甲\n"}))
    told = {each.column: each.reason for each in found.report.findings if each.dropped}
    assert set(told) == {"责任班组", "负责人"}
    assert all("责任分配 (Assignment), column 责任岗位 (role)" in reason for reason in told.values())


@pytest.mark.parametrize("head", ["正常位置", "正常状态", "常态", "正常运行状态"])
def test_the_normal_position_of_a_switch_is_read_under_its_everyday_names(tmp_path: Path, head: str) -> None:
    # not read, every tie would count as closed
    found = read(write(tmp_path / "own", {"负荷开关.csv": f"标识,开关名称,{head}\nT1,联络开关,分\n"}))
    tie = found.entities["T1"]
    assert isinstance(tie, LoadBreakSwitch)
    assert (tie.name, tie.normal_position) == ("联络开关", SwitchPosition.OPEN)


def _needs_more(kind: EntityKind) -> bool:
    """Whether a row of a kind needs more than an id and a name."""
    needed = (each for each in fields(kind.cls) if each.default is MISSING and each.default_factory is MISSING)
    return any(each.name != "id" for each in needed)


@pytest.mark.parametrize("kind", [kind for kind in LOADABLE if not _needs_more(kind)])
def test_a_column_of_numbers_gives_ids_whatever_the_kind(tmp_path: Path, kind: EntityKind) -> None:
    found = read(write(tmp_path / "a", {f"{kind.zh}.csv": "编号,名称\nX7,甲\nX8,乙\n"}))
    assert {"X7", "X8"} <= found.entities.keys()


@pytest.mark.parametrize(
    ("kind", "head"), [("班组", "班组名称"), ("人员", "姓名"), ("断路器", "开关名称"), ("馈线", "线路名称")]
)
def test_numbers_that_count_the_rows_are_no_ids(tmp_path: Path, kind: str, head: str) -> None:
    """With a row put in between, they would be those of others."""
    found = read(write(tmp_path / "a", {f"{kind}.csv": f"编号,{head}\n1,甲\n2,乙\n3,丙\n"}))
    assert not {"1", "2", "3"} & found.entities.keys()
    assert any(ident.endswith(":乙") for ident in found.entities)
    assert any("counts the rows" in each.reason for each in found.report.findings)
