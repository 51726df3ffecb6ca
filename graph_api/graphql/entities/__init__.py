"""Types of the things in the graph: derived from schema/, with the relationships that front-ends follow as fields.

The objects behind them are the schema's own: for the type checker the names here are those classes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import strawberry

from graph_api.graphql import enums  # noqa: F401  (no type may refer to an enum before it is described)
from graph_api.graphql.entities import computed
from graph_api.graphql.entities.types import announced, give_fields, type_name
from graph_api.graphql.lists.connections import Connection
from schema import entity, grid
from schema.registry import CLASS_OF, EntityKind

__all__ = [
    "ENTITY_TYPES",
    "INTERFACES",
    "AccessPoint",
    "Assignment",
    "ConductingEquipment",
    "ConnectivityNode",
    "Contact",
    "Customer",
    "EmergencyPlan",
    "EmergencySource",
    "Entity",
    "EscalationRule",
    "Feeder",
    "Hazard",
    "Incident",
    "Load",
    "Node",
    "Person",
    "PlanVersion",
    "Procedure",
    "ProcedureStep",
    "ReceivingPoint",
    "ServiceCommitment",
    "Shift",
    "SourceLoad",
    "Substation",
    "SupplySource",
    "Switch",
    "Team",
    "TimelineEntry",
    "Vehicle",
]


@strawberry.interface(description="节点: 有标识的对象。 Anything that has an id; ids are permanent.")
class Node:
    """Our own Node, not Strawberry's: ids never encode the type."""

    id: strawberry.ID = strawberry.field(description="标识: permanent opaque id, minted once.")

    @classmethod
    def resolve_type(cls, value: Any, info: Any, abstract_type: Any) -> str:  # noqa: ARG003  (called by graphql-core)
        """Name of the type that a thing is."""
        return type_name(value)


def _nearest(cls: type[entity.Entity]) -> type[entity.Entity]:
    return next(base for base in cls.__mro__ if base in INTERFACES)


INTERFACES: dict[type[entity.Entity], type] = {}
"""Interfaces, from the most general down, by the class of the schema they stand for."""
_ABOVE: dict[type[entity.Entity], type[entity.Entity]] = {
    entity.Entity: entity.Entity,
    grid.Located: entity.Entity,
    grid.ConductingEquipment: grid.Located,
    grid.Switch: grid.ConductingEquipment,
    grid.ProtectedSwitch: grid.Switch,
}
for _cls, _above in _ABOVE.items():
    INTERFACES[_cls] = announced(_cls, INTERFACES.get(_above, Node), __name__, is_interface=True)

ENTITY_TYPES: dict[EntityKind, type] = {
    kind: announced(cls, INTERFACES[_nearest(cls)], __name__, is_interface=False) for kind, cls in CLASS_OF.items()
}
"""The object type of each kind."""

GRAPHQL_NAMES: dict[str, type] = {made.__name__: made for made in (*INTERFACES.values(), *ENTITY_TYPES.values())}
"""Every type of a thing by its name, which the fields of the others know it by."""

_NAMES = {**GRAPHQL_NAMES, Connection.__name__: Connection}
for _cls, _above in (*_ABOVE.items(), *((cls, _nearest(cls)) for cls in CLASS_OF.values())):
    give_fields(
        GRAPHQL_NAMES[_cls.__name__],
        _cls,
        _above,
        computed.FIELDS.get(_cls, {}),
        _NAMES,
    )

if TYPE_CHECKING:
    from schema.commitment import EscalationRule, ServiceCommitment
    from schema.customer import AccessPoint, Customer, EmergencySource, Load, ReceivingPoint, SupplySource
    from schema.entity import Entity
    from schema.grid import ConductingEquipment, ConnectivityNode, Feeder, Substation, Switch
    from schema.incident import Incident, TimelineEntry
    from schema.people import Assignment, Contact, Person, Shift, Team
    from schema.plan import EmergencyPlan, PlanVersion, Procedure, ProcedureStep
    from schema.provenance import SourceLoad
    from schema.records import Hazard
    from schema.vehicle import Vehicle
else:

    def __getattr__(name: str) -> type:
        """The GraphQL type of a thing, for whoever imports it by name."""
        try:
            return GRAPHQL_NAMES[name]
        except KeyError:
            raise AttributeError(f"no thing of the graph is called {name}") from None
