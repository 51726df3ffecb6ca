"""Types of the things in the graph: derived from schema/, with the relationships that front-ends follow as fields.

The objects behind them are the schema's own: for the type checker the names here are those classes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import strawberry

from graph_api.graphql import enums  # noqa: F401  (no type may refer to an enum before it is described)
from graph_api.graphql.entities import computed
from graph_api.graphql.entities.types import checker, namespace_of, resolve_names, type_name
from graph_api.graphql.lists.connections import Connection
from schema import entity, grid
from schema.registry import CLASS_OF, EntityKind

__all__ = [
    "ENTITY_TYPES",
    "INTERFACES",
    "Assignment",
    "ConductingEquipment",
    "ConnectivityNode",
    "Contact",
    "Customer",
    "EmergencyPlan",
    "EmergencySource",
    "Entity",
    "Feeder",
    "Load",
    "Node",
    "Person",
    "PlanVersion",
    "Procedure",
    "ReceivingPoint",
    "Shift",
    "SourceLoad",
    "Substation",
    "SupplySource",
    "Switch",
    "Team",
]


@strawberry.interface(description="节点: anything that has an id. Ids are permanent; merged ids lead on.")
class Node:
    """Our own Node, not Strawberry's: ids never encode the type."""

    id: strawberry.ID = strawberry.field(description="标识: permanent opaque id, minted once.")

    @classmethod
    def resolve_type(cls, value: Any, info: Any, abstract_type: Any) -> str:  # noqa: ARG003  (called by graphql-core)
        """Name of the type that a thing is."""
        return type_name(value)


def _interface(cls: type[entity.Entity], above: type, above_cls: type[entity.Entity]) -> type:
    namespace = namespace_of(cls, above_cls, __name__, computed.FIELDS.get(cls, {}))
    namespace["resolve_type"] = Node.__dict__["resolve_type"]
    made = type(cls.__name__, (above,), namespace)
    return strawberry.interface(made, description=_first_line(made))


def _first_line(cls: type) -> str:
    return (cls.__doc__ or "").splitlines()[0]


def _nearest(cls: type[entity.Entity]) -> type[entity.Entity]:
    return next(base for base in cls.__mro__ if base in INTERFACES)


def _object(cls: type[entity.Entity]) -> type:
    above = _nearest(cls)
    namespace = namespace_of(cls, above, __name__, computed.FIELDS.get(cls, {}))
    namespace["is_type_of"] = checker(cls)
    made = type(cls.__name__, (INTERFACES[above],), namespace)
    return strawberry.type(made, description=_first_line(made))


INTERFACES: dict[type[entity.Entity], type] = {}
"""Interfaces, from the most general down, by the class of the schema they stand for."""
INTERFACES[entity.Entity] = _interface(entity.Entity, Node, entity.Entity)
INTERFACES[grid.Located] = _interface(grid.Located, INTERFACES[entity.Entity], entity.Entity)
INTERFACES[grid.ConductingEquipment] = _interface(grid.ConductingEquipment, INTERFACES[grid.Located], grid.Located)
INTERFACES[grid.Switch] = _interface(grid.Switch, INTERFACES[grid.ConductingEquipment], grid.ConductingEquipment)
INTERFACES[grid.ProtectedSwitch] = _interface(grid.ProtectedSwitch, INTERFACES[grid.Switch], grid.Switch)

ENTITY_TYPES: dict[EntityKind, type] = {kind: _object(cls) for kind, cls in CLASS_OF.items()}
"""The object type of each kind."""

GRAPHQL_NAMES: dict[str, type] = {made.__name__: made for made in (*INTERFACES.values(), *ENTITY_TYPES.values())}
"""Every type of a thing by its name, which the fields of the others know it by."""
resolve_names(GRAPHQL_NAMES.values(), {**GRAPHQL_NAMES, Connection.__name__: Connection})

if TYPE_CHECKING:
    from schema.customer import Customer, EmergencySource, Load, ReceivingPoint, SupplySource
    from schema.entity import Entity
    from schema.grid import ConductingEquipment, ConnectivityNode, Feeder, Substation, Switch
    from schema.people import Assignment, Contact, Person, Shift, Team
    from schema.plan import EmergencyPlan, PlanVersion, Procedure
    from schema.provenance import SourceLoad
else:

    def __getattr__(name: str) -> type:
        """The GraphQL type of a thing, for whoever imports it by name."""
        try:
            return GRAPHQL_NAMES[name]
        except KeyError:
            raise AttributeError(f"no thing of the graph is called {name}") from None
