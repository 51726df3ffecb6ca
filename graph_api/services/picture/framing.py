"""Frames (站房框): boxes around what stands in one station, where nothing else stands between."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from graph_api.readmodel.snapshot import Snapshot
from graph_api.services.picture.marks import Mark
from graph_api.services.picture.parts import CELL_X, CELL_Y, Frame, Node

_ROOM_X: Final = CELL_X * 0.46
_ROOM_ABOVE: Final = CELL_Y * 0.62
_ROOM_BELOW: Final = CELL_Y * 0.52


def frames_around(graph: Snapshot, nodes: Sequence[Node], marks: Mapping[str, Mark]) -> tuple[Frame, ...]:
    """A frame for each station of which at least two things are drawn."""
    of: dict[int, list[Node]] = {}
    for node in nodes:
        mark = marks.get(node.id)
        if mark is not None and mark.station >= 0:
            of.setdefault(mark.station, []).append(node)
    return tuple(frame for at, own in of.items() for frame in _frame(graph, at, own, nodes))


def _frame(graph: Snapshot, station: int, own: Sequence[Node], nodes: Sequence[Node]) -> Iterator[Frame]:
    left, right = min(node.x for node in own) - _ROOM_X, max(node.x for node in own) + _ROOM_X
    top = min(node.y for node in own) - _ROOM_ABOVE
    bottom = max(node.y + node.length_y for node in own) + _ROOM_BELOW
    mine = {node.id for node in own}
    others = (node for node in nodes if node.id not in mine and left < node.x < right)
    if len(own) > 1 and not any(node.y < bottom and node.y + node.length_y > top for node in others):
        yield Frame(thing=station, label=graph.name(station), x=left, y=top, width=right - left, height=bottom - top)
