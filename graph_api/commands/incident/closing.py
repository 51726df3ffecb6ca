"""Closing (结案): an incident is over, or was not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar

from graph_api.commands.checks import Checks
from graph_api.commands.command import Command
from graph_api.commands.incident.acting import NOTE, ActOnIncident, Said
from graph_api.readmodel.model import ReadModel
from graph_api.services.incident.contents import Closed, LeftSaid, Reopened
from graph_api.services.incident.left import Left, left_open
from graph_api.services.incident.state import IncidentState
from schema.entity import Label
from schema.errors import ErrorCode
from schema.words import Language, say, text_of


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseIncident(ActOnIncident):
    """结案: 事件处置完毕。 It is over."""

    does: ClassVar = Label(
        "结案",
        "结案；尚有未了事项的予以拒绝并逐项列出，确须结案的填写原因。 Close it; what is left open is refused with the "
        "list, unless `reason` says why it is closed all the same.",
    )
    takes: ClassVar = Label("输入", "哪个事件；有未了事项的，原因。 Which incident; why, where something is left open.")

    reason: Annotated[str | None, Label("原因", "有未了事项仍结案的原因。 Why, with something left open.")] = None

    def said(self, model: ReadModel, checks: Checks, state: IncidentState, at: datetime) -> Said | None:
        """That it is over, with what is left."""
        if self.reason is not None:
            checks.text("reason", self.reason)
        left = left_open(model, state, at)
        if self.reason is None:
            for each in left:
                checks.refuse("reason", each.text, ErrorCode.WORK_LEFT)
        note = "\n".join(part for part in (self.reason, self.note) if part) or None
        return Said(content=_closed(left), note=note)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReopenIncident(ActOnIncident):
    """重新立案: 事件尚未处置完毕。 It was not over."""

    does: ClassVar = Label("重新立案", "重新打开已结案的事件。 Open a closed incident again.")
    takes: ClassVar = Label("输入", "哪个事件、为何。 Which incident, and why.")
    on_closed: ClassVar = True

    note: Annotated[str, NOTE]

    def said(self, model: ReadModel, checks: Checks, state: IncidentState, at: datetime) -> Said | None:  # noqa: ARG002
        """That it was not; one that was joined into another is worked on there."""
        if state.joined_into is not None:
            into = model.graph.find(state.joined_into)
            name = state.joined_into if into is None else checks.called(into)
            checks.refuse("incident", say("It was joined into {incident}: work on that.", incident=name))
        return Said(content=Reopened(), note=self.note)


def _closed(left: Sequence[Left]) -> Closed:
    """That it is over, with what is left in both languages."""
    en, zh = Language.EN, Language.ZH
    said = tuple(LeftSaid(each.kind.value, each.count, text_of(each.text, en), text_of(each.text, zh)) for each in left)
    return Closed(left=tuple(each.kind for each in said), said=said)


CLOSING: tuple[type[Command], ...] = (CloseIncident, ReopenIncident)
