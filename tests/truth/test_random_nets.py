"""What must hold on every network, whatever it looks like; the generator covers what it says; shrinking shrinks.

A failure prints its seed and the drawing.
"""

from __future__ import annotations

from collections import Counter

import pytest

from tests.truth.compare import differences, truth
from tests.truth.customers import customer_view
from tests.truth.drawing import draw
from tests.truth.grid import energised, faulted, opened, things_of, with_their_nodes, zone
from tests.truth.net import Kind, Net, Position
from tests.truth.own_sources import separators, single_points, single_points_by
from tests.truth.plan_checker import check
from tests.truth.random_nets import Shape, random_drawing, random_event, shrunk
from tests.truth.replay import demand, joined, loading
from tests.truth.simple_plan import simple_plan
from tests.truth.verdicts import verdicts
from tests.truth.worlds import Event, moments, positions_before

SEEDS = range(150)


def drawn(seed: int, shape: Shape = Shape()) -> tuple[Net, Event, str]:  # noqa: B008
    drawing = random_drawing(seed, shape)
    net = draw(drawing)
    return net, random_event(seed, net), f"seed {seed}\n{drawing}"


@pytest.mark.parametrize("seed", SEEDS)
def test_after_protection_has_acted_no_source_is_joined_to_the_fault(seed: int) -> None:
    net, event, text = drawn(seed, Shape(unknown=0))
    things = things_of(net, event.things, "FAULTED")
    closed = frozenset(switch.id for switch in net.switches if switch.normal is Position.CLOSED)
    inside, edge = zone(net, closed, things, event.stuck)
    after = faulted(net, closed, things, event.stuck)
    grid = [piece.id for piece in net.of_kind(Kind.SOURCE) if piece.in_service and piece.id not in inside]
    # through customers is no way for protection: only what the grid joins
    part = joined(net, after.closed, with_their_nodes(net, things), frozenset(net.supplies))
    assert not part.intersection(grid), text
    assert after.trips <= edge, text
    assert not after.live & inside, text


@pytest.mark.parametrize("seed", SEEDS)
def test_an_event_never_brings_supply_and_opened_takes_no_more_than_the_thing(seed: int) -> None:
    net, event, text = drawn(seed, Shape(unknown=0))
    closed = frozenset(switch.id for switch in net.switches if switch.normal is Position.CLOSED)
    before = energised(net, closed)
    things = things_of(net, event.things, event.cause)
    assert faulted(net, closed, things, event.stuck).live <= before, text
    out = opened(net, closed, things)
    assert out.live <= before, text
    assert faulted(net, closed, things).live <= out.live, text  # a fault takes at least what taking it out takes


@pytest.mark.parametrize("seed", range(80))
def test_worlds_agree_with_assuming_each_position(seed: int) -> None:
    net, event, text = drawn(seed, Shape(unknown=3, customers=3))
    found = moments(net, event)
    known = verdicts(net, found)
    unknown = [name for name, (position, _) in positions_before(net, event, 0.0).items() if position == "UNKNOWN"]
    hit: set[str] = set()
    for moment in found:
        positions = {name: Position.CLOSED if moment.world[name, -1] else Position.OPEN for name in unknown}
        (one,) = moments(net, Event(things=event.things, cause=event.cause, stuck=event.stuck, assume=positions))
        assert (one.before, one.at_loss) == (moment.before, moment.at_loss), text
        hit |= set(verdicts(net, [one]))
    assert hit == set(known), text  # nobody missing


@pytest.mark.parametrize("seed", range(60))
def test_the_models_own_answer_has_no_difference(seed: int) -> None:
    net, event, text = drawn(seed, Shape(customers=3))
    found = moments(net, event)
    assert differences(net, event, found, truth(net, event, found)) == [], text


@pytest.mark.parametrize("seed", range(60))
def test_a_simple_plan_with_honest_claims_passes_the_checker(seed: int) -> None:
    net, event, text = drawn(seed, Shape(feeders=2, sections=3, customers=2, unknown=1))
    event = Event(things=event.things, stuck=event.stuck)
    plan = simple_plan(net, event)
    steps = "\n".join(map(str, plan.steps))
    assert [str(item) for item in check(net, event, plan) if item.code != "OWN_SOURCE_NOT_CUT"] == [], text + steps


