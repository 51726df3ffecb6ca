"""Open points (断开点): switches that stand open, which feeders meet there, and what each side can still take.

    F1 ── L1 ── [tie open] ── L2 ── F2     both feeders     F1 ── L1 ── [end open] ── dead     F1 alone
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite, sqrt
from typing import Final

from graph_api.readmodel.memo import Derivation
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.things import Thing, Things
from graph_api.services.explore.containers import Container
from graph_api.services.explore.ranked import Listed
from graph_api.services.outage.feeding import POWER_FACTOR
from graph_api.services.restoration.loading import Loading, rating_kw
from schema.grid import ConductingEquipment, Feeder, Switch
from schema.registry import CONDUCTING
from schema.relationships import RelationshipKind
from schema.vocabulary import SwitchPosition


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSide:
    """A side of an open switch: its feeders, whether it is live, and what it can take beside what flows now.

    Power in kW and current in A, at the assumed power factor; None where no rating, or no voltage, is recorded.
    """

    node: Thing
    energised: bool
    feeders: Things
    spare_kw: float | None
    spare_a: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPoint:
    """An open switch and its sides, in order of its terminals."""

    switch: Thing
    sides: tuple[OpenSide, ...]

    @property
    def feeders(self) -> Things:
        """Feeders that meet here: of a tie both, of an open end the live one."""
        return tuple(sorted({feeder for side in self.sides for feeder in side.feeders}))


LOADINGS: Final = Derivation[int, Loading]("flows and spare power now", most=1)


def feeders_of(model: ReadModel, index: int) -> Things:
    """Feeders that feed a thing now; of a switch that stands open, those of its live sides. Ascending."""
    fed = model.topology.feeders(index)
    if fed or not _stands_open(model, index):
        return fed
    nodes = model.graph.targets(index, RelationshipKind.CONNECTS)
    return tuple(sorted({feeder for node in nodes for feeder in model.topology.feeders(node)}))


def open_point_of(model: ReadModel, index: int) -> OpenPoint | None:
    """What meets at a switch that stands open; None for a closed one, and for one of unknown position."""
    if not _stands_open(model, index):
        return None
    nodes = model.graph.targets(index, RelationshipKind.CONNECTS)
    return OpenPoint(switch=index, sides=tuple(_side(model, index, node) for node in nodes))


def list_open_points(model: ReadModel, within: str | None = None) -> list[Listed]:
    """Switches that stand open, with their ids as keys; `within` = id of what contains them, or of a feeder of theirs.

    Raises UnknownEntity for `within`.
    """
    container = None if within is None else Container(model.graph, within)
    return [
        ((model.graph.id(index),), index)
        for index in switches(model)
        if _stands_open(model, index) and (container is None or lies_in(model, container, index))
    ]


def switches(model: ReadModel) -> Iterator[int]:
    """All switches."""
    for kind in sorted(CONDUCTING):
        if issubclass(kind.cls, Switch):
            yield from model.graph.of_kind(kind)


def lies_in(model: ReadModel, container: Container, index: int) -> bool:
    """Whether a switch lies in something, or a feeder does that feeds it or meets there."""
    return container.holds(index) or any(container.holds(feeder) for feeder in feeders_of(model, index))


def _stands_open(model: ReadModel, index: int) -> bool:
    entity = model.graph.entity(index)
    return isinstance(entity, Switch) and entity.current_position is SwitchPosition.OPEN


def _side(model: ReadModel, switch: int, node: int) -> OpenSide:
    live = model.topology.energised(node)
    spare = _spare(model, switch, node) if live else None
    feeders = model.topology.feeders(node)
    kv = _voltage(model, switch, feeders)
    current = None if spare is None or not kv else spare / (sqrt(3) * kv * POWER_FACTOR)
    return OpenSide(node=node, energised=live, feeders=feeders, spare_kw=spare, spare_a=current)


def _spare(model: ReadModel, switch: int, node: int) -> float | None:
    """Least of what the way up from a node has left and what the switch itself may carry; never below 0."""
    loading = model.memo.recall(LOADINGS, 0, lambda: Loading(model, model.topology))
    own = rating_kw(model, switch)
    left = loading.spare(node)
    least = left if own is None else min(left, own)
    return max(least, 0.0) if isfinite(least) else None


def _voltage(model: ReadModel, switch: int, feeders: Things) -> float | None:
    entity = model.graph.get(ConductingEquipment, switch)
    kv = [entity.nominal_kv, *(model.graph.get(Feeder, feeder).nominal_kv for feeder in feeders)]
    return next((each for each in kv if each is not None), None)
