"""What the versions of CGMES call things: namespaces, profiles, and which classes they have."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from schema.vocabulary import GenerationType


class Part(StrEnum):
    """Profile files of a set that are written."""

    EQ = "EQ"
    SSH = "SSH"
    GL = "GL"
    DL = "DL"


@dataclass(frozen=True, slots=True)
class Dialect:
    """One version of CGMES."""

    version: str
    namespace: str
    profiles: dict[Part, tuple[str, ...]]
    feeders: bool
    """Whether it has Feeder, and equipment in several containers."""
    in_service: bool
    """Whether the state says what is in service; without it terminals are disconnected."""
    electronics: bool
    """Whether it has PowerElectronicsConnection."""
    units: dict[GenerationType, str]
    """Class of the unit behind a generator."""


_CGMES3 = "http://iec.ch/TC57/ns/CIM/"
_CGMES2 = "http://entsoe.eu/CIM/"
_TWO = Dialect(
    version="2.4.15",
    namespace="http://iec.ch/TC57/2013/CIM-schema-cim16#",
    profiles={
        Part.EQ: (f"{_CGMES2}EquipmentCore/3/1", f"{_CGMES2}EquipmentOperation/3/1"),
        Part.SSH: (f"{_CGMES2}SteadyStateHypothesis/1/1",),
        Part.GL: (f"{_CGMES2}GeographicalLocation/2/1",),
        Part.DL: (f"{_CGMES2}DiagramLayout/3/1",),
    },
    feeders=False,
    in_service=False,
    electronics=False,
    units={
        GenerationType.PHOTOVOLTAIC: "SolarGeneratingUnit",
        GenerationType.WIND: "WindGeneratingUnit",
        GenerationType.ROTATING: "ThermalGeneratingUnit",
    },
)
_THREE = Dialect(
    version="3.0",
    namespace="http://iec.ch/TC57/CIM100#",
    profiles={
        Part.EQ: (f"{_CGMES3}CoreEquipment-EU/3.0", f"{_CGMES3}Operation-EU/3.0"),
        Part.SSH: (f"{_CGMES3}SteadyStateHypothesis-EU/3.0",),
        Part.GL: (f"{_CGMES3}GeographicalLocation-EU/3.0",),
        Part.DL: (f"{_CGMES3}DiagramLayout-EU/3.0",),
    },
    feeders=True,
    in_service=True,
    electronics=True,
    units={
        GenerationType.PHOTOVOLTAIC: "PhotoVoltaicUnit",
        GenerationType.WIND: "PowerElectronicsWindUnit",
        GenerationType.BATTERY: "BatteryUnit",
        GenerationType.ROTATING: "ThermalGeneratingUnit",
    },
)
DIALECTS = {each.version: each for each in (_THREE, _TWO)}
"""Versions that are written, the newest first."""
