"""Pairs that cut a customer off, against brute force; what ties are worth."""

from __future__ import annotations

from itertools import combinations

import pytest

from graph_api.readmodel.model import ReadModel
from graph_api.services.risk.cut_pairs import cut_pairs
from graph_api.services.risk.stakes import Stakes
from graph_api.services.risk.tie_worth import worth_of_ties
from schema.registry import EntityKind
from schema.vocabulary import Importance
from tests.drawing import draw
from tests.readmodel.topology.oracle import Oracle
from tests.services.risk.test_contingencies import peopled


def cut(oracle: Oracle, live: tuple[int, ...], *removed: int) -> bool:
    return not oracle.opened(next(oracle.worlds()), removed).live.intersection(live)


@pytest.mark.parametrize("part", range(3))
def test_random_networks(part: int) -> None:
    for seed in range(part * 50, part * 50 + 50):
        model = ReadModel.build(peopled(seed))
        oracle, stakes = Oracle(model.graph), Stakes(model)
        customers = list(model.graph.of_kind(EntityKind.CUSTOMER))
        expected = []
        for customer in customers:
            for live in stakes.points(customer):
                if len(live) < 2 or any(cut(oracle, live, each) for each in oracle.all):
                    continue
                pairs = {pair for pair in combinations(sorted(oracle.all), 2) if cut(oracle, live, *pair)}
                expected.append((customer, live, pairs))
        found = [(each.customer, each.supplies, set(each.pairs)) for each in cut_pairs(model, customers)]
        assert found == expected, seed


def test_only_the_special_class_unless_asked() -> None:
    text = "G1 - CB1 - S1>C1\nG2 - CB2 - S2>C1\nG1 - CB3 - S3>C2\nG2 - CB4 - S4>C2"
    model = ReadModel.build(draw(text, C1={"importance": Importance.SPECIAL}))
    [found] = cut_pairs(model)
    assert model.graph.id(found.customer) == "C1"
    assert len(found.pairs) == 9
    assert found.examined == found.relevant == 6


def test_a_tie_is_worth_what_only_it_feeds() -> None:
    text = """
        F1 = CB1
        G1 - B1 - CB1 - L1 - LS1 - L2 - LS2 - L3 - LS9/ - B2 - G2
        L2 - S1>C1
        L3 - S2>C2
        L3 - LS8/ - B2
    """
    model = ReadModel.build(draw(text))
    assert worth_of_ties(model) == []  # each can stand in for the other
    alone = ReadModel.build(draw(text.replace("L3 - LS8/ - B2", "")))
    [worth] = worth_of_ties(alone)
    assert alone.graph.id(worth.tie) == "LS9"
    # faults above LS1 leave C1 and C2 to the tie (three parts: G1 with its bus, CB1's far side), one on L2 leaves C2
    assert worth.loss.lost[-1] == 2 * (worth.faults - 1) + 1
