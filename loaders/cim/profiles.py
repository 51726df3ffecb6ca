"""What each text of a model set holds: its header (FullModel, IEC 61970-552), and its profile by header or content."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from loaders.cim.classes import DIAGRAMS, ENTITIES, PLACES
from loaders.cim.parse import CimObject


class Profile(StrEnum):
    """Profiles of CGMES (IEC 61970-600) as people call them; all that defines equipment is EQ, boundary sets too."""

    EQ = "EQ"
    TP = "TP"
    SSH = "SSH"
    SV = "SV"
    GL = "GL"
    DL = "DL"
    DY = "DY"


_BY_WORD = (
    ("SteadyStateHypothesis", Profile.SSH),
    ("TopologyBoundary", Profile.TP),
    ("Topology", Profile.TP),
    ("StateVariables", Profile.SV),
    ("GeographicalLocation", Profile.GL),
    ("DiagramLayout", Profile.DL),
    ("Dynamics", Profile.DY),
    ("Equipment", Profile.EQ),
    ("Operation", Profile.EQ),
    ("ShortCircuit", Profile.EQ),
)
"""Words in the URIs of profiles: entsoe.eu/CIM/SteadyStateHypothesis/1/1, .../ns/CIM/CoreEquipment-EU/3.0, ..."""

STATE = frozenset({
    "open", "locked", "p", "q", "connected", "inService", "normalPF", "referencePriority", "operatingMode", "enabled",
    "discrete", "step", "sections", "controlEnabled", "targetValue", "targetValueUnitMultiplier", "targetDeadband",
    "maxAllowedTargetValue", "minAllowedTargetValue", "regulationStatus", "regulationTarget", "value", "targetPpcc",
    "targetUdc", "pPccControl", "qPccControl", "targetQpcc", "targetUpcc", "qShare", "droop", "droopCompensation",
})  # fmt: skip
"""Properties that a SteadyStateHypothesis states: an object that has no others is spoken of, not defined."""

DEFINED_BY: dict[Profile, frozenset[str]] = {
    Profile.TP: frozenset({"TopologicalNode"}),
    Profile.GL: frozenset(PLACES),
    Profile.DL: frozenset(DIAGRAMS),
}
"""Classes that a profile other than EQ defines itself; of all others it only speaks."""


@dataclass(slots=True)
class Header:
    """A text's FullModel: who it is, what it holds, which models it needs, and when it is true."""

    key: str = ""
    profiles: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()
    authority: str = ""
    scenario: datetime | None = None
    created: datetime | None = None

    @property
    def as_of(self) -> datetime | None:
        """When the text is true: its scenario time, else when it was made."""
        return self.scenario or self.created

    @property
    def boundary(self) -> bool:
        """Whether it is a boundary set: common to several models, with no equipment of its own."""
        return any("Boundary" in uri for uri in self.profiles)


def header_of(item: CimObject) -> Header:
    """The header that a FullModel element writes."""
    return Header(
        key=item.key,
        profiles=tuple(item.all_of("profile")),
        needs=tuple(item.all_of("DependentOn")),
        replaces=tuple(item.all_of("Supersedes")),
        authority=item.values.get("modelingAuthoritySet", ""),
        scenario=_moment(item.values.get("scenarioTime")),
        created=_moment(item.values.get("created")),
    )


@dataclass(slots=True)
class Content:
    """What was met in a text: objects that this loader reads, and how many there are of every other class."""

    header: Header = field(default_factory=Header)
    objects: list[CimObject] = field(default_factory=list)
    unread: Counter[str] = field(default_factory=Counter)
    unread_keys: dict[str, str] = field(default_factory=dict)
    """Class of each object that is not read, by its key."""

    @property
    def profile(self) -> Profile:
        """By the header, else by what the text defines; a text that tells nothing is EQ: a model by itself."""
        named = {_profile(uri) for uri in self.header.profiles} - {None}
        if named:
            return next(each for each in Profile if each in named)
        if any(item.cls in ENTITIES and item.cls != "TopologicalNode" and not speaks(item) for item in self.objects):
            return Profile.EQ
        classes = {*self.unread, *(item.cls for item in self.objects)}
        if any(cls.startswith("Sv") for cls in classes):
            return Profile.SV
        if any(cls.startswith("Diagram") for cls in classes):
            return Profile.DL
        if "TopologicalNode" in classes and not _defines_terminals(self.objects):
            return Profile.TP
        if classes and classes <= {*PLACES}:
            return Profile.GL
        return Profile.SSH if self.objects and all(map(speaks, self.objects)) else Profile.EQ


def speaks(item: CimObject) -> bool:
    """Whether an element only states what is so now of an object that another text defines."""
    return bool(item.values) and not item.repeated and item.values.keys() <= STATE


def _defines_terminals(objects: Collection[CimObject]) -> bool:
    return any(item.cls == "Terminal" and "ConductingEquipment" in item.values for item in objects)


def _profile(uri: str) -> Profile | None:
    return next((profile for word, profile in _BY_WORD if word in uri), None)


def _moment(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None
