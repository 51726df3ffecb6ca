"""From a store, or from the snapshot file, to a read model that can be served."""

from __future__ import annotations

import logging

from graph_api.errors import InvalidInput
from graph_api.live.memory import few_collections
from graph_api.readmodel.building import BaseBuilder
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.report_columns import ReportBuilder
from graph_api.readmodel.report_series import ReportSeries
from graph_api.readmodel.search import SearchIndex
from graph_api.readmodel.search.text import load_tables
from graph_api.readmodel.snapshot import Snapshot
from graph_api.readmodel.snapshot_file import Stored
from graph_api.stores.contract import Change, OpenToOthers, Resync, Store, StoreMeta
from schema.codec import UNREADABLE
from schema.numbers import BEFORE_THE_FIRST, Revision
from schema.words import say

log = logging.getLogger(__name__)


class Unfollowable(Resync):
    """A change record does not fit what is served: an older program wrote it, or others did."""


async def load_graph(store: Store) -> Snapshot:
    """The whole graph of a store. Raises StoreError."""
    meta = await store.meta()
    revision, reports = BEFORE_THE_FIRST, ReportBuilder()
    # an end that others rename while the graph is read comes under neither id; the next sweep brings it
    builder = BaseBuilder(forgiving=isinstance(store, OpenToOthers))
    with few_collections():
        async for chunk in store.load():
            if isinstance(chunk, int):
                revision = chunk
            else:
                builder.add_entities(chunk.entities)
                builder.add_relationships(chunk.relationships)
                reports.add(chunk.reports)
        if builder.left_out:
            log.warning("left out: %d relationships that lack an end, or have one that is forbidden", builder.left_out)
        return Snapshot(
            builder.finish(),
            revision=revision,
            changed_at=meta.changed_at,
            store_uuid=meta.uuid,
            reports=ReportSeries.of_columns(reports.finish()),
        )


async def is_of(graph: Snapshot, store: Store, meta: StoreMeta) -> bool:
    """Whether the graph is an earlier (or the newest) revision of this very store, as far as that can be told.

    A copy of a store that went its own way has the same uuid: told apart by when the revision was committed, if the
    store still lists that.
    """
    if graph.store_uuid != meta.uuid or graph.revision > meta.revision:
        return False
    if graph.revision == meta.revision:
        return meta.changed_at is None or graph.changed_at == meta.changed_at
    try:
        async for change in store.changes(Revision(graph.revision - 1)):
            return change.revision != graph.revision or change.at == graph.changed_at
    except Resync:
        pass
    return True


def built(stored: Stored) -> ReadModel:
    """The model of a graph, with the search index that stands beside it, if any."""
    search = SearchIndex.of_columns(stored.graph, stored.search) if stored.search is not None else None
    return ReadModel.build(stored.graph, search)


def ready_to_search(graph: Snapshot) -> SearchIndex:
    """A search index that is made, with the tables that a query needs."""
    load_tables()
    return SearchIndex.build(graph).warm_up()


def warmed(model: ReadModel) -> None:
    """Make what the first search and the first question would wait for."""
    load_tables()
    model.topology.warmed_up()
    model.search.warm_up()


def advanced(model: ReadModel, changes: list[Change]) -> ReadModel:
    """The model after these commits. Raises Unfollowable."""
    graph, touched = model.graph, set[int]()
    for change in changes:
        graph, changed = followed(graph, change)
        touched |= changed
    return model.advanced(graph, touched)


def followed(graph: Snapshot, change: Change) -> tuple[Snapshot, frozenset[int]]:
    """The graph after one more commit, and what that changed. Raises Unfollowable for one that does not fit it."""
    try:
        return graph.advanced(change)
    except (InvalidInput, *UNREADABLE) as error:
        raise Unfollowable(
            say(
                "The change of revision {revision} cannot be followed ({error}); the whole graph is read anew.",
                revision=change.revision,
                error=error,
            )
        ) from error
