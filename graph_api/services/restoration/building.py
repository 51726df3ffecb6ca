"""Building (编制方案): the operations of one plan, each tried on the play before it is written down.

Two stages: with switches that are operated from afar alone, a wider cut that gives back what it can in minutes; then
the field narrows it and the rest follows. Customers change over first where the grid would be slower.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from functools import partial

from graph_api.readmodel.customers import Supply
from graph_api.services.restoration.at_customers import (
    access_points,
    change_over_by_hand,
    incoming_bays,
    weights,
)
from graph_api.services.restoration.case import Case
from graph_api.services.restoration.dark_grid import DarkGrid, Operable
from graph_api.services.restoration.fed_already import FedAlready
from graph_api.services.restoration.groups import LAST, Group
from graph_api.services.restoration.growing import Growing, Objective
from graph_api.services.restoration.operations import Operation, doer_of_switch, site_of
from graph_api.services.restoration.own_feeding import fed_by_itself
from graph_api.services.restoration.play import Unsafe
from graph_api.services.restoration.transfer_margin import TransferMargin
from graph_api.services.restoration.wording import StepAction, StepPurpose
from graph_api.services.restoration.worths import Worths
from schema.durations import Means
from schema.vocabulary import ResponsibilityRole
from schema.words import say

_ELECTRICIAN = ResponsibilityRole.CUSTOMER_ELECTRICIAN


class _InSomeWorlds(Unsafe):
    """What would be fed only as a switch of unknown position stands: another way is better, if there is one."""


class Building:
    """A plan in the making."""

    def __init__(self, case: Case, objective: Objective, left_closed: frozenset[int] = frozenset()) -> None:
        self.case, self.objective, self.left_closed = case, objective, left_closed
        self.play = case.play()
        self.begun = tuple(dict(each.points) for each in (self.play, *self.play.worlds))
        """Receiving points as they stand at the start, in each world."""
        self.grid = DarkGrid(case.region, self.play.is_closed, case.unknown())
        self.margin = TransferMargin(self.play, case.region, case.flows_of(self.play))
        self.worth = Worths(self.play, case)
        self.growing = Growing(self.grid, self.margin, self.worth, case, objective, FedAlready(self.play, self.grid))
        self.operations: list[Operation] = []
        self.left: dict[tuple[StepAction, int], Operation] = {}  # what plans that were left may have locked or earthed
        self._done_by: dict[int, int] = {}  # the operation that operated a switch last
        self.short: set[int] = set()
        """Customers whose supply is live but cannot carry what closing it would bring."""
        self._fed_by: dict[int, int] = {}  # the operation that fed a block

    def build(self, first: Collection[int], *, in_stages: bool) -> None:
        """Everything, what is operated from afar before the rest `in_stages`; `first` change over before anything."""
        for point in list(self.play.points):
            if self.play.lacks(point):
                self._release(point, set())
        for point in first:
            self._change_over(point, set())
        if in_stages:
            self.growing.begin(from_afar=True)
            self._stage(self.case.may_operate_from_afar)
        self.feed_again()

    def feed_again(self) -> None:
        """All that is left to be fed, as by a smaller cut."""
        self.growing.begin()
        self._stage(self.case.may_operate)
        self._close_in_doubt()
        self._at_customers(set())

    def add(self, operation: Operation) -> int:
        """Write an operation down; its number."""
        if operation.means is Means.ON_SITE:
            operation.site = site_of(self.case.before, operation.target)
        self.operations.append(operation)
        if operation.action is StepAction.LOCK:
            self.play.lock(operation.target)
        return len(self.operations) - 1

    def _stage(self, operable: Operable) -> None:
        """Feed one part after the other; last what is fed in some worlds of unknown switches only."""
        doubtful: list[Group] = []
        while (group := self.growing.next_group(operable) or (doubtful.pop(0) if doubtful else None)) is not None:
            in_doubt = (group.closer, group.blocks) in self.growing.barred
            if in_doubt and (group.blocks & self.grid.live or not self.margin.fits(group.tree, group.beyond)):
                continue
            commit = self._commit_least if in_doubt else partial(self._commit, in_doubt=False)
            refused = self._refusal_of(partial(commit, group))
            if refused is not None and group.otherwise is not None:
                group = group.otherwise
                refused = self._refusal_of(partial(commit, group))
            if refused is not None:
                self.growing.barred.add((group.closer, group.blocks))
                doubtful += [group] if isinstance(refused, _InSomeWorlds) and not in_doubt else []

    def _refusal_of(self, act: Callable[[], None]) -> Unsafe | None:
        """Do something, or nothing of it where any part is refused: why, then."""
        take_back = self.stands()
        try:
            act()
        except Unsafe as refused:
            take_back()
            return refused
        return None

    def stands(self) -> Callable[[], None]:
        """How the plan stands: what is returned takes it back to that."""
        now, play, operations = self.play, self.play.saved(), list(self.operations)
        grid, margin, done, fed_by = self.grid.saved(), self.margin.saved(), dict(self._done_by), dict(self._fed_by)

        def take_back() -> None:
            self.play = now
            now.restore(play)
            self.grid.restore(grid)
            self.margin.restore(margin)
            self._done_by, self._fed_by = dict(done), dict(fed_by)
            self.operations[:] = operations

        return take_back

    def _commit_least(self, group: Group) -> None:
        """A part that is fed in some worlds only, with no closing that gives nobody anything in any of them."""
        take_back = self.stands()
        self._commit(group, in_doubt=True)
        for at in (at for at in (group.closer, *group.dead_closes) if at is not None):
            lesser, lacking, again = group.without(at), self._lacking(), self.stands()
            take_back()
            if self._refusal_of(partial(self._commit, lesser, in_doubt=True)) is None and self._lacking() <= lacking:
                group = lesser
            else:
                again()

    def _close_in_doubt(self) -> None:
        """Close what may have tripped behind a switch of unknown position that stays as it is: a look at it decides."""
        self.growing.begin()
        while self.play.worlds and (group := next(self.growing.in_doubt(self.case.may_operate), None)) is not None:
            self._refusal_of(partial(self._commit_least, group))
            self.growing.barred.add((group.closer, group.blocks))

    def _commit(self, group: Group, *, in_doubt: bool) -> None:
        needs, out, lacking = self._needed(group) | self._moved_away(group), self._out(), self._lacking()
        rank = min((self.worth(block).rank for block in group.blocks), default=LAST)
        cut = self.grid.joined(self.case.region.faulty(), lambda joint: joint.switch not in group.opens)
        edges = {at for at in group.opens if set(self.case.region.joints[at].ends) & cut}
        by_itself = group.closer is None  # it has voltage as soon as it is parted from the fault: that comes last
        for switch in sorted(group.opens, key=lambda at: by_itself and at in edges):
            purpose = StepPurpose.ISOLATE if switch in edges else StepPurpose.SECTION
            needs.add(self._switch(StepAction.OPEN, switch, purpose, rank, set(needs) if by_itself else set()))
        for switch in group.dead_closes:
            try:
                needs.add(self._switch(StepAction.CLOSE, switch, StepPurpose.RESUPPLY, rank, set(needs)))
            except Unsafe:
                if switch not in self.grid.unknown:  # else it may stand open, with voltage on it: it is left as it is
                    raise
        last = max(needs, default=None)
        if group.closer is not None and not group.left:
            purpose = StepPurpose.FEED_UPSTREAM if group.closer in self.case.were_closed else StepPurpose.RESUPPLY
            last = self._switch(StepAction.CLOSE, group.closer, purpose, rank, needs)
        unsure = self.grid.unsure(group.blocks)
        fed = frozenset(filter(self._is_fed, group.blocks)) if unsure or group.left else group.blocks
        missed = any(self.worth.is_missed(block) for block in group.blocks - fed)
        if (self._out() >= out) if in_doubt else missed:
            name = self.case.before.graph.id(next(iter(unsure), group.closer or -1))
            raise _InSomeWorlds(say("It is not known whether {switch} is closed.", switch=name))
        self.margin.take(group.tree, group.beyond)
        self.grid.feed(fed)
        self._fed_by.update({} if last is None else dict.fromkeys(fed, last))
        self._at_customers(needs if last is None else {last})
        if self._lacking() > lacking - 1e-9 and not self.grid.may_hang(group.blocks):
            raise Unsafe(say("Nobody would have more by it."))

    def _lacking(self) -> float:
        """How many areas, and parts of loads, have no supply that had it, in all worlds together."""
        return sum(play.lacking() for play in self.play.worlds or (self.play,))

    def _out(self) -> int:
        """How many are out, in all worlds together."""
        return sum(play.is_out(at) for play in self.play.worlds for at in (*self.case.rank, *self.play.areas))

    def _is_fed(self, block: int) -> bool:
        """Whether a block has voltage in every world."""
        nodes = self.case.region.blocks[block].nodes
        return all(play.live(node) for play in self.play.worlds or (self.play,) for node in nodes)

    def _moved_away(self, group: Group) -> set[int]:
        """Change-overs that must be done before a part is fed: without them it would have to carry them, too."""
        supplies = {supply for block in self.grid.blocks(sorted(group.blocks)) for supply in block.supplies}
        found, kw = set[int](), 0.0
        for number, each in enumerate(self.operations):
            if each.action is not StepAction.TRANSFER or each.point is None:
                continue
            known = self.play.points[each.point]
            if any(s.stands_for in supplies and s.index not in each.supplies for s in known.point.supplies):
                found.add(number)
                kw += sum(weights(known, self.play.live, self.play.dead).values())
        return found if found and not self.margin.fits_beside(group.tree, group.beyond, kw) else set()

    def _needed(self, group: Group) -> set[int]:
        """Operations that must be done before a part can be fed: what parted it from others, what feeds its supply."""
        found = set()
        for joint in self.grid.border(group.blocks):
            if joint.switch in self._done_by and joint.switch not in self.grid.closed:
                found.add(self._done_by[joint.switch])
            if joint.switch == group.closer:
                found |= {self._fed_by[end] for end in joint.ends if end in self._fed_by}
        return found

    def _switch(self, action: StepAction, switch: int, purpose: StepPurpose, rank: int, needs: set[int]) -> int:
        opens = action is StepAction.OPEN
        if switch in self.grid.unknown and switch in self.case.fixed:
            raise Unsafe(say("{switch} cannot be operated.", switch=self.case.before.graph.id(switch)))
        if opens and switch in self.grid.unknown:
            purpose = StepPurpose.CONFIRM_OPEN
        if opens and self.play.worlds and self.margin.lay_in_a_ring(switch):
            needs = needs | {number for number, each in enumerate(self.operations) if each.opens}
            if not self.margin.bears_without(switch):
                name = self.case.before.graph.id(switch)
                raise Unsafe(say("What {switch} carries, if it is closed, could not be carried.", switch=name))
        self.play.operate(opens=[switch] if opens else (), closes=() if opens else [switch])
        (self.grid.closed.discard if opens else self.grid.closed.add)(switch)
        self.grid.unknown.discard(switch)
        doer, means, place = doer_of_switch(self.case.before, switch)
        number = self.add(
            Operation(
                action=action,
                purpose=purpose,
                target=switch,
                doer=doer,
                means=means,
                place=place,
                rank=rank,
                opens=(switch,) if opens else (),
                closes=() if opens else (switch,),
                needs=needs,
            )
        )
        self._done_by[switch] = number
        return number

    def feeds(self, number: int) -> bool:
        """Whether an operation gave a part its voltage."""
        return number in self._fed_by.values()

    def operated(self, switch: int) -> set[int]:
        """The operation that operated a switch last, if any did."""
        return {self._done_by[switch]} if switch in self._done_by else set()

    def open_first(self, switch: int, purpose: StepPurpose) -> int:
        """Open a switch inside a customer before anything else, so that what lies beyond can be fed."""
        owner = int(self.case.before.customers.accounts.owner[switch])
        return self._switch(StepAction.OPEN, switch, purpose, self.case.rank.get(owner, LAST - 1), set())

    def open_later(self, switch: int, purpose: StepPurpose, needs: set[int]) -> int:
        """Open a switch of the grid once everybody is back. Raises Unsafe where a source that it parts from the fault
        could not carry what it feeds then: whoever runs it switches it off before."""
        parts = dict(fed_by_itself(self.case, self.grid, self.margin, switch))
        if not all(map(self.margin.may_feed_itself, parts.values())):
            name = self.case.before.graph.id(switch)
            raise Unsafe(say("What {switch} parts from the fault could not be carried.", switch=name))
        number = self._switch(StepAction.OPEN, switch, purpose, LAST, needs)
        self.operations[number].later = True
        for part, trees in parts.items():
            self.margin.take_as_it_is(trees, [at for block in self.grid.blocks(part) for at in block.areas])
            self.grid.feed(filter(self._is_fed, part))
            self._fed_by.update(dict.fromkeys(part, number))
        self._at_customers({number})
        return number

    def _at_customers(self, needs: set[int]) -> None:
        """What customers do now that supply has come back: close released switches, change over."""
        for point in list(self.play.points):
            if self.play.lacks(point):
                self._release(point, needs)
            if self.play.lacks(point):
                self._change_over(point, needs)

    def _release(self, point: int, needs: set[int]) -> None:
        known = self.play.points[point]
        ready = [
            supply
            for supply in known.point.supplies
            if supply.index in known.released and supply.stands_for >= 0 and self.play.live(supply.stands_for)
        ]
        saved, missing = self.play.saved(), self._missing(point)
        for supply in ready:
            if self.case.stays_open(incoming_bays(self.play.before, supply)):
                continue
            self.play.release(point, [supply.index])
            if self._missing(point) >= missing or not self._is_carried(point):
                self.play.restore(saved)
                continue
            self._close_again(point, supply, needs, by_hand=supply.index in known.parted)
            saved, missing = self.play.saved(), self._missing(point)

    def _is_carried(self, point: int) -> bool:
        """Whether the grid can carry what a point takes now; if not, it is told as short of capacity."""
        if self.margin.carries(point):
            return True
        self.short.add(self.play.owner[point])
        return False

    def _close_again(self, point: int, supply: Supply, needs: set[int], *, by_hand: bool) -> int:
        """Close what a release has opened, or somebody by hand: then nothing may stand or lie behind it."""
        bays = incoming_bays(self.play.before, supply)
        target = bays[0] if bays else supply.index
        number = self._customer_step(
            StepAction.CLOSE if by_hand else StepAction.RELEASE,
            StepPurpose.CLOSE_AGAIN,
            point,
            target,
            self._freed(point, [target], needs) if by_hand else needs,
            supplies=(supply.index,),
        )
        self.operations[number].closes = bays[:1] or ((supply.index,) if supply.position is not None else ())
        return number

    def _freed(self, point: int, switches: Iterable[int], needs: set[int]) -> set[int]:
        """Operations before what was opened by hand is closed: a generator that may stand there is taken away, then
        the locks are taken off."""
        away = {self._taken_away(point, access, needs) for access in access_points(self.case.before, point)}
        purpose = StepPurpose.CLOSE_AGAIN
        off = {self._customer_step(StepAction.UNLOCK, purpose, point, at, needs | away) for at in switches}
        return needs | away | off

    def _taken_away(self, point: int, access: int, needs: set[int]) -> int:
        for number, each in enumerate(self.operations):
            if each.target == access and each.purpose is StepPurpose.TAKE_GENERATOR_AWAY:
                return number
        number = self._customer_step(StepAction.GENERATOR, StepPurpose.TAKE_GENERATOR_AWAY, point, access, needs)
        self.operations[number].doer = ResponsibilityRole.EMERGENCY_POWER
        return number

    def _change_over(self, point: int, needs: set[int]) -> None:
        play = self.play
        known = play.points[point]
        change = change_over_by_hand(known, play.live, play.dead)
        if change is None or self.case.stays_open(change.closes):
            return
        saved, missing = play.saved(), self._missing(point)
        held = known.released & set(change.supplies)
        play.release(point, held)
        play.change_over(point, change)
        if self._missing(point) >= missing or not self._is_carried(point):
            play.restore(saved)
            return
        for own in known.point.supplies:
            if own.index in held and not {own.index, *incoming_bays(play.before, own)} & {*change.closes}:
                needs = {*needs, self._close_again(point, own, needs, by_hand=own.index in known.parted)}
        if known.parted:
            needs = self._freed(point, change.closes, needs)
        target = change.closes[0] if change.closes else change.supplies[0]
        number = self._customer_step(
            StepAction.TRANSFER, StepPurpose.CHANGE_OVER, point, target, needs, supplies=change.supplies
        )
        operation = self.operations[number]
        parted = (own for own in known.point.supplies if own.index in known.parted)
        done = {bay for own in parted for bay in incoming_bays(play.before, own)}  # somebody has opened it already
        operation.opens = tuple(each for each in change.opens if each not in done)
        operation.closes, operation.change = change.closes, change
        for switch in change.opens:
            self.grid.closed.discard(switch)
            self._done_by[switch] = number

    def _missing(self, point: int) -> float:
        """How much a point lacks: kW, and parts of loads where no power is recorded."""
        was, now = self.play.was[point], self.play.now[point]
        return sum(max(share - now.get(load, 0.0), 0.0) for load, share in was.items())

    def _customer_step(
        self,
        action: StepAction,
        purpose: StepPurpose,
        point: int,
        target: int,
        needs: Iterable[int],
        supplies: tuple[int, ...] = (),
    ) -> int:
        customer = self.play.owner[point]
        return self.add(
            Operation(
                action=action,
                purpose=purpose,
                target=target,
                doer=_ELECTRICIAN,
                means=Means.BY_TELEPHONE,
                place=self.case.before.graph.id(customer),
                rank=self.case.rank.get(customer, LAST - 1),
                supplies=supplies,
                point=point,
                needs=set(needs),
            )
        )
