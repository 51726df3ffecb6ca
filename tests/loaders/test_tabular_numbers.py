"""Numbers, ids, classes and addresses as people type them: each writing with what it is, or why it is nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from loaders.source import Reading
from loaders.tabular.numbers import figure
from loaders.tabular.writing import UnclearError
from schema.customer import Customer
from schema.grid import Feeder, Substation
from schema.registry import EntityKind
from tests.loaders.tables import Read, read, write


@pytest.mark.parametrize(
    ("text", "unit", "number"),
    [
        ("2×800kVA", "kVA", 1600),
        ("2*800+630", "kVA", 2230),
        ("800kVA×2", "kVA", 1600),
        ("2x800", "kVA", 1600),
        ("2台800", "kVA", 1600),
        ("2×800kVA+1×630kVA", "kVA", 2230),
        ("630+800", "kVA", 1430),
        ("1.6MVA", "kVA", 1600),
        ("2×1.6MVA", "kVA", 3200),
        ("1600 千伏安", "kVA", 1600),
        ("1,600", "kVA", 1600),
        ("1，600.5", "kVA", 1600.5),
        ("８００", "", 800),
        ("'315", "", 315),
        ("10千伏", "kV", 10),
        ("-12.5", "", -12.5),
        ("1e3", "", 1000),
    ],
)
def test_numbers(text: str, unit: str, number: float) -> None:
    assert float(figure(text, unit)) == number


@pytest.mark.parametrize("text", ["约1600", "800/630", "1,60", "12,34,567", "2×", "一千"])
def test_what_is_no_number_stays_as_it_is(text: str) -> None:
    assert figure(text, "kVA") == text


@pytest.mark.parametrize(("text", "unit"), [("10kW", "kVA"), ("2×800kW", "kVA"), ("5km", "kV")])
def test_another_unit_is_refused(text: str, unit: str) -> None:
    with pytest.raises(UnclearError, match="is in k"):
        figure(text, unit)


def feeders(tmp_path: Path, rows: str) -> Read:
    return read(write(tmp_path, {"馈线.csv": f"线路编号;线路名称;电压等级;额定电流\n{rows}"}))


def test_a_decimal_comma_where_semicolons_part_the_cells(tmp_path: Path) -> None:
    found = feeders(tmp_path, "F1;一;10,5;400,0\nF2;二;10;1.250,5\nF3;三;10;1,600\n")
    currents = [each.rated_current_a for each in found.entities.values() if isinstance(each, Feeder)]
    assert currents == [400, 1250.5, 1.6]


def test_a_comma_that_may_be_either_is_refused(tmp_path: Path) -> None:
    found = feeders(tmp_path, "F1;一;10;1,600\nF2;二;10;400\n")
    assert found.rejected == [(2, "额定电流", "1,600")]
    assert "may be a number with decimals, or one of thousands" in found.report.rejects[0].reason


@pytest.mark.parametrize(
    ("cells", "read_as"),
    [
        ("1,5 1.250 12.500", [1.5, None, None]),
        ("630,5 1.250 1.250,5 1.250.000 1,600", [630.5, 1250, 1250.5, 1_250_000, 1.6]),
        ("1.250.000 1.250 630,5", [1_250_000, 1250, 630.5]),
        ("630,5 1.5 1.250 1.250,5", [630.5, 1.5, None, 1250.5]),
        ("400 1.250 1.5", [400, 1.25, 1.5]),
    ],
)
def test_a_dot_before_three_digits_where_commas_part_decimals(
    tmp_path: Path, cells: str, read_as: list[float | None]
) -> None:
    rows = "".join(f"F{n};x;10;{cell}\n" for n, cell in enumerate(cells.split()))
    found = feeders(tmp_path, rows)
    currents = {ident: getattr(each, "rated_current_a", None) for ident, each in found.entities.items()}
    assert [currents.get(f"F{n}") for n in range(len(read_as))] == read_as
    assert len(found.rejected) == read_as.count(None)


def test_coordinates_with_a_point_in_a_table_with_decimal_commas(tmp_path: Path) -> None:
    text = "标识;额定电流;经度;纬度\nF1;400,5;118.125;32.5\nF2;1.250;118.5;32.125\n"
    found = read(write(tmp_path, {"变电站.csv": text.replace("额定电流", "电压等级")}))
    assert found.rejected == [(3, "电压等级", "1.250")]
    assert getattr(found.entities["F1"], "longitude", 0) == 118.125


def test_a_sep_line_before_a_decimal_comma(tmp_path: Path) -> None:
    found = read(write(tmp_path, {"馈线.csv": "sep=;\n标识;额定电压\nF1;10,5\n"}))
    assert getattr(found.entities["F1"], "nominal_kv", 0) == 10.5


def test_ids_of_full_width_and_with_the_apostrophe_of_excel(tmp_path: Path) -> None:
    customers = "户号,户名,has_receiving_point\nＫＨ００１,医院,'RP01\n'0004,学校,’RP02\nO'2,'s-Haus,RP０１\n"
    points = "标识\nRP01\nRP02\n"
    found = read(write(tmp_path, {"客户.csv": customers, "受电点.csv": points}))
    kept = {each.id: (each.number, each.name) for each in found.entities.values() if isinstance(each, Customer)}
    assert kept == {"KH001": ("KH001", "医院"), "0004": ("0004", "学校"), "O'2": ("O'2", "'s-Haus")}
    assert {link.target for link in found.relationships} == {"RP01", "RP02"}
    assert [each.reason.split(": ")[1] for each in found.report.findings if "of full width" in each.reason] == [
        "2",
        "3",
    ]


def test_an_id_that_the_graph_has_so_is_left_as_it_is(tmp_path: Path) -> None:
    reading = Reading(known=lambda ident: EntityKind.CUSTOMER if ident == "ＫＨ１" else None)
    assert set(read(write(tmp_path, {"客户.csv": "标识\nＫＨ１\nＫＨ２\n"}), reading=reading).entities) == {
        "ＫＨ１",
        "KH2",
    }


def test_names_are_without_characters_of_no_width(tmp_path: Path) -> None:
    found = read(write(tmp_path, {"人员.csv": "标识,姓名\nP1,王\ufeff建\u200b国\nP2,\u2066李\u202e四\u2069\n"}))
    assert (found.entities["P1"].name, found.entities["P2"].name) == ("王建国", "李四")
    (told,) = found.report.findings
    assert (told.column, told.row) == ("姓名", 2)
    assert told.reason.endswith("were removed from texts: 2")


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("特级重要用户", "SPECIAL"),
        ("一级重要用户", "FIRST"),
        ("一级重要电力用户（双电源）", "FIRST"),
        ("二级重要用户", "SECOND"),
        ("二级重要", "SECOND"),
        ("重要用户二级", "SECOND"),
        ("Ⅱ级", "SECOND"),
        ("2级", "SECOND"),
        ("临时性重要用户", "TEMPORARY"),
        ("非重要电力用户", "ORDINARY"),
        ("普通用户", "ORDINARY"),
    ],
)
def test_words_for_classes(tmp_path: Path, word: str, code: str) -> None:
    found = read(write(tmp_path, {"客户.csv": f"标识,重要等级\nK1,{word}\n"}))
    assert getattr(found.entities["K1"], "importance", "") == code


@pytest.mark.parametrize("word", ["重要用户", "1", "三级重要用户"])
def test_words_that_tell_no_class(tmp_path: Path, word: str) -> None:
    assert read(write(tmp_path, {"客户.csv": f"标识,重要等级\nK1,{word}\n"})).rejected == [(2, "重要等级", word)]


def test_addresses_are_sites(tmp_path: Path) -> None:
    long = "临江市" + "滨江路" * 20
    customers = f"户号,户名,用电地址\n1,医院,滨江路1号\n2,商店,滨江路1号\n3,学校,{long}\n4,园区,甲路;乙路\n5,站,/\n"
    found = read(write(tmp_path / "g", {"客户.csv": customers}))
    sites = {each.id: each.name for each in found.entities.values() if each.id.startswith("SITE:")}
    assert sorted(sites.values()) == sorted(["滨江路1号", long, "甲路", "乙路"])
    assert {link.source for link in found.relationships if link.target == "SITE:g:滨江路1号"} == {"1", "2"}
    assert EntityKind.SITE in found.source.covers()
    assert not found.report.rejects
    kept = read(write(tmp_path / "h", {"客户.csv": "户号,合同容量,用电地址\n1,x,滨江路1号\n"})).kept
    assert "SITE:h:滨江路1号" in kept


def test_addresses_lead_to_the_sites_that_a_table_or_the_graph_has(tmp_path: Path) -> None:
    files = {"客户.csv": "标识,用电地址\nK1,S1\n", "用电地址.csv": "标识,地址\nS1,滨江路1号\n"}
    assert read(write(tmp_path / "a", files)).links == {"K1 HAS_SITE S1"}
    reading = Reading(known=lambda ident: EntityKind.SITE if ident == "S1" else None)
    assert read(write(tmp_path / "b", {"客户.csv": files["客户.csv"]}), reading=reading).links == {"K1 HAS_SITE S1"}


def test_columns_of_another_kind_are_told_where_they_go(tmp_path: Path) -> None:
    head = "序号,户号,户名,供电方式,变压器容量,自备电源,负责人,奇怪的列"
    found = read(write(tmp_path, {"客户.csv": f"{head}\n1,K1,医院,双电源,2×800kVA,无,陈静,x\n"}))
    said = {each.column: each.reason for each in found.report.findings if each.dropped}
    assert set(said) == {"供电方式", "变压器容量", "自备电源", "负责人", "奇怪的列"}
    assert "供电电源 (SupplySource), column 电源性质 (role)" in said["供电方式"]
    assert "(rated_kva)" in said["变压器容量"]
    assert "责任分配 (Assignment)" in said["负责人"]
    assert "sheet" not in said["奇怪的列"]
    assert "序号" in next(each.unread for each in found.report.accounts)


@pytest.mark.parametrize(
    ("text", "level"), [("110/10kV", 110), ("10kV/110kV", 110), ("220／110／35", 220), ("110kV、10kV", 110)]
)
def test_a_station_with_several_voltages_is_taken_with_the_highest_and_keeps_its_feeders(
    tmp_path: Path, text: str, level: float
) -> None:
    """A station is called by its highest voltage, whatever its transformers step down to."""
    files = {
        "变电站.csv": f"站名,电压等级\n滨江变,{text}\n",
        "馈线.csv": "线路名称,线路编号,所属变电站\n10kV滨江一线,1021,滨江变\n",
    }
    found = read(write(tmp_path, files))
    station = next(each for each in found.entities.values() if isinstance(each, Substation))
    assert station.nominal_kv == level
    assert found.links == {f"1021 CONTAINED_IN {station.id}"}
    assert [each.value for each in found.report.findings if each.row == 2 and each.column == "电压等级"] == [text]
    assert not found.report.rejects


def test_two_voltages_of_a_feeder_are_none(tmp_path: Path) -> None:
    found = read(write(tmp_path, {"馈线.csv": "线路名称,线路编号,电压等级\n滨江一线,1021,110/10kV\n"}))
    assert [each.value for each in found.report.rejects] == ["110/10kV"]


@pytest.mark.parametrize("head", ["合同容量【MVA】", "合同容量（MVA）", "合同容量[MVA]"])
def test_a_unit_in_any_bracket_is_that_of_the_column(head: str, tmp_path: Path) -> None:
    found = read(write(tmp_path / "x", {"客户.csv": f"户号,户名,{head}\nK1,甲,1.6\n"}))
    (customer,) = found.entities.values()
    assert isinstance(customer, Customer)
    assert customer.contract_kva == 1600
