"""What the equipment is called: full double names that agree with where it stands, who owns it and what it leads to."""

from __future__ import annotations

import re
from collections import Counter

from schema import customer, grid
from schema.batch import GraphBatch
from schema.entity import Entity
from schema.relationships import RelationshipKind
from schema.vocabulary import Ownership
from tests.schema.words.test_forbidden_words import FORBIDDEN
from tests.seeds.test_city import of, targets

OVERHEAD = re.compile(r"LJ:\w+:10\d[34]:")


def by_id(city: GraphBatch) -> dict[str, Entity]:
    return {each.id: each for each in city.entities}


def test_every_piece_of_the_grid_has_voltage_name_and_number(city: GraphBatch) -> None:
    own = (customer.SwitchBay, customer.InternalBus, customer.CustomerTransformer, customer.Load, customer.SupplySource)
    lv = (grid.EnergyConsumer, grid.GeneratingUnit)
    for each in of(city, grid.ConductingEquipment):
        if isinstance(each, (*own, *lv)) or ":TR:" in each.id:
            continue
        assert re.match(r"(10|110|220)kV\S+", each.name), each
    names = Counter(each.name for each in of(city, grid.Switch))
    assert [name for name, count in names.items() if count > 1] == []


def test_a_bays_number_is_its_own_in_its_unit(city: GraphBatch) -> None:
    container = targets(city, RelationshipKind.CONTAINED_IN)
    switches = [each for each in of(city, grid.Switch) if ":RMU:" in container.get(each.id, [""])[0]]
    assert len(switches) > 1000
    numbers = Counter((container[each.id][0], each.number) for each in switches)
    assert [taken for taken, count in numbers.items() if count > 1] == []
    units = by_id(city)
    for each in switches:
        unit = container[each.id][0]
        assert each.name.startswith(units[unit].name), each
        assert each.number is not None
        assert each.number.startswith(unit.rsplit(":", 1)[1]), "402 is a bay of unit 4"
        assert f"{each.number}间隔" in each.name


def test_a_switch_stands_on_the_pole_that_it_is_called_after(city: GraphBatch) -> None:
    """So does the boundary, and so do the ends of a span."""
    poles = {(each.id.split(":")[2], each.number): (each.longitude, each.latitude) for each in of(city, grid.Tower)}
    checked = 0
    for each in of(city, grid.Switch):
        found = re.search(r"(\d+)号杆(?!T接)", each.name)
        if found is None or each.nominal_kv != 10:
            continue
        [line] = re.findall(r"LJ:\w+:(\d{4})", each.id) if each.id.startswith("LJ:SW:10") else [None]
        if line is None or "-" in each.id:
            continue
        owner = line if int(found[1]) > 18 else f"S{line[2]}D"
        assert (each.longitude, each.latitude) == poles[owner, found[1]], each.name
        checked += 1
    assert checked == 12 * 6
    carried = targets(city, RelationshipKind.CARRIED_BY)
    for each in of(city, grid.ACLineSegment):
        ends = re.fullmatch(r"10kV\S+?线(\d+)号杆～(\d+)号杆", each.name)
        if ends is not None:
            numbers = sorted(int(tower.rsplit(":", 1)[1]) for tower in carried[each.id])
            assert numbers == list(range(int(ends[1]), int(ends[2]) + 1)), each.name


def test_poles_stand_40_to_60_metres_apart_from_the_supply_end(city: GraphBatch) -> None:
    segments = [each for each in of(city, grid.ACLineSegment) if OVERHEAD.match(each.id) and each.id.count(":") == 3]
    spans = [each.length_m / 9 for each in segments if re.fullmatch(r"LJ:SEG:\d{4}:\d", each.id)]
    assert len(spans) == 12 * 6
    assert all(40 <= span <= 65 for span in spans), (min(spans), max(spans))


def test_the_boundary_is_at_the_bay_and_the_cable_behind_it_is_the_customers(city: GraphBatch) -> None:
    things = by_id(city)
    connects: dict[str, list[str]] = targets(city, RelationshipKind.CONNECTS)
    for supply in of(city, customer.SupplySource):
        code = supply.id.split(":")[2]
        bay, cable = things[f"LJ:CB:{code}"], things[f"LJ:SEG:{code}"]
        assert isinstance(bay, grid.Switch)
        assert isinstance(cable, grid.ACLineSegment)
        assert set(connects[bay.id]) & set(connects[cable.id]), "the cable begins at the bay"
        end = bay.name.split("（")[0]
        assert supply.boundary is not None
        assert supply.boundary.startswith(end)
        assert supply.boundary.endswith("（电源侧属供电企业，负荷侧属客户）")
        assert cable.name.startswith(f"{end}～")
        assert (bay.ownership, cable.ownership) == (Ownership.UTILITY, Ownership.CUSTOMER)
        feeder = targets_of_ledger(city)[supply.id]
        assert things[feeder].name in supply.name


def targets_of_ledger(city: GraphBatch) -> dict[str, str]:
    return {source: found for source, [found] in targets(city, RelationshipKind.FROM_FEEDER).items()}


def test_no_two_stations_sound_alike(city: GraphBatch) -> None:
    names = [re.sub(r"^\d+kV|变$", "", each.name) for each in of(city, grid.Substation)]
    assert len(names) == 6 + 2
    assert len({name[0] for name in names}) == len(names)
    assert not any(name[:2] in other for name in names for other in names if name is not other)


def test_companies_have_a_word_of_their_own(city: GraphBatch) -> None:
    names = [each.name for each in of(city, customer.Customer)]
    assert len(set(names)) == len(names) == 774
    assert not [name for name in names if re.search(r"[上下前后内外](大酒店|大厦|有限公司|机械厂|冷库)", name)]
    assert not [name for name in names if "煤矿" in name or "特钢" in name], (
        "they have a station or feeder of their own"
    )


def test_demo_texts_hold_no_word_of_former_days(city: GraphBatch) -> None:
    shown = set()
    for each in city.entities:
        values = (getattr(each, field, None) for field in ("name", "text", "note", "notes", "trigger", "exit", "title"))
        shown.update(value for value in values if value)
    text = "\n".join(sorted(shown))
    assert not {pattern: found[0] for pattern in FORBIDDEN if (found := re.search(pattern, text))}
