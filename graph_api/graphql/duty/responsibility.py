"""Responsibility as the API shows it: who answers for a thing, through what, how to reach them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from graph_api.graphql.context import Info
from graph_api.graphql.entities import Assignment, Contact, Entity, Person, Shift, Team
from graph_api.graphql.entities.arguments import LanguageArgument
from graph_api.graphql.enums import Language, described
from graph_api.graphql.fields import answers
from graph_api.graphql.projection import shown, shows
from graph_api.services.duty import because as reasons
from graph_api.services.duty import calling, decomposition
from graph_api.services.duty import responsibility as service
from schema.registry import EntityKind
from schema.vocabulary import DutyState, GapReason, Rank, ResponsibilityRole
from schema.words import text_of

described(
    decomposition.ResponsibilityForm,
    {
        "GROUPS": "按组别合并，同一岗位中每人只列一次。 By groups: who holds a role stands in it once.",
        "CUSTOMERS": "逐个对象列出。 Thing by thing: who answers for several stands once for each.",
    },
    "责任分解表形式: 各条目如何排列。 How the rows of a table of several things stand.",
)


@shows(
    service.ResponsibilityRow,
    description="责任条目: 一个岗位、由谁担任、因何适用。 A role, who holds it, and through what it applies.",
)
class ResponsibilityRow:
    """A row of the responsibility table."""

    role: ResponsibilityRole = shown("责任岗位: 所担任的岗位。 The role.")
    group: Team | None = shown(
        "组别: 承担责任的班组，仅由个人承担时为空。 Team that holds it; null if a person alone does."
    )
    person: Person | None = shown(
        "责任人: 承担责任的人，空缺或由整个班组承担时为空。 Who holds it; null for a gap or a team as a whole."
    )
    rank: Rank | None = shown("AB角: A 角或 B 角，空缺时为空。 First holder or deputy; null in a gap.")
    on_duty: bool = shown(
        "当班: 值班表列为当班时为 true，备班待命、未排班为 false。 True if a shift of duty says so; "
        "false on standby and for who is not rostered."
    )
    duty: DutyState = shown("值班状态: 值班表对该责任人此刻的记载。 What the roster says of the holder at that time.")
    shift: Shift | None = shown(
        "值班记录: 作为依据的值班记录，没有时为空。 Roster row that says so; null if none does."
    )

    @answers(
        "依据: 因何列入本表，包括责任来源和值班情况，时间为当地时间。 Why the row stands "
        "here: through what it applies, and what the roster says; times are local."
    )
    def because(self: Any, info: Info, lang: LanguageArgument = Language.ZH) -> str:
        """Why."""
        return text_of(reasons.because(info.context.graph, self), lang)

    @answers("责任区域: 按区域分配责任时的区域。 The area that it is held for, where it is one.")
    def area(self: Any, info: Info) -> Entity | None:
        """The area."""
        graph = info.context.graph
        return graph.entity(self.through) if graph.kind(self.through) is EntityKind.AREA else None

    assignment: Assignment | None = shown(
        "责任分配: 作为依据的责任分配，空缺时为空。 The assignment that says so; null in a gap."
    )
    through: Entity = shown(
        "责任来源: 责任分配所覆盖、因而适用于此的对象。 What the assignment covers, and so why it applies here."
    )
    distance: int = shown(
        "层级: 0 为直接分配，数值越大表示所属层级越高。 0 = assigned to the thing itself; more = to what it lies in."
    )
    contacts: list[Contact] = shown("联系方式: 按联系先后排列。 In order of calling.")

    @answers(
        "首选号码: 应拨打的已核实号码，无可联系人时为空。 The verified number to call "
        "first, a telephone before a mailbox; null if there is none."
    )
    def number(self: Any, info: Info) -> Contact | None:
        """The number to call."""
        found: Contact | None = info.context.thing(calling.number_of(info.context.graph, self))
        return found

    backup: list[ResponsibilityRow] = shown(
        "替代联系人: 本岗位无可联系人时，再上一层可联系的人员。 Who can be reached one "
        "step further, where nobody of this role here can."
    )
    gap: GapReason | None = shown(
        "责任空缺: 该责任人无法联系的原因，可联系时为空。 Why this holder cannot be reached; null = can be."
    )


@shows(
    calling.Task,
    description="联系事由: 联系的事由：因哪个岗位、关于什么、何时之前。 A reason for a call: "
    "in which role, about what, by when.",
)
class CallTask:
    """A reason."""

    role: ResponsibilityRole = shown("责任岗位: 因哪个岗位联系此人。 In which role the person is called.")
    about: Entity = shown("对象: 所涉及的设备或受影响客户。 What it is about: equipment, or an affected customer.")
    deadline: datetime | None = shown(
        "截止时间: 该客户重要负荷中最早到达的时限，没有时为空。 Soonest deadline of "
        "the customer's critical loads; null = none."
    )
    transfer_by_hand: bool = shown(
        "待手动切换: 有供电电源等待人工切换时为 true。 True if a supply waits to be changed over by hand."
    )


@shows(
    calling.Call,
    description="应急联络: 联系一个人或整个班组，每个只列一次。 A call to a person, else to a "
    "group as a whole; each is called once.",
)
class Call:
    """A call."""

    person: Person | None = shown(
        "联系人: 应联系的人员，联系整个班组或无人时为空。 Whom to call; null for a group as a whole, or nobody."
    )
    group: Team | None = shown(
        "组别: 整个联系的班组，联系个人或无人时为空。 The group to call as a whole; null for a person, or nobody."
    )
    number: Contact | None = shown(
        "首选号码: 应拨打的已核实号码，无可联系人时为空。 The verified number to use; null if nobody can be called."
    )
    deadline: datetime | None = shown(
        "最早时限: 各联系事由中最早的时限，均无时限时为空。 The first deadline among the reasons; null = none has one."
    )
    gap: GapReason | None = shown(
        "责任空缺: 岗位无人可履职的原因；有号码的，先联系该号码。 Why nobody of the role stands ready; where "
        "there is a number all the same, it is the one to try meanwhile."
    )
    tasks: list[CallTask] = shown("联系事由: 全部联系事由，最紧迫者在前。 All reasons, the most urgent first.")


@shows(
    calling.RoleAnswer,
    description="岗位联系: 一个岗位的首要联系人和替代联系人。 Of one role, whom to call first and who stands in.",
)
class RoleAnswer:
    """A role."""

    role: ResponsibilityRole = shown("责任岗位: 所担任的岗位。 The role.")
    first: ResponsibilityRow = shown(
        "首要联系人: 本层可联系者，否则上一层可联系者；执行人无可联系时为代为联系的岗位人员，其 `role` 为所任岗位；"
        "再否则为担任该岗位者。 "
        "Reachable here, else one step further; of a doer whom nobody can reach, who finds or sends somebody, with a "
        "`role` of its own; else who holds the role."
    )
    deputy: ResponsibilityRow | None = shown(
        "替代联系人: 本岗位无可联系人时，再上一层可联系的人员。 Who can be called if the first does not answer."
    )
    gap: GapReason | None = shown(
        "责任空缺: 无可联系人的原因，可联系时为空；岗位有人担任而联系不上的，另有人代为联系时仍列出原因。 "
        "Why nobody of the role can be reached here; null = somebody can. Who holds it and cannot be reached is told "
        "also where somebody else is called."
    )


@shows(
    decomposition.ResponsibilityGroup,
    description="责任组别: 一个岗位由哪些人共同担任、对哪些对象负责。 A role, who holds it together, and for what.",
)
class ResponsibilityGroup:
    """A group of the table."""

    role: ResponsibilityRole = shown("责任岗位: 所担任的岗位。 The role.")
    team: Team | None = shown("班组: 责任班组，由个人承担时为空。 Team that holds it; null = people.")
    leader: ResponsibilityRow | None = shown(
        "责任人: 首先联系的 A 角，空缺时为空。 Who is called first of the first holders; null where nobody holds it."
    )
    deputies: list[ResponsibilityRow] = shown("副职: B 角，按联系先后排列。 Deputies, in order of calling.")
    others: list[ResponsibilityRow] = shown(
        "其他责任人: 同一岗位的其他 A 角。 Others who hold the role in the same rank as the leader."
    )
    members: list[Person] = shown("成员: 班组中未列为责任人的在职人员。 People of the team whom no row names.")
    areas: list[Entity] = shown("责任区域: 责任分配所覆盖的对象。 What the assignments cover.")
    about: list[Entity] = shown("负责对象: 所查询对象中由该组负责的。 Those of the things asked about that it is for.")
    substitutes: list[ResponsibilityRow] = shown(
        "替代联系人: 本组无可联系人时，上一层可联系的人员。 Who can be reached one step further, where nobody here can."
    )
    valid_to: datetime | None = shown(
        "有效期至: 各项责任分配中最早失效的时间，长期有效为空。 When the first of the assignments ends; null = open."
    )
    gap: GapReason | None = shown("责任空缺: 无可联系人的原因，可联系时为空。 Why nobody of it can be reached.")


@shows(
    service.ResponsibilityTable,
    description="责任分解表: 某一时刻对某一或某些对象负责的全部人员。 Everybody who answers for one or more things at "
    "a time.",
)
class ResponsibilityTable:
    """The table."""

    at: datetime = shown("时间: 本表适用的时刻。 When it is true.")
    of: list[Entity] = shown("对象: 本表所涉及的对象。 What it is of.")
    rows: list[ResponsibilityRow] = shown(
        "责任条目: 按岗位排列，可联系者、当班者、A 角在前。 By role; who can be "
        "reached first, on duty first, A before B."
    )
    gaps: list[ResponsibilityRow] = shown(
        "责任空缺: 应设而无可联系人的岗位。 Required roles in which nobody is reachable."
    )

    @answers(
        "岗位联系: 按岗位给出首要联系人和替代联系人，次序与责任条目相同。 Per role "
        "whom to call first and who stands in, in the order of the rows."
    )
    def by_role(self: Any) -> list[RoleAnswer]:
        """Whom to call, by role."""
        return calling.role_answers(self)  # type: ignore[return-value]

    @answers(
        "责任组别: 按岗位排列，同一组人对多个对象负责时合并为一条。 By role; those who answer for "
        "several things stand once, with all of them."
    )
    def groups(self: Any, info: Info) -> list[ResponsibilityGroup]:
        """The groups."""
        return decomposition.groups_of(info.context.graph, self)  # type: ignore[return-value]

    @answers(
        "逐个对象: 每个对象各自的责任分解表，仅涉及一个对象时为空列表。 That of each thing, where it is of several."
    )
    def parts(self: Any) -> list[ResponsibilityTable]:
        """Thing by thing."""
        return self.parts  # type: ignore[no-any-return]

    @answers(
        "联络名单: 各岗位首先联系的人员，每人只列一次，附全部事由。 Who is called first in each role, each once, "
        "with all reasons."
    )
    def calls(self: Any, info: Info) -> list[Call]:
        """Whom to call."""
        return calling.calls_of(info.context.graph, self)  # type: ignore[return-value]
