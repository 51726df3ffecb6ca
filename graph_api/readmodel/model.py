"""ReadModel: everything that answers questions at one revision, pinned by a request as a whole."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from graph_api.readmodel.inside import Inside
from graph_api.readmodel.search import SearchIndex
from graph_api.readmodel.snapshot import Snapshot
from graph_api.readmodel.topology import Topology


@dataclass(frozen=True, slots=True)
class ReadModel:
    """A snapshot with its indexes, all of the same revision. Immutable; safe to share between threads."""

    graph: Snapshot
    topology: Topology
    search: SearchIndex
    inside: Inside

    @classmethod
    def build(cls, graph: Snapshot) -> ReadModel:
        """The indexes of a whole snapshot."""
        return cls(
            graph=graph,
            topology=Topology.build(graph),
            search=SearchIndex.build(graph),
            inside=Inside.build(graph),
        )

    def advanced(self, graph: Snapshot, changed: Collection[int]) -> ReadModel:
        """Model of a later snapshot that numbers its entities alike and differs in `changed` only."""
        return ReadModel(
            graph=graph,
            topology=self.topology.advanced(graph, changed),
            search=self.search.advanced(graph, changed),
            inside=self.inside.advanced(graph, changed),
        )
