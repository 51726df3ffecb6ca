"""Now (当前状态): who is without supply or on part of it, and which switches stand otherwise than normal."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.positions import standing_since
from graph_api.readmodel.things import Thing, Things
from graph_api.services.explore.containers import Container
from graph_api.services.explore.open_points import OpenPoint, feeders_of, lies_in, open_point_of, switches
from graph_api.services.explore.ranked import Listed
from graph_api.services.outage.feeding import Transfer
from graph_api.services.outage.present import present_state
from graph_api.services.outage.releases import held_now
from graph_api.services.outage.supply_state import CustomerState
from graph_api.services.outage.untold_transfers import may_be_live_by
from schema.customer import Customer
from schema.grid import Switch
from schema.registry import EntityKind
from schema.relationships import RelationshipKind
from schema.vocabulary import Importance, LoadsFed, SupplyState, SwitchPosition

_CLASS = {importance: place for place, importance in enumerate(Importance)}
_UNFED = {LoadsFed.NONE: 0, LoadsFed.SOME: 1, LoadsFed.ALL: 2}
_WORSE = {SupplyState.LOST: 0, SupplyState.DEGRADED: 1, SupplyState.NORMAL: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class OutFilter:
    """Which customers that are out; what is None or empty does not matter."""

    states: Collection[SupplyState] = ()
    loads_fed: Collection[LoadsFed] = ()
    importance: Collection[Importance] = ()
    within: str | None = None
    """Id of an area, company, station or feeder that it lies in, or whose feeder supplies it by ledger or topology."""


@dataclass(frozen=True, slots=True)
class CustomerOut:
    """A customer who is without supply, or with part of it, now."""

    now: CustomerState
    place_unknown: Things = ()
    """Feeders of which a part is dead and nobody knows whether it hangs on that: it is told as if it did."""
    may_be_live_by: Things = ()
    """Switches that an automatic transfer of the grid may have closed, and that nobody has reported since."""

    @property
    def customer(self) -> Thing:
        """The customer."""
        return self.now.customer

    @property
    def state(self) -> SupplyState:
        """Of the worst receiving point."""
        return self.now.state

    @property
    def loads_fed(self) -> LoadsFed:
        """What the grid feeds."""
        return self.now.loads_fed

    @property
    def unfed_kw(self) -> float | None:
        """Power in kW that the grid does not feed; None where it is not known."""
        return self.now.unfed_kw

    @property
    def on_emergency_source(self) -> bool:
        """Whether own sources carry any load."""
        return self.now.on_emergency_source

    @property
    def awaiting_transfer(self) -> Transfer | None:
        """A transfer that somebody has to make by hand."""
        return self.now.awaiting_transfer

    @property
    def released(self) -> Things:
        """Supplies with voltage that feed nothing until somebody closes the incoming switch that released."""
        return tuple(supply for point in self.now.points for supply in point.released)

    @property
    def live_sources(self) -> Things:
        """Supplies with voltage."""
        return self.now.live

    @property
    def lost_sources(self) -> Things:
        """Supplies without voltage, or out of service."""
        return tuple(supply for point in self.now.points for supply in point.lost)


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchOffNormal:
    """A switch that stands otherwise than in the normal diagram, or whose position is unknown."""

    switch: Thing
    normal: SwitchPosition
    position: SwitchPosition
    since: datetime | None
    by: str | None
    source: str | None
    feeders: Things
    open_point: OpenPoint | None


def list_customers_out(model: ReadModel, chosen: OutFilter) -> list[Listed]:
    """Customers with a dead supply or unfed loads now, unordered, with keys: worst first.

    Worst = importance class, then loads unfed, then supply state, name, id: no moment of loss is asked, so no deadline
    counts. Raises UnknownEntity for `within`.
    """
    graph = model.graph
    container = None if chosen.within is None else Container(graph, chosen.within)
    found: list[Listed] = []
    for index in _doubtful(model):
        now = present_state(model, index)
        if now.state is SupplyState.NORMAL and now.loads_fed is LoadsFed.ALL:
            continue
        customer = graph.get(Customer, index)
        if not _passes(now, customer, chosen) or (container and not _belongs(model, container, index)):
            continue
        key = (_CLASS[customer.importance], _UNFED[now.loads_fed], _WORSE[now.state], customer.name, customer.id)
        found.append((key, index))
    return found


def _doubtful(model: ReadModel) -> Iterator[int]:
    """Customers but those whose one supply is live, behind no open release, and who have nothing recorded inside: all
    of theirs is fed."""
    accounts, energised = model.customers.accounts, model.topology.energised
    held = held_now(model)
    supplies = model.graph.of_kind(EntityKind.SUPPLY_SOURCE)
    live = [supply for supply in supplies if energised(supply) and supply not in held]
    fed = set(accounts.owner[live].tolist()) if live else set()
    for index in model.graph.of_kind(EntityKind.CUSTOMER):
        if not (accounts.simple[index] and index in fed):
            yield index


def customer_out(model: ReadModel, index: int) -> CustomerOut:
    """A customer as it is now."""
    points = model.customers.points_of(index)
    supplies = (supply.index for point in points for supply in point.supplies if supply.in_service)
    dead = model.topology.partly_dead(supplies)
    return CustomerOut(present_state(model, index), dead, may_be_live_by(model, index))


def list_switches_off_normal(model: ReadModel, within: str | None = None) -> list[Listed]:
    """Switches off normal, unordered, with keys: reported last first, those without a time at the end.

    Raises UnknownEntity for `within`.
    """
    graph = model.graph
    container = None if within is None else Container(graph, within)
    found: list[Listed] = []
    for index in switches(model):
        switch = graph.get(Switch, index)
        if switch.current_position is switch.normal_position:
            continue
        if container is None or lies_in(model, container, index):
            at = standing_since(graph, index)
            found.append(((0.0 if at is None else -at.timestamp(), switch.id), index))
    return found


def switch_off_normal(model: ReadModel, index: int) -> SwitchOffNormal:
    """A switch as it stands now."""
    switch = model.graph.get(Switch, index)
    return SwitchOffNormal(
        switch=index,
        normal=switch.normal_position,
        position=switch.current_position,
        since=standing_since(model.graph, index),
        by=switch.position_by,
        source=switch.position_source,
        feeders=feeders_of(model, index),
        open_point=open_point_of(model, index),
    )


def _passes(now: CustomerState, customer: Customer, chosen: OutFilter) -> bool:
    return (
        (not chosen.states or now.state in chosen.states)
        and (not chosen.loads_fed or now.loads_fed in chosen.loads_fed)
        and (not chosen.importance or customer.importance in chosen.importance)
    )


def _belongs(model: ReadModel, container: Container, customer: int) -> bool:
    """Whether a customer lies in something, or is supplied from it: by the ledger, by topology, by its place."""
    graph = model.graph
    supplies = [
        supply
        for point in graph.targets(customer, RelationshipKind.HAS_RECEIVING_POINT)
        for supply in graph.targets(point, RelationshipKind.FED_BY)
    ]
    feeders = {
        feeder
        for supply in supplies
        for feeder in (*graph.targets(supply, RelationshipKind.FROM_FEEDER), *model.topology.feeders(supply))
    }
    return any(map(container.holds, (customer, *supplies, *sorted(feeders))))
