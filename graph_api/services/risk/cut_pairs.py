"""Pairs (N-2 校核): two losses at once that cut a customer off although no single one does; for the special class.

[G1] - CB1 - L1 - [S1]      any one of G1, CB1, L1 together with any one of G2, CB2, L2
[G2] - CB2 - L2 - [S2]
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from graph_api.readmodel.memo import Derivation
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.things import Thing, Things
from graph_api.services.risk.stakes import Stakes
from schema.customer import Customer
from schema.registry import EntityKind
from schema.vocabulary import Importance

MOST_EXAMINED = 2_000
"""Pieces of equipment that are taken out one by one for a receiving point; beyond that, the answer says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CutPairs:
    """Pairs of equipment whose loss together (`OPENED`) cuts a receiving point off; indexes, each pair ascending.

    `examined` of `relevant` pieces were taken out: relevant is what lies on any supply path; the rest cannot matter.
    """

    customer: Thing
    supplies: Things
    """What tells whether the point's live supplies are live."""
    pairs: tuple[tuple[int, int], ...]
    examined: int
    relevant: int

    @property
    def pair_count(self) -> int:
        """How many pairs there are."""
        return len(self.pairs)


PAIRS: Final = Derivation[tuple[int, ...] | None, list[CutPairs]]("N-2 pairs by customers", most=4)


def known_cut_pairs(model: ReadModel, customers: Sequence[int] | None = None) -> list[CutPairs]:
    """`cut_pairs`, once per revision: lists that are paged through ask for them again and again."""
    return model.memo.recall(
        PAIRS, None if customers is None else tuple(customers), lambda: cut_pairs(model, customers)
    )


def cut_pairs(model: ReadModel, customers: Sequence[int] | None = None) -> list[CutPairs]:
    """Pairs per receiving point with several live supplies and no single point; None = all of the special class."""
    graph, stakes = model.graph, Stakes(model)
    chosen = customers
    if chosen is None:
        every = graph.of_kind(EntityKind.CUSTOMER)
        chosen = [each for each in every if graph.get(Customer, each).importance is Importance.SPECIAL]
    return [
        _of_point(model, customer, live)
        for customer in chosen
        for live in stakes.points(customer)
        if len(live) > 1 and not _alone(model, live)
    ]


def _alone(model: ReadModel, live: tuple[int, ...]) -> bool:
    """Whether one piece of equipment alone takes all of these."""
    topology = model.topology
    return bool(topology.common_single_points(live)) or any(_all_dead(model, [each], live) for each in live)


def _all_dead(model: ReadModel, removed: Sequence[int], live: Sequence[int]) -> bool:
    outage = model.topology.opened(removed)
    return not any(outage.live(each) for each in live)


def _of_point(model: ReadModel, customer: int, live: tuple[int, ...]) -> CutPairs:
    relevant = sorted({each for supply in live for each in model.topology.trace_up(supply)}.union(live))
    examined = relevant[:MOST_EXAMINED]
    pairs = {(min(one, other), max(one, other)) for one in examined for other in _second(model, one, live)}
    return CutPairs(
        customer=customer,
        supplies=live,
        pairs=tuple(sorted(pairs)),
        examined=len(examined),
        relevant=len(relevant),
    )


def _second(model: ReadModel, first: int, live: tuple[int, ...]) -> Iterator[int]:
    """What, once the first is out, alone takes all that is left."""
    outage = model.topology.opened([first])
    left = [each for each in live if outage.live(each)]
    yield from outage.common_single_points(left)
    for each in left:
        if len(left) == 1 or _all_dead(model, [first, each], left):
            yield each
