"""Points where pieces of the grid meet, by the names in their columns from (起点) and to (终点)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from loaders.tabular.by_name import Names
from loaders.tabular.ledger import LinkName, Places
from loaders.tabular.names import plain_name
from schema.registry import EntityKind
from schema.relationships import ENDS, RelationshipKind
from schema.words import Sentence, say

ONE_TERMINAL = frozenset(
    {
        EntityKind.BUSBAR_SECTION,
        EntityKind.ENERGY_SOURCE,
        EntityKind.ENERGY_CONSUMER,
        EntityKind.SHUNT_COMPENSATOR,
        EntityKind.GENERATING_UNIT,
    }
)
"""Kinds with one terminal: a point may be called like one of them, and is its terminal then."""
_PIECES = ENDS[RelationshipKind.CONNECTS].sources
_COLUMNS = {
    "1": frozenset(map(plain_name, ("from", "起点", "起点名称", "首端", "自"))),
    "2": frozenset(map(plain_name, ("to", "终点", "终点名称", "末端", "至"))),
}
_SHOWN = 3


class Joint(NamedTuple):
    """A point, the column it was first named in (place of its table, row), and what it is called."""

    place: int
    row: int
    column: str
    name: str


def terminal_of(kind: EntityKind, head: str) -> str:
    """Number of the terminal that a column names the point of; empty for another column."""
    if kind not in _PIECES:
        return ""
    return next((number for number, names in _COLUMNS.items() if plain_name(head) in names), "")


class Points:
    """The points of one load: one name is one point. Of a million each is an id and a number."""

    def __init__(self, kind: Callable[[str], EntityKind | None], names: Names) -> None:
        self._kind = kind
        self._names = names
        self._joints: dict[str, int] = {}
        self._places = Places()
        self._connected: set[str] = set()
        self._met: list[str] = []
        self._doubtful: list[tuple[Joint, Sentence]] = []

    def holds(self, ident: str) -> bool:
        """Whether a row named this point."""
        return ident in self._joints

    def add(self, ident: str, place: int, row: int, column: str, name: str) -> None:
        """Note a point that a row names (see Joint); the id ends with the name."""
        if ident not in self._joints:
            told = f"{len(ident) - len(name)} {column}"
            self._joints[ident] = self._places.packed((place, row, told, False))

    def connect(self, piece: str, point: str, kind: EntityKind, *, contained: bool) -> None:
        """Note a connection of a piece of a kind that is handed on already; `contained`: the row says what its piece is
        part of."""
        if kind in ONE_TERMINAL:
            self._connected.add(piece)
        if contained:
            self._met += (piece, point)

    def terminals(self, connected: Iterable[str]) -> Iterator[tuple[str, str, Joint]]:
        """Pieces with one terminal that points are called like, with the point: those that nothing else connects."""
        taken = self._connected.union(connected)
        begins: dict[str, int] = {}
        for ident, packed in self._joints.items():
            told = self._places.column(packed)
            if (at := begins.get(told, -1)) < 0:
                at = begins[told] = int(told.partition(" ")[0])
            kind = self._kind(name := ident[at:])
            if kind is None and not self._names.may_be_called(name, ONE_TERMINAL):
                continue
            joint = self._joint(ident, packed)
            if kind in _PIECES and kind not in ONE_TERMINAL:
                self._doubtful.append((joint, _two_ends(joint.name, kind)))
            piece = joint.name if kind in ONE_TERMINAL else self._called(joint.name)
            if piece is not None and self._kind(piece) in ONE_TERMINAL and piece not in taken:
                yield piece, ident, joint

    def doubtful(self) -> Iterable[tuple[Joint, Sentence]]:
        """Points that are called like a piece with two ends, which `terminals` met: neither end is meant for sure."""
        return self._doubtful

    def shared(self, links: Iterable[LinkName]) -> tuple[Joint, Sentence] | None:
        """What to say where pieces of several feeders meet, as these relationships say."""
        met = self._feeders_met(links)
        found = [ident for ident in self._joints if len(met.get(ident, ())) > 1] if met else []
        if not found:
            return None
        joints = [self._joint(ident, self._joints[ident]) for ident in found[:_SHOWN]]
        return joints[0], say(
            "points where pieces of several feeders meet: {count}, as {names}",
            count=len(found),
            names=[joint.name for joint in joints],
        )

    def _feeders_met(self, links: Iterable[LinkName]) -> dict[str, set[str]]:
        """Feeders of the pieces that meet at each point."""
        feeders: dict[str, str] = {}
        ends = list(zip(self._met[::2], self._met[1::2], strict=True))
        for kind, source, target, _ in links:
            if kind is RelationshipKind.CONTAINED_IN and self._kind(target) is EntityKind.FEEDER:
                feeders[source] = target
            elif kind is RelationshipKind.CONNECTS:
                ends.append((source, target))
        met: dict[str, set[str]] = {}
        for piece, point in ends if feeders else ():
            if piece in feeders:
                met.setdefault(point, set()).add(feeders[piece])
        return met

    def _joint(self, ident: str, packed: int) -> Joint:
        place, row, column, _ = self._places.where(packed)
        begins, _, head = column.partition(" ")
        return Joint(place, row, head, ident[int(begins) :])

    def _called(self, name: str) -> str | None:
        """The one piece with one terminal of that name."""
        found = self._names.called(name, ONE_TERMINAL)
        return found[0] if len(found) == 1 else None


def _two_ends(name: str, kind: EntityKind) -> Sentence:
    return say(
        "{name} is a {kind} with two ends, so this is a point of that name and not one of its ends",
        name=name,
        kind=kind.label,
    )
