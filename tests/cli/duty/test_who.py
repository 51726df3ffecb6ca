"""Who answers, and the papers of an incident, as a coordinator asks for them at night."""

import csv
from datetime import UTC, date, datetime

import openpyxl
import pytest
from rich.cells import cell_len

from loaders.drawing import batch
from schema.batch import GraphBatch
from schema.people import Assignment, Contact, Person, Shift, Team
from schema.relationships import Relationship
from schema.relationships import RelationshipKind as Kind
from schema.vocabulary import ContactType, Importance, Rank, ResponsibilityRole, ShiftType, TransferMode

CITY = """
    F1 = CB1
    G1 - B1 - CB1 - L1 - n1 - L2 - S1>C1 - SB3 - IB1 - SB1 - LD1(80kW)
    n1 - L3 - S2>C2
    n1 - L4 - S3>C3
    B1 - CB2 - L5 - S4>C1:standby - SB2/ - IB1
"""
AT = "2026-05-01T08:00:00+00:00"
Role = ResponsibilityRole
CHECKED = date(2026, 1, 1)


def rel(kind, source, target):
    return Relationship(kind=kind, source=source, target=target)


def person(key, name, phone, *, verified=True):
    contact = Contact(id=f"T-{key}", value=phone, verified_on=CHECKED if verified else None)
    return [Person(id=key, name=name), contact], [rel(Kind.HAS_CONTACT, key, contact.id)]


def held(key, role, holder, covered, rank=Rank.A):
    return [Assignment(id=key, role=role, rank=rank)], [
        rel(Kind.HELD_BY, key, holder),
        rel(Kind.COVERS, key, covered),
    ]


def merged(*parts):
    return GraphBatch(
        entities=[entity for entities, _ in parts for entity in entities],
        relationships=[each for _, relationships in parts for each in relationships],
    )


@pytest.fixture
def city(shell):
    names = {
        "F1": {"name": "10kV 滨江一线"},
        "C1": {"name": "市第一医院", "importance": Importance.FIRST},
        "C2": {"name": "=滨江纺织"},
        "C3": {"name": "水厂"},
        "C1.1": {"transfer": TransferMode.MANUAL},
        "LD1": {"name": "手术室", "permitted_interruption_s": 900.0},
    }
    leave = Shift(
        id="V1",
        shift_type=ShiftType.LEAVE,
        start=datetime(2026, 5, 1, tzinfo=UTC),
        end=datetime(2026, 5, 2, tzinfo=UTC),
    )
    hotline = Contact(id="T-TM", value="+861055551234", verified_on=CHECKED)
    box = Contact(id="T-box", contact_type=ContactType.EMAIL, value="a@b.cn", priority=0, verified_on=CHECKED)
    people = merged(
        person("P1", "王经理", "+8612900000001"),
        person("P2", "李副手", "+8612900000002"),
        person("P3", "赵电工", "+8612900000003"),
        person("P4", "周休假", "+8612900000004"),
        person("P5", "吴联系", "+8612900000005", verified=False),
        ([Team(id="TM", name="抢修一班"), hotline, leave, box], []),
        (
            [],
            [
                rel(Kind.HAS_CONTACT, "TM", "T-TM"),
                rel(Kind.WORKED_BY, "V1", "P4"),
                rel(Kind.HAS_CONTACT, "P1", "T-box"),
            ],
        ),
        held("A1", Role.CUSTOMER_MANAGER, "P1", "C1"),
        held("A2", Role.CUSTOMER_MANAGER, "P2", "C1", Rank.B),
        held("A3", Role.CUSTOMER_MANAGER, "P1", "C2"),
        held("A4", Role.CUSTOMER_ELECTRICIAN, "P3", "C1"),
        held("A5", Role.CUSTOMER_OUTAGE_CONTACT, "P5", "C1"),
        held("A6", Role.DISPATCHER, "P4", "F1"),
        (
            [Assignment(id="A7", role=Role.DISTRIBUTION_REPAIR)],
            [rel(Kind.OF_TEAM, "A7", "TM"), rel(Kind.COVERS, "A7", "F1")],
        ),
    )
    shell.fill(batch(CITY, **names), people)
    return shell


def test_who_names_the_first_to_call_the_deputy_and_the_gaps(city):
    shown = city("who", "市第一医院", "--at", AT).stdout
    for word in ("王经理", "129 0000 0001", "deputy 李副手", "赵电工", "抢修一班", "+86 10 5555 1234"):
        assert word in shown, word
    contact = "Gap: customer's outage contact, no holder on duty has a verified number. "
    tried = "Until then try 吴联系 129 0000 0005, which nobody verified. Remedy: verify a number."
    assert contact + tried in " ".join(shown.split())
    assert "129 0000 0005 (?)" in shown
    assert "Gap: duty dispatcher, every holder is on leave" in shown
    assert "Gap: on-site commander, nobody holds the role. Remedy: assign somebody." in shown
    assert "129 0000 0005（未核实）" in city("who", "市第一医院", "--at", AT, "--lang", "zh").stdout


