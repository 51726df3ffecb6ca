"""Rosters as people draw them: a column per shift, or a column per day."""

from __future__ import annotations

from pathlib import Path

import pytest

from loaders.source import Reading
from loaders.tabular.writing import Writing
from schema.errors import LoadError
from schema.people import Person, Shift, compact
from schema.registry import EntityKind
from schema.relationships import RelationshipKind
from tests.loaders.tables import Read, read, write

CHINA = Writing.of("Asia/Shanghai", "CN")
PEOPLE = "工号,姓名\nG1,王建国\nG2,李伟\nG3,孙丽\n"


def drawn(tmp_path: Path, roster: str, name: str = "值班表.csv") -> Read:
    return read(write(tmp_path / "g", {"人员.csv": PEOPLE, name: roster}), writing=CHINA)


def worked(found: Read) -> set[tuple[str, str, str, str]]:
    """Who works when, as a roster is read aloud: person, start and end on the clock of China, type."""
    rows = set()
    for link in found.relationships:
        if link.kind == "WORKED_BY":
            shift = found.entities[link.source]
            assert isinstance(shift, Shift)
            zone = CHINA.timezone
            start, end = (f"{each.astimezone(zone):%m-%d %H:%M}" for each in (shift.start, shift.end))
            rows.add((link.target, start, end, shift.shift_type.value))
    return rows


def test_a_row_per_day_and_a_column_per_shift(tmp_path: Path) -> None:
    found = drawn(
        tmp_path,
        """
        配电调控班2026年11月值班表,,,,
        日期,星期,白班（08:00-20:00）,夜班（20:00-次日08:00）,备班
        2026-11-26,四,王建国,李伟、孙丽,孙丽
        11月27日,五,孙丽,,王建国
        28,六,休,李伟,
        合计,,3,,
        """,
    )
    assert worked(found) == {
        ("G1", "11-26 08:00", "11-26 20:00", "DUTY"),
        ("G2", "11-26 20:00", "11-27 08:00", "DUTY"),
        ("G3", "11-26 20:00", "11-27 08:00", "DUTY"),
        ("G3", "11-27 08:00", "11-27 20:00", "DUTY"),
        ("G2", "11-28 20:00", "11-29 08:00", "DUTY"),
    }
    account = next(each for each in found.report.accounts if each.file == "值班表.csv")
    assert (account.rows_read, account.taken, account.rejected, account.unread) == (4, 4, 0, ("备班",))
    assert dict(account.left_out) == {"title above the head": 1, "total below the list": 1}
    assert {each.column for each in found.report.findings} == {"备班", "日期", "值班人员"}


def test_a_row_per_person_and_a_column_per_day(tmp_path: Path) -> None:
    found = drawn(
        tmp_path,
        """
        二〇二六年十一月（2026年11月）排班,,,,,
        姓名,班组,26,27（五）,11-28,备注
        ,,四,五,六,
        王建国,抢修班,白班,夜,休,组长
        李伟,,备班,年休,培训班,
        孙丽,,,/,-,
        注：白班 08:00-20:00；夜班 20:00～次日08:00；备班 18:00-22:00,,,,,
        """,
        "Sheet1.csv",
    )
    assert worked(found) == {
        ("G1", "11-26 08:00", "11-26 20:00", "DUTY"),
        ("G1", "11-27 20:00", "11-28 08:00", "DUTY"),
        ("G2", "11-26 18:00", "11-26 22:00", "STANDBY"),
        ("G2", "11-27 00:00", "11-28 00:00", "LEAVE"),
    }
    assert found.rejected == [(5, "班次", "11-28 培训班")]
    assert "of which the roster says the hours" in found.report.rejects[0].reason
    assert next(each for each in found.report.accounts if each.file == "Sheet1.csv").unread == ("备注",)


def test_days_with_their_year_need_no_month(tmp_path: Path) -> None:
    roster = "白班 8:00-17:30,,,\n姓名,2026-03-30,2026/3/31,2026年4月1日\n王建国,白,白,白\n"
    assert {start for _, start, _, _ in worked(drawn(tmp_path, roster))} == {
        "03-30 08:00",
        "03-31 08:00",
        "04-01 08:00",
    }


