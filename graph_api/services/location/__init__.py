"""Fault location (故障定位): where the fault can be, from what was reported, with a probability for each place."""

from graph_api.services.location.checks import Check, CheckHarm, CheckKind
from graph_api.services.location.contradictions import Contradiction, ContradictionKind
from graph_api.services.location.evidence import Evidence, Reason, SetAside, cannot_report
from graph_api.services.location.learning import Learned, PastIncident, Tally, learn
from graph_api.services.location.locate import (
    Candidate,
    ConditionChance,
    FaultLocation,
    InsideCustomer,
    LocationFinding,
    locate,
)
from graph_api.services.location.rates import Rates, ReportingCondition
from graph_api.services.location.sections import Section

__all__ = [
    "Candidate",
    "Check",
    "CheckHarm",
    "CheckKind",
    "ConditionChance",
    "Contradiction",
    "ContradictionKind",
    "Evidence",
    "FaultLocation",
    "InsideCustomer",
    "Learned",
    "LocationFinding",
    "PastIncident",
    "Rates",
    "Reason",
    "ReportingCondition",
    "Section",
    "SetAside",
    "Tally",
    "cannot_report",
    "learn",
    "locate",
]
