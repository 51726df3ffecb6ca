"""What people work on, however the fault was named: it is earthed, and inspected before it is energised again."""

from __future__ import annotations

import pytest

from schema.vocabulary import Construction
from tests.services.restoration.test_planning import Case

FEEDER = """
    F1 = CB1
    L1 @ F1
    G1 - CB9 - B1 - CB1 - L1 - LS1 - L2 - L3 - DS1 - LS2 - T1 - EC1
    B1 - CB2 - L8 - S8>C8
    L1 - S1>C1
    L3 - S3>C3
"""
CABLES = {name: {"construction": Construction.CABLE} for name in ("L1", "L2", "L3")}


def done(case: Case, thing: str, action: str) -> list[str]:
    (plan,) = case.plans(thing)
    steps = (*plan.steps, *plan.after_repair)
    return [case.graph.id(step.target) for step in steps if step.action.value == action]


@pytest.mark.parametrize(
    ("named", "worked_on"),
    [
        ("F1", ["L1"]),  # the fault is right behind its head
        ("CB1~L1", ["L1"]),
        ("L2~L3", ["L2", "L3"]),  # a joint
        ("B1.n", ["B1"]),
        ("DS1~LS2", ["DS1~LS2"]),  # nothing but switches meets there
        ("LS2~T1", ["T1"]),
        ("L1", ["L1"]),
    ],
)
def test_the_place_is_earthed_and_its_lines_are_inspected(named: str, worked_on: list[str]) -> None:
    case = Case(FEEDER, **CABLES)
    assert done(case, named, "EARTH") == worked_on
    assert done(case, named, "PATROL") == [each for each in worked_on if each.startswith("L") and each[1].isdigit()]


def test_a_feeder_is_made_safe_as_its_first_line_is() -> None:
    case = Case(FEEDER, **CABLES)
    by_name, by_line = case.plans("F1")[0], case.plans("L1")[0]
    assert case.steps(by_name) == case.steps(by_line)
    assert [step.target for step in by_name.after_repair] == [step.target for step in by_line.after_repair]