def test_who_as_json_and_for_some_roles(city):
    answer = city.json("who", "C1", "--at", AT, "--role", "客户经理", "--role", "SITE_COMMANDER")["node"][
        "responsibility"
    ]
    manager, deputy, commander = sorted(answer["rows"], key=lambda row: (row["role"], row["rank"] or ""))
    assert (manager["person"]["name"], manager["number"]["value"]) == ("王经理", "+8612900000001")
    assert deputy["rank"] == "B"
    assert commander["gap"] == "NOBODY"
    assert "CUSTOMER_MANAGER" in city("who", "C1", "--role", "王", code=2).stderr


def test_who_of_what_needs_nobody(shell):
    shell.fill(batch("G1 - B1 - CB1 - L1 - S1>C1"))
    assert "Nobody is assigned" in shell("who", "C1.1").stdout


def test_one_step_further_stands_in(city):
    city.fill(merged(person("P6", "孙调度", "+8612900000006"), held("A8", Role.DISPATCHER, "P6", "F1")))
    city.fill(merged(held("A9", Role.DISPATCHER, "P4", "C1")))
    shown = city("who", "C1", "--at", AT, "--role", "DISPATCHER").stdout
    assert (
        "Gap: duty dispatcher, every holder is on leave. Now call 孙调度 129 0000 0006; then assign a deputy." in shown
    )


def test_a_call_sheet_bears_witness_of_the_audit(city, tmp_path):
    sheet = ("export", "call-sheet", "滨江一线", "--opened", "--at", AT)
    city(*sheet)
    head = city("audit", "verify").stdout.split()[-1]
    assert city(*sheet).stdout.splitlines()[-1] == f"Audit up to {head}"
    for name in ("x.csv", "y.csv"):
        city(*sheet, "--out", str(tmp_path / name))
    before, last = [(tmp_path / name).read_text("utf-8-sig").split()[-1] for name in ("x.csv", "y.csv")]
    assert len({head, before, last}) == 3, "each sight of numbers is a line more"
    for each in (head, before, last):
        assert city.json("audit", "verify", "--head", each)["broken_at"] is None


def test_call_sheet_calls_nobody_twice_in_order_and_in_80_columns(city):
    shown = city("export", "call-sheet", "滨江一线", "--opened", "--at", AT).stdout.splitlines()
    assert max(map(cell_len, shown)) <= 80
    text = "\n".join(shown)
    assert text.count("王经理") == 1
    assert "customer manager 市第一医院, =滨江纺织" in " ".join(text.split())
    assert "duty electrician [transfer by hand] 市第一医院" in " ".join(text.split())
    calls = city.json("export", "call-sheet", "滨江一线", "--opened", "--at", AT)["impact"]["calls"]
    assert [(call["person"] or call["group"] or {}).get("name", call["gap"]) for call in calls] == [
        "ON_LEAVE", "赵电工", "王经理", "NO_VERIFIED_CONTACT", "抢修一班", "NOBODY", "NOBODY",
    ]  # fmt: skip
    assert calls[1]["deadline"] == "2026-05-01T08:15:00+00:00"
    assert calls[1]["tasks"][0] == {
        "role": "CUSTOMER_ELECTRICIAN",
        "about": {"id": "C1", "kind": "CUSTOMER", "name": "市第一医院"},
        "deadline": "2026-05-01T08:15:00+00:00",
        "transferByHand": True,
    }


def test_call_sheet_wraps_what_is_long_and_says_tomorrow(city):
    late = "2026-05-01T23:50:00"
    drawn = "n1 - L7 - S7>C7 - IB7 - SB7 - LD7\n" + "\n".join(f"n1 - L{at} - S{at}>C{at}" for at in range(20, 30))
    names = {f"C{at}": {"name": f"滨江某某某某有限公司第{at}分厂"} for at in range(20, 29)} | {
        "C29": {"name": "某" * 60}
    }
    city.fill(batch(drawn, **names, LD7={"permitted_interruption_s": 900.0}))
    held_by_one = (held(f"AK{at}", Role.CUSTOMER_MANAGER, "P2", f"C{at}") for at in (7, *range(20, 30)))
    city.fill(merged(*held_by_one))
    shown = city("export", "call-sheet", "滨江一线", "--opened", "--at", late).stdout.splitlines()
    assert max(map(cell_len, shown)) <= 80
    assert any("00:05+1" in line for line in shown)
    assert not any(line.lstrip().startswith((", ", "、")) for line in shown)
    assert sum("滨江某某某某有限公司第" in line for line in shown) == 9


def test_call_sheet_when_nobody_is_needed(shell):
    shell.fill(batch("G1 - B1 - CB1/ - L1 - S1>C1"))
    assert "Nobody has to be called" in shell("export", "call-sheet", "C1", "--opened").stdout


def test_call_sheet_as_file(city, tmp_path):
    out = tmp_path / "calls.csv"
    assert "7 calls" in city("export", "call-sheet", "滨江一线", "--opened", "--at", AT, "--out", str(out)).stderr
    assert "every holder is on leave: assign a deputy" in out.read_text(encoding="utf-8-sig")


