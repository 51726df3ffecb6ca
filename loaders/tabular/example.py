"""A small worked example of a filled workbook: one feeder, one hospital, who answers for it. All of it is invented."""

from __future__ import annotations

from collections.abc import Mapping

from schema.registry import EntityKind

FIRST = (
    EntityKind.ENERGY_SOURCE,
    EntityKind.FEEDER,
    EntityKind.BREAKER,
    EntityKind.AC_LINE_SEGMENT,
    EntityKind.CUSTOMER,
    EntityKind.RECEIVING_POINT,
    EntityKind.SUPPLY_SOURCE,
    EntityKind.PERSON,
)
"""The sheets to fill first, in this order: what is fed from where, whom it feeds, whom to call."""
NEXT = (EntityKind.TEAM, EntityKind.ASSIGNMENT, EntityKind.SHIFT)
"""The sheets after them: who answers for what, and who is on duty."""
TIMEZONE, COUNTRY = "Asia/Shanghai", "CN"

Row = Mapping[str, str]
EXAMPLE: dict[EntityKind, tuple[Row, ...]] = {
    EntityKind.ENERGY_SOURCE: ({"id": "ES1", "name": "城东变2号主变", "nominal_kv": "10", "from": "10kV II母"},),
    EntityKind.FEEDER: ({"id": "F1", "name": "10kV滨江一线", "nominal_kv": "10", "starts_at": "CB1"},),
    EntityKind.BREAKER: (
        {"id": "CB1", "name": "滨江一线出线开关", "normal_position": "CLOSED", "from": "10kV II母", "to": "1号杆",
         "contained_in": "F1"},
        {"id": "CB2", "name": "滨江一线分段开关", "normal_position": "CLOSED", "from": "2号杆", "to": "3号杆",
         "contained_in": "F1"},
    ),
    EntityKind.AC_LINE_SEGMENT: (
        {"id": "L1", "name": "1号杆至2号杆", "length_m": "350", "from": "1号杆", "to": "2号杆", "contained_in": "F1"},
        {"id": "L2", "name": "3号杆至4号杆", "length_m": "420", "from": "3号杆", "to": "4号杆", "contained_in": "F1"},
    ),
    EntityKind.CUSTOMER: (
        {"id": "C1", "name": "市第一人民医院", "importance": "FIRST", "contract_kva": "2000",
         "has_receiving_point": "RP1"},
        {"id": "C2", "name": "滨江小学", "importance": "ORDINARY", "contract_kva": "400", "has_receiving_point": "RP2"},
    ),
    EntityKind.RECEIVING_POINT: (
        {"id": "RP1", "name": "医院配电房", "load_kw": "1200", "fed_by": "SS1"},
        {"id": "RP2", "name": "小学配电房", "load_kw": "200", "fed_by": "SS2"},
    ),
    EntityKind.SUPPLY_SOURCE: (
        {"id": "SS1", "name": "医院主供电源", "role": "MAIN", "from": "4号杆", "from_feeder": "F1"},
        {"id": "SS2", "name": "小学主供电源", "role": "MAIN", "from": "2号杆", "from_feeder": "F1"},
    ),
    EntityKind.TEAM: ({"id": "T1", "name": "配电抢修一班"},),
    EntityKind.PERSON: (
        {"id": "P1", "name": "张三", "title": "客户经理", "mobile": "129-0000-0001", "verified_on": "2026-03-05"},
        {"id": "P2", "name": "李四", "title": "班长", "mobile": "129 0000 0002", "landline": "025-84000008转801",
         "verified_on": "2026年3月5日", "member_of": "配电抢修一班"},
    ),
    EntityKind.ASSIGNMENT: (
        {"id": "A1", "role": "CUSTOMER_MANAGER", "held_by": "P1", "covers": "C1;C2"},
        {"id": "A2", "role": "LINE_MAINTENANCE", "of_team": "T1", "covers": "F1"},
    ),
    EntityKind.SHIFT: (
        {"id": "D1", "name": "白班", "date": "2026/3/5", "start": "8:00", "end": "20:00", "worked_by": "李四"},
        {"id": "N1", "name": "夜班", "date": "2026/3/5", "start": "20:00", "end": "8:00", "worked_by": "李四"},
    ),
}  # fmt: skip
