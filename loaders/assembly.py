"""Equipment and the nodes that it stands on, as formats that number their buses write them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError

from schema.batch import GraphBatch
from schema.entity import Entity
from schema.grid import ConnectivityNode
from schema.relationships import Relationship, RelationshipKind
from schema.validation import Fault, fault_of


class Assembly:
    """What one file makes: ids are the system's name and the file's own key, rows those of its load."""

    def __init__(self, system: str, load: int) -> None:
        self._system, self._load = system, load
        self._nodes: set[str] = set()
        self.made = GraphBatch()

    def put(
        self,
        cls: type[Entity],
        key: str,
        name: str,
        row: int,
        at: Sequence[str],
        fields: dict[str, Any],
        called: Sequence[str] = (),
    ) -> Fault | None:
        """An entity with a terminal on each of these nodes, 1, 2, ...; what is wrong with a field if it cannot be.

        `called` has the names of the nodes, where they are not their keys.
        """
        try:
            entity = cls(id=self.id(key), name=name, load=self._load, row=row, **fields)
        except ValidationError as error:
            return fault_of(error, fields)
        self.made.entities.append(entity)
        if isinstance(entity, ConnectivityNode):
            self._nodes.add(entity.id)
        for number, (node, bus) in enumerate(zip(at, called or at, strict=True), 1):
            self.made.relationships.append(
                Relationship(
                    kind=RelationshipKind.CONNECTS,
                    source=entity.id,
                    target=self.node(node, bus),
                    key=str(number),
                    load=self._load,
                    row=row,
                )
            )
        return None

    def node(self, key: str, name: str = "", row: int = 0) -> str:
        """The id of a node, which is made where it is named first; without a name it is called by its key."""
        ident = self.id(key)
        if ident not in self._nodes:
            self._nodes.add(ident)
            self.made.entities.append(ConnectivityNode(id=ident, name=name or key, load=self._load, row=row))
        return ident

    def id(self, key: str) -> str:
        """The id of what the file calls so."""
        return f"{self._system}:{key}"
