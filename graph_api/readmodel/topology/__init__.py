"""Topology index (拓扑): what is energised, what hangs on what, and what an outage takes with it."""

from __future__ import annotations

from graph_api.readmodel.topology.events import Assumption
from graph_api.readmodel.topology.outage import Outage
from graph_api.readmodel.topology.short_circuits import ShortCircuits, unknown_near
from graph_api.readmodel.topology.single_faults import (
    SingleFaults,
    all_single_points,
    common_tops,
    depth_first,
    single_faults,
    switch_sections,
)
from graph_api.readmodel.topology.topology import Topology

__all__ = [
    "Assumption",
    "Outage",
    "ShortCircuits",
    "SingleFaults",
    "Topology",
    "all_single_points",
    "common_tops",
    "depth_first",
    "single_faults",
    "switch_sections",
    "unknown_near",
]