def test_responsibility_table_opens_in_excel_and_runs_no_formula(city, tmp_path):
    out = tmp_path / "table.csv"
    shown = city("export", "responsibility", "滨江一线", "--opened", "--at", AT, "--out", str(out))
    assert "3 affected customers" in shown.stderr
    assert out.read_bytes().startswith(b"\xef\xbb\xbf")
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    subjects = list(dict.fromkeys(row["subject"] for row in rows))
    assert subjects == ["10kV 滨江一线", "市第一医院", "'=滨江纺织", "水厂"]
    manager = next(row for row in rows if (row["subject"], row["role"]) == ("市第一医院", "customer manager"))
    assert manager["phone"] == "129 0000 0001"
    assert manager["deputy"] == "李副手"
    assert manager["class"] == "first class"
    assert manager["deadline"].endswith(":15")
    assert manager["through"] == "市第一医院"
    assert {row["gap"] for row in rows if row["subject"] == "水厂"} >= {"nobody holds the role"}


def test_responsibility_table_as_workbook_holds_the_call_sheet_too(city, tmp_path):
    out = tmp_path / "table.xlsx"
    counts = city.json("export", "responsibility", "滨江一线", "--opened", "--at", AT, "--out", str(out))
    book = openpyxl.load_workbook(out)
    assert book.sheetnames == ["Responsibility table", "Call sheet"]
    assert book.worksheets[0].max_row == counts["rows"] + 1
    city("export", "responsibility", "滨江一线", "--opened", "--faulted", "--out", str(out), code=2)


def test_impact_says_whom_to_call_first(city):
    shown = city("impact", "滨江一线", "--opened", "--at", AT).stdout
    for word in ("赵电工", "129 0000 0003", "王经理", "nobody"):
        assert word in shown, word


def test_a_number_is_in_one_piece_in_a_narrow_terminal(city):
    city.columns = "80"
    assert "129 0000 0003" in city("impact", "滨江一线", "--opened", "--at", AT).stdout
    assert "129 0000 0003" in city("who", "C1", "--at", AT).stdout


def test_impact_as_json_says_whom_to_call_first(city):
    hospital, textile, water = city.json("impact", "滨江一线", "--opened", "--at", AT)["impact"]["customers"]["nodes"]
    assert hospital["callFirst"] == {
        "role": "CUSTOMER_ELECTRICIAN",
        "person": {"id": "P3", "kind": "PERSON", "name": "赵电工"},
        "group": None,
        "number": {"value": "+8612900000003"},
    }
    by_id = {each["customer"]["id"]: each["callFirst"] for each in (textile, water)}
    assert by_id["C2"]["person"]["name"] == "王经理"
    assert by_id["C3"] is None


def test_phones_are_never_logged(city, caplog):
    with caplog.at_level(0):
        city("who", "C1", "--at", AT)
        city("export", "call-sheet", "滨江一线")
    assert "1290000" not in caplog.text.replace(" ", "")


def test_duty_table_names_each_group_once_with_all_that_it_answers_for(city, tmp_path):
    out = tmp_path / "table.csv"
    shown = city("export", "duty-table", "滨江一线", "--at", AT, "--out", str(out))
    assert "for 4 things" in shown.stderr
    with out.open(encoding="utf-8-sig", newline="") as file:
        first, *rest = csv.reader(file)
    assert first[0].startswith("True at 2026-05-01 ")
    rows = [dict(zip(rest[0], row, strict=True)) for row in rest[1:]]
    manager = next(row for row in rows if "市第一医院" in row["responsible for"] and row["role"] == "customer manager")
    assert (manager["leader"], manager["phone"]) == ("王经理", "129 0000 0001")
    assert manager["deputies"] == "李副手 129 0000 0002"
    assert all(row["leader"] or row["gap"] for row in rows)
    counts = city.json("export", "duty-table", "滨江一线", "--at", AT, "--out", str(out))
    assert (counts["groups"], counts["gaps"]) == (len(rows), sum(bool(row["gap"]) for row in rows))


def test_duty_table_of_the_city_is_a_workbook_with_whom_to_call(city, tmp_path):
    out = tmp_path / "table.xlsx"
    city("export", "duty-table", "--at", AT, "--out", str(out))
    book = openpyxl.load_workbook(out)
    assert book.sheetnames == ["Responsibility table", "Call sheet", "Assignments, to be changed here"]
    about = [row[8] for row in book.worksheets[0].iter_rows(min_row=3, values_only=True)]
    assert set(about) == {"市第一医院"}  # the only one that is listed as important
    assert not any(cell.data_type == "f" for row in book.worksheets[0].iter_rows() for cell in row)


def test_duty_table_of_what_nobody_answers_for(city, tmp_path):
    shown = city("export", "duty-table", "王经理", "--out", str(tmp_path / "table.csv"), code=2)
    assert "王经理" in shown.stderr
    assert not (tmp_path / "table.csv").exists()
