"""What newcomers type: points by names, telephone numbers beside the person, references by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from loaders.source import Reading
from loaders.tabular.writing import Writing
from schema.customer import Site
from schema.errors import LoadError
from schema.people import Contact
from schema.registry import EntityKind
from tests.loaders.tables import Read, read, write

CHINA = Writing.of("Asia/Shanghai", "CN")

GRID = {
    "馈线.csv": "标识,名称,首端设备\nF1,滨江一线,CB1\nF2,滨江二线,\n",
    "上级电源.csv": "标识,名称\nES1,城东主变\n",
    "母线段.csv": "标识,名称\nBUS1,10kV I母\n",
    "断路器.csv": "标识,名称,起点,终点,所属对象,正常位置\nCB1,出线开关,10kV I母,1号杆,滨江一线,合\n",
    "线路段.csv": """
        标识,起点,终点,所属对象
        L0,ES1,10kV I母,
        L1,1号杆,2号杆,F1
        L2,2号杆,3号杆,F1
        L3,3号杆,9号杆,F2
    """,
    "台区负荷.csv": "标识,名称,连接节点,起点\nEC1,医院,,3号杆\n",
}


def energised(found: Read) -> set[str]:
    """Pieces that a walk over terminals reaches from a source: not by the product's own trace."""
    ends: dict[str, set[str]] = {}
    at: dict[str, set[str]] = {}
    for link in found.relationships:
        if link.kind == "CONNECTS":
            ends.setdefault(link.source, set()).add(link.target)
            at.setdefault(link.target, set()).add(link.source)
    reached, waiting = {"ES1"}, ["ES1"]
    while waiting:
        for node in ends.get(waiting.pop(), ()):
            for piece in at[node] - reached:
                reached.add(piece)
                waiting.append(piece)
    return reached


def test_a_feeder_list_by_names_of_points(tmp_path: Path) -> None:
    found = read(write(tmp_path / "grid", dict(GRID)), writing=CHINA)
    assert not found.report.rejects, [(each.column, each.value, each.reason) for each in found.report.rejects]
    assert energised(found) == {"ES1", "L0", "BUS1", "CB1", "L1", "L2", "L3", "EC1"}
    assert "CB1 CONTAINED_IN F1" in found.links
    assert EntityKind.CONNECTIVITY_NODE in found.source.covers()
    said = {each.column: each.reason for each in found.report.findings}
    assert "points where pieces of several feeders meet: 1, as 3号杆" in said["起点"]
    assert "names instead of ids" in said["所属对象"]
    again = read(tmp_path / "grid", writing=CHINA)
    assert again.links == found.links


def test_points_that_are_rows_and_points_called_like_a_switch(tmp_path: Path) -> None:
    files = {
        "ACLineSegment.csv": "id,from,to\nL1,N1,CB1\nL2,N1,x\n",
        "Breaker.csv": "id,from,to\nCB1,x,\n",
        "ConnectivityNode.csv": "id,name\nN1,节点\n",
    }
    found = read(write(tmp_path / "g", files))
    assert {"L1 CONNECTS1 N1", "L2 CONNECTS1 N1", "CB1 CONNECTS1 POINT:g:x"} < found.links
    (finding,) = found.report.findings
    assert "CB1 is a Breaker with two ends" in finding.reason
    assert [(each.taken, each.rejected) for each in found.report.accounts] == [(1, 0), (2, 0), (1, 0)]


def test_a_rejected_row_keeps_its_points_and_contacts(tmp_path: Path) -> None:
    files = {
        "ACLineSegment.csv": "id,from,to,length_m\nL1,a,b,-4\n",
        "Person.csv": "id,mobile,active\nP1,12900000001,perhaps\n",
    }
    found = read(write(tmp_path / "g", files), writing=CHINA)
    assert {"L1", "POINT:g:a", "POINT:g:b", "P1", "P1:MOBILE", "P1:MOBILE~2"} <= found.kept


PHONES = """
    标识,名称,手机,座机,短号,邮箱,核实日期,所属班组或单位
    P1,张三,12900000001/12900000002,025-84000006转801,666123,zhang@example.cn,2026/3/5,抢修一班
    P2,李四,129 0000 0003（夜间）,,,,,抢修一班
    P3,王五,1290000,,,,,抢修一班
    P4,赵六,,,,,,不存在班
    P5,孙七,12900000009,,,,3月5日,
    P2,李四,129 0000 0003（夜间）,,,,,抢修一班
    """


