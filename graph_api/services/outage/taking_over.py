"""Taking over (接带): which supplies carry a point whose inside is not recorded, and what is operated for it.

    S1 main, S2 standby    S1 dead: S1 is opened, then S2 is closed
    S1, S2 main            S1 dead: S1 is opened, that is all
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Collection, Sequence

from graph_api.readmodel.customers import Point, Supply, home
from schema.vocabulary import SupplyRole


def taking_over(point: Point, live: Sequence[Supply]) -> tuple[Supply, ...]:
    """Live supplies that take over where the inside is not recorded: the main ones, else the next in order of roles."""
    mains, order = home(point.supplies), list(SupplyRole)
    by_role = sorted(live, key=lambda supply: order.index(supply.role))
    return tuple(supply for supply in live if supply.index in mains) or tuple(by_role[:1])


def incoming_moved(
    point: Point, supplies: Collection[int], carrying: Collection[int] | None
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Supplies that stand for their incoming switch and are opened, then closed, so that `supplies` carry a point whose
    inside is not recorded; `carrying` does now, None = as normally."""
    closed = home(point.supplies) if carrying is None else frozenset(carrying)
    own = point.incoming
    return tuple(sorted((closed & own).difference(supplies))), tuple(sorted(own.intersection(supplies) - closed))
