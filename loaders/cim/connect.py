"""Terminals and containers as relationships."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from loaders.cim.model import Model
from loaders.cim.parse import CimObject
from loaders.cim.units import boolean, number
from schema.words import say

Connection = tuple[CimObject, str, str]
"""Equipment, terminal number, key of the node."""


def connections(model: Model, node_property: str) -> Iterator[Connection]:
    """Every terminal that stands on a node, with its number: the file's, else the next free one of its equipment.

    A terminal that repeats number and node of another (one per tank of a transformer) is folded into it.
    """
    taken: dict[str, set[str]] = defaultdict(set)
    seen: set[tuple[str, str, str]] = set()
    for terminal in model.each("Terminal"):
        equipment = model.objects.get(terminal.values["ConductingEquipment"])
        if equipment is None:
            model.reject(
                terminal,
                "ConductingEquipment",
                terminal.values["ConductingEquipment"],
                say("its equipment was rejected"),
                say("Mend the equipment first."),
            )
            continue
        if not _stands(model, terminal, node_property):
            continue
        wanted = number(model, terminal, "sequenceNumber")
        key = "1" if wanted is None else str(int(wanted))
        node = terminal.values[node_property]
        if (equipment.key, key, node) in seen:
            continue
        seen.add((equipment.key, key, node))
        if key in taken[equipment.key]:
            free = next(str(place) for place in range(1, 1000) if str(place) not in taken[equipment.key])
            if wanted is not None:
                reason = say("its equipment has two terminals of this number; taken as {free}", free=free)
                model.find(terminal, "sequenceNumber", key, reason, say("Number the terminals 1, 2, ..."))
            key = free
        taken[equipment.key].add(key)
        yield equipment, key, node


def _stands(model: Model, terminal: CimObject, node_property: str) -> bool:
    if model.target(terminal, node_property) is None:
        value = terminal.values.get(node_property, "")
        reason = (
            say("it stands on a node that the file does not hold")
            if value
            else say("it names no {node_property}", node_property=node_property)
        )
        model.reject(terminal, node_property, value, reason, say("Export the model whole, with its topology."))
        return False
    if boolean(model, terminal, "connected") is False:
        model.find(
            terminal,
            "connected",
            "false",
            say("the terminal is disconnected, so it joins nothing"),
            say("Nothing to do if that is so in the field."),
        )
        return False
    return True


def container_of(model: Model, item: CimObject) -> CimObject | None:
    """The entity that holds an object: bays and voltage levels are folded into their substation, lines into an area.

    A transformer without container is where its first tank is.
    """
    for name in ("EquipmentContainer", "ConnectivityNodeContainer", "NormalEnergizingSubstation", "Region"):
        found = model.reference(item, name)
        if found is not None:
            return _folded(model, found)
    if item.cls == "PowerTransformer":
        for tank in model.parts("TransformerTank", "PowerTransformer").get(item.key, ()):
            if "EquipmentContainer" in tank.values:
                return container_of(model, tank)
    return None


def _folded(model: Model, found: CimObject) -> CimObject | None:
    for _ in range(4):
        match found.cls:
            case "Bay":
                following = model.target(found, "VoltageLevel") or model.target(found, "Substation")
            case "VoltageLevel":
                following = model.target(found, "Substation")
            case "Line":
                following = model.target(found, "Region")
            case _:
                return found
        if following is None:
            return None
        found = following
    return None
