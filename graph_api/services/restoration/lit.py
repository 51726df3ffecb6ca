"""Lit (有电): what counts as having voltage for whom an event hits, where positions are unknown, too; and areas hit."""

from __future__ import annotations

from collections.abc import Callable, Collection

import numpy as np

from graph_api.readmodel.topology import Outage
from graph_api.services.outage.situation import Situation
from schema.grid import EnergyConsumer
from schema.registry import EntityKind


def live_before(situation: Situation) -> Callable[[int], bool]:
    """Whether something had voltage before the event, in at least one world of unknown switches."""
    state = situation.before.topology.state
    place, vertex_of = state.better.live.place, state.network.vertex_of
    return situation.anywhere.seen(lambda index: bool(vertex_of[index] >= 0 and place[vertex_of[index]] >= 0))


def lit_in(situation: Situation, outage: Outage, taken: Collection[int] = ()) -> Callable[[int], bool]:
    """What has voltage as customers count it: what no world's event takes is not out, though nobody knows if it is fed.

    Live in the worse world; or dead there before already, live in the better world before as well as after, and not
    among what is `taken` in a world between.
    """
    if not outage.undecided:
        return situation.anywhere.seen(outage.live)
    before, perhaps = situation.before.topology.energised, live_before(situation)
    still = frozenset(at for at in outage.maybe.tolist() if not before(at) and perhaps(at) and at not in taken)
    return situation.anywhere.seen(lambda index: index in still or outage.live(index))


def areas_hit(situation: Situation, taken: Collection[int] = (), later: Collection[int] = ()) -> dict[int, float]:
    """Public areas that the event took supply from, with their kW (unknown 0); those `taken` in any world too, and
    those lost `later`."""
    graph, fault = situation.before.graph, situation.fault
    areas = np.array(graph.of_kind(EntityKind.ENERGY_CONSUMER), np.int32)
    hit = areas[np.isin(areas, fault.lost)].tolist()
    if fault.undecided:  # fed before if some unknown switch is closed, and then not
        perhaps, lit = live_before(situation), set(fault.maybe.tolist())
        lit -= set(taken)
        hit += [at for at in areas.tolist() if at not in hit and perhaps(at) and not fault.live(at) and at not in lit]
    found = {at: graph.get(EnergyConsumer, at) for at in sorted({*hit, *areas[np.isin(areas, list(later))].tolist()})}
    return {at: entity.kw or 0.0 for at, entity in found.items() if entity.in_service}
