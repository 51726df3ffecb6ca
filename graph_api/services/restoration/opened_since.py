"""Opened since (事后断开): switches whose opening after the loss took supply from who had it.

    [G1] - CB1 - L1 - LS1/ - L2!       the fault on L2 is cut out and CB1 is closed again; then CB1 opens once more

No plan switches off people who have power, so it was a trip on another fault, or somebody who had a reason: nobody
closes it unasked, and what it left dark may hold that fault. Once all is repaired, what is opened to where it normally
stands is the way back, and so is what takes the voltage from a disconnector that is still to be operated.
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby

import numpy as np

from graph_api.readmodel.snapshot import Snapshot
from graph_api.services.outage.situation import Situation
from schema.grid import Switch
from schema.positions import PositionReport
from schema.registry import SWITCHES
from schema.relationships import RelationshipKind
from schema.vocabulary import SwitchPosition

_OPEN = SwitchPosition.OPEN


def opened_on_people(found: Situation, switches: Collection[int]) -> frozenset[int]:
    """Of these switches those that stand open by such an opening; what was reported of one time was done at once."""
    graph, now = found.model.graph, dict(found.positions_now)
    acts = [[*reports] for _, reports in groupby(found.operated_since, key=lambda each: each.at_us)]
    wanted = {switch for switch in switches if now.get(switch) is _OPEN and graph.reports.count_of(graph.id(switch))}
    positions, taken = dict(found.positions_left), set[int]()
    for reports in acts:
        act, then = _act(found, reports), _at(found, reports[0].at)
        opened = {at for at, to in act.items() if to is _OPEN and at in wanted and not _is_open(found, positions, at)}
        opened = {at for at in opened if not (then.repaired and _normally_open(graph, at))}
        later = positions | act
        taken -= act.keys()
        fell = _fell(then, positions, later) if opened else ()
        if any(at not in later for at in fell) and not (then.repaired and _frees_disconnector(found, positions, fell)):
            taken |= opened
        positions = later
    return frozenset(taken)


def opened_after_repair(found: Situation) -> frozenset[int]:
    """Switches of the grid that stand open by a report of a time at which all was sound again."""
    graph, positions, owns = found.model.graph, dict(found.positions_now), found.before.customers.accounts.owns
    late = (each for each in found.operated_since if found.repaired and each.at > found.event.repairs[-1][1])
    known = (graph.number(each.switch) for each in late)
    return frozenset(at for at in known if at is not None and not owns(at) and _is_open(found, positions, at))


def _at(found: Situation, moment: datetime) -> Situation:
    """The situation with what was sound again at a moment."""
    return replace(found, event=replace(found.event, at=moment)) if found.event.repairs else found


def _normally_open(graph: Snapshot, switch: int) -> bool:
    return graph.get(Switch, switch).normal_position is _OPEN


def _act(found: Situation, reports: Iterable[PositionReport]) -> dict[int, SwitchPosition]:
    number = found.model.graph.number
    known = {number(each.switch): each.position for each in reports}
    return {index: position for index, position in known.items() if index is not None}


def _is_open(found: Situation, positions: dict[int, SwitchPosition], switch: int) -> bool:
    return positions.get(switch, found.before.topology.position(switch)) is _OPEN


def _fell(found: Situation, one: dict[int, SwitchPosition], other: dict[int, SwitchPosition]) -> Sequence[int]:
    """What has voltage with these positions and has none with the others."""
    lost = [found.left_by(tuple(sorted(positions.items()))).lost for positions in (one, other)]
    fell: list[int] = np.setdiff1d(lost[1], lost[0]).tolist()
    return fell


def _frees_disconnector(found: Situation, stands: dict[int, SwitchPosition], fell: Sequence[int]) -> bool:
    """Whether an opening takes voltage from what cannot be operated with any, and stands otherwise than before."""
    graph, before, dead = found.model.graph, found.before.topology.position, set(fell)
    moved = (at for at, position in stands.items() if graph.kind(at) in SWITCHES and position is not before(at))
    waiting = (at for at in moved if not graph.get(Switch, at).breaks_load)
    return any(not dead.isdisjoint(graph.targets(at, RelationshipKind.CONNECTS)) for at in waiting)
