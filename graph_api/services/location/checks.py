"""Next checks (下一步核查): what would tell most about the place of the fault, for the minutes and the harm it costs.

An observation that says yes with probability a where the fault is one side of it, and b where it is the other, tells
h(q a + (1-q) b) - q h(a) - (1-q) h(b) bits, q being the probability of the one side and h the entropy of a yes or no.
Checks are ranked by bits a minute: its own minutes, those of ordering it, and what it may do to people and plant
counted as minutes. Nobody who has power is switched off to learn something.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, unique

import numpy as np
import numpy.typing as npt

from graph_api.readmodel.things import Thing
from graph_api.services.location.rates import Reliability
from schema.durations import ENQUIRIES, PREPARING_MIN, TRIAL_ON_FAULT_MIN, Enquiry
from schema.vocabulary import ResponsibilityRole

Floats = npt.NDArray[np.float64]
LEAST_BITS = 0.01
SHOWN = 6
OF_EACH_KIND = 2


@unique
class CheckKind(StrEnum):
    """核查方式: what to do to learn more."""

    ASK_POSITION = "ASK_POSITION"
    READ_INDICATOR = "READ_INDICATOR"
    OPEN_AND_TEST = "OPEN_AND_TEST"
    ASK_CUSTOMER = "ASK_CUSTOMER"
    PATROL = "PATROL"


@unique
class CheckHarm(StrEnum):
    """核查风险: 核查对人身、设备和未停电客户的影响。 What a check may do to people and plant."""

    NONE = "NONE"
    TRIAL_ON_FAULT = "TRIAL_ON_FAULT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One observation: what to do on which thing, how and by whom, and what it tells.

    `probability` is that it says yes: the device stands open, the indicator shows, the feeder trips again with this
    switch open, the customer has no power, the fault is found. `if_yes` and `if_no` are the probability after that
    answer that the fault is where a yes points: where the device opens, beyond the indicator, not beyond the switch,
    where the customer's supply falls, in the section. `bits_per_minute` is what it is ranked by.
    """

    kind: CheckKind
    thing: Thing
    enquiry: Enquiry
    doer: ResponsibilityRole
    asked_at: datetime
    """Whoever is on duty then does it."""
    bits: float
    probability: float
    if_yes: float
    if_no: float
    minutes: float
    harm: CheckHarm
    bits_per_minute: float

    @property
    def remote(self) -> bool:
        """Whether nobody has to go there."""
        return self.enquiry not in (Enquiry.LOOK_ON_SITE, Enquiry.TRY_ON_SITE, Enquiry.WALK)


def check(
    kind: CheckKind,
    thing: Thing,
    enquiry: Enquiry,
    doer: ResponsibilityRole,
    side: float,
    reliability: Reliability,
    *,
    asked_at: datetime,
    metres: float = 0.0,
) -> Check:
    """A check of which a yes points to places of this probability."""
    bits, yes = (float(each) for each in told(np.array(side), reliability))
    effort = ENQUIRIES[enquiry]
    minutes = effort.minutes + effort.minutes_per_km * metres / 1000
    on_fault = kind is CheckKind.OPEN_AND_TEST
    cost = minutes + PREPARING_MIN + (yes * TRIAL_ON_FAULT_MIN if on_fault else 0.0)
    side = min(max(side, 0.0), 1.0)
    return Check(
        kind=kind,
        thing=thing,
        enquiry=enquiry,
        doer=doer,
        asked_at=asked_at,
        bits=bits,
        probability=yes,
        if_yes=side * reliability.when_true / yes,
        if_no=side * (1 - reliability.when_true) / (1 - yes),
        minutes=minutes,
        harm=CheckHarm.TRIAL_ON_FAULT if on_fault else CheckHarm.NONE,
        bits_per_minute=bits / cost,
    )


def ranked(found: Iterable[Check]) -> list[Check]:
    """The checks that tell most for what they cost; of each kind the best two."""
    kept: list[Check] = []
    order = sorted(found, key=lambda each: (-round(each.bits_per_minute, 4), -round(each.bits, 2), each.thing))
    for each in order:
        if each.bits >= LEAST_BITS and sum(other.kind is each.kind for other in kept) < OF_EACH_KIND:
            kept.append(each)
    return kept[:SHOWN]


def told(side: Floats, reliability: Reliability) -> tuple[Floats, Floats]:
    """Bits, and probability of a yes, where a yes points to places of these probabilities."""
    q = np.clip(side, 0.0, 1.0)
    yes = q * reliability.when_true + (1 - q) * reliability.when_false
    known = q * _entropy(reliability.when_true) + (1 - q) * _entropy(reliability.when_false)
    return np.maximum(_entropy(yes) - known, 0.0), np.asarray(yes)


def _entropy(p: Floats | float) -> Floats:
    held = np.clip(p, 1e-12, 1 - 1e-12)
    return np.asarray(-held * np.log2(held) - (1 - held) * np.log2(1 - held))
