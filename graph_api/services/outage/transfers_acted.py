"""What automatic transfers of the grid did in an event (备自投动作): who had a dip only, and is not hit."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.things import Thing, Things
from graph_api.services.outage.counting import Areas, unnamed_among
from graph_api.services.outage.grid_transfers import Dip


@dataclass(frozen=True, slots=True, kw_only=True)
class GridTransferActed:
    """An automatic transfer of the grid (备自投) that acted, and who has supply again after its seconds, not hit."""

    opens: Thing
    closes: Thing
    seconds: float
    dipped: Things
    """Customers, the most important first."""
    areas: Areas

    @property
    def customer_count(self) -> int:
        """Customers that had a dip only."""
        return len(self.dipped)


def transfers_acted(model: ReadModel, dips: Iterable[Dip], hit: Collection[int]) -> tuple[GridTransferActed, ...]:
    """Those of an event, the quickest first; `hit` are customers that have more than a dip."""
    accounts = model.customers.accounts
    rank = accounts.facts.rank
    found = []
    for dip in dips:
        dipped = [each for each in accounts.customers_of(dip.back).tolist() if each not in hit]
        found.append(
            GridTransferActed(
                opens=dip.transfer.opens,
                closes=dip.transfer.closes,
                seconds=dip.transfer.seconds,
                dipped=tuple(sorted(dipped, key=lambda each: int(rank[each]))),
                areas=unnamed_among(model, dip.back).areas,
            )
        )
    return tuple(found)
