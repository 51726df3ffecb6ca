"""Reports that would make a back-feed (倒送电): refused unless whoever reports says that it really stands so."""

from __future__ import annotations

from collections.abc import Sequence

from graph_api.commands.checks import Checks
from graph_api.errors import ErrorCode
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.topology import Assumption
from graph_api.services.outage.back_feed import BackFeed, back_feeds
from schema.entity import Label
from schema.registry import SWITCHES
from schema.vocabulary import SwitchPosition
from schema.words import Sentence, say

EVEN_IF = Label(
    "倒送电仍登记",
    "确已如此时登记，即使造成倒送电。 Record it even if it joins supplies that may not run parallel: it stands so.",
)


def refuse_back_feed(model: ReadModel, checks: Checks, field: str, moved: Sequence[Assumption]) -> None:
    """Note at `field` what would join supplies inside a customer that are apart now. Only bays that close can."""
    owns = model.customers.accounts.owns
    kind = model.graph.kind
    if not any(position is SwitchPosition.CLOSED and owns(at) and kind(at) in SWITCHES for at, position in moved):
        return
    known = {each.key for each in back_feeds(model)}
    for each in back_feeds(model.assuming(tuple(moved))):
        if each.key not in known:
            checks.refuse(field, _told(model, checks, each), code=ErrorCode.BACK_FEED)


def _told(model: ReadModel, checks: Checks, found: BackFeed) -> Sentence:
    graph = model.graph
    return say(
        "Back-feed (倒送电): {supplies} of {customer} would be joined by {switches}. Report the opening as well, or "
        "send `evenIfBackFeed` if it really stands so.",
        supplies=", ".join(map(graph.id, found.supplies)),
        customer=checks.called(found.customer),
        switches=", ".join(map(graph.id, found.switches)),
    )
