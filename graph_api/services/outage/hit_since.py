"""Hit since (后续受影响): whom the acts of an event have taken after the loss, each as things stood then.

    02:13 CB1 trips; an automatic transfer is taken to have closed M0    02:31 M0 OPEN: it never acted
    02:40 LS4 OPEN for the incident, on who had power                    04:16 CB2, from which CB1's part lives, trips
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt

from graph_api.services.outage.changes import Hit
from graph_api.services.outage.event import Acts
from graph_api.services.outage.hits import Moment, hit_of, hit_then
from graph_api.services.outage.situation import Situation
from schema.vocabulary import SwitchPosition

Ints = npt.NDArray[np.int32]
_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class HitSince:
    """Customers, how they are now; whose loads were taken then; and equipment that lost supply."""

    hits: Mapping[int, Hit] = field(default_factory=dict)
    unfed: frozenset[int] = frozenset()
    lost: frozenset[int] = frozenset()


NOBODY = HitSince()


def hit_since(found: Situation, known: Collection[int], at_loss: Moment, now: Moment) -> HitSince:
    """Whom the event's own acts have taken beside those who are `known` to be hit; nobody where it has none."""
    if found.event.acts is None or found.event.at <= found.since:
        return NOBODY
    hits, unfed, lost = dict[int, Hit](), set[int](), set[int]()
    for at, switches in _times(found, found.event.acts):
        then, taken = found.at_moment(at), _taken(found, at, found.event.acts)
        if not (switches or np.isin(taken, _first_taken(found)).any()):
            continue
        lost.update(taken.tolist())
        touched = np.append(taken, np.array(sorted(switches), np.int32)).astype(np.int32)
        for customer in found.before.customers.accounts.customers_of(touched).tolist():
            change = None if customer in known else hit_then(then, customer).now
            if change is not None and change.changed:
                unfed |= {customer} if change.unfed else set()
                hits[customer] = _now(found, customer, at_loss, now, fell=customer in unfed)
    return HitSince(hits, frozenset(unfed), frozenset(lost))


def _now(found: Situation, customer: int, at_loss: Moment, now: Moment, *, fell: bool) -> Hit:
    hit = hit_of(found, customer, at_loss, now)
    return Hit(hit.at_loss, hit.now, fell and not hit.now.unfed)


def _times(found: Situation, acts: Acts) -> Iterator[tuple[datetime, frozenset[int]]]:
    """Times after the loss at which it was acted for the event, with what was operated; and those at which something
    was opened for nothing that is known, with nothing."""
    own = dict[datetime, set[int]]()
    for switch, at in acts.own:
        if found.since < at <= found.event.at:
            own.setdefault(at, set()).add(switch)
    number = found.model.graph.number
    opened = [(number(each.switch), each.at) for each in found.operated_since if each.position is SwitchPosition.OPEN]
    nobodys = {at for switch, at in opened if switch is not None and (switch, at) not in acts.others}
    yield from ((at, frozenset(own.get(at, ()))) for at in sorted(own.keys() | nobodys))


def _taken(found: Situation, at: datetime, acts: Acts) -> Ints:
    """What lost supply at a moment and had it right before, and not by what was operated then for others alone."""
    before = found.at_moment(max(at - _MOMENT, found.since))
    lost = np.setdiff1d(found.at_moment(at).now.lost, before.now.lost)
    number = found.model.graph.number
    reports = [(number(each.switch), each) for each in found.operated_since if each.at == at]
    theirs = {switch: each.position for switch, each in reports if switch is not None and (switch, at) in acts.others}
    if lost.size and theirs:
        positions = tuple(sorted((dict(before.positions_now) | theirs).items()))
        lost = np.setdiff1d(lost, before.left_by(positions).lost)
    return lost.astype(np.int32)


def _first_taken(found: Situation) -> Ints:
    """What the event took at the loss, if only for the seconds of an automatic transfer."""
    return np.concatenate([found.fault.lost, *(dip.back for dip in found.dips)]).astype(np.int32)
