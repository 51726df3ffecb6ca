"""Rosters in the layouts that people draw: posts, shifts and people down or across, titles with a range of days."""

from __future__ import annotations

from pathlib import Path

import pytest

from loaders.tabular.several import people_in
from loaders.tabular.writing import Writing
from schema.errors import LoadError
from schema.people import Shift
from tests.loaders.tables import Read, read, write

CHINA = Writing.of("Asia/Shanghai", "CN")
PEOPLE = "工号,姓名\nG1,王建国\nG2,李伟\nG3,孙丽\nG4,欧阳锋\nG5,赵强\n"


def drawn(tmp_path: Path, roster: str, name: str = "值班表.csv", shifts: str = "") -> Read:
    writing = CHINA.or_else(Writing.of(shifts=shifts))
    return read(write(tmp_path / "g", {"人员.csv": PEOPLE, name: roster}), writing=writing)


def worked(found: Read) -> list[str]:
    """Who works when and as what, as a roster is read aloud: G1 11-23 08:00-20:00 白班."""
    rows = []
    for link in found.relationships:
        shift = found.entities[link.source]
        if isinstance(shift, Shift):
            start, end = (each.astimezone(CHINA.timezone) for each in (shift.start, shift.end))
            rows.append(f"{link.target} {start:%m-%d %H:%M}-{end:%H:%M} {shift.name}")
    return sorted(rows)


MARKS = """
    值班表 2026年11月23日-11月29日,,
    日期,白班（08:00-20:00）,夜班（20:00-次日08:00）
    11月23日,王建国,李伟
    11/24,/,—
    11.25,无,孙丽
    26日,-,欧阳　锋
    周日,暂无,N/A
    """


def test_a_title_with_a_range_of_days_and_marks_of_empty_cells(tmp_path: Path) -> None:
    found = drawn(tmp_path, MARKS)
    assert worked(found) == [
        "G1 11-23 08:00-20:00 白班",
        "G2 11-23 20:00-08:00 夜班",
        "G3 11-25 20:00-08:00 夜班",
        "G4 11-26 20:00-08:00 夜班",
    ]
    assert not found.report.rejects


@pytest.mark.parametrize(
    ("title", "days", "starts"),
    [
        ("2026年11月23日-11月29日", "23,24,25", ["11-23", "11-24", "11-25"]),
        ("2026年11月23日（周一）至29日（周日）", "周一,周二,周日", ["11-23", "11-24", "11-29"]),
        ("2026.12.28-2027.1.3", "12.28,31,1.2", ["12-28", "12-31", "01-02"]),
        ("2026-11-28～2026-12-02", "29,30,1", ["11-29", "11-30", "12-01"]),
        ("2026年第48周（11月23日—11月29日）", "23,24,11月25日", ["11-23", "11-24", "11-25"]),
        ("12月30日-1月2日  2026年", "30,31,1", ["12-30", "12-31", "01-01"]),
        ("2026年度", "11月23日,11月24日,11月25日", ["11-23", "11-24", "11-25"]),
    ],
)
def test_days_of_a_range_need_no_month(tmp_path: Path, title: str, days: str, starts: list[str]) -> None:
    found = drawn(tmp_path, f"{title} 白班 8:00-20:00,,,\n姓名,{days}\n王建国,白,白,白\n")
    assert sorted(row.split()[1] for row in worked(found)) == sorted(starts)


@pytest.mark.parametrize(
    "title", ["2026年11月23日-11月29日 2026年12月1日-12月7日", "2026年13月1日-13月3日", "2026年11月23日-2026年11月20日"]
)
def test_what_is_no_one_range_tells_no_day(tmp_path: Path, title: str) -> None:
    with pytest.raises(LoadError, match="tells the one month"):
        drawn(tmp_path, f"{title} 白班 8:00-20:00,,,\n姓名,23,24,25\n王建国,白,白,白\n")


def test_a_column_for_each_post_and_a_row_for_each_shift(tmp_path: Path) -> None:
    found = drawn(
        tmp_path,
        """
        2026年11月 白班 08:00-20:00 夜班 20:00-次日08:00,,,,
        日期,班次,值长,值班人员,副值
        11月23日,白班,王建国,李伟,孙丽、赵强
        ,夜班,欧阳 锋,王建国/李伟,无
        """,
    )
    assert worked(found) == [
        "G1 11-23 08:00-20:00 白班 值长",
        "G1 11-23 20:00-08:00 夜班",
        "G2 11-23 08:00-20:00 白班",
        "G2 11-23 20:00-08:00 夜班",
        "G3 11-23 08:00-20:00 白班 副值",
        "G4 11-23 20:00-08:00 夜班 值长",
        "G5 11-23 08:00-20:00 白班 副值",
    ]
    said = {each.column: each.reason for each in found.report.findings}
    assert "as of the day above them: 1" in said["日期"]
    assert next(each for each in found.report.accounts if each.file == "值班表.csv").read_as["值长"] == "worked_by"


