"""ReadModel: everything that answers questions at one revision, pinned by a request as a whole."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, fields

from graph_api.readmodel.columns import NO_ENTITY
from graph_api.readmodel.customers import Customers
from graph_api.readmodel.memo import Memo
from graph_api.readmodel.orders import Orders
from graph_api.readmodel.search import SearchIndex
from graph_api.readmodel.snapshot import Snapshot
from graph_api.readmodel.topology import Assumption, Topology
from schema.grid import Switch
from schema.registry import KINDS, SWITCHES, EntityKind
from schema.vocabulary import SwitchPosition

_MUCH = 1_000
"""Changes of a commit up to which each is looked at."""
_REPORTED = frozenset({"position", "position_source", "position_by", "position_at", "load", "row", "overrides"})


@dataclass(frozen=True, slots=True)
class ReadModel:
    """A snapshot with its indexes, all of the same revision; threads may share it.

    Immutable but for its memo.
    """

    graph: Snapshot
    topology: Topology
    search: SearchIndex
    customers: Customers
    orders: Orders
    memo: Memo = field(default_factory=Memo, repr=False, compare=False)
    """What services derived of it."""

    @classmethod
    def build(cls, graph: Snapshot, search: SearchIndex | None = None) -> ReadModel:
        """The indexes of a whole snapshot; `search` if it is made already."""
        topology = Topology.build(graph)
        return cls(
            graph=graph,
            topology=topology,
            search=search or SearchIndex.build(graph),
            customers=Customers.build(graph, topology.unplaced),
            orders=Orders(graph),
        )

    def advanced(self, graph: Snapshot, changed: Collection[int]) -> ReadModel:
        """Model of a later snapshot that numbers its entities alike and differs in `changed` only."""
        topology = self.topology.advanced(graph, changed)
        return ReadModel(
            graph=graph,
            topology=topology,
            search=self.search.advanced(graph, changed),
            customers=self.customers.advanced(graph, changed, topology.unplaced),
            orders=self.orders.advanced(graph, changed),
            memo=self.memo.after(
                _kinds(self.graph, graph, changed), _kinds(self.graph, graph, _rebuilt(self.graph, graph, changed))
            ),
        )

    def position(self, index: int) -> SwitchPosition:
        """The position of a switch, or of the incoming one that a supply stands for; InvalidInput for all else."""
        incoming = self.customers.incoming(index)
        return self.topology.position(index) if incoming is None else incoming

    def assuming(self, assume: Sequence[Assumption]) -> ReadModel:
        """The model as it would be with these switch positions; InvalidInput for what is no switch."""
        return ReadModel(
            graph=self.graph,
            topology=self.topology.assuming(assume),
            search=self.search,
            customers=self.customers.assuming(assume),
            orders=self.orders,
            memo=self.memo.after(SWITCHES, ()),
        )


def _rebuilt(before: Snapshot, after: Snapshot, changed: Collection[int]) -> Collection[int]:
    """What changed otherwise than that switches moved; all of it where it is much."""
    if len(changed) > _MUCH:
        return changed
    return [index for index in changed if not _only_moved(before, after, index)]


def _only_moved(before: Snapshot, after: Snapshot, index: int) -> bool:
    """Whether a switch is the same but for where it stands, and who says so."""
    codes = [graph.kind_codes() for graph in (before, after)]
    if index >= min(map(len, codes)) or codes[0][index] != codes[1][index] or codes[0][index] == NO_ENTITY:
        return False
    one, other = before.entity(index), after.entity(index)
    if not isinstance(one, Switch):
        return False
    names = (each.name for each in fields(one) if each.name not in _REPORTED)
    return all(getattr(one, name) == getattr(other, name) for name in names)


def _kinds(before: Snapshot, after: Snapshot, changed: Collection[int]) -> set[EntityKind]:
    """Kinds of things that changed, as they were and as they are."""
    if not changed:
        return set()
    codes = [graph.kind_codes() for graph in (before, after)]
    found = {int(each[index]) for each in codes for index in changed if index < len(each)}
    return {KINDS[code] for code in found - {NO_ENTITY}}