def test_a_phone_list_has_its_numbers_beside_the_person(tmp_path: Path) -> None:
    found = read(write(tmp_path, {"人员.csv": PHONES, "班组.csv": "标识,名称\nT1,抢修一班\n"}), writing=CHINA)
    contacts = {each.id: each for each in found.entities.values() if isinstance(each, Contact)}
    assert {ident: each.value for ident, each in contacts.items()} == {
        "P1:MOBILE": "+8612900000001",
        "P1:MOBILE~2": "+8612900000002",
        "P1:LANDLINE": "+862584000006;ext=801",
        "P1:SHORT_NUMBER": "666123",
        "P1:EMAIL": "zhang@example.cn",
        "P2:MOBILE": "+8612900000003",
        "P5:MOBILE": "+8612900000009",
    }
    assert str(contacts["P1:MOBILE"].verified_on) == "2026-03-05"
    assert contacts["P2:MOBILE"].note == "夜间"
    assert {f"P1 HAS_CONTACT {ident}" for ident in contacts if ident.startswith("P1")} < found.links
    assert {"P1 MEMBER_OF T1", "P2 MEMBER_OF T1"} < found.links
    assert not found.rejected
    bad = [(each.row, each.column, each.value) for each in found.report.findings if each.dropped and each.value]
    assert bad[:2] == [(4, "手机", "***0000"), (6, "核实日期", "3月5日")]
    account = next(each for each in found.report.accounts if each.file == "人员.csv")
    assert (account.rows_read, account.taken, account.duplicates, account.rejected) == (6, 5, 1, 0)
    assert any("has the id 不存在班 or is called so" in each.reason for each in found.report.findings)
    assert EntityKind.CONTACT in found.source.covers()


def test_names_that_several_have_are_not_guessed(tmp_path: Path) -> None:
    people = "id,name\nP1,张伟\nP2,张伟\nP3,李四\n"
    roster = "id,date,start,end,worked_by\nS1,2026/3/5,8:00,20:00,张伟\nS2,2026/3/5,8:00,20:00,王五\n"
    known = {"王五": [(EntityKind.PERSON, "P9")], "张伟": [(EntityKind.FEEDER, "F9")]}
    reading = Reading(
        named=lambda name: known.get(name, []), known=lambda ident: EntityKind.PERSON if ident == "P9" else None
    )
    found = read(write(tmp_path, {"Person.csv": people, "Shift.csv": roster}), reading=reading, writing=CHINA)
    assert found.links == {"S2 WORKED_BY P9"}
    assert any("several are called 张伟: P1, P2" in each.reason for each in found.report.rejects)
    assert "S1" in found.kept
    assert set(found.entities) == {"P1", "P2", "P3", "S2"}


def test_lists_under_the_heads_that_people_give_them(tmp_path: Path) -> None:
    files = {
        "人员.csv": "城东供电所通讯录\n工号,姓名,班组,手机,备注\n1001,张三,抢修一班,12900000001,组长\n",
        "班组.csv": "班组编号,班组名称\nT1,抢修一班\n",
        "值班.csv": """
            日期,班次,开始,结束,人员
            2026/3/5,白班,8:00,20:00,张三
            2026/3/5,夜班,20:00,8:00,张三
            2026/3/5,夜班,20:00,8:00,张三
            ,,,,
            ,空,,,
        """,
        "馈线.csv": "线路编号,线路名称,变电站\n10-1,滨江一线,城东变\n",
        "变电站.csv": "编号,站名\nS1,城东变\n",
    }
    found = read(write(tmp_path / "x", files), writing=CHINA)
    assert {"1001 MEMBER_OF T1", "10-1 CONTAINED_IN S1", "1001 HAS_CONTACT 1001:MOBILE"} < found.links
    night = "SHIFT:x:2026/3/5:20:00:8:00:张三"
    assert f"{night} WORKED_BY 1001" in found.links
    assert (found.entities[night].name, found.entities["10-1"].name) == ("夜班", "滨江一线")
    accounts = {each.file: each for each in found.report.accounts}
    roster = accounts["值班.csv"]
    assert (roster.rows_read, roster.taken, roster.duplicates, roster.rejected) == (4, 2, 1, 1)
    assert accounts["人员.csv"].read_as == {"工号": "id", "姓名": "name", "班组": "member_of"}
    assert accounts["馈线.csv"].read_as == {"线路编号": "id, number", "线路名称": "name", "变电站": "contained_in"}


