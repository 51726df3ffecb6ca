"""News of incidents (事件新增记录): which entries came after a revision.

An entry is never changed, so its version is the revision that brought it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from graph_api.readmodel.memo import Derivation
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.snapshot import Snapshot
from schema.incident import Incident, TimelineEntry
from schema.numbers import BEFORE_THE_FIRST, Revision
from schema.registry import EntityKind
from schema.relationships import RelationshipKind

NEWEST: Final = Derivation[bool, Revision]("newest entries of incidents", most=2)


def written_since(graph: Snapshot, incident: int, since: Revision | None) -> list[int]:
    """Entries of an incident that came after a revision (None = all), in the order of recording."""
    entries = graph.sources(incident, RelationshipKind.ENTRY_OF)
    found = [each for each in entries if since is None or graph.version(each) > since]
    return sorted(found, key=lambda each: graph.get(TimelineEntry, each).order)


def newest_of_all(model: ReadModel, *, exercise: bool) -> Revision:
    """The revision that brought the newest entry of any exercise, or of what is real; 0 = there is none."""
    return model.memo.recall(NEWEST, exercise, lambda: max(_newest(model.graph, exercise), default=BEFORE_THE_FIRST))


def _newest(graph: Snapshot, exercise: bool) -> Iterator[Revision]:
    for incident in graph.of_kind(EntityKind.INCIDENT):
        if graph.get(Incident, incident).exercise == exercise:
            for entry in graph.sources(incident, RelationshipKind.ENTRY_OF):
                yield Revision(graph.version(entry))
