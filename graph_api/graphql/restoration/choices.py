"""Named choices in the API: what a plan does not do by itself."""

from __future__ import annotations

from graph_api.graphql.entities import Customer, Entity, Switch
from graph_api.graphql.projection import shown, shown_to_all, shows
from graph_api.graphql.restoration.steps import RestorationStep
from graph_api.services.restoration import plan as service


@shows(service.Share, description="涉及范围: 因此停电或恢复供电的客户、台区。 Who is switched off, or fed again.")
class ChoiceShare:
    """A share."""

    customers: list[Customer] = shown(
        "客户: 负荷供电因此减少（或增加）的客户，最紧迫者在前。 Customers that have less, or more, of their loads fed."
    )
    areas: list[Entity] = shown("台区: 公用台区。 Public areas.")
    households: int = shown("户数: 台区的户数。 Households of the areas.")
    kw: float = shown("负荷: 已知负荷，单位为 kW。 Known power of them all, in kW.")


@shows(
    service.NamedChoice,
    description="须决定的方案: 联络为隔离开关，须使正常供电的客户短时停电后方可合上；方案不采用，由值班调度员决定。 "
    "A disconnector tie that is closed dead: people who have power are switched off for it. No plan does it by itself.",
)
class NamedChoice:
    """A choice."""

    tie: Switch = shown_to_all("联络开关: 将合上的隔离开关。 The disconnector.")
    steps: list[RestorationStep] = shown("步骤: 方案各步之后依次执行。 In order, after those of the plan.")
    minutes: float = shown(
        "历时: 自方案开始至恢复供电，单位为 min。 Minutes from the start of the plan until it feeds."
    )
    interrupted: ChoiceShare = shown("短时停电范围: 为此短时停电的客户、台区。 Who is switched off for it.")
    interrupted_min: float = shown("短时停电时长: 单位为 min。 Minutes for which they are.")
    harm_kw_min: float = shown("停电损失: 停电负荷乘以时长，单位为 kW·min。 Power switched off, times its minutes.")
    restored: ChoiceShare = shown("恢复范围: 由此恢复供电的客户、台区。 Who is fed again by it.")
