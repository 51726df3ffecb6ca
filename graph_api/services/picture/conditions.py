"""Conditions (状态): how each thing of a picture is now, or after an event."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from graph_api.lazy import cached_property
from graph_api.readmodel.model import ReadModel
from graph_api.services.outage.event import Cause
from graph_api.services.outage.impact import Impact
from graph_api.services.picture.terms import PictureCondition
from schema.registry import CONDUCTING
from schema.relationships import RelationshipKind
from schema.vocabulary import SwitchPosition

_WORST: Final = (
    PictureCondition.FAULTY,
    PictureCondition.CUT_OUT,
    PictureCondition.OUT_OF_SERVICE,
    PictureCondition.LOST,
    PictureCondition.DEAD,
    PictureCondition.UNCERTAIN,
    PictureCondition.LIVE,
    PictureCondition.NOT_KNOWN,
)
"""Which one is told where several things are drawn as one."""


class Conditions:
    """What is so of things by index, of the whole model: at present, or after an event."""

    def __init__(self, model: ReadModel, impact: Impact | None = None, probable: Mapping[int, float] | None = None):
        self._impact = impact
        self._model = model if impact is None else impact.model
        self._state = self._model.topology.state
        self.probable = probable or {}
        """Probability that the fault is at a thing."""

    @property
    def model(self) -> ReadModel:
        """The grid that is spoken of."""
        return self._model

    def of(self, things: Collection[int]) -> PictureCondition:
        """Of what is drawn as one: the worst of them."""
        if len(things) == 1:
            return self._one(next(iter(things)))
        found = {self._one(thing) for thing in things}
        return next((each for each in _WORST if each in found), PictureCondition.NOT_KNOWN)

    def position(self, switch: int) -> SwitchPosition:
        """Where a switch stands."""
        moved = self._positions.get(switch)
        return self._model.topology.position(switch) if moved is None else moved

    def tripped(self, switch: int) -> bool:
        """Whether a switch opened on the fault and stands open."""
        return switch in self._tripped and self.position(switch) is SwitchPosition.OPEN

    def probability(self, things: Collection[int]) -> float | None:
        """That the fault is at any of these."""
        if not self.probable:
            return None
        found = [self.probable[thing] for thing in things if thing in self.probable]
        return sum(found) if found else None

    def _one(self, thing: int) -> PictureCondition:
        if not 0 <= thing < self._state.network.vertex_of.size or self._state.network.vertex_of[thing] < 0:
            return PictureCondition.NOT_KNOWN
        if thing in self._faulty:
            return PictureCondition.FAULTY
        if thing in self._cut_out:
            return PictureCondition.CUT_OUT
        if self._is_idle(thing):
            return PictureCondition.OUT_OF_SERVICE
        if self._stands_open(thing):
            return self._beside(thing)
        return self._supply(thing)

    def _beside(self, switch: int) -> PictureCondition:
        """Of an open switch: it is live if one of its sides is."""
        nodes = self._model.graph.targets(switch, RelationshipKind.CONNECTS)
        found = {self._supply(node) for node in nodes}
        return next((each for each in reversed(_WORST) if each in found), PictureCondition.DEAD)

    def _supply(self, thing: int) -> PictureCondition:
        if self._is_live(thing):
            return PictureCondition.LIVE
        outage = None if self._impact is None else self._impact.now.outage
        if outage is not None and outage.is_lost(thing):
            return PictureCondition.LOST
        may_be = self._model.topology.may_be_energised(thing) if outage is None else thing in self._maybe
        if may_be:
            return PictureCondition.UNCERTAIN
        return PictureCondition.NOT_KNOWN if thing in self._sourceless else PictureCondition.DEAD

    def _is_live(self, thing: int) -> bool:
        if self._impact is None:
            return self._model.topology.energised(thing)
        return self._impact.now.outage.live(thing)

    def _is_idle(self, thing: int) -> bool:
        return not self._state.positions[thing] & 1 and self._model.graph.kind(thing) in CONDUCTING

    def _stands_open(self, thing: int) -> bool:
        is_switch = bool(self._state.network.is_switch[self._state.network.vertex_of[thing]])
        return is_switch and self.position(thing) is not SwitchPosition.CLOSED

    @cached_property
    def _positions(self) -> dict[int, SwitchPosition]:
        if self._impact is None:
            return {}
        if self._impact.cause is Cause.ISOLATED:
            return dict(self._impact.now.grid_state.positions or {})
        return dict(self._impact.situation.positions_now)

    @cached_property
    def _tripped(self) -> frozenset[int]:
        return frozenset() if self._impact is None else frozenset(self._impact.situation.fault.tripped.tolist())

    @cached_property
    def _faulty(self) -> frozenset[int]:
        if self._impact is None or self._impact.cause is Cause.OPENED:
            return frozenset()
        return frozenset(self._impact.situation.still_fails.equipment)

    @cached_property
    def _cut_out(self) -> frozenset[int]:
        if self._impact is None or self._impact.cause is not Cause.ISOLATED:
            return frozenset()
        return frozenset(self._impact.now.grid_state.dead)

    @cached_property
    def _sourceless(self) -> frozenset[int]:
        """What is dead only because no source is recorded, as in a ledger: that says nothing of the grid."""
        return frozenset(self._model.topology.sourceless().tolist())

    @cached_property
    def _maybe(self) -> frozenset[int]:
        return frozenset() if self._impact is None else frozenset(self._impact.now.outage.maybe.tolist())
