"""Lists of things that name who answers for each: roles as columns, and duties without ids."""

from __future__ import annotations

from pathlib import Path

import pytest

from loaders.source import Reading
from loaders.tabular.writing import Writing
from schema.people import Assignment, Contact, Person
from schema.registry import EntityKind
from tests.loaders.tables import Read, read, write

CHINA = Writing.of("Asia/Shanghai", "CN")


def duties(found: Read) -> set[str]:
    """Every assignment as "role of covered: holder"."""
    names = {each.id: each.name or each.id for each in found.entities.values()}
    told: dict[str, dict[str, str]] = {}
    for link in found.relationships:
        if isinstance(found.entities.get(link.source), Assignment):
            told.setdefault(link.source, {})[link.kind.value] = names.get(link.target, link.target)
    return {
        f"{found.entities[ident].role.value} of {ends['COVERS']}: {ends.get('HELD_BY') or ends.get('OF_TEAM')}"
        for ident, ends in told.items()
    }


def numbers(found: Read) -> set[str]:
    return {
        f"{found.entities[link.source].name} {found.entities[link.target].value}"
        for link in found.relationships
        if link.kind == "HAS_CONTACT"
    }


LEDGER = """
    线路名称,设备主人,联系电话,客户经理,客户经理电话,抢修班组,负责人
    滨江一线,张伟,129 0000 0001,李娜,12900000002,抢修一班,赵六
    滨江二线,王强、张伟,12900000003,李娜,12900000002,—,
"""


def test_roles_beside_lines_are_duties(tmp_path: Path) -> None:
    found = read(write(tmp_path / "a", {"Sheet1.csv": LEDGER}), writing=CHINA)
    assert not found.report.rejects
    assert duties(found) == {
        "LINE_MAINTENANCE of 滨江一线: 张伟",
        "CUSTOMER_MANAGER of 滨江一线: 李娜",
        "DISTRIBUTION_REPAIR of 滨江一线: 抢修一班",
        "LINE_MAINTENANCE of 滨江二线: 王强",
        "LINE_MAINTENANCE of 滨江二线: 张伟",
        "CUSTOMER_MANAGER of 滨江二线: 李娜",
    }
    assert numbers(found) == {"张伟 +8612900000001", "李娜 +8612900000002"}, (
        "of two people in a cell nobody knows whose"
    )
    said = {each.column: each for each in found.report.findings}
    assert said["设备主人"].value == "张伟, 王强"
    assert "are made of this column: 2" in said["设备主人"].reason
    assert "does not say" not in said["负责人"].reason
    assert found.report.accounts[0].unread == ("负责人",)
    assert {EntityKind.PERSON, EntityKind.TEAM, EntityKind.ASSIGNMENT, EntityKind.CONTACT} <= found.source.covers()


def test_who_is_known_from_a_list_is_that_person(tmp_path: Path) -> None:
    people = "姓名,手机\n张伟,12900000001\n李娜,12900000002\n"
    found = read(write(tmp_path / "a", {"线路.csv": LEDGER, "通讯录.csv": people}), writing=CHINA)
    assert sorted(each.name for each in found.entities.values() if isinstance(each, Person)) == ["张伟", "李娜", "王强"]
    assert numbers(found) == {"张伟 +8612900000001", "李娜 +8612900000002"}
    assert any("were not read here: 1" in each.reason and each.column == "设备主人" for each in found.report.findings)


def test_one_name_with_two_numbers_is_two_people(tmp_path: Path) -> None:
    ledger = "线路,设备主人,电话\n一线,张伟,12900000001\n二线,张伟,+86 129 0000 0005\n三线,张伟,\n"
    found = read(write(tmp_path / "a", {"Sheet1.csv": ledger}), writing=CHINA)
    held = {link.target for link in found.relationships if link.kind == "HELD_BY"}
    assert held == {"PERSON:a:张伟", "PERSON:a:张伟:12900000001", "PERSON:a:张伟:12900000005"}


