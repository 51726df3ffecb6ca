"""Terminals and containers as relationships."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from loaders.cim.model import Model
from loaders.cim.nodes import Nodes
from loaders.cim.parse import CimObject
from loaders.cim.units import boolean, number, plain
from schema.words import say

Connection = tuple[CimObject, str, str]
"""Equipment, terminal number, key of the node."""


MOST_TERMINALS = 64
"""Of one piece of equipment: a higher number is none that its identities are kept by."""


class Parted(NamedTuple):
    """A terminal that is disconnected from the node that it stands on (ACDCTerminal.connected = false)."""

    terminal: CimObject
    equipment: CimObject
    number: str
    node: str


def numbers_of(model: Model, nodes: Nodes) -> dict[str, str]:
    """Number of every terminal that stands on a node, by its key: the file's, else the next free one of its equipment.

    A terminal that repeats number and node of another (one per tank of a transformer) has none: it is folded into it.
    """
    taken: dict[str, set[str]] = defaultdict(set)
    seen: set[tuple[str, str, str]] = set()
    found: dict[str, str] = {}
    for terminal in model.each("Terminal"):
        equipment = model.objects.get(terminal.values["ConductingEquipment"])
        node = None if equipment is None or equipment.cls == "Clamp" else nodes.of(terminal)
        if equipment is None or node is None:
            continue
        wanted = plain(terminal.values.get("sequenceNumber", ""))
        key = "1" if wanted is None or wanted < 0 else str(int(wanted))
        if (equipment.key, key, node) in seen:
            continue
        seen.add((equipment.key, key, node))
        used = taken[equipment.key]
        if key in used:
            key = next(str(place) for place in range(1, 1000) if str(place) not in used)
        used.add(key)
        found[terminal.key] = key
    return found


def terminal_ids(model: Model, numbers: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Identities of the terminals of each piece of equipment, by its key, in order of their numbers."""
    found: dict[str, dict[int, str]] = defaultdict(dict)
    for terminal in model.each("Terminal"):
        place = int(numbers.get(terminal.key, "0"))
        if terminal.named and 0 < place <= MOST_TERMINALS:
            found[terminal.values["ConductingEquipment"]][place] = terminal.named
    return {key: tuple(of.get(place, "") for place in range(1, max(of) + 1)) for key, of in found.items()}


def connections(
    model: Model,
    nodes: Nodes,
    numbers: Mapping[str, str],
    parted: list[Parted],
    was_parted: Callable[[CimObject, CimObject, str], bool],
) -> Iterator[Connection]:
    """Every terminal that stands on a node, with its number.

    Those that are disconnected from their node go into `parted`; where the files do not say so, those that were so
    before (terminal, equipment, number).
    """
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
        if equipment.cls == "Clamp" or not _stands(model, terminal, nodes) or terminal.key not in numbers:
            continue
        key, node = numbers[terminal.key], nodes.of(terminal) or ""
        wanted = number(model, terminal, "sequenceNumber")
        if wanted is not None and str(int(wanted)) != key:
            reason = say("its equipment has two terminals of this number; taken as {free}", free=key)
            model.find(terminal, "sequenceNumber", str(int(wanted)), reason, say("Number the terminals 1, 2, ..."))
        if boolean(model, terminal, "connected") is False:
            model.find(
                terminal,
                "connected",
                "false",
                say("the terminal is disconnected, so it joins nothing"),
                say("Nothing to do if that is so in the field."),
            )
            parted.append(Parted(terminal, equipment, key, node))
            continue
        if "connected" not in terminal.values and was_parted(terminal, equipment, key):
            parted.append(Parted(terminal, equipment, key, node))
            continue
        yield equipment, key, node


def _stands(model: Model, terminal: CimObject, nodes: Nodes) -> bool:
    if nodes.of(terminal) is None:
        column = "ConnectivityNode" if "TopologicalNode" not in terminal.values else "TopologicalNode"
        value = terminal.values.get("ConnectivityNode") or terminal.values.get(column, "")
        reason = (
            say("it stands on a node that the file does not hold")
            if value
            else say("it names no {node_property}", node_property=column)
        )
        model.reject(terminal, column, value, reason, say("Export the model whole, with its topology."))
        return False
    return True


def containers_of(model: Model, item: CimObject, grouped: Mapping[str, str]) -> list[CimObject]:
    """The entities that hold an object: its container, and the feeder that it belongs to beside that.

    What is in a bay or voltage level is in the station, too, and a line in its area; a transformer without container is
    where its first tank is. `grouped` is the container that names an object from its own side, by key of the object.
    """
    names = ("EquipmentContainer", "ConnectivityNodeContainer", "NormalEnergizingSubstation", "Region")
    found = next((each for name in names if (each := model.reference(item, name)) is not None), None)
    if found is None and item.cls == "PowerTransformer":
        tanks = model.parts("TransformerTank", "PowerTransformer").get(item.key, ())
        found = next((each for tank in tanks if (each := model.reference(tank, "EquipmentContainer"))), None)
    more = [model.objects.get(key) for key in item.all_of("AdditionalEquipmentContainer")]
    more.append(model.objects.get(grouped.get(item.key, "")))
    holders = {holder.key: holder for each in (found, *more) for holder in _held_in(model, each)}
    return list(holders.values())


def grouped_by(model: Model) -> dict[str, str]:
    """Container by key of what it names itself (AdditionalGroupedEquipment, Equipments)."""
    return {
        key: holder.key
        for cls in ("Substation", "Feeder")
        for holder in model.each(cls)
        for name in ("AdditionalGroupedEquipment", "Equipments")
        for key in holder.all_of(name)
    }


def _held_in(model: Model, found: CimObject | None) -> list[CimObject]:
    """A container with those that it is part of, up to the station; of a line its area."""
    holders: list[CimObject] = []
    for _ in range(4):
        if found is None:
            break
        if found.cls != "Line":
            holders.append(found)
        match found.cls:
            case "Bay":
                found = model.target(found, "VoltageLevel") or model.target(found, "Substation")
            case "VoltageLevel":
                found = model.target(found, "Substation")
            case "Line":
                found = model.target(found, "Region")
            case _:
                break
    return holders


def parts_of_stations(model: Model) -> Iterator[tuple[CimObject, CimObject]]:
    """Bays and voltage levels, each with those that it is part of."""
    for item in (*model.each("VoltageLevel"), *model.each("Bay")):
        for holder in _held_in(model, item)[1:]:
            yield item, holder
