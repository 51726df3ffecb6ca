"""`baodian learn-rates`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from graph_api.rate_files import load_rates
from loaders.drawing import batch
from schema.vocabulary import EvidenceKind
from tests.cli.conftest import Shell
from tests.services.location.test_locate import FEEDER, WATCH

CLOSED = {
    "id": "2026-17",
    "at": "2026-05-01T03:12:00+08:00",
    "faults": ["L2"],
    "reports": [{"kind": "TRIP", "things": ["CB1"]}, {"kind": "INDICATOR", "things": ["FI1"], "positive": False}],
}


@pytest.fixture
def fed(shell: Shell) -> Shell:
    shell.fill(batch(FEEDER), WATCH)
    return shell


def test_rates_are_learned_and_used(fed: Shell, tmp_path: Path) -> None:
    closed, out = tmp_path / "closed.jsonl", tmp_path / "rates.yaml"
    closed.write_text("\n".join([json.dumps(CLOSED), "", json.dumps({**CLOSED, "id": "x", "faults": ["L8"]})]))
    result = fed("learn-rates", str(closed), "--out", str(out), "--strength", "10")
    assert "0.920 → 0.836 (0/1)" in result.stdout
    assert "Left out: x" in result.stderr
    assert load_rates(out).evidence[EvidenceKind.INDICATOR].when_true == pytest.approx(9.2 / 11)
    assert fed.json("locate", "trip=CB1", "--rates", str(out))["locateFault"]["candidates"]["totalCount"]
    found = fed.json("learn-rates", str(closed), "--out", str(out), "--rates", str(out))
    assert (found["used"], found["leftOut"][0]["id"]) == (1, "x")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "Line 1 of closed.jsonl is no incident"),
        (json.dumps({**CLOSED, "at": "2026-05-01T03:12:00"}), "no zone"),
        (json.dumps({**CLOSED, "reports": [{"kind": "SHOUT", "things": []}]}), "is no incident"),
        (json.dumps({**CLOSED, "faults": ["nobody"]}), "nobody"),
        (json.dumps({**CLOSED, "reports": [{"kind": "TRIP", "things": ["CB1"], "positive": "no"}]}), "positive"),
        (json.dumps({**CLOSED, "at": "9999-05-01T03:12:00+08:00"}), "at:"),
        (f"{json.dumps(CLOSED)}\n{json.dumps(CLOSED)}", "twice"),
        ("[]", "is no incident"),
        ("", "holds no incident"),
    ],
)
def test_bad_files(fed: Shell, tmp_path: Path, text: str, message: str) -> None:
    closed = tmp_path / "closed.jsonl"
    closed.write_text(text)
    assert message in fed("learn-rates", str(closed), "--out", str(tmp_path / "r.yaml"), code=2).stderr
    assert "cannot be read" in fed("learn-rates", "nowhere.jsonl", "--out", str(tmp_path / "r.yaml"), code=2).stderr
