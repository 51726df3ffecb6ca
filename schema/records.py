"""Records (台账记录) of what bears on supply: outages that are known beforehand or explained, hazards and defects."""

from datetime import date, datetime
from typing import Annotated, ClassVar

from schema.checked import checked
from schema.entity import Entity, Label, Moment, WrongFieldError
from schema.record_terms import HazardGrade, HazardType, OutageType
from schema.words import say


@checked
class OutageRecord(Entity):
    """停电记录: 计划、临时、欠费等停电的登记。 Supply is off by plan, for arrears or the like; CUTS what is off."""

    group: ClassVar[str] = "records"
    zh: ClassVar[str] = "停电记录"

    outage_type: Annotated[OutageType, Label("停电类型", "停电的原因类别。 Why supply is off.")]
    start: Annotated[Moment, Label("开始", "停电开始时间，含。 Start, inclusive.")]
    end: Annotated[
        Moment | None, Label("结束", "停电结束时间，不含；空值为尚未复电。 End, exclusive; null = open.")
    ] = None
    reason: Annotated[str | None, Label("原因", "以文字说明。 Reason in words.")] = None

    def check_fields(self) -> None:
        """It ends after it begins."""
        if self.end is not None and self.start >= self.end:
            raise WrongFieldError("end", say("does not lie after the start of the outage"))

    def holds(self, at: datetime) -> bool:
        """Whether supply is off by it at a time."""
        return self.start <= at and (self.end is None or at < self.end)


@checked
class Hazard(Entity):
    """隐患缺陷: 设备或客户的一项隐患或缺陷。 Something that is wrong with a thing that it is HAZARD_OF."""

    group: ClassVar[str] = "records"
    zh: ClassVar[str] = "隐患缺陷"

    hazard_type: Annotated[HazardType, Label("类型", "是隐患还是缺陷。 Hazard or defect.")] = HazardType.HAZARD
    grade: Annotated[HazardGrade | None, Label("等级", "一般、严重或危急。 How grave it is.")] = None
    text: Annotated[str | None, Label("内容", "存在什么问题。 What is wrong.")] = None
    found_on: Annotated[date | None, Label("发现日期", "何日发现。 When it was found.")] = None
    due_on: Annotated[date | None, Label("整改期限", "须在何日前消除。 When it must be put right.")] = None
    closed_on: Annotated[
        date | None, Label("消除日期", "何日消除，空值为未消除。 When it was put right; null = open.")
    ] = None

    def check_fields(self) -> None:
        """It is put right after it was found."""
        if self.found_on is not None and self.closed_on is not None and self.closed_on < self.found_on:
            raise WrongFieldError("closed_on", say("lies before the day that it was found on"))
