"""`baodian resupply`."""

from __future__ import annotations

import itertools
import re

from rich.cells import cell_len

from loaders.drawing import batch
from tests.cli.conftest import Shell
from tests.services.restoration.test_planning import TIE


def test_the_plan_is_read_from_the_top(shell: Shell) -> None:
    shell.fill(batch(TIE))
    text = shell("resupply", "L2").stdout
    assert text.index("Open LS1: cuts the fault out") < text.index("Close")
    assert "Still out" in text
    assert "4 operations" in text
    plan = shell.json("resupply", "L2", "--fixed", "LS2")["restoration"]
    assert plan["steps"][0]["target"]["id"] == "LS1"
    assert {each["thing"]["id"] for each in plan["stillOut"]} >= {"C2", "C3"}


def test_steps_and_reasons_have_a_code_and_words(shell: Shell) -> None:
    shell.fill(batch(TIE))
    plan = shell.json("resupply", "L2", "--fixed", "LS2", "--lang", "zh")["restoration"]
    first, left = plan["steps"][0], plan["stillOut"][0]
    assert (first["action"], first["purpose"], first["text"]) == ("OPEN", "ISOLATE", "拉开LS1，隔离故障")
    assert (left["reason"], left["text"]) == ("CUT_OUT", "位于隔离范围内，待抢修后恢复")
    assert plan["operations"] == sum(each["action"] in ("OPEN", "CLOSE") for each in plan["steps"])


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
    for language in ("zh", "en"):
        lines = shell("resupply", "L2", "--lang", language).stdout.splitlines()
        assert max(map(cell_len, lines)) <= 80


def test_a_feeder_is_a_fault_behind_its_head(shell: Shell) -> None:
    shell.fill(batch(TIE))
    plan = shell.json("resupply", "F1")["restoration"]
    assert [each["thing"]["id"] for each in plan["stillOut"]] == ["C1"]
    text = shell("resupply", "F1", "--at", "2026-05-01 03:10").stdout
    assert text.startswith("F1: plan, the most important customers first · 2026-05-01 03:10 · revision")
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


def test_impact_when_isolated(shell: Shell) -> None:
    shell.fill(batch(TIE))
    text = shell("impact", "L2", "--isolated").stdout
    assert "isolated" in text
    assert "Opens" in text
    assert "one of" in shell("impact", "L2", "--isolated", "--opened", code=2).stderr
