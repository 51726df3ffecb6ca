"""Traces as a user asks for them."""

import pytest

from graph_api.cli.explore import trace
from loaders.drawing import batch
from schema.batch import GraphBatch
from schema.grid import Corridor
from schema.people import Team
from schema.relationships import Relationship, RelationshipKind

CITY = """
    F1 = CB1
    F1 @ SUB1
    CB1 @ SUB1
    G1 - B1 - CB1 - L1 - n1 - L2 - S1>C1
    n1 - L3 - S2>C2
    n1 - LS1/ - L4 - S3>C3
"""


@pytest.fixture
def city(shell):
    shell.fill(
        batch(CITY, F1={"name": "10kV 滨江一线"}, C1={"name": "市第一医院"}, C2={"name": "市第二医院"}),
        GraphBatch(
            entities=[Corridor(id="K1", name="滨江电缆沟"), Team(id="T9", name="抢修一班")],
            relationships=[Relationship(kind=RelationshipKind.ROUTED_IN, source="L2", target="K1")],
        ),
    )
    return shell


def traced(city, *arguments):
    return city.json("trace", *arguments)["trace"]


def ids(answer):
    return [each["id"] for each in answer["equipment"]["nodes"]]


def test_up_is_the_default(city):
    answer = traced(city, "S1")
    assert ids(answer) == ["S1", "L2", "L1", "CB1", "B1", "G1"]
    assert [each["name"] for each in answer["feeders"]] == ["10kV 滨江一线"]
    shown = city("trace", "S1", "--up").stdout
    assert "Where the supply of S1 comes from" in shown
    assert "circuit breaker" in shown
    assert "10kV 滨江一线" in shown


def test_down_from_a_feeder_by_its_name_names_the_customers(city):
    answer = traced(city, "滨江一线", "--down")
    assert {each["id"] for each in answer["customers"]["nodes"]} == {"C1", "C2"}
    assert "市第一医院" in city("trace", "滨江一线", "--down").stdout


def test_path_and_island(city):
    assert ids(traced(city, "C1", "--path")) == ["S1", "L2", "L1", "CB1", "B1", "G1"]
    island = traced(city, "S3", "--island")
    assert set(ids(island)) == {"S3", "L4"}
    assert island["energised"] is False
    assert island["openPoints"][0]["switch"]["id"] == "LS1"


def test_a_corridor_stands_for_what_runs_in_it(city):
    assert ids(traced(city, "电缆沟", "--down")) == ["S1"]


def test_a_station_stands_for_what_lies_in_it(city):
    assert {each["id"] for each in traced(city, "SUB1", "--down")["customers"]["nodes"]} == {"C1", "C2"}


def test_dead_and_last_things_say_so(city):
    assert "has no supply now" in city("trace", "S3").stdout
    assert "Nothing else loses supply" in city("trace", "S1", "--down").stdout


def test_open_switch_is_shown(city):
    assert "open" in city("trace", "LS1", "--island").stdout


def test_ties_that_could_feed_a_part(city):
    shown = city("trace", "S3", "--island").stdout
    assert "Could also be fed over" in shown
    assert "10kV 滨江一线" in shown


def test_assumed_position(city):
    answer = traced(city, "S3", "--path", "--assume", "LS1=CLOSED")
    assert ids(answer)[:3] == ["S3", "L4", "LS1"]
    assert answer["energised"] is True


def test_unknown_position_is_named(shell):
    shell.fill(batch("G1 - CB1? - S1>C1"))
    assert "Position unknown, counted as open: CB1" in shell("trace", "S1").stdout


def test_long_answers_are_cut_visibly(city):
    shown = city("trace", "S1", "--limit", "2")
    assert "4 more are not shown" in shown.stderr


def test_ambiguity_lists_the_choices(city):
    message = city("trace", "医院", code=2).stderr
    for each in ("C1  ", "市第一医院", "C2  ", "市第二医院"):
        assert each in message


def test_unknown_and_unfit_things(city):
    assert "baodian search" in city("trace", "zzzz", code=2).stderr
    assert "nothing that can fail" in city("trace", "T9", code=2).stderr
    city("trace", "S1", "--up", "--down", code=2)


def test_a_trace_in_chinese(city):
    shown = city("--lang", "zh", "trace", "S1").stdout
    for word in ("电源侧（上游）", "断路器", "供电馈线：10kV 滨江一线"):
        assert word in shown


def test_every_customer_is_told_over_pages(shell, monkeypatch):
    monkeypatch.setattr(trace, "CUSTOMERS", 2)
    shell.fill(batch("G1 - B1 - CB1 - L1 - S1>C1\nL1 - S2>C2\nL1 - S3>C3"))
    assert {each["id"] for each in traced(shell, "CB1", "--down")["customers"]["nodes"]} == {"C1", "C2", "C3"}
    shown = shell("trace", "CB1", "--down").stdout
    assert "Customers 3: C" in shown
    assert ", ..." in shown


def test_a_feeder_of_a_ledger_is_not_called_dead(shell):
    shell.fill(batch("F1 = CB1\nCB1 - L1 - S1>C1", F1={"name": "10kV 城关一线"}))
    for way in ("--up", "--down"):
        said = shell("trace", "F1", way).stdout
        assert "is not recorded: whether it is live cannot be told from here" in " ".join(said.split())
        assert "no supply now" not in said
