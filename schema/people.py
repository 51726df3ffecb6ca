"""People, their teams, how to reach them, and what each one answers for and when."""

import re
import unicodedata
from datetime import date, datetime
from typing import Annotated, ClassVar

from schema.checked import checked
from schema.entity import Entity, Label, Moment, WrongFieldError
from schema.unseen import is_common
from schema.vocabulary import ContactType, OrganisationType, Rank, ResponsibilityRole, ShiftType
from schema.words import say

E164 = re.compile(r"\+[1-9]\d{6,14}")
EXTENDED = re.compile(E164.pattern + r"(?:;ext=\d{1,8})?")
"""With its extension, as RFC 3966 writes it."""
SHORT = re.compile(r"\d{3,8}(?:;ext=\d{1,8})?")
"""Dialled as it is, with an extension or none: 95598;ext=3."""
_REMARK = re.compile(r"(?P<name>[^()（）\[\]【】]+?)\s*[(（\[【](?P<remark>[^()（）\[\]【】]*)[)）\]】]")
_HAN = re.compile(r"[\u3400-\u9fff]")
_BLANKS = re.compile(r"\s+")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def compact(name: str) -> str:
    """A name as names are compared: a Chinese one without the blanks that set it in columns (李　伟 is 李伟)."""
    if is_common(name):
        return name
    text = unicodedata.normalize("NFKC", name).strip()
    return _BLANKS.sub("", text) if _HAN.search(text) else text


def name_and_remark(written: str) -> tuple[str, str]:
    """A person's name, and what lists add to it in brackets ("" = nothing): 陈红（女） is 陈红 and 女."""
    found = _REMARK.fullmatch(written.strip())
    return (found["name"], found["remark"].strip()) if found else (written, "")


@checked
class Organisation(Entity):
    """单位: company, department or customer's organisation."""

    group: ClassVar[str] = "people"
    zh: ClassVar[str] = "单位"

    organisation_type: Annotated[OrganisationType | None, Label("单位类型", "Type of organisation.")] = None


@checked
class Team(Entity):
    """班组: group of people with one job in an incident (组别 of the responsibility table)."""

    group: ClassVar[str] = "people"
    zh: ClassVar[str] = "班组"

    profession: Annotated[str | None, Label("专业", "Profession, as substation, line, cable.")] = None
    duty: Annotated[str | None, Label("职责", "What the group does in an incident.")] = None


@checked
class Person(Entity):
    """人员: somebody who can be responsible and be called."""

    group: ClassVar[str] = "people"
    zh: ClassVar[str] = "人员"

    title: Annotated[str | None, Label("职务", "Position held.")] = None
    active: Annotated[bool, Label("在职", "False after leaving.")] = True


@checked
class Contact(Entity):
    """联系方式: one way to reach a person, team or organisation."""

    group: ClassVar[str] = "people"
    zh: ClassVar[str] = "联系方式"

    contact_type: Annotated[ContactType, Label("类型", "Kind of contact.")] = ContactType.MOBILE
    value: Annotated[
        str,
        Label(
            "号码",
            "Telephone number in E.164 (+8613...; with ;ext=801 for an extension), short number, or e-mail address.",
            personal=True,
        ),
    ]
    priority: Annotated[int, Label("顺序", "Order of calling; 1 is called first.")] = 1
    verified_on: Annotated[date | None, Label("核实日期", "When somebody last made sure that it works.")] = None

    def check_fields(self) -> None:
        """A value is written as its type of contact demands."""
        if self.contact_type is ContactType.EMAIL:
            if not EMAIL.fullmatch(self.value):
                raise WrongFieldError("value", say("is not an e-mail address"))
        elif self.contact_type is ContactType.SHORT_NUMBER:
            if not SHORT.fullmatch(self.value):
                raise WrongFieldError("value", say("is no short number: 3 to 8 digits"))
        elif not EXTENDED.fullmatch(self.value):
            raise WrongFieldError("value", say("is not a telephone number in E.164, as +8613912345678"))


@checked
class Assignment(Entity):
    """责任分配: a role held by a person or a team for what it COVERS, for a time (row of 供电保障责任分解表)."""

    group: ClassVar[str] = "people"
    zh: ClassVar[str] = "责任分配"

    role: Annotated[ResponsibilityRole, Label("责任岗位", "Role that is held.")]
    rank: Annotated[Rank, Label("AB角", "First holder or deputy.")] = Rank.A
    valid_from: Annotated[Moment | None, Label("生效时间", "Valid from, inclusive; null = always.")] = None
    valid_to: Annotated[Moment | None, Label("失效时间", "Valid to, exclusive; null = open.")] = None

    def check_fields(self) -> None:
        """It ends after it begins."""
        if self.valid_from is not None and self.valid_to is not None and self.valid_from > self.valid_to:
            raise WrongFieldError("valid_to", say("lies before the time that it is valid from"))

    def holds(self, at: datetime) -> bool:
        """Whether it is valid at a time."""
        return (self.valid_from is None or self.valid_from <= at) and (self.valid_to is None or at < self.valid_to)


@checked
class Shift(Entity):
    """值班: one roster row: [start, end) in which a person (WORKED_BY) is on duty, on standby or on leave."""

    group: ClassVar[str] = "people"
    zh: ClassVar[str] = "值班"

    shift_type: Annotated[ShiftType, Label("值班类型", "Duty, standby or leave.")] = ShiftType.DUTY
    start: Annotated[Moment, Label("开始", "Start, inclusive.")]
    end: Annotated[Moment, Label("结束", "End, exclusive.")]

    def check_fields(self) -> None:
        """It ends after it begins."""
        if self.start >= self.end:
            raise WrongFieldError("end", say("does not lie after the start of the shift"))
