"""The grid: stations, feeders, conducting equipment, and the things that make lines fail together.

Names are those of IEC 61970/61968 (CIM) where CIM has them. Conducting equipment hangs on ConnectivityNodes by
CONNECTS relationships, whose key is the terminal's number ("1", "2", ...).
"""

from typing import Annotated, ClassVar

from annotated_types import Interval

from schema.checked import checked
from schema.diagrams import DiagramPlaces
from schema.entity import Entity, Label, Latitude, Longitude, Moment
from schema.vocabulary import (
    AreaClass,
    Construction,
    CorridorType,
    GenerationType,
    Ownership,
    StationType,
    SwitchPosition,
    TransformerUse,
)

MOST = 1e18
"""Largest amount of anything: sums of what is recorded stay numbers."""
MOST_HOUSEHOLDS = 1_000_000
"""Of one public distribution area: the largest have a few thousand."""
NonNegative = Annotated[float, Interval(ge=0, le=MOST)]
Duration = Annotated[float, Interval(ge=0, le=1e8)]
"""In seconds or minutes: what begins now and lasts so long (3 years, 190 years) still has a date."""
Amount = Annotated[float, Interval(ge=-MOST, le=MOST)]
Kilovolts = Annotated[NonNegative, Label("额定电压", "Nominal voltage, phase to phase.", "kV")]


@checked
class Located(Entity):
    """Has a place on the map."""

    longitude: Longitude | None = None
    latitude: Latitude | None = None


@checked
class Area(Entity):
    """供电区域: an area of service or administration; areas nest by CONTAINED_IN."""

    group: ClassVar[str] = "grid"
    zh: ClassVar[str] = "供电区域"

    area_class: Annotated[AreaClass | None, Label("地区类别", "Class that service commitments depend on.")] = None


@checked
class Substation(Located):
    """变电站: HV/MV node of the grid (CIM Substation)."""

    group: ClassVar[str] = "grid"
    zh: ClassVar[str] = "变电站"

    nominal_kv: Kilovolts | None = None
    diagram_places: DiagramPlaces = ()


@checked
class VoltageLevel(Entity):
    """电压等级: the part of a station at one voltage (CIM VoltageLevel); its equipment is in the station, too."""

    group: ClassVar[str] = "grid"
    zh: ClassVar[str] = "电压等级"

    nominal_kv: Kilovolts | None = None
    diagram_places: DiagramPlaces = ()


@checked
class Bay(Entity):
    """间隔: the switchgear of one connection of a station (CIM Bay); its equipment is in the station, too."""

    group: ClassVar[str] = "grid"
    zh: ClassVar[str] = "间隔"

    diagram_places: DiagramPlaces = ()


@checked
class DistributionStation(Located):
    """配电站房: composite station on a feeder (switching station, ring main unit, distribution room, branch box)."""

    group: ClassVar[str] = "grid"
    zh: ClassVar[str] = "配电站房"

    station_type: Annotated[StationType | None, Label("配电站房类型", "Type of station.")] = None


@checked
class Feeder(Entity):
    """馈线: MV outgoing line of a station (CIM Feeder); STARTS_AT its head device."""

    group: ClassVar[str] = "grid"
    zh: ClassVar[str] = "馈线"

    number: Annotated[str | None, Label("线路编号", "Operating number.")] = None
    nominal_kv: Kilovolts | None = None
    rated_current_a: Annotated[NonNegative | None, Label("额定载流量", "Rated current.", "A")] = None
    dedicated: Annotated[bool | None, Label("专线", "True for a line that serves one customer only (专线).")] = None
    construction: Annotated[Construction | None, Label("线路类型", "Overhead, cable or both.")] = None
    diagram_places: DiagramPlaces = ()


@checked
class ConnectivityNode(Entity):
    """连接节点: where terminals of conducting equipment meet without impedance (CIM ConnectivityNode)."""

    group: ClassVar[str] = "grid"
    zh: ClassVar[str] = "连接节点"

    diagram_places: DiagramPlaces = ()


@checked
class ConductingEquipment(Located):
    """导电设备: carries current; its terminals are CONNECTS relationships (CIM ConductingEquipment)."""

    number: Annotated[str | None, Label("运行编号", "Operating number, unique inside its station.")] = None
    nominal_kv: Kilovolts | None = None
    in_service: Annotated[bool, Label("在运", "False conducts nothing: out of service, faulted or earthed.")] = True
    ownership: Annotated[Ownership, Label("产权", "Who owns and repairs it.")] = Ownership.UTILITY
    terminal_ids: Annotated[
        tuple[str, ...],
        Label(
            "端子标识",
            "CIM 模型中各端子的标识，按端子序号排列；其他来源为空。 "
            "Identities of its terminals in their CIM model, in order of their numbers; none of other sources.",
        ),
    ] = ()
    diagram_places: DiagramPlaces = ()


