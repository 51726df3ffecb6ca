"""The event in the API: what is asked about, as clients say it, made into the service's event."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import strawberry

from graph_api.errors import InvalidInput
from graph_api.graphql.context import Context
from graph_api.graphql.enums import described
from graph_api.readmodel.topology import Assumption
from graph_api.services.outage.event import Cause, Event
from schema.registry import SWITCHES
from schema.vocabulary import SwitchPosition
from schema.words import say

described(
    Cause,
    {
        "OPENED": "退出运行 · out of service, and nothing else happens",
        "FAULTED": "故障 · protection acts first, then what is left without supply is lost",
        "ISOLATED": "隔离 · cut out; what tripped elsewhere is closed again, and the rest fed over ties if it can be",
    },
)


@strawberry.input(description="开关位置假设: 假定某开关不在当前位置。 A switch in another position than it has now.")
class SwitchAssumption:
    """What if this switch stood otherwise."""

    switch: strawberry.ID = strawberry.field(description="开关: 开关的标识。 Id of the switch.")
    position: SwitchPosition = strawberry.field(description="位置: 假定的位置。 Position that it is taken to have.")


def assumptions_of(context: Context, assume: Sequence[SwitchAssumption] | None) -> tuple[Assumption, ...]:
    """Assumed positions by index, each switch once. Raises UnknownEntity, and InvalidInput for one in two positions."""
    found: dict[int, SwitchPosition] = {}
    for each in assume or ():
        index = context.graph.index(each.switch)
        if found.setdefault(index, each.position) is not each.position:
            raise InvalidInput(
                say(
                    "{switch} is assumed {one} and {other}; name each switch in one position.",
                    switch=context.graph.id(index),
                    one=found[index].value,
                    other=each.position.value,
                ),
                switch=context.graph.id(index),
            )
    return tuple(found.items())


def event_of(
    context: Context,
    *,
    equipment: Sequence[str],
    cause: Cause = Cause.FAULTED,
    assume: Sequence[SwitchAssumption] | None = None,
    stuck: Sequence[str] | None = None,
    tripped: Sequence[str] | None = None,
    fixed: Sequence[str] | None = None,
    since: datetime | None = None,
    at: datetime | None = None,
) -> Event:
    """The event that arguments say, asked as of `at`, or of now if no time is said.

    Raises UnknownEntity, and InvalidInput for what cannot be combined.
    """

    def indexes(ids: Sequence[str] | None) -> tuple[int, ...]:
        return tuple(map(context.graph.index, ids or ()))

    return Event(
        things=indexes(equipment),
        cause=cause,
        at=context.moment(at),
        since=context.moment_of_loss(since),
        assume=assumptions_of(context, assume),
        stuck=indexes(stuck),
        tripped=indexes(tripped),
        fixed=_switches(context, indexes(fixed)),
    )


def _switches(context: Context, indexes: Sequence[int]) -> tuple[int, ...]:
    """These, if all are switches; InvalidInput otherwise: a slip here would plan to operate what nobody can."""
    graph = context.graph
    for index in indexes:
        if graph.kind(index) not in SWITCHES:
            raise InvalidInput(
                say("{id} is no switch; name in `fixed` switches that nobody can operate.", id=graph.id(index)),
                id=graph.id(index),
            )
    return tuple(indexes)
