"""The event (事件): what happens to which things, when, and what is known of it. Every question of an outage takes one.

How its parts may be combined is decided here and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, unique

from graph_api.errors import InvalidInput
from graph_api.readmodel.things import Things
from graph_api.readmodel.topology import Assumption
from schema.vocabulary import SwitchPosition
from schema.words import say

MAX_EQUIPMENT = 100
"""Most elements that one question may name."""


@unique
class Cause(StrEnum):
    """影响原因: what happens to the equipment."""

    OPENED = "OPENED"
    FAULTED = "FAULTED"
    ISOLATED = "ISOLATED"


Act = tuple[int, datetime]
"""A switch (index) that was operated, or tripped, and when."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Acts:
    """What was operated while an event is worked on: for it, and for what else is worked on."""

    own: frozenset[Act] = frozenset()
    others: frozenset[Act] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What happens. All things and devices are snapshot indexes.

    Raises InvalidInput for what cannot be combined; what the grid must say to it (whether a device stands open, what a
    fault trips) is checked by `situation_of`.
    """

    things: Things
    """Equipment, or what stands for equipment: a feeder, station, tower, ... Empty only where OPENED with `assume`."""
    at: datetime
    """The moment that the answer is for: who is on duty then, what time is left, what has been switched until then."""
    since: datetime | None = None
    """The moment of loss, from which deadlines run; None = when `tripped` opened, else `at` (see `trips.losses_of`)."""
    cause: Cause = Cause.FAULTED
    assume: tuple[Assumption, ...] = ()
    """Switches taken to stand otherwise before and after, whatever was reported; OPENED with nothing but these asks
    what they change alone."""
    stuck: Things = ()
    """Devices that fail to trip on the fault, or that an automatic transfer of the grid fails to operate."""
    tripped: Things = ()
    """Devices that have opened on it, and count as closed before it."""
    repaired: datetime | None = None
    """From when on what failed is sound, or in service, again: what was reported alone decides; None = it is not."""
    sound: tuple[tuple[int, datetime], ...] = ()
    """Things of it that are sound again before the others are, each with from when on."""
    fixed: Things = ()
    """Switches that nobody can operate afterwards."""
    acts: Acts | None = None
    """Whose acts are whose: whom its own have taken since is hit, too; None = nobody works on it, and none is."""

    def __post_init__(self) -> None:
        only_positions = bool(self.assume) and self.cause is Cause.OPENED
        if (not self.things and not only_positions) or len(self.things) > MAX_EQUIPMENT:
            raise InvalidInput(
                say(
                    "Name between 1 and {most} pieces of equipment, not {count}.",
                    most=MAX_EQUIPMENT,
                    count=len(self.things),
                )
            )
        if self.since is not None and self.at < self.since:
            raise InvalidInput(
                say("An answer cannot be of a time before the loss; ask of {since} or later.", since=self.since),
                argument="at",
            )
        if {index for index, position in self.assume if position is SwitchPosition.OPEN}.intersection(self.tripped):
            raise InvalidInput(
                say("What has tripped was closed before it; leave it out of `assume`, or out of `tripped`."),
                argument="assume",
            )
        if self.stuck and self.cause is Cause.OPENED:
            raise InvalidInput(say("A device can only fail to trip on a fault; leave `stuck` out, or ask FAULTED."))
        if self.fixed and self.cause is Cause.OPENED:
            raise InvalidInput(say("Switching is only planned after a fault; leave `fixed` out, or ask ISOLATED."))

    @property
    def faulty(self) -> Things:
        """What has failed and is not sound again at the moment of the answer."""
        again = {thing for thing, _ in self.repairs}
        return tuple(thing for thing in self.things if thing not in again)

    @property
    def repairs(self) -> tuple[tuple[int, datetime], ...]:
        """What is sound again at the moment of the answer, with from when on; the first first."""
        known = dict.fromkeys(self.things, self.repaired) | dict(self.sound)
        done = ((thing, moment) for thing, moment in known.items() if moment is not None and moment <= self.at)
        return tuple(sorted(done, key=lambda each: each[1]))

    @property
    def is_what_if(self) -> bool:
        """Whether nothing but other positions is asked about."""
        return not self.things
