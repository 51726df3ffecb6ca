"""What CIM says of each class of equipment: its own properties, its parts, and its state."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from graph_api.exports.cim.dialects import Dialect
from graph_api.exports.cim.rdf import Kind, Ref, Statement, Value, made_of
from schema import grid
from schema.customer import CustomerTransformer, InternalBus, Load, SupplySource, SwitchBay
from schema.entity import Entity
from schema.grid import ConductingEquipment
from schema.vocabulary import GenerationType, SwitchPosition

Properties = list[tuple[str, Value]]
Base = Callable[[float | None], Ref | None]
"""The BaseVoltage of so many kV."""
_CLASSES: dict[type[Entity], str] = {
    grid.DistributionStation: "Substation",
    grid.ShuntCompensator: "LinearShuntCompensator",
    InternalBus: "BusbarSection",
    SwitchBay: "Breaker",
    CustomerTransformer: "PowerTransformer",
    Load: "EnergyConsumer",
}
"""Where it is not called as ours; what is inside of customers is as the grid's."""
_THOUSAND = 1e3
"""Our kW, kVA and m of CGMES's MW, MVA and km."""


def class_of(entity: Entity, dialect: Dialect, terminals: int = 1) -> str:
    """Class of an entity. A customer's supply is a load; one that leads on to what is inside is the way in."""
    if isinstance(entity, SupplySource):
        return "EnergyConsumer" if terminals < 2 else "Disconnector"
    if isinstance(entity, grid.GeneratingUnit):
        rotating = entity.generation_type is GenerationType.ROTATING
        return "PowerElectronicsConnection" if dialect.electronics and not rotating else "SynchronousMachine"
    if isinstance(entity, grid.Recloser) and not dialect.electronics:
        return "Breaker"
    if isinstance(entity, grid.Fuse) and not dialect.electronics:
        return "Switch"
    return _CLASSES.get(type(entity), type(entity).__name__)


def defining(entity: ConductingEquipment, dialect: Dialect, base: Base) -> Properties:
    """What the equipment file says of it beyond names and containers."""
    found: Properties = []
    if not isinstance(entity, grid.PowerTransformer):
        found.append(("ConductingEquipment.BaseVoltage", base(entity.nominal_kv)))
    match entity:
        case grid.Switch():
            found += [
                ("Switch.normalOpen", entity.normal_position is SwitchPosition.OPEN),
                ("Switch.retained", False),
                ("Switch.ratedCurrent", entity.rated_current_a),
            ]
        case grid.ACLineSegment():
            found.append(("Conductor.length", _thousandth(entity.length_m)))
        case grid.EnergyConsumer():
            count = entity.customer_count
            found.append(("EnergyConsumer.customerCount", None if count is None else str(count)))
        case grid.GeneratingUnit():
            found += _machine(entity, dialect)
    return found


def _machine(entity: grid.GeneratingUnit, dialect: Dialect) -> Properties:
    if class_of(entity, dialect) == "PowerElectronicsConnection":
        unit = dialect.units.get(entity.generation_type) if entity.generation_type else None
        return [] if unit else [("PowerElectronicsConnection.ratedS", _thousandth(entity.kw))]
    return [("RotatingMachine.GeneratingUnit", Ref(made_of("unit", entity.id)))]


def details(
    entity: ConductingEquipment, identity: str, dialect: Dialect, base: Base, terminals: Sequence[str]
) -> Iterator[Statement]:
    """Objects that are parts of it."""
    match entity:
        case grid.PowerTransformer():
            yield from _ends(entity, identity, base, terminals)
        case grid.ACLineSegment():
            for phase in entity.phases or "":
                part: Properties = [
                    ("ACLineSegmentPhase.ACLineSegment", Ref(identity)),
                    ("ACLineSegmentPhase.phase", Kind(f"SinglePhaseKind.{phase}")),
                ]
                yield Statement("ACLineSegmentPhase", made_of("phase", entity.id, phase), part)
        case grid.GeneratingUnit():
            yield from _unit(entity, identity, dialect)


def _ends(entity: grid.PowerTransformer, identity: str, base: Base, terminals: Sequence[str]) -> Iterator[Statement]:
    """Windings: the first is the high side, all others the low side."""
    for place, terminal in enumerate(terminals or ["", ""]):
        kv = entity.secondary_kv if place else entity.nominal_kv
        yield Statement(
            "PowerTransformerEnd",
            made_of("end", entity.id, str(place)),
            [
                ("PowerTransformerEnd.PowerTransformer", Ref(identity)),
                ("TransformerEnd.endNumber", str(place + 1)),
                ("TransformerEnd.Terminal", Ref(terminal) if terminal else None),
                ("TransformerEnd.BaseVoltage", base(kv)),
                ("PowerTransformerEnd.ratedU", kv),
                ("PowerTransformerEnd.ratedS", _thousandth(entity.rated_kva)),
            ],
        )


def _unit(entity: grid.GeneratingUnit, identity: str, dialect: Dialect) -> Iterator[Statement]:
    power = _thousandth(entity.kw)
    cls = dialect.units.get(entity.generation_type) if entity.generation_type else None
    if class_of(entity, dialect) != "PowerElectronicsConnection":
        of: Properties = [("IdentifiedObject.name", entity.name), ("GeneratingUnit.maxOperatingP", power)]
        yield Statement(cls or "GeneratingUnit", made_of("unit", entity.id), of)
    elif cls is not None:
        of = [
            ("IdentifiedObject.name", entity.name),
            ("PowerElectronicsUnit.PowerElectronicsConnection", Ref(identity)),
            ("PowerElectronicsUnit.maxP", power),
        ]
        yield Statement(cls, made_of("unit", entity.id), of)


def state(entity: ConductingEquipment, power: float, dialect: Dialect, terminals: int) -> Properties:
    """What is so now; `power` is what a customer's supply takes, in kW."""
    found: Properties = [("Equipment.inService", entity.in_service)] if dialect.in_service else []
    if isinstance(entity, grid.Switch) and entity.current_position is not SwitchPosition.UNKNOWN:
        found.append(("Switch.open", entity.current_position is SwitchPosition.OPEN))
    elif isinstance(entity, grid.EnergyConsumer | Load):
        found.append(("EnergyConsumer.p", _thousandth(entity.kw)))
    elif isinstance(entity, SupplySource):
        found.append(("EnergyConsumer.p", _thousandth(power)) if terminals < 2 else ("Switch.open", False))
    return [(name, value) for name, value in found if value is not None]


def _thousandth(value: float | None) -> float | None:
    return None if value is None else value / _THOUSAND
