"""CIM objects to entities: one function per class of entity gives the fields beyond the common ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError

from loaders.cim.classes import AREAS, EQUIPMENT, NODES, PARTS, PLANTS, UNITS
from loaders.cim.drawings import Drawings
from loaders.cim.model import Model
from loaders.cim.parse import CimObject
from loaders.cim.places import Places
from loaders.cim.units import Units, boolean, number
from loaders.report import FEEDS_IN, FEEDS_IN_REMEDY
from schema import grid
from schema.entity import Entity
from schema.validation import fault_of
from schema.vocabulary import GenerationType, SwitchPosition, TransformerUse
from schema.words import say

Fields = dict[str, Any]
_POSITION = {True: SwitchPosition.OPEN, False: SwitchPosition.CLOSED}


class Builder:
    """Makes the entity of an object; parts (phases, ends, units) are looked up by their owner."""

    def __init__(
        self, model: Model, places: Places, drawings: Drawings, units: Units, as_class: Mapping[str, type[Entity]]
    ) -> None:
        self._as_class = as_class
        self._model = model
        self._places, self._drawings = places, drawings
        self._units = units
        self._phases = model.parts("ACLineSegmentPhase", "ACLineSegment")
        self._switch_phases = model.parts("SwitchPhase", "Switch")
        self._consumer_phases = model.parts("EnergyConsumerPhase", "EnergyConsumer")
        self._units_of: dict[str, list[CimObject]] = defaultdict(list)
        for cls in UNITS:
            for unit in model.each(cls):
                if model.target(unit, "PowerElectronicsConnection") is not None:
                    self._units_of[unit.values["PowerElectronicsConnection"]].append(unit)
        self._ends = defaultdict(list, model.parts("PowerTransformerEnd", "PowerTransformer"))
        for end in model.each("TransformerTankEnd"):
            self._ends[model.objects[end.values["TransformerTank"]].values["PowerTransformer"]].append(end)

    def entity(self, item: CimObject) -> Entity | None:
        """The entity of an object; None if it cannot be made, and then the object is rejected with the reason."""
        return self.made(item, self._as_class.get(item.key) or _class_of(item), {})

    def made(self, item: CimObject, cls: type[Entity], more: Fields) -> Entity | None:
        """An entity of that class with these fields beside those that all have; None as for `entity`."""
        fields: Fields = {
            "id": item.values.get("mRID") or item.named,
            "source_key": _other_key(item),
            "name": " ".join(item.values.get("name", "").split()),
            "aliases": tuple(item.all_of("aliasName")),
            "note": item.values.get("description"),
            "load": self._model.load_of(item),
            "row": item.line,
        }
        if issubclass(cls, grid.Located):
            self._place(item, fields)
        if issubclass(cls, grid.Drawn):
            fields["diagram_places"] = self._drawings.of(item.key)
        if issubclass(cls, grid.ConductingEquipment):
            self._equipment(item, fields)
        special = _SPECIAL.get(cls) or (_switch if issubclass(cls, grid.Switch) else None)
        if special is not None:
            fields.update(special(self, item))
        fields.update(more)
        try:
            return cls(**fields)
        except ValidationError as error:
            fault = fault_of(error, fields)
            column = "mRID" if fault.field == "id" else fault.field
            self._model.reject(item, column, fault.value, fault.reason, say("Correct the value in the source system."))
            return None

    def _place(self, item: CimObject, fields: Fields) -> None:
        first, last = self._places.ends(item)
        if first is not None:
            fields["longitude"], fields["latitude"] = first
        if last is not None and item.cls == "ACLineSegment":
            fields["end_longitude"], fields["end_latitude"] = last

    def _equipment(self, item: CimObject, fields: Fields) -> None:
        fields["nominal_kv"] = self.base_kv(item)
        in_service = boolean(self._model, item, "inService")
        if in_service is None:
            in_service = boolean(self._model, item, "normallyInService")
        fields["in_service"] = in_service is not False

    def base_kv(self, item: CimObject) -> float | None:
        """Nominal voltage in kV by the object's BaseVoltage, else by that of the voltage level that holds it."""
        base = self._model.reference(item, "BaseVoltage")
        container = self._model.target(item, "EquipmentContainer")
        while base is None and container is not None and container.cls in ("VoltageLevel", "Bay"):
            base = self._model.target(container, "BaseVoltage")
            container = self._model.target(container, "VoltageLevel")
        return None if base is None else self.number(base, "nominalVoltage", self._units.voltage)

    def number(self, item: CimObject, name: str, factor: float = 1.0, *, signed: bool = False) -> float | None:
        """See units.number."""
        return number(self._model, item, name, factor, signed=signed)

    def line(self, item: CimObject) -> Fields:
        """Length in m, and the phases that are wired, as "ABCN"."""
        whole = item.values.get("pieceOf", item.key)
        phases = {part.values.get("phase", "").rpartition(".")[2] for part in self._phases.get(whole, ())}
        known = sorted(phases & {"A", "B", "C", "N", "s1", "s2", "s12N"})
        return {
            "length_m": self.number(item, "length", self._units.length),
            "phases": "".join(known) or None,
        }

    def switch(self, item: CimObject) -> Fields:
        """Normal and current position. A switch with any phase open is open; the note names the open phases."""
        now, now_phases = self._opened(item, "open")
        normal, normal_phases = self._opened(item, "normalOpen")
        if normal is None:
            normal = now if now is not None else False
        fields: Fields = {
            "normal_position": _POSITION[normal],
            "rated_current_a": self.number(item, "ratedCurrent"),
        }
        if now is not None:
            fields["position"] = _POSITION[now]
            fields["position_source"] = "CIM Switch.open"
        partly = now_phases or normal_phases
        if partly:
            note = f"open in phase {partly} only, counted as open"
            fields["note"] = "; ".join(filter(None, (item.values.get("description"), note)))
            self._model.find(item, "SwitchPhase", partly, note, say("Nothing to do: the graph is three-phase."))
        return fields

    def _opened(self, item: CimObject, name: str) -> tuple[bool | None, str]:
        """Whether the switch is open by `open` or `normalOpen`, and which phases are, if not all of them."""
        whole = boolean(self._model, item, name)
        phases = self._switch_phases.get(item.key, ())
        states = [
            (part.values.get("phaseSide1", "").rpartition(".")[2], self._phase_open(part, name)) for part in phases
        ]
        opened = sorted(phase for phase, state in states if state)
        if not opened:
            return whole, ""
        return True, "" if len(opened) == len(states) else "".join(opened)

    def _phase_open(self, part: CimObject, name: str) -> bool | None:
        if name == "normalOpen":
            return boolean(self._model, part, "normalOpen")
        closed = boolean(self._model, part, "closed")
        return None if closed is None else not closed

    def transformer(self, item: CimObject) -> Fields:
        """Voltages and rating by its ends (of tanks too); one voltage on all ends makes it a regulator."""
        voltages, ratings = [], []
        for end in self._ends[item.key]:
            kv = self.number(end, "ratedU", self._units.voltage) or self.base_kv(end)
            voltages += [] if kv is None else [kv]
            rating = self.number(end, "ratedS", self._units.power)
            ratings += [] if rating is None else [rating]
        container = self._model.target(item, "EquipmentContainer")
        fields: Fields = {"rated_kva": max(ratings, default=None)}
        if voltages:
            fields["nominal_kv"] = max(voltages)
        if len(voltages) > 1:
            fields["secondary_kv"] = min(voltages)
        if len(voltages) > 1 and max(voltages) == min(voltages):
            fields["use"] = TransformerUse.REGULATOR
        elif container is not None and container.cls in ("Substation", "VoltageLevel", "Bay"):
            fields["use"] = TransformerUse.MAIN
        return fields

    def consumer(self, item: CimObject) -> Fields:
        """Active power in kW (p, else pfixed, else the sum of its phases; negative = feeding in) and customers."""
        kw = None
        for name in ("p", "pfixed", "pFixed"):
            kw = self.number(item, name, self._units.power, signed=True) if kw is None else kw
        if kw is None:
            parts = [
                self.number(part, "p", self._units.power, signed=True)
                for part in self._consumer_phases.get(item.key, ())
            ]
            known = [part for part in parts if part is not None]
            kw = sum(known) if known else None
        if kw is not None and kw < 0:
            self._model.find(item, "p", item.values.get("p", f"{kw:g} kW"), FEEDS_IN, FEEDS_IN_REMEDY)
        count = self.number(item, "customerCount")
        return {"kw": kw, "customer_count": None if count is None else int(count)}

    def generator(self, item: CimObject) -> Fields:
        """Kind and kW by its units (maxP, or maxOperatingP of a plant); else kW by ratedS, at a power factor of 1."""
        units = self._units_behind(item)
        powers = [self.number(unit, _MOST_POWER[unit.cls in PLANTS], self._units.power) for unit in units]
        known = [power for power in powers if power is not None]
        kinds = [UNITS.get(unit.cls) or PLANTS[unit.cls] for unit in units]
        if not kinds and item.cls == "SynchronousMachine":
            kinds = [GenerationType.ROTATING]
        return {
            "generation_type": kinds[0] if kinds else None,
            "kw": sum(known) if known else self.number(item, "ratedS", self._units.power),
        }

    def _units_behind(self, item: CimObject) -> list[CimObject]:
        """Units of a connection or machine, from whichever side they are written."""
        if item.key not in self._units_of:
            named = [*item.all_of("PowerElectronicsUnit"), *item.all_of("GeneratingUnit")]
            found = [self._model.objects.get(key) for key in named]
            return [unit for unit in found if unit is not None and unit.cls in (*UNITS, *PLANTS)]
        return self._units_of[item.key]


