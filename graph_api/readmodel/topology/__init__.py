"""Topology index (拓扑): what is energised, what hangs on what, and what an outage takes with it."""

from __future__ import annotations

from graph_api.readmodel.topology.cases import (
    FaultCases,
    all_single_points,
    common_tops,
    depth_first,
    fault_cases,
    switch_sections,
)
from graph_api.readmodel.topology.index import Assumption, Topology
from graph_api.readmodel.topology.outage import Outage
from graph_api.readmodel.topology.sight import Sight, unknown_near

__all__ = [
    "Assumption",
    "FaultCases",
    "Outage",
    "Sight",
    "Topology",
    "all_single_points",
    "common_tops",
    "depth_first",
    "fault_cases",
    "switch_sections",
    "unknown_near",
]
