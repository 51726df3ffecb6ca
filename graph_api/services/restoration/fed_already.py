"""Fed already (已带电): parts that are dark in the worse world, and feed somebody in another one.

    [G1] - CB1? - L1 - LS9/ - live      CB1 open: LS9 feeds who hangs on L1; closed: it would join two supplies, and to
                                        part L1 from CB1 before would take supply from them: nobody need try it
"""  # fmt: skip

from __future__ import annotations

from graph_api.services.restoration.dark_grid import DarkGrid
from graph_api.services.restoration.play import Play
from graph_api.services.restoration.region import Block, Joint


class FedAlready:
    """Of the worlds of a play, which blocks have voltage there; read again when the play stands otherwise."""

    def __init__(self, play: Play, grid: DarkGrid) -> None:
        self._play, self._grid = play, grid
        self._version = -1
        self._found: list[tuple[Play, frozenset[int]]] = []

    def somewhere(self, closer: Joint, blocks: frozenset[int]) -> bool:
        """Whether in some world a closing would join somebody among these blocks, parted from all others, who has
        supply already to what is live in every world."""
        inner = next(end for end in closer.ends if end in blocks)
        for world, living in self._worlds():
            if not living or world.is_closed(closer.switch) or not world.live(closer.node_at(inner)):
                continue
            if not living.isdisjoint(self._joined(world, inner, blocks)):
                return True
        return False

    def _worlds(self) -> list[tuple[Play, frozenset[int]]]:
        if self._version != self._play.version:
            self._version = self._play.version
            self._found = [(each, self._living(each)) for each in self._play.worlds]
        return self._found

    def _living(self, world: Play) -> frozenset[int]:
        """Blocks that feed somebody in a world who had supply there before the event."""
        before = world.before.topology.may_be_energised
        return frozenset(
            block.number
            for block in self._grid.region.blocks
            if world.live(block.nodes[0]) and any(before(at) and world.live(at) for at in _people(block))
        )

    def _joined(self, world: Play, start: int, blocks: frozenset[int]) -> frozenset[int]:
        """Those of some blocks that hang together with one in a world."""
        found, todo = {start}, [start]
        while todo:
            for joint in self._grid.region.at[todo.pop()]:
                fresh = {end for end in joint.ends if end in blocks and end not in found}
                if fresh and world.is_closed(joint.switch):
                    found |= fresh
                    todo += fresh
        return frozenset(found)


def _people(block: Block) -> list[int]:
    return [*block.supplies, *block.areas]
