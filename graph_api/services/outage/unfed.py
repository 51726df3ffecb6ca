"""Without a source (无上级电源): nothing that is recorded could feed what is asked about, whatever switches do.

CB1 - L1 - S1        no EnergySource anywhere: that L1 is dead says nothing of the grid, only of what was loaded
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from graph_api.errors import InvalidInput
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.things import Things
from schema.words import say

_NAMED = 5
"""Customers that a message names."""


def has_no_source(model: ReadModel, places: Sequence[int]) -> bool:
    """Whether no source could be joined to any of these over any switches; through a customer only from its inside."""
    inside = any(map(model.customers.accounts.owns, places))
    return bool(places) and not model.topology.sources_beyond(places, through_customers=inside)


def refuse_unfed(model: ReadModel, things: Things, places: Sequence[int]) -> None:
    """Raises InvalidInput where all that is asked about could never be fed: "nobody is hit" would be no answer."""
    if not things or not has_no_source(model, places):
        return
    graph, thing = model.graph, things[0]
    customers = _behind(model, places)
    ident, name = graph.id(thing), graph.name(thing) or graph.id(thing)
    nobody = say(
        "No source (上级电源) is known for {id} ({name}): nothing recorded leads to one over any switch, so who is hit "
        "cannot be told. Add a sheet EnergySource (上级电源) with the busbar or point that it feeds in the column from "
        "(起点), and tie the head of the feeder to that; of a CIM model name what feeds it with --source.",
        id=ident,
        name=name,
    )
    known = say(
        "No source (上级电源) is known for {id} ({name}): nothing recorded leads to one over any switch, so who is hit "
        "cannot be told; recorded behind it are {count}: {customers}. Add a sheet EnergySource (上级电源) with the "
        "busbar or point that it feeds in the column from (起点), and tie the head of the feeder to that; of a CIM "
        "model name what feeds it with --source.",
        id=ident,
        name=name,
        count=len(customers),
        customers=[graph.name(each) or graph.id(each) for each in customers[:_NAMED]],
    )
    raise InvalidInput(known if customers else nobody, id=graph.id(thing))


def _behind(model: ReadModel, places: Iterable[int]) -> list[int]:
    """Customers that are joined to these, or may be, the most important first."""
    joined = {at for place in places for at in (place, *model.topology.island(place))}
    accounts = model.customers.accounts
    found = accounts.customers_of(np.fromiter(joined, np.int32, len(joined))).tolist()
    return sorted(found, key=lambda each: int(accounts.facts.rank[each]))
