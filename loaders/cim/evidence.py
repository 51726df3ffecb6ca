"""Which units a model is in: as the user says, else as its profile says, cross-checked with all its figures.

No single number tells: 400 is a voltage in V and one in kV. Each way of reading is tried on voltages, ratings, loads
and lengths; one under which some of them cannot be is out. If both remain, or none, the load asks for --units.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from loaders.cim.model import Model
from loaders.cim.parse import CimObject
from loaders.cim.units import CGMES, SI, Units, plain
from schema.errors import LoadError
from schema.words import say

CGMES_PROFILES = ("entsoe.eu/CIM/", "/ns/CIM/")
"""In the URIs of the profiles of CGMES 2.4.15 and 3.0, which prescribe kV, MW, MVA and km."""
FEW = 0.05
"""A share of figures below this that cannot be is typing errors, and no sign of the unit."""
_LEAST_KV, _LEAST_HIGHEST_KV, _MOST_KV = 0.1, 0.2, 1200.0
_LEAST_KVA, _MOST_KVA = 0.5, 3e6
_AMOUNTS = {"m": (0.5, 2e6, 2e4), "kW": (0.01, 1.5e6, 1e4)}
"""Least of the middle one, most of any, most of any below 1 kV."""
_MOST_KA = 15.0
"""No load takes more current."""
_MEDIUM_KV, _MOST_M_MEDIUM = 45.0, 2e5
"""Below this voltage no piece of line is longer."""
_ENDS = ("PowerTransformerEnd", "TransformerTankEnd")
_MACHINES = ("SynchronousMachine", "AsynchronousMachine", "PowerElectronicsConnection")
_LOADS = ("EnergyConsumer", "ConformLoad", "NonConformLoad", "StationSupply")
_VOLTAGE = {"V": 1e-3, "kV": 1.0}
_POWER = {"W": 1e-3, "kW": 1.0, "MW": 1e3}
_LENGTH = {"m": 1.0, "km": 1e3}


def units_named(text: str) -> Units:
    """The units of `--units`: "V,W,m", "kV,MW,km", or any such three. Raises LoadError for what is none."""
    parts = [part.strip() for part in text.split(",")]
    found: dict[str, float] = {}
    for part in parts:
        for name, table in (("voltage", _VOLTAGE), ("power", _POWER), ("length", _LENGTH)):
            if part in table:
                found[name] = table[part]
    if len(found) != 3 or len(parts) != 3:
        raise LoadError(
            say("--units {text!r}: name voltage, power and length, as V,W,m or kV,MW,km or kV,kW,m.", text=text)
        )
    return Units(", ".join(parts), found["voltage"], found["power"], found["length"])


def units_of(model: Model, named: Units | None) -> Units:
    """The units of a model. Raises LoadError where its figures leave more than one way to read them, or none."""
    if named is not None:
        return named
    by_profile = any(mark in uri for text in model.texts for uri in text.header.profiles for mark in CGMES_PROFILES)
    if by_profile:
        return _checked(model)
    doubts = {units: _doubts(model, units) for units in (SI, CGMES)}
    possible = [units for units, doubt in doubts.items() if not doubt]
    if len(possible) == 1:
        return possible[0]
    if not any(True for _ in _figures(model, SI)):
        return SI
    voltages = ", ".join(sorted({base.values.get("nominalVoltage", "") for base in model.each("BaseVoltage")})[:5])
    reasons = "; ".join(f"{units.name}: {doubt[0]}" for units, doubt in doubts.items() if doubt)
    raise LoadError(
        say(
            "{file} does not say its units, and its figures fit {how}: nominal voltages {voltages}. Say --units V,W,m "
            "or --units kV,MW,km (or a mix, as kV,kW,m). {reasons}",
            file=model.main,
            how=say("both volts and kilovolts") if possible else say("neither V, W, m nor kV, MW, km"),
            voltages=voltages or "-",
            reasons=reasons,
        ),
        file=model.main,
    )


def _checked(model: Model) -> Units:
    """kV, MW, km as the profile prescribes, unless the figures cannot be and would fit V, W, m."""
    doubt = _doubts(model, CGMES)
    if doubt and not _doubts(model, SI):
        raise LoadError(
            say(
                "{file} is of a CGMES profile, which prescribes kV, MW and km, but its figures are not in them "
                "({reason}). Say --units V,W,m if they are in V, W and m.",
                file=model.main,
                reason=doubt[0],
            ),
            file=model.main,
        )
    return CGMES


def _doubts(model: Model, units: Units) -> list[str]:
    """What cannot be if the model is in these units, one example of each sort."""
    count: dict[str, int] = {}
    wrong: dict[str, list[str]] = {}
    for sort, shown, can_be in _figures(model, units):
        count[sort] = count.get(sort, 0) + 1
        if not can_be:
            wrong.setdefault(sort, []).append(shown)
    return [shown[0] for sort, shown in wrong.items() if len(shown) >= FEW * count[sort]]


def _figures(model: Model, units: Units) -> Iterator[tuple[str, str, bool]]:
    """Sort, how it reads in these units, and whether it can be, for every figure that tells something."""
    bases = _each(model, "nominalVoltage", "BaseVoltage")
    for _, kv in bases:
        yield _figure("kV", kv, units.voltage, _LEAST_KV, _MOST_KV)
    if bases:
        yield _figure("kV (highest)", max(kv for _, kv in bases), units.voltage, _LEAST_HIGHEST_KV, _MOST_KV)
    for _, kv in _each(model, "nominalVoltage", "EnergySource"):
        yield _figure("kV", kv, units.voltage, _LEAST_KV, _MOST_KV)
    for _, kv in _each(model, "ratedU", *_ENDS, *_MACHINES):
        yield _figure("kV", kv, units.voltage, _LEAST_KV, _MOST_KV)
    for _, rating in _each(model, "ratedS", *_ENDS, *_MACHINES):
        yield _figure("kVA", rating, units.power, _LEAST_KVA, _MOST_KVA)
    yield from _amounts(model, units, "m", units.length, _each(model, "length", "ACLineSegment"))
    loads = [*_each(model, "p", *_LOADS), *_each(model, "pfixed", *_LOADS)]
    yield from _amounts(model, units, "kW", units.power, loads)


def _amounts(
    model: Model, units: Units, unit: str, factor: float, found: list[tuple[CimObject, float]]
) -> Iterator[tuple[str, str, bool]]:
    """Lengths or loads: none is too much for its voltage, and the middle one is not next to nothing."""
    least, most, most_at_low_voltage = _AMOUNTS[unit]
    for item, value in found:
        kv = _kv(model, item.values.get("BaseVoltage"), units)
        limit = most_at_low_voltage if kv is not None and kv < 1.0 else most
        if kv is not None and kv >= 1.0:
            limit = min(limit, _most_at(kv, unit))
        yield _figure(unit, value, factor, 0.0, limit)
    middle = sorted(value for _, value in found)[len(found) // 2 :][:1]
    for value in middle:
        yield _figure(f"{unit} (middle)", value, factor, least, most)


def _each(model: Model, name: str, *classes: str) -> list[tuple[CimObject, float]]:
    """Objects of these classes with the size of a figure, where it is not zero, nor negative (but for a load)."""
    pairs = ((item, plain(item.values.get(name, ""))) for cls in classes for item in model.each(cls))
    return [(item, abs(value)) for item, value in pairs if value and (value > 0 or name in ("p", "pfixed"))]


def _most_at(kv: float, unit: str) -> float:
    """The longest piece of line (m), or the largest load (kW), of a voltage of 1 kV and more."""
    if unit == "m":
        return _MOST_M_MEDIUM if kv < _MEDIUM_KV else math.inf
    return math.sqrt(3) * kv * _MOST_KA * 1e3


def _kv(model: Model, base: str | None, units: Units) -> float | None:
    """A base voltage in kV; where none is named, that of the model if it has but one."""
    bases = model.each("BaseVoltage")
    found = model.objects.get(base) if base else (bases[0] if len(bases) == 1 else None)
    value = None if found is None else plain(found.values.get("nominalVoltage", ""))
    return None if value is None else value * units.voltage


def _figure(sort: str, value: float, factor: float, least: float, most: float) -> tuple[str, str, bool]:
    ours = value * factor
    return sort, f"{value:g} = {ours:g} {sort}", least <= ours <= most
