"""The worlds (各种可能) that a plan is played in, where switches of unknown position can matter to the event.

    [G1] - CB1/ - L1! - LS1 - L2 - LS2? - L3      who hangs on L3 was out with the event where LS2 is closed, else was
                                                  out before: a plan must be safe, and its accounts true, in both
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Iterable

from graph_api.services.outage.possible import Possible
from graph_api.services.outage.situation import Situation, Variable, in_world

MOST = 5
"""Unknown switches up to which every world is played; beyond, the plan is proved in the worst one."""


def variables(found: Situation, customers: Iterable[int]) -> tuple[Variable, ...]:
    """The unknown switches that can matter."""
    return Possible(found).deciding(customers) if found.undecided else ()


def situations(found: Situation, deciding: tuple[Variable, ...]) -> tuple[Situation, ...]:
    """The situation in each world of these: in that of number n switch i is closed where bit i of n is set."""
    return tuple(_world(found, deciding, mask) for mask in range(1 << len(deciding))) if deciding else ()


def _world(found: Situation, deciding: tuple[Variable, ...], mask: int) -> Situation:
    return in_world(found, {each: bool(mask >> bit & 1) for bit, each in enumerate(deciding)})
