"""Draw: the picture of some things, as it is now or after an event."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from graph_api.readmodel.memo import Derivation
from graph_api.readmodel.model import ReadModel
from graph_api.services.picture.conditions import Conditions
from graph_api.services.picture.customer import customer, customer_meant
from graph_api.services.picture.dressing import dressed, dressed_edge, lettered
from graph_api.services.picture.feeder_roots import feeders_meant
from graph_api.services.picture.one_line import one_line
from graph_api.services.picture.parts import Picture, Placed
from graph_api.services.picture.places import places
from graph_api.services.picture.station import station, station_meant
from graph_api.services.picture.terms import PictureKind
from schema.customer import Customer, ReceivingPoint, SupplySource
from schema.grid import Bay, ConnectivityNode, DistributionStation, FaultIndicator, Feeder, Substation, VoltageLevel
from schema.registry import CONDUCTING, kinds_of
from schema.words import Labels, say

ONE_LINES: Final = Derivation[tuple[tuple[int, ...], frozenset[int]], Placed](
    "one-line diagrams without states",
    most=32,
    depends_on=CONDUCTING | kinds_of(ConnectivityNode, Feeder, Substation, DistributionStation, VoltageLevel, Bay),
    over_switching=True,
)
"""Kept while nothing but positions changes: places follow from the rest."""
LETTERED: Final = Derivation[tuple[tuple[int, ...], frozenset[int]], Placed](
    "one-line diagrams with their texts",
    most=32,
    depends_on=frozenset(ONE_LINES.depends_on or ()) | kinds_of(Customer, ReceivingPoint, SupplySource, FaultIndicator),
    over_switching=True,
)
"""Those with what is written at symbols and lines, kept likewise."""
_TITLED: Final = 4
"""Names that a title has."""


def draw(
    seen: ReadModel, kind: PictureKind, things: Sequence[int], conditions: Conditions, opened: Collection[int] = ()
) -> Picture:
    """The picture of some things, as whoever asks sees them. Raises InvalidInput for what it cannot show."""
    graph = seen.graph
    if kind is PictureKind.STATION:
        at = station_meant(graph, things)
        return _picture(seen, kind, [at], lettered(graph, station(graph, at)), conditions)
    if kind is PictureKind.CUSTOMER:
        at = customer_meant(graph, things)
        return _picture(seen, kind, [at], lettered(graph, customer(seen, conditions.model, at)), conditions)
    if kind is PictureKind.MAP:
        return _picture(seen, kind, things, lettered(graph, places(graph, things)), conditions)
    of = feeders_meant(graph, things)
    key = tuple(of), frozenset(opened)
    placed = seen.memo.recall(LETTERED, key, lambda: lettered(graph, _one_line(seen, key)))
    return _picture(seen, kind, of, placed, conditions)


def _one_line(seen: ReadModel, key: tuple[tuple[int, ...], frozenset[int]]) -> Placed:
    return seen.memo.recall(ONE_LINES, key, lambda: one_line(seen.graph, *key))


def _picture(seen: ReadModel, kind: PictureKind, of: Sequence[int], placed: Placed, conditions: Conditions) -> Picture:
    return Picture(
        kind=kind,
        title=_title(seen, kind, of),
        width=placed.width,
        height=placed.height,
        of=tuple(of),
        nodes=tuple(dressed(conditions, node) for node in placed.nodes),
        edges=tuple(dressed_edge(conditions, edge) for edge in placed.edges),
        frames=placed.frames,
        unplaced=placed.unplaced,
        truncated=placed.truncated,
    )


def _title(seen: ReadModel, kind: PictureKind, of: Sequence[int]) -> str:
    named = [seen.graph.name(each) or seen.graph.id(each) for each in of[:_TITLED]]
    if len(of) > _TITLED:
        named.append("…")
    return say("{names}: {kind}", names=named, kind=Labels(kind.en, kind.zh))
