"""What closes a gap of responsibility for good."""

from __future__ import annotations

from schema.vocabulary import GapReason
from schema.words import say

REMEDY = {
    GapReason.NOBODY: say("assign somebody"),
    GapReason.OFF_DUTY: say("put somebody on the roster"),
    GapReason.ON_LEAVE: say("assign a deputy"),
    GapReason.NO_VERIFIED_CONTACT: say("verify a number"),
}
