"""Words of a check: what its answers would tell, and why it stands where it does."""

from __future__ import annotations

from graph_api.services.location.checks import Check, CheckHarm, CheckKind
from schema.words import say

_TELLS = {
    CheckKind.ASK_POSITION: (
        say("open: the fault is where it trips"),
        say("closed: the fault is elsewhere"),
    ),
    CheckKind.READ_INDICATOR: (say("shows: the fault lies beyond it"), say("does not: the fault lies before it")),
    CheckKind.OPEN_AND_TEST: (
        say("trips again: the fault is not behind it"),
        say("holds: the fault is behind it"),
    ),
    CheckKind.ASK_CUSTOMER: (
        say("no power: what went off feeds that customer"),
        say("power: the fault takes others only"),
    ),
    CheckKind.PATROL: (say("found there"), say("nothing there: the fault is elsewhere")),
}


def tells(check: Check) -> str:
    """What a yes and a no would say, with the probability that the places a yes points to have then."""
    yes, no = _TELLS[check.kind]
    return say("{yes} ({if_yes}); {no} ({if_no})", yes=yes, if_yes=_of(check.if_yes), no=no, if_no=_of(1 - check.if_no))


def why(check: Check) -> str:
    """Why it is ranked as it is: bits for minutes, and harm."""
    harm = say("nobody is switched off")
    if check.harm is CheckHarm.TRIAL_ON_FAULT:
        harm = say("only what is off already is tried, {chance} onto the fault", chance=_of(check.probability))
    return say(
        "{bits} bits in {minutes} min, {rate} a minute with ordering and harm; {harm}",
        bits=f"{check.bits:.2f}",
        minutes=f"{check.minutes:.0f}",
        rate=f"{check.bits_per_minute:.3f}",
        harm=harm,
    )


def _of(chance: float) -> str:
    return f"{chance:.0%}"
