"""What a tie is worth (联络开关价值): what stays dark, over all single faults, if it were not there.

[G1] - CB1 - L1 - LS1 - L2 - LS9/ - L3 - CB2 - [G2]      a fault on L1 is cut out by CB1 and LS1; LS9 feeds L2
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Final

import numpy as np

from graph_api.readmodel.memo import Derivation
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.things import Thing
from graph_api.readmodel.topology import switch_sections
from graph_api.services.outage.counting import Areas, OtherLoads
from graph_api.services.outage.failing import failing
from graph_api.services.restoration.isolation import cut_out
from graph_api.services.restoration.ties import reach_by_ties, ties_of
from graph_api.services.risk.stakes import CLASSES, ClassCount, Loss, Stakes

NOTHING = np.empty(0, np.int32)


@dataclass(frozen=True, slots=True, kw_only=True)
class TieWorth:
    """An open tie (index), the faults after which nothing else does what it does, and what they would cost more.

    `loss` adds up over these faults: a customer that three of them would leave dark counts three times.
    """

    tie: Thing
    faults: int
    loss: Loss

    @property
    def lost(self) -> list[ClassCount]:
        """Customers that would stay without supply, by class, without zeros."""
        return self.loss.by_class

    @property
    def lost_kw(self) -> float:
        """Power that would stay without supply. [kW]"""
        return self.loss.kw


WORTHS: Final = Derivation[None, list[TieWorth]]("worth of ties", most=1)


def known_worth_of_ties(model: ReadModel) -> list[TieWorth]:
    """`worth_of_ties`, once per revision: lists that are paged through ask for it again and again."""
    return model.memo.recall(WORTHS, None, lambda: worth_of_ties(model))


def worth_of_ties(model: ReadModel) -> list[TieWorth]:
    """Every tie that some fault needs, the one worth most first. Ties are taken to be of unlimited capacity.

    One fault for each part of the live grid between switches. Each is cut out and what tripped is closed again; then
    the ties beside what is dark are left out one by one.
    """
    stakes = Stakes(model)
    found: defaultdict[int, list[Loss]] = defaultdict(list)
    for section in switch_sections(model.topology):
        cut = cut_out(model, failing(model, [int(section[0])]).equipment)
        ties = ties_of(model, cut) if cut.dark.size else []
        reached = reach_by_ties(model, cut, ties) if ties else NOTHING
        for tie in ties if reached.size else ():
            others = [each for each in ties if each != tie]
            left = reach_by_ties(model, cut, others) if others else NOTHING
            loss = stakes.of(np.setdiff1d(reached, left, assume_unique=True).astype(np.int32))
            if not loss.nothing:
                found[tie].append(loss)
    worths = [TieWorth(tie=tie, faults=len(losses), loss=_sum(losses)) for tie, losses in found.items()]
    key = {each.tie: (*(-count for count in each.loss.lost), -each.loss.kw) for each in worths}
    return sorted(worths, key=lambda each: (key[each.tie], model.graph.id(each.tie)))


def _sum(losses: list[Loss]) -> Loss:
    return Loss(
        lost=tuple(sum(loss.lost[place] for loss in losses) for place in range(len(CLASSES))),
        degraded=sum(loss.degraded for loss in losses),
        kw=sum(loss.kw for loss in losses),
        areas=Areas(
            count=sum(loss.areas.count for loss in losses),
            households=sum(loss.areas.households for loss in losses),
            kw=sum(loss.areas.kw for loss in losses),
        ),
        other_loads=OtherLoads(
            count=sum(loss.other_loads.count for loss in losses), kw=sum(loss.other_loads.kw for loss in losses)
        ),
    )
