"""The way back (恢复过程): customers and public areas while the grid goes back to normal, one act after the other.

    G1 - CB1/ - L1 - S1 - LS9 - G2      LS9 is opened before CB1 is closed: S1 has no voltage for a moment, and what
                                        releases on lost voltage (失压脱扣) stands open afterwards
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from graph_api.readmodel.customers import home
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.topology import Outage
from graph_api.services.restoration.at_customers import (
    PointPlay,
    after_loss,
    incoming_bays,
    kw_of,
    lacks,
    reported,
    shares,
)
from graph_api.services.restoration.building import Building
from graph_api.services.restoration.freeing import freed_later
from graph_api.services.restoration.lit import live_before
from graph_api.services.restoration.play import Play
from graph_api.services.restoration.starting import point_before
from graph_api.services.restoration.wording import StepAction
from schema.durations import DURATIONS, Means
from schema.grid import EnergyConsumer
from schema.registry import EntityKind
from schema.vocabulary import SwitchPosition


@dataclass(frozen=True, slots=True)
class Passed:
    """What one act does: whom it takes supply from for a moment, and who has all of it again."""

    interrupted: tuple[int, ...] = ()
    interrupted_areas: tuple[int, ...] = ()
    restored: tuple[int, ...] = ()
    areas: tuple[int, ...] = ()
    kw: float = 0.0
    """Power that is fed again."""
    minutes: float | None = None
    """How long who is interrupted is so, where the act itself ends it; None: until a later one."""


class WayBack:
    """Everybody whom an act on the way back concerns, from how the plan has left them; nothing is faulty any more."""

    def __init__(self, plan: Building, ended: Play) -> None:
        case, self._plan = plan.case, plan
        self._case, self._before, self._operations = case, case.before, plan.operations
        self._situation = ended.situation
        self._freed_later = freed_later(plan)
        self._lit_before = live_before(ended.situation)
        graph = case.before.graph
        self._reported: dict[int, SwitchPosition] = {
            graph.index(each.switch): each.position for each in ended.situation.operated_since
        }
        trips = {*ended.situation.fault.tripped.tolist(), *ended.situation.now.tripped.tolist()}
        self._tripped = {at for at in trips if ended.positions.get(at) is SwitchPosition.OPEN}
        self.points: dict[int, PointPlay] = {
            at: self._unlocked(self._parted(play)) for at, play in ended.points.items()
        }
        self._was = {at: _most([each.was.get(at, {}) for each in ended.worlds or (ended,)]) for at in ended.was}
        self._outage = ended.outage

    def _parted(self, play: PointPlay) -> PointPlay:
        """A point with what tripped inside it open, until somebody closes it again."""
        again = {at for each in self._operations for at in each.closes}
        tripped = self._tripped.intersection(play.point.parts) - again
        return _moved(self._before, play, tripped, ()) if tripped else play

    def _unlocked(self, play: PointPlay) -> PointPlay:
        """A point once locks are off: what was opened or has tripped stays open, what was locked alone may close
        itself, but for what keeps a truck apart."""
        opened = {at for each in self._operations if not each.closes for at in each.opens}
        later = {each.target for each in self._freed_later.get(play.point.index, ())}
        locked = {each.target for each in self._operations if each.action is StepAction.LOCK} - later
        told_open = {at for at in locked if self._reported.get(at) is SwitchPosition.OPEN or at in self._tripped}
        return _kept(replace(play, kept=play.kept - (locked - told_open)), opened)

    def operate(self, outage: Outage) -> Passed:
        """The grid stands otherwise: releases open, automatic transfers act."""
        pairs = ((self._outage.lost, outage.lost), (self._outage.gained, outage.gained))
        changed = np.union1d(*(np.setxor1d(*pair) for pair in pairs)).astype(np.int32)
        customers = self._before.customers.accounts.customers_of(changed).tolist()
        points = [point for at in customers for point in self._follow(int(at))]
        missing = {at: self._missing(int(at)) for at in customers}
        areas = [at for at in changed.tolist() if self._is_area(at) and self._lit_before(at)]
        dark = [at for at in areas if not outage.live(at)]
        self._outage = outage
        for point in points:
            self.points[point] = after_loss(self.points[point], outage.live, ())
        lit = [at for at in areas if at not in dark]
        return self._passed(missing, dark, lit)

    def act(self, point: int, opens: Collection[int], closes: Collection[int], supplies: Collection[int]) -> Passed:
        """A customer operates its own switches, closes again what has released, or gives a generator back."""
        customer = int(self._before.customers.accounts.customer_of_point[point])
        self._follow(customer)
        missing = {customer: self._missing(customer)}
        dips = bool(opens and closes) and self._dips(customer, point, opens) and not missing[customer]
        known = _moved(self._before, self.points[point], opens, closes)
        trucks = known.trucks if opens or closes or supplies else ()
        known = replace(known, released=known.released - set(supplies), trucks=trucks)
        self.points[point] = after_loss(known, self._outage.live, ())
        passed = self._passed(missing, (), ())
        if not dips or passed.interrupted:
            return passed
        return replace(passed, interrupted=(customer,), minutes=DURATIONS[Means.BY_TELEPHONE].work_min)

    def lacks(self, point: int) -> bool:
        """Whether the customer of a point lacks load that it had."""
        customer = int(self._before.customers.accounts.customer_of_point[point])
        self._follow(customer)
        return bool(self._missing(customer))

    def perhaps(self, point: int) -> PointPlay | None:
        """How a point stands where all has voltage that may have it, beside switches of unknown position."""
        if point not in self.points or not len(self._outage.maybe):
            return None
        may, live = set(self._outage.maybe.tolist()), self._outage.live
        return after_loss(self.points[point], lambda at: live(at) or at in may, ())

    def _dips(self, customer: int, point: int, opens: Collection[int]) -> bool:
        """Whether a customer lacks load between the opening and the closing of a change-over (先断后合)."""
        stands = self.points[point]
        self.points[point] = _moved(self._before, stands, opens, ())
        dips = bool(self._missing(customer))
        self.points[point] = stands
        return dips

    def _follow(self, customer: int) -> list[int]:
        """The points of a customer; those that the event did not concern as they stand."""
        points = self._before.customers.points_of(customer)
        for point in points:
            if point.index not in self.points:
                before = point_before(self._situation, point, self._lit_before)
                self._was[point.index] = shares(before, self._lit_before, ())
                stands = self._parted(reported(self._before, before, self._reported))
                self.points[point.index] = after_loss(self._opened(stands), self._outage.live, ())
        return [point.index for point in points]

    def _opened(self, play: PointPlay) -> PointPlay:
        """With what the plan has operated there so that people can work."""
        own = [each for each in self._operations if each.point == play.point.index]
        for each in own:
            play = _moved(self._before, play, each.opens, each.closes)
        return play

    def _missing(self, customer: int) -> dict[tuple[int, int], float]:
        """Parts of a customer's loads that were fed before the event and are not now."""
        return {
            (point.index, load): share
            for point in self._before.customers.points_of(customer)
            for load, share in lacks(
                self._was[point.index], shares(self.points[point.index], self._outage.live, ())
            ).items()
        }

    def _passed(
        self, before: dict[int, dict[tuple[int, int], float]], dark: Collection[int], lit: Collection[int]
    ) -> Passed:
        now = {customer: self._missing(customer) for customer in before}
        ranked = sorted(before, key=lambda at: (self._case.rank.get(at, len(self._case.rank)), at))
        kw = sum(
            max(share - now[at].get((point, load), 0.0), 0.0) * kw_of(self.points[point], load)
            for at, missing in before.items()
            for (point, load), share in missing.items()
        )
        return Passed(
            interrupted=tuple(at for at in ranked if now[at] and not before[at]),
            interrupted_areas=tuple(sorted(dark)),
            restored=tuple(at for at in ranked if before[at] and not now[at]),
            areas=tuple(sorted(lit)),
            kw=kw + sum(self._before.graph.get(EnergyConsumer, at).kw or 0.0 for at in lit),
        )

    def _is_area(self, at: int) -> bool:
        graph = self._before.graph
        return graph.kind(at) is EntityKind.ENERGY_CONSUMER and graph.get(EnergyConsumer, at).in_service