_MOST_POWER = ("maxP", "maxOperatingP")


def _other_key(item: CimObject) -> str | None:
    """The rdf:ID where it is not the mRID: the model's other files refer by it."""
    own = item.values.get("mRID", "")
    is_same = own.casefold().removeprefix("_") == item.key.casefold().removeprefix("_")
    return item.key if own and not is_same else None


def _class_of(item: CimObject) -> type[Entity]:
    if item.cls in EQUIPMENT:
        return EQUIPMENT[item.cls]
    if item.cls in AREAS:
        return grid.Area
    if item.cls in PARTS:
        return grid.VoltageLevel if item.cls == "VoltageLevel" else grid.Bay
    if item.cls in NODES:
        return grid.ConnectivityNode
    return grid.Substation if item.cls == "Substation" else grid.Feeder


def _switch(builder: Builder, item: CimObject) -> Fields:
    return builder.switch(item)


def _voltage_level(builder: Builder, item: CimObject) -> Fields:
    return {"nominal_kv": builder.base_kv(item)}


_SPECIAL: dict[type[Entity], Callable[[Builder, CimObject], Fields]] = {
    grid.VoltageLevel: _voltage_level,
    grid.ACLineSegment: Builder.line,
    grid.PowerTransformer: Builder.transformer,
    grid.EnergyConsumer: Builder.consumer,
    grid.GeneratingUnit: Builder.generator,
}
