"""Evidence of an incident (故障信息): its reports as fault location weighs them."""

from __future__ import annotations

from graph_api.services.incident.parts import the_one
from graph_api.services.incident.room import found
from graph_api.services.incident.view import IncidentView
from graph_api.services.location import Evidence
from schema.vocabulary import EvidenceKind


def reports_of(view: IncidentView) -> list[Evidence]:
    """Reports that count as fault location takes them, with what tripped; those whose things are gone are left out."""
    graph = view.model.graph
    told = [
        Evidence(
            kind=each.said.kind,
            things=things,
            positive=each.said.positive,
            at=each.at,
            towards=the_one(view.model, each.said.towards),
            reclosed=each.said.reclosed,
            source=each.source or "",
            key=str(each.entry),
        )
        for each in view.state.reports
        if (things := found(graph, each.things))
    ]
    said = {thing for each in told if each.kind is EvidenceKind.TRIP for thing in each.things}
    tripped = [at for at in view.tripped if at not in said]
    return [*told, *(Evidence(kind=EvidenceKind.TRIP, things=(at,), at=view.since) for at in tripped)]
