"""The case (事件情况) that every plan of an event starts from: whom it hits in order of need, the dark region."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from graph_api.lazy import cached_property
from graph_api.readmodel.model import ReadModel
from graph_api.readmodel.positions import standing_report_at
from graph_api.readmodel.topology import Outage
from graph_api.services.outage.dead_before import opened_for_work
from graph_api.services.outage.event import Cause, Event
from graph_api.services.outage.failing import worked_on
from graph_api.services.outage.grid_transfers import transfers_of
from graph_api.services.outage.impact import Impact, impact_in
from graph_api.services.outage.later_hits import LaterHits, later_of
from graph_api.services.outage.possible import Possible
from graph_api.services.outage.situation import Situation, Variable, situation_of
from graph_api.services.restoration.flows import FlowsInWorld, flows_in_worlds
from graph_api.services.restoration.in_worlds import MOST, situations, variables
from graph_api.services.restoration.lit import areas_hit
from graph_api.services.restoration.opened_since import opened_after_repair, opened_on_people
from graph_api.services.restoration.operations import is_customers, is_remote
from graph_api.services.restoration.play import Play
from graph_api.services.restoration.region import Joint, Region, region_of
from schema.grid import Switch
from schema.registry import KINDS, SWITCHES, EntityKind
from schema.relationships import RelationshipKind
from schema.vocabulary import SwitchPosition


@dataclass(frozen=True)
class Case:
    """What is known before anything is planned. Nothing in it changes."""

    model: ReadModel
    event: Event
    situation: Situation
    impact: Impact
    """At the loss."""

    @classmethod
    def of(cls, model: ReadModel, event: Event) -> Case:
        """Raises InvalidInput as `find_impact`."""
        event = replace(event, cause=Cause.FAULTED)
        situation = situation_of(model, event)
        return cls(model, event, situation, impact_in(situation))

    @property
    def before(self) -> ReadModel:
        """The grid before the event."""
        return self.situation.before

    @cached_property
    def rank(self) -> dict[int, int]:
        """Place of each customer that the event hits, the one in most need first; of later faults of it, too."""
        hit = self.impact.customers()
        known = {customer for _, customer in hit}
        later = [each for each in self.later.customers if each[1] not in known]
        return {customer: place for place, (_, customer) in enumerate(sorted([*hit, *later]) if later else hit)}

    @cached_property
    def later(self) -> LaterHits:
        """Whom later faults of the event, or acts of it, took: when they tripped their own devices, or were done."""
        return later_of(self.impact)

    @cached_property
    def areas(self) -> dict[int, float]:
        """Public areas that the event hits, with their kW."""
        return areas_hit(self.situation, self._taken, self.later.lost)

    @cached_property
    def _taken(self) -> frozenset[int]:
        """What the event took in any world of unknown switches, as impact counts it."""
        return frozenset(self.impact.outage.lost.tolist()) if self.situation.undecided else frozenset()

    def play(self) -> Play:
        """A play from now on."""
        return self._begun.again()

    @cached_property
    def _begun(self) -> Play:
        worlds = [Play(each, self.touched, in_world=True) for each in self._worlds]
        return Play(self.situation, self.touched, self.areas, self._taken, worlds)

    @cached_property
    def _worlds(self) -> tuple[Situation, ...]:
        return situations(self.situation, self.undecided)

    @cached_property
    def undecided(self) -> tuple[Variable, ...]:
        """Switches of unknown position that a play has its worlds of, in the order of their bits; () where none can
        matter, or too many."""
        return () if self.are_too_many else self._variables

    @cached_property
    def _variables(self) -> tuple[Variable, ...]:
        """Those that matter to the event, and those around the dark region, as long as these are not too many."""
        return self._of_event if self.are_left_out else self._every

    @cached_property
    def _of_event(self) -> tuple[Variable, ...]:
        return variables(self.situation, self.touched)

    @cached_property
    def _every(self) -> tuple[Variable, ...]:
        """With those around the dark region, which decide whether a closing joins two supplies."""
        before = self.before.topology.position
        joints = self.region.joints if self._of_event else ()
        around = {(at, False) for at in joints if before(at) is SwitchPosition.UNKNOWN}
        return tuple(sorted({*self._of_event, *around}))

    @property
    def are_too_many(self) -> bool:
        """Whether more switches of unknown position matter to the event than every world is played of."""
        return len(self._of_event) > MOST

    @property
    def are_left_out(self) -> bool:
        """Whether some that can matter have no worlds: too many of the event, or with those around the dark region."""
        return len(self._every) > MOST

    @cached_property
    def flows(self) -> tuple[FlowsInWorld, ...]:
        """Flows before the event and now, in each world of unknown switches."""
        return flows_in_worlds(self.before, self._stands_now)

    def flows_of(self, play: Play) -> Iterator[tuple[Play, FlowsInWorld]]:
        """Flows in each world, each with the play in that world; with the play itself where it has no worlds."""
        for flows in self.flows:
            if not play.worlds:
                yield play, flows
            for number, world in enumerate(play.worlds):
                if self._is_one(number, flows.given):
                    yield world, flows

    def _is_one(self, number: int, given: Mapping[int, SwitchPosition]) -> bool:
        """Whether the world of a number is one where unknown switches stand so; those reported unknown since may stand
        otherwise by now."""
        stands = ((at, number >> bit & 1) for bit, (at, since) in enumerate(self.undecided) if not since)
        return all((given[at] is SwitchPosition.CLOSED) == bool(closed) for at, closed in stands if at in given)

    def _stands_now(self, given: Mapping[int, SwitchPosition]) -> dict[int, SwitchPosition]:
        """How switches stand now that stood otherwise before, where these are the positions of unknown ones."""
        mask = sum(1 << bit for bit, (at, _) in enumerate(self.undecided) if given.get(at) is SwitchPosition.CLOSED)
        found = self._worlds[mask] if self._worlds else self.situation
        return {**dict(found.positions_now), **dict.fromkeys(found.now.tripped.tolist(), SwitchPosition.OPEN)}

    @cached_property
    def region(self) -> Region:
        """What has no voltage around the fault."""
        now = self.situation.now
        code = KINDS.index(EntityKind.CONNECTIVITY_NODE)
        lost = now.lost[self.before.graph.kind_codes()[now.lost] == code]
        starts = [*lost.tolist(), *self._other_ends()]
        return region_of(self.before, self.situation.still_fails.places, starts, _live_in(now))

    def _other_ends(self) -> Iterator[int]:
        """Nodes without supply before, where further supplies of customers that are hit end: a tie may lead there."""
        may_be_live = self.before.topology.may_be_energised
        for customer in self.rank:
            for point in self.before.customers.points_of(customer):
                for supply in point.supplies if len(point.supplies) > 1 else ():
                    if supply.in_service and supply.stands_for >= 0 and not may_be_live(supply.stands_for):
                        yield from self.before.graph.targets(supply.stands_for, RelationshipKind.CONNECTS)
                        yield from self._places(supply.index)

    def _places(self, supply: int) -> list[int]:
        """Nodes where a supply without a place may hang; () for any other."""
        places = self.before.topology.unplaced.places_of(supply)
        members = () if places is None else self.before.topology.state.network.indexes(places).tolist()
        return [at for at in members if self.before.graph.kind(at) is EntityKind.CONNECTIVITY_NODE]

    @cached_property
    def fixed(self) -> frozenset[int]:
        """Switches that nobody can or may operate."""
        return frozenset((*self.event.fixed, *self._failed)) | self.for_work

    @property
    def _failed(self) -> frozenset[int]:
        """What failed to trip; where an automatic transfer failed to close a switch, somebody may close it."""
        zone = self.situation.fault.zone.tolist() if self.event.stuck else ()
        idle = (each.closes for each in transfers_of(self.before).every if each.closes not in zone)
        return frozenset(self.event.stuck).difference(idle)

    @cached_property
    def left_to_the_return(self) -> frozenset[int]:
        """Switches of the region that only the way back operates, as it has begun: something was opened since the
        repair, and nothing tripped. A tie closed anew to feed whom that has darkened would be opened again for ever;
        while a disconnector is still to be operated it is all of them, as it may have been opened for that."""
        joints, stood = self.region.joints, self.before.topology.position
        opened = opened_after_repair(self.situation).intersection(joints) - self.for_work
        if self.opened_since or not opened:
            return frozenset()
        moved = (at for at, now in self.situation.positions_now if at in joints and now is not stood(at))
        if any(not self.before.graph.get(Switch, at).breaks_load for at in moved):
            return frozenset(joints)
        return frozenset(at for at in joints if stood(at) is SwitchPosition.OPEN)

    @cached_property
    def for_work(self) -> frozenset[int]:
        """Switches of the region that stand open for planned work, were opened before the event though normally closed,
        or were opened since on who had power: people may be working behind them, or another fault lies there. Nobody
        closes them unasked."""
        topology, now, graph = self.before.topology, dict(self.situation.positions_now), self.model.graph
        tripped = set(self.situation.now.tripped.tolist())
        standing = (at for at in self.region.joints if at not in tripped)
        opened = (at for at in standing if now.get(at, topology.position(at)) is SwitchPosition.OPEN)
        for_work = {at for at in opened if opened_for_work(graph, at, self.event.at) or self._off_normal(at)}
        return frozenset(for_work) | self.opened_since

    @cached_property
    def opened_since(self) -> frozenset[int]:
        """Switches of the region that were opened after the loss on who had power: on another fault, mostly."""
        return opened_on_people(self.situation, self.region.joints)

    def stays_open(self, switches: Iterable[int]) -> bool:
        """Whether any of a customer's switches stands open for work."""
        graph, moment = self.model.graph, self.event.at
        own = (at for at in switches if graph.kind(at) in SWITCHES)
        return any(self._is_reported_open(at) and opened_for_work(graph, at, moment) for at in own)

    def _is_reported_open(self, switch: int) -> bool:
        report = standing_report_at(self.model.graph, switch, self.event.at)
        return report is not None and report.position is SwitchPosition.OPEN

    def _off_normal(self, switch: int) -> bool:
        """Whether somebody reported a switch open before the event that is normally closed."""
        graph, topology = self.model.graph, self.before.topology
        return (
            graph.get(Switch, switch).normal_position is SwitchPosition.CLOSED
            and topology.position(switch) is SwitchPosition.OPEN
            and standing_report_at(graph, switch, self.situation.since) is not None
        )

    @cached_property
    def workplaces(self) -> frozenset[int]:
        """Blocks beside what stands open for work that had no voltage before, and what closed switches join to them;
        and all that hangs together with what was opened since on who had power."""
        may_be_live, region = self.before.topology.may_be_energised, self.region
        position, now = self.before.topology.position, dict(self.situation.positions_now)
        dead = {block.number for block in region.blocks if not any(map(may_be_live, block.nodes))}
        every = {block.number for block in region.blocks}
        before = self._joined(self.for_work, dead, position)
        return before | self._joined(self.opened_since, every, lambda at: now.get(at, position(at)))

    def _joined(
        self, switches: Iterable[int], among: set[int], position: Callable[[int], SwitchPosition]
    ) -> frozenset[int]:
        """Those of some blocks that lie beside switches, and what closed switches join to them."""
        region = self.region
        found = {end for at in switches for end in region.joints[at].ends} & among
        todo = list(found)
        while todo:
            for joint in region.at[todo.pop()]:
                closed = position(joint.switch) is not SwitchPosition.OPEN
                beside = {end for end in joint.ends if closed and end in among} - found
                found |= beside
                todo += beside
        return frozenset(found)

    @cached_property
    def were_closed(self) -> frozenset[int]:
        """Switches of the region that were closed before the event and stand open now."""
        topology = self.before.topology.state
        found = set()
        for switch in self.region.joints:
            opened = dict(self.situation.positions_now).get(switch) is SwitchPosition.OPEN
            if opened or switch in set(self.situation.now.tripped.tolist()):
                vertex = topology.network.vertex_of[switch]
                if topology.better.conducts[vertex]:
                    found.add(switch)
        return frozenset(found)

    @cached_property
    def faulty_customers(self) -> frozenset[int]:
        """Customers inside whom the fault is."""
        owner = self.before.customers.accounts.owner
        return frozenset(int(owner[at]) for at in self.inside_customers)

    @cached_property
    def worked_on(self) -> tuple[int, ...]:
        """What people work on until it is repaired: it is earthed, and inspected before it is energised again."""
        return worked_on(self.before, self.situation.still_fails)

    @cached_property
    def inside_customers(self) -> frozenset[int]:
        """What is faulty inside customers; a fault of a supply is one of the grid."""
        owns, kind = self.before.customers.accounts.owns, self.before.graph.kind
        places = self.situation.still_fails.places
        return frozenset(at for at in places if owns(at) and kind(at) is not EntityKind.SUPPLY_SOURCE)

    def may_operate(self, joint: Joint) -> bool:
        """Whether anybody can operate a switch."""
        return joint.switch not in self.fixed and joint.switch not in self.left_to_the_return

    def may_operate_from_afar(self, joint: Joint) -> bool:
        """Whether the utility can operate it without going there."""
        if not self.may_operate(joint) or is_customers(self.before, joint.switch):
            return False
        return is_remote(self.before, joint.switch)

    def unknown(self) -> Iterator[int]:
        """Switches of the region whose position nobody knows: as reported, or as what trips, or an automatic transfer
        moves, in some worlds only."""
        yield from (self.perhaps_tripped | self.perhaps_transferred).intersection(self.region.joints)
        unknown = set(self.before.topology.state.network.indexes(self.before.topology.state.unknown).tolist())
        now = dict(self.situation.positions_now)
        for switch in self.region.joints:
            position = now.get(switch)
            if position is SwitchPosition.UNKNOWN or (position is None and switch in unknown):
                yield switch

    @cached_property
    def perhaps_tripped(self) -> frozenset[int]:
        """Devices that trip only if some unknown switch is closed, and that nobody reported."""
        if not self.situation.undecided:
            return frozenset()
        said = {*self.event.tripped, *(index for index, _ in self.situation.reported)}
        some, every = Possible(self.situation).trips()
        return some - every - said

    @cached_property
    def perhaps_transferred(self) -> frozenset[int]:
        """Switches that an automatic transfer of the grid moves in some worlds only, and that nobody reported."""
        moved = [frozenset(each.transferred.items()) for each in self._worlds]
        if not any(moved):
            return frozenset()
        said = {index for index, _ in self.situation.reported}
        return frozenset(at for at, _ in frozenset().union(*moved) - moved[0].intersection(*moved)) - said

    @cached_property
    def touched(self) -> list[int]:
        """Customers that the event or what was switched since concerns, those it hits first, in order of need."""
        accounts = self.before.customers.accounts
        lost = np.union1d(self.situation.fault.lost, self.situation.now.lost).astype(np.int32)
        others = [int(at) for at in accounts.customers_of(lost) if int(at) not in self.rank]
        return [*self.rank, *others]


_UNKNOWN = SwitchPosition.UNKNOWN


def _live_in(outage: Outage) -> Callable[[int], bool]:
    """What has voltage, asked of thousands of nodes."""
    lost = frozenset(outage.lost.tolist())
    return lambda index: index not in lost and outage.live(index)
