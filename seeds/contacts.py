"""The people at and for one customer: its manager at the utility, its electricians, its outage contact."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from schema import people
from schema.relationships import RelationshipKind
from schema.vocabulary import ContactType, OrganisationType, Rank, ResponsibilityRole
from seeds import names
from seeds.city import City
from seeds.conduct import conduct_of
from seeds.people import ROSTER_DAYS, assignment, leave, manager, moment, person, shift
from seeds.row import Row, link
from seeds.specs import CustomerSpec, Gap

_DEPUTY_LEAVES = frozenset({152})
"""Customers whose manager's deputy goes to another post in three weeks, on purpose."""


def contact_rows(city: City, spec: CustomerSpec) -> Iterator[Row]:
    """Customer's own people and the assignments that cover the customer."""
    own = spec.part("ORG")
    number = 10_000_000 + spec.number * 10
    yield Row(
        people.Organisation(id=own, name=spec.name, organisation_type=OrganisationType.CUSTOMER),
        link(RelationshipKind.HAS_CONTACT, spec.part("TEL")),
    )
    yield Row(
        people.Contact(
            id=spec.part("TEL"),
            name=f"{spec.name}配电室",
            contact_type=ContactType.DUTY_PHONE,
            value=names.landline(1_000_000 + spec.number),
            verified_on=city.today - timedelta(days=spec.number % 90),
        )
    )
    if spec.gap is not Gap.NOBODY:
        yield from _managers(city, spec)
    outage = spec.part("PER", "-9")
    yield from person(city, outage, number + 9, conduct_of(spec.industry).contact, own)
    role = ResponsibilityRole.CUSTOMER_OUTAGE_CONTACT
    yield assignment(spec.part("ASG", "-9"), role, spec.id, held_by=outage)
    if spec.key:
        yield from _duty_manager(city, spec, own, number)
        yield from _electricians(city, spec, own, number)


def _managers(city: City, spec: CustomerSpec) -> Iterator[Row]:
    station = spec.supplies[0].line.station
    leaves = moment(city.today + timedelta(days=21), 0) if spec.number in _DEPUTY_LEAVES else None
    for place, rank in enumerate((Rank.A, Rank.B) if spec.key else (Rank.A,)):
        yield assignment(
            spec.part("ASG", f"-M{rank}"),
            ResponsibilityRole.CUSTOMER_MANAGER,
            spec.id,
            held_by=manager(station, spec.number + place),
            rank=rank,
            until=leaves if rank is Rank.B else None,
        )


def _duty_manager(city: City, spec: CustomerSpec, own: str, number: int) -> Iterator[Row]:
    """Two managers who are on duty for 24 hours in turn, from eight to eight."""
    title = conduct_of(spec.industry).duty_manager
    for place, rank in ((8, Rank.A), (7, Rank.B)):
        who = spec.part("PER", f"-{place}")
        yield from person(city, who, number + place, title, own)
        role = ResponsibilityRole.CUSTOMER_DUTY_MANAGER
        yield assignment(spec.part("ASG", f"-{place}"), role, spec.id, held_by=who, rank=rank)
        for offset in ROSTER_DAYS:
            if offset % 2 == place % 2:
                day = city.today + timedelta(days=offset)
                yield shift(f"{who}:{day:%m%d}8", who, day, 8, 24)


def _electricians(city: City, spec: CustomerSpec, own: str, number: int) -> Iterator[Row]:
    """Two electricians, one by day and one by night; with a gap, only one."""
    alone = spec.gap in (Gap.ON_LEAVE, Gap.OFF_DUTY, Gap.UNVERIFIED)
    for place, rank in enumerate((Rank.A,) if alone else (Rank.A, Rank.B), 1):
        who = spec.part("PER", f"-{place}")
        verified = spec.gap is not Gap.UNVERIFIED
        yield from person(city, who, number + place, "值班电工", own, verified=verified)
        role = ResponsibilityRole.CUSTOMER_ELECTRICIAN
        yield assignment(spec.part("ASG", f"-{place}"), role, spec.id, held_by=who, rank=rank)
        if spec.gap is Gap.ON_LEAVE:
            yield leave(city, who)
            continue
        starts = [20] if spec.gap is Gap.OFF_DUTY else [8, 20] if alone else [8 if place == 1 else 20]
        for offset in ROSTER_DAYS:
            day = city.today + timedelta(days=offset)
            for start in starts:
                yield shift(f"{who}:{day:%m%d}{start}", who, day, start, 12)
