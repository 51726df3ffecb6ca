"""Once what was faulty is repaired, what is closed feeds again; until then it is dead, whatever is closed onto it.

Held against brute force: after the repair nothing is left of the event but the positions of switches, so that a
customer is fed if a way of closed switches leads from its supply to a source (networkx on the drawn network).
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import networkx as nx
import pytest

from graph_api.services.outage.event import Cause, Event
from graph_api.services.outage.impact import find_impact
from schema.vocabulary import LoadsFed
from tests.nights import clock, night

LADDER = """
F1 = CB1
F2 = CB2
G1 - B1 - CB1 - L1 - n1 - LS1 - L2 - n2 - LS2 - L3 - n3 - LS9/ - n4 - LS3 - L4 - n5 - CB2 - B2 - G2
n1 - S1>C1
n2 - S2>C2
n3 - S3>C3
n4 - S4>C4
n5 - S5>C5
"""
WAYS = [
    ("G1", "CB1", "n1"), ("n1", "LS1", "n2"), ("n2", "LS2", "n3"), ("n3", "LS9", "n4"), ("n4", "LS3", "n5"),
    ("n5", "CB2", "G2"),
]  # fmt: skip
NORMAL = {"CB1": "CLOSED", "LS1": "CLOSED", "LS2": "CLOSED", "LS9": "OPEN", "LS3": "CLOSED", "CB2": "CLOSED"}


def fed(positions: dict[str, str]) -> set[str]:
    graph = nx.Graph([(one, other) for one, switch, other in WAYS if positions[switch] == "CLOSED"])
    graph.add_nodes_from(["G1", "G2", *(f"n{at}" for at in range(1, 6))])
    live = nx.node_connected_component(graph, "G1") | nx.node_connected_component(graph, "G2")
    return {f"C{node[1]}" for node in live if node[0] == "n"}


def test_closed_onto_the_fault_it_is_dead_and_after_the_repair_it_is_not() -> None:
    model = night(LADDER, "02:00 CB1 OPEN", "03:00 CB1 CLOSED")
    graph = model.graph
    common = {"things": (graph.index("L1"),), "tripped": (graph.index("CB1"),), "since": clock("02:00")}
    still = find_impact(model, Event(at=clock("03:30"), **common))
    assert still.summary.back_count == 0
    before = find_impact(model, Event(at=clock("02:50"), repaired=clock("02:45"), **common))
    assert before.summary.back_count == 0, "repaired, and nothing closed yet"
    later = find_impact(model, Event(at=clock("03:30"), repaired=clock("02:45"), **common))
    assert (later.summary.total_count, later.summary.back_count) == (3, 3)
    assert [graph.id(at) for at in later.affected(graph.index("C1")).restored_by] == ["CB1"]


@pytest.mark.parametrize("stamped", ["01:56", "01:59", "02:00"])
def test_a_trip_that_telemetry_stamped_before_the_loss_stands_open_until_it_is_closed(stamped: str) -> None:
    """The report of CB1 is older than what the dispatcher says of the loss: repaired, it still stands open."""
    model = night(LADDER, f"{stamped} CB1 OPEN", "04:00 CB1 CLOSED")
    graph = model.graph
    common = {"things": (graph.index("L1"),), "tripped": (graph.index("CB1"),), "since": clock("02:00")}
    repaired = find_impact(model, Event(at=clock("03:30"), repaired=clock("03:00"), **common))
    assert (repaired.summary.total_count, repaired.summary.back_count) == (3, 0)
    closed = find_impact(model, Event(at=clock("04:30"), repaired=clock("03:00"), **common))
    assert (closed.summary.total_count, closed.summary.back_count) == (3, 3)


def test_what_was_taken_out_is_back_in_service_alike() -> None:
    model = night(LADDER, "02:00 CB1 OPEN", "03:00 CB1 CLOSED")
    graph = model.graph
    out = Event(things=(graph.index("L1"),), cause=Cause.OPENED, since=clock("01:59"), at=clock("04:00"))
    assert find_impact(model, out).summary.back_count == 0
    again = find_impact(model, replace(out, repaired=clock("02:30")))
    assert (again.summary.total_count, again.summary.back_count) == (3, 3)


def test_where_nobody_reported_a_trip_nothing_is_open_after_it() -> None:
    model = night(LADDER)
    graph = model.graph
    event = Event(things=(graph.index("L1"),), since=clock("02:00"), at=clock("04:00"), repaired=clock("03:00"))
    found = find_impact(model, event)
    assert (found.summary.total_count, found.summary.back_count) == (3, 3), "the feeder is healthy"


def test_after_the_repair_positions_alone_decide() -> None:
    rng = random.Random(1815)
    for _ in range(150):
        positions, lines = NORMAL | {"CB1": "OPEN"}, ["02:00 CB1 OPEN"]
        for minute in range(rng.randint(1, 7)):
            switch = rng.choice([*NORMAL])
            position = rng.choice(["OPEN", "CLOSED"])
            positions[switch] = position
            lines.append(f"03:{10 + minute} {switch} {position}")
        model = night(LADDER, *lines)
        graph = model.graph
        event = Event(
            things=(graph.index("L1"),),
            tripped=(graph.index("CB1"),),
            since=clock("02:00"),
            at=clock("04:00"),
            repaired=clock("03:00"),
        )
        impact = find_impact(model, event)
        affected = {graph.id(at): impact.affected(at) for _, at in impact.customers()}
        assert set(affected) == {"C1", "C2", "C3"}, lines
        back = {id for id, each in affected.items() if each.back}
        assert back == set(affected) & fed(positions), lines
        out = {id for id, each in affected.items() if each.loads_fed is LoadsFed.NONE}
        assert out == set(affected) - fed(positions), lines
        taken = {graph.id(each.customer) for each in impact.taken_since}
        assert taken == {"C4", "C5"} - fed(positions), lines


def worlds(*moments: dict[str, str]) -> Iterator[list[dict[str, str]]]:
    """Positions at each moment in each way that unknown ones may stand: "LS1 ?01:00" is unknown by that report."""
    unknown = sorted({f"{at} {stands}" for known in moments for at, stands in known.items() if stands[0] == "?"})
    for chosen in product(("OPEN", "CLOSED"), repeat=len(unknown)):
        stands = dict(zip(unknown, chosen, strict=True))
        yield [{at: stands.get(f"{at} {each}", each) for at, each in known.items()} for known in moments]


def test_after_the_repair_positions_alone_decide_in_every_world_of_unknown_switches() -> None:
    """Who was out in any world was hit, and is back if it is fed in each of these; whoever is without supply in one of
    those that hit it is out."""
    rng = random.Random(1816)
    seen = set[tuple[bool, bool]]()
    for _ in range(150):
        first = {at: f"01:0{place} {at} UNKNOWN" for place, at in enumerate(rng.sample(["LS1", "LS2", "LS3"], 2))}
        lines = [*first.values(), "02:00 CB1 OPEN"]
        before = NORMAL | {at: f"?{line[:5]}" for at, line in first.items()}
        now = before | {"CB1": "OPEN"}
        for minute in range(rng.randint(1, 6)):
            switch, position = rng.choice([*NORMAL]), rng.choice(["OPEN", "CLOSED", "CLOSED", "UNKNOWN"])
            lines.append(f"03:{10 + minute} {switch} {position}")
            now[switch] = f"?03:{10 + minute}" if position == "UNKNOWN" else position
        every = [(fed(then), fed(then | {"CB1": "OPEN"}), fed(after)) for then, after in worlds(before, now)]
        model = night(LADDER, *lines)
        thing, tripped = model.graph.index("L1"), model.graph.index("CB1")
        times = {"since": clock("02:00"), "at": clock("04:00"), "repaired": clock("03:00")}
        impact = find_impact(model, Event(things=(thing,), tripped=(tripped,), **times))
        affected = {model.graph.id(at): impact.affected(at) for _, at in impact.customers()}
        hit = {each: [after for then, lost, after in every if each in then - lost] for each in ("C1", "C2", "C3")}
        assert set(affected) == {each for each, those in hit.items() if those}, lines
        for each, known in affected.items():
            is_fed = all(each in after for after in hit[each])
            assert (known.back, known.loads_fed is LoadsFed.ALL) == (is_fed, is_fed), (lines, each)
            seen.add((is_fed, len(hit[each]) < len(every)))
    assert len(seen) == 4
