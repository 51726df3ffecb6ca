"""Disconnected terminals: kept as mappings to equipment and node, so that an SSH file can connect them again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from loaders.cim.connect import Parted
from loaders.cim.model import Model
from loaders.cim.parse import CimObject
from loaders.source import Reading
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
