"""Generator trucks at access points, as the API shows them."""

from __future__ import annotations

from typing import Any

from graph_api.graphql.context import Info
from graph_api.graphql.entities import AccessPoint, Load, Vehicle
from graph_api.graphql.entities.arguments import LanguageArgument
from graph_api.graphql.enums import Language, clauses, described
from graph_api.graphql.fields import answers
from graph_api.graphql.projection import shown, shows
from graph_api.services.plans import trucks
from graph_api.services.plans.trucks import TruckFit, TruckReason
from schema.words import Labels, text_of

described(TruckFit, clauses(TruckFit))
described(TruckReason, clauses(TruckReason))


@shows(trucks.Reason, description="匹配原因说明: 不可用或待核实的一项原因。 One reason against a truck, or for doubt.")
class TruckRemark:
    """A reason."""

    kind: TruckReason = shown("类型: 何种原因。 Which kind.")

    @answers("说明: 以一句话说明，含双方的数值。 In words, with the figures of both.")
    def text(self: Any, info: Info, lang: LanguageArgument = Language.ZH) -> str:
        """In words."""
        if self.kind is TruckReason.AT_WORK and not info.context.graph.is_whole:  # whose order it is may not be theirs
            return text_of(Labels(self.kind.en, self.kind.zh), lang)
        return text_of(self.sentence, lang)


@shows(
    trucks.Truck, description="发电车匹配: 一辆发电车能否接入一个接入点。 Whether a truck can feed at an access point."
)
class TruckMatch:
    """A truck."""

    vehicle: Vehicle = shown("车辆: 发电车或 UPS 电源车。 Generator truck or UPS truck.")
    fit: TruckFit = shown("结论: 可用、待核实或不可用。 Whether it fits and is free.")
    reasons: list[TruckRemark] = shown("原因: 不可用或待核实的原因，可用时为空列表。 Why not; empty where it fits.")
    distance_km: float | None = shown(
        "距离: 直线距离，单位为 km，位置未登记时为空。 As the crow flies; null = a place is not recorded. [km]"
    )
    spare_kw: float | None = shown(
        "功率裕度: 额定功率减所需功率，单位为 kW，未登记时为空。 Power that is left; null = not recorded. [kW]"
    )


@shows(
    trucks.Trucks,
    description="接入点发电车: 一个接入点的全部发电车，可用的在前，待命先于备班，近的在前。 All trucks at an access "
    "point: those that fit first, standing by before in reserve, the nearest first.",
)
class AccessPointTrucks:
    """Trucks at an access point."""

    access_point: AccessPoint = shown("接入点: 应急接入点。 The access point.")
    loads: list[Load] = shown("所带负荷: 接入后可供电的负荷。 Loads that it feeds.")
    needed_kw: float | None = shown(
        "所需功率: 所给功率，否则为保安负荷之和，无保安负荷时为全部负荷之和；单位为 kW，未登记时为空。 Power asked "
        "for, else of the security loads, else of all; null = not recorded. [kW]"
    )
    least: bool = shown("仅为下限: 有负荷未登记功率时为 true。 True if the power of some of them is not recorded.")
    trucks: list[TruckMatch] = shown("发电车: 全部发电车及结论。 Every truck, and whether it fits.")
