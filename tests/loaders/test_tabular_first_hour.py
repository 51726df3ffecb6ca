"""What stands in the way of a first load: words of newcomers, units, rows that nobody sees, and remedies that work."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.styles import Font

from loaders.tabular.writing import Writing
from schema.customer import Customer, ReceivingPoint
from schema.errors import LoadError
from schema.grid import ACLineSegment
from schema.people import Contact
from schema.vocabulary import ContactType
from tests.loaders.tables import Read, read, write

HERE = Writing.of("Asia/Shanghai", "CN", "")


def load(tmp_path: Path, **files: str) -> Read:
    tmp_path.mkdir(exist_ok=True)
    return read(write(tmp_path / "a", {f"{name}.csv": text for name, text in files.items()}), writing=HERE)


def test_hidden_and_struck_out_rows_are_read_and_told(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.create_sheet("人员")
    people = [["张三", "12900000001"], ["李四", "12900000002"], ["王五", "12900000003"]]
    for row in [["通讯录"], ["姓名", "手机"], *people]:
        sheet.append(row)
    sheet.row_dimensions[4].hidden = True
    sheet["A5"].font = Font(strike=True)
    book.save(tmp_path / "people.xlsx")
    found = read(tmp_path / "people.xlsx", writing=HERE)
    told = {each.row: str(each.reason) for each in found.report.findings if "like the others" in each.reason}
    assert told.keys() == {4, 5}
    assert "hidden" in told[4]
    assert "struck out" in told[5]
    assert sum("PERSON" in ident for ident in found.entities) == 6, "three people, and a number of each"


@pytest.mark.parametrize(
    "text",
    [
        '姓名,手机\n"张;三;四;五",12900000001\n李四,12900000002\n',
        "2026年通讯录；城东;城西;城北;城南\n姓名,手机\n张三,12900000001\n李四,12900000002\n",
        '"供电;所;通讯;录"\n姓名,手机,职务\n张三,12900000001,班长\n李四,12900000002,\n',
    ],
)
def test_the_delimiter_is_what_parts_the_rows_alike(tmp_path: Path, text: str) -> None:
    """Semicolons in quotes and in a title are more than commas, and part nothing."""
    found = load(tmp_path, 人员=text)
    assert sum(isinstance(each, Contact) for each in found.entities.values()) == 2


@pytest.mark.parametrize("last", ["共计2人", "共计 2 人", "合计2人，其中班长1人", "总计：2人", "共2人"])
def test_a_total_of_people_is_nobody(tmp_path: Path, last: str) -> None:
    found = load(tmp_path, 人员=f"姓名,手机\n张三,12900000001\n李四,12900000002\n{last},\n")
    assert not any("计" in ident or "共" in ident for ident in found.entities)


def test_a_number_tells_what_it_is_whatever_its_column(tmp_path: Path) -> None:
    found = load(tmp_path, 人员="姓名,手机,办公电话\n张三,0571-84000001,12900000001\n")
    types = {each.value: each.contact_type for each in found.entities.values() if isinstance(each, Contact)}
    assert types == {"+8657184000001": ContactType.LANDLINE, "+8612900000001": ContactType.MOBILE}


@pytest.mark.parametrize("head", ["用电负荷(kW)", "用电负荷", "最大负荷（千瓦）", "负荷(MW)"])
def test_the_load_of_a_receiving_point_is_read(tmp_path: Path, head: str) -> None:
    value = "0.8" if "MW" in head else "800"
    found = load(tmp_path, 受电点=f"编号,名称,{head}\nR1,医院受电点,{value}\n")
    point = found.entities["R1"]
    assert isinstance(point, ReceivingPoint)
    assert point.load_kw == 800


def test_ten_thousands_are_converted_and_an_unknown_unit_is_refused(tmp_path: Path) -> None:
    found = load(tmp_path, 客户="户号,户名,合同容量(万千伏安)\nK1,钢厂,2\n")
    customer = found.entities["K1"]
    assert isinstance(customer, Customer)
    assert customer.contract_kva == 20_000
    unknown = {"客户": "户号,户名,合同容量(万元)\nK1,钢厂,2\n", "线路段": "编号,名称,长度(里)\nL1,a,2\n"}
    for name, text in unknown.items():
        with pytest.raises(LoadError, match="is in"):
            load(tmp_path / name, **{name: text})


@pytest.mark.parametrize("name", ["母线", "线段", "上级电源"])
def test_words_for_sheets(tmp_path: Path, name: str) -> None:
    assert "X1" in load(tmp_path, **{f"10kV{name}": "编号,名称\nX1,甲\n"}).entities


@pytest.mark.parametrize(
    ("files", "value", "sheet"),
    [
        ({"责任分配": "责任岗位,责任对象\n客户经理,丙线\n"}, "丙线", "馈线 (Feeder)"),
        ({"馈线": "线路名称,首端设备\n甲线,911开关\n"}, "911开关", "断路器 (Breaker)"),
        ({"馈线": "线路名称,首端设备\n甲线,CB911\n"}, "CB911", "断路器 (Breaker)"),
        ({"馈线": "线路名称,所属变电站\n甲线,城东变\n"}, "城东变", "变电站 (Substation)"),
    ],
)
def test_the_remedy_of_a_name_that_leads_nowhere_works(
    tmp_path: Path, files: dict[str, str], value: str, sheet: str
) -> None:
    """Doing what it says, the name leads to the thing."""
    lost = next(each for each in load(tmp_path, **files).report.findings if each.value == value)
    assert f"add a sheet {sheet}" in lost.remedy
    again = load(tmp_path, **files, **{sheet.split()[0] + "表" if sheet.split()[0] in files else sheet.split()[0]:
                 f"名称\n{value}\n"})  # fmt: skip
    assert not [each for each in again.report.findings if each.value == value and each.dropped]


def test_of_two_people_of_one_name_the_remedy_asks_for_the_id(tmp_path: Path) -> None:
    people = "姓名,手机\n张三,12900000001\n张三,12900000002\n"
    found = load(tmp_path, 人员=people, 责任分配="责任岗位,责任人\n客户经理,张三\n")
    lost = next(each for each in found.report.findings if each.value == "张三")
    assert lost.remedy == "Write the id of the one that is meant."
    ident = str(lost.reason).partition(": ")[2].split(", ")[0]
    again = load(tmp_path / "b", 人员=people, 责任分配=f"责任岗位,责任人\n客户经理,{ident}\n".replace("a:", "a:"))
    assert any(link.endswith(f"HELD_BY {ident}") for link in again.links)


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("人员", "某某,手机\n张三,12900000001\n", "Call the column of the names 姓名"),
        ("变电站", "某某,电压等级\n城东变,110\n", "Call the column of the names 站名"),
        ("责任分配", "责任人,责任对象\n张三,甲线\n", "no column role"),
    ],
)
def test_what_a_table_lacks_is_what_a_newcomer_can_add(tmp_path: Path, name: str, text: str, says: str) -> None:
    with pytest.raises(LoadError, match=says):
        load(tmp_path, **{name: text})
    head = says.rpartition(" ")[2]
    if head != "role":
        assert load(tmp_path / "b", **{name: text.replace("某某", head)}).entities


def test_findings_name_the_row_of_the_head(tmp_path: Path) -> None:
    found = load(tmp_path, 人员="青石供电所通讯录\n2026年11月,,\n姓名,手机,爱好\n张三,12900000001,棋\n")
    assert [each.row for each in found.report.findings if each.column == "爱好"] == [3]


def test_whole_kilometres_stay_what_they_are(tmp_path: Path) -> None:
    found = load(tmp_path, 线路段="编号,名称,线路长度（公里）\nL1,a,1.2\n")
    line = found.entities["L1"]
    assert isinstance(line, ACLineSegment)
    assert line.length_m == 1200
