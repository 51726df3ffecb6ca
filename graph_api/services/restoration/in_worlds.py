"""The worlds (各种可能) that a plan is played in, where switches of unknown position can matter to the event.

    [G1] - CB1/ - L1! - LS1 - L2 - LS2? - L3      who hangs on L3 was out with the event where LS2 is closed, else was
                                                  out before: a plan must be safe, and its accounts true, in both
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Iterable

from graph_api.services.outage.possible import Possible, Variable
from graph_api.services.outage.situation import Situation, in_world
from schema.vocabulary import SwitchPosition

MOST = 5
"""Unknown switches up to which every world is played; beyond, the plan is proved in the worst one."""
_POSITION = {True: SwitchPosition.CLOSED, False: SwitchPosition.OPEN}


def situations(found: Situation, customers: Iterable[int]) -> tuple[Situation, ...]:
    """The situation in each world of what can matter; () where nothing is unknown, or too much is."""
    if not found.undecided:
        return ()
    variables = Possible(found).deciding(customers)
    if not 0 < len(variables) <= MOST:
        return ()
    return tuple(_world(found, variables, mask) for mask in range(1 << len(variables)))


def _world(found: Situation, variables: tuple[Variable, ...], mask: int) -> Situation:
    chosen = {each: bool(mask >> bit & 1) for bit, each in enumerate(variables)}
    state = found.before.topology.state
    unknown = state.network.indexes(state.unknown).tolist()
    given = {index: _POSITION[chosen.get((index, False), False)] for index in unknown}
    since = (index for index, position in found.reported if position is SwitchPosition.UNKNOWN)
    return in_world(found, given, {index: _POSITION[chosen.get((index, True), False)] for index in since})
