"""The city is whole, as large as promised, and the same every time."""

from __future__ import annotations

import csv
import itertools
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from graph_api.readmodel.snapshot import Snapshot
from schema import customer, grid, people, plan
from schema.batch import GraphBatch
from schema.entity import Entity
from schema.registry import kind_of
from schema.relationships import ENDS, RelationshipKind
from schema.vocabulary import (
    EmergencySourceType,
    Importance,
    ShiftType,
    StationType,
    SupplyState,
    SwitchPosition,
    TransferMode,
)
from seeds import generator
from tests.seeds.conftest import TODAY


def of(batch: GraphBatch, cls: type[Entity]) -> list:
    return [entity for entity in batch.entities if isinstance(entity, cls)]


def targets(batch: GraphBatch, kind: RelationshipKind) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for each in batch.relationships:
        if each.kind is kind:
            found.setdefault(each.source, []).append(each.target)
    return found


def test_as_many_customers_as_a_real_list(city: GraphBatch) -> None:
    classes = Counter(each.importance for each in of(city, customer.Customer))
    assert classes == {
        Importance.SPECIAL: 6,
        Importance.FIRST: 54,
        Importance.SECOND: 98,
        Importance.TEMPORARY: 16,
        Importance.ORDINARY: 600,
    }
    assert sum(classes.values()) - classes[Importance.ORDINARY] == 174


def test_grid_has_what_a_city_has(city: GraphBatch) -> None:
    assert len(of(city, grid.Feeder)) == 48
    assert [each.name for each in of(city, grid.Feeder) if each.id == "LJ:FDR:1021"] == ["10kV滨江一线1021线"]
    stations = Counter(each.station_type for each in of(city, grid.DistributionStation))
    assert stations[StationType.RING_MAIN_UNIT] > 200
    assert stations[StationType.SWITCHING_STATION] == 12
    open_ties = [each for each in of(city, grid.LoadBreakSwitch) if each.normal_position is SwitchPosition.OPEN]
    assert len(open_ties) == 24 + 12
    for cls in (grid.Fuse, grid.Recloser, grid.Disconnector, grid.Tower, grid.Corridor, grid.FaultIndicator):
        assert of(city, cls), cls


def test_ids_are_unique_and_references_closed(city: GraphBatch) -> None:
    kinds = {each.id: kind_of(each) for each in city.entities}
    assert len(kinds) == len(city.entities)
    assert len({each.identity for each in city.relationships}) == len(city.relationships)
    for each in city.relationships:
        ends = ENDS[each.kind]
        assert kinds[each.source] in ends.sources, each
        assert kinds[each.target] in ends.targets, each


def test_everything_that_can_have_a_place_has_one(city: GraphBatch) -> None:
    placed = of(city, grid.Located)
    assert all(each.longitude is not None and each.latitude is not None for each in placed)
    assert all(each.end_longitude is not None for each in of(city, grid.ACLineSegment))
    assert all(117 < each.longitude < 140 and 28 < each.latitude < 50 for each in placed)


def test_equipment_is_connected(city: GraphBatch) -> None:
    ends = targets(city, RelationshipKind.CONNECTS)
    one = (grid.BusbarSection, grid.EnergySource, grid.EnergyConsumer, grid.ShuntCompensator, grid.GeneratingUnit)
    for each in of(city, grid.ConductingEquipment):
        wanted = {1} if isinstance(each, (*one, customer.Load)) else {2}
        assert len(ends[each.id]) in (wanted if not isinstance(each, customer.SupplySource) else {1, 2}), each.id


def test_supplies_are_of_every_sort(city: GraphBatch) -> None:
    fed_by = targets(city, RelationshipKind.FED_BY)
    sorts = Counter(len(sources) for sources in fed_by.values())
    assert sorts[1] > 500
    assert sorts[2] > 150
    assert sorts[3] >= 5
    feeder = targets(city, RelationshipKind.FROM_FEEDER)
    pairs = [{feeder[source][0] for source in sources} for sources in fed_by.values() if len(sources) == 2]
    assert any(len(pair) == 1 for pair in pairs), "a double circuit from one feeder"
    same_bus = [pair for pair in pairs if len({int(name[-1]) % 2 for name in pair}) == 1 and _one_station(pair)]
    assert len([pair for pair in same_bus if len(pair) == 2]) > 3, "double circuits that share a bus in secret"
    assert len([pair for pair in pairs if not _one_station(pair)]) > 40, "double sources"


def _one_station(feeders: set[str]) -> bool:
    return len({name[:-1] for name in feeders}) == 1


def test_some_supplies_share_a_trench_or_a_tower(city: GraphBatch) -> None:
    routed = Counter(lines[0] for lines in targets(city, RelationshipKind.ROUTED_IN).values() if "C" in lines[0])
    assert len([corridor for corridor, lines in routed.items() if ":COR:C" in corridor and lines > 1]) >= 5
    carried = Counter(tower for towers in targets(city, RelationshipKind.CARRIED_BY).values() for tower in towers)
    assert len([tower for tower, lines in carried.items() if lines > 1]) == 6 * 18


def test_about_half_of_the_important_customers_show_their_inside(city: GraphBatch) -> None:
    buses = {each.id.split(":C")[1].split("-")[0] for each in of(city, customer.InternalBus)}
    assert 75 <= len(buses) <= 100
    loads = of(city, customer.Load)
    assert any(each.security and each.permitted_interruption_s == 0 for each in loads)
    sources = of(city, customer.EmergencySource)
    assert {EmergencySourceType.UPS, EmergencySourceType.GENSET} == {each.source_type for each in sources}
    assert any(not each.automatic for each in sources)
    assert any(not each.in_service for each in sources)
    modes = {each.transfer for each in of(city, customer.ReceivingPoint)}
    assert modes == set(TransferMode)
    assert len(of(city, customer.AccessPoint)) == len(buses)


