"""What the demo city holds for the incident room, counted from its rows alone."""

from __future__ import annotations

from datetime import timedelta
from typing import TypeVar

from schema.batch import GraphBatch
from schema.commitment import EscalationRule
from schema.customer import Customer, EmergencySource
from schema.entity import Entity
from schema.plan import NonElectricalMeasure, Waypoint
from schema.record_terms import VehicleState, VehicleType
from schema.records import Hazard, OutageRecord
from schema.relationships import RelationshipKind
from schema.vehicle import Vehicle
from schema.vocabulary import EmergencySourceType, Importance
from seeds import generator
from tests.seeds.conftest import TODAY

R = RelationshipKind
T = TypeVar("T", bound=Entity)


def of(city: GraphBatch, cls: type[T]) -> list[T]:
    return [each for each in city.entities if isinstance(each, cls)]


def sources(city: GraphBatch, kind: R) -> set[str]:
    return {each.source for each in city.relationships if each.kind is kind}


def test_whoever_is_listed_has_a_measure_and_somebody_at_each_waypoint(city: GraphBatch) -> None:
    listed = [each for each in of(city, Customer) if each.importance is not Importance.ORDINARY]
    assert len(of(city, NonElectricalMeasure)) == len(listed) == 174
    assert sources(city, R.SAFEGUARDS) == {each.id for each in of(city, NonElectricalMeasure)}
    assert sources(city, R.MET_BY) == {each.id for each in of(city, Waypoint)}
    assert all(each.photo for each in of(city, Waypoint))


def test_a_genset_that_works_says_what_fuel_it_has(city: GraphBatch) -> None:
    for each in of(city, EmergencySource):
        told = each.source_type is EmergencySourceType.GENSET and each.in_service
        assert (each.fuel_minutes is not None) is told
        if told:
            assert 0 < (each.fuel_minutes or 0) <= (each.endurance_minutes or 0)
            assert each.state_at is not None
            assert each.state_at.date() < TODAY


def test_the_fleet_has_what_fits_and_what_does_not(city: GraphBatch) -> None:
    trucks = [each for each in of(city, Vehicle) if each.vehicle_type is VehicleType.GENERATOR_TRUCK]
    assert {each.state for each in trucks} == set(VehicleState)
    assert {each.nominal_kv for each in trucks} == {0.4, 10}
    assert sources(city, R.CREWED_BY) == {each.id for each in of(city, Vehicle)}


def test_what_is_out_for_work_or_broken_has_its_record(city: GraphBatch) -> None:
    broken = {each.id for each in of(city, EmergencySource) if not each.in_service}
    found = {each.target for each in city.relationships if each.kind is R.HAZARD_OF}
    assert broken
    assert broken <= found
    assert sources(city, R.HAZARD_OF) == {each.id for each in of(city, Hazard)}
    planned = [each for each in of(city, OutageRecord) if each.end and each.end.date() > TODAY]
    assert [each.target for each in city.relationships if each.source == planned[0].id] == ["LJ:SS:C11-2"]
    assert all(each.end and each.end - each.start > timedelta(days=1) for each in of(city, OutageRecord))


def test_the_smallest_city_has_all_of_it_and_nothing_that_leads_nowhere() -> None:
    entities: set[str] = set()
    links: set[tuple[str, str]] = set()
    kinds: set[type[Entity]] = set()
    for batch in generator.batches(feeders=4, today=TODAY):
        entities |= {each.id for each in batch.entities}
        links |= {(each.source, each.target) for each in batch.relationships}
        kinds |= {type(each) for each in batch.entities}
    assert kinds >= {EscalationRule, Vehicle, Hazard, OutageRecord, NonElectricalMeasure}
    assert all(source in entities and target in entities for source, target in links)
