"""Interlocks (联锁闭锁): where nothing keeps supplies, or an own source and the grid, from being joined (倒送电).

What is recorded as NONE is told; an interlock that nobody recorded is not.
"""

from __future__ import annotations

from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.things import Things
from schema.customer import EmergencySource, ReceivingPoint
from schema.vocabulary import Interlock


def without_interlock(model: ReadModel, customer: int) -> Things:
    """Receiving points with several supplies, and own sources in service, that have no interlock; points first."""
    graph, points = model.graph, model.customers.points_of(customer)
    apart = [
        point.index
        for point in points
        if len(point.supplies) > 1 and graph.get(ReceivingPoint, point.index).interlock is Interlock.NONE
    ]
    own = dict.fromkeys(each.index for point in points for each in point.backups)
    return (*apart, *(each for each in own if graph.get(EmergencySource, each).interlock is Interlock.NONE))
