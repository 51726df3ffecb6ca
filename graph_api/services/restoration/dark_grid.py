"""The dark grid (停电网络状态): which blocks of a region are live by now, and how the others hang together."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable

from graph_api.services.restoration.region import LIVE, Block, Joint, Region

Operable = Callable[[Joint], bool]


class DarkGrid:
    """Blocks and joints of a region while it is fed again. Unknown positions count as closed."""

    def __init__(self, region: Region, is_closed: Callable[[int], bool], unknown: Iterable[int]) -> None:
        self.region = region
        self.unknown = set(unknown)
        self.closed = {switch for switch in region.joints if switch in self.unknown or is_closed(switch)}
        self.live: set[int] = set()

    def saved(self) -> tuple[frozenset[int], ...]:
        """How it stands, to come back to."""
        return frozenset(self.closed), frozenset(self.unknown), frozenset(self.live)

    def restore(self, saved: tuple[frozenset[int], ...]) -> None:
        """Come back to how it stood."""
        self.closed, self.unknown, self.live = map(set, saved)

    def is_live(self, end: int) -> bool:
        """Whether an end of a joint has voltage."""
        return end == LIVE or end in self.live

    def blocks(self, numbers: Iterable[int]) -> list[Block]:
        """Blocks by their numbers."""
        return [self.region.blocks[number] for number in numbers]

    def may_hang(self, blocks: Iterable[int]) -> bool:
        """Whether a supply without a place may hang on any of these: it has voltage for sure once all its places do."""
        return any(at in self.region.may_hang for block in self.blocks(blocks) for at in block.supplies)

    def joined(
        self, starts: Iterable[int], through: Operable | None = None, closes: Collection[int] = ()
    ) -> frozenset[int]:
        """Blocks that closed joints hold together with some, over joints that may be passed; with others closed."""
        found, todo = set(starts), list(starts)
        while todo:
            block = todo.pop()
            for joint in self.region.at[block]:
                other = joint.other(block)
                is_closed = joint.switch in self.closed or joint.switch in closes
                if not is_closed or other in found or self.is_live(other):
                    continue
                if through is None or through(joint):
                    found.add(other)
                    todo.append(other)
        return frozenset(found)

    def cut(self, operable: Operable) -> frozenset[int]:
        """The smallest part around the fault that these switches can cut out."""
        return self.joined(self.region.faulty(), lambda joint: not operable(joint))

    def islands(self, without: frozenset[int], closed: Operable | None = None) -> list[frozenset[int]]:
        """Dark blocks beside these that closed joints hold together."""
        found: list[frozenset[int]] = []
        seen: set[int] = set(without)
        for block in self.region.blocks:
            if block.number in seen or block.number in self.live:
                continue
            island = self.joined([block.number], self._apart(without, closed))
            seen |= island
            found.append(island)
        return found

    def _apart(self, without: frozenset[int], closed: Operable | None) -> Operable:
        return lambda joint: not set(joint.ends) & without and (closed is None or closed(joint))

    def border(self, blocks: frozenset[int]) -> list[Joint]:
        """Joints with exactly one end among blocks, each once, by switch."""
        found = {joint.switch: joint for block in blocks for joint in self.region.at[block]}
        return [found[switch] for switch in sorted(found) if sum(end in blocks for end in found[switch].ends) == 1]

    def within(self, blocks: frozenset[int]) -> list[int]:
        """Closed switches between blocks of these."""
        return [
            joint.switch
            for block in blocks
            for joint in self.region.at[block]
            if joint.switch in self.closed and all(end in blocks for end in joint.ends)
        ]

    def unsure(self, blocks: frozenset[int]) -> list[int]:
        """Switches of unknown position between blocks of these."""
        return [at for at in dict.fromkeys(self.within(blocks)) if at in self.unknown]

    def outwards(self, first: int, blocks: frozenset[int], closes: Collection[int]) -> list[int]:
        """Blocks of these from the first on, as they are reached over closed joints, and over others once closed."""
        found = {first: None}
        for block in (order := [first]):
            for joint in self.region.at[block]:
                other = joint.other(block)
                passed = joint.switch in self.closed or joint.switch in closes
                if passed and other in blocks and other not in found:
                    found[other] = None
                    order.append(other)
        return order

    def of_use(
        self, blocks: frozenset[int], first: int, wanted: Iterable[int], closes: Collection[int] = ()
    ) -> list[int]:
        """Those of them without which some that are wanted are not reached from the first, once others are closed."""
        found, idle, goal = list[int](), set[int](), set(wanted)
        for switch in self.unsure(blocks):
            idle.add(switch)
            reached = self.joined(
                [first], lambda each: each.switch not in idle and blocks.issuperset(each.ends), closes
            )
            if not goal <= reached:
                idle.remove(switch)
                found.append(switch)
        return found

    def is_idle(self, joint: Joint, blocks: frozenset[int]) -> bool:
        """Whether a joint leads from blocks only to dark plant that feeds nobody and is not faulty."""
        others = [end for end in joint.ends if end not in blocks]
        beyond = self.blocks(self.joined(others, lambda each: blocks.isdisjoint(each.ends)))
        return not any(each.faulty or each.supplies or each.areas or each.sources for each in beyond)

    def road(
        self, start: frozenset[int], goal: frozenset[int], part: dict[int, frozenset[int]]
    ) -> frozenset[int] | None:
        """Pieces on a shortest way over closed joints from what is chosen to a goal, the goal included."""
        came: dict[int, int | None] = dict.fromkeys(goal)
        todo = deque(goal)
        while todo:
            block = todo.popleft()
            if block in start:
                found, at = goal, came[block]
                while at is not None:
                    found |= part[at]
                    at = came[at]
                return found
            for joint in self.region.at[block]:
                other = joint.other(block)
                if joint.switch in self.closed and other in part and other not in came:
                    came[other] = block
                    todo.append(other)
        return None

    def feed(self, blocks: Iterable[int]) -> None:
        """Blocks have voltage."""
        self.live.update(blocks)
