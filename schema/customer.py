"""Customers, their receiving points and supplies, and the network behind the ownership boundary.

The unit that everything hangs on is the SupplySource: one incoming supply. Its terminal "1" is a CONNECTS
relationship to a ConnectivityNode of the grid, its terminal "2", where the inside is known, one to a node inside.
The inside (InternalBus, SwitchBay, CustomerTransformer, Load) is the same kind of network as the grid.
"""

from typing import Annotated, ClassVar

from schema.checked import checked
from schema.entity import Entity, Label, Moment
from schema.grid import BusbarSection, ConductingEquipment, Duration, Located, NonNegative, PowerTransformer, Switch
from schema.vocabulary import (
    AreaClass,
    CustomerStatus,
    EmergencySourceType,
    Importance,
    Interlock,
    LoadGrade,
    SupplyRole,
    TransferMode,
)


@checked
class Customer(Entity):
    """客户: one account (户) of the utility."""

    group: ClassVar[str] = "customer"
    zh: ClassVar[str] = "客户"

    number: Annotated[str | None, Label("户号", "Consumer account number.")] = None
    importance: Annotated[Importance, Label("重要等级", "Class by effect of an interruption.")] = Importance.ORDINARY
    key_account: Annotated[bool, Label("大客户", "True for a key account; apart from the importance class.")] = False
    status: Annotated[CustomerStatus, Label("客户状态", "Whether it takes supply at all.")] = CustomerStatus.ACTIVE
    industry: Annotated[str | None, Label("行业", "Trade.")] = None
    area_class: Annotated[AreaClass | None, Label("地区类别", "Class that service commitments depend on.")] = None
    contract_kva: Annotated[NonNegative | None, Label("合同容量", "Contracted capacity.", "kVA")] = None
    running_kva: Annotated[NonNegative | None, Label("运行容量", "Capacity in operation.", "kVA")] = None
    high_consumption: Annotated[bool | None, Label("高耗能", "High energy consumption.")] = None
    restricted_industry: Annotated[bool | None, Label("限制类行业", "Industry under restriction.")] = None
    arrears_risk: Annotated[bool | None, Label("欠费风险", "Risk of arrears.")] = None
    alternative_energy: Annotated[str | None, Label("替代能源", "Alternative energy in use.")] = None
    supply_code: Annotated[
        str | None, Label("电源类型编码", "Source system's supply type code 0-3, kept as it came.")
    ] = None


@checked
class Site(Located):
    """用电地址: place of use."""

    group: ClassVar[str] = "customer"
    zh: ClassVar[str] = "用电地址"

    address: Annotated[str | None, Label("地址", "Postal address.")] = None


@checked
class ReceivingPoint(Located):
    """受电点: where supply enters the customer; FED_BY its supply sources."""

    group: ClassVar[str] = "customer"
    zh: ClassVar[str] = "受电点"

    number: Annotated[str | None, Label("受电点编号", "Number of the receiving point.")] = None
    nominal_kv: Annotated[NonNegative | None, Label("受电电压", "Voltage of supply.", "kV")] = None
    interlock: Annotated[Interlock | None, Label("电源联锁方式", "What keeps two supplies apart.")] = None
    transfer: Annotated[TransferMode, Label("电源切换方式", "How loads change over.")] = TransferMode.MANUAL
    transfer_seconds: Annotated[Duration | None, Label("切换时间", "Time of an automatic transfer.", "s")] = None
    parallel_running: Annotated[
        bool | None,
        Label(
            "允许并列运行",
            "为 true 时各路电源可经客户内部并列运行（合环），否则视为倒送电。 True if its supplies may run parallel "
            "through it; else that is back-feed.",
        ),
    ] = None
    load_kw: Annotated[
        NonNegative | None, Label("用电负荷（无分项负荷时采用）", "Load, where single loads are not known.", "kW")
    ] = None
    undervoltage_release: Annotated[
        bool | None, Label("失压脱扣", "True if incoming switches open on lost voltage and must be closed by hand.")
    ] = None


