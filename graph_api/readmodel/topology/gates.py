"""Gates (产权分界): where the inside of a customer meets the grid, so that no customer conducts for it.

    grid - S1 -|- n1 - SB1 - IB1 - SB3/ - IB2 - SB2 - n2 -|- S2 - grid      the gates stand at the bars

A gate is a vertex of its own between a supply and its node inside; it has no members. It is there where devices inside
could join several supplies, and parallel running is not recorded as allowed. As long as they are apart, every gate
conducts: each part of the inside hangs on its supply. Where closed devices do join them, what is inside lives on one of
them that is live, and nothing runs on from one to another: no edge, but a finding (back-feed, 倒送电).
"""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from graph_api.readmodel.snapshot import Snapshot
from graph_api.readmodel.topology.components import components
from graph_api.readmodel.topology.jit import Flags, Ints
from schema.customer import ReceivingPoint
from schema.relationships import RelationshipKind


class Boundary(NamedTuple):
    """A supply, its node inside, and the number of the group that could join it with others; indexes."""

    supply: int
    inner: int
    group: int
    parallel: bool
    """Whether parallel running is recorded as allowed: no gate then, the inside conducts like the grid."""


class Gates(NamedTuple):
    """Gates and what is behind them, as vertices."""

    at: Ints
    """The gates."""
    supply: Ints
    """The supply of each."""
    inner: Ints
    """The node inside of each."""
    group: Ints
    """The group of each."""
    is_supply: Flags
    """Whether a vertex is the supply of a gate."""
    allowed: Ints
    """Nodes inside, of supplies of the same groups that may run parallel."""
    inside: Flags
    """Whether a vertex lies inside a group."""
    group_of: Ints
    """Group of each vertex inside; -1 = none."""
    parallel: frozenset[int]
    """Snapshot indexes of supplies that may run parallel."""


class Join(NamedTuple):
    """Gates that closed devices join, and the one of them that the inside hangs on; -1 = on a supply without gate."""

    gates: tuple[int, ...]
    primary: int


def boundaries(
    graph: Snapshot, supplies: Ints, nodes: Ints, raw: Ints, wiring: tuple[Ints, Ints], sources: Ints
) -> list[Boundary]:
    """Boundaries of the supplies that devices inside could join, whatever these stand like.

    `supplies` and `nodes` are indexes, one pair per terminal of a supply that has several; `raw` is the vertex of each
    index in `wiring` (starts, arcs), `sources` are vertices. A part that holds an energy source is grid, not inside.
    """
    if not supplies.size:
        return []
    starts, arcs = wiring
    apart = np.ones(starts.size - 1, np.uint8)
    apart[raw[supplies]] = 0
    label, count = components(starts, arcs, apart)
    parts = label[raw[nodes]]
    several: npt.NDArray[np.bool_] = np.bincount(parts[parts >= 0], minlength=count) > 1
    several[np.unique(label[sources][label[sources] >= 0])] = False
    found = [
        Boundary(supply, node, part, may_run_parallel(graph, supply))
        for supply, node, part in zip(supplies.tolist(), nodes.tolist(), parts.tolist(), strict=True)
        if part >= 0 and several[part] and node in graph.targets(supply, RelationshipKind.CONNECTS)[1:]
    ]
    held = Counter(each.group for each in found)
    return [each for each in found if held[each.group] > 1]


def gates_of(found: list[Boundary], vertex_of: Ints, at: Ints, starts: Ints, arcs: Ints) -> Gates:
    """The gates of boundaries, which lie at these vertices; insides are what is reached without passing a supply."""
    gated = [each for each in found if not each.parallel]
    numbers = {group: number for number, group in enumerate(sorted({each.group for each in found}))}
    group_of = np.full(starts.size - 1, -1, np.int32)
    if found:
        apart = np.ones(starts.size - 1, np.uint8)
        apart[[vertex_of[each.supply] for each in found]] = 0
        apart[at] = 0
        label, count = components(starts, arcs, apart)
        group_at = np.full(count + 1, -1, np.int32)
        for each in found:
            group_at[label[vertex_of[each.inner]]] = numbers[each.group]
        group_of = group_at[label]
    is_supply = np.zeros(starts.size - 1, np.uint8)
    is_supply[[vertex_of[each.supply] for each in gated]] = 1
    return Gates(
        at=at,
        is_supply=is_supply,
        supply=np.array([vertex_of[each.supply] for each in gated], np.int32),
        inner=np.array([vertex_of[each.inner] for each in gated], np.int32),
        group=np.array([numbers[each.group] for each in gated], np.int32),
        allowed=np.array([vertex_of[each.inner] for each in found if each.parallel], np.int32),
        inside=(group_of >= 0).astype(np.uint8),
        group_of=group_of,
        parallel=frozenset(each.supply for each in found if each.parallel),
    )


def joins_of(gates: Gates, starts: Ints, arcs: Ints, conducts: Flags, live: npt.NDArray[np.bool_] | None) -> list[Join]:
    """Gates that closed devices join where these conduct; of each the first whose supply is `live` is primary."""
    if not gates.at.size:
        return []
    label, count = components(starts, arcs, conducts & gates.inside)
    part = np.where(conducts[gates.supply] > 0, label[gates.inner], -1)
    free = label[gates.allowed]
    held = np.bincount(part[part >= 0], minlength=count)
    free_held = np.bincount(free[free >= 0], minlength=count)
    joined = np.flatnonzero((held > 1) | ((held > 0) & (free_held > 0)))
    found = []
    for number in joined.tolist():
        members = np.flatnonzero(part == number)
        primary = -1
        if not free_held[number]:
            fed = members if live is None else members[live[gates.supply[members]]]
            primary = int(gates.at[(fed if fed.size else members)[0]])
        found.append(Join(tuple(gates.at[members].tolist()), primary))
    return found


def may_run_parallel(graph: Snapshot, supply: int) -> bool:
    """Whether a receiving point of a supply may run parallel."""
    points = graph.sources(supply, RelationshipKind.FED_BY)
    return any(bool(graph.get(ReceivingPoint, point).parallel_running) for point in points)
