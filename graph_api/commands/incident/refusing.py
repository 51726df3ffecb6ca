"""Switches that cannot be operated (无法操作): plans go without them from then on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar

from graph_api.commands.checks import Checks
from graph_api.commands.command import Command
from graph_api.commands.incident.acting import NOTE, ActOnIncident, Said, devices_of
from graph_api.readmodel.model import ReadModel
from graph_api.services.incident.contents import Refused
from graph_api.services.incident.state import IncidentState
from schema.entity import Label, ThingId
from schema.words import say


@dataclass(frozen=True, slots=True, kw_only=True)
class RefuseSwitching(ActOnIncident):
    """登记无法操作: 方案中的开关无法操作。 A step of the plan cannot be done: its switch cannot be operated."""

    does: ClassVar = Label(
        "登记无法操作",
        "登记开关无法操作及原因，恢复方案随即不再使用；此后登记操作的即视为可操作。 Switches of the plan cannot be "
        "operated, with why: plans go without them, until one is recorded as operated after all.",
    )
    takes: ClassVar = Label("输入", "哪些开关、为何。 Which switches, and why.")

    switches: Annotated[tuple[ThingId, ...], Label("开关", "无法操作的开关。 Ids of the switches, 1 to 100.")]
    note: Annotated[str, NOTE]

    def said(self, model: ReadModel, checks: Checks, state: IncidentState, at: datetime) -> Said | None:  # noqa: ARG002
        """Which switches, and why."""
        switches = devices_of(checks, "switches", self.switches)
        if not self.switches:
            checks.refuse("switches", say("Send the switches that cannot be operated."))
        return Said(content=Refused(), things=switches, note=self.note)


REFUSING: tuple[type[Command], ...] = (RefuseSwitching,)