Drawn = Substation | VoltageLevel | Bay | Feeder | ConnectivityNode | ConductingEquipment
"""What has places on diagrams."""


@checked
class EnergySource(ConductingEquipment):
    """上级电源（等值电源）: where the grid is fed from above (CIM EnergySource); the only thing that energises."""

    group: ClassVar[str] = "grid"
    zh: ClassVar[str] = "上级电源"


@checked
class BusbarSection(ConductingEquipment):
    """母线段: common bus of a station; one terminal, and the node it stands on fails with it (CIM BusbarSection)."""

    group: ClassVar[str] = "grid"
    zh: ClassVar[str] = "母线段"


@checked
class ACLineSegment(ConductingEquipment):
    """线路段: a section of line between two nodes (CIM ACLineSegment)."""

    group: ClassVar[str] = "grid"
    zh: ClassVar[str] = "线路段"

    length_m: Annotated[NonNegative | None, Label("长度", "Length along the route.", "m")] = None
    construction: Annotated[Construction | None, Label("线路类型", "Overhead or cable.")] = None
    rated_current_a: Annotated[NonNegative | None, Label("额定载流量", "Rated current.", "A")] = None
    conductor: Annotated[str | None, Label("导线型号", "Type of conductor.")] = None
    phases: Annotated[str | None, Label("相别", "Phases present, as A, B, C, N letters.")] = None
    end_longitude: Annotated[Longitude | None, Label("终点经度", "Longitude of terminal 2, WGS 84.", "°")] = None
    end_latitude: Annotated[Latitude | None, Label("终点纬度", "Latitude of terminal 2, WGS 84.", "°")] = None


@checked
class PowerTransformer(ConductingEquipment):
    """变压器: main, public or dedicated distribution transformer, or line regulator (CIM PowerTransformer)."""

    group: ClassVar[str] = "grid"
    zh: ClassVar[str] = "变压器"

    use: Annotated[TransformerUse | None, Label("用途", "What the transformer is for.")] = None
    rated_kva: Annotated[NonNegative | None, Label("额定容量", "Rated power.", "kVA")] = None
    secondary_kv: Annotated[NonNegative | None, Label("低压侧电压", "Nominal voltage of the low side.", "kV")] = None


@checked
class ShuntCompensator(ConductingEquipment):
    """无功补偿装置: shunt capacitor or reactor; one terminal, conducts nothing onwards (CIM ShuntCompensator)."""

    group: ClassVar[str] = "grid"
    zh: ClassVar[str] = "无功补偿装置"


@checked
class EnergyConsumer(ConductingEquipment):
    """台区负荷（等值负荷）: an aggregated load that no customer record stands behind (CIM EnergyConsumer)."""

    group: ClassVar[str] = "grid"
    zh: ClassVar[str] = "台区负荷"

    kw: Annotated[Amount | None, Label("有功负荷", "Active power.", "kW")] = None
    customer_count: Annotated[
        Annotated[int, Interval(ge=0, le=MOST_HOUSEHOLDS)] | None, Label("户数", "Customers it stands for.")
    ] = None


@checked
class GeneratingUnit(ConductingEquipment):
    """分布式电源: generation that is no source of the grid: anti-islanding stops it with its supply."""

    group: ClassVar[str] = "grid"
    zh: ClassVar[str] = "分布式电源"

    generation_type: Annotated[GenerationType | None, Label("类型", "Kind of generation.")] = None
    kw: Annotated[Amount | None, Label("额定功率", "Rated active power.", "kW")] = None


@checked
class Switch(ConductingEquipment):
    """开关设备: can open the circuit. Normal and current position are two facts (CIM Switch)."""

    normal_position: Annotated[SwitchPosition, Label("正常位置", "Position in the normal diagram.")] = (
        SwitchPosition.CLOSED
    )
    position: Annotated[SwitchPosition | None, Label("当前位置", "Position now; null = as normal.")] = None
    position_source: Annotated[str | None, Label("位置来源", "Who or what reported the position.")] = None
    position_by: Annotated[str | None, Label("置位人", "Who set the position.")] = None
    position_at: Annotated[Moment | None, Label("位置时间", "When the position was reported.")] = None
    remote_controlled: Annotated[bool | None, Label("可遥控", "True if it can be operated from afar.")] = None
    rated_current_a: Annotated[NonNegative | None, Label("额定电流", "Rated current.", "A")] = None

    breaks_fault: ClassVar[bool] = False
    """Whether the device can break fault current (design: breakers, reclosers and fuses can)."""
    breaks_load: ClassVar[bool] = False
    """Whether the device may be opened under load (a disconnector may not)."""

    @property
    def current_position(self) -> SwitchPosition:
        """The position that counts now: the reported one, else the normal one."""
        return self.normal_position if self.position is None else self.position