def test_the_schemas_own_word_goes_before(tmp_path: Path) -> None:
    found = read(write(tmp_path, {"人员.csv": "标识,工号,名称,姓名\nP1,7,甲,乙\n"}))
    assert found.entities["P1"].name == "甲"
    assert found.report.accounts[0].unread == ("工号", "姓名")


NAMESAKES = """
    工号,姓名,班组,手机,座机,核实日期
    G2,李伟,配电抢修一班,12900001002,84000102,2026-11-01
    G4,李伟,配电调控班,12900001004,025-84000104,2026-11-01
    G1,王建国,配电抢修一班,12900001001,,2026-11-01
    """
TEAMS = "标识,名称\nBZ1,配电抢修一班\nBZ2,配电调控班\n"


def test_a_bad_second_number_costs_that_number_only(tmp_path: Path) -> None:
    found = read(write(tmp_path, {"人员.csv": NAMESAKES, "班组.csv": TEAMS}), writing=CHINA)
    assert not found.rejected
    assert {"G2 HAS_CONTACT G2:MOBILE", "G4 HAS_CONTACT G4:LANDLINE"} < found.links
    assert "G2:LANDLINE" not in found.entities
    assert "G2:LANDLINE" in found.kept
    (bad,) = (each for each in found.report.findings if each.dropped)
    assert (bad.row, bad.column, bad.value) == (2, "座机", "***0102")


def test_a_rejected_namesake_is_counted_and_the_team_decides(tmp_path: Path) -> None:
    lost = NAMESAKES.replace("12900001002,84000102,2026-11-01", "12900001002,84000102,2026-11-01,a cell too many")
    roster = """
        日期,班次,值班人员,开始,结束,班组
        2026/11/26,夜班,李伟,20:00,8:00,配电抢修一班
        2026/11/27,夜班,李　伟,20:00,8:00,配电调控班
        2026/11/28,夜班,李伟,20:00,8:00,
        2026/11/29,夜班,王建国,20:00,8:00,配电调控班
        """
    for people, linked in ((lost, ["G4", "G1"]), (NAMESAKES, ["G2", "G4", "G1"])):
        files = {"人员.csv": people, "班组.csv": TEAMS, "值班.csv": roster}
        found = read(write(tmp_path, files), writing=CHINA)
        assert [each.target for each in found.relationships if each.kind == "WORKED_BY"] == linked
    assert [each.row for each in found.report.rejects if "several are called 李伟: G2, G4" in each.reason] == [4]
    reasons = [each.reason for each in found.report.findings]
    assert any("王建国 is of another team than the row" in each for each in reasons)


def test_who_alone_has_a_name_and_was_rejected_is_said(tmp_path: Path) -> None:
    people = "标识,姓名,手机\n,李伟,12900001002\nP2,张三,12\nP3,张三\nP4,王五,12900001003\n"
    roster = "日期,人员,开始,结束\n2026/11/26,李伟,8:00,20:00\n2026/11/26,张三,8:00,20:00\n"
    found = read(write(tmp_path, {"人员.csv": people, "值班.csv": roster}), writing=CHINA)
    reasons = [each.reason for each in found.report.rejects]
    assert any("the row of 李伟 was rejected" in each for each in reasons)
    assert any("several are called 张三: P2, P3" in each for each in reasons)
    assert not any(each.kind == "WORKED_BY" for each in found.relationships)


