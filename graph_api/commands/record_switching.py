"""Recorded switching (操作登记): what was operated, as one act: a change-over opens the one and closes the other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar

from graph_api.commands.back_feeding import EVEN_IF, looked_at, refuse_back_feed, refuse_back_feed_then
from graph_api.commands.checks import Checks
from graph_api.commands.command import Beside, Command, Result
from graph_api.commands.edits import Edit, Problems, joined
from graph_api.commands.incident.acting import Author, Said, noted_in, real_incident
from graph_api.commands.incoming import entity_of, incoming_changed_over, positioned, recordable, refuse_parallel
from graph_api.commands.reporting import Positioned, is_newest, recorded_since, reported
from graph_api.commands.switching import not_future, standing
from graph_api.readmodel.customers.incoming import incoming_report
from graph_api.readmodel.model import ReadModel
from graph_api.services.incident.contents import Switched
from graph_api.services.outage.present import present_grid
from graph_api.services.outage.supply_state import point_state
from schema.access import Act
from schema.batch import GraphBatch
from schema.customer import SupplySource
from schema.entity import Label, ThingId
from schema.grid import Switch
from schema.registry import EntityKind
from schema.vocabulary import SwitchPosition
from schema.words import say

MOST_OPERATIONS = 100
"""Operations that one act may hold."""
AT = Label("时间", "自何时起处于该位置。 Since when; null = now, or the time of the whole act. Not in the future.")


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchOperation:
    """一项操作: 一个开关及其操作后的位置。 One switch, brought into a position."""

    switch: Annotated[
        ThingId,
        Label(
            "开关",
            "所操作开关的标识；进线开关未建模的，为供电电源的标识。 Id of the switching device; of a supply whose "
            "incoming switch nobody recorded, of the supply.",
        ),
    ]
    position: Annotated[SwitchPosition, Label("位置", "操作后的位置。 Its position after it.")]
    at: Annotated[datetime | None, AT] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSwitching(Command):
    """登记操作: 若干开关作为一次操作登记。 Several switches were operated, as one act."""

    act: ClassVar = Act.SWITCH
    does: ClassVar = Label(
        "登记操作",
        "将若干开关操作作为一次操作登记，全部成功或全部不登记；切换为先断后合。 Record what was switched as one act, "
        "all or nothing: a change-over opens the one, then closes the other.",
    )
    takes: ClassVar = Label(
        "输入",
        "操作了哪些开关、到何位置，或哪个受电点的切换，由谁上报。 Which switches, where to, or which change-over; who "
        "says so.",
    )
    result: ClassVar = Result(
        name="RecordSwitchingPayload",
        thing=Switch,
        label=Label("登记操作结果", "登记后的各开关。 The switches after the change."),
        thing_label=Label(
            "开关", "各开关的当前状态，未登记时为空列表。 As they are now; empty if nothing was changed."
        ),
        several="switches",
        beside=Beside(
            name="supplies",
            thing=SupplySource,
            label=Label(
                "供电电源",
                "登记后的各供电电源（进线开关未建模），没有时为空列表。 The supplies that stand for their incoming "
                "switches, after the change.",
            ),
        ),
    )

    operations: Annotated[
        tuple[SwitchOperation, ...],
        Label(
            "操作",
            "按先后顺序的 1 至 100 项操作，每个开关一次；登记切换时不填。 1 to 100 operations in their order, each "
            "switch once; empty where a change-over is recorded.",
        ),
    ] = ()
    change_over: Annotated[
        ThingId | None,
        Label(
            "切换的受电点",
            "登记该受电点待执行的切换：先断开失电侧，再合上带电侧。 Id of the receiving point whose awaited transfer "
            "was made: the dead side opened, then the live side closed.",
        ),
    ] = None
    by: Annotated[
        str,
        Label(
            "上报人",
            "由谁操作或上报，最多 100 个字符；不填为登录者本人，登录者代他人上报的，两人均予记录。 Who operated or "
            "reported it, at most 100 characters; empty = who asks. Of somebody who is logged in and reports for "
            "another, both are kept.",
        ),
    ] = ""
    source: Annotated[
        str, Label("来源", "消息来源，如现场汇报、SCADA。 By what means it is known; at most 100 characters.")
    ] = "现场汇报"
    at: Annotated[datetime | None, AT] = None
    even_if_back_feed: Annotated[bool, EVEN_IF] = False
    incident: Annotated[
        ThingId | None,
        Label(
            "应急事件",
            "操作所属的应急事件，记入其时间线。 Id of the incident that it is of; null = none.",
        ),
    ] = None

    @property
    def acts(self) -> tuple[Act, ...]:
        """What goes into the timeline of an incident is work on it, too."""
        return (Act.SWITCH,) if self.incident is None else (Act.SWITCH, Act.HANDLE)

    @property
    def subject(self) -> str:
        """The receiving point, or the first switch."""
        if self.change_over is not None:
            return self.change_over
        return self.operations[0].switch if self.operations else ""

    def changed_in(self, model: ReadModel) -> tuple[str, ...]:
        """What was operated; of a change-over that by which its receiving point can change over."""
        if self.change_over is None:
            return tuple(dict.fromkeys(each.switch for each in self.operations))
        index = model.graph.find(self.change_over)
        if index is None or model.graph.kind(index) is not EntityKind.RECEIVING_POINT:
            return ()
        point, said = model.customers.point(index), (self.by.strip(), self.source.strip())
        bays = [model.graph.get(Switch, branch.index) for branch in point.branches if branch.is_switch]
        mine = [each.id for each in bays if (each.position_by, each.position_source) == said]
        reports = ((supply, incoming_report(model.graph, supply)) for supply in sorted(point.incoming))
        told = [
            model.graph.id(supply) for supply, last in reports if last is not None and (last.by, last.source) == said
        ]
        return (*mine, *told)

    @property
    def times(self) -> tuple[tuple[str, datetime], ...]:
        """Those of the act and of its operations."""
        own = [] if self.at is None else [("at", self.at)]
        each = ((f"operations.{place}.at", one.at) for place, one in enumerate(self.operations))
        return (*own, *((field, at) for field, at in each if at is not None))

    def plan(self, model: ReadModel, now: datetime) -> Edit | Problems:
        """All reports together, and the switches with their current positions."""
        checks = Checks(model.graph)
        checks.signed("by", self.by)
        checks.text("source", self.source)
        at = not_future(checks, "at", self.at, now)
        operations = self._operations(model, checks)
        if checks.problems:
            return checks.problems
        batch, versions, moved, acts = GraphBatch(), {}, [], []
        for index, operation, field in operations:
            before = positioned(model.graph, index)
            since = not_future(checks, field, operation.at, now) if operation.at is not None else at
            since = recorded_since(before, since, now)
            self._report(model, batch, before, operation.position, since, now)
            versions[before.id] = model.graph.version(index)
            acts.append((index, operation.position, since))
            if is_newest(before, since, now):
                moved.append((index, operation.position))
        if not self.even_if_back_feed:
            versions = looked_at(model, [index for index, _, _ in acts]) | versions
            refuse_parallel(model, checks, "operations", moved)
            refuse_back_feed(model, checks, "operations", moved)
            if not checks.problems:
                refuse_back_feed_then(model, checks, "operations", acts)
        said = self._entry(model, checks, operations)
        if checks.problems:
            return checks.problems
        edit = Edit(batch=batch, versions=versions)
        if said is None or self.incident is None:
            return edit
        author = Author(by=self.by.strip(), source=self.source.strip(), at=min(at, now), recorded_at=now)
        return joined(edit, noted_in(model, self.incident, said, author))

    def _entry(
        self, model: ReadModel, checks: Checks, operations: list[tuple[int, SwitchOperation, str]]
    ) -> Said | None:
        """What the timeline of its incident says of it."""
        if self.incident is None or not real_incident(model, checks, self.incident):
            return None
        ids = [(model.graph.id(index), each.position) for index, each, _ in operations]
        content = Switched(operations=tuple(ids), change_over=self.change_over)
        return Said(content=content, things=tuple(id for id, _ in ids))

    def _operations(self, model: ReadModel, checks: Checks) -> list[tuple[int, SwitchOperation, str]]:
        """Each operation with its switch and the field that its time stands in."""
        if (self.change_over is None) == (not self.operations):
            checks.refuse("operations", say("Send either `operations` or a `changeOver`."))
            return []
        if self.change_over is not None:
            return self._changing_over(model, checks, self.change_over)
        if len(self.operations) > MOST_OPERATIONS:
            checks.refuse("operations", say("Send at most {most} operations as one act.", most=MOST_OPERATIONS))
            return []
        found: list[tuple[int, SwitchOperation, str]] = []
        for place, each in enumerate(self.operations):
            index = recordable(checks, f"operations.{place}.", each.switch, each.position)
            if index is None:
                continue
            if any(index == other for other, _, _ in found):
                checks.refuse(f"operations.{place}.switch", say("It is named twice; send each switch once."))
            found.append((index, each, f"operations.{place}.at"))
        return found

    def _changing_over(self, model: ReadModel, checks: Checks, point: str) -> list[tuple[int, SwitchOperation, str]]:
        graph = model.graph
        index = checks.of_kind("changeOver", point, EntityKind.RECEIVING_POINT, say("the receiving point"))
        if index is None:
            return []
        transfer = point_state(model.customers.point(index), present_grid(model)).transfer
        opens = [] if transfer is None else [*transfer.opens, *transfer.supplies_opened]
        closes = [] if transfer is None else [*transfer.switches, *transfer.supplies_closed]
        if transfer is not None and not (opens or closes):
            opens, closes = incoming_changed_over(model, index)
        if not (opens or closes):
            none = say("No change-over of {thing} is awaited. Send its `operations`.", thing=checks.called(index))
            checks.refuse("changeOver", none)
            return []
        steps = [(each, SwitchPosition.OPEN) for each in opens]
        steps += [(each, SwitchPosition.CLOSED) for each in closes]
        return [(each, SwitchOperation(switch=graph.id(each), position=position), "at") for each, position in steps]

    def _report(
        self,
        model: ReadModel,
        batch: GraphBatch,
        before: Positioned,
        position: SwitchPosition,
        at: datetime,
        now: datetime,
    ) -> None:
        by, source = self.by.strip(), self.source.strip()
        entity = entity_of(before)
        if isinstance(before, Switch) and is_newest(before, at, now):
            entity = standing(before, position, at, by=by, source=source)
        batch.entities.append(entity)
        batch.reports += reported(model.graph.reports, before, position, at, by=by, source=source, now=now)
