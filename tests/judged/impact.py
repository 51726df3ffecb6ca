"""An impact of the product as the plain data that the independent model judges."""

from __future__ import annotations

from collections.abc import Iterator

from graph_api.readmodel.model import ReadModel
from graph_api.services.outage.event import Cause, Event
from graph_api.services.outage.impact import find_impact
from schema.vocabulary import LoadsFed
from tests.truth.compare import CustomerAnswer, Difference, ImpactAnswer, Wrong, differences
from tests.truth.net import Net
from tests.truth.verdicts import Dark
from tests.truth.worlds import Event as Asked
from tests.truth.worlds import moments


def answer(model: ReadModel, event: Event) -> ImpactAnswer:
    """What the product says: customers in its order, states, loads fed, trips, power and who else is dark.

    The model takes every load without a customer as an area (its reading 34).
    """
    impact, graph = find_impact(model, event), model.graph
    dark, others = impact.summary.areas, impact.summary.other_loads
    every = [impact.affected(at) for _, at in impact.customers()]
    return ImpactAnswer(
        customers=tuple(
            CustomerAnswer(
                customer=graph.id(each.customer),
                state=each.state.value,
                loads_fed=each.loads_fed.value,
                before=each.before.value,
                at_loss=each.state.value,
                not_redundant=each.not_redundant,
                depends_on=frozenset(map(graph.id, each.depends_on)),
            )
            for each in every
        ),
        lost_kw=impact.summary.lost_kw,
        areas=Dark(dark.count + others.count, dark.households, dark.kw + others.kw),
        trips=frozenset(map(graph.id, impact.operated_by)) if event.cause is Cause.FAULTED else None,
    )


def judged(model: ReadModel, net: Net, event: Event) -> list[Difference]:
    """What differs between the product and the model, which works everything out from the data alone.

    The model takes a load that a transfer feeds again as unharmed (its reading 26). The product counts the harm where
    the transfer took longer than the load may be without (docs/meanings.md): who comes first by that is not judged.
    """
    asked = Asked(things=tuple(map(model.graph.id, event.things)), cause=event.cause.value)
    found = differences(net, asked, moments(net, asked, event.at.timestamp()), answer(model, event))
    ahead = {f"before {name}" for name in _harmed_by_the_gap(model, event)}
    return [each for each in found if each.kind is not Wrong.ORDER or each.right not in ahead]


def _harmed_by_the_gap(model: ReadModel, event: Event) -> Iterator[str]:
    impact = find_impact(model, event)
    for _, at in impact.customers():
        each = impact.affected(at)
        if each.loads_fed is LoadsFed.ALL and each.most_urgent is not None:
            yield model.graph.id(at)