POSTS = """
    2026年11月值班表  值班时间：8:30至次日8:30,,,
    日期,带班领导,值班员,司机
    11月23日,王建国,孙丽、赵强,—
    11月24日,欧阳锋,无,李伟
    """
POSTS_SAID = ["G1 11-23 08:30-08:30 带班领导", "G2 11-24 08:30-08:30 司机", "G3 11-23 08:30-08:30 值班员",
              "G4 11-24 08:30-08:30 带班领导", "G5 11-23 08:30-08:30 值班员"]  # fmt: skip


def test_a_column_for_each_post_and_hours_for_all(tmp_path: Path) -> None:
    assert worked(drawn(tmp_path, POSTS)) == POSTS_SAID


def test_hours_that_a_roster_does_not_say_are_asked_for_and_taken(tmp_path: Path) -> None:
    silent = POSTS.replace("值班时间：8:30至次日8:30", "")
    with pytest.raises(LoadError, match="Say it with --shifts"):
        drawn(tmp_path, silent)
    assert worked(drawn(tmp_path, silent, shifts="每天 08:30-次日08:30")) == POSTS_SAID


@pytest.mark.parametrize("head", ["日期,上午,下午", "日期,早班,夜班", "日期,班次,值班人员"])
def test_words_for_shifts_are_no_hours(tmp_path: Path, head: str) -> None:
    with pytest.raises(LoadError, match="--shifts"):
        drawn(tmp_path, f"{head}\n2026-11-23,王建国,李伟\n")


@pytest.mark.parametrize(
    ("roster", "shifts"),
    [
        ("日期,上午,下午\n2026-11-23,王建国,李伟\n", "上午 8:00-12:00，下午 12:00-18:00"),
        ("日期,A,B\n2026-11-23,王建国,李伟\n", "A 8:00-12:00, B 12:00-18:00"),
        ("日期,上午,下午\n2026-11-23,王建国,李伟\n上午,8点-12点,\n下午,12点～18点,\n", ""),
        ("日期,班次,值班人员\n2026-11-23,早班,王建国\n2026-11-23,中班,李伟\n", "早班 8点-12点，中班 12点-下午6点"),
    ],
)
def test_hours_said_beside_the_roster(tmp_path: Path, roster: str, shifts: str) -> None:
    found = drawn(tmp_path, roster, shifts=shifts)
    assert [row[:20] for row in worked(found)] == ["G1 11-23 08:00-12:00", "G2 11-23 12:00-18:00"]


def test_what_tells_no_hours_is_no_answer(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="tells no hours of shifts"):
        Writing.of(shifts="白班")
    written = {"值班.csv": "日期,白班\n2026-11-23,王建国\n", "人员.csv": PEOPLE, "说明.csv": "班次,白班 8:00-9:00\n"}
    assert worked(read(write(tmp_path, written), writing=CHINA)) == ["G1 11-23 08:00-09:00 白班"]


@pytest.mark.parametrize("corner", ["岗位", "岗位/日期", "日期\\岗位"])
def test_posts_below_each_other_and_days_across(tmp_path: Path, corner: str) -> None:
    head = f"2026年11月  每天8:30-17:30,,,\n{corner},23日,24日,25日\n"
    found = drawn(tmp_path, head + "带班领导,王建国,李伟,孙丽\n值班员,孙丽、赵强,欧阳锋,无\n")
    assert worked(found) == [
        "G1 11-23 08:30-17:30 带班领导",
        "G2 11-24 08:30-17:30 带班领导",
        "G3 11-23 08:30-17:30 值班员",
        "G3 11-25 08:30-17:30 带班领导",
        "G4 11-24 08:30-17:30 值班员",
        "G5 11-23 08:30-17:30 值班员",
    ]


