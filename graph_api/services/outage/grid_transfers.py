"""Automatic transfer in the grid (备自投, 自愈): lost voltage opens the one breaker, and closes the other by itself.

    [G1] - T1 - B1 - M0/ - B2 - T2 - [G2]      G1 is lost: T1 opens, M0 closes after 3 s; B1 dips and lives on from B2
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

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


class Transfers(NamedTuple):
    """All transfers of a grid that may act, the quickest first, with the nodes of what they close."""

    every: tuple[GridTransfer, ...]
    nodes: Ints
    number: Ints
    """Of the transfer that closes a switch there."""

    @classmethod
    def of(cls, every: Iterable[GridTransfer]) -> Transfers:
        """With their nodes."""
        every = tuple(every)
        pairs = [(node, number) for number, each in enumerate(every) for node in each.between]
        nodes, number = np.array(pairs, np.int32).reshape(-1, 2).T
        return cls(every, nodes, number)

    def beside(self, lost: Ints) -> list[GridTransfer]:
        """Those that close onto something among these indexes, which ascend."""
        if not lost.size or not self.nodes.size:
            return []
        at = np.minimum(lost.searchsorted(self.nodes), lost.size - 1)
        return [self.every[number] for number in np.unique(self.number[lost[at] == self.nodes]).tolist()]


class FaultSeen(NamedTuple):
    """What a transfer sees of a fault."""

    live: Callable[[int], bool]
    fell: Callable[[int], bool]
    """Whether a node was live before and is not."""
    zone: Collection[int]
    was_closed: Callable[[int], bool]
    """Whether a switch was closed before."""


TRANSFERS: Final = Derivation[None, Transfers]("automatic transfers of the grid", most=1)


def transfers_of(model: ReadModel) -> Transfers:
    """Transfers in service and not blocked, the quickest first."""
    return model.memo.recall(TRANSFERS, None, lambda: Transfers.of(_read(model)))


def transferred(
    before: ReadModel,
    fault: Outage,
    again: Callable[[tuple[Assumption, ...]], Outage],
    faulty: Sequence[int] = (),
    stuck: Sequence[int] = (),
) -> Transferred:
    """Let the transfers act after a fault; `again` works the fault out with other positions.

    One acts if its breaker was closed before and is dead at both ends now, one side of what it closes was live, fell
    and is not faulty itself, and the other side is live; not where either is `stuck`. What it closes onto a fault trips
    again.
    """
    positions: dict[int, SwitchPosition] = {}
    dips: list[Dip] = []
    outage = fault
    for each in transfers_of(before).beside(fault.lost):
        seen = FaultSeen(outage.live, outage.is_lost, set(outage.zone.tolist()), _is_closed(before))
        if each.opens in stuck or each.closes in stuck or not acts(each, seen, positions, faulty):
            continue
        tripped = outage.tripped.tolist()
        positions[each.closes] = SwitchPosition.CLOSED
        if each.opens not in tripped:
            positions[each.opens] = SwitchPosition.OPEN
        after = again(tuple(positions.items()))
        back = np.setdiff1d(outage.lost, after.lost, assume_unique=True).astype(np.int32)
        dips.append(Dip(transfer=each, back=back))
        outage = after
    return Transferred(outage=outage, positions=positions, dips=tuple(dips))


def acts(transfer: GridTransfer, seen: FaultSeen, moved: Collection[int], faulty: Collection[int]) -> bool:
    """Whether a transfer acts, where others have `moved` switches before it."""
    fell = [node for node in transfer.between if seen.fell(node)]
    if not fell or any(map(seen.live, transfer.infeed)):
        return False
    if not seen.was_closed(transfer.opens) or transfer.opens in moved:
        return False
    if seen.was_closed(transfer.closes) or transfer.closes in moved or transfer.closes in faulty:
        return False
    return not set(seen.zone).issuperset(fell) and any(map(seen.live, transfer.between))


def _is_closed(model: ReadModel) -> Callable[[int], bool]:
    return lambda switch: model.topology.position(switch) is SwitchPosition.CLOSED


def _read(model: ReadModel) -> Iterable[GridTransfer]:
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
