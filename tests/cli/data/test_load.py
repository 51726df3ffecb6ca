"""`baodian load` and `baodian template`."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest
from openpyxl import load_workbook

from graph_api.stores import remove_unused
from schema.registry import EntityKind
from tests.cli.conftest import Shell
from tests.loaders.cim_text import rdf
from tests.loaders.tables import write
from tests.shared_data import shared_data

GRID = {
    "Substation.csv": "id,name\nS1,城东变\n",
    "Breaker.csv": "id,name,position,contained_in\nB1,开关一,CLOSED,S1\nB2,开关二,sideways,S1\nB1,重复,CLOSED,S1\n",
}


def test_accounts_rejects_and_difference_are_told(shell: Shell, tmp_path: Path):
    result = shell("load", str(write(tmp_path / "grid", GRID)))
    assert "Breaker.csv" in result.stdout
    assert "Rejected rows" in result.stdout
    assert "sideways" in result.stdout
    assert "Revision 1" in result.stderr
    assert "2 added, 0 changed" in result.stderr
    again = shell("load", str(tmp_path / "grid"))
    assert "Nothing changed" in again.stderr
    assert "Difference" not in again.stdout


def test_for_machines(shell: Shell, tmp_path: Path):
    found = shell.json("load", str(write(tmp_path / "grid", GRID)))
    assert (found["system"], found["revision"], found["dryRun"]) == ("grid", 1, False)
    account = next(each for each in found["accounts"] if each["file"] == "Breaker.csv")
    assert (account["rowsRead"], account["taken"], account["duplicates"], account["rejected"]) == (3, 1, 0, 2)
    assert {each["value"] for each in found["rejects"]} >= {"sideways"}
    assert found["difference"]["added"] == {"SUBSTATION": 1, "BREAKER": 1}


def test_rejects_go_to_a_file(shell: Shell, tmp_path: Path):
    out = tmp_path / "rejects.csv"
    shell("load", str(write(tmp_path / "grid", GRID)), "--rejects", str(out))
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["file"], row["row"]) for row in rows] == [("Breaker.csv", "3"), ("Breaker.csv", "4")]
    assert all(row["remedy"] for row in rows)


def test_rejects_that_cannot_be_written_so_are_refused_before_the_load(shell: Shell, tmp_path: Path):
    refused = shell("load", str(write(tmp_path / "grid", GRID)), "--rejects", str(tmp_path / "rejects.docx"), code=2)
    assert "rejects.docx is neither .csv nor .xlsx nor .pdf" in refused.stderr
    assert shell.json("load", str(tmp_path / "grid"))["revision"] == 1


@pytest.mark.parametrize(("name", "lists"), [("out.csv", ["out"]), ("out.xlsx", ["rejects", "findings"])])
def test_findings_go_to_the_file_too(shell: Shell, tmp_path: Path, name: str, lists: list[str]):
    odd = GRID | {"Substation.csv": "id,name,colour\nS1,城东变,红\n"}
    out = tmp_path / name
    found = shell.json("load", str(write(tmp_path / "grid", odd)), "--rejects", str(out))
    assert (len(found["rejects"]), [each["column"] for each in found["findings"]]) == (2, ["colour"])
    if name.endswith(".csv"):
        with out.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        assert [(row["what"], row["file"], row["row"]) for row in rows] == [
            ("rejected", "Breaker.csv", "3"),
            ("rejected", "Breaker.csv", "4"),
            ("finding", "Substation.csv", "1"),
        ]
        return
    book = load_workbook(out)
    assert (book.sheetnames, [sheet.max_row for sheet in book]) == (lists, [3, 2])


PEOPLE = {
    "联系方式.csv": "标识,类型,号码\nK1,手机,13912345678\nK2,手机,12345\nK3,电子邮件,li.at.example\nK4,手机,\n",
    "客户.csv": "标识,名称,合同容量(kVA)\nC1,医院,-5\nC2,学校,多\n,无名,1\nC3,,\nC3,又,\n",
}


def test_rejects_are_told_in_chinese_with_the_names_of_the_sheet(shell: Shell, tmp_path: Path):
    out = tmp_path / "out.csv"
    told = shell("load", str(write(tmp_path / "in", PEOPLE)), "--rejects", str(out), "--lang", "zh")
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["文件"], row["行"], row["列"], row["值"], row["原因"]) for row in rows] == [
        ("客户.csv", "2", "合同容量(kVA)", "-5", "小于 0"),
        ("客户.csv", "3", "合同容量(kVA)", "多", "不是数字"),
        ("客户.csv", "4", "标识", "", "该行没有标识"),
        ("客户.csv", "6", "标识", "C3", "客户.csv 第 5 行的标识相同而内容不同，已采用该行"),
        ("联系方式.csv", "2", "号码", "***5678", "电话号码未说明所属国家"),
        ("联系方式.csv", "3", "号码", "***5", "手机号码位数不足"),
        ("联系方式.csv", "4", "号码", "***", "不是电子邮箱地址"),
        ("联系方式.csv", "5", "号码", "", "为空"),
    ]
    assert not [row for row in rows if not any("\u4e00" <= char <= "\u9fff" for char in row["处理办法"])]
    assert "***5678" in told.stdout
    assert "3912345678" not in told.output.replace("+8613912345678", "")


def test_a_dry_run_tells_what_would_need_force(shell: Shell, tmp_path: Path):
    many = "id\n" + "".join(f"S{n}\n" for n in range(50))
    folder = write(tmp_path / "many", {"Substation.csv": many})
    shell("load", str(folder))
    write(folder, {"Substation.csv": "id,name\n" + "".join(f"T{n},新\n" for n in range(30)) + "S1,城东变\n"})
    dry = shell("load", str(folder), "--dry-run")
    assert "Accounts" in dry.stdout
    assert "S49" not in dry.stdout
    assert "S2" in dry.stdout
    assert "30 added, 1 changed, 49 removed" in dry.stderr
    assert "--force" in dry.stderr
    assert shell.json("load", str(folder), "--dry-run")["needsForce"] is True
    assert shell.json("load", str(folder), "--dry-run", "--force")["needsForce"] is False
    shell("load", str(folder), code=2)


@pytest.mark.parametrize("dry", [[], ["--dry-run"]])
def test_rejects_are_shown_and_written_where_no_row_could_be_taken(shell: Shell, tmp_path: Path, dry: list[str]):
    folder = write(tmp_path / "bad", {"Customer.csv": "id,name,contract_kva\nC9,i,1e400\nC10,j,NaN\nC11,k,-5\n"})
    out = tmp_path / "rejects.csv"
    told = shell("load", str(folder), "--rejects", str(out), *dry, code=2)
    assert "1e400" in told.stdout
    assert "No row could be taken" in told.stderr
    with out.open(encoding="utf-8-sig", newline="") as file:
        assert [row["row"] for row in csv.DictReader(file)] == ["2", "3", "4"]
    machine = json.loads(shell("load", str(folder), "--json", *dry, code=2).stdout)
    assert (len(machine["rejects"]), machine["revision"]) == (3, None)
    assert "No row could be taken" in machine["refused"]


def test_zone_country_and_encoding_are_told_by_options(shell: Shell, tmp_path: Path):
    files = {
        "Shift.csv": "id,date,start,end\nN1,2026年3月5日,20:00,8:00\n",
        "Contact.csv": "id,value,contact_type\nK1,025-84000006,座机\nK2,95598,DUTY_PHONE\n",
        "Person.csv": "id,name\nP1,Müller\n".encode("cp1252"),
    }
    folder = write(tmp_path / "people", files)
    assert "--encoding cp1252" in shell("load", str(folder), code=2).stderr
    told = shell.json("load", str(folder), "--encoding", "cp1252", "--dry-run")
    remedies = " ".join(each["remedy"] for each in told["rejects"])
    assert "--timezone Asia/Shanghai" in remedies
    assert "--country CN" in remedies
    options = ["--encoding", "cp1252", "--timezone", "Asia/Shanghai", "--country", "CN"]
    shell("load", str(folder), *options, "--strict")
    for wrong in (["--timezone", "Beijing"], ["--country", "ZZ"], ["--encoding", "x"]):
        assert wrong[1] in shell("load", str(folder), *wrong, code=2).stderr


def test_what_is_not_read_is_named_and_empty_sheets_are_one_line(shell: Shell, tmp_path: Path):
    template = tmp_path / "t.xlsx"
    shell("template", str(template))
    told = shell("load", str(template), code=2)
    assert told.stdout.count("t.xlsx#") == 1
    assert "Without a row: ConnectivityNode, EnergySource, Feeder" in told.stderr
    odd = write(tmp_path / "odd", {"Customer.csv": "id,colour\nC1,red\n", "note.pdf": b"x"})
    told = shell("load", str(odd))
    assert "note.pdf" in told.stdout
    assert "Columns of Customer.csv that are not read: colour." in told.stderr


def test_what_would_go_is_shown_before_force_is_asked_for(shell: Shell, tmp_path: Path):
    folder = write(tmp_path / "c", {"Customer.csv": "id,name\nC1,甲\nC2,乙\nC3,丙\n"})
    shell("load", str(folder))
    write(folder, {"Customer.csv": "id,name\nC1,甲\n"})
    told = shell("load", str(folder), code=2)
    assert "C3" in told.stdout
    assert "removed" in told.stdout
    assert "Customer 客户: 2 of 3" in told.stderr
    assert "New source system" not in told.stderr


def test_a_dry_run_makes_no_store(shell: Shell, tmp_path: Path):
    result = shell("load", str(write(tmp_path / "grid", GRID)), "--dry-run")
    assert "Dry run" in result.stderr
    assert not (tmp_path / "graph.db").exists()
    shell("load", str(tmp_path / "grid"))
    (tmp_path / "grid" / "Substation.csv").write_text("id,name\nS1,城东变电站\n", encoding="utf-8")
    dry = shell("load", str(tmp_path / "grid"), "--dry-run")
    assert "name" in dry.stdout
    assert shell.json("search", "城东")["search"]["nodes"][0]["entity"]["name"] == "城东变"


def test_a_refused_first_load_leaves_no_store(shell: Shell, tmp_path: Path):
    bad = write(tmp_path / "bad", {"Breaker.csv": "id,position\nB1,sideways\n"})
    shell("load", str(bad), code=2)
    shell("load", str(write(tmp_path / "torn", {"Breaker.csv": "position\nOPEN\n"})), code=2)
    assert [item.name for item in tmp_path.iterdir() if item.name.startswith("graph.db")] == []
    shell("load", str(write(tmp_path / "grid", GRID)))
    shell("load", str(bad), code=2)
    assert shell.json("search", "城东")["search"]["nodes"]


def test_only_a_store_without_content_is_removed(shell: Shell, tmp_path: Path):
    shell("load", str(write(tmp_path / "grid", GRID)))
    other = tmp_path / "other.db"
    assert not remove_unused(other)
    other.write_text("no database of ours", encoding="utf-8")
    assert not remove_unused(other)
    assert not remove_unused(tmp_path / "graph.db")
    assert other.exists()


def test_a_new_source_system_is_told_and_who_holds_its_things(shell: Shell, tmp_path: Path):
    first = shell(
        "load", str(write(tmp_path / "may", {"Substation.csv": "id\n" + "".join(f"S{n}\n" for n in range(9))}))
    )
    assert "New source system 'may'" in first.stderr
    write(tmp_path / "june", {"Substation.csv": "id\nN1\n" + "".join(f"S{n}\n" for n in range(5))})
    second = shell("load", str(tmp_path / "june"), "--dry-run")
    assert "New source system 'june'" in second.stderr
    assert "'may' already holds 5 of these 6 things; give --system 'may'" in second.stderr
    found = shell.json("load", str(tmp_path / "june"), "--dry-run")
    assert (found["newSystem"], found["heldBy"]) == (True, {"may": 5})
    known = shell("load", str(tmp_path / "june"), "--system", "may")
    assert "New source system" not in known.stderr


def test_two_folders_are_no_source_system_of_their_own(shell: Shell, tmp_path: Path):
    one, two = write(tmp_path / "a", GRID), write(tmp_path / "b", {"Feeder.csv": "id\nF1\n"})
    assert "--system" in shell("load", str(one), str(two), code=2).stderr
    assert "--system" in shell("load", str(one / "Substation.csv"), str(two / "Feeder.csv"), code=2).stderr
    assert shell.json("load", str(one), str(two), "--system", "both")["system"] == "both"


def test_what_strict_and_force_are_for(shell: Shell, tmp_path: Path):
    folder = write(tmp_path / "grid", GRID)
    assert "--strict" in shell("load", str(folder), "--strict", code=2).stderr
    many = "id\n" + "".join(f"S{n}\n" for n in range(50))
    shell("load", str(write(tmp_path / "many", {"Substation.csv": many})))
    write(tmp_path / "many", {"Substation.csv": "id\nS1\n"})
    assert "--force" in shell("load", str(tmp_path / "many"), code=2).stderr
    shell("load", str(tmp_path / "many"), "--force")


def test_cim_by_its_suffix_or_as_a_folder(shell: Shell, tmp_path: Path):
    folder = write(tmp_path / "models", {"one.xml": rdf("Substation s name=S\nBreaker b name=B EquipmentContainer=#s")})
    assert shell.json("load", str(folder / "one.xml"))["system"] == "one"
    again = shell.json("load", str(folder), "--system", "one")
    assert (again["revision"], again["difference"]["unchanged"]) == (None, {"SUBSTATION": 1, "BREAKER": 1})


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere"], "There is no file or folder nowhere"),
        (["grid", "one.xml"], "different loads"),
        (["one.xml", "--mapping", "bdgd"], "CIM files need none"),
        (["empty", "--format", "cim"], "holds no CIM file"),
        (["empty"], "holds no table (.csv"),
        (["grid", "--mapping", "nobody"], "nobody"),
        (["zero.csv"], "zero.csv"),
        (["broken.xml"], "broken.xml breaks off"),
    ],
)
def test_what_cannot_be_loaded_is_said(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], message: str
):
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "grid", GRID)
    (tmp_path / "empty").mkdir()
    (tmp_path / "one.xml").write_text(rdf("Substation s name=S"), encoding="utf-8")
    (tmp_path / "broken.xml").write_text("<rdf:RDF", encoding="utf-8")
    (tmp_path / "zero.csv").write_bytes(b"")
    assert message in shell("load", *arguments, code=2).stderr


def test_a_template_holds_every_kind_that_a_file_may_give(shell: Shell, tmp_path: Path):
    told = shell.json("template", str(tmp_path / "all.xlsx"))
    assert load_workbook(tmp_path / "all.xlsx").sheetnames[1:] == [EntityKind(kind).label for kind in told["kinds"]]


def test_a_template_is_filled_in_and_loaded(shell: Shell, tmp_path: Path):
    out = tmp_path / "mine.xlsx"
    shell("template", str(out), "--kind", "Substation", "--kind", "客户", "--chinese")
    book = load_workbook(out)
    assert book.sheetnames == ["README", "变电站", "客户"]
    sheet = book["变电站"]
    heads = [cell.value for cell in sheet[1]]
    sheet.append(["S1" if head == "标识" else "城东变" if head == "名称" else None for head in heads])
    book.save(out)
    assert shell.json("load", str(out))["difference"]["added"] == {"SUBSTATION": 1}


def test_a_first_hour_from_the_example_to_whom_to_call(shell: Shell, tmp_path: Path):
    told = shell("template", str(tmp_path / "mine.xlsx"))
    assert "filled in as an example" in told.stderr
    shell("load", str(tmp_path / "mine-example.xlsx"), "--strict")
    found = shell("impact", "L1")
    assert "市第一人民医院" in found.stdout
    assert "129 0000 0001" in found.stdout
    assert "--force" in shell("template", str(tmp_path / "mine.xlsx"), code=2).stderr
    (tmp_path / "mine.xlsx").unlink()
    assert "mine-example.xlsx" in shell("template", str(tmp_path / "mine.xlsx"), code=2).stderr


def test_in_chinese_the_template_is_the_chinese_one(shell: Shell, tmp_path: Path):
    shell("template", str(tmp_path / "mine.xlsx"), "--kind", "Substation", "--lang", "zh")
    sheet = load_workbook(tmp_path / "mine.xlsx")["变电站"]
    assert sheet["A1"].value == "标识"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["there.xlsx"], "--force"),
        (["out.csv"], "not an .xlsx"),
        (["out.xlsx", "--kind", "Unicorn"], "'Unicorn' is no entity kind"),
    ],
)
def test_a_template_is_never_written_over_by_mistake(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], message: str
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "there.xlsx").write_bytes(b"mine")
    assert message in shell("template", *arguments, code=2).stderr
    assert (tmp_path / "there.xlsx").read_bytes() == b"mine"


def test_a_real_utility_every_customer_hangs_on_one_feeder(shell: Shell, tmp_path: Path):
    found = shell.json("load", "--mapping", "bdgd", str(shared_data("bdgd-mux")))
    for account in found["accounts"]:
        assert account["rowsRead"] == account["taken"] + account["duplicates"] + account["rejected"]
    assert sum(each["rowsRead"] for each in found["accounts"] if each["file"] in ("ucbt.csv", "ucmt.csv")) == 13_340
    traced = shell.json("export", "upstream", "--out", str(tmp_path / "up.csv"))
    unknown = "no voltage is recorded, and no distribution transformer is on the way up"
    assert (traced["customers"], traced["findings"]) == (13_340, {unknown: 40}), "the extract has no column TEN_FORN"
    assert sorted(traced["feeders"].values()) == [5_448, 7_892]
    assert sorted(traced["feeders"]) == ["1_TAP2_1", "2_TAP2_1"], "the source's own keys"
    with (tmp_path / "up.csv").open(encoding="utf-8-sig", newline="") as file:
        upstream = [row for row in csv.DictReader(file) if row["id"].startswith("BDGD:UCBT:")]
    with (shared_data("bdgd-mux") / "untrmt.csv").open(encoding="utf-8-sig", newline="") as file:
        transformers = {row["COD_ID"] for row in csv.DictReader(file)}
    assert sum(row["transformer"] in transformers for row in upstream) == len(upstream) == 13_300


@pytest.mark.parametrize("name", ["IEEE13", "IEEE123", "maple10nodebreaker", "test240b_open_iowa"])
def test_real_cim_models(shell: Shell, name: str):
    model = shared_data("cim") / f"{name}.xml"
    first = shell.json("load", "--format", "cim", str(model))
    account = first["accounts"][0]
    assert account["rowsRead"] == account["taken"] + account["duplicates"] + account["rejected"] > 100
    assert first["difference"]["added"]["CONNECTIVITY_NODE"] > 20
    assert shell.json("load", "--format", "cim", str(model))["revision"] is None


def test_reasons_for_machines_are_in_the_asked_language(shell: Shell, tmp_path: Path):
    rows = "姓名,部门,手机\n张伟,运检部,12900000001\n城东供电所,,\n李娜,,0571-88\n\x07,,12900000002\n"
    arguments = ("load", str(write(tmp_path / "in", {"通讯录.csv": rows})), "--json", "--country", "CN")
    told = {lang: json.loads(shell(*arguments, "--dry-run", "--lang", lang).stdout) for lang in ("zh", "en")}
    for each in (*told["zh"]["rejects"], *told["zh"]["findings"]):
        assert re.search("[㐀-鿿]", each["reason"]), each
        assert re.search("[㐀-鿿]", each["remedy"]), each
    assert told["zh"]["rejects"]
    assert [each.keys() for each in told["zh"]["findings"]] == [each.keys() for each in told["en"]["findings"]]
    assert told["zh"]["accounts"][0]["leftOutRows"] == {"表中小标题": [3]}
    assert "1 heading between the rows (row 3)" in shell(*arguments[:2], "--country", "CN").stdout
