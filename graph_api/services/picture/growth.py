"""Growth: how the plant of feeders hangs together in the normal diagram, as trees from where they begin.

    B1 - CB1 - L1 - n1 - L2 - n2 - TIE/ - F2         B1, CB1, ~, L1, n1, L2, n2, TIE in this order, each with its parent
                    n1 - L3 - n3 - L4 - n2           L4 closes a ring: a link from it to n2

Present positions are not looked at: what is drawn stands where it stands, however it is switched.
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import Final

from graph_api.readmodel.snapshot import NO_ENTITY, Snapshot
from schema.grid import Switch
from schema.registry import BUSBARS, KINDS, SWITCHES, EntityKind
from schema.relationships import RelationshipKind
from schema.vocabulary import SwitchPosition

MOST = 20_000
"""Pieces of equipment that are looked at for one picture."""
_NEAR = 400
"""Pieces that are looked at to find where a supply comes from, or who is beyond a tie."""
_CONNECTS: Final = RelationshipKind.CONNECTS
_NODE: Final = EntityKind.CONNECTIVITY_NODE
_ENDS: Final = frozenset({EntityKind.SUPPLY_SOURCE, EntityKind.ENERGY_SOURCE})
"""Beyond these the grid does not go on."""
STATIONS: Final = (EntityKind.DISTRIBUTION_STATION, EntityKind.SUBSTATION)
_PARTS: Final = frozenset({EntityKind.BAY, EntityKind.VOLTAGE_LEVEL})


@dataclass(slots=True)
class Growth:
    """Trees of equipment and connectivity nodes."""

    graph: Snapshot
    parent: dict[int, int] = field(default_factory=dict)
    """What each was reached from, in order of reaching; -1 for where a tree begins."""
    children: dict[int, list[int]] = field(default_factory=dict)
    links: list[tuple[int, int]] = field(default_factory=list)
    """Equipment that is drawn on one side, and the node at its other side, both drawn: rings, and ties between."""
    ties: dict[int, tuple[int, ...]] = field(default_factory=dict)
    """Switches that normally stand open, with the nodes beyond, drawn or not."""
    begins: dict[int, int] = field(default_factory=dict)
    """Heads of other feeders at which a tree ends, with the feeder."""
    truncated: bool = False
    within: Collection[int] | None = None
    """Equipment that may be drawn; None = whatever is reached."""
    kind: Callable[[int], EntityKind] = field(init=False, repr=False)
    """Kind of a piece: asked of each many times."""

    def __post_init__(self) -> None:
        codes, kind = self.graph.kind_codes().data, self.graph.kind
        self.kind = lambda index: KINDS[code] if (code := codes[index]) != NO_ENTITY else kind(index)

    def grow(self, root: int, *, at: int | None = None, feeder: int | None = None) -> list[int]:
        """A tree from a piece, hanging on the node `at` if there is one; where it begins, if it is new.

        `feeder` begins at the piece.
        """
        self.begins.pop(root, None)
        begin = root if at is None else at
        fresh = [begin] if begin not in self.parent and root not in self.parent else []
        if root not in self.parent:
            self.parent.setdefault(begin, -1)
            if at is not None:
                self.add(at, root)
        todo = [root]
        for piece in todo:  # breadth first: what is appended is reached later
            if len(self.parent) > 2 * MOST:
                self.truncated = True
                break
            todo += self._reached(piece, feeder)
        return fresh

    def add(self, parent: int, child: int) -> None:
        """Hang one piece on another."""
        self.parent[child] = parent
        self.children.setdefault(parent, []).append(child)

    def settle(self) -> None:
        """Once everything has grown: ties both sides of which are drawn are links."""
        drawn = self.parent
        self.links += [(tie, node) for tie, beyond in self.ties.items() for node in beyond if node in drawn]

    def _reached(self, piece: int, feeder: int | None) -> list[int]:
        if self.kind(piece) is _NODE:
            hanging = dict.fromkeys(self.graph.sources(piece, _CONNECTS))
            found: list[int] = [each for each in hanging if each not in self.parent and self._may_be(each)]
            for each in found:
                self.add(piece, each)
            return found
        return self._beyond(piece, feeder)

    def _beyond(self, piece: int, feeder: int | None) -> list[int]:
        """Nodes on the far sides of a piece that are reached by it."""
        here = self.parent[piece]
        beyond: list[int] = [node for node in dict.fromkeys(self.graph.targets(piece, _CONNECTS)) if node != here]
        if not beyond or self._ends(piece, beyond, feeder):
            return []
        found: list[int] = [node for node in beyond if node not in self.parent]
        self.links += [(piece, node) for node in beyond if node in self.parent]
        for node in found:
            self.add(piece, node)
        return found

    def _may_be(self, piece: int) -> bool:
        return self.within is None or piece in self.within

    def _ends(self, piece: int, beyond: list[int], feeder: int | None) -> bool:
        """Whether a tree ends at a piece, whatever is behind it."""
        kind, reached = self.kind(piece), self.parent[piece] >= 0
        if kind in _ENDS:
            return reached
        if kind in SWITCHES and not normally_closed(self.graph, piece):
            self.ties[piece] = tuple(beyond)
            return True
        starts = self.graph.sources(piece, RelationshipKind.STARTS_AT)
        if starts and feeder not in starts and reached and self.within is None:
            self.begins[piece] = starts[0]
            return True
        if self.within is not None:
            return False
        return kind in BUSBARS and reached and station_of(self.graph, piece, EntityKind.SUBSTATION) >= 0


def normally_closed(graph: Snapshot, index: int) -> bool:
    """Whether a switch is closed in the normal diagram."""
    return graph.get(Switch, index).normal_position is SwitchPosition.CLOSED


def station_of(graph: Snapshot, index: int, *kinds: EntityKind) -> int:
    """The station of these kinds that a thing stands in, also over a bay or voltage level; -1 for none."""
    for holder in graph.targets(index, RelationshipKind.CONTAINED_IN):
        kind = graph.kind(holder)
        if kind in kinds:
            return holder
        if kind in _PARTS:
            return station_of(graph, holder, *kinds)
    return -1


def feeder_of(graph: Snapshot, index: int) -> int:
    """The feeder that a thing is recorded in, also over a station on it; -1 for none."""
    for holder in graph.targets(index, RelationshipKind.CONTAINED_IN):
        kind = graph.kind(holder)
        if kind is EntityKind.FEEDER:
            return holder
        if kind is EntityKind.DISTRIBUTION_STATION or kind in _PARTS:
            found = feeder_of(graph, holder)
            if found >= 0:
                return found
    return -1


def walked(graph: Snapshot, start: int, barred: int, most: int = _NEAR) -> Iterator[int]:
    """What is joined to a node in the normal diagram without a piece, nearest first, at most so many."""
    seen, todo = {start, barred}, [start]
    for piece in todo:
        yield piece
        if len(todo) > most:
            return
        is_node = graph.kind(piece) is _NODE
        if not is_node and graph.kind(piece) in SWITCHES and not normally_closed(graph, piece):
            continue
        near = graph.sources(piece, _CONNECTS) if is_node else graph.targets(piece, _CONNECTS)
        fresh = [each for each in near if each not in seen]
        seen.update(fresh)
        todo += fresh


def distance_to_supply(graph: Snapshot, node: int, barred: int) -> int | None:
    """How many pieces off the nearest source or busbar of a substation is; None where none is near."""
    for place, piece in enumerate(walked(graph, node, barred)):
        kind = graph.kind(piece)
        if kind is EntityKind.ENERGY_SOURCE:
            return place
        if kind in BUSBARS and station_of(graph, piece, EntityKind.SUBSTATION) >= 0:
            return place
    return None
