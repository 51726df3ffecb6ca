"""Groups (一次恢复的部分): what is fed at once, over which way, and what that is worth."""

from __future__ import annotations

from dataclasses import dataclass, replace

from graph_api.services.restoration.region import Joint
from graph_api.services.restoration.transfer_margin import Tree


@dataclass(frozen=True, slots=True)
class Worth:
    """What a block has to gain: the place of its most urgent customer (lower is more urgent), and kW."""

    rank: int
    kw: float


LAST = 2**31
"""Rank of who is nobody in particular."""
NOTHING = Worth(LAST, 0.0)


@dataclass(frozen=True, slots=True)
class Way:
    """Blocks that are fed at once: over a closer from what is live, or by a source of their own."""

    blocks: frozenset[int]
    closer: Joint | None
    source: int | None
    closes: tuple[int, ...]
    """Switches closed between them while they are dead."""


@dataclass(frozen=True, slots=True)
class Group:
    """One part that is fed at once: open these, close those while they are dead, then close the last."""

    blocks: frozenset[int]
    opens: tuple[int, ...]
    dead_closes: tuple[int, ...]
    closer: int | None
    """None: a source of its own feeds it as soon as it is parted from the fault."""
    tree: Tree
    beyond: int | None
    """The live node that it is fed from."""
    otherwise: Group | None = None
    """The same with switches of unknown position closed for sure, where they cannot be left as they are."""
    left: bool = False
    """Whether the last is of unknown position, and left as it is: who has supply then, a look at it decides."""

    def without(self, switch: int | None) -> Group:
        """The same with one of its switches left as it is."""
        closes = tuple(at for at in self.dead_closes if at != switch)
        return replace(self, dead_closes=closes, left=self.left or switch == self.closer)
