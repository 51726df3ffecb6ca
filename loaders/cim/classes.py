"""Which CIM class becomes which kind of entity, which are folded into another object, and which are no objects."""

from __future__ import annotations

from schema import grid
from schema.grid import ConductingEquipment
from schema.vocabulary import GenerationType

EQUIPMENT: dict[str, type[ConductingEquipment]] = {
    "ACLineSegment": grid.ACLineSegment,
    "SeriesCompensator": grid.ACLineSegment,
    "EquivalentBranch": grid.ACLineSegment,
    "Breaker": grid.Breaker,
    "DisconnectingCircuitBreaker": grid.Breaker,
    "ProtectedSwitch": grid.Breaker,
    "Recloser": grid.Recloser,
    "LoadBreakSwitch": grid.LoadBreakSwitch,
    "Sectionaliser": grid.LoadBreakSwitch,
    "Disconnector": grid.Disconnector,
    "GroundDisconnector": grid.Disconnector,
    "Switch": grid.Disconnector,
    "Jumper": grid.Disconnector,
    "Cut": grid.Disconnector,
    "Fuse": grid.Fuse,
    "BusbarSection": grid.BusbarSection,
    "Junction": grid.BusbarSection,
    "PowerTransformer": grid.PowerTransformer,
    "EnergySource": grid.EnergySource,
    "ExternalNetworkInjection": grid.EnergySource,
    "EnergyConsumer": grid.EnergyConsumer,
    "ConformLoad": grid.EnergyConsumer,
    "NonConformLoad": grid.EnergyConsumer,
    "StationSupply": grid.EnergyConsumer,
    "AsynchronousMachine": grid.EnergyConsumer,
    "LinearShuntCompensator": grid.ShuntCompensator,
    "NonlinearShuntCompensator": grid.ShuntCompensator,
    "StaticVarCompensator": grid.ShuntCompensator,
    "PetersenCoil": grid.ShuntCompensator,
    "GroundingImpedance": grid.ShuntCompensator,
    "Ground": grid.ShuntCompensator,
    "PowerElectronicsConnection": grid.GeneratingUnit,
    "SynchronousMachine": grid.GeneratingUnit,
    "EquivalentInjection": grid.GeneratingUnit,
}
"""A switch class without a kind of its own becomes one that can do no more than it: a plain Switch a Disconnector."""

PARTS = ("VoltageLevel", "Bay")
"""Parts of a station, entities of their own; what is in them is in the station, too."""
AREAS = ("GeographicalRegion", "SubGeographicalRegion")
NODES = ("ConnectivityNode", "TopologicalNode")
"""TopologicalNodes are nodes where terminals stand on them alone (bus-branch models, and parts of others)."""

UNITS: dict[str, GenerationType] = {
    "PhotovoltaicUnit": GenerationType.PHOTOVOLTAIC,
    "PhotoVoltaicUnit": GenerationType.PHOTOVOLTAIC,
    "BatteryUnit": GenerationType.BATTERY,
    "PowerElectronicsWindUnit": GenerationType.WIND,
}
"""Units behind a PowerElectronicsConnection: folded into it. CGMES 3.0 writes PhotoVoltaicUnit."""
PLANTS: dict[str, GenerationType] = {
    "GeneratingUnit": GenerationType.ROTATING,
    "ThermalGeneratingUnit": GenerationType.ROTATING,
    "HydroGeneratingUnit": GenerationType.ROTATING,
    "NuclearGeneratingUnit": GenerationType.ROTATING,
    "SolarGeneratingUnit": GenerationType.PHOTOVOLTAIC,
    "WindGeneratingUnit": GenerationType.WIND,
}
"""Units behind a SynchronousMachine or AsynchronousMachine: folded into it."""

OWNERS: dict[str, tuple[str, ...]] = {
    "Terminal": ("ConductingEquipment",),
    "ACLineSegmentPhase": ("ACLineSegment",),
    "SwitchPhase": ("Switch",),
    "EnergyConsumerPhase": ("EnergyConsumer",),
    "PowerTransformerEnd": ("PowerTransformer",),
    "TransformerTank": ("PowerTransformer",),
    "TransformerTankEnd": ("TransformerTank",),
    "VoltageLevel": ("Substation",),
    "Bay": ("VoltageLevel", "Substation"),
    "PositionPoint": ("Location",),
    "Clamp": ("ACLineSegment",),
    "DiagramObject": ("Diagram",),
    "DiagramObjectPoint": ("DiagramObject",),
}
"""Folded classes that are part of another object: the properties of which one names it."""

PLACES = ("Location", "PositionPoint", "CoordinateSystem")
DIAGRAMS = ("Diagram", "DiagramObject", "DiagramObjectPoint")
CUSTOMERS = ("Customer", "ServiceLocation", "UsagePoint", "EndDevice", "Meter")
"""Classes of IEC 61968 that become customers, sites, receiving points and meters."""
FOLDED = frozenset({
    *OWNERS, *UNITS, *PLANTS, *PLACES, *DIAGRAMS, "BaseVoltage", "Line", "FullModel", "CustomerAgreement",
    "StreetAddress", "StreetDetail", "TownDetail",
})  # fmt: skip
"""Classes whose content goes into other objects."""

ABSTRACT = frozenset({
    "IdentifiedObject", "PowerSystemResource", "Equipment", "ConductingEquipment", "EnergyConnection",
    "RegulatingCondEq", "RotatingMachine",
})  # fmt: skip
"""Classes above those of equipment: a text that only states what is so now may call it by one of them."""

DRAWN = ("Substation", *PARTS, "Feeder", *NODES, *EQUIPMENT)
"""Classes that have a place on diagrams."""

ENTITIES = frozenset({*EQUIPMENT, *AREAS, *NODES, *CUSTOMERS, "Substation", "Feeder"})
READ = ENTITIES | FOLDED
"""Every class that this loader reads; the report lists all others with their counts."""

DIFFERENCE_MODEL = "DifferenceModel"
