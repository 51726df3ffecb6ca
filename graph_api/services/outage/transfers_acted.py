"""What automatic transfers of the grid did in an event (备自投动作): who had a dip only, and is not hit."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from graph_api.readmodel.things import Thing, Things
from graph_api.services.outage.counting import Areas, unnamed_among
from graph_api.services.outage.grid_transfers import Dip
from graph_api.services.outage.situation import Situation
from schema.vocabulary import SwitchPosition


@dataclass(frozen=True, slots=True, kw_only=True)
class GridTransferActed:
    """An automatic transfer of the grid (备自投) that acted, and who has supply again after its seconds, not hit."""

    opens: Thing
    closes: Thing
    seconds: float
    dipped: Things
    """Customers, the most important first."""
    areas: Areas
    reported: bool
    """Whether anybody has reported since how the switch stands that it closes; else it is only taken to have acted."""

    @property
    def customer_count(self) -> int:
        """Customers that had a dip only."""
        return len(self.dipped)


def not_reported(found: Situation) -> tuple[Dip, ...]:
    """Those that are taken to have acted, and of which nobody has reported how what they close stands."""
    told, now = {each.switch for each in found.operated_since}, dict(found.positions_now)
    name = found.model.graph.id
    closed = (each for each in found.dips if now.get(each.transfer.closes) is SwitchPosition.CLOSED)
    return tuple(each for each in closed if name(each.transfer.closes) not in told)


def transfers_acted(situation: Situation, hit: Collection[int]) -> tuple[GridTransferActed, ...]:
    """Those of an event, the quickest first; `hit` are customers that have more than a dip."""
    model, silent = situation.before, {each.transfer.closes for each in not_reported(situation)}
    accounts = model.customers.accounts
    rank = accounts.facts.rank
    found = []
    for dip in situation.dips:
        dipped = [each for each in accounts.customers_of(dip.back).tolist() if each not in hit]
        found.append(
            GridTransferActed(
                opens=dip.transfer.opens,
                closes=dip.transfer.closes,
                seconds=dip.transfer.seconds,
                dipped=tuple(sorted(dipped, key=lambda each: int(rank[each]))),
                areas=unnamed_among(model, dip.back).areas,
                reported=dip.transfer.closes not in silent,
            )
        )
    return tuple(found)
