"""How long critical loads hold out, and in which order customers are told of.

The design (4): "per critical load the deadline (permitted interruption, then UPS, then fuel, from the moment of loss)";
issue 11 C15: every emergency source at a hit load is named "with why it counts or not (too small, too slow, by hand,
out of service)", a security load without a recorded limit is "ranked as urgent unknown"; D13: `notRedundant`.
"Unknown is never taken as the comfortable case" (E25): a source of unknown size, start or endurance does not count.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import networkx as nx

from tests.truth.customers import LOADS_FED, STATES, Situation, inside_of
from tests.truth.grid import Ids, blocked, energised, flood, is_boundary
from tests.truth.net import IMPORTANCE, Kind, Net

HOUR = 3600.0
SOURCES = "the sources"


class WhyNot(StrEnum):
    """Why an own source is not counted on."""

    OUT_OF_SERVICE = "OUT_OF_SERVICE"
    FAULTY = "FAULTY"
    BY_HAND = "BY_HAND"
    TOO_SMALL = "TOO_SMALL"
    TOO_SLOW = "TOO_SLOW"
    NOT_RECORDED = "NOT_RECORDED"


@dataclass(frozen=True, slots=True)
class Hold:
    """How long an unfed load holds out: seconds from the loss, None where no limit is recorded."""

    load: str
    seconds: float | None
    critical: bool
    counted: tuple[str, ...] = ()
    not_counted: Mapping[str, WhyNot] = field(default_factory=dict)

    @property
    def urgent(self) -> bool:
        """Within the hour, or a security load whose limit nobody recorded."""
        return self.critical and (self.seconds is None or self.seconds <= HOUR)


def backed_loads(net: Net, situation: Situation, source: str) -> Ids:
    """Loads that an own source reaches: those it BACKS, and those on the buses it BACKS, over closed devices."""
    stopped = blocked(net, situation.closed, situation.gone)
    found: set[str] = set()
    for target in net.own_sources[source].backs:
        if target in net.loads:
            found.add(target)
        elif target not in stopped and target in net.inside:
            found |= flood(net.inside_wiring, [target], stopped) & net.loads.keys()
    return frozenset(load for load in found if load not in situation.gone)


def hold(net: Net, situation: Situation, load_id: str, unfed: Ids) -> Hold:
    """How long a load that the grid does not feed holds out. `unfed`: all such loads, they share what backs them."""
    load = net.load(load_id)
    critical = load.security or load.permitted_s is not None
    why: dict[str, WhyNot] = {}
    able: list[str] = []
    for source in sorted(net.own_sources):
        reached = backed_loads(net, situation, source)
        backs = load_id in reached or load_id in net.own_sources[source].backs
        if not backs:
            continue
        reason = _why_not(net, source, load_id, reached, unfed)
        if reason is None:
            able.append(source)
        else:
            why[source] = reason
    if load.permitted_s is None:
        return Hold(load_id, None, critical, tuple(able), why)
    seconds, counted = _chain(net, load.permitted_s, able)
    why.update({source: WhyNot.TOO_SLOW for source in able if source not in counted})
    return Hold(load_id, seconds, critical, tuple(counted), why)


def _why_not(net: Net, source_id: str, load: str, reached: Ids, unfed: Ids) -> WhyNot | None:
    source = net.own_sources[source_id]
    if not source.in_service:
        return WhyNot.OUT_OF_SERVICE
    if load not in reached:
        return WhyNot.FAULTY
    if not source.automatic:
        return WhyNot.BY_HAND
    needs = [net.loads[other].kw for other in reached & unfed]
    if source.kw is None or source.start_s is None or source.endurance_min is None or None in needs:
        return WhyNot.NOT_RECORDED
    if source.kw < sum(kw for kw in needs if kw is not None):
        return WhyNot.TOO_SMALL
    return None


def _chain(net: Net, permitted: float, able: Iterable[str]) -> tuple[float, list[str]]:
    """Permitted gap, and after it each source that can take over before it ends, one after the other."""
    until, counted = permitted, []
    waiting = sorted(able, key=lambda source: (net.own_sources[source].start_s or 0.0, source))
    for source in waiting:
        own = net.own_sources[source]
        if (own.start_s or 0.0) <= until:
            until += (own.endurance_min or 0.0) * 60
            counted.append(source)
    return until, counted


def interlock_warnings(net: Net, customer: str) -> Ids:
    """Points with several supplies, and own sources at their loads, of which the interlock is recorded as NONE.

    issue 11 A4: "interlock NONE on a transfer or genset = warning". An interlock that is not recorded is not NONE.
    """
    points = net.points_of(customer)
    found = {point.id for point in points if len(point.supplies) > 1 and point.interlock == "NONE"}
    reach = {load.id for point in points for load in net.loads_of(point.id)}.union(
        *(inside_of(net, p.id) for p in points)
    )
    own = (source for source in net.own_sources.values() if reach.intersection(source.backs))
    return frozenset(found | {source.id for source in own if source.interlock == "NONE"})


def single_points(net: Net, situation: Situation, supplies: Ids) -> Ids:
    """Pieces of the grid of which any alone, taken out, leaves none of these live supplies live (by trying each)."""
    found: set[str] = set()
    if not supplies:
        return frozenset()
    for piece in net.pieces.values():
        if piece.id not in situation.live or piece.id in net.inside:
            continue
        left = energised(net, situation.closed, situation.gone | {piece.id}, situation.released)
        if not supplies & left - {piece.id}:
            found.add(piece.id)
    return frozenset(found)


def separators(net: Net, situation: Situation) -> dict[str, str]:
    """For each live vertex the nearest vertex (equipment or node) that alone parts it from all sources.

    Immediate dominators by networkx; "the sources" where there is none.
    """
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_node(SOURCES)
    for vertex in situation.live:
        for other in net.wiring.adj[vertex]:
            supply = is_boundary(net, vertex, other)
            outward = supply == other and not net.runs_parallel(other)
            if other in situation.live and not outward and supply not in situation.released:
                graph.add_edge(vertex, other)
    graph.add_edges_from((SOURCES, s.id) for s in net.of_kind(Kind.SOURCE) if s.id in situation.live)
    found = nx.immediate_dominators(graph, SOURCES)
    return {vertex: above for vertex, above in found.items() if vertex != SOURCES and above is not None}


def single_points_by(net: Net, above: Mapping[str, str], supplies: Ids) -> Ids:
    """The same as `single_points`, from `separators`: the pieces that stand above every supply, or on nodes that do."""
    chains: list[set[str]] = []
    for supply in supplies:
        vertex, chain = supply, {supply}
        while (vertex := above.get(vertex, SOURCES)) != SOURCES:
            chain.add(vertex)
        chains.append(chain)
    common = set.intersection(*chains) if chains else set()
    buses = {p for v in common if v not in net.pieces for p in net.wiring[v] if net.pieces[p].kind is Kind.BUS}
    return frozenset((common & net.pieces.keys()) | {bus for bus in buses if net.pieces[bus].in_service})


def nearest_single_points(net: Net, situation: Situation, supplies: Ids) -> Ids:
    """Those single points that every other one also separates from the sources (several if they cannot be told apart).

    "One live supply: itself."
    """
    if len(supplies) == 1:
        return supplies
    found = single_points(net, situation, supplies)
    after = {
        point: energised(net, situation.closed, situation.gone | {point}, situation.released) - {point}
        for point in found
    }
    return frozenset(near for near in found if all(near not in after[other] for other in found if other != near))


def not_redundant(net: Net, situation: Situation, supplies: Ids) -> bool:
    """ "One more failure of a single thing takes the rest, one live supply included"; nothing live: nothing to take."""
    return bool(single_points(net, situation, supplies))


@dataclass(frozen=True, slots=True)
class Rank:
    """What the order of affected customers looks at; `urgent_s` is None unless something falls within the hour."""

    customer: str
    name: str
    back: bool
    urgent_s: float | None
    importance: str
    loads_fed: str
    state: str
    deadline_s: float
    """The soonest deadline of all; infinite where none is known."""

    @property
    def rest(self) -> tuple[int, int, int, float, str]:
        """Keys behind the first: "importance class, then loads unfed, state, later deadlines, name".

        Names count where they are ASCII: how others are collated is nowhere said.
        """
        return (
            IMPORTANCE.index(self.importance),
            -LOADS_FED.index(self.loads_fed),
            -STATES.index(self.state),
            self.deadline_s,
            self.name if self.name.isascii() else "",
        )


def rank(net: Net, customer: str, back: bool, loads_fed: str, state: str, holds: Iterable[Hold]) -> Rank:
    """The rank of a customer; a security load without limit is urgent from the first second."""
    held = [item for item in holds if item.critical]
    urgent = [item.seconds or 0.0 for item in held if item.urgent]
    known_s = [item.seconds or 0.0 for item in held if item.urgent or item.seconds is not None]
    known = net.customers[customer]
    return Rank(
        customer,
        known.name,
        back,
        min(urgent, default=None),
        known.importance,
        loads_fed,
        state,
        min(known_s, default=float("inf")),
    )


def must_precede(first: Rank, second: Rank) -> bool:
    """Whether every reading of the order has `first` before `second`.

    Who is back comes last. Urgent comes before not urgent. Between two urgent ones the text can be read as "by class"
    or as "by deadline": only what both say counts. Between others the keys of `Rank.rest` decide.
    """
    if first.back or second.back:
        return second.back and not first.back
    if (first.urgent_s is None) != (second.urgent_s is None):
        return first.urgent_s is not None
    if first.urgent_s is None or second.urgent_s is None:
        return first.rest < second.rest
    by_deadline = (first.urgent_s, *first.rest) < (second.urgent_s, *second.rest)
    return by_deadline and first.rest < second.rest


def out_of_order(ranks: list[Rank]) -> list[tuple[str, str]]:
    """Pairs of customers that stand in the wrong order in a list."""
    return [
        (second.customer, first.customer)
        for place, first in enumerate(ranks)
        for second in ranks[place + 1 :]
        if must_precede(second, first)
    ]
