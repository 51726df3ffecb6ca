"""Whose supply is whose: customers, receiving points and supplies as arrays, for thousands at a time."""

from __future__ import annotations

from copy import copy
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from graph_api.lazy import cached_property
from graph_api.readmodel.customers.incoming import reported_supplies
from graph_api.readmodel.customers.point import INSIDE_KINDS
from graph_api.readmodel.snapshot import Snapshot
from graph_api.readmodel.topology.unplaced import NO_UNPLACED, Unplaced
from schema.customer import Customer, Load, ReceivingPoint, SupplySource
from schema.grid import EnergyConsumer
from schema.registry import EntityKind
from schema.relationships import RelationshipKind
from schema.vocabulary import Importance, SupplyRole

Ints = npt.NDArray[np.int32]
_IMPORTANCE = {importance: place for place, importance in enumerate(Importance)}


Array = TypeVar("Array", bound=npt.NDArray[Any])


def _grown(array: Array, size: int, fill: float) -> Array:
    """An array with more places behind its own."""
    more: Any = np.full(size - array.size, fill, array.dtype)
    made: Any = np.concatenate((array, more))
    return made  # type: ignore[no-any-return]


class Accounts:
    """Who stands behind a supply or a piece of equipment inside. Arrays have a place per snapshot index."""

    def __init__(self, graph: Snapshot, unplaced: Unplaced = NO_UNPLACED) -> None:
        self._graph, self._unplaced = graph, unplaced
        customers, points = graph.pairs(RelationshipKind.HAS_RECEIVING_POINT)
        fed, supplies = graph.pairs(RelationshipKind.FED_BY)
        self.customer_of_point = np.full(graph.size, -1, np.int32)
        self.customer_of_point[points] = customers
        self.owner = np.full(graph.size, -1, np.int32)
        """Customer of a supply or of equipment inside; -1 for all else."""
        self.owner[supplies] = self.customer_of_point[fed]
        self.shared = _shared(customers, points, fed, supplies, self.owner)
        """Further customers of what more than one has."""
        self._own_insides()
        self.simple = self._simple(customers, points, fed, supplies)
        """Customers of one receiving point with one supply and nothing recorded inside: all or nothing."""

    def of_later(self, graph: Snapshot) -> Accounts:
        """The same of a later snapshot, which numbers its entities alike and differs in nothing of customers.

        What is new has its place in every array, though it stands behind nobody.
        """
        if graph.size == self.owner.size:
            return self
        made = copy(self)
        made._graph = graph
        made.owner, made.customer_of_point = (
            _grown(each, graph.size, -1) for each in (self.owner, self.customer_of_point)
        )
        made.simple = _grown(self.simple, graph.size, False)
        if "power" in vars(self):
            vars(made)["power"] = _grown(self.power, graph.size, 0.0)
        return made

    def customers_of(self, indexes: Ints) -> Ints:
        """Customers that have any of these supplies or this equipment inside, or a supply that may hang there;
        ascending."""
        may_hang = self._unplaced.supplies_at(indexes)
        every = np.append(indexes, np.array(may_hang, np.int32)).astype(np.int32) if may_hang else indexes
        return self.owners_of(every)

    def owners_of(self, indexes: Ints) -> Ints:
        """Customers that have any of these supplies or this equipment inside, ascending."""
        owners = self.owner[indexes[indexes < self.owner.size]]
        found = owners[owners >= 0]
        if self.shared:
            more = [other for index in indexes.tolist() for other in self.shared.get(index, ())]
            found = np.append(found, np.array(more, np.int32))
        return np.unique(found).astype(np.int32)

    def owns(self, index: int) -> bool:
        """Whether some customer has this supply or equipment."""
        return index < self.owner.size and bool(self.owner[index] >= 0)

    @cached_property
    def facts(self) -> CustomerFacts:
        """What orders and sums up customers; read once, at first use."""
        return CustomerFacts(self._graph)

    @cached_property
    def power(self) -> npt.NDArray[np.float64]:
        """Load in kW by snapshot index: of loads, energy consumers, and supplies behind which no load is recorded.

        A receiving point without recorded loads puts its power in equal parts on its main supplies. Unknown counts 0.
        """
        graph = self._graph
        power = np.zeros(graph.size)
        for index in graph.of_kind(EntityKind.ENERGY_CONSUMER):
            # a load below zero feeds in: it takes nothing off what others lose
            power[index] = max(graph.get(EnergyConsumer, index).kw or 0.0, 0.0)
        recorded: set[int] = set()
        for index in graph.of_kind(EntityKind.LOAD):
            power[index] = graph.get(Load, index).kw or 0.0
            points = [
                at for at in graph.targets(index, RelationshipKind.CONTAINED_IN) if self.customer_of_point[at] >= 0
            ]
            if not points and self.owner[index] >= 0:
                points = list(graph.targets(int(self.owner[index]), RelationshipKind.HAS_RECEIVING_POINT))
            recorded.update(points)
        for point in graph.of_kind(EntityKind.RECEIVING_POINT):
            kw = graph.get(ReceivingPoint, point).load_kw
            if kw is None or point in recorded:
                continue
            supplies = graph.targets(point, RelationshipKind.FED_BY)
            mains = [each for each in supplies if graph.get(SupplySource, each).role is SupplyRole.MAIN] or supplies
            for supply in mains:
                power[supply] += kw / len(mains)
        return power

    @cached_property
    def unnamed(self) -> UnnamedLoads:
        """Loads that no customer record stands behind; read once, at first use."""
        return UnnamedLoads(self._graph)

    def _own_insides(self) -> None:
        graph = self._graph
        inner, containers = graph.pairs(RelationshipKind.CONTAINED_IN)
        inside = self.customer_of_point[containers] >= 0
        fresh = inside & (self.owner[inner] < 0)
        self.owner[inner[fresh]] = self.customer_of_point[containers[fresh]]
        loose = [at for kind in INSIDE_KINDS for at in graph.of_kind(kind) if self.owner[at] < 0]
        for at in loose:
            if self.owner[at] < 0:
                self._own_wired(at)

    def _own_wired(self, start: int) -> None:
        """Find the owner of equipment inside that no receiving point contains: that of what it is wired to."""
        graph = self._graph
        kinds = INSIDE_KINDS | {EntityKind.SUPPLY_SOURCE}
        group, todo, owner = {start}, [start], -1
        while todo:
            at = todo.pop()
            for node in graph.targets(at, RelationshipKind.CONNECTS):
                for other in graph.sources(node, RelationshipKind.CONNECTS):
                    if other in group or graph.kind(other) not in kinds:
                        continue
                    if self.owner[other] >= 0:
                        owner = int(self.owner[other])
                    else:
                        group.add(other)
                        todo.append(other)
        if owner >= 0:
            self.owner[list(group)] = owner

    def _simple(self, customers: Ints, points: Ints, fed: Ints, supplies: Ints) -> npt.NDArray[np.bool_]:
        graph = self._graph
        size = graph.size
        simple: npt.NDArray[np.bool_] = np.bincount(customers, minlength=size) == 1
        one_supply = np.bincount(fed, minlength=size) == 1
        simple[customers[~one_supply[points]]] = False
        owned_inside = np.flatnonzero(self.owner >= 0).astype(np.int32)
        rich = np.setdiff1d(owned_inside, supplies)
        simple[self.owner[rich]] = False
        for supply, others in self.shared.items():
            simple[[int(self.owner[supply]), *others]] = False
        unplaced = [supply for supply in self._unplaced.feeder_of if self.owner[supply] >= 0]
        simple[self.owner[unplaced]] = False
        reported = [supply for supply in reported_supplies(graph) if self.owner[supply] >= 0]
        simple[self.owner[reported]] = False
        return simple