def test_every_important_customer_has_one_plan_with_a_procedure_for_each_state(city: GraphBatch) -> None:
    important = {each.id for each in of(city, customer.Customer) if each.importance is not Importance.ORDINARY}
    plan_for = targets(city, RelationshipKind.PLAN_FOR)
    assert sorted([*(found for each in plan_for.values() for found in each), "LJ:CUS:147"]) == sorted(important)
    versions = targets(city, RelationshipKind.HAS_VERSION)
    procedures = targets(city, RelationshipKind.HAS_PROCEDURE)
    states = {each.id: each.state for each in of(city, plan.Procedure)}
    steps = targets(city, RelationshipKind.HAS_STEP)
    points, fed_by = targets(city, RelationshipKind.HAS_RECEIVING_POINT), targets(city, RelationshipKind.FED_BY)
    for each, [subject] in plan_for.items():
        [version] = versions[each]
        single = all(len(fed_by[point]) == 1 for point in points[subject])
        wanted = set(SupplyState) - ({SupplyState.DEGRADED} if single else set())
        assert {states[procedure] for procedure in procedures[version]} == wanted
        assert all(len(steps[procedure]) >= 3 for procedure in procedures[version])
    assert any(each.review_due < TODAY for each in of(city, plan.PlanVersion))
    assert any(each.approved_on is None for each in of(city, plan.PlanVersion))


def test_rosters_cover_every_hour_around_today(city: GraphBatch) -> None:
    of_team = targets(city, RelationshipKind.OF_TEAM)
    begins: dict[str, set] = {}
    for each in of(city, people.Shift):
        if each.shift_type is ShiftType.DUTY and each.id in of_team:
            begins.setdefault(of_team[each.id][0], set()).add(each.start)
    for team in ("LJ:TEAM:DISP", "LJ:TEAM:REPAIR1", "LJ:TEAM:OPS6"):
        starts = sorted(begins[team])
        assert len(starts) == 17 * 2
        assert {later - earlier for earlier, later in itertools.pairwise(starts)} == {timedelta(hours=12)}
        assert starts[0].isoformat() == "2026-11-21T00:00:00+00:00", "08:00 in Shanghai, two days ago"


def test_responsibility_has_its_gaps(city: GraphBatch) -> None:
    covers = targets(city, RelationshipKind.COVERS)
    roles: dict[str, set[str]] = {}
    for each in of(city, people.Assignment):
        roles.setdefault(covers[each.id][0], set()).add(each.role)
    important = [each for each in of(city, customer.Customer) if each.importance is not Importance.ORDINARY]
    assert next(each.name for each in important if "CUSTOMER_MANAGER" not in roles[each.id]) == "临江市政务服务中心"
    assert len([each for each in of(city, grid.Feeder) if each.id not in roles]) == 6, "nobody"
    assert any(each.shift_type is ShiftType.LEAVE for each in of(city, people.Shift))
    assert any(each.verified_on is None for each in of(city, people.Contact))


def test_people_are_nobody(city: GraphBatch) -> None:
    numbers = [each.value for each in of(city, people.Contact)]
    assert all(number.startswith(("+86129", "+866008")) for number in numbers)
    assert len(set(numbers)) == len(numbers)


@pytest.mark.parametrize("feeders", [4, 5, 11, 100])
def test_other_sizes_are_whole_too(feeders: int) -> None:
    entities, relationships = [], []
    for batch in generator.batches(feeders=feeders, seed=3, today=TODAY):
        entities += batch.entities
        relationships += batch.relationships
    graph = Snapshot.of(entities, relationships)
    assert graph.entity_count == len(entities)
    whole = GraphBatch(entities=entities)
    assert len(of(whole, grid.Feeder)) == feeders
    important = [each for each in of(whole, customer.Customer) if each.importance is not Importance.ORDINARY]
    assert abs(len(important) - 174 * feeders / 48) <= 12
    assert {f"LJ:CUS:{number}" for number in range(1, 13)} <= {each.id for each in important}


def test_a_city_needs_four_feeders() -> None:
    with pytest.raises(ValueError, match="at least 4"):
        next(generator.batches(feeders=3, today=TODAY))


def files(folder: Path) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in folder.iterdir()}


def test_same_arguments_same_bytes(tmp_path: Path) -> None:
    one = generator.generate(tmp_path / "one", feeders=4, today=TODAY)
    again = generator.generate(tmp_path / "again", feeders=4, today=TODAY)
    other = generator.generate(tmp_path / "other", feeders=4, seed=2, today=TODAY)
    assert files(tmp_path / "one") == files(tmp_path / "again") != files(tmp_path / "other")
    assert one == again != other
    assert generator.generate(tmp_path / "one", feeders=4, today=date(2027, 1, 1)) == one
    assert files(tmp_path / "one") != files(tmp_path / "again")


def test_files_hold_what_the_batches_hold(tmp_path: Path) -> None:
    made = generator.generate(tmp_path, feeders=4, today=TODAY)
    batches = list(generator.batches(feeders=4, today=TODAY))
    assert made.elements == sum(len(each) for each in batches)
    with (tmp_path / "ReceivingPoint.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["id"]: row for row in csv.DictReader(file)}
    assert rows["LJ:RP:C1"]["fed_by"] == "LJ:SS:C1-1;LJ:SS:C1-2"
    assert rows["LJ:RP:C1"]["transfer"] == "AUTOMATIC"
    with (tmp_path / "SupplySource.csv").open(encoding="utf-8-sig", newline="") as file:
        supply = next(csv.DictReader(file))
    assert supply["connects_1"].startswith("LJ:CN:C")
    assert supply["in_service"] == "true"