@checked
class ProtectedSwitch(Switch):
    """保护开关: 由保护跳闸、可具备备自投的开关。 Opened by protection; may transfer by itself (CIM ProtectedSwitch)."""

    breaks_fault: ClassVar[bool] = True
    breaks_load: ClassVar[bool] = True

    auto_transfer_s: Annotated[
        NonNegative | None,
        Label(
            "备自投动作时间",
            "失压跳闸并自动合上备用开关所需的时间。 Time in which lost voltage opens it and closes what it is paired "
            "with.",
            "s",
        ),
    ] = None
    auto_transfer_blocked: Annotated[
        bool,
        Label("备自投闭锁", "备自投退出或闭锁时为 true。 True if its automatic transfer is out of service or blocked."),
    ] = False
    reclosing: Annotated[
        bool | None,
        Label(
            "重合闸投入",
            "跳闸后自动重合闸时为 true；未登记时，重合器按投入计，其他开关按无重合闸计。 "
            "True if it closes again by itself after a trip; not recorded: a recloser does, no other switch does.",
        ),
    ] = None

    @property
    def recloses(self) -> bool:
        """Whether it closes again by itself after a trip, as far as anybody has recorded it."""
        return bool(self.reclosing)


@checked
class Breaker(ProtectedSwitch):
    """断路器: 可分断短路电流的开关。 Breaks fault current (CIM Breaker)."""

    group: ClassVar[str] = "grid"
    zh: ClassVar[str] = "断路器"


@checked
class Recloser(ProtectedSwitch):
    """重合器: 可分断短路电流并自动重合的开关。 Breaks fault current and recloses (CIM Recloser)."""

    group: ClassVar[str] = "grid"
    zh: ClassVar[str] = "重合器"

    @property
    def recloses(self) -> bool:
        """Whether it closes again by itself: that is what it is for, unless somebody has recorded otherwise."""
        return self.reclosing is not False


@checked
class LoadBreakSwitch(Switch):
    """负荷开关: opens under load, not on a fault (CIM LoadBreakSwitch)."""

    group: ClassVar[str] = "grid"
    zh: ClassVar[str] = "负荷开关"
    breaks_load: ClassVar[bool] = True


@checked
class Disconnector(Switch):
    """隔离开关: isolates only what carries no load (CIM Disconnector)."""

    group: ClassVar[str] = "grid"
    zh: ClassVar[str] = "隔离开关"


@checked
class Fuse(Switch):
    """熔断器: breaks fault current once, phase by phase; an answer that relies on it says so (CIM Fuse)."""

    group: ClassVar[str] = "grid"
    zh: ClassVar[str] = "熔断器"
    breaks_fault: ClassVar[bool] = True


@checked
class FaultIndicator(Located):
    """故障指示器: shows that fault current passed the equipment that it MONITORS."""

    group: ClassVar[str] = "grid"
    zh: ClassVar[str] = "故障指示器"

    directional: Annotated[bool, Label("带方向", "True if it tells the direction.")] = False
    resets_with_voltage: Annotated[
        bool, Label("带电自复归", "True if it shows only where supply was lost, too: it resets while there is voltage.")
    ] = False


@checked
class Tower(Located):
    """杆塔: carries lines; all of them fail together (同杆架设)."""

    group: ClassVar[str] = "risk"
    zh: ClassVar[str] = "杆塔"

    number: Annotated[str | None, Label("杆号", "Number along its line.")] = None


@checked
class Corridor(Located):
    """通道: trench, duct, tunnel or overhead corridor that lines share."""

    group: ClassVar[str] = "risk"
    zh: ClassVar[str] = "通道"

    corridor_type: Annotated[CorridorType | None, Label("通道类型", "Type of corridor.")] = None


@checked
class RiskGroup(Entity):
    """共因风险组: things that fail together for any other reason."""

    group: ClassVar[str] = "risk"
    zh: ClassVar[str] = "共因风险组"