def test_a_roster_that_comes_later_asks_the_graph_for_teams(tmp_path: Path) -> None:
    people = {"P1": "T1", "P2": "T2"}
    reading = Reading(
        named=lambda name: [(EntityKind.PERSON, each) for each in people] if name == "李伟" else [],
        known=lambda ident: EntityKind.PERSON if ident in people else EntityKind.TEAM if ident in "T1 T2" else None,
        linked=lambda ident, _: [people[ident]] if ident in people else [],
    )
    roster = "日期,人员,开始,结束,班组\n2026/11/26,李伟,8:00,20:00,T2\n"
    found = read(write(tmp_path, {"值班.csv": roster}), reading=reading, writing=CHINA)
    assert [each.target for each in found.relationships if each.kind == "WORKED_BY"] == ["P2"]


def test_several_people_of_a_cell_have_a_shift_each(tmp_path: Path) -> None:
    people = "标识,姓名\nP1,孙丽\nP2,王建国\nP3,赵强\n"
    roster = """
        标识;日期;人员;开始;结束
        S1;2026/11/26;王建国、孙 丽;8:00;20:00
        S2;2026/11/26;王建国，赵强;20:00;8:00
        S3;2026/11/26;孙　丽　王建国/赵强;20:00;8:00
        S4;2026/11/26;P1,P2;20:00;8:00
        """
    found = read(write(tmp_path, {"人员.csv": people, "值班.csv": roster}), writing=CHINA)
    assert {link for link in found.links if "WORKED_BY" in link} == {
        "S1 WORKED_BY P2", "S1~2 WORKED_BY P1", "S2 WORKED_BY P2", "S2~2 WORKED_BY P3",
        "S3 WORKED_BY P1", "S3~2 WORKED_BY P2", "S3~3 WORKED_BY P3", "S4 WORKED_BY P1", "S4~2 WORKED_BY P2",
    }  # fmt: skip
    account = next(each for each in found.report.accounts if each.file == "值班.csv")
    assert (account.rows_read, account.taken) == (4, 4)


def test_a_phone_list_and_a_roster_without_ids(tmp_path: Path) -> None:
    people = "姓名,手机\n王建国,+86 129 0000 1001\n李伟,12900001002\n李伟,12900001004\n,12900001005\n"
    roster = "日期,班次,值班人员,开始时间,结束时间\n2026/11/26,白班,王建国,8:00,20:00\n"
    found = read(write(tmp_path / "g", {"人员.csv": people, "值班.csv": roster}), writing=CHINA)
    assert "PERSON:g:王建国 HAS_CONTACT PERSON:g:王建国:MOBILE" in found.links
    assert {"PERSON:g:李伟:12900001002", "PERSON:g:李伟:12900001004"} < found.entities.keys()
    assert [each.target for each in found.relationships if each.kind == "WORKED_BY"] == ["PERSON:g:王建国"]
    assert found.rejected == [(5, "", "")]
    assert next(iter(found.report.accounts)).read_as["姓名 + 手机"] == "id"


def test_a_roster_without_times_is_told_what_it_lacks(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="start, end"):
        read(write(tmp_path, {"值班.csv": "日期,班次,值班人员\n2026/11/26,白班,甲\n"}), writing=CHINA)


def test_a_unit_in_a_cell_is_read_where_it_is_the_fields_own(tmp_path: Path) -> None:
    feeders = "标识,名称,额定电压\nF1,一,10kV\nF2,二,10 千伏\nF3,三,10\nF4,四,10000V\nF5,五,abc\nF6,六,10MW\n"
    found = read(write(tmp_path, {"馈线.csv": feeders}))
    assert [getattr(found.entities[each], "nominal_kv", 0) for each in ("F1", "F2", "F3")] == [10, 10, 10]
    assert getattr(found.entities["F4"], "nominal_kv", 0) == 10
    assert found.rejected == [(6, "额定电压", "abc"), (7, "额定电压", "10MW")]
    assert "is in MW, not in kV" in found.report.rejects[1].reason


def test_who_has_a_number_is_told_once(tmp_path: Path) -> None:
    files = {
        "人员.csv": "标识,姓名,手机\nP1,甲,13900000001\nP2,乙,13900000002\n",
        "Relationship.csv": "kind,source,target\n" + "HAS_CONTACT,P2,P2:MOBILE\n" + 2 * "HAS_CONTACT,P2,P1:MOBILE\n",
    }
    found = read(write(tmp_path / "a", files), writing=CHINA)
    told = sorted(f"{link.source} {link.target}" for link in found.relationships)
    assert told == ["P1 P1:MOBILE", "P2 P1:MOBILE", "P2 P2:MOBILE"]
    assert [each.duplicates for each in found.report.accounts] == [0, 2]


