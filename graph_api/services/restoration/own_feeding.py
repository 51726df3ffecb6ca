"""Own feeding (自带电源部分): parts that a source in the zone feeds once an opening parts them from the fault.

    fault ─ DS1 ─ L2 ─ [G2]      L2 has voltage from G2 as soon as DS1 is open: what it takes weighs on G2 from then on
"""  # fmt: skip

from __future__ import annotations

from collections.abc import Iterator

from graph_api.services.restoration.case import Case
from graph_api.services.restoration.dark_grid import DarkGrid
from graph_api.services.restoration.transfer_margin import TransferMargin, Tree


def fed_by_itself(
    case: Case, grid: DarkGrid, margin: TransferMargin, switch: int
) -> Iterator[tuple[frozenset[int], tuple[Tree, ...]]]:
    """Blocks that opening a switch parts from the fault and that hold sources, each part with what it takes: a tree
    for each source, as nobody knows which one feeds it."""
    faulty = case.region.faulty()
    freed = grid.joined(faulty) - grid.joined(faulty, lambda joint: joint.switch != switch)
    parts = dict[frozenset[int], list[int]]()
    for block in grid.blocks(sorted(freed)):
        if block.sources:
            parts.setdefault(grid.joined([block.number], lambda joint: joint.switch != switch), []).extend(
                block.sources
            )
    for part, sources in parts.items():
        yield part, tuple(margin.tree(part, None, at, grid.within(part), grid.unsure(part)) for at in sources)
