"""Cuts and clamps: a line is divided where a cut separates it or a clamp taps it.

    L ────────┬──────[cut]────── L        L: 1 .. clamp's node, L/2: clamp's node .. cut 1, L/3: cut 2 .. 2
            clamp ── tap

The first piece keeps the line's identity; the others are named after it. A cut's terminal without a node of its own
gets one. Distances are lengthFromTerminal1.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from loaders.cim.model import Model
from loaders.cim.nodes import Nodes
from loaders.cim.parse import CimObject, Reference
from loaders.cim.units import plain

Point = tuple[float, str, CimObject, str, str]
"""Distance from terminal 1, key, cut or clamp, and the nodes on the side of terminal 1 and of terminal 2."""


def divide_lines(model: Model, nodes: Nodes) -> None:
    """Put pieces, their terminals and the nodes of cuts into the model, in the place of lines that are divided."""
    terminals: dict[str, list[CimObject]] = defaultdict(list)
    for terminal in model.each("Terminal"):
        terminals[terminal.values["ConductingEquipment"]].append(terminal)
    for found in terminals.values():
        found.sort(key=lambda terminal: plain(terminal.values.get("sequenceNumber", "")) or 0.0)
    points: dict[str, list[Point]] = defaultdict(list)
    for item in (*model.each("Clamp"), *model.each("Cut")):
        line = model.target(item, "ACLineSegment")
        sides = _sides(model, nodes, item, terminals[item.key])
        if line is not None and sides is not None:
            distance = plain(item.values.get("lengthFromTerminal1", "")) or 0.0
            points[line.key].append((distance, item.key, item, *sides))
    for key, along in points.items():
        _divide(model, model.objects[key], terminals[key], sorted(along, key=lambda point: point[:2]))


def _sides(model: Model, nodes: Nodes, item: CimObject, terminals: list[CimObject]) -> tuple[str, str] | None:
    if item.cls == "Clamp":
        node = nodes.of(terminals[0]) if terminals else None
        return None if node is None else (node, node)
    sides = []
    for place in (0, 1):
        terminal = terminals[place] if place < len(terminals) else _terminal(model, item, place + 1, "")
        node = nodes.of(terminal)
        if node is None:
            made = CimObject("ConnectivityNode", f"{item.key}/{place + 1}", item.line, part=item.part)
            made.named = f"{item.values.get('mRID') or item.named}/{place + 1}"
            model.add(made)
            node = made.key
            terminal.values["ConnectivityNode"] = Reference(node)
        sides.append(node)
    return sides[0], sides[1]


def _divide(model: Model, line: CimObject, terminals: list[CimObject], points: list[Point]) -> None:
    """Give each piece the node where the one before ended; the far terminal of the line is that of the last piece."""
    far = terminals[1] if len(terminals) > 1 else None
    length = plain(line.values.get("length", ""))
    ends = [0.0, *(point[0] for point in points), length]
    piece = line
    for number, (_, _, _, before, after) in enumerate(points, 1):
        _terminal(model, piece, 2, before)
        _measure(piece, ends[number - 1], ends[number])
        piece = _piece(model, line, number + 1)
        _terminal(model, piece, 1, after)
    _measure(piece, ends[-2], length)
    if far is not None:
        far.values["ConductingEquipment"] = Reference(piece.key)


def _measure(piece: CimObject, start: float | None, end: float | None) -> None:
    if piece.values.pop("length", None) is not None and start is not None and end is not None and end >= start:
        piece.values["length"] = f"{end - start:.12g}"


def _piece(model: Model, line: CimObject, number: int) -> CimObject:
    values = {name: value for name, value in line.values.items() if name != "Location"}
    values.setdefault("length", "") if "length" in line.values else None
    for name in ("mRID", "name"):
        if name in values:
            values[name] = f"{values[name]}/{number}"
    values["pieceOf"] = line.key
    made = replace(line, key=f"{line.key}/{number}", named=f"{line.named}/{number}", values=values, more=[])
    model.add(made)
    return made


def _terminal(model: Model, equipment: CimObject, number: int, node: str) -> CimObject:
    values: dict[str, str] = {"ConductingEquipment": Reference(equipment.key), "sequenceNumber": str(number)}
    if node:
        values["ConnectivityNode"] = Reference(node)
    key = f"{equipment.key}/terminal/{number}"
    made = CimObject("Terminal", key, equipment.line, values, part=equipment.part)
    model.add(made)
    return made
