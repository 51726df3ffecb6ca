"""Incidents (应急事件): what happened is the entries of their timelines and nothing else.

    Incident ◀─ENTRY_OF─ TimelineEntry 1 · 2 · 3 ...      the state of an incident is worked out from its entries

Entries are added and never changed. What was said late tells the time that it speaks of (`at`) beside the one at which
it was recorded, so that an incident can be shown as it was, and as it was known.
"""  # fmt: skip

from typing import Annotated, ClassVar

from annotated_types import Ge

from schema.checked import checked
from schema.entity import Entity, Label, Moment
from schema.incident_terms import EntryType


@checked
class Incident(Entity):
    """应急事件: 一次停电事件的处置。 What is worked on from the first call to the last load back; all of its state is
    in its entries."""

    group: ClassVar[str] = "incident"
    zh: ClassVar[str] = "应急事件"

    number: Annotated[
        str, Label("事件编号", "口头所称的编号，由日期和当日序号组成。 Number that people say: day, place in it.")
    ]
    exercise: Annotated[
        bool, Label("演练", "演练事件为 true，不是真实停电。 True for an exercise: nothing of it is real.")
    ] = False


@checked
class TimelineEntry(Entity):
    """处置记录: 处置过程中的一条记录，只追加、不修改。 One entry of an incident's timeline; none is ever changed."""

    group: ClassVar[str] = "incident"
    zh: ClassVar[str] = "处置记录"

    order: Annotated[int, Ge(1), Label("序号", "按记录先后，自 1 起。 Place in the order of recording, from 1.")]
    entry_type: Annotated[EntryType, Label("记录类型", "所记何事。 What it says.")]
    at: Annotated[Moment, Label("发生时间", "所记之事发生的时刻。 When it happened.")]
    recorded_at: Annotated[Moment, Label("记录时间", "录入的时刻。 When it was recorded.")]
    by: Annotated[str, Label("记录人", "由谁操作或上报。 Who did or reported it.")]
    source: Annotated[str | None, Label("来源", "消息来源。 By what means it is known.")] = None
    things: Annotated[
        tuple[str, ...], Label("相关对象", "所涉及对象的标识。 Ids of the things that it speaks of.")
    ] = ()
    details: Annotated[
        str | None, Label("详情", "按记录类型填写的详情（JSON）。 What entries of this type say beside, as JSON.")
    ] = None