def _most(worlds: Sequence[dict[int, float]]) -> dict[int, float]:
    """Of each load the largest share that any world has."""
    return {load: max(each.get(load, 0.0) for each in worlds) for load in {at for each in worlds for at in each}}


def _kept(play: PointPlay, opened: Collection[int]) -> PointPlay:
    """A point of which somebody has opened switches alone: nothing closes them by itself, and supplies that stand for
    theirs feed nothing."""
    own = (play.point.parts | play.point.incoming).intersection(opened)
    moved = {at for at in own if play.positions.get(at) is SwitchPosition.OPEN}
    return (
        replace(play, released=play.released | (moved & play.point.incoming), kept=play.kept | moved) if moved else play
    )


def _moved(model: ReadModel, play: PointPlay, opens: Collection[int], closes: Collection[int]) -> PointPlay:
    """A point once some of its switches, or supplies that stand for theirs, were operated.

    What is closed again is no longer released; what is opened alone stays open until somebody closes it.
    """
    moved = {**dict.fromkeys(opens, SwitchPosition.OPEN), **dict.fromkeys(closes, SwitchPosition.CLOSED)}
    own = play.point.incoming & moved.keys()
    known = {at: position for at, position in moved.items() if play.wired or at in own}
    again = {s.index for s in play.point.supplies if not {s.index, *incoming_bays(model, s)}.isdisjoint(closes)}
    released, parted, kept = play.released - again, play.parted - again, play.kept - set(closes)
    play = replace(play, positions={**play.positions, **known}, released=released, parted=parted, kept=kept)
    if own and not play.wired and own & {*closes}:
        carried = home(play.point.supplies) if play.carried_by is None else frozenset(play.carried_by)
        play = replace(play, carried_by=tuple(sorted((carried - set(opens)) | (own & set(closes)))))
    return play if closes else _kept(play, opens)
