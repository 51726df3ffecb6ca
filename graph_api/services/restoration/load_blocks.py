"""The healthy dark part of the grid as blocks between switches: what is fed, or left dark, as a whole.

    cut ─ DS1 ─ L2 ─ LS1 ─ L3 ─ LS9/ ─ live        blocks {L2} and {L3}, joined by LS1, with LS9 leading to supply
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from graph_api.readmodel.model import ReadModel
from schema.grid import Switch
from schema.registry import EntityKind
from schema.relationships import RelationshipKind


@dataclass(slots=True)
class LoadBlock:
    """Nodes and equipment joined without a switch: load in kW, and the switches that stand around it."""

    number: int
    members: list[int] = field(default_factory=list)
    kw: float = 0.0
    closed: dict[int, int] = field(default_factory=dict)
    """Closed switches to neighbouring blocks, by switch."""
    open: dict[int, int] = field(default_factory=dict)
    """Switches that stand open between this and another block, by switch."""
    ties: dict[int, int] = field(default_factory=dict)
    """Open switches to what is live: the live node behind each."""


def load_blocks_of(
    model: ReadModel, dark: Collection[int], barred: Collection[int], is_live: Callable[[int], bool]
) -> list[LoadBlock]:
    """Blocks of the dark part. `barred` are switches that must stay as they are; `is_live` says it of nodes.

    Customers' own switches part nothing: the grid is never fed through a customer's network.
    """
    graph = model.graph
    inside = set(dark)
    power = model.customers.accounts.power
    number_of: dict[int, int] = {}
    blocks: list[LoadBlock] = []
    nodes = [at for at in sorted(inside) if graph.kind(at) is EntityKind.CONNECTIVITY_NODE]
    for start in nodes:
        if start in number_of:
            continue
        block = LoadBlock(len(blocks))
        blocks.append(block)
        number_of[start] = block.number
        todo = [start]
        while todo:
            node = todo.pop()
            block.members.append(node)
            for at in graph.sources(node, RelationshipKind.CONNECTS):
                if at in number_of or at not in inside or _parts(model, at):
                    continue
                number_of[at] = block.number
                block.members.append(at)
                block.kw += float(power[at])
                for other in graph.targets(at, RelationshipKind.CONNECTS):
                    if other in inside and other not in number_of:
                        number_of[other] = block.number
                        todo.append(other)
    for node in nodes:
        for at in graph.sources(node, RelationshipKind.CONNECTS):
            if at not in barred and _parts(model, at) and graph.get(Switch, at).in_service:
                _join(model, blocks, number_of, at, at in inside, is_live)
    return blocks


def _join(
    model: ReadModel,
    blocks: list[LoadBlock],
    number_of: dict[int, int],
    switch: int,
    closed: bool,
    is_live: Callable[[int], bool],
) -> None:
    """Enter a switch at the blocks that it stands between."""
    ends = model.graph.targets(switch, RelationshipKind.CONNECTS)
    for node in ends:
        here = number_of.get(node)
        if here is None:
            continue
        for other in ends:
            there = number_of.get(other)
            if there is not None and there != here:
                (blocks[here].closed if closed else blocks[here].open)[switch] = there
            elif there is None and not closed and is_live(other):
                blocks[here].ties[switch] = other


def _parts(model: ReadModel, index: int) -> bool:
    """Whether equipment is a switch of the grid."""
    return isinstance(model.graph.entity(index), Switch) and not model.customers.accounts.owns(index)
