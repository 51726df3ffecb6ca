"""Candidates for the place of a fault, as the API shows them: how probable, in which sections, what speaks for them."""

from __future__ import annotations

from typing import Any, ClassVar

from graph_api.graphql.context import Info
from graph_api.graphql.entities import Entity, Switch
from graph_api.graphql.fields import First, answers
from graph_api.graphql.lists.connections import most
from graph_api.graphql.location.evidence import Evidence
from graph_api.graphql.projection import shown, shows
from graph_api.services import location as service
from schema.vocabulary import Ownership


@shows(
    service.Section,
    description="区段: 候选位置中相连的一部分，两端为现场可辨认的设备。 A part of a candidate "
    "that hangs together between devices a crew can find.",
)
class FaultSection:
    """A section."""

    probability: float = shown(
        "概率: 在候选位置的概率中所占部分，按年故障率分配。 Its part of the candidate's, by failures a year."
    )
    from_metres: float = shown("起点距离: 区段起点距线路首端的长度，单位为米。 Metres of line from the feeder's start.")
    to_metres: float = shown(
        "终点距离: 区段终点距线路首端的长度，单位为米。 Metres of line from the feeder's start to its far end."
    )
    length_metres: float = shown("长度: 区段内的线路长度，单位为米。 Metres of line in it.")
    ownership: Ownership | None = shown("产权: 由谁抢修，未登记时为空。 Who repairs; null = not recorded.")
    equipment_count: int = shown("设备数: 区段内的设备数。 Pieces of equipment in it.")

    @answers(
        "设备: 最可能故障的设备在前；总数见 `equipmentCount`。 The likeliest to have "
        "failed first; `equipmentCount` tells of more."
    )
    def equipment(self: Any, info: Info, first: First = 50) -> list[Entity]:
        """Equipment."""
        return info.context.things(self.equipment[: most(first)])

    between: list[Entity] = shown(
        "两侧设备: 从电源侧起，区段两侧的开关和装有监测的设备。 Switches and monitored "
        "equipment that bound it, from the source on."
    )


@shows(
    service.Candidate,
    description="候选故障位置: 现有信息无法区分的若干位置及其故障概率。 Places that no report "
    "separates, and how probable a fault there is.",
)
class Candidate:
    """A candidate."""

    listed: ClassVar[str] = "candidates"

    rank: int = shown("排名: 从 1 开始，同一候选位置的各区段排名相同。 From 1; its sections share it.")
    probability: float = shown(
        "概率: 故障在其任一区段内的概率，0 至 1。 That a fault is in one of its sections, 0 to 1."
    )
    refused_devices: int = shown(
        "拒动台数: 应先跳闸而未跳闸的设备数。 Devices that should have opened first and did not."
    )
    sections: list[FaultSection] = shown("区段: 概率最大者在前。 The most probable first.")
    evidence_for: list[Evidence] = shown(
        "相符信息: 与此处故障相符的信息。 Reports that say what a fault here would show."
    )
    evidence_against: list[Evidence] = shown(
        "不相符信息: 此处故障不能解释的信息。 Reports that a fault here does not explain."
    )
    opens: list[Switch] = shown("动作设备: 此处故障时跳闸的设备。 Devices that a fault here opens.")
    depends_on: list[Switch] = shown(
        "取决于: 位置不明而影响其概率的开关。 Switches of unknown position that decide how probable it is."
    )
