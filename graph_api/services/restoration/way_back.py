"""The way back (恢复过程): customers and public areas while the grid goes back to normal, one act after the other.

    G1 - CB1/ - L1 - S1 - LS9 - G2      LS9 is opened before CB1 is closed: S1 has no voltage for a moment, and what
                                        releases on lost voltage (失压脱扣) stands open afterwards
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np

from graph_api.readmodel.customers import home
from graph_api.readmodel.topology import Outage
from graph_api.services.restoration.at_customers import (
    PointPlay,
    after_loss,
    kw_of,
    lacks,
    reported,
    shares,
)
from graph_api.services.restoration.building import Building
from graph_api.services.restoration.lit import live_before
from graph_api.services.restoration.play import Play
from graph_api.services.restoration.starting import point_before
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


class WayBack:
    """Everybody whom an act on the way back concerns, from how the plan has left them; nothing is faulty any more."""

    def __init__(self, plan: Building, ended: Play) -> None:
        case = plan.case
        self._case, self._before, self._operations = case, case.before, plan.operations
        self._lit_before = live_before(case.situation)
        graph = case.before.graph
        self._reported: dict[int, SwitchPosition] = {
            graph.index(each.switch): each.position for each in case.situation.operated_since
        }
        self.points: dict[int, PointPlay] = dict(ended.points)
        self._was = dict(ended.was)
        self._outage = ended.outage

    def operate(self, outage: Outage) -> Passed:
        """The grid stands otherwise: releases open, automatic transfers act."""
        changed = np.setxor1d(self._outage.lost, outage.lost).astype(np.int32)
        customers = self._before.customers.accounts.customers_of(changed).tolist()
        points = [point for at in customers for point in self._follow(int(at))]
        missing = {at: self._missing(int(at)) for at in customers}
        areas = [at for at in changed.tolist() if self._is_area(at)]
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
        known = _moved(self.points[point], opens, closes)
        trucks = known.trucks if opens or closes or supplies else ()
        known = replace(known, released=known.released - set(supplies), trucks=trucks)
        self.points[point] = after_loss(known, self._outage.live, ())
        return self._passed(missing, (), ())

    def _follow(self, customer: int) -> list[int]:
        """The points of a customer; those that the event did not concern as they stand."""
        points = self._before.customers.points_of(customer)
        for point in points:
            if point.index not in self.points:
                before = point_before(self._case.situation, point, self._lit_before)
                self._was[point.index] = shares(before, self._lit_before, ())
                stands = reported(self._before, before, self._reported)
                self.points[point.index] = after_loss(self._opened(stands), self._outage.live, ())
        return [point.index for point in points]

    def _opened(self, play: PointPlay) -> PointPlay:
        """With what the plan has operated there so that people can work."""
        own = [each for each in self._operations if each.point == play.point.index]
        for each in own:
            play = _moved(play, each.opens, each.closes)
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


def _moved(play: PointPlay, opens: Collection[int], closes: Collection[int]) -> PointPlay:
    """A point once some of its switches, or supplies that stand for theirs, were operated."""
    if play.wired:
        moved = {**dict.fromkeys(opens, SwitchPosition.OPEN), **dict.fromkeys(closes, SwitchPosition.CLOSED)}
        return replace(play, positions={**play.positions, **moved})
    own = play.point.incoming
    if not own & {*opens, *closes}:
        return play
    carried = home(play.point.supplies) if play.carried_by is None else frozenset(play.carried_by)
    return replace(play, carried_by=tuple(sorted((carried - set(opens)) | (own & set(closes)))))
