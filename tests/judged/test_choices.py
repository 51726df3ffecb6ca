"""Named choices on random networks, replayed by networkx: device rules, the fault, who falls, who is back."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import replace

import networkx as nx

from graph_api.readmodel.model import ReadModel
from graph_api.services.outage.event import Event
from graph_api.services.restoration.plan import NamedChoice, RestorationPlan, Share
from graph_api.services.restoration.planning import restoration_of
from graph_api.services.restoration.wording import StepAction
from schema.vocabulary import SwitchPosition
from tests.judged.nets import START, model_of
from tests.truth.drawing import draw
from tests.truth.net import Kind, Net, Position
from tests.truth.random_nets import Shape, random_drawing

SEEDS = range(400)
SHAPE = Shape(unknown=0, limits=0.2)
BREAK_LOAD = {Kind.BREAKER, Kind.RECLOSER, Kind.LOAD_BREAK}

Stands = dict[str, bool]
"""Whether each switch is closed."""


def test_choices_of_random_networks_are_what_they_say() -> None:
    found: dict[str, list[str]] = {}
    count = 0
    for seed in SEEDS:
        net = _with_disconnector_ties(draw(random_drawing(seed, SHAPE)), random.Random(seed))
        model = model_of(net)
        things = sorted(set(net.pieces) - net.inside)
        for thing in random.Random(seed).sample(things, min(4, len(things))):
            plan = restoration_of(model, Event(things=(model.graph.index(thing),), at=START))
            for choice in plan.choices:
                count += 1
                if wrong := list(_wrong(net, model, thing, plan, choice)):
                    found[f"{seed} {thing}"] = wrong
    assert found == {}
    assert count >= 20, "there is something to judge"


def _with_disconnector_ties(net: Net, chance: random.Random) -> Net:
    """The same network, with some of its open load-break switches as disconnectors."""
    pieces = {
        name: replace(piece, kind=Kind.DISCONNECTOR)
        if piece.kind is Kind.LOAD_BREAK and piece.normal is Position.OPEN and chance.random() < 0.8
        else piece
        for name, piece in net.pieces.items()
    }
    return replace(net, pieces=pieces)


def _wrong(net: Net, model: ReadModel, thing: str, plan: RestorationPlan, choice: NamedChoice) -> Iterator[str]:
    names = model.graph.id
    stands: Stands = {each.id: each.normal is not Position.OPEN for each in net.switches}
    stands |= {names(at): position is SwitchPosition.CLOSED for at, position in plan.positions}
    first, fewest = _live(net, stands), _live(net, stands)
    for step in choice.steps:
        target = names(step.target)
        if step.action not in (StepAction.OPEN, StepAction.CLOSE) or target in net.inside | net.supplies.keys():
            continue  # customers' own switches: behind them lies nothing of the grid
        sides = [node in _live(net, stands) for node in net.pieces[target].nodes]
        if net.pieces[target].kind not in BREAK_LOAD and any(sides):
            yield f"{step.action} {target} with voltage on {sum(sides)} sides"
        closes = step.action is StepAction.CLOSE
        if stands[target] is closes:
            yield f"{step.action} {target} stands so already"
        stands[target] = closes
        now = _live(net, stands)
        fewest &= now
        if thing in now:
            yield f"{thing} is fed after {step.action} {target}"
    last = _live(net, stands)
    after = {names(at): position is SwitchPosition.CLOSED for at, position in choice.positions}
    if any(stands[at] is not closed for at, closed in after.items() if at in stands):
        yield "the positions are other ones"
    if first - last:
        yield f"out in the end: {sorted(first - last)}"
    yield from _share(net, model, choice.interrupted, first - fewest, "falls")
    yield from _share(net, model, choice.restored, last - first, "back")


def _share(net: Net, model: ReadModel, share: Share, changed: set[str], word: str) -> Iterator[str]:
    names = model.graph.id
    areas = {each.id for each in net.areas if each.id in changed}
    if {names(at) for at in share.areas} != areas:
        yield f"{word}: areas {sorted(map(names, share.areas))}, not {sorted(areas)}"
    told = {names(at) for at in share.customers}
    for customer, supply in _only_supplies(net).items():
        if (customer in told) is not (supply in changed):
            yield f"{word}: {customer} {customer in told}, its supply {supply in changed}"


def _only_supplies(net: Net) -> Mapping[str, str]:
    """Customers with one receiving point and one supply, no bay, nothing wired inside."""
    found = {}
    for customer in net.customers:
        points = net.points_of(customer)
        if len(points) == 1 and len(points[0].supplies) == 1 and not points[0].bays:
            found[customer] = points[0].supplies[0]
    return {customer: supply for customer, supply in found.items() if len(net.pieces[supply].nodes) == 1}


def _live(net: Net, stands: Mapping[str, bool]) -> set[str]:
    graph = net.grid_wiring.copy()
    graph.remove_nodes_from([at for at, closed in stands.items() if not closed])
    graph.remove_nodes_from([piece.id for piece in net.pieces.values() if not piece.in_service])
    sources = [each.id for each in net.of_kind(Kind.SOURCE) if each.id in graph]
    return {at for source in sources for at in nx.node_connected_component(graph, source)}
