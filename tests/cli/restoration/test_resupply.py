"""`baodian resupply`."""

from __future__ import annotations

import itertools
import re

from rich.cells import cell_len

from loaders.drawing import batch
from schema.batch import GraphBatch
from schema.customer import EmergencySource
from schema.relationships import Relationship, RelationshipKind
from schema.vocabulary import TransferMode
from tests.cli.conftest import Shell
from tests.services.restoration.test_planning import TIE


def test_the_plan_is_read_from_the_top(shell: Shell) -> None:
    shell.fill(batch(TIE))
    text = shell("resupply", "L2").stdout
    assert text.index("Open LS1: cuts the fault out") < text.index("Close")
    assert "Still out" in text
    assert "4 operations in the grid, 0 at customers" in text
    plan = shell.json("resupply", "L2", "--fixed", "LS2")["restoration"]
    assert plan["steps"][0]["target"]["id"] == "LS1"
    assert {each["thing"]["id"] for each in plan["stillOut"]} >= {"C2", "C3"}


def test_steps_and_reasons_have_a_code_and_words(shell: Shell) -> None:
    shell.fill(batch(TIE))
    plan = shell.json("resupply", "L2", "--fixed", "LS2", "--lang", "zh")["restoration"]
    first, left = plan["steps"][0], plan["stillOut"][0]
    assert (first["action"], first["purpose"], first["text"]) == ("OPEN", "ISOLATE", "拉开LS1，隔离故障")
    assert (left["reason"], left["text"]) == ("CUT_OUT", "位于隔离范围内，待抢修后恢复")
    assert (plan["operations"], plan["customerOperations"]) == (2, 0)


def test_wholly_chinese_in_80_columns(shell: Shell) -> None:
    shell.fill(batch(TIE))
    shell.columns = ""
    text = shell("resupply", "L2", "--lang", "zh").stdout
    for words in (
        "恢复方案（重要客户优先）",
        "操作 4 项",
        "拉开LS1，隔离故障",
        "未恢复客户",
        "配电抢修",
        "隔离范围",
    ):
        assert words in text, words
    assert not re.search(r"[a-z]{3,} [a-z]{2,}", text)
    for language, columns in itertools.product(("zh", "en"), ("", "40")):
        shell.columns = columns
        lines = shell("resupply", "L2", "--lang", language).stdout.splitlines()
        assert max(map(cell_len, lines)) <= int(columns or 80)


def test_a_feeder_is_a_fault_behind_its_head(shell: Shell) -> None:
    shell.fill(batch(TIE))
    plan = shell.json("resupply", "F1")["restoration"]
    assert [each["thing"]["id"] for each in plan["stillOut"]] == ["C1"]
    text = shell("resupply", "F1", "--at", "2026-05-01 03:10").stdout
    assert re.match(r"F1: plan, the most important customers first · 2026-05-01 03:10(\+00:00)? · revision", text)
    assert "right behind its head" in text
    assert "right behind its head" not in shell("resupply", "L2").stdout


def test_no_number_is_broken_that_fits_into_a_line(shell: Shell) -> None:
    names = {
        name: {"name": f"10kV滨江一线50{at}间隔第100{at}号杆分段开关"} for at, name in enumerate(("LS1", "LS2", "CB1"))
    }
    shell.fill(batch(TIE, **names))
    for columns in ("60", "66", "72", "80"):
        shell.columns = columns
        rows = [row.split("│") for row in shell("resupply", "L2").stdout.splitlines() if row.count("│") == 6]
        assert any("100" in row[3] for row in rows)
        for (*_, said, _, _, _), (_, number, _, goes_on, _, _, _) in itertools.pairwise(rows):
            assert number.strip() or not re.search(r"\d +$", said) or not re.match(r" \d", goes_on), (said, goes_on)


HIT = """
    F1 = CB1
    G1 - B1 - CB1 - L1 - LS1 - L2 - S2>C2 - SB2 - IB2 - LD2(60kW)
    L2 - EC1
    L1 - S1>C1 - SB1 - IB1 - LD1(50kW)
    B1 - CB3 - L3 - S3>C1:standby - SB3/ - IB1
    L1 - EC2
"""
"""A fault on L2: C2 and EC1 are out, C1 and EC2 come back with CB1 once LS1 is open."""
URGENT = {"LD1": {"permitted_interruption_s": 60.0}, "EC1": {"customer_count": 30}, "EC2": {"customer_count": 40}}


