"""Finding the fault (故障研判): what was reported of it, and where it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Annotated, ClassVar

from graph_api.commands.checks import Checks
from graph_api.commands.command import Command
from graph_api.commands.incident.acting import ActOnIncident, Said, devices_of, things_of
from graph_api.commands.incident.opening import EQUIPMENT, SINCE, STUCK, TRIPPED
from graph_api.readmodel.model import ReadModel
from graph_api.services.incident.contents import Amended, EvidenceSaid, EvidenceWithdrawn, FaultConfirmed, Repaired
from graph_api.services.incident.state import IncidentState
from graph_api.services.location import Evidence, cannot_report
from graph_api.services.outage.event import Cause
from schema.entity import Label, ThingId
from schema.incident import Incident
from schema.incident_terms import IncidentLevel
from schema.registry import EntityKind
from schema.vocabulary import EvidenceKind
from schema.words import say


@dataclass(frozen=True, slots=True, kw_only=True)
class AddEvidence(ActOnIncident):
    """登记故障信息: 登记一条故障信息。 A report of the fault."""

    does: ClassVar = Label("登记故障信息", "登记一条故障信息，供故障定位使用。 Record a report; location weighs it.")
    takes: ClassVar = Label("输入", "何处报来何事。 What was reported, of which things.")

    kind: Annotated[EvidenceKind, Label("类型", "信息类型。 What kind of report.")]
    things: Annotated[tuple[ThingId, ...], Label("对象", "信息所指的对象。 Ids of what it speaks of, 1 to 100.")]
    positive: Annotated[
        bool,
        Label("是否如此", "为 false 表示否定，如未动作、未失电。 False = that it is not so: not tripped, power is on."),
    ] = True
    towards: Annotated[
        ThingId | None, Label("方向", "电流流向的节点。 Node that the current left to, of an indicator with direction.")
    ] = None
    reclosed: Annotated[bool, Label("重合成功", "跳闸后重合成功。 It was closed again, and held.")] = False

    def said(self, model: ReadModel, checks: Checks, state: IncidentState, at: datetime) -> Said | None:  # noqa: ARG002
        """The report."""
        things = things_of(checks, "things", self.things, say("what it speaks of"))
        if not self.things:
            checks.refuse("things", say("Send what it speaks of: equipment, an indicator, a meter or a customer."))
        towards = None if self.towards is None else things_of(checks, "towards", [self.towards], say("the node"))
        if not checks.problems:
            self._check_reports(model, checks, things, towards[0] if towards else None)
        content = EvidenceSaid(
            kind=self.kind, positive=self.positive, towards=towards[0] if towards else None, reclosed=self.reclosed
        )
        return Said(content=content, things=things, note=self.note)

    def _check_reports(self, model: ReadModel, checks: Checks, things: tuple[str, ...], towards: str | None) -> None:
        """What cannot report this is told now, not set aside where the fault is looked for.

        A customer's call is taken, whatever is recorded of his supply: who has called is concerned.
        """
        index = model.graph.index
        if self.kind is EvidenceKind.CALL and all(model.graph.kind(index(id)) is EntityKind.CUSTOMER for id in things):
            return
        wrong = cannot_report(
            model,
            Evidence(
                kind=self.kind,
                things=tuple(map(index, things)),
                positive=self.positive,
                towards=None if towards is None else index(towards),
                reclosed=self.reclosed,
            ),
        )
        if wrong is not None:
            checks.refuse("things", wrong)


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawEvidence(ActOnIncident):
    """撤回故障信息: 撤回一条故障信息。 A report turned out to be none."""

    does: ClassVar = Label("撤回故障信息", "撤回一条故障信息，记录仍保留。 A report no longer counts; its entry stays.")
    takes: ClassVar = Label("输入", "撤回哪条。 Which report.")

    entry: Annotated[int, Label("记录序号", "该信息在时间线中的序号。 Order of its entry in the timeline.")]

    def said(self, model: ReadModel, checks: Checks, state: IncidentState, at: datetime) -> Said | None:  # noqa: ARG002
        """That it is none."""
        if self.entry not in {each.entry for each in state.reports}:
            known = ", ".join(str(each.entry) for each in state.reports) or "0"
            checks.refuse("entry", say("No report that counts has this number. Reports: {known}.", known=known))
        return Said(content=EvidenceWithdrawn(entry=self.entry), note=self.note)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmFault(ActOnIncident):
    """确认故障: 确认故障在何处。 Where the fault is, or that there is none."""

    does: ClassVar = Label(
        "确认故障", "确认故障设备，受影响客户随之更新。 The fault was found: who is affected is worked out of it."
    )
    takes: ClassVar = Label("输入", "故障在何处。 Where it is.")
    earliest: ClassVar = timedelta(0)

    things: Annotated[
        tuple[ThingId, ...],
        Label(
            "故障设备",
            "故障设备，空列表表示无故障。 Ids of what is faulty; empty = there was no fault: say so in `note`.",
        ),
    ]

    def said(self, model: ReadModel, checks: Checks, state: IncidentState, at: datetime) -> Said | None:  # noqa: ARG002
        """Where it is."""
        things = things_of(checks, "things", self.things, say("the equipment"))
        if not self.things and not self.note:
            checks.refuse("note", say("Say in `note` what was found, where there was no fault."))
        return Said(content=FaultConfirmed(), things=things, note=self.note)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRepair(ActOnIncident):
    """登记修复: 故障设备恢复完好。 What was faulty is sound again."""

    does: ClassVar = Label(
        "登记修复",
        "登记故障已修复（计划停电为工作终结），此后恢复供电的计为已恢复。 It is repaired, or the work "
        "has ended: who is fed by then is back.",
    )
    takes: ClassVar = Label("输入", "何处何时修复。 What, and when.")
    earliest: ClassVar = timedelta(0)

    things: Annotated[
        tuple[ThingId, ...],
        Label(
            "修复设备",
            "多处故障先后修复时，本次修复的故障设备，空列表为全部。 Of several faults those that are repaired, "
            "the others are not yet; empty = all.",
        ),
    ] = ()

    def said(self, model: ReadModel, checks: Checks, state: IncidentState, at: datetime) -> Said | None:  # noqa: ARG002
        """That it is sound."""
        if not state.fault and state.opened.cause is Cause.FAULTED:
            checks.refuse("incident", say("No fault is confirmed yet: `confirmFault` first."))
        elif state.fault_at is not None and at < state.fault_at:
            checks.refuse("at", say("That is before the fault was confirmed; send a later time."))
        things = things_of(checks, "things", self.things, say("the equipment"))
        if others := [each for each in things if each not in (state.fault or ())]:
            wrong = say(
                "{things} is no confirmed fault of it; those are: {fault}.",
                things=", ".join(others),
                fault=", ".join(state.fault or ()),
            )
            checks.refuse("things", wrong)
        return Said(content=Repaired(), things=things, note=self.note)


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendIncident(ActOnIncident):
    """更正事件: 更正所登记的情况。 What was known is another."""

    does: ClassVar = Label(
        "更正事件",
        "更正标题、级别、设备、跳闸或失电时刻，未填写的不变。 Correct what was known; what is left out stays.",
    )
    takes: ClassVar = Label("输入", "更正何事。 What is another.")

    title: Annotated[str | None, Label("标题", "一句话说明，最多 100 个字符。 At most 100 characters.")] = None
    level: Annotated[IncidentLevel | None, Label("响应级别", "公司响应级别。 Response level of the company.")] = None
    equipment: Annotated[tuple[ThingId, ...] | None, EQUIPMENT] = None
    tripped: Annotated[tuple[ThingId, ...] | None, TRIPPED] = None
    stuck: Annotated[tuple[ThingId, ...] | None, STUCK] = None
    since: Annotated[datetime | None, SINCE] = None

    @property
    def times(self) -> tuple[tuple[str, datetime], ...]:
        """The moment of loss."""
        return () if self.since is None else (("since", self.since),)

    def named(self, incident: Incident) -> Incident:
        """By its title."""
        return incident if self.title is None else replace(incident, name=self.title.strip())

    @property
    def _given(self) -> tuple[object, ...]:
        return self.title, self.level, self.equipment, self.tripped, self.stuck, self.since

    def said(self, model: ReadModel, checks: Checks, state: IncidentState, at: datetime) -> Said | None:  # noqa: ARG002
        """What is another."""
        if all(each is None for each in self._given):
            checks.refuse("incident", _NOTHING_SAID)
        if self.title is not None:
            checks.public("title", self.title)
        equipment = (
            None if self.equipment is None else things_of(checks, "equipment", self.equipment, say("the equipment"))
        )
        tripped = None if self.tripped is None else devices_of(checks, "tripped", self.tripped)
        stuck = None if self.stuck is None else devices_of(checks, "stuck", self.stuck)
        kept = [
            state.fault, state.equipment if equipment is None else equipment,
            state.tripped if tripped is None else tripped,
        ]  # fmt: skip
        if (state.equipment or state.tripped) and not any(kept):
            checks.refuse("equipment", _NOTHING_LEFT)
        if checks.moment("since", self.since) and self.since is not None and self.since > at:
            checks.refuse("since", say("The moment of loss lies after `at`; send an earlier one."))
        content = Amended(
            title=None if self.title is None else self.title.strip(),
            level=self.level, since=self.since, equipment=equipment, tripped=tripped, stuck=stuck,
            level_was=state.level if self.level is not None and self.level is not state.level else None,
        )  # fmt: skip
        return Said(content=content, note=self.note)


_NOTHING_SAID = say("Nothing is named that is another. Send what is to be corrected, or words alone by `addNote`.")
_NOTHING_LEFT = say(
    "Then nothing would be known of what has failed, and nobody be affected by it any more: name the other equipment, "
    "or what tripped. Where nothing had failed, say so: `confirmFault` with no things."
)
FINDING: tuple[type[Command], ...] = (AddEvidence, WithdrawEvidence, ConfirmFault, RecordRepair, AmendIncident)