@checked
class SupplySource(ConductingEquipment):
    """供电电源: one incoming supply of a receiving point."""

    group: ClassVar[str] = "customer"
    zh: ClassVar[str] = "供电电源"

    role: Annotated[SupplyRole, Label("电源性质", "Main, standby or security.")] = SupplyRole.MAIN
    capacity_kva: Annotated[NonNegative | None, Label("供电容量", "Capacity of this supply.", "kVA")] = None
    incoming: Annotated[str | None, Label("进线方式", "How the line comes in.")] = None
    boundary: Annotated[str | None, Label("产权分界点", "Ownership boundary in words.")] = None


@checked
class InternalBus(BusbarSection):
    """客户母线: bus of the customer's own network."""

    group: ClassVar[str] = "inside"
    zh: ClassVar[str] = "客户母线"


@checked
class SwitchBay(Switch):
    """客户开关柜: switch bay of the customer: incoming, coupler or outgoing."""

    group: ClassVar[str] = "inside"
    zh: ClassVar[str] = "客户开关柜"
    breaks_fault: ClassVar[bool] = True
    breaks_load: ClassVar[bool] = True


@checked
class CustomerTransformer(PowerTransformer):
    """客户变压器: transformer behind the ownership boundary."""

    group: ClassVar[str] = "inside"
    zh: ClassVar[str] = "客户变压器"


@checked
class Load(ConductingEquipment):
    """用电负荷: one load of the customer; one terminal."""

    group: ClassVar[str] = "inside"
    zh: ClassVar[str] = "用电负荷"

    kw: Annotated[NonNegative | None, Label("负荷", "Active power.", "kW")] = None
    grade: Annotated[LoadGrade, Label("负荷等级", "Reliability grade.")] = LoadGrade.GRADE_3
    security: Annotated[bool, Label("保安负荷", "True if it must be kept to avoid harm.")] = False
    permitted_interruption_s: Annotated[
        Duration | None, Label("允许断电时间", "Longest gap without harm; null = no harm known.", "s")
    ] = None


@checked
class EmergencySource(Located):
    """自备应急电源: genset, UPS or battery that BACKS loads or buses; never feeds the grid."""

    group: ClassVar[str] = "inside"
    zh: ClassVar[str] = "自备应急电源"

    source_type: Annotated[EmergencySourceType, Label("类型", "Type of source.")] = EmergencySourceType.GENSET
    kw: Annotated[NonNegative | None, Label("额定功率", "Rated active power.", "kW")] = None
    start_seconds: Annotated[Duration | None, Label("启动时间", "From loss of supply to feeding.", "s")] = None
    endurance_minutes: Annotated[Duration | None, Label("持续供电时间", "How long it can feed.", "min")] = None
    automatic: Annotated[bool, Label("自启动", "True if it starts by itself.")] = True
    in_service: Annotated[bool, Label("可用", "False = not available.")] = True
    interlock: Annotated[Interlock | None, Label("闭锁方式", "Interlock against back-feed.")] = None
    started: Annotated[
        bool | None, Label("已启动", "是否正在运行，空值为未上报。 Whether it runs; null = nobody has reported it.")
    ] = None
    fuel_minutes: Annotated[
        Duration | None,
        Label("余油可供时间", "现有燃油（电量）按额定功率可供电的时间。 What is in the tank lasts so long.", "min"),
    ] = None
    state_at: Annotated[Moment | None, Label("状态时间", "运行状态和余油为何时所报。 When these were reported.")] = None


@checked
class AccessPoint(Located):
    """应急接入点: where a generator truck can be connected."""

    group: ClassVar[str] = "inside"
    zh: ClassVar[str] = "应急接入点"

    nominal_kv: Annotated[NonNegative | None, Label("接入电压", "Voltage.", "kV")] = None
    connector: Annotated[str | None, Label("接口型式", "Type of connector.")] = None
    cable_m: Annotated[NonNegative | None, Label("电缆长度", "Cable needed from the parking place.", "m")] = None
    notes: Annotated[str | None, Label("注意事项", "What to mind.")] = None
