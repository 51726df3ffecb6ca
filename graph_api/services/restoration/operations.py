"""Operations (操作): what a plan does, before anybody has said when: to what, how, by whom, and after what."""

from __future__ import annotations

from dataclasses import dataclass, field

from graph_api.readmodel.model import ReadModel
from graph_api.services.restoration.at_customers import ChangeOver
from graph_api.services.restoration.wording import StepAction, StepPurpose
from schema.durations import Means
from schema.grid import ConductingEquipment, Feeder, Substation, Switch
from schema.registry import EntityKind
from schema.relationships import RelationshipKind
from schema.vocabulary import Ownership, ResponsibilityRole

_WIDE = frozenset({EntityKind.FEEDER, EntityKind.AREA})
"""What holds equipment of many places."""
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
    site: int | None = None
    """Where a crew stands to do it; None where none is sent."""


def station_of(model: ReadModel, thing: int) -> int | None:
    """The substation that equipment stands in, over its bay and voltage level; a feeder's head: its feeder's."""
    graph = model.graph
    todo = [
        thing,
        *(f for f in graph.sources(thing, RelationshipKind.STARTS_AT) if isinstance(graph.entity(f), Feeder)),
    ]
    heads = set(todo[1:])
    while todo:
        at = todo.pop(0)
        if graph.kind(at) is EntityKind.SUBSTATION:
            return at
        holders = graph.targets(at, RelationshipKind.CONTAINED_IN)
        todo += [each for each in holders if each in heads or graph.kind(each) is not EntityKind.FEEDER]
    return None


def site_of(model: ReadModel, thing: int) -> int:
    """Where a crew stands at equipment: the cabinet or station that it is in; itself, as a pole, where in none."""
    holders = model.graph.targets(thing, RelationshipKind.CONTAINED_IN)
    return next((each for each in holders if model.graph.kind(each) not in _WIDE), thing)


def is_remote(model: ReadModel, switch: int) -> bool:
    """Whether a switch is operated from afar by the utility."""
    entity = model.graph.get(Switch, switch)
    return bool(entity.remote_controlled) and not is_customers(model, switch)


def is_customers(model: ReadModel, thing: int) -> bool:
    """Whether equipment is the customer's to operate and to earth."""
    entity = model.graph.entity(thing)
    owned = isinstance(entity, ConductingEquipment) and entity.ownership is Ownership.CUSTOMER
    return owned or model.customers.accounts.owns(thing)


Doer = tuple[ResponsibilityRole, Means, str]


def doer_on_site(model: ReadModel, thing: int) -> Doer:
    """Who locks or earths equipment, at the place: a padlock is not put on from afar."""
    if is_customers(model, thing):
        accounts = model.customers.accounts
        place = int(accounts.owner[thing]) if accounts.owns(thing) else thing
        return ResponsibilityRole.CUSTOMER_ELECTRICIAN, Means.BY_TELEPHONE, model.graph.id(place)
    station = station_of(model, thing)
    if station is None:
        return ResponsibilityRole.DISTRIBUTION_REPAIR, Means.ON_SITE, ""
    return ResponsibilityRole.SUBSTATION_OPERATION, Means.IN_STATION, model.graph.id(station)


def doer_of_switch(model: ReadModel, switch: int) -> Doer:
    """Who operates a switch, how, and at which place: by ownership, station, voltage and remote control."""
    if not is_remote(model, switch):
        return doer_on_site(model, switch)
    station = station_of(model, switch)
    if station is None:
        return ResponsibilityRole.DISPATCHER, Means.REMOTE, ""
    kv = model.graph.get(Switch, switch).nominal_kv or model.graph.get(Substation, station).nominal_kv or 0.0
    high = model.graph.get(Switch, switch).nominal_kv is not None and kv >= HIGH_VOLTAGE_KV
    role = ResponsibilityRole.SUBSTATION_OPERATION if high else ResponsibilityRole.DISPATCHER
    return role, Means.REMOTE, ""
