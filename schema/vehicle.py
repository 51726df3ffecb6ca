"""Vehicles (应急车辆): what is sent to an incident, first of all generator trucks."""

from typing import Annotated, ClassVar

from schema.checked import checked
from schema.entity import Label, Moment
from schema.grid import Located, NonNegative
from schema.record_terms import VehicleState, VehicleType


@checked
class Vehicle(Located):
    """应急车辆: 发电车、指挥车、抢修车等。 Generator truck, command or repair vehicle; CREWED_BY a team."""

    group: ClassVar[str] = "people"
    zh: ClassVar[str] = "应急车辆"

    vehicle_type: Annotated[VehicleType, Label("车辆类型", "车辆的种类。 Kind of vehicle.")]
    plate: Annotated[str | None, Label("车牌号", "车辆号牌。 Number plate.")] = None
    state: Annotated[
        VehicleState | None, Label("状态", "是否待命，空值为未上报。 Whether it can be sent; null = not known.")
    ] = None
    state_at: Annotated[
        Moment | None, Label("状态时间", "状态和位置为何时所报。 When state and place were reported.")
    ] = None
    kw: Annotated[
        NonNegative | None, Label("额定功率", "车载发电机的额定有功功率。 Rated active power of its generator.", "kW")
    ] = None
    nominal_kv: Annotated[NonNegative | None, Label("输出电压", "以何电压供电。 Voltage that it feeds at.", "kV")] = (
        None
    )
    connector: Annotated[
        str | None, Label("接口型式", "接口型式，多种以顿号分隔。 Type of connector; several are parted by 、.")
    ] = None
    cable_m: Annotated[NonNegative | None, Label("电缆长度", "随车电缆的长度。 Cable that it carries.", "m")] = None
