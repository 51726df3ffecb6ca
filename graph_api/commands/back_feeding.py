"""Reports that would make a back-feed (倒送电): refused unless whoever reports says that it really stands so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from graph_api.commands.checks import Checks
from graph_api.errors import ErrorCode
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.positions import positions_at
from graph_api.readmodel.topology import Assumption
from graph_api.services.outage.back_feed import BackFeed, back_feeds
from schema.entity import Label
from schema.numbers import Version
from schema.positions import microseconds
from schema.registry import SWITCHES, EntityKind
from schema.vocabulary import SwitchPosition
from schema.words import Sentence, say

Act = tuple[int, SwitchPosition, datetime]
"""What was operated (index), where to, and when."""
EVEN_IF = Label(
    "倒送电仍登记",
    "确已如此时登记，即使造成倒送电。 Record it even if it joins supplies that may not run parallel: it stands so.",
)


def refuse_back_feed(model: ReadModel, checks: Checks, field: str, moved: Sequence[Assumption]) -> None:
    """Note at `field` what would join supplies inside a customer that are apart now. Only bays that close can; of
    supplies that stand for their incoming switches see `refuse_parallel`."""
    moved = [(index, position) for index, position in moved if model.graph.kind(index) in SWITCHES]
    if not any(_can_join(model, index, position) for index, position in moved):
        return
    known = {each.key for each in back_feeds(model)}
    for each in back_feeds(model.assuming(tuple(moved))):
        if each.key not in known:
            checks.refuse(field, _told(model, checks, each), code=ErrorCode.BACK_FEED)


def looked_at(model: ReadModel, moved: Iterable[int]) -> dict[str, Version]:
    """Versions of all by which the supplies of these switches' customers could be joined: what a check of back-feed
    has found holds until none of them was operated by somebody else."""
    accounts, graph = model.customers.accounts, model.graph
    owners = {int(accounts.owner[index]) for index in moved} - {-1}
    points = [point for owner in owners for point in model.customers.points_of(owner)]
    parts = {supply.index for point in points for supply in point.supplies}
    parts |= {branch.index for point in points for branch in point.branches if branch.is_switch}
    return {graph.id(index): graph.version(index) for index in parts}


def refuse_back_feed_then(model: ReadModel, checks: Checks, field: str, acts: Sequence[Act]) -> None:
    """Note at `field` what would have joined supplies at the times of the acts, or at a later one that was reported.

    Of one time what is opened comes first (先断后合). Reports of later times are undone for it.
    """
    if not any(_can_join(model, index, position) for index, position, _ in acts):
        return
    for moment in _moments(model, acts):
        then = dict(positions_at(model.graph, moment)) | model.customers.incoming_at(moment)
        done = _done(model, acts, moment)
        known = {each.key for each in back_feeds(model.assuming(tuple(then.items())), done)}
        for each in back_feeds(model.assuming(tuple((then | done).items())), done):
            if each.key not in known:
                checks.refuse(field, _told_then(model, checks, each, moment), code=ErrorCode.BACK_FEED)
                return


def _moments(model: ReadModel, acts: Sequence[Act]) -> list[datetime]:
    """Times at which what the acts do to their customers' supplies could join some, ascending: those of the acts, and
    later ones at which anything of these customers was reported."""
    first = min(at for _, _, at in acts)
    parts = looked_at(model, [index for index, _, _ in acts])
    told = (report.at for part in parts for report in model.graph.reports.of_switch(part))
    return sorted({at for _, _, at in acts} | {at for at in told if at > first})


def _done(model: ReadModel, acts: Sequence[Act], moment: datetime) -> dict[int, SwitchPosition]:
    """What the acts have brought about at a time, but for what was reported otherwise between."""
    found = {}
    for index, position, at in acts:
        last = model.graph.reports.last_until(model.graph.id(index), microseconds(moment))
        if at <= moment and (last is None or last.at <= at):
            found[index] = position
    return found


def _can_join(model: ReadModel, index: int, position: SwitchPosition) -> bool:
    """Only a customer's bay that closes can join supplies, or a supply that stands for its incoming switch."""
    kind = model.graph.kind(index)
    owned = model.customers.accounts.owns(index) and (kind in SWITCHES or kind is EntityKind.SUPPLY_SOURCE)
    return owned and position is SwitchPosition.CLOSED


def _told_then(model: ReadModel, checks: Checks, found: BackFeed, moment: datetime) -> Sentence:
    graph = model.graph
    return say(
        "Back-feed (倒送电): from {at} on {supplies} of {customer} would have been joined by {switches}. What was "
        "opened first needs the earlier time; report it so, or send `evenIfBackFeed` if it really stood so.",
        at=moment,
        supplies=", ".join(map(graph.id, found.supplies)),
        customer=checks.called(found.customer),
        switches=", ".join(map(graph.id, found.switches)),
    )


def _told(model: ReadModel, checks: Checks, found: BackFeed) -> Sentence:
    graph = model.graph
    return say(
        "Back-feed (倒送电): {supplies} of {customer} would be joined by {switches}. Report the opening as well, or "
        "send `evenIfBackFeed` if it really stands so.",
        supplies=", ".join(map(graph.id, found.supplies)),
        customer=checks.called(found.customer),
        switches=", ".join(map(graph.id, found.switches)),
    )
