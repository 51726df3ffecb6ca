"""Fallen again (再次跳闸): devices that the fault opened again before its repair, and that nobody has closed since.

    02:10 LS3 OPEN, CB1 CLOSED      02:12 LS3 CLOSED (onto the fault: CB1 trips)      02:30 repaired
    the last that was said of CB1 is "closed", and it stands open: the repair closes nothing
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, Protocol

from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.positions import last_report
from graph_api.readmodel.topology import Outage
from graph_api.services.outage.course import Stage
from graph_api.services.outage.event import Event
from schema.positions import microseconds
from schema.vocabulary import SwitchPosition

_MOMENT: Final = timedelta(microseconds=1)


class Situation(Protocol):
    """What is asked of a situation."""

    @property
    def event(self) -> Event:
        """What is asked."""
        ...

    @property
    def model(self) -> ReadModel:
        """Of the revision."""
        ...

    @property
    def since(self) -> datetime:
        """The moment of loss."""
        ...

    @property
    def fault(self) -> Outage:
        """What the event did."""
        ...

    @property
    def now(self) -> Outage:
        """What is left of it."""
        ...

    @property
    def tripped_again(self) -> dict[datetime, frozenset[tuple[int, bool]]]:
        """What stood tripped on a later trip right before each repair, as far as it was asked."""
        ...

    def stages(self) -> Iterator[Stage]:
        """What was left of it at each time of a report."""
        ...

    def asked(self, event: Event) -> Situation:
        """The same loss, asked otherwise."""
        ...


def fallen(found: Situation) -> frozenset[int]:
    """Devices that tripped on what is sound again since, later than what was reported of them last."""
    return frozenset(at for at, surely in _open_at_repairs(found) if surely)


def perhaps_fallen(found: Situation) -> frozenset[int]:
    """Devices of which the last that was reported is the closing by which they tripped on what is sound again since, or
    that they held it: which of both, nobody knows."""
    opened = list(_open_at_repairs(found))
    doubtful = {at for at, surely in opened if not surely} - {at for at, surely in opened if surely}
    return frozenset(at for at in doubtful if _was_closed(found, at))


def _was_closed(found: Situation, device: int) -> bool:
    """Whether its closing after the loss is the last that was reported of a device."""
    report = last_report(found.model.graph, device, found.event.at)
    return report is not None and report.position is SwitchPosition.CLOSED and report.at > found.since


def _open_at_repairs(found: Situation) -> Iterator[tuple[int, bool]]:
    """What stood tripped right before a repair, and was not reported since; whether the trip is surely later than what
    was reported of it last."""
    for moment in sorted({moment for _, moment in found.event.repairs if moment > found.since}):
        yield from ((at, surely) for at, surely in _tripped_again(found, moment) if not _is_reported(found, at, moment))


def _tripped_again(found: Situation, repair: datetime) -> frozenset[tuple[int, bool]]:
    """What stood tripped right before a repair, with whether it held after it was closed last, or at the loss."""
    known = found.tripped_again.get(repair)
    if known is None:
        then = found.asked(_before(found.event, repair))
        tripped = frozenset(then.now.tripped.tolist())
        surely = frozenset(_held_before(then, tripped)) if tripped else tripped
        known = found.tripped_again[repair] = frozenset((at, at in surely) for at in tripped)
    return known


def _before(event: Event, repair: datetime) -> Event:
    """What was known of the event right before a repair."""
    done = tuple(each for each in event.repairs if each[1] < repair)
    return replace(event, at=repair - _MOMENT, repaired=None, sound=done)


def _held_before(then: Situation, tripped: Iterable[int]) -> Iterator[int]:
    """Of these those whose trip is surely later than what was reported of them."""
    stages = [(each.at, frozenset(each.outage.tripped.tolist())) for each in then.stages() if not each.opening]
    first = (then.since, frozenset(then.fault.tripped.tolist()))
    for at in tripped:
        report = last_report(then.model.graph, at, then.event.at)
        told = then.since if report is None or report.at_us <= microseconds(then.since) else report.at
        if any(moment >= told and at not in opened for moment, opened in [first, *stages]):
            yield at


def _is_reported(found: Situation, device: int, since: datetime) -> bool:
    report = last_report(found.model.graph, device, found.event.at)
    return report is not None and report.at_us >= microseconds(since)