def test_what_is_not_in_the_graph_is_not_kept(tmp_path: Path) -> None:
    rows = "".join(f"P{n},甲{n},13900000001\n" for n in range(50))
    reading = Reading(held={"P7", "P7:MOBILE"}.__contains__)
    found = read(write(tmp_path / "a", {"人员.csv": f"标识,姓名,手机\n{rows}"}), reading=reading)
    assert (len(found.rejected), found.kept) == (50, {"P7", "P7:MOBILE"})


def test_a_team_that_is_not_there_is_one_finding(tmp_path: Path) -> None:
    rows = "".join(f"P{n},甲{n},{'运检九班' if n % 2 else '运检八班'}\n" for n in range(100))
    found = read(write(tmp_path / "a", {"人员.csv": f"标识,姓名,班组\n{rows}P100,乙,运检七班\n"}))
    told = [(each.row, each.value, each.dropped) for each in found.report.findings if each.column == "班组"]
    assert told == [(2, "运检八班", True), (3, "运检九班", True), (102, "运检七班", True)]
    first = next(each for each in found.report.findings if each.value == "运检八班")
    assert str(first.reason).endswith(": 50 times, as in rows 2, 4, 6, 8, 10, …")


CUSTOMERS = """
    户号,户名,经度,纬度,用电地址,联系人,联系电话
    1,医院,121.47,31.23,南京路1号,张三,12900000001
    2,学校,121°28′12″,31.25,,李四,12900000002
    3,水厂,31.2,121.4,北京路2号,,
    4,商场,121.4,,,,
    5,车站,0,0,,,
    6,药厂,121.49,31.26,南京路1号,,
    """


def test_coordinates_in_a_list_of_customers_are_those_of_their_sites(tmp_path: Path) -> None:
    found = read(write(tmp_path / "a", {"客户.csv": CUSTOMERS}), writing=CHINA)
    sites = {each.id: each for each in found.entities.values() if isinstance(each, Site)}
    places = {ident: (each.longitude, each.latitude) for ident, each in sites.items()}
    assert places == {
        "SITE:a:南京路1号": (121.47, 31.23),
        "SITE:a:2": (pytest.approx(121.47), 31.25),
        "SITE:a:北京路2号": (None, None),
    }
    assert {"1 HAS_SITE SITE:a:南京路1号", "2 HAS_SITE SITE:a:2", "6 HAS_SITE SITE:a:南京路1号"} <= found.links
    told = {each.row: str(each.reason) for each in found.report.findings if each.dropped}
    assert "longitude and latitude swapped" in told[4]
    assert "one coordinate of two" in told[5]
    assert "0, 0" in told[6]
    again = read(tmp_path / "a", writing=CHINA)
    assert (again.links, again.entities.keys()) == (found.links, found.entities.keys())


def test_sites_of_a_table_of_their_own_keep_their_places(tmp_path: Path) -> None:
    files = {"客户.csv": CUSTOMERS, "用电地址.csv": "标识,名称,经度\n南京路1号,南京路,121.1\n"}
    found = read(write(tmp_path / "a", files), writing=CHINA)
    site = found.entities["南京路1号"]
    assert isinstance(site, Site)
    assert site.longitude == 121.1
    assert {"经度", "纬度"} <= set(found.report.accounts[0].unread)


def test_the_contact_of_a_customer_is_called_about_outages(tmp_path: Path) -> None:
    found = read(write(tmp_path / "a", {"客户.csv": CUSTOMERS}), writing=CHINA)
    held = {link.source: link.target for link in found.relationships if link.kind.value == "HELD_BY"}
    assert set(held.values()) == {"PERSON:a:张三", "PERSON:a:李四"}
    numbers = {each.value for each in found.entities.values() if isinstance(each, Contact)}
    assert numbers == {"+8612900000001", "+8612900000002"}
    told = next(each for each in found.report.findings if each.column == "联系人" and "is read as" in str(each.reason))
    assert "客户停送电联系人" in str(told.reason)
