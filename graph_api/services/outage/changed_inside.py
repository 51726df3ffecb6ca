"""Changed over inside (客户备自投已动作): where an unreported automatic transfer has left switches.

    dead - S1 - SB1 - IB1 - SB2/ - S2 - live      the transfer has opened SB1 and closed SB2: IB1 had voltage before
                                                  a fault on it, though both are reported otherwise
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Iterable

from graph_api.readmodel.model import ReadModel
from graph_api.services.outage.supply_state import standing_state
from schema.vocabulary import SwitchPosition


def changed_inside(model: ReadModel, things: Iterable[int]) -> dict[int, SwitchPosition]:
    """Positions of switches of the customers inside whom things lie, where an automatic transfer has moved them."""
    accounts, found = model.customers.accounts, dict[int, SwitchPosition]()
    for customer in sorted({int(accounts.owner[at]) for at in things if accounts.owns(at)}):
        for point in standing_state(model, customer).points:
            if point.transfer is not None and point.transfer.automatic and point.point.wired:
                found |= dict.fromkeys(point.transfer.opens, SwitchPosition.OPEN)
                found |= dict.fromkeys(point.transfer.switches, SwitchPosition.CLOSED)
    return found
