"""One assumption about the switches of unknown position (all open, or all closed), and what is energised under it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from graph_api.readmodel.snapshot import POSITION_CODES
from graph_api.readmodel.topology.forest import Forest, grow
from graph_api.readmodel.topology.gates import Join, joins_of
from graph_api.readmodel.topology.jit import Flags, Ints
from graph_api.readmodel.topology.network import Network
from schema.vocabulary import SwitchPosition

_CLOSED, _UNKNOWN = POSITION_CODES[SwitchPosition.CLOSED], POSITION_CODES[SwitchPosition.UNKNOWN]


class World(NamedTuple):
    """What conducts and what is live, per vertex."""

    conducts: Flags
    is_source: Flags
    """In-service energy sources."""
    roots: Ints
    """The same as vertices."""
    live: Forest
    """Supply paths of what is live: a breadth-first forest from the sources."""
    joins: tuple[Join, ...] = ()
    """Supplies that closed devices inside customers join: they do not conduct for the grid all the same."""


def conducting(network: Network, states: npt.NDArray[np.uint8], *, unknown_closed: bool) -> Flags:
    """Per vertex, whether it conducts: all its members are in service, and closed where they are switches."""
    position = states >> 1
    passes = (position == 0) | (position == _CLOSED)
    if unknown_closed:
        passes |= position == _UNKNOWN
    stops = network.equipment & ~(passes & (states & 1).astype(np.bool_))
    conducts = np.ones(network.size, np.uint8)
    conducts[network.vertex_of[stops]] = 0
    return conducts


def settled(network: Network, conducts: Flags) -> World:
    """The world in which these conduct, but for customers that join supplies: each inside lives on one of them."""
    joins = joins_of(network.gates, network.starts, network.arcs, conducts, None)
    if not joins:
        return energised(network, conducts)
    gates = [gate for join in joins for gate in join.gates]
    conducts[gates] = 0
    live = energised(network, conducts).live.place >= 0
    joins = joins_of(network.gates, network.starts, network.arcs, conducts, live)
    conducts[[join.primary for join in joins if join.primary >= 0]] = 1
    return energised(network, conducts)._replace(joins=tuple(joins))


def energised(network: Network, conducts: Flags) -> World:
    """The world in which these conduct."""
    roots = network.vertex_of[network.sources]
    roots = np.unique(roots[conducts[roots] > 0]).astype(np.int32)
    is_source = np.zeros(network.size, np.uint8)
    is_source[roots] = 1
    return World(conducts, is_source, roots, Forest(*grow(network.starts, network.arcs, conducts, roots)))