def test_everybody_has_a_time_back_against_the_deadline_and_areas_are_counted_apart(shell: Shell) -> None:
    shell.fill(batch(HIT, **URGENT))
    text = shell("resupply", "L2").stdout
    assert "back: 1 customers, 1 areas, 50 kW · still out: 1 customers, 1 areas" in text
    back = text.split("Back, and when")[1].split("Cut out")[0]
    assert re.search(r"C1 +│ +\d+ │ +10 │", back)  # by telephone, before the crew is there
    assert "no, too late" in back
    assert "1 public areas" in back
    (left,) = re.findall(r"waits for the repair +│ +(\d+) │ +(\d+) │ C2, EC1", text)
    assert left == ("1", "1")
    rows = [{**URGENT, "LD1": {"permitted_interruption_s": seconds}} for seconds in (86_400.0, None)]
    for fields, said in zip(rows, ("yes", ""), strict=True):
        shell.fill(batch(HIT, **fields))
        told = shell("resupply", "L2").stdout.split("Back, and when")[1].split("Cut out")[0]
        assert ("yes" in told, "too late" in told) == (bool(said), False)


def test_the_way_back_after_the_repair_is_shown(shell: Shell) -> None:
    shell.fill(batch(TIE))
    text = shell("resupply", "L2").stdout
    back = text.split("Once it is repaired: back to normal")[1]
    assert back.index("the line is walked along") < back.index("Close LS1") < back.index("Open LS9")
    assert "off for a moment: 1 customer" in back
    plan = shell.json("resupply", "L2")["restoration"]
    closing = plan["afterRepair"][-1]
    assert [each["id"] for each in closing["closes"]] == ["LS2"]
    assert [each["id"] for each in closing["restored"]] == ["C3"]
    opening = next(each for each in plan["afterRepair"] if each["opens"])
    assert [each["id"] for each in opening["interrupted"]] == ["C3"]


def test_operations_at_customers_are_counted_by_themselves(shell: Shell) -> None:
    # C1 changes over (two), C2 opens its bay, as its genset could feed back; of the grid LS1 is opened, CB1 closed
    genset = GraphBatch(
        entities=[EmergencySource(id="EP1", name="EP1", kw=90.0, start_seconds=10.0, endurance_minutes=60.0)],
        relationships=[Relationship(kind=RelationshipKind.BACKS, source="EP1", target="LD2")],
    )
    by_hand = {"C1.1": {"transfer": TransferMode.MANUAL}, "LD1": {"permitted_interruption_s": 900.0}}
    shell.fill(batch(HIT, **{**URGENT, **by_hand}), genset)
    plan = shell.json("resupply", "L2")["restoration"]
    assert [each["action"] for each in plan["steps"] if each["opens"] or each["closes"]] == [
        *("TRANSFER", "OPEN", "CLOSE", "OPEN"),
    ]
    assert (plan["operations"], plan["customerOperations"]) == (2, 3)
    assert "On an own source or a generator: C2" in shell("resupply", "L2").stdout


def test_impact_when_isolated(shell: Shell) -> None:
    shell.fill(batch(TIE))
    text = shell("impact", "L2", "--isolated").stdout
    assert "isolated" in text
    assert "Opens" in text
    assert "one of" in shell("impact", "L2", "--isolated", "--opened", code=2).stderr


def test_what_the_plan_does_not_dare_is_named_with_whom_it_switches_off(shell: Shell) -> None:
    shell.fill(batch("G1 - CB1 - L1 - LS1 - L2 - EC2(100kW)\nL2 - DS9/ - L8 - CB8 - G8\nL8 - EC8(50kW)"))
    (choice,) = shell.json("resupply", "L1")["restoration"]["choices"]
    assert [(each["action"], each["target"]["id"]) for each in choice["steps"]][-3:] == [
        ("OPEN", "CB8"), ("CLOSE", "DS9"), ("CLOSE", "CB8"),
    ]  # fmt: skip
    assert [each["id"] for each in choice["interrupted"]["areas"]] == ["EC8"]
    assert (choice["interruptedMin"], choice["harmKwMin"], choice["restored"]["kw"]) == (10.0, 500.0, 100.0)
    text = " ".join(shell("resupply", "L1").stdout.split())
    assert "Not in the plan, the dispatcher on duty decides: DS9 closed without voltage. Off for 10 min:" in text
    assert "Open CB8: off for a moment, so that a disconnector is operated without voltage" in text
    chinese = "".join(shell("resupply", "L1", "--lang", "zh").stdout.split())
    assert "方案未采用，须由值班调度员决定：不带电合上DS9。短时停电10分钟：" in chinese


def test_of_much_that_is_cut_out_the_fault_and_the_border_are_named(shell: Shell) -> None:
    """Five lines and a supply hang together without a switch between them; six switches stand open around them."""
    ties = "".join(f"L{at} - LS{at}/ - L{at}0 - CB{at} - G{at}\n" for at in range(2, 7))
    shell.fill(batch("G1 - CB1 - L1\nL2 - L3 - L4 - L5 - L6\nL1 - LS1 - L2\nL6 - S1>C1\n" + ties))
    text = " ".join(shell("resupply", "L4").stdout.split())
    assert "Cut out until repaired: L4 and 5 more (--json names them), between LS1, LS2, LS3, LS4 +2" in text