def test_shifts_and_posts_below_each_other(tmp_path: Path) -> None:
    found = drawn(
        tmp_path,
        """
        2026年11月,,,,
        班次,岗位,23日,24日,31日
        白班（08:00-20:00）,值长,王建国,李伟,
        ,副值,赵强,孙丽,
        夜班（20:00-次日08:00）,值长,孙丽,休,李伟
        中班,值长,李伟,/,
        """,
    )
    assert worked(found) == [
        "G1 11-23 08:00-20:00 白班 值长",
        "G2 11-24 08:00-20:00 白班 值长",
        "G3 11-23 20:00-08:00 夜班 值长",
        "G3 11-24 08:00-20:00 白班 副值",
        "G5 11-23 08:00-20:00 白班 副值",
    ]
    assert found.rejected == [(5, "班次", "李伟"), (6, "班次", "中班 值长")]


def test_nobody_known_makes_no_shift(tmp_path: Path) -> None:
    found = drawn(
        tmp_path, "日期,开始,结束,值班人员\n2026-11-23,8:00,20:00,张三\n2026-11-24,8:00,当日20:00,李四、李伟\n"
    )
    assert worked(found) == ["G2 11-24 08:00-20:00 "]
    assert sum(isinstance(each, Shift) for each in found.entities.values()) == 1
    assert found.rejected == [(2, "值班人员", "张三")]
    assert [each.value for each in found.report.findings if each.dropped] == ["李四"]
    assert len(found.kept) == 2


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("欧阳　锋", ["欧阳锋"]),
        ("欧阳 锋 李伟", ["欧阳锋", "李伟"]),
        ("李　伟 孙　丽", ["李伟", "孙丽"]),
        ("李伟 孙 丽丽", ["李伟", "孙丽丽"]),
        ("诸葛 建国", ["诸葛建国"]),
        ("王建国 李伟", ["王建国", "李伟"]),
        ("王建国、李伟,孙 丽/赵强", ["王建国", "李伟", "孙丽", "赵强"]),
        ("王建国 孙", ["王建国孙"]),
        ("孙", ["孙"]),
        ("Tom Lee", ["Tom Lee"]),
    ],
)
def test_blanks_in_names_and_between_them(text: str, people: list[str]) -> None:
    assert people_in(text) == people


def test_numbers_behind_names_are_not_lost_silently(tmp_path: Path) -> None:
    text = "日期,时间,人员\n2026-11-23,8:00-9:00,王建国 12900001001、李伟（129-0000-1002）/孙丽/663001\n"
    found = drawn(tmp_path, text)
    assert {row.split()[0] for row in worked(found)} == {"G1", "G2", "G3"}
    assert [each.column for each in found.report.findings if "behind the names" in each.reason] == ["人员"]


def test_several_things_in_a_cell_of_duties(tmp_path: Path) -> None:
    duties = """
        责任对象,责任岗位,责任人
        滨江一线、滨江二线,客户经理,李伟
        滨江一线/滨江二线,配电抢修,王建国
        滨江一线、滨江三线,线路运维,孙丽
        A/B线,电缆运维,赵强
        """
    feeders = "标识,名称\nF1,滨江一线\nF2,滨江二线\nF3,A/B线\n"
    found = read(
        write(tmp_path / "g", {"人员.csv": PEOPLE, "责任分配.csv": duties, "馈线.csv": feeders}), writing=CHINA
    )
    covered = [link.target for link in found.relationships if link.kind == "COVERS"]
    assert sorted(covered) == ["F1", "F1", "F1", "F2", "F2", "F3"]
    assert [each.value for each in found.report.findings if each.dropped] == ["滨江三线"]


@pytest.mark.parametrize(
    ("legend", "hours"),
    [
        ("白班 08:00-20:00，夜班 20:00-次日08:00", "08:00-08:00"),
        ("白班 08:00-16:00，夜班 16:00-24:00", "08:00-00:00"),
        ("白班 08:00-16:00，夜班 20:00-24:00", ""),
    ],
)
def test_a_post_beside_shifts_is_on_duty_through_all_of_them(tmp_path: Path, legend: str, hours: str) -> None:
    roster = f"2026年11月值班表（{legend}）,,,\n日期,带班领导,白班,夜班\n11月26日,刘局,张伟,王强\n"
    files = {"值班表.csv": roster, "人员.csv": "姓名\n刘局\n张伟\n王强\n"}
    found = read(write(tmp_path, files), writing=CHINA)
    chief = [each for each in found.entities.values() if isinstance(each, Shift) and "带班领导" in each.name]
    zone = CHINA.timezone
    told = [f"{each.start.astimezone(zone):%H:%M}-{each.end.astimezone(zone):%H:%M}" for each in chief]
    assert told == ([hours] if hours else [])
    said = [each.column for each in found.report.findings if "read as through all" in each.reason]
    assert said == (["带班领导"] if hours else [])
