"""Records of the city: outages known beforehand or explained, hazards and defects that nobody has put right."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

from schema.record_terms import HazardGrade, HazardType, OutageType
from schema.records import Hazard, OutageRecord
from schema.relationships import RelationshipKind
from schema.vocabulary import Importance
from seeds.city import City, Line
from seeds.customers import supply_id
from seeds.people import SHANGHAI
from seeds.row import Row, link
from seeds.specs import CustomerSpec

_ARREARS_EVERY = 97
"""Every so many customers that are not listed was cut for arrears last week, and has paid since."""
_LOOSE_PLACE = 3
"""The overhead feeder of a station whose first span has a defect."""


def customer_records(city: City, spec: CustomerSpec) -> Iterator[Row]:
    """Outages and hazards of one customer."""
    for number, supply in enumerate(spec.supplies, 1):
        if supply.under_maintenance:
            yield _outage(
                city, spec, OutageType.PLANNED, (-1, 3), "电缆中间接头检修", supply_id(spec, number), f"-{number}"
            )
    if spec.importance is Importance.ORDINARY and spec.number % _ARREARS_EVERY == 0:
        yield _outage(city, spec, OutageType.ARREARS, (-6, -4), "欠费停电，已缴清复电", spec.id)
    if spec.shared_trench is not None:
        yield Row(
            Hazard(
                id=spec.part("HAZ", "-COR"),
                name=f"{spec.shared_trench}积水",
                hazard_type=HazardType.HAZARD,
                grade=HazardGrade.SERIOUS,
                text="沟内积水，防火封堵脱落，各路电源电缆同沟",
                found_on=city.today - timedelta(days=40),
                due_on=city.today + timedelta(days=20),
            ),
            link(RelationshipKind.HAZARD_OF, spec.part("COR")),
        )
    for number, backup in enumerate(spec.backups, 1):
        if not backup.in_service:
            yield Row(
                Hazard(
                    id=spec.part("HAZ", f"-EP{number}"),
                    name=f"{spec.name}{backup.kind.zh}停用",
                    hazard_type=HazardType.DEFECT,
                    grade=HazardGrade.CRITICAL,
                    text="机组停用待修，失电后无自备电源",
                    found_on=city.today - timedelta(days=25),
                    due_on=city.today + timedelta(days=5),
                ),
                link(RelationshipKind.HAZARD_OF, spec.part("EP", f"-{number}")),
            )


def feeder_records(city: City, line: Line) -> Iterator[Row]:
    """Defects of a feeder: an open one of an overhead line, and one that was put right."""
    if line.place != _LOOSE_PLACE:
        return
    for code, name, grade, closed in (
        ("1", "耐张线夹发热", HazardGrade.SERIOUS, None),
        ("2", "通道内树障", HazardGrade.MINOR, city.today - timedelta(days=2)),
    ):
        yield Row(
            Hazard(
                id=f"{line.id}:HAZ{code}",
                name=f"{line.full}{name}",
                hazard_type=HazardType.DEFECT,
                grade=grade,
                text=name,
                found_on=city.today - timedelta(days=12),
                closed_on=closed,
            ),
            link(RelationshipKind.HAZARD_OF, line.id),
        )


def _outage(
    city: City,
    spec: CustomerSpec,
    kind: OutageType,
    days: tuple[int, int],
    reason: str,
    what: str,
    code: str = "",
) -> Row:
    start, end = (
        datetime.combine(city.today + timedelta(days=day), time(hour), SHANGHAI).astimezone(UTC)
        for day, hour in zip(days, (8, 18), strict=True)
    )
    record = OutageRecord(
        id=spec.part("OUT", code), name=f"{spec.name}{kind.zh}", outage_type=kind, start=start, end=end, reason=reason
    )
    return Row(record, link(RelationshipKind.CUTS, what))
