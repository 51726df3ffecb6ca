"""Customers, receiving points, sites and meters of IEC 61968: who is behind which load.

    Customer ─ CustomerAgreement ─ UsagePoint ─ EnergyConsumer        becomes
    Customer ─ HAS_RECEIVING_POINT ─ ReceivingPoint ─ FED_BY ─ SupplySource ─ CONNECTS ─ node

A load with one usage point is that customer's supply, with its power as the receiving point's load. Of a load with
several, which share of its power is whose is not said: it stays a load, and each usage point gets a supply beside it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from loaders.cim.classes import EQUIPMENT
from loaders.cim.model import Model
from loaders.cim.parse import CimObject
from loaders.cim.places import Places
from loaders.cim.units import Units, number
from schema.customer import Customer, ReceivingPoint, Site, SupplySource
from schema.entity import Entity
from schema.grid import EnergyConsumer
from schema.provenance import IdentifierMapping
from schema.relationships import RelationshipKind
from schema.words import say

Link = tuple[RelationshipKind, CimObject, str, str, str]
"""Kind, the object that says so, ids of both ends, key."""


class Customers:
    """Usage points with their customers; `supplies` are the loads that are a customer's supply themselves."""

    def __init__(self, model: Model, places: Places, units: Units) -> None:
        self._model, self._places, self._units = model, places, units
        self._points = {item.key: item for item in model.each("UsagePoint")}
        self._customer = self._customers()
        unclaimed = [item for key, item in self._points.items() if key not in self._customer]
        model.leave_out_objects(unclaimed, say("no customer is named for it"))
        for item in unclaimed:
            del self._points[item.key]
        self._equipment = self._equipments()
        points_at: dict[str, list[str]] = defaultdict(list)
        for point, equipment in self._equipment.items():
            points_at[equipment].append(point)
        self.supplies = {
            equipment: points[0]
            for equipment, points in points_at.items()
            if len(points) == 1 and EQUIPMENT[model.objects[equipment].cls] is EnergyConsumer
        }
        """Usage point by load."""

    def _customers(self) -> dict[str, str]:
        """Customer by usage point: by an agreement, from whichever side it is written, or by a meter."""
        model, found = self._model, dict[str, str]()
        agreements: dict[str, str] = {}
        for each in model.each("Customer"):
            agreements.update(dict.fromkeys(each.all_of("CustomerAgreements"), each.key))
        for agreement in model.each("CustomerAgreement"):
            customer = model.reference(agreement, "Customer")
            if customer is not None:
                agreements[agreement.key] = customer.key
            if agreement.key in agreements:
                for point in agreement.all_of("UsagePoints"):
                    found.setdefault(point, agreements[agreement.key])
        for item in self._points.values():
            key = item.values.get("CustomerAgreement", "")
            if key in agreements:
                found.setdefault(item.key, agreements[key])
        for meter in self._meters():
            customer = model.target(meter, "Customer")
            if customer is not None and meter.values.get("UsagePoint"):
                found.setdefault(meter.values["UsagePoint"], customer.key)
        return {point: owner for point, owner in found.items() if point in self._points}

    def _equipments(self) -> dict[str, str]:
        """Equipment by usage point: the first that one of them names."""
        found: dict[str, str] = {}
        for point in self._points.values():
            for key in point.all_of("Equipments"):
                named = self._model.objects.get(key)
                if named is not None and named.cls in EQUIPMENT:
                    found.setdefault(point.key, key)
        for item in self._model.equipment():
            for key in item.all_of("UsagePoints"):
                if key in self._points:
                    found.setdefault(key, item.key)
        for key, point in self._points.items():
            if key not in found:
                reason = say("it names no equipment of the model, so nothing supplies it")
                self._model.find(point, "Equipments", "", reason, say("Name its load (UsagePoint.Equipments)."))
        return found

    def _meters(self) -> list[CimObject]:
        return [*self._model.each("EndDevice"), *self._model.each("Meter")]

    def entities(self) -> Iterator[tuple[CimObject, type[Entity], dict[str, Any]]]:
        """Class and fields of each, beyond those that all entities have."""
        for customer in self._model.each("Customer"):
            yield customer, Customer, {}
        for place in self._model.each("ServiceLocation"):
            yield place, Site, self._site(place)
        for point in self._points.values():
            yield point, ReceivingPoint, self._receiving_point(point)
        for point in self._beside():
            yield point, SupplySource, {"id": _beside_id(point), "nominal_kv": self._kv(point)}
        for meter in self._meters():
            key = meter.values.get("serialNumber") or meter.values.get("name") or meter.named
            yield meter, IdentifierMapping, {"system": "meter", "key": key}

    def _beside(self) -> list[CimObject]:
        """Usage points whose supply stands beside the equipment."""
        own = set(self.supplies.values())
        return [self._points[key] for key in self._equipment if key not in own]

    def _receiving_point(self, point: CimObject) -> dict[str, Any]:
        fields: dict[str, Any] = {"nominal_kv": self._kv(point)}
        load = self._model.objects.get(self._equipment.get(point.key, ""))
        if load is not None and self.supplies.get(load.key) == point.key:
            for name in ("p", "pfixed", "pFixed"):
                kw = number(self._model, load, name, self._units.power, signed=True)
                if kw is not None and kw >= 0:
                    return fields | {"load_kw": kw}
        return fields

    def _kv(self, point: CimObject) -> float | None:
        return number(self._model, point, "nominalServiceVoltage", self._units.voltage)

    def _site(self, place: CimObject) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        position, _ = self._places.at(place.key)
        if position is not None:
            fields["longitude"], fields["latitude"] = position
        address = self._model.target(place, "mainAddress")
        words = []
        for part in ("townDetail", "streetDetail"):
            detail = None if address is None else self._model.target(address, part)
            words += [] if detail is None else [detail.values[name] for name in _ADDRESS if name in detail.values]
        return fields | ({"address": " ".join(words)} if words else {})

    def links(self, ids: Mapping[str, str], nodes: Mapping[str, str]) -> Iterator[Link]:
        """Relationships among those that were made; `nodes` is the id of a node that equipment stands on, by key."""
        own = {point: load for load, point in self.supplies.items()}
        for key, point in self._points.items():
            owner = self._customer[key]
            if key not in ids or owner not in ids:
                continue
            yield RelationshipKind.HAS_RECEIVING_POINT, point, ids[owner], ids[key], ""
            equipment = self._equipment.get(key, "")
            if own.get(key) in ids:
                yield RelationshipKind.FED_BY, point, ids[key], ids[own[key]], ""
            elif equipment in nodes:
                yield RelationshipKind.FED_BY, point, ids[key], _beside_id(point), ""
                yield RelationshipKind.CONNECTS, point, _beside_id(point), nodes[equipment], "1"
            site = self._site_of(point)
            if site in ids:
                yield RelationshipKind.LOCATED_AT, point, ids[key], ids[site], ""
                yield RelationshipKind.HAS_SITE, point, ids[owner], ids[site], ""
        for meter in self._meters():
            at = meter.values.get("UsagePoint", "")
            if meter.key in ids and at in self._points and at in ids:
                yield RelationshipKind.IDENTIFIES, meter, ids[meter.key], ids[at], ""

    def _site_of(self, point: CimObject) -> str:
        place = point.values.get("ServiceLocation", "")
        if place:
            return place
        found = (each.key for each in self._model.each("ServiceLocation") if point.key in each.all_of("UsagePoints"))
        return next(found, "")


_ADDRESS = ("stateOrProvince", "name", "section", "type", "number", "buildingName", "suiteNumber")


def _beside_id(point: CimObject) -> str:
    return f"{point.values.get('mRID') or point.named}/supply"
