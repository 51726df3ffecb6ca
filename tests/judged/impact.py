"""An impact of the product as the plain data that the independent model judges."""

from __future__ import annotations

from collections.abc import Iterator

from graph_api.readmodel.model import ReadModel
from graph_api.services.outage.counting import Unnamed
from graph_api.services.outage.event import Cause, Event
from graph_api.services.outage.impact import find_impact
from graph_api.services.outage.summary import MomentSummary
from schema.vocabulary import LoadsFed
from tests.truth.compare import CustomerAnswer, Difference, ImpactAnswer, Wrong, differences
from tests.truth.net import Net, Position
from tests.truth.verdicts import Dark
from tests.truth.worlds import Event as Asked
from tests.truth.worlds import moments


def answer(model: ReadModel, event: Event) -> ImpactAnswer:
    """What the product says: customers in its order, states, loads fed, trips, power and who else is dark.

    The model takes every load without a customer as an area (its reading 34).
    """
    impact, graph = find_impact(model, event), model.graph
    summary = impact.summary
    every = [impact.affected(at) for _, at in impact.customers()]
    dead = {each.thing for each in impact.dead_before}
    return ImpactAnswer(
        customers=tuple(
            CustomerAnswer(
                customer=graph.id(each.customer),
                state=each.state.value,
                loads_fed=each.loads_fed.value,
                before=each.before.value,
                at_loss=each.at_loss.state.value,
                back=each.back,
                not_redundant=each.not_redundant,
                depends_on=frozenset(map(graph.id, each.depends_on)),
            )
            for each in every
        ),
        lost_kw=summary.at_loss.lost_kw,
        areas=_dark(summary.at_loss),
        areas_now=_dark(summary, impact.taken_unnamed),
        trips=frozenset(map(graph.id, impact.operated_by)) if event.cause is Cause.FAULTED else None,
        dead_before=dead.issuperset(event.things),
    )


def _dark(*of: MomentSummary | Unnamed) -> Dark:
    """What is told of areas and other loads: of the event's own, and of what was operated since."""
    return Dark(
        sum(each.areas.count + each.other_loads.count for each in of),
        sum(each.areas.households for each in of),
        sum(each.areas.kw + each.other_loads.kw for each in of),
    )


def judged(model: ReadModel, net: Net, event: Event) -> list[Difference]:
    """What differs between the product and the model, which works everything out from the data alone.

    The model takes a load that a transfer feeds again as unharmed (its reading 26). The product counts the harm where
    the transfer took longer than the load may be without (docs/meanings.md): who comes first by that is not judged.
    """
    name = model.graph.id
    since = event.since or find_impact(model, event).since
    asked = Asked(
        things=tuple(map(name, event.things)),
        cause=event.cause.value,
        since=since.timestamp(),
        tripped=frozenset(map(name, event.tripped)),
        stuck=frozenset(map(name, event.stuck)),
        assume={name(switch): Position(position.value) for switch, position in event.assume},
    )
    found = differences(net, asked, moments(net, asked, event.at.timestamp()), answer(model, event))
    ahead = {f"before {each}" for each in _harmed_by_the_gap(model, event)}
    return [each for each in found if each.kind is not Wrong.ORDER or each.right not in ahead]


def _harmed_by_the_gap(model: ReadModel, event: Event) -> Iterator[str]:
    impact = find_impact(model, event)
    for _, at in impact.customers():
        each = impact.affected(at)
        if each.loads_fed is LoadsFed.ALL and each.most_urgent is not None:
            yield model.graph.id(at)
