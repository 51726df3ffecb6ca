"""`baodian locate`."""

from __future__ import annotations

import itertools
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from rich.cells import cell_len

from graph_api.rate_files import DEFAULT
from loaders.drawing import batch
from schema.batch import GraphBatch
from schema.entity import Entity
from schema.people import Assignment, Contact, Person
from schema.relationships import Relationship
from schema.relationships import RelationshipKind as R
from schema.vocabulary import Construction, ResponsibilityRole
from tests.cli.conftest import Shell
from tests.services.location.test_locate import FEEDER, WATCH


@pytest.fixture
def fed(shell: Shell) -> Shell:
    shell.fill(batch(FEEDER), WATCH)
    return shell


def keys(reports: list[dict[str, str]]) -> list[str]:
    return [each["key"] for each in reports]


def test_candidates_in_order_with_what_does_not_fit_them(fed: Shell) -> None:
    text = fed("locate", "trip=CB1", "indicator=FI1", "indicator=FI2=no").stdout
    assert "Where the fault can be" in text
    assert "80.1%" in text.split("L2")[0]
    assert "does not fit: indicator=FI2=no" in text
    assert "trips: CB1" in text
    assert "What to check next" in text


def test_for_machines(fed: Shell) -> None:
    found = fed.json("locate", "开关跳闸=CB1", "indicator=FI1", "indicator=FI2=no")["locateFault"]
    best = found["candidates"]["nodes"][0]
    assert found["candidates"]["totalCount"] == len(found["candidates"]["nodes"])
    assert {each["id"] for part in best["sections"] for each in part["equipment"]} == {"L2", "LS1"}
    assert keys(best["evidenceFor"]) == ["indicator=FI1", "indicator=FI2=no", "开关跳闸=CB1"]
    assert found["oneCause"] is True
    assert found["nextCheck"]


def test_checks_name_who_is_on_duty_with_the_number(shell: Shell) -> None:
    shell.fill(batch(FEEDER, **{line: {"construction": Construction.CABLE} for line in ("L1", "L2", "L3")}), WATCH)
    # of cable maintenance nobody is known: the repair crew is asked, and says so
    crew: list[Entity] = [
        Person(id="P1", name="王工"),
        Contact(id="T1", value="+8613900000001", verified_on=date(2026, 1, 1)),
        Assignment(id="A1", role=ResponsibilityRole.DISTRIBUTION_REPAIR),
    ]
    links = [(R.COVERS, "A1", "F1"), (R.HELD_BY, "A1", "P1"), (R.HAS_CONTACT, "P1", "T1")]
    shell.fill(GraphBatch(entities=crew, relationships=[Relationship(kind=k, source=a, target=b) for k, a, b in links]))
    text = shell("locate", "trip=CB1").stdout
    assert "distribution repair 王工 139 0000 0001" in text
    assert "cable maintenance, by way of distribution repair 王工" in text
    checks = shell.json("locate", "trip=CB1")["locateFault"]["nextCheck"]
    walk = next(each for each in checks if each["doer"] == "CABLE_MAINTENANCE")
    assert (walk["doneBy"]["first"]["role"], walk["doneBy"]["gap"]) == ("DISTRIBUTION_REPAIR", None)


def test_contradictions_and_what_was_not_weighed_are_told(fed: Shell) -> None:
    reports = ("trip=CB1", "indicator=FI1=no", "indicator=FI2", "trip=L1")
    text = fed("locate", *reports).stdout
    assert "No single cause explains every report" in text
    assert "Not weighed: trip=L1: L1 is no switching device, so it cannot trip" in text
    (aside,) = fed.json("locate", *reports)["locateFault"]["setAside"]
    assert (aside["evidence"]["key"], aside["reason"]) == ("trip=L1", "NOT_SUCH_A_THING")


def test_no_evidence_of_a_fault_and_what_explains_all(fed: Shell) -> None:
    assert "No evidence of a fault: nothing" in fed("locate").stdout
    text = fed("locate", "call=C2", "arrears=C2").stdout
    assert "No evidence of a fault: all that was reported is explained" in text
    assert "Not weighed: call=C2" in text


