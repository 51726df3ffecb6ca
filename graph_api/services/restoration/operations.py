"""Operations (操作): what a plan does, before anybody has said when: to what, how, by whom, and after what."""

from __future__ import annotations

from dataclasses import dataclass, field

from graph_api.readmodel.model import ReadModel
from graph_api.services.restoration.at_customers import ChangeOver
from graph_api.services.restoration.wording import StepAction, StepPurpose
from schema.durations import Means
from schema.grid import Feeder, Substation, Switch
from schema.registry import EntityKind
from schema.relationships import RelationshipKind
from schema.vocabulary import Ownership, ResponsibilityRole

HIGH_VOLTAGE_KV = 35.0
"""From here on plant in a station is its operators' (变电运维), from afar too."""


@dataclass(slots=True, kw_only=True)
class Operation:
    """One operation. `needs` are numbers of operations that must be done before."""

    action: StepAction
    purpose: StepPurpose
    target: int
    doer: ResponsibilityRole
    means: Means
    place: str
    """Whose hands it takes: a station, a customer, or nothing where any crew will do."""
    rank: int
    """Place of the most urgent customer that it is for."""
    opens: tuple[int, ...] = ()
    closes: tuple[int, ...] = ()
    supplies: tuple[int, ...] = ()
    point: int | None = None
    """The receiving point where it is done, of steps at customers."""
    change: ChangeOver | None = None
    nodes: tuple[int, ...] = ()
    needs: set[int] = field(default_factory=set)
    later: bool = False
    """Whether it waits until everybody is back who can be: it makes the place safe to work at."""


def station_of(model: ReadModel, switch: int) -> int | None:
    """The substation that a switch stands in; a feeder's head stands in its feeder's."""
    graph = model.graph
    for at in (switch, *(f for f in graph.sources(switch, RelationshipKind.STARTS_AT))):
        if at != switch and not isinstance(graph.entity(at), Feeder):
            continue
        for container in graph.targets(at, RelationshipKind.CONTAINED_IN):
            if graph.kind(container) is EntityKind.SUBSTATION:
                return container
    return None


def is_remote(model: ReadModel, switch: int) -> bool:
    """Whether a switch is operated from afar by the utility."""
    entity = model.graph.get(Switch, switch)
    return bool(entity.remote_controlled) and not is_customers(model, switch)


def is_customers(model: ReadModel, switch: int) -> bool:
    """Whether a switch is the customer's to operate."""
    entity = model.graph.get(Switch, switch)
    return entity.ownership is Ownership.CUSTOMER or model.customers.accounts.owns(switch)


def doer_of_switch(model: ReadModel, switch: int) -> tuple[ResponsibilityRole, Means, str]:
    """Who operates a switch, how, and at which place: by ownership, station, voltage and remote control."""
    if is_customers(model, switch):
        return ResponsibilityRole.CUSTOMER_ELECTRICIAN, Means.BY_TELEPHONE, model.graph.id(switch)
    station, remote = station_of(model, switch), is_remote(model, switch)
    if station is None:
        if remote:
            return ResponsibilityRole.DISPATCHER, Means.REMOTE, ""
        return ResponsibilityRole.DISTRIBUTION_REPAIR, Means.ON_SITE, ""
    place = model.graph.id(station)
    if not remote:
        return ResponsibilityRole.SUBSTATION_OPERATION, Means.IN_STATION, place
    kv = model.graph.get(Switch, switch).nominal_kv or model.graph.get(Substation, station).nominal_kv or 0.0
    high = model.graph.get(Switch, switch).nominal_kv is not None and kv >= HIGH_VOLTAGE_KV
    role = ResponsibilityRole.SUBSTATION_OPERATION if high else ResponsibilityRole.DISPATCHER
    return role, Means.REMOTE, ""
