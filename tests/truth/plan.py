"""A plan as plain data, as the checker takes it; adapters make it from the product's answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from tests.truth.grid import NONE, Ids
from tests.truth.verdicts import Dark


class Action(StrEnum):
    """What a step does. LOCK, EARTH, what takes them off, PATROL and OTHER change nothing in the network."""

    OPEN = "OPEN"
    CLOSE = "CLOSE"
    TRANSFER = "TRANSFER"
    RELEASE = "RELEASE"
    """Closes what an under-voltage release opened; target: the point, the supply or its incoming bay."""
    GENERATOR = "GENERATOR"
    EARTH = "EARTH"
    REMOVE_EARTH = "REMOVE_EARTH"
    LOCK = "LOCK"
    UNLOCK = "UNLOCK"
    PATROL = "PATROL"
    OTHER = "OTHER"


class Condition(StrEnum):
    """What somebody at a switch can see or test there before he closes it, whatever else nobody knows."""

    ONE_SIDE_DEAD = "ONE_SIDE_DEAD"
    """Of the grid: at least one side has no voltage."""
    DEAD_BEHIND = "DEAD_BEHIND"
    """Of a customer's: what lies behind it, away from the supply, has no voltage."""


PHYSICAL = frozenset({Action.OPEN, Action.CLOSE, Action.TRANSFER, Action.RELEASE, Action.GENERATOR})
"""Actions that change who is fed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step. Minutes run from the moment that the plan starts; None = the plan says nothing."""

    order: int
    action: Action
    target: str
    opens: tuple[str, ...] = ()
    closes: tuple[str, ...] = ()
    """Of a TRANSFER: "open incoming 1, then close incoming 2"."""
    supplies: Ids = NONE
    """Of a TRANSFER where the inside is not known: what takes over."""
    doer: str | None = None
    start_min: float | None = None
    end_min: float | None = None
    track: str | None = None
    """Who is busy with it; steps of one track do not overlap."""
    restored: Ids = NONE
    """Customers all of whose loads are fed again by it."""
    areas: Ids | None = None
    """Public areas that are fed again by it; None = the plan does not say."""
    area_counts: Dark | None = None
    """The same in numbers, where the plan names no areas."""
    kw: float | None = None
    switched_off: Ids = NONE
    """Customers and areas that the step says it takes supply from (a named choice)."""
    source_off: bool = False
    """Of a step after the repair: it says that its source must be switched off first."""
    only_if: Condition | None = None
    """Of a closing after the repair: what its doer tests first; where it does not hold nothing is done."""


@dataclass(frozen=True, slots=True)
class Back:
    """Account: back at this step (0 = it was back before the plan began)."""

    step: int
    minute: float | None = None


@dataclass(frozen=True, slots=True)
class OnOwn:
    """Account: on its own source or a generator from this step (0 = from the loss) until when, if the data know."""

    step: int = 0
    until_min: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """issue 11 B9: "every customer and 台区 that is hit is in exactly one of" these four."""

    was_not_out: Ids = NONE
    back: Mapping[str, Back] = field(default_factory=dict)
    on_own: Mapping[str, OnOwn] = field(default_factory=dict)
    still_out: Mapping[str, str] = field(default_factory=dict)
    with_areas: bool = True
    """Whether public areas are accounted for one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A whole plan. None = the plan does not say."""

    steps: tuple[Step, ...] = ()
    accounts: Accounts | None = None
    cut_out: Ids | None = None
    bounded_by: Ids | None = None
    areas_out: Dark | None = None
    """Public areas still without supply at the end, in numbers."""
    after_repair: tuple[Step, ...] | None = None
    """What is done once the fault is repaired."""
    refused: str | None = None
    """Typed "cannot be cut out here, feed ends at X": a thing X."""


class Code(StrEnum):
    """Kinds of violation. Those in READINGS rest on a reading of the text, not on its letter."""

    DISCONNECTOR_LIVE = "DISCONNECTOR_LIVE"
    FUSE_ON_FAULT = "FUSE_ON_FAULT"
    LOAD_BREAK_ON_FAULT = "LOAD_BREAK_ON_FAULT"
    FUSE_OPENED_ON_LOAD = "FUSE_OPENED_ON_LOAD"
    NOT_OPERABLE = "NOT_OPERABLE"
    NO_EFFECT = "NO_EFFECT"
    FAULT_FED = "FAULT_FED"
    CUT_OUT_FED = "CUT_OUT_FED"
    BACK_FEED = "BACK_FEED"
    PARALLEL = "PARALLEL"
    LOOP = "LOOP"
    OVERLOAD = "OVERLOAD"
    SWITCHED_OFF = "SWITCHED_OFF"
    EARTH_LIVE = "EARTH_LIVE"
    EARTH_UNLOCKED = "EARTH_UNLOCKED"
    LOCKED_CLOSED = "LOCKED_CLOSED"
    CLOSED_LOCKED = "CLOSED_LOCKED"
    CLOSED_EARTHED = "CLOSED_EARTHED"
    LOCK_LEFT = "LOCK_LEFT"
    WORK_FED = "WORK_FED"
    RETURN_AWAY = "RETURN_AWAY"
    RETURN_DARK = "RETURN_DARK"
    GENERATOR_USELESS = "GENERATOR_USELESS"
    CUT_INCOMPLETE = "CUT_INCOMPLETE"
    BORDER_WRONG = "BORDER_WRONG"
    OWN_SOURCE_NOT_CUT = "OWN_SOURCE_NOT_CUT"
    NEEDLESS = "NEEDLESS"
    LEFT_UNDONE = "LEFT_UNDONE"
    ORDER_WRONG = "ORDER_WRONG"
    RESTORED_FALSE = "RESTORED_FALSE"
    RESTORED_MISSING = "RESTORED_MISSING"
    KW_WRONG = "KW_WRONG"
    AREAS_WRONG = "AREAS_WRONG"
    ACCOUNT_MISSING = "ACCOUNT_MISSING"
    ACCOUNT_DOUBLE = "ACCOUNT_DOUBLE"
    ACCOUNT_STRANGER = "ACCOUNT_STRANGER"
    ACCOUNT_FALSE = "ACCOUNT_FALSE"
    TIME_BACKWARDS = "TIME_BACKWARDS"
    TIME_DEPENDENCY = "TIME_DEPENDENCY"
    TIME_TRACK = "TIME_TRACK"
    TIME_MISSING = "TIME_MISSING"
    DOER_MISSING = "DOER_MISSING"
    DOER_WRONG = "DOER_WRONG"


READINGS = frozenset({Code.FUSE_OPENED_ON_LOAD, Code.OWN_SOURCE_NOT_CUT, Code.LEFT_UNDONE, Code.DOER_WRONG})


@dataclass(frozen=True, slots=True)
class Violation:
    """What a plan does wrong: at which step (0 = as a whole), and about what."""

    code: Code
    step: int
    about: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.code} at step {self.step}: {', '.join(self.about)}"