@pytest.mark.parametrize(
    ("roster", "said"),
    [
        ("日期,白班,夜班\n2026-11-26,王建国,李伟\n", "does not say from when to when"),
        ("2026年11月,,,\n姓名,1,2,3\n王建国,白,夜,休\n", "does not say from when to when"),
        ("姓名,1,2,3\n王建国,白,夜,休\n白班 8:00-20:00,,,\n", "tells the one month"),
        ("2026年11月,,,,\n姓名,29,30,1,2\n王建国,白,夜,休,\n白班 8:00-20:00,,,,\n", "tells the one month"),
        ("2026年11月-2026年12月,,,\n姓名,1,2,3\n王建国,白,白,白\n白班 8:00-20:00,,,\n", "tells the one month"),
    ],
)
def test_hours_and_months_are_never_guessed(tmp_path: Path, roster: str, said: str) -> None:
    with pytest.raises(LoadError, match=said):
        drawn(tmp_path, roster)


def test_a_month_of_thirty_days_on_a_form_of_thirty_one(tmp_path: Path) -> None:
    form = "2026年11月 白班 8:00-20:00,,,,\n制表日期：2026-10-28,,,,\n姓名,29,30,31\n王建国,白,休,\n李伟,,白,白\n"
    found = drawn(tmp_path, form)
    assert {(who, start) for who, start, _, _ in worked(found)} == {("G1", "11-29 08:00"), ("G2", "11-30 08:00")}
    assert found.rejected == [(5, "班次", "白")]
    assert "a day that the month does not have" in found.report.rejects[0].reason


def test_two_shifts_in_a_cell_and_hours_in_it(tmp_path: Path) -> None:
    form = "2026年11月：白班 8:00-20:00 夜班 20:00-次日8:00,,,\n姓名,1,2,3\n王建国,白/夜,9:00-12:30,白、中\n"
    found = drawn(tmp_path, form)
    assert {(start, end) for _, start, end, _ in worked(found)} == {
        ("11-01 08:00", "11-01 20:00"), ("11-01 20:00", "11-02 08:00"), ("11-02 09:00", "11-02 12:30"),
    }  # fmt: skip
    assert found.rejected == [(3, "班次", "11-03 白、中")]


def test_bare_days_that_go_into_the_next_month_are_rejected(tmp_path: Path) -> None:
    form = "2026年11月,\n日期,白班（08:00-20:00）\n29,王建国\n30,李伟\n1,孙丽\n2026-12-02,孙丽\n"
    found = drawn(tmp_path, form)
    assert {start for _, start, _, _ in worked(found)} == {"11-29 08:00", "11-30 08:00", "12-02 08:00"}
    assert found.rejected == [(5, "日期", "1")]


@pytest.mark.parametrize("head", ["值班员", "值班人姓名", "当班人员", "值 班 员"])
def test_heads_of_who_is_on_duty(tmp_path: Path, head: str) -> None:
    found = drawn(tmp_path, f"日期,班次,开始时间,结束时间,{head}\n2026-11-26,白班,8:30,17:30,李伟\n", "值班.csv")
    assert worked(found) == {("G2", "11-26 08:30", "11-26 17:30", "DUTY")}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("值班.csv", "日期,班次,开始时间,结束时间,某某人\n2026-11-26,白班,8:30,17:30,李伟\n"),
        ("责任分配.csv", "id,责任对象,责任岗位,某某人\nD1,滨江一线,配电抢修,李伟\n"),
    ],
)
def test_lists_that_say_of_nobody_are_refused(tmp_path: Path, name: str, text: str) -> None:
    with pytest.raises(LoadError, match=r"no column says who has the .*某某人"):
        drawn(tmp_path, text, name)


@pytest.mark.parametrize("held", ["孙　丽", "孙 丽"])
@pytest.mark.parametrize("written", ["孙丽", "孙　 丽"])
def test_names_are_compared_with_those_in_the_graph_without_blanks(tmp_path: Path, held: str, written: str) -> None:
    reading = Reading(
        known=lambda ident: EntityKind.PERSON if ident == "P9" else None,
        named=lambda name: [(EntityKind.PERSON, "P9")] if name == compact(held) else [],
        entity=lambda _: Person(id="P9", name=held),
    )
    text = f"日期,时间,人员\n2026-11-26,8:00-9:00,{written}\n"
    found = read(write(tmp_path, {"值班.csv": text}), reading=reading, writing=CHINA)
    assert [link.target for link in found.relationships] == ["P9"]


