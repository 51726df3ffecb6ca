"""`baodian locate`."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph_api.services.location.rates import DEFAULT
from loaders.drawing import batch
from tests.cli.conftest import Shell
from tests.services.location.test_locate import FEEDER, WATCH


@pytest.fixture
def fed(shell: Shell) -> Shell:
    shell.fill(batch(FEEDER), WATCH)
    return shell


def test_candidates_in_order_with_what_speaks_against_them(fed: Shell):
    text = fed("locate", "trip=CB1", "indicator=FI1", "indicator=FI2=no").stdout
    assert "Where the fault can be" in text
    assert "89" in text.split("L2")[0]
    assert "indicator=FI2=no" in text
    assert "What to check next" in text


def test_for_machines(fed: Shell):
    found = fed.json("locate", "开关跳闸=CB1", "indicator=FI1", "indicator=FI2=no")
    best = found["candidates"][0]
    assert {each["id"] for part in best["sections"] for each in part["equipment"]} == {"L2", "LS1"}
    assert best["evidenceFor"] == ["indicator=FI1", "indicator=FI2=no", "开关跳闸=CB1"]
    assert found["oneCause"] is True
    assert found["nextCheck"]


def test_contradictions_and_what_was_not_weighed_are_told(fed: Shell):
    text = fed("locate", "trip=CB1", "indicator=FI1=no", "indicator=FI2", "trip=L1").stdout
    assert "No single cause explains every report" in text
    assert "Not weighed" in text
    assert "cannot trip" in text


def test_a_temporary_fault_and_a_customer(fed: Shell):
    assert "temporary" in fed("locate", "trip=CB1=reclosed", "indicator=FI1").stdout
    assert "Inside the customer" in fed("locate", "call=C2").stdout


@pytest.mark.parametrize(
    ("reports", "message"),
    [
        (["CB1"], "is no report"),
        (["shout=CB1"], "is no report"),
        (["trip="], "is no report"),
        (["trip=nobody"], "nobody"),
        (["call=C1=no", "--rates", "nowhere.yaml"], "cannot be read"),
    ],
)
def test_bad_input(fed: Shell, reports: list[str], message: str):
    assert message in fed("locate", *reports, code=2).stderr


def test_rates_of_your_own(fed: Shell, tmp_path: Path):
    own = tmp_path / "own.yaml"
    text = DEFAULT.read_text(encoding="utf-8")
    own.write_text(text.replace("INDICATOR: {when_true: 0.92", "INDICATOR: {when_true: 0.9999"), encoding="utf-8")
    reports = ("trip=CB1", "indicator=FI1", "indicator=FI2=no")
    surer = fed.json("locate", *reports, "--rates", str(own))["candidates"][0]["probability"]
    assert surer > fed.json("locate", *reports)["candidates"][0]["probability"]
