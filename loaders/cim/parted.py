"""Disconnected terminals: kept as mappings to equipment and node, so that an SSH file can connect them again.

A lone SSH file disconnects, too: equipment has the identities of its terminals (`terminal_ids`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from loaders.cim.connect import Parted
from loaders.cim.model import Model
from loaders.cim.parse import CimObject
from loaders.source import Reading
from schema.batch import GraphBatch
from schema.grid import ConductingEquipment
from schema.provenance import IdentifierMapping
from schema.registry import EntityKind
from schema.relationships import Relationship, RelationshipKind

SYSTEM = "CIM Terminal"


def terminal_id(item: CimObject) -> str:
    """Id of what stands for a terminal, in whatever way its identity is written."""
    return f"TERMINAL:{item.key.removeprefix('_').casefold()}"


def kept(model: Model, parted: Sequence[Parted], ids: Mapping[str, str]) -> Iterator[IdentifierMapping]:
    """A mapping for each disconnected terminal whose equipment and node were made."""
    for each in parted:
        if each.equipment.key in ids and each.node in ids:
            yield IdentifierMapping(
                id=terminal_id(each.terminal),
                system=SYSTEM,
                key=f"{each.terminal.named} {each.number}",
                load=model.load_of(each.terminal),
                row=each.terminal.line,
            )


def links(model: Model, parted: Sequence[Parted], ids: Mapping[str, str]) -> Iterator[Relationship]:
    """To equipment and node of each disconnected terminal."""
    for each in parted:
        if each.equipment.key in ids and each.node in ids:
            for end in (each.equipment.key, each.node):
                yield Relationship(
                    kind=RelationshipKind.IDENTIFIES,
                    source=terminal_id(each.terminal),
                    target=ids[end],
                    load=model.load_of(each.terminal),
                    row=each.terminal.line,
                )


def is_parted(reading: Reading, terminal: CimObject, equipment: str, number: str) -> bool:
    """Whether the graph holds a terminal as disconnected."""
    if not isinstance(reading.entity(terminal_id(terminal)), IdentifierMapping):
        return False
    return all(link.key != number for link in reading.leaving(equipment, RelationshipKind.CONNECTS))


class Terminals:
    """The terminals of all equipment in the graph, by their identities; looked through once, when first asked."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._of: dict[str, tuple[ConductingEquipment, str]] | None = None

    def part(self, item: CimObject, batch: GraphBatch) -> bool:
        """Disconnect a terminal; whether the graph has it. Nothing changes where it is disconnected already."""
        found = self._found(item)
        if found is None:
            return False
        equipment, number = found
        for link in self._reading.leaving(equipment.id, RelationshipKind.CONNECTS):
            if link.key != number:
                continue
            mapping = IdentifierMapping(
                id=terminal_id(item),
                system=SYSTEM,
                key=f"{item.named} {number}",
                load=equipment.load,
                row=equipment.row,
            )
            batch.delete_relationships.append(link)
            batch.entities.append(mapping)
            batch.relationships += [
                Relationship(
                    kind=RelationshipKind.IDENTIFIES,
                    source=mapping.id,
                    target=end,
                    load=equipment.load,
                    row=equipment.row,
                )
                for end in (equipment.id, link.target)
            ]
        return True

    def has(self, item: CimObject) -> bool:
        """Whether the graph has a terminal of this identity."""
        return self._found(item) is not None

    def _found(self, item: CimObject) -> tuple[ConductingEquipment, str] | None:
        if self._of is None:
            self._of = {
                terminal.casefold(): (each, str(number))
                for each in self._reading.equipment()
                for number, terminal in enumerate(each.terminal_ids, 1)
                if terminal
            }
        return self._of.get(item.key.removeprefix("_").casefold())


def connected_again(reading: Reading, item: CimObject) -> Relationship | None:
    """The connection of a terminal that the graph keeps as disconnected; None for any other.

    It counts as a part of the model's own load: a later load of the model that holds it not takes it away.
    """
    mapping = reading.entity(terminal_id(item))
    if not isinstance(mapping, IdentifierMapping):
        return None
    ends = reading.linked(mapping.id, RelationshipKind.IDENTIFIES)
    nodes = [end for end in ends if reading.known(end) is EntityKind.CONNECTIVITY_NODE]
    others = [end for end in ends if end not in nodes]
    if len(nodes) != 1 or len(others) != 1:
        return None
    return Relationship(
        kind=RelationshipKind.CONNECTS,
        source=others[0],
        target=nodes[0],
        key=mapping.key.rpartition(" ")[2],
        load=mapping.load,
        row=mapping.row,
    )
