"""Which feeder and transformer each customer record hangs on."""

import pytest

from graph_api.exports.upstream import UpstreamRow, own_key, trace_customers
from graph_api.readmodel.model import ReadModel
from schema.batch import GraphBatch
from schema.customer import Customer
from schema.relationships import Relationship, RelationshipKind
from schema.vocabulary import CustomerStatus, TransformerUse
from tests.drawing import draw


def rows(text: str, *more: GraphBatch, **fields: dict[str, object]) -> dict[str, UpstreamRow]:
    model = ReadModel.build(draw(text, *more, **fields))
    return {row.id: row for row in trace_customers(model)}


LOW, HIGH = {"nominal_kv": 0.4}, {"nominal_kv": 10.0}
TREE = """
    F1 = CB1
    G1 - B1 - CB1 - L1 - n1 - T1 - L2 - S1>C1
    n1 - FU1 - T2 - S2>C2
    n1 - S3>C3
"""


def test_each_customer_has_one_feeder_and_a_low_voltage_one_has_one_transformer():
    found = rows(TREE, S1=LOW, S2=LOW)
    assert [(row.feeder, row.transformer, row.finding) for row in found.values()] == [
        ("F1", "T1", ""),
        ("F1", "T2", ""),
        ("F1", "", "no voltage is recorded, and no distribution transformer is on the way up"),
    ]
    assert rows(TREE, S1=LOW, S2=LOW, S3={"nominal_kv": 10.0})["C3"].finding == ""


NO_USE = "neither the customer's voltage nor what transformer T1 is for is recorded"


@pytest.mark.parametrize(
    ("transformer", "found", "finding"),
    [
        ({"use": TransformerUse.PUBLIC}, "T1", ""),
        ({"secondary_kv": 0.4}, "T1", ""),
        ({}, "T1", NO_USE),
        ({"secondary_kv": 10.0}, "", "no voltage is recorded, and no distribution transformer is on the way up"),
        ({"use": TransformerUse.MAIN}, "", "no voltage is recorded, and no distribution transformer is on the way up"),
    ],
)
def test_a_customer_of_unknown_voltage_is_not_taken_to_need_no_transformer(transformer, found, finding):
    row = rows(TREE, T1=transformer)["C1"]
    assert (row.transformer, row.finding) == (found, finding)


def test_keys_are_the_source_systems_own():
    found = rows(
        TREE, S1=LOW, C1={"source_key": "UC-77"}, T1={"source_key": "TR-5"}, F1={"source_key": "901", "name": "线"}
    )
    row = found["C1"]
    assert (row.customer, row.feeder, row.transformer, row.feeder_name) == ("UC-77", "901", "TR-5", "线")


@pytest.mark.parametrize(("identity", "key"), [("BDGD:UC:12", "UC:12"), ("12", "12"), ("SYS:", "SYS:")])
def test_without_source_key_the_id_without_its_system_is_the_key(identity, key):
    assert own_key(Customer(id=identity)) == key


def test_voltage_of_the_receiving_point_counts_where_the_supply_has_none():
    found = rows(TREE, **{"C1.1": LOW})
    assert found["C1"].transformer == "T1"


def test_regulators_and_main_transformers_are_passed_by():
    text = "F1 = CB1\nG1 - T1 - B1 - CB1 - T2 - L1 - T3 - S1>C1"
    found = rows(text, S1=LOW, T1={"use": TransformerUse.MAIN}, T2={"use": TransformerUse.REGULATOR})
    assert (found["C1"].transformer, found["C1"].finding) == ("T3", "")


def test_no_transformer_on_the_way():
    assert rows("F1 = CB1\nG1 - CB1 - S1>C1", S1=LOW)["C1"].finding == "no distribution transformer on the way up"


def test_low_voltage_mesh_between_two_transformers():
    text = "F1 = CB1\nG1 - CB1 - n1 - T1 - n2 - S1>C1\nn1 - T2 - n2"
    row = rows(text, S1=LOW)["C1"]
    assert (row.transformer, row.finding) in {
        ("T1;T2", "2 distribution transformers"),
        ("T2;T1", "2 distribution transformers"),
    }


def test_dead_customer():
    row = rows("F1 = CB1\nG1 - CB1/ - S1>C1")["C1"]
    assert (row.feeder, row.finding) == ("", "not reached from any source now")


def test_dead_customer_of_an_inactive_account():
    row = rows("F1 = CB1\nG1 - CB1/ - S1>C1", C1={"status": CustomerStatus.INACTIVE})["C1"]
    assert row.finding == "not reached from any source now (the account is inactive)"


def test_live_customer_under_no_feeder():
    assert rows("G1 - CB1 - S1>C1", S1=HIGH)["C1"].finding == "live, but under no feeder's head"


def test_customer_of_two_feeders():
    text = "F1 = CB1\nF2 = CB2\nG1 - B1 - CB1 - S1>C1\nB1 - CB2 - S2>C1:standby"
    row = rows(text, S1=HIGH, S2=HIGH)["C1"]
    assert (row.feeder, row.finding, row.supplies) == ("F1;F2", "2 feeders by 2 supplies", 2)


def test_customer_without_supply():
    assert rows("G1 - B1", GraphBatch(entities=[Customer(id="C9")]))["C9"].finding == "no supply is recorded"


def test_ledger_that_says_another_feeder():
    says = Relationship(kind=RelationshipKind.FROM_FEEDER, source="S1", target="F2")
    text = "F1 = CB1\nF2 = CB2\nG1 - B1 - CB1 - S1>C1\nB1 - CB2 - EC1"
    assert rows(text, GraphBatch(relationships=[says]), S1=HIGH)["C1"].finding == "the ledger says feeder F2"


def test_graph_without_customers_lists_its_energy_consumers():
    found = rows("F1 = CB1\nG1 - CB1 - T1 - EC1", EC1=LOW)
    assert [(row.customer, row.feeder, row.transformer) for row in found.values()] == [("EC1", "F1", "T1")]