class UnnamedLoads:
    """EnergyConsumers: public areas (台区), and loads of which no households are recorded; each read at first touch."""

    def __init__(self, graph: Snapshot) -> None:
        self._graph = graph
        self._is_one = np.zeros(graph.size, np.bool_)
        self._is_one[list(graph.of_kind(EntityKind.ENERGY_CONSUMER))] = True
        self._facts = np.full((graph.size, 2), np.nan)

    def among(self, indexes: Ints) -> npt.NDArray[np.float64]:
        """Households (-1 = not recorded) and power in kW (0 = not known) of each such load, of shape (loads, 2)."""
        loads = self.loads_among(indexes)
        missing = loads[np.isnan(self._facts[loads, 0])]
        if missing.size:
            self._facts[missing] = [self._read(index) for index in missing.tolist()]
        return np.asarray(self._facts[loads], np.float64)

    def loads_among(self, indexes: Ints) -> Ints:
        """Which of these are such loads, ascending, each once."""
        asked = indexes[indexes < self._is_one.size]
        return np.unique(asked[self._is_one[asked]])

    def _read(self, index: int) -> tuple[float, float]:
        load = self._graph.get(EnergyConsumer, index)
        return -1.0 if load.customer_count is None else float(load.customer_count), max(load.kw or 0.0, 0.0)


class CustomerFacts:
    """Per customer: class, name, and the power of its receiving points; by place in `customers`."""

    def __init__(self, graph: Snapshot) -> None:
        customers = graph.of_kind(EntityKind.CUSTOMER)
        self.importance = np.zeros(graph.size, np.uint8)
        """Place of the importance class, most important first; by snapshot index."""
        self.kw = np.full(graph.size, np.nan)
        """Power of all receiving points in kW, NaN = not known; by snapshot index."""
        self.releases = np.zeros(graph.size, np.bool_)
        """Whether a receiving point has under-voltage releases; by snapshot index."""
        self.name: dict[int, str] = {}
        for index in customers:
            entity = graph.get(Customer, index)
            self.importance[index] = _IMPORTANCE[entity.importance]
            self.name[index] = entity.name
            points = [
                graph.get(ReceivingPoint, at) for at in graph.targets(index, RelationshipKind.HAS_RECEIVING_POINT)
            ]
            self.releases[index] = any(point.undervoltage_release for point in points)
            known = [kw for point in points if (kw := point.load_kw) is not None]
            if known:
                self.kw[index] = sum(known)
        order = sorted(customers, key=lambda at: (self.importance[at], self.name[at], graph.id(at)))
        self.rank = np.zeros(graph.size, np.int32)
        """Place among all customers by class, name and id; by snapshot index."""
        self.rank[order] = np.arange(len(order), dtype=np.int32)


def _shared(customers: Ints, points: Ints, fed: Ints, supplies: Ints, owner: Ints) -> dict[int, tuple[int, ...]]:
    """Customers beside the owner, of supplies that feed several points or points that several customers have."""
    if np.unique(points).size == points.size and np.unique(supplies).size == supplies.size:
        return {}
    of_point: dict[int, list[int]] = {}
    for customer, point in zip(customers.tolist(), points.tolist(), strict=True):
        of_point.setdefault(point, []).append(customer)
    found: dict[int, set[int]] = {}
    for point, supply in zip(fed.tolist(), supplies.tolist(), strict=True):
        found.setdefault(supply, set()).update(of_point.get(point, ()))
    return {supply: tuple(sorted(those - {int(owner[supply])})) for supply, those in found.items() if len(those) > 1}
