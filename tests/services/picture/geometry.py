"""What is wrong with a picture, by geometry and wiring alone: worked out here from the pieces, not by the product."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from itertools import combinations, pairwise

from graph_api.readmodel.snapshot import Snapshot
from graph_api.services.picture.parts import CELL_X, CELL_Y, Edge, Node, Placed
from schema.registry import CONDUCTING
from schema.relationships import RelationshipKind

CLEAR = 9.0
"""An edge keeps at least this far from what it does not end at."""


def crowded(placed: Placed) -> Iterator[str]:
    """Nodes that stand closer than a cell."""
    for one, other in combinations(sorted(placed.nodes, key=lambda node: node.x), 2):
        across = max(other.x - one.x - one.length_x, one.x - other.x - other.length_x)
        down = max(other.y - one.y - one.length_y, one.y - other.y - other.length_y)
        if across < CELL_X - 1e-6 and down < CELL_Y - 1e-6:
            yield f"{one.id} and {other.id}"


def crossing(placed: Placed) -> Iterator[str]:
    """Edges that run through a node at which they do not end."""
    for edge in placed.edges:
        for node in placed.nodes:
            if node.id not in (edge.source, edge.target) and any(_hits(part, node) for part in pairwise(edge.points)):
                yield f"{edge.id} through {node.id}"


def _hits(part: tuple[tuple[float, float], tuple[float, float]], node: Node) -> bool:
    (x1, y1), (x2, y2) = part
    left, right = node.x - CLEAR, node.x + node.length_x + CLEAR
    top, bottom = node.y - CLEAR, node.y + node.length_y + CLEAR
    return max(min(x1, x2), left) <= min(max(x1, x2), right) and max(min(y1, y2), top) <= min(max(y1, y2), bottom)


def loose(placed: Placed) -> Iterator[str]:
    """Edges that do not begin or end at their nodes; all of them are upright or level."""
    at = {node.id: node for node in placed.nodes}
    for edge in placed.edges:
        for end, point in ((at[edge.source], edge.points[0]), (at[edge.target], edge.points[-1])):
            if not (end.x <= point[0] <= end.x + end.length_x and end.y <= point[1] <= end.y + end.length_y):
                yield f"{edge.id} at {end.id}"
        if any(one[0] != two[0] and one[1] != two[1] for one, two in pairwise(edge.points)):
            yield f"{edge.id} runs askew"


def drawn(graph: Snapshot, placed: Placed) -> Counter[str]:
    """How often each piece of equipment is drawn."""
    parts: tuple[Node | Edge, ...] = (*placed.nodes, *placed.edges)
    return Counter(graph.id(at) for part in parts for at in part.things if graph.kind(at) in CONDUCTING)


def unwired(graph: Snapshot, placed: Placed) -> Iterator[str]:
    """Edges with two pieces in a row that do not meet."""
    at = {node.id: node for node in placed.nodes}
    for edge in placed.edges:
        if edge.link:
            continue
        row = [set(at[edge.source].things), *({piece} for piece in edge.passes), set(at[edge.target].things)]
        for one, other in pairwise(row):
            if one and other and not one & other and not any(_meet(graph, a, b) for a in one for b in other):
                yield edge.id


def _meet(graph: Snapshot, one: int, other: int) -> bool:
    around = {RelationshipKind.CONNECTS}
    nodes = [{edge.other for edge in graph.edges(each) if edge.kind in around} | {each} for each in (one, other)]
    return bool(nodes[0] & nodes[1])


def random_feeder(seed: int, size: int = 60) -> str:
    """A drawing of a radial feeder: trunk, laterals of laterals, loads, customers, a tie here and there."""
    chance = random.Random(seed)
    lines = ["F1 = CB1", "G1 - B1 - CB1 - L0 - n0"]
    nodes = ["n0"]
    for number in range(1, size):
        at = nodes[-1] if chance.random() < 0.4 else chance.choice(nodes)
        switch = chance.choice(("LS", "FU", "DS", "RC", ""))
        way = f"{at} - {f'{switch}{number} - ' if switch else ''}L{number}"
        end = chance.choice(("n", "n", "n", "T", "S", "tie", "B"))
        if end == "n":
            lines.append(f"{way} - n{number}")
            nodes.append(f"n{number}")
        elif end == "B":
            lines.append(f"{way} - DS9{number} - B{number}")
        elif end == "T":
            lines.append(f"{way} - T{number} - EC{number}")
        elif end == "S":
            lines.append(f"{way} - S{number}>C{number}")
        else:
            lines.append(f"{way} - LS9{number}/ - L9{number} - G9{number}")
    return "\n".join(lines)
