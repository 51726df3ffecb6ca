"""The best that switching can do (精确解): an integer program written from the design, for grids of public areas.

Chosen is how every switch stands in the end. What has voltage then hangs on one source without a ring and is not the
fault; who has supply keeps it; nothing carries more than it may, or did before. A disconnector moves only where both
sides are dead once protection has acted: before anything is fed again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import highspy

from tests.truth.grid import flood, with_their_nodes
from tests.truth.net import Kind, Net, Piece
from tests.truth.replay import loading
from tests.truth.worlds import Event, Moments, moments

ANY_KW = 1e5


@dataclass(frozen=True, slots=True)
class Best:
    """kW of areas that were hit, and what of it can be fed again at best."""

    hit_kw: float
    back_kw: float
    closed: frozenset[str]
    """Switches that stand closed then."""


def best(net: Net, thing: str) -> Best:
    """The best end of a fault on one thing of a grid of known positions that is run without rings."""
    found = moments(net, Event(things=(thing,)), 0.0)
    assert len(found) == 1, "positions are known"
    return _Program(net, thing, found[0]).solved()


class _Program:
    def __init__(self, net: Net, thing: str, moment: Moments) -> None:
        self._net, self._live, self._before = net, moment.now.live, moment.before
        self._closed_now = moment.now.closed
        self._flow_before = loading(net, moment.before)
        self._model = highspy.Highs()
        self._model.setOptionValue("output_flag", False)
        faulty = with_their_nodes(net, (thing,))
        switches = {each.id for each in net.switches} - {thing}
        at_fault = flood(net.grid_wiring, faulty | {*net.pieces[thing].nodes}, switches | net.idle)
        self._edges = [
            each
            for each in net.pieces.values()
            if len(each.nodes) == 2 and each.in_service and (each.id != thing or each.is_switch)
        ]
        self._thing = thing
        self._energised: dict[str, Any] = {}
        for node in sorted(net.nodes):
            sourced = any(each.nodes == (node,) for each in self._sources())
            low, high = float(node in self._live or sourced), 1.0
            if node in at_fault or node in net.idle:
                low, high = 0.0, 0.0
            self._energised[node] = self._binary(low, high)
        self._conducts = {each.id: self._binary(*self._may_stand(each)) for each in self._edges}
        self._carries = {each.id: self._used(each) for each in self._edges}

    def _sources(self) -> Iterable[Piece]:
        return (each for each in self._net.of_kind(Kind.SOURCE) if each.in_service)

    def _binary(self, low: float, high: float) -> Any:
        return self._model.addVariable(lb=low, ub=high, type=highspy.HighsVarType.kInteger)

    def _may_stand(self, each: Piece) -> tuple[float, float]:
        """The least and the most that a piece may conduct in the end."""
        if each.id == self._thing:
            return 1.0, 1.0  # nothing parts what a faulty switch joins
        if not each.is_switch:
            return 1.0, 1.0
        live = [node for node in each.nodes if node in self._live]
        if len(live) == 2 or (live and each.kind is Kind.DISCONNECTOR):
            stands = float(each.id in self._closed_now)
            return stands, stands
        return 0.0, 1.0

    def _used(self, each: Piece) -> Any:
        """Whether a piece conducts and has voltage: then so have both its ends."""
        one, other = (self._energised[node] for node in each.nodes)
        closed, used = self._conducts[each.id], self._binary(0.0, 1.0)
        self._model.addConstr(one - other <= 1 - closed)
        self._model.addConstr(other - one <= 1 - closed)
        self._model.addConstr(used <= closed)
        self._model.addConstr(used <= one)
        self._model.addConstr(used >= closed + one - 1)
        return used

    def solved(self) -> Best:
        """Run it."""
        self._hangs_on_sources()
        self._carries_power()
        areas = [each for each in self._net.areas if each.id in self._before.live and each.id not in self._live]
        gain = sum((self._energised[each.nodes[0]] * (each.kw or 0.0) for each in areas), start=0.0)
        hit = sum(each.kw or 0.0 for each in areas)
        if not hit:
            return Best(0.0, 0.0, frozenset())
        self._model.maximize(gain)
        assert self._model.getModelStatus() == highspy.HighsModelStatus.kOptimal
        back = sum((each.kw or 0.0) * round(self._model.val(self._energised[each.nodes[0]])) for each in areas)
        closed = frozenset(at for at, stands in self._conducts.items() if self._model.val(stands) > 0.5)
        return Best(hit, back, closed & self._net.switch_ids)

    def _hangs_on_sources(self) -> None:
        """As many pieces are used as there are nodes with voltage beside sources, and each is reached from a source."""
        count = len(self._energised) + 1.0
        given = {each.nodes[0]: self._model.addVariable(lb=0.0, ub=count) for each in self._sources()}
        self._balanced(dict.fromkeys(self._energised, 1.0), given, count)
        roots = sum((self._energised[node] for node in given), start=0.0)
        nodes, used = sum(self._energised.values(), start=0.0), sum(self._carries.values(), start=0.0)
        self._model.addConstr(used - nodes + roots == 0)

    def _carries_power(self) -> None:
        """Each node takes its kW as soon as it has voltage; no more passes than may."""
        taken = dict.fromkeys(self._energised, 0.0)
        for each in self._net.areas:
            taken[each.nodes[0]] += each.kw or 0.0
        given = {each.nodes[0]: self._model.addVariable(lb=0.0, ub=ANY_KW) for each in self._sources()}
        flows = self._balanced(taken, given, ANY_KW)
        for each in self._edges:
            if each.limit_kw is not None:
                most = max(each.limit_kw, self._flow_before.get(each.id, 0.0))
                self._model.addConstr(flows[each.id] <= most)
                self._model.addConstr(flows[each.id] >= -most)

    def _balanced(self, taken: dict[str, float], given: dict[str, Any], most: float) -> dict[str, Any]:
        flows = {each.id: self._model.addVariable(lb=-most, ub=most) for each in self._edges}
        for each in self._edges:
            self._model.addConstr(flows[each.id] <= self._carries[each.id] * most)
            self._model.addConstr(flows[each.id] >= self._carries[each.id] * -most)
        for node, energised in self._energised.items():
            inward = sum((flows[each.id] for each in self._edges if each.nodes[1] == node), start=0.0)
            outward = sum((flows[each.id] for each in self._edges if each.nodes[0] == node), start=0.0)
            source = given.get(node, 0.0)
            self._model.addConstr(inward - outward + source - energised * taken[node] == 0)
        return flows
