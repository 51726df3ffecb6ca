"""Vocabularies of vehicles, outages, hazards and defects: coded values with their labels and who uses them."""

from __future__ import annotations

from enum import unique

from schema.vocabulary import Term


@unique
class VehicleType(Term):
    """车辆类型: 应急车辆的种类。 Kind of a vehicle that is sent to an incident."""

    GENERATOR_TRUCK = "GENERATOR_TRUCK", "应急发电车", "generator truck", "duty record: 车辆"
    UPS_TRUCK = "UPS_TRUCK", "UPS 电源车", "UPS truck", "duty record: 车辆"
    COMMAND = "COMMAND", "应急指挥车", "command vehicle", "duty record: 车辆"
    REPAIR = "REPAIR", "抢修车", "repair vehicle", "duty record: 车辆"
    LOGISTICS = "LOGISTICS", "后勤车", "logistics vehicle", "duty record: 车辆"


@unique
class VehicleState(Term):
    """车辆状态: 车辆能否派出。 Whether a vehicle can be sent."""

    STANDBY = "STANDBY", "待命", "standing by", "duty record: 状态"
    RESERVE = "RESERVE", "备班", "in reserve, crew to be called in", "duty record: 状态"
    OUT = "OUT", "出动", "sent out", "duty record: 状态"
    UNAVAILABLE = "UNAVAILABLE", "停用", "not usable", "K"


@unique
class OutageType(Term):
    """停电类型: 台账所记的停电原因。 Why supply is off, as the utility's records say."""

    PLANNED = "PLANNED", "计划停电", "planned", "marketing systems: 停电类型"
    TEMPORARY = "TEMPORARY", "临时停电", "temporary, at short notice", "marketing systems: 停电类型"
    FAULT = "FAULT", "故障停电", "fault", "marketing systems: 停电类型"
    ARREARS = "ARREARS", "欠费停电", "cut for arrears", "marketing systems: 停电类型"
    BREACH = "BREACH", "违约停电", "cut for a breach of contract", "marketing systems: 停电类型"


@unique
class HazardType(Term):
    """隐患缺陷类型: 是隐患还是缺陷。 What is wrong with a thing."""

    HAZARD = "HAZARD", "隐患", "hazard: may lead to harm", "用电检查 records"
    DEFECT = "DEFECT", "缺陷", "defect: does not work as it should", "PMS records"


@unique
class HazardGrade(Term):
    """隐患缺陷等级: 严重程度。 How grave it is."""

    MINOR = "MINOR", "一般", "minor", "PMS records: 缺陷等级"
    SERIOUS = "SERIOUS", "严重", "serious", "PMS records: 缺陷等级"
    CRITICAL = "CRITICAL", "危急", "critical", "PMS records: 缺陷等级"