def test_recorded_positions_and_contradictions_name_their_source(shell: Shell) -> None:
    told = {
        "position": "CLOSED",
        "position_source": "SCADA",
        "position_at": datetime.now(UTC),
        "remote_controlled": True,
    }
    work = {"position": "OPEN", "position_source": "计划检修", "position_at": datetime.now(UTC) - timedelta(hours=3)}
    since = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    shell.fill(batch(FEEDER + "\nL3 - DS1 - L9 - S9>C9", CB1=told, DS1=work), WATCH)
    text = " ".join(shell("locate", "trip=CB1", "call=C9", "indicator=FI1", "--since", since).stdout.split())
    assert "Contradiction, look at it: trip=CB1 against CB1 stands closed (SCADA," in text
    assert "Weighed as recorded: CB1 stands closed (SCADA," in text
    assert "Not weighed: call=C9: Supply is off there for planned work, by DS1" in text
    assert "DS1 stands open (" in text


def test_reports_that_hang_together_badly_are_doubted(fed: Shell) -> None:
    text = fed("locate", "trip=CB1=no", "indicator=FI1=no", "indicator=FI2", "meter=C2", "meter=C1=no").stdout
    assert "seem to be false more often" in " ".join(text.split())


def test_a_temporary_fault_and_a_customer(fed: Shell) -> None:
    assert "temporary" in fed("locate", "trip=CB1=reclosed", "indicator=FI1").stdout
    assert "Inside the customer" in fed("locate", "call=C2").stdout


def test_wholly_chinese(fed: Shell) -> None:
    said = ("--lang", "zh", "locate", "trip=CB1=重合成功", "indicator=FI1=no", "indicator=FI2=是", "trip=L1")
    text = fed(*said).stdout
    for words in (
        "疑似故障区段",
        "跳闸设备：CB1",
        "现有信息无法用单一故障解释",
        "瞬时故障",
        "未采用：trip=L1：",
        "下一步核查",
    ):
        assert words in text, words
    assert not re.search(r"[a-z]{3,} [a-z]{2,}", text)
    (aside,) = fed.json(*said)["locateFault"]["setAside"]
    assert "L1" in aside["text"]
    assert not re.search(r"[a-z]{3,}", aside["text"])


def test_fits_the_terminal_and_80_columns(fed: Shell) -> None:
    for language, columns in itertools.product(("zh", "en"), ("", "40")):
        fed.columns = columns
        text = fed("locate", "trip=CB1", "indicator=FI1", "indicator=FI2=no", "--lang", language).stdout
        assert max(map(cell_len, text.splitlines())) <= int(columns or 80)


@pytest.mark.parametrize(
    ("reports", "message"),
    [
        (["CB1"], "is no report"),
        (["shout=CB1"], "is no report"),
        (["trip="], "is no report"),
        (["trip==no"], "is no report"),
        (["trip=nobody"], "nobody"),
        (["trip=CB1", "--assume", "LS1=HALF"], "is no assumption"),
        (["call=C1=no", "--rates", "nowhere.yaml"], "cannot be read"),
        (["call=C1=no", "--rates", "own.yaml", "--server", "http://127.0.0.1:1"], "its own settings"),
    ],
)
def test_bad_input(fed: Shell, reports: list[str], message: str) -> None:
    assert message in fed("locate", *reports, code=2).stderr


def test_rates_of_your_own(fed: Shell, tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    text = DEFAULT.read_text(encoding="utf-8")
    own.write_text(text.replace("INDICATOR: {when_true: 0.92", "INDICATOR: {when_true: 0.9999"), encoding="utf-8")
    reports = ("trip=CB1", "indicator=FI1", "indicator=FI2=no")

    def chance(*options: str) -> float:
        found: float = fed.json("locate", *reports, *options)["locateFault"]["candidates"]["nodes"][0]["probability"]
        return found

    assert chance("--rates", str(own)) > chance()
