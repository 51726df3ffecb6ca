"""Automatic transfer in the grid (备自投, 自愈): lost voltage opens the one breaker, and closes the other by itself.

    [G1] - T1 - B1 - M0/ - B2 - T2 - [G2]      G1 is lost: T1 opens, M0 closes after 3 s; B1 dips and lives on from B2
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from graph_api.readmodel.memo import Derivation
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.things import Thing, Things
from graph_api.readmodel.topology import Assumption, Outage
from schema.grid import ProtectedSwitch, Switch
from schema.relationships import RelationshipKind
from schema.vocabulary import SwitchPosition

Ints = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True, kw_only=True)
class GridTransfer:
    """An automatic transfer that may act: the breaker that it opens, the switch that it closes, seconds."""

    opens: Thing
    closes: Thing
    seconds: float
    infeed: Things
    """Nodes of the breaker."""
    between: Things
    """Nodes of the switch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dip:
    """A transfer that acted, and what it gave back: lost for its seconds only (indexes, ascending)."""

    transfer: GridTransfer
    back: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Transferred:
    """What is left of a fault once the automatic transfers of the grid have acted."""

    outage: Outage
    positions: dict[int, SwitchPosition]
    """Positions that they changed."""
    dips: tuple[Dip, ...]


TRANSFERS: Final = Derivation[None, tuple[GridTransfer, ...]]("automatic transfers of the grid", most=1)


def transfers_of(model: ReadModel) -> tuple[GridTransfer, ...]:
    """Transfers in service and not blocked, the quickest first."""
    return model.memo.recall(TRANSFERS, None, lambda: tuple(_read(model)))


def transferred(
    before: ReadModel, fault: Outage, again: Callable[[tuple[Assumption, ...]], Outage], faulty: Sequence[int] = ()
) -> Transferred:
    """Let the transfers act after a fault; `again` works the fault out with other positions.

    One acts if its breaker was closed before and is dead at both ends now, one side of what it closes was live, fell
    and is not faulty itself, and the other side is live. What it closes onto a fault trips again.
    """
    positions: dict[int, SwitchPosition] = {}
    dips: list[Dip] = []
    outage = fault
    for each in transfers_of(before):
        if not _acts(before, each, outage, positions, faulty):
            continue
        tripped = outage.tripped.tolist()
        positions[each.closes] = SwitchPosition.CLOSED
        if each.opens not in tripped:
            positions[each.opens] = SwitchPosition.OPEN
        after = again(tuple(positions.items()))
        back = np.setdiff1d(outage.lost, after.lost).astype(np.int32)
        dips.append(Dip(transfer=each, back=back))
        outage = after
    return Transferred(outage=outage, positions=positions, dips=tuple(dips))


def _acts(
    before: ReadModel,
    transfer: GridTransfer,
    outage: Outage,
    positions: dict[int, SwitchPosition],
    faulty: Sequence[int],
) -> bool:
    fell = [node for node in transfer.between if outage.is_lost(node)]
    if not fell or any(outage.live(node) for node in transfer.infeed):
        return False
    topology = before.topology
    if topology.position(transfer.opens) is not SwitchPosition.CLOSED or transfer.opens in positions:
        return False
    if topology.position(transfer.closes) is SwitchPosition.CLOSED or transfer.closes in (*positions, *faulty):
        return False
    zone = set(outage.zone.tolist())
    return not zone.issuperset(fell) and any(outage.live(node) for node in transfer.between)


def _read(model: ReadModel) -> list[GridTransfer]:
    graph = model.graph
    found: list[GridTransfer] = []
    opens, closes = graph.pairs(RelationshipKind.AUTO_CLOSES)
    for one, other in zip(opens.tolist(), closes.tolist(), strict=True):
        breaker = graph.entity(one)
        if not isinstance(breaker, ProtectedSwitch) or not breaker.in_service or breaker.auto_transfer_blocked:
            continue
        if graph.get(Switch, other).in_service:
            infeed, between = (tuple(graph.targets(each, RelationshipKind.CONNECTS)) for each in (one, other))
            seconds = breaker.auto_transfer_s or 0.0
            found.append(GridTransfer(opens=one, closes=other, seconds=seconds, infeed=infeed, between=between))
    return sorted(found, key=lambda each: (each.seconds, graph.id(each.opens)))
