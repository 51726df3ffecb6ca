"""`baodian readiness`."""

from __future__ import annotations

from graph_api.cli.risk import readiness
from graph_api.services.readiness.finding_kinds import FindingKind
from loaders.drawing import batch
from tests.cli.conftest import Shell

CITY = "G1 - CB1 - S1>C1\nG1 - CB2 - S2>C2"


def test_what_is_not_ready(shell: Shell):
    shell.fill(batch(CITY, C1={"importance": "SECOND", "name": "市医院"}))
    text = shell("readiness").stdout
    assert "市医院" in text
    assert "It has no plan." in text
    found = shell.json("readiness", "C1", "--kind", "plan_missing", "--at", "2026-11-23T08:00+08:00")["readiness"]
    assert [(each["kind"], each["customer"]["id"]) for each in found["nodes"]] == [("PLAN_MISSING", "C1")]
    assert "more: --first" in shell("readiness", "--first", "1").stderr
    assert "没有应急预案" in shell("--lang", "zh", "readiness").stdout
    assert shell.json("readiness", "--importance", "FIRST")["readiness"]["totalCount"] == 0


def test_every_kind_can_be_asked_for_and_has_a_word():
    assert [each.value for each in readiness.Kind] == [each.value for each in FindingKind] == [*readiness.KINDS]
