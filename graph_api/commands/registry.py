"""The closed list of commands, in the order in which the API lists them."""

from __future__ import annotations

from graph_api.commands.assignments import EndAssignment, UpsertAssignment
from graph_api.commands.command import Command
from graph_api.commands.incident.acknowledging import AcknowledgeIncident
from graph_api.commands.incident.closing import CLOSING
from graph_api.commands.incident.drilling import DRILLING
from graph_api.commands.incident.finding import FINDING
from graph_api.commands.incident.joining import JOINING
from graph_api.commands.incident.opening import OpenIncident
from graph_api.commands.incident.procedures import PROCEDURES
from graph_api.commands.incident.refusing import REFUSING
from graph_api.commands.incident.splitting import SPLITTING
from graph_api.commands.incident.working import WORKING
from graph_api.commands.record_switching import RecordSwitching
from graph_api.commands.roster import ROSTER
from graph_api.commands.switching import SetSwitchPosition

COMMANDS: tuple[type[Command], ...] = (
    SetSwitchPosition,
    RecordSwitching,
    UpsertAssignment,
    EndAssignment,
    *ROSTER,
    OpenIncident,
    AcknowledgeIncident,
    *FINDING,
    *WORKING,
    *PROCEDURES,
    *REFUSING,
    *CLOSING,
    *JOINING,
    *SPLITTING,
    *DRILLING,
)
"""Every command; a test finds one that is missing."""
