from datetime import UTC, datetime

import pytest

from graph_api.cli.kinds import KINDS
from graph_api.cli.session import renew_snapshot
from loaders.drawing import batch
from schema import registry
from schema.provenance import SourceLoad
from schema.words import Language

CITY = """
    F1 = CB1
    F2 = CB2
    F1 @ SUB1
    G1 - B1 - CB1 - L1 - S1>C1
    B1 - CB2 - L2 - S2>C2
"""


@pytest.fixture
def city(shell):
    names = {
        "F1": {"name": "10kV 滨江一线", "number": "F101"},
        "F2": {"name": "10kV 滨江二线"},
        "C1": {"name": "市第一医院"},
        "SUB1": {"name": "城东变"},
    }
    made = batch(CITY, **names)
    made.entities.append(
        SourceLoad(
            id="LOAD:1",
            number=1,
            system="PMS",
            file="a.csv",
            loaded_at=datetime(2026, 5, 1, tzinfo=UTC),
            rows_read=3,
            rows_taken=2,
            rows_rejected=1,
        )
    )
    shell.fill(made)
    return shell


@pytest.mark.parametrize("text", ["第一医院", "diyiyiyuan", "dyyy"])
def test_search_as_people_type(city, text):
    assert city.json("search", text)["search"]["nodes"][0]["entity"]["id"] == "C1"
    assert "市第一医院" in city("search", text).stdout


def test_search_by_kind_and_limit(city):
    for kind in ("馈线", "Feeder", "FEEDER"):
        found = city.json("search", "滨江", "--kind", kind)["search"]
        assert [each["entity"]["kind"] for each in found["nodes"]] == ["FEEDER", "FEEDER"]
    assert "There are 1 more; add a word" in city("search", "滨江", "--limit", "1").stderr


def test_search_without_a_hit(city):
    assert "Nothing found" in city("search", "zzzz").stderr
    found = city.json("search", "zzzz")["search"]
    assert (found["nodes"], found["totalCount"], found["truncated"]) == ([], 0, False)


def test_unknown_kind(city):
    assert "baodian schema" in city("search", "x", "--kind", "Tree", code=2).stderr


def test_status(city):
    facts = city.json("status")["graph"]
    assert {"kind": "FEEDER", "count": 2} in facts["kinds"]
    [system] = facts["freshness"]
    assert (system["system"], system["files"], system["rowsTaken"], system["rowsRejected"]) == ("PMS", 1, 2, 1)
    assert facts["revision"] == "1"
    assert facts["store"]["reachable"]
    shown = city("status").stdout
    assert "feeder" in shown
    assert "PMS" in shown
    assert "馈线" in city("--lang", "zh", "status").stdout


def test_kinds_are_called_what_the_schema_calls_them():
    assert {code: word.text(Language.ZH) for code, word in KINDS.items()} == {
        kind.value: kind.zh for kind in registry.KINDS
    }


def test_status_of_a_graph_that_was_not_loaded(shell):
    shell.fill(batch("G1 - B1"))
    assert "No load is recorded" in shell("status").stderr


def test_no_store_yet_says_what_to_do(shell):
    message = shell("status", code=2).stderr
    assert "There is no store at" in message
    assert "baodian demo serve" in message


@pytest.mark.parametrize("url", ["nonsense", "sqlite://"])
def test_no_store_at_all(shell, url):
    assert "is no address of a store" in shell("status", "--store", url, code=2).stderr


@pytest.mark.parametrize("damage", ["cut short", "overwritten"])
def test_a_damaged_store_is_told_and_its_snapshot_answers(city, damage):
    path = city.folder / "graph.db"
    renew_snapshot(city.store)
    whole = path.read_bytes()
    path.write_bytes(whole[: 5 * 4096] if damage == "cut short" else whole[:100] + b"x" * (len(whole) - 100))
    found = city("search", "diyiyiyuan")
    assert "C1" in found.stdout
    assert "is damaged" in found.stderr
    assert "The snapshot file answers" in found.stderr
    state = city("status", code=1)
    assert "is damaged" in " ".join(state.stdout.split())
