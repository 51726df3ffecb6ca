"""Points where pieces of the grid meet, by the names in their columns from (起点) and to (终点)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from loaders.tabular.by_name import Names
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
    """The points of one load: one name is one point."""

    def __init__(self, kind: Callable[[str], EntityKind | None], names: Names) -> None:
        self._kind = kind
        self._names = names
        self._joints: dict[str, Joint] = {}

    def add(self, ident: str, joint: Joint) -> None:
        """Note a point that a row names."""
        self._joints.setdefault(ident, joint)

    def terminals(self, connected: Iterable[str]) -> Iterator[tuple[str, str, Joint]]:
        """Pieces with one terminal that points are called like, with the point: those that nothing else connects."""
        taken = set(connected)
        for ident, joint in self._joints.items():
            piece = self._piece(joint.name)
            if piece is not None and self._kind(piece) in ONE_TERMINAL and piece not in taken:
                yield piece, ident, joint

    def doubtful(self) -> Iterator[tuple[Joint, Sentence]]:
        """Points that are called like a piece with two ends: neither of them is meant for certain."""
        for joint in self._joints.values():
            kind = self._kind(joint.name)
            if kind in _PIECES and kind not in ONE_TERMINAL:
                yield (
                    joint,
                    say(
                        "{name} is a {kind} with two ends, so this is a point of that name and not one of its ends",
                        name=joint.name,
                        kind=kind.label,
                    ),
                )

    def shared(self, links: Iterable[tuple[RelationshipKind, str, str, str]]) -> tuple[Joint, Sentence] | None:
        """What to say where pieces of several feeders meet, as these relationships say."""
        met = self._feeders_met(list(links))
        found = [joint for ident, joint in self._joints.items() if len(met.get(ident, ())) > 1]
        if not found:
            return None
        return found[0], say(
            "points where pieces of several feeders meet: {count}, as {names}",
            count=len(found),
            names=[joint.name for joint in found[:_SHOWN]],
        )

    def _feeders_met(self, links: Sequence[tuple[RelationshipKind, str, str, str]]) -> dict[str, set[str]]:
        """Feeders of the pieces that meet at each point."""
        feeders = {
            source: target
            for kind, source, target, _ in links
            if kind is RelationshipKind.CONTAINED_IN and self._kind(target) is EntityKind.FEEDER
        }
        met: dict[str, set[str]] = {}
        for kind, source, target, _ in links:
            if kind is RelationshipKind.CONNECTS and source in feeders:
                met.setdefault(target, set()).add(feeders[source])
        return met

    def _piece(self, name: str) -> str | None:
        if self._kind(name) in ONE_TERMINAL:
            return name
        found = self._names.called(name, ONE_TERMINAL)
        return found[0] if len(found) == 1 else None