@pytest.mark.parametrize("seed", range(60))
def test_single_points_by_dominators_are_those_found_by_trying_each(seed: int) -> None:
    net, _, text = drawn(seed, Shape(unknown=0))
    (found,) = moments(net, Event(things=()))
    above = separators(net, found.before)
    for customer in net.customers:
        live = customer_view(net, found.before, customer).live
        assert single_points_by(net, above, live) == single_points(net, found.before, live), text


@pytest.mark.parametrize("seed", range(60))
def test_loading_is_the_demand_that_falls_when_a_piece_is_taken_out(seed: int) -> None:
    net, _, text = drawn(seed, Shape(unknown=0))
    (found,) = moments(net, Event(things=()))
    before = found.before
    taken, through = demand(net, before), loading(net, before)
    for piece in sorted(before.live & net.pieces.keys() - net.inside):
        left = energised(net, before.closed, before.gone | {piece}, before.released) - {piece}
        if net.pieces[piece].kind is not Kind.BUS:  # a busbar hangs on its node; what passes it passes the node
            assert through[piece] == pytest.approx(sum(kw for at, kw in taken.items() if at not in left)), text


def test_the_simple_plan_cuts_in_an_order_that_is_safe() -> None:
    # two faults, the source in the zone of the one; cutting D off first would bring A back onto the bay's bus
    text = """source A a; line L a b; disconnector D b c; line M c d
              customer C; point R C MANUAL; supply S R b x; bay Q x k; bus K k; load O R k kw=5"""
    net = draw(text)
    plan = simple_plan(net, Event(things=("M", "K")))
    assert [step.target for step in plan.steps] == ["Q", "D"]


def test_the_generator_covers_what_it_promises() -> None:
    seen: Counter[str] = Counter()
    for seed in SEEDS:
        net, event, _ = drawn(seed, Shape(unknown=6))
        kinds = {piece.kind for piece in net.pieces.values()}
        found = moments(net, event)
        seen["no breakers"] += not kinds & {Kind.BREAKER, Kind.RECLOSER, Kind.FUSE}
        seen["source in zone"] += any(source.id in m.at_loss.gone for m in found for source in net.of_kind(Kind.SOURCE))
        seen["feeder without breaker"] += any(
            net.pieces[f.head].kind is Kind.DISCONNECTOR for f in net.feeders.values()
        )
        ties = [piece for piece in net.switches if piece.id.startswith("T")]
        seen["disconnector tie"] += any(tie.kind is Kind.DISCONNECTOR for tie in ties)
        seen["closed tie"] += any(tie.normal is Position.CLOSED for tie in ties)
        seen["unknown"] += len(found) > 1
        seen["4 unknown or more"] += len(found) >= 16
        seen["out of service"] += any(not piece.in_service for piece in net.pieces.values())
        seen["several points"] += any(len(customer.points) > 1 for customer in net.customers.values())
        seen["several supplies"] += any(len(point.supplies) > 1 for point in net.points.values())
        seen["inside with transfer bays"] += any(point.bays for point in net.points.values())
        seen["release"] += any(point.release for point in net.points.values())
        seen["own source"] += bool(net.own_sources)
        seen["somebody hit"] += bool(verdicts(net, found))
    assert min(seen.values()) >= 5, seen
    assert len(seen) == 14


def test_the_same_seed_draws_the_same_and_others_differ() -> None:
    assert random_drawing(7) == random_drawing(7)
    assert len({random_drawing(seed) for seed in range(20)}) == 20


def test_shrinking_leaves_what_the_failure_needs() -> None:
    drawing = random_drawing(3)
    small = shrunk(drawing, lambda net: any(piece.kind is Kind.SOURCE for piece in net.pieces.values()))
    assert len(small.splitlines()) == 1
    assert small.startswith("source")
