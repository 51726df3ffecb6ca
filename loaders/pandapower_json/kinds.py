"""What each table of pandapower is here: branches, what stands at one bus, and what has no part in supply."""

from __future__ import annotations

from schema.grid import Breaker, Disconnector, Fuse, LoadBreakSwitch, Switch

SWITCHES: dict[str, type[Switch]] = {
    "CB": Breaker, "DS": Disconnector, "LBS": LoadBreakSwitch, "LS": LoadBreakSwitch, "FUSE": Fuse,
}  # fmt: skip
ENDS: dict[str, tuple[str, ...]] = {
    "line": ("from_bus", "to_bus"),
    "impedance": ("from_bus", "to_bus"),
    "tcsc": ("from_bus", "to_bus"),
    "dcline": ("from_bus", "to_bus"),
    "trafo": ("hv_bus", "lv_bus"),
    "trafo3w": ("hv_bus", "mv_bus", "lv_bus"),
}
"""Branches, with their columns of buses: pandapower's topology joins their buses."""
ELEMENT_OF = {"l": "line", "t": "trafo", "t3": "trafo3w"}
"""Letter of a switch's column `et` to the branches that it stands at."""

LOADS = ("load", "asymmetric_load", "motor", "ward", "xward")
GENERATION = ("sgen", "asymmetric_sgen", "gen", "storage")
SHUNTS = ("shunt", "svc", "ssc")
SOURCES = ("ext_grid", "vsc")
"""A vsc is a source where it holds the voltage of its AC side (control_mode_ac = slack), as in pandapower."""
AT_ONE_BUS = (*LOADS, *GENERATION, *SHUNTS, *SOURCES)

READ = frozenset({"bus", "switch", *ENDS, *AT_ONE_BUS, "bus_geodata", "line_geodata"})
NO_PART = frozenset({
    "controller", "group", "measurement", "poly_cost", "pwl_cost", "characteristic", "q_capability_characteristic",
    "q_capability_curve_table", "trafo_characteristic_table", "trafo_characteristic_spline",
    "shunt_characteristic_table", "protection",
})  # fmt: skip
"""Tables that say nothing of what is joined to what."""