@pytest.mark.parametrize(
    ("people", "ids"),
    [
        ("姓名\n周海\n", {"周海"}),
        ("名称\n周 海\n", {"周海"}),
        ("姓名,班组\n周海,一班\n周海,二班\n吴霞,\n", {"周海:一班", "周海:二班", "吴霞"}),
    ],
)
def test_people_by_name_alone(tmp_path: Path, people: str, ids: set[str]) -> None:
    found = read(write(tmp_path / "g", {"人员.csv": people}), writing=CHINA)
    assert set(found.entities) == {f"PERSON:g:{each}" for each in ids}


def test_days_with_their_weekday_and_times_without_a_mark(tmp_path: Path) -> None:
    roster = "日期,开始,结束,值班人\n2026/11/26(四),830,1730,甲\n2026/11/27（五）,1730,830,甲\n"
    found = read(
        write(tmp_path, {"值班.csv": roster, "人员.csv": "姓名\n甲\n"}), writing=Writing.of("Asia/Shanghai", "")
    )
    shifts = sorted((each.start, each.end) for each in found.entities.values() if isinstance(each, Shift))
    assert [(f"{start:%d %H:%M}", f"{end:%d %H:%M}") for start, end in shifts] == [
        ("26 00:30", "26 09:30"), ("27 09:30", "28 00:30"),
    ]  # fmt: skip


def test_further_words_for_leave(tmp_path: Path) -> None:
    roster = "2026年11月排班表  白：8:30-17:30,,,\n姓名,25,26,27\n甲,白,补休,学习\n"
    found = read(
        write(tmp_path, {"值班.csv": roster, "人员.csv": "姓名\n甲\n"}), writing=Writing.of("Asia/Shanghai", "")
    )
    assert not found.rejected
    types = [str(each.shift_type) for each in found.entities.values() if isinstance(each, Shift)]
    assert sorted(types) == ["DUTY", "LEAVE", "LEAVE"]


LIST = """
    姓名,手机,座机
    孙伟,13900002003,
    孙伟,13900002004,025-84000008
    李娜,13900002005,
    """


def on_duty(found: Read) -> dict[str, str]:
    """Last digits of the first number of whoever works, by the day."""
    days = {}
    for link in found.relationships:
        if link.kind is RelationshipKind.WORKED_BY:
            shift = found.entities[link.source]
            assert isinstance(shift, Shift)
            [*contacts] = (each.target for each in found.relationships if each.source == link.target)
            value = getattr(found.entities[contacts[0]], "value", "")
            days[f"{shift.start.astimezone(CHINA.timezone):%d}"] = value[-4:]
    return days


def test_a_number_behind_a_name_tells_namesakes_apart(tmp_path: Path) -> None:
    """Whoever is called at night is the one whose number the roster says."""
    roster = """
        日期,时间,值班人员
        2026-11-01,08:00-20:00,孙伟 13900002003
        2026-11-02,08:00-20:00,孙伟（139 0000 2004）
        2026-11-03,08:00-20:00,孙伟/025-84000008
        2026-11-04,08:00-20:00,孙伟
        2026-11-05,08:00-20:00,李娜 13900002999
        """
    files = write(tmp_path / "g", {"通讯录.csv": LIST, "值班表.csv": roster})
    found = read(files, writing=CHINA)
    assert on_duty(found) == {"01": "2003", "02": "2004", "03": "2004", "05": "2005"}
    told = [(each.row, str(each.reason)) for each in (*found.report.rejects, *found.report.findings)]
    assert (6, "李娜 has another number than the row says") in told
    assert any(row == 5 and "several are called 孙伟" in reason for row, reason in told)
    ids = "".join(ident for ident, each in found.entities.items() if isinstance(each, Shift))
    assert "2999" not in str(found.report).replace("***2999", "")
    assert "13900002003" not in ids


@pytest.mark.parametrize(("name", "shifts"), [("10月值班表", 2), ("请假表", 0)])
def test_a_roster_is_told_by_its_name_and_times_and_a_list_of_leaves_is_none(name: str, shifts: int, tmp_path: Path):
    rows = "日期,姓名,开始,结束\n2026年3月5日,张三,8:00,24:00\n2026.03.05,李四,20:00,8:00\n"
    files = {"通讯录.csv": "姓名,手机\n张三,13900000001\n李四,13900000002\n", f"{name}.csv": rows}
    found = read(write(tmp_path / "x", files), writing=Writing.of("Asia/Shanghai", "CN"))
    times = [(each.start.hour, each.end.hour) for each in found.entities.values() if isinstance(each, Shift)]
    assert times == [(0, 16), (12, 0)][:shifts], "in UTC"
