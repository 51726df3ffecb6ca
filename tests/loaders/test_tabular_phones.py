"""Telephone numbers as people write them: each writing with the numbers that it is, or why it is none."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from loaders.tabular.phones import dialled
from loaders.tabular.writing import UnclearError, Writing
from schema.people import Contact
from schema.vocabulary import ContactType
from tests.loaders.tables import read, write

MOBILE, LANDLINE, SHORT = ContactType.MOBILE, ContactType.LANDLINE, ContactType.SHORT_NUMBER


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("12900000001", ["+8612900000001"]),
        ("129-0000-0002", ["+8612900000002"]),
        ("129 0000 0002", ["+8612900000002"]),
        ("+86 129 0000 0003", ["+8612900000003"]),
        ("008612900000004", ["+8612900000004"]),
        ("8612900000005", ["+8612900000005"]),
        ("(+86)12900000005", ["+8612900000005"]),
        ("012900000005", ["+8612900000005"]),
        ("025-84000006", ["+862584000006"]),
        ("（025）84000007", ["+862584000007"]),
        ("86-25-84000007", ["+862584000007"]),
        ("+86(0)25 8400 0007", ["+862584000007"]),
        ("0513-8400007", ["+865138400007"]),
        ("025-84000008转801", ["+862584000008;ext=801"]),
        ("025-84000008 ext. 801", ["+862584000008;ext=801"]),
        ("025-84000008（分机801）", ["+862584000008;ext=801"]),
        ("+862584000008;ext=801", ["+862584000008;ext=801"]),
        ("025-84000008；EXT = 801", ["+862584000008;ext=801"]),
        ("tel:+86-25-84000008;ext=801", ["+862584000008;ext=801"]),
        ("12900000014;+862584000008;ext=8;666123", ["+8612900000014", "+862584000008;ext=8", "666123"]),
        ("025-84000008#801", ["+862584000008;ext=801"]),
        ("025-84000008-801", ["+862584000008;ext=801"]),
        ("（0513）8400007-8", ["+865138400007;ext=8"]),
        ("0513-8400-0071", ["+8651384000071"]),
        ("１３９００００００９９", ["+8613900000099"]),
        ("\u200e139\u200b00000099\u202c", ["+8613900000099"]),
        ("400-820-8820", ["+864008208820"]),
        ("95598", ["95598"]),
        ("666123", ["666123"]),
        ("12900000012/12900000013", ["+8612900000012", "+8612900000013"]),
        ("12900000014，12900000015", ["+8612900000014", "+8612900000015"]),
        ("12900000014、025-84000008转8", ["+8612900000014", "+862584000008;ext=8"]),
        ("12900000014 12900000015", ["+8612900000014", "+8612900000015"]),
        ("手机：12900000014；短号：666123", ["+8612900000014", "666123"]),
    ],
)
def test_numbers_of_china(text: str, values: list[str]) -> None:
    assert [one.value for one in dialled(text, None, "CN")] == values


@pytest.mark.parametrize(
    ("text", "given", "why"),
    [
        ("84000006", None, "without its area code"),
        ("1290000001", None, "too few or too many digits"),
        ("010-12345", None, "too few or too many digits"),
        ("129000000011", None, "too few or too many digits"),
        ("010-6552999", None, "too few or too many digits"),
        ("1.39E+10", None, "rounded"),
        ("a@b.cn", MOBILE, "e-mail address, not"),
        ("+8612900000019", ContactType.EMAIL, "not an e-mail"),
        ("+86", None, "no telephone number"),
        ("none", None, "no telephone number"),
        ("/", None, "no telephone number"),
        ("666123", MOBILE, "too short for a mobile"),
        ("0571-88", None, "too few or too many digits"),
        ("0571-88", LANDLINE, "too few or too many digits"),
        ("0571-88", SHORT, "too few or too many digits"),
        ("0571-881", LANDLINE, "too few or too many digits"),
        ("(025) 840", None, "too few or too many digits"),
        ("010 12", None, "too few or too many digits"),
        ("057188", LANDLINE, "too few or too many digits"),
        ("129", MOBILE, "too few or too many digits"),
        ("12a34b56", None, "no telephone number"),
    ],
)
def test_what_is_none(text: str, given: ContactType | None, why: str) -> None:
    with pytest.raises(UnclearError, match=why):
        dialled(text, given, "CN")


def test_countries() -> None:
    assert dialled("030 901820", None, "DE")[0].value == "+4930901820"
    assert dialled("+49 30 901820", None, "")[0].value == "+4930901820"
    for text, why in (("12", "digits"), ("030 9018 2000 3000 4000", "no telephone"), ("0", "no telephone")):
        with pytest.raises(UnclearError, match=why):
            dialled(text, LANDLINE, "DE")
    with pytest.raises(UnclearError, match="without its country") as refused:
        dialled("12900000001", None, "")
    assert "--country" in refused.value.remedy


def test_types_and_remarks_of_a_cell() -> None:
    assert [one.contact_type for one in dialled("12900000001/025-84000006/666123", None, "CN")] == [
        MOBILE,
        LANDLINE,
        SHORT,
    ]
    assert dialled("12900000017（王班长）", MOBILE, "CN")[0] == ("+8612900000017", MOBILE, "王班长")
    assert dialled("a@b.cn", None, "")[0].contact_type is ContactType.EMAIL


@pytest.mark.parametrize(
    ("text", "values", "note"),
    [
        ("12900000001；微信同号", ["+8612900000001"], "微信同号"),
        ("12900000001;传真另有", ["+8612900000001"], "传真另有"),
        ("12900000001、见值班表", ["+8612900000001"], "见值班表"),
        ("12900000001（王）；025-84000006;夜间", ["+8612900000001", "+862584000006"], "夜间"),
        ("12900000001；微信：wx_2031", ["+8612900000001"], "微信：wx_2031"),
        ("12900000001；QQ 888666", ["+8612900000001"], "QQ 888666"),
    ],
)
def test_a_remark_behind_a_number_keeps_it(text: str, values: list[str], note: str) -> None:
    found = dialled(text, None, "CN")
    assert [one.value for one in found] == values
    assert found[-1].note == unicodedata.normalize("NFKC", note)


def test_a_short_number_beside_a_mobile_does_not_cost_it() -> None:
    found = dialled("12900000005/666123", MOBILE, "CN")
    assert [(one.value, one.contact_type) for one in found] == [("+8612900000005", MOBILE), ("666123", SHORT)]


PHONES = """
    id,value,contact_type,note
    K1,12900000012/12900000013（夜间）,MOBILE,备用
    K2,95598,DUTY_PHONE,
    K3,bad,MOBILE,
    K4,1/2/3/4/5/6/7/8/9/10,MOBILE,
    K5,1234567,短号,
    K6,123456789,短号,
    """


def test_several_numbers_are_contacts_that_all_belong_to_who_refers_to_the_first(tmp_path: Path) -> None:
    files = {"Contact.csv": PHONES, "Person.csv": "id,name,has_contact\nP1,甲,K1\n"}
    found = read(write(tmp_path, files), writing=Writing.of(country="CN"))
    contacts = {each.id: each for each in found.entities.values() if isinstance(each, Contact)}
    assert {ident: (each.value, each.contact_type) for ident, each in contacts.items()} == {
        "K1": ("+8612900000012", MOBILE),
        "K1~2": ("+8612900000013", MOBILE),
        "K2": ("95598", SHORT),
        "K5": ("1234567", SHORT),
    }
    assert (contacts["K1"].note, contacts["K1~2"].note) == ("备用", "备用; 夜间")
    assert found.links == {"P1 HAS_CONTACT K1", "P1 HAS_CONTACT K1~2"}
    assert {"K3", "K3~2", "K4"} <= found.kept
    assert [row for row, _, _ in found.rejected] == [4, 5, 7]
    assert "short number" in found.report.findings[1].reason
    account = found.report.accounts[0]
    assert (account.rows_read, account.taken, account.rejected) == (6, 3, 3)
    again = read(tmp_path, writing=Writing.of(country="CN"))
    assert again.entities.keys() == found.entities.keys()


LIST = """
    姓名,手机,座机,核实日期
    甲一,1291111000,0571-88110001,2026-11-1
    甲二,12911110002,0571-88,2026-11-1
    甲三,12911110003,见短号,2026-11-1
    甲四,已离职,,2026-11-1
    甲五,1.29E+10,0571-88110005,2026-11-1
    甲六,12911110006,,#N/A
    """


def test_a_wrong_number_costs_itself_and_neither_the_person_nor_the_shift(tmp_path: Path) -> None:
    roster = "日期,开始,结束,值班人\n2026-11-26,8:30,17:30,甲四\n"
    found = read(
        write(tmp_path / "g", {"人员.csv": LIST, "值班.csv": roster}), writing=Writing.of("Asia/Shanghai", "CN")
    )
    assert not found.rejected
    people = {each.name for each in found.entities.values() if each.id.startswith("PERSON:") and ":" not in each.id[9:]}
    assert people == {"甲一", "甲二", "甲三", "甲四", "甲五", "甲六"}
    assert any(link.target == "PERSON:g:甲四" and link.kind == "WORKED_BY" for link in found.relationships)
    dropped = {(each.row, each.column): each.remedy for each in found.report.findings if each.dropped}
    assert set(dropped) == {(2, "手机"), (3, "座机"), (4, "座机"), (5, "手机"), (6, "手机"), (7, "核实日期")}
    assert "Count its digits" in dropped[2, "手机"]
    assert "PERSON:g:甲四:MOBILE" in found.kept
    contact = found.entities["PERSON:g:甲六:MOBILE"]
    assert isinstance(contact, Contact)
    assert contact.verified_on is None


def test_a_column_of_contacts_that_holds_numbers(tmp_path: Path) -> None:
    customers = "户号,户名,联系方式,联系电话\nK1,甲,0571-88110100,0571-88110101\nK2,乙,见短号,\nK3,丙,12911110102,/\n"
    found = read(write(tmp_path, {"客户.csv": customers}), writing=Writing.of(country="CN"))
    assert not found.rejected
    assert {each.value for each in found.entities.values() if isinstance(each, Contact)} == {
        "+8657188110100", "+8657188110101", "+8612911110102",
    }  # fmt: skip
    assert found.links == {"K1 HAS_CONTACT K1:PHONE", "K1 HAS_CONTACT K1:PHONE~2", "K3 HAS_CONTACT K3:PHONE"}
    assert [(each.row, each.column) for each in found.report.findings if each.dropped] == [(3, "联系方式")]


def test_ids_of_contacts_stay_ids_and_a_number_among_them_is_told_with_its_last_digits(tmp_path: Path) -> None:
    files = {
        "客户.csv": "户号,联系方式\nK1,C1\nK2,C1\nK3,0571-88110100\n",
        "Contact.csv": "id,value\nC1,+8612911110102\n",
    }
    found = read(write(tmp_path, files))
    assert found.links == {"K1 HAS_CONTACT C1", "K2 HAS_CONTACT C1"}
    (wrong,) = (each for each in found.report.findings if each.dropped)
    assert wrong.value == "***0100"
    assert "88110100" not in wrong.reason
    assert "电话 (phone)" in wrong.remedy


def test_without_a_country_the_list_is_rejected_and_not_its_numbers(tmp_path: Path) -> None:
    found = read(write(tmp_path, {"人员.csv": "姓名,手机\n甲,12911110001\n"}))
    assert found.rejected == [(2, "手机", "***0001")]
    assert "--country" in found.report.rejects[0].remedy


def test_a_mapping_reads_numbers_too(tmp_path: Path) -> None:
    mapping = """
        system: s
        tables:
          phones: {file: p.csv, make: [{kind: Contact, id: "{A}", fields: {value: TEL}}]}
        """
    write(tmp_path, {"m.yaml": mapping})
    folder = write(tmp_path / "data", {"p.csv": "A,TEL\n1,025-84000006\n2,84000006\n3,1.39E+10\n"})
    found = read(folder, str(tmp_path / "m.yaml"), writing=Writing.of(country="86"))
    contact = found.entities["1"]
    assert isinstance(contact, Contact)
    assert (contact.value, contact.contact_type) == ("+862584000006", LANDLINE)
    assert found.rejected == [(3, "TEL", "***0006"), (4, "TEL", "***0")]


def test_an_extension_as_exports_write_it_behind_a_name_of_a_roster(tmp_path: Path) -> None:
    """RFC 3966: `;ext=` belongs to the number before it."""
    found = read(
        write(
            tmp_path,
            {
                "Person.csv": "id,name\nP1,张三\nP2,李四\n",
                "Shift.csv": "id,name,start,end,worked_by\n"
                "S1,夜班,2026-03-05T20:00+08:00,2026-03-06T08:00+08:00,张三 +8657384110001;ext=208；李四\n",
            },
        )
    )
    assert found.links == {"S1 WORKED_BY P1", "S1~2 WORKED_BY P2"}
