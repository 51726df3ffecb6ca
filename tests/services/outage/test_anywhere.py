"""Supplies of which only the feeder is known: every place where they may hang is a world, and the worst one counts.

The worlds are drawn one by one, with the supply tied to each node, or into the middle of each line, of its feeder.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest

from graph_api.exports.upstream import trace_customers
from graph_api.rate_files import load_rates
from graph_api.readmodel.model import ReadModel
from graph_api.services.explore.now import OutFilter, customer_out, list_customers_out
from graph_api.services.explore.trace import TraceDirection, trace
from graph_api.services.location import Evidence, locate
from graph_api.services.outage.doing import outage_of
from graph_api.services.outage.event import Cause, Event
from graph_api.services.outage.impact import Impact, find_impact
from graph_api.services.outage.situation import situation_of
from graph_api.services.restoration.planning import best_plan
from graph_api.services.restoration.wording import StepAction, StillOutReason
from graph_api.services.risk.contingencies import screen_contingencies
from schema.batch import GraphBatch
from schema.relationships import Relationship, RelationshipKind
from schema.vocabulary import EvidenceKind, LoadsFed, SupplyState, SwitchPosition
from tests.nights import clock, night

FEEDERS = """
F1 = CB1
F2 = CB2
L1, L2, L3 @ F1
G1 - B1 - CB1 - n1 - L1 - n2 - LS1 - n3 - L2 - n4
n2 - FU1 - n5 - L3 - n6
G2 - B2 - CB2 - n11 - L11 - n12
n4 - LS9/ - n12
"""
ON = {"F1": ("n1", "n2", "n3", "n4", "n5", "n6", "L1", "L2", "L3"), "F2": ("n11", "n12", "L11")}
"""Where a supply of a feeder may hang."""
_WORSE = {SupplyState.NORMAL: 0, SupplyState.DEGRADED: 1, SupplyState.LOST: 2}
_LESS = {LoadsFed.ALL: 0, LoadsFed.SOME: 1, LoadsFed.NONE: 2}
Row = tuple[SupplyState, LoadsFed]


def unplaced(text: str, supplies: dict[str, str], *reports: str) -> ReadModel:
    """The drawing with supplies that come from a feeder, and hang nowhere; after these reports."""
    more = "".join(f"\n{supply}" for supply in supplies)
    links = [
        Relationship(kind=RelationshipKind.FROM_FEEDER, source=re.split("[>:]", supply)[0], target=feeder)
        for supply, feeder in supplies.items()
    ]
    return night(text + more, *reports, more=GraphBatch(relationships=links))


def placed(text: str, at: dict[str, str], *reports: str) -> ReadModel:
    """The drawing with each supply at a node, or in the middle of a line."""
    for number, (supply, place) in enumerate(at.items()):
        if place.startswith("n"):
            text += f"\n{place} - {supply}"
        else:
            text = re.sub(rf"\b{place}(!?) - ", rf"{place}\1 - n99{number} - L99{number}\1 - ", text)
            text += f"\nn99{number} - {supply}"
    return night(text, *reports)


def asked(
    model: ReadModel, things: tuple[str, ...], cause: Cause, assume: dict[str, SwitchPosition], at: str = "12:00"
) -> Event:
    """The event; a line that a supply was drawn into is two, and both fail with it."""
    graph = model.graph
    every = [graph.index(each) for each in things]
    ends = [end for each in every for end in graph.targets(each, RelationshipKind.CONNECTS)]
    drawn_into = [end for end in ends if graph.id(end).startswith("n99")]
    beside = [each for end in drawn_into for each in graph.sources(end, RelationshipKind.CONNECTS)]
    every += [each for each in beside if graph.id(each).startswith("L99")]
    positions = tuple((graph.index(each), to) for each, to in assume.items())
    return Event(things=tuple(every), at=clock(at), since=clock("12:00"), cause=cause, assume=positions)


def ask(model: ReadModel, *event: Any) -> Impact:
    return find_impact(model, asked(model, *event))


def rows(found: Impact) -> dict[str, Row]:
    name = found.model.graph.id
    every = [found.affected(at) for _, at in found.customers()]
    return {name(each.customer): (each.at_loss.state, each.at_loss.loads_fed) for each in every}


def worlds(text: str, supplies: dict[str, str], *reports: str) -> Iterator[tuple[dict[str, str], ReadModel]]:
    """Every place of every supply, and the drawing with them there."""
    for chosen in product(*(ON[feeder] for feeder in supplies.values())):
        lines = [at for at in chosen if at.startswith("L")]
        if len(set(lines)) == len(lines):
            at = dict(zip(supplies, chosen, strict=True))
            yield at, placed(text, at, *reports)


def bad(row: Row) -> tuple[int, int]:
    return _WORSE[row[0]], _LESS[row[1]]


def worst(text: str, supplies: dict[str, str], *event: Any) -> dict[str, Row]:
    found: dict[str, Row] = {}
    for _, model in worlds(text, supplies):
        for customer, row in rows(ask(model, *event)).items():
            found[customer] = max(found.get(customer, row), row, key=bad)
    return found


def test_a_section_hits_who_may_hang_there() -> None:
    model = unplaced(FEEDERS, {"S1>C1": "F1"})
    index = model.graph.index
    for thing, cause in [("L2", Cause.OPENED), ("FU1", Cause.OPENED), ("L3", Cause.FAULTED)]:
        found = ask(model, (thing,), cause, {})
        assert rows(found) == {"C1": (SupplyState.LOST, LoadsFed.NONE)}
        assert not found.exact
        assert found.perhaps == (index("C1"),)
        assert found.affected(index("C1")).place_unknown == (index("F1"),)
        assert not found.faulty_inside, "the fault is one of the grid"


@pytest.mark.parametrize("thing", ["F1", "L1", "CB1", "B1"])
def test_what_takes_all_of_the_feeder_takes_them_for_sure(thing: str) -> None:
    found = ask(unplaced(FEEDERS, {"S1>C1": "F1"}), (thing,), Cause.FAULTED, {})
    assert rows(found) == {"C1": (SupplyState.LOST, LoadsFed.NONE)}
    assert found.exact
    assert not found.perhaps


def test_another_feeder_does_not_concern_them() -> None:
    found = ask(unplaced(FEEDERS, {"S1>C1": "F1"}), ("L11",), Cause.FAULTED, {})
    assert rows(found) == {}
    assert found.exact


def test_an_open_lateral_is_no_comfort() -> None:
    """Before a fault on L1 a lateral was dead: who hangs on it is not hit, who hangs elsewhere is."""
    model = unplaced(FEEDERS.replace("FU1", "FU1!"), {"S1>C1": "F1"})
    assert rows(ask(model, ("L1",), Cause.FAULTED, {})) == {"C1": (SupplyState.LOST, LoadsFed.NONE)}
    listed = [at for _, at in list_customers_out(model, OutFilter())]
    assert [model.graph.id(at) for at in listed] == ["C1"], "it may hang on the dead lateral"
    assert customer_out(model, listed[0]).place_unknown == (model.graph.index("F1"),)


SUPPLIES = [
    {"S1>C1": "F1"},
    {"S1>C1": "F1", "S2>C1:standby": "F2"},
    {"S1>C1": "F1", "S2>C1": "F2"},
    {"S1>C1": "F1", "S2>C2": "F1"},
]
_STATES = ("LS1", "FU1", "CB1", "CB2", "L2", "L3", "L11")


def _drawn(chance: random.Random) -> str:
    """The feeders as they may stand: something out of service, a wired standby, a position that nobody knows."""
    text = FEEDERS
    for each in _STATES:
        if each[0] == "L" and each[1] != "S" and chance.random() < 0.15:
            text = text.replace(f"{each} - ", f"{each}! - ")
    if chance.random() < 0.4:
        text += "\nn12 - S9>C1:standby"
    return text


@pytest.mark.parametrize("seed", range(60))
def test_as_in_the_worst_of_all_places(seed: int) -> None:
    chance = random.Random(seed)
    text, supplies = _drawn(chance), chance.choice(SUPPLIES)
    thing = chance.choice(["L1", "L2", "L3", "LS1", "FU1", "CB1", "L11", "CB2", "n2", "n4", "n12", "B1"])
    cause = chance.choice([Cause.OPENED, Cause.FAULTED])
    assume = {at: SwitchPosition.OPEN for at in ("LS1", "FU1", "CB2") if chance.random() < 0.2 and at != thing}
    if chance.random() < 0.3:
        assume["LS9"] = SwitchPosition.CLOSED if chance.random() < 0.5 else SwitchPosition.UNKNOWN
    elif chance.random() < 0.3 and "LS1" not in assume and thing != "LS1":
        assume["LS1"] = SwitchPosition.UNKNOWN
    found = ask(unplaced(text, supplies), (thing,), cause, assume)
    assert rows(found) == worst(text, supplies, (thing,), cause, assume)


NIGHTS = [
    ("12:10 CB1 OPEN",),
    ("12:10 CB1 OPEN", "12:20 LS1 OPEN", "12:25 CB1 CLOSED"),
    ("12:10 LS1 OPEN", "12:15 LS9 CLOSED"),
    ("12:10 CB1 OPEN", "12:20 LS1 OPEN", "12:25 LS9 CLOSED", "12:40 FU1 OPEN"),
    ("12:05 FU1 OPEN", "12:30 CB1 CLOSED"),
]


@pytest.mark.parametrize("reports", NIGHTS)
@pytest.mark.parametrize("thing", ["L1", "L2", "L3"])
@pytest.mark.parametrize("supplies", SUPPLIES[:2])
def test_now_as_in_the_worst_of_all_places_that_are_hit(
    reports: tuple[str, ...], thing: str, supplies: dict[str, str]
) -> None:
    event = (thing,), Cause.FAULTED, {}, "13:00"
    found = ask(unplaced(FEEDERS, supplies, *reports), *event)
    now: dict[str, tuple[Row, bool]] = {}
    for _, model in worlds(FEEDERS, supplies, *reports):
        impact = ask(model, *event)
        for _, at in impact.customers():
            each, name = impact.affected(at), model.graph.id(at)
            row, back = now.get(name, ((each.state, each.loads_fed), True))
            still = each.back or each.at_loss.loads_fed is LoadsFed.ALL  # who lost no load has none to get back
            now[name] = max(row, (each.state, each.loads_fed), key=bad), back and still
    name = found.model.graph.id
    every = [found.affected(at) for _, at in found.customers()]
    assert {name(each.customer): (each.state, each.loads_fed) for each in every} == {
        customer: row for customer, (row, _) in now.items()
    }
    assert {name(each.customer) for each in every if each.back} == {each for each, (_, back) in now.items() if back}


@pytest.mark.parametrize("thing", ["L1", "L2", "L3", "n2", "F1", "CB1"])
@pytest.mark.parametrize("tie", ["LS9/", "DS9/"])
def test_a_plan_brings_back_whom_it_feeds_wherever_they_hang(thing: str, tie: str) -> None:
    text = FEEDERS.replace("LS9/", tie)
    model = unplaced(text, {"S1>C1": "F1"})
    plan = best_plan(model, asked(model, (thing,), Cause.FAULTED, {}))
    positions = [(model.graph.id(at), to) for at, to in plan.positions]
    fed, ends = dict[str, bool](), dict[str, bool]()
    for at, world in worlds(text, {"S1>C1": "F1"}):
        found = situation_of(world, asked(world, (thing,), Cause.FAULTED, {}))
        done = tuple((world.graph.index(switch), to) for switch, to in positions)
        left = outage_of(found.before, found.event, found.fails, done)
        assert not left.tripped.size, "no step feeds the fault"
        ends[at["S1>C1"]] = left.live(world.graph.index("S1"))
        if found.fault.is_lost(world.graph.index("S1")):
            fed[at["S1>C1"]] = ends[at["S1>C1"]]
    assert {model.graph.id(each.thing) for each in plan.accounts.back} == ({"C1"} if all(fed.values()) else set())
    reasons = [each.reason for each in plan.accounts.still_out]
    assert (StillOutReason.PLACE_UNKNOWN in reasons) == (any(ends.values()) and not all(fed.values()))
    assert len(reasons) + len(plan.accounts.back) == bool(fed)


def test_a_section_that_only_they_may_hang_on_is_fed_again() -> None:
    """Nobody is drawn on L2: who may be there is reason enough to close the tie."""
    model = unplaced(FEEDERS, {"S1>C1": "F1"})
    plan = best_plan(model, asked(model, ("L1",), Cause.FAULTED, {}))
    closed = {model.graph.id(each.target) for each in plan.steps if each.action is StepAction.CLOSE}
    assert "LS9" in closed


def test_trace_export_and_risks_say_the_same() -> None:
    model = unplaced(FEEDERS, {"S1>C1": "F1", "S2>C1:standby": "F2", "S3>C2": "F2"})
    index, name = model.graph.index, model.graph.id
    down = trace(model, index("LS1"), TraceDirection.DOWN)
    assert [name(each) for each in down.customers] == ["C1"]
    assert [name(each) for each in down.perhaps] == ["C1"]
    head = trace(model, index("CB1"), TraceDirection.DOWN)
    assert [name(each) for each in head.customers] == ["C1"]
    assert not head.perhaps, "what hangs on the feeder falls with its head"
    assert trace(model, index("S1"), TraceDirection.UP).feeders == (index("F1"),)
    row = {each.customer: each for each in trace_customers(model)}["C1"]
    assert row.feeder == "F1;F2"
    assert row.finding.count("where it hangs on it is not recorded") == 2
    screened = {name(at): each.loss for each in screen_contingencies(model).contingencies for at in each.equipment}
    assert sum(screened["L11"].lost) == 1, "C2 hangs on F2 alone"
    assert screened["L2"].degraded == 1


def test_a_call_fits_a_fault_wherever_on_the_feeder_it_hangs() -> None:
    """C5 is drawn behind the fuse, C1 anywhere on the feeder: two calls speak of the fuse's lateral, not of the head.

    Were C1 taken to hang right behind the head, the head would have tripped, and then all of the feeder be dark.
    """
    model = unplaced(FEEDERS + "\nn6 - S5>C5\nn4 - S6>C6", {"S1>C1": "F1"})
    index = model.graph.index
    calls = [
        Evidence(kind=EvidenceKind(kind), things=(index(each),), positive=kind == "CALL", at=clock("12:00"))
        for kind, each in (("CALL", "C5"), ("CALL", "C1"), ("METER", "C6"))
    ]
    found = locate(model, calls, clock("12:00"), rates=load_rates())
    first = {model.graph.id(at) for part in found.candidates[0].sections for at in part.equipment}
    assert "L3" in first


LIST = "F1 @ SUB1\nF2 @ SUB1"
"""Two feeders of which nothing else is recorded."""


def test_a_feeder_of_which_nothing_is_drawn_is_taken_as_fed_and_its_customers_are_known() -> None:
    supplies = {"S1>C1": "F1", "S2>C1:standby": "F2", "S3>C2": "F1", "S4>C3": "F2"}
    model = unplaced(LIST, supplies)
    index, name = model.graph.index, model.graph.id
    assert not list_customers_out(model, OutFilter())
    for cause in (Cause.FAULTED, Cause.OPENED):
        found = ask(model, ("F1",), cause, {})
        assert rows(found) == {
            "C1": (SupplyState.DEGRADED, LoadsFed.NONE),
            "C2": (SupplyState.LOST, LoadsFed.NONE),
        }
        assert found.exact
        assert found.taken_as_fed == (index("F1"), index("F2"))
        assert {name(at) for at in found.equipment_lost()} == {"S1", "S3"}
        assert found.summary.feeders == (index("F1"),)
        assert not found.faulty_inside
    plan = best_plan(model, asked(model, ("F1",), Cause.FAULTED, {}))
    assert [(name(each.target), each.action) for each in plan.steps[:1]] == [("S2", StepAction.TRANSFER)]
    assert [name(each.thing) for each in plan.accounts.back] == ["C1"]
    assert [(name(each.thing), each.reason) for each in plan.accounts.still_out] == [("C2", StillOutReason.NO_TIE)]
    assert {row.customer: row.feeder for row in trace_customers(model)} == {"C1": "F1;F2", "C2": "F1", "C3": "F2"}