def test_a_known_name_of_the_graph_and_a_rejected_row(tmp_path: Path) -> None:
    ledger = "线路名称,额定电压(kV),设备主人,电话\n一线,十,张伟,12900000001\n二线,10,张伟,12900000001\n"
    reading = Reading(
        known=lambda ident: EntityKind.PERSON if ident == "P7" else None,
        named=lambda name: [(EntityKind.PERSON, "P7")] if name == "张伟" else [],
    )
    found = read(write(tmp_path / "a", {"Sheet1.csv": ledger}), reading=reading, writing=CHINA)
    assert found.rejected == [(2, "额定电压(kV)", "十")]
    assert {link.target for link in found.relationships if link.kind == "HELD_BY"} == {"P7"}
    assert not any(isinstance(each, (Person, Contact)) for each in found.entities.values())
    assert "ASSIGNMENT:a:LINE_MAINTENANCE:张伟:FEEDER:a:一线" in found.kept


def test_numbers_of_holders_cost_themselves_or_want_a_country(tmp_path: Path) -> None:
    ledger = "变电站,设备主人,电话,值班电话\n城东变,张伟,0571-88,无\n城西变,\x07,12900000001,\n"
    found = read(write(tmp_path / "a", {"Sheet1.csv": ledger}), writing=CHINA)
    assert "SUBSTATION_OPERATION of 城东变: 张伟" in duties(found)
    assert not numbers(found)
    assert [each.value for each in found.report.findings if each.column == "电话"] == ["***8"]
    other = read(write(tmp_path / "b", {"Sheet1.csv": "线路,设备主人,电话\n一线,张伟,12900000001\n"}))
    assert other.rejected == [(2, "电话", "***0001")]


def test_a_customer_list_without_ids_and_long_names(tmp_path: Path) -> None:
    name = "城东第一人民医院" * 4
    files = {
        "重要用户清单.csv": f"客户,重要等级,客户经理,联系电话,值班电话\n{name},一级,李娜,12900000002,12900000009\n",
        "责任分配.csv": f"姓名,角色,对象,开始日期,终止日期\n李娜,设备主人,{name},2026-01-01,2026/12/31\n",
    }
    found = read(write(tmp_path / "a", files), writing=CHINA)
    assert not found.report.rejects
    assert duties(found) == {f"CUSTOMER_MANAGER of {name}: 李娜", f"LINE_MAINTENANCE of {name}: 李娜"}
    assert numbers(found) == {"李娜 +8612900000002", f"{name} +8612900000009"}


@pytest.mark.parametrize(
    ("head", "written", "end"),
    [
        ("终止日期", "2026-12-31", "2026-12-31T16:00:00+00:00"),
        ("截止日期", "2026/12/31 24:00", "2026-12-31T16:00:00+00:00"),
        ("终止日期", "2026-12-31 18:00", "2026-12-31T10:00:00+00:00"),
        ("失效日期", "2026-12-31", "2026-12-30T16:00:00+00:00"),
    ],
)
def test_the_last_day_of_a_duty_counts(tmp_path: Path, head: str, written: str, end: str) -> None:
    files = {"Assignment.csv": f"id,角色,姓名,线路,{head}\nA1,客户经理,P1,F1,{written}\n",
             "People.csv": "id,name\nP1,李娜\n", "Feeders.csv": "id,name\nF1,一线\n"}  # fmt: skip
    found = read(write(tmp_path / "a", files), writing=CHINA)
    assert found.entities["A1"].valid_to.isoformat() == end
    assert found.links == {"A1 HELD_BY P1", "A1 COVERS F1"}


def test_kind_is_the_type_of_a_contact(tmp_path: Path) -> None:
    found = read(write(tmp_path / "a", {"Contacts.csv": "id,kind,value\nC1,LANDLINE,0571-88000000\n"}), writing=CHINA)
    assert found.entities["C1"].contact_type.value == "LANDLINE"
