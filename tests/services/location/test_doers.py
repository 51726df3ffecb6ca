"""Who looks: in a station its operators, at a customer's own plant the electrician, else a crew (docs/meanings.md)."""

from __future__ import annotations

from graph_api.services.location import CheckKind
from schema.batch import GraphBatch
from schema.vocabulary import ResponsibilityRole
from tests.services.location.test_locate import Incident

STATION = """
    G1 - CB2 - T1 - CB3 - B1 - CB4 - L2(500m) - S1>C1
    CB2 @ SUB1
    T1 @ SUB1
    CB3 @ SUB1
    B1 @ SUB1
"""
Role = ResponsibilityRole


def walks(*reports: str) -> dict[str, ResponsibilityRole]:
    night = Incident(STATION, GraphBatch())
    found = night.locate(*reports).next_check
    return {night.graph.id(each.thing): each.doer for each in found if each.kind is CheckKind.PATROL}


def test_a_transformer_in_a_station_is_its_operators() -> None:
    assert walks("TRIP CB2", "METER C1")["T1"] is Role.SUBSTATION_OPERATION


def test_a_line_outside_is_a_crews() -> None:
    assert walks("TRIP CB4", "METER C1")["L2"] is Role.DISTRIBUTION_REPAIR
